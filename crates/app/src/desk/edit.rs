//! Offers made at the desk: what is written into a form, and what is said of it. What becomes of it is in [`offers`].

use super::Visitor;
use crate::acts::Done;
use crate::config::Site;
use crate::door::{self, Reply};
use crate::payees::offers::{self, Wish};
use crate::web::desk::{self, Draft, OfferFormView, Place};
use crate::web::lang::plain;
use crate::web::money::plain_of_typed;
use crate::web::{Lang, Money};
use crate::world;
use http::StatusCode;
use market::{Metered, Offer, OfferPrice, Rate, Unit};
use money::{Amount, Asset, OfferId, Price, PriceError, Span};
use protocol::problem::Problem;
use protocol::text::offer as offer_id;
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use store::vault::What;

/// A field that cannot stand, and why.
struct Wrong(&'static str, String);

impl Visitor<'_> {
    /// The sites whose offers are made here.
    pub(super) fn own_sites(&self) -> Vec<(&String, &Site)> {
        offers::own_sites(self.instance, &self.payee.handle)
    }

    fn editable(&self, id: OfferId) -> Result<Offer, Problem> {
        offers::editable(self.instance, &self.payee.handle, id)
    }

    /// `GET /offers/new`.
    pub(super) fn new_offer(&self) -> Result<Reply, Problem> {
        if self.own_sites().is_empty() {
            return Err(Problem::Unknown);
        }
        let draft = Draft { path: "/".to_owned(), kind: "fixed".to_owned(), undo: "600".to_owned(), ..Draft::default() };
        Ok(self.offer_form(StatusCode::OK, draft, (None, None)))
    }

    /// `GET /offers/{id}/edit`.
    pub(super) fn edit_offer(&self, id: OfferId) -> Result<Reply, Problem> {
        let offer = self.editable(id)?;
        let draft = self.draft_of(&offer);
        Ok(self.offer_form(StatusCode::OK, draft, (Some(id), None)))
    }

    /// `POST /offers/new` and `POST /offers/{id}/edit`.
    pub(super) async fn set_offer(&self, id: Option<OfferId>, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let before = id.map(|id| self.editable(id)).transpose()?;
        let mut draft = Draft::of(form);
        if let Some(before) = &before {
            // The name and the site are what the offer is known by.
            draft.name.clone_from(&before.name);
            before.unlock.realm().clone_into(&mut draft.realm);
        }
        let wrong = match self.wish(&draft) {
            Err(wrong) => wrong,
            Ok(wish) => match offers::set(self.instance, &self.payee.handle, (&wish, before.as_ref()), world::command_id()).await? {
                Ok(id) => {
                    let what = if before.is_some() { What::OfferChanged } else { What::OfferMade };
                    self.did(Done::to(what, offer_id(id))).await?;
                    return Ok(door::see_other(&format!("/offers/{}", offer_id(id))));
                }
                Err(wrong) => self.told(&wrong),
            },
        };
        Ok(self.offer_form(StatusCode::UNPROCESSABLE_ENTITY, draft, (id, Some(wrong))))
    }

    /// `POST /offers/{id}/end`.
    pub(super) async fn end_offer(&self, id: OfferId) -> Result<Reply, Problem> {
        offers::end(self.instance, self.editable(id)?).await?;
        self.did(Done::to(What::OfferEnded, offer_id(id))).await?;
        Ok(door::see_other(&format!("/offers/{}", offer_id(id))))
    }

    /// What a draft asks for.
    fn wish(&self, draft: &Draft) -> Result<Wish, Wrong> {
        Ok(Wish {
            site: draft.realm.clone(),
            name: draft.name.clone(),
            path: draft.path.clone(),
            price: price(draft, self.instance.config.asset(), self.visit.lang)?,
            undo: span(&draft.undo).unwrap_or(offers::UNDO),
            lasts: span(&draft.lasts),
        })
    }

    /// The field that cannot stand, and why.
    fn told(&self, wrong: &offers::Wrong) -> Wrong {
        let lang = self.visit.lang;
        match wrong {
            offers::Wrong::Name => Wrong("name", plain!(lang, "desk-wrong-name")),
            offers::Wrong::Taken => Wrong("name", plain!(lang, "desk-wrong-taken")),
            offers::Wrong::Site => Wrong("realm", plain!(lang, "desk-wrong-site")),
            offers::Wrong::Path => Wrong("path", plain!(lang, "desk-wrong-path")),
            offers::Wrong::Overlap { other } => Wrong("path", plain!(lang, "desk-wrong-overlap", other: other)),
            offers::Wrong::Metered => Wrong("most", plain!(lang, "desk-wrong-most")),
            offers::Wrong::Zero | offers::Wrong::Currency => Wrong("price", plain!(lang, "desk-wrong-zero")),
            offers::Wrong::Shares => Wrong("price", plain!(lang, "desk-wrong-shares")),
        }
    }

    fn draft_of(&self, offer: &Offer) -> Draft {
        let kind = match offer.price {
            OfferPrice::Free => "free",
            OfferPrice::Fixed { .. } => "fixed",
            OfferPrice::AtLeast { .. } => "least",
            OfferPrice::Metered(_) => "metered",
        };
        let typed = |(amount, asset)| Money::of(amount, asset).typed(self.visit.lang);
        let metered = if let OfferPrice::Metered(metered) = offer.price { Some(metered) } else { None };
        let price = metered.map(|metered| (metered.rate.amount, metered.asset)).or(offer.price.least());
        Draft {
            realm: offer.unlock.realm().to_owned(),
            name: offer.name.clone(),
            path: offer.unlock.path().to_owned(),
            kind: kind.to_owned(),
            price: price.map(typed).unwrap_or_default(),
            per: metered.map(|metered| metered.rate.per.to_string()).unwrap_or_default(),
            unit: metered.map(|metered| metered.unit.as_str().to_owned()).unwrap_or_default(),
            most: metered.filter(|metered| metered.most > 0).map(|metered| metered.most.to_string()).unwrap_or_default(),
            undo: offer.refund.window.0.to_string(),
            lasts: offer.lasts.map_or(0, |span| span.0).to_string(),
        }
    }

    fn offer_form(&self, status: StatusCode, draft: Draft, (id, wrong): (Option<OfferId>, Option<Wrong>)) -> Reply {
        let (action, back_url) = match id {
            Some(id) => (format!("/offers/{}/edit", offer_id(id)), format!("/offers/{}", offer_id(id))),
            None => ("/offers/new".to_owned(), "/offers".to_owned()),
        };
        let view = OfferFormView {
            frame: self.frame(Place::Offers),
            is_new: id.is_none(),
            form: self.form(&action, &[]),
            realms: self.own_sites().into_iter().map(|(_, site)| site.host.clone()).collect(),
            currency: self.instance.config.currency.clone(),
            draft,
            wrong: wrong.map(|Wrong(field, why)| (field, why)),
            back_url,
        };
        self.page(status, desk::offer_form(&view))
    }
}

