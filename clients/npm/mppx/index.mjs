//! Pays 402 challenges of method `farthing`, intent `charge`, through a stock mppx client. No network code of its own.
import { Credential, Method, z } from 'mppx'
import { cap, check, payerFrom, signed } from './payer.mjs'

export { accountOf, Refused } from './payer.mjs'

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
 * @param {string | object} [options.wallet] path of a wallet file written by the `farthing` command, or what is in it
 * @param {string} [options.seed] instead of `wallet`: the 32-byte seed, hexadecimal or base64url
 * @param {string | string[]} options.max most that one payment may cost, per currency: `60000 eur-micro` or `0.06 EUR`
 * @param {string[]} [options.origins] the only origins to pay; needed where nobody hands over the URL (the command line)
 * @param {string} [options.instance] pay only this instance
 * @param {string} [options.account] the account to charge, if not that of the wallet or the key's own
 * @param {() => number} [options.now] milliseconds since 1970
 */
export function farthing({ wallet, seed, max, origins, instance: only, account: named, now = Date.now }) {
  const payer = payerFrom({ wallet, seed, account: named })
  const caps = new Map([max].flat().map(cap))
  return Method.toClient(charge, {
    context: z.object({ url: text }),
    async createCredential({ challenge, context }) {
      const { id, realm, digest, expires, request } = challenge
      const { amount, currency, recipient, methodDetails: { instance, offer } = {} } = request
      check({ amount, currency, instance, expires, realm }, { caps, only, origins, url: context && new URL(context.url), now })
      const { privateKey, key, isNamed, account } = await payer
      const values = { instance, id, realm, recipient, amount, currency, offer, digest, expires, account }
      const signature = await signed('farthing/charge/1', values, privateKey)
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
