//! Records: what the journal keeps of an applied command. An auditor needs these and nothing else.

use crate::codec::{Damaged, Reader, Writer};
use crate::command::{Body, Command, Maker, RefundReason, RefundRequest};
use crate::outcome::{Applied, Effect, Outcome};
use crate::prepared::{Fingerprint, Ready, fingerprint};
use ledger::{AccountId, AccountKey, Class, Leg, Posted, PostingPlace};
use money::CommandId;

/// An applied command with everything it did. Its layout stands in docs/journal-format.md.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// What was asked.
    pub command: Command,
    /// What was done.
    pub applied: Applied,
}

/// How the legs of a record are laid out; the format of the frame that holds it says which.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Layout {
    /// Frames of format 1: account and amount.
    One,
    /// Frames of format 2: with the place of the account's posting before.
    Two,
}

impl Layout {
    /// The layout that is written.
    pub const NEWEST: Layout = Layout::Two;

    /// The layout of the records in frames of a format, if it is known.
    #[must_use]
    pub const fn of_format(format: u16) -> Option<Layout> {
        match format {
            1 => Some(Layout::One),
            2 => Some(Layout::Two),
            _ => None,
        }
    }
}

impl Record {
    /// Appends the journal layout of a record to a buffer that the caller reuses.
    pub fn encode(command: &Command, applied: &Applied, layout: Layout, out: &mut Vec<u8>) {
        command.encode(&mut Writer(out));
        encode_applied(applied, layout, out);
    }

    /// As [`Record::encode`] in the newest layout, for a command whose bytes are laid out already.
    ///
    /// # Panics
    /// If the command is not well formed: such a one is never applied.
    pub fn encode_ready(ready: Ready<'_>, applied: &Applied, out: &mut Vec<u8>) {
        let (bytes, _) = ready.form.expect("what was applied is well formed");
        out.extend_from_slice(bytes);
        encode_applied(applied, Layout::NEWEST, out);
    }

    /// Reads one record and nothing after it. In layout one no leg says what came before it.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes are no record of this layout.
    pub fn decode(layout: Layout, bytes: &[u8]) -> Result<Record, Damaged> {
        let from = &mut Reader(bytes);
        let command = Command::decode(from)?;
        let applied = Applied::decode(layout, from.0)?;
        Ok(Record { command, applied })
    }
}

impl Applied {
    /// Reads what a record says was done, which is all that follows its command.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes are no such end of a record.
    pub fn decode(layout: Layout, bytes: &[u8]) -> Result<Applied, Damaged> {
        let from = &mut Reader(bytes);
        let effect = Effect::decode(from)?;
        let accounts = from.u16("opened accounts")?;
        let opened = (0..accounts).map(|_| decode_key(from)).collect::<Result<_, _>>()?;
        let count = from.u16("legs")?;
        let legs = (0..count).map(|_| decode_leg(layout, from)).collect::<Result<_, Damaged>>()?;
        from.end()?;
        Ok(Applied { effect, posted: Posted { opened, legs } })
    }
}

/// A record as it is replayed: what was asked, taken apart, and where in its bytes what was done begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replayable {
    /// What was asked.
    pub command: Command,
    /// Its fingerprint.
    pub content: Fingerprint,
    /// The rest of the record, which [`says`] compares with what replaying gives, begins here.
    pub done_at: usize,
}

impl Replayable {
    /// Reads the command that a record begins with, in place of what was there.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes begin with no command; what is there is then of no use.
    pub fn decode_over(&mut self, bytes: &[u8]) -> Result<(), Damaged> {
        let from = &mut Reader(bytes);
        self.command.decode_over(from)?;
        self.done_at = bytes.len().saturating_sub(from.0.len());
        let (asked, _) = bytes.split_at(self.done_at);
        self.content = fingerprint(&self.command, asked);
        Ok(())
    }
}

impl Default for Replayable {
    /// A place to read one into.
    fn default() -> Replayable {
        let body = Body::Refund(RefundRequest::whole(CommandId([0; 16]), RefundReason::Operator));
        Replayable { command: Command { id: CommandId([0; 16]), maker: Maker::Instance, body }, content: [0; 16], done_at: 0 }
    }
}

/// True if `done`, the end of a record, says what replaying its command gave, no more and no less.
#[must_use]
pub fn says(layout: Layout, done: &[u8], outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Applied(again) => agrees(layout, &mut Reader(done), again).unwrap_or(false),
        Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(_) => false,
    }
}

/// Compared figure by figure as they are read: nothing is built, and what apply has just written is read as it was written.
fn agrees(layout: Layout, from: &mut Reader<'_>, again: &Applied) -> Result<bool, Damaged> {
    let Applied { effect, posted: Posted { opened, legs } } = again;
    if !effect.comes_next(from)? || usize::from(from.u16("opened accounts")?) != opened.len() {
        return Ok(false);
    }
    for key in opened {
        if decode_key(from)? != *key {
            return Ok(false);
        }
    }
    if usize::from(from.u16("legs")?) != legs.len() {
        return Ok(false);
    }
    for leg in legs {
        let same = from.u32("leg")? == leg.account.0 && from.i64("leg")? == leg.amount;
        let same_before = match layout {
            Layout::One => true,
            Layout::Two => from.u64("leg")? == leg.previous.0,
        };
        if !same || !same_before {
            return Ok(false);
        }
    }
    from.end().map(|()| true)
}

pub(crate) fn encode_key(key: &AccountKey, out: &mut Writer<'_>) {
    out.bytes(&key.party.0);
    out.asset(key.asset);
    out.u8(key.class.byte());
    out.maybe(key.lot, |out, lot| out.bytes(&lot.0));
}

fn encode_applied(applied: &Applied, layout: Layout, out: &mut Vec<u8>) {
    out.reserve(applied.posted.legs.len().saturating_mul(20).saturating_add(64));
    let out = &mut Writer(out);
    applied.effect.encode(out);
    out.count(applied.posted.opened.len());
    for key in &applied.posted.opened {
        encode_key(key, out);
    }
    out.count(applied.posted.legs.len());
    for leg in &applied.posted.legs {
        out.u32(leg.account.0);
        out.i64(leg.amount);
        match layout {
            Layout::One => {}
            Layout::Two => out.u64(leg.previous.0),
        }
    }
}

fn decode_leg(layout: Layout, from: &mut Reader<'_>) -> Result<Leg, Damaged> {
    let (account, amount) = (AccountId(from.u32("leg")?), from.i64("leg")?);
    let previous = match layout {
        Layout::One => PostingPlace(0),
        Layout::Two => PostingPlace(from.u64("leg")?),
    };
    Ok(Leg { account, amount, previous })
}

pub(crate) fn decode_key(from: &mut Reader<'_>) -> Result<AccountKey, Damaged> {
    let (party, asset) = (from.party()?, from.asset()?);
    let class = Class::from_byte(from.u8("class")?).ok_or(Damaged("class"))?;
    let lot = from.maybe("lot", Reader::command_id)?;
    Ok(AccountKey { party, asset, class, lot })
}
