//! Accounts: states that differ are different accounts, not flags.

use crate::{Hash, HashKey};
use money::{Amount, Asset, CommandId, Party};

/// The dense number of an account, in the order of opening.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountId(pub u32);

/// What kind of value an account holds; it decides the floor and where the value may go.
///
/// The other classes of the design (cleared earnings, promotion, float, limbo, breakage, losses) arrive with the
/// verticals that move value into them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Class {
    /// Topped up by a payer; one account a lot; may go back only to its source. Floor 0.
    Funded = 1,
    /// Earned by a payee and not cleared yet; one account a source lot. Floor 0.
    EarnedPending = 2,
    /// Kept by the operator for its service. Floor 0.
    Fee = 3,
    /// The mirror of the world outside: what a rail owes us, or we it. No floor.
    Rail = 4,
}

/// What makes an account this one and no other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct AccountKey {
    /// Whose it is.
    pub party: Party,
    /// What it counts.
    pub asset: Asset,
    /// Which kind of value.
    pub class: Class,
    /// The top-up the value came from, where the class follows its source.
    pub lot: Option<CommandId>,
}

/// An account's figures in base units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Account {
    /// Which account.
    pub key: AccountKey,
    /// Sum of all postings; below zero only where the class has no floor.
    pub posted: i64,
    /// Part of `posted` that holds keep from being spent.
    pub held: Amount,
    /// Where its last posting is written: the head of its history.
    pub last: PostingPlace,
    /// The next account of the same party, asset and class, in the order of opening.
    pub(crate) sibling: Option<AccountId>,
}

/// Where a posting is written, as the caller numbers places; zero is nowhere. The ledger only keeps it: each leg names
/// the place of its account's posting before, so that a history is walked backwards without an index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct PostingPlace(pub u64);

impl Class {
    /// The class written as this byte, if any.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Class> {
        match byte {
            1 => Some(Class::Funded),
            2 => Some(Class::EarnedPending),
            3 => Some(Class::Fee),
            4 => Some(Class::Rail),
            _ => None,
        }
    }

    /// The byte that stands for this class in the journal.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Class::Funded => 1,
            Class::EarnedPending => 2,
            Class::Fee => 3,
            Class::Rail => 4,
        }
    }

    /// True if an account of this class may never stand below zero.
    #[must_use]
    pub const fn has_floor(self) -> bool {
        match self {
            Class::Funded | Class::EarnedPending | Class::Fee => true,
            Class::Rail => false,
        }
    }

    /// The word for exports and statements.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Class::Funded => "funded",
            Class::EarnedPending => "earned-pending",
            Class::Fee => "fee",
            Class::Rail => "rail",
        }
    }
}

impl AccountKey {
    pub(crate) fn hash(&self, key: &HashKey) -> Hash {
        let lot = self.lot.unwrap_or(CommandId([0; 16]));
        key.hashing().party(&self.party).id(&lot).asset(&self.asset).byte(self.class.byte()).hash()
    }
}

impl Account {
    /// What can be spent: posted without what is held, never below zero.
    #[must_use]
    pub fn available(&self) -> Amount {
        let held = self.held.credit();
        let free = self.posted.saturating_sub(held).max(0);
        Amount::new(free.unsigned_abs()).unwrap_or(Amount::ZERO)
    }
}
