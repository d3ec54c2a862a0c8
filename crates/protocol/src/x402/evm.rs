//! The scheme `exact` on chains of Ethereum's kind: an authorisation after ERC-3009, which its payer signs and whoever likes brings to
//! the coin's contract. As texts: the requirement, the payment, what a facilitator is asked and answers, what a node is asked and answers.

mod facilitator;
mod hex;
mod node;
mod receipt;
mod signing;

pub use facilitator::{Settling, settle_request};
pub use hex::{address, bytes, parse_address, parse_bytes};
pub use node::{Answers, Block, Log, NonceEnd, Question, answers, questions};
pub use receipt::{Came, Receipt, Wanted};
pub use signing::{keccak, recovered, signed_hash};

use super::{EXACT, Json, Payment, TIMEOUT_S, Unreadable, sealed};
use crate::text::{Malformed, array_from_base64url, base64url};

/// The namespace of these networks.
const NAMESPACE: &str = "eip155:";
/// Longest number that is read: 2^256 has 78 digits.
const MOST_DIGITS: usize = 78;
/// Where our tag stands in `extra`.
const TAG: &str = "farthing";

/// A coin as payers sign for it, and where it goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Terms<'a> {
    /// The network.
    pub network: &'a str,
    /// The contract.
    pub contract: [u8; 20],
    /// The name in its signing domain.
    pub name: &'a str,
    /// The version there.
    pub version: &'a str,
    /// Where it goes.
    pub pay_to: [u8; 20],
    /// How much, in its smallest unit.
    pub value: u128,
}

/// What a payer signs: the argument of `transferWithAuthorization`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Authorization {
    /// Who pays.
    pub from: [u8; 20],
    /// Whom.
    pub to: [u8; 20],
    /// How much.
    pub value: u128,
    /// From when on, in seconds since 1970; not at that second itself.
    pub valid_after: u64,
    /// Until when, not included.
    pub valid_before: u64,
    /// Makes it single-use.
    pub nonce: [u8; 32],
}

/// An authorisation with its signature. It is a credential, so it is never shown whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// What was signed.
    pub authorization: Authorization,
    /// By the key of `from`: r, s and the byte that recovers the key.
    pub signature: [u8; 65],
}

/// What a payment says that it pays.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Accepted<'a> {
    /// The network.
    pub network: &'a str,
    /// The contract.
    pub contract: [u8; 20],
    /// How much.
    pub value: u128,
    /// Our tag, as it came.
    pub tag: [u8; 32],
}

/// What became of a payment on such a network: `PAYMENT-RESPONSE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome<'a> {
    /// Why it did not come about, or not yet; none if it did.
    pub error: Option<&'a str>,
    /// The transaction that moved the coin.
    pub transaction: Option<[u8; 32]>,
    /// The network.
    pub network: &'a str,
    /// Who paid.
    pub payer: Option<[u8; 20]>,
    /// What was paid.
    pub value: Option<u128>,
}

/// True for the name of a network of this kind.
#[must_use]
pub fn is_network(text: &str) -> bool {
    chain_id(text).is_some()
}

/// The number of a network.
#[must_use]
pub fn chain_id(network: &str) -> Option<u64> {
    let digits = network.strip_prefix(NAMESPACE)?;
    let number: u64 = digits.parse().ok()?;
    (number > 0 && number.to_string() == digits).then_some(number)
}

/// True if a payment is for a network of this kind.
#[must_use]
pub fn is_for_chain(payment: &Payment) -> bool {
    payment.accepted.need("network").is_ok_and(is_network)
}

/// The way to pay, with a tag of ours that comes back with the payment and stands on no chain.
#[must_use]
pub fn requirement(terms: &Terms<'_>, tag: [u8; 32]) -> Json {
    let extra = Json::object().with("name", terms.name).with("version", terms.version).with(TAG, base64url(&tag));
    plain(terms).with("extra", extra)
}

