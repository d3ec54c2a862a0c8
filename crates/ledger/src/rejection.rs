//! The domain's noes, in order of precedence.

use money::Amount;

/// Why the books refuse a verb. Nothing has changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rejection {
    /// The id already names a capture or hold.
    IdTaken,
    /// No hold or capture of that id, or it is over.
    Unknown,
    /// The legs of an asset do not sum to zero, or there are none.
    Unbalanced,
    /// An account would leave what an `i64` can count.
    Overflow,
    /// A capture above what its hold still covers.
    AboveCap {
        /// What is left of the hold.
        left: Amount,
    },
    /// More would be given back than was captured, on at least one leg.
    AboveCaptured,
    /// An account would fall below its floor.
    Insufficient {
        /// What could be spent.
        available: Amount,
        /// How much more is needed.
        short_by: Amount,
    },
}

impl Rejection {
    /// True if the same verb may succeed later without being changed: money can arrive.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        match self {
            Rejection::Insufficient { .. } => true,
            Rejection::IdTaken
            | Rejection::Unknown
            | Rejection::Unbalanced
            | Rejection::Overflow
            | Rejection::AboveCap { .. }
            | Rejection::AboveCaptured => false,
        }
    }
}
