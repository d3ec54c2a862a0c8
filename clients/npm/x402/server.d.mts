import type { SchemeNetworkServer } from '@x402/core/types'

/** For `new x402ResourceServer(facilitator).register('farthing:*', selling)`; a price is like `0.02 EUR` or `20000 eur-micro`. */
export const selling: SchemeNetworkServer
