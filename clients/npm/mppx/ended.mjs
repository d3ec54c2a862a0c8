//! The end of sessions: asked for, proved, and what is left of them.
import { Challenge, Credential } from 'mppx'
import { read } from './kept.mjs'
import { fieldOf } from './payer.mjs'
import { certified, proofs } from './receipts.mjs'
import { closing } from './vouchers.mjs'

/** Ends the sessions that are kept of an origin; what each captured and released, by its final receipt. */
export async function ended(payer, store, { origin, fetch }) {
  const [all, ends] = [(await store.get(origin)) ?? {}, []]
  for (const [scope, kept] of Object.entries(all).filter(([, { id }]) => id)) {
    const response = await asked(payer, kept, fetch)
    const said = response.status === 410 ? (await response.json()).receipt : response.headers.get('payment-receipt')
    if (!response.ok && response.status !== 410) throw new Error(`farthing: ${kept.id} is not closed: the site answers ${response.status}`)
    const [final, over] = [read(said), said && (await certified(kept, said, true))]
    delete all[scope]
    await store.set(origin, all)
    if (final && BigInt(final.captured) > BigInt(kept.authorised)) throw new Error(`farthing: ${final.captured} captured, ${kept.authorised} authorised`)
    const proved = over && proofs(over, payer.account)
    if (proved) await store.prove?.(kept.id, proved)
    ends.push({ id: kept.id, captured: final?.captured, released: final?.released, proofs: proved })
  }
  return ends
}

/** The answer to a close. A session outlives its challenge: any other of its realm and recipient will do. */
async function asked(payer, kept, fetch) {
  const end = async (challenge) => {
    const credential = Credential.serialize({ challenge, payload: await closing(payer, kept) })
    return fetch(kept.url, { headers: { [fieldOf(challenge)]: credential }, redirect: 'manual' })
  }
  const response = await end(Challenge.deserialize(kept.challenge))
  const isOf = ({ intent, realm, request }) => intent === 'session' && realm === kept.realm && request.recipient === kept.recipient
  const fresh = response.status === 402 && Challenge.fromResponseList(response).find(isOf)
  return fresh ? end(fresh) : response
}
