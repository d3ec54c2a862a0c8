//! What became of a payment: `PAYMENT-RESPONSE`, which is also what a facilitator answers, and its other two documents.

use super::{EXACT, Json, VERSION, network, sealed};
use crate::keys::PublicKey;
use crate::text::Instance;
use money::Amount;

/// How a payment ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Settled<'a> {
    /// Why it did not come about; none if it did.
    pub error: Option<&'a str>,
    /// The receipt's serial; empty where nothing was posted.
    pub transaction: &'a str,
    /// In whose books.
    pub instance: Instance,
    /// Who paid, as the payee knows them.
    pub payer: Option<&'a str>,
    /// What was really charged.
    pub amount: Option<Amount>,
}

/// Whether a payment would be taken as things stand. It is no promise.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Verified<'a> {
    /// Why it would not be; none if it would.
    pub invalid: Option<&'a str>,
    /// Who would pay, as the payee knows them.
    pub payer: Option<&'a str>,
}

impl Settled<'_> {
    /// The document.
    #[must_use]
    pub fn document(&self) -> Json {
        Json::object()
            .with("success", self.error.is_none())
            .with_maybe("errorReason", self.error)
            .with("transaction", self.transaction)
            .with("network", network(self.instance))
            .with_maybe("payer", self.payer)
            .with_maybe("amount", self.amount.map(|amount| amount.to_string()))
    }

    /// The value of `PAYMENT-RESPONSE`.
    #[must_use]
    pub fn header_value(&self) -> String {
        sealed(&self.document())
    }
}

impl Verified<'_> {
    /// The document.
    #[must_use]
    pub fn document(&self) -> Json {
        Json::object().with("isValid", self.invalid.is_none()).with_maybe("invalidReason", self.invalid).with_maybe("payer", self.payer)
    }
}

/// What a facilitator of an instance settles, and by whose keys its receipts are signed.
#[must_use]
pub fn supported(instance: Instance, keys: &[PublicKey]) -> Json {
    let kind = Json::object().with("x402Version", VERSION).with("scheme", EXACT).with("network", network(instance));
    let signers: Vec<Json> = keys.iter().map(|key| Json::from(key.to_string())).collect();
    Json::object()
        .with("kinds", vec![kind])
        .with("extensions", vec![Json::from(super::payment::IDENTIFIER)])
        .with("signers", Json::object().with("farthing:*", signers))
}
