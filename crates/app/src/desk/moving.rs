//! `/move`: how a site of this payee goes on behind another instance, with its own values, and its offers to take along.

use super::Visitor;
use crate::config::Site;
use crate::door::{self, Reply};
use crate::payees::moving;
use crate::web::PageKind;
use crate::web::desk::{self, MoveView, Moved, Moving, Place};
use form_urlencoded::Serializer;
use http::StatusCode;
use protocol::problem::Problem;
use std::collections::BTreeMap;

impl Visitor<'_> {
    /// `GET /move`.
    pub(super) fn moving(&self) -> Reply {
        let config = &self.instance.config;
        let away = config.elsewhere.values().filter(|site| site.payee == self.payee.handle);
        let moved = away.map(|site| Moved { name: site.name.clone().unwrap_or_else(|| site.realm()), url: site.url.clone() });
        let view = MoveView {
            frame: self.frame(Place::Settings),
            wallet: self.instance.wallet_url(),
            currency: config.currency.clone(),
            sites: self.sites().map(|(name, site)| self.site_to_move(name, site)).collect(),
            moved: moved.collect(),
        };
        self.page(StatusCode::OK, desk::moving(&view))
    }

    fn site_to_move(&self, name: &str, site: &Site) -> Moving {
        let moving::Lines { there, here } = moving::lines(self.instance, (name, site));
        let query = Serializer::new(String::new()).append_pair("site", &site.host).finish();
        Moving {
            name: name.to_owned(),
            title: site.name.clone().unwrap_or_else(|| site.host.clone()),
            host: site.host.clone(),
            there,
            here,
            offers: moving::has_offers(self.instance, site).then(|| (moving::file_name(name), format!("/move/offers.toml?{query}"))),
            is_made_here: site.offers.is_empty(),
            other_wallets: site.wallets.iter().any(|wallet| *wallet != self.instance.wallet_url()),
        }
    }

    /// `GET /move/offers.toml?site=`: the offers of a site that stand, as an offer file.
    pub(super) fn offers_to_move(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let (text, site) = moving::offers_toml(self.instance, &self.payee.handle, query.get("site").map(String::as_str))?;
        let kind = PageKind::Export { content_type: moving::TOML, file_name: &moving::file_name(&site) };
        Ok(door::page(self.visit, StatusCode::OK, kind, text))
    }
}
