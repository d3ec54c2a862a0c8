//! Outcomes and the state in words, and which of all words were ever said.

use crate::*;
use money::{Amount, CommandId, Party, Timestamp, plain};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

type Labels = BTreeMap<String, CommandId>;

/// One function from a variant to its word, and the list of all words. The match has no wildcard: a new variant does
/// not compile until it is named here, and then the coverage test asks for it.
macro_rules! words_of {
    ($function:ident, $all:ident, $enum:ident: $($variant:ident)*) => {
        pub fn $function(of: &$enum) -> &'static str {
            match of { $($enum::$variant { .. } => stringify!($variant)),* }
        }
        pub const $all: &[&str] = &[$(stringify!($variant)),*];
    };
}

words_of!(outcome_word, OUTCOMES, Outcome: Applied Replayed Standing Rejected);
words_of!(effect_word, EFFECTS, Effect: Founded PayeeOpened OfferSet OfferEnded ToppedUp Sold Refunded GuardSet Tipped MonthsStated
    SessionOpened Drawn Reserved Called Captured SessionRaised SessionClosing SessionEnded MeterSet Counted CountedAside CoinClaimed CoinClosed Promised);
words_of!(rejection_word, REJECTIONS, Rejection:
    IdTooOld IdTooNew IdReused Invalid AlreadyFounded Unknown HandleTaken PayeeUnknown SelectorOverlap OfferUnknown
    OfferEnded CurrencyMismatch AmountInvalid PriceAboveMax SelfPayment AlreadyRefunded RefundWindowClosed UndoUsed
    UndoLimit GuardDenied NotAgreed GuardAsks WalletFull Insufficient RefundAboveLeft RefundNotCovered SessionUnknown SessionEnded
    SessionBusy TooManySessions ReserveUnknown CheckpointUnknown AboveHold NotCovered NothingToCapture
    MeterUnknown TooLate EventInFuture EventConflict MeterFull CoinUsed CoinsFull Overflow);

/// Which words were said.
#[derive(Default)]
pub struct Seen(BTreeSet<&'static str>);

impl Seen {
    pub fn note(&mut self, outcome: &Outcome) {
        self.0.insert(outcome_word(outcome));
        self.0.insert(match outcome.effect() {
            Ok(effect) => effect_word(&effect),
            Err(rejection) => rejection_word(rejection),
        });
    }

    pub fn missing(&self) -> Vec<&'static str> {
        let all = OUTCOMES.iter().chain(EFFECTS).chain(REJECTIONS);
        all.filter(|word| !self.0.contains(*word)).copied().collect()
    }
}

/// The 20 bytes of a name.
pub fn party(name: &str) -> Party {
    let mut bytes = [0; 20];
    bytes[..name.len()].copy_from_slice(name.as_bytes());
    Party(bytes)
}

fn name(of: Party) -> String {
    String::from_utf8_lossy(&of.0).trim_end_matches('\0').to_owned()
}

fn label(id: CommandId, labels: &Labels) -> &str {
    labels.iter().find(|(_, of)| **of == id).map_or("?", |(label, _)| label.as_str())
}

fn money(amount: Amount) -> String {
    plain(amount, "EUR")
}

pub fn answer(outcome: &Outcome, labels: &Labels) -> String {
    let word = outcome_word(outcome).to_lowercase();
    match outcome.effect() {
        Ok(effect) => format!("{word}: {}", said(&effect, labels)),
        Err(rejection) => format!("no: {}", refused(rejection)),
    }
}

fn said(effect: &Effect, labels: &Labels) -> String {
    match effect {
        Effect::Founded | Effect::PayeeOpened | Effect::GuardSet | Effect::MonthsStated => effect_word(effect).into(),
        Effect::OfferSet(_) | Effect::OfferEnded(_) => effect_word(effect).into(),
        Effect::ToppedUp(amount) => format!("ToppedUp {}", money(*amount)),
        Effect::Tipped(amount) => format!("Tipped {}", money(*amount)),
        Effect::SessionOpened(cap) => format!("SessionOpened with {}", money(*cap)),
        Effect::Drawn { amount, told: 0 } => format!("Drawn {}", money(*amount)),
        Effect::Drawn { amount, told } => format!("Drawn {}, {told} % reached", money(*amount)),
        Effect::Reserved(amount) => format!("Reserved {}", money(*amount)),
        Effect::Called { reserved, drawn, told } => {
            let reached = if *told == 0 { String::new() } else { format!(", {told} % reached") };
            format!("Called: {} drawn{reached}, {} reserved", money(*drawn), money(*reserved))
        }
        Effect::Captured { session, amount } => format!("Captured {} of {}", money(*amount), label(*session, labels)),
        Effect::SessionRaised(cap) => format!("SessionRaised to {}", money(*cap)),
        Effect::SessionClosing => "SessionClosing".into(),
        Effect::MeterSet => "MeterSet".into(),
        Effect::Promised(amount) => format!("Promised {}", money(*amount)),
        Effect::CoinClaimed(amount) => format!("CoinClaimed {}", money(*amount)),
        Effect::CoinClosed(amount) => format!("CoinClosed {}", money(*amount)),
        Effect::Counted { amount, unbilled, told } | Effect::CountedAside { amount, unbilled, told } => {
            let reached = if *told == 0 { String::new() } else { format!(", {told} % reached") };
            let left = if *unbilled == 0 { String::new() } else { format!(", {unbilled} unbilled") };
            format!("{} {}{reached}{left}", effect_word(effect), money(*amount))
        }
        Effect::SessionEnded { released } => format!("SessionEnded, {} released", money(*released)),
        Effect::Sold { sale, charged } => format!("Sold {} for {}", label(*sale, labels), money(*charged)),
        Effect::Refunded { sale, returned, left } => {
            let left = if left.is_zero() { String::new() } else { format!(", {} left", money(*left)) };
            format!("Refunded {} with {}{left}", label(*sale, labels), money(*returned))
        }
    }
}

