//! What a site says to programs that are not ours: an address that takes money by Web Monetization, and a page of links with fees.
//!
//! Neither is made up: an address is told only where the payee has one, and its document only where both of its servers are named.

use super::Gate;
use super::bar::{Insertions, insert_into};
use super::priced::Ask;
use crate::config::Monetization;
use crate::door::{self, Reply};
use crate::web::{self, FeeLink, FeeLinksView, Money, PageKind};
use http::{HeaderValue, StatusCode, header};
use money::{OfferId, Span};
use protocol::problem::Problem;
use serde_json::json;

/// Where the document of an address of our own stands.
const WALLET_ADDRESS: &str = "/.well-known/farthing/wallet-address";
/// For so long the prices of the page of links hold: as long as those of a challenge.
const FEES_HOLD: Span = Span(super::challenge::LIFE_S);

impl Gate {
    /// The address that takes money for the site, if its payee has one.
    pub(super) fn monetization(&self) -> Option<String> {
        match self.told_monetization()? {
            Monetization { address: Some(address), .. } => Some(address.clone()),
            Monetization { address: None, .. } => Some(format!("{}{WALLET_ADDRESS}", self.origin_url())),
        }
    }

    fn told_monetization(&self) -> Option<&Monetization> {
        self.instance.config.payee.get(&self.site.payee)?.monetization.as_ref()
    }

    /// `/.well-known/farthing/wallet-address`: an address in the words of Open Payments, whose servers are somebody else's.
    pub(super) fn wallet_address(&self, ask: &Ask) -> Reply {
        let told = self.told_monetization();
        let Some((known, auth_server, resource_server)) =
            told.and_then(|known| Some((known, known.auth_server.as_ref()?, known.resource_server.as_ref()?)))
        else {
            return self.refuse(ask, &Problem::Unknown);
        };
        let currency = self.instance.config.asset().iso().unwrap_or_default();
        let document = json!({
            "id": format!("{}{WALLET_ADDRESS}", self.origin_url()), "publicName": self.instance.payee_name(&self.site.payee),
            "assetCode": known.asset_code.as_deref().unwrap_or(&currency), "assetScale": known.asset_scale,
            "authServer": auth_server, "resourceServer": resource_server,
        });
        let mut reply = door::json(StatusCode::OK, &document);
        reply.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        reply
    }

    /// `/.well-known/farthing/offers.html`
    pub(super) fn fee_links(&self, ask: &Ask) -> Reply {
        let offers = self.instance.offers();
        // What is counted in units that nobody knows ahead has no fee to tell.
        let here = offers.iter().filter(|(_, offer)| offer.unlock.realm() == self.site.host && offer.fits_l402());
        let links = here.filter_map(|(id, offer)| {
            let (amount, asset) = offer.clone().standing_at(ask.visit.now).price.least()?;
            Some(FeeLink {
                title: offer.name.clone(),
                url: self.example_of(*id, offer.unlock.path()).map(|path| format!("{}{path}", self.origin_url())),
                pattern: offer.unlock.path().to_owned(),
                price: Money::of(amount, asset),
                merchant: self.instance.payee_name(&offer.payee),
                duration: if offer.is_used_up() { Some(Span(0)) } else { offer.lasts },
            })
        });
        let page = web::fee_links(&FeeLinksView {
            instance: self.shown_instance(ask),
            site: self.title(),
            site_url: "/".to_owned(),
            links: links.collect(),
            expires: money::Timestamp::from_seconds(ask.visit.now.after(FEES_HOLD).seconds()),
        });
        door::page(&ask.visit, StatusCode::OK, PageKind::SitePage, page)
    }

    /// A page that an offer sells: its only one, or one that was met.
    fn example_of(&self, id: OfferId, pattern: &str) -> Option<String> {
        if pattern.contains('*') { self.examples.of(id) } else { Some(pattern.to_owned()) }
    }

    /// The address as a page has it in its `<head>`.
    pub(super) fn monetization_link(&self) -> Option<String> {
        let address = self.monetization()?;
        // One of the configuration has no quotes and no angle brackets.
        Some(format!("<link rel=\"monetization\" href=\"{}\">", address.replace('&', "&amp;")))
    }

    /// Tells it in a page that somebody reads.
    pub(super) fn with_monetization(&self, reply: Reply) -> Reply {
        insert_into(reply, Insertions { head: self.monetization_link(), body: None })
    }
}
