//! Keys by Node: at once. `keys.browser.mjs` has the same for browsers, which answer later.
import { createHash, createPrivateKey, createPublicKey, sign as signBy } from 'node:crypto'
import { readFileSync } from 'node:fs'

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The Ed25519 key of a seed, with its public half in base64url. */
export function keyOf(seed) {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  return { privateKey, key: createPublicKey(privateKey).export({ format: 'jwk' }).x }
}

/** The signature over bytes, in base64url. */
export const sign = (bytes, privateKey) => signBy(null, bytes, privateKey).toString('base64url')

/** SHA-256 of a text and bytes after it. */
export const hashed = (text, bytes) => createHash('sha256').update(text).update(bytes).digest()

/** A wallet file, read. */
export const kept = (path) => JSON.parse(readFileSync(path, 'utf8'))
