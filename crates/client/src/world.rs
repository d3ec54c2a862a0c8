//! What the library is told of the world: the time, and bytes that nobody can guess.

use money::{CommandId, Timestamp};
use std::sync::Arc;

/// Clock and randomness, handed in by the program.
#[derive(Clone)]
pub struct World {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    random: Arc<dyn Fn() -> [u8; 32] + Send + Sync>,
}

impl World {
    /// A world of two closures; `random` must be fit for keys.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static, random: impl Fn() -> [u8; 32] + Send + Sync + 'static) -> World {
        World { now: Arc::new(now), random: Arc::new(random) }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Unguessable bytes.
    #[must_use]
    pub fn random(&self) -> [u8; 32] {
        (self.random)()
    }

    /// A fresh command id of this instant.
    #[must_use]
    pub fn command_id(&self) -> CommandId {
        let bytes = self.random();
        let (random, _) = bytes.split_first_chunk().expect("32 bytes hold 10");
        CommandId::new(self.now().ms(), *random)
    }
}
