//! The credential of intent `session`: the challenge as the client echoes it, and one of five actions.

use super::{Close, Open, Pay, TopUp, Voucher, amount};
use crate::challenge::{Challenge, SESSION};
use crate::credential::{opened, sealed};
use crate::json::Object;
use crate::text::{Malformed, command, parse_command};
use money::CommandId;

/// Which session an action is of, and which request of it this is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct At {
    /// The session's id, chosen by the payer's client.
    pub session: CommandId,
    /// The client's number of the request in the session, from 1: the same number is the same request.
    pub seq: u64,
}

/// What a credential of a session does.
#[derive(Clone, PartialEq, Eq)]
pub enum Action {
    /// Holds money and pays the first unit.
    Open(At, Box<Open>),
    /// Pays.
    Voucher(At, Voucher),
    /// Adds to the hold.
    TopUp(At, TopUp),
    /// Ends the session.
    Close(At, Close),
    /// Buys without a session.
    Pay(Pay),
}

/// A credential for method `farthing`, intent `session`.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionCredential {
    /// The challenge as the client echoes it.
    pub challenge: Challenge,
    /// What it does.
    pub action: Action,
}

impl SessionCredential {
    /// Reads the value of `Authorization` or `Payment-Authorization`; unknown fields and `source` are ignored.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong; `intent` for a credential of another.
    pub fn parse(value: &str) -> Result<SessionCredential, Malformed> {
        let (challenge, payload) = opened(value)?;
        SessionCredential::read(challenge, &payload)
    }

    pub(crate) fn read(challenge: Challenge, payload: &Object) -> Result<SessionCredential, Malformed> {
        if challenge.intent != SESSION {
            return Err(Malformed("intent"));
        }
        Ok(SessionCredential { action: Action::parse(payload)?, challenge })
    }

    /// The value of the header field.
    #[must_use]
    pub fn header_value(&self) -> String {
        sealed(&self.challenge, self.action.payload())
    }
}

impl Action {
    pub(crate) fn parse(payload: &Object) -> Result<Action, Malformed> {
        Ok(match payload.need("action")? {
            "open" => Action::Open(At::parse(payload)?, Box::new(Open::parse(payload)?)),
            "voucher" => Action::Voucher(At::parse(payload)?, Voucher::parse(payload)?),
            "topUp" => Action::TopUp(At::parse(payload)?, TopUp::parse(payload)?),
            "close" => Action::Close(At::parse(payload)?, Close::parse(payload)?),
            "pay" => Action::Pay(Pay::parse(payload)?),
            _ => return Err(Malformed("action")),
        })
    }

    /// Which session it is of; none for `pay`.
    #[must_use]
    pub fn at(&self) -> Option<At> {
        match self {
            Action::Open(at, _) | Action::Voucher(at, _) | Action::TopUp(at, _) | Action::Close(at, _) => Some(*at),
            Action::Pay(_) => None,
        }
    }

    pub(super) fn payload(&self) -> Object {
        let named = |word: &str| Object::default().with("action", word);
        match self {
            Action::Open(at, open) => open.written(at.written(named("open"))),
            Action::Voucher(at, voucher) => voucher.written(at.written(named("voucher"))),
            Action::TopUp(at, top_up) => top_up.written(at.written(named("topUp"))),
            Action::Close(at, close) => close.written(at.written(named("close"))),
            Action::Pay(pay) => pay.written(named("pay")),
        }
    }
}

impl At {
    fn parse(payload: &Object) -> Result<At, Malformed> {
        let session = parse_command(payload.need("sessionId")?).map_err(|_| Malformed("sessionId"))?;
        let seq = amount(payload, "seq")?.units();
        if seq == 0 { Err(Malformed("seq")) } else { Ok(At { session, seq }) }
    }

    fn written(self, fields: Object) -> Object {
        fields.with("sessionId", command(self.session)).with("seq", self.seq.to_string())
    }
}
