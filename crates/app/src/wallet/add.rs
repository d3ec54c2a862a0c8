//! Adding play money. The rail exists in a test folder only.

use super::home::pay_address;
use super::screen::opens;
use super::{Asked, Visitor};
use crate::door::{self, Reply};
use crate::rails;
use crate::refusals::problem_of;
use crate::web::lang::plain;
use crate::web::{Notice, Tone};
use http::StatusCode;
use market::{Body, Command, Maker, Outcome, Rejection, TopUp};
use money::Amount;
use protocol::problem::Problem;
use protocol::text::parse_command;

impl Visitor<'_> {
    /// `POST /top-up` and `POST /pay/top-up`. The form's own id makes two presses of one page one top-up.
    pub(super) async fn top_up(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let onward = form.get("q").map_or_else(|| "/?added=1".to_owned(), |quote| pay_address(quote, opens(&form)));
        let Some(login) = &self.login else { return Ok(door::see_other(form.get("q").map_or("/", |_| onward.as_str()))) };
        login.check(&form)?;
        if !self.instance.is_test() {
            return Err(Problem::Unknown);
        }
        let unread = |what: &str| Problem::BadRequest { detail: format!("the form's field `{what}` is missing or damaged") };
        let amount = form.get("amount").and_then(|text| Amount::parse(text).ok()).ok_or_else(|| unread("amount"))?;
        let id = form.get("once").and_then(|text| parse_command(text).ok()).ok_or_else(|| unread("once"))?;
        let top_up = TopUp { party: login.party, asset: self.asset(), amount, most: self.most() };
        rails::takes(self.instance, &top_up, id).await?;
        let command = Command { id, maker: Maker::Party(login.party), body: Body::TopUp(top_up) };
        let rejection = match self.instance.apply(command).await?.outcome {
            Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => return Ok(door::see_other(&onward)),
            Outcome::Rejected(rejection) => rejection,
        };
        let lang = self.visit.lang;
        let text = if matches!(rejection, Rejection::IdTooOld | Rejection::IdReused) {
            // The page lay open for long, or another button of it was pressed before: a fresh page has a fresh id.
            plain!(lang, "not-added-again")
        } else if let Rejection::WalletFull { most } = rejection {
            plain!(lang, "not-added-full", most: self.money(most).exact(lang))
        } else {
            return Err(problem_of(&rejection, self.asset(), &self.top_up_url()));
        };
        let notice = Notice { tone: Tone::Warn, lead: plain!(lang, "not-added"), text };
        match form.get("q") {
            Some(_) => Ok(door::see_other(&onward)),
            None => self.home_with(StatusCode::CONFLICT, notice).await,
        }
    }

    /// Where people add money.
    pub(super) fn top_up_url(&self) -> String {
        format!("{}/top-up", self.instance.wallet_url())
    }
}
