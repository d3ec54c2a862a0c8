//! Makes one file of browser.mjs, as a page would load it, with the stock packages of the tools folder: node bundle.mjs OUT
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = new URL('../../../', import.meta.url)
const tools = process.env.FARTHING_TOOLS ? pathToFileURL(`${process.env.FARTHING_TOOLS}/`) : new URL('target/tools/', root)
const { build } = createRequire(new URL('npm/setup.cjs', tools))('esbuild')
const plugIn = (file) => fileURLToPath(new URL(`clients/npm/${file}`, root))

await build({
  entryPoints: [fileURLToPath(new URL('browser.mjs', import.meta.url))],
  outfile: process.argv[2],
  bundle: true,
  format: 'esm',
  platform: 'browser',
  tsconfigRaw: {}, // not the one beside this file, which is about types
  nodePaths: [fileURLToPath(new URL('npm/node_modules', tools))],
  alias: {
    'farthing-pay/mppx': plugIn('mppx/index.mjs'),
    'farthing-pay/session': plugIn('mppx/session.mjs'),
    'farthing-pay/fetch': plugIn('fetch/index.mjs'),
    'farthing-pay/x402': plugIn('x402/index.mjs'),
  },
  logLevel: 'warning',
})
