//! Why a payment in a coin on a chain is not taken, or not yet.

use super::document::{Kind, Told, Type, kinds};
use money::Timestamp;

/// A payment past the books that serves nothing now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CoinProblem {
    /// 402: what was signed is not what was asked for.
    Authorization {
        /// What is wrong with it, as half a sentence.
        detail: &'static str,
    },
    /// 402: the payer has too little of the coin.
    Insufficient,
    /// 503: it was taken, and nobody knows yet what became of it.
    Pending {
        /// When to come again, in seconds.
        retry_after_s: u32,
        /// Until when its chain takes it.
        until: Timestamp,
    },
    /// 402: its chain never took it, and can't any more.
    Lapsed,
    /// 503: the chain could not be asked; nothing was taken.
    ChainSilent {
        /// When to come again, in seconds.
        retry_after_s: u32,
    },
}

impl CoinProblem {
    pub(super) fn told(&self) -> Told<'_> {
        match self {
            CoinProblem::Authorization { detail } => Told::of(&COIN_AUTHORIZATION).said(detail),
            CoinProblem::Insufficient => Told::of(&COIN_INSUFFICIENT),
            CoinProblem::Pending { retry_after_s, until } => Told::of(&COIN_PENDING).retry(*retry_after_s).time("until", *until),
            CoinProblem::Lapsed => Told::of(&COIN_LAPSED),
            CoinProblem::ChainSilent { retry_after_s } => Told::of(&CHAIN_SILENT).retry(*retry_after_s),
        }
    }

    /// Seconds for the `Retry-After` header.
    pub(super) fn retry_after_s(&self) -> Option<u32> {
        match self {
            CoinProblem::Pending { retry_after_s, .. } | CoinProblem::ChainSilent { retry_after_s } => Some(*retry_after_s),
            CoinProblem::Authorization { .. } | CoinProblem::Insufficient | CoinProblem::Lapsed => None,
        }
    }

    /// The list of kinds, for the tests of all of them.
    #[cfg(test)]
    pub(super) const KINDS: &[&Kind] = KINDS;
}

kinds! {
    COIN_AUTHORIZATION { code: "coin-authorization", 402, public "verification-failed", "Not what was asked for" }
        "The signed payment does not fit: {said}. Nothing was taken. Sign what this response asks for.";
    COIN_INSUFFICIENT { code: "coin-insufficient", 402, public "payment-insufficient", "Too little of the coin" }
        "The address that signed has less of the coin than the page costs. Nothing was taken.";
    COIN_PENDING { code: "coin-pending", 503, own, "The payment is on its way" }
        "This payment was taken, and its chain has not said yet what became of it. Do not sign another one. Send the same one again in {retryAfter} s; if it has not arrived by {until}, it never will.";
    COIN_LAPSED { code: "coin-lapsed", 402, own, "The payment never arrived" }
        "The chain did not take this payment, and takes it no more. Nothing was paid. Sign what this response asks for.";
    CHAIN_SILENT { code: "chain-silent", 503, own, "The chain does not answer" }
        "The chain of this coin could not be asked, so the payment was not taken. Do not sign another one. Send the same one again in {retryAfter} s.";
}
