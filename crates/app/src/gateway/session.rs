//! Sessions at the door: a credential of intent `session` is checked, from cheap to dear, made one command in the books, and
//! answered when that is durable.
//!
//! What a session stands at is remembered here only so that a voucher can be checked without asking the writer: a link is
//! checked against *any* tip that is known of its chain, so what is remembered may be old. The books decide.

mod checks;
mod end;
mod film;
mod known;
mod open;
mod signed;
mod stream;
mod together;
mod underway;
mod units;
mod voucher;

pub(super) use checks::{Checks, Presented, Said, Standing};
pub(super) use known::Sessions;
pub(crate) use signed::stands;
pub(crate) use stream::Endings;
pub(super) use stream::Wires;
#[cfg(test)]
pub(crate) use underway::tend;
pub(crate) use underway::{UnderWay, note_left_behind, settle_calls};
#[cfg(test)]
pub(crate) use units::finish_in;
pub(crate) use units::{finish, sweep};

use super::Gate;
use super::pay::SKEW;
use super::priced::Ask;
use super::proxy::Body;
use crate::door::{self, Reply};
use crate::instance::{Instance, Told};
use crate::refusals::{Claim, problem_of_session};
use checks::Echo;
use end::OfEnd;
use http::{HeaderValue, Request, StatusCode};
use known::Known;
use market::{Command, Effect, Maker, Outcome, Phase, SessionProof};
use money::CommandId;
use protocol::Challenge;
use protocol::challenge::{NotOurs, SessionTerms};
use protocol::problem::{Problem, SessionProblem};
use protocol::receipt::{Certified, Counted, Done, Group};
use protocol::session::{Action, At};
use std::sync::Arc;
use store::engine::Answer;

impl Gate {
    /// A request with a credential of intent `session`.
    pub(super) async fn session(self: &Arc<Self>, ask: &Arc<Ask>, request: Request<Body>, presented: Presented) -> Reply {
        let Presented { action, echo } = presented;
        // Before anything is hashed: whoever forges vouchers of a session is not heard for a while, its payer elsewhere is.
        let asker = action.at().and_then(|at| self.asker(ask, at.session));
        if let Some(retry_after_s) = asker.and_then(|asker| self.forged.look_at(asker, ask.visit.now).err()) {
            return self.refuse(ask, &Problem::TooFast { retry_after_s });
        }
        let standing = match self.shown(ask, echo) {
            Ok(standing) => standing,
            Err(problem) => return self.refuse_credential(ask, &problem, None),
        };
        let done = match &action {
            Action::Open(at, open) => self.open_session(ask, request, (*at, open), &standing).await,
            Action::Voucher(at, voucher) if self.sells_films(ask) => self.film_shown(ask, request, *at, voucher).await,
            Action::Voucher(at, voucher) => self.drawn(ask, request, *at, voucher).await,
            Action::TopUp(at, top_up) => self.raise_session(ask, *at, top_up).await,
            Action::Close(at, close) => self.close_session(ask, *at, close).await,
            // Not of a session: it was bought before this is asked.
            Action::Pay(_) => Err(Problem::Internal),
        };
        done.unwrap_or_else(|problem| {
            self.note_forged(ask, asker, &problem);
            self.refuse_session(ask, &problem)
        })
    }

    /// Counts a voucher that proves nothing.
    fn note_forged(&self, ask: &Ask, asker: Option<u64>, problem: &Problem) {
        let forged = matches!(
            problem,
            Problem::Session(SessionProblem::InvalidSignature | SessionProblem::SignerMismatch | SessionProblem::StepLimit { .. })
        );
        asker.filter(|_| forged).into_iter().for_each(|asker| self.forged.spend_at(asker, ask.visit.now));
    }

    /// By what forged vouchers are counted: session and address. Hashed under a key, so that nobody can be counted for another.
    fn asker(&self, ask: &Ask, session: CommandId) -> Option<u64> {
        let prefix = self.forged.prefix(ask.visit.client_ip)?;
        let print = self.instance.keys.print(&[&prefix.to_be_bytes()[..], &session.0].concat());
        print.first_chunk().map(|head| u64::from_be_bytes(*head))
    }

