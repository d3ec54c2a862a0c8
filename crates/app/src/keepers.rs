//! What an instance does by itself beside answering: it captures sessions, gives back what a process before had promised, sends events and mails, states payers' months, gives back what sites elsewhere
//! returned, goes after coins that are on their way, clears the vault of what is over, and reads its journal again.

use crate::acts;
use crate::coins;
use crate::digest;
use crate::elsewhere::{self, giving};
use crate::hooks;
use crate::instance::{Instance, SWEEP_EVERY, Swept};
use crate::months;
use crate::ops::scrubbing;
use crate::world;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How often sessions are looked after, in seconds.
const SESSIONS_EVERY_S: u64 = 2;

/// The work under way; it ends when this is dropped, and nothing of it is lost by that: each step is durable or is done again.
#[must_use = "what is kept ends when this is dropped"]
pub struct Keepers(#[expect(dead_code, reason = "its drop ends the work")] JoinSet<()>);

/// Begins all of it.
pub fn start(instance: &Arc<Instance>) -> Keepers {
    let mut keepers = JoinSet::new();
    keepers.spawn(sweep(Arc::clone(instance)));
    keepers.spawn(months::keep(Arc::clone(instance)));
    keepers.spawn(digest::keep(Arc::clone(instance)));
    keepers.spawn(keep_sessions(Arc::clone(instance)));
    keepers.spawn(hooks::keep(Arc::clone(instance)));
    keepers.spawn(giving::keep(Arc::clone(instance)));
    if instance.config.site.values().any(|site| !site.stablecoin.is_empty()) {
        keepers.spawn(coins::keep(Arc::clone(instance)));
        keepers.spawn(coins::keep_arrivals(Arc::clone(instance)));
    }
    keepers.spawn(scrubbing::keep(Arc::clone(instance), instance.config.data.join("journal")));
    Keepers(keepers)
}

/// Captures and ends sessions when it is time. A run that is late or missed costs nothing: what was drawn is held until then.
async fn keep_sessions(instance: Arc<Instance>) {
    let mut times = tokio::time::interval(Duration::from_secs(SESSIONS_EVERY_S));
    times.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        if let Err(problem) = crate::gateway::sweep(&instance).await {
            tracing::warn!(?problem, "sessions were not looked after; the next run does it");
        }
        if let Err(problem) = crate::gateway::give_back_promises(&instance).await {
            tracing::warn!(?problem, "what is promised was not looked after; the next run does it");
        }
    }
}

/// Clears the vault of what is over or old, once an hour.
async fn sweep(instance: Arc<Instance>) {
    let mut hours = tokio::time::interval(Duration::from_secs(SWEEP_EVERY.0));
    loop {
        hours.tick().await;
        let swept = instance.vault(|vault| {
            let now = world::now();
            let people = (vault.expire_logins(now)?, vault.expire_readers(now)?);
            vault.expire_locks(now)?;
            vault.expire_elsewhere(now.before(elsewhere::FORGOTTEN))?;
            Ok((people, vault.expire_deliveries(now.before(hooks::KEPT))?, vault.expire_acts(now.before(acts::KEPT))?))
        });
        // A fault is in the log; what is over opens nothing either way.
        if let Ok(((logins, readers), deliveries, acts)) = swept.await {
            tracing::info!(logins, readers, deliveries, acts, "swept the vault");
            instance.note_swept(Swept {
                at: world::now(),
                removed: [logins, readers, deliveries, acts].into_iter().fold(0, u64::saturating_add),
            });
        }
    }
}
