//! One purchase between stock programs, for `hostile-facilitator test -- node clients/tests/npm/hostile.mjs`: a buyer (@x402/fetch, our
//! scheme), a seller (@x402/express), and at $FACILITATOR_URL a facilitator that fails as real ones do. The buyer never signs
//! twice: what it does not hear the end of it sends again as it is.
import './tools.mjs'

const { default: express } = await import('express')
const { paymentMiddleware, x402ResourceServer } = await import('@x402/express')
const { HTTPFacilitatorClient } = await import('@x402/core/server')
const { wrapFetchWithPayment, x402Client } = await import('@x402/fetch')
const { farthing, watch } = await import('farthing-pay/x402')
const { selling } = await import('farthing-pay/x402/server')

const network = `farthing:${'a'.repeat(26)}`
let command // of the payment that is being settled: what the facilitator knows it by
const facilitator = new HTTPFacilitatorClient({
  url: process.env.FACILITATOR_URL,
  timeoutMs: Number(process.env.HOSTILE_CLIENT_TIMEOUT ?? 5) * 1000,
  createAuthHeaders: async () => ({ verify: {}, supported: {}, settle: { 'Idempotency-Key': command } }),
})
// It settles whatever it is sent, and only names other networks.
facilitator.getSupported = async () => ({ kinds: [{ x402Version: 2, scheme: 'exact', network }], extensions: [], signers: {} })

const routes = { 'GET /report': { accepts: { scheme: 'exact', network, payTo: 'harbour', price: '0.02 EUR' } } }
const app = express()
app.use((request, _, next) => {
  const sent = request.headers['payment-signature']
  if (sent) command = JSON.parse(Buffer.from(sent, 'base64')).payload.command
  next()
})
app.use(paymentMiddleware(routes, new x402ResourceServer(facilitator).register('farthing:*', selling)))
app.get('/report', (_, response) => response.send('report'))
const listening = app.listen(0, '127.0.0.1', buy)

async function buy() {
  const url = `http://127.0.0.1:${listening.address().port}/report`
  let payment
  const keeping = (request) => {
    payment = request.headers.get('payment-signature') ?? payment
    return globalThis.fetch(request)
  }
  const client = new x402Client().register('farthing:*', farthing({ seed: 'a'.repeat(64), max: '0.02 EUR' }))
  let answer = await wrapFetchWithPayment(...watch(client, keeping))(url)
  for (let tries = 0; answer.status !== 200 && tries < 2; tries++) answer = await globalThis.fetch(url, { headers: { 'PAYMENT-SIGNATURE': payment } })
  console.log(answer.status, await answer.text())
  process.exit(answer.status === 200 ? 0 : 1)
}
