//! A wallet for clients that pay by Lightning: the invoices of Farthing's sites, paid for from a balance.
import { createHash, timingSafeEqual } from 'node:crypto'
import { cap, covers, payerFrom, refuse, signed } from '../mppx/payer.mjs'

export { Refused } from '../mppx/payer.mjs'

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
/** Thousandths of a satoshi in each multiple of a bitcoin, times ten. */
const MULTIPLES = { '': 10n ** 12n, m: 10n ** 9n, u: 10n ** 6n, n: 1000n, p: 1n }
const TRIES = 3

/**
 * A wallet `{ payInvoice }`, as `fetch402(url, init, { wallet })` of @getalby/lightning-tools wants it. No invoice is paid twice: the
 * same one is always answered by the same credential, which buys once.
 * @param {object} options
 * @param {string} options.url the wallet's address, such as `https://wallet.example`
 * @param {string} [options.wallet] path of a wallet file written by the `farthing` command
 * @param {string} [options.seed] instead of `wallet`: the 32-byte seed, hexadecimal or base64url
 * @param {string | string[]} options.max most that one invoice may cost, per currency: `60000 eur-micro` or `0.06 EUR`
 * @param {string} [options.instance] pay only at this instance
 * @param {string} [options.account] the account to charge, if not that of the wallet or the key's own
 * @param {typeof fetch} [options.fetch] sends the requests
 * @param {() => number} [options.now] milliseconds since 1970
 */
export function lightning({ url, wallet, seed, max, instance, account: named, fetch = globalThis.fetch, now = Date.now }) {
  const { privateKey, key, isNamed, account } = payerFrom({ wallet, seed, account: named })
  const caps = new Map([max].flat().map(cap))
  const at = new URL(url)

  /** The credential that a lock asks for, if it asks for what the invoice says. */
  function credential(challenge, { invoice, amount }) {
    const { method, intent, id, realm, expires, digest } = challenge
    const request = method === 'farthing' && intent === 'charge' ? JSON.parse(Buffer.from(challenge.request, 'base64url')) : refuse('the wallet asks for another payment')
    const { currency, recipient, methodDetails: details = {} } = request
    if (BigInt(request.amount) !== amount) refuse(`the wallet asks for ${request.amount} where the invoice says ${amount}`)
    if (!caps.has(currency)) refuse(`no max is set for the currency ${currency}`)
    if (amount > caps.get(currency)) refuse(`${amount} ${currency} is above the max`)
    if (instance && details.instance !== instance) refuse(`the instance is ${details.instance}`)
    if (!(Date.parse(expires) > now())) refuse('the invoice has expired')
    if (!covers(realm, at)) refuse(`realm ${realm} is not that of an https or loopback wallet`)
    if (digest !== `sha-256=:${createHash('sha256').update(invoice).digest('base64')}:`) refuse('the wallet asks for another invoice')
    const values = { instance: details.instance, id, realm, recipient, amount: request.amount, currency, offer: details.offer, digest, expires, account }
    const payload = { key, signature: signed('farthing/charge/1', values, privateKey), ...(isNamed && { account }) }
    return `Payment ${Buffer.from(JSON.stringify({ challenge, payload })).toString('base64url')}`
  }

  /** The answer to an invoice, sent again as it is while none comes. */
  async function ask(lock, invoice, authorization) {
    for (let tries = 1; ; tries++) {
      const headers = { 'content-type': 'text/plain', ...(authorization && { authorization }) }
      try {
        const response = await fetch(lock, { method: 'POST', headers, body: invoice, redirect: 'manual' })
        if (response.status !== 503 || tries === TRIES) return response
      } catch (error) {
        if (tries === TRIES) throw error
      }
    }
  }

  return {
    /** Buys the preimage of an invoice. */
    async payInvoice({ invoice }) {
      const { hash, amount } = read(invoice)
      const lock = new URL(`/v1/locks/${hash}`, at)
      const asked = await ask(lock, invoice)
      if (asked.status !== 402) refuse(await reason(asked))
      const paid = await ask(lock, invoice, credential(challengeOf(asked), { invoice, amount }))
      if (paid.status !== 200) refuse(await reason(paid))
      const preimage = await paid.text()
      const opened = /^[0-9a-f]{64}$/.test(preimage) && createHash('sha256').update(Buffer.from(preimage, 'hex')).digest()
      if (!opened || !timingSafeEqual(opened, Buffer.from(hash, 'hex'))) throw new Error('farthing: the wallet sold a preimage that opens nothing')
      return { preimage }
    },
  }
}

/** Payment hash and amount in base units of an invoice of ours. Whether we signed it, the wallet knows. */
export function read(invoice) {
  const [, number, multiple, data] = /^lnbcrt([1-9][0-9]{0,18})([munp]?)1([02-9ac-hj-np-z]{110,2000})$/.exec(invoice) ?? refuse('this is no invoice of a site of Farthing')
  const tenths = BigInt(number) * MULTIPLES[multiple]
  const words = [...data].map((letter) => LETTERS.indexOf(letter)).slice(7, -110)
  for (let place = 0; place < words.length; ) {
    const [tag, high, low] = words.slice(place, place + 3)
    const field = words.slice(place + 3, (place += 3 + high * 32 + low))
    if (tag !== 1 || field.length !== 52) continue
    const bits = field.map((word) => word.toString(2).padStart(5, '0')).join('')
    const hash = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2).toString(16).padStart(2, '0')).join('')
    return { hash, amount: tenths % 10n === 0n ? tenths / 10n : refuse('the amount is no whole number') }
  }
  return refuse('the invoice has no payment hash')
}

/** The challenge of a lock: it has one, without commas in its values. */
function challengeOf(response) {
  const [scheme, ...rest] = (response.headers.get('www-authenticate') ?? '').split(' ')
  const values = [...rest.join(' ').matchAll(/(\w+)="([^"\\]*)"/g)].map(([, name, value]) => [name, value])
  return scheme === 'Payment' ? Object.fromEntries(values) : refuse('the wallet has no challenge')
}

async function reason(response) {
  const { detail, code } = await response.json().catch(() => ({}))
  return `${detail ?? `the wallet answers ${response.status}`}${code ? ` (${code})` : ''}`
}
