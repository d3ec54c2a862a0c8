import type { Method } from 'mppx'
import type { Options } from './index.d.mts'

export { Refused } from './index.d.mts'

/** Where sessions are kept, by the origin they pay at, and what has no answer yet by a place of its own. */
export type Store = {
  get(place: string): unknown
  set(place: string, kept: unknown): unknown
  /** Keeps what can be proved of a session that is over. */
  prove?(id: string, proofs: unknown): unknown
}

/** `max` is the most that one session may hold, per currency. */
export type SessionOptions = Omit<Options, 'origins'> & {
  /** Most that one request may cost, per currency; by default the price of one unit. */
  each?: string | string[]
  /** `files(folder)`; by default memory. */
  store?: Store
}

/** A session that is over: sums in base units, as its final receipt says. */
export type Closed = { id: string; captured?: string; released?: string; proofs?: unknown }

/** A payment method of intent `session`; `watch(mppx)` of `farthing-pay/mppx` is needed with it. */
export function farthingSession(options: SessionOptions): Method.AnyClient & {
  /** Ends the sessions with a site. */
  close(origin: string, fetch?: typeof globalThis.fetch): Promise<Closed[]>
}

/** Sessions in a folder, one file a site; in a browser its own storage, under that name. */
export function files(folder: string): Store
