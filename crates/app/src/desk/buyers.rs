//! `/buyers`: who buys, by the names this payee knows them by; never who they are.

use super::Visitor;
use super::filter::Filter;
use super::rows::Payee;
use super::tally::{Buyer, Tally};
use crate::door::Reply;
use crate::instance::Instance;
use crate::web::desk::{self, BuyerRow, BuyersView, Place};
use http::StatusCode;
use money::Timestamp;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Lines of a page.
const ROWS: usize = 50;

/// A list goes on after the buyer of this reference, who bought last at this instant.
pub(crate) struct After {
    at: Timestamp,
    reference: String,
}

impl After {
    /// Reads a cursor.
    ///
    /// # Errors
    /// [`Problem::BadRequest`].
    pub fn parse(text: &str) -> Result<After, Problem> {
        let read = || {
            let (at, reference) = text.split_once('.')?;
            Some(After { at: Timestamp(at.parse().ok()?), reference: reference.to_owned() })
        };
        read().ok_or_else(|| Problem::BadRequest { detail: "`before` is a cursor that an earlier answer gave".to_owned() })
    }

    /// The cursor of a buyer.
    pub fn text((reference, buyer): &(String, Buyer)) -> String {
        format!("{}.{reference}", buyer.last.0)
    }
}

/// How many buyers a payee has, and at most so many of them by their references, those up to the cursor left out: the one who
/// bought last comes first.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn buyers(
    instance: &Arc<Instance>,
    payee: &Payee,
    after: Option<&After>,
    most: usize,
) -> Result<(usize, Vec<(String, Buyer)>), Problem> {
    let read = |tally: &Tally| {
        let listed = tally.buyers_before(after.map(|after| after.at));
        let named = listed.map(|(party, buyer)| (payee.reference(&instance.keys, party), buyer));
        (tally.buyers(), following(named, after, most))
    };
    instance.tallies.read(instance, payee, read).await
}

/// Those up to the cursor left out. Several may have bought last at the same instant.
fn following(named: impl Iterator<Item = (String, Buyer)>, after: Option<&After>, most: usize) -> Vec<(String, Buyer)> {
    let mut named = named.peekable();
    let Some(after) = after else { return named.take(most).collect() };
    let mut same = Vec::new();
    while let Some(one) = named.next_if(|(_, buyer)| buyer.last == after.at) {
        same.push(one);
    }
    let skipped = same.iter().position(|(reference, _)| *reference == after.reference).map_or(0, |at| at.saturating_add(1));
    same.into_iter().skip(skipped).chain(named).take(most).collect()
}

impl Visitor<'_> {
    /// `GET /buyers?before=`.
    pub(super) async fn buyers(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let after = query.get("before").map(|text| After::parse(text)).transpose()?;
        let (all, mut found) = buyers(self.instance, &self.payee, after.as_ref(), ROWS.saturating_add(1)).await?;
        let has_older = found.len() > ROWS;
        found.truncate(ROWS);
        let older = |last: &(String, Buyer)| format!("/buyers?before={}", After::text(last));
        let view = BuyersView {
            frame: self.frame(Place::Buyers),
            older_url: found.last().filter(|_| has_older).map(older),
            newest_url: after.map(|_| "/buyers".to_owned()),
            rows: found.into_iter().map(|(reference, buyer)| self.buyer_row(reference, &buyer)).collect(),
            all: u64::try_from(all).unwrap_or(u64::MAX),
            csv_url: "/buyers.csv".to_owned(),
            json_url: "/buyers.json".to_owned(),
        };
        Ok(self.page(StatusCode::OK, desk::buyers(&view)))
    }

    fn buyer_row(&self, reference: String, buyer: &Buyer) -> BuyerRow {
        // Sixty bits are enough to find one, and fifty of these stand in a page.
        let start = reference.get(..12).unwrap_or(&reference).to_owned();
        let url = Filter { buyer: start, ..Filter::default() }.address("/sales", None);
        BuyerRow {
            reference,
            url,
            pages: u64::try_from(buyer.paid.count).unwrap_or(0),
            paid: self.money(buyer.paid.units),
            taken_back: buyer.back,
            last: buyer.last,
        }
    }
}
