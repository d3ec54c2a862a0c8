//! Streaming sessions in words: one hold, then payments that each cost one hash or one signature and one number.
//!
//! docs/sessions.md says all of it for people who write it a second time. Nothing here keeps state: what a session stands at
//! is handed in, what a voucher makes of it is handed back.

mod action;
mod chain;
mod close;
mod links;
mod open;
mod pay;
mod stream;
mod voucher;

pub use action::{Action, At, SessionCredential};
pub use chain::{Chain, Link, MOST_LENGTH, MOST_STEPS, NewChain, NoLink, STALE, Shown, Standing, USUAL_LENGTH, shown, step};
pub use close::{Close, TopUp};
pub use links::{Links, voucher_key, voucher_seed};
pub use open::{Kind, Open, Opening};
pub use pay::{Asked, Pay, Paying, target_line};
pub use stream::{NeedVoucher, StreamNotice, StreamWord, is_reserved};
pub use voucher::{Linked, SignedVoucher, Voucher};

use crate::json::Object;
use crate::signed::SignedText;
use crate::text::{Instance, Malformed};
use money::{Amount, Asset, CommandId, Party, Timestamp};

/// What a session was opened under: every signed text of it names these.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bound<'a> {
    /// Whose books hold it.
    pub instance: Instance,
    /// Its id, which is the command id of its hold.
    pub session: CommandId,
    /// The payee's handle.
    pub recipient: &'a str,
    /// Of which asset.
    pub currency: Asset,
    /// Whose balance is held.
    pub account: Party,
}

/// An amount of a payload.
fn amount(fields: &Object, key: &'static str) -> Result<Amount, Malformed> {
    Amount::parse(fields.need(key)?).map_err(|_| Malformed(key))
}

/// A number of a payload, written as amounts are and at most `most`.
fn number(fields: &Object, key: &'static str, most: u32) -> Result<u32, Malformed> {
    let number = u32::try_from(amount(fields, key)?.units()).map_err(|_| Malformed(key))?;
    if number <= most { Ok(number) } else { Err(Malformed(key)) }
}

/// A time of a payload, in whole seconds.
fn time(fields: &Object, key: &'static str) -> Result<Timestamp, Malformed> {
    Timestamp::parse(fields.need(key)?).ok_or(Malformed(key))
}

/// So many bytes of a payload in base64url.
fn bytes<const N: usize>(fields: &Object, key: &'static str) -> Result<[u8; N], Malformed> {
    crate::text::array_from_base64url(fields.need(key)?).map_err(|_| Malformed(key))
}

/// The lines of a chain that begins, or three empty ones.
fn lines_of(chain: Option<&NewChain>, text: SignedText) -> Result<SignedText, Malformed> {
    let Some(NewChain { step, length, anchor }) = chain else { return text.line("")?.line("")?.line("") };
    text.line(&step.to_string())?.line(&length.to_string())?.line(&crate::text::base64url(anchor))
}

#[cfg(test)]
mod tests;
