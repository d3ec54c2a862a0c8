//! Every account's balance, from the legs alone.

use ledger::{AccountKey, Leg};
use market::{Class, Place, Record};
use money::{Asset, Party};
use std::collections::BTreeMap;

/// What is wrong, and with which account.
pub(super) type Wrong = (Option<u32>, String);

/// The accounts by number, in the order of opening.
#[derive(Default)]
pub struct Accounts {
    rows: Vec<Row>,
    known: BTreeMap<AccountKey, u32>,
}

/// One account.
struct Row {
    key: AccountKey,
    balance: i128,
    /// Where it was posted to last: frame sequence × 65,536 + record number, 0 for nowhere.
    last: u64,
}

impl Accounts {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// An account's key.
    #[must_use]
    pub fn key(&self, number: u32) -> Option<&AccountKey> {
        self.row(number).map(|row| &row.key)
    }

    /// An account's balance.
    #[must_use]
    pub fn balance(&self, number: u32) -> Option<i128> {
        self.row(number).map(|row| row.balance)
    }

    /// What a party has in its wallet of an asset, over all lots.
    #[must_use]
    pub fn funded(&self, party: Party, asset: Asset) -> i128 {
        let first = AccountKey { party, asset, class: Class::Funded, lot: None };
        let own = self.known.range(first..).take_while(|(key, _)| (key.party, key.asset, key.class) == (party, asset, Class::Funded));
        own.fold(0, |sum, (_, number)| sum.saturating_add(self.balance(*number).unwrap_or(0)))
    }

    /// Where an account was posted to last; frame 0 for nowhere.
    #[must_use]
    pub fn last_place(&self, number: u32) -> Place {
        let last = self.row(number).map_or(0, |row| row.last);
        Place { frame: last >> 16, record: u16::try_from(last & 0xFFFF).unwrap_or(0) }
    }

    /// All of them: key and balance.
    pub fn iter(&self) -> impl Iterator<Item = (&AccountKey, i128)> {
        self.rows.iter().map(|row| (&row.key, row.balance))
    }

    pub(super) fn last(&self, number: u32) -> u64 {
        self.row(number).map_or(0, |row| row.last)
    }

    pub(super) fn sums(&self) -> BTreeMap<String, i128> {
        let mut sums = BTreeMap::new();
        for row in &self.rows {
            let sum: &mut i128 = sums.entry(row.key.asset.as_str().to_owned()).or_default();
            *sum = sum.saturating_add(row.balance);
        }
        sums
    }

    /// Opens what the record opens and posts its legs.
    pub(super) fn enter(&mut self, record: &Record) -> Result<(), Wrong> {
        for key in &record.applied.posted.opened {
            let number = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
            if self.known.insert(*key, number).is_some() {
                return Err((None, format!("it opens a {} account that is open already", key.class.word())));
            }
            self.rows.push(Row { key: *key, balance: 0, last: 0 });
        }
        let legs = &record.applied.posted.legs;
        let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
        for leg in legs {
            let (number, opened) = (leg.account.0, self.rows.len());
            let row = self.row_mut(number).ok_or_else(|| (Some(number), format!("a leg names it, but {opened} accounts are open")))?;
            row.balance = row.balance.saturating_add(i128::from(leg.amount));
        }
        for leg in legs {
            let Some(row) = self.row(leg.account.0) else { continue };
            let sum = sums.entry(row.key.asset.as_str()).or_default();
            *sum = sum.saturating_add(i128::from(leg.amount));
            if row.balance < 0 && !matches!(row.key.class, Class::Rail) {
                let what = format!("it leaves the {} account at {}, its floor is 0", row.key.class.word(), row.balance);
                return Err((Some(leg.account.0), what));
            }
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            Some((asset, sum)) => Err((None, format!("its legs in {asset} sum to {sum} instead of 0"))),
            None => Ok(()),
        }
    }

    /// Remembers where the accounts of the record were posted to last.
    pub(super) fn posted_at(&mut self, place: Place, record: &Record) {
        let last = packed(place);
        for Leg { account, .. } in &record.applied.posted.legs {
            if let Some(row) = self.row_mut(account.0) {
                row.last = last;
            }
        }
    }

    fn row(&self, number: u32) -> Option<&Row> {
        usize::try_from(number).ok().and_then(|number| self.rows.get(number))
    }

    fn row_mut(&mut self, number: u32) -> Option<&mut Row> {
        usize::try_from(number).ok().and_then(|number| self.rows.get_mut(number))
    }
}

/// A place in one number: frame sequence × 65,536 + record number.
pub(super) fn packed(place: Place) -> u64 {
    place.frame.checked_shl(16).unwrap_or(0) | u64::from(place.record)
}
