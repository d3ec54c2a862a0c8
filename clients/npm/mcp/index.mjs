//! Tools of an MCP server that are paid with the call itself: the stock client's calls, each with a voucher of one session.
import { Challenge, Credential } from 'mppx'
import { fitting } from '../mppx/kept.mjs'
import { textOf, utf8 } from '../mppx/payer.mjs'
import { sessions } from '../mppx/session.mjs'
import { unanswered } from '../fetch/unanswered.mjs'

export { files } from '../mppx/kept.mjs'
export { Refused } from '../mppx/payer.mjs'

const CREDENTIAL = 'org.paymentauth/credential'
const RECEIPT = 'org.paymentauth/receipt'
/** The errors of a call that is to be paid, and of one whose payment is refused. */
const REFUSED = [-32042, -32043]
/** Errors up to this come from the other side; -32001 and -32000 are the client's own: no answer in time, no connection. */
const ANSWERED = -32002

/**
 * Lets a connected client of `@modelcontextprotocol/sdk` pay for the tools it calls, and gives it back with `closeSessions()`. The
 * options are those of `sessions` in `farthing-pay/session`, and `url`: the address that the client is connected to.
 */
export function payingTools(client, { url, ...options }) {
  const purse = sessions(options)
  const now = options.now ?? Date.now
  const waiting = unanswered({ store: purse.store, inTurn: purse.inTurn, now })
  const call = client.callTool.bind(client)
  const { origin } = new URL(url)
  /** To the books a tool is a page below the address of its server. */
  const pageOf = (name) => new URL(`${new URL(url).pathname}/${name}`, origin)

  /** What pays with the first message; undefined where no session is kept for the tool. */
  async function ahead(page) {
    const found = fitting((await purse.store.get(origin)) ?? {}, page.pathname, now())
    const challenge = found?.id && Challenge.deserialize(found.challenge)
    return challenge && Date.parse(challenge.expires) > now() ? purse.pay(challenge, { url: page.href }) : undefined
  }

  async function callTool(asked, schema, how) {
    const page = pageOf(asked.name)
    const identity = JSON.stringify([asked.name, asked.arguments ?? {}])
    let paid = (await waiting.take(origin, identity)) ?? (await ahead(page))
    for (let tries = 0; ; tries++) {
      if (paid && !paid.isKept) paid = await waiting.begin(origin, identity, paid)
      const meta = paid && { _meta: { ...asked._meta, [CREDENTIAL]: Credential.deserialize(paid.credential) } }
      const result = await call({ ...asked, ...meta }, schema, how).catch((error) => ({ error }))
      const { error } = result
      // An error of JSON-RPC is an answer; without one nobody knows whether the call was made.
      if (paid) await (!error || error.code <= ANSWERED ? waiting.over(origin, paid) : waiting.lost(origin, paid))
      if (!error) {
        const receipt = result._meta?.[RECEIPT]
        if (paid) await purse.told(receipt && headerOf(receipt), origin, paid.id)
        return { ...result, receipt }
      }
      const challenge = REFUSED.includes(error.code) && session(error.data?.challenges)
      if (paid && !challenge) purse.lost(paid.id)
      if (!challenge || tries === 3) throw error
      paid = await purse.pay(challenge, { url: page.href, problem: (paid && error.data.problem) ?? {} })
    }
  }

  client.callTool = callTool
  return Object.assign(client, { closeSessions: () => purse.close(origin) })
}

/** The challenge that a session is opened or gone on with. */
const session = (challenges = []) => challenges.find(({ method, intent, request }) => method === 'farthing' && intent === 'session' && request.unitType !== 'purchase')

/** A receipt as it stands in `Payment-Receipt`: what names the challenge was put to it on the way. */
function headerOf({ challengeId, ...receipt }) {
  return textOf(utf8(JSON.stringify(receipt)))
}
