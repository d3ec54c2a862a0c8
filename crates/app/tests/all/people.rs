//! What people do: buying, reading on, coming back and taking back, in a real browser, without script wherever that is promised.

mod again;
mod keeping;
mod links;
mod one_click;
mod operators;
mod payees;
mod reader;
mod refunds;
mod sheets;
mod stranger;
