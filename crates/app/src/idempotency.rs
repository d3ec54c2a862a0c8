//! `Idempotency-Key`: the name under which a client asks again. At a priced page it is a word of the client's own; under
//! `/v1` it is the command's id.

use http::{HeaderMap, HeaderValue};
use money::{CommandId, Span, Timestamp};
use protocol::problem::Problem;
use protocol::text::parse_command;

const NAME: &str = "idempotency-key";
/// The window of the books: an id is taken for so long after its own time, and so long before it.
const WINDOW: Span = Span(600);
const AHEAD: Span = Span(120);
/// Longest word.
const MOST_BYTES: usize = 128;

/// The client's word, if it has one.
///
/// # Errors
/// [`Problem::BadRequest`] for two, an empty, an overlong or an unreadable one.
pub fn word(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    if headers.contains_key(NAME) {
        let read = one(headers).ok_or_else(|| unread("Idempotency-Key is one of 1 to 128 printable characters"));
        return read.map(Some);
    }
    Ok(None)
}

/// The command's id.
///
/// # Errors
/// [`Problem::BadRequest`] without one that can be read.
pub fn command(headers: &HeaderMap) -> Result<CommandId, Problem> {
    // base64url is read with padding, too; an id has one spelling.
    let id = one(headers).filter(|id| id.len() == 22).and_then(|id| parse_command(id).ok());
    id.ok_or_else(|| unread("a write needs an `Idempotency-Key` of 22 characters of base64url"))
}

/// The command's id, for what the books do not see: they refuse an id that is too old or lies ahead by themselves.
///
/// # Errors
/// [`Problem::BadRequest`] without one that can be read, [`Problem::IdTooOld`], [`Problem::IdTooNew`].
pub fn timely(headers: &HeaderMap, now: Timestamp) -> Result<CommandId, Problem> {
    let id = command(headers)?;
    in_time(id, now).map(|()| id)
}

/// Whether an id is of a time at which the books would take it.
///
/// # Errors
/// [`Problem::IdTooOld`], [`Problem::IdTooNew`].
pub fn in_time(id: CommandId, now: Timestamp) -> Result<(), Problem> {
    let own_time = Timestamp::from_ms(id.ms());
    if own_time.after(WINDOW) < now {
        return Err(Problem::IdTooOld);
    }
    if own_time > now.after(AHEAD) { Err(Problem::IdTooNew) } else { Ok(()) }
}

fn one(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(NAME).iter();
    let word = lines.next().map(HeaderValue::to_str)?.ok()?;
    // A tab passes `to_str`, and is no character that one prints.
    let is_word = (1..=MOST_BYTES).contains(&word.len()) && !word.contains('\t');
    (is_word && lines.next().is_none()).then_some(word)
}

fn unread(what: &str) -> Problem {
    Problem::BadRequest { detail: what.to_owned() }
}

#[cfg(test)]
mod tests;
