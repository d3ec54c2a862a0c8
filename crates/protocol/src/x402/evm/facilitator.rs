//! What a facilitator is asked and what it answers. What it says is a hint: the chain has the last word.

use super::{Signed, Terms, plain};
use crate::text::Malformed;
use crate::x402::{Json, VERSION};

/// Longest reason that is kept of what a facilitator says.
const MOST_REASON: usize = 120;

/// What a facilitator says became of a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Settling {
    /// The coin moved, in this transaction.
    Done([u8; 32]),
    /// It did not, or not yet.
    Not(String),
}

/// The body of `POST /settle`. The tag that binds a payment to its page stays here: who settles needs none of it.
#[must_use]
pub fn settle_request(terms: &Terms<'_>, signed: &Signed) -> String {
    let extra = Json::object().with("name", terms.name).with("version", terms.version);
    let required = plain(terms).with("extra", extra);
    let payment = Json::object().with("x402Version", VERSION).with("accepted", required.clone()).with("payload", signed.payload());
    Json::object().with("x402Version", VERSION).with("paymentPayload", payment).with("paymentRequirements", required).to_string()
}

impl Settling {
    /// Reads an answer.
    ///
    /// # Errors
    /// [`Malformed`] if it says nothing that can be understood: then nobody knows what became of it.
    pub fn read(body: &[u8]) -> Result<Settling, Malformed> {
        let document = Json::parse(body)?;
        match document.get("success") {
            Some(Json::Flag(true)) => super::parse_bytes(document.need("transaction")?).map(Settling::Done),
            Some(Json::Flag(false)) => {
                let said = document.get("errorReason").and_then(Json::text).unwrap_or("nothing");
                let plain = said.chars().filter(|letter| letter.is_ascii_graphic() || *letter == ' ');
                Ok(Settling::Not(plain.take(MOST_REASON).collect()))
            }
            _ => Err(Malformed("success")),
        }
    }
}
