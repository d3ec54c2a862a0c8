//! A chain that does what a test says, with its node and a facilitator before it: blocks, what a coin's contract logged in them, and
//! the ways in which a node is behind, cut short or beside the point.

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use protocol::x402::evm::{bytes, keccak, parse_address};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::net::TcpListener;

/// What a facilitator does when it is asked to settle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mood {
    /// It brings the payment to the chain and says so.
    Honest,
    /// It brings it there and denies it.
    Denies,
    /// It does nothing.
    Idle,
    /// It does nothing, and names the last transaction there is.
    Lies,
}

/// A transaction: its hash, and what the contract logged.
#[derive(Clone)]
struct Moved {
    hash: [u8; 32],
    logs: Vec<Value>,
}

struct Block {
    seconds: u64,
    moved: Vec<Moved>,
}

/// What stands there, and how it is told.
pub struct Facts {
    blocks: Vec<Block>,
    made: u8,
    pub mood: Mood,
    /// How often a settlement was asked for.
    pub asked: usize,
    pub balance: u128,
    pub chain: u64,
    pub decimals: u64,
    /// Logs are told of so many blocks at most.
    pub longest: u64,
    /// What is asked of the latest state is answered by one that is so many blocks behind.
    pub behind: usize,
    /// Logs of what moved are told by one that is so many blocks behind.
    pub logs_behind: usize,
    /// No log is told.
    pub forgets: bool,
}

pub struct Chain {
    pub address: SocketAddr,
    facts: Mutex<Facts>,
}

fn topic(event: &str) -> String {
    bytes(&keccak(&[event.as_bytes()]))
}

fn padded(address: &str) -> String {
    format!("0x{:0>64}", bytes(&parse_address(address).unwrap()).trim_start_matches("0x"))
}

/// A nonce was used.
pub fn used(payer: &str, nonce: &str) -> Value {
    json!({ "topics": [topic("AuthorizationUsed(address,bytes32)"), padded(payer), nonce], "data": "0x" })
}

/// A coin moved.
pub fn moved(payer: &str, pay_to: &str, value: u128) -> Value {
    json!({ "topics": [topic("Transfer(address,address,uint256)"), padded(payer), padded(pay_to)], "data": format!("0x{value:064x}") })
}

impl Chain {
    /// One of a hundred blocks, the last of them now.
    pub async fn start(now: u64) -> Arc<Chain> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let block = |number: u64| Block { seconds: now - 99 + number, moved: Vec::new() };
        let facts = Facts {
            blocks: (0..100).map(block).collect(),
            made: 0,
            mood: Mood::Honest,
            asked: 0,
            balance: 10_000_000,
            chain: 8_453,
            decimals: 6,
            longest: u64::MAX,
            behind: 0,
            logs_behind: 0,
            forgets: false,
        };
        let chain = Arc::new(Chain { address, facts: Mutex::new(facts) });
        let serving = Arc::clone(&chain);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let chain = Arc::clone(&serving);
                let answer = service_fn(move |request| {
                    let chain = Arc::clone(&chain);
                    async move { Ok::<_, Infallible>(chain.answer(request).await) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        chain
    }

    pub fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap()
    }

    /// A block more, so many seconds after the one before, with one transaction of these logs, if there are any.
    pub fn mine(&self, after: u64, logs: Vec<Value>) {
        self.facts().mine(after, logs);
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let is_settling = request.uri().path() == "/settle";
        let body = request.into_body().collect().await.unwrap().to_bytes();
        let asked: Value = serde_json::from_slice(&body).unwrap();
        let mut facts = self.facts();
        let said = if is_settling {
            facts.settle(&asked)
        } else {
            Value::Array(asked.as_array().unwrap().iter().map(|one| facts.told(one)).collect())
        };
        Response::new(Full::from(said.to_string()))
    }
}

impl Facts {
    /// The chain takes its last blocks back.
    pub fn take_back(&mut self, blocks: usize) {
        let left = self.blocks.len() - blocks;
        self.blocks.truncate(left);
    }

    fn mine(&mut self, after: u64, logs: Vec<Value>) {
        let seconds = self.blocks.last().unwrap().seconds + after;
        self.made += u8::from(!logs.is_empty());
        let moved = if logs.is_empty() { Vec::new() } else { vec![Moved { hash: [self.made; 32], logs }] };
        self.blocks.push(Block { seconds, moved });
    }

    fn settle(&mut self, asked: &Value) -> Value {
        self.asked += 1;
        let of = |key: &str| asked["paymentPayload"]["payload"]["authorization"][key].as_str().unwrap().to_owned();
        let (payer, pay_to, value, nonce) = (of("from"), of("to"), of("value").parse().unwrap(), of("nonce"));
        let known = self.state_of(&padded(&payer), &nonce, self.blocks.len());
        if self.mood == Mood::Lies {
            return json!({ "success": true, "transaction": bytes(&[self.made; 32]) });
        }
        if self.mood == Mood::Idle || known {
            return json!({ "success": false, "errorReason": "nonce_used" });
        }
        self.mine(1, vec![used(&payer, &nonce), moved(&payer, &pay_to, value)]);
        if self.mood == Mood::Denies {
            return json!({ "success": false });
        }
        json!({ "success": true, "transaction": bytes(&[self.made; 32]) })
    }

