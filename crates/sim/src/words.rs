//! The word of each outcome, effect and rejection, the list of all, and the one that nothing can reach yet.

use market::{Effect, Outcome, Rejection};
use money::Amount;

/// A function from a variant to its word and the list of all words, without a wildcard: a new variant does not compile
/// until it is named here, and then the coverage of the default seeds asks for it.
macro_rules! words_of {
    ($function:ident, $all:ident, $enum:ident: $($variant:ident)*) => {
        pub(crate) fn $function(of: &$enum) -> &'static str {
            match of { $($enum::$variant { .. } => stringify!($variant)),* }
        }
        /// The words of all variants.
        pub const $all: &[&str] = &[$(stringify!($variant)),*];
    };
}

words_of!(outcome_word, OUTCOMES, Outcome: Applied Replayed Standing Rejected);
words_of!(effect_word, EFFECTS, Effect: Founded PayeeOpened OfferSet OfferEnded ToppedUp Sold Refunded GuardSet Tipped MonthsStated
    SessionOpened Drawn Reserved Called SessionRaised Captured SessionClosing SessionEnded MeterSet Counted CountedAside CoinClaimed CoinClosed Promised);
words_of!(rejection_word, REJECTIONS, Rejection:
    IdTooOld IdTooNew IdReused Invalid AlreadyFounded Unknown HandleTaken PayeeUnknown SelectorOverlap OfferUnknown
    OfferEnded CurrencyMismatch AmountInvalid PriceAboveMax SelfPayment AlreadyRefunded RefundWindowClosed UndoUsed
    UndoLimit GuardDenied NotAgreed GuardAsks WalletFull Insufficient RefundAboveLeft RefundNotCovered SessionUnknown SessionEnded
    SessionBusy TooManySessions ReserveUnknown CheckpointUnknown AboveHold NotCovered NothingToCapture
    MeterUnknown TooLate EventInFuture EventConflict MeterFull CoinUsed CoinsFull Overflow);

/// What no command can bring about yet: earnings leave only by payouts, no run sends a million events, and
/// none has ten thousand coins on their way. The test fails as soon as it is reached, so
/// that this list is emptied then.
pub const NOT_YET: &[&str] = &["RefundNotCovered", "MeterFull", "CoinsFull"];

/// An answer as far as the oracle speaks of it: the outcome's word, what was done or refused, and the figure in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Answer {
    pub outcome: &'static str,
    pub what: &'static str,
    pub figure: i128,
}

impl Answer {
    pub fn of(outcome: &Outcome) -> Answer {
        let (what, figure) = match outcome.effect() {
            Ok(effect) => (effect_word(&effect), effect_figure(&effect)),
            Err(rejection) => (rejection_word(rejection), rejection_figure(rejection)),
        };
        Answer { outcome: outcome_word(outcome), what, figure }
    }

    pub fn no(what: &'static str) -> Answer {
        Answer { outcome: "Rejected", what, figure: 0 }
    }
}

fn units(amount: Amount) -> i128 {
    i128::from(amount.units())
}

fn effect_figure(effect: &Effect) -> i128 {
    match effect {
        Effect::Founded | Effect::PayeeOpened | Effect::OfferSet(_) | Effect::OfferEnded(_) | Effect::GuardSet | Effect::MonthsStated => 0,
        Effect::ToppedUp(amount) | Effect::Tipped(amount) | Effect::Promised(amount) => units(*amount),
        Effect::Sold { charged, .. } => units(*charged),
        Effect::Refunded { returned, .. } => units(*returned),
        Effect::SessionClosing | Effect::MeterSet => 0,
        // With the share of the cap, and the units that nothing was authorised for.
        Effect::Counted { amount, unbilled, told } | Effect::CountedAside { amount, unbilled, told } => {
            let drawn = units(*amount).saturating_mul(1_000).saturating_add(i128::from(*told));
            drawn.saturating_mul(1 << 40).saturating_add(i128::from(*unbilled))
        }
        Effect::SessionOpened(amount) | Effect::Reserved(amount) | Effect::SessionRaised(amount) => units(*amount),
        Effect::CoinClaimed(amount) | Effect::CoinClosed(amount) => units(*amount),
        Effect::Captured { amount, .. } | Effect::SessionEnded { released: amount } => units(*amount),
        // With the share of the cap that its payer is told of.
        Effect::Called { reserved, drawn, told } => {
            let before = units(*drawn).saturating_mul(1_000).saturating_add(i128::from(*told));
            before.saturating_mul(1 << 40).saturating_add(units(*reserved))
        }
        Effect::Drawn { amount, told } => units(*amount).saturating_mul(1_000).saturating_add(i128::from(*told)),
    }
}

fn rejection_figure(rejection: &Rejection) -> i128 {
    match rejection {
        Rejection::PriceAboveMax { due } => units(*due),
        Rejection::RefundWindowClosed { since } => i128::from(since.0),
        Rejection::TooLate { since } => i128::from(since.0),
        Rejection::UndoLimit { per_day } => i128::from(*per_day),
        Rejection::WalletFull { most } => units(*most),
        Rejection::RefundAboveLeft { left } => units(*left),
        Rejection::Insufficient { short_by, .. } => units(*short_by),
        Rejection::AboveHold { cap } => units(*cap),
        Rejection::NotCovered { needs, .. } => units(*needs),
        Rejection::IdTooOld
        | Rejection::IdTooNew
        | Rejection::IdReused
        | Rejection::Invalid(_)
        | Rejection::AlreadyFounded
        | Rejection::Unknown
        | Rejection::HandleTaken
        | Rejection::PayeeUnknown
        | Rejection::SelectorOverlap { .. }
        | Rejection::OfferUnknown
        | Rejection::OfferEnded
        | Rejection::CurrencyMismatch
        | Rejection::AmountInvalid
        | Rejection::SelfPayment
        | Rejection::AlreadyRefunded
        | Rejection::UndoUsed
        | Rejection::GuardDenied { .. }
        | Rejection::NotAgreed
        | Rejection::GuardAsks { .. }
        | Rejection::RefundNotCovered
        | Rejection::SessionUnknown
        | Rejection::SessionEnded
        | Rejection::SessionBusy
        | Rejection::TooManySessions
        | Rejection::ReserveUnknown
        | Rejection::CheckpointUnknown
        | Rejection::NothingToCapture
        | Rejection::MeterUnknown
        | Rejection::EventInFuture
        | Rejection::EventConflict
        | Rejection::MeterFull
        | Rejection::CoinUsed
        | Rejection::CoinsFull
        | Rejection::Overflow => 0,
    }
}
