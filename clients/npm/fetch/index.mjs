//! `fetch` that pays: with a challenge that was kept, in the request itself. Calls and units from a session, whole pages by `pay`.
import { hashed } from '#keys'
import { Challenge, Credential } from 'mppx'
import { fitting, read } from '../mppx/kept.mjs'
import { covers, fieldOf, idAt, refuse, signed, textOf, utf8 } from '../mppx/payer.mjs'
import { sessions } from '../mppx/session.mjs'
import { unanswered } from './unanswered.mjs'

export { files } from '../mppx/kept.mjs'
export { Refused } from '../mppx/payer.mjs'

/** The price last quoted may have risen by half until the site is asked again. */
const LEEWAY = [3n, 2n]
/** So often the same bytes are sent until an answer comes. */
const TRIES = 3
/** Answers of 500 and above that say what became of a payment: it was taken back, or never begun. */
const CLEAR = ['origin-failed', 'internal', 'busy']

/**
 * `fetch(url, init)` with `close(origin)`. The options are those of `sessions` in `farthing-pay/session`; whole pages are bought
 * only in the currencies of `each`, and for at most that.
 */
export function farthingFetch(options) {
  const purse = sessions(options)
  const { store, most, inTurn } = purse
  const now = options.now ?? Date.now
  const waiting = unanswered({ store, inTurn, now })

  /** A credential that buys what this very request asks for. */
  async function buy(challenge, { url, method, body }) {
    const { amount, currency, recipient, methodDetails: { instance } } = challenge.request
    const limit = most.get(currency) ?? refuse(`no each is set for the currency ${currency}`)
    if (BigInt(amount) > limit) refuse(`${amount} ${currency} is above each`)
    if (options.instance && instance !== options.instance) refuse(`the instance is ${instance}`)
    if (!covers(challenge.realm, url)) refuse(`realm ${challenge.realm} is not that of an https or loopback URL being paid`)
    const dearer = (BigInt(amount) * LEEWAY[0]) / LEEWAY[1]
    const max = `${dearer < limit ? dearer : limit}`
    const command = idAt(now())
    const path = url.pathname + url.search
    const [payer, long] = [await purse.payer, utf8(path).length > 512]
    const target = long ? textOf(await hashed(path)) : path
    const digest = body?.length ? `sha-256=:${btoa(String.fromCharCode(...(await hashed('', body))))}:` : ''
    const values = { instance, id: challenge.id, realm: challenge.realm, recipient, max, currency, method, target, digest, command, account: payer.account }
    const signature = await signed('farthing/pay/1', values, payer.privateKey)
    const payload = { action: 'pay', key: payer.key, max, command, signature, ...(payer.isNamed && { account: payer.account }) }
    return { credential: Credential.serialize({ challenge, payload }), field: fieldOf(challenge), name: command, command, max, instance }
  }

  /** What pays under a challenge that just came, which is kept for the next time. */
  async function answer(challenge, asked, problem) {
    const { unitType, methodDetails: { scope } } = challenge.request
    if (unitType !== 'purchase') return purse.pay(challenge, { url: asked.url.href, problem })
    const paid = await buy(challenge, asked)
    await inTurn(async () => {
      const all = (await store.get(asked.url.origin)) ?? {}
      await store.set(asked.url.origin, { ...all, [scope]: { challenge: Challenge.serialize(challenge), until: challenge.expires } })
    })
    return paid
  }

  /** What pays with the first byte; undefined where nothing is kept for the page. */
  async function ahead(asked) {
    const found = fitting((await store.get(asked.url.origin)) ?? {}, asked.url.pathname, now())
    if (!found) return undefined
    const challenge = Challenge.deserialize(found.challenge)
    if (!(Date.parse(challenge.expires) > now())) return undefined
    return found.id ? purse.pay(challenge, { url: asked.url.href }) : buy(challenge, asked)
  }

  /** The answer to the same bytes, which are sent again while none comes; the payer may give up at any time. */
  async function present(send, paid, signal) {
    for (let tries = 1; ; tries++) {
      try {
        return await send()
      } catch (error) {
        if (!paid || signal?.aborted || tries === TRIES) throw error
      }
    }
  }

  /** What became of what was paid: nothing is paid a second time while that is not known. */
  async function settle(origin, paid, response) {
    const isClear = response && (response.status < 500 ? response.status !== 429 : CLEAR.includes((await problemOf(response)).code))
    await (isClear ? waiting.over(origin, paid) : waiting.lost(origin, paid))
    if (paid.id && !response) purse.lost(paid.id)
  }

  async function paying(input, given = {}) {
    const init = input instanceof Request ? { ...(await partsOf(input)), ...given } : given
    const url = new URL(input instanceof Request ? input.url : input)
    const body = init.body == null ? undefined : new Uint8Array(await new Response(init.body).arrayBuffer())
    const asked = { url, body, method: (init.method ?? 'GET').toUpperCase() }
    const type = init.body == null ? undefined : new Request(url, { ...init, duplex: 'half' }).headers.get('content-type')
    const own = new Headers(init.headers).get('idempotency-key')
    const identity = JSON.stringify([asked.method, url.pathname + url.search, own, body ? textOf(await hashed('', body)) : ''])
    const isHead = asked.method === 'HEAD'
    let [paid, response] = [isHead ? undefined : ((await waiting.take(url.origin, identity)) ?? (await ahead(asked)))]
    for (let [tries, bought] = [0, 0]; tries < 4; tries++) {
      const headers = new Headers(init.headers)
      if (type && !headers.has('content-type')) headers.set('content-type', type)
      headers.set('accept-payment', 'farthing/session, farthing/charge;q=0.5')
      if (paid) headers.set(paid.field, paid.credential)
      if (paid?.command && !own) headers.set('idempotency-key', paid.command)
      bought += paid?.command ? 1 : 0
      if (paid && !paid.isKept) paid = await waiting.begin(url.origin, identity, paid)
      const send = () => globalThis.fetch(url, { ...init, body, headers, redirect: init.redirect ?? 'manual' })
      response = await present(send, paid, init.signal).catch(async (error) => {
        if (paid) await settle(url.origin, paid)
        throw error
      })
      if (paid) await settle(url.origin, paid, response)
      const refused = response.status === 402 || response.status === 410
      if (!refused && paid?.id) await purse.answered(response, paid.id)
      if (!refused && paid?.command) proved(response, paid)
      const challenges = refused ? Challenge.fromResponseList(response) : []
      const challenge = challenges.find((challenge) => challenge.method === 'farthing' && challenge.intent === 'session')
      if (!challenge || isHead) return response
      const problem = await problemOf(response)
      // What was sent before may have been taken then, whatever is said of it now.
      if (paid?.isKept && paid.command && problem.code !== 'price-above-max') return response
      // Who takes a page's price and asks for it again is not paid a third time.
      if (problem.code === 'insufficient-funds' || bought > 1) return response
      paid = await answer(challenge, asked, paid ? problem : {})
    }
    return response
  }

  return Object.assign(paying, { close: (origin) => purse.close(origin) })
}

const problemOf = (response) => response.clone().json().catch(() => ({}))

/** What a request says, to be said again. */
async function partsOf(request) {
  const { method, headers, signal } = request
  const body = request.body == null ? undefined : await request.clone().arrayBuffer()
  return { method, headers, signal, body }
}

/** A receipt for more than was signed for is an error. */
function proved(response, { max, instance }) {
  const receipt = read(response.headers.get('payment-receipt'))
  if (receipt && (BigInt(receipt.amount) > BigInt(max) || receipt.instance !== instance))
    throw new Error(`farthing: the receipt says ${receipt.amount} where ${max} was signed`)
}
