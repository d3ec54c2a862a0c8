//! What a month did to a party's value: its lines in the index, checked against the books.
//!
//! Made of the journal alone, so a month that is over is the same whenever it is asked for: what came later, a refund of next
//! month for example, is not in it. The builder takes whose value it is; the wallet asks it for a payer's.

mod division;
mod document;

pub(crate) use division::{Division, Got, Name, Shares};
pub(crate) use document::document;

use crate::instance::Instance;
use crate::wallet::{Line, SaleFacts, metered_of};
use crate::zone::Zone;
use market::{Beneficiary, LegRule, Place, SaleLeg, State};
use money::{Amount, CommandId, OfferId, Timestamp};
use protocol::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use store::index::{Capture, HistoryRow, MonthSum, Of};

/// How often and how long a statement waits for the index to show what the books have.
const WAITS: u32 = 100;
const WAIT: Duration = Duration::from_millis(5);

/// A month of a party's value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Statement {
    /// Whose value.
    pub of: Of,
    /// Which month, since January 1970.
    pub month: u32,
    /// By whose calendar.
    pub zone: Zone,
    /// The month's first instant.
    pub from: Timestamp,
    /// The next month's.
    pub to: Timestamp,
    /// Up to when its lines are known: the end, or the instant it was asked for in a month that is not over.
    pub as_of: Timestamp,
    /// Its figures.
    pub sum: MonthSum,
    /// Its lines, oldest first, with what was true of their sales at `as_of`.
    pub lines: Vec<Line>,
    /// Where what was paid went.
    pub division: Division,
}

/// What the books have of a party's value at an instant.
struct Standing {
    now: Timestamp,
    /// Where its last posting is written.
    last: Option<Place>,
    posted: i64,
}

impl Statement {
    /// The statement of a month, in months since January 1970, by the calendar of a zone. The same month by another zone is
    /// another statement.
    ///
    /// # Errors
    /// [`Problem::Unknown`] for a month in which nothing moved, [`Problem::Busy`] while the index is behind,
    /// [`Problem::Internal`] if index and books disagree, which is logged.
    pub async fn of_month(instance: &Arc<Instance>, of: Of, (month, zone): (u32, Zone)) -> Result<Statement, Problem> {
        let standing = caught_up(instance, of).await?;
        let (from, to) = (zone.month_start(month), zone.month_start(month.saturating_add(1)));
        let as_of = to.min(standing.now);
        let until = to.min(Timestamp(standing.now.0.saturating_add(1)));
        let rows = instance.index(move |index| index.between(of, from, until)).await?;
        let sales: BTreeSet<CommandId> = rows.iter().filter(|row| row.captured.is_none()).filter_map(|row| row.sale).collect();
        let captures: Vec<Capture> = rows.iter().filter_map(|row| row.captured).collect();
        let shares = instance
            .look(move |state, _| {
                let sold = sales.into_iter().filter_map(|id| Some((id, shares_of(state, id)?)));
                sold.chain(captures.iter().filter_map(|capture| Some((capture.id, shares_of_capture(state, capture)?)))).collect()
            })
            .await?;
        if rows.is_empty() {
            return Err(Problem::Unknown);
        }
        let statement = made((of, month, zone), (from, to, as_of), rows, &shares).filter(|made| made.agrees(&standing));
        statement.ok_or_else(|| {
            tracing::error!(month, "the index does not add up to what the books say");
            Problem::Internal
        })
    }

    /// True while its month goes on.
    pub fn is_open(&self) -> bool {
        self.as_of < self.to
    }

    /// The month as addresses and documents name it: `2026-11`.
    pub fn name(&self) -> String {
        month_name(self.month)
    }

    /// True unless its last line is the books' last and another figure stands there.
    fn agrees(&self, standing: &Standing) -> bool {
        let last = self.lines.last().map(|line| (line.row.place, line.row.balance));
        last.is_none_or(|(place, balance)| Some(place) != standing.last || balance == standing.posted)
    }
}

/// Every month, by a zone's calendar, of a party's value in which something moved, newest first.
///
/// # Errors
/// [`Problem::Busy`] while the index is behind, [`Problem::Internal`].
pub(crate) async fn months(instance: &Arc<Instance>, of: Of, zone: Zone) -> Result<Vec<MonthSum>, Problem> {
    caught_up(instance, of).await?;
    instance.index(move |index| index.months(of, &|at| zone.month_of(at))).await
}

/// The name of a month, in months since January 1970.
pub(crate) fn month_name(month: u32) -> String {
    Timestamp::of_utc_month(month).to_string().get(..7).unwrap_or_default().to_owned()
}

