//! Documents by which programs find what a site sells and how to pay: advisory, made from the offers; the 402 decides.
//!
//! `/openapi.json` follows the discovery draft of the Payment scheme, `/llms.txt` is for language models and whoever
//! reads with them, `/.well-known/farthing.json` holds the keys that other instances and offline checkers need.

pub mod known;
mod openapi;

pub use openapi::{openapi, schemes};

use money::{Price, plain};
use serde::{Deserialize, Serialize};

/// The path of [`openapi`].
pub const OPENAPI_PATH: &str = "/openapi.json";
/// The path of [`llms`].
pub const LLMS_PATH: &str = "/llms.txt";
/// The path of [`x402`].
pub const X402_PATH: &str = "/.well-known/x402.json";
/// The path of [`farthing`].
pub const FARTHING_PATH: &str = "/.well-known/farthing.json";

/// A site as discovery tells it.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// What people call it.
    pub title: &'a str,
    /// Scheme, host and port if it has one, without a last slash: `https://news.example`.
    pub origin: &'a str,
    /// Where a person opens a wallet.
    pub wallet_url: &'a str,
    /// Whether its money is real.
    pub mode: Mode,
    /// What costs something here.
    pub offers: &'a [Listed<'a>],
}

/// An offer as discovery tells it.
#[derive(Clone, Copy, Debug)]
pub struct Listed<'a> {
    /// What is bought, in a few words: `One article`.
    pub title: &'a str,
    /// The pages: a path in which `*` stands for one segment and a last `**` for any number.
    pub pattern: &'a str,
    /// The path of one of these pages, percent-encoded as in a request. It exists and is priced.
    pub example: Option<&'a str>,
    /// What a page costs.
    pub cost: Cost,
    /// Whether it is also sold by L402.
    pub l402: bool,
}

/// What a page costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cost {
    /// Exactly this.
    Fixed(Price),
    /// This or more, as the payer likes.
    AtLeast(Price),
}

/// Whether money here is real.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Play money.
    Test,
    /// Money.
    Live,
}

/// An instance's facts and keys: the members of `/.well-known/farthing.json`, in this order.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Facts<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Whether its money is real.
    pub mode: Mode,
    /// Its id, 26 characters of base32: a hash of the root key.
    pub instance: &'a str,
    /// The root key, Ed25519, base64url: it signs the other keys and nothing else.
    pub root_key: &'a str,
    /// The keys that sign receipts: the current one, then the next if it is known.
    pub receipt_keys: &'a [CertifiedKey<'a>],
    /// The keys that sign quotes and what sites ask of wallets, likewise.
    pub site_keys: &'a [CertifiedKey<'a>],
    /// Origins whose pages are sold under this document.
    pub page_origins: &'a [&'a str],
    /// Origins of the wallets whose payments are taken.
    pub wallets: &'a [&'a str],
    /// Where a person opens a wallet here.
    pub wallet_url: &'a str,
    /// Where other people's x402 servers have payments of balances here verified and settled.
    pub x402: &'a str,
    /// What prices are in: `eur-micro`.
    pub currencies: &'a [&'a str],
}

/// A key with the root's signature over it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CertifiedKey<'a> {
    /// Ed25519 public key, base64url.
    pub key: &'a str,
    /// The root key's signature, base64url.
    pub signature: &'a str,
}

impl Cost {
    /// The least that a page costs.
    #[must_use]
    pub const fn least(&self) -> Price {
        match self {
            Cost::Fixed(price) | Cost::AtLeast(price) => *price,
        }
    }

    fn in_words(self) -> String {
        match self {
            Cost::Fixed(price) => price.to_string(),
            Cost::AtLeast(price) => format!("{price} or more"),
        }
    }
}

/// The body of `/.well-known/farthing.json`.
#[must_use]
pub fn farthing(facts: &Facts<'_>) -> Vec<u8> {
    serde_json::to_vec_pretty(facts).expect("texts and lists of texts always have a JSON form")
}

/// The body of `/llms.txt`: Markdown, to be sent as `text/plain; charset=utf-8`.
#[must_use]
pub fn llms(site: &Site<'_>) -> String {
    let Site { origin, wallet_url, .. } = site;
    let mut text = format!("# {}\n\n> Pages here are paid one by one: no account, no subscription.\n", one_line(site.title));
    if site.mode == Mode::Test {
        text.push_str("> This instance runs in test mode: its money is play money.\n");
    }
    text.push_str("\n## Prices\n\n");
    for offer in site.offers {
        text.push_str(&format!("- {}: {} a page, `{origin}{}`", one_line(offer.title), offer.cost.in_words(), offer.pattern));
        if let Some(page) = offer.example.filter(|page| *page != offer.pattern) {
            text.push_str(&format!(", such as {origin}{page}"));
        }
        if offer.l402 {
            text.push_str(", also by L402");
        }
        text.push('\n');
    }
    if site.offers.is_empty() {
        text.push_str("Nothing is sold here now.\n");
    }
    text.push_str(&format!(
        "\n## How to pay\n\n\
         - A priced page answers 402 with `WWW-Authenticate: Payment`, method `farthing`, intent `charge`: sign the challenge with the Ed25519 key of a wallet and send it back in `Authorization: Payment`.\n\
         - The same offer stands in `PAYMENT-REQUIRED` for clients of x402.\n\
         - A person opens a wallet at {wallet_url}\n"
    ));
    if site.offers.iter().any(|offer| offer.l402) {
        let wallet = wallet_url.trim_end_matches('/');
        text.push_str(&format!(
            "- By L402: the invoice (`lnbcrt…`, no bitcoin) is paid from a balance, by `POST {wallet}/v1/locks/PAYMENT-HASH` with the invoice as body; \
             then `Authorization: L402 TOKEN:PREIMAGE` opens the page for as long as what was bought lasts.\n"
        ));
    }
    if let Some((page, most)) = site.offers.iter().find_map(|offer| Some((offer.example?, offer.cost.least()))) {
        let most = most.asset.iso().map_or_else(|| most.amount.to_string(), |iso| plain(most.amount, &iso));
        text.push_str(&format!("- On a command line: `farthing get {origin}{page} --max {most}`\n"));
    }
    text.push_str(&format!("- For programs: {origin}{OPENAPI_PATH} and {origin}{FARTHING_PATH}\n"));
    text
}

/// The body of [`X402_PATH`]: the pages that are known by their address, as whoever lists x402 servers reads them, and the offers with
/// what each asks for.
#[must_use]
pub fn x402(site: &Site<'_>, network: &str, pay_to: &str) -> String {
    use crate::x402::Json;
    let pages = site.offers.iter().filter_map(|offer| Some(Json::from(format!("{}{}", site.origin, offer.example?))));
    let offer = |offer: &Listed<'_>| {
        let least = offer.cost.least();
        let accepted = Json::object()
            .with("scheme", crate::x402::EXACT)
            .with("network", network)
            .with("amount", least.amount.to_string())
            .with("asset", least.asset.as_str())
            .with("payTo", pay_to);
        let pages = format!("{}{}", site.origin, offer.pattern);
        Json::object().with("title", one_line(offer.title)).with("pages", pages).with("accepts", vec![accepted])
    };
    let document = Json::object()
        .with("version", 1_u64)
        .with("x402Version", crate::x402::VERSION)
        .with("resources", pages.collect::<Vec<_>>())
        .with("offers", site.offers.iter().map(offer).collect::<Vec<_>>());
    document.to_string()
}

/// A text with nothing in it that could begin another line.
fn one_line(text: &str) -> String {
    text.split(|character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
