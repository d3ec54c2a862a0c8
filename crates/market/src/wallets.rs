//! Wallets: one row for a party's value in an asset, with what it spent in the running day and month.

use crate::guard::Window;
use crate::months::{Calendar, Month};
use ledger::{AccountId, Hash, HashKey, Index};
use money::{Amount, Asset, CommandId, Party, Timestamp};

/// A party's open lot in an asset and what it spends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Wallet {
    pub party: Party,
    pub asset: Asset,
    /// The top-up whose lot is open.
    pub lot: CommandId,
    /// The account that holds the open lot.
    pub account: AccountId,
    pub spent: Spent,
    /// The row of the payer's last sale in this asset.
    pub last_sale: Option<u32>,
}

/// Spending in the calendar windows that the last spending fell in, what was taken back left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Spent {
    pub day: u64,
    pub today: Amount,
    /// When the month began.
    pub since: Timestamp,
    pub this_month: Amount,
}

/// All wallets in the order of their first top-up.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Wallets {
    rows: Vec<Wallet>,
    by_owner: Index,
}

impl Spent {
    /// Enters what is spent at `now`.
    pub fn add(&mut self, amount: Amount, now: Timestamp, calendar: Option<&Calendar>) {
        self.turn(now, calendar);
        self.put(amount, now);
    }

    /// Enters what was spent at `at`, in the windows that run.
    pub fn put(&mut self, amount: Amount, at: Timestamp) {
        if at.utc_day() == self.day {
            self.today = self.today.checked_add(amount).unwrap_or(Amount::MAX);
        }
        if at >= self.since {
            self.this_month = self.this_month.checked_add(amount).unwrap_or(Amount::MAX);
        }
    }

    /// Takes out, at `now`, what was spent at `at` and came back.
    pub fn take_back(&mut self, (amount, at): (Amount, Timestamp), now: Timestamp, calendar: Option<&Calendar>) {
        self.turn(now, calendar);
        if at.utc_day() == self.day {
            self.today = self.today.saturating_sub(amount);
        }
        if at >= self.since {
            self.this_month = self.this_month.saturating_sub(amount);
        }
    }

    /// What was spent in the window that `now` lies in.
    pub fn within(&self, window: Window, now: Timestamp, calendar: Option<&Calendar>) -> Amount {
        let mut current = *self;
        current.turn(now, calendar);
        match window {
            Window::Day => current.today,
            Window::Month => current.this_month,
            Window::Each => Amount::ZERO,
        }
    }

    /// Begins the windows anew that ended before `now`. By UTC, the month is looked at only when the day is another.
    pub fn turn(&mut self, now: Timestamp, calendar: Option<&Calendar>) {
        let day = now.utc_day();
        if day != self.day {
            (self.day, self.today) = (day, Amount::ZERO);
        } else if calendar.is_none() {
            return;
        }
        let since = Month::by(calendar, now).since;
        if since != self.since {
            (self.since, self.this_month) = (since, Amount::ZERO);
        }
    }
}

impl Wallets {
    pub fn find(&self, key: &HashKey, party: Party, asset: Asset) -> Option<&Wallet> {
        self.rows.get(self.row_of(key, party, asset)?)
    }

    /// The row that an owner's wallet most likely has, without a look at it.
    pub fn guess(&self, key: &HashKey, party: Party, asset: Asset) -> Option<u32> {
        self.by_owner.guess(hash(key, party, asset))
    }

    /// The wallet of a row.
    pub fn at(&self, row: u32) -> Option<&Wallet> {
        self.rows.get(usize::try_from(row).ok()?)
    }

    /// The row of an owner's wallet, where a guess was made before.
    pub fn row_guessed(&self, key: &HashKey, guess: Option<u32>, (party, asset): (Party, Asset)) -> Option<usize> {
        let owned = |wallet: &Wallet| wallet.party == party && wallet.asset == asset;
        let guessed = guess.and_then(|row| usize::try_from(row).ok()).filter(|row| self.rows.get(*row).is_some_and(owned));
        guessed.or_else(|| self.row_of(key, party, asset))
    }

    /// The wallet of a row that was found.
    pub fn row_mut(&mut self, row: usize) -> Option<&mut Wallet> {
        self.rows.get_mut(row)
    }

    pub fn find_mut(&mut self, key: &HashKey, party: Party, asset: Asset) -> Option<&mut Wallet> {
        let row = self.row_of(key, party, asset)?;
        self.rows.get_mut(row)
    }

    /// Adds the wallet of an owner that has none.
    pub fn enter(&mut self, key: &HashKey, wallet: Wallet) {
        let row = u32::try_from(self.rows.len()).expect("fewer than 2^32 wallets fit in memory");
        self.rows.push(wallet);
        self.by_owner.insert(hash(key, wallet.party, wallet.asset), row);
    }

    pub fn rows(&self) -> &[Wallet] {
        &self.rows
    }

    fn row_of(&self, key: &HashKey, party: Party, asset: Asset) -> Option<usize> {
        let at = |row: u32| usize::try_from(row).ok().and_then(|row| self.rows.get(row));
        let is = |row| at(row).is_some_and(|wallet| wallet.party == party && wallet.asset == asset);
        usize::try_from(self.by_owner.find(hash(key, party, asset), is)?).ok()
    }
}

fn hash(key: &HashKey, party: Party, asset: Asset) -> Hash {
    key.hashing().party(&party).asset(&asset).hash()
}
