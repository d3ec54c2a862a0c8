//! What an instance signs of a session: receipts proved by its keys, and all that is proved in one file.
import { hashed, holds } from '#keys'
import { read } from './kept.mjs'
import { base32, bytesOf, textOf, utf8 } from './payer.mjs'

const hash = (...parts) => hashed('', ...parts.map((part) => (typeof part === 'string' ? utf8(part) : Uint8Array.from(part))))
const proves = (key, text, signature) => holds(key, utf8(text), signature)
const same = (one, other) => textOf(one) === textOf(other)

/** The receipt keys that a site publishes: signed by the root key, whose hash is the instance. */
export async function keysOf(origin, instance, fetch = globalThis.fetch) {
  const response = await fetch(`${origin}/.well-known/farthing.json`, { redirect: 'error' })
  const { root_key, receipt_keys } = await response.json()
  const own = base32((await hash('farthing/instance/1\n', bytesOf(root_key))).subarray(0, 16))
  const good = []
  for (const { key, signature } of receipt_keys)
    if (await proves(root_key, `farthing/key/1\n${instance}\nreceipt\n${key}`, bytesOf(signature))) good.push({ key, signature })
  if (own !== instance || !good.length) throw new Error(`farthing: ${origin} does not show the keys of ${instance}`)
  return { root_key, receipt_keys: good }
}

/** True if one of the keys signed the receipt: alone, or with others in a tree (RFC 9162). In any case a promise. */
export async function isProved(header, instance, { receipt_keys }) {
  const { proof = '', ...fields } = read(header)
  const bytes = bytesOf(proof, 'base64url')
  if (bytes.length < 81 || bytes[0] !== 1) return false
  const canonical = JSON.stringify(Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))))
  const number = (place) => bytes[place] * 256 + bytes[place + 1]
  let [at, left, path, node] = [number(13), number(15), bytes.subarray(17, -64), await hash([0], canonical)]
  const size = left
  for (; left > 1; [at, left] = [at >> 1, (left + 1) >> 1]) {
    if ((at ^ 1) >= left) continue
    const beside = path.subarray(0, 32)
    path = path.subarray(32)
    node = await (at & 1 ? hash([1], beside, node) : hash([1], node, beside))
  }
  const text = `farthing/receipts/1\n${instance}\n${textOf(bytes.subarray(5, 13))}\n${size}\n${textOf(node)}`
  for (const { key } of path.length ? [] : receipt_keys)
    if (same((await hash(bytesOf(key))).subarray(0, 4), bytes.subarray(1, 5)) && (await proves(key, text, bytes.subarray(-64)))) return true
  return false
}

/** A session with the signed receipt that came kept. A payment's is unsigned; what opens or ends a session must be signed. */
export async function certified(kept, header, mustSign = !kept.open) {
  if (!read(header)?.proof && !mustSign) return kept
  const keys = kept.keys ?? (await keysOf(new URL(kept.url).origin, kept.instance))
  if (!header || !(await isProved(header, kept.instance, keys))) throw new Error(`farthing: no key of the instance proves the receipt of ${kept.id}`)
  return { ...kept, keys, receipts: [...new Set([...(kept.receipts ?? []), header])] }
}

/** What can be proved of a session, as `farthing audit --proofs FILE` and clients/audit/session.py check it. */
export function proofs({ id, instance, realm, recipient, currency, keys, opening, receipts, authorised, spent }, account) {
  const said = { session: id, instance, account, realm, recipient, currency, ...keys, opening, receipts, authorised, counted: spent }
  return { farthing: 'farthing/session-proofs/1', ...said }
}
