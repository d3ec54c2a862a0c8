//! Hash chains: each link is the hash of the next, so who shows link *i* proves that the payer allowed *i* steps.
//!
//! A link is held against any link that is known of its chain, however old: a hash that leads to it passes through all between.

use crate::json::Object;
use crate::text::{Malformed, array_from_base64url};
use money::{Amount, CommandId, Span};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;

/// One link of a chain.
pub type Link = [u8; 32];

/// Most steps that are hashed for one voucher: a forged link costs no more than two forged signatures.
pub const MOST_STEPS: u32 = 1_024;
/// Most links of a chain.
pub const MOST_LENGTH: u32 = 65_536;
/// How many links a client makes when it has no reason for another number.
pub const USUAL_LENGTH: u32 = 4_096;
/// For how long after a checkpoint the chain before it still proves who sends.
pub const STALE: Span = Span(30);

/// What stands before each link when it is hashed.
const TAG: &[u8; 7] = b"fth/hc1";

/// A chain as the payer begins it: in `open`, or in a checkpoint.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewChain {
    /// What a link is worth, above zero.
    pub step: Amount,
    /// How many links it has, 1 to [`MOST_LENGTH`].
    pub length: u32,
    /// Link 0.
    pub anchor: Link,
}

/// A chain as far as it has been shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Chain {
    /// What was authorised before its first step.
    pub base: Amount,
    /// What a link is worth.
    pub step: Amount,
    /// How many links it has.
    pub length: u32,
    /// The highest link that was shown.
    pub index: u32,
    /// That link; the anchor at index 0.
    pub tip: Link,
}

/// What a session's vouchers have come to: the chain that runs, if one does, and the highest amount that was signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The chain that runs.
    pub chain: Option<Chain>,
    /// `first` of the opening, or the highest cumulative amount since.
    pub signed: Amount,
}

/// What an authentic link does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// It is above the tip: the chain as it stands with it.
    Raises(Chain),
    /// It is the tip.
    Tip,
    /// It is below the tip: it proves who sends, and raises nothing.
    Lower,
    /// It is of the chain before the last checkpoint: the same.
    Stale,
}

/// Why a link is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoLink {
    /// The chain has no link of that number.
    Exhausted,
    /// It is more than [`MOST_STEPS`] away from the one that is known.
    StepLimit,
    /// It does not hash to the one that is known.
    Forged,
}

/// The link before one: `SHA-256("fth/hc1" ‖ session id ‖ link)`. 55 bytes are the most that one block of SHA-256 holds; the
/// session id makes every chain a target of its own.
#[must_use]
pub fn step(session: CommandId, link: &Link) -> Link {
    stepped(session, link, 1)
}

/// So many links before one.
fn stepped(session: CommandId, link: &Link, steps: u32) -> Link {
    let mut block = [0; 55];
    let (head, body) = block.split_at_mut(23);
    let (tag, id) = head.split_at_mut(7);
    tag.copy_from_slice(TAG);
    id.copy_from_slice(&session.0);
    body.copy_from_slice(link);
    for _ in 0..steps {
        let link: Link = Sha256::digest(block).into();
        let (_, body) = block.split_at_mut(23);
        body.copy_from_slice(&link);
    }
    let (_, body) = block.split_at(23);
    body.try_into().expect("55 bytes less 23 are 32")
}

impl NewChain {
    /// Reads `step`, `length` and `anchor`: all of them, or none.
    pub(super) fn parse(fields: &Object, base: Amount) -> Result<Option<NewChain>, Malformed> {
        if ["step", "length", "anchor"].into_iter().all(|key| fields.maybe(key) == Ok(None)) {
            return Ok(None);
        }
        let chain = NewChain {
            step: super::amount(fields, "step")?,
            length: super::number(fields, "length", MOST_LENGTH)?,
            anchor: array_from_base64url(fields.need("anchor")?).map_err(|_| Malformed("anchor"))?,
        };
        if chain.step.is_zero() {
            return Err(Malformed("step"));
        }
        if chain.length == 0 || chain.over(base).is_none() {
            return Err(Malformed("length"));
        }
        Ok(Some(chain))
    }

