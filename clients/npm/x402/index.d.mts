import type { PaymentRequirements } from '@x402/core/types'
import type { x402Client, x402HTTPClient } from '@x402/core/client'
import type { Options } from '../mppx/index.d.mts'

export { accountOf, Refused, type Options, type Wallet } from '../mppx/index.d.mts'

/** A scheme for `new x402Client().register('farthing:*', farthing({ ... }))`. */
export function farthing(options: Options): {
  readonly scheme: 'exact'
  findDefaultAsset(asset: string): { asset: string; symbol: string; decimals: number } | undefined
  createPaymentPayload(
    x402Version: number,
    asked: PaymentRequirements,
  ): Promise<{ x402Version: number; payload: Record<string, unknown> }>
}

/** A second scheme to register beside it: what costs what its server reports, up to the amount that is asked. */
export function upTo(options: Options): {
  readonly scheme: 'upto'
  findDefaultAsset(asset: string): { asset: string; symbol: string; decimals: number } | undefined
  createPaymentPayload(
    x402Version: number,
    asked: PaymentRequirements,
  ): Promise<{ x402Version: number; payload: Record<string, unknown> }>
}

/** The two arguments of `wrapFetchWithPayment`. */
export function watch(
  client: x402Client,
  fetch?: typeof globalThis.fetch,
): [typeof globalThis.fetch, x402HTTPClient]
