//! One-use tickets: what is handed to a browser now and comes back once, soon. In memory only and bounded; a restart costs
//! one more press of a button.

use crate::world;
use money::{Span, Timestamp};
use protocol::text::base64url;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// More than this many tickets at once: the oldest go.
const MOST: usize = 100_000;

/// The tickets that are out, each with what it stands for.
pub struct Tickets<T> {
    life: Span,
    out: Mutex<Out<T>>,
}

struct Out<T> {
    held: BTreeMap<[u8; 32], (Timestamp, T)>,
    by_time: BTreeMap<(Timestamp, [u8; 32]), ()>,
}

/// What becomes of a ticket that was looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    /// It stays as it is.
    Keep,
    /// It is gone.
    Drop,
}

impl<T> Tickets<T> {
    /// No tickets yet; each will live this long.
    #[must_use]
    pub fn new(life: Span) -> Tickets<T> {
        Tickets { life, out: Mutex::new(Out { held: BTreeMap::new(), by_time: BTreeMap::new() }) }
    }

    /// Makes a ticket: 128 random bits.
    #[must_use]
    pub fn issue(&self, value: T, now: Timestamp) -> String {
        let ticket = base64url(&world::random::<16>());
        self.put(&ticket, value, now);
        ticket
    }

    /// Keeps a value under a name that both sides know; a later one takes its place.
    pub fn put(&self, name: &str, value: T, now: Timestamp) {
        let mut out = self.hold();
        let ends = now.after(self.life);
        while let Some((oldest, hash)) = out.by_time.first_key_value().map(|(key, ())| *key)
            && (oldest <= now || out.held.len() >= MOST)
        {
            out.by_time.remove(&(oldest, hash));
            out.held.remove(&hash);
        }
        let hash = hash(name);
        if let Some((earlier, _)) = out.held.insert(hash, (ends, value)) {
            out.by_time.remove(&(earlier, hash));
        }
        out.by_time.insert((ends, hash), ());
    }

    /// Takes a ticket for good, if it is known and not too old.
    pub fn take(&self, ticket: &str, now: Timestamp) -> Option<T> {
        let mut out = self.hold();
        let (ends, value) = out.held.remove(&hash(ticket))?;
        out.by_time.remove(&(ends, hash(ticket)));
        (now < ends).then_some(value)
    }

    /// Looks at a ticket that is known and not too old; `look` says whether it stays.
    pub fn look<R>(&self, ticket: &str, now: Timestamp, look: impl FnOnce(&mut T) -> (After, R)) -> Option<R> {
        let hash = hash(ticket);
        let mut out = self.hold();
        let (ends, value) = out.held.get_mut(&hash).filter(|(ends, _)| now < *ends)?;
        let ends = *ends;
        let (after, said) = look(value);
        if after == After::Drop {
            out.held.remove(&hash);
            out.by_time.remove(&(ends, hash));
        }
        Some(said)
    }

    fn hold(&self) -> MutexGuard<'_, Out<T>> {
        self.out.lock().expect("no thread panics with the tickets in hand")
    }
}

/// Tickets are kept as hashes, so that looking one up tells nothing by its time.
fn hash(ticket: &str) -> [u8; 32] {
    Sha256::digest(ticket).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn a_ticket_is_taken_once_and_in_time() {
        let tickets = Tickets::new(Span(60));
        let (one, two) = (tickets.issue(1, at(0)), tickets.issue(2, at(10)));
        assert_eq!(tickets.look(&two, at(20), |value| (After::Keep, std::mem::replace(value, 3))), Some(2));
        assert_eq!(tickets.take(&two, at(20)), Some(3));
        assert_eq!(tickets.take(&two, at(20)), None);
        assert_eq!(tickets.look(&one, at(60), |value| (After::Keep, *value)), None);
        assert_eq!(tickets.take(&one, at(60)), None);
        let three = tickets.issue(4, at(70));
        assert_eq!(tickets.look(&three, at(71), |value| (After::Drop, *value)), Some(4));
        assert_eq!(tickets.take(&three, at(71)), None);
        assert!(tickets.hold().by_time.is_empty() && tickets.hold().held.is_empty());
    }

    #[test]
    fn what_is_kept_under_a_name_gives_way_to_what_comes_later() {
        let tickets = Tickets::new(Span(60));
        tickets.put("name", 1, at(0));
        tickets.put("name", 2, at(30));
        assert_eq!(tickets.hold().by_time.len(), 1);
        assert_eq!((tickets.take("name", at(80)), tickets.take("name", at(80))), (Some(2), None));
        assert!(tickets.hold().by_time.is_empty());
    }

    #[test]
    fn the_oldest_make_room() {
        let tickets = Tickets::new(Span(60));
        let first = tickets.issue(0, at(0));
        let last = (1..=MOST).map(|number| tickets.issue(number, at(1))).last().unwrap();
        assert_eq!(tickets.hold().held.len(), MOST);
        assert_eq!(tickets.take(&first, at(2)), None);
        assert_eq!(tickets.take(&last, at(2)), Some(MOST));
    }
}
