//! Buckets: bursts, neighbours, bounds.

use super::*;

const RATE: Rate = Rate { interval_us: 1_000_000, burst: 3 };

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

#[test]
fn a_burst_then_one_an_interval() {
    let buckets = Buckets::new(RATE, Loopback::Counted);
    let from: IpAddr = "203.0.113.7".parse().unwrap();
    for _ in 0..3 {
        assert_eq!(buckets.take(from, at(100)), Ok(()));
    }
    assert_eq!(buckets.take(from, at(100)), Err(1));
    assert_eq!(buckets.take(from, at(101)), Ok(()));
    assert_eq!(buckets.take(from, at(101)), Err(1));
    for _ in 0..3 {
        assert_eq!(buckets.take(from, at(1_000)), Ok(()));
    }
    assert_eq!(buckets.take(from, at(1_000)), Err(1));
}

#[test]
fn looking_takes_nothing() {
    let buckets = Buckets::new(RATE, Loopback::Counted);
    let from: IpAddr = "127.0.0.1".parse().unwrap();
    for _ in 0..10 {
        assert_eq!(buckets.look(from, at(1)), Ok(()));
    }
    (0..5).for_each(|_| buckets.spend(from, at(1)));
    assert_eq!(buckets.look(from, at(1)), Err(3));
}

#[test]
fn neighbours_share_a_bucket_and_strangers_do_not() {
    let buckets = Buckets::new(Rate { burst: 1, ..RATE }, Loopback::Counted);
    let table = [
        ("203.0.113.7", "203.0.113.200", true),
        ("203.0.114.7", "203.0.115.7", false),
        ("2001:db8:1:2::3", "2001:db8:1:ffff::1", true),
        ("2001:db8:2::1", "2001:db8:3::1", false),
        ("::ffff:198.51.100.1", "198.51.100.9", true),
    ];
    for (first, second, together) in table {
        assert_eq!(buckets.take(first.parse().unwrap(), at(1)), Ok(()), "{first}");
        assert_eq!(buckets.take(second.parse().unwrap(), at(1)).is_err(), together, "{first} {second}");
    }
}

#[test]
fn this_machine_may_be_exempt() {
    let buckets = Buckets::new(RATE, Loopback::Exempt);
    for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
        (0..100).for_each(|_| assert_eq!(buckets.take(address.parse().unwrap(), at(1)), Ok(())));
    }
}

#[test]
fn the_number_of_prefixes_is_bounded() {
    let buckets = Buckets::new(RATE, Loopback::Counted);
    for number in 0..u32::try_from(MOST_PREFIXES).unwrap().saturating_add(50) {
        let from = IpAddr::from((number << 8).saturating_add(1 << 24).to_be_bytes());
        assert_eq!(buckets.take(from, at(1)), Ok(()));
    }
    assert!(buckets.full_at.lock().unwrap().len() <= MOST_PREFIXES);
}
