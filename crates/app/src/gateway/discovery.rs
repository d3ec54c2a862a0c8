//! What programs find without paying: the documents of the site, made from the offers that stand now.

use super::Gate;
use super::fold::Target;
use super::priced::Ask;
use crate::door::{self, Reply, full};
use crate::web::{self, PageKind};
use http::{HeaderValue, Response, StatusCode, header};
use market::{Offer, OfferPrice};
use money::{OfferId, Price};
use protocol::discovery::{self, Cost, Listed, Mode, Site};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::Mutex;

/// What each code means, for people.
const PROBLEMS: &str = include_str!("../../../../docs/problems.md");
/// Offers for which a page is remembered.
const MOST_EXAMPLES: usize = 1_000;

/// For each offer one page that exists, as it was met.
#[derive(Default)]
pub(super) struct Examples(Mutex<BTreeMap<OfferId, String>>);

impl Examples {
    /// A page of the offer was met. The first one stays, so that the documents do not change from hour to hour.
    pub(super) fn note(&self, offer: OfferId, target: &Target) {
        let mut known = self.0.lock().expect("no thread panics with the examples in hand");
        if target.page == target.path && known.len() < MOST_EXAMPLES {
            known.entry(offer).or_insert_with(|| target.path.clone());
        }
    }

    pub(super) fn of(&self, offer: OfferId) -> Option<String> {
        self.0.lock().expect("no thread panics with the examples in hand").get(&offer).cloned()
    }
}

/// An offer with what its listing borrows.
struct Entry {
    offer: Offer,
    example: Option<String>,
    cost: Cost,
}

impl Entry {
    fn listed(&self) -> Listed<'_> {
        let Entry { offer, example, cost } = self;
        Listed { title: &offer.name, pattern: offer.unlock.path(), example: example.as_deref(), cost: *cost, l402: offer.l402.is_some() }
    }
}

impl Gate {
    /// `/.well-known/farthing.json`: the instance's keys, the site's pages and the wallets whose money it takes.
    pub(super) fn farthing_json(&self) -> Reply {
        document("application/json", crate::api::facts(&self.instance, Some(&self.site)))
    }

    /// `/openapi.json`. An offer of which no page is known yet stands under `x-farthing-offers` only, since a checker asks
    /// for every page that the paths name.
    pub(super) fn openapi_json(&self) -> Reply {
        let entries = self.entries();
        let known = self.with_site(&entries, discovery::openapi);
        let Ok(mut document_of) = serde_json::from_slice::<serde_json::Value>(&known) else { return document("application/json", known) };
        let all: Vec<_> = entries.iter().map(listing).collect();
        if let Some(members) = document_of.as_object_mut() {
            members.insert("x-farthing-offers".to_owned(), all.into());
        }
        document("application/json", document_of.to_string())
    }

    /// `/llms.txt`
    pub(super) fn llms_txt(&self) -> Reply {
        document("text/plain; charset=utf-8", self.with_site(&self.entries(), discovery::llms))
    }

    /// `/.well-known/x402.json`
    pub(super) fn x402_json(&self) -> Reply {
        let network = protocol::x402::network(self.instance.id);
        document("application/json", self.with_site(&self.entries(), |site| discovery::x402(site, &network, &self.site.payee)))
    }

    /// `/problems/{code}`: the paragraph on a code.
    pub(super) fn problem_page(&self, ask: &Ask, code: &str) -> Reply {
        match paragraph(code) {
            Some(text) if ask.wants_page() => {
                let mut reply =
                    door::page(&ask.visit, StatusCode::OK, PageKind::SitePage, web::problem_code(&self.shown_instance(ask), code, text));
                reply.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
                reply
            }
            Some(text) => {
                let mut reply = document("text/plain; charset=utf-8", format!("{code}\n\n{text}\n"));
                reply.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
                reply
            }
            None => self.refuse(ask, &Problem::Unknown),
        }
    }

    /// The offers of this site that cost something, by name.
    fn entries(&self) -> Vec<Entry> {
        let offers = self.instance.offers();
        let here = offers.iter().filter(|(_, offer)| offer.unlock.realm() == self.site.host);
        here.filter_map(|(id, offer)| {
            let cost = match offer.price {
                OfferPrice::Free => return None,
                OfferPrice::Fixed { amount, asset } => Cost::Fixed(Price { amount, asset }),
                OfferPrice::AtLeast { amount, asset } => Cost::AtLeast(Price { amount, asset }),
                // One call is sold by itself; other units are not, and what they cost stands in the challenge of a session.
                OfferPrice::Metered(metered) if metered.unit.is_call() => {
                    offer.price.least().map(|(amount, asset)| Cost::Fixed(Price { amount, asset }))?
                }
                OfferPrice::Metered(_) => return None,
            };
            let exact = (!offer.unlock.path().contains('*')).then(|| offer.unlock.path().to_owned());
            Some(Entry { offer: offer.clone(), example: exact.or_else(|| self.examples.of(*id)), cost })
        })
        .collect()
    }

    fn with_site<T>(&self, entries: &[Entry], write: impl FnOnce(&Site<'_>) -> T) -> T {
        let offers: Vec<Listed<'_>> = entries.iter().map(Entry::listed).collect();
        let (title, origin, wallet_url) = (self.title(), self.origin_url(), self.instance.wallet_url());
        write(&Site { title: &title, origin: &origin, wallet_url: &wallet_url, mode: self.discovery_mode(), offers: &offers })
    }

    fn discovery_mode(&self) -> Mode {
        if self.instance.is_test() { Mode::Test } else { Mode::Live }
    }
}

fn listing(entry: &Entry) -> serde_json::Value {
    let least = entry.cost.least();
    let at_least = matches!(entry.cost, Cost::AtLeast(_));
    serde_json::json!({
        "name": entry.offer.name, "pages": entry.offer.unlock.path(), "method": "farthing", "intent": "charge",
        "amount": least.amount.to_string(), "currency": least.asset.as_str(), "atLeast": at_least,
        "schemes": discovery::schemes(entry.offer.l402.is_some()),
    })
}

/// The text under a code's heading.
pub(crate) fn paragraph(code: &str) -> Option<&'static str> {
    let plain = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let (_, after) = PROBLEMS.split_once(&format!("\n### `{code}`\n")).filter(|_| plain)?;
    Some(after.split("\n#").next().unwrap_or_default().trim())
}

fn document(content_type: &'static str, body: impl Into<bytes::Bytes>) -> Reply {
    let mut reply = Response::new(full(body));
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    // Anybody may read them, so a script of any page: it checks receipts with the keys that stand here.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}

#[cfg(test)]
mod tests;
