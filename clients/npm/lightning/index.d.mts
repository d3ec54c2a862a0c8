import type { Options } from '../mppx/index.d.mts'

export { Refused } from '../mppx/index.d.mts'

/** `max` is the most that one invoice may cost. */
export type LightningOptions = Omit<Options, 'origins' | 'wallet'> & {
  /** The wallet's address, such as `https://wallet.example`. */
  url: string
  /** The path of a wallet file, or what is in it. */
  wallet?: Options['wallet']
  /** Sends the requests. */
  fetch?: typeof globalThis.fetch
}

/** A wallet for `fetch402(url, init, { wallet })` of @getalby/lightning-tools. */
export function lightning(options: LightningOptions): {
  /** Buys the preimage of an invoice. */
  payInvoice(asked: { invoice: string }): Promise<{ preimage: string }>
}

/** Payment hash and amount in base units of an invoice of a site of Farthing. */
export function read(invoice: string): { hash: string; amount: bigint }
