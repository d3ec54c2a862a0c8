//! Who calls: the key whose signature covers this very call.

use crate::idempotency;
use crate::instance::Instance;
use crate::wallet::Asked;
use http::{HeaderMap, header};
use money::{CommandId, Party, Timestamp};
use protocol::calls::{Call, Kind, Signed};
use protocol::problem::Problem;

/// A signed write.
pub struct Write<'a> {
    /// The account of the key that signed it.
    pub account: Party,
    /// The caller's id for it.
    pub id: CommandId,
    /// The signed body.
    pub body: &'a [u8],
}

/// The account that signed a read.
///
/// # Errors
/// [`Problem::BadRequest`] without a readable signature of now, [`Problem::SignatureInvalid`].
pub fn reader(instance: &Instance, asked: &Asked, now: Timestamp) -> Result<Party, Problem> {
    let signed = signed(&asked.headers)?;
    if signed.time.is_none() {
        return Err(unread("a read's signature names its time"));
    }
    // A HEAD is signed as what it is.
    let call = Call { instance: instance.id, method: asked.method.as_str(), target: &asked.target, kind: Kind::Read };
    if signed.covers(&call, now) { Ok(signed.key.account()) } else { Err(Problem::SignatureInvalid) }
}

/// The signed write.
///
/// # Errors
/// [`Problem::BadRequest`] without a readable signature and id, [`Problem::SignatureInvalid`].
pub fn writer<'a>(instance: &Instance, asked: &'a Asked) -> Result<Write<'a>, Problem> {
    let signed = signed(&asked.headers)?;
    let id = idempotency::command(&asked.headers)?;
    let kind = Kind::Write { body: &asked.body, command: id };
    let call = Call { instance: instance.id, method: asked.method.as_str(), target: &asked.target, kind };
    // A write's time is in its id and is looked at by the engine, so `now` does not count.
    if !signed.covers(&call, Timestamp::default()) {
        return Err(Problem::SignatureInvalid);
    }
    Ok(Write { account: signed.key.account(), id, body: &asked.body })
}

fn signed(headers: &HeaderMap) -> Result<Signed, Problem> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let value = lines.next().filter(|_| lines.next().is_none()).and_then(|line| line.to_str().ok());
    let value = value.ok_or_else(|| unread("`Authorization: Farthing key=\"…\", …, signature=\"…\"` is needed, once"))?;
    Signed::parse(value).map_err(|malformed| unread(&malformed.to_string()))
}

fn unread(what: &str) -> Problem {
    Problem::BadRequest { detail: what.to_owned() }
}
