//! How fast one corner of the network may open wallets.

use money::Timestamp;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;

/// Opens a minute from one address prefix.
const A_MINUTE: u32 = 10;
/// Prefixes that are counted at once; a stranger above this waits for the next minute.
const MOST_PREFIXES: usize = 65_536;
const MINUTE_S: u64 = 60;

/// Counts by address prefix in the minute that runs. In memory only.
#[derive(Default)]
pub struct Pace(Mutex<Counted>);

#[derive(Default)]
struct Counted {
    minute: u64,
    by_prefix: BTreeMap<[u8; 8], u32>,
}

impl Pace {
    /// Counts one more from this address. This machine itself is not counted.
    ///
    /// # Errors
    /// [`Problem::TooFast`] until the minute is over.
    ///
    /// # Panics
    /// Never: nothing panics with the counts in hand.
    pub fn step(&self, from: IpAddr, now: Timestamp) -> Result<(), Problem> {
        let from = from.to_canonical();
        if from.is_loopback() {
            return Ok(());
        }
        let minute = now.seconds() / MINUTE_S;
        let mut counted = self.0.lock().expect("nothing panics with the counts in hand");
        if counted.minute != minute {
            *counted = Counted { minute, by_prefix: BTreeMap::new() };
        }
        let left_s = MINUTE_S.saturating_sub(now.seconds() % MINUTE_S);
        let too_fast = Problem::TooFast { retry_after_s: u32::try_from(left_s).unwrap_or(u32::MAX) };
        let prefix = prefix(from);
        if !counted.by_prefix.contains_key(&prefix) && counted.by_prefix.len() >= MOST_PREFIXES {
            return Err(too_fast);
        }
        let count = counted.by_prefix.entry(prefix).or_default();
        if *count >= A_MINUTE {
            return Err(too_fast);
        }
        *count = count.saturating_add(1);
        Ok(())
    }
}

/// What one customer of a network usually holds: a /24 of IPv4, a /56 of IPv6. The last byte tells the families apart.
fn prefix(address: IpAddr) -> [u8; 8] {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            [a, b, c, 0, 0, 0, 0, 4]
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, e, f, g, ..] = address.octets();
            [a, b, c, d, e, f, g, 6]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_a_minute_for_a_neighbourhood_and_no_limit_for_this_machine() {
        let pace = Pace::default();
        let now = Timestamp::from_seconds(1_800_000_030);
        let step = |address: &str, now| pace.step(address.parse().unwrap(), now);
        for last in 0..10 {
            assert_eq!(step(&format!("203.0.113.{last}"), now), Ok(()));
        }
        assert_eq!(step("203.0.113.99", now), Err(Problem::TooFast { retry_after_s: 30 }));
        assert_eq!(step("::ffff:203.0.113.99", now), Err(Problem::TooFast { retry_after_s: 30 }), "the same address in another coat");
        assert_eq!(step("203.0.114.1", now), Ok(()), "a neighbour is not to blame");
        assert_eq!(step("2001:db8::1", now), Ok(()));
        assert_eq!(step("203.0.113.99", Timestamp::from_seconds(1_800_000_060)), Ok(()), "the next minute");
        for _ in 0..100 {
            assert_eq!(step("127.0.0.1", now), Ok(()));
            assert_eq!(step("::1", now), Ok(()));
        }
    }
}
