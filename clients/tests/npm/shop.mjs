//! Somebody's own x402 server, made of the stock @x402/express: it sells /report for a Farthing balance and settles at our
//! facilitator. node clients/tests/npm/shop.mjs FACILITATOR NETWORK PAYEE PRICE prints its address and serves until it is ended.
import './tools.mjs'

const { default: express } = await import('express')
const { paymentMiddleware, x402ResourceServer } = await import('@x402/express')
const { HTTPFacilitatorClient } = await import('@x402/core/server')
const { selling } = await import('farthing-pay/x402/server')

const [url, network, payTo, price] = process.argv.slice(2)
const server = new x402ResourceServer(new HTTPFacilitatorClient({ url })).register('farthing:*', selling)
const routes = { 'GET /report': { accepts: { scheme: 'exact', network, payTo, price }, description: 'A report' } }

let served = 0
const app = express().use(paymentMiddleware(routes, server))
app.get('/report', (_, response) => response.send(`report ${(served += 1)}`))
app.get('/served', (_, response) => response.send(`${served}`))
const listening = app.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${listening.address().port}`))
