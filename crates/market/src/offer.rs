//! Offers: the standing terms under which something is sold. A version never changes; its hash goes everywhere.

mod fall;

pub use fall::{Fall, FallStep};

use crate::codec::{Damaged, Reader, Writer};
use crate::rate::{Rate, Unit};
use crate::selector::Selector;
use money::{Amount, Asset, OfferId, Share, Span, SplitError, Timestamp, split};
use sha2::{Digest, Sha256};
use std::num::{NonZeroU8, NonZeroU64};

/// What an offer's document begins with.
const DOCUMENT: &[u8] = b"farthing/offer/1\n";
/// The kind of price of films that so many devices watch at once.
const LIMITED: u8 = 8;
/// The kind of a price that falls with time.
const FALLING: u8 = 9;

/// What is sold, to whom the money goes and how it can be taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Its name in the offer file, unique on its site.
    pub name: String,
    /// Handle of the payee that owns it.
    pub payee: String,
    /// The pages it unlocks, one entitlement a page.
    pub unlock: Selector,
    /// What it costs.
    pub price: OfferPrice,
    /// Who gets which part; exactly one leg takes the rest.
    pub split: Vec<LegRule>,
    /// How a payer takes it back.
    pub refund: RefundTerms,
    /// How long the entitlement lasts; `None` for ever.
    pub lasts: Option<Span>,
    /// How the price falls with time, if it does: then it is a fixed one.
    pub fall: Option<Fall>,
    /// Whether who speaks L402 can buy it too.
    pub l402: Option<L402>,
}

/// Where the challenge of L402 stands among those of an offer's pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum L402 {
    /// After ours, as clients of the Payment scheme want it.
    After,
    /// Before ours, for clients that read no other.
    First,
}

/// What an offer costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OfferPrice {
    /// Nothing, said explicitly: the page is served without a purchase.
    Free,
    /// Exactly this.
    Fixed {
        /// In base units, never zero.
        amount: Amount,
        /// Of this asset.
        asset: Asset,
    },
    /// Pay what you want, from this up.
    AtLeast {
        /// In base units, never zero.
        amount: Amount,
        /// Of this asset.
        asset: Asset,
    },
    /// So much for so many units, drawn from a session as they are delivered.
    Metered(Metered),
}

/// A price by the unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metered {
    /// How much for how many.
    pub rate: Rate,
    /// Of which asset.
    pub asset: Asset,
    /// What is counted.
    pub unit: Unit,
    /// The most units of one request, which are reserved before the origin is asked; 0 where each request is one unit, and where
    /// nobody knows: then what streams is paid slice by slice.
    pub most: u64,
    /// Where films are sold by what is watched of them: then the units are milliseconds.
    pub video: Option<Video>,
}

/// How films are sold by what is watched of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Video {
    /// What is held when somebody begins to watch.
    pub hold: Amount,
    /// When nothing is watched for so long, the rest is given back.
    pub idle: Span,
    /// On how many devices at once one session is watched; any number, if it does not say.
    pub devices: Option<NonZeroU8>,
}

/// One part of a split.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LegRule {
    /// What receipts and statements call it, such as `writer`.
    pub label: String,
    /// Who gets it.
    pub to: Beneficiary,
    /// How much.
    pub share: Share,
}

/// Who gets a leg.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Beneficiary {
    /// The payee that owns the offer (`to = "self"`).
    Owner,
    /// Another payee, by handle.
    Payee(String),
    /// Who runs the instance (`to = "operator"`): a fee.
    Operator,
}

/// How a payer takes a purchase back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RefundTerms {
    /// For how long; zero = never.
    pub window: Span,
    /// How many undos a payer has on the site in a UTC day.
    pub per_day: u16,
}

/// A version as the books know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferVersion {
    /// The terms.
    pub offer: Offer,
    /// When it was applied.
    pub since: Timestamp,
    /// When it was withdrawn without a successor.
    pub ended: Option<Timestamp>,
}

