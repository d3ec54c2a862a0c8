//! `/pay`: a GET shows what is asked and never charges; a POST from this origin charges, once however often it is sent.

use super::home::pay_address;
use super::one_click::Came;
use super::onward::Onward;
use super::purse::whole;
use super::quote::{Asking, Stands};
use super::screen::{only_opens, opens};
use super::sheet::{Facts, Tried};
use super::{Asked, Visitor};
use crate::codes::Grant;
use crate::door::{self, Reply};
use crate::login::SignedIn;
use crate::refusals::problem_of;
use crate::web::Opens;
use crate::web::lang::plain;
use crate::web::money::plain_of_typed;
use crate::world;
use http::StatusCode;
use market::{Body, Command, Consent, Effect, Maker, Outcome, Purchase, Rejection};
use money::{Amount, CommandId, Party, Price, PriceError};
use protocol::problem::Problem;
use protocol::redeem::RETURN_PATH;
use protocol::text::{base64url, command};
use std::collections::BTreeMap;

/// Says only that something was paid here; nobody reads it.
const PAID_COOKIE: &str = "__Host-farthing_p";
/// What a form says that goes on by itself.
const ONE_CLICK: &str = "one-click";
/// A payment above so many main units wants a fresh proof of who pays.
const PROVED_ABOVE: u32 = 10;
/// As long as a sheet can be pressed, in seconds.
const PAID_LIFE_S: u64 = 600;

