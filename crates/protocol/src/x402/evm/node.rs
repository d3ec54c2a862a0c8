//! What a node of a chain is asked (JSON-RPC), in one batch, and what it answers.

use super::receipt::Receipt;
use super::signing::padded;
use super::{bytes, keccak, parse_bytes};
use crate::text::Malformed;
use serde::Deserialize;
use serde_json::{Value, json};

/// Logs that are read of one answer: of one nonce there is one.
const MOST_LOGS: usize = 64;
/// What a contract logs when a nonce is used.
pub(super) const USED: &str = "AuthorizationUsed(address,bytes32)";
/// What it logs when one is taken back.
pub(super) const CANCELED: &str = "AuthorizationCanceled(address,bytes32)";
/// What it logs when a coin moves.
pub(super) const MOVED: &str = "Transfer(address,address,uint256)";

/// A question. Where one says a block, what is told stood when the chain had come to it: a node that has not heard of it says so instead of
/// telling what stood before. `None` is the last one, whichever that is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Question {
    /// Which chain it is.
    Chain,
    /// The last block.
    Latest,
    /// A block by its number.
    Block(u64),
    /// How many decimals a coin has.
    Decimals {
        /// The coin.
        contract: [u8; 20],
    },
    /// Whether a payer's nonce was used.
    IsUsed {
        /// The coin.
        contract: [u8; 20],
        /// Whose.
        payer: [u8; 20],
        /// Which.
        nonce: [u8; 32],
        /// When the chain had come to which block.
        at: Option<u64>,
    },
    /// What a payer has of a coin.
    Balance {
        /// The coin.
        contract: [u8; 20],
        /// Who.
        payer: [u8; 20],
        /// When the chain had come to which block.
        at: Option<u64>,
    },
    /// Where a payer's nonce was used or taken back.
    Ended {
        /// The coin.
        contract: [u8; 20],
        /// Whose.
        payer: [u8; 20],
        /// Which.
        nonce: [u8; 32],
        /// From which block to which, both included.
        within: (u64, u64),
    },
    /// What a transaction did.
    Receipt([u8; 32]),
}

/// The last block of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its own time, in seconds since 1970: by it the chain knows what is over.
    pub seconds: u64,
}

/// What a contract logged of a nonce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Log {
    /// The transaction that did it.
    pub transaction: [u8; 32],
    /// The block that has it.
    pub block: u64,
    /// What became of the nonce.
    pub end: NonceEnd,
}

/// What became of a nonce.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NonceEnd {
    /// Something was paid under it.
    Used,
    /// Its payer took it back.
    Canceled,
}

/// The answers to a batch, in its order.
#[derive(Debug)]
pub struct Answers(Vec<Value>);

/// The body of a batch.
#[must_use]
pub fn questions(all: &[Question]) -> String {
    let one = |(number, question): (usize, &Question)| {
        let (method, params) = question.call();
        json!({ "jsonrpc": "2.0", "id": number, "method": method, "params": params })
    };
    Value::Array(all.iter().enumerate().map(one).collect()).to_string()
}

/// Reads the answers to a batch of so many questions.
///
/// # Errors
/// [`Malformed`] unless each is answered, once and without an error.
pub fn answers(body: &[u8], asked: usize) -> Result<Answers, Malformed> {
    #[derive(Deserialize)]
    struct Answer {
        id: usize,
        // `null` is an answer: there is no such thing.
        #[serde(default, deserialize_with = "told")]
        result: Option<Value>,
        error: Option<Value>,
    }
    fn told<'d, D: serde::Deserializer<'d>>(from: D) -> Result<Option<Value>, D::Error> {
        Value::deserialize(from).map(Some)
    }
    let all: Vec<Answer> = serde_json::from_slice(body).map_err(|_| Malformed("answers of a node"))?;
    let mut found: Vec<Option<Value>> = vec![None; asked];
    for Answer { id, result, error } in all {
        let place = found.get_mut(id).filter(|place| place.is_none() && error.is_none()).ok_or(Malformed("answers of a node"))?;
        *place = result;
    }
    found.into_iter().collect::<Option<_>>().map(Answers).ok_or(Malformed("answers of a node"))
}

