//! What a chain says of a payment. It was unused when it was claimed; so what is found later is what came of it.

use super::way::{Unknown, Way};
use market::{ClaimCoin, CoinEnding};
use protocol::x402::evm::Question;

/// So long after its time a payment is given up, by the chain's own clock: a node may be behind, and a chain may take a few of its
/// last blocks back.
const LATE_S: u64 = 30;

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
    /// Whether the nonce was used before.
    pub used: bool,
    /// What the payer has.
    pub balance: u128,
}

impl Way {
    /// What stands before a payment is claimed.
    pub(crate) async fn before(&self, claim: &ClaimCoin) -> Result<Standing, Unknown> {
        let ClaimCoin { payer, nonce, .. } = *claim;
        let contract = claim.coin.contract;
        let asked = [Question::Latest, Question::IsUsed { contract, payer, nonce }, Question::Balance { contract, payer }];
        let answers = self.ask(&asked).await?;
        let read = || Ok(Standing { block: answers.block(0)?.number, used: answers.flag(1)?, balance: answers.number(2)? });
        read().map_err(Unknown::Unreadable)
    }
}

/// Looks at the chain.
pub(super) async fn look(way: &Way, claim: &ClaimCoin) -> Result<Verdict, Unknown> {
    let ClaimCoin { payer, nonce, pay_to, block: since, .. } = *claim;
    let contract = claim.coin.contract;
    let answers = way.ask(&[Question::Latest, Question::IsUsed { contract, payer, nonce }]).await?;
    let block = answers.block(0).map_err(Unknown::Unreadable)?;
    if !answers.flag(1).map_err(Unknown::Unreadable)? {
        let over = block.seconds >= claim.valid_before.saturating_add(LATE_S);
        return Ok(if over { Verdict::Ended(CoinEnding::Lapsed) } else { Verdict::Open });
    }
    let asked = [
        Question::Used { contract, payer, nonce, since },
        Question::Moved { contract, payer, pay_to, since },
        Question::Canceled { contract, payer, nonce, since },
    ];
    let answers = way.ask(&asked).await?;
    let logs = |at| answers.logs(at).map_err(Unknown::Unreadable);
    let (used, moved, canceled) = (logs(0)?, logs(1)?, logs(2)?);
    let Some(used) = used.first() else {
        // The state may be ahead of the logs: only what a log says is said.
        return Ok(if canceled.is_empty() { Verdict::Open } else { Verdict::Ended(CoinEnding::Spent) });
    };
    let arrived = moved.iter().any(|log| log.transaction == used.transaction && log.value == Some(claim.value));
    Ok(Verdict::Ended(if arrived { CoinEnding::Paid { transfer: used.transaction } } else { CoinEnding::Spent }))
}
