//! The binary `farthing` as a library: doors, pages and commands over the books.

pub mod api;
pub mod audit;
pub mod codes;
pub mod commands;
pub mod config;
pub mod control;
pub mod door;
pub mod events;
pub mod export;
pub mod gateway;
pub mod hooks;
pub mod host;
pub mod idempotency;
pub mod instance;
pub mod keys;
pub mod ops;
pub mod outward;
pub mod receipts;
pub mod refusals;
pub mod serve;
pub mod streamed;
pub mod wallet;
pub mod web;
pub mod world;
