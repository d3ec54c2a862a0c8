//! What a session's request is refused with. The public vocabulary says *channel*, *deposit*, *delta*; its names stay in the
//! types, and where it has a name of its own for a case the code is that name.

use super::document::Told;
use super::{
    CHAIN_EXHAUSTED, CHANNEL_FINALIZED, CHANNEL_NOT_FOUND, HOLD_EXHAUSTED, INSUFFICIENT_BALANCE, INVALID_SIGNATURE, SEQ_REUSED,
    SEQ_TOO_OLD, SESSION_UNDER_WAY, SIGNER_MISMATCH, STEP_LIMIT, VOUCHER_STALE,
};
use money::{Amount, Asset, Timestamp};

/// Why a request of a session is not served. Nothing was drawn by it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SessionProblem {
    /// 402: the voucher is authentic and does not cover the price.
    InsufficientBalance(Needed),
    /// 402: the voucher is no higher than one before, and what that one left does not cover the price.
    VoucherStale(Needed),
    /// 402: more than is held would be authorised.
    HoldExhausted(Needed),
    /// 402: the chain has no link of that number.
    ChainExhausted {
        /// How many it has.
        length: u32,
    },
    /// 402: more steps at once than are hashed.
    StepLimit {
        /// The most.
        most: u32,
    },
    /// 402: a link that does not hash to the tip, or a signature that does not hold.
    InvalidSignature,
    /// 402: signed by a key that is not the session's, or not the account's.
    SignerMismatch,
    /// 402: the number was used for another request of the session, or the command for another purchase.
    SeqReused,
    /// 402: the number is below the window of those that are remembered, or the command is older than they are.
    SeqTooOld,
    /// 410: no session of that id.
    Unknown,
    /// 410: the session has ended.
    Closed {
        /// Its final receipt, as in `Payment-Receipt`.
        receipt: String,
    },
    /// 503: it is ending, and waits for what is under way.
    UnderWay {
        /// How many requests that is.
        requests: u32,
        /// When what nobody works on any more lapses; none where only calls are waited for, which end with their answer.
        until: Option<Timestamp>,
        /// When to ask again, in seconds.
        retry_after_s: u32,
    },
}

/// What a session would need, and what it has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Needed {
    /// Of which asset.
    pub currency: Asset,
    /// The cumulative amount that would cover the request.
    pub required: Amount,
    /// What the vouchers authorise.
    pub accepted: Amount,
    /// What is held.
    pub hold: Amount,
}

impl SessionProblem {
    pub(super) fn told(&self) -> Told<'_> {
        match self {
            SessionProblem::InsufficientBalance(needed) => needed.told(Told::of(&INSUFFICIENT_BALANCE)),
            SessionProblem::VoucherStale(needed) => needed.told(Told::of(&VOUCHER_STALE)),
            SessionProblem::HoldExhausted(needed) => needed.told(Told::of(&HOLD_EXHAUSTED)),
            SessionProblem::ChainExhausted { length } => Told::of(&CHAIN_EXHAUSTED).number("length", (*length).into()),
            SessionProblem::StepLimit { most } => Told::of(&STEP_LIMIT).number("mostSteps", (*most).into()),
            SessionProblem::InvalidSignature => Told::of(&INVALID_SIGNATURE),
            SessionProblem::SignerMismatch => Told::of(&SIGNER_MISMATCH),
            SessionProblem::SeqReused => Told::of(&SEQ_REUSED),
            SessionProblem::SeqTooOld => Told::of(&SEQ_TOO_OLD),
            SessionProblem::Unknown => Told::of(&CHANNEL_NOT_FOUND),
            SessionProblem::Closed { receipt } => Told::of(&CHANNEL_FINALIZED).text("receipt", receipt),
            SessionProblem::UnderWay { requests, until, retry_after_s } => {
                let told =
                    Told::of(&SESSION_UNDER_WAY).number("requests", (*requests).into()).number("retryAfter", (*retry_after_s).into());
                until.iter().fold(told, |told, until| told.time("until", *until))
            }
        }
    }
}

impl Needed {
    fn told<'a>(&'a self, told: Told<'a>) -> Told<'a> {
        let Needed { currency, required, accepted, hold } = self;
        told.money("requiredCumulative", *required, currency)
            .money("acceptedCumulative", *accepted, currency)
            .money("hold", *hold, currency)
    }
}
