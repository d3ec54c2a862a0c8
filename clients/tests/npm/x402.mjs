//! Pays a URL with the stock @x402/fetch client and our scheme; prints one line of JSON for each response.
//! node clients/tests/npm/x402.mjs URL SEED_HEX MAX [--count N] [--keep FILE] [--send FILE]
//! --keep writes the payment that was sent into a file; --send sends that very payment again, and asks for no other.
//! Runs from the source tree after `cargo xtask setup`; tools.mjs says how packages and *.localhost names are found.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import './tools.mjs'

const { wrapFetchWithPayment, x402Client, decodePaymentResponseHeader } = await import('@x402/fetch')
const { farthing, upTo, watch } = await import('farthing-pay/x402')

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '1' }, keep: { type: 'string' }, send: { type: 'string' } },
})
const [url, seed, max] = positionals
if (!max) {
  console.error('usage: x402.mjs URL SEED_HEX MAX [--count N] [--keep FILE] [--send FILE]')
  process.exit(2)
}
const client = new x402Client().register('farthing:*', farthing({ seed, max })).register('farthing:*', upTo({ seed, max }))
const keeping = async (request) => {
  const sent = request.headers.get('payment-signature')
  if (sent && values.keep) writeFileSync(values.keep, sent)
  return globalThis.fetch(request)
}
const paying = wrapFetchWithPayment(...watch(client, keeping))
const sending = () => globalThis.fetch(url, { headers: { 'PAYMENT-SIGNATURE': readFileSync(values.send, 'utf8') } })

async function pay() {
  const response = await (values.send ? sending() : paying(url))
  const body = await response.text()
  const settled = response.headers.get('payment-response')
  return { status: response.status, receipt: settled && decodePaymentResponseHeader(settled), length: body.length, body }
}

const outcomes = await Promise.allSettled(Array.from({ length: Number(values.count) }, pay))
for (const { value, reason } of outcomes) console.log(JSON.stringify(value ?? { error: String(reason?.cause ?? reason) }))
process.exitCode = outcomes.every(({ value }) => value?.status === 200) ? 0 : 1
