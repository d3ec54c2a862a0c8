//! The scheme in a stock client against the wire vectors and its own refusals: node --test clients/npm/x402/
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import '../../tests/npm/tools.mjs'

const { wrapFetchWithPayment, x402Client } = await import('@x402/fetch')
const { farthing, upTo, watch } = await import('farthing-pay/x402')

const { cases, refused } = JSON.parse(readFileSync(new URL('../../../testdata/charge/vectors.json', import.meta.url)))
const { exact, settle, upto } = JSON.parse(readFileSync(new URL('../../../testdata/x402/vectors.json', import.meta.url)))
const [first] = cases
const everyCurrency = ['eur', 'usd', 'krw'].map((code) => `${2n ** 63n} ${code}-micro`).concat('210 sat')
const now = () => Date.parse(first.expires) - 1000
const coded = (value) => Buffer.from(JSON.stringify(value)).toString('base64')

/** The requirement of a case: the same challenge in x402's words. */
function asked({ id, realm, digest, expires, opaque, request_json: { amount, currency, recipient, methodDetails: { instance, offer } } }) {
  const extra = { realm, offer, challenge: id, expires, opaque, ...(digest && { digest }), name: 'EUR', decimals: 6 }
  return { scheme: 'exact', network: `farthing:${instance}`, amount, asset: currency, payTo: recipient, maxTimeoutSeconds: 300, extra }
}

/** Lets a stock client pay what a 402 at `url` asks (`accepts`, or the field as it is); the payment it sent, or an error. `landed` is where the 402 came from. */
async function pay(options, accepts = [asked(first)], url = 'https://news.example/a/quiet-harbour', { landed = url, watched = true, controls = false, scheme = farthing } = {}) {
  const required = { x402Version: 2, error: 'Payment required', resource: { url, mimeType: 'text/html' }, accepts }
  const header = typeof accepts === 'string' ? accepts : coded(required)
  let sent
  const fetch = async (request) => {
    sent = request.headers.get('payment-signature')
    const response = new Response('{}', sent ? {} : { status: 402, headers: { 'payment-required': header } })
    return Object.defineProperty(response, 'url', { value: landed })
  }
  const client = new x402Client().setSpendControls(controls)
  client.register('farthing:*', scheme({ seed: first.seed_hex, max: everyCurrency, now, ...options }))
  const paying = watched ? wrapFetchWithPayment(...watch(client, fetch)) : wrapFetchWithPayment(fetch, client)
  const response = await paying(url)
  assert.equal(response.status, 200)
  return JSON.parse(Buffer.from(sent, 'base64'))
}

for (const { name, seed_hex, url, payment_required, payload, accepted } of exact) {
  test(`vector: ${name}`, async () => {
    const paid = await pay({ seed: seed_hex, account: payload.account }, payment_required, url)
    assert.deepEqual(paid.payload, payload, 'the same signature as in the Payment scheme')
    assert.deepEqual(paid.accepted, accepted)
    assert.equal(paid.x402Version, 2)
  })
}

for (const { name, seed_hex, url, payment_required, payload } of upto) {
  test(`vector: ${name}`, async () => {
    const paid = await pay({ seed: seed_hex }, payment_required, url, { scheme: upTo })
    assert.deepEqual(paid.payload, payload, 'a signature of its own: no exact payment')
    await assert.rejects(pay({ seed: seed_hex }, payment_required, url), /No network\/scheme/, 'only who registers it pays so')
    await assert.rejects(pay({ seed: seed_hex, max: '0.01 EUR' }, payment_required, url, { scheme: upTo }), /above the max/)
    const theirs = { ...asked(first), scheme: 'upto', extra: { name: 'EUR' } }
    await assert.rejects(pay({}, [theirs], 'https://shop.example/report', { scheme: upTo }), /no challenge/)
  })
}

for (const { name, values } of refused) {
  test(`refused: ${name}`, async () => {
    const { id, realm, recipient, amount, currency, instance, offer, expires, account } = values
    const extra = { realm, offer, challenge: id, expires }
    const requirement = { scheme: 'exact', network: `farthing:${instance}`, amount, asset: currency, payTo: recipient, maxTimeoutSeconds: 300, extra }
    await assert.rejects(pay({ account: account ?? undefined }, [requirement]), /not paying/)
  })
}

