//! Configuration of the stock `mppx` command with our method; -c or MPPX_CONFIG names this file.
//! FARTHING_SEED=HEX FARTHING_MAX="60000 eur-micro" FARTHING_ORIGIN=http://localhost:8402 \
//!   node target/tools/npm/node_modules/mppx/dist/bin.js http://localhost:8402/a/x -c clients/tests/npm/mppx.config.mjs
//! The command does not tell a method which URL it pays, so the origin has to be named.
//! Its `defineConfig` only returns its argument, and importing it fails in 0.11.0 (a package it needs is not declared).
import './tools.mjs'

const { farthing } = await import('farthing-pay/mppx')
const { FARTHING_SEED: seed, FARTHING_MAX: max, FARTHING_ORIGIN: origin } = process.env

export default { methods: [farthing({ seed, max, origins: [origin] })] }
