//! Who is asked about a coin: the facilitator that brings payments to its chain, and a node of the chain.

use crate::config::{Config, Stablecoin};
use crate::outward::{self, Failed, Limits, Target};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use market::ClaimCoin;
use protocol::x402::evm::{Answers, Authorization, Question, Settling, Signed, Terms, answers, parse_address, questions, settle_request};
use std::time::Duration;
use thiserror::Error;

/// Longest answer of a facilitator.
const MOST_ANSWER: usize = 16 * 1_024;
/// Longest answer of a node: a block lists its transactions, a receipt what each of many payments did.
const MOST_BLOCK: usize = 4 * 1_024 * 1_024;
/// A facilitator waits for its chain before it answers.
const SETTLE_TIME: Duration = Duration::from_secs(30);
/// A node just looks.
const LOOK_TIME: Duration = Duration::from_secs(5);

/// The two addresses.
pub(crate) struct Way {
    settle: Target,
    node: Target,
    /// How many blocks must have a payment or stand on the one that has it: 1 is that block alone.
    pub(super) confirmations: u64,
}

/// Why nothing is known.
#[derive(Error, Debug)]
pub(crate) enum Unknown {
    /// Nobody answered.
    #[error("{0}")]
    Silent(#[from] Failed),
    /// With another status than a good one.
    #[error("it answered with status {0}")]
    Status(u16),
    /// With what cannot be understood.
    #[error("its answer cannot be read: {0:?}")]
    Unreadable(protocol::Malformed),
    /// It is a node of another chain, or the coin has other decimals than the configuration says.
    #[error("it is a node of chain {chain}, where the coin has {decimals} decimals: the configuration says otherwise")]
    Another {
        /// The chain's number.
        chain: u64,
        /// The coin's decimals there.
        decimals: u128,
    },
}

impl Way {
    /// That of a claim, as its site has it now; that of another site with the same coin, if its own takes it no more.
    pub(crate) fn of(config: &Config, claim: &ClaimCoin) -> Option<Way> {
        let realm = claim.item.split('/').next().unwrap_or_default();
        let is_it = |coin: &&Stablecoin| coin.network == claim.coin.network && parse_address(&coin.asset).ok() == Some(claim.coin.contract);
        let of_site = config.site.values().filter(|site| site.host == realm);
        let mut all = of_site.chain(config.site.values()).flat_map(|site| site.stablecoin.values());
        Way::new(config, all.find(is_it)?)
    }

    /// That of a coin of the configuration.
    pub(crate) fn new(config: &Config, coin: &Stablecoin) -> Option<Way> {
        let rules = coin.rules(config.mode);
        let settle = Target::parse(&coin.settle_url(), rules).ok()?;
        Some(Way { settle, node: Target::parse(&coin.rpc, rules).ok()?, confirmations: coin.confirmations })
    }

    /// Asks the facilitator to bring a payment to its chain.
    pub(super) async fn settle(&self, claim: &ClaimCoin) -> Result<Settling, Unknown> {
        let body = settle_request(&terms(claim), &signed(claim));
        let limits = Limits { most_body: MOST_ANSWER, most_time: SETTLE_TIME };
        let answered = outward::ask(&self.settle, (Method::POST, json(), Bytes::from(body)), limits).await?;
        // Some say no with a status, too; what they say is in the body either way.
        Settling::read(&answered.body).map_err(|unreadable| {
            if (200..300).contains(&answered.status) { Unknown::Unreadable(unreadable) } else { Unknown::Status(answered.status) }
        })
    }

    /// Asks the node.
    pub(super) async fn ask(&self, all: &[Question]) -> Result<Answers, Unknown> {
        let limits = Limits { most_body: MOST_BLOCK, most_time: LOOK_TIME };
        let answered = outward::ask(&self.node, (Method::POST, json(), Bytes::from(questions(all))), limits).await?;
        if !(200..300).contains(&answered.status) {
            return Err(Unknown::Status(answered.status));
        }
        answers(&answered.body, all.len()).map_err(Unknown::Unreadable)
    }
}

fn json() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}

/// A claim as its payer signed it.
pub(crate) fn terms(claim: &ClaimCoin) -> Terms<'_> {
    let coin = &claim.coin;
    Terms {
        network: &coin.network,
        contract: coin.contract,
        name: &coin.name,
        version: &coin.version,
        pay_to: claim.pay_to,
        value: claim.value,
    }
}

/// What of it was signed.
pub(crate) fn signed(claim: &ClaimCoin) -> Signed {
    let authorization = Authorization {
        from: claim.payer,
        to: claim.pay_to,
        value: claim.value,
        valid_after: claim.valid_after,
        valid_before: claim.valid_before,
        nonce: claim.nonce,
    };
    Signed { authorization, signature: claim.signature }
}
