//! Keys and hashes by the Web Crypto API: what `keys.mjs` has, as promises. The key itself never leaves the browser's own code again.
import { textOf } from './payer.mjs'

const { subtle } = globalThis.crypto
const PKCS8 = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]
const utf8 = (text) => new TextEncoder().encode(text)

/** The Ed25519 key of a seed, with its public half in base64url. */
export async function keyOf(seed) {
  const open = (extractable) => subtle.importKey('pkcs8', Uint8Array.from([...PKCS8, ...seed]), 'Ed25519', extractable, ['sign'])
  return { privateKey: await open(false), key: (await subtle.exportKey('jwk', await open(true))).x }
}

/** The signature over bytes, in base64url. */
export const sign = async (bytes, privateKey) => textOf(new Uint8Array(await subtle.sign('Ed25519', privateKey, bytes)))

/** True if the key, in base64url, signed the bytes. */
export async function holds(key, bytes, signature) {
  const known = await subtle.importKey('jwk', { kty: 'OKP', crv: 'Ed25519', x: key }, 'Ed25519', false, ['verify'])
  return subtle.verify('Ed25519', known, signature, bytes)
}

/** SHA-256 of a text and bytes after it. */
export const hashed = async (text, ...bytes) =>
  new Uint8Array(await subtle.digest('SHA-256', Uint8Array.from([...utf8(text), ...bytes.flatMap((part) => [...part])])))

/** A key drawn from another (HKDF-SHA256). */
export async function derived(key, salt, info) {
  const from = await subtle.importKey('raw', key, 'HKDF', false, ['deriveBits'])
  return new Uint8Array(await subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info: utf8(info) }, from, 256))
}

/** A browser reads no files: hand over the wallet itself. */
export function kept() {
  throw new Error('farthing: in a browser `wallet` is the wallet itself, or give a `seed`')
}

/** Sessions in the browser's own storage, under a name: a page that is opened again goes on where it was. One page at a time. */
export function files(name) {
  const { localStorage } = globalThis
  const read = (key) => JSON.parse(localStorage.getItem(`${name} ${key}`) ?? 'null') ?? undefined
  const write = (key, value) => localStorage.setItem(`${name} ${key}`, JSON.stringify(value))
  return { get: read, set: write, prove: (id, proofs) => write(`proofs ${id}`, proofs) }
}
