//! Which milliseconds of films were drawn in sessions that go on: a record says a piece, and what of it is new says this.
//!
//! Kept in memory between commits and in a table for who starts anew; forgotten when the session ends.

use market::Piece;
use money::CommandId;
use rusqlite::{Connection, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// More sessions than this are not remembered; then the memory begins anew.
const MOST_KNOWN: usize = 1 << 14;

/// Pieces by film and beginning, with their ends; they do not touch each other.
type Pieces = BTreeMap<(u32, u64), u64>;

/// The pieces of all sessions that go on.
pub(super) struct Films<'c> {
    known: BTreeMap<CommandId, Pieces>,
    moved: BTreeSet<CommandId>,
    load: Statement<'c>,
    clear: Statement<'c>,
    add: Statement<'c>,
}

impl<'c> Films<'c> {
    pub(super) fn new(connection: &'c Connection) -> Result<Films<'c>, rusqlite::Error> {
        Ok(Films {
            known: BTreeMap::new(),
            moved: BTreeSet::new(),
            load: connection.prepare("SELECT film, begins, ends FROM watched WHERE session = ?1")?,
            clear: connection.prepare("DELETE FROM watched WHERE session = ?1")?,
            add: connection.prepare("INSERT INTO watched VALUES (?1, ?2, ?3, ?4)")?,
        })
    }

    /// Enters a piece; how many milliseconds of it were not there.
    pub(super) fn enter(&mut self, session: CommandId, piece: Piece) -> Result<u64, rusqlite::Error> {
        if !self.known.contains_key(&session) {
            let read = |row: &rusqlite::Row<'_>| {
                let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
                Ok(((row.get(0)?, number(1)?), number(2)?))
            };
            let pieces = self.load.query_map((session.0,), read)?.collect::<Result<_, _>>()?;
            self.known.insert(session, pieces);
        }
        self.moved.insert(session);
        Ok(self.known.get_mut(&session).map_or(0, |pieces| missing(pieces, piece)))
    }

    /// Forgets a session that is over.
    pub(super) fn end(&mut self, session: CommandId) -> Result<(), rusqlite::Error> {
        self.known.remove(&session);
        self.moved.remove(&session);
        self.clear.execute((session.0,)).map(drop)
    }

    /// Writes what moved, before a commit.
    pub(super) fn settle(&mut self) -> Result<(), rusqlite::Error> {
        for session in std::mem::take(&mut self.moved) {
            self.clear.execute((session.0,))?;
            for ((film, from), to) in self.known.get(&session).into_iter().flatten() {
                let number = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
                self.add.execute((session.0, film, number(*from), number(*to)))?;
            }
        }
        if self.known.len() > MOST_KNOWN {
            self.known.clear();
        }
        Ok(())
    }
}

/// Puts a piece to others; how much of it they lacked.
fn missing(pieces: &mut Pieces, Piece { film, from, to }: Piece) -> u64 {
    let met: Vec<(u64, u64)> =
        pieces.range((film, 0)..=(film, to)).filter(|(_, end)| **end >= from).map(|((_, begin), end)| (*begin, *end)).collect();
    let shared = met.iter().map(|(begin, end)| (*end.min(&to)).saturating_sub(*begin.max(&from))).fold(0, u64::saturating_add);
    let (mut begin, mut end) = (from, to);
    for (known, until) in met {
        pieces.remove(&(film, known));
        (begin, end) = (begin.min(known), end.max(until));
    }
    pieces.insert((film, begin), end);
    to.saturating_sub(from).saturating_sub(shared)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_missing_no_more_after_a_restart_either() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(crate::index::SCHEMA).unwrap();
        let (one, two) = (CommandId([1; 16]), CommandId([2; 16]));
        let piece = |film, from, to| Piece { film, from, to };
        let mut films = Films::new(&connection).unwrap();
        let enter = |films: &mut Films<'_>, session, (film, from, to)| films.enter(session, piece(film, from, to)).unwrap();
        let steps = [(1, 0, 10), (1, 5, 20), (1, 40, 50), (1, 15, 45), (2, 0, 50), (1, 0, 50)];
        assert_eq!(steps.map(|step| enter(&mut films, one, step)), [10, 10, 10, 20, 50, 0]);
        assert_eq!(enter(&mut films, two, (1, 0, 10)), 10);
        films.settle().unwrap();
        let mut films = Films::new(&connection).unwrap();
        assert_eq!([(1, 0, 60), (2, 49, 51)].map(|step| enter(&mut films, one, step)), [10, 1]);
        films.end(one).unwrap();
        films.settle().unwrap();
        let mut films = Films::new(&connection).unwrap();
        assert_eq!((enter(&mut films, one, (1, 0, 10)), enter(&mut films, two, (1, 0, 10))), (10, 0));
    }
}
