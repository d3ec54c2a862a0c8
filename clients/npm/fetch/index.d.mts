import type { Closed, SessionOptions } from '../mppx/session.d.mts'

export { files, Refused, type Closed, type SessionOptions, type Store } from '../mppx/session.d.mts'

/** A `fetch` that pays; whole pages only in the currencies of `each`, and for at most that. */
export function farthingFetch(options: SessionOptions): typeof globalThis.fetch & {
  /** Ends the sessions with a site. */
  close(origin: string): Promise<Closed[]>
}
