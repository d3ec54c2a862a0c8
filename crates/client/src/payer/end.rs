//! More is held, and the end: signed receipts, proved before they count.

use crate::io::state::Held;
use crate::payer::pay::said;
use crate::payer::present::Before;
use crate::payer::{Payer, Request};
use crate::session::{KeptSession, Phase, Raising};
use crate::{Address, Error, Problem, Refusal};
use http::StatusCode;
use money::{Amount, CommandId};
use protocol::receipt::{CertifiedSigned, Done};
use protocol::session::{Action, Close, TopUp};

impl Payer {
    /// The sessions that are kept, those that are over last.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn sessions(&self) -> Result<Vec<KeptSession>, Error> {
        let mut all = self.state.sessions()?;
        all.extend(self.state.ended_sessions()?);
        Ok(all)
    }

    /// Ends a session: the payee gets what was drawn, the rest of the hold is free again. Its final receipt is proved and kept;
    /// if it captured something else than was counted here, [`KeptSession::counted`] and the phase say so.
    ///
    /// # Errors
    /// [`Error`]; [`Error::NoSession`] if another program pays from it right now.
    pub async fn close_session(&self, id: CommandId) -> Result<KeptSession, Error> {
        let unknown = || Error::NoSession { id: protocol::text::serial(id) };
        let mut held = self.state.hold(id)?.ok_or_else(unknown)?;
        self.end(&mut held).await?;
        Ok(held.session)
    }

    pub(super) async fn end(&self, held: &mut Held) -> Result<(), Error> {
        let request = Request::get(held.session.url.clone());
        self.freshen(held, &request).await?;
        let session = &mut held.session;
        let close = Close::sign(session.counted, None, &session.bound(&self.wallet), &self.wallet.voucher_key(session.id));
        let close = close.map_err(|what| Error::Unpayable(Refusal::Unreadable(what.0)))?;
        let command = self.command_of(session, &request, |at| Action::Close(at, close))?;
        self.state.keep_session(session)?;
        let reply = self.present(&command, Before::Nothing).await?.reply;
        if reply.status.is_success() {
            let value = reply.field("payment-receipt").unwrap_or_default().to_owned();
            return self.ended(held, &value).await;
        }
        self.over(held, &said(&reply)).await
    }

    /// A session that the site says is over: with its final receipt, or without one.
    pub(super) async fn over(&self, held: &mut Held, problem: &Problem) -> Result<(), Error> {
        match (&*problem.code, &problem.receipt) {
            ("channel-finalized", Some(receipt)) => self.ended(held, receipt).await,
            ("channel-not-found", _) => {
                held.session.phase = Phase::Gone;
                held.session.waiting.clear();
                self.state.end_session(&held.session)
            }
            _ => Err(Error::refused(problem.clone())),
        }
    }

    /// Holds more, up to the cap. False if that does not reach, or if the session is over.
    pub(super) async fn top_up_session(&self, held: &mut Held, url: &Address, needed: Amount) -> Result<bool, Error> {
        let session = &mut held.session;
        let most = self.policy.max.most(&session.currency).unwrap_or_default();
        let missing = needed.saturating_sub(session.hold);
        let usual = most.saturating_sub(session.hold).min(session.hold.max(missing));
        // An addition that was sent once is sent again as it was.
        let fresh = || Raising { command: self.world.command_id(), additional: usual };
        let raising = session.raising.unwrap_or_else(fresh);
        let within = session.hold.checked_add(raising.additional).is_some_and(|hold| hold <= most);
        if raising.additional < missing || !within {
            return Ok(false);
        }
        session.raising = Some(raising);
        let top_up = TopUp::sign(raising.additional, raising.command, &session.bound(&self.wallet), self.wallet.key());
        let top_up = top_up.map_err(|what| Error::Unpayable(Refusal::Unreadable(what.0)))?;
        let command = self.command_of(session, &Request::get(url.clone()), |at| Action::TopUp(at, top_up))?;
        self.state.keep_session(session)?;
        let reply = self.present(&command, Before::Nothing).await?.reply;
        if reply.status.is_success() {
            let wrong = |why| Error::Receipt { why };
            let signed = CertifiedSigned::parse(reply.field("payment-receipt").unwrap_or_default()).map_err(|what| wrong(what.0))?;
            self.vouched(&held.session, &signed).await?;
            let session = &mut held.session;
            if signed.receipt.done != Done::TopUp || Some(signed.receipt.hold) != session.hold.checked_add(raising.additional) {
                return Err(wrong("it says another hold than was signed"));
            }
            (session.hold, session.raising) = (signed.receipt.hold, None);
            self.state.keep_session(session)?;
            return Ok(true);
        }
        held.session.raising = None;
        self.state.keep_session(&held.session)?;
        self.over(held, &said(&reply)).await.map(|()| false)
    }

    /// A signed receipt must be of this session and proved by a key of its instance.
    pub(super) async fn vouched(&self, session: &KeptSession, signed: &CertifiedSigned) -> Result<(), Error> {
        let receipt = &signed.receipt;
        let theirs = (receipt.counted.session, receipt.instance, &receipt.recipient, receipt.currency);
        if theirs != (session.id, session.instance, &session.recipient, session.currency) {
            return Err(Error::Receipt { why: "it is of another session" });
        }
        let site = self.site_at(&session.url, &session.realm, session.instance).await?;
        self.proved_by(&session.url, (&session.realm, &site), |key| signed.is_proved_by(key)).await
    }

    /// A final receipt: proved, then kept with the session among those that are over.
    async fn ended(&self, held: &mut Held, value: &str) -> Result<(), Error> {
        let proved = self.final_of(&held.session, value).await;
        let session = &mut held.session;
        match proved {
            Ok((phase, spent)) => {
                (session.phase, session.spent, session.receipt) = (phase, spent, Some(value.to_owned()));
                session.waiting.clear();
                self.state.end_session(session)
            }
            Err(error) => {
                // Whoever shows such a receipt is paid no more from this session.
                session.phase = Phase::Aside;
                self.state.keep_session(session)?;
                Err(error)
            }
        }
    }

    async fn final_of(&self, session: &KeptSession, value: &str) -> Result<(Phase, Amount), Error> {
        let wrong = |why| Error::Receipt { why };
        let signed = CertifiedSigned::parse(value).map_err(|what| wrong(what.0))?;
        self.vouched(session, &signed).await?;
        let Done::Close { captured, released, .. } = signed.receipt.done else { return Err(wrong("it is not final")) };
        if captured > session.authorised {
            return Err(wrong("it captures more than was authorised"));
        }
        Ok((Phase::Ended { captured, released }, signed.receipt.counted.spent))
    }

    /// A challenge that has ended is exchanged for a fresh one of the same realm and recipient.
    pub(super) async fn freshen(&self, held: &mut Held, request: &Request) -> Result<(), Error> {
        let expires = held.session.challenge().and_then(|challenge| challenge.expires_at().ok());
        if expires.is_some_and(|expires| self.world.now() < expires) {
            return Ok(());
        }
        let reply = self.ask(request, None).await?;
        if reply.status == StatusCode::PAYMENT_REQUIRED {
            let offered = self.fresh_challenge(request, &reply).map_err(Error::Unpayable)?;
            held.session.renew(&offered);
        }
        Ok(())
    }
}
