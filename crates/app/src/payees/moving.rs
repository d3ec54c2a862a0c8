//! Moving a site to another instance: the offers as a file, and what both operators write. Nothing of the readers is taken along:
//! the new instance asks the wallet here what they own (docs/elsewhere.md).

use super::offers;
use crate::config::{Attach, Bar, Site};
use crate::instance::Instance;
use market::offer_file;
use market::{Beneficiary, Offer};
use protocol::problem::Problem;
use serde_json::json;
use std::collections::BTreeSet;

/// The media type of an offer file.
pub const TOML: &str = "application/toml; charset=utf-8";

/// A site as it moves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lines {
    /// For the `farthing.toml` of the new instance.
    pub there: String,
    /// For the one here.
    pub here: String,
}

/// The offers of one of the payee's sites that stand, as an offer file, and that site's name. The host says which; it may be left
/// out where there is one site only.
///
/// # Errors
/// [`Problem::Unknown`] for another's site, or one where nothing is for sale; [`Problem::BadRequest`] where it is not said which.
pub fn offers_toml(instance: &Instance, payee: &str, host: Option<&str>) -> Result<(String, String), Problem> {
    let mut sites = offers::sites(instance, payee).filter(|(_, site)| host.is_none_or(|host| site.host == host));
    let (name, site) = sites.next().ok_or(Problem::Unknown)?;
    if sites.next().is_some() {
        return Err(Problem::BadRequest { detail: "`site` is the host of one of your sites: there are several".to_owned() });
    }
    let offers = standing(instance, site);
    if offers.is_empty() {
        return Err(Problem::Unknown);
    }
    let handles: Vec<String> = instance.config.payee.keys().chain(&named_in(&offers)).cloned().collect();
    let read_against = offer_file::Site { realm: &site.host, payee, handles: &handles };
    let text = offer_file::write(&offers, &read_against).map_err(|unwritable| {
        tracing::error!(site = %name, %unwritable, "offers cannot be taken along");
        Problem::Internal
    })?;
    Ok((text, name.clone()))
}

/// The name that the file of a site's offers is saved under.
#[must_use]
pub fn file_name(site: &str) -> String {
    format!("{site}-offers.toml")
}

/// The offers of a site that stand.
fn standing(instance: &Instance, site: &Site) -> Vec<Offer> {
    let all = instance.offers();
    let here = |offer: &&Offer| offer.unlock.realm() == site.host && offer.payee == site.payee;
    all.iter().map(|(_, offer)| offer).filter(here).cloned().collect()
}

/// True if something is for sale on a site.
#[must_use]
pub fn has_offers(instance: &Instance, site: &Site) -> bool {
    !standing(instance, site).is_empty()
}

/// Payees that offers name beside their owner.
fn named_in(offers: &[Offer]) -> BTreeSet<String> {
    let named = |to: &Beneficiary| if let Beneficiary::Payee(handle) = to { Some(handle.clone()) } else { None };
    offers.iter().flat_map(|offer| &offer.split).filter_map(|leg| named(&leg.to)).collect()
}

/// What both operators write for a site to move.
#[must_use]
pub fn lines(instance: &Instance, (name, site): (&str, &Site)) -> Lines {
    let offers = standing(instance, site);
    let mut there = String::new();
    let mut payees = named_in(&offers);
    payees.insert(site.payee.clone());
    for handle in &payees {
        there.push_str(&format!("[payee.{handle}]\nname = {}\n\n", json!(instance.payee_name(handle))));
    }
    there.push_str(&format!("[site.{name}]\nhost = {}\n", json!(site.host)));
    if let Some(shown) = &site.name {
        there.push_str(&format!("name = {}\n", json!(shown)));
    }
    // Where the pages come from is seen from the new instance, perhaps under another address.
    there.push_str(&format!("origin = {}  # your pages, as the new instance reaches them\n", json!(site.origin)));
    there.push_str(&format!("payee = {}\npriced = {}\n", json!(site.payee), list(&site.priced)));
    let files = if offers.is_empty() { Vec::new() } else { vec![file_name(name)] };
    there.push_str(&format!("offers = {}\n", list(&files)));
    there.push_str(&rest(site));
    there.push_str(&format!("wallets = {}\n", list(&wallets(instance, site))));
    let mut here = format!("# in place of [site.{name}]\n[elsewhere.{name}]\n");
    here.push_str(&format!("url = {}\npayee = {}\n", json!(instance.config.url(&site.host)), json!(site.payee)));
    if let Some(shown) = &site.name {
        here.push_str(&format!("name = {}\n", json!(shown)));
    }
    Lines { there, here }
}

/// Settings of a site that are not as usual.
fn rest(site: &Site) -> String {
    let mut lines = String::new();
    if !site.query.is_empty() {
        lines.push_str(&format!("query = {}\n", list(&site.query)));
    }
    if site.bar == Bar::Off {
        lines.push_str("bar = \"off\"\n");
    }
    if site.attach == Attach::ForwardAuth {
        lines.push_str(&format!("attach = \"{}\"\n", site.attach.word()));
    }
    if site.search {
        lines.push_str("search = true\n");
    }
    if !site.page_origins.is_empty() {
        lines.push_str(&format!("page_origins = {}\n", list(&site.page_origins)));
    }
    if !site.mcp.is_empty() {
        lines.push_str(&format!("mcp = {}\n", list(&site.mcp)));
    }
    lines
}

/// The wallet here first: most readers have bought from it. Others that the site takes stay in the list.
fn wallets(instance: &Instance, site: &Site) -> Vec<String> {
    let own = instance.wallet_url();
    let others = site.wallets.iter().filter(|wallet| **wallet != own).cloned();
    std::iter::once(own.clone()).chain(others).collect()
}

fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| json!(text).to_string()).collect();
    format!("[{}]", quoted.join(", "))
}
