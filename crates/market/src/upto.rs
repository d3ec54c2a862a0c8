//! Purchases of which the payer signs the most, and the origin says what they come to (`farthing/upto/1`).
//!
//! Two commands of one number. The first *promises*: it claims the challenge's nonce and keeps the most back. The second *uses*: it
//! posts what the work came to, never more, gives the rest back, and is the sale. It is made before anything of the answer goes out, so what
//! was delivered is in the books; a promise that a dead process left behind delivered nothing, and is used with nothing.

use crate::codec::{Damaged, Reader, Writer};
use crate::command::{Purchase, Signature};
use crate::offer::{Metered, Offer, OfferPrice};
use crate::outcome::{Effect, Outcome, Rejection};
use crate::sale::{Answer, from_books};
use crate::state::{Stamp, State};
use ledger::{AccountKey, Class, HoldRequest, OnExpiry, Posted};
use money::{Amount, Asset, CommandId, OfferId, Party, Span, Timestamp};

/// What is counted without the origin's word.
const COUNTED_HERE: [&str; 5] = ["call", "byte", "second", "event", "x402"];
/// A promise is its maker's to end; its hold says no more than when somebody would look.
const LONG: Span = Span(3_600);

/// What a promise came to. Its command has the id of the promise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Use {
    /// Something was delivered.
    Delivered {
        /// The purchase that was promised, again: who reads of the sale needs no other record.
        purchase: Purchase,
        /// How many units the origin reported, at least one.
        units: u64,
    },
    /// Nothing was, or nobody will say any more.
    Nothing,
}

/// What is kept back for a purchase under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Promised {
    /// Who pays.
    pub payer: Party,
    /// Under which offer version.
    pub offer: OfferId,
    /// The most that it may cost.
    pub most: Amount,
    /// Of which asset.
    pub asset: Asset,
    /// Since when.
    pub at: Timestamp,
    /// The first bytes of the signature: whose use it is.
    pub(crate) mark: [u8; 16],
}

impl Use {
    /// The purchase, if something was delivered.
    #[must_use]
    pub const fn purchase(&self) -> Option<&Purchase> {
        match self {
            Use::Delivered { purchase, .. } => Some(purchase),
            Use::Nothing => None,
        }
    }

    /// After the byte that tells it from a promise.
    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        match self {
            Use::Delivered { purchase, units } => {
                out.u8(1);
                purchase.encode(out);
                out.u64(*units);
            }
            Use::Nothing => out.u8(2),
        }
    }

    pub(crate) fn decode(part: u8, from: &mut Reader<'_>) -> Result<Use, Damaged> {
        match part {
            1 => Ok(Use::Delivered { purchase: Purchase::decode(from)?, units: from.u64("units")? }),
            2 => Ok(Use::Nothing),
            _ => Err(Damaged("part of a promise")),
        }
    }
}

impl Metered {
    /// The most that one request may cost, where its origin says what it cost and the offer how many units that are at most.
    #[must_use]
    pub fn up_to(&self) -> Option<Amount> {
        let reported = self.video.is_none() && !COUNTED_HERE.contains(&self.unit.as_str());
        self.rate.at_most(self.most).filter(|most| reported && !most.is_zero())
    }

    /// What a request of so many units costs by itself: rounded up, as one call that is bought is; never above its most.
    #[must_use]
    pub fn comes_to(&self, units: u64) -> Option<Amount> {
        self.rate.at_most(units.min(self.most))
    }
}

impl Offer {
    /// As [`Metered::up_to`], with its asset.
    #[must_use]
    pub fn up_to(&self) -> Option<(Amount, Asset)> {
        let OfferPrice::Metered(metered) = self.price else { return None };
        metered.up_to().map(|most| (most, metered.asset))
    }
}

impl State {
    /// What is kept back under an id for a purchase that is under way.
    #[must_use]
    pub fn promised_under(&self, id: CommandId) -> Option<&Promised> {
        self.promised.get(&id)
    }

    /// All of them, by id.
    pub fn all_promised(&self) -> impl Iterator<Item = (CommandId, &Promised)> {
        self.promised.iter().map(|(id, promised)| (*id, promised))
    }

