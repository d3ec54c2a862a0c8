//! More is held, and the end: signed receipts, proved before they count.

use crate::calls::{Account, Closed};
use crate::checks::check_instance;
use crate::io::Reply;
use crate::io::state::Held;
use crate::kept::Unanswered;
use crate::payer::pay::said;
use crate::payer::present::Before;
use crate::payer::{Payer, Request};
use crate::proofs::Bundle;
use crate::session::{KeptSession, Phase, Raising};
use crate::site::Site;
use crate::{Address, Error, Problem, Refusal};
use http::StatusCode;
use money::{Amount, CommandId, Span, Timestamp};
use protocol::receipt::{CertifiedSigned, Done};
use protocol::session::{Action, Close, TopUp};
use std::time::Duration;

/// The code of a close that waits.
const UNDER_WAY: &str = "session-under-way";
/// How long a close is asked for again: what nobody works on lapses after a minute.
const LONGEST_WAIT: Span = Span(90);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// Between two calls of the wallet's close, which waits ten seconds itself.
const PAUSE: Duration = Duration::from_secs(2);

/// What an end waits for: the site finishes what is under way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Waiting {
    /// So many requests.
    pub requests: u32,
    /// When those lapse that nobody works on any more.
    pub until: Option<Timestamp>,
}

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

    /// What can be proved of a session to anybody, in one file.
    ///
    /// # Errors
    /// [`Error::NoSession`] for one that is not kept; [`Error::Document`] if the keys of its instance are not known here, and its
    /// site does not show them.
    pub async fn export_session(&self, id: CommandId) -> Result<Bundle, Error> {
        let unknown = || Error::NoSession { id: protocol::text::serial(id) };
        let session = self.sessions()?.into_iter().find(|session| session.id == id).ok_or_else(unknown)?;
        let proofs = self.state.proofs(id)?;
        let of = |site: &Site| Bundle::of(&session, site, (self.wallet.account(), proofs.clone()));
        if let Some(bundle) = self.state.site(&session.realm)?.as_ref().and_then(of) {
            return Ok(bundle);
        }
        // What was pinned by an older program has no signatures of the root.
        let fresh = self.document(&session.url).await?;
        check_instance(fresh.instance, session.instance).map_err(Error::Unpayable)?;
        self.state.pin(&session.realm, &fresh)?;
        of(&fresh).ok_or_else(unknown)
    }

    /// Ends a session: the payee gets what was drawn, the rest of the hold is free again. Its final receipt is proved and kept;
    /// if it captured something else than was counted here, [`KeptSession::counted`] and the phase say so.
    ///
    /// # Errors
    /// [`Error`]; [`Error::NoSession`] if another program pays from it right now.
    pub async fn close_session(&self, id: CommandId) -> Result<KeptSession, Error> {
        self.close_session_telling(id, &mut |_| ()).await
    }

    /// The same, and says what it waits for as long as it waits. What was asked for and never answered is not asked for again: an end
    /// buys nothing. What of that was drawn is what the end captures above what was counted.
    ///
    /// # Errors
    /// As [`Payer::close_session`].
    pub async fn close_session_telling(&self, id: CommandId, told: &mut (dyn FnMut(Waiting) + Send)) -> Result<KeptSession, Error> {
        let unknown = || Error::NoSession { id: protocol::text::serial(id) };
        let mut held = self.state.hold(id)?.ok_or_else(unknown)?;
        self.end_telling(&mut held, told).await?;
        Ok(held.session)
    }

    pub(super) async fn end(&self, held: &mut Held) -> Result<(), Error> {
        self.end_telling(held, &mut |_| ()).await
    }

    async fn end_telling(&self, held: &mut Held, told: &mut (dyn FnMut(Waiting) + Send)) -> Result<(), Error> {
        let request = Request::get(held.session.url.clone());
        self.freshen(held, &request).await?;
        let session = &mut held.session;
        let close = Close::sign(session.counted, None, &session.bound(&self.wallet), &self.wallet.voucher_key(session.id));
        let close = close.map_err(|what| Error::Unpayable(Refusal::Unreadable(what.0)))?;
        let command = self.command_of(session, &request, |at| Action::Close(at, close))?;
        self.state.keep_session(session)?;
        let reply = self.close_again(&command, told).await?;
        if reply.status.is_success() {
            let value = reply.field("payment-receipt").unwrap_or_default().to_owned();
            return self.ended(held, &value).await;
        }
        self.over(held, &said(&reply)).await
    }

    /// Presents a close for as long as the site says what it waits for: at most until that lapses.
    async fn close_again(&self, command: &Unanswered, told: &mut (dyn FnMut(Waiting) + Send)) -> Result<Reply, Error> {
        let patience = self.world.now().after(LONGEST_WAIT);
        loop {
            let reply = self.present(command, Before::Nothing).await?.reply;
            let waits = reply.problem.as_ref().and_then(|problem| problem.waits.filter(|_| problem.code == UNDER_WAY));
            let Some((requests, until)) = waits.filter(|_| self.world.now() < patience) else { return Ok(reply) };
            told(Waiting { requests, until });
            let least = self.policy.patience.pauses.first().copied().unwrap_or_default();
            tokio::time::sleep(reply.retry_after().unwrap_or_default().max(least).min(LONGEST_PAUSE)).await;
        }
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
            self.state.keep_receipt(session.id, reply.field("payment-receipt").unwrap_or_default())?;
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
                session.lose();
                self.state.keep_receipt(session.id, value)?;
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

impl Account<'_> {
    /// Ends a session without its site: what was drawn is paid, the rest of what is held is free again. Says what it waits for; the
    /// final receipt is proved and kept.
    ///
    /// # Errors
    /// As [`Account::top_up`]; status 404 for one that is not ours; [`Error::Receipt`] for a receipt that no key of the wallet proves.
    pub async fn close_session(&self, id: CommandId, told: &mut (dyn FnMut(Waiting) + Send)) -> Result<Closed, Error> {
        let patience = self.payer().world.now().after(LONGEST_WAIT);
        let closed = loop {
            let problem = match self.closed_now(id).await {
                Err(Error::Refused(problem)) if problem.code == UNDER_WAY => problem,
                closed => break closed?,
            };
            let Some((requests, until)) = problem.waits.filter(|_| self.payer().world.now() < patience) else {
                return Err(Error::Refused(problem));
            };
            told(Waiting { requests, until });
            tokio::time::sleep(PAUSE).await;
        };
        self.keep_final(id, &closed)?;
        Ok(closed)
    }

    /// The final receipt of a session that the wallet closed, if it says the same as the wallet did.
    fn keep_final(&self, id: CommandId, closed: &Closed) -> Result<(), Error> {
        let wrong = |why| Error::Receipt { why };
        let signed = CertifiedSigned::parse(&closed.receipt).map_err(|what| wrong(what.0))?;
        if signed.receipt.counted.session != id || signed.receipt.instance != self.instance() {
            return Err(wrong("it is of another session"));
        }
        if !self.receipt_keys().any(|key| signed.is_proved_by(key)) {
            return Err(wrong("no key of the wallet proves it"));
        }
        let Done::Close { captured, released, .. } = signed.receipt.done else { return Err(wrong("it is not final")) };
        if (captured, released) != (closed.captured, closed.released) {
            return Err(wrong("it says another end than the wallet"));
        }
        let state = &self.payer().state;
        state.keep_receipt(id, &closed.receipt)?;
        // Its file, if there is one, is that of a session which is over.
        let Some(mut held) = state.hold(id)? else { return Ok(()) };
        if captured > held.session.authorised {
            return Err(wrong("it captures more than was authorised"));
        }
        let session = &mut held.session;
        (session.phase, session.spent) = (Phase::Ended { captured, released }, signed.receipt.counted.spent);
        session.receipt = Some(closed.receipt.clone());
        session.lose();
        state.end_session(session)
    }
}
