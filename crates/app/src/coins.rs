//! Payments past the books: what a payer signed is brought to its chain by a facilitator, and the chain is asked whether the coin has
//! arrived. What a facilitator says is a hint; nothing but the chain ends a payment.
//!
//! Each is in the journal before anybody is asked to settle it, so whoever starts after a crash finds it and goes on. The same signed
//! payment is settled again until it has arrived or its time on the chain is over: the chain takes it once.

mod after;
mod chain;
mod facts;
mod way;

pub(crate) use after::look_again;
pub(crate) use chain::Standing;
pub(crate) use facts::{facts, row_of};
pub(crate) use way::{Way, signed, terms};

use crate::instance::Instance;
use crate::world;
use chain::Verdict;
use market::{Body, ClaimCoin, CoinEnding, CoinPhase, Command, Maker, Outcome, Rejection, State};
use money::{CommandId, Party, Span, Timestamp};
use protocol::problem::Problem;
use protocol::x402::evm::Settling;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// A facilitator is asked again after so long.
const AGAIN: Span = Span(5);
/// How often a chain is looked at while somebody waits.
const LOOK: Duration = Duration::from_millis(500);
/// After a facilitator's no the chain is looked at so often: it may have been another try that arrived.
const LOOKS_AFTER_NO: u32 = 2;
/// How often it is looked for payments that nobody waits for.
const SWEEP: Duration = Duration::from_secs(2);
/// How long one of those is gone after at once.
const SWEEP_PATIENCE: Duration = Duration::from_secs(30);
/// How many of them at once.
const MOST_AT_ONCE: usize = 16;

/// When a facilitator was last asked to settle what is pending, and which transaction it named.
#[derive(Default)]
pub(crate) struct Asked {
    times: Mutex<Times>,
    arrivals: after::Arrivals,
}

type Times = BTreeMap<CommandId, (Timestamp, Option<[u8; 32]>)>;

impl Asked {
    /// True for who is to ask now.
    fn take(&self, id: CommandId, now: Timestamp) -> bool {
        let mut asked = self.times();
        let known = asked.get(&id).copied();
        if known.is_some_and(|(last, _)| now < last.after(AGAIN)) {
            return false;
        }
        asked.insert(id, (now, known.and_then(|(_, told)| told)));
        true
    }

    /// A facilitator says that a transaction did it.
    fn tell(&self, id: CommandId, transaction: [u8; 32]) {
        let mut asked = self.times();
        if let Some((_, told)) = asked.get_mut(&id) {
            *told = Some(transaction);
        }
    }

    fn told(&self, id: CommandId) -> Option<[u8; 32]> {
        self.times().get(&id).and_then(|(_, told)| *told)
    }

    /// As if all had been asked long ago.
    #[cfg(test)]
    pub(crate) fn rested(&self) {
        self.times().values_mut().for_each(|(last, _)| *last = Timestamp(0));
    }

    fn times(&self) -> MutexGuard<'_, Times> {
        self.times.lock().expect("no thread panics with the times in hand")
    }

    fn forget(&self, id: CommandId) {
        self.times().remove(&id);
    }
}

/// The party that stands for an address of a chain, where a payee is to know its payers apart. No key opens it.
pub(crate) fn party_of(address: &market::Address) -> Party {
    let hash: [u8; 32] = Sha256::new().chain_update("farthing/outside/1\n").chain_update(address).finalize().into();
    Party(*hash.first_chunk().expect("SHA-256 has 32 bytes"))
}