/// The month of such a name.
pub(crate) fn month_of(name: &str) -> Option<u32> {
    Timestamp::parse(&format!("{name}-01T00:00:00Z")).map(Timestamp::utc_month)
}

/// Waits until the index has seen the last posting of the party's value: a statement without it would be false.
async fn caught_up(instance: &Arc<Instance>, of: Of) -> Result<Standing, Problem> {
    let standing = instance.look(move |state, now| standing_of(state, of, now)).await?;
    let wanted = standing.last.map_or(0, |place| place.frame);
    for _ in 0..WAITS {
        if instance.index(|index| Ok(index.sequence())).await? >= wanted {
            return Ok(standing);
        }
        tokio::time::sleep(WAIT).await;
    }
    Err(Problem::Busy { retry_after_s: 1 })
}

fn standing_of(state: &State, of: Of, now: Timestamp) -> Standing {
    let start = Standing { now, last: None, posted: 0 };
    state.books().accounts_of(of.party, of.asset, of.class).fold(start, |all, account| Standing {
        now,
        last: all.last.max(Some(Place::unpacked(account.last))),
        posted: all.posted.saturating_add(account.posted),
    })
}

/// Who got what of a sale, from the offer it was made under.
fn shares_of(state: &State, id: CommandId) -> Option<Shares> {
    let sale = state.sale(id)?;
    shares_under(state, sale.offer, sale.charged)
}

/// Who got what of a capture, from the offer that priced what was used.
fn shares_of_capture(state: &State, capture: &Capture) -> Option<Shares> {
    let shares = shares_under(state, capture.offer, capture.amount)?;
    Some(Shares { metered: metered_of(&state.offer(capture.offer)?.offer), ..shares })
}

fn shares_under(state: &State, id: OfferId, charged: Amount) -> Option<Shares> {
    let offer = &state.offer(id)?.offer;
    let got = |(leg, rule): (SaleLeg, &LegRule)| Got {
        name: match rule.to {
            Beneficiary::Operator => Name::Fee(leg.label),
            Beneficiary::Owner | Beneficiary::Payee(_) => Name::Payee(leg.to),
        },
        amount: leg.amount,
    };
    let legs = state.legs_under(id, charged).into_iter().zip(&offer.split).map(got).collect();
    Some(Shares { payee: offer.payee.clone(), charged, metered: None, legs })
}

/// The statement of these rows; none if they do not add up.
fn made(
    (of, month, zone): (Of, u32, Zone),
    (from, to, as_of): (Timestamp, Timestamp, Timestamp),
    rows: Vec<HistoryRow>,
    shares: &BTreeMap<CommandId, Shares>,
) -> Option<Statement> {
    let sum = summed(month, &rows)?;
    let division = Division::of(&rows, shares)?;
    // What went back by the end of the month, by the last of its lines.
    let back: BTreeMap<CommandId, Amount> =
        rows.iter().filter_map(|row| Some((row.sale?, row.given?.span(shares.get(&row.sale?)?.charged).1))).collect();
    let facts = |row: &HistoryRow| {
        let id = row.receipt()?;
        let Shares { payee, charged, .. } = shares.get(&id)?;
        let returned = back.get(&id).copied().unwrap_or(Amount::ZERO);
        Some(SaleFacts { payee: payee.clone(), undo_until: None, taken_back: returned >= *charged, returned })
    };
    let used = |row: &HistoryRow| shares.get(&row.captured?.id)?.metered;
    let lines = rows.into_iter().map(|row| Line { sale: facts(&row), used: used(&row), row, session: None }).collect();
    Some(Statement { of, month, zone, from, to, as_of, sum, lines, division })
}

/// What the rows did; none unless each follows from the one before it.
fn summed(month: u32, rows: &[HistoryRow]) -> Option<MonthSum> {
    let first = rows.first()?;
    let opening = first.balance.checked_sub(first.amount)?;
    let mut sum = MonthSum { month, opening, came_in: 0, went_out: 0, closing: opening, lines: 0 };
    for row in rows {
        sum.came_in = sum.came_in.checked_add(row.amount.max(0))?;
        sum.went_out = sum.went_out.checked_add(row.amount.min(0))?;
        sum.closing = sum.closing.checked_add(row.amount)?;
        sum.lines = sum.lines.checked_add(1)?;
        if sum.closing != row.balance {
            return None;
        }
    }
    Some(sum)
}

#[cfg(test)]
mod tests;
