//! What the suites share: the running program, a plain HTTP client, wallets of keys, origins, the books, evidence.

pub mod backend;
pub mod books;
pub mod caddy;
pub mod desk;
pub mod drivers;
pub mod evidence;
pub mod http;
pub mod nginx;
pub mod origin;
pub mod payer;
pub mod server;
pub mod shop;
pub mod smtp;
pub mod steps;
pub mod tools;
