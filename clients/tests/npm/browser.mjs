//! The plug-ins in a browser, as a page has them: `pays.mppx`, `pays.x402` and `pays.fetch` each pay for an address from a seed. bundle.mjs makes one file of it.
import { wrapFetchWithPayment, x402Client, decodePaymentResponseHeader } from '@x402/fetch'
import { Mppx } from 'mppx/client'
import { farthingFetch, files } from 'farthing-pay/fetch'
import { farthing, watch } from 'farthing-pay/mppx'
import { farthingSession } from 'farthing-pay/session'
import { farthing as scheme, watch as watched } from 'farthing-pay/x402'

const read = (header) => header && JSON.parse(atob(header.replaceAll('-', '+').replaceAll('_', '/')))
const told = async (response) => ({ status: response.status, receipt: read(response.headers.get('payment-receipt')), body: await response.text() })

globalThis.pays = {
  /** A page, through a stock mppx client. */
  async mppx(url, seed, max) {
    return told(await watch(Mppx.create({ methods: [farthing({ seed, max })], polyfill: false })).fetch(url))
  },
  /** A page, through a stock @x402/fetch client. */
  async x402(url, seed, max) {
    const paying = wrapFetchWithPayment(...watched(new x402Client().register('farthing:*', scheme({ seed, max }))))
    const response = await paying(url)
    return { status: response.status, settled: decodePaymentResponseHeader(response.headers.get('payment-response')), body: await response.text() }
  },
  /** Calls at once from a session that a stock mppx client opens, then its end. */
  async session(url, seed, max, count) {
    const method = farthingSession({ seed, max })
    const client = watch(Mppx.create({ methods: [method], polyfill: false }))
    const pages = await Promise.all(Array.from({ length: count }, async () => told(await client.fetch(url))))
    return { pages, closed: await method.close(new URL(url).origin) }
  },
  /** Calls from a session with our own fetch, which is kept in the browser's storage under a name; its end if `close`. */
  async fetch(url, seed, max, count, { close, each } = {}) {
    const paying = farthingFetch({ seed, max, store: files('farthing'), ...(each && { each }) })
    const pages = []
    for (let place = 0; place < count; place++) pages.push(await told(await paying(url)))
    return { pages, closed: close ? await paying.close(new URL(url).origin) : [] }
  },
}
document.title = 'ready'
