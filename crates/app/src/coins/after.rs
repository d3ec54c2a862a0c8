//! What has arrived is looked at once more. A chain may take its last blocks back, and with them a payment that its page was served for;
//! the signature is good for some minutes still, so it is brought there again, by the same facilitator.
//!
//! The books keep what they say: it was paid when it was served. What does not come back is in the log, for the payee to see to.

use super::way::{Unknown, Way};
use crate::instance::Instance;
use market::ClaimCoin;
use money::{CommandId, Span, Timestamp};
use protocol::x402::evm::Question;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;

/// So long after it arrived, and again after as long if it was gone or nobody could say.
const AFTER: Span = Span(30);
/// Payments that are looked after at once; the oldest are let go.
const MOST: usize = 10_000;
/// How many of them in one turn.
const MOST_AT_ONCE: usize = 16;

/// What has arrived of late, and when it is looked at.
#[derive(Default)]
pub(super) struct Arrivals(Mutex<BTreeMap<CommandId, (Timestamp, ClaimCoin)>>);

impl Arrivals {
    pub(super) fn enter(&self, id: CommandId, claim: &ClaimCoin, now: Timestamp) {
        let mut all = self.0.lock().expect("no thread panics with the arrivals in hand");
        all.insert(id, (now.after(AFTER), claim.clone()));
        while all.len() > MOST {
            all.pop_first();
        }
    }

    fn due(&self, now: Timestamp) -> Vec<(CommandId, ClaimCoin)> {
        let all = self.0.lock().expect("no thread panics with the arrivals in hand");
        let due = all.iter().filter(|(_, (at, _))| *at <= now).map(|(id, (_, claim))| (*id, claim.clone()));
        due.take(MOST_AT_ONCE).collect()
    }

    fn leave(&self, id: CommandId) {
        self.0.lock().expect("no thread panics with the arrivals in hand").remove(&id);
    }
}

/// What a second look finds.
enum Found {
    There,
    Gone,
    /// And nothing can bring it back.
    GoneForGood,
}

/// Looks at what is due.
pub(crate) async fn look_again(instance: &Arc<Instance>, now: Timestamp) {
    for (id, claim) in instance.coins.arrivals.due(now) {
        let Some(way) = Way::of(&instance.config, &claim) else {
            instance.coins.arrivals.leave(id);
            continue;
        };
        let (network, payment) = (&claim.coin.network, protocol::text::serial(id));
        match found(&way, &claim).await {
            Ok(Found::There) => instance.coins.arrivals.leave(id),
            Ok(Found::GoneForGood) => {
                instance.coins.arrivals.leave(id);
                tracing::error!(
                    network,
                    payment,
                    "a chain has taken a payment back that was served: its coin is not there, and will not come"
                );
            }
            Ok(Found::Gone) => {
                tracing::error!(network, payment, "a chain has taken a payment back that was served: it is settled once more");
                instance.coins.arrivals.enter(id, &claim, now);
                if let Err(why) = way.settle(&claim).await {
                    tracing::warn!(network, %why, "a facilitator did not settle a payment that a chain has taken back");
                }
            }
            // No longer than it could be settled again.
            Err(_) if now.seconds() > claim.valid_before => instance.coins.arrivals.leave(id),
            Err(why) => {
                instance.coins.arrivals.enter(id, &claim, now);
                tracing::warn!(network, %why, "a chain was not asked again");
            }
        }
    }
}

async fn found(way: &Way, claim: &ClaimCoin) -> Result<Found, Unknown> {
    let ClaimCoin { payer, nonce, .. } = *claim;
    let contract = claim.coin.contract;
    let answers = way.ask(&[Question::Latest]).await?;
    let last = answers.block(0).map_err(Unknown::Unreadable)?;
    let answers = way.ask(&[Question::IsUsed { contract, payer, nonce, at: Some(last.number) }]).await?;
    if answers.flag(0).map_err(Unknown::Unreadable)? {
        return Ok(Found::There);
    }
    Ok(if last.seconds >= claim.valid_before { Found::GoneForGood } else { Found::Gone })
}
