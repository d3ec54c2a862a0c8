//! Keys, hashes and files by Node: at once. `keys.browser.mjs` has the same for browsers, which answer later.
import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign as signBy, verify } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** The Ed25519 key of a seed, with its public half in base64url. */
export function keyOf(seed) {
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' })
  return { privateKey, key: createPublicKey(privateKey).export({ format: 'jwk' }).x }
}

/** The signature over bytes, in base64url. */
export const sign = (bytes, privateKey) => signBy(null, bytes, privateKey).toString('base64url')

/** True if the key, in base64url, signed the bytes. */
export const holds = (key, bytes, signature) => verify(null, bytes, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' }), signature)

/** SHA-256 of a text and bytes after it. */
export const hashed = (text, ...bytes) => bytes.reduce((sum, part) => sum.update(part), createHash('sha256').update(text)).digest()

/** A key drawn from another (HKDF-SHA256). */
export const derived = (key, salt, info) => new Uint8Array(hkdfSync('sha256', key, salt, info, 32))

/** A wallet file, read. */
export const kept = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** Sessions in a folder, one file a site: a program that starts again goes on where it was. One program a folder. */
export function files(folder) {
  const path = (origin) => join(folder, `${encodeURIComponent(origin)}.json`)
  return {
    get(origin) {
      try { return JSON.parse(readFileSync(path(origin), 'utf8')) } catch (error) { if (error.code === 'ENOENT') return undefined; throw error }
    },
    set(origin, sessions) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(`${path(origin)}.aside`, JSON.stringify(sessions), { mode: 0o600 })
      renameSync(`${path(origin)}.aside`, path(origin))
    },
    /** What can be proved of a session that is over, in a file of its own. */
    prove(id, proofs) {
      mkdirSync(join(folder, 'proofs'), { recursive: true, mode: 0o700 })
      writeFileSync(join(folder, 'proofs', `${id}.json`), JSON.stringify(proofs, null, 2), { mode: 0o600 })
    },
  }
}
