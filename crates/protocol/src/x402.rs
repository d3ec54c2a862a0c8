//! x402, version 2: the same challenge, credential and receipt as JSON in base64, in the fields `PAYMENT-REQUIRED`,
//! `PAYMENT-SIGNATURE` and `PAYMENT-RESPONSE`, and the three documents of a facilitator.
//!
//! Our network is `farthing:` and the instance's id, its addresses are handles of payees, its assets currencies in millionths. A
//! requirement of ours carries a charge challenge in `extra`, so that it binds what x402 leaves open: route, body and expiry. What
//! comes back is a [`crate::Credential`] like that of the Payment scheme, over the same signed text.

pub mod evm;
mod facilitator;
mod json;
mod payment;
mod required;
mod settled;

pub use facilitator::{Asked, Settlement};
pub use json::Json;
pub use payment::{Identifier, Payment, Unreadable};
pub use required::{Naming, Required, challenge_of, requirement};
pub use settled::{Settled, Verified, supported};

use crate::text::{Instance, Malformed};
use data_encoding::{BASE64, BASE64_NOPAD};
use money::Asset;

/// The version that is spoken.
pub const VERSION: u64 = 2;
/// Pays just what is asked.
pub const EXACT: &str = "exact";
/// Pays what was used, up to what is asked.
pub const UPTO: &str = "upto";
/// Longest `PAYMENT-SIGNATURE` that is read.
pub const MAX_BYTES: usize = 8_192;
/// How long a payment may take: as long as a charge challenge stands.
pub const TIMEOUT_S: u64 = 300;
/// The namespace of our networks.
const NAMESPACE: &str = "farthing";

/// The network of an instance.
#[must_use]
pub fn network(instance: Instance) -> String {
    format!("{NAMESPACE}:{instance}")
}

/// The instance of a network of ours.
///
/// # Errors
/// [`Malformed`] for any other.
pub fn instance_of(network: &str) -> Result<Instance, Malformed> {
    let id = network.strip_prefix(NAMESPACE).and_then(|rest| rest.strip_prefix(':'));
    id.and_then(|id| Instance::parse(id).ok()).ok_or(Malformed("network"))
}

/// The word of x402 for a refusal, by the code of its problem; our code where it has none.
#[must_use]
pub fn reason(code: &'static str) -> &'static str {
    match code {
        "malformed-credential" | "two-credentials" | "digest-mismatch" | "signature-invalid" => "invalid_payload",
        "method-unsupported" => "unsupported_scheme",
        "challenge-unknown" | "route-mismatch" | "challenge-used" | "quote-expired" => "invalid_payment_requirements",
        "insufficient-funds" | "price-above-max" | "coin-insufficient" => "insufficient_funds",
        "coin-authorization" => "invalid_payload",
        "coin-pending" => "settlement_pending",
        "coin-lapsed" => "invalid_transaction_state",
        "chain-silent" => "unexpected_verify_error",
        "internal" => "unexpected_settle_error",
        code => code,
    }
}

/// What people call an asset, and how many decimals of it one unit is.
fn named(asset: Asset) -> (String, u64) {
    asset.iso().map_or_else(|| (asset.as_str().to_owned(), 0), |iso| (iso, 6))
}

/// The value of a field.
fn sealed(document: &Json) -> String {
    BASE64.encode(document.to_string().as_bytes())
}

/// Reads the value of a field: base64 of the standard alphabet with or without padding.
fn opened(value: &str) -> Result<Json, Malformed> {
    if value.len() > MAX_BYTES {
        return Err(Malformed("too long"));
    }
    let bytes = if value.ends_with('=') { BASE64.decode(value.as_bytes()) } else { BASE64_NOPAD.decode(value.as_bytes()) };
    Json::parse(&bytes.map_err(|_| Malformed("base64"))?)
}

#[cfg(test)]
mod tests;
