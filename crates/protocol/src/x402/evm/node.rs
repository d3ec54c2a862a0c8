//! What a node of a chain is asked (JSON-RPC), in one batch, and what it answers.

use super::signing::padded;
use super::{bytes, keccak, parse_bytes};
use crate::text::Malformed;
use serde::Deserialize;
use serde_json::{Value, json};

/// Logs that are read of one answer: of what is asked for there is one.
const MOST_LOGS: usize = 64;

/// A question.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Question {
    /// The last block.
    Latest,
    /// Whether a payer's nonce was used.
    IsUsed {
        /// The coin.
        contract: [u8; 20],
        /// Whose.
        payer: [u8; 20],
        /// Which.
        nonce: [u8; 32],
    },
    /// What a payer has of a coin.
    Balance {
        /// The coin.
        contract: [u8; 20],
        /// Who.
        payer: [u8; 20],
    },
    /// Where a coin's contract used a payer's nonce, from a block on.
    Used {
        /// The coin.
        contract: [u8; 20],
        /// Whose.
        payer: [u8; 20],
        /// Which.
        nonce: [u8; 32],
        /// From which block on.
        since: u64,
    },
    /// Where a payer took a nonce back.
    Canceled {
        /// The coin.
        contract: [u8; 20],
        /// Whose.
        payer: [u8; 20],
        /// Which.
        nonce: [u8; 32],
        /// From which block on.
        since: u64,
    },
    /// What a payer gave to somebody, from a block on.
    Moved {
        /// The coin.
        contract: [u8; 20],
        /// From whom.
        payer: [u8; 20],
        /// To whom.
        pay_to: [u8; 20],
        /// From which block on.
        since: u64,
    },
}

/// The last block of a chain.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its own time, in seconds since 1970: by it the chain knows what is over.
    pub seconds: u64,
}

/// An entry in the log of a contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Log {
    /// The transaction that made it.
    pub transaction: [u8; 32],
    /// The number in its data; none if there is none, or one that is longer than any amount.
    pub value: Option<u128>,
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
        result: Option<Value>,
        error: Option<Value>,
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
        let call = |contract: &[u8; 20], function: &str, words: &[[u8; 32]]| {
            let selector = keccak(&[function.as_bytes()]);
            let data: Vec<u8> = selector.iter().take(4).chain(words.iter().flatten()).copied().collect();
            ("eth_call", json!([{ "to": bytes(contract), "data": bytes(&data) }, "latest"]))
        };
        let logs = |contract: &[u8; 20], since: u64, event: &str, words: &[[u8; 32]]| {
            let topics: Vec<String> = std::iter::once(&keccak(&[event.as_bytes()])).chain(words).map(|word| bytes(word)).collect();
            let filter = json!({ "address": bytes(contract), "fromBlock": format!("{since:#x}"), "toBlock": "latest", "topics": topics });
            ("eth_getLogs", json!([filter]))
        };
        match self {
            Question::Latest => ("eth_getBlockByNumber", json!(["latest", false])),
            Question::IsUsed { contract, payer, nonce } => call(contract, "authorizationState(address,bytes32)", &[padded(payer), *nonce]),
            Question::Balance { contract, payer } => call(contract, "balanceOf(address)", &[padded(payer)]),
            Question::Used { contract, payer, nonce, since } => {
                logs(contract, *since, "AuthorizationUsed(address,bytes32)", &[padded(payer), *nonce])
            }
            Question::Canceled { contract, payer, nonce, since } => {
                logs(contract, *since, "AuthorizationCanceled(address,bytes32)", &[padded(payer), *nonce])
            }
            Question::Moved { contract, payer, pay_to, since } => {
                logs(contract, *since, "Transfer(address,address,uint256)", &[padded(payer), padded(pay_to)])
            }
        }
    }
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
        let member = |key: &str| {
            let text = self.0.get(at).and_then(|block| block.get(key)).and_then(Value::as_str);
            text.and_then(|text| u64::from_str_radix(text.strip_prefix("0x")?, 16).ok()).ok_or(Malformed("block"))
        };
        Ok(Block { number: member("number")?, seconds: member("timestamp")? })
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

    /// The answer to [`Question::Balance`]; what is more than any amount is the most there is.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn number(&self, at: usize) -> Result<u128, Malformed> {
        Ok(word(self.text(at)?)?.unwrap_or(u128::MAX))
    }

    /// The answer to one that asks for logs.
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
            let value = text("data").ok().and_then(|data| word(data).ok()).flatten();
            Ok(Some(Log { transaction: parse_bytes(text("transactionHash")?)?, value }))
        };
        all.iter().filter_map(|log| one(log).transpose()).collect()
    }
}

/// A word of the chain as a number; none if it is longer than any amount.
fn word(text: &str) -> Result<Option<u128>, Malformed> {
    let word: [u8; 32] = parse_bytes(text)?;
    let (high, low) = word.split_at(16);
    let low = low.try_into().map(u128::from_be_bytes).map_err(|_| Malformed("word"))?;
    Ok(high.iter().all(|byte| *byte == 0).then_some(low))
}