    /// The members `step`, `length` and `anchor`.
    pub(super) fn written(chain: Option<&NewChain>, fields: Object) -> Object {
        fields
            .with_maybe("step", chain.map(|chain| chain.step.to_string()))
            .with_maybe("length", chain.map(|chain| chain.length.to_string()))
            .with_maybe("anchor", chain.map(|chain| crate::text::base64url(&chain.anchor)))
    }

    /// The chain over a base, of which nothing was shown yet; none if its last link would come to more than amounts hold.
    #[must_use]
    pub fn over(&self, base: Amount) -> Option<Chain> {
        worth(base, self.step, self.length)?;
        Some(Chain { base, step: self.step, length: self.length, index: 0, tip: self.anchor })
    }
}

impl Chain {
    /// What its tip authorises: base + index × step.
    #[must_use]
    pub fn authorises(&self) -> Amount {
        // No chain stands whose links come to more than amounts hold; if one did, it would authorise its base alone.
        worth(self.base, self.step, self.index).unwrap_or(self.base)
    }

    /// Holds a link against the tip, hashing at most [`MOST_STEPS`] times.
    ///
    /// # Errors
    /// [`NoLink`].
    pub fn show(&self, session: CommandId, index: u32, link: &Link) -> Result<Shown, NoLink> {
        let mut left = MOST_STEPS;
        self.show_within(session, (index, link), &mut left)
    }

    /// The same with what is left of a budget of steps.
    fn show_within(&self, session: CommandId, (index, link): (u32, &Link), left: &mut u32) -> Result<Shown, NoLink> {
        if index > self.length {
            return Err(NoLink::Exhausted);
        }
        let steps = index.abs_diff(self.index);
        *left = left.checked_sub(steps).ok_or(NoLink::StepLimit)?;
        let (from, to) = if index > self.index { (link, &self.tip) } else { (&self.tip, link) };
        if stepped(session, from, steps) != *to {
            return Err(NoLink::Forged);
        }
        Ok(match index.cmp(&self.index) {
            Ordering::Greater => Shown::Raises(Chain { index, tip: *link, ..*self }),
            Ordering::Equal => Shown::Tip,
            Ordering::Less => Shown::Lower,
        })
    }
}

/// Holds a link against the chain that runs, then against the one before its last checkpoint, which the caller hands in for
/// [`STALE`] after it. Both together hash at most [`MOST_STEPS`] times.
///
/// # Errors
/// [`NoLink`], as the chain that runs says it.
pub fn shown(chain: &Chain, stale: Option<&Chain>, session: CommandId, index: u32, link: &Link) -> Result<Shown, NoLink> {
    let mut left = MOST_STEPS;
    let no = match chain.show_within(session, (index, link), &mut left) {
        Ok(shown) => return Ok(shown),
        Err(no) => no,
    };
    let is_stale = stale.is_some_and(|stale| stale.show_within(session, (index, link), &mut left).is_ok());
    if is_stale { Ok(Shown::Stale) } else { Err(no) }
}

impl Standing {
    /// What a session stands at when it was opened with a first amount and, maybe, a chain over it.
    #[must_use]
    pub fn opened(first: Amount, chain: Option<&NewChain>) -> Standing {
        Standing { chain: chain.and_then(|chain| chain.over(first)), signed: first }
    }

    /// What all vouchers together authorise: max(base + index × step, highest signed amount).
    #[must_use]
    pub fn accepted(&self) -> Amount {
        self.chain.map_or(self.signed, |chain| chain.authorises().max(self.signed))
    }

    /// The standing after an authentic signed voucher; none if it raises nothing, so that an old checkpoint can't bring an old
    /// chain back. A plain one moves neither base nor index of the chain that runs.
    #[must_use]
    pub fn signed(&self, cumulative: Amount, checkpoint: Option<&NewChain>) -> Option<Standing> {
        if cumulative <= self.accepted() {
            return None;
        }
        let chain = match checkpoint {
            Some(checkpoint) => Some(checkpoint.over(cumulative)?),
            None => self.chain,
        };
        Some(Standing { chain, signed: cumulative })
    }

    /// The standing after a link that raises the chain.
    #[must_use]
    pub fn raised(&self, chain: Chain) -> Standing {
        Standing { chain: Some(chain), ..*self }
    }
}

/// base + links × step, if that is an amount.
fn worth(base: Amount, step: Amount, links: u32) -> Option<Amount> {
    base.checked_add(Amount::new(step.units().checked_mul(u64::from(links))?)?)
}
