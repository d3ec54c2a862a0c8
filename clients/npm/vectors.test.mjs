//! What of the wire vectors no plug-in's own test makes again: node --test clients/npm/. testdata/README.md says which set runs where.
import assert from 'node:assert/strict'
import { createHash, createHmac, createPublicKey, hkdfSync, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import '../tests/npm/tools.mjs'

const { Challenge, Credential, Receipt } = await import('mppx')
const { decodePaymentRequiredHeader, decodePaymentResponseHeader, decodePaymentSignatureHeader } = await import('@x402/core/http')
const { Invoice } = await import('@getalby/lightning-tools/bolt11')
const { parseL402, parseL402Authorization } = await import('@getalby/lightning-tools/402/l402')
const { isProved } = await import('./mppx/receipts.mjs')
const { accountOf, keyOf, signed } = await import('./mppx/payer.mjs')
const { voucherKey } = await import('./mppx/vouchers.mjs')

const vectors = (set) => JSON.parse(readFileSync(new URL(`../../testdata/${set}/vectors.json`, import.meta.url)))
const sha256 = (...parts) => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest()
const hmac = (key, ...parts) => parts.reduce((sum, part) => sum.update(part), createHmac('sha256', key)).digest()
const hex = (text) => Buffer.from(text, 'hex')
const code = (text) => Buffer.from(text, 'base64url')
const number = (value) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64BE(BigInt(value)); return bytes }

// Receipts

const receipts = vectors('receipt')
const keys = { receipt_keys: [{ key: receipts.key }] }

test('receipts are proved by the key that signed them, and edited ones by none', async () => {
  assert.equal(keyOf(hex(receipts.seed_hex)).key, receipts.key)
  for (const { name, value, fields } of receipts.proved) {
    assert.deepEqual(JSON.parse(code(value)), fields, name)
    const { status, method, reference } = Receipt.deserialize(value)
    assert.deepEqual([status, method, reference], ['success', 'farthing', fields.reference], name)
    assert.ok(await isProved(value, receipts.instance, keys), name)
    assert.ok(!(await isProved(value, receipts.instance, { receipt_keys: [{ key: keyOf(Buffer.alloc(32, 3)).key }] })), name)
  }
  for (const { name, value } of receipts.refused) assert.ok(!(await isProved(value, JSON.parse(code(value)).instance, keys)), name)
})

// x402

const x402 = vectors('x402')

test('x402: fields of ours are read by the stock reader, refusals of a payment stand in it', () => {
  for (const { name, payment_required, required_json } of x402.exact) assert.deepEqual(decodePaymentRequiredHeader(payment_required), required_json, name)
  for (const { name, json, payment_response } of x402.responses) assert.deepEqual(decodePaymentResponseHeader(payment_response), json, name)
  for (const { name, payment_json, payment_signature } of [...x402.exact, ...x402.settle]) assert.deepEqual(decodePaymentSignatureHeader(payment_signature), payment_json, name)
})

test('x402: what a server that is not ours is paid with is signed as the vectors say', () => {
  for (const { name, seed_hex, key, account, instance, recipient, amount, currency, command, expires, signed_text, signature, payload } of x402.settle) {
    const values = { instance, command, recipient, amount, currency, expires, account: payload.account ?? account }
    assert.equal(['farthing/settle/1', ...Object.values(values)].join('\n'), signed_text, name)
    const made = keyOf(hex(seed_hex))
    assert.deepEqual([made.key, signed('farthing/settle/1', values, made.privateKey)], [key, signature], name)
    if (!payload.account) assert.equal(accountOf(key), account, name)
  }
})

// Sessions

const session = vectors('session')
const LINES = {
  open: ['offer', 'scope', 'hold', 'first', 'until', 'kind', 'step', 'length', 'anchor', 'voucherKey', 'sessionId'],
  voucher: ['cumulative', 'step', 'length', 'anchor'],
  topUp: ['additional', 'command'],
  close: ['agreed'],
}

