//! A payer's own calls under `/v1`: `Authorization: Farthing key="…", time="…", signature="…"`, no cookie, no session.
//!
//! A read signs `farthing/read/1`: instance, HTTP method, target, time, account. A write signs `farthing/write/1`:
//! instance, HTTP method, target, digest, command, account; the command stands in `Idempotency-Key`, so a replayed write
//! moves nothing and ages out by itself.

use crate::digest;
use crate::keys::{Claim, PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Instance, Malformed, account, array_from_base64url, base64url, command};
use money::{CommandId, Span, Timestamp};
use sha2::{Digest, Sha256};

/// How far a read's time may stand from the reader's clock.
const LEEWAY: Span = Span(120);

/// What is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Call<'a> {
    /// The instance that is asked.
    pub instance: Instance,
    /// HTTP method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// What kind.
    pub kind: Kind<'a>,
}

/// Whether a call changes something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind<'a> {
    /// It does not.
    Read,
    /// It does.
    Write {
        /// The request's body.
        body: &'a [u8],
        /// The command's id.
        command: CommandId,
    },
}

/// The header's value, read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// Who calls.
    pub key: PublicKey,
    /// When a read was signed.
    pub time: Option<Timestamp>,
    signature: [u8; 64],
}

/// Signs a call; `now` counts for reads.
///
/// # Errors
/// [`Malformed`] if the target can't be signed.
pub fn sign(call: &Call<'_>, key: &SigningKey, now: Timestamp) -> Result<String, Malformed> {
    let public = key.public();
    let signature = key.sign(text(call, &public, &now.to_string())?.bytes());
    let time = match call.kind {
        Kind::Read => format!(", time=\"{now}\""),
        Kind::Write { .. } => String::new(),
    };
    Ok(format!("Farthing key=\"{public}\"{time}, signature=\"{}\"", base64url(&signature)))
}

impl Signed {
    /// Reads the header's value.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub fn parse(value: &str) -> Result<Signed, Malformed> {
        if value.len() > 1_024 {
            return Err(Malformed("Authorization"));
        }
        let (scheme, rest) = value.split_once(' ').ok_or(Malformed("Authorization"))?;
        if !scheme.eq_ignore_ascii_case("Farthing") {
            return Err(Malformed("Authorization"));
        }
        let (mut key, mut time, mut signature) = (None, None, None);
        for part in rest.split(',') {
            let (name, value) = part.trim().split_once('=').ok_or(Malformed("Authorization"))?;
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or(Malformed("Authorization"))?;
            let slot = match name {
                "key" => &mut key,
                "time" => &mut time,
                "signature" => &mut signature,
                _ => return Err(Malformed("Authorization")),
            };
            if slot.replace(value).is_some() {
                return Err(Malformed("Authorization"));
            }
        }
        Ok(Signed {
            key: PublicKey::parse(key.ok_or(Malformed("key"))?)?,
            time: time.map(|text| Timestamp::parse(text).ok_or(Malformed("time"))).transpose()?,
            signature: array_from_base64url(signature.ok_or(Malformed("signature"))?)?,
        })
    }

    /// True if the key signed this very call; a read's time must be within two minutes of `now`.
    #[must_use]
    pub fn covers(&self, call: &Call<'_>, now: Timestamp) -> bool {
        self.claim(call, now).is_some_and(|claim| claim.holds())
    }

    /// True if a read was signed within two minutes of `now`.
    #[must_use]
    pub fn is_timely(&self, now: Timestamp) -> bool {
        self.time.is_some_and(|time| time.after(LEEWAY) >= now && time <= now.after(LEEWAY))
    }

    /// The claim that the key signed this very call; none if its time is not of now or it can't be signed.
    #[must_use]
    pub fn claim(&self, call: &Call<'_>, now: Timestamp) -> Option<Claim> {
        let time = match (call.kind, self.time) {
            (Kind::Read, Some(time)) if self.is_timely(now) => time.to_string(),
            (Kind::Write { .. }, None) => String::new(),
            (Kind::Read | Kind::Write { .. }, _) => return None,
        };
        let text = text(call, &self.key, &time).ok()?;
        Some(self.key.claim(text.bytes(), &self.signature))
    }
}

fn text(call: &Call<'_>, key: &PublicKey, time: &str) -> Result<SignedText, Malformed> {
    let (tag, who) = match call.kind {
        Kind::Read => ("farthing/read/1", account(key.account())),
        Kind::Write { .. } => ("farthing/write/1", account(key.account())),
    };
    // A target that is too long to be signed is signed by its hash.
    let target = if call.target.len() > 512 { base64url(&Sha256::digest(call.target)) } else { call.target.to_owned() };
    let text = SignedText::new(tag).line(&call.instance.to_string())?.line(call.method)?.line(&target)?;
    match call.kind {
        Kind::Read => text.line(time)?.line(&who),
        Kind::Write { body, command: id } => text.line(&digest::of(body))?.line(&command(id))?.line(&who),
    }
}
