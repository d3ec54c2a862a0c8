//! The wallet against the vectors, and what it refuses before it signs: node --test clients/npm/lightning/
import assert from 'node:assert/strict'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import '../../tests/npm/tools.mjs'

const { Invoice } = await import('@getalby/lightning-tools/bolt11')
const { parseL402 } = await import('@getalby/lightning-tools/402/l402')
const { lightning, read } = await import('farthing-pay/lightning')

const { cases } = JSON.parse(readFileSync(new URL('../../../testdata/l402/vectors.json', import.meta.url)))
const [first] = cases
const instance = 'hotvey7jd6ae3gat5h3yc24rge'
const now = () => first.at * 1000
const seed = createHash('sha256').update('alice').digest('hex')
const digest = (text) => `sha-256=:${createHash('sha256').update(text).digest('base64')}:`

/** A wallet's door that asks for what it is told to, and keeps what it was sent. */
function door({ request = {}, details = {}, challenge = {}, refused = 0, answer } = {}) {
  const sent = []
  const asks = { amount: first.amount, currency: 'eur-micro', recipient: 'harbour', methodDetails: { instance, offer: first.offer, ...details }, ...request }
  const parameters = {
    id: 'a'.repeat(43), realm: 'wallet.example', method: 'farthing', intent: 'charge', request: Buffer.from(JSON.stringify(asks)).toString('base64url'),
    digest: digest(first.invoice), expires: new Date((first.at + 240) * 1000).toISOString().replace('.000', ''), opaque: 'e30', ...challenge,
  }
  const line = `Payment ${Object.entries(parameters).map(([name, value]) => `${name}="${value}"`).join(', ')}`
  const fetch = async (url, { body, headers }) => {
    sent.push({ url: `${url}`, body, authorization: headers.authorization })
    if (!headers.authorization) return new Response('{}', { status: 402, headers: { 'www-authenticate': line } })
    if (sent.length <= refused + 1) throw new TypeError('the connection broke off')
    return new Response(answer ?? first.preimage)
  }
  const pay = (options, invoice = first.invoice) => lightning({ url: 'https://wallet.example', seed, max: '0.05 EUR', fetch, now, ...options }).payInvoice({ invoice })
  return { sent, pay }
}

for (const vector of cases) {
  test(`stock decoders and ours read the invoice of ${vector.name}`, () => {
    const stock = new Invoice({ pr: vector.invoice })
    assert.deepEqual([stock.paymentHash, `${stock.millisatoshi}`, stock.description, stock.expiry], [vector.payment_hash, vector.amount, vector.item, vector.expiry_s])
    assert.ok(stock.validatePreimage(vector.preimage))
    assert.deepEqual(read(vector.invoice), { hash: vector.payment_hash, amount: BigInt(vector.amount) })
    const { token, invoice } = parseL402(vector.www_authenticate)
    assert.deepEqual([token, invoice], [vector.token, vector.invoice])
  })
}

test('an invoice is answered by one credential, sent again while no answer comes', async () => {
  const { sent, pay } = door({ refused: 2 })
  assert.deepEqual(await pay(), { preimage: first.preimage })
  assert.equal(sent.length, 4)
  assert.equal(new Set(sent.slice(1).map(({ authorization }) => authorization)).size, 1)
  for (const { url, body } of sent) assert.deepEqual([url, body], [`https://wallet.example/v1/locks/${first.payment_hash}`, first.invoice])
  const { challenge, payload } = JSON.parse(Buffer.from(sent[1].authorization.slice('Payment '.length), 'base64url'))
  const text = ['farthing/charge/1', instance, challenge.id, 'wallet.example', 'harbour', first.amount, 'eur-micro', first.offer, challenge.digest, challenge.expires]
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(payload.key, 'base64url')])
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  assert.ok(verify(null, Buffer.from([...text, '4k7lvdieleyfmaevie5aeop4bpz7msqw'].join('\n')), key, Buffer.from(payload.signature, 'base64url')))
})

test('nothing is signed that is not this invoice, within its bounds', async () => {
  const refused = async (asked, why, options, invoice) => {
    const { sent, pay } = door(asked)
    await assert.rejects(pay(options, invoice), why)
    assert.ok(sent.every(({ authorization }) => !authorization), 'something was signed')
  }
  await refused({ request: { amount: '50001' } }, /asks for 50001/)
  await refused({ request: { currency: 'usd-micro' } }, /no max/)
  await refused({}, /above the max/, { max: '0.049999 EUR' })
  await refused({}, /instance/, { instance: 'a'.repeat(26) })
  await refused({ challenge: { realm: 'other.example' } }, /realm/)
  await refused({}, /realm/, { url: 'http://wallet.example' })
  await refused({ challenge: { digest: digest('another') } }, /another invoice/)
  await refused({ challenge: { method: 'lightning' } }, /another payment/)
  await refused({}, /expired/, { now: () => (first.at + 240) * 1000 })
  await refused({}, /no invoice/, {}, first.invoice.replace('lnbcrt', 'lnbc'))
  await refused({}, /no invoice/, {}, 'lnbcrt1')
  await assert.rejects(door({ answer: '0'.repeat(64) }).pay(), /opens nothing/)
})
