//! A page behind mppx on Node with a method that says yes to everything; prints one JSON line with port and a credential.
//! node mppx.mjs NODE_MODULES
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const modules = process.argv[2]
const load = (path) => import(pathToFileURL(`${modules}/mppx/dist/${path}`).href)
const { Credential, Challenge, Method, z } = await load('index.js')
const { Mppx } = await load('server/index.js')

const stub = Method.from({
  name: 'stub',
  intent: 'charge',
  schema: {
    credential: { payload: z.object({ signature: z.string() }) },
    request: z.object({ amount: z.string(), currency: z.string(), recipient: z.string() }),
  },
})
const method = Method.toServer(stub, {
  async verify() {
    return { method: 'stub', reference: 'none', status: 'success', timestamp: new Date().toISOString() }
  },
})
const mppx = Mppx.create({ methods: [method], secretKey: '0123456789abcdef0123456789abcdef', realm: '127.0.0.1' })
const charge = mppx.charge({ amount: '100', currency: 'eur-micro', recipient: 'quay' })
const page = 'x'.repeat(1024)
const serve = (response) => response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': page.length }).end(page)

const server = createServer(async (request, response) => {
  if (request.url === '/free') return serve(response)
  const asked = new Request(`http://127.0.0.1${request.url}`, { headers: request.headers })
  const result = await charge(asked)
  if (result.status === 402) {
    const { status, headers } = result.challenge
    return response.writeHead(status, Object.fromEntries(headers)).end()
  }
  for (const [name, value] of result.withReceipt(new Response(null)).headers) response.setHeader(name, value)
  serve(response)
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address()
  const unpaid = await fetch(`http://127.0.0.1:${port}/paid`)
  const challenge = Challenge.fromResponse(unpaid)
  const credential = Credential.serialize({ challenge, payload: { signature: 'any' } })
  const { version } = JSON.parse(readFileSync(`${modules}/mppx/package.json`))
  console.log(JSON.stringify({ port, credential, version }))
})
