//! End to end: the real binary, driven over the wire, by the command line, by public clients and by a real browser.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests of the whole touch the world and count small numbers"
)]

mod attach;
mod attacks;
mod browser;
mod cli;
mod clients;
mod coins;
mod corpus;
mod crash;
mod crawl;
mod crowd;
mod desk;
mod hledger;
mod languages;
mod lightning;
mod looks;
mod operations;
mod paper;
mod people;
mod public;
mod secrets;
mod support;
mod webhooks;
mod wire;
mod year;
