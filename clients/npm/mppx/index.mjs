//! Pays 402 challenges of method `farthing`, intent `charge`, through a stock mppx client. No network code of its own.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { Credential, Method, z } from 'mppx'

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
  const { privateKey, key, own, kept = own } = payerFrom(seed == null ? walletFrom(wallet) : { seed })
  const account = named || kept
  const caps = new Map([max].flat().map(cap))
  return Method.toClient(charge, {
    context: z.object({ url: text }),
    async createCredential({ challenge, context }) {
      const { amount, currency, recipient, methodDetails: details = {} } = challenge.request
      const refuse = (why) => { throw new Error(`farthing: not paying, ${why}`) }
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
      const lines = Object.entries(values).map(([name, value = '']) => {
        if ((value === '' && name !== 'digest') || typeof value !== 'string' || /[\0-\x1f\x7f]/.test(value) || Buffer.byteLength(value) > 512)
          refuse(`${name} is missing or unfit to sign`)
        return value
      })
      const signedText = ['farthing/charge/1', ...lines].join('\n')
      const signature = sign(null, Buffer.from(signedText), privateKey).toString('base64url')
      return Credential.serialize({ challenge, payload: { key, signature, ...((named || account !== own) && { account }) } })
    },
  })
}

/** Hands the URL of each response to the method, so that realm and https are checked against what was really asked. Returns `mppx`. */
export function watch(mppx) {
  mppx.onChallengeReceived(({ challenge, response, createCredential }) =>
    challenge.method === charge.name ? createCredential({ url: response.url }) : undefined)
  return mppx
}

/** The account (32 characters) whose first key is `key`, an Ed25519 public key in base64url. */
export function accountOf(key) {
  const hash = createHash('sha256').update('farthing/account/1\n').update(Buffer.from(key, 'base64url')).digest()
  const bits = [...hash.subarray(0, 20)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return bits.match(/.{5}/g).map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five, 2)]).join('')
}

function payerFrom({ seed, account: kept }) {
  const bytes = Buffer.from(seed, /^[0-9a-f]{64}$/i.test(seed) ? 'hex' : 'base64url')
  if (bytes.length !== 32) throw new Error('farthing: a seed is 32 bytes, hexadecimal or base64url')
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), bytes])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const key = createPublicKey(privateKey).export({ format: 'jwk' }).x
  return { privateKey, key, own: accountOf(key), kept }
}

function walletFrom(path) {
  const { version, seed, account } = JSON.parse(readFileSync(path, 'utf8'))
  if (version === 1 && /^[\w-]{43}$/.test(seed) && /^[a-z2-7]{32}$/.test(account)) return { seed, account }
  throw new Error(`farthing: ${path} is not a wallet of version 1`)
}

function cap(line) {
  const [, whole, fraction = '', unit] = /^([0-9]+)(?:\.([0-9]{1,6}))? ([A-Z]{3}|[a-z][a-z0-9-]*)$/.exec(line) ?? []
  const decimal = unit === unit?.toUpperCase()
  if (!unit || (fraction && !decimal)) throw new Error(`farthing: max is like "60000 eur-micro" or "0.06 EUR", not "${line}"`)
  return decimal ? [`${unit.toLowerCase()}-micro`, BigInt(whole + fraction.padEnd(6, '0'))] : [unit, BigInt(whole)]
}

function covers(realm, { protocol, hostname }) {
  const loopback = /^(localhost|.+\.localhost|127(\.[0-9]+){3}|\[::1\])$/.test(hostname)
  const parent = !isIP(hostname) && realm.includes('.') && hostname.endsWith(`.${realm}`)
  return (protocol === 'https:' || loopback) && (hostname === realm || parent)
}
