//! What is sold, over the books: offers, purchases, entitlements, refunds and guards.
//!
//! One pure state machine: [`State::apply`] takes a [`Command`] and a [`Stamp`] and answers an [`Outcome`]. It reads no
//! clock, draws no random number, does no I/O, knows no key and never hears of HTTP. What it applied is written as a
//! [`Record`]; replaying the records gives the same state, byte for byte.

mod ahead;
mod apply;
mod check;
mod claims;
mod codec;
mod coin;
mod command;
mod guard;
mod months;
mod offer;
pub mod offer_file;
mod outcome;
mod prepared;
mod rate;
mod record;
mod sale;
mod sales;
mod selector;
pub mod session;
mod settled;
mod snapshot;
mod state;
mod upto;
mod wallets;

pub use ahead::{AHEAD, Guess};
pub use codec::Damaged;
pub use coin::{Address, ClaimCoin, Coin, CoinEnding, CoinPayment, CoinPhase, MOST_DECIMALS, MOST_PENDING};
pub use command::{
    Asked, Body, Cause, Command, Consent, Founding, Giver, Instance, Maker, Purchase, RefundReason, RefundRequest, Signature, Tip, TopUp,
};
pub use guard::{Guard, GuardScope, GuardState, Verdict, Window};
pub use ledger::{Account, AccountKey, Class, HashKey, PostingPlace};
pub use months::{MOST_STARTS, Month};
pub use offer::{Beneficiary, Fall, FallStep, L402, LegRule, Metered, Offer, OfferPrice, OfferVersion, RefundTerms, Video};
pub use outcome::{Applied, Effect, Outcome, Rejection};
pub use prepared::{Fingerprint, Prepared, PreparedBatch, Ready};
pub use rate::{Rate, Unit};
pub use record::{Layout, Record, Replayable, says};
pub use sale::{OPERATOR, PLAY_RAIL, Sale, SaleLeg, SaleState};
pub use selector::{Selector, SelectorError};
pub use session::{
    Aside, Call, Count, Draw, Earlier, EndReason, EndSession, Meter, OpenSession, Phase, Piece, RaiseSession, Session, SessionKind,
    SessionProof, SessionTerms, SetAside, SetMeter, Settle, Voucher, Watch, Watched,
};
pub use settled::{SETTLED_PATH, is_others};
pub use snapshot::{BLOCK_HEAD_BYTES, Restore, STATE_LAYOUT, StateHash, block_bytes};
pub use state::{Payee, Place, Stamp, State};
pub use upto::{Promised, Use};

/// The version of the rules that [`State::apply`] follows. A frame names the one it was made under.
pub const RULES_VERSION: u16 = 1;

#[cfg(test)]
mod tests;
