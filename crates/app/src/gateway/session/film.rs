//! A film that a program watches from a session of its own. Pages and playlists under the offer come for nothing, with addresses
//! made for the session; the voucher goes with each segment. It raises what is authorised, under its number in the session, and then
//! the segment is drawn as for everybody, by its place on the timeline: a repeat of the request draws nothing, whatever its number.

use super::known::Known;
use super::{Gate, Said, effect_of, with_notice, with_session_receipt};
use crate::door::Reply;
use crate::gateway::hls::video_of;
use crate::gateway::priced::{Ask, Presented, presented};
use crate::gateway::proxy::Body;
use crate::refusals::Claim;
use http::{Method, Request};
use market::{Draw, Outcome, Rejection};
use money::CommandId;
use protocol::Presented as Credential;
use protocol::problem::{Problem, SessionProblem};
use protocol::receipt::Done;
use protocol::session::{Action, At, Voucher};

/// What else a credential does on a segment.
const VOUCHERS_ONLY: &str = "action: a segment is paid by a voucher";

impl Gate {
    /// True if a page is one of films.
    pub(super) fn sells_films(&self, ask: &Ask) -> bool {
        self.of_offer(ask, |_, offer| video_of(offer).is_some()) == Some(true)
    }

    /// What a session was opened at; `done` is what is signed of it besides.
    pub(super) async fn film_opened(
        &self,
        ask: &Ask,
        request: Request<Body>,
        (at, known): (At, &Known),
        done: Option<Done>,
    ) -> Result<Reply, Problem> {
        if ask.method == Method::HEAD {
            return self.upkeep(at, &known.recipient, |_| done).await;
        }
        if !ask.is_read() {
            return Err(Problem::MethodNotAllowed { allow: "GET, HEAD" });
        }
        let mut reply = self.opened(ask, request, at.session).await?;
        let (session, counted) = self.counted(at).await?;
        with_session_receipt(&mut reply, &self.receipt_of(counted, known, done));
        with_notice(&self.wires, &mut reply, at.session, session.told);
        Ok(reply)
    }

    /// A page or playlist for who shows a voucher. It costs nothing, so what the voucher raises is for the segments.
    pub(super) async fn film_shown(&self, ask: &Ask, request: Request<Body>, at: At, voucher: &Voucher) -> Result<Reply, Problem> {
        let known = self.known(at.session).await?;
        self.must_watch(ask, at.session).await?;
        self.raise(ask, at, (&known, voucher)).await?;
        self.film_opened(ask, request, (at, &known), None).await
    }

    /// The voucher that goes with a segment, if one does: what it raises is raised when this returns.
    pub(in super::super) async fn voucher_of(&self, ask: &Ask, session: CommandId) -> Result<Option<At>, Problem> {
        let Presented::Payment(_, value) = presented(&ask.headers)? else { return Ok(None) };
        let malformed = |detail: String| Problem::MalformedCredential { detail };
        let credential = match self.checks.said(&value).map_err(|error| malformed(error.to_string()))? {
            Said::InSession(credential) => credential,
            Said::AtOnce(Credential::Session(_)) => return Err(malformed(VOUCHERS_ONLY.to_owned())),
            Said::AtOnce(Credential::Charge(_)) => return Err(Problem::MethodUnsupported),
        };
        let asker = self.asker(ask, session);
        if let Some(retry_after_s) = asker.and_then(|asker| self.forged.look_at(asker, ask.visit.now).err()) {
            return Err(Problem::TooFast { retry_after_s });
        }
        let raised = async {
            self.shown(ask, credential.echo)?;
            let Action::Voucher(at, voucher) = &credential.action else { return Err(malformed(VOUCHERS_ONLY.to_owned())) };
            // An address is good for its own session alone.
            if at.session != session {
                return Err(Problem::Unknown);
            }
            let known = self.known(session).await?;
            self.raise(ask, *at, (&known, voucher)).await?;
            Ok(Some(*at))
        };
        raised.await.inspect_err(|problem| self.note_forged(ask, asker, problem))
    }

    /// Takes what a voucher authorises into the books, durably. One that raises nothing moves nothing, and its number pays for nothing.
    async fn raise(&self, ask: &Ask, at: At, (known, voucher): (&Known, &Voucher)) -> Result<(), Problem> {
        let checked = self.checked_twice(at.session, known, voucher).await?;
        if checked.after.accepted <= known.seen().accepted {
            return Ok(());
        }
        let seq = u32::try_from(at.seq).map_err(|_| Problem::MalformedCredential { detail: "seq".to_owned() })?;
        let checkpoint = matches!(checked.voucher, Some(market::Voucher::Checkpoint { .. }));
        let draw = Draw { seq, print: self.print(ask, &[]), voucher: checked.voucher, version: 0, offer: None, units: 0 };
        let answer = self.step(at.session, market::Body::Draw(draw)).await?.answer;
        if matches!(answer.outcome, Outcome::Rejected(Rejection::AmountInvalid)) {
            // Another gateway took a higher one: this one is authentic, and late.
            self.sessions.forget(at.session);
            return Ok(());
        }
        let (_, applied) = effect_of(&answer, known, Claim::Raises(checked.after.accepted)).inspect_err(|_| {
            self.sessions.forget(at.session);
        })?;
        if applied {
            known.moved(|seen| seen.follow(&checked.after, None));
            if checkpoint {
                drop(self.learn(at.session).await);
            }
        }
        Ok(())
    }

    /// The receipt of a request, by the figures of now.
    pub(in super::super) async fn with_figures(&self, reply: &mut Reply, at: At) -> Result<(), Problem> {
        let (session, counted) = self.counted(at).await?;
        with_session_receipt(reply, &counted.header_value());
        with_notice(&self.wires, reply, at.session, session.told);
        Ok(())
    }

    /// The session was opened for films of this offer.
    async fn must_watch(&self, ask: &Ask, session: CommandId) -> Result<(), Problem> {
        let Some((_, offer)) = self.offer(ask) else { return Err(Problem::Internal) };
        let (realm, name) = (self.site.host.clone(), offer.name);
        let is_its = move |state: &market::State, _| {
            let offer = state.session(session).and_then(|session| state.offer(session.offer()))?;
            Some(offer.offer.name == name && offer.offer.unlock.realm() == realm)
        };
        match self.instance.look(is_its).await? {
            Some(true) => Ok(()),
            Some(false) => Err(Problem::RouteMismatch),
            None => Err(Problem::Session(SessionProblem::Unknown)),
        }
    }
}