fn refused(rejection: &Rejection) -> String {
    let word = rejection_word(rejection);
    let again = if rejection.is_transient() { " (for now)" } else { "" };
    match rejection {
        Rejection::Invalid(what) => format!("{word} {what}"),
        Rejection::SelectorOverlap { other } => format!("{word} with {other}"),
        Rejection::PriceAboveMax { due } => format!("{word}, due {}", money(*due)),
        Rejection::RefundWindowClosed { since } => format!("{word} since {since}"),
        Rejection::UndoLimit { per_day } => format!("{word} of {per_day}{again}"),
        Rejection::GuardDenied { most, spent, resets_at } | Rejection::GuardAsks { most, spent, resets_at } => {
            format!("{word}: {} of {} until {resets_at}{again}", money(*spent), money(*most))
        }
        Rejection::WalletFull { most } => format!("{word} at {}{again}", money(*most)),
        Rejection::RefundAboveLeft { left } => format!("{word} {}", money(*left)),
        Rejection::Insufficient { available, short_by } => {
            format!("{word}: has {}, short by {}{again}", money(*available), money(*short_by))
        }
        Rejection::AboveHold { cap } => format!("{word} of {}{again}", money(*cap)),
        Rejection::NotCovered { needs, accepted } => format!("{word}: needs {}, accepted {}{again}", money(*needs), money(*accepted)),
        Rejection::TooLate { since } => format!("{word}, before {since}"),
        Rejection::MeterUnknown
        | Rejection::EventInFuture
        | Rejection::EventConflict
        | Rejection::MeterFull
        | Rejection::SessionUnknown
        | Rejection::SessionEnded
        | Rejection::SessionBusy
        | Rejection::TooManySessions
        | Rejection::ReserveUnknown
        | Rejection::CheckpointUnknown
        | Rejection::NothingToCapture
        | Rejection::IdTooOld
        | Rejection::IdTooNew
        | Rejection::IdReused
        | Rejection::AlreadyFounded
        | Rejection::Unknown
        | Rejection::HandleTaken
        | Rejection::PayeeUnknown
        | Rejection::OfferUnknown
        | Rejection::OfferEnded
        | Rejection::CurrencyMismatch
        | Rejection::AmountInvalid
        | Rejection::SelfPayment
        | Rejection::AlreadyRefunded
        | Rejection::UndoUsed
        | Rejection::NotAgreed
        | Rejection::RefundNotCovered
        | Rejection::CoinUsed
        | Rejection::CoinsFull
        | Rejection::Overflow => format!("{word}{again}"),
    }
}

/// Accounts, sales and what each payer has, in words.
pub fn standing(state: &State, labels: &Labels, now: Timestamp) -> String {
    let mut out = String::new();
    for account in state.books().accounts() {
        let AccountKey { party, asset, class, .. } = account.key;
        let sign = if account.posted < 0 { "-" } else { "" };
        let amount = money(Amount::new(account.posted.unsigned_abs()).unwrap());
        let line = format!("  {:<10}{:<15}{:<10}{sign}{amount}", name(party), class.word(), asset.as_str());
        writeln!(out, "{line}").unwrap();
    }
    for (id, sale) in state.sales() {
        let stands = match sale.is_live() {
            true if sale.returned.is_zero() => "live".to_owned(),
            true => format!("live, {} back", money(sale.returned)),
            false => "taken back".to_owned(),
        };
        let has = state.owned(sale.payer, &sale.item, now).is_some_and(|(of, _)| of == id);
        let has = if has { ", owned" } else { "" };
        let legs: Vec<String> = state.legs_of(sale).iter().map(|leg| format!("{} {} {}", leg.label, leg.to, money(leg.amount))).collect();
        let (label, payer, legs) = (label(id, labels), name(sale.payer), legs.join(", "));
        writeln!(out, "  {label}: {payer} {} {} [{legs}] {stands}{has}", sale.item, money(sale.charged)).unwrap();
    }
    for (id, session) in state.sessions() {
        let (label, payer) = (label(id, labels), name(session.payer));
        let figures = [session.cap, session.accepted, session.reserved(now), session.drawn, session.captured].map(money);
        let [cap, accepted, reserved, drawn, captured] = figures;
        let units: Vec<String> = session.versions.iter().map(|version| version.units.to_string()).collect();
        let (units, phase) = (units.join("+"), format!("{:?}", session.phase).to_lowercase());
        let phase = phase.split(' ').next().unwrap_or_default();
        writeln!(
            out,
            "  {label}: {payer} session {cap}: accepted {accepted}, reserved {reserved}, drawn {drawn} for {units}, captured {captured}, {phase}"
        )
        .unwrap();
    }
    for (id, payment) in state.coin_payments() {
        let (label, claim) = (label(id, labels), &payment.claim);
        writeln!(out, "  {label}: {} for {} of a coin, {}, {}", claim.item, claim.value, money(claim.amount), payment.word()).unwrap();
    }
    out
}
