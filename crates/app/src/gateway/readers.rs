//! Browsers that were found in the vault a moment ago: a cookie shown again asks no database.

use money::{Party, Span, Timestamp};
use std::collections::BTreeMap;
use std::sync::Mutex;
use store::vault::HandleHash;

/// How long the vault's word is trusted: so late may a browser's end be seen here.
const TRUST: Span = Span(5);
/// More browsers than this are not remembered; then the memory begins anew.
const MOST: usize = 50_000;

/// Parties by handle, each with when it is asked for again.
#[derive(Default)]
pub(super) struct Readers(Mutex<BTreeMap<HandleHash, (Party, Timestamp)>>);

impl Readers {
    /// Whom a handle stands for, if that was found a moment ago.
    pub(super) fn known(&self, handle: &HandleHash, now: Timestamp) -> Option<Party> {
        let readers = self.0.lock().expect("no thread panics with the readers in hand");
        readers.get(handle).filter(|(_, until)| now < *until).map(|(party, _)| *party)
    }

    /// The vault says that a handle stands for a party until its end.
    pub(super) fn found(&self, handle: HandleHash, (party, ends): (Party, Timestamp), now: Timestamp) {
        let mut readers = self.0.lock().expect("no thread panics with the readers in hand");
        if readers.len() >= MOST {
            readers.clear();
        }
        readers.insert(handle, (party, ends.min(now.after(TRUST))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_trusted_for_a_moment_and_never_past_its_end() {
        let (readers, at) = (Readers::default(), |seconds: u64| Timestamp::from_seconds(1_000 + seconds));
        let (one, other) = (HandleHash([1; 32]), HandleHash([2; 32]));
        readers.found(one, (Party([1; 20]), at(900)), at(0));
        readers.found(other, (Party([2; 20]), at(2)), at(0));
        assert_eq!((readers.known(&one, at(1)), readers.known(&other, at(1))), (Some(Party([1; 20])), Some(Party([2; 20]))));
        assert_eq!((readers.known(&one, at(4)), readers.known(&other, at(2))), (Some(Party([1; 20])), None));
        assert_eq!(readers.known(&one, at(5)), None);
    }
}
