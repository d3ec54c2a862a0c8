//! Sessions against the wire vectors and a site that may lie: node --test clients/npm/mppx/
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import '../../tests/npm/tools.mjs'

const { Challenge, Credential } = await import('mppx')
const { Mppx } = await import('mppx/client')
const { watch } = await import('farthing-pay/mppx')
const { farthingSession, files } = await import('farthing-pay/session')
const { farthingFetch } = await import('farthing-pay/fetch')
const { accountOf, base32, keyOf, signed } = await import('./payer.mjs')
const { isProved, keysOf } = await import('./receipts.mjs')
const { closing, voucher, voucherKey } = await import('./vouchers.mjs')

const vectors = JSON.parse(readFileSync(new URL('../../../testdata/session/vectors.json', import.meta.url)))
const seed = '11'.repeat(32)
const { key } = keyOf(Buffer.from(seed, 'hex'))

const [root, receipts] = [1, 2].map((byte) => keyOf(Buffer.alloc(32, byte)))
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest()
const instance = base32(sha256('farthing/instance/1\n', Buffer.from(root.key, 'base64url')).subarray(0, 16))
const certificate = signed('farthing/key/1', { instance, role: 'receipt', key: receipts.key }, root.privateKey)
const document = { instance, root_key: root.key, receipt_keys: [{ key: receipts.key, signature: certificate }] }

/** The proof of a receipt that is signed alone. */
function proof(said, { key, privateKey }) {
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1))))
  const [group, root] = [Buffer.alloc(8, 5), sha256([0], canonical)]
  const values = { instance, group: group.toString('base64url'), size: '1', root: root.toString('base64url') }
  const signature = Buffer.from(signed('farthing/receipts/1', values, privateKey), 'base64url')
  const head = Buffer.concat([Buffer.of(1), sha256(Buffer.from(key, 'base64url')).subarray(0, 4), group, Buffer.of(0, 0, 0, 1)])
  return Buffer.concat([head, signature]).toString('base64url')
}

