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
  }
}

/** Sessions of this run of the program only. */
export function memory() {
  const all = new Map()
  return { get: (origin) => structuredClone(all.get(origin)), set: (origin, sessions) => void all.set(origin, sessions) }
}

/** A receipt as it stands in `Payment-Receipt`, unproved. */
export const read = (header) => header && JSON.parse(Buffer.from(header, 'base64url'))