    /// A refusal, with a fresh challenge where another payment helps. What only strangers do counts against their address: an
    /// honest client is told often that a voucher covers too little.
    fn refuse_session(&self, ask: &Ask, problem: &Problem) -> Reply {
        let mut reply = self.refuse(ask, problem);
        let of_session = matches!(problem, Problem::Session(_)) && problem.status() != 503;
        let of_strangers = matches!(
            problem,
            Problem::Session(
                SessionProblem::Unknown | SessionProblem::Closed { .. } | SessionProblem::InvalidSignature | SessionProblem::SignerMismatch
            )
        );
        let pays = problem.status() == 402;
        let (counts, helps) = (of_strangers || (pays && !of_session), of_session || pays);
        if counts {
            self.failures.spend(ask.visit.client_ip, ask.visit.now);
        }
        if helps {
            self.add_challenge(&mut reply, ask, None);
        } else {
            super::proxy::vary_on_payment(reply.headers_mut());
        }
        reply
    }

    /// The challenge is ours, of this site, and not over. Which of them it is does not matter: a session outlives its own.
    fn shown(&self, ask: &Ask, echo: Echo) -> Result<Arc<Standing>, Problem> {
        let standing = match echo {
            Echo::Known(standing) => standing,
            Echo::Read(read) => {
                let (challenge, value) = *read;
                let standing = self.check_standing(ask, &challenge)?;
                self.checks.note_front(&value, &standing);
                return Ok(standing);
            }
        };
        self.check_terms_now(ask, &standing.checked.terms)?;
        Ok(standing)
    }

    /// The same of a challenge alone.
    pub(super) fn check_standing(&self, ask: &Ask, challenge: &Challenge) -> Result<Arc<Standing>, Problem> {
        let standing = match self.checks.find(challenge) {
            Some(standing) => standing,
            None => {
                let checked = self.instance.keys.issuer(ask.visit.now).check_session(challenge).map_err(|error| match error {
                    NotOurs::Method => Problem::MethodUnsupported,
                    NotOurs::Mac => Problem::ChallengeUnknown,
                })?;
                let standing = Arc::new(Standing { challenge: challenge.clone(), checked });
                self.checks.note(&standing);
                standing
            }
        };
        self.check_terms_now(ask, &standing.checked.terms)?;
        Ok(standing)
    }

    /// A challenge of ours is over at its time, and good for its realm only.
    fn check_terms_now(&self, ask: &Ask, terms: &SessionTerms) -> Result<(), Problem> {
        if terms.expires.after(SKEW) < ask.visit.now {
            return Err(Problem::QuoteExpired);
        }
        if terms.realm != self.site.host {
            return Err(Problem::RouteMismatch);
        }
        if terms.request.instance != self.instance.id {
            return Err(Problem::ChallengeUnknown);
        }
        Ok(())
    }

    /// What is known of a session, asked of the books if it is not known here.
    async fn known(&self, id: CommandId) -> Result<Arc<Known>, Problem> {
        if let Some(known) = self.sessions.find(id) {
            return Ok(known);
        }
        self.learn(id).await
    }

    /// What the books say of a session now.
    async fn learn(&self, id: CommandId) -> Result<Arc<Known>, Problem> {
        let read = move |state: &market::State, _| {
            let session = state.session(id)?.clone();
            let offer = state.offer(session.offer())?.offer.clone();
            Some((session, offer))
        };
        let (session, offer) = self.instance.look(read).await?.ok_or(Problem::Session(SessionProblem::Unknown))?;
        if let Phase::Ended { .. } = session.phase {
            let receipt = self.certified(id, &session, &offer.payee, Done::of_end(&session, None))?;
            return Err(Problem::Session(SessionProblem::Closed { receipt }));
        }
        if offer.unlock.realm() != self.site.host {
            return Err(Problem::RouteMismatch);
        }
        let known = Arc::new(Known::of(&session, &offer));
        self.sessions.note(id, Arc::clone(&known));
        self.wires.meet(id, session.told);
        Ok(known)
    }

    /// A step of a session, when it is durable.
    async fn step(&self, id: CommandId, body: market::Body) -> Result<Told, Problem> {
        self.instance.told(Command { id, maker: Maker::Instance, body }).await
    }

