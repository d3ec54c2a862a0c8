import type { Closed, SessionOptions } from '../mppx/session.d.mts'

export { files, Refused, type Closed, type SessionOptions, type Store } from '../mppx/session.d.mts'

/**
 * Lets a connected client of `@modelcontextprotocol/sdk` pay for the tools it calls, from a session. Returns its argument.
 * `url` is the address that the client is connected to.
 */
export function payingTools<client extends { callTool: Function }>(
  client: client,
  options: SessionOptions & { url: string },
): client & { closeSessions(): Promise<Closed[]> }
