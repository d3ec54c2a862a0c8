//! The ways by which money comes in, and stopping them: an operator who finds one broken stops it, so that nobody adds money
//! that does not arrive. Nothing else hangs on it: balances are spent, purchases taken back and histories read as ever.

use crate::acts::{Doer, Done};
use crate::instance::Instance;
use market::{Maker, TopUp};
use money::{CommandId, Timestamp};
use protocol::problem::Problem;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::vault::{Vault, What};

/// The rail of a test folder. A live one has none yet.
pub const PLAY: &str = "play";
/// When a program may ask again.
const RETRY_AFTER_S: u32 = 600;

/// Whether a rail takes money in.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Taking {
    /// Nothing, from now on.
    Stop,
    /// Again.
    Start,
}

/// What the vault says of the rail, at hand for every page.
#[derive(Debug, Default)]
pub struct Standing(AtomicU64);

impl Standing {
    /// As the vault has it.
    ///
    /// # Errors
    /// [`store::Error::Database`].
    pub fn read(vault: &Vault) -> Result<Standing, store::Error> {
        let standing = Standing::default();
        standing.follow(vault)?;
        Ok(standing)
    }

    /// Since when the rail takes nothing in; `None` while it does.
    #[must_use]
    pub fn stopped(&self) -> Option<Timestamp> {
        let since = self.0.load(Ordering::Acquire);
        (since > 0).then_some(Timestamp(since))
    }

    fn follow(&self, vault: &Vault) -> Result<(), store::Error> {
        self.0.store(vault.rail_stopped(PLAY)?.map_or(0, |since| since.0), Ordering::Release);
        Ok(())
    }
}

/// Refuses a top-up while the rail is stopped. One that was applied before is let through: the books answer it as they did
/// then, and the sender learns what became of it.
///
/// # Errors
/// [`Problem::Unknown`] where no rail is, [`Problem::RailStopped`], [`Problem::Busy`], [`Problem::Internal`].
pub async fn takes(instance: &Arc<Instance>, top_up: &TopUp, id: CommandId) -> Result<(), Problem> {
    if !instance.is_test() {
        return Err(Problem::Unknown);
    }
    let Some(since) = instance.rail.stopped() else { return Ok(()) };
    let maker = Maker::Party(top_up.party);
    if instance.look(move |state, _| state.is_claimed(maker, id)).await? {
        return Ok(());
    }
    Err(Problem::RailStopped { since, retry_after_s: RETRY_AFTER_S })
}

/// Stops or starts a rail and writes down who did; `false` if it was so already, and then nothing is written.
///
/// # Errors
/// [`Problem::Unknown`] for a rail that the instance does not have, [`Problem::Internal`].
pub async fn set(instance: &Arc<Instance>, rail: &str, (taking, doer): (Taking, Doer), now: Timestamp) -> Result<bool, Problem> {
    if rail != PLAY || !instance.is_test() {
        return Err(Problem::Unknown);
    }
    let told = Arc::clone(instance);
    let change = move |vault: &mut Vault| {
        let changed = match taking {
            Taking::Stop => vault.stop_rail(PLAY, now)?,
            Taking::Start => vault.start_rail(PLAY)?,
        };
        // With the vault in hand, so that two who press at once leave what the vault has.
        told.rail.follow(vault)?;
        Ok(changed)
    };
    let changed = instance.vault(change).await?;
    if changed {
        let what = match taking {
            Taking::Stop => What::RailStopped,
            Taking::Start => What::RailStarted,
        };
        doer.did(instance, Done::to(what, PLAY)).await?;
    }
    Ok(changed)
}
