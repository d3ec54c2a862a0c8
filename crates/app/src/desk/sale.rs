//! `/sales/{serial}`: one sale as the payee sees it, and giving it back, whole or in part.

use super::Visitor;
use super::filter::Filter;
use crate::acts::Done;
use crate::door::{self, Reply};
use crate::given::{self, returns, told};
use crate::receipts::{Sold, receipt_document};
use crate::refusals::problem_of;
use crate::wallet::{split, title};
use crate::web::desk::{self, GiveBack, Place, RefundFields, RefundView, SaleView, ShareLeg};
use crate::web::lang::plain;
use crate::web::money::plain_of_typed;
use crate::web::{Moment, Money, PageKind};
use crate::world;
use http::StatusCode;
use market::{Body, Cause, Command, Giver, Maker, OfferVersion, Outcome, RefundReason, RefundRequest, Rejection};
use money::{Amount, CommandId, Price, PriceError, Share, Timestamp};
use protocol::problem::Problem;
use protocol::text::{offer, parse_serial, serial};
use std::collections::BTreeMap;
use store::index::Return;
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
        let given = returns(self.instance, (id, sale)).await?;
        let live = sale.is_live();
        let give_back = if sold.payee != self.payee.handle {
            GiveBack::NotOurs { owner: self.name_of(&sold.payee) }
        } else if !live {
            GiveBack::Done
        } else if self.me.role < Role::Editor {
            GiveBack::NotYours
        } else {
            GiveBack::Open { url: format!("/sales/{}/refund", sold.serial()) }
        };
        let own = |amounts: &[Amount]| {
            let own = sold.legs.iter().zip(amounts).filter(|(leg, _)| leg.to == self.payee.handle);
            let sum = own.fold(0, |sum: i128, (_, amount)| sum.saturating_add(amount.units().into()));
            Money { units: sum, asset: sale.asset }
        };
        let got: Vec<Amount> = sold.legs.iter().map(|leg| leg.amount).collect();
        let kept = |earned: Money| {
            let back = given.iter().fold(0, |sum: i128, (_, given)| sum.saturating_add(own(&given.of_legs(&got)).units));
            Money { units: earned.units.saturating_sub(back), ..earned }
        };
        let done = query.get("done").and_then(|serial| parse_serial(serial).ok());
        let last = given.iter().find(|(_, given)| Some(given.id) == done);
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
            earned: own(&got),
            part: sale.is_part_refunded().then(|| (Money::of(sale.returned, sale.asset), kept(own(&got)))),
            legs: self.shares(&sold, &version),
            timeline: self.timeline((id, &sold), &given).await?,
            give_back,
            was_given_back: last.map(|(_, given)| (Money::of(given.returned, sale.asset), !given.left.is_zero())),
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

    /// What happened to a sale, and what the team noted of it: of each part by itself, of what went back whole perhaps under the sale
    /// as it was once kept. What the offer's payee noted is not for those who only have a share.
    async fn timeline(&self, (id, sold): (CommandId, &Sold), given: &[(Timestamp, Return)]) -> Result<Vec<Moment>, Problem> {
        let lang = self.visit.lang;
        let sale = &sold.sale;
        let how = if sale.signed { plain!(lang, "desk-story-signed") } else { plain!(lang, "desk-story-pressed") };
        let mut moments = vec![Moment { at: sale.at, what: plain!(lang, "story-paid"), detail: how }];
        let ids: Vec<CommandId> = given.iter().map(|(_, given)| given.id).chain([id]).collect();
        let notes = self.instance.vault(move |vault| ids.iter().map(|id| vault.text(&TextId(id.0))).collect::<Result<Vec<_>, _>>()).await?;
        let own = |note: &Option<Text>| note.as_ref().filter(|note| note.party == self.payee.party).map(|note| note.body.clone());
        let of_sale = notes.last().and_then(own).filter(|_| given.len() == 1);
        for ((at, given), note) in given.iter().zip(&notes) {
            let by = match given.giver {
                Giver::Payer => plain!(lang, "desk-story-by-buyer"),
                Giver::Payee => plain!(lang, "desk-story-by-us"),
                Giver::Operator => plain!(lang, "story-by-operator"),
                Giver::Door => plain!(lang, "story-by-itself"),
            };
            let what = if given.left.is_zero() { plain!(lang, "story-back") } else { plain!(lang, "story-part") };
            let told = told((sale, given), by, lang);
            let note = own(note).or_else(|| of_sale.clone()).filter(|note| !note.is_empty());
            moments.push(Moment { at: *at, what, detail: note.map_or(told.clone(), |note| format!("{told}: {note}")) });
        }
        Ok(moments)
    }

    /// `GET /sales/{serial}/refund`: asks how much, and why.
    pub(super) async fn ask_refund(&self, id: CommandId) -> Result<Reply, Problem> {
        let (sold, _) = self.find_own(id).await?;
        if !sold.sale.is_live() {
            return Ok(door::see_other(&format!("/sales/{}", sold.serial())));
        }
        Ok(self.page(StatusCode::OK, desk::refund(&self.refund_view(&sold, RefundFields::default()))))
    }

    /// The form names the command it will be: pressed twice, it gives back once.
    fn refund_view(&self, sold: &Sold, fields: RefundFields) -> RefundView {
        let command = CommandId::new(self.visit.now.ms(), world::random());
        RefundView {
            frame: self.frame(Place::Sales),
            title: title(&sold.sale.item),
            left: Money::of(sold.sale.left(), sold.sale.asset),
            causes: Cause::ALL.map(|cause| (cause.word(), given::cause(cause, self.visit.lang))).to_vec(),
            form: self.form(&format!("/sales/{}/refund", sold.serial()), &[("command", &serial(command))]),
            back_url: format!("/sales/{}", sold.serial()),
            fields,
        }
    }

    /// `POST /sales/{serial}/refund`: gives back what the form says, or all that is left.
    pub(super) async fn refund(&self, id: CommandId, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let (sold, _) = self.find_own(id).await?;
        let field = |name: &str| form.get(name).map(|text| text.trim()).unwrap_or_default();
        let asked = match self.asked_back(&sold, field) {
            Ok(asked) => asked,
            Err(wrong) => return Ok(self.wrong_refund(&sold, (field, wrong))),
        };
        let (part, note) = ((asked.amount, asked.cause), field("note"));
        let request = RefundRequest { sale: id, reason: RefundReason::Payee { payee: self.payee.party }, amount: part.0, cause: part.1 };
        let command = Command { id: asked.command, maker: Maker::Party(self.payee.party), body: Body::Refund(request) };
        match self.instance.apply(command).await?.outcome {
            Outcome::Applied(_) => {
                self.keep_note(asked.command, note).await?;
                self.did(Done::to(What::Refunded, serial(id))).await?;
            }
            Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(Rejection::AlreadyRefunded) => {}
            Outcome::Rejected(Rejection::RefundAboveLeft { left }) => {
                let (sold, _) = self.find_own(id).await?;
                let left = Money::of(left, sold.sale.asset).exact(self.visit.lang).to_string();
                let why = plain!(self.visit.lang, "desk-refund-above", left: left);
                return Ok(self.wrong_refund(&sold, (field, Wrong("amount", why))));
            }
            Outcome::Rejected(Rejection::IdTooOld | Rejection::IdTooNew | Rejection::IdReused) => {
                let (sold, _) = self.find_own(id).await?;
                let why = plain!(self.visit.lang, "desk-refund-again");
                return Ok(self.wrong_refund(&sold, (field, Wrong("amount", why))));
            }
            Outcome::Rejected(rejection) => return Err(problem_of(&rejection, sold.sale.asset, &self.instance.wallet_url())),
        }
        Ok(door::see_other(&format!("/sales/{}?done={}", serial(id), serial(asked.command))))
    }

    /// What a form asks for.
    fn asked_back<'f>(&self, sold: &Sold, field: impl Fn(&str) -> &'f str) -> Result<AskedBack, Wrong> {
        let lang = self.visit.lang;
        let typed = field("amount");
        let read = plain_of_typed(typed, lang).map_or(Err(PriceError::Form), |plain| Price::decimal(&plain));
        let amount = match read {
            _ if typed.is_empty() => None,
            Ok(amount) => Some(amount),
            Err(PriceError::Form) => return Err(Wrong("amount", plain!(lang, "choose-form"))),
            Err(PriceError::TooFine) => return Err(Wrong("amount", plain!(lang, "choose-fine"))),
            Err(PriceError::TooLarge) => return Err(Wrong("amount", plain!(lang, "choose-large"))),
        };
        let note = field("note");
        if note.chars().count() > MOST_NOTE || note.chars().any(char::is_control) {
            let most = u64::try_from(MOST_NOTE).unwrap_or(u64::MAX);
            return Err(Wrong("note", plain!(lang, "desk-refund-long", most: most)));
        }
        // Who sends the form without its own command gives all of it back, which is done once in any case; a part is not.
        let own = parse_serial(field("command")).ok().filter(|command| *command != sold.id);
        let made = || CommandId::new(self.visit.now.ms(), world::random());
        let command = own.or_else(|| amount.is_none().then(made)).ok_or_else(|| Wrong("amount", plain!(lang, "desk-refund-again")))?;
        Ok(AskedBack { command, amount, cause: Cause::of_word(field("cause")).unwrap_or(Cause::Unsaid) })
    }

    fn wrong_refund<'f>(&self, sold: &Sold, (field, Wrong(name, why)): (impl Fn(&str) -> &'f str, Wrong)) -> Reply {
        let kept = |name: &str| field(name).chars().take(MOST_NOTE.saturating_mul(2)).collect();
        let fields = RefundFields { amount: kept("amount"), cause: kept("cause"), note: kept("note"), wrong: Some((name, why)) };
        self.page(StatusCode::UNPROCESSABLE_ENTITY, desk::refund(&self.refund_view(sold, fields)))
    }

    /// What the team noted is the team's to know, so it is kept in the vault and not in the journal.
    async fn keep_note(&self, id: CommandId, note: &str) -> Result<(), Problem> {
        if note.is_empty() {
            return Ok(());
        }
        let text = Text { party: self.payee.party, kind: NOTE.to_owned(), body: note.to_owned(), created_at: self.visit.now };
        self.instance.vault(move |vault| vault.add_text(&TextId(id.0), &text)).await
    }
}

/// What a form asks to be given back.
struct AskedBack {
    command: CommandId,
    amount: Option<Amount>,
    cause: Cause,
}

/// The field that cannot stand, and why.
struct Wrong(&'static str, String);
