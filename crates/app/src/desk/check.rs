//! *Check my site*: the instance asks for a page of its own through the site's public name, as a stranger and as a buyer, and
//! says what stands between.
//!
//! A shared cache that pays no heed to `private, no-store` either hands what was paid for to everybody or shows buyers the
//! wall. Each is looked for under an address that nobody asked for before, and under the one that people use.

use super::Visitor;
use super::filter::Filter;
use super::rows::{Payee, sales};
use crate::acts::Done;
use crate::config::Site;
use crate::door::{self, ENT_COOKIE, Reply};
use crate::instance::Instance;
use crate::payees::offers;
use crate::wallet::split;
use crate::web::desk::Finding;
use crate::world;
use fetch::{Answer, NoAnswer};
use http::header;
use market::OfferPrice;
use money::Timestamp;
use protocol::discovery::FARTHING_PATH;
use protocol::problem::Problem;
use protocol::text::base32;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use store::vault::What;

mod fetch;

pub(crate) use fetch::Fetcher;

/// The last finding of each site, by the site's name.
#[derive(Default)]
pub(crate) struct Checks {
    found: Mutex<BTreeMap<String, Found>>,
    /// One check at a time: it is a handful of requests to ourselves.
    running: tokio::sync::Mutex<()>,
}

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Found {
    pub finding: Finding,
    /// The page that was asked for.
    pub path: String,
    pub at: Timestamp,
}

impl Checks {
    pub fn last(&self, site: &str) -> Option<Found> {
        self.found.lock().expect("no thread panics with the findings in hand").get(site).cloned()
    }

    /// As if a look had found nothing.
    #[cfg(test)]
    pub fn found_good(&self, site: &str, at: Timestamp) {
        self.note(site, Found { finding: Finding::Good, path: "/".to_owned(), at });
    }

    fn note(&self, site: &str, found: Found) {
        self.found.lock().expect("no thread panics with the findings in hand").insert(site.to_owned(), found);
    }
}

impl Visitor<'_> {
    /// `POST /install/check`: looks at one site and shows what was found.
    pub(super) async fn check(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let wanted = form.get("site").map(String::as_str).unwrap_or_default();
        let path = form.get("path").map(|path| path.trim()).filter(|path| !path.is_empty());
        check(self.instance, &self.payee, (wanted, path), self.visit.now).await?;
        self.did(Done::to(What::SiteChecked, wanted)).await?;
        Ok(door::see_other(&format!("/install#{wanted}")))
    }
}

/// Looks at a site of the payee's by its name, at a page of it or at one that is known, and keeps what was found.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn check(
    instance: &Arc<Instance>,
    payee: &Payee,
    (name, path): (&str, Option<&str>),
    now: Timestamp,
) -> Result<Found, Problem> {
    let (name, site) = offers::sites(instance, &payee.handle).find(|(known, _)| *known == name).ok_or(Problem::Unknown)?;
    let path = match path {
        Some(path) => Some(path.to_owned()),
        None => a_page_of(instance, payee, site).await?,
    };
    let _one = instance.checks.running.lock().await;
    let found = match path.as_ref().filter(|path| is_priced(instance, site, path)) {
        Some(path) => Found { finding: look_at(instance, site, path).await, path: path.clone(), at: now },
        None => Found { finding: Finding::NoPage, path: path.unwrap_or_default(), at: now },
    };
    instance.checks.note(name, found.clone());
    Ok(found)
}

/// A page that is for sale on a site: the last one that was sold, else one that an offer names whole.
pub(super) async fn a_page_of(instance: &Arc<Instance>, payee: &Payee, site: &Site) -> Result<Option<String>, Problem> {
    let filter = Filter { item: format!("{}/", site.host), ..Filter::default() };
    let part = sales(instance, payee, &filter, (None, 1)).await?;
    let sold = part.sales.first().and_then(|sold| sold.row.item.as_deref()).map(|item| split(item).1.to_owned());
    let offers = instance.offers();
    let named = offers
        .iter()
        .map(|(_, offer)| offer)
        .find(|offer| offer.unlock.realm() == site.host && offer.price != OfferPrice::Free && !offer.unlock.path().contains('*'));
    Ok(sold.filter(|path| is_priced(instance, site, path)).or_else(|| named.map(|offer| offer.unlock.path().to_owned())))
}

