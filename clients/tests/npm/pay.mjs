//! Pays a URL with the stock mppx client and our method; prints one line of JSON for each response.
//! node clients/tests/npm/pay.mjs URL SEED_HEX MAX [--count N] [--post BODY]      MAX is like "60000 eur-micro" or "0.06 EUR"
//! Runs from the source tree after `cargo xtask setup`; tools.mjs says how packages and *.localhost names are found.
import { createHash } from 'node:crypto'
import { parseArgs } from 'node:util'
import './tools.mjs'

const { Mppx } = await import('mppx/client')
const { Receipt } = await import('mppx')
const { farthing, watch } = await import('farthing-pay/mppx')

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string', default: '1' }, post: { type: 'string' } },
})
const [url, seed, max] = positionals
if (!max) {
  console.error('usage: pay.mjs URL SEED_HEX MAX [--count N] [--post BODY]')
  process.exit(2)
}
const mppx = watch(Mppx.create({ methods: [farthing({ seed, max })], polyfill: false }))

async function pay() {
  const init = values.post === undefined ? {} : { method: 'POST', body: values.post, headers: { 'Content-Type': 'text/plain' } }
  const response = await mppx.fetch(url, init)
  const body = Buffer.from(await response.arrayBuffer())
  const receipt = response.headers.has('Payment-Receipt') ? Receipt.fromResponse(response) : null
  return { status: response.status, receipt, length: body.length, sha256: createHash('sha256').update(body).digest('hex') }
}

// All at once: each payment stands on a challenge of its own.
const outcomes = await Promise.allSettled(Array.from({ length: Number(values.count) }, pay))
for (const { value, reason } of outcomes) console.log(JSON.stringify(value ?? { error: String(reason?.cause ?? reason) }))
process.exitCode = outcomes.every(({ value }) => value?.status === 200) ? 0 : 1
