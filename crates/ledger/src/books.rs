//! The books: accounts, postings and the checks no posting gets around.

use crate::{Account, AccountId, AccountKey, Capture, Class, Hold, HoldId, Rejection};
use money::{Amount, Asset, CommandId, Party, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// One side of a posting as a verb asks for it: positive adds to the account, negative takes from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Which account; opened by its first posting.
    pub account: AccountKey,
    /// Signed base units, never zero in an applied posting.
    pub amount: i64,
}

/// One side of an applied posting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leg {
    /// The account's dense number.
    pub account: AccountId,
    /// Signed base units.
    pub amount: i64,
}

/// What an applied verb did, in full: replaying these alone gives every balance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Posted {
    /// Accounts opened by it, in the order of their numbers.
    pub opened: Vec<AccountKey>,
    /// The legs; per asset they sum to zero.
    pub legs: Vec<Leg>,
}

/// All accounts, holds and captures of one instance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Books {
    accounts: Vec<Account>,
    index: BTreeMap<AccountKey, AccountId>,
    pub(crate) captures: BTreeMap<CommandId, Capture>,
    pub(crate) holds: BTreeMap<HoldId, Hold>,
    pub(crate) expiries: BTreeSet<(Timestamp, HoldId)>,
}

impl Books {
    /// Moves value between us and a rail: a posting that is never captured against and cannot be refunded here.
    ///
    /// # Errors
    /// [`Rejection::Unbalanced`], [`Rejection::Overflow`], [`Rejection::Insufficient`].
    pub fn settle(&mut self, entries: &[Entry]) -> Result<Posted, Rejection> {
        self.check(entries)?;
        Ok(self.post(entries))
    }

    /// Hold and capture at once: the posting is remembered under `id`, so that it can be refunded leg by leg.
    ///
    /// # Errors
    /// [`Rejection::IdTaken`], else as for [`Books::settle`].
    pub fn charge(&mut self, id: CommandId, entries: &[Entry]) -> Result<Posted, Rejection> {
        if self.captures.contains_key(&id) {
            return Err(Rejection::IdTaken);
        }
        self.check(entries)?;
        let posted = self.post(entries);
        self.captures.insert(id, Capture::new(&posted.legs));
        Ok(posted)
    }

    /// The account of a key, if it was ever posted to.
    #[must_use]
    pub fn account(&self, key: &AccountKey) -> Option<&Account> {
        self.index.get(key).and_then(|id| self.by_id(*id))
    }

    /// The account of a number.
    #[must_use]
    pub fn by_id(&self, id: AccountId) -> Option<&Account> {
        self.accounts.get(usize::try_from(id.0).ok()?)
    }

    /// All accounts in the order of their numbers.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The accounts of one party, asset and class, over all lots, in the order of the lots.
    pub fn accounts_of(&self, party: Party, asset: Asset, class: Class) -> impl Iterator<Item = &Account> {
        let from = AccountKey { party, asset, class, lot: None };
        let to = AccountKey { party, asset, class, lot: Some(CommandId([0xff; 16])) };
        self.index.range(from..=to).filter_map(|(_, id)| self.by_id(*id))
    }

    /// The sum of all accounts, asset by asset. It is zero, always; this is how anyone can see it.
    #[must_use]
    pub fn sums(&self) -> BTreeMap<Asset, i128> {
        let mut sums = BTreeMap::new();
        for account in &self.accounts {
            let sum: &mut i128 = sums.entry(account.key.asset).or_default();
            *sum = sum.saturating_add(i128::from(account.posted));
        }
        sums
    }

    /// Open holds.
    pub fn holds(&self) -> impl Iterator<Item = (&HoldId, &Hold)> {
        self.holds.iter()
    }

    /// The capture of an id.
    #[must_use]
    pub fn capture_of(&self, id: CommandId) -> Option<&Capture> {
        self.captures.get(&id)
    }

    /// Every rule a posting must keep, tried before anything changes.
    pub(crate) fn check(&self, entries: &[Entry]) -> Result<(), Rejection> {
        let mut nets: BTreeMap<AccountKey, i128> = BTreeMap::new();
        let mut sums: BTreeMap<Asset, i128> = BTreeMap::new();
        for entry in entries {
            let amount = i128::from(entry.amount);
            let net = nets.entry(entry.account).or_default();
            *net = net.saturating_add(amount);
            let sum = sums.entry(entry.account.asset).or_default();
            *sum = sum.saturating_add(amount);
        }
        if entries.iter().any(|entry| entry.amount == 0) || sums.is_empty() || sums.values().any(|sum| *sum != 0) {
            return Err(Rejection::Unbalanced);
        }
        nets.iter().try_for_each(|(key, net)| self.check_account(key, *net))
    }

    fn check_account(&self, key: &AccountKey, net: i128) -> Result<(), Rejection> {
        let account = self.account(key);
        let posted = account.map_or(0, |account| account.posted);
        let held = account.map_or(Amount::ZERO, |account| account.held);
        let after = i128::from(posted).saturating_add(net);
        if i64::try_from(after).is_err() {
            return Err(Rejection::Overflow);
        }
        let floor = i128::from(held.units());
        if !key.class.has_floor() || net >= 0 || after >= floor {
            return Ok(());
        }
        let short = floor.saturating_sub(after);
        let short_by = u64::try_from(short).ok().and_then(Amount::new).unwrap_or(Amount::MAX);
        Err(Rejection::Insufficient { available: account.map_or(Amount::ZERO, Account::available), short_by })
    }

    /// Applies a checked posting; opens what it is first to name.
    pub(crate) fn post(&mut self, entries: &[Entry]) -> Posted {
        let mut posted = Posted { opened: Vec::new(), legs: Vec::with_capacity(entries.len()) };
        for entry in entries {
            let id = self.open(entry.account, &mut posted.opened);
            let account = self.at(id);
            account.posted = account.posted.checked_add(entry.amount).expect("check() tried every net change");
            posted.legs.push(Leg { account: id, amount: entry.amount });
        }
        posted
    }

    fn open(&mut self, key: AccountKey, opened: &mut Vec<AccountKey>) -> AccountId {
        if let Some(id) = self.index.get(&key) {
            return *id;
        }
        let id = AccountId(u32::try_from(self.accounts.len()).expect("fewer than 2^32 accounts fit in memory"));
        self.accounts.push(Account { key, posted: 0, held: Amount::ZERO });
        self.index.insert(key, id);
        opened.push(key);
        id
    }

    pub(crate) fn at(&mut self, id: AccountId) -> &mut Account {
        let at = usize::try_from(id.0).expect("an account number fits in memory");
        self.accounts.get_mut(at).expect("account numbers are only given out by open()")
    }

    pub(crate) fn id_of(&self, key: &AccountKey) -> Option<AccountId> {
        self.index.get(key).copied()
    }
}
