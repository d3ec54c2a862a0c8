//! `/fees`: where the money of all sales went, by the name of each share.

use super::Visitor;
use super::rows::Payee;
use super::tally::{LegName, Sum, Tally};
use crate::door::Reply;
use crate::instance::Instance;
use crate::web::desk::{self, FeesView, Place, ShareOf, ShareSum};
use http::StatusCode;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What went to whom under which name: in a month, and in all.
type Shares = BTreeMap<LegName, Sum>;

/// Where the money of a payee's own sales went: in a month of UTC, and since the first sale.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn shares(instance: &Arc<Instance>, payee: &Payee, month: u32) -> Result<(Shares, Shares), Problem> {
    let read = |tally: &Tally| {
        let mut all = Shares::new();
        for (name, sum) in tally.legs.values().flatten() {
            let so_far = all.entry(name.clone()).or_default();
            *so_far = so_far.with(*sum);
        }
        (tally.legs.get(&month).cloned().unwrap_or_default(), all)
    };
    instance.tallies.read(instance, payee, read).await
}

impl Visitor<'_> {
    /// `GET /fees`.
    pub(super) async fn fees(&self) -> Result<Reply, Problem> {
        let month = self.visit.now.utc_month();
        let (lately, all) = shares(self.instance, &self.payee, month).await?;
        let shares: Vec<ShareSum> = all.iter().map(|(name, sum)| self.share_sum(name, *sum, lately.get(name).copied())).collect();
        let total = |sums: &Shares| self.money(sums.values().map(|sum| sum.units).fold(0, i128::saturating_add));
        let view =
            FeesView { frame: self.frame(Place::Fees), month: self.visit.now, month_total: total(&lately), total: total(&all), shares };
        Ok(self.page(StatusCode::OK, desk::fees(&view)))
    }

    fn share_sum(&self, name: &LegName, all: Sum, month: Option<Sum>) -> ShareSum {
        let whose = match name.to.as_str() {
            "operator" => ShareOf::Operator,
            to if to == self.payee.handle => ShareOf::Us,
            _ => ShareOf::Others,
        };
        ShareSum {
            whose,
            label: name.label.clone(),
            name: self.name_of(&name.to),
            sales: u64::try_from(all.count).unwrap_or(0),
            month: self.money(month.unwrap_or_default().units),
            all: self.money(all.units),
        }
    }
}
