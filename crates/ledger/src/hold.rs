//! Holds: one object for what is promised and not yet moved.

use crate::{AccountKey, Books, Entry, Posted, PostingPlace, Rejection};
use money::{Amount, CommandId, Timestamp};

/// The id of a hold: the command that made it.
pub type HoldId = CommandId;

/// What happens to a hold whose time is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OnExpiry {
    /// All of it can be spent again.
    Release,
    /// Nothing by itself: who made it captures what is due, and then voids the rest. It stays until then, whatever is left of it.
    Capture,
}

/// What a hold is asked to keep back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HoldRequest {
    /// From which accounts, and how much of each; the sum is the cap.
    pub parts: Vec<(AccountKey, Amount)>,
    /// When it lapses.
    pub expires: Timestamp,
    /// And how.
    pub on_expiry: OnExpiry,
}

/// Value kept back in the payer's accounts, out of *available*, until it is captured or released.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// What is still kept back, by account, in the order it will be drawn.
    pub parts: Vec<(AccountKey, Amount)>,
    /// The sum it was opened with.
    pub cap: Amount,
    /// What captures have drawn.
    pub drawn: Amount,
    /// When it lapses.
    pub expires: Timestamp,
    /// And how.
    pub on_expiry: OnExpiry,
}

impl Books {
    /// Keeps value back. Nothing moves: the accounts' *posted* stay, their *available* falls.
    ///
    /// # Errors
    /// [`Rejection::IdTaken`], [`Rejection::Unbalanced`] for an empty hold or one over two assets,
    /// [`Rejection::Insufficient`].
    pub fn hold(&mut self, id: HoldId, request: HoldRequest) -> Result<(), Rejection> {
        if self.holds.contains_key(&id) || self.captures.contains(&self.key, id) {
            return Err(Rejection::IdTaken);
        }
        let cap = request.parts.iter().try_fold(Amount::ZERO, |sum, (_, part)| sum.checked_add(*part)).ok_or(Rejection::Overflow)?;
        let one_asset = request.parts.windows(2).all(|pair| match pair {
            [(a, _), (b, _)] => a.asset == b.asset && a != b,
            _ => true,
        });
        if cap.is_zero() || !one_asset {
            return Err(Rejection::Unbalanced);
        }
        for (key, part) in &request.parts {
            let available = self.account(key).map_or(Amount::ZERO, crate::Account::available);
            if let Some(short_by) = part.checked_sub(available).filter(|short| !short.is_zero()) {
                return Err(Rejection::Insufficient { available, short_by });
            }
        }
        for (key, part) in &request.parts {
            self.keep_back(key, *part);
        }
        let HoldRequest { parts, expires, on_expiry } = request;
        self.enter_hold(id, Hold { parts, cap, drawn: Amount::ZERO, expires, on_expiry });
        Ok(())
    }

    /// Keeps more back under an open hold; its cap rises by as much.
    ///
    /// # Errors
    /// [`Rejection::Unknown`], [`Rejection::Unbalanced`] for nothing or another asset, [`Rejection::Insufficient`].
    pub fn raise_hold(&mut self, id: HoldId, from: AccountKey, additional: Amount) -> Result<(), Rejection> {
        let hold = self.holds.get(&id).ok_or(Rejection::Unknown)?;
        if additional.is_zero() || hold.parts.iter().any(|(key, _)| key.asset != from.asset) {
            return Err(Rejection::Unbalanced);
        }
        let cap = hold.cap.checked_add(additional).ok_or(Rejection::Overflow)?;
        let available = self.account(&from).map_or(Amount::ZERO, crate::Account::available);
        if let Some(short_by) = additional.checked_sub(available).filter(|short| !short.is_zero()) {
            return Err(Rejection::Insufficient { available, short_by });
        }
        self.keep_back(&from, additional);
        let hold = self.holds.get_mut(&id).expect("found above");
        hold.cap = cap;
        match hold.parts.iter_mut().find(|(key, _)| *key == from) {
            Some((_, part)) => *part = part.checked_add(additional).expect("parts sum to no more than the cap"),
            None => hold.parts.push((from, additional)),
        }
        Ok(())
    }

    pub(crate) fn enter_hold(&mut self, id: HoldId, hold: Hold) {
        if hold.on_expiry == OnExpiry::Release {
            self.expiries.insert((hold.expires, id));
        }
        self.holds.insert(id, hold);
    }

