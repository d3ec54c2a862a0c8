//! What a payer signs of a session: its opening, its vouchers, its end. docs/sessions.md has the texts.
import { derived } from '#keys'
import { bytesOf, keyOf, signed } from './payer.mjs'

const NO_CHAIN = { step: null, length: null, anchor: null }
export const larger = (a, b) => (a > b ? a : b)
export const smaller = (a, b) => (a < b ? a : b)

/** The key of a session's vouchers: made again from the wallet's seed and the id, so it is kept nowhere. */
export async function voucherKey({ seed }, id) {
  const salt = bytesOf(id)
  return keyOf(await derived(await derived(seed, salt, 'farthing/voucher/1'), salt, 'farthing/voucher-key/1'))
}

/** A session about to be opened as it is kept, and the payload that opens it. */
export async function opening(payer, challenge, { id, first, hold, until }) {
  const { currency, recipient, methodDetails: { instance, offer, scope } } = challenge.request
  const { key, account, isNamed } = payer
  const terms = { hold: `${hold}`, first: `${first}`, until, kind: 'signed' }
  const { key: by } = await voucherKey(payer, id)
  const head = { instance, challenge: challenge.id, realm: challenge.realm, recipient, currency, offer, scope }
  const signature = await signed('farthing/open/1', { ...head, ...terms, ...NO_CHAIN, voucherKey: by, id, account }, payer.privateKey)
  const kept = { id, instance, recipient, currency, hold: terms.hold, until, authorised: terms.first, spent: '0', seq: 1, requests: 1 }
  Object.assign(kept, { realm: challenge.realm, opening: { key, signature, challenge: challenge.id, offer, scope, ...terms, voucher_key: by } })
  return [kept, { action: 'open', sessionId: id, seq: '1', key, ...terms, voucherKey: by, signature, ...(isNamed && { account }) }]
}

/** The voucher for so much in all. */
export async function voucher(payer, { id, instance, recipient, currency, seq }, units) {
  const cumulative = `${units}`
  const values = { instance, id, recipient, currency, cumulative, ...NO_CHAIN, account: payer.account }
  const signature = await signed('farthing/voucher/1', values, (await voucherKey(payer, id)).privateKey)
  return { action: 'voucher', sessionId: id, seq: `${seq}`, cumulative, signature }
}

/** The end of a session of which so much was counted as spent. */
export async function closing(payer, { id, instance, spent: agreed, seq }) {
  const signature = await signed('farthing/close/1', { instance, id, agreed, account: payer.account }, (await voucherKey(payer, id)).privateKey)
  return { action: 'close', sessionId: id, seq: `${seq + 1}`, agreed, signature }
}
