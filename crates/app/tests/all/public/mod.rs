//! Programs of other people: what they pay, what they find, what they sell for a balance here.

mod in_browser;
mod mcp;
mod one_url;
mod stranger;
mod validators;