    /// Whether a nonce is used in the first so many blocks.
    fn state_of(&self, payer: &str, nonce: &str, blocks: usize) -> bool {
        let logs = self.blocks.iter().take(blocks).flat_map(|block| &block.moved).flat_map(|moved| &moved.logs);
        logs.filter(|log| log["topics"].get(2).is_some_and(|known| known == nonce)).any(|log| log["topics"][1] == payer)
    }

    fn told(&self, question: &Value) -> Value {
        let result = self.result(question["method"].as_str().unwrap(), &question["params"]);
        let id = &question["id"];
        match result {
            Some(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            None => json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32000, "message": "not here" } }),
        }
    }

    /// How many blocks there are up to a named one; none if it is not known.
    fn up_to(&self, named: &Value, behind: usize) -> Option<usize> {
        let all = self.blocks.len();
        match named.as_str().unwrap() {
            "latest" => Some(all - behind),
            number => Some(usize::from_str_radix(&number[2..], 16).unwrap() + 1).filter(|count| *count <= all),
        }
    }

    fn result(&self, method: &str, params: &Value) -> Option<Value> {
        match method {
            "eth_chainId" => Some(json!(format!("{:#x}", self.chain))),
            "eth_getBlockByNumber" => {
                let number = self.up_to(&params[0], 0)? - 1;
                Some(json!({ "number": format!("{number:#x}"), "timestamp": format!("{:#x}", self.blocks[number].seconds) }))
            }
            "eth_call" => {
                let (data, blocks) = (params[0]["data"].as_str().unwrap(), self.up_to(&params[1], self.behind)?);
                let number = match &data[..10] {
                    "0xe94a0102" => {
                        let (payer, nonce) = (format!("0x{}", &data[10..74]), format!("0x{}", &data[74..]));
                        u128::from(self.state_of(&payer, &nonce, blocks))
                    }
                    "0x313ce567" => self.decimals.into(),
                    _ => self.balance,
                };
                Some(json!(format!("0x{number:064x}")))
            }
            "eth_getLogs" => self.logs(&params[0]),
            "eth_getTransactionReceipt" => Some(self.receipt(&params[0])),
            _ => None,
        }
    }

    fn logs(&self, filter: &Value) -> Option<Value> {
        let number = |key: &str| u64::from_str_radix(&filter[key].as_str()?[2..], 16).ok();
        let last = self.blocks.len() as u64 - 1;
        let (from, to) = (number("fromBlock")?, number("toBlock").unwrap_or(last));
        if to.saturating_sub(from) > self.longest {
            return None;
        }
        let topics = filter["topics"].as_array().unwrap();
        let asked_of = |at: usize, there: &Value| {
            topics.get(at).is_none_or(|asked| asked == there || asked.as_array().is_some_and(|all| all.contains(there)))
        };
        let is_move = asked_of(0, &topic("Transfer(address,address,uint256)").into());
        let told = self.blocks.len() - if is_move { self.logs_behind } else { 0 };
        let told = if self.forgets { 0 } else { told };
        let blocks = self.blocks.iter().enumerate().take(told).filter(|(at, _)| (from..=to).contains(&(*at as u64)));
        let all = blocks.flat_map(|(at, block)| block.moved.iter().map(move |moved| (at, moved)));
        let found = all.flat_map(|(at, moved)| moved.logs.iter().map(move |log| entry(log, at, moved)));
        let same = |log: &Value| log["topics"].as_array().unwrap().iter().enumerate().all(|(at, there)| asked_of(at, there));
        Some(Value::Array(found.filter(same).collect()))
    }

    fn receipt(&self, hash: &Value) -> Value {
        let all = self.blocks.iter().enumerate().flat_map(|(at, block)| block.moved.iter().map(move |moved| (at, moved)));
        let mut found = all.filter(|(_, moved)| bytes(&moved.hash) == *hash);
        found.next().map_or(Value::Null, |(at, moved)| {
            let logs: Vec<Value> = moved.logs.iter().map(|log| entry(log, at, moved)).collect();
            json!({ "transactionHash": hash, "status": "0x1", "blockNumber": format!("{at:#x}"), "logs": logs })
        })
    }
}

fn entry(log: &Value, block: usize, moved: &Moved) -> Value {
    let mut log = log.clone();
    let more =
        json!({ "address": super::CONTRACT.to_lowercase(), "blockNumber": format!("{block:#x}"), "transactionHash": bytes(&moved.hash) });
    log.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    log
}
