//! Where what a payer paid went: *payer total = payee net + each fee + refunds*, the total from the index, the parts from the
//! books.

use market::Metered;
use money::{Amount, CommandId};
use std::collections::BTreeMap;
use store::index::{HistoryRow, Kind, Return};

/// Who got what of a sale.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Shares {
    /// Handle of the payee that owned the offer.
    pub payee: String,
    /// What was charged.
    pub charged: Amount,
    /// What is counted and what it costs, if it was sold by the unit.
    pub metered: Option<Metered>,
    /// The legs of its split.
    pub legs: Vec<Got>,
}

/// What one leg got.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Got {
    /// Whose it is.
    pub name: Name,
    /// How much.
    pub amount: Amount,
}

/// Whose a leg is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Name {
    /// A payee's, by its handle.
    Payee(String),
    /// The operator's, by the leg's label.
    Fee(String),
}

/// The parts of all that was paid in a month, in base units. A part is below zero where more of it was taken back, of sales
/// before this month, than was paid.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Division {
    /// Paid in all.
    pub total: i64,
    /// What payees kept of it, by handle.
    pub payees: BTreeMap<String, i64>,
    /// What the operator kept, by the label of the leg.
    pub fees: BTreeMap<String, i64>,
    /// Given as tips, which are for good.
    pub tips: i64,
    /// Taken back.
    pub refunds: i64,
}

impl Division {
    /// The division of these lines of a payer; none unless the parts are the total, and each sale what was charged for it.
    pub fn of(rows: &[HistoryRow], shares: &BTreeMap<CommandId, Shares>) -> Option<Division> {
        let mut division = Division::default();
        for row in rows {
            let units = row.amount.checked_abs()?;
            match row.kind {
                Kind::TopUp => continue,
                Kind::Tip => {
                    division.total = division.total.checked_add(units)?;
                    division.tips = division.tips.checked_add(units)?;
                }
                // A capture is a sale of what was used, under the id of its own.
                Kind::Sale | Kind::Session => {
                    division.total = division.total.checked_add(units)?;
                    division.share(shares.get(&row.receipt()?)?, units)?;
                }
                Kind::Refund => {
                    division.refunds = division.refunds.checked_add(units)?;
                    division.unshare(shares.get(&row.sale?)?, (row.given?, units))?;
                }
            }
        }
        (division.parts()? == division.total).then_some(division)
    }

    /// What all payees kept.
    pub fn kept(&self) -> Option<i64> {
        sum(self.payees.values())
    }

    /// All fees.
    pub fn fee(&self) -> Option<i64> {
        sum(self.fees.values())
    }

    fn parts(&self) -> Option<i64> {
        self.kept()?.checked_add(self.fee()?)?.checked_add(self.tips)?.checked_add(self.refunds)
    }

    /// Enters what each got.
    fn share(&mut self, shares: &Shares, units: i64) -> Option<()> {
        if shares.charged.credit() != units {
            return None;
        }
        shares.legs.iter().try_for_each(|leg| self.enter(leg, leg.amount.credit()))
    }

    /// Enters what each gave back of what it got: its part of this refund, which need not be the whole.
    fn unshare(&mut self, shares: &Shares, (given, units): (Return, i64)) -> Option<()> {
        let got: Vec<Amount> = shares.legs.iter().map(|leg| leg.amount).collect();
        if given.returned.credit() != units || given.returned.checked_add(given.left)? > shares.charged {
            return None;
        }
        shares.legs.iter().zip(given.of_legs(&got)).try_for_each(|(leg, back)| self.enter(leg, back.debit()))
    }

    fn enter(&mut self, leg: &Got, units: i64) -> Option<()> {
        let kept = match &leg.name {
            Name::Payee(handle) => self.payees.entry(handle.clone()),
            Name::Fee(label) => self.fees.entry(label.clone()),
        };
        let kept = kept.or_default();
        *kept = kept.checked_add(units)?;
        Some(())
    }
}

fn sum<'a>(mut parts: impl Iterator<Item = &'a i64>) -> Option<i64> {
    parts.try_fold(0_i64, |sum, part| sum.checked_add(*part))
}
