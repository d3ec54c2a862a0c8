//! Where sessions are kept, by the origin they pay at.
import { files } from '#keys'
import { bytesOf } from './payer.mjs'

export { files }

/** Sessions of this run of the program only. */
export function memory() {
  const all = new Map()
  return { get: (origin) => structuredClone(all.get(origin)), set: (origin, sessions) => void all.set(origin, sessions) }
}

/** What is about to be opened, by place. One that is never heard of again is waited for ten seconds. */
export function doors() {
  const all = new Map()
  const done = (place, id) => {
    const open = all.get(place)
    if (!open || (id && open.id !== id)) return
    all.delete(place)
    open.done()
  }
  return {
    has: (place) => all.has(place),
    begin(place, id) {
      const open = { id }
      open.over = new Promise((done) => { open.done = done })
      all.set(place, open)
    },
    over(place) {
      const { id, over } = all.get(place)
      const late = new Promise((done) => { setTimeout(done, 10_000).unref?.() }).then(() => done(place, id))
      return Promise.race([over, late])
    },
    done,
    /** The one of a session, wherever it is. */
    lost: (id) => [...all].filter(([, open]) => open.id === id).forEach(([place]) => done(place, id)),
  }
}

/** A receipt as it stands in `Payment-Receipt`, unproved. */
export const read = (header) => header && JSON.parse(new TextDecoder().decode(bytesOf(header, 'base64url')))

/** What is kept for a path, of all that is kept of an origin: the longest scope that covers it. */
export function fitting(all, path, now) {
  const fits = ([scope, kept]) => covering(scope).test(path) && Date.parse(kept.until) > now
  return Object.entries(all).filter(fits).sort(([a], [b]) => b.length - a.length)[0]?.[1]
}

/** The paths that a scope is for: a star stands for one segment, two for any number. */
function covering(scope) {
  const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${scope.split('**').map((part) => part.split('*').map(literal).join('[^/]+')).join('.*')}$`)
}
