//! What the wallet needs to let people prove who they are, and who may try how often.

use super::pace::Pace;
use crate::instance::Instance;
use crate::proof::passkey::Passkeys;
use crate::proof::recovery::{CODES, Code};
use protocol::problem::Problem;
use std::sync::Arc;
use store::vault::CodeHash;
use tokio::sync::Semaphore;

/// Slow hashes made at once: each takes 19 MiB.
const HASHES_AT_ONCE: usize = 2;

/// The wallet's ways to prove who one is.
pub struct Proving {
    /// Passkeys; `None` where the door's host can't have any, such as an address in numbers.
    pub passkeys: Option<Passkeys>,
    /// Tries from one corner of the network.
    pub tries: Pace,
    hashing: Semaphore,
}

impl Proving {
    /// Of the wallet of an instance.
    pub fn new(instance: &Instance) -> Proving {
        let door = (instance.config.wallet.host.as_str(), instance.wallet_url());
        let passkeys = Passkeys::new((door.0, &door.1), &instance.config.name);
        let passkeys = passkeys.inspect_err(|error| tracing::warn!(%error, "no passkeys in this wallet")).ok();
        Proving { passkeys, tries: Pace::default(), hashing: Semaphore::new(HASHES_AT_ONCE) }
    }

    /// What the vault knows a typed code by.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn hash(&self, instance: &Arc<Instance>, code: Code) -> Result<CodeHash, Problem> {
        let secret = instance.keys.recovery();
        self.slow(move || code.hash(&secret)).await
    }

    /// Ten fresh codes with what the vault knows them by.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub async fn fresh(&self, instance: &Arc<Instance>) -> Result<Vec<(Code, CodeHash)>, Problem> {
        let secret = instance.keys.recovery();
        let make = move || {
            let code = Code::random();
            let hash = code.hash(&secret);
            (code, hash)
        };
        self.slow(move || std::iter::repeat_with(make).take(CODES).collect()).await
    }

    async fn slow<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let _place = self.hashing.acquire().await.map_err(|_| Problem::Internal)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Problem::Internal)
    }
}
