//! Sessions: one hold in the books, then any number of payments that each cost a number, then one posting.
//!
//! A session is opened with a hold and a commitment. Vouchers say how much the payer has authorised so far (*accepted*);
//! draws say what was delivered for it (*drawn*); a reserve keeps a part for work under way; captures post what was drawn, by
//! the split of the offer version it was priced by. Always: captured ≤ drawn, drawn + reserved ≤ accepted ≤ cap. Accepted, drawn
//! and captured only grow. A request whose reserve was settled with nothing is as if it had never been: its number pays for nothing any more. Nothing here knows a key: doors verify vouchers, the journal keeps them, an auditor checks.
//!
//! A draw claims no id. Its session and its own number (`seq`) name it, so the ids of a million payments cost no memory and
//! no time limit: what is below the window of numbers is refused, what is in it is known.

mod apply;
mod aside;
mod asked;
mod call;
mod meter;
mod table;
mod watch;
mod window;

pub use aside::{ASIDE, Aside, SetAside};
pub use asked::{Draw, EndReason, EndSession, OpenSession, RaiseSession, SessionProof, SessionTerms, Settle, Voucher};
pub use call::{Call, Earlier};
pub(crate) use meter::Meters;
pub use meter::{AHEAD, Count, EventKey, LATE, MOST_EVENTS, Meter, SetMeter};
pub(crate) use table::Sessions;
pub use watch::{MOST_PIECES, Piece, Watch, Watched};
pub use window::Seqs;

use crate::outcome::Rejection;
use crate::state::Place;
use money::{Amount, Asset, CommandId, OfferId, Party, Span, Timestamp};
use sha2::{Digest, Sha256};

/// The longest a session may be open.
pub const LONGEST: Span = Span(31 * 86_400);
/// So long a reserve holds after its gateway last said that it still works on it.
pub const RESERVE: Span = Span(60);
/// Until when a call is promised: it does not lapse.
pub const NEVER: Timestamp = Timestamp(u64::MAX);
/// So long a tip from before a checkpoint still proves its sender.
pub const STALE: Span = Span(30);
/// The final figures of a session are kept so long after its end.
pub const KEPT: Span = Span(7 * 86_400);
/// Open sessions of one payer.
pub const MOST_OPEN: u16 = 256;
/// Sessions that one payer opens in a minute.
pub const MOST_OPENED: u16 = 30;
/// Reserves of one session at a time.
pub const MOST_RESERVES: usize = 256;
/// Sessions of one payer that are over and kept.
pub const MOST_ENDED: usize = 256;
/// Offer versions that one session can be priced by.
pub const MOST_VERSIONS: usize = 17;

/// A hold that is drawn by vouchers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// Who pays.
    pub payer: Party,
    /// Of what.
    pub asset: Asset,
    /// What authorises.
    pub kind: SessionKind,
    /// The key whose signatures are vouchers; nobody's (zeros) in a trusted session.
    pub voucher_key: [u8; 32],
    /// The chain of links that authorise, as the last checkpoint left it.
    pub chain: Chain,
    /// What the hold keeps back.
    pub cap: Amount,
    /// What vouchers have authorised; all of the cap in a trusted session.
    pub accepted: Amount,
    /// What was delivered.
    pub drawn: Amount,
    /// What was posted of it.
    pub captured: Amount,
    /// How many captures there were.
    pub captures: u32,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Where that is written.
    pub place: Place,
    /// When it ends by itself.
    pub until: Timestamp,
    /// When something was last drawn, or it was opened.
    pub drawn_at: Timestamp,
    /// Since when something waits to be captured.
    pub waits_since: Option<Timestamp>,
    /// The requests that were paid.
    pub seqs: Seqs,
    /// What was drawn by each offer version, the one it was opened under first.
    pub versions: Vec<DrawnBy>,
    /// What was added to the hold in another day or month than all before: the rest is of its opening.
    pub raises: Vec<Raise>,
    /// What is promised to work under way.
    pub reserves: Vec<Reserve>,
    /// What services of its payee set aside before they work.
    pub aside: Vec<Aside>,
    /// What was watched, where films are drawn.
    pub watched: Watched,
    /// The share of the cap, in percent, that its payer was last told of.
    pub told: u8,
    /// Where it stands.
    pub phase: Phase,
}

