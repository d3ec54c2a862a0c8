//! The domain's noes in the words of the wire: one exhaustive match, shared by all doors.

use crate::meters::problem_of_meter;
use market::Rejection;
use money::{Amount, Asset};
use protocol::problem::{Needed, Problem, SessionProblem};
use store::engine::Refused;

/// Why the engine took nothing.
pub(crate) fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::Busy => Problem::Busy { retry_after_s: 1 },
        Refused::NoRoom => Problem::NoRoom { retry_after_s: 60 },
        Refused::Stopped => Problem::Internal,
    }
}

/// What to tell whoever asked; `asset` is that of the amounts in question.
#[must_use]
pub fn problem_of(rejection: &Rejection, asset: Asset, top_up_url: &str) -> Problem {
    let currency = asset;
    match rejection {
        Rejection::IdTooOld => Problem::IdTooOld,
        Rejection::IdTooNew => Problem::IdTooNew,
        Rejection::IdReused => Problem::IdReused,
        Rejection::Invalid(what) => Problem::BadRequest { detail: format!("{what} is empty, too long or of another form") },
        // Only our own files and forms say these; the start refuses them, so a request that meets one met a fault of ours.
        Rejection::AlreadyFounded
        | Rejection::NotAgreed
        | Rejection::HandleTaken
        | Rejection::PayeeUnknown
        | Rejection::SelectorOverlap { .. } => {
            tracing::error!(?rejection, "a request met a fault of the instance's own files");
            Problem::Internal
        }
        Rejection::Unknown | Rejection::OfferUnknown => Problem::Unknown,
        Rejection::OfferEnded => Problem::OfferEnded,
        Rejection::CurrencyMismatch => Problem::CurrencyMismatch,
        Rejection::AmountInvalid | Rejection::Overflow => Problem::AmountInvalid,
        Rejection::PriceAboveMax { due } => Problem::PriceAboveMax { currency, due: *due },
        Rejection::SelfPayment => Problem::SelfPayment,
        Rejection::AlreadyRefunded => Problem::AlreadyRefunded,
        Rejection::RefundWindowClosed { since } => Problem::RefundWindowClosed { since: *since },
        Rejection::UndoUsed => Problem::UndoUsed,
        Rejection::UndoLimit { per_day } => Problem::UndoLimit { per_day: *per_day },
        Rejection::GuardDenied { most, spent, resets_at } | Rejection::GuardAsks { most, spent, resets_at } => {
            Problem::GuardDenied { currency, cap: *most, spent: *spent, resets_at: *resets_at }
        }
        Rejection::WalletFull { most } => Problem::WalletFull { currency, most: *most },
        Rejection::Insufficient { available, short_by } => {
            Problem::InsufficientFunds { currency, short_by: *short_by, available: *available, top_up_url: top_up_url.to_owned() }
        }
        Rejection::RefundAboveLeft { left } => Problem::RefundAboveLeft { currency, left: *left },
        Rejection::RefundNotCovered => Problem::RefundNotCovered,
        // What was signed may be signed anew under another nonce; how, the credential's own check tells.
        Rejection::CoinUsed => Problem::ChallengeUsed,
        Rejection::CoinsFull => Problem::Busy { retry_after_s: 5 },
        Rejection::TooManySessions => Problem::TooFast { retry_after_s: 60 },
        Rejection::SessionBusy => Problem::Busy { retry_after_s: 1 },
        Rejection::SessionUnknown | Rejection::SessionEnded => Problem::Session(SessionProblem::Unknown),
        Rejection::CheckpointUnknown => Problem::Session(SessionProblem::InvalidSignature),
        Rejection::AboveHold { cap } => {
            Problem::Session(SessionProblem::HoldExhausted(Needed { currency, required: *cap, accepted: *cap, hold: *cap }))
        }
        Rejection::NotCovered { needs, accepted } => {
            Problem::Session(SessionProblem::InsufficientBalance(Needed { currency, required: *needs, accepted: *accepted, hold: *needs }))
        }
        Rejection::ReserveUnknown | Rejection::NothingToCapture | Rejection::MeterUnknown => Problem::Unknown,
        Rejection::TooLate { .. } | Rejection::EventInFuture | Rejection::EventConflict | Rejection::MeterFull => {
            Problem::Meter(problem_of_meter(rejection))
        }
    }
}

/// What a voucher does for its session, as far as the door knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Claim {
    /// It raises what is authorised to this, or there is none.
    Raises(Amount),
    /// It is no higher than one before.
    Stale,
}

/// The same for a step of a session that holds `cap`. The number of a request stands in for an id.
#[must_use]
pub fn problem_of_session(rejection: &Rejection, asset: Asset, (cap, claim): (Amount, Claim)) -> Problem {
    let currency = asset;
    let session = Problem::Session;
    if let Rejection::NotCovered { needs, accepted } = rejection {
        let needed = Needed { currency, required: *needs, accepted: *accepted, hold: cap };
        return session(match claim {
            _ if *needs > cap => SessionProblem::HoldExhausted(needed),
            Claim::Stale => SessionProblem::VoucherStale(needed),
            Claim::Raises(_) => SessionProblem::InsufficientBalance(needed),
        });
    }
    if let (Rejection::AboveHold { cap }, Claim::Raises(required)) = (rejection, claim) {
        return session(SessionProblem::HoldExhausted(Needed { currency, required, accepted: *cap, hold: *cap }));
    }
    if *rejection == Rejection::IdReused {
        return session(SessionProblem::SeqReused);
    }
    if *rejection == Rejection::IdTooOld {
        return session(SessionProblem::SeqTooOld);
    }
    if let Rejection::Invalid(what) = rejection {
        return Problem::MalformedCredential { detail: (*what).to_owned() };
    }
    problem_of(rejection, asset, "")
}

/// The same for a purchase under a standing challenge: its command is its payer's, so another one may do.
#[must_use]
pub fn problem_of_pay(rejection: &Rejection, asset: Asset, top_up_url: &str) -> Problem {
    if *rejection == Rejection::IdReused {
        return Problem::Session(SessionProblem::SeqReused);
    }
    if *rejection == Rejection::IdTooOld {
        return Problem::Session(SessionProblem::SeqTooOld);
    }
    problem_of(rejection, asset, top_up_url)
}

/// The same for a purchase under a challenge: its nonce is the command's id, so what is wrong with the id is wrong with
/// the challenge.
#[must_use]
pub fn problem_of_credential(rejection: &Rejection, asset: Asset, top_up_url: &str) -> Problem {
    if *rejection == Rejection::IdReused {
        return Problem::ChallengeUsed;
    }
    if *rejection == Rejection::IdTooOld {
        return Problem::QuoteExpired;
    }
    if *rejection == Rejection::OfferUnknown {
        return Problem::ChallengeUnknown;
    }
    problem_of(rejection, asset, top_up_url)
}
