//! Pays a URL with the stock @x402/fetch client and the stock scheme for chains of Ethereum's kind; prints one line of JSON.
//! node clients/tests/npm/evm.mjs URL KEY [--asset 0x…] [--seed SEED_HEX] [--keep FILE] [--send FILE]
//! With --seed the client has our scheme, too. --keep writes the payment that was sent into a file; --send sends that very one again.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import './tools.mjs'

const { wrapFetchWithPayment, x402Client, decodePaymentResponseHeader } = await import('@x402/fetch')
const { ExactEvmScheme } = await import('@x402/evm/exact/client')
const { privateKeyToAccount } = await import('viem/accounts')
const { farthing, watch } = await import('farthing-pay/x402')

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { asset: { type: 'string' }, seed: { type: 'string' }, keep: { type: 'string' }, send: { type: 'string' } },
})
const [url, key] = positionals
if (!key) {
  console.error('usage: evm.mjs URL KEY [--asset 0x…] [--seed SEED_HEX] [--keep FILE] [--send FILE]')
  process.exit(2)
}
const client = new x402Client().register('eip155:*', new ExactEvmScheme(privateKeyToAccount(key)))
// A coin of one's own is no coin that the client knows.
client.setSpendControls({ allowedAssets: true })
if (values.seed) client.register('farthing:*', farthing({ seed: values.seed, max: '1.00 USD' }))
let sent = 0
const keeping = async (request) => {
  const payment = request.headers.get('payment-signature')
  if (payment) sent += 1
  if (payment && values.keep) writeFileSync(values.keep, payment)
  return globalThis.fetch(request)
}
const paying = wrapFetchWithPayment(...watch(client, keeping))
const response = await (values.send ? globalThis.fetch(url, { headers: { 'PAYMENT-SIGNATURE': readFileSync(values.send, 'utf8') } }) : paying(url))
const body = await response.text()
const settled = response.headers.get('payment-response')
const receipt = settled && decodePaymentResponseHeader(settled)
const retryAfter = response.headers.get('retry-after')
console.log(JSON.stringify({ status: response.status, receipt, retryAfter, farthing: response.headers.get('farthing-receipt') !== null, length: body.length, body, sent }))
process.exitCode = response.status === 200 ? 0 : 1
