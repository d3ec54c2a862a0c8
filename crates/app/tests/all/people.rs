//! What people do: buying, reading on, coming back and taking back, in a real browser, without script wherever that is promised.

mod account;
mod again;
mod films;
mod keeping;
mod links;
mod mailed;
mod one_click;
pub mod operators;
mod payees;
mod reader;
mod refunds;
mod sheets;
mod stranger;