/// Goes after a payment that was claimed, until its chain has said what became of it or patience is over.
///
/// # Errors
/// As [`Instance::apply`].
pub(crate) async fn pursue(
    instance: &Arc<Instance>,
    (id, claim): (CommandId, &ClaimCoin),
    patience: Duration,
) -> Result<Option<CoinEnding>, Problem> {
    let Some(way) = Way::of(&instance.config, claim) else {
        tracing::error!(network = claim.coin.network, "a coin is pending that no site takes any more: its chain is not looked at");
        return Ok(None);
    };
    let asks = instance.coins.take(id, world::now());
    let settle = async { if asks { way.settle(claim).await } else { std::future::pending().await } };
    let over = tokio::time::sleep(patience);
    tokio::pin!(settle, over);
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first is at once: nothing can be there yet.
    looks.tick().await;
    let (mut said, mut left) = (false, None);
    loop {
        tokio::select! {
            () = &mut over => return Ok(None),
            answer = &mut settle, if !said => {
                said = true;
                if let Ok(Settling::Done(transaction)) = answer {
                    instance.coins.tell(id, transaction);
                } else {
                    tracing::warn!(network = claim.coin.network, ?answer, "a facilitator did not settle a payment; its chain is asked");
                    left = Some(LOOKS_AFTER_NO);
                }
            }
            _ = looks.tick() => {}
        }
        match chain::look(&way, claim, instance.coins.told(id)).await {
            Ok(Verdict::Ended(ending)) => return close(instance, (id, claim), ending).await.map(Some),
            Ok(Verdict::Open) => {}
            Err(why) => tracing::warn!(network = claim.coin.network, %why, "a chain was not asked"),
        }
        match left {
            Some(0) => return Ok(None),
            Some(looks) => left = Some(looks.saturating_sub(1)),
            None => {}
        }
    }
}

/// Writes down what a chain said.
async fn close(instance: &Arc<Instance>, (id, claim): (CommandId, &ClaimCoin), ending: CoinEnding) -> Result<CoinEnding, Problem> {
    let answer = instance.apply(Command { id, maker: Maker::Instance, body: Body::CloseCoin(ending) }).await?;
    instance.coins.forget(id);
    match answer.outcome {
        Outcome::Applied(_) => {
            if matches!(ending, CoinEnding::Paid { .. }) {
                instance.coins.arrivals.enter(id, claim, world::now());
            }
            Ok(ending)
        }
        Outcome::Replayed(_) | Outcome::Standing(_) => Ok(ending),
        // Another look was first, and its word stands.
        Outcome::Rejected(Rejection::IdReused) => {
            let found = instance.look(move |state, _| state.coin_payment(id).map(|payment| payment.phase)).await?;
            tracing::error!(?ending, ?found, "a chain says of one payment two things");
            if let Some(CoinPhase::Ended { ending, .. }) = found { Ok(ending) } else { Err(Problem::Internal) }
        }
        Outcome::Rejected(rejection) => {
            tracing::error!(?rejection, ?ending, "what a chain said of a payment was refused by the books");
            Err(Problem::Internal)
        }
    }
}

/// Goes after payments that nobody waits for: those of clients that went away, and those of a run of the program before.
pub(crate) async fn keep(instance: Arc<Instance>) {
    let mut under_way: JoinSet<()> = JoinSet::new();
    let mut times = tokio::time::interval(SWEEP);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = None;
    loop {
        times.tick().await;
        while under_way.try_join_next().is_some() {}
        if !under_way.is_empty() {
            continue;
        }
        let listed = move |state: &State, _| {
            let all: Vec<CommandId> = state.pending_coins().map(|(id, _)| id).collect();
            let due = in_turn(&all, last).into_iter().filter_map(|id| Some((id, state.coin_payment(id)?.claim.clone())));
            due.collect::<Vec<_>>()
        };
        let Ok(pending) = instance.look(listed).await else { continue };
        last = pending.last().map(|(id, _)| *id);
        for (id, claim) in pending {
            let instance = Arc::clone(&instance);
            under_way.spawn(async move {
                if let Err(problem) = pursue(&instance, (id, &claim), SWEEP_PATIENCE).await {
                    tracing::warn!(?problem, "what became of a payment past the books was not written down; the next look does it");
                }
            });
        }
    }
}

/// Looks once more for what has arrived of late.
pub(crate) async fn keep_arrivals(instance: Arc<Instance>) {
    let mut times = tokio::time::interval(SWEEP);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        look_again(&instance, world::now()).await;
    }
}

/// Whose turn it is after the last one: all have theirs, however many never come to an end.
fn in_turn(all: &[CommandId], last: Option<CommandId>) -> Vec<CommandId> {
    let later = all.iter().filter(|id| last.is_none_or(|last| **id > last));
    later.chain(all).take(MOST_AT_ONCE.min(all.len())).copied().collect()
}

#[cfg(test)]
mod tests;
