import type { Method } from 'mppx'

/** What stands in a wallet file that the `farthing` command wrote. */
export type Wallet = { version: 1; seed: string; account: string }

export type Options = {
  /** The path of a wallet file, or what is in it; in a browser the latter. */
  wallet?: string | Wallet
  /** Instead of `wallet`: the 32-byte seed, hexadecimal or base64url. */
  seed?: string
  /** Most that one payment may cost, per currency: `60000 eur-micro` or `0.06 EUR`. */
  max: string | string[]
  /** The only origins to pay; needed where nobody says which page is being paid. */
  origins?: string[]
  /** Pay only this instance. */
  instance?: string
  /** The account to charge, if not that of the wallet or the key's own. */
  account?: string
  /** Milliseconds since 1970. */
  now?: () => number
}

/** A payment method for `Mppx.create({ methods: [farthing(...)] })`. */
export function farthing(options: Options): Method.AnyClient

/** Hands the URL of each response to the method. Returns its argument. */
export function watch<mppx extends { onChallengeReceived: Function; onPaymentResponse: Function }>(mppx: mppx): mppx

/** What is not paid; its message begins with `farthing: not paying,` and says why. */
export class Refused extends Error {}

/** The account whose first key is `key`, base64url; in a browser a promise of it. */
export function accountOf(key: string): string | Promise<string>
