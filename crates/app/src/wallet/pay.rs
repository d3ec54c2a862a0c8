//! `/pay`: a GET shows what is asked and never charges; a POST from this origin charges, once however often it is sent.

use super::home::pay_address;
use super::one_click::Came;
use super::onward::Onward;
use super::purse::whole;
use super::quote::Asking;
use super::sheet::{Facts, Tried};
use super::{Asked, Visitor};
use crate::codes::Grant;
use crate::door::{self, Reply};
use crate::login::SignedIn;
use crate::refusals::problem_of;
use crate::web::lang::plain;
use crate::web::money::plain_of_typed;
use crate::world;
use http::StatusCode;
use market::{Body, Command, Consent, Effect, Maker, Outcome, Purchase, Rejection};
use money::{Amount, CommandId, Party, Price, PriceError};
use protocol::problem::Problem;
use protocol::text::base64url;
use std::collections::BTreeMap;

/// Says only that something was paid here; nobody reads it.
const PAID_COOKIE: &str = "__Host-farthing_p";
/// What a form says that goes on by itself.
const ONE_CLICK: &str = "one-click";
/// A payment above so many main units wants a fresh proof of who pays.
const PROVED_ABOVE: u32 = 10;
/// As long as a sheet can be pressed, in seconds.
const PAID_LIFE_S: u64 = 600;
/// Where a site takes its readers back.
const RETURN_PATH: &str = "/.well-known/farthing/return";

