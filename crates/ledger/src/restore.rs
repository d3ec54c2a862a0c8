//! Books put together again from rows that were kept of others. The rows are not believed: what no verb could have left
//! behind is refused, so that the books that come out keep the same laws as books that were posted to.

use crate::{Account, AccountId, AccountKey, Books, CapturedLeg, HashKey, Hold, HoldId, PostingPlace};
use money::{Amount, CommandId};
use std::collections::BTreeMap;
use std::fmt;

/// Books under construction: all accounts in the order of their numbers, then captures in the order in which they were
/// made, then open holds.
#[derive(Debug)]
pub struct Restore {
    books: Books,
    /// What the holds keep back, to be compared with what the accounts say.
    held: BTreeMap<AccountId, Amount>,
}

/// Rows that no books have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unsound(
    /// Which row or law.
    pub &'static str,
);

impl Restore {
    /// Begins with empty books that hash with `key`.
    #[must_use]
    pub fn new(key: HashKey) -> Restore {
        Restore { books: Books::new(key), held: BTreeMap::new() }
    }

    /// What is there so far.
    #[must_use]
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// The next account, with its figures in base units and the place of its last posting.
    ///
    /// # Errors
    /// [`Unsound`] for an account that is there already or stands below its floor.
    pub fn account(&mut self, key: AccountKey, posted: i64, held: Amount, last: PostingPlace) -> Result<(), Unsound> {
        let below = key.class.has_floor() && posted < held.credit();
        if below || self.books.id_of(&key).is_some() {
            return Err(Unsound("account"));
        }
        self.books.enter(Account { key, posted, held, last, sibling: None });
        Ok(())
    }

    /// The next capture, with what was given back of each leg.
    ///
    /// # Errors
    /// [`Unsound`] for an id that is there already, no legs, a leg of an unknown account or one that gave back more than it
    /// captured.
    pub fn capture(&mut self, id: CommandId, legs: &[CapturedLeg]) -> Result<(), Unsound> {
        let unsound = |leg: &CapturedLeg| self.books.by_id(leg.account).is_none() || leg.refunded.units() > leg.amount.unsigned_abs();
        if legs.is_empty() || legs.iter().any(unsound) || self.books.capture_of(id).is_some() {
            return Err(Unsound("capture"));
        }
        self.books.captures.enter(&self.books.key, id, legs.iter().copied());
        Ok(())
    }

    /// An open hold; its parts are kept back by their accounts already.
    ///
    /// # Errors
    /// [`Unsound`] for an id that is there already, an unknown account, or parts that are not what is left of the cap.
    pub fn hold(&mut self, id: HoldId, hold: Hold) -> Result<(), Unsound> {
        let unsound = Unsound("hold");
        let mut sum = Some(hold.drawn);
        for (key, part) in &hold.parts {
            let account = self.books.id_of(key).ok_or(unsound)?;
            let held = self.held.entry(account).or_default();
            *held = held.checked_add(*part).ok_or(unsound)?;
            sum = sum.and_then(|sum| sum.checked_add(*part));
        }
        let open = (!hold.parts.is_empty() || hold.on_expiry == crate::OnExpiry::Capture) && sum == Some(hold.cap);
        if !open || self.books.holds.contains_key(&id) {
            return Err(unsound);
        }
        self.books.enter_hold(id, hold);
        Ok(())
    }

    /// The books, when nothing follows.
    ///
    /// # Errors
    /// [`Unsound`] unless each asset sums to zero and each account keeps back what its holds say.
    pub fn finish(self) -> Result<Books, Unsound> {
        let Restore { books, held } = self;
        let all = (0..=u32::MAX).map(AccountId).zip(books.accounts());
        let mut other = all.filter(|(id, account)| held.get(id).copied().unwrap_or(Amount::ZERO) != account.held);
        if other.next().is_some() {
            return Err(Unsound("held value"));
        }
        if books.sums().values().any(|sum| *sum != 0) {
            return Err(Unsound("sum of all accounts"));
        }
        Ok(books)
    }
}

impl fmt::Display for Unsound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no books have such a {}", self.0)
    }
}

impl std::error::Error for Unsound {}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]
mod tests;
