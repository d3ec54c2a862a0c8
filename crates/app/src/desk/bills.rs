//! `/bills`: what the payee's meters came to, month by month and buyer by buyer, on pages and as files.

use super::Visitor;
use super::export::Form;
use crate::bills::{self, LINES};
use crate::door::{self, Reply};
use crate::meters::{Bills, Of, Period, Reader, Whose, bills as bills_of, by_payer, months};
use crate::web::desk::{self, BillBuyer, BillBuyers, Place};
use crate::web::{BillOther, PageKind};
use http::StatusCode;
use market::Unit;
use protocol::problem::Problem;
use std::collections::BTreeMap;

impl Visitor<'_> {
    /// `GET /bills?before=2026-03`.
    pub(super) async fn bills(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let found = months(self.instance, Whose::Payee(self.payee.handle.clone())).await?;
        let view = bills::months_view(&found, query, &|month| {
            bills::month_row(
                month,
                (None, self.instance.config.asset()),
                format!("/bills/{}/{}", Period::of_month(month.month).text(), month.unit.as_str()),
            )
        })?;
        Ok(self.page(StatusCode::OK, desk::bills(&self.frame(Place::Sales), &view)))
    }

    /// `GET /bills/2026-11/tokens`, of all buyers or with `?buyer=` of one.
    pub(super) async fn bills_of(&self, (period, unit): (Period, Unit), query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let skip = bills::skip(query)?;
        let base = format!("/bills/{}/{}", period.text(), unit.as_str());
        let frame = self.frame(Place::Sales);
        if let Some(buyer) = query.get("buyer") {
            let found = self.bills_found((period, unit), Some(buyer)).await?;
            let bill = found.all.into_iter().next().ok_or(Problem::Unknown)?;
            let address = bills::Address { back: base.clone(), base, of: format!("buyer={}&", bill.reference), sessions: "/usage" };
            let other = BillOther::Buyer(bill.reference.clone());
            let view = bills::bill_view(&bill, (period, self.instance.config.asset()), (other, skip), &address);
            return Ok(self.page(StatusCode::OK, desk::bill(&frame, &view)));
        }
        let (standing, payers) = by_payer(self.instance, (self.payee.handle.clone(), unit), period).await?;
        let asset = self.instance.config.asset();
        let row = |(payer, sums): &(money::Party, crate::meters::Sums)| {
            let reference = self.payee.reference(&self.instance.keys, *payer);
            BillBuyer { url: format!("{base}?buyer={reference}"), reference, sums: bills::sums_view(sums, asset) }
        };
        let view = BillBuyers {
            at: period.starts(),
            span: bills::span(period),
            meter: unit.as_str().to_owned(),
            standing: standing.into(),
            rows: payers.iter().skip(skip).take(LINES).map(row).collect(),
            all: u64::try_from(payers.len()).unwrap_or(u64::MAX),
            sum: self.money(payers.iter().fold(0_i128, |sum, (_, sums)| sum.saturating_add(sums.amount.into()))),
            csv_url: format!("{base}.csv"),
            json_url: format!("{base}.json"),
            first_url: (skip > 0).then(|| base.clone()),
            next_url: bills::next(payers.len(), skip).map(|skip| format!("{base}?skip={skip}")),
        };
        Ok(self.page(StatusCode::OK, desk::bill_buyers(&frame, &view)))
    }

    /// `GET /bills/2026-11/tokens.csv` and `.json`, with `?buyer=` of one buyer.
    pub(super) async fn bills_file(
        &self,
        (period, unit): (Period, Unit),
        (query, form): (&BTreeMap<String, String>, Form),
    ) -> Result<Reply, Problem> {
        let found = self.bills_found((period, unit), query.get("buyer")).await?;
        let content = bills::file(&found, form, Reader::Payee)?;
        let test = if self.instance.is_test() { "test-" } else { "" };
        let (payee, meter, period) = (&self.payee.handle, unit.as_str(), period.text());
        let file_name = format!("farthing-{test}{payee}-bill-{meter}-{period}.{}", form.extension());
        let kind = PageKind::Export { content_type: form.content_type(), file_name: &file_name };
        Ok(door::page(self.visit, StatusCode::OK, kind, content))
    }

    /// The bills of a meter, all or one buyer's.
    async fn bills_found(&self, (period, unit): (Period, Unit), buyer: Option<&String>) -> Result<Bills, Problem> {
        let handle = self.payee.handle.clone();
        let (_, payers) = by_payer(self.instance, (handle.clone(), unit), period).await?;
        let of = match buyer {
            None => Of::Payee(handle, unit),
            Some(buyer) => {
                let known = |payer: &money::Party| self.payee.reference(&self.instance.keys, *payer) == *buyer;
                let payer = payers.iter().map(|(payer, _)| *payer).find(known).ok_or(Problem::Unknown)?;
                Of::Both(handle, unit, payer)
            }
        };
        bills_of(self.instance, of, period).await
    }

    /// True if a meter of this payee's counted something.
    pub(super) async fn has_bills(&self) -> Result<bool, Problem> {
        Ok(!months(self.instance, Whose::Payee(self.payee.handle.clone())).await?.is_empty())
    }
}
