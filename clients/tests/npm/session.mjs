//! Pays for a URL from sessions: with the stock mppx client and our session method, or with our own fetch. Prints a line of JSON.
//! node clients/tests/npm/session.mjs URL SEED_HEX MAX [--each SUM] [--count N] [--at-once] [--fetch] [--store FOLDER] [--close] [--pages]
//! --pages pays for URL/0, URL/1 and so on, each of them once.
//! Runs from the source tree after `cargo xtask setup`; tools.mjs says how packages and *.localhost names are found.
import { parseArgs } from 'node:util'
import './tools.mjs'

const { Mppx } = await import('mppx/client')
const { watch } = await import('farthing-pay/mppx')
const { farthingSession, files } = await import('farthing-pay/session')
const { farthingFetch } = await import('farthing-pay/fetch')

const yes = { type: 'boolean', default: false }
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { each: { type: 'string' }, count: { type: 'string', default: '1' }, 'at-once': yes, fetch: yes, store: { type: 'string' }, close: yes, pages: yes },
})
const [url, seed, max] = positionals
const options = { seed, max, ...(values.each && { each: values.each }), ...(values.store && { store: files(values.store) }) }

let requests = 0
const plain = globalThis.fetch
globalThis.fetch = (...asked) => { requests += 1; return plain(...asked) }

const method = farthingSession(options)
const ours = values.fetch && farthingFetch(options)
const fetch = ours || watch(Mppx.create({ methods: [method], polyfill: false })).fetch

async function pay(number) {
  const response = await fetch(values.pages ? `${url}/${number}` : url)
  const body = await response.text()
  const receipt = JSON.parse(Buffer.from(response.headers.get('Payment-Receipt') ?? 'bnVsbA', 'base64url'))
  return { status: response.status, receipt, body: response.ok ? body : JSON.parse(body).code }
}

const said = []
const once = (number) => pay(number).then((paid) => said.push(paid), (error) => said.push({ error: String(error?.cause ?? error) }))
const times = Array.from({ length: Number(values.count) }, (_, number) => number)
if (values['at-once']) await Promise.all(times.map(once))
else for (const number of times) await once(number)
const paying = requests
const closed = values.close ? await (ours || method).close(new URL(url).origin) : []
console.log(JSON.stringify({ said, requests: paying, closed }))
