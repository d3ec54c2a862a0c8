//! `/sales/{serial}`: one sale as the payee sees it, and giving it back.

use super::Visitor;
use super::filter::Filter;
use crate::acts::Done;
use crate::door::{self, Reply};
use crate::receipts::{Sold, receipt_document};
use crate::refusals::problem_of;
use crate::wallet::{split, title};
use crate::web::desk::{self, GiveBack, Place, RefundView, SaleView, ShareLeg};
use crate::web::lang::plain;
use crate::web::{Moment, Money, PageKind};
use crate::world;
use http::StatusCode;
use market::{Body, Command, Maker, OfferVersion, Outcome, RefundReason, RefundRequest, Rejection, SaleState};
use money::{CommandId, Share};
use protocol::problem::Problem;
use protocol::text::{offer, serial};
use std::collections::BTreeMap;
use store::vault::{Role, Text, TextId, What};

/// Longest note about a refund, in characters.
const MOST_NOTE: usize = 200;
/// What the vault calls a note about a refund.
const NOTE: &str = "refund";

impl Visitor<'_> {
    /// A sale that this payee has a share in. Any other is as unknown as one that was never made.
    async fn find(&self, id: CommandId) -> Result<(Sold, OfferVersion), Problem> {
        let found = self.instance.look(move |state, _| Some((Sold::find(state, id)?, state.offer(state.sale(id)?.offer)?.clone()))).await?;
        let ours = |sold: &Sold| sold.payee == self.payee.handle || sold.legs.iter().any(|leg| leg.to == self.payee.handle);
        found.filter(|(sold, _)| ours(sold)).ok_or(Problem::Unknown)
    }

    /// The same for what only the payee of the offer may do.
    async fn find_own(&self, id: CommandId) -> Result<(Sold, OfferVersion), Problem> {
        self.find(id).await.and_then(|found| if found.0.payee == self.payee.handle { Ok(found) } else { Err(Problem::Unknown) })
    }

    /// `GET /sales/{serial}`.
    pub(super) async fn sale(&self, id: CommandId, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let (sold, version) = self.find(id).await?;
        let sale = &sold.sale;
        let (realm, target) = split(&sale.item);
        let reference = self.payee.reference(&self.instance.keys, sale.payer);
        let buyer = Filter { buyer: reference.clone(), ..Filter::default() };
        // What the offer's payee noted is not for those who only have a share.
        let note = self.instance.vault(move |vault| vault.text(&TextId(id.0))).await?.filter(|note| note.party == self.payee.party);
        let live = matches!(sale.state, SaleState::Live);
        let give_back = if sold.payee != self.payee.handle {
            GiveBack::NotOurs { owner: self.name_of(&sold.payee) }
        } else if !live {
            GiveBack::Done
        } else if self.me.role < Role::Editor {
            GiveBack::NotYours
        } else {
            GiveBack::Open { url: format!("/sales/{}/refund", sold.serial()) }
        };
        let earned = sold.legs.iter().filter(|leg| leg.to == self.payee.handle).map(|leg| i128::from(leg.amount.units()));
        let view = SaleView {
            frame: self.frame(Place::Sales),
            serial: sold.serial(),
            title: title(&sale.item),
            item_url: format!("{}{target}", self.instance.realm_url(realm)),
            item: sale.item.to_string(),
            offer: version.offer.name.clone(),
            offer_url: (sold.payee == self.payee.handle).then(|| format!("/offers/{}", offer(sale.offer))),
            buyer: reference,
            buyer_url: buyer.address("/sales", None),
            at: sale.at,
            paid: Money::of(sale.charged, sale.asset),
            earned: Money { units: earned.fold(0, i128::saturating_add), asset: sale.asset },
            legs: self.shares(&sold, &version),
            timeline: self.timeline(&sold, note.map(|note| note.body)),
            give_back,
            was_given_back: !live && query.contains_key("done"),
            json_url: format!("/sales/{}.json", sold.serial()),
        };
        Ok(self.page(StatusCode::OK, desk::sale(&view)))
    }

    /// `GET /sales/{serial}.json`: the receipt. A payee that only has a share knows the payer by a name of its own.
    pub(super) async fn sale_json(&self, id: CommandId) -> Result<Reply, Problem> {
        let (sold, _) = self.find(id).await?;
        let kind = PageKind::Export { content_type: "application/json", file_name: &format!("farthing-sale-{}.json", sold.serial()) };
        if sold.payee == self.payee.handle {
            return Ok(door::page(self.visit, StatusCode::OK, kind, receipt_document(self.instance.speaker(), &sold).canonical()));
        }
        let document = receipt_document(self.instance.speaker(), &sold);
        let document = document.with("payer", self.payee.reference(&self.instance.keys, sold.sale.payer));
        Ok(door::page(self.visit, StatusCode::OK, kind, document.canonical()))
    }

    fn shares(&self, sold: &Sold, version: &OfferVersion) -> Vec<ShareLeg> {
        let share = |(leg, rule): (&market::SaleLeg, &market::LegRule)| ShareLeg {
            label: leg.label.clone(),
            name: self.name_of(&leg.to),
            bp: match rule.share {
                Share::BasisPoints(bp) => Some(bp),
                Share::Fixed(_) | Share::Rest => None,
            },
            amount: Money::of(leg.amount, sold.sale.asset),
        };
        sold.legs.iter().zip(&version.offer.split).map(share).collect()
    }

    fn timeline(&self, sold: &Sold, note: Option<String>) -> Vec<Moment> {
        let lang = self.visit.lang;
        let sale = &sold.sale;
        let how = if sale.signed { plain!(lang, "desk-story-signed") } else { plain!(lang, "desk-story-pressed") };
        let mut moments = vec![Moment { at: sale.at, what: plain!(lang, "story-paid"), detail: how }];
        if let SaleState::Refunded { at, reason, .. } = sale.state {
            let by = match reason {
                RefundReason::Undo { .. } => plain!(lang, "desk-story-by-buyer"),
                RefundReason::Payee { .. } => plain!(lang, "desk-story-by-us"),
                RefundReason::Operator => plain!(lang, "story-by-operator"),
                RefundReason::OriginFailed => plain!(lang, "story-by-itself"),
            };
            let detail = note.filter(|note| !note.is_empty()).map_or(by.clone(), |note| format!("{by}: {note}"));
            moments.push(Moment { at, what: plain!(lang, "story-back"), detail });
        }
        moments
    }

    /// `GET /sales/{serial}/refund`: asks once more, and why.
    pub(super) async fn ask_refund(&self, id: CommandId) -> Result<Reply, Problem> {
        let (sold, _) = self.find_own(id).await?;
        if !sold.sale.is_live() {
            return Ok(door::see_other(&format!("/sales/{}", sold.serial())));
        }
        Ok(self.page(StatusCode::OK, desk::refund(&self.refund_view(&sold, None))))
    }

    fn refund_view(&self, sold: &Sold, refused: Option<(String, String)>) -> RefundView {
        RefundView {
            frame: self.frame(Place::Sales),
            title: title(&sold.sale.item),
            amount: Money::of(sold.sale.charged, sold.sale.asset),
            form: self.form(&format!("/sales/{}/refund", sold.serial()), &[]),
            back_url: format!("/sales/{}", sold.serial()),
            refused,
        }
    }

    /// `POST /sales/{serial}/refund`: gives the whole back. Pressed twice, it is given back once.
    pub(super) async fn refund(&self, id: CommandId, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let (sold, _) = self.find_own(id).await?;
        let note = form.get("note").map(|note| note.trim()).unwrap_or_default();
        if note.chars().count() > MOST_NOTE || note.chars().any(char::is_control) {
            let why = plain!(self.visit.lang, "desk-refund-long", most: u64::try_from(MOST_NOTE).unwrap_or(u64::MAX));
            let view = self.refund_view(&sold, Some((note.to_owned(), why)));
            return Ok(self.page(StatusCode::UNPROCESSABLE_ENTITY, desk::refund(&view)));
        }
        let request = RefundRequest { sale: id, reason: RefundReason::Payee { payee: self.payee.party } };
        let command =
            Command { id: CommandId::new(self.visit.now.ms(), world::random()), maker: Maker::Instance, body: Body::Refund(request) };
        match self.instance.apply(command).await?.outcome {
            Outcome::Applied(_) => {
                self.keep_note(id, note).await?;
                self.did(Done::to(What::Refunded, serial(id))).await?;
            }
            Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(Rejection::AlreadyRefunded) => {}
            Outcome::Rejected(rejection) => return Err(problem_of(&rejection, sold.sale.asset, &self.instance.wallet_url())),
        }
        Ok(door::see_other(&format!("/sales/{}?done=1", serial(id))))
    }

    /// Why it was given back is the team's to know, so it is kept in the vault and not in the journal.
    async fn keep_note(&self, id: CommandId, note: &str) -> Result<(), Problem> {
        if note.is_empty() {
            return Ok(());
        }
        let text = Text { party: self.payee.party, kind: NOTE.to_owned(), body: note.to_owned(), created_at: self.visit.now };
        self.instance.vault(move |vault| vault.add_text(&TextId(id.0), &text)).await
    }
}
