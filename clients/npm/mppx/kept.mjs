//! Where sessions are kept, by the origin they pay at.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Sessions in a folder, one file a site: a program that starts again goes on where it was. One program a folder. */
export function files(folder) {
  const path = (origin) => join(folder, `${encodeURIComponent(origin)}.json`)
  return {
    get(origin) {
      try { return JSON.parse(readFileSync(path(origin), 'utf8')) } catch (error) { if (error.code === 'ENOENT') return undefined; throw error }
    },
    set(origin, sessions) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeFileSync(`${path(origin)}.aside`, JSON.stringify(sessions), { mode: 0o600 })
      renameSync(`${path(origin)}.aside`, path(origin))
    },
    /** What can be proved of a session that is over, in a file of its own. */
    prove(id, proofs) {
      mkdirSync(join(folder, 'proofs'), { recursive: true, mode: 0o700 })
      writeFileSync(join(folder, 'proofs', `${id}.json`), JSON.stringify(proofs, null, 2), { mode: 0o600 })
    },
  }
}

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
      const late = new Promise((done) => setTimeout(done, 10_000).unref()).then(() => done(place, id))
      return Promise.race([over, late])
    },
    done,
  }
}

/** A receipt as it stands in `Payment-Receipt`, unproved. */
export const read = (header) => header && JSON.parse(Buffer.from(header, 'base64url'))
