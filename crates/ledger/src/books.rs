//! The books: accounts, postings and the checks no posting gets around.

use crate::refund::Captures;
use crate::{Account, AccountId, AccountKey, Capture, CapturedLeg, Class, Hash, HashKey, Hold, HoldId, Index, PostingPlace, Rejection};
use money::{Amount, Asset, CommandId, Party, Timestamp};
use smallvec::SmallVec;
use std::collections::{BTreeMap, BTreeSet};

/// One side of a posting as a verb asks for it: positive adds to the account, negative takes from it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Which account; opened by its first posting.
    pub account: AccountKey,
    /// Signed base units, never zero in an applied posting.
    pub amount: i64,
    /// The number of the account, where the asker knows it: it is then not looked for.
    pub known: Option<AccountId>,
}

/// One side of an applied posting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Leg {
    /// The account's dense number.
    pub account: AccountId,
    /// Signed base units.
    pub amount: i64,
    /// Where the account's posting before this one is written.
    pub previous: PostingPlace,
}

/// The legs of a posting; as many as most have stand in place.
pub type Legs = SmallVec<[Leg; 3]>;

/// What an applied verb did, in full: replaying these alone gives every balance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Posted {
    /// Accounts opened by it, in the order of their numbers.
    pub opened: Vec<AccountKey>,
    /// The legs; per asset they sum to zero.
    pub legs: Legs,
}

/// All accounts, holds and captures of one instance.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Books {
    accounts: Vec<Account>,
    by_key: Index,
    /// By party, asset and class: the first account of each, whose siblings follow.
    kinds: Vec<Kind>,
    by_kind: Index,
    pub(crate) captures: Captures,
    pub(crate) holds: BTreeMap<HoldId, Hold>,
    pub(crate) expiries: BTreeSet<(Timestamp, HoldId)>,
    pub(crate) key: HashKey,
}

/// The accounts of one party, asset and class: a chain through [`Account::sibling`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Kind {
    first: AccountId,
    last: AccountId,
}

/// The accounts that entries name, in their order; none for one that the posting will open.
type Found = SmallVec<[Option<AccountId>; 4]>;

impl Entry {
    /// An entry to an account that has to be found.
    #[must_use]
    pub fn new(account: AccountKey, amount: i64) -> Entry {
        Entry { account, amount, known: None }
    }
}

impl Books {
    /// Empty books that hash with `key`.
    #[must_use]
    pub fn new(key: HashKey) -> Books {
        Books { key, ..Books::default() }
    }

    /// Moves value at `place`, between us and a rail or for good: a posting that is never captured against and cannot be
    /// refunded here.
    ///
    /// # Errors
    /// [`Rejection::Unbalanced`], [`Rejection::Overflow`], [`Rejection::Insufficient`].
    pub fn settle(&mut self, place: PostingPlace, entries: &[Entry]) -> Result<Posted, Rejection> {
        let mut posted = Posted::default();
        self.settle_into(&mut posted, place, entries).map(|()| posted)
    }

    /// As [`Books::settle`], with what it did written where the asker keeps it, which is empty. Copied from place to place
    /// right after it was written, in larger pieces than it was written in, it makes the processor wait for memory.
    ///
    /// # Errors
    /// As [`Books::settle`].
    pub fn settle_into(&mut self, posted: &mut Posted, place: PostingPlace, entries: &[Entry]) -> Result<(), Rejection> {
        if let [Entry { known: Some(one), .. }, Entry { known: Some(other), .. }] = entries
            && one != other
        {
            return self.transfer(posted, place, entries, [*one, *other]);
        }
        let found = self.check(entries)?;
        *posted = self.post(place, entries, &found);
        Ok(())
    }

    /// A posting of two known accounts, as most are: the same rules, and nothing to look for.
    fn transfer(&mut self, posted: &mut Posted, place: PostingPlace, entries: &[Entry], ids: [AccountId; 2]) -> Result<(), Rejection> {
        let is_one_asset = entries.iter().zip(entries.iter().skip(1)).all(|(one, other)| one.account.asset == other.account.asset);
        if !is_one_asset || sum(entries.iter()) != 0 || entries.iter().any(|entry| entry.amount == 0) {
            return Err(Rejection::Unbalanced);
        }
        for (entry, id) in entries.iter().zip(ids) {
            debug_assert!(self.by_id(id).is_some_and(|known| known.key == entry.account), "a known number is the key's");
            self.check_account(entry.account.class, Some(id), i128::from(entry.amount))?;
        }
        for (entry, id) in entries.iter().zip(ids) {
            let account = self.at(id);
            account.posted = account.posted.wrapping_add(entry.amount);
            posted.legs.push(Leg { account: id, amount: entry.amount, previous: std::mem::replace(&mut account.last, place) });
        }
        Ok(())
    }