fn is_priced(instance: &Instance, site: &Site, path: &str) -> bool {
    let bare = path.split('?').next().unwrap_or_default();
    instance.offer_for(&site.host, bare).is_some_and(|(_, offer)| offer.price != OfferPrice::Free)
}

async fn look_at(instance: &Instance, site: &Site, path: &str) -> Finding {
    let base = instance.config.url(&site.host);
    let fetcher = Fetcher::default();
    let item = format!("{}{path}", site.host);
    let accept = if site.search { "*/*" } else { "text/html" };
    let asking = Asking { fetcher: &fetcher, base, path, accept, cookie: instance.probes.make(item, world::now()) };
    match asking.leads_here(&instance.id.to_string()).await {
        Ok(true) => asking.finding().await.unwrap_or_else(unreached),
        Ok(false) => Finding::Elsewhere,
        Err(no) => unreached(no),
    }
}

fn unreached(no: NoAnswer) -> Finding {
    Finding::Unreached { why: no.0 }
}

/// One check under way.
struct Asking<'a> {
    fetcher: &'a Fetcher,
    base: String,
    path: &'a str,
    /// As what it asks: where people get the teaser under 200, only programs can tell a wall from a page.
    accept: &'static str,
    /// The cookie that reads the page.
    cookie: String,
}

/// Who asks.
#[derive(Clone, Copy)]
enum As {
    Stranger,
    Buyer,
}

impl Asking<'_> {
    /// True if the public name leads to this instance.
    async fn leads_here(&self, id: &str) -> Result<bool, NoAnswer> {
        let answer = self.fetcher.get(&format!("{}{FARTHING_PATH}", self.base), &[]).await?;
        let document: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        Ok(answer.status == 200 && document["instance"] == id)
    }

    async fn finding(&self) -> Result<Finding, NoAnswer> {
        // Under a fresh address: first as a buyer, so that a cache has paid text to keep, then as a stranger.
        let fresh = self.fresh();
        let bought = self.ask(&fresh, As::Buyer).await?;
        if is_wall(&bought) {
            return Ok(Finding::WallToBuyers);
        }
        if bought.status >= 300 {
            return Ok(Finding::NoPaidPage { status: bought.status });
        }
        if let Some(finding) = self.as_stranger(&fresh, Finding::PaidToAll).await? {
            return Ok(finding);
        }
        // Under another: first as a stranger, so that a cache has a wall to keep, then as a buyer.
        let other = self.fresh();
        if let Some(finding) = self.as_stranger(&other, Finding::Open).await? {
            return Ok(finding);
        }
        if is_wall(&self.ask(&other, As::Buyer).await?) {
            return Ok(Finding::WallToBuyers);
        }
        // Under the address that people use, twice.
        for _ in 0..2 {
            if let Some(finding) = self.as_stranger(self.path, Finding::PaidToAll).await? {
                return Ok(finding);
            }
            if is_wall(&self.ask(self.path, As::Buyer).await?) {
                return Ok(Finding::WallToBuyers);
            }
        }
        Ok(Finding::Good)
    }

    /// What a stranger may not see and saw.
    async fn as_stranger(&self, path: &str, if_served: Finding) -> Result<Option<Finding>, NoAnswer> {
        let answer = self.ask(path, As::Stranger).await?;
        Ok(match answer.status {
            402 => None,
            200..=299 => Some(if_served),
            status => Some(Finding::NoWall { status }),
        })
    }

    async fn ask(&self, path: &str, who: As) -> Result<Answer, NoAnswer> {
        let cookie = format!("{ENT_COOKIE}={}", self.cookie);
        let mut fields = vec![(header::ACCEPT, self.accept), (header::USER_AGENT, "farthing-check")];
        match who {
            As::Stranger => {}
            As::Buyer => fields.push((header::COOKIE, &cookie)),
        }
        self.fetcher.get(&format!("{}{path}", self.base), &fields).await
    }

    /// The page under an address that no cache has seen.
    fn fresh(&self) -> String {
        let mark = base32(&world::random::<8>());
        let join = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{join}farthing-check={mark}", self.path)
    }
}

fn is_wall(answer: &Answer) -> bool {
    answer.status == 402
}
