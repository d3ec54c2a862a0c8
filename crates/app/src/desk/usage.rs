//! `/usage`: what was used by the unit: sessions that go on and those that are over, and units by offer and day.

use super::Visitor;
use super::rows::Payee;
use crate::door::Reply;
use crate::instance::Instance;
use crate::sessions::{self, Captured, Standing, Units, units_of};
use crate::wallet::{cursor, parse_cursor};
use crate::web::Money;
use crate::web::desk::{self, CaptureRow, MeteredRow, Place, SessionRow, SessionView, UsageView, UsedRow};
use crate::web::lang::plain;
use http::StatusCode;
use market::{OfferPrice, State};
use money::{Asset, CommandId, Timestamp};
use protocol::problem::Problem;
use protocol::text::serial;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::index::{Capture, Metered, MeteredOf, Open, Used, Which};

/// Days of UTC that the page shows, today included.
const DAYS: u64 = 30;
/// Captures on the page of one session.
const CAPTURES: u32 = 30;
/// Sessions of a page.
const ROWS: u32 = 12;
/// Rows of days and offers on the page, which calls give all of.
const DAY_ROWS: usize = 20;

/// What was used of a payee's offers, taken at one instant.
pub(crate) struct Usage {
    /// By day of UTC, the latest first, and by offer version.
    pub days: Vec<(Used, Units)>,
    /// What the sessions that go on come to.
    pub open: Open,
    /// What meters counted, by the events' own day and by session.
    pub metered: Vec<(Metered, Units)>,
}

impl Usage {
    /// From one day of UTC to another, both included.
    ///
    /// # Errors
    /// [`Problem::Busy`], [`Problem::Internal`].
    pub async fn of(instance: &Arc<Instance>, payee: &Payee, (from, to): (u64, u64)) -> Result<Usage, Problem> {
        let (handle, asset): (String, Asset) = (payee.handle.clone(), instance.config.asset());
        let read = move |index: &store::index::Index| {
            // The index may go on between the questions: what is captured is asked for last, so that none of it is missing.
            let (open, metered) = (index.open_sessions(&handle, asset)?, index.metered(MeteredOf::Payee(&handle), (from, to))?);
            Ok((index.used(&handle, (from, to))?, open, metered))
        };
        let (used, open, metered) = instance.index(read).await?;
        let (days, metered) = instance
            .look(move |state, _| {
                let with = |used: Used| Some((used, units_of(state, used.offer, (used.units, used.amount))?));
                let of = |metered: Metered| Some((metered, units_of(state, metered.offer, (metered.units, metered.amount))?));
                (used.into_iter().filter_map(with).collect(), metered.into_iter().filter_map(of).collect())
            })
            .await?;
        Ok(Usage { days, open, metered })
    }
}

/// A payee's sessions, the newest first, and from where they go on.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn sessions(
    instance: &Arc<Instance>,
    payee: &Payee,
    (which, before, limit): (Which, Option<market::Place>, u32),
) -> Result<(Vec<Standing>, Option<market::Place>), Problem> {
    let handle = payee.handle.clone();
    let mut rows = instance.index(move |index| index.sessions_of_payee(&handle, which, before, limit.saturating_add(1))).await?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_older = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| has_older).map(|row| row.place);
    Ok((sessions::standings(instance, rows).await?, next))
}