    /// Hold and capture at once: the posting is remembered under `id`, so that it can be refunded leg by leg.
    ///
    /// # Errors
    /// [`Rejection::IdTaken`], else as for [`Books::settle`].
    pub fn charge(&mut self, place: PostingPlace, id: CommandId, entries: &[Entry]) -> Result<Posted, Rejection> {
        if self.captures.contains(&self.key, id) {
            return Err(Rejection::IdTaken);
        }
        let found = self.check(entries)?;
        let posted = self.post(place, entries, &found);
        self.captures.insert(&self.key, id, &posted.legs);
        Ok(posted)
    }

    /// The account of a key, if it was ever posted to.
    #[must_use]
    pub fn account(&self, key: &AccountKey) -> Option<&Account> {
        self.id_of(key).and_then(|id| self.by_id(id))
    }

    /// The number of a key's account, if it was ever posted to.
    #[must_use]
    pub fn id_of(&self, key: &AccountKey) -> Option<AccountId> {
        let is = |row| self.by_id(AccountId(row)).is_some_and(|account| account.key == *key);
        self.by_key.find(key.hash(&self.key), is).map(AccountId)
    }

    /// The account that a key most likely has: a guess, to be made well before it is needed, that costs no look at the
    /// account itself.
    #[must_use]
    pub fn guess(&self, key: &AccountKey) -> Option<AccountId> {
        self.by_key.guess(key.hash(&self.key)).map(AccountId)
    }

