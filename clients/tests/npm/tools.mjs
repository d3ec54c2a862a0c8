//! Lets the drivers run from the source tree with stock packages: they are found in the tools folder, and `*.localhost` is loopback.
//! Import it first, or preload it into a stock command: NODE_OPTIONS=--import=/absolute/path/of/tools.mjs
//! The tools folder is $FARTHING_TOOLS/npm, by default target/tools/npm of this repository (`cargo xtask setup`).
import dns from 'node:dns'
import { createRequire, register } from 'node:module'
import { pathToFileURL } from 'node:url'

const root = new URL('../../../', import.meta.url)
const tools = process.env.FARTHING_TOOLS ? pathToFileURL(`${process.env.FARTHING_TOOLS}/`) : new URL('target/tools/', root)

// Loader hooks run in their own thread and are handed over as text.
const hooks = `
  const places = new Map([
    ['farthing-pay/mppx', ${JSON.stringify(new URL('clients/npm/mppx/index.mjs', root).href)}],
    ['farthing-pay/session', ${JSON.stringify(new URL('clients/npm/mppx/session.mjs', root).href)}],
    ['farthing-pay/x402', ${JSON.stringify(new URL('clients/npm/x402/index.mjs', root).href)}],
    ['farthing-pay/x402/server', ${JSON.stringify(new URL('clients/npm/x402/server.mjs', root).href)}],
    ['farthing-pay/fetch', ${JSON.stringify(new URL('clients/npm/fetch/index.mjs', root).href)}],
    ['farthing-pay/mcp', ${JSON.stringify(new URL('clients/npm/mcp/index.mjs', root).href)}],
    ['farthing-pay/lightning', ${JSON.stringify(new URL('clients/npm/lightning/index.mjs', root).href)}],
  ])
  const parentURL = ${JSON.stringify(new URL('npm/setup.mjs', tools).href)}
  export const resolve = (specifier, context, next) => {
    if (places.has(specifier)) return { url: places.get(specifier), shortCircuit: true }
    return /^(mppx|standardwebhooks|express|zod|viem|solc|@x402|@getalby|@modelcontextprotocol)($|\\/)/.test(specifier) ? next(specifier, { ...context, parentURL }) : next(specifier, context)
  }`
/** Finds a file of a package in the tools folder. */
export const resolve = createRequire(new URL('npm/setup.mjs', tools)).resolve

register(`data:text/javascript,${encodeURIComponent(hooks)}`)

// RFC 6761 makes every name under localhost loopback; many resolvers know only the bare name.
const { lookup } = dns
dns.lookup = (name, options, done) => lookup(/\.localhost$/.test(name) ? '127.0.0.1' : name, options, done)
