//! Who pays, and what may be signed: what the methods of this package have in common, in Node and in browsers.
import { hashed, keyOf, kept, sign } from '#keys'

export { keyOf }

/** The account (32 characters) whose first key is `key`, an Ed25519 public key in base64url. In a browser a promise of it. */
export const accountOf = (key) => after(hashed('farthing/account/1\n', bytesOf(key)), (hash) => base32(hash.subarray(0, 20)))

/** Lower case, without padding. */
export function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return bits.match(/.{1,5}/g).map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** Who pays: by the seed, or by the wallet; `account` is charged, the key's own if none is named. In a browser a promise. */
export function payerFrom({ wallet, seed: given, account: named }) {
  const { seed: text, account: known } = given == null ? walletFrom(wallet) : { seed: given }
  const seed = bytesOf(text)
  if (seed.length !== 32) throw new Error('farthing: a seed is 32 bytes, hexadecimal or base64url')
  return after(keyOf(seed), ({ privateKey, key }) => after(accountOf(key), (own) => {
    const account = named || known || own
    // Whoever prints a payer prints no secret.
    return Object.defineProperties({ key, account, isNamed: Boolean(named) || account !== own }, { seed: { value: seed }, privateKey: { value: privateKey } })
  }))
}

/** The field that a credential for a challenge goes in: sites behind a login keep `Authorization` to themselves. */
export const fieldOf = ({ header }) => header ?? 'authorization'

/** The signature over a tag and the values one a line; `digest` may be empty, and what is null is an empty line. */
export function signed(tag, values, privateKey) {
  const lines = Object.entries(values).map(([name, given]) => {
    const value = given ?? ''
    if ((value === '' && name !== 'digest' && given !== null) || typeof value !== 'string' || /[\0-\x1f\x7f]/.test(value) || utf8(value).length > 512)
      refuse(`${name} is missing or unfit to sign`)
    return value
  })
  return sign(utf8([tag, ...lines].join('\n')), privateKey)
}

/**
 * Refuses what must not be signed: more than the caps, another instance, what is over, another site than the one being paid.
 * A realm that is undefined is that of a server which names none; https or loopback it must be all the same.
 */
export function check({ amount, currency, instance, expires, realm }, { caps, only, origins, url, now }) {
  if (!/^(0|[1-9][0-9]{0,18})$/.test(amount) || BigInt(amount) >= 1n << 63n) refuse('the amount is no whole number')
  if (!caps.has(currency)) refuse(`no max is set for the currency ${currency}`)
  if (BigInt(amount) > caps.get(currency)) refuse(`${amount} ${currency} is above the max`)
  if (only && instance !== only) refuse(`the instance is ${instance}`)
  if (!(Date.parse(expires) > now())) refuse('the challenge has expired or has no time')
  if (!url && !origins) refuse('neither watch(…) nor origins says which site is being paid')
  if (url && origins && !origins.includes(url.origin)) refuse(`${url.origin} is not among the origins`)
  const sites = url ? [url] : origins.map((origin) => new URL(origin))
  if (!sites.some((site) => covers(realm ?? site.hostname, site)))
    refuse(`realm ${realm} is not that of an https or loopback URL being paid`)
}

/** What is not paid; the message says why. */
export class Refused extends Error {
  name = 'Refused'
}

/** Says why nothing is paid. */
export function refuse(why) {
  throw new Refused(`farthing: not paying, ${why}`)
}

/** A line such as `0.06 EUR` as a currency and its base units. */
export function cap(line) {
  const [, whole, fraction = '', unit] = /^([0-9]+)(?:\.([0-9]{1,6}))? ([A-Z]{3}|[a-z][a-z0-9-]*)$/.exec(line) ?? []
  const decimal = unit === unit?.toUpperCase()
  if (!unit || (fraction && !decimal)) throw new Error(`farthing: max is like "60000 eur-micro" or "0.06 EUR", not "${line}"`)
  return decimal ? [`${unit.toLowerCase()}-micro`, BigInt(whole + fraction.padEnd(6, '0'))] : [unit, BigInt(whole)]
}

/** True for a URL that a realm may ask for: its host or a parent of it, over https or on this machine. */
export function covers(realm, { protocol, hostname }) {
  const loopback = /^(localhost|.+\.localhost|127(\.[0-9]+){3}|\[::1\])$/.test(hostname)
  const address = /^([0-9.]+|\[.*\])$/.test(hostname)
  const parent = !address && realm.includes('.') && hostname.endsWith(`.${realm}`)
  return (protocol === 'https:' || loopback) && (hostname === realm || parent)
}

/** A fresh id: 48 bits of milliseconds, 80 random bits. */
export function idAt(ms) {
  const random = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return textOf(bytesOf(ms.toString(16).padStart(12, '0') + random, 'hex'))
}

function walletFrom(wallet) {
  const { version, seed, account } = typeof wallet === 'string' ? kept(wallet) : (wallet ?? {})
  if (version === 1 && /^[\w-]{43}$/.test(seed) && /^[a-z2-7]{32}$/.test(account)) return { seed, account }
  throw new Error(`farthing: ${typeof wallet === 'string' ? wallet : 'what is given'} is not a wallet of version 1`)
}

export const utf8 = (text) => new TextEncoder().encode(text)
const after = (value, work) => (value instanceof Promise ? value.then(work) : work(value))

/** The bytes of a text in base64url, or of 64 hexadecimal digits. */
export function bytesOf(text, as = /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64url') {
  if (as === 'hex') return Uint8Array.from(text.match(/../g), (two) => parseInt(two, 16))
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
}

/** Bytes in base64url. */
export const textOf = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