fn plain(terms: &Terms<'_>) -> Json {
    Json::object()
        .with("scheme", EXACT)
        .with("network", terms.network)
        .with("amount", terms.value.to_string())
        .with("asset", address(&terms.contract))
        .with("payTo", address(&terms.pay_to))
        .with("maxTimeoutSeconds", TIMEOUT_S)
}

/// Which coin a payment names.
///
/// # Errors
/// [`Unreadable`].
pub fn accepted(payment: &Payment) -> Result<Accepted<'_>, Unreadable> {
    let accepted = &payment.accepted;
    if accepted.need("scheme")? != EXACT {
        return Err(Unreadable::Scheme);
    }
    let extra = accepted.get("extra").ok_or(Unreadable::Requirement)?;
    let tag = extra.need(TAG).ok().and_then(|tag| array_from_base64url(tag).ok()).ok_or(Unreadable::Requirement)?;
    let contract = parse_address(accepted.need("asset")?).map_err(|_| Unreadable::Network)?;
    let value = number(accepted.need("amount")?).ok_or(Unreadable::Requirement)?;
    Ok(Accepted { network: accepted.need("network")?, contract, value, tag })
}

/// The signed authorisation of a payment.
///
/// # Errors
/// [`Malformed`] naming the member.
pub fn signed(payment: &Payment) -> Result<Signed, Malformed> {
    let authorization = payment.payload.get("authorization").ok_or(Malformed("authorization"))?;
    let time = |key: &'static str| {
        // What lies beyond all time is as good as for ever.
        number(authorization.need(key)?).map(|seconds| u64::try_from(seconds).unwrap_or(u64::MAX)).ok_or(Malformed(key))
    };
    Ok(Signed {
        authorization: Authorization {
            from: parse_address(authorization.need("from")?)?,
            to: parse_address(authorization.need("to")?)?,
            value: number(authorization.need("value")?).ok_or(Malformed("value"))?,
            valid_after: time("validAfter")?,
            valid_before: time("validBefore")?,
            nonce: parse_bytes(authorization.need("nonce")?)?,
        },
        signature: parse_bytes(payment.payload.need("signature")?)?,
    })
}

/// A whole number in the one way it is written.
fn number(text: &str) -> Option<u128> {
    let plain = text == "0" || !text.starts_with('0');
    let digits = text.len() <= MOST_DIGITS && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain && digits)
}

impl Signed {
    /// As a payment carries it.
    #[must_use]
    pub fn payload(&self) -> Json {
        let Authorization { from, to, value, valid_after, valid_before, nonce } = self.authorization;
        let authorization = Json::object()
            .with("from", address(&from))
            .with("to", address(&to))
            .with("value", value.to_string())
            .with("validAfter", valid_after.to_string())
            .with("validBefore", valid_before.to_string())
            .with("nonce", bytes(&nonce));
        Json::object().with("signature", bytes(&self.signature)).with("authorization", authorization)
    }

    /// True if the key of `from` signed it for the coin.
    #[must_use]
    pub fn holds(&self, terms: &Terms<'_>) -> bool {
        signed_hash(terms, &self.authorization).and_then(|hash| recovered(&hash, &self.signature)) == Some(self.authorization.from)
    }

    /// The value of `PAYMENT-SIGNATURE` for a requirement that was signed.
    #[must_use]
    pub fn header_value(&self, accepted: &Json) -> String {
        sealed(&Json::object().with("x402Version", super::VERSION).with("accepted", accepted.clone()).with("payload", self.payload()))
    }
}

impl Outcome<'_> {
    /// The document.
    #[must_use]
    pub fn document(&self) -> Json {
        Json::object()
            .with("success", self.error.is_none())
            .with_maybe("errorReason", self.error)
            .with("transaction", self.transaction.map(|hash| bytes(&hash)).unwrap_or_default())
            .with("network", self.network)
            .with_maybe("payer", self.payer.map(|payer| address(&payer)))
            .with_maybe("amount", self.value.map(|value| value.to_string()))
    }

    /// The value of `PAYMENT-RESPONSE`.
    #[must_use]
    pub fn header_value(&self) -> String {
        sealed(&self.document())
    }
}

#[cfg(test)]
mod tests;
