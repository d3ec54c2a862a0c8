//! Who pays, and what may be signed: what the methods of this package have in common.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'

/** The account (32 characters) whose first key is `key`, an Ed25519 public key in base64url. */
export function accountOf(key) {
  return base32(createHash('sha256').update('farthing/account/1\n').update(Buffer.from(key, 'base64url')).digest().subarray(0, 20))
}

/** Lower case, without padding. */
export function base32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return bits.match(/.{1,5}/g).map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[parseInt(five.padEnd(5, '0'), 2)]).join('')
}

/** Who pays: by the seed, or by the wallet file; `account` is charged, the key's own if none is named. */
export function payerFrom({ wallet, seed: given, account: named }) {
  const { seed, account: kept } = given == null ? walletFrom(wallet) : { seed: given }
  const bytes = Buffer.from(seed, /^[0-9a-f]{64}$/i.test(seed) ? 'hex' : 'base64url')
  if (bytes.length !== 32) throw new Error('farthing: a seed is 32 bytes, hexadecimal or base64url')
  const { privateKey, key } = keyOf(bytes)
  const own = accountOf(key)
  const account = named || kept || own
  return { seed: bytes, privateKey, key, account, isNamed: Boolean(named) || account !== own }
}

/** The Ed25519 key of a seed. */
export function keyOf(seed) {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  return { privateKey, key: createPublicKey(privateKey).export({ format: 'jwk' }).x }
}

/** The signature over a tag and the values one a line; `digest` may be empty, and what is null is an empty line. */
export function signed(tag, values, privateKey) {
  const lines = Object.entries(values).map(([name, given]) => {
    const value = given ?? ''
    if ((value === '' && name !== 'digest' && given !== null) || typeof value !== 'string' || /[\0-\x1f\x7f]/.test(value) || Buffer.byteLength(value) > 512)
      refuse(`${name} is missing or unfit to sign`)
    return value
  })
  return sign(null, Buffer.from([tag, ...lines].join('\n')), privateKey).toString('base64url')
}

/** Says why nothing is paid. */
export function refuse(why) {
  throw new Error(`farthing: not paying, ${why}`)
}

function walletFrom(path) {
  const { version, seed, account } = JSON.parse(readFileSync(path, 'utf8'))
  if (version === 1 && /^[\w-]{43}$/.test(seed) && /^[a-z2-7]{32}$/.test(account)) return { seed, account }
  throw new Error(`farthing: ${path} is not a wallet of version 1`)
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
  const parent = !isIP(hostname) && realm.includes('.') && hostname.endsWith(`.${realm}`)
  return (protocol === 'https:' || loopback) && (hostname === realm || parent)
}
