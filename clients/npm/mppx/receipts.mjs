//! What an instance signs of a session: receipts proved by its keys, and all that is proved in one file.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { read } from './kept.mjs'
import { base32 } from './payer.mjs'

const hash = (...parts) => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest()

function holds(key, text, signature) {
  const known = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' })
  return verify(null, Buffer.from(text), known, Buffer.from(signature, 'base64url'))
}

/** The receipt keys that a site publishes: signed by the root key, whose hash is the instance. */
export async function keysOf(origin, instance, fetch = globalThis.fetch) {
  const response = await fetch(`${origin}/.well-known/farthing.json`, { redirect: 'error' })
  const { root_key, receipt_keys } = await response.json()
  const own = base32(hash('farthing/instance/1\n', Buffer.from(root_key, 'base64url')).subarray(0, 16))
  const good = receipt_keys.filter(({ key, signature }) => holds(root_key, `farthing/key/1\n${instance}\nreceipt\n${key}`, signature))
  if (own !== instance || !good.length) throw new Error(`farthing: ${origin} does not show the keys of ${instance}`)
  return { root_key, receipt_keys: good.map(({ key, signature }) => ({ key, signature })) }
}

/** True if one of the keys signed the receipt: alone, or with others in a tree (RFC 9162). */
export function isProved(header, instance, { receipt_keys }) {
  const { proof = '', ...fields } = read(header)
  const bytes = Buffer.from(proof, 'base64url')
  if (bytes.length < 81 || bytes[0] !== 1) return false
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))))
  let [at, left, path, node] = [bytes.readUInt16BE(13), bytes.readUInt16BE(15), bytes.subarray(17, -64), hash(Buffer.of(0), canonical)]
  const size = left
  for (; left > 1; [at, left] = [at >> 1, (left + 1) >> 1]) {
    if ((at ^ 1) >= left) continue
    const beside = path.subarray(0, 32)
    path = path.subarray(32)
    node = at & 1 ? hash(Buffer.of(1), beside, node) : hash(Buffer.of(1), node, beside)
  }
  const text = `farthing/receipts/1\n${instance}\n${bytes.subarray(5, 13).toString('base64url')}\n${size}\n${node.toString('base64url')}`
  const signature = bytes.subarray(-64).toString('base64url')
  const named = receipt_keys.filter(({ key }) => hash(Buffer.from(key, 'base64url')).subarray(0, 4).equals(bytes.subarray(1, 5)))
  return path.length === 0 && named.some(({ key }) => holds(key, text, signature))
}

/** A session with the signed receipt that came kept. A payment's is unsigned; what opens or ends a session must be signed. */
export async function certified(kept, header, mustSign = !kept.open) {
  if (!read(header)?.proof && !mustSign) return kept
  const keys = kept.keys ?? (await keysOf(new URL(kept.url).origin, kept.instance))
  if (!header || !isProved(header, kept.instance, keys)) throw new Error(`farthing: no key of the instance proves the receipt of ${kept.id}`)
  return { ...kept, keys, receipts: [...new Set([...(kept.receipts ?? []), header])] }
}

/** What can be proved of a session, as `farthing audit --proofs FILE` and clients/audit/session.py check it. */
export function proofs({ id, instance, realm, recipient, currency, keys, opening, receipts, authorised, spent }, account) {
  const said = { session: id, instance, account, realm, recipient, currency, ...keys, opening, receipts, authorised, counted: spent }
  return { farthing: 'farthing/session-proofs/1', ...said }
}
