//! What was paid and has no answer: it is sent again as it is, never signed a second time.

/** The instance knows a command for ten minutes of its own time; none is sent again near the end of them. */
const LIFE = 9 * 60_000

/** Kept beside the sessions of an origin, in the same store. */
export function unanswered({ store, inTurn, now }) {
  const flying = new Set() // those that somebody waits for
  const change = (origin, work) => inTurn(async () => {
    const place = `${origin} unanswered`
    const all = ((await store.get(place)) ?? []).filter(({ until }) => until > now())
    const next = work(all)
    if (next) await store.set(place, next)
    return all
  })
  return {
    /** One for the same request that nobody waits for any more. */
    async take(origin, identity) {
      const free = (one) => one.identity === identity && !flying.has(one.name)
      const found = (await change(origin, () => undefined)).find(free)
      if (found) flying.add(found.name)
      return found && { ...found, isKept: true }
    },
    /** A purchase is written down before it is sent, so that a program which starts again does not pay for it again. */
    async begin(origin, identity, paid) {
      const one = { ...paid, identity, until: now() + LIFE }
      flying.add(one.name)
      if (paid.command) await change(origin, (all) => [...all, one])
      return one
    },
    /** No answer came, or none that says what became of it. */
    async lost(origin, one) {
      flying.delete(one.name)
      await change(origin, (all) => (all.some(({ name }) => name === one.name) ? undefined : [...all, one]))
    },
    async over(origin, one) {
      flying.delete(one.name)
      await change(origin, (all) => (all.some(({ name }) => name === one.name) ? all.filter(({ name }) => name !== one.name) : undefined))
    },
  }
}
