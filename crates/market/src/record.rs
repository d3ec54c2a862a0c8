//! Records: what the journal keeps of an applied command. An auditor needs these and nothing else.

use crate::codec::{Damaged, Reader, Writer};
use crate::command::Command;
use crate::outcome::{Applied, Effect};
use ledger::{AccountId, AccountKey, Class, Leg, Posted};

/// An applied command with everything it did. Its layout stands in docs/journal-format.md.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// What was asked.
    pub command: Command,
    /// What was done.
    pub applied: Applied,
}

impl Record {
    /// Appends the journal layout of a record to a buffer that the caller reuses.
    pub fn encode(command: &Command, applied: &Applied, out: &mut Vec<u8>) {
        let out = &mut Writer(out);
        command.encode(out);
        applied.effect.encode(out);
        out.count(applied.posted.opened.len());
        for key in &applied.posted.opened {
            out.bytes(&key.party.0);
            out.asset(key.asset);
            out.u8(key.class.byte());
            out.maybe(key.lot, |out, lot| out.bytes(&lot.0));
        }
        out.count(applied.posted.legs.len());
        for leg in &applied.posted.legs {
            out.u32(leg.account.0);
            out.i64(leg.amount);
        }
    }

    /// Reads one record and nothing after it.
    ///
    /// # Errors
    /// [`Damaged`] if the bytes are no record of this layout.
    pub fn decode(bytes: &[u8]) -> Result<Record, Damaged> {
        let from = &mut Reader(bytes);
        let command = Command::decode(from)?;
        let effect = Effect::decode(from)?;
        let accounts = from.u16("opened accounts")?;
        let opened = (0..accounts).map(|_| decode_key(from)).collect::<Result<_, _>>()?;
        let count = from.u16("legs")?;
        let leg = |from: &mut Reader<'_>| Ok(Leg { account: AccountId(from.u32("leg")?), amount: from.i64("leg")? });
        let legs = (0..count).map(|_| leg(from)).collect::<Result<_, Damaged>>()?;
        from.end()?;
        Ok(Record { command, applied: Applied { effect, posted: Posted { opened, legs } } })
    }
}

fn decode_key(from: &mut Reader<'_>) -> Result<AccountKey, Damaged> {
    let (party, asset) = (from.party()?, from.asset()?);
    let class = Class::from_byte(from.u8("class")?).ok_or(Damaged("class"))?;
    let lot = from.maybe("lot", Reader::command_id)?;
    Ok(AccountKey { party, asset, class, lot })
}
