//! A page behind @x402/express with a facilitator in this process that says yes; prints one JSON line with port and a credential.
//! node server.mjs NODE_MODULES
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const modules = process.argv[2]
const required = createRequire(`${modules}/none.js`)
const load = (name) => import(pathToFileURL(required.resolve(name)).href)
const { default: express } = await load('express')
const { paymentMiddleware, x402ResourceServer } = await load('@x402/express')
const { decodePaymentRequiredHeader, encodePaymentSignatureHeader } = await load('@x402/core/http')

const scheme = 'exact'
const network = 'farthing:bench'
const facilitator = {
  verify: async () => ({ isValid: true, payer: 'anybody' }),
  settle: async () => ({ success: true, transaction: 'none', network, payer: 'anybody' }),
  getSupported: async () => ({ kinds: [{ x402Version: 2, scheme, network }], extensions: [], signers: {} }),
}
const play = {
  scheme,
  defaultAssetTransferMethod: 'default',
  paymentFlows: { default: { supported: ['authorization'], default: 'authorization' } },
  parsePrice: async (price) => price,
  enhancePaymentRequirements: async (requirements) => requirements,
}
const price = { amount: '100', asset: 'eur-micro' }
const routes = { 'GET /paid': { accepts: { scheme, network, price, payTo: 'quay' }, description: 'A page' } }
const page = 'x'.repeat(1024)

// As fast as it goes: no field that the page does not need.
const app = express().disable('x-powered-by').disable('etag')
const serve = (_, response) => response.type('text/plain').send(page)
app.get('/free', serve)
app.use(paymentMiddleware(routes, new x402ResourceServer(facilitator).register(network, play)))
app.get('/paid', serve)

const server = app.listen(0, '127.0.0.1', async () => {
  const { port } = server.address()
  const unpaid = await fetch(`http://127.0.0.1:${port}/paid`)
  const asked = decodePaymentRequiredHeader(unpaid.headers.get('payment-required'))
  const payload = { x402Version: 2, resource: asked.resource, accepted: asked.accepts[0], payload: { signature: 'any' } }
  const { version } = JSON.parse(readFileSync(`${modules}/@x402/express/package.json`))
  console.log(JSON.stringify({ port, credential: encodePaymentSignatureHeader(payload), version }))
})
server.keepAliveTimeout = 60_000
