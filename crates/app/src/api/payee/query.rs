//! Parameters of a read, strictly: one that is unknown or of another form is refused.

use crate::door;
use protocol::problem::Problem;
use std::collections::BTreeMap;

/// Rows if the caller does not say, and at most.
const ROWS: u32 = 50;
const MOST_ROWS: u32 = 200;

/// The parameters of a call.
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`Problem::BadRequest`] for a parameter that is none of `known`.
    pub fn read(query: &str, known: &[&str]) -> Result<Query, Problem> {
        let given = door::form(query.as_bytes());
        match given.keys().find(|key| !known.contains(&key.as_str())) {
            Some(unknown) => Err(unread(&format!("`{}` is no parameter of this call", unknown.chars().take(32).collect::<String>()))),
            None => Ok(Query(given)),
        }
    }

    /// One of them.
    #[must_use]
    pub fn word(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// How many rows are wanted.
    ///
    /// # Errors
    /// [`Problem::BadRequest`].
    pub fn limit(&self) -> Result<u32, Problem> {
        let Some(limit) = self.word("limit") else { return Ok(ROWS) };
        let limit = limit.parse::<u32>().ok().filter(|limit| (1..=MOST_ROWS).contains(limit));
        limit.ok_or_else(|| unread("`limit` is a number from 1 to 200"))
    }
}

/// A request that cannot be read.
pub fn unread(what: &str) -> Problem {
    Problem::BadRequest { detail: what.to_owned() }
}
