//! The sessions of one payer: what mppx's method and our own fetch pay from.
import { Challenge, Credential } from 'mppx'
import { doors, memory, read } from './kept.mjs'
import { cap, covers, fieldOf, idAt, payerFrom, refuse } from './payer.mjs'
import { ended } from './ended.mjs'
import { certified } from './receipts.mjs'
import { larger, opening as openingOf, smaller, voucher } from './vouchers.mjs'

/** After these there is no session any more, or none that a voucher still pays from. */
const GONE = ['channel-not-found', 'channel-finalized']
const OVER = [...GONE, 'hold-exhausted', 'invalid-signature', 'signer-mismatch']
const DAY = 86_400_000
/** For so long an opening without an answer is taken for one that goes on. */
const HEARD = 60_000

/**
 * The sessions of one payer.
 * @param {object} options
 * @param {string} [options.wallet] path of a wallet file written by the `farthing` command
 * @param {string} [options.seed] instead of `wallet`: the 32-byte seed, hexadecimal or base64url
 * @param {string | string[]} options.max most that one session may hold, per currency: `1.00 EUR`
 * @param {string | string[]} [options.each] most that one request may cost, per currency; by default the price of one unit
 * @param {string} [options.instance] pay only this instance
 * @param {string} [options.account] the account to charge, if not that of the wallet or the key's own
 * @param {{ get(origin: string): any, set(origin: string, sessions: any): any, prove?(id: string, proofs: any): any }} [options.store] where
 *   sessions are kept, and what can be proved of those that are over: `files(folder)`
 * @param {() => number} [options.now] milliseconds since 1970
 */