impl OfferPrice {
    /// The least a purchase costs, with its asset: of what is metered, one unit, rounded up; of films, what is held. `None` if the offer is free.
    #[must_use]
    pub fn least(&self) -> Option<(Amount, Asset)> {
        match self {
            OfferPrice::Free => None,
            OfferPrice::Metered(Metered { video: Some(video), asset, .. }) => Some((video.hold, *asset)),
            OfferPrice::Metered(metered) => Some((metered.rate.at_most(1).unwrap_or(metered.rate.amount), metered.asset)),
            OfferPrice::Fixed { amount, asset } | OfferPrice::AtLeast { amount, asset } => Some((*amount, *asset)),
        }
    }
}

impl Offer {
    /// The id of this version: SHA-256 of `farthing/offer/1`, a line feed and the offer's journal layout.
    #[must_use]
    pub fn id(&self) -> OfferId {
        OfferId(Sha256::digest(self.document()).into())
    }

    /// The bytes whose SHA-256 is the id of this version: what one instance hands to another.
    #[must_use]
    pub fn document(&self) -> Vec<u8> {
        let mut bytes = DOCUMENT.to_vec();
        self.encode(&mut Writer(&mut bytes));
        bytes
    }

    /// Reads the document of a version.
    ///
    /// # Errors
    /// [`Damaged`] for bytes that are no such document, or that write one in another way than we do.
    pub fn from_document(bytes: &[u8]) -> Result<Offer, Damaged> {
        let mut from = Reader(bytes.strip_prefix(DOCUMENT).ok_or(Damaged("offer"))?);
        let offer = Offer::decode(&mut from)?;
        if from.0.is_empty() && offer.document() == bytes { Ok(offer) } else { Err(Damaged("offer")) }
    }

    /// How long what is bought `at` an instant is owned, and until when it can be undone. What is metered is used up as it is
    /// bought: nothing is owned, and there is nothing to take back.
    #[must_use]
    pub fn ends(&self, at: Timestamp) -> (Option<Timestamp>, Timestamp) {
        match self.price {
            OfferPrice::Metered(_) => (Some(at), at),
            OfferPrice::Free | OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } => {
                (self.lasts.map(|span| at.after(span)), at.after(self.refund.window))
            }
        }
    }

    /// What each leg of the split gets of `amount`, in the order of the split.
    ///
    /// # Errors
    /// [`SplitError`] if fixed legs take more than the amount.
    pub fn divide(&self, amount: Amount) -> Result<Vec<Amount>, SplitError> {
        let shares: Vec<Share> = self.split.iter().map(|leg| leg.share).collect();
        split(amount, &shares)
    }

    pub(crate) fn encode(&self, out: &mut Writer<'_>) {
        out.text(&self.name);
        out.text(&self.payee);
        out.text(self.unlock.realm());
        out.text(self.unlock.path());
        match self.price {
            OfferPrice::Free => out.u8(0),
            OfferPrice::Fixed { amount, asset } => {
                encode_price(out, if self.fall.is_some() { FALLING } else { 1 }, amount, asset);
                if let Some(fall) = &self.fall {
                    fall.encode(out);
                }
            }
            OfferPrice::AtLeast { amount, asset } => encode_price(out, 2, amount, asset),
            OfferPrice::Metered(Metered { rate, asset, unit, most, video }) => {
                let limited = video.and_then(|video| video.devices);
                // A kind of its own: what was written before is read as ever, and keeps its id.
                encode_price(out, limited.map_or(if video.is_some() { 4 } else { 3 }, |_| LIMITED), rate.amount, asset);
                out.u64(rate.per.get());
                out.text(unit.as_str());
                out.u64(most);
                if let Some(Video { hold, idle, .. }) = video {
                    out.amount(hold);
                    out.u64(idle.0);
                }
                if let Some(devices) = limited {
                    out.u8(devices.get());
                }
            }
        }
        out.count(self.split.len());
        for leg in &self.split {
            leg.encode(out);
        }
        out.u64(self.refund.window.0);
        out.u16(self.refund.per_day);
        // One byte for both; those before L402 had 0 and 1.
        let l402 = self.l402.map_or(0, L402::code);
        out.u8(l402 | u8::from(self.lasts.is_some()));
        if let Some(span) = self.lasts {
            out.u64(span.0);
        }
    }

    pub(crate) fn decode(from: &mut Reader<'_>) -> Result<Offer, Damaged> {
        let (name, payee) = (from.text("offer name")?, from.text("payee")?);
        let (realm, path) = (from.text("realm")?, from.text("path")?);
        let unlock = Selector::new(&realm, &path).map_err(|_| Damaged("selector"))?;
        let mut fall = None;
        let price = match from.u8("price")? {
            0 => OfferPrice::Free,
            FALLING => {
                let price = OfferPrice::Fixed { amount: from.amount()?, asset: from.asset()? };
                fall = Some(Fall::decode(from)?);
                price
            }
            1 => OfferPrice::Fixed { amount: from.amount()?, asset: from.asset()? },
            2 => OfferPrice::AtLeast { amount: from.amount()?, asset: from.asset()? },
            kind @ (3 | 4 | LIMITED) => {
                let (amount, asset) = (from.amount()?, from.asset()?);
                let per = NonZeroU64::new(from.u64("per")?).ok_or(Damaged("per"))?;
                let unit = Unit::parse(&from.text("unit")?).ok_or(Damaged("unit"))?;
                let most = from.u64("most units")?;
                let video = if kind == 3 {
                    None
                } else {
                    let (hold, idle) = (from.amount()?, Span(from.u64("idle")?));
                    let limit = if kind == LIMITED { Some(NonZeroU8::new(from.u8("devices")?).ok_or(Damaged("devices"))?) } else { None };
                    Some(Video { hold, idle, devices: limit })
                };
                OfferPrice::Metered(Metered { rate: Rate { amount, per }, asset, unit, most, video })
            }
            _ => return Err(Damaged("price")),
        };
        let legs = from.u16("split")?;
        let split = (0..legs).map(|_| LegRule::decode(from)).collect::<Result<_, _>>()?;
        let refund = RefundTerms { window: Span(from.u64("window")?), per_day: from.u16("undos a day")? };
        let lasts = from.u8("lasts")?;
        let l402 = L402::of_code(lasts & !1)?;
        let lasts = if lasts & 1 == 1 { Some(Span(from.u64("lasts")?)) } else { None };
        Ok(Offer { name, payee, unlock, price, split, refund, lasts, fall, l402 })
    }

    /// True if pages sold under it are used up by the request that pays for them.
    #[must_use]
    pub const fn is_used_up(&self) -> bool {
        matches!(self.price, OfferPrice::Metered(_))
    }

    /// True if L402 could sell it: a price that is known ahead, of something.
    #[must_use]
    pub fn fits_l402(&self) -> bool {
        match self.price {
            OfferPrice::Free => false,
            OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } => true,
            OfferPrice::Metered(metered) => metered.unit.is_call(),
        }
    }
}

