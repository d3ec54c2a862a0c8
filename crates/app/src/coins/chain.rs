//! What a chain says of a payment. Its nonce was unused in the block that is named in the claim; so what a later block has is what came
//! of it.
//!
//! Behind one address there may be many nodes, some of them behind the others. So nothing is ended by what two of them say together: what
//! decides is asked for by the number of a block, which a node knows or says that it does not, and what moved is read from the receipt
//! of one transaction, which is whole or is not there.

use super::way::{Unknown, Way};
use market::{ClaimCoin, CoinEnding};
use protocol::x402::evm::{Answers, Came, NonceEnd, Question, Wanted, chain_id};
use std::time::Duration;

/// So long after its time a payment is given up, by the chain's own clock: its last blocks may be of a clock that is ahead.
const LATE_S: u64 = 30;
/// So long after its time one is given up whose nonce was used where no log tells of it.
const UNFOUND_S: u64 = 3_600;
/// Logs are asked for of so many blocks at once: some nodes refuse more.
const SPAN: u64 = 1_000;
/// And so often in one look. No payment is good for longer than that lasts.
const MOST_SPANS: usize = 32;
/// How often a node is asked again for a block that it has named and another one behind it does not know yet.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// Where a payment stands on its chain.
pub(super) enum Verdict {
    /// Nothing is known yet.
    Open,
    /// It has come to this.
    Ended(CoinEnding),
}

/// What a chain says before a payment is claimed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Standing {
    /// The last block.
    pub block: u64,
    /// Whether the nonce was used when the chain had come to it.
    pub used: bool,
    /// What the payer had then.
    pub balance: u128,
}

impl Way {
    /// What stands before a payment is claimed.
    pub(crate) async fn before(&self, claim: &ClaimCoin) -> Result<Standing, Unknown> {
        let ClaimCoin { payer, nonce, .. } = *claim;
        let contract = claim.coin.contract;
        let answers = self.ask(&[Question::Chain, Question::Latest, Question::Decimals { contract }]).await?;
        let read = || Ok((answers.chain(0)?, answers.block(1)?.number, answers.number(2)?));
        let (chain, block, decimals) = read().map_err(Unknown::Unreadable)?;
        if Some(chain) != chain_id(&claim.coin.network) || decimals != claim.coin.decimals.into() {
            return Err(Unknown::Another { chain, decimals });
        }
        let at = Some(block);
        let asked = [Question::IsUsed { contract, payer, nonce, at }, Question::Balance { contract, payer, at }];
        let answers = self.ask_of_block(&asked).await?;
        let read = || Ok(Standing { block, used: answers.flag(0)?, balance: answers.number(1)? });
        read().map_err(Unknown::Unreadable)
    }

    /// Asks about a block that one node has named, until the one that answers has heard of it.
    async fn ask_of_block(&self, asked: &[Question]) -> Result<Answers, Unknown> {
        let mut last = self.ask(asked).await;
        for _ in 1..TRIES {
            let Err(Unknown::Unreadable(_)) = last else { return last };
            tokio::time::sleep(PAUSE).await;
            last = self.ask(asked).await;
        }
        last
    }
}

/// A look at the chain.
struct Look<'a> {
    way: &'a Way,
    claim: &'a ClaimCoin,
    /// The last block that counts.
    head: u64,
}

/// Looks at the chain. A facilitator may have named a transaction; it is looked at first, and no more is believed of it than of any.
pub(super) async fn look(way: &Way, claim: &ClaimCoin, told: Option<[u8; 32]>) -> Result<Verdict, Unknown> {
    let ClaimCoin { payer, nonce, .. } = *claim;
    let contract = claim.coin.contract;
    let is_over = |seconds: u64, late: u64| seconds >= claim.valid_before.saturating_add(late);
    let answers = way.ask(&[Question::Latest, Question::IsUsed { contract, payer, nonce, at: None }]).await?;
    let read = || Ok((answers.block(0)?, answers.flag(1)?));
    let (last, used) = read().map_err(Unknown::Unreadable)?;
    let head = last.number.saturating_sub(way.confirmations.saturating_sub(1));
    if head <= claim.block || !(used || is_over(last.seconds, LATE_S)) {
        return Ok(Verdict::Open);
    }
    let answers = way.ask(&[Question::Block(head), Question::IsUsed { contract, payer, nonce, at: Some(head) }]).await?;
    let read = || Ok((answers.block(0)?, answers.flag(1)?));
    let (block, used) = read().map_err(Unknown::Unreadable)?;
    if block.number != head {
        return Ok(Verdict::Open);
    }
    if !used {
        return Ok(if is_over(block.seconds, LATE_S) { Verdict::Ended(CoinEnding::Lapsed) } else { Verdict::Open });
    }
    let looked = Look { way, claim, head };
    if let Some(ending) = looked.traced(told).await? {
        return Ok(Verdict::Ended(ending));
    }
    if is_over(block.seconds, UNFOUND_S) {
        tracing::error!(network = claim.coin.network, "a payer's nonce was used, and no log of the node tells what for: nothing was paid");
        return Ok(Verdict::Ended(CoinEnding::Spent));
    }
    Ok(Verdict::Open)
}

impl Look<'_> {
    /// What the nonce was used for, as far as a log tells of it.
    async fn traced(&self, told: Option<[u8; 32]>) -> Result<Option<CoinEnding>, Unknown> {
        if let Some(transaction) = told
            && let Some(ending) = self.of_transaction(transaction).await?
        {
            return Ok(Some(ending));
        }
        let ClaimCoin { payer, nonce, block: since, .. } = *self.claim;
        let contract = self.claim.coin.contract;
        let mut from = since.saturating_add(1);
        for _ in 0..MOST_SPANS {
            if from > self.head {
                break;
            }
            let within = (from, from.saturating_add(SPAN.saturating_sub(1)).min(self.head));
            let answers = self.way.ask(&[Question::Block(from), Question::Ended { contract, payer, nonce, within }]).await?;
            let read = || Ok((answers.block(0)?, answers.logs(1)?));
            let (block, logs) = read().map_err(Unknown::Unreadable)?;
            match logs.iter().find(|log| (from..=self.head).contains(&log.block)) {
                Some(log) if log.end == NonceEnd::Used => return self.of_transaction(log.transaction).await,
                Some(_) => return Ok(Some(CoinEnding::Spent)),
                // From here on the chain took it no more.
                None if block.seconds >= self.claim.valid_before => break,
                None => from = within.1.saturating_add(1),
            }
        }
        Ok(None)
    }

    /// What a transaction is to the payment, if it stands in a block that counts.
    async fn of_transaction(&self, transaction: [u8; 32]) -> Result<Option<CoinEnding>, Unknown> {
        let answers = match self.way.ask(&[Question::Receipt(transaction)]).await {
            Ok(answers) => answers,
            // Whoever names a transaction that nobody can read says nothing.
            Err(Unknown::Unreadable(_)) => return Ok(None),
            Err(unknown) => return Err(unknown),
        };
        let Ok(Some(receipt)) = answers.receipt(0) else { return Ok(None) };
        if receipt.block <= self.claim.block || receipt.block > self.head {
            return Ok(None);
        }
        let ClaimCoin { payer, nonce, pay_to, value, .. } = *self.claim;
        Ok(match receipt.brought(&Wanted { contract: self.claim.coin.contract, payer, nonce, pay_to, value }) {
            Came::Unused => None,
            Came::Arrived => Some(CoinEnding::Paid { transfer: transaction }),
            Came::Elsewhere => Some(CoinEnding::Spent),
        })
    }
}
