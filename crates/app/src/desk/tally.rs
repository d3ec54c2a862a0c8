//! Sums of what a payee sold, carried on from where they stood when they were last asked for.
//!
//! They are read from the index and the books and are never written anywhere: a restart reads them anew. What they cost at a
//! page is what was sold since the page before.

use super::rows::{CHUNK, Facts, Payee, facts_of_rows};
use crate::instance::Instance;
use market::{Class, Place};
use money::{Amount, Asset, Party, Timestamp};
use protocol::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::index::{HistoryRow, Kind, Return};
use tokio::sync::Mutex;

/// Payees whose sums are kept; more begin anew.
const MOST_PAYEES: usize = 64;
/// Days whose pages are known one by one.
const DAYS_WITH_ITEMS: u64 = 62;

/// The sums of all payees that somebody looked at.
#[derive(Default)]
pub(crate) struct Tallies(Mutex<BTreeMap<String, Arc<Mutex<Tally>>>>);

/// The sums of one payee, in one asset.
#[derive(Default)]
pub(crate) struct Tally {
    upto: Option<Place>,
    /// By UTC day.
    pub days: BTreeMap<u64, Day>,
    /// By UTC month, what each leg of the own sales got.
    pub legs: BTreeMap<u32, BTreeMap<LegName, Sum>>,
    /// By payer.
    buyers: BTreeMap<Party, Buyer>,
    /// Payers by their last purchase.
    order: BTreeSet<(Timestamp, Party)>,
    /// All.
    pub all: Day,
}

/// Who gets a leg, and what it is called.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct LegName {
    /// Handle, or `operator`.
    pub to: String,
    /// The leg's label.
    pub label: String,
}

/// So many, and what they come to.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Sum {
    /// How many.
    pub count: i64,
    /// In base units.
    pub units: i128,
}

/// Which way a sale's money goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    In,
    /// A part of it goes back, and the sale stands.
    Part(Return),
    /// What is left of it goes back: it is taken back.
    Back(Return),
}

/// A day's sums.
#[derive(Clone, Default, Debug)]
pub(crate) struct Day {
    /// What came in less what went back on this day: the books' movement.
    pub earned: i128,
    /// Sales made on this day.
    pub sales: u64,
    /// Of those, taken back by now.
    pub back: u64,
    /// What stands of this day's sales, by page.
    pub items: BTreeMap<String, Sum>,
}

/// One payer's sums.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Buyer {
    /// When they last bought.
    pub last: Timestamp,
    /// Purchases that stand: how many, and what was paid for them.
    pub paid: Sum,
    /// The payee's own share of them.
    pub earned: i128,
    /// Purchases that were taken back.
    pub back: u64,
}

impl Tallies {
    /// The sums of a payee as they are now; `work` reads them.
    ///
    /// # Errors
    /// [`Problem::Busy`], [`Problem::Internal`].
    pub async fn read<T>(&self, instance: &Arc<Instance>, payee: &Payee, work: impl FnOnce(&Tally) -> T) -> Result<T, Problem> {
        let tally = {
            let mut all = self.0.lock().await;
            if all.len() >= MOST_PAYEES && !all.contains_key(&payee.handle) {
                all.clear();
            }
            Arc::clone(all.entry(payee.handle.clone()).or_default())
        };
        let mut tally = tally.lock().await;
        tally.go_on(instance, payee).await?;
        Ok(work(&tally))
    }
}

impl Tally {
    async fn go_on(&mut self, instance: &Arc<Instance>, payee: &Payee) -> Result<(), Problem> {
        let asset = instance.config.asset();
        loop {
            let (party, after) = (payee.party, self.upto);
            let rows = instance.index(move |index| index.onward(party, Class::EarnedPending, after, CHUNK)).await?;
            let facts = facts_of_rows(instance, &rows).await?;
            let is_last = rows.len() < usize::try_from(CHUNK).unwrap_or(usize::MAX);
            for (row, facts) in rows.iter().zip(facts) {
                self.note(row, facts.as_ref(), (payee, asset));
                self.upto = Some(row.place);
            }
            if is_last {
                return Ok(());
            }
        }
    }

