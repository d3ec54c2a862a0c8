//! The binary `farthing` as a library: doors, pages and commands over the books.

pub mod codes;
pub mod config;
pub mod door;
pub mod gateway;
pub mod instance;
pub mod web;
pub mod world;