/** What is signed for an action, a value a line; those that are null are empty lines. */
function valuesOf({ unsigned: payload, asked, account }, challenge) {
  const { currency, recipient, methodDetails: { instance, offer, scope } } = challenge.request_json
  const { id, realm } = challenge
  const { action, sessionId } = payload
  const owner = { account: payload.account ?? account }
  if (action === 'pay') {
    const target = Buffer.byteLength(asked.target) > 512 ? sha256(asked.target).toString('base64url') : asked.target
    return { instance, id, realm, recipient, max: payload.max, currency, method: asked.method, target, digest: asked.digest ?? '', command: payload.command, ...owner }
  }
  const named = Object.fromEntries(LINES[action].map((line) => [line, payload[line] ?? ({ offer, scope })[line] ?? null]))
  if (action === 'open') return { instance, id, realm, recipient, currency, ...named, ...owner }
  return { instance, sessionId, ...(action !== 'close' && { recipient, currency }), ...named, ...owner }
}

test('sessions: challenges, what is signed under them, and the field that it goes out in', () => {
  const challenges = new Map(session.challenges.map((challenge) => [challenge.name, challenge]))
  for (const { name, realm, request_json, nonce, expires, secret, id, request, www_authenticate } of challenges.values()) {
    const made = Challenge.from({ realm, method: 'farthing', intent: 'session', request: request_json, expires, meta: { n: nonce }, secretKey: secret })
    assert.equal(made.id, id, name)
    assert.equal(Challenge.deserialize(www_authenticate).id, id, name)
    assert.deepEqual(JSON.parse(code(request)), request_json, name)
  }
  for (const vector of session.credentials) {
    const { name, unsigned, text, seed, signature, authorization } = vector
    const of = challenges.get(vector.challenge)
    if (text) {
      const values = valuesOf(vector, of)
      assert.equal([`farthing/${unsigned.action.toLowerCase()}/1`, ...Object.values(values).map((value) => value ?? '')].join('\n'), text, name)
      assert.equal(signed(`farthing/${unsigned.action.toLowerCase()}/1`, values, keyOf(hex(seed)).privateKey), signature, name)
    }
    const read = Credential.deserialize(authorization)
    assert.deepEqual([read.challenge.id, read.payload], [of.id, { ...unsigned, ...(signature && { signature }) }], name)
  }
})

test('sessions: keys of vouchers, chains of hashes, receipts and their proofs', async () => {
  for (const { session: id, wallet_seed, voucher_key } of session.seeds) assert.equal((await voucherKey({ seed: hex(wallet_seed) }, id)).key, voucher_key)
  const step = (id, link, times = 1) => { for (; times > 0; times--) link = sha256('fth/hc1', code(id), link); return link }
  const { from, session: first, steps, to } = session.step
  assert.equal(step(first, hex(from), steps).toString('hex'), to)
  for (const { name, base, step: worth, length, session: id, voucher_seed, links } of session.chains) {
    const info = ['farthing/chain/1', base, worth, length].join('\n')
    const top = Buffer.from(hkdfSync('sha256', hex(voucher_seed), code(id), info, 32))
    for (const [place, link] of Object.entries(links)) assert.equal(step(id, top, length - place).toString('base64url'), link, `${name} ${place}`)
  }
  for (const { name, value, fields, seed } of session.receipts) {
    const { proof, ...said } = JSON.parse(code(value))
    assert.deepEqual(said, fields, name)
    if (!seed) assert.equal(proof, undefined, name)
    else assert.ok(await isProved(value, fields.instance, { receipt_keys: [{ key: keyOf(hex(seed)).key }] }), name)
  }
})

// L402

const l402 = vectors('l402')
const TOKEN_BYTES = 137

/** The keys of a secret (RFC 5869, no salt). */
const drawn = (secret) => (label) => Buffer.from(hkdfSync('sha256', secret, '', `farthing/l402/${label}/1`, 32))