export function sessions({ wallet, seed, max, each = [], instance, account: named, store = memory(), now = Date.now }) {
  const known = payerFrom({ wallet, seed, account: named }) // in a browser a promise
  const [holds, most] = [max, each].map((lines) => new Map([lines].flat().map(cap)))
  const flying = new Map() // how many requests of a session have no answer yet
  const opening = doors()
  let tail = Promise.resolve()
  const inTurn = (work) => (tail = tail.then(work, work))

  /** What a challenge asks, if it may be answered at all. */
  function asked({ realm, expires, request }, url) {
    const { amount, currency, methodDetails: details } = request
    if (instance && details.instance !== instance) refuse(`the instance is ${details.instance}`)
    if (!(Date.parse(expires) > now())) refuse('the challenge has expired or has no time')
    if (!covers(realm, new URL(url))) refuse(`realm ${realm} is not that of an https or loopback URL being paid`)
    const per = BigInt(details.per ?? 1)
    const price = (BigInt(amount) + per - 1n) / per
    const [limit, one] = [holds.get(currency) ?? refuse(`no max is set for the currency ${currency}`), most.get(currency) ?? price]
    if (price > one || price > limit) refuse(`${price} ${currency} a request is above ${price > one ? 'each' : 'max'}`)
    return { price, limit, one }
  }

  /** The credential for the next request under a challenge; `problem` is what the request before it was refused with. */
  async function pay(challenge, { url, problem = {} }) {
    const { currency, recipient, methodDetails: { instance, scope } } = challenge.request
    const { origin } = new URL(url)
    const place = `${origin} ${scope}`
    const again = problem.code !== undefined && problem.code !== 'payment-required'
    // Of many requests at once one opens the session and the others pay from it.
    while (opening.has(place) && !again) await opening.over(place)
    return inTurn(async () => {
      if (opening.has(place) && !again) return undefined
      opening.done(place)
      const [payer, { price, limit, one }] = [await known, asked(challenge, url)]
      const all = (await store.get(origin)) ?? {}
      if (problem.code === 'insufficient-funds') return poor(origin, all, scope, problem)
      let kept = all[scope]
      if (kept?.broken) refuse(`the site claimed ${kept.broken}; close the session`)
      const same = kept?.recipient === recipient && kept.currency === currency && kept.instance === instance
      const required = BigInt(problem.requiredCumulative ?? 0)
      let due, payload
      // An opening that nobody heard of again may have been refused: stock clients tell a method of good answers only.
      const isThere = kept?.open || (!again && now() < Date.parse(kept?.until) - DAY + HEARD)
      if (same && !OVER.includes(problem.code) && Date.parse(kept.until) > now() && isThere) {
        if (!again) flying.set(kept.id, (flying.get(kept.id) ?? 0) + 1)
        due = larger(required, BigInt(kept.spent) + price * BigInt(flying.get(kept.id) || 1))
      }
      if (due && due <= BigInt(kept.hold)) {
        kept = { ...kept, seq: kept.seq + 1, requests: kept.requests + (again ? 0 : 1), authorised: `${larger(due, BigInt(kept.authorised))}` }
        const agreed = one * BigInt(kept.requests)
        if (due > agreed) refuse(`the site asks for ${due} ${currency}; for ${kept.requests} requests ${agreed} is the most; close the session`)
        payload = await voucher(payer, kept, due)
      } else {
        // A request that costs more than a unit says so when it is opened for.
        const first = problem.code === 'insufficient-balance' ? larger(price, required) : price
        if (first > one || first > limit) refuse(`${first} ${currency} for one request is above ${first > one ? 'each' : 'max'}`)
        // Where the most that a request may cost is reserved for each, the hold the site suggests may do for one alone.
        const held = larger(first, smaller(limit, larger(first * 16n, BigInt(challenge.request.methodDetails.hold))))
        if (kept && !GONE.includes(problem.code)) all[kept.id] = kept
        ;[kept, payload] = await openingOf(payer, challenge, { id: idAt(now()), first, hold: held, until: until(now() + DAY) })
        flying.set(kept.id, 1)
        opening.begin(place, kept.id)
      }
      await store.set(origin, { ...all, [scope]: { ...kept, url, challenge: Challenge.serialize(challenge) } })
      return { credential: Credential.serialize({ challenge, payload }), field: fieldOf(challenge), name: `${kept.id} ${kept.seq}`, id: kept.id }
    }).then((paid) => paid ?? pay(challenge, { url, problem }))
  }

  /** An opening that the account does not reach for leaves no session. */
  async function poor(origin, all, scope, { topUpUrl }) {
    if (all[scope] && !all[scope].open) {
      flying.delete(all[scope].id)
      delete all[scope]
      await store.set(origin, all)
    }
    refuse(`there is too little money in the account${topUpUrl ? `: ${topUpUrl}` : ''}`)
  }

  /** A request has no answer. It may have been drawn, and is paid for with the next if it was. */
  function lost(id) {
    opening.lost(id)
    flying.set(id, Math.max(0, (flying.get(id) ?? 0) - 1))
  }

  /** What an answer says of its session: more than was authorised is an error, and nothing more is paid from it. */
  const answered = (response, id) => told(response.headers.get('payment-receipt'), new URL(response.url).origin, id)

  /** The same by the receipt as it stands in `Payment-Receipt`, if there is one. */
  function told(header, origin, id) {
    return inTurn(async () => {
      const receipt = read(header)
      const all = (await store.get(origin)) ?? {}
      const [scope, kept] = Object.entries(all).find(([, { id: known }]) => known === (id ?? receipt?.reference)) ?? []
      if (!kept) return
      opening.done(`${origin} ${scope}`, kept.id)
      flying.set(kept.id, Math.max(0, (flying.get(kept.id) ?? 0) - 1))
      if (receipt?.intent !== 'session') return
      const [spent, accepted] = [BigInt(receipt.spent), BigInt(receipt.acceptedCumulative)]
      const broken = receipt.reference !== kept.id || spent > BigInt(kept.authorised) || accepted > BigInt(kept.authorised)
      const signed = await certified(kept, header).catch((error) => error)
      const now = { ...signed, open: true, spent: `${spent > BigInt(kept.spent) ? spent : kept.spent}` }
      const isGood = !broken && !(signed instanceof Error)
      await store.set(origin, { ...all, [scope]: isGood ? now : { ...kept, broken: broken ? `${spent} of ${kept.authorised}` : 'what it did not sign' } })
      if (!broken && !isGood) throw signed
      if (broken) throw new Error(`farthing: the site claims ${spent} ${kept.currency} spent, ${accepted} accepted; ${kept.authorised} was authorised`)
    })
  }

  /** Ends the sessions with a site: what was not spent is free again. What each captured and released, by its final receipt. */
  const close = (origin, fetch = globalThis.fetch) => inTurn(async () => ended(await known, store, { origin, fetch }))

  return { pay, answered, told, lost, close, store, payer: known, most, inTurn }
}

const until = (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`
