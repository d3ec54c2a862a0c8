//! Offers made at the desk: written into a form, kept as the journal's own state.
//!
//! A site whose configuration names offer files is managed there and only read here; a site that names none (`offers = []`) is
//! managed here. Never both: a start withdraws what stands in no file, but only on sites that have files.

use super::Visitor;
use crate::config::Site;
use crate::door::{self, Reply};
use crate::web::desk::{self, Draft, OfferFormView, Place};
use crate::web::lang::plain;
use crate::web::money::plain_of_typed;
use crate::web::{Lang, Money};
use http::StatusCode;
use market::{Beneficiary, Body, LegRule, Offer, OfferPrice, Outcome, RefundTerms, Rejection, Selector};
use money::{Amount, Asset, OfferId, Price, PriceError, Share, Span};
use protocol::problem::Problem;
use protocol::text::offer as offer_id;
use std::collections::BTreeMap;

/// Undos a payer has in a day on an offer that does not say otherwise, as in offer files.
const UNDOS_A_DAY: u16 = 10;

/// A field that cannot stand, and why.
struct Wrong(&'static str, String);

impl Visitor<'_> {
    /// The sites whose offers are made here.
    pub(super) fn own_sites(&self) -> Vec<(&String, &Site)> {
        self.sites().filter(|(_, site)| site.offers.is_empty()).collect()
    }

    /// An offer of this payee that stands and is managed here. Any other cannot be changed here, whoever asks.
    fn editable(&self, id: OfferId) -> Result<Offer, Problem> {
        let standing = self.instance.offers();
        let found = standing.iter().find(|(known, offer)| *known == id && offer.payee == self.payee.handle).map(|(_, offer)| offer.clone());
        found.filter(|offer| self.own_sites().iter().any(|(_, site)| site.host == offer.unlock.realm())).ok_or(Problem::Unknown)
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

    /// `POST /offers/new` and `POST /offers/{id}/edit`. What is charged changes at once; nobody pays more than was quoted.
    pub(super) async fn set_offer(&self, id: Option<OfferId>, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let before = id.map(|id| self.editable(id)).transpose()?;
        let mut draft = Draft::of(form);
        if let Some(before) = &before {
            // The name and the site are what the offer is known by.
            draft.name.clone_from(&before.name);
            before.unlock.realm().clone_into(&mut draft.realm);
        }
        let read = self.read(&draft, before.as_ref());
        let wrong = match read {
            Err(wrong) => wrong,
            Ok(offer) => match self.order_offer(offer).await? {
                Ok(id) => return Ok(door::see_other(&format!("/offers/{}", offer_id(id)))),
                Err(wrong) => wrong,
            },
        };
        Ok(self.offer_form(StatusCode::UNPROCESSABLE_ENTITY, draft, (id, Some(wrong))))
    }

    /// `POST /offers/{id}/end`: nothing is sold under it any more; what was sold stays sold.
    pub(super) async fn end_offer(&self, id: OfferId) -> Result<Reply, Problem> {
        let offer = self.editable(id)?;
        let body = Body::EndOffer { realm: offer.unlock.realm().to_owned(), name: offer.name };
        self.instance.order(body).await?;
        self.instance.refresh_offers().await?;
        Ok(door::see_other(&format!("/offers/{}", offer_id(id))))
    }

    /// Hands an offer to the books; what they refuse is about one of the fields.
    async fn order_offer(&self, offer: Offer) -> Result<Result<OfferId, Wrong>, Problem> {
        let lang = self.visit.lang;
        let (id, body) = (offer.id(), Body::SetOffer(Box::new(offer)));
        let outcome = self.instance.order(body).await?.outcome;
        Ok(match outcome {
            Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => {
                self.instance.refresh_offers().await?;
                Ok(id)
            }
            Outcome::Rejected(Rejection::SelectorOverlap { other }) => {
                Err(Wrong("path", plain!(lang, "desk-wrong-overlap", other: &other)))
            }
            Outcome::Rejected(rejection) => {
                tracing::warn!(?rejection, "the books refuse an offer of the desk");
                Err(Wrong("name", plain!(lang, "desk-wrong-name")))
            }
        })
    }

    /// The offer that a draft describes; its split is the one it had, or all of it is the payee's.
    fn read(&self, draft: &Draft, before: Option<&Offer>) -> Result<Offer, Wrong> {
        let lang = self.visit.lang;
        let name = draft.name.trim();
        if name.is_empty() || name.len() > 64 || name.chars().any(char::is_control) {
            return Err(Wrong("name", plain!(lang, "desk-wrong-name")));
        }
        let site = self.own_sites().into_iter().find(|(_, site)| site.host == draft.realm);
        let Some((_, site)) = site else { return Err(Wrong("realm", plain!(lang, "desk-wrong-site"))) };
        let taken = |offer: &Offer| offer.name == name && offer.unlock.realm() == site.host;
        if before.is_none() && self.instance.offers().iter().any(|(_, offer)| taken(offer)) {
            return Err(Wrong("name", plain!(lang, "desk-wrong-taken")));
        }
        let unlock = Selector::new(&site.host, draft.path.trim()).map_err(|_| Wrong("path", plain!(lang, "desk-wrong-path")))?;
        let price = price(draft, self.instance.config.asset(), lang)?;
        let whole = || vec![LegRule { label: "price".to_owned(), to: Beneficiary::Owner, share: Share::Rest }];
        let offer = Offer {
            name: name.to_owned(),
            payee: self.payee.handle.clone(),
            unlock,
            price,
            split: before.map_or_else(whole, |before| before.split.clone()),
            refund: RefundTerms {
                window: span(&draft.undo).unwrap_or(Span(600)),
                per_day: before.map_or(UNDOS_A_DAY, |before| before.refund.per_day),
            },
            lasts: span(&draft.lasts).filter(|span| span.0 > 0),
        };
        let fits = offer.price.least().is_none_or(|(least, _)| offer.divide(least).is_ok());
        if fits { Ok(offer) } else { Err(Wrong("price", plain!(lang, "desk-wrong-shares"))) }
    }

    fn draft_of(&self, offer: &Offer) -> Draft {
        let kind = match offer.price {
            OfferPrice::Free => "free",
            OfferPrice::Fixed { .. } => "fixed",
            OfferPrice::AtLeast { .. } => "least",
            OfferPrice::Metered(_) => "metered",
        };
        let typed = |(amount, asset)| Money::of(amount, asset).typed(self.visit.lang);
        Draft {
            realm: offer.unlock.realm().to_owned(),
            name: offer.name.clone(),
            path: offer.unlock.path().to_owned(),
            kind: kind.to_owned(),
            price: offer.price.least().map(typed).unwrap_or_default(),
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
    // The form has no fields for it, and must not make something else of it.
    if draft.kind == "metered" {
        return Err(wrong(plain!(lang, "desk-wrong-metered")));
    }
    let typed = plain_of_typed(draft.price.trim(), lang).ok_or_else(|| wrong(plain!(lang, "choose-form")))?;
    let amount: Amount = Price::decimal(&typed).map_err(|error| {
        wrong(match error {
            PriceError::Form => plain!(lang, "choose-form"),
            PriceError::TooFine => plain!(lang, "choose-fine"),
            PriceError::TooLarge => plain!(lang, "choose-large"),
        })
    })?;
    if amount.is_zero() {
        return Err(wrong(plain!(lang, "desk-wrong-zero")));
    }
    Ok(if draft.kind == "least" { OfferPrice::AtLeast { amount, asset } } else { OfferPrice::Fixed { amount, asset } })
}

/// A span in seconds.
fn span(word: &str) -> Option<Span> {
    word.parse().ok().filter(|seconds| *seconds <= 100 * 366 * 86_400).map(Span)
}
