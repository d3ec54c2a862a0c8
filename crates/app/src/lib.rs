//! The binary `farthing` as a library: doors, pages and commands over the books.

pub mod admin;
pub mod api;
pub mod audit;
pub mod codes;
pub mod commands;
pub mod config;
pub mod control;
pub mod desk;
pub mod door;
pub mod export;
pub mod gateway;
pub mod host;
pub mod idempotency;
pub mod instance;
pub mod login;
pub mod ops;
pub mod pace;
pub mod proof;
pub mod receipts;
pub mod refusals;
pub mod serve;
mod statement;
pub mod streamed;
pub mod tickets;
pub mod wallet;
pub mod web;
pub mod world;