impl L402 {
    const fn code(self) -> u8 {
        match self {
            L402::After => 2,
            L402::First => 4,
        }
    }

    fn of_code(code: u8) -> Result<Option<L402>, Damaged> {
        match code {
            0 => Ok(None),
            2 => Ok(Some(L402::After)),
            4 => Ok(Some(L402::First)),
            _ => Err(Damaged("lasts")),
        }
    }
}

fn encode_price(out: &mut Writer<'_>, kind: u8, amount: Amount, asset: Asset) {
    out.u8(kind);
    out.amount(amount);
    out.asset(asset);
}

impl LegRule {
    fn encode(&self, out: &mut Writer<'_>) {
        out.text(&self.label);
        match &self.to {
            Beneficiary::Owner => out.u8(0),
            Beneficiary::Payee(handle) => {
                out.u8(1);
                out.text(handle);
            }
            Beneficiary::Operator => out.u8(2),
        }
        match self.share {
            Share::Rest => out.u8(0),
            Share::BasisPoints(points) => {
                out.u8(1);
                out.u16(points);
            }
            Share::Fixed(amount) => {
                out.u8(2);
                out.amount(amount);
            }
        }
    }

    fn decode(from: &mut Reader<'_>) -> Result<LegRule, Damaged> {
        let label = from.text("leg label")?;
        let to = match from.u8("beneficiary")? {
            0 => Beneficiary::Owner,
            1 => Beneficiary::Payee(from.text("beneficiary")?),
            2 => Beneficiary::Operator,
            _ => return Err(Damaged("beneficiary")),
        };
        let share = match from.u8("share")? {
            0 => Share::Rest,
            1 => Share::BasisPoints(from.u16("share")?),
            2 => Share::Fixed(from.amount()?),
            _ => return Err(Damaged("share")),
        };
        Ok(LegRule { label, to, share })
    }
}