    /// Keeps the most of a purchase back. A guard is asked for all of it, since the use is not.
    pub(crate) fn promise(&mut self, id: CommandId, purchase: &Purchase, stamp: Stamp) -> Result<Effect, Rejection> {
        if self.sale(id).is_some() || self.sessions.find(id).is_some() || self.promised.contains_key(&id) || self.coin_payment(id).is_some()
        {
            return Err(Rejection::IdReused);
        }
        let (payer, asset, most) = (purchase.payer, purchase.asset, purchase.amount);
        let offer = self.sells_up_to(purchase)?;
        // Whatever it comes to goes by the split: one that cannot pay its payer, or divide, is no promise.
        self.credits(offer, (payer, asset), most)?;
        let realm = offer.unlock.realm().to_owned();
        self.guarded((payer, asset), Some(&realm), (most, Answer::of(&purchase.consent)), stamp.now)?;
        let lot = self.wallet(payer, asset).map(|wallet| wallet.lot);
        let account = AccountKey { party: payer, asset, class: Class::Funded, lot };
        let request = HoldRequest { parts: vec![(account, most)], expires: stamp.now.after(LONG), on_expiry: OnExpiry::Capture };
        self.books.hold(id, request).map_err(from_books)?;
        self.count_spent((payer, asset), &realm, most, stamp.now);
        self.promised.insert(id, Promised { payer, offer: purchase.offer, most, asset, at: stamp.now, mark: mark_of(purchase)? });
        Ok(Effect::Promised(most))
    }

    /// Posts what a promise came to and gives the rest back; the sale stands under the promise's id.
    pub(crate) fn use_promised(&mut self, id: CommandId, used: &Use, stamp: Stamp) -> Result<(Effect, Posted), Rejection> {
        let promised = *self.promised.get(&id).ok_or(Rejection::ReserveUnknown)?;
        let Use::Delivered { purchase, units } = used else {
            self.end_promise(id, promised, stamp.now);
            return Ok((Effect::Promised(Amount::ZERO), Posted::default()));
        };
        let is_this = (promised.payer, promised.offer, promised.most, promised.asset)
            == (purchase.payer, purchase.offer, purchase.amount, purchase.asset);
        if !is_this || promised.mark != mark_of(purchase)? {
            return Err(Rejection::ReserveUnknown);
        }
        let offer = &self.versions.get(&promised.offer).ok_or(Rejection::OfferUnknown)?.offer;
        let OfferPrice::Metered(metered) = offer.price else { return Err(Rejection::AmountInvalid) };
        let due = metered.comes_to(*units).ok_or(Rejection::Overflow)?.min(promised.most);
        let credits = self.credits(offer, (promised.payer, promised.asset), due)?;
        let posted = self.books.capture(stamp.place.packed(), id, id, &credits).map_err(from_books)?;
        // Spent is what the sale was, when it was made.
        self.end_promise(id, promised, stamp.now);
        self.count_spent((promised.payer, promised.asset), &self.realm_of_offer(promised.offer), due, stamp.now);
        self.enter_sale(id, (purchase, due), stamp);
        Ok((Effect::Sold { sale: id, charged: due }, posted))
    }

    /// What a promise kept back and was not posted can be spent again, and none of it counts as spent any more.
    fn end_promise(&mut self, id: CommandId, promised: Promised, now: Timestamp) {
        self.promised.remove(&id);
        self.books.void(id).expect("a promise has a hold until it is used");
        let realm = self.realm_of_offer(promised.offer);
        self.take_back_spent((promised.payer, promised.asset), &realm, (promised.most, promised.at), now);
    }

    /// A use whose promise is over: what it was used for, if it was.
    pub(crate) fn use_past(&self, id: CommandId) -> Option<Outcome> {
        let sale = self.sale(id).filter(|_| !self.promised.contains_key(&id))?;
        Some(Outcome::Standing(Effect::Sold { sale: id, charged: sale.charged }))
    }

    /// The offer of such a purchase, as it stands today: at no higher price than what was quoted.
    fn sells_up_to(&self, purchase: &Purchase) -> Result<&Offer, Rejection> {
        let offer = &self.versions.get(&purchase.offer).ok_or(Rejection::OfferUnknown)?.offer;
        let (realm, path) = purchase.item.split_at(purchase.item.find('/').ok_or(Rejection::OfferUnknown)?);
        let path = path.split('?').next().unwrap_or_default();
        if realm != offer.unlock.realm() || !offer.unlock.covers(path) {
            return Err(Rejection::OfferUnknown);
        }
        self.current_of(realm, &offer.name).ok_or(Rejection::OfferEnded)?;
        let (most, asset) = offer.up_to().ok_or(Rejection::AmountInvalid)?;
        if asset != purchase.asset {
            return Err(Rejection::CurrencyMismatch);
        }
        if purchase.amount != most { Err(Rejection::AmountInvalid) } else { Ok(offer) }
    }
}

fn mark_of(purchase: &Purchase) -> Result<[u8; 16], Rejection> {
    let Some(Signature { signature, .. }) = purchase.signature() else { return Err(Rejection::Invalid("consent")) };
    signature.first_chunk().copied().ok_or(Rejection::Invalid("consent"))
}