    fn note(&mut self, row: &HistoryRow, facts: Option<&Facts>, (payee, asset): (&Payee, Asset)) {
        if row.asset != asset {
            return;
        }
        let amount = i128::from(row.amount);
        for day in [self.days.entry(row.at.utc_day()).or_default(), &mut self.all] {
            day.earned = day.earned.saturating_add(amount);
        }
        let Some(facts) = facts else { return };
        let way = match row.kind {
            Kind::Sale => Way::In,
            Kind::Refund => match row.given {
                Some(given) if given.left.is_zero() => Way::Back(given),
                Some(given) => Way::Part(given),
                None => return,
            },
            // A session is no sale: what it brought is earned, which is entered above, and went to its shares.
            Kind::Session => return self.note_shares(row, (facts, Way::In), payee),
            Kind::TopUp | Kind::Tip => return,
        };
        let sold_on = facts.at.utc_day();
        for day in [self.days.entry(sold_on).or_default(), &mut self.all] {
            match way {
                Way::In => day.sales = day.sales.saturating_add(1),
                Way::Back(_) => day.back = day.back.saturating_add(1),
                Way::Part(_) => {}
            }
        }
        let item = row.item.clone().unwrap_or_default();
        let day = self.days.entry(sold_on).or_default();
        day.items.entry(item).or_default().add(amount, way);
        self.note_shares(row, (facts, way), payee);
        self.note_buyer(facts, amount, way);
        self.forget(row.at.utc_day());
    }

    /// What each share of an own sale got or gave back.
    fn note_shares(&mut self, row: &HistoryRow, (facts, way): (&Facts, Way), payee: &Payee) {
        if facts.owner != payee.handle {
            return;
        }
        let month = self.legs.entry(row.at.utc_month()).or_default();
        let got: Vec<Amount> = facts.legs.iter().map(|leg| leg.amount).collect();
        let moved = match way {
            Way::In => got,
            Way::Part(given) | Way::Back(given) => given.of_legs(&got),
        };
        for (leg, amount) in facts.legs.iter().zip(moved) {
            let name = LegName { to: leg.to.clone(), label: leg.label.clone() };
            month.entry(name).or_default().add(signed(amount, way), way);
        }
    }

    fn note_buyer(&mut self, facts: &Facts, amount: i128, way: Way) {
        let fresh = Buyer { last: facts.at, paid: Sum::default(), earned: 0, back: 0 };
        let buyer = self.buyers.entry(facts.payer).or_insert(fresh);
        self.order.remove(&(buyer.last, facts.payer));
        let paid = match way {
            Way::In => facts.charged,
            Way::Part(given) | Way::Back(given) => given.returned,
        };
        buyer.paid.add(signed(paid, way), way);
        buyer.earned = buyer.earned.saturating_add(amount);
        match way {
            Way::In => buyer.last = facts.at,
            Way::Back(_) => buyer.back = buyer.back.saturating_add(1),
            Way::Part(_) => {}
        }
        self.order.insert((buyer.last, facts.payer));
    }

    /// Pages of days long past are not told apart any more.
    fn forget(&mut self, today: u64) {
        let oldest = today.saturating_sub(DAYS_WITH_ITEMS);
        for (_, day) in self.days.range_mut(..oldest).rev() {
            if day.items.is_empty() {
                break;
            }
            day.items.clear();
        }
    }

    /// The days from so many before today up to it, also those without a sale.
    pub fn lately(&self, today: u64, days: u64) -> Vec<(u64, Day)> {
        let first = today.saturating_sub(days.saturating_sub(1));
        (first..=today).map(|day| (day, self.days.get(&day).cloned().unwrap_or_default())).collect()
    }

    /// How many payers there are.
    pub fn buyers(&self) -> usize {
        self.buyers.len()
    }

    /// Payers by their last purchase, the latest first, from an instant on.
    pub fn buyers_before(&self, before: Option<Timestamp>) -> impl Iterator<Item = (Party, Buyer)> {
        let last = (before.unwrap_or(Timestamp(u64::MAX)), Party([u8::MAX; 20]));
        self.order.range(..=last).rev().filter_map(|(_, payer)| Some((*payer, *self.buyers.get(payer)?)))
    }
}

impl Sum {
    fn add(&mut self, units: i128, way: Way) {
        self.units = self.units.saturating_add(units);
        self.count = match way {
            Way::In => self.count.saturating_add(1),
            Way::Part(_) => self.count,
            Way::Back(_) => self.count.saturating_sub(1),
        };
    }

    /// Both sums.
    pub fn with(self, other: Sum) -> Sum {
        Sum { count: self.count.saturating_add(other.count), units: self.units.saturating_add(other.units) }
    }
}

fn signed(amount: Amount, way: Way) -> i128 {
    let units = i128::from(amount.units());
    match way {
        Way::In => units,
        Way::Part(_) | Way::Back(_) => units.saturating_neg(),
    }
}
