//! What a payee sells through an x402 server that is not ours, which names each price itself: the offer says how it is split and
//! the most that one payment may be. Such a payment is signed under no challenge of ours, but as `farthing/settle/1`.

use crate::command::{Consent, Purchase, Signature};
use crate::offer::{Metered, Offer, OfferPrice};
use crate::rate::{Rate, Unit};
use money::{Amount, Asset};
use std::num::NonZeroU64;

/// What stands for all that is sold so: no page of the site, since paths below are the gateway's own.
pub const SETTLED_PATH: &str = "/.well-known/farthing/x402";
/// What is counted: base units of the price.
const UNIT: &str = "x402";

/// True for what such prices are counted in.
#[must_use]
pub fn is_others(unit: Unit) -> bool {
    unit.as_str() == UNIT
}

impl Metered {
    /// A price that is named by each payment, up to `most`.
    ///
    /// # Panics
    /// Never: the name of the unit is ours.
    #[must_use]
    pub fn settled(most: Amount, asset: Asset) -> Metered {
        let rate = Rate { amount: Amount::from_u32(1), per: NonZeroU64::MIN };
        Metered { rate, asset, unit: Unit::parse(UNIT).expect("four small characters"), most: most.units(), video: None }
    }

    /// True for a price that each payment names.
    #[must_use]
    pub fn is_others(&self) -> bool {
        is_others(self.unit)
    }
}

impl Offer {
    /// The most that one payment may be, with its asset, if the offer is for what other servers sell.
    #[must_use]
    pub fn settles(&self) -> Option<(Amount, Asset)> {
        let OfferPrice::Metered(Metered { unit, most, asset, video: None, .. }) = self.price else { return None };
        let is_so = unit.as_str() == UNIT && self.unlock.path() == SETTLED_PATH;
        Amount::new(most).filter(|_| is_so).map(|most| (most, asset))
    }

    /// True if both would sell one thing. What other servers sell is no page, however wide an offer of pages is.
    #[must_use]
    pub fn meets(&self, other: &Offer) -> bool {
        self.settles().is_some() == other.settles().is_some() && self.unlock.overlaps(&other.unlock)
    }
}

impl Signature {
    /// Stands where other signatures have the challenge that they answer.
    pub const NO_CHALLENGE: [u8; 32] = [0; 32];

    /// True if it is over `farthing/settle/1`. No MAC of a challenge is all zeros.
    #[must_use]
    pub fn is_settlement(&self) -> bool {
        self.challenge == Signature::NO_CHALLENGE
    }
}

impl Purchase {
    /// True if it was signed as a settlement: its price is what its payer signed, up to the offer's most.
    #[must_use]
    pub fn is_settlement(&self) -> bool {
        matches!(&self.consent, Consent::Signed(signature) if signature.is_settlement())
    }
}
