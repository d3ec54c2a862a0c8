//! Double-entry books: a pure state machine, the only writer of money.
//!
//! Every change is a [`Books`] verb: *charge* (hold and capture at once), *hold*, *capture*, *void*, *refund*, and
//! *settle* between us and a rail. Each is applied whole or not at all: a verb that answers a [`Rejection`] has changed
//! nothing. Per asset the accounts always sum to zero, and no account falls below its floor.
//!
//! The ledger never hears of offers, never reads a clock and never does I/O.

mod account;
mod books;
mod hold;
mod index;
mod refund;
mod rejection;
mod restore;

pub use account::{Account, AccountId, AccountKey, Class, PostingPlace};
pub use books::{Books, Entry, Leg, Legs, Posted};
pub use hold::{Hold, HoldId, HoldRequest, OnExpiry};
pub use index::{Hash, HashKey, Hashing, Index};
pub use refund::{Capture, CapturedLeg, reversed};
pub use rejection::Rejection;
pub use restore::{Restore, Unsound};

#[cfg(test)]
mod tests;
