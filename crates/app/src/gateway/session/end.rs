//! `close`: what was drawn is captured, the rest is released, and the final receipt says both.

use crate::door::Reply;
use crate::gateway::Gate;
use crate::gateway::priced::Ask;
use crate::gateway::session::units::finish;
use market::{EndReason, Phase, SessionProof};
use money::Amount;
use protocol::problem::{Problem, SessionProblem};
use protocol::receipt::Done;
use protocol::session::{At, Close};
use std::sync::Arc;

impl Gate {
    /// The action `close`. New work stops at once; work under way is waited for, up to ten seconds.
    pub(super) async fn close_session(&self, ask: &Arc<Ask>, at: At, close: &Close) -> Result<Reply, Problem> {
        let known = self.known(at.session).await?;
        let claim = close.claim(&known.bound(self.instance.id, at.session), &known.key);
        let claim = claim.ok_or(Problem::Session(SessionProblem::InvalidSignature))?;
        if !self.checker.holds(claim).await {
            return Err(Problem::Session(SessionProblem::InvalidSignature));
        }
        let proof = SessionProof { key: known.key.0, signature: close.signature, challenge: [0; 32], scope: String::new() };
        self.wires.ending(at.session);
        let reason = EndReason::Payer { agreed: close.agreed, proof: Box::new(proof) };
        let ended = finish(&self.instance, at.session, reason).await;
        self.sessions.forget(at.session);
        ended?;
        tracing::debug!(site = %self.name, request = %ask.visit.request_id, "a session was closed");
        self.upkeep(at, &known.recipient, |session| Some(Done::of_end(session, Some(close.agreed)))).await
    }
}

/// What the final receipt of a session says.
pub(super) trait OfEnd {
    /// Of a session that is over; `agreed` is what its client had counted, said if it is not what was drawn.
    fn of_end(session: &market::Session, agreed: Option<Amount>) -> Done;
}

impl OfEnd for Done {
    fn of_end(session: &market::Session, agreed: Option<Amount>) -> Done {
        debug_assert!(matches!(session.phase, Phase::Ended { .. }), "only an end has a final receipt");
        Done::Close {
            captured: session.captured,
            released: session.cap.saturating_sub(session.captured),
            agreed: agreed.filter(|agreed| *agreed != session.drawn),
        }
    }
}
