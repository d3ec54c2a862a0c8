//! How people prove who they are at a door: a passkey, a recovery code, a mailed code.
//!
//! No password anywhere: what can be typed into a look-alike page is bound to the browser that asked, or used once.

pub mod invitation;
mod keeper;
mod letters;
pub mod mailed;
pub mod passkey;
mod proving;
pub mod recovery;

pub use keeper::{Changed, Keeper, named};
pub use proving::{Proving, options, ticket};

#[cfg(test)]
mod tests;
