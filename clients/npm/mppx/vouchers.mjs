//! What a payer signs of a session: its opening, its vouchers, its end. docs/sessions.md has the texts.
import { hkdfSync } from 'node:crypto'
import { keyOf, signed } from './payer.mjs'

const NO_CHAIN = { step: null, length: null, anchor: null }
export const larger = (a, b) => (a > b ? a : b)
export const smaller = (a, b) => (a < b ? a : b)

/** The key of a session's vouchers: made again from the wallet's seed and the id, so it is kept nowhere. */
export function voucherKey({ seed }, id) {
  const derived = (from, info) => Buffer.from(hkdfSync('sha256', from, Buffer.from(id, 'base64url'), info, 32))
  return keyOf(derived(derived(seed, 'farthing/voucher/1'), 'farthing/voucher-key/1'))
}

/** A session about to be opened as it is kept, and the payload that opens it. */
export function opening(payer, challenge, { id, first, hold, until }) {
  const { currency, recipient, methodDetails: { instance, offer, scope } } = challenge.request
  const { key, account, isNamed } = payer
  const terms = { hold: `${hold}`, first: `${first}`, until, kind: 'signed' }
  const by = voucherKey(payer, id).key
  const head = { instance, challenge: challenge.id, realm: challenge.realm, recipient, currency, offer, scope }
  const signature = signed('farthing/open/1', { ...head, ...terms, ...NO_CHAIN, voucherKey: by, id, account }, payer.privateKey)
  const kept = { id, instance, recipient, currency, hold: terms.hold, until, authorised: terms.first, spent: '0', seq: 1, requests: 1 }
  Object.assign(kept, { realm: challenge.realm, opening: { key, signature, challenge: challenge.id, offer, scope, ...terms, voucher_key: by } })
  return [kept, { action: 'open', sessionId: id, seq: '1', key, ...terms, voucherKey: by, signature, ...(isNamed && { account }) }]
}

/** The voucher for so much in all. */
export function voucher(payer, { id, instance, recipient, currency, seq }, units) {
  const cumulative = `${units}`
  const values = { instance, id, recipient, currency, cumulative, ...NO_CHAIN, account: payer.account }
  const signature = signed('farthing/voucher/1', values, voucherKey(payer, id).privateKey)
  return { action: 'voucher', sessionId: id, seq: `${seq}`, cumulative, signature }
}

/** The end of a session of which so much was counted as spent. */
export function closing(payer, { id, instance, spent: agreed, seq }) {
  const signature = signed('farthing/close/1', { instance, id, agreed, account: payer.account }, voucherKey(payer, id).privateKey)
  return { action: 'close', sessionId: id, seq: `${seq + 1}`, agreed, signature }
}
