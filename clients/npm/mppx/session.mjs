//! Pays from streaming sessions, one signed voucher a request, through a stock mppx client: docs/sessions.md has the words.
import { Method, z } from 'mppx'
import { refuse } from './payer.mjs'
import { sessions } from './sessions.mjs'

export { files } from './kept.mjs'
export { Refused } from './payer.mjs'
export { sessions } from './sessions.mjs'

const text = z.string()
const session = Method.from({
  name: 'farthing',
  intent: 'session',
  schema: {
    credential: { payload: z.looseObject({ action: text, signature: text }) },
    request: z.looseObject({ amount: text, currency: text, recipient: text, unitType: text, methodDetails: z.looseObject({}) }),
  },
})

/** A payment method of intent `session`; `watch(mppx)` of `farthing-pay/mppx` is needed with it. The options are those of `sessions`. */
export function farthingSession(options) {
  const { pay, answered, close } = sessions(options)
  const client = Method.toClient(session, {
    context: z.object({ url: text, problem: z.looseObject({}) }),
    canHandleChallenge: ({ challenge }) => challenge.request.unitType !== 'purchase',
    createCredential: async ({ challenge, context }) =>
      (await pay(challenge, context ?? refuse('no watch(mppx) says which site is being paid'))).credential,
  })
  return Object.assign(client, { answered, close })
}