    /// Draws from a hold at `place` in parts up to its cap: what the payees get, `credits`, is taken from the held parts in order.
    ///
    /// The capture is remembered under `id` and can be refunded leg by leg. A hold drawn to its cap is over, unless it is its
    /// maker's to end.
    ///
    /// # Errors
    /// [`Rejection::IdTaken`], [`Rejection::Unknown`], [`Rejection::AboveCap`], [`Rejection::Unbalanced`].
    pub fn capture(&mut self, place: PostingPlace, hold: HoldId, id: CommandId, credits: &[Entry]) -> Result<Posted, Rejection> {
        if self.captures.contains(&self.key, id) {
            return Err(Rejection::IdTaken);
        }
        let held = self.holds.get(&hold).ok_or(Rejection::Unknown)?;
        let mut sum = Amount::ZERO;
        for credit in credits {
            let amount = u64::try_from(credit.amount).ok().and_then(Amount::new).ok_or(Rejection::Unbalanced)?;
            sum = sum.checked_add(amount).ok_or(Rejection::Overflow)?;
        }
        let left = held.cap.saturating_sub(held.drawn);
        if sum > left {
            return Err(Rejection::AboveCap { left });
        }
        let drawn = draw(&held.parts, sum);
        let mut entries: Vec<Entry> = drawn.iter().map(|(account, part)| Entry::new(*account, part.debit())).collect();
        entries.extend_from_slice(credits);
        // The held parts are released first so that the floor check sees them; they are put back if it says no.
        for (key, part) in &drawn {
            self.let_go(key, *part);
        }
        let found = match self.check(&entries) {
            Ok(found) => found,
            Err(rejection) => {
                for (key, part) in &drawn {
                    self.keep_back(key, *part);
                }
                return Err(rejection);
            }
        };
        let posted = self.post(place, &entries, &found);
        self.captures.insert(&self.key, id, &posted.legs);
        self.shrink(hold, &drawn, sum);
        Ok(posted)
    }

    /// Releases what is left of a hold.
    ///
    /// # Errors
    /// [`Rejection::Unknown`] if it is over.
    pub fn void(&mut self, hold: HoldId) -> Result<(), Rejection> {
        let over = self.holds.remove(&hold).ok_or(Rejection::Unknown)?;
        self.expiries.remove(&(over.expires, hold));
        for (key, part) in &over.parts {
            self.let_go(key, *part);
        }
        Ok(())
    }

    /// Ends every hold whose time is over at `now` and that releases itself, oldest first, and names them.
    pub fn expire(&mut self, now: Timestamp) -> Vec<HoldId> {
        let mut over = Vec::new();
        while let Some((expires, hold)) = self.expiries.first().copied()
            && expires <= now
        {
            self.void(hold).expect("a hold with an expiry is open");
            over.push(hold);
        }
        over
    }

    fn shrink(&mut self, id: HoldId, drawn: &[(AccountKey, Amount)], sum: Amount) {
        let hold = self.holds.get_mut(&id).expect("capture() found it");
        hold.drawn = hold.drawn.checked_add(sum).expect("drawn stays at or below the cap");
        for (key, part) in drawn {
            if let Some((_, kept)) = hold.parts.iter_mut().find(|(kept, _)| kept == key) {
                *kept = kept.saturating_sub(*part);
            }
        }
        hold.parts.retain(|(_, kept)| !kept.is_zero());
        if hold.parts.is_empty() && hold.on_expiry == OnExpiry::Release {
            let expires = hold.expires;
            self.holds.remove(&id);
            self.expiries.remove(&(expires, id));
        }
    }

    fn keep_back(&mut self, key: &AccountKey, part: Amount) {
        let id = self.id_of(key).expect("an account with available value is open");
        let account = self.at(id);
        account.held = account.held.checked_add(part).expect("held never exceeds posted");
    }

    fn let_go(&mut self, key: &AccountKey, part: Amount) {
        let id = self.id_of(key).expect("a held account is open");
        let account = self.at(id);
        account.held = account.held.checked_sub(part).expect("only what was kept back is let go");
    }
}

/// How `sum` is taken from parts in their order; the caller knows that they cover it.
fn draw(parts: &[(AccountKey, Amount)], sum: Amount) -> Vec<(AccountKey, Amount)> {
    let mut left = sum;
    let mut drawn = Vec::new();
    for (key, part) in parts {
        let take = left.min(*part);
        if !take.is_zero() {
            drawn.push((*key, take));
            left = left.saturating_sub(take);
        }
    }
    drawn
}