impl Visitor<'_> {
    /// `GET /pay?q=`, with `&restore=1` for somebody who has bought the page before.
    pub(super) async fn pay_page(&self, asked: &Asked) -> Result<Reply, Problem> {
        if asked.is_prefetch() {
            return Err(Problem::Busy { retry_after_s: 1 });
        }
        let query = door::form(asked.query.as_bytes());
        let asking = match self.asking(query.get("q")).await? {
            Ok(asking) => asking,
            Err(refused) => return Ok(refused),
        };
        let mut facts = self.facts(&asking).await?;
        facts.came = Came::of(asked);
        let restores = query.get("restore").is_some_and(|restore| restore == "1");
        if let (Some(login), Some(sale)) = (&self.login, facts.owned) {
            let by_this_quote = sale == asking.command_id(login.party);
            return Ok(if by_this_quote && !restores { self.used(&asking, &facts, sale) } else { self.back(&asking, login.party, sale) });
        }
        if restores {
            return Ok(self.not_found(&asking, &facts));
        }
        if asking.is_expired(self.visit.now) {
            return Ok(self.expired(&asking, &facts));
        }
        self.sheet(StatusCode::OK, (&asking, &facts), Tried::Nothing)
    }

    /// `POST /pay`: the only thing on these pages that charges.
    pub(super) async fn pay(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else {
            return Ok(door::see_other(&pay_address(form.get("q").map_or("", String::as_str))));
        };
        login.check(&form)?;
        let asking = match self.asking(form.get("q")).await? {
            Ok(asking) => asking,
            Err(refused) => return Ok(refused),
        };
        if asking.is_expired(self.visit.now) {
            return self.too_late(&asking, login.party).await;
        }
        let amount = match self.chosen(&form, &asking) {
            Ok(amount) => amount,
            Err((typed, why)) => {
                let facts = self.facts(&asking).await?;
                return self.sheet(StatusCode::UNPROCESSABLE_ENTITY, (&asking, &facts), Tried::Typed(typed, why));
            }
        };
        if self.wants_proof(login, amount) {
            return Ok(door::see_other(&Onward::Sheet(asking.text.clone()).sign_in()));
        }
        let consent = if form.get("consent").is_some_and(|consent| consent == ONE_CLICK) { Consent::OneClick } else { Consent::Pressed };
        let id = asking.command_id(login.party);
        if consent == Consent::OneClick && !self.tempo.step((login.party, asking.realm.clone()), id, self.visit.now) {
            let facts = self.facts(&asking).await?;
            return match facts.owned {
                Some(sale) => Ok(self.back(&asking, login.party, sale)),
                None => self.sheet(StatusCode::TOO_MANY_REQUESTS, (&asking, &facts), Tried::Nothing),
            };
        }
        let agrees = consent == Consent::Pressed && form.get("one_click").is_some_and(|tick| tick == "1");
        let outcome = self.instance.apply(purchase(&asking, (login.party, consent), amount)).await?.outcome;
        if agrees && outcome.effect().is_ok() {
            self.agree(login, &asking.realm).await?;
        }
        match &outcome {
            Outcome::Applied(applied) => self.sold(&asking, login.party, applied.effect),
            Outcome::Standing(effect) => self.sold(&asking, login.party, *effect),
            Outcome::Replayed(_) => {
                // What was bought then may have been taken back since, or have ended.
                let facts = self.facts(&asking).await?;
                match facts.owned {
                    Some(sale) => Ok(self.back(&asking, login.party, sale)),
                    None => self.sheet(StatusCode::CONFLICT, (&asking, &facts), Tried::Nothing),
                }
            }
            Outcome::Rejected(rejection) => self.not_sold((&asking, login.party), rejection, amount).await,
        }
    }

    /// True if a kept wallet's browser has to prove anew who pays so much.
    pub(super) fn wants_proof(&self, login: &SignedIn, amount: Amount) -> bool {
        amount > whole(PROVED_ABOVE, self.asset()) && login.is_kept && !login.is_fresh(self.visit.now)
    }

    fn sold(&self, asking: &Asking, party: Party, effect: Effect) -> Result<Reply, Problem> {
        match effect {
            Effect::Sold { sale, .. } => Ok(self.back(asking, party, sale)),
            Effect::Founded
            | Effect::PayeeOpened
            | Effect::OfferSet(_)
            | Effect::OfferEnded(_)
            | Effect::ToppedUp(_)
            | Effect::Refunded { .. }
            | Effect::GuardSet
            | Effect::Tipped(_)
            | Effect::SessionOpened(_)
            | Effect::Drawn { .. }
            | Effect::Reserved(_)
            | Effect::Captured { .. }
            | Effect::SessionRaised(_)
            | Effect::SessionClosing
            | Effect::SessionEnded { .. }
            | Effect::Returned(_) => Err(Problem::Internal),
        }
    }

    /// Back to the site, with a code that stands for what was bought. The address comes from the quote's issuer alone.
    fn back(&self, asking: &Asking, party: Party, sale: CommandId) -> Reply {
        let quote = &asking.quote;
        let grant = Grant { realm: asking.realm.clone(), party, sale, st_hash: quote.st_hash, item: quote.item.clone() };
        let code = self.instance.codes.issue(grant, self.visit.now);
        let mut reply = door::see_other(&format!("{}{RETURN_PATH}?code={code}", quote.iss));
        // Browsers that keep whole pages for their Back button drop those of an origin whose cookies have changed: without
        // this, Back would show a sheet that still says Pay.
        door::set_cookie(&mut reply, PAID_COOKIE, &base64url(&world::random::<6>()), PAID_LIFE_S);
        reply
    }

    /// The price is no longer held; what is owned opens all the same.
    async fn too_late(&self, asking: &Asking, party: Party) -> Result<Reply, Problem> {
        let facts = self.facts(asking).await?;
        Ok(facts.owned.map_or_else(|| self.expired(asking, &facts), |sale| self.back(asking, party, sale)))
    }

    async fn not_sold(&self, (asking, party): (&Asking, Party), rejection: &Rejection, amount: Amount) -> Result<Reply, Problem> {
        let facts = self.facts(asking).await?;
        if let Some(sale) = facts.owned {
            return Ok(self.back(asking, party, sale));
        }
        if *rejection == Rejection::IdTooOld {
            return Ok(self.expired(asking, &facts));
        }
        if *rejection == Rejection::NotAgreed {
            return self.sheet(StatusCode::CONFLICT, (asking, &facts), Tried::Nothing);
        }
        let problem = problem_of(rejection, self.asset(), &self.top_up_url());
        let tried = if let Rejection::Insufficient { .. } = rejection {
            Tried::Chosen(amount)
        } else if let Rejection::PriceAboveMax { due } = rejection {
            Tried::Typed(
                self.money(amount).typed(self.visit.lang),
                plain!(self.visit.lang, "choose-least", least: self.money(*due).exact(self.visit.lang)),
            )
        } else if matches!(rejection, Rejection::IdReused | Rejection::GuardAsks { .. }) {
            // What went on by itself stops here and waits for a press.
            Tried::Nothing
        } else {
            return Err(problem);
        };
        self.again(asking, &facts, (&problem, tried))
    }

    fn again(&self, asking: &Asking, facts: &Facts, (problem, tried): (&Problem, Tried)) -> Result<Reply, Problem> {
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::CONFLICT);
        self.sheet(status, (asking, facts), tried)
    }

    /// The price that was pressed, chosen or typed, with the reason where it can't be one.
    fn chosen(&self, form: &BTreeMap<String, String>, asking: &Asking) -> Result<Amount, (String, String)> {
        let (least, lang) = (asking.quote.amount, self.visit.lang);
        let (typed, amount) = match (form.get("amount"), form.get("amount_text")) {
            (None, None) => return Ok(least),
            (Some(units), _) => (units, Amount::parse(units).map_err(|_| PriceError::Form)),
            (None, Some(text)) => {
                let plain = plain_of_typed(text.trim(), lang);
                (text, plain.map_or(Err(PriceError::Form), |plain| Price::decimal(&plain)))
            }
        };
        let why = match amount {
            Ok(amount) if amount >= least => return Ok(amount),
            Ok(_) => plain!(lang, "choose-least", least: self.money(least).exact(lang)),
            Err(PriceError::Form) => plain!(lang, "choose-form"),
            Err(PriceError::TooFine) => plain!(lang, "choose-fine"),
            Err(PriceError::TooLarge) => plain!(lang, "choose-large"),
        };
        Err((typed.chars().take(64).collect(), why))
    }
}

fn purchase(asking: &Asking, (payer, consent): (Party, Consent), amount: Amount) -> Command {
    let quote = &asking.quote;
    let (offer, asset) = (quote.offer, quote.currency);
    let purchase = Purchase { payer, offer, item: asking.item(), amount, asset, consent };
    Command { id: asking.command_id(payer), maker: Maker::Party(payer), body: Body::Buy(purchase) }
}