    /// As [`Books::id_of`], where a guess was made before.
    #[must_use]
    pub fn id_of_guessed(&self, key: &AccountKey, guess: Option<AccountId>) -> Option<AccountId> {
        let right = guess.filter(|id| self.by_id(*id).is_some_and(|account| account.key == *key));
        right.or_else(|| self.id_of(key))
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

    /// The accounts of one party, asset and class, over all lots, in the order of opening.
    pub fn accounts_of(&self, party: Party, asset: Asset, class: Class) -> impl Iterator<Item = &Account> {
        let kind = self.kind_of(party, asset, class).map(|(_, kind)| kind.first);
        let first = kind.and_then(|first| self.by_id(first));
        std::iter::successors(first, |account| account.sibling.and_then(|next| self.by_id(next)))
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

    /// True if a hold of that id is open.
    #[must_use]
    pub fn has_hold(&self, id: HoldId) -> bool {
        self.holds.contains_key(&id)
    }

    /// All captures in the order in which they were made.
    pub fn captures(&self) -> impl Iterator<Item = (CommandId, &[CapturedLeg])> {
        self.captures.iter()
    }

    /// The capture of an id.
    #[must_use]
    pub fn capture_of(&self, id: CommandId) -> Option<Capture<'_>> {
        self.captures.find(&self.key, id)
    }

    /// Every rule a posting must keep, tried before anything changes.
    pub(crate) fn check(&self, entries: &[Entry]) -> Result<Found, Rejection> {
        if entries.is_empty() || entries.iter().any(|entry| entry.amount == 0) {
            return Err(Rejection::Unbalanced);
        }
        if !is_balanced(entries) {
            return Err(Rejection::Unbalanced);
        }
        let found: Found = entries.iter().map(|entry| entry.known.or_else(|| self.id_of(&entry.account))).collect();
        let named = || entries.iter().zip(&found);
        for (at, (entry, id)) in named().enumerate() {
            debug_assert!(
                id.is_none_or(|id| self.by_id(id).is_some_and(|known| known.key == entry.account)),
                "a known number is the key's"
            );
            // An account is tried with the sum of its entries, where it first occurs. Its number says that it is the same,
            // its key where it has none yet.
            let same = |(other, of): &(&Entry, &Option<AccountId>)| *of == id && (id.is_some() || other.account == entry.account);
            if !named().take(at).any(|other| same(&other)) {
                self.check_account(entry.account.class, *id, sum(named().filter(same).map(|(other, _)| other)))?;
            }
        }
        Ok(found)
    }

    fn check_account(&self, class: Class, id: Option<AccountId>, net: i128) -> Result<(), Rejection> {
        let account = id.and_then(|id| self.by_id(id));
        let posted = account.map_or(0, |account| account.posted);
        let held = account.map_or(Amount::ZERO, |account| account.held);
        let after = i128::from(posted).saturating_add(net);
        if i64::try_from(after).is_err() {
            return Err(Rejection::Overflow);
        }
        let floor = i128::from(held.units());
        if !class.has_floor() || net >= 0 || after >= floor {
            return Ok(());
        }
        let short = floor.saturating_sub(after);
        let short_by = u64::try_from(short).ok().and_then(Amount::new).unwrap_or(Amount::MAX);
        Err(Rejection::Insufficient { available: account.map_or(Amount::ZERO, Account::available), short_by })
    }

    /// Applies a checked posting; opens what it is first to name.
    pub(crate) fn post(&mut self, place: PostingPlace, entries: &[Entry], found: &Found) -> Posted {
        let mut posted = Posted::default();
        for (entry, found) in entries.iter().zip(found) {
            let id = match found {
                Some(id) => *id,
                None => self.open(entry.account, &mut posted.opened),
            };
            let earlier = posted.legs.iter().find(|leg| leg.account == id).map(|leg| leg.previous);
            let account = self.at(id);
            // check() tried the sum of an account's entries; on the way there a wrapped figure comes right again.
            account.posted = account.posted.wrapping_add(entry.amount);
            let previous = earlier.unwrap_or(account.last);
            account.last = place;
            posted.legs.push(Leg { account: id, amount: entry.amount, previous });
        }
        posted
    }

    /// The account of a key; opened if this posting is the first to name it.
    fn open(&mut self, key: AccountKey, opened: &mut Vec<AccountKey>) -> AccountId {
        // An entry before this one of the same posting may have opened it.
        if let Some(id) = opened.contains(&key).then(|| self.id_of(&key)).flatten() {
            return id;
        }
        opened.push(key);
        self.enter(Account { key, posted: 0, held: Amount::ZERO, last: PostingPlace(0), sibling: None })
    }

    /// Adds an account to the books and to what finds it.
    pub(crate) fn enter(&mut self, account: Account) -> AccountId {
        let key = account.key;
        let id = AccountId(u32::try_from(self.accounts.len()).expect("fewer than 2^32 accounts fit in memory"));
        self.accounts.push(account);
        self.by_key.insert(key.hash(&self.key), id.0);
        match self.kind_of(key.party, key.asset, key.class) {
            Some((row, kind)) => {
                self.at(kind.last).sibling = Some(id);
                self.kinds.get_mut(row).expect("just found").last = id;
            }
            None => {
                let row = u32::try_from(self.kinds.len()).expect("there are fewer kinds than accounts");
                self.kinds.push(Kind { first: id, last: id });
                self.by_kind.insert(kind_hash(&self.key, &key), row);
            }
        }
        id
    }

    fn kind_of(&self, party: Party, asset: Asset, class: Class) -> Option<(usize, Kind)> {
        let key = AccountKey { party, asset, class, lot: None };
        let at = |row: u32| self.kinds.get(usize::try_from(row).ok()?);
        let is = |row| {
            let first = at(row).and_then(|kind| self.by_id(kind.first));
            first.is_some_and(|account| AccountKey { lot: None, ..account.key } == key)
        };
        let row = self.by_kind.find(kind_hash(&self.key, &key), is)?;
        Some((usize::try_from(row).ok()?, *at(row)?))
    }

    pub(crate) fn at(&mut self, id: AccountId) -> &mut Account {
        let at = usize::try_from(id.0).expect("an account number fits in memory");
        self.accounts.get_mut(at).expect("account numbers are only given out by enter()")
    }
}

/// Whether the entries of each asset sum to zero. Most postings have one.
fn is_balanced(entries: &[Entry]) -> bool {
    let Some((first, rest)) = entries.split_first() else { return true };
    let of_first = |entry: &&Entry| entry.account.asset == first.account.asset;
    if rest.iter().all(|entry| of_first(&entry)) {
        return sum(entries.iter()) == 0;
    }
    let others: SmallVec<[Entry; 4]> = rest.iter().filter(|entry| !of_first(entry)).copied().collect();
    sum(entries.iter().filter(of_first)) == 0 && is_balanced(&others)
}

fn sum<'a>(entries: impl Iterator<Item = &'a Entry>) -> i128 {
    entries.fold(0, |sum: i128, entry| sum.saturating_add(i128::from(entry.amount)))
}

fn kind_hash(hashes: &HashKey, key: &AccountKey) -> Hash {
    hashes.hashing().party(&key.party).asset(&key.asset).byte(key.class.byte()).hash()
}