test('the stock client knows the currencies of max, and holds its own limit too', async () => {
  await pay({ max: '0.06 EUR' }, undefined, undefined, { controls: {} })
  await assert.rejects(pay({ max: '0.06 USD' }, undefined, undefined, { controls: {} }), /only default assets/)
  const dear = { ...asked(first), amount: '1000001' }
  await assert.rejects(pay({ max: '2 EUR' }, [dear], undefined, { controls: {} }), /maxAmountPerPayment/)
  await pay({ max: '2 EUR' }, [dear], undefined, { controls: { maxAmountPerPayment: false } })
  assert.deepEqual(farthing({ seed: first.seed_hex, max: '1 EUR' }).findDefaultAsset('eur-micro', 'farthing:x'), { asset: 'eur-micro', symbol: 'EUR', decimals: 6 })
})

test('the cap is a sum in one currency', async () => {
  for (const max of ['50000 eur-micro', '0.05 EUR', ['1 usd-micro', '50000 eur-micro']]) await pay({ max })
  await assert.rejects(pay({ max: '49999 eur-micro' }), /above the max/)
  await assert.rejects(pay({ max: '50000 usd-micro' }), /no max is set/)
})

test('only the page being paid, over https or loopback, and where it was asked', async () => {
  await pay({}, undefined, 'https://www.news.example:8443/a')
  for (const url of ['https://example/', 'https://evil.example/', 'http://news.example/', 'https://news.example.evil.example/'])
    await assert.rejects(pay({}, undefined, url), /realm/)
  await assert.rejects(pay({}, undefined, undefined, { watched: false }), /which site/)
  await assert.rejects(pay({}, undefined, 'https://evil.example/', { landed: 'https://news.example/a' }), /sends on/)
  await pay({ origins: ['https://news.example'] }, undefined, undefined, { watched: false })
  await assert.rejects(pay({ origins: ['https://other.example'] }), /not among the origins/)
})

test('not after its time, not for another instance, not in another scheme', async () => {
  await assert.rejects(pay({ now: () => Date.parse(first.expires) }), /expired/)
  await assert.rejects(pay({ instance: 'a'.repeat(26) }), /instance/)
  await assert.rejects(pay({}, [{ ...asked(first), network: 'farthing:short' }]), /network/)
  await assert.rejects(pay({}, [{ ...asked(first), extra: { ...asked(first).extra, realm: undefined } }]), /realm/)
  await assert.rejects(pay({}, [{ ...asked(first), scheme: 'upto' }]), /No network\/scheme/)
})

test('a server that is not ours is paid by a command of the payer, once and not for long', async () => {
  const theirs = { ...asked(first), maxTimeoutSeconds: 60, extra: { name: 'EUR' } }
  const { payload } = await pay({}, [theirs], 'https://shop.example/report')
  const { key, signature, command, expires, ...more } = payload
  const [known] = settle
  assert.deepEqual(more, {})
  assert.equal(Date.parse(expires) - now(), 60_000)
  assert.equal(Buffer.from(command, 'base64url').readUIntBE(0, 6), now())
  const told = (by) => ['farthing/settle/1', known.instance, by.command, 'harbour', '50000', 'eur-micro', by.expires, known.account].join('\n')
  assert.equal(told(known), known.signed_text)
  const text = told(payload)
  const spki = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
  assert.ok(verify(null, Buffer.from(text), spki, Buffer.from(signature, 'base64url')))
  const again = await pay({}, [theirs], 'https://shop.example/report')
  assert.notEqual(again.payload.command, command)
  assert.equal((await pay({ account: cases[2].payload_account }, [theirs])).payload.account, cases[2].payload_account)
  const slow = await pay({}, [{ ...theirs, maxTimeoutSeconds: 86_400 }])
  assert.equal(Date.parse(slow.payload.expires) - now(), 300_000, 'however long the server would have it')
  await assert.rejects(pay({}, [theirs], 'http://shop.example/report'), /https/)
  await assert.rejects(pay({ max: '0.04 EUR' }, [theirs]), /above the max/)
})