/** What a token says, if this secret made it. */
function opened(token, key) {
  const mac = hmac(key('token'), 'farthing/token/1\n', token.subarray(0, -32))
  if (token.length !== TOKEN_BYTES || token[0] !== 1 || !mac.equals(token.subarray(-32))) return undefined
  return { nonce: token.subarray(1, 17), hash: token.subarray(17, 49), ends: token.readBigUInt64BE(49), offer: token.subarray(57, 89), route: token.subarray(89, 105) }
}

const preimageOf = (key, { nonce, offer, amount }) => hmac(key('preimage'), 'farthing/preimage/1\n', nonce, offer, number(amount))
const canonical64 = (text) => Buffer.from(text, 'base64').toString('base64').replace(/=+$/, '') === text.replace(/={0,2}$/, '')

test('L402: token, preimage and invoice are made of one secret', () => {
  for (const vector of l402.cases) {
    const { name, secret_hex, method, page, item, at, expiry_s } = vector
    const key = drawn(hex(secret_hex))
    const lock = { nonce: code(vector.nonce), offer: code(vector.offer), amount: vector.amount }
    const preimage = preimageOf(key, lock)
    assert.deepEqual([preimage.toString('hex'), sha256(preimage).toString('hex')], [vector.preimage, vector.payment_hash], name)
    const token = opened(Buffer.from(vector.token, 'base64'), key)
    const route = sha256(`${method}\n${page}`).subarray(0, 16)
    assert.deepEqual([token.nonce, token.hash.toString('hex'), token.offer, token.route], [lock.nonce, vector.payment_hash, lock.offer, route], name)

    const stock = new Invoice({ pr: vector.invoice })
    assert.deepEqual([stock.paymentHash, `${stock.millisatoshi}`, stock.description, stock.expiry], [vector.payment_hash, vector.amount, item, expiry_s], name)
    const { secret, metadata, signature, over } = fieldsOf(vector.invoice)
    assert.deepEqual(metadata, Buffer.concat([lock.nonce, lock.offer]), name)
    const seal = hmac(key('invoice'), 'farthing/invoice/1\n', lock.nonce, lock.offer, ...[lock.amount, at, expiry_s].map(number), hex(vector.payment_hash), item)
    assert.deepEqual(secret, seal, `${name}: the payment secret`)
    assert.ok(verify('sha256', over, { key: curveKey(vector.node_hex), dsaEncoding: 'ieee-p1363' }, signature), `${name}: signed by the node`)

    assert.equal(vector.www_authenticate, `L402 version="0", token="${vector.token}", macaroon="${vector.token}", invoice="${vector.invoice}"`, name)
    const { token: told, invoice } = parseL402(vector.www_authenticate)
    assert.deepEqual([told, invoice], [vector.token, vector.invoice], name)
    assert.deepEqual(parseL402Authorization(vector.authorization), { token: vector.token, preimage: vector.preimage }, name)
  }
})

test('lightning/charge: the same invoice in a challenge of the Payment scheme', () => {
  for (const { name, secret_hex, method, page, amount, invoice, payment_hash, preimage, lightning } of l402.cases) {
    assert.equal(lightning === null, BigInt(amount) % 1000n !== 0n, name)
    if (!lightning) continue
    const challenge = Challenge.deserialize(lightning.www_authenticate)
    assert.deepEqual(challenge.request, { amount: `${BigInt(amount) / 1000n}`, currency: 'sat', methodDetails: { invoice, network: 'regtest', paymentHash: payment_hash } }, name)
    const route = sha256(`${method}\n${page}`).subarray(0, 16).toString('base64url')
    const request = /request="([^"]*)"/.exec(lightning.www_authenticate)[1]
    const id = hmac(drawn(hex(secret_hex))('lightning'), [challenge.realm, request, challenge.expires, route].join('|'))
    assert.equal(challenge.id, id.toString('base64url'), name)
    assert.deepEqual([challenge.opaque, challenge.digest], [undefined, undefined], name)
    const read = Credential.deserialize(lightning.authorization)
    assert.deepEqual([read.challenge.id, read.payload], [challenge.id, { preimage }], name)
  }
})

