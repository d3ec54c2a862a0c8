//! How people prove who they are at a door: a passkey, a recovery code, a mailed code.
//!
//! No password anywhere: what can be typed into a look-alike page is bound to the browser that asked, or used once.

pub mod passkey;
pub mod recovery;

#[cfg(test)]
mod tests;