/// What authorises the draws of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionKind {
    /// Nothing but its opening: the seller's meter counts, up to the cap.
    Trusted,
    /// Signed cumulative vouchers.
    Signed,
    /// Links of a hash chain, and signed vouchers where a link would not do.
    Chain,
}

/// The newest link of a chain: link `index` authorises `base` + `index` × `step`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Chain {
    /// Which checkpoint it began with; 0 is the opening.
    pub checkpoint: u16,
    /// What was accepted when it began.
    pub base: Amount,
    /// What a link adds.
    pub step: Amount,
    /// How many links it has.
    pub length: u16,
    /// The newest link that was shown.
    pub index: u16,
    /// That link; the anchor while none was.
    pub tip: [u8; 32],
    /// Until when the chain before still proves its sender.
    pub stale_until: Timestamp,
}

/// What was drawn under one offer version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DrawnBy {
    /// The version.
    pub offer: OfferId,
    /// How many units.
    pub units: u64,
    /// What they cost: the cumulative floor.
    pub drawn: Amount,
    /// What was posted of that.
    pub captured: Amount,
}

/// A part of a session that is promised to work under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reserve {
    /// The request it is for.
    pub seq: u32,
    /// How often it was settled.
    pub part: u16,
    /// The offer version it is priced by, as a place in [`Session::versions`].
    pub version: u8,
    /// How many units at most.
    pub units: u64,
    /// What they cost at most.
    pub amount: Amount,
    /// When it lapses unless it is renewed; the end of time for a call, which is drawn instead.
    pub until: Timestamp,
}

/// What was added to a hold later than it was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raise {
    /// When.
    pub at: Timestamp,
    /// How much, what was added in the same day and month included.
    pub amount: Amount,
}

/// Where a session stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// It is drawn from.
    Open,
    /// Nothing new begins; what is under way is finished, then it ends.
    Closing,
    /// It is over and what was left is released.
    Ended {
        /// Since when.
        at: Timestamp,
    },
}

impl Reserve {
    /// False for a call: it is drawn unless it is settled with nothing.
    #[must_use]
    pub fn lapses(&self) -> bool {
        self.until < NEVER
    }
}

