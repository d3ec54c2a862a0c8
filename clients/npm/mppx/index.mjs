//! Pays 402 challenges of method `farthing`, intent `charge`, through a stock mppx client. No network code of its own.
import { Credential, Method, z } from 'mppx'
import { cap, covers, payerFrom, refuse, signed } from './payer.mjs'

export { accountOf } from './payer.mjs'

const text = z.string()
const charge = Method.from({
  name: 'farthing',
  intent: 'charge',
  schema: {
    credential: { payload: z.object({ key: text, signature: text, account: z.optional(text) }) },
    request: z.looseObject({ amount: text, currency: text, recipient: text, methodDetails: z.looseObject({}) }),
  },
})

/**
 * A payment method for `Mppx.create({ methods: [farthing(...)] })` or `defineConfig({ methods: [...] })`.
 * @param {object} options
 * @param {string} [options.wallet] path of a wallet file written by the `farthing` command
 * @param {string} [options.seed] instead of `wallet`: the 32-byte seed, hexadecimal or base64url
 * @param {string | string[]} options.max most that one payment may cost, per currency: `60000 eur-micro` or `0.06 EUR`
 * @param {string[]} [options.origins] the only origins to pay; needed where nobody hands over the URL (the command line)
 * @param {string} [options.instance] pay only this instance
 * @param {string} [options.account] the account to charge, if not that of the wallet or the key's own
 * @param {() => number} [options.now] milliseconds since 1970
 */
export function farthing({ wallet, seed, max, origins, instance, account: named, now = Date.now }) {
  const { privateKey, key, isNamed, account } = payerFrom({ wallet, seed, account: named })
  const caps = new Map([max].flat().map(cap))
  return Method.toClient(charge, {
    context: z.object({ url: text }),
    async createCredential({ challenge, context }) {
      const { amount, currency, recipient, methodDetails: details = {} } = challenge.request
      if (!/^(0|[1-9][0-9]{0,18})$/.test(amount) || BigInt(amount) >= 1n << 63n) refuse('the amount is no whole number')
      if (!caps.has(currency)) refuse(`no max is set for the currency ${currency}`)
      if (BigInt(amount) > caps.get(currency)) refuse(`${amount} ${currency} is above the max`)
      if (instance && details.instance !== instance) refuse(`the instance is ${details.instance}`)
      if (!(Date.parse(challenge.expires) > now())) refuse('the challenge has expired or has no time')
      const url = context && new URL(context.url)
      if (!url && !origins) refuse('neither watch(mppx) nor origins says which site is being paid')
      if (url && origins && !origins.includes(url.origin)) refuse(`${url.origin} is not among the origins`)
      const sites = url ? [url] : origins.map((origin) => new URL(origin))
      if (!sites.some((site) => covers(challenge.realm, site)))
        refuse(`realm ${challenge.realm} is not that of an https or loopback URL being paid`)
      const { id, realm, digest, expires } = challenge
      const values = { instance: details.instance, id, realm, recipient, amount, currency, offer: details.offer, digest, expires, account }
      const signature = signed('farthing/charge/1', values, privateKey)
      return Credential.serialize({ challenge, payload: { key, signature, ...(isNamed && { account }) } })
    },
  })
}

/**
 * Hands the URL of each response to the method, so that realm and https are checked against what was really asked. Sessions
 * are also told what was refused, and what an answer says of them. Returns `mppx`.
 */
export function watch(mppx) {
  mppx.onChallengeReceived(async ({ challenge, response, createCredential }) => {
    if (challenge.method !== charge.name) return undefined
    const problem = challenge.intent === charge.intent ? {} : await response.clone().json().catch(() => ({}))
    return createCredential({ url: response.url, problem })
  })
  mppx.onPaymentResponse(({ method, response }) => method.answered?.(response))
  return mppx
}
