//! The plug-in against the wire vectors and its own refusals: node --test clients/npm/mppx/, and with the keys of browsers:
//! node -C browser --test clients/npm/mppx/index.test.mjs
import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import '../../tests/npm/tools.mjs'

const { Challenge, Credential } = await import('mppx')
const { accountOf, farthing } = await import('farthing-pay/mppx')

const { cases, refused } = JSON.parse(readFileSync(new URL('../../../testdata/charge/vectors.json', import.meta.url)))
const [first] = cases
const everyCurrency = ['eur', 'usd', 'krw'].map((code) => `${2n ** 63n} ${code}-micro`).concat('210 sat')
const inBrowser = process.execArgv.includes('browser')
const now = () => Date.parse(first.expires) - 1000

/** Pays the challenge of a case with a method made from `options`; resolves to the credential read back. */
async function pay(options, { www_authenticate } = first, url = 'https://news.example/a/quiet-harbour') {
  const method = farthing({ seed: first.seed_hex, max: everyCurrency, now, ...options })
  const context = url && { context: { url } }
  return Credential.deserialize(await method.createCredential({ challenge: Challenge.deserialize(www_authenticate), ...context }))
}

for (const vector of cases) {
  test(`vector: ${vector.name}`, async () => {
    const { id, realm, request_json, digest, expires, opaque, secret } = vector
    const fields = { realm, method: 'farthing', intent: 'charge', request: request_json, expires, opaque }
    assert.equal(Challenge.from({ ...fields, ...(digest && { digest }), secretKey: secret }).id, id)
    assert.equal(await accountOf(vector.key), vector.account)

    const options = { seed: vector.seed_hex, account: vector.payload_account ?? undefined }
    const paid = await pay(options, vector, `https://${realm}${vector.target}`)
    assert.deepEqual(paid.payload, vector.credential.payload)
    const wire = JSON.parse(Buffer.from(Credential.serialize(paid).slice('Payment '.length), 'base64url'))
    assert.deepEqual(wire.challenge, vector.credential.challenge)
  })
}

test('the text ends with the account, named or not', () => {
  const [plain, named, further] = cases
  assert.equal(plain.signature, 'S8CnReUHzjclJYxlWrMZa5Dcij-4_P2vS9ruQSLculkeMlJq0pHzBiZ7Om2U67cNPC6g1xoo2FlWWAZp-RTuDg')
  assert.ok(!plain.payload_account && named.payload_account === plain.account)
  assert.equal(named.signature, plain.signature)
  assert.notEqual(further.payload_account, further.account)
  for (const { account, payload_account, signed_text, key, signature } of cases) {
    assert.equal(signed_text.split('\n').at(-1), payload_account ?? account)
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(key, 'base64url')])
    assert.ok(verify(null, Buffer.from(signed_text), { key: spki, format: 'der', type: 'spki' }, Buffer.from(signature, 'base64url')))
  }
})

for (const { name, values } of refused) {
  test(`refused: ${name}`, async () => {
    const { id, realm, recipient, amount, currency, instance, offer, expires, account } = values
    const request = { recipient, amount, currency, methodDetails: { instance, offer } }
    const challenge = { id, realm, method: 'farthing', intent: 'charge', request, expires }
    const method = farthing({ seed: first.seed_hex, max: everyCurrency, now, account: account ?? undefined })
    const paying = method.createCredential({ challenge, context: { url: 'https://news.example/' } })
    await assert.rejects(paying, /not paying/)
  })
}

test('the cap is a sum in one currency', async () => {
  for (const max of ['50000 eur-micro', '0.05 EUR', '1 EUR', ['1 usd-micro', '50000 eur-micro']]) await pay({ max })
  await assert.rejects(pay({ max: '49999 eur-micro' }), /above the max/)
  await assert.rejects(pay({ max: '0.049999 EUR' }), /above the max/)
  await assert.rejects(pay({ max: '50000 usd-micro' }), /no max is set/)
  for (const max of ['50000', '0.05 eur-micro', '0.0000001 EUR', '-1 EUR', '0,05 EUR', '']) await assert.rejects(pay({ max }), /max is like/)
  await assert.rejects(pay({ max: undefined }))
})

test('only the site being paid, over https or loopback', async () => {
  await pay({}, first, 'https://www.news.example:8443/a')
  for (const url of ['https://example/', 'https://evil.example/', 'https://fakenews.example/', 'http://news.example/', 'https://news.example.evil.example/'])
    await assert.rejects(pay({}, first, url), /realm/)
  await assert.rejects(pay({}, first, null), /which site/)

  const at = (realm) => ({ www_authenticate: first.www_authenticate.replace('realm="news.example"', `realm="${realm}"`) })
  for (const host of ['localhost', 'news.localhost', '127.0.0.1', '[::1]']) await pay({}, at(host), `http://${host}:8402/a`)
  await assert.rejects(pay({}, at('0.0.1'), 'http://127.0.0.1:8402/a'), /realm/)
  await assert.rejects(pay({}, at('example'), 'https://news.example/'), /realm/)
})

test('origins stand in for the URL, and narrow it', async () => {
  await pay({ origins: ['https://news.example'] }, first, null)
  await pay({ origins: ['https://news.example'] })
  await assert.rejects(pay({ origins: ['https://other.example'] }, first, null), /realm/)
  await assert.rejects(pay({ origins: ['http://news.example'] }, first, null), /realm/)
  await assert.rejects(pay({ origins: ['https://other.example'] }), /not among the origins/)
})

test('not after its time, not for another instance', async () => {
  await assert.rejects(pay({ now: () => Date.parse(first.expires) }), /expired/)
  await assert.rejects(pay({}, { www_authenticate: first.www_authenticate.replace(/expires="[^"]*", /, '') }), /expired/)
  await pay({ instance: first.instance })
  await assert.rejects(pay({ instance: 'a'.repeat(26) }), /instance/)
})

test('the seed as hexadecimal, as base64url, from a wallet file with its account', async () => {
  const further = cases[2]
  const base64url = Buffer.from(first.seed_hex, 'hex').toString('base64url')
  const folder = mkdtempSync(join(tmpdir(), 'farthing-'))
  const wallet = join(folder, 'wallet.json')
  try {
    const kept = { version: 1, seed: base64url, account: first.account }
    const fromWallet = (file, options) => {
      writeFileSync(wallet, JSON.stringify(file))
      return pay({ seed: undefined, wallet: inBrowser ? file : wallet, ...options })
    }
    assert.deepEqual((await pay({ seed: base64url })).payload, first.credential.payload)
    assert.deepEqual((await fromWallet(kept)).payload, first.credential.payload)
    assert.deepEqual((await pay({ seed: undefined, wallet: kept })).payload, first.credential.payload)
    if (inBrowser) await assert.rejects(pay({ seed: undefined, wallet }), /the wallet itself/)
    assert.deepEqual((await fromWallet(kept, { account: first.account })).payload, cases[1].credential.payload)
    const furtherKey = { ...kept, seed: Buffer.from(further.seed_hex, 'hex').toString('base64url') }
    assert.deepEqual((await fromWallet(furtherKey)).payload, further.credential.payload)
    for (const wrong of [{ version: 2 }, { seed: first.seed_hex }, { seed: `${base64url}=` }, { account: undefined }, { account: first.account.slice(1) }])
      await assert.rejects(fromWallet({ ...kept, ...wrong }), /version 1/)
  } finally {
    rmSync(folder, { recursive: true })
  }
  await assert.rejects(pay({ seed: 'abc' }), /32 bytes/)
})
