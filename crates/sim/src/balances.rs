//! The books against the oracle's balances, after every step, fast enough for hundreds of thousands of them.

use crate::model::{Model, Purse};
use ledger::{Account, Books, Class};
use money::Asset;

/// Which of the oracle's purses each account belongs to, by account number. Accounts are only ever added, so this is
/// kept from step to step; after a crash that lost a record it is begun anew.
#[derive(Default)]
pub(crate) struct Balances {
    purses: Vec<Purse>,
    purse_of: Vec<usize>,
}

impl Balances {
    /// Held within posted, each asset's sum zero, and each balance as the oracle has it.
    pub fn check(&mut self, books: &Books, model: &Model) -> Result<(), String> {
        let known = self.purse_of.len();
        for account in books.accounts().iter().skip(known) {
            self.learn(account);
        }
        let mut balances = vec![0_i128; self.purses.len()];
        for (account, at) in books.accounts().iter().zip(&self.purse_of) {
            if account.key.class.has_floor() && account.posted < account.held.credit() {
                return Err(format!("held more than posted: {account:?}"));
            }
            let balance = balances.get_mut(*at).expect("learn() numbered it");
            *balance = balance.saturating_add(i128::from(account.posted));
        }
        for (purse, is) in self.purses.iter().zip(&balances) {
            let should = model.has(*purse);
            if *is != should {
                return Err(format!("{purse:?} holds {is}, by the oracle {should}"));
            }
        }
        let (ours, theirs) = (balances.iter().filter(|is| **is != 0).count(), model.money.values().filter(|is| **is != 0).count());
        if ours != theirs {
            return Err(format!("{ours} purses hold something, by the oracle {theirs}"));
        }
        self.sums_are_zero(&balances)
    }

    fn sums_are_zero(&self, balances: &[i128]) -> Result<(), String> {
        let mut sums: Vec<(Asset, i128)> = Vec::new();
        for ((_, asset, _), balance) in self.purses.iter().zip(balances) {
            match sums.iter_mut().find(|(of, _)| of == asset) {
                Some((_, sum)) => *sum = sum.saturating_add(*balance),
                None => sums.push((*asset, *balance)),
            }
        }
        if let Some((asset, sum)) = sums.iter().find(|(_, sum)| *sum != 0) {
            return Err(format!("the accounts of {asset} sum to {sum}"));
        }
        Ok(())
    }

    fn learn(&mut self, account: &Account) {
        let kind = match account.key.class {
            Class::Funded => "funded",
            Class::EarnedPending => "earned",
            Class::Fee => "fee",
            Class::Rail => "rail",
        };
        let purse = (account.key.party, account.key.asset, kind);
        let at = self.purses.iter().position(|known| *known == purse).unwrap_or_else(|| {
            self.purses.push(purse);
            self.purses.len().saturating_sub(1)
        });
        self.purse_of.push(at);
    }
}
