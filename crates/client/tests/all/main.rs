//! The client against a real HTTP server that issues real challenges and proves real receipts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

mod account;
mod ahead;
mod flows;
mod lost;
mod pays;
mod proofs;
mod refuses;
mod site;
mod streams;
mod unread;
