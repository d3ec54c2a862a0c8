//! Pays a URL with the stock fetch402 of @getalby/lightning-tools and our wallet; prints one line of JSON for each response.
//! node clients/tests/npm/lightning.mjs URL SEED_HEX MAX --wallet URL [--count N] [--again N]
//! --again asks so many times more with the credential of the first answer, which is not paid again.
//! Runs from the source tree after `cargo xtask setup`; tools.mjs says how packages and *.localhost names are found.
import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import './tools.mjs'

const { fetch402 } = await import('@getalby/lightning-tools/402')
const { lightning } = await import('farthing-pay/lightning')

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '1' }, again: { type: 'string', default: '0' }, wallet: { type: 'string' } },
})
const [url, seed, max] = positionals
if (!max || !values.wallet) {
  console.error('usage: lightning.mjs URL SEED_HEX MAX --wallet URL [--count N] [--again N]')
  process.exit(2)
}
let requests = 0
const { fetch } = globalThis
globalThis.fetch = (...asked) => (requests++, fetch(...asked))
const wallet = lightning({ url: values.wallet, seed, max, fetch })

async function pay(credentials) {
  const response = await fetch402(url, {}, credentials ? { credentials } : { wallet })
  const body = Buffer.from(await response.arrayBuffer())
  const { paid, amountSat, credentials: kept } = response.payment ?? {}
  const receipt = response.headers.get('farthing-receipt') ?? response.headers.get('payment-receipt')
  const outcome = { status: response.status, paid, sat: amountSat, scheme: kept?.value.split(' ')[0] ?? null, length: body.length, receipt: receipt && JSON.parse(Buffer.from(receipt, 'base64url')), sha256: createHash('sha256').update(body).digest('hex') }
  return { outcome, kept }
}

const outcomes = await Promise.allSettled(Array.from({ length: Number(values.count) }, () => pay()))
for (const { value, reason } of outcomes) console.log(JSON.stringify(value?.outcome ?? { error: String(reason?.cause ?? reason) }))
for (let times = Number(values.again); times > 0; times--) console.log(JSON.stringify((await pay(outcomes[0].value.kept)).outcome))
console.log(JSON.stringify({ requests }))
process.exitCode = outcomes.every(({ value }) => value?.outcome.status === 200) ? 0 : 1
