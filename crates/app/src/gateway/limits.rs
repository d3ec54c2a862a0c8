//! How often one address may ask: a bucket for each prefix, bounded in number.

use money::Timestamp;
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

/// How a bucket fills.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Rate {
    /// Microseconds until one more is allowed.
    pub interval_us: u64,
    /// How many at once after a rest.
    pub burst: u64,
}

/// 50 challenges a second, 200 at once.
pub(crate) const CHALLENGES: Rate = Rate { interval_us: 20_000, burst: 200 };
/// 20 failed credentials a minute.
pub(crate) const FAILURES: Rate = Rate { interval_us: 3_000_000, burst: 20 };

/// 10 vouchers a minute that prove nothing, of one session from one address.
pub(crate) const FORGED: Rate = Rate { interval_us: 6_000_000, burst: 10 };

/// 50 settlements and checks a second for one payee from one address, 200 at once.
pub(crate) const SETTLEMENTS: Rate = Rate { interval_us: 20_000, burst: 200 };

/// Prefixes remembered at once; the one that rested longest is forgotten first.
const MOST_PREFIXES: usize = 10_000;

/// Whether this machine itself is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Loopback {
    /// It may ask as often as it likes.
    Exempt,
    /// It is an address like any other.
    #[cfg_attr(not(test), expect(dead_code, reason = "the tests count it"))]
    Counted,
}

/// Buckets by address prefix: /24 of IPv4, /48 of IPv6.
pub(crate) struct Buckets {
    rate: Rate,
    loopback: Loopback,
    /// When a bucket would be full again.
    full_at: Mutex<BTreeMap<u64, Timestamp>>,
}

impl Buckets {
    pub(crate) fn new(rate: Rate, loopback: Loopback) -> Buckets {
        Buckets { rate, loopback, full_at: Mutex::default() }
    }

    /// Whether one more would be allowed now; takes nothing.
    ///
    /// # Errors
    /// After how many seconds it would be.
    pub(crate) fn look(&self, from: IpAddr, now: Timestamp) -> Result<(), u32> {
        self.prefix(from).map_or(Ok(()), |prefix| self.look_at(prefix, now))
    }

    /// The same for a key that [`Buckets::prefix`] is a part of.
    ///
    /// # Errors
    /// As [`Buckets::look`].
    pub(crate) fn look_at(&self, prefix: u64, now: Timestamp) -> Result<(), u32> {
        let buckets = self.full_at.lock().expect("no thread panics with the buckets in hand");
        let full_at = buckets.get(&prefix).copied().unwrap_or(now).max(now);
        let room = self.rate.interval_us.saturating_mul(self.rate.burst.saturating_sub(1));
        let over_us = full_at.0.saturating_sub(now.0).saturating_sub(room);
        if over_us == 0 {
            return Ok(());
        }
        Err(u32::try_from(over_us.div_ceil(1_000_000)).unwrap_or(u32::MAX))
    }

    /// Counts one.
    pub(crate) fn spend(&self, from: IpAddr, now: Timestamp) {
        if let Some(prefix) = self.prefix(from) {
            self.spend_at(prefix, now);
        }
    }

    /// The same for a key that [`Buckets::prefix`] is a part of.
    pub(crate) fn spend_at(&self, prefix: u64, now: Timestamp) {
        let mut buckets = self.full_at.lock().expect("no thread panics with the buckets in hand");
        if buckets.len() >= MOST_PREFIXES && !buckets.contains_key(&prefix) {
            buckets.retain(|_, full_at| *full_at > now);
            if let Some(rested) = buckets.iter().min_by_key(|(_, full_at)| **full_at).map(|(prefix, _)| *prefix)
                && buckets.len() >= MOST_PREFIXES
            {
                buckets.remove(&rested);
            }
        }
        let full_at = buckets.entry(prefix).or_insert(now);
        *full_at = Timestamp((*full_at).max(now).0.saturating_add(self.rate.interval_us));
    }

    /// Counts one if it is allowed.
    ///
    /// # Errors
    /// After how many seconds it would be.
    pub(crate) fn take(&self, from: IpAddr, now: Timestamp) -> Result<(), u32> {
        self.look(from, now)?;
        self.spend(from, now);
        Ok(())
    }

    /// What an address is counted by; nothing, if it is not counted.
    pub(crate) fn prefix(&self, from: IpAddr) -> Option<u64> {
        let from = from.to_canonical();
        if self.loopback == Loopback::Exempt && from.is_loopback() {
            return None;
        }
        Some(match from {
            // The top bit keeps the two families apart: no global IPv6 address has sixteen leading ones.
            IpAddr::V4(v4) => (0xffff << 48) | (u64::from(v4.to_bits()) >> 8),
            IpAddr::V6(v6) => head(v6) >> 16,
        })
    }
}

/// The first 64 bits.
fn head(v6: Ipv6Addr) -> u64 {
    let (head, _) = v6.octets().split_first_chunk().map(|(head, rest)| (*head, rest)).expect("an address has 16 bytes");
    u64::from_be_bytes(head)
}

#[cfg(test)]
mod tests;
