//! Who watches from a session right now. A device has a seat for three target durations from its last segment; where an offer names a
//! number, no more have one at once.
//!
//! In memory only: what it forgets by a restart is a limit of some seconds, and no money. For the same reason every gateway counts
//! for itself: the requests of a session come to one.

use money::{CommandId, Span, Timestamp};
use std::collections::BTreeMap;
use std::num::NonZeroU8;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Sessions that are remembered, before those without a live seat are forgotten.
const MOST_SESSIONS: usize = 50_000;
/// Devices of one session that are remembered where any number may watch.
const MOST_SEATS: usize = 100;
/// So many target durations a seat is kept.
const LASTS: u64 = 3;

/// A device at its seat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Seat {
    /// A hash of what it shows.
    pub device: u64,
    /// What it calls itself, in words of ours.
    pub name: String,
    pub since: Timestamp,
    until: Timestamp,
}

/// Seats by session.
#[derive(Default)]
pub(crate) struct Seats(Mutex<BTreeMap<CommandId, Row>>);

#[derive(Default)]
struct Row {
    seats: Vec<Seat>,
    /// When a segment of it was last asked for.
    last: Timestamp,
}

/// How long a seat is kept: of a playlist whose segments are at most so many seconds long.
pub(super) fn lasts(target_s: u16) -> Span {
    Span(u64::from(target_s.max(1)).saturating_mul(LASTS))
}

impl Seats {
    /// Takes or keeps a seat; the devices that have one, where there is none left.
    pub fn take(
        &self,
        session: CommandId,
        (device, name): (u64, &str),
        (most, lasts): (Option<NonZeroU8>, Span),
        now: Timestamp,
    ) -> Result<(), Vec<Seat>> {
        let mut rows = self.lock();
        if rows.len() >= MOST_SESSIONS && !rows.contains_key(&session) {
            rows.retain(|_, row| row.seats.iter().any(|seat| now < seat.until));
        }
        let row = rows.entry(session).or_default();
        row.seats.retain(|seat| now < seat.until);
        let until = now.after(lasts);
        if let Some(seat) = row.seats.iter_mut().find(|seat| seat.device == device) {
            seat.until = seat.until.max(until);
        } else {
            let most = most.map_or(MOST_SEATS, |most| usize::from(most.get()));
            if row.seats.len() >= most {
                return Err(row.seats.clone());
            }
            row.seats.push(Seat { device, name: name.to_owned(), since: now, until });
        }
        row.last = row.last.max(now);
        Ok(())
    }

    /// Gives the seat of one device to another at once, so that the first cannot keep it by asking again. False if it has none.
    pub fn hand_over(&self, session: CommandId, from: u64, (device, name): (u64, &str), now: Timestamp) -> bool {
        let mut rows = self.lock();
        let Some(row) = rows.get_mut(&session) else { return false };
        let Some(place) = row.seats.iter().position(|seat| seat.device == from && now < seat.until) else { return false };
        let seat = row.seats.remove(place);
        if row.seats.iter().all(|seat| seat.device != device) {
            row.seats.push(Seat { device, name: name.to_owned(), since: now, until: seat.until });
        }
        true
    }

    /// The devices that have a seat.
    pub fn of(&self, session: CommandId, now: Timestamp) -> Vec<Seat> {
        let rows = self.lock();
        rows.get(&session).map(|row| row.seats.iter().filter(|seat| now < seat.until).cloned().collect()).unwrap_or_default()
    }

    /// When a segment was last asked for, as far as it is remembered: also one that cost nothing.
    pub fn last(&self, session: CommandId) -> Option<Timestamp> {
        self.lock().get(&session).map(|row| row.last)
    }

    /// The same of all that are remembered.
    pub fn all(&self) -> BTreeMap<CommandId, Timestamp> {
        self.lock().iter().map(|(id, row)| (*id, row.last)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<CommandId, Row>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Option<NonZeroU8> = NonZeroU8::new(2);
    const SESSION: CommandId = CommandId([1; 16]);

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn named(result: Result<(), Vec<Seat>>) -> Option<Vec<String>> {
        result.err().map(|seats| seats.into_iter().map(|seat| seat.name).collect())
    }

    #[test]
    fn a_third_device_waits_until_one_has_been_silent_for_three_target_durations() {
        let seats = Seats::default();
        let take = |device: u64, now| named(seats.take(SESSION, (device, &format!("d{device}")), (TWO, lasts(6)), at(now)));
        assert_eq!((take(1, 100), take(2, 110)), (None, None));
        assert_eq!(take(3, 117), Some(vec!["d1".to_owned(), "d2".to_owned()]));
        assert_eq!(take(2, 117), None, "who has a seat keeps it");
        assert_eq!(take(3, 118), None, "eighteen seconds after its last segment the first has none");
        assert_eq!(take(1, 118), Some(vec!["d2".to_owned(), "d3".to_owned()]));
        assert_eq!(named(seats.take(CommandId([2; 16]), (1, ""), (TWO, lasts(6)), at(118))), None, "another session");
        assert_eq!(seats.last(SESSION), Some(at(118)));
    }

    #[test]
    fn a_seat_is_handed_over_and_not_taken_back() {
        let seats = Seats::default();
        let take = |device: u64, now| seats.take(SESSION, (device, ""), (TWO, lasts(6)), at(now)).is_ok();
        assert!(take(1, 100) && take(2, 100) && !take(3, 101));
        assert!(!seats.hand_over(SESSION, 4, (3, ""), at(101)), "nobody's");
        assert!(seats.hand_over(SESSION, 1, (3, ""), at(101)));
        assert!(!take(1, 102) && take(3, 102) && take(2, 102));
        assert_eq!(seats.of(SESSION, at(103)).len(), 2);
        assert!(seats.of(SESSION, at(200)).is_empty());
    }

    #[test]
    fn without_a_number_any_may_watch() {
        let seats = Seats::default();
        assert!((0..50).all(|device| seats.take(SESSION, (device, ""), (None, lasts(6)), at(100)).is_ok()));
    }
}
