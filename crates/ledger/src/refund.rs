//! Refunds: a capture reversed leg by leg, never beyond what it captured.

use crate::{AccountId, Books, Entry, HashKey, Index, Leg, Posted, PostingPlace, Rejection};
use money::{Amount, CommandId};
use smallvec::SmallVec;

/// One leg of a capture with what was given back of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CapturedLeg {
    /// The account it touched.
    pub account: AccountId,
    /// Signed base units as captured.
    pub amount: i64,
    /// What of it was given back so far.
    pub refunded: Amount,
}

/// A posting that can be given back, with what was given back so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Capture<'a> {
    legs: &'a [CapturedLeg],
}

/// All captures: rows into one list of legs, so that a capture costs no allocation of its own.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Captures {
    rows: Vec<Row>,
    legs: Vec<CapturedLeg>,
    by_id: Index,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Row {
    id: CommandId,
    /// Its first leg; the next row's is the end.
    first: u32,
}

impl CapturedLeg {
    /// What of it can still be given back.
    #[must_use]
    pub fn left(&self) -> Amount {
        Amount::new(self.amount.unsigned_abs()).unwrap_or(Amount::MAX).saturating_sub(self.refunded)
    }
}

impl<'a> Capture<'a> {
    /// The legs as captured.
    #[must_use]
    pub fn legs(&self) -> &'a [CapturedLeg] {
        self.legs
    }

    /// What of each leg can still be given back, in the order of [`Capture::legs`].
    #[must_use]
    pub fn left(&self) -> Vec<Amount> {
        self.legs.iter().map(CapturedLeg::left).collect()
    }

    /// What of it is given back so far, and what is left: what its payers got, and have yet to get.
    #[must_use]
    pub fn returned(&self) -> (Amount, Amount) {
        let paid = || self.legs.iter().filter(|leg| leg.amount < 0);
        let add = |sum: Amount, amount: Amount| sum.checked_add(amount).unwrap_or(Amount::MAX);
        (paid().fold(Amount::ZERO, |sum, leg| add(sum, leg.refunded)), paid().fold(Amount::ZERO, |sum, leg| add(sum, leg.left())))
    }

    /// What each leg gives back with the next `amount`, in the order of [`Capture::legs`]; nothing if that is more than is left.
    ///
    /// It follows from all that has gone back by then, not from this amount alone (docs/adr/0014): [`reversed`] of the sum, less what
    /// went back before. So it does not matter in how many parts something goes back, and nobody gains by a rounding.
    #[must_use]
    pub fn part(&self, amount: Amount) -> Option<SmallVec<[Amount; 4]>> {
        let (before, left) = self.returned();
        let total = before.checked_add(amount).filter(|_| amount <= left)?;
        let mut parts: SmallVec<[Amount; 4]> = self.legs.iter().map(|_| Amount::ZERO).collect();
        for is_paid in [true, false] {
            let side = || self.legs.iter().enumerate().filter(move |(_, leg)| (leg.amount < 0) == is_paid);
            let captured: SmallVec<[u64; 4]> = side().map(|(_, leg)| leg.amount.unsigned_abs()).collect();
            for ((at, leg), by_then) in side().zip(reversed(&captured, total.units())) {
                *parts.get_mut(at)? = Amount::new(by_then)?.checked_sub(leg.refunded)?;
            }
        }
        Some(parts)
    }
}

/// What each of the legs has given back once `total` of all of them has: one after the other, each is divided from all those behind it
/// in proportion to what they got, by the largest remainder of two, where the earlier gets a unit that both want. No leg's
/// figure falls as `total` rises, which the largest remainder of three or more at once does not keep (the Alabama paradox): a part
/// would then have to take from the payer again. All of it gives exactly what was captured.
#[must_use]
pub fn reversed(captured: &[u64], total: u64) -> SmallVec<[u64; 4]> {
    let (mut rest, mut of) = (u128::from(total), captured.iter().fold(0, |sum: u128, leg| sum.saturating_add(u128::from(*leg))));
    let give = |leg: &u64| {
        // Half of what is divided is added before the division: what rounds to the nearest, and up where it lies between.
        let twice = rest.saturating_mul(u128::from(*leg)).saturating_mul(2).saturating_add(of);
        let part = twice.checked_div(of.saturating_mul(2)).unwrap_or(0);
        (rest, of) = (rest.saturating_sub(part), of.saturating_sub(u128::from(*leg)));
        u64::try_from(part).unwrap_or(u64::MAX)
    };
    captured.iter().map(give).collect()
}

