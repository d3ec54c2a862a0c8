//! Bills of meters on pages: the same for the desk and the wallet, but for who is on the other side.

use crate::desk::FileForm;
use crate::meters::{Bill, Bills, Line, Month, Period, Reader, Standing, Sums};
use crate::statement::{month_name, month_of};
use crate::web::{BillLine, BillMonth, BillMonths, BillOther, BillSpan, BillStanding, BillSums, BillView, Money};
use money::{Asset, Timestamp};
use protocol::problem::Problem;
use protocol::text::serial;
use std::collections::BTreeMap;

/// Lines of a page.
pub(crate) const LINES: usize = 30;
/// So many lines of months make a page; the month in which they end is told whole.
const MONTHS: usize = 24;

/// Where a bill stands and where it leads.
pub(crate) struct Address {
    /// Its own, less what follows the path.
    pub base: String,
    /// What its question says of it, with an ampersand behind; nothing where the path says all.
    pub of: String,
    /// The list that it is of.
    pub back: String,
    /// Where sessions stand.
    pub sessions: &'static str,
}

impl From<Standing> for BillStanding {
    fn from(standing: Standing) -> BillStanding {
        BillStanding(standing)
    }
}

/// The list of months from where the question says.
///
/// # Errors
/// [`Problem::BadRequest`].
pub(crate) fn months_view(
    found: &[Month],
    query: &BTreeMap<String, String>,
    row: &dyn Fn(&Month) -> BillMonth,
) -> Result<BillMonths, Problem> {
    let unread = || Problem::BadRequest { detail: "`before` is a month such as 2026-03".to_owned() };
    let before = query.get("before").map(|name| month_of(name).ok_or_else(unread)).transpose()?;
    let wanted: Vec<&Month> = found.iter().filter(|month| before.is_none_or(|before| month.month < before)).collect();
    let last = wanted.get(MONTHS.saturating_sub(1)).map_or(0, |month| month.month);
    let rows = wanted.iter().take_while(|month| month.month >= last);
    let has_older = wanted.last().is_some_and(|month| month.month < last);
    Ok(BillMonths {
        rows: rows.map(|month| row(month)).collect(),
        older_url: has_older.then(|| format!("/bills?before={}", month_name(last))),
        newest_url: before.map(|_| "/bills".to_owned()),
    })
}

/// One line of it.
pub(crate) fn month_row(month: &Month, (payee, asset): (Option<String>, Asset), url: String) -> BillMonth {
    BillMonth {
        month: Timestamp::of_utc_month(month.month),
        url,
        payee,
        meter: month.unit.as_str().to_owned(),
        standing: month.standing.into(),
        sums: sums_view(&month.sums, asset),
    }
}

/// One bill from a line on.
pub(crate) fn bill_view(bill: &Bill, (period, asset): (Period, Asset), (other, skip): (BillOther, usize), at: &Address) -> BillView {
    let Address { base, of, back, sessions } = at;
    let day = |day: u64| Timestamp::from_seconds(day.saturating_mul(86_400));
    let line = |line: &Line| BillLine {
        day: day(line.day),
        came: line.came.map(day),
        session_url: format!("{sessions}/{}", serial(line.session)),
        offer: line.of.name.clone(),
        units: line.of.units,
        unit: line.of.metered.unit.as_str().to_owned(),
        price: Money::of(line.of.metered.rate.amount, asset),
        per: line.of.metered.rate.per.get(),
        amount: Money::of(line.of.amount, asset),
        unbilled: line.unbilled,
    };
    let asked = if of.is_empty() { String::new() } else { format!("?{}", of.trim_end_matches('&')) };
    BillView {
        at: period.starts(),
        span: span(period),
        other,
        meter: bill.unit.as_str().to_owned(),
        standing: bill.standing.into(),
        lines: bill.lines.iter().skip(skip).take(LINES).map(line).collect(),
        sums: sums_view(&bill.sums, asset),
        back_url: back.clone(),
        csv_url: format!("{base}.csv{asked}"),
        json_url: format!("{base}.json{asked}"),
        first_url: (skip > 0).then(|| format!("{base}{asked}")),
        next_url: next(bill.lines.len(), skip).map(|skip| format!("{base}?{of}skip={skip}")),
    }
}

/// What a bill comes to.
pub(crate) fn sums_view(sums: &Sums, asset: Asset) -> BillSums {
    let amount = Money { units: sums.amount.into(), asset };
    BillSums { events: sums.events, units: sums.billed(), amount, unbilled: sums.unbilled }
}

/// What a period is.
pub(crate) fn span(period: Period) -> BillSpan {
    if period.is_month() { BillSpan::Month } else { BillSpan::Day }
}

/// How many lines the question leaves out.
///
/// # Errors
/// [`Problem::BadRequest`].
pub(crate) fn skip(query: &BTreeMap<String, String>) -> Result<usize, Problem> {
    let unread = |_| Problem::BadRequest { detail: "`skip` is a number of lines".to_owned() };
    query.get("skip").map_or(Ok(0), |text| text.parse::<u32>().map_err(unread).map(|skip| usize::try_from(skip).unwrap_or(usize::MAX)))
}

/// From where the next page goes on, if there is one.
pub(crate) fn next(all: usize, skip: usize) -> Option<usize> {
    Some(skip.saturating_add(LINES)).filter(|skip| *skip < all)
}

/// The bills as a file.
///
/// # Errors
/// [`Problem::Internal`]; the cause is in the log.
pub(crate) fn file(bills: &Bills, form: FileForm, reader: Reader) -> Result<Vec<u8>, Problem> {
    if form == FileForm::Json {
        return Ok(bills.facts(reader).to_string().into_bytes());
    }
    bills.csv(reader).map_err(|error| {
        tracing::error!(error, "a bill could not be written as CSV");
        Problem::Internal
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meters::Stage;
    use market::Unit;

    fn month(month: u32, unit: &str) -> Month {
        let standing = Standing { stage: Stage::Final, final_at: None };
        Month { month, payee: "harbour".to_owned(), unit: Unit::parse(unit).unwrap(), standing, sums: Sums::default() }
    }

    /// A month is on one page, however many meters it has, and no month is left out between two.
    #[test]
    fn pages_of_months_end_with_a_month() {
        let all: Vec<Month> = (0..60).rev().flat_map(|number| ["a", "b", "c", "d", "e"].map(|unit| month(number, unit))).collect();
        let row = |month: &Month| month_row(month, (None, Asset::fiat("EUR").unwrap()), String::new());
        let mut query = BTreeMap::new();
        let mut seen = 0;
        loop {
            let view = months_view(&all, &query, &row).unwrap();
            assert!(view.rows.len().is_multiple_of(5) && view.rows.len() < MONTHS + 5, "{}", view.rows.len());
            seen += view.rows.len();
            let Some(older) = view.older_url else { break };
            query.insert("before".to_owned(), older.rsplit('=').next().unwrap().to_owned());
        }
        assert_eq!(seen, all.len());
        query.insert("before".to_owned(), "soon".to_owned());
        assert!(months_view(&all, &query, &row).is_err());
    }

    #[test]
    fn pages_of_lines_follow_each_other() {
        assert_eq!((next(30, 0), next(31, 0), next(61, 30), next(60, 30)), (None, Some(30), Some(60), None));
        assert!(skip(&BTreeMap::from([("skip".to_owned(), "-1".to_owned())])).is_err());
    }
}