fn price(draft: &Draft, asset: Asset, lang: Lang) -> Result<OfferPrice, Wrong> {
    if draft.kind == "free" {
        return Ok(OfferPrice::Free);
    }
    let wrong = |why: String| Wrong("price", why);
    let typed = plain_of_typed(draft.price.trim(), lang).ok_or_else(|| wrong(plain!(lang, "choose-form")))?;
    let amount: Amount = Price::decimal(&typed).map_err(|error| {
        wrong(match error {
            PriceError::Form => plain!(lang, "choose-form"),
            PriceError::TooFine => plain!(lang, "choose-fine"),
            PriceError::TooLarge => plain!(lang, "choose-large"),
        })
    })?;
    if draft.kind == "metered" {
        return metered(draft, (amount, asset), lang);
    }
    Ok(if draft.kind == "least" { OfferPrice::AtLeast { amount, asset } } else { OfferPrice::Fixed { amount, asset } })
}

/// So much for so many units; whether a most is wanted depends on the unit, which is not for the form to say.
fn metered(draft: &Draft, (amount, asset): (Amount, Asset), lang: Lang) -> Result<OfferPrice, Wrong> {
    let count = |typed: &str| typed.parse::<u64>().ok().and_then(NonZeroU64::new);
    let (per, unit, most) = (draft.per.trim(), draft.unit.trim(), draft.most.trim());
    let per = count(per).ok_or_else(|| Wrong("per", plain!(lang, "desk-wrong-per")))?;
    let unit = Unit::parse(unit).ok_or_else(|| Wrong("unit", plain!(lang, "desk-wrong-unit")))?;
    let most = if most.is_empty() { 0 } else { count(most).ok_or_else(|| Wrong("most", plain!(lang, "desk-wrong-most")))?.get() };
    Ok(OfferPrice::Metered(Metered { rate: Rate { amount, per }, asset, unit, most, video: None }))
}

/// A span in seconds.
fn span(word: &str) -> Option<Span> {
    word.parse().ok().map(Span).filter(|span| *span <= offers::LONGEST)
}