impl Captures {
    pub fn contains(&self, hashes: &HashKey, id: CommandId) -> bool {
        self.row_of(hashes, id).is_some()
    }

    pub fn find(&self, hashes: &HashKey, id: CommandId) -> Option<Capture<'_>> {
        let legs = self.legs.get(self.span(self.row_of(hashes, id)?)).expect("rows name their legs");
        Some(Capture { legs })
    }

    /// Remembers the legs of a posting under an id that is new.
    pub fn insert(&mut self, hashes: &HashKey, id: CommandId, legs: &[Leg]) {
        let captured = |leg: &Leg| CapturedLeg { account: leg.account, amount: leg.amount, refunded: Amount::ZERO };
        self.enter(hashes, id, legs.iter().map(captured));
    }

    pub fn enter(&mut self, hashes: &HashKey, id: CommandId, legs: impl Iterator<Item = CapturedLeg>) {
        let first = u32::try_from(self.legs.len()).expect("fewer than 2^32 captured legs fit in memory");
        let row = u32::try_from(self.rows.len()).expect("every capture has a leg");
        self.legs.extend(legs);
        self.rows.push(Row { id, first });
        self.by_id.insert(hashes.hash(&[&id.0]), row);
    }

    fn at_mut(&mut self, hashes: &HashKey, id: CommandId) -> Option<&mut [CapturedLeg]> {
        let span = self.span(self.row_of(hashes, id)?);
        self.legs.get_mut(span)
    }

    /// All captures in the order in which they were made.
    pub fn iter(&self) -> impl Iterator<Item = (CommandId, &[CapturedLeg])> {
        self.rows.iter().enumerate().map(|(at, row)| (row.id, self.legs.get(self.span(at)).expect("rows name their legs")))
    }

    fn row_of(&self, hashes: &HashKey, id: CommandId) -> Option<usize> {
        let at = |row: u32| usize::try_from(row).ok().and_then(|row| self.rows.get(row));
        let row = self.by_id.find(hashes.hash(&[&id.0]), |row| at(row).is_some_and(|row| row.id == id))?;
        usize::try_from(row).ok()
    }

    fn span(&self, row: usize) -> std::ops::Range<usize> {
        let first = |row: usize| self.rows.get(row).map(|row| usize::try_from(row.first).unwrap_or(usize::MAX));
        first(row).unwrap_or_default()..first(row.saturating_add(1)).unwrap_or(self.legs.len())
    }
}

impl Books {
    /// Gives back `parts` of a capture at `place`, one amount a leg in the order of [`Capture::legs`]; each leg is
    /// reversed on the very account it touched.
    ///
    /// # Errors
    /// [`Rejection::Unknown`], [`Rejection::AboveCaptured`], [`Rejection::Unbalanced`] if the parts do not sum to zero
    /// or there is nothing to give back, [`Rejection::Insufficient`] if a payee no longer has its share.
    pub fn refund(&mut self, place: PostingPlace, of: CommandId, parts: &[Amount]) -> Result<Posted, Rejection> {
        let capture = self.captures.find(&self.key, of).ok_or(Rejection::Unknown)?;
        if parts.len() != capture.legs.len() || parts.iter().zip(capture.legs).any(|(part, leg)| *part > leg.left()) {
            return Err(Rejection::AboveCaptured);
        }
        let mut entries: SmallVec<[Entry; 4]> = SmallVec::new();
        for (leg, part) in capture.legs.iter().zip(parts) {
            let account = self.by_id(leg.account).expect("captured legs name open accounts").key;
            let amount = if leg.amount > 0 { part.debit() } else { part.credit() };
            if amount != 0 {
                entries.push(Entry { account, amount, known: Some(leg.account) });
            }
        }
        let found = self.check(&entries)?;
        let posted = self.post(place, &entries, &found);
        let legs = self.captures.at_mut(&self.key, of).expect("found above");
        for (leg, part) in legs.iter_mut().zip(parts) {
            leg.refunded = leg.refunded.checked_add(*part).expect("checked against what is left");
        }
        Ok(posted)
    }
}
