//! Pays x402 (version 2, schemes `exact` and `upto`, networks `farthing:*`) through a stock @x402/fetch client. No network code of its own.
import { x402HTTPClient } from '@x402/core/client'
import { cap, check, idAt, payerFrom, refuse, signed } from '../mppx/payer.mjs'

export { accountOf, Refused } from '../mppx/payer.mjs'

/** Longest that a payment to a server which is not ours stays good for, in seconds. */
const LONGEST = 300
const pages = new WeakMap() // by requirement: the page whose 402 it came with

/**
 * A scheme for `new x402Client().register('farthing:*', farthing({ ... }))`.
 * @param {object} options
 * @param {string | object} [options.wallet] path of a wallet file written by the `farthing` command, or what is in it
 * @param {string} [options.seed] instead of `wallet`: the 32-byte seed, hexadecimal or base64url
 * @param {string | string[]} options.max most that one payment may cost, per currency: `60000 eur-micro` or `0.06 EUR`
 * @param {string[]} [options.origins] the only origins to pay; needed where `watch` does not say which page is being paid
 * @param {string} [options.instance] pay only this instance
 * @param {string} [options.account] the account to charge, if not that of the wallet or the key's own
 * @param {() => number} [options.now] milliseconds since 1970
 */
export const farthing = (options) => scheme('exact', options)

/**
 * A second scheme to register beside it, with the same options: for what costs what its server reports, up to the amount that is asked.
 * The signature authorises that amount at most; `PAYMENT-RESPONSE` says what it came to.
 */
export const upTo = (options) => scheme('upto', options)

function scheme(name, { wallet, seed, max, origins, instance: only, account: named, now = Date.now }) {
  const payer = payerFrom({ wallet, seed, account: named })
  const caps = new Map([max].flat().map(cap))
  return {
    scheme: name,
    /** Stock clients refuse an asset that no scheme knows. */
    findDefaultAsset: (asset) => (caps.has(asset) ? { asset, symbol: asset.replace(/-micro$/, '').toUpperCase(), decimals: asset.endsWith('-micro') ? 6 : 8 } : undefined),
    async createPaymentPayload(x402Version, asked) {
      const [, instance] = /^farthing:([a-z2-7]{26})$/.exec(asked.network) ?? refuse(`the network is ${asked.network}`)
      const { amount, asset: currency, payTo: recipient, extra: { challenge, realm, offer, digest, expires } = {} } = asked
      if (x402Version !== 2 || asked.scheme !== name) refuse(`it is ${asked.scheme} of version ${x402Version}`)
      const ours = challenge !== undefined
      const until = ours ? expires : soon(asked.maxTimeoutSeconds, now)
      check({ amount, currency, instance, expires: until, realm: ours ? `${realm}` : undefined }, { caps, only, origins, url: pages.get(asked), now })
      const { privateKey, key, isNamed, account } = await payer
      const payload = async (tag, values, more) =>
        ({ key, signature: await signed(tag, values, privateKey), ...more, ...(isNamed && { account }) })
      if (!ours && name !== 'exact') refuse('no challenge says what is paid up to')
      if (ours)
        return { x402Version, payload: await payload(name === 'exact' ? 'farthing/charge/1' : 'farthing/upto/1', { instance, challenge, realm, recipient, amount, currency, offer, digest, expires, account }) }
      // A server that is not ours makes no challenge: the payer names the command, which is good once and not for long.
      const command = idAt(now())
      const values = { instance, command, recipient, amount, currency, expires: until, account }
      return { x402Version, payload: await payload('farthing/settle/1', values, { command, expires: until }) }
    },
  }
}

/**
 * What to hand to `wrapFetchWithPayment(...watch(client))`: a fetch and a client that tell the scheme which page is being paid,
 * so that realm and https are checked against what was really asked.
 */
export function watch(client, fetch = globalThis.fetch) {
  const asking = async (request) => {
    const response = await fetch(request)
    if (response.status === 402 && new URL(response.url || request.url).origin !== new URL(request.url).origin)
      refuse(`${request.url} sends on to ${response.url}`)
    return response
  }
  const http = new x402HTTPClient(client).onPaymentRequired(async ({ paymentRequired, requestUrl }) => {
    for (const asked of paymentRequired.accepts ?? []) pages.set(asked, new URL(requestUrl))
  })
  return [asking, http]
}

const soon = (seconds, now) => `${new Date(now() + Math.min(seconds || LONGEST, LONGEST) * 1000).toISOString().slice(0, 19)}Z`
