//! `/offers`: what is sold, on which terms, who gets what, and how the terms changed.

use super::Visitor;
use super::filter::Filter;
use crate::config::Site;
use crate::door::Reply;
use crate::payees::offers::{self, Known};
use crate::wallet::title;
use crate::web::desk::{self, OfferRow, OfferView, OffersView, Place, ShareLeg, SoldBy, Terms, Version};
use crate::web::film;
use crate::web::lang::plain;
use crate::web::{Act, Form, Lasts, Money, WallPrice, WallView};
use http::StatusCode;
use market::{Beneficiary, Offer, OfferPrice};
use money::{Amount, OfferId, Share};
use protocol::problem::Problem;
use protocol::text::offer as offer_id;
use store::vault::Role;

impl Visitor<'_> {
    /// `GET /offers`.
    pub(super) async fn offers(&self) -> Result<Reply, Problem> {
        let versions = offers::versions(self.instance, &self.payee.handle).await?;
        let standing = self.instance.offers();
        let stands = |id: &OfferId| standing.iter().any(|(known, _)| known == id);
        let row = |(id, version): &Known| OfferRow {
            name: version.offer.name.clone(),
            url: format!("/offers/{}", offer_id(*id)),
            pages: self.pages(&version.offer),
            price: price(&version.offer.clone().standing_at(self.visit.now)),
            since: version.since,
        };
        let mut rows: Vec<OfferRow> = versions.iter().filter(|(id, _)| stands(id)).map(row).collect();
        rows.sort_by(|a, b| a.pages.cmp(&b.pages));
        let may_make = self.me.role >= Role::Editor && !self.own_sites().is_empty();
        let new_url = may_make.then(|| "/offers/new".to_owned());
        let view = OffersView { frame: self.frame(Place::Offers), rows, files: self.offer_files(None), new_url };
        Ok(self.page(StatusCode::OK, desk::offers(&view)))
    }

    /// `GET /offers/{id}`: the offer that the version belongs to, as it stands now.
    pub(super) async fn offer(&self, id: OfferId) -> Result<Reply, Problem> {
        let (versions, now) = offers::versions_of(self.instance, &self.payee.handle, id).await?;
        let shown = versions.iter().find(|(id, _)| Some(*id) == now).or(versions.first()).map(|(_, version)| version.offer.clone());
        let shown = shown.ok_or(Problem::Unknown)?.standing_at(self.visit.now);
        let url = self.page_of(&shown);
        let version = |(id, version): &Known| Version {
            id: offer_id(*id),
            since: version.since,
            stands: Some(*id) == now,
            price: price(&version.offer),
            shares: version.offer.split.iter().map(|leg| leg.label.clone()).collect(),
        };
        let view = OfferView {
            frame: self.frame(Place::Offers),
            name: shown.name.clone(),
            stands: now.is_some(),
            terms: self.terms(&shown),
            example: self.example(&shown),
            wall: self.wall_of(&shown, &url),
            wall_url: url,
            sales_url: Filter { item: pages_of(&shown), ..Filter::default() }.address("/sales", None),
            versions: versions.iter().map(version).collect(),
            files: self.offer_files(Some(shown.unlock.realm())),
            change: self.change(now, &shown),
        };
        Ok(self.page(StatusCode::OK, desk::offer(&view)))
    }

    /// How an offer that stands is changed here, where it is. What other servers sell is a file's to say.
    fn change(&self, now: Option<OfferId>, offer: &Offer) -> Option<(String, Form)> {
        let here = self.own_sites().iter().any(|(_, site)| site.host == offer.unlock.realm());
        let id = offer_id(now.filter(|_| here && offer.settles().is_none() && self.me.role >= Role::Editor)?);
        Some((format!("/offers/{id}/edit"), self.form(&format!("/offers/{id}/end"), &[])))
    }

    fn terms(&self, offer: &Offer) -> Terms {
        let now = self.visit.now;
        let falls = offer.fall.as_ref().zip(offer.price.least()).map(|(fall, (_, asset))| {
            let step = |step: &market::FallStep| (fall.starts.after(step.after), Money::of(step.amount, asset));
            (fall.steps.iter().map(step).filter(|(at, _)| *at > now).collect(), fall.ends)
        });
        let most = match offer.price {
            OfferPrice::Metered(metered)
                if metered.most > 0 && metered.video.is_none() && !metered.is_others() && !metered.unit.is_call() =>
            {
                Some((metered.most, film::unit_word(metered.unit.as_str(), metered.most, self.visit.lang)))
            }
            OfferPrice::Metered(_) | OfferPrice::Free | OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } => None,
        };
        Terms {
            pages: self.pages(offer),
            price: price(offer),
            lasts: offer.lasts,
            undo: offer.refund.window,
            undos_a_day: offer.refund.per_day.into(),
            most,
            falls,
            ways: self.ways(offer),
        }
    }

    /// How it is paid besides from a balance here.
    fn ways(&self, offer: &Offer) -> Vec<SoldBy> {
        let up_to = offer.up_to().map(|(most, asset)| SoldBy::UpTo(Money::of(most, asset)));
        let lightning = offer.l402.map(|_| SoldBy::Lightning);
        // What coins can pay is a price that is known ahead, in their own currency; the same is known of L402.
        let asset = offer.price.least().filter(|_| offer.fits_l402()).map(|(_, asset)| asset);
        let of_realm = self.sites().filter(|(_, site)| site.host == offer.unlock.realm()).flat_map(|(_, site)| site.stablecoin.values());
        let taken = of_realm.filter(|coin| asset.is_some() && coin.priced_in() == asset);
        let coins = taken.map(|coin| SoldBy::Coin(coin.name.clone(), coin.network.clone()));
        up_to.into_iter().chain(lightning).chain(coins).collect()
    }

    /// What each leg gets of one sale at the price that is shown: the least, of units as many as it buys, of other servers' the most.
    fn example(&self, offer: &Offer) -> Vec<ShareLeg> {
        let of_units = match offer.price {
            OfferPrice::Metered(metered) => offer.settles().or(Some((metered.rate.amount, metered.asset))),
            OfferPrice::Free | OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } => offer.price.least(),
        };
        let Some((shown, asset)) = of_units else { return Vec::new() };
        let parts = offer.divide(shown).unwrap_or_default();
        let leg = |(rule, amount): (&market::LegRule, Amount)| ShareLeg {
            label: rule.label.clone(),
            name: self.name_of(match &rule.to {
                Beneficiary::Owner => &offer.payee,
                Beneficiary::Payee(handle) => handle,
                Beneficiary::Operator => "operator",
            }),
            bp: match rule.share {
                Share::BasisPoints(bp) => Some(bp),
                Share::Fixed(_) | Share::Rest => None,
            },
            amount: Money::of(amount, asset),
        };
        offer.split.iter().zip(parts).map(leg).collect()
    }

    /// A page that the offer sells: the one it names, or the first page of the site where it names many, or a tool, which has none.
    fn page_of(&self, offer: &Offer) -> String {
        let (realm, path) = (offer.unlock.realm(), offer.unlock.path());
        let path = if self.tool_of(offer).is_some() || path.contains('*') { "/" } else { path };
        format!("{}{path}", self.instance.realm_url(realm))
    }

    /// The tool that the offer sells, and the server that has it; none for pages.
    fn tool_of<'o>(&self, offer: &'o Offer) -> Option<(&'o str, String)> {
        let (realm, path) = (offer.unlock.realm(), offer.unlock.path());
        let of_door = |door: &String| {
            let tool = path.strip_prefix(door.as_str())?.strip_prefix('/')?;
            Some((tool, format!("{realm}{door}")))
        };
        self.instance.config.site.values().filter(|site| site.host == realm).flat_map(|site| &site.mcp).find_map(of_door)
    }

    /// What an offer sells, as people read it.
    fn pages(&self, offer: &Offer) -> String {
        match self.tool_of(offer) {
            Some((tool, server)) => plain!(self.visit.lang, "desk-pages-tool", tool: tool, server: server),
            None => offer.unlock.to_string(),
        }
    }

    /// The wall as the site would show it; its link leads to the page and not to a quote.
    fn wall_of(&self, offer: &Offer, url: &str) -> Option<WallView> {
        // What other servers sell has no wall, and no tool has one.
        let (amount, asset) = offer.price.least().filter(|_| offer.settles().is_none() && self.tool_of(offer).is_none())?;
        let least = Money::of(amount, asset);
        let price = match offer.price {
            OfferPrice::AtLeast { .. } => WallPrice::AtLeast(least),
            OfferPrice::Metered(metered) => WallPrice::of_metered(&metered),
            OfferPrice::Free | OfferPrice::Fixed { .. } => WallPrice::Fixed(least),
        };
        let frame = self.frame(Place::Offers);
        Some(WallView {
            wallets: None,
            instance: frame.instance,
            site: frame.payee.unwrap_or_default(),
            site_url: url.to_owned(),
            look: None,
            lang: None,
            title: title(&offer.unlock.to_string()),
            byline: None,
            teaser: Vec::new(),
            price,
            act: Act::Read,
            lasts: offer.lasts.map_or(Lasts::Ever, Lasts::For),
            devices: None,
            undo: offer.refund.window,
            pay_url: url.to_owned(),
            restore_url: url.to_owned(),
            wait_url: None,
            wallet_url: self.instance.wallet_url(),
            falls: offer.fall.as_ref().map(|fall| {
                let next = fall.next(self.visit.now).map(|(at, amount)| (at, Money::of(amount, asset)));
                (next, fall.ends)
            }),
            item_url: url.to_owned(),
            notice: None,
            monetization: None,
        })
    }

    /// The sites of this payee, by name.
    pub(super) fn sites(&self) -> impl Iterator<Item = (&String, &Site)> {
        offers::sites(self.instance, &self.payee.handle)
    }

    /// Names of the files that this payee's offers stand in, of one site or all; where they lie is the operator's affair.
    fn offer_files(&self, realm: Option<&str>) -> Vec<String> {
        let sites = self.sites().filter(|(_, site)| realm.is_none_or(|realm| site.host == realm));
        let names = sites.flat_map(|(_, site)| &site.offers).filter_map(|path| path.file_name());
        names.map(|name| name.to_string_lossy().into_owned()).collect()
    }
}

fn price(offer: &Offer) -> Option<WallPrice> {
    match offer.price {
        OfferPrice::Free => None,
        OfferPrice::Fixed { amount, asset } => Some(WallPrice::Fixed(Money::of(amount, asset))),
        OfferPrice::AtLeast { amount, asset } => Some(WallPrice::AtLeast(Money::of(amount, asset))),
        OfferPrice::Metered(metered) => Some(WallPrice::of_metered(&metered)),
    }
}

/// The part of an address that the offer's sales have in common.
fn pages_of(offer: &Offer) -> String {
    let all = offer.unlock.to_string();
    all.split('*').next().unwrap_or_default().to_owned()
}