test('L402: nothing else is taken', () => {
  const key = drawn(hex(l402.cases[0].secret_hex))
  const takes = {
    authorization(line) {
      const [, token, preimage] = /^(?:L402|LSAT) ([A-Za-z0-9+/]+={0,2}):([0-9a-f]{64})$/i.exec(line) ?? []
      const read = token && canonical64(token) && opened(Buffer.from(token, 'base64'), key)
      return Boolean(read) && sha256(hex(preimage)).equals(read.hash)
    },
    www_authenticate: (line) => /^(L402|LSAT) /i.test(line) && Boolean(parseL402(line).invoice),
    invoice(text) {
      const { secret, metadata, hash, expiry, at, item } = fieldsOf(text)
      const amount = new Invoice({ pr: text }).millisatoshi
      const lock = { nonce: metadata.subarray(0, 16), offer: metadata.subarray(16), amount }
      const seal = hmac(key('invoice'), 'farthing/invoice/1\n', lock.nonce, lock.offer, ...[amount, at, expiry].map(number), hash, item)
      return seal.equals(secret) && sha256(preimageOf(key, lock)).equals(hash)
    },
  }
  const attempt = (field, value) => { try { return takes[field](value) } catch { return false } }
  const [{ authorization, www_authenticate, invoice }] = l402.cases
  for (const [field, value] of Object.entries({ authorization, www_authenticate, invoice })) assert.ok(attempt(field, value), `${field} of the first case`)
  for (const { name, field, value } of l402.refused) assert.ok(!attempt(field, value), `${field}: ${name}`)
})

/** The fields of an invoice of ours, its checksum looked at (BIP 173), and what its signature is over. */
function fieldsOf(text) {
  const [, prefix, data] = /^(lnbcrt[1-9][0-9]{0,18}[munp]?)1([02-9ac-hj-np-z]+)$/.exec(text)
  const words = [...data].map((letter) => 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'.indexOf(letter))
  const spread = [...prefix].map((letter) => letter.charCodeAt() >> 5).concat(0, [...prefix].map((letter) => letter.charCodeAt() & 31))
  assert.equal([...spread, ...words].reduce(checksum, 1), 1, 'the checksum')
  const plain = words.slice(0, -110)
  const fields = new Map()
  for (let place = 7; place < plain.length; ) {
    const [tag, high, low] = plain.slice(place, place + 3)
    fields.set(tag, plain.slice(place + 3, (place += 3 + high * 32 + low)))
  }
  const sum = (words) => words.reduce((value, word) => value * 32 + word, 0)
  const whole = (tag) => bytesOf(fields.get(tag), Math.floor)
  return {
    hash: whole(1), secret: whole(16), metadata: whole(27), item: whole(13).toString(), at: sum(plain.slice(0, 7)), expiry: sum(fields.get(6)),
    over: Buffer.concat([Buffer.from(prefix), bytesOf(plain, Math.ceil)]), signature: bytesOf(words.slice(-110, -6), Math.floor).subarray(0, 64),
  }
}

/** Words of five bits as bytes, with zeros after them or without what is left over. */
function bytesOf(words, round) {
  const bits = words.map((word) => word.toString(2).padStart(5, '0')).join('')
  const length = round(bits.length / 8)
  return Buffer.from(bits.padEnd(length * 8, '0').slice(0, length * 8).match(/.{8}/g).map((byte) => parseInt(byte, 2)))
}

function checksum(value, word) {
  const top = value >>> 25
  const next = ((value & 0x1ffffff) << 5) ^ word
  return [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3].reduce((sum, part, bit) => ((top >> bit) & 1 ? sum ^ part : sum), next)
}

/** A compressed point of secp256k1 as a key: the prefix says algorithm and curve. */
const curveKey = (point) => createPublicKey({ key: Buffer.concat([hex('3036301006072a8648ce3d020106052b8104000a032200'), hex(point)]), format: 'der', type: 'spki' })