impl Question {
    fn call(&self) -> (&'static str, Value) {
        let call = |contract: &[u8; 20], at: &Option<u64>, function: &str, words: &[[u8; 32]]| {
            let selector = keccak(&[function.as_bytes()]);
            let data: Vec<u8> = selector.iter().take(4).chain(words.iter().flatten()).copied().collect();
            let block = at.map_or_else(|| "latest".to_owned(), quantity);
            ("eth_call", json!([{ "to": bytes(contract), "data": bytes(&data) }, block]))
        };
        match self {
            Question::Chain => ("eth_chainId", json!([])),
            Question::Latest => ("eth_getBlockByNumber", json!(["latest", false])),
            Question::Block(number) => ("eth_getBlockByNumber", json!([quantity(*number), false])),
            Question::Decimals { contract } => call(contract, &None, "decimals()", &[]),
            Question::IsUsed { contract, payer, nonce, at } => {
                call(contract, at, "authorizationState(address,bytes32)", &[padded(payer), *nonce])
            }
            Question::Balance { contract, payer, at } => call(contract, at, "balanceOf(address)", &[padded(payer)]),
            Question::Ended { contract, payer, nonce, within: (from, to) } => {
                let events = [USED, CANCELED].map(|event| bytes(&keccak(&[event.as_bytes()])));
                let topics = json!([events, bytes(&padded(payer)), bytes(nonce)]);
                let (from, to) = (quantity(*from), quantity(*to));
                ("eth_getLogs", json!([{ "address": bytes(contract), "fromBlock": from, "toBlock": to, "topics": topics }]))
            }
            Question::Receipt(transaction) => ("eth_getTransactionReceipt", json!([bytes(transaction)])),
        }
    }
}

/// A number as nodes write it.
fn quantity(number: u64) -> String {
    format!("{number:#x}")
}

/// A number as nodes write it, read.
pub(super) fn read_quantity(value: Option<&Value>) -> Option<u64> {
    u64::from_str_radix(value?.as_str()?.strip_prefix("0x")?, 16).ok()
}

impl Answers {
    fn text(&self, at: usize) -> Result<&str, Malformed> {
        self.0.get(at).and_then(Value::as_str).ok_or(Malformed("answer of a node"))
    }

    /// The answer to [`Question::Latest`].
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn block(&self, at: usize) -> Result<Block, Malformed> {
        let member = |key: &str| read_quantity(self.0.get(at).and_then(|block| block.get(key))).ok_or(Malformed("block"));
        Ok(Block { number: member("number")?, seconds: member("timestamp")? })
    }

    /// The answer to [`Question::Chain`].
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn chain(&self, at: usize) -> Result<u64, Malformed> {
        read_quantity(self.0.get(at)).ok_or(Malformed("number of a chain"))
    }

    /// The answer to [`Question::Receipt`]; none if the transaction is in no block.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn receipt(&self, at: usize) -> Result<Option<Receipt>, Malformed> {
        match self.0.get(at) {
            Some(Value::Null) => Ok(None),
            Some(receipt) => Receipt::read(receipt).map(Some),
            None => Err(Malformed("receipt")),
        }
    }

    /// The answer to [`Question::IsUsed`].
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn flag(&self, at: usize) -> Result<bool, Malformed> {
        match word(self.text(at)?)? {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            Some(_) | None => Err(Malformed("answer of a node")),
        }
    }

    /// The answer to [`Question::Balance`] or [`Question::Decimals`]; what is more than any amount is the most there is.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn number(&self, at: usize) -> Result<u128, Malformed> {
        Ok(word(self.text(at)?)?.unwrap_or(u128::MAX))
    }

    /// The answer to [`Question::Ended`].
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn logs(&self, at: usize) -> Result<Vec<Log>, Malformed> {
        let all = self.0.get(at).and_then(Value::as_array).filter(|all| all.len() <= MOST_LOGS).ok_or(Malformed("logs"))?;
        let one = |log: &Value| {
            let text = |key: &str| log.get(key).and_then(Value::as_str).ok_or(Malformed("log"));
            // What a chain took back again is no log of it.
            if log.get("removed").and_then(Value::as_bool) == Some(true) {
                return Ok(None);
            }
            let first = log.get("topics").and_then(|topics| topics.get(0)).and_then(Value::as_str).ok_or(Malformed("log"))?;
            let first = parse_bytes::<32>(first)?;
            let is = |event: &str| first == keccak(&[event.as_bytes()]);
            let end = if is(USED) { NonceEnd::Used } else { NonceEnd::Canceled };
            if end == NonceEnd::Canceled && !is(CANCELED) {
                return Err(Malformed("log"));
            }
            let block = read_quantity(log.get("blockNumber")).ok_or(Malformed("log"))?;
            Ok(Some(Log { transaction: parse_bytes(text("transactionHash")?)?, block, end }))
        };
        all.iter().filter_map(|log| one(log).transpose()).collect()
    }
}

/// A word of the chain as a number; none if it is longer than any amount.
pub(super) fn word(text: &str) -> Result<Option<u128>, Malformed> {
    let word: [u8; 32] = parse_bytes(text)?;
    let (high, low) = word.split_at(16);
    let low = low.try_into().map(u128::from_be_bytes).map_err(|_| Malformed("word"))?;
    Ok(high.iter().all(|byte| *byte == 0).then_some(low))
}
