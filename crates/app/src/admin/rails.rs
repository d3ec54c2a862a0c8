//! `/rails`: how money comes in, what came in, and stopping it.

use super::Visitor;
use crate::acts::Doer;
use crate::door::{self, Reply};
use crate::login::SignedIn;
use crate::rails::{self, PLAY, Taking};
use crate::wallet::{cursor, parse_cursor};
use crate::web::admin::{InwardRow, RailView, RailsView, rails as page};
use crate::web::{AdminPlace, Money};
use http::StatusCode;
use market::{Class, PLAY_RAIL};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use store::index::HistoryRow;

/// Entries of a page.
const ROWS: u32 = 50;

impl Visitor<'_> {
    /// `GET /rails?before=`.
    pub(super) async fn rails(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let before = query.get("before").map(|text| parse_cursor(text)).transpose()?;
        let mut found = self.instance.index(move |index| index.history(PLAY_RAIL, Class::Rail, before, ROWS.saturating_add(1))).await?;
        let shown = usize::try_from(ROWS).unwrap_or(usize::MAX);
        let has_older = found.len() > shown;
        found.truncate(shown);
        let view = RailsView {
            frame: self.at(AdminPlace::Rails),
            rail: self.rail().await?,
            older_url: found.last().filter(|_| has_older).map(|row| format!("/rails?before={}", cursor(row.place))),
            newest_url: before.map(|_| "/rails".to_owned()),
            rows: found.iter().map(inward).collect(),
        };
        Ok(self.page(StatusCode::OK, page(&view)))
    }

    /// The rail of a test folder; a live one has none.
    async fn rail(&self) -> Result<Option<RailView>, Problem> {
        if !self.instance.is_test() {
            return Ok(None);
        }
        // What a rail owes stands below zero: it brought what wallets have.
        let brought = |state: &market::State| {
            let accounts = state.books().accounts().iter().filter(|account| account.key.party == PLAY_RAIL);
            accounts.map(|account| Money { units: i128::from(account.posted).saturating_neg(), asset: account.key.asset }).collect()
        };
        let brought = self.instance.look(move |state, _| brought(state)).await?;
        let stopped = self.instance.rail.stopped();
        let press = self.form(if stopped.is_some() { "/rails/start" } else { "/rails/stop" });
        Ok(Some(RailView { name: PLAY, stopped, brought, press }))
    }

    /// `POST /rails/stop` and `POST /rails/start`.
    pub(super) async fn set_rail(&self, login: &SignedIn, form: &BTreeMap<String, String>, taking: Taking) -> Result<Reply, Problem> {
        let rail = form.get("rail").map_or("", String::as_str);
        rails::set(self.instance, rail, (taking, Doer::operator(login.party, self.visit)), self.visit.now).await?;
        Ok(door::see_other("/rails"))
    }
}

fn inward(row: &HistoryRow) -> InwardRow {
    let amount = Money { units: i128::from(row.amount).saturating_neg(), asset: row.asset };
    InwardRow { at: row.at, amount, url: format!("/books/{}", cursor(row.place)) }
}
