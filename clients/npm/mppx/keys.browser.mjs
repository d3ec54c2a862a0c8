//! Keys by the Web Crypto API: what `keys.mjs` has, as promises. The key itself never leaves the browser's own code again.
import { textOf } from './payer.mjs'

const { subtle } = globalThis.crypto
const PKCS8 = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]

/** The Ed25519 key of a seed, with its public half in base64url. */
export async function keyOf(seed) {
  const open = (extractable) => subtle.importKey('pkcs8', Uint8Array.from([...PKCS8, ...seed]), 'Ed25519', extractable, ['sign'])
  return { privateKey: await open(false), key: (await subtle.exportKey('jwk', await open(true))).x }
}

/** The signature over bytes, in base64url. */
export const sign = async (bytes, privateKey) => textOf(new Uint8Array(await subtle.sign('Ed25519', privateKey, bytes)))

/** SHA-256 of a text and bytes after it. */
export const hashed = async (text, bytes) =>
  new Uint8Array(await subtle.digest('SHA-256', Uint8Array.from([...new TextEncoder().encode(text), ...bytes])))

/** A browser reads no files: hand over the wallet itself. */
export function kept() {
  throw new Error('farthing: in a browser `wallet` is the wallet itself, or give a `seed`')
}