/** A site on a port of its own that sells calls at 10; `lie` changes what it says. What it was shown is in `shown`. */
async function site(lie = {}, over = {}) {
  const shown = []
  const [sessions, drawn, bought] = [new Map(), new Map(), new Map()]
  const server = createServer((request, response) => {
    if (request.url === '/.well-known/farthing.json') return response.end(JSON.stringify(lie.document ?? document))
    const paid = request.headers[lie.header ?? 'authorization']
    const payload = paid && Credential.deserialize(paid).payload
    shown.push(payload ?? null)
    const details = { instance, offer: 'o'.repeat(43), step: '10', hold: '1000', scope: '/*' }
    const asked = { amount: '10', currency: 'eur-micro', recipient: 'harbour', unitType: 'call', methodDetails: details, ...over }
    const expires = `${new Date(Date.now() + 600_000).toISOString().slice(0, 19)}Z`
    const fields = { realm: 'localhost', method: 'farthing', intent: 'session', request: asked, expires, meta: { n: lie.nonce ?? 'n' }, ...(lie.header && { header: lie.header }) }
    const refuse = (status, problem) => {
      const challenge = Challenge.serialize(Challenge.from({ ...fields, secretKey: 's'.repeat(32) }))
      response.writeHead(status, { 'content-type': 'application/problem+json', 'www-authenticate': challenge }).end(JSON.stringify(problem))
    }
    const answer = (receipt, action, to = response) => {
      const said = { status: 'success', method: 'farthing', timestamp: '2026-11-22T17:11:05Z', ...receipt }
      if (action && lie.unsigned !== action) said.proof = proof(Object.assign(said, { action }), lie.forged === action ? keyOf(Buffer.alloc(32, 9)) : receipts)
      to.writeHead(200, { 'payment-receipt': Buffer.from(JSON.stringify(said)).toString('base64url') }).end('page')
    }
    if (!payload) return refuse(402, { code: 'payment-required' })
    if (lie.poor) return refuse(402, { code: 'insufficient-funds', topUpUrl: 'https://wallet.example/top-up' })
    lie.paid ??= Credential.deserialize(paid).challenge.id
    if (lie.over === Credential.deserialize(paid).challenge.id) return refuse(402, { code: 'quote-expired' })
    if (lie.denied && payload.action === 'open') return response.writeHead(403).end('{"code":"guard-denied"}')
    if (lie.cut-- > 0) return response.destroy()
    if (payload.action === 'pay') {
      const key = request.headers['idempotency-key']
      bought.set(payload.command, key)
      if (lie.lost-- > 0) return response.destroy()
      if (lie.status) return response.writeHead(lie.status).end('')
      return answer({ intent: 'charge', reference: 'r', amount: payload.max, instance: details.instance, ...lie.sold })
    }
    // The same number is the same request: answered again, drawn once.
    const again = drawn.get(`${payload.sessionId} ${payload.seq} ${request.url}`)
    if (again && lie.lost-- > 0) return response.destroy()
    if (again) return again(response)
    const at = sessions.get(payload.sessionId) ?? { spent: 0, accepted: 0, hold: Number(payload.hold) }
    if (payload.action === 'voucher' && !sessions.has(payload.sessionId)) return refuse(410, { code: 'channel-not-found' })
    sessions.set(payload.sessionId, at)
    const counted = { intent: 'session', reference: payload.sessionId, seq: payload.seq, units: '1' }
    const facts = { instance, recipient: 'harbour', currency: 'eur-micro', hold: `${at.hold}`, until: at.until ??= payload.until }
    const ends = { captured: lie.captured ?? `${at.spent}`, released: `${at.hold - at.spent}`, final: 'true' }
    if (payload.action === 'close') return answer({ ...counted, ...facts, acceptedCumulative: `${at.accepted}`, spent: `${at.spent}`, ...ends }, 'close')
    at.accepted = Math.max(at.accepted, Number(payload.cumulative ?? payload.first))
    if (at.spent + 10 > at.accepted || lie.required)
      return refuse(402, { code: 'insufficient-balance', requiredCumulative: `${lie.required ?? at.spent + 10}`, acceptedCumulative: `${at.accepted}` })
    at.spent += 10
    const stands = { ...counted, spent: `${lie.spent ?? at.spent}`, acceptedCumulative: `${lie.accepted ?? at.accepted}` }
    const say = (response) => (payload.action === 'open' ? answer({ ...stands, ...facts }, 'open', response) : answer(stands, undefined, response))
    drawn.set(`${payload.sessionId} ${payload.seq} ${request.url}`, say)
    if (lie.lost-- > 0) return response.destroy()
    say(response)
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const origin = `http://localhost:${server.address().port}`
  return { shown, origin, url: `${origin}/call`, sessions, bought, lie, [Symbol.asyncDispose]: () => new Promise((done) => { server.closeAllConnections(); server.close(done) }) }
}

/** Runs a check with a site, which is gone afterwards. */
const withSite = (lie, over, check) => async () => {
  const there = await site(lie, over)
  try { await check(there) } finally { await there[Symbol.asyncDispose]() }
}

const ids = (shown) => new Set(shown.filter(Boolean).map(({ sessionId }) => sessionId))
const sum = (shown) => Math.max(...shown.filter(Boolean).map(({ cumulative, first }) => Number(cumulative ?? first ?? 0)))

test('vouchers and closes are those of the vectors, under the key of the vectors', async () => {
  const of = (name) => vectors.credentials.find((vector) => vector.name === name)
  const [{ session, wallet_seed, voucher_key }] = vectors.seeds
  const { request_json, id } = vectors.challenges[0]
  const payer = { seed: Buffer.from(wallet_seed, 'hex'), account: of('voucher-signed').account }
  assert.equal((await voucherKey(payer, session)).key, voucher_key)
  const kept = { id: session, instance: request_json.methodDetails.instance, recipient: request_json.recipient, currency: request_json.currency }
  const { unsigned, signature } = of('voucher-signed')
  assert.deepEqual(await voucher(payer, { ...kept, seq: 7 }, 8000n), { ...unsigned, signature })
  const close = of('close-bare')
  assert.deepEqual(await closing(payer, { ...kept, spent: '2000', seq: 1000 }), { ...close.unsigned, seq: '1001', signature: close.signature })
  const pay = of('pay')
  const lines = pay.text.split('\n').slice(1)
  const values = Object.fromEntries(lines.map((line, place) => [line === '' ? 'digest' : `line ${place}`, line]))
  assert.equal(signed('farthing/pay/1', values, keyOf(Buffer.from(pay.seed, 'hex')).privateKey), pay.signature)
  assert.ok(id && accountOf(pay.unsigned.key) === pay.account)
})

test('the fetch wrapper opens once and then pays in one request each', withSite({}, {}, async ({ shown, url, origin, sessions }) => {
  const fetch = farthingFetch({ seed, max: '0.01 EUR' })
  for (let page = 0; page < 5; page++) assert.equal(await (await fetch(url)).text(), 'page')
  assert.equal(shown.length, 6, 'one to learn the price, then five')
  assert.equal(ids(shown).size, 1)
  assert.deepEqual(shown.slice(2).map(({ seq, cumulative }) => [seq, cumulative]), [['2', '20'], ['3', '30'], ['4', '40'], ['5', '50']])
  const [closed] = await fetch.close(origin)
  assert.deepEqual([closed.captured, closed.released], ['50', `${[...sessions.values()][0].hold - 50}`])
  assert.deepEqual(await fetch.close(origin), [])
}))

test('the stock client pays from one session, in two requests each', withSite({}, {}, async ({ shown, url, origin }) => {
  const method = farthingSession({ seed, max: '0.01 EUR' })
  const mppx = watch(Mppx.create({ methods: [method], polyfill: false }))
  for (let page = 0; page < 4; page++) assert.equal((await mppx.fetch(url)).status, 200)
  assert.deepEqual([shown.length, ids(shown).size, sum(shown)], [8, 1, 40])
  assert.equal((await method.close(origin))[0].captured, '40')
}))

test('many at once are one session', withSite({}, {}, async ({ shown, url }) => {
  const fetch = farthingFetch({ seed, max: '0.01 EUR' })
  const answers = await Promise.all(Array.from({ length: 12 }, () => fetch(url)))
  assert.ok(answers.every(({ status }) => status === 200))
  assert.deepEqual([ids(shown).size, sum(shown)], [1, 120])
}))

test('a site that claims more is paid no more', async () => {
  for (const lie of [{ spent: 30 }, { accepted: 30 }]) {
    await withSite({}, {}, async ({ url, lie: told, shown }) => {
      const fetch = farthingFetch({ seed, max: '0.01 EUR' })
      await fetch(url)
      Object.assign(told, lie)
      await assert.rejects(fetch(url), /claims/)
      for (const name of Object.keys(lie)) delete told[name]
      const before = shown.length
      await assert.rejects(fetch(url), /claimed 30 of 20|claimed 20 of 20/)
      assert.equal(shown.length, before, 'nothing was sent')
    })()
  }
})

test('no voucher goes beyond what the requests may cost', withSite({}, {}, async ({ url, lie, shown }) => {
  const fetch = farthingFetch({ seed, max: '0.01 EUR' })
  await fetch(url)
  lie.required = 500
  await assert.rejects(fetch(url), /for 2 requests 20 is the most/)
  assert.equal(sum(shown), 20)
}))

test('a final receipt above what was authorised is an error', withSite({ captured: '11' }, {}, async ({ url, origin }) => {
  const fetch = farthingFetch({ seed, max: '0.01 EUR' })
  await fetch(url)
  await assert.rejects(fetch.close(origin), /11 captured, 10 authorised/)
}))

test('what the site does not sign, or somebody else signs, is no opening and no end', async () => {
  for (const lie of [{ unsigned: 'open' }, { forged: 'open' }, { document: { ...document, root_key: receipts.key } }]) {
    await withSite(lie, {}, async ({ url, shown }) => {
      const fetch = farthingFetch({ seed, max: '0.01 EUR' })
      await assert.rejects(fetch(url), /no key of the instance|does not show the keys/)
      const before = shown.length
      await assert.rejects(fetch(url), /the site claimed what it did not sign/)
      assert.equal(shown.length, before, 'nothing was sent')
    })()
  }
  for (const lie of [{ unsigned: 'close' }, { forged: 'close' }]) {
    await withSite(lie, {}, async ({ url, origin }) => {
      const fetch = farthingFetch({ seed, max: '0.01 EUR' })
      await fetch(url)
      await assert.rejects(fetch.close(origin), /no key of the instance/)
    })()
  }
})

test('what was signed on both sides is kept in one file that proves itself', withSite({}, {}, async ({ url, origin }) => {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-'))
  try {
    const fetch = farthingFetch({ seed, max: '0.01 EUR', store: files(folder) })
    for (let page = 0; page < 3; page++) await fetch(url)
    const [{ id }] = await fetch.close(origin)
    const file = join(folder, 'proofs', `${id}.json`)
    const kept = JSON.parse(readFileSync(file))
    assert.deepEqual([kept.session, kept.receipts.length, kept.counted, kept.authorised], [id, 2, '30', '30'])
    const keys = await keysOf(origin, instance)
    for (const receipt of kept.receipts) assert.ok(await isProved(receipt, instance, keys))
    const said = JSON.parse(Buffer.from(kept.receipts[1], 'base64url'))
    const edited = Buffer.from(JSON.stringify({ ...said, captured: '29' })).toString('base64url')
    assert.ok(!(await isProved(edited, instance, keys)))
    const python = spawnSync('python3', [new URL('../../audit/session.py', import.meta.url).pathname, file], { encoding: 'utf8' })
    assert.deepEqual([python.stderr, JSON.parse(python.stdout).ended.captured], ['', '30'])
  } finally { rmSync(folder, { recursive: true }) }
}))

test('a program that starts again goes on, also with an older file', withSite({}, {}, async ({ shown, url, origin, lie }) => {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-'))
  try {
    const store = files(folder)
    await farthingFetch({ seed, max: '0.01 EUR', store })(url)
    const older = store.get(origin)
    await farthingFetch({ seed, max: '0.01 EUR', store })(url)
    assert.deepEqual([shown.length, ids(shown).size], [3, 1], 'with the challenge that was kept: one request')
    lie.lost = 3
    await assert.rejects(farthingFetch({ seed, max: '0.01 EUR', store })(url))
    assert.equal((await farthingFetch({ seed, max: '0.01 EUR', store })(url)).status, 200, 'the lost answer is had again, and nothing more is paid')
    assert.deepEqual([ids(shown).size, sum(shown)], [1, 30])
    store.set(origin, older)
    await assert.rejects(farthingFetch({ seed, max: '0.01 EUR', store })(`${url}?other`), /for 2 requests 20 is the most/)
    assert.equal(sum(shown), 30)
    await assert.rejects(farthingFetch({ seed, max: '0.01 EUR', store }).close(origin), /30 captured, 20 authorised/, 'it cannot know better')
  } finally {
    rmSync(folder, { recursive: true })
  }
}))

test('a hold that is used up is followed by another, and both are closed', withSite({}, {}, async ({ shown, url, origin }) => {
  const fetch = farthingFetch({ seed, max: '30 eur-micro' })
  for (let page = 0; page < 4; page++) assert.equal((await fetch(url)).status, 200)
  assert.equal(ids(shown).size, 2)
  assert.deepEqual((await fetch.close(origin)).map(({ captured }) => captured).sort(), ['10', '30'])
}))

test('nothing is opened that the options do not allow', async () => {
  const tries = [
    [{ max: '1 USD' }, {}, /no max is set/],
    [{ max: '9 eur-micro' }, {}, /above max/],
    [{ max: '1 EUR', each: '9 eur-micro' }, {}, /above each/],
    [{ max: '1 EUR', instance: 'b'.repeat(26) }, {}, /the instance is/],
    [{ max: '1 EUR' }, { unitType: 'purchase' }, /no each is set/],
    [{ max: '1 EUR', each: '9 eur-micro' }, { unitType: 'purchase' }, /above each/],
  ]
  for (const [options, over, why] of tries) {
    await withSite({}, over, async ({ url, shown }) => {
      await assert.rejects(farthingFetch({ seed, ...options })(url), why)
      assert.deepEqual(shown, [null])
    })()
  }
  await withSite({}, {}, async ({ url, shown }) => {
    await assert.rejects(farthingFetch({ seed, max: '1 EUR' })(url.replace('localhost', '127.0.0.1')), /realm/)
    assert.deepEqual(shown, [null])
  })()
})

test('a whole page is bought by a signature over this very request', withSite({}, { unitType: 'purchase' }, async ({ shown, url, lie }) => {
  const fetch = farthingFetch({ seed, max: '1 EUR', each: '14 eur-micro' })
  assert.equal((await fetch(`${url}?x=1`, { method: 'POST', body: 'what tide?' })).status, 200)
  assert.equal((await fetch(url)).status, 200)
  assert.equal(shown.length, 3, 'the challenge is kept')
  const [, { max, command, signature }] = shown
  assert.equal(max, '14', 'half as much again, but never above each')
  const digest = 'sha-256=:4blNczwOiHXF/Ie5meANR197sL1Lju6RNjK+JKlXYyo=:'
  const public_ = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
  const held = (id) => ['farthing/pay/1', 'a'.repeat(26), id, 'localhost', 'harbour', max, 'eur-micro', 'POST', '/call?x=1', digest, command, accountOf(key)].join('\n')
  const { id } = await challengeOf(url)
  assert.ok(signature.length === 86 && !verify(null, Buffer.from(held(id)), public_, Buffer.from(signature, 'base64url')), 'another challenge, another text')
  lie.sold = { amount: '15' }
  await assert.rejects(fetch(url), /15 where 14 was signed/)
}))

test('a purchase whose answer is lost is sent again as it is, also by a program that starts again', withSite({}, { unitType: 'purchase' }, async ({ url, lie, bought, shown }) => {
  const folder = mkdtempSync(join(tmpdir(), 'farthing-'))
  try {
    const options = { seed, max: '1 EUR', each: '20 eur-micro', store: files(folder) }
    lie.lost = 2
    assert.equal((await farthingFetch(options)(url)).status, 200, 'within one call')
    assert.equal(bought.size, 1)
    lie.lost = 3
    await assert.rejects(farthingFetch(options)(url, { method: 'POST', body: 'x' }))
    assert.equal((await farthingFetch(options)(url, { method: 'POST', body: 'other' })).status, 200)
    assert.equal(bought.size, 3, 'another body is another purchase')
    assert.equal((await farthingFetch(options)(url, { method: 'POST', body: 'x' })).status, 200)
    assert.equal(bought.size, 3)
    assert.equal((await farthingFetch(options)(url, { method: 'POST', body: 'x' })).status, 200)
    assert.equal(bought.size, 4, 'what has its answer is bought anew')
    for (const [command, key] of bought) assert.equal(command, key)
    for (const status of [500, 504, 429]) {
      lie.status = status
      const fetch = farthingFetch(options)
      assert.equal((await fetch(url)).status, status)
      delete lie.status
      const before = bought.size
      assert.equal((await fetch(url)).status, 200)
      assert.equal(bought.size, before, `${status} does not say what became of it`)
    }
    assert.ok(shown.every((payload) => payload === null || payload.max <= 20))
  } finally { rmSync(folder, { recursive: true }) }
}))

test('who gives up pays once, and two who ask at once pay twice', withSite({}, { unitType: 'purchase' }, async ({ url, lie, bought }) => {
  const fetch = farthingFetch({ seed, max: '1 EUR', each: '20 eur-micro' })
  assert.deepEqual((await Promise.all([fetch(url), fetch(url)])).map(({ status }) => status), [200, 200])
  assert.equal(bought.size, 2)
  const gone = new AbortController()
  lie.lost = 9
  const given = globalThis.fetch
  globalThis.fetch = (...asked) => given(...asked).finally(() => gone.abort())
  try { await assert.rejects(fetch(url, { signal: gone.signal })) } finally { globalThis.fetch = given }
  assert.equal(lie.lost, 8, 'nothing is sent again for who gave up')
  lie.lost = 0
  assert.equal((await fetch(url)).status, 200)
  assert.equal(bought.size, 3)
}))

test('a caller has a word for a request of its own, and a request may be an object', withSite({}, { unitType: 'purchase' }, async ({ url, bought }) => {
  const fetch = farthingFetch({ seed, max: '1 EUR', each: '20 eur-micro' })
  const request = new Request(url, { method: 'POST', body: 'what tide?', headers: { 'idempotency-key': 'my-own' } })
  assert.equal((await fetch(request)).status, 200)
  assert.deepEqual([...bought.values()], ['my-own'])
}))

test('who has too little is told so, and opens when there is more', withSite({ poor: true }, {}, async ({ url, lie, shown }) => {
  const mppx = watch(Mppx.create({ methods: [farthingSession({ seed, max: '0.01 EUR' })], polyfill: false }))
  await assert.rejects(mppx.fetch(url), /too little money in the account: https:\/\/wallet/)
  assert.equal(shown.filter(Boolean).length, 1, 'nothing more was signed')
  delete lie.poor
  assert.equal((await mppx.fetch(url)).status, 200)
}))

test('a refused opening is not paid from for ever', withSite({ denied: true }, {}, async ({ url, lie }) => {
  let minutes = 0
  const mppx = watch(Mppx.create({ methods: [farthingSession({ seed, max: '0.01 EUR', now: () => Date.now() + minutes * 10_000 })], polyfill: false }))
  assert.equal((await mppx.fetch(url)).status, 403)
  delete lie.denied
  minutes = 1
  assert.equal((await mppx.fetch(url)).status, 410)
  minutes = 7
  assert.equal((await mppx.fetch(url)).status, 200)
}))

test('a session is closed under a fresh challenge where its own is over', withSite({}, {}, async ({ url, origin, lie }) => {
  const fetch = farthingFetch({ seed, max: '0.01 EUR' })
  await fetch(url)
  ;[lie.over, lie.nonce] = [lie.paid, 'another']
  assert.deepEqual((await fetch.close(origin)).map(({ captured }) => captured), ['10'])
}))

test('a site behind a login is paid in the field it names', withSite({ header: 'payment-authorization' }, {}, async ({ url, origin }) => {
  const fetch = farthingFetch({ seed, max: '0.01 EUR' })
  assert.equal((await fetch(url, { headers: { authorization: 'Basic c2FpbG9y' } })).status, 200)
  assert.equal((await fetch(url, { headers: { authorization: 'Basic c2FpbG9y' } })).status, 200)
  assert.equal((await fetch.close(origin)).length, 1)
}))

test('nobody prints a seed', async () => {
  const { inspect } = await import('node:util')
  const { payerFrom } = await import('./payer.mjs')
  const { sessions } = await import('farthing-pay/session')
  const bytes = [...Buffer.from(seed, 'hex')].join(', ')
  for (const shown of [payerFrom({ seed }), sessions({ seed, max: '1 EUR' }), farthingFetch({ seed, max: '1 EUR' }), farthingSession({ seed, max: '1 EUR' })]) {
    const all = inspect(shown, { depth: 9, maxArrayLength: 99 }) + JSON.stringify(shown, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
    assert.ok(!all.includes(seed) && !all.includes(bytes) && !all.includes('17,17,17') && !all.includes('"31":17'), all)
  }
})

async function challengeOf(url) {
  return Challenge.fromResponse(await globalThis.fetch(url))
}