impl Visitor<'_> {
    /// `GET /usage?before=`.
    pub(super) async fn usage(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let before = query.get("before").map(|text| parse_cursor(text)).transpose()?;
        let today = self.visit.now.utc_day();
        let usage = Usage::of(self.instance, &self.payee, (today.saturating_sub(DAYS.saturating_sub(1)), today)).await?;
        let (found, next) = sessions(self.instance, &self.payee, (Which::All, before, ROWS)).await?;
        let open = usage.open;
        let view = UsageView {
            frame: self.frame(Place::Sales),
            open: open.sessions,
            held: self.money(open.held.units().into()),
            drawn: self.money(open.drawn.units().into()),
            waiting: self.money(open.drawn.saturating_sub(open.captured).units().into()),
            days: usage.days.iter().take(DAY_ROWS).map(used_row).collect(),
            metered: metered_rows(&usage.metered),
            sessions: found.iter().map(|standing| self.session_line(standing)).collect(),
            older_url: next.map(|place| format!("/usage?before={}", cursor(place))),
            newest_url: before.map(|_| "/usage".to_owned()),
            bills_url: self.has_bills().await?.then(|| "/bills".to_owned()),
        };
        Ok(self.page(StatusCode::OK, desk::usage(&view)))
    }

    /// `GET /usage/{id}`: one session, what was used in it and where each capture went.
    pub(super) async fn session(&self, id: CommandId) -> Result<Reply, Problem> {
        let standing = sessions::standing(self.instance, id).await?;
        if standing.row.payee != self.payee.handle {
            return Err(Problem::Unknown);
        }
        let row = standing.row.clone();
        let captures = self.instance.index(move |index| index.captures(id, CAPTURES)).await?;
        let captured = move |state: &State, _| {
            let of = |(at, capture): (Timestamp, Capture)| Captured::of(state, &row, (row.place, at), &capture);
            captures.into_iter().filter_map(of).collect::<Vec<_>>()
        };
        let captured: Vec<Captured> = self.instance.look(captured).await?;
        let view = SessionView {
            frame: self.frame(Place::Sales),
            line: self.session_line(&standing),
            until: standing.row.until,
            ended: standing.row.end.map(|end| (end.at, Money::of(end.released, standing.row.asset))),
            units: sessions::units(self.instance, id).await?.iter().filter(|part| part.units > 0).map(units_row).collect(),
            captures: captured.iter().map(|captured| self.capture_row(captured)).collect(),
            all_captures: standing.row.captures.into(),
        };
        Ok(self.page(StatusCode::OK, desk::session(&view)))
    }

    fn capture_row(&self, captured: &Captured) -> CaptureRow {
        let sale = &captured.sold.sale;
        let own = captured.sold.legs.iter().filter(|leg| leg.to == self.payee.handle);
        let earned = own.fold(0, |sum: i128, leg| sum.saturating_add(leg.amount.units().into()));
        CaptureRow {
            at: sale.at,
            units: captured.of.units,
            unit: captured.of.metered.unit.as_str().to_owned(),
            paid: Money::of(sale.charged, sale.asset),
            earned: Money { units: earned, asset: sale.asset },
        }
    }

    /// True if something of this payee's is sold by the unit, or was.
    pub(super) async fn sells_units(&self) -> Result<bool, Problem> {
        let metered = |offer: &market::Offer| offer.payee == self.payee.handle && matches!(offer.price, OfferPrice::Metered(_));
        if self.instance.offers().iter().any(|(_, offer)| metered(offer)) {
            return Ok(true);
        }
        let (found, _) = sessions(self.instance, &self.payee, (Which::All, None, 1)).await?;
        Ok(!found.is_empty())
    }

    fn session_line(&self, standing: &Standing) -> SessionRow {
        let (row, lang) = (&standing.row, self.visit.lang);
        let money = |amount: money::Amount| Money::of(amount, row.asset);
        SessionRow {
            at: row.at,
            buyer: self.payee.reference(&self.instance.keys, row.payer),
            item: row.item.clone(),
            state: match (row.end, standing.is_closing) {
                (Some(_), _) => plain!(lang, "session-ended"),
                (None, true) => plain!(lang, "session-closing"),
                (None, false) => plain!(lang, "session-open"),
            },
            url: format!("/usage/{}", serial(row.id)),
            is_over: row.end.is_some(),
            held: money(row.cap),
            drawn: money(row.drawn),
            captured: money(row.captured),
            waiting: money(standing.waiting()),
        }
    }
}

/// The sessions of a day and an offer version together.
fn metered_rows(all: &[(Metered, Units)]) -> Vec<MeteredRow> {
    let mut rows: Vec<(u64, &Units, MeteredRow)> = Vec::new();
    for (metered, units) in all {
        let same = rows.iter_mut().find(|(day, of, _)| *day == metered.day && of.offer == units.offer);
        let amount = i128::from(metered.amount.units());
        if let Some((.., row)) = same {
            row.events = row.events.saturating_add(metered.events);
            row.units = row.units.saturating_add(metered.units);
            row.drawn.units = row.drawn.units.saturating_add(amount);
            row.unbilled = row.unbilled.saturating_add(metered.unbilled);
            continue;
        }
        let row = MeteredRow {
            day: Timestamp::from_seconds(metered.day.saturating_mul(86_400)),
            offer: units.name.clone(),
            events: metered.events,
            units: metered.units,
            unit: units.metered.unit.as_str().to_owned(),
            drawn: Money { units: amount, asset: units.metered.asset },
            unbilled: metered.unbilled,
        };
        rows.push((metered.day, units, row));
    }
    rows.into_iter().take(DAY_ROWS).map(|(.., row)| row).collect()
}

fn used_row((used, units): &(Used, Units)) -> UsedRow {
    UsedRow { day: Some(Timestamp::from_seconds(used.day.saturating_mul(86_400))), ..units_row(units) }
}

fn units_row(units: &Units) -> UsedRow {
    UsedRow {
        day: None,
        offer: units.name.clone(),
        units: units.units,
        unit: units.metered.unit.as_str().to_owned(),
        price: Money::of(units.metered.rate.amount, units.metered.asset),
        per: units.metered.rate.per.get(),
        paid: Money::of(units.amount, units.metered.asset),
    }
}