    /// What stands in the books after a request, for its receipt.
    async fn counted(&self, at: At) -> Result<(market::Session, Counted), Problem> {
        let session = self.instance.look(move |state, _| state.session(at.session).cloned()).await?;
        let session = session.ok_or(Problem::Session(SessionProblem::Unknown))?;
        let counted = count(at, &session, session.drawn_at);
        Ok((session, counted))
    }

    fn certified(&self, id: CommandId, session: &market::Session, recipient: &str, done: Done) -> Result<String, Problem> {
        certified(&self.instance, (id, session), recipient, done)
    }

    /// An answer without a body that only says how a session stands.
    async fn upkeep(&self, at: At, recipient: &str, done: impl FnOnce(&market::Session) -> Option<Done>) -> Result<Reply, Problem> {
        let (session, counted) = self.counted(at).await?;
        let value = match done(&session) {
            Some(done) => self.certified(at.session, &session, recipient, done)?,
            None => counted.header_value(),
        };
        let mut reply = Reply::new(door::full(bytes::Bytes::new()));
        *reply.status_mut() = StatusCode::NO_CONTENT;
        with_session_receipt(&mut reply, &value);
        with_notice(&self.wires, &mut reply, at.session, session.told);
        Ok(reply)
    }
}

/// Says once on an answer that a share of the hold is drawn: `Farthing-Notice: spent=80`.
fn with_notice(wires: &Wires, reply: &mut Reply, id: CommandId, told: u8) {
    let Some(percent) = wires.notice(id, told) else { return };
    if let Ok(value) = HeaderValue::from_str(&format!("spent={percent}")) {
        reply.headers_mut().insert("farthing-notice", value);
    }
}

/// A signed receipt of what was done with a session.
fn certified(instance: &Instance, (id, session): (CommandId, &market::Session), recipient: &str, done: Done) -> Result<String, Problem> {
    let counted = count(At { session: id, seq: u64::from(session.seqs.highest().max(1)) }, session, session.drawn_at);
    let certified = Certified {
        counted,
        instance: instance.id,
        recipient: recipient.to_owned(),
        currency: session.asset,
        hold: session.cap,
        until: session.until,
        done,
    };
    let group = Group::apart(session.place.frame);
    certified.header_value(&instance.speaker().keys.receipt, group).map_err(|_| Problem::Internal)
}

/// Ends a session of a payer who asks without the gateway; its figures then, and its final receipt.
pub(crate) async fn close_for(instance: &Instance, id: CommandId, payer: money::Party) -> Result<(market::Session, String), Problem> {
    let read = move |state: &market::State, _| {
        let session = state.session(id).filter(|session| session.payer == payer)?;
        Some((session.clone(), state.offer(session.offer())?.offer.payee.clone()))
    };
    instance.look(read).await?.ok_or(Problem::Unknown)?;
    units::finish(instance, id, market::EndReason::Pressed { payer }).await?;
    let (session, recipient) = instance.look(read).await?.ok_or(Problem::Unknown)?;
    let receipt = certified(instance, (id, &session), &recipient, Done::of_end(&session, None))?;
    Ok((session, receipt))
}

/// The figures of a session as a receipt states them.
fn count(at: At, session: &market::Session, timestamp: money::Timestamp) -> Counted {
    Counted { session: at.session, timestamp, seq: at.seq, accepted: session.accepted, spent: session.drawn, units: session.units() }
}

fn with_session_receipt(reply: &mut Reply, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => drop(reply.headers_mut().insert("payment-receipt", value)),
        Err(_) => tracing::error!("a session's receipt is no header value"),
    }
    super::proxy::private_caching(reply.headers_mut(), None);
}

/// What a step came to, or the refusal of it.
fn effect_of(answer: &Answer, known: &Known, claim: Claim) -> Result<(Effect, bool), Problem> {
    match &answer.outcome {
        Outcome::Applied(applied) => Ok((applied.effect, true)),
        Outcome::Replayed(effect) | Outcome::Standing(effect) => Ok((*effect, false)),
        Outcome::Rejected(rejection) => Err(problem_of_session(rejection, known.asset, (known.cap(), claim))),
    }
}

fn proof(key: [u8; 32], signature: [u8; 64], challenge: [u8; 32], scope: String) -> Option<Box<SessionProof>> {
    Some(Box::new(SessionProof { key, signature, challenge, scope }))
}