impl Visitor<'_> {
    /// `GET /pay?q=`, with `&restore=1` for somebody who has bought the page before.
    pub(super) async fn pay_page(&self, asked: &Asked) -> Result<Reply, Problem> {
        if asked.is_prefetch() {
            return Err(Problem::Busy { retry_after_s: 1 });
        }
        let query = door::form(asked.query.as_bytes());
        let asking = match self.asking(&query).await? {
            Ok(asking) => asking,
            Err(refused) => return Ok(refused),
        };
        let mut facts = self.facts(&asking).await?;
        facts.came = if asking.opens == Opens::OnScreen { Came::Otherwise } else { Came::of(asked) };
        let restores = query.get("restore").is_some_and(|restore| restore == "1");
        if facts.owned.is_some() && asking.opens == Opens::OnScreen {
            return Ok(self.for_screen(&asking, &facts));
        }
        if let (Some(login), Some((session, _)), true) = (&self.login, facts.watching, restores) {
            return self.back(&asking, login.party, session).await;
        }
        if let (Some(login), Some(sale)) = (&self.login, facts.owned) {
            let by_this_quote = sale == asking.command_id(login.party);
            return if by_this_quote && !restores {
                Ok(self.used(&asking, &facts, sale))
            } else {
                self.back(&asking, login.party, sale).await
            };
        }
        if restores {
            return Ok(self.not_found(&asking, &facts));
        }
        let (asking, facts) = match self.current(asking, facts).await? {
            Ok(current) => current,
            Err(reply) => return Ok(reply),
        };
        if asking.is_expired(self.visit.now) {
            return Ok(self.expired(&asking, &facts));
        }
        self.sheet(StatusCode::OK, (&asking, &facts), Tried::Nothing)
    }

    /// `POST /pay`: the only thing on these pages that charges.
    pub(super) async fn pay(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else {
            return Ok(door::see_other(&pay_address(form.get("q").map_or("", String::as_str), opens(&form))));
        };
        login.check(&form)?;
        let asking = match self.asking(&form).await? {
            Ok(asking) => asking,
            Err(refused) => return Ok(refused),
        };
        if only_opens(&form) && asking.opens == Opens::OnScreen {
            return self.open_on_screen(&asking, login.party).await;
        }
        let asking = match self.in_time(asking, login.party).await? {
            Ok(asking) => asking,
            Err(reply) => return Ok(reply),
        };
        let amount = match self.chosen(&form, &asking) {
            Ok(amount) => amount,
            Err((typed, why)) => {
                let facts = self.facts(&asking).await?;
                return self.sheet(StatusCode::UNPROCESSABLE_ENTITY, (&asking, &facts), Tried::Typed(typed, why));
            }
        };
        if self.wants_proof(login, amount) {
            return Ok(door::see_other(&Onward::Sheet(asking.text.clone(), asking.opens).sign_in()));
        }
        let consent = if form.get("consent").is_some_and(|consent| consent == ONE_CLICK) { Consent::OneClick } else { Consent::Pressed };
        if consent == Consent::OneClick && asking.opens == Opens::OnScreen {
            let facts = self.facts(&asking).await?;
            return self.sheet(StatusCode::CONFLICT, (&asking, &facts), Tried::Nothing);
        }
        if self.is_film(&asking).await? {
            return self.watch(&asking, (login.party, consent)).await;
        }
        let id = asking.command_id(login.party);
        if consent == Consent::OneClick && !self.tempo.step((login.party, asking.realm.clone()), id, self.visit.now) {
            let facts = self.facts(&asking).await?;
            return match facts.owned {
                Some(sale) => self.back(&asking, login.party, sale).await,
                None => self.sheet(StatusCode::TOO_MANY_REQUESTS, (&asking, &facts), Tried::Nothing),
            };
        }
        let agrees = consent == Consent::Pressed && asking.opens == Opens::Here && form.get("one_click").is_some_and(|tick| tick == "1");
        let outcome = self.instance.apply(purchase(&asking, (login.party, consent), amount)).await?.outcome;
        if agrees && outcome.effect().is_ok() {
            self.agree(login, &asking.realm).await?;
        }
        match &outcome {
            Outcome::Applied(applied) => self.sold(&asking, login.party, applied.effect).await,
            Outcome::Standing(effect) => self.sold(&asking, login.party, *effect).await,
            Outcome::Replayed(_) => {
                // What was bought then may have been taken back since, or have ended.
                let facts = self.facts(&asking).await?;
                match facts.owned {
                    Some(sale) => self.back(&asking, login.party, sale).await,
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

    async fn sold(&self, asking: &Asking, party: Party, effect: Effect) -> Result<Reply, Problem> {
        match effect {
            Effect::Sold { sale, .. } => self.back(asking, party, sale).await,
            Effect::Founded
            | Effect::PayeeOpened
            | Effect::OfferSet(_)
            | Effect::OfferEnded(_)
            | Effect::ToppedUp(_)
            | Effect::Refunded { .. }
            | Effect::GuardSet
            | Effect::Tipped(_)
            | Effect::MonthsStated
            | Effect::SessionOpened(_)
            | Effect::Drawn { .. }
            | Effect::Reserved(_)
            | Effect::Called { .. }
            | Effect::Captured { .. }
            | Effect::SessionRaised(_)
            | Effect::SessionClosing
            | Effect::MeterSet
            | Effect::Promised(_)
            | Effect::CoinClaimed(_)
            | Effect::CoinClosed(_)
            | Effect::Counted { .. }
            | Effect::CountedAside { .. }
            | Effect::SessionEnded { .. } => Err(Problem::Internal),
        }
    }

    /// Back to the site, with a code that stands for what was bought. The address comes from the quote's issuer alone.
    pub(super) async fn back(&self, asking: &Asking, party: Party, sale: CommandId) -> Result<Reply, Problem> {
        let (quote, now) = (&asking.quote, self.visit.now);
        let mut grant = Grant { realm: asking.realm.clone(), party, sale, st_hash: quote.st_hash, item: quote.item.clone(), quote: None };
        if asking.opens == Opens::OnScreen {
            let mut reply = self.keep_for_screen(grant);
            note_paid(&mut reply);
            return Ok(reply);
        }
        let mut more = String::new();
        if asking.stands == Stands::Elsewhere {
            // Its site asks about the quote also when this process, or the code, is gone.
            let (id, url) = (quote.id, quote.iss.clone());
            self.instance.vault(move |vault| vault.note_paid(id, (&url, sale), now)).await?;
            grant.quote = Some((quote.id, asking.text.clone()));
            let about = [("quote", command(quote.id)), ("wallet", self.instance.wallet_url()), ("page", quote.item.clone())];
            more = format!("&{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(about).finish());
        }
        let code = self.instance.codes.issue(grant, now);
        let mut reply = door::see_other(&format!("{}{RETURN_PATH}?code={code}{more}", quote.iss));
        note_paid(&mut reply);
        Ok(reply)
    }

    /// A quote that can be paid now. Of one whose price is no longer held: what is owned opens all the same, a site elsewhere
    /// gives another, and an equal or lower price goes on under that.
    async fn in_time(&self, asking: Asking, party: Party) -> Result<Result<Asking, Reply>, Problem> {
        if !asking.is_expired(self.visit.now) {
            return Ok(Ok(asking));
        }
        let facts = self.facts(&asking).await?;
        if let Some(sale) = facts.owned {
            return Ok(Err(self.back(&asking, party, sale).await?));
        }
        if asking.stands == Stands::Here {
            return Ok(Err(self.expired(&asking, &facts)));
        }
        match self.current(asking, facts).await? {
            Ok((asking, facts)) if facts.was.is_none() => Ok(Ok(asking)),
            Ok((asking, facts)) => Ok(Err(self.sheet(StatusCode::CONFLICT, (&asking, &facts), Tried::Nothing)?)),
            Err(reply) => Ok(Err(reply)),
        }
    }

    pub(super) async fn not_sold(
        &self,
        (asking, party): (&Asking, Party),
        rejection: &Rejection,
        amount: Amount,
    ) -> Result<Reply, Problem> {
        let facts = self.facts(asking).await?;
        if let Some(sale) = facts.owned {
            return self.back(asking, party, sale).await;
        }
        if asking.stands == Stands::Elsewhere && matches!(rejection, Rejection::PriceAboveMax { .. } | Rejection::OfferEnded) {
            return match self.current(asking.clone(), facts).await? {
                Ok((asking, facts)) => self.sheet(StatusCode::CONFLICT, (&asking, &facts), Tried::Nothing),
                Err(reply) => Ok(reply),
            };
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

/// Browsers that keep whole pages for their Back button drop those of an origin whose cookies have changed: without this, Back
/// would show a sheet that still says Pay.
fn note_paid(reply: &mut Reply) {
    door::set_cookie(reply, PAID_COOKIE, &base64url(&world::random::<6>()), PAID_LIFE_S);
}

fn purchase(asking: &Asking, (payer, consent): (Party, Consent), amount: Amount) -> Command {
    let quote = &asking.quote;
    let (offer, asset) = (asking.offer, quote.currency);
    let purchase = Purchase { payer, offer, item: asking.item(), amount, asset, consent };
    Command { id: asking.command_id(payer), maker: Maker::Party(payer), body: Body::Buy(purchase) }
}
