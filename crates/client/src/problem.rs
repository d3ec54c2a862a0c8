//! What a refusal says: the parts of an `application/problem+json` (RFC 9457) that a payer acts on.

use money::{Amount, Asset, Price, Timestamp};
use serde::Deserialize;

/// A refusal, read. `code` is the contract; texts are a stranger's and are shown without control characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// The slug that docs/problems.md explains.
    pub code: String,
    /// What happened and what to do next.
    pub detail: String,
    /// What is missing, for `insufficient-funds`.
    pub short_by: Option<Price>,
    /// What can be spent, for `insufficient-funds`.
    pub available: Option<Price>,
    /// Where a person adds money.
    pub top_up_url: Option<String>,
    /// True if a sale was taken back by itself.
    pub refunded: bool,
    /// What the vouchers of a session would have to authorise in all.
    pub required: Option<Price>,
    /// The final receipt of a session that is over, as in `Payment-Receipt`.
    pub receipt: Option<String>,
    /// How many requests the end of a session waits for, and when those lapse that nobody works on any more.
    pub waits: Option<(u32, Option<Timestamp>)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    code: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    detail: String,
    currency: Option<String>,
    short_by: Option<String>,
    available: Option<String>,
    top_up_url: Option<String>,
    #[serde(default)]
    refunded: bool,
    required_cumulative: Option<String>,
    receipt: Option<String>,
    requests: Option<u32>,
    until: Option<String>,
}

impl Problem {
    /// Reads a body; nothing if it is no problem with a code.
    #[must_use]
    pub fn parse(status: u16, body: &[u8]) -> Option<Problem> {
        let wire: Wire = serde_json::from_slice(body).ok()?;
        let is_slug = |code: &str| (1..=64).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if !is_slug(&wire.code) {
            return None;
        }
        let asset = wire.currency.as_deref().and_then(|text| Asset::parse(text).ok());
        let price = |text: Option<&str>| Some(Price { amount: Amount::parse(text?).ok()?, asset: asset? });
        let detail = if wire.detail.is_empty() { &wire.title } else { &wire.detail };
        Some(Problem {
            status,
            detail: shown(detail),
            short_by: price(wire.short_by.as_deref()),
            available: price(wire.available.as_deref()),
            top_up_url: wire.top_up_url.map(|url| shown(&url)).filter(|url| url.starts_with("https://") || url.starts_with("http://")),
            refunded: wire.refunded,
            required: price(wire.required_cumulative.as_deref()),
            receipt: wire.receipt,
            waits: wire.requests.map(|requests| (requests, wire.until.as_deref().and_then(Timestamp::parse))),
            code: wire.code,
        })
    }

    /// A refusal whose body says nothing that can be read.
    #[must_use]
    pub fn silent(status: u16) -> Problem {
        Problem {
            status,
            code: "unreadable".to_owned(),
            detail: "The site refused and did not say why.".to_owned(),
            short_by: None,
            available: None,
            top_up_url: None,
            refunded: false,
            required: None,
            receipt: None,
            waits: None,
        }
    }

    /// True if the refusal proves that this credential moved nothing, so that a fresh challenge may be signed once.
    #[must_use]
    pub fn asks_for_fresh(&self) -> bool {
        self.status == 402 && matches!(&*self.code, "quote-expired" | "challenge-unknown")
    }

    /// True if a refusal says that a standing challenge, or the command under it, does not buy this: nothing moved by it, and another
    /// way may.
    #[must_use]
    pub fn asks_otherwise(&self) -> bool {
        let codes =
            ["price-above-max", "id-reused", "id-too-old", "id-too-new", "route-mismatch", "method-unsupported", "signature-invalid"];
        self.asks_for_fresh() || codes.contains(&&*self.code)
    }

    /// True if the very same request may be sent again.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(&*self.code, "busy" | "no-room" | "too-fast" | "internal" | "session-under-way")
    }
}

/// A stranger's text as a terminal may show it: one line, no control characters, at most 400 characters.
#[must_use]
pub fn shown(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|character| !character.is_control()).take(400).collect()
}
