//! What a transaction did to a coin, of its receipt alone: the logs of one transaction come whole or not at all, whichever of the nodes
//! behind an address answers.

use super::node::{CANCELED, MOVED, USED, read_quantity, word};
use super::signing::padded;
use super::{keccak, parse_bytes};
use crate::text::Malformed;
use serde_json::Value;

/// Logs that are read of one transaction.
const MOST_ENTRIES: usize = 8_192;

/// A transaction that is in a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The block that has it.
    pub block: u64,
    /// What the contracts logged, in their order; nothing of one that failed.
    entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    contract: [u8; 20],
    topics: Vec<[u8; 32]>,
    value: Option<u128>,
}

/// A payment that is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// The coin.
    pub contract: [u8; 20],
    /// Whose.
    pub payer: [u8; 20],
    /// Under which nonce.
    pub nonce: [u8; 32],
    /// To whom.
    pub pay_to: [u8; 20],
    /// How much.
    pub value: u128,
}

/// What a transaction is to a payment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Came {
    /// It did not use the nonce.
    Unused,
    /// It brought the coin.
    Arrived,
    /// It used the nonce for something else.
    Elsewhere,
}

impl Receipt {
    pub(super) fn read(receipt: &Value) -> Result<Receipt, Malformed> {
        let wrong = Malformed("receipt");
        let block = read_quantity(receipt.get("blockNumber")).ok_or(wrong)?;
        // Before Byzantium there was no status, and no such coin.
        let succeeded = read_quantity(receipt.get("status")).ok_or(wrong)? == 1;
        let logs = receipt.get("logs").and_then(Value::as_array).filter(|all| all.len() <= MOST_ENTRIES).ok_or(wrong)?;
        let entries = logs.iter().filter(|_| succeeded).map(Entry::read).collect::<Result<_, _>>()?;
        Ok(Receipt { block, entries })
    }

    /// Whether this brought a payment. A payer can sign several things under one nonce, and can have many nonces used in one transaction; so
    /// what moved counts for the nonce after whose use it stands, before the next one is used. Contracts log the use, then the move.
    /// Where only one nonce is used there is nothing to tell apart.
    #[must_use]
    pub fn brought(&self, wanted: &Wanted) -> Came {
        let Wanted { contract, payer, nonce, pay_to, value } = wanted;
        let of_coin: Vec<&Entry> = self.entries.iter().filter(|entry| entry.contract == *contract).collect();
        let is_use = |entry: &&Entry| entry.is(USED) || entry.is(CANCELED);
        let is_ours = |entry: &&Entry| entry.is(USED) && entry.topics.get(1..) == Some(&[padded(payer), *nonce]);
        let is_coin = |entry: &&Entry| entry.topics.get(1..) == Some(&[padded(payer), padded(pay_to)]) && entry.value == Some(*value);
        let Some(at) = of_coin.iter().position(is_ours) else { return Came::Unused };
        let arrived = if of_coin.iter().filter(|entry| is_use(entry)).count() == 1 {
            of_coin.iter().any(|entry| entry.is(MOVED) && is_coin(entry))
        } else {
            let mut after = of_coin.iter().skip(at.saturating_add(1)).take_while(|entry| !is_use(entry));
            after.find(|entry| entry.is(MOVED)).is_some_and(is_coin)
        };
        if arrived { Came::Arrived } else { Came::Elsewhere }
    }
}

impl Entry {
    fn read(log: &Value) -> Result<Entry, Malformed> {
        let wrong = Malformed("log");
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned).ok_or(wrong);
        let topics = log.get("topics").and_then(Value::as_array).filter(|all| all.len() <= 4).ok_or(wrong)?;
        let topics = topics.iter().map(|topic| parse_bytes(&text(Some(topic))?)).collect::<Result<_, _>>()?;
        let value = text(log.get("data"))?;
        Ok(Entry { contract: parse_bytes(&text(log.get("address"))?)?, topics, value: word(&value).ok().flatten() })
    }

    fn is(&self, event: &str) -> bool {
        self.topics.first() == Some(&keccak(&[event.as_bytes()]))
    }
}
