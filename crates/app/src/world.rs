//! The one place where the program reads the clock, draws random numbers and looks at its environment.
#![allow(clippy::disallowed_methods, reason = "this is the home of the world's facts; everything else gets them handed in")]

use money::{CommandId, Timestamp};
use std::time::SystemTime;

/// What time it is.
#[must_use]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}

/// Unguessable bytes from the system.
///
/// # Panics
/// If the system has no randomness to give: nothing safe can be done then.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// A key for the tables of the state, another one at every start.
#[must_use]
pub fn hash_key() -> [u64; 2] {
    [random(), random()].map(u64::from_le_bytes)
}

/// A fresh command id of this instant.
#[must_use]
pub fn command_id() -> CommandId {
    CommandId::new(now().ms(), random())
}

/// A variable of the environment, if it is set and is text.
#[must_use]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Bytes of memory that the process has, where the system tells.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()?.checked_mul(1_024)
}
