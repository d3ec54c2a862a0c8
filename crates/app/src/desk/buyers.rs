//! `/buyers`: who buys, by the names this payee knows them by; never who they are.

use super::Visitor;
use super::filter::Filter;
use super::tally::Buyer;
use crate::door::Reply;
use crate::web::desk::{self, BuyerRow, BuyersView, Place};
use http::StatusCode;
use money::{Party, Timestamp};
use protocol::problem::Problem;
use std::collections::BTreeMap;

/// Lines of a page.
const ROWS: usize = 50;

/// A list goes on after the buyer of this reference, who bought last at this instant.
struct After {
    at: Timestamp,
    reference: String,
}

impl After {
    fn parse(text: &str) -> Result<After, Problem> {
        let read = || {
            let (at, reference) = text.split_once('.')?;
            Some(After { at: Timestamp(at.parse().ok()?), reference: reference.to_owned() })
        };
        read().ok_or_else(|| Problem::BadRequest { detail: "`before` is a cursor that an earlier answer gave".to_owned() })
    }
}

impl Visitor<'_> {
    /// `GET /buyers?before=`.
    pub(super) async fn buyers(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let after = query.get("before").map(|text| After::parse(text)).transpose()?;
        let (all, mut found) = self
            .door
            .tallies
            .read(self.instance, &self.payee, |tally| {
                let listed = tally.buyers_before(after.as_ref().map(|after| after.at));
                (tally.buyers(), self.following(listed, after.as_ref(), ROWS.saturating_add(1)))
            })
            .await?;
        let has_older = found.len() > ROWS;
        found.truncate(ROWS);
        let older = |(reference, buyer): &(String, Buyer)| format!("/buyers?before={}.{reference}", buyer.last.0);
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

    /// Buyers with their references, those up to the cursor left out. Several may have bought last at the same instant.
    fn following(&self, listed: impl Iterator<Item = (Party, Buyer)>, after: Option<&After>, most: usize) -> Vec<(String, Buyer)> {
        let mut named = listed.map(|(party, buyer)| (self.payee.reference(&self.instance.keys, party), buyer)).peekable();
        let Some(after) = after else { return named.take(most).collect() };
        let mut same = Vec::new();
        while let Some(one) = named.next_if(|(_, buyer)| buyer.last == after.at) {
            same.push(one);
        }
        let skipped = same.iter().position(|(reference, _)| *reference == after.reference).map_or(0, |at| at.saturating_add(1));
        same.into_iter().skip(skipped).chain(named).take(most).collect()
    }

    /// All of them, for a file.
    pub(super) async fn all_buyers(&self) -> Result<Vec<(String, Buyer)>, Problem> {
        let all = self.door.tallies.read(self.instance, &self.payee, |tally| tally.buyers_before(None).collect::<Vec<_>>()).await?;
        Ok(self.following(all.into_iter(), None, usize::MAX))
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
