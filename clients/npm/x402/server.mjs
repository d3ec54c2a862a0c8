//! Sells for a Farthing balance through somebody's own x402 server, such as the stock @x402/express: how a price is written. What is
//! paid is checked and settled by the facilitator of the instance, nothing here.
import { cap } from '../mppx/payer.mjs'

/** For `new x402ResourceServer(facilitator).register('farthing:*', selling)`; a price is like `0.02 EUR` or `20000 eur-micro`. */
export const selling = {
  scheme: 'exact',
  defaultAssetTransferMethod: 'default',
  paymentFlows: { default: { default: 'authorization', supported: ['authorization', 'upfront'] } },
  async parsePrice(price) {
    if (typeof price !== 'string') return price
    const [asset, amount] = cap(price)
    return { asset, amount: `${amount}` }
  },
  enhancePaymentRequirements: async (asked) => asked,
}