impl Session {
    /// What is promised to work under way at `now`.
    #[must_use]
    pub fn reserved(&self, now: Timestamp) -> Amount {
        let live = self.reserves.iter().filter(|reserve| now < reserve.until).map(|reserve| reserve.amount);
        let all = live.chain(self.set_aside(now).map(|aside| aside.amount));
        all.fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(Amount::MAX))
    }

    /// What can still be drawn without another voucher.
    #[must_use]
    pub fn headroom(&self, now: Timestamp) -> Amount {
        self.accepted.saturating_sub(self.drawn).saturating_sub(self.reserved(now))
    }

    /// What was drawn and not posted yet.
    #[must_use]
    pub fn uncaptured(&self) -> Amount {
        self.drawn.saturating_sub(self.captured)
    }

    /// What is free again once it is over.
    #[must_use]
    pub fn released(&self) -> Amount {
        self.cap.saturating_sub(self.captured)
    }

    /// The parts of its hold, the last first: how much, and when it was held.
    fn parts(&self) -> impl Iterator<Item = (Amount, Timestamp)> {
        let first = self.raises.iter().fold(self.cap, |left, raise| left.saturating_sub(raise.amount));
        self.raises.iter().rev().map(|raise| (raise.amount, raise.at)).chain(std::iter::once((first, self.opened_at)))
    }

    /// When its hold came back by so much: of each part how much came back, how much stays, and when it was held. What was held last
    /// comes back first, as what was held first was drawn first.
    pub(crate) fn coming_back(&self, mut released: Amount) -> impl Iterator<Item = (Amount, Amount, Timestamp)> {
        self.parts().map(move |(amount, at)| {
            let back = amount.min(released);
            released = released.saturating_sub(back);
            (back, amount.saturating_sub(back), at)
        })
    }

    /// Enters what is added to the hold, apart if all before was held on another day, or before the running month.
    fn add_raise(&mut self, amount: Amount, month: Timestamp, now: Timestamp) {
        let before = self.raises.last().map_or(self.opened_at, |raise| raise.at);
        if before < month || before.utc_day() != now.utc_day() {
            self.raises.push(Raise { at: now, amount });
        } else if let Some(raise) = self.raises.last_mut() {
            raise.amount = raise.amount.checked_add(amount).expect("it stays at or below the cap");
        }
    }

    /// The offer version it was opened under.
    #[must_use]
    pub fn offer(&self) -> OfferId {
        self.versions.first().expect("a session is opened under an offer").offer
    }

    /// How many units were drawn in all.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.versions.iter().fold(0, |sum, version| sum.saturating_add(version.units))
    }

    /// True if new work may begin at `now`, whether a timer ran or not.
    #[must_use]
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.phase == Phase::Open && now < self.until
    }

    /// What a voucher makes of the figures, or why it is none. Lower or equal ones are authentic and raise nothing.
    fn accept(&self, voucher: &Voucher, now: Timestamp) -> Result<(Amount, Chain), Rejection> {
        if self.kind == SessionKind::Trusted {
            return Err(Rejection::Invalid("voucher"));
        }
        let mut chain = self.chain;
        let accepted = match voucher {
            Voucher::Signed { cumulative, .. } => *cumulative,
            Voucher::Link { checkpoint, index, link } => {
                if *checkpoint != chain.checkpoint {
                    let before = chain.checkpoint.checked_sub(1) == Some(*checkpoint);
                    return if before && now < chain.stale_until { Ok((self.accepted, chain)) } else { Err(Rejection::CheckpointUnknown) };
                }
                if chain.step.is_zero() || *index > chain.length {
                    return Err(Rejection::Invalid("link"));
                }
                if *index > chain.index {
                    (chain.index, chain.tip) = (*index, *link);
                }
                chain.reached(*index).ok_or(Rejection::Overflow)?
            }
            Voucher::Checkpoint { cumulative, step, length, anchor, .. } => {
                // One that raises nothing is an old one, and must not bring an old chain back.
                if *cumulative <= self.accepted {
                    return Ok((self.accepted, chain));
                }
                chain = Chain {
                    checkpoint: chain.checkpoint.checked_add(1).ok_or(Rejection::Overflow)?,
                    base: *cumulative,
                    step: *step,
                    length: *length,
                    index: 0,
                    tip: *anchor,
                    stale_until: now.after(STALE),
                };
                *cumulative
            }
        };
        if accepted > self.cap {
            return Err(Rejection::AboveHold { cap: self.cap });
        }
        Ok((self.accepted.max(accepted), chain))
    }
}

impl Chain {
    /// What link `index` authorises.
    #[must_use]
    pub fn reached(&self, index: u16) -> Option<Amount> {
        let steps = self.step.units().checked_mul(u64::from(index))?;
        self.base.checked_add(Amount::new(steps)?)
    }
}

/// The id of a session's capture: nobody can choose a session so that it meets the capture of another.
#[must_use]
pub fn capture_id(session: CommandId, number: u32) -> CommandId {
    let digest: [u8; 32] =
        Sha256::new().chain_update(b"farthing/capture/1\n").chain_update(session.0).chain_update(number.to_be_bytes()).finalize().into();
    let (random, _) = digest.split_first_chunk::<10>().expect("SHA-256 has 32 bytes");
    CommandId::new(session.ms(), *random)
}
