//! What was really delivered: settled when it is known, captured when it is time, ended when nobody comes any more.

use super::voucher::{Taken, Work};
use crate::door::Reply;
use crate::gateway::Gate;
use crate::gateway::proxy::{Body, BoxError};
use crate::instance::Instance;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use market::{Body as Ask, Command, EndReason, EndSession, Maker, Outcome, Phase, Rejection, Return, Session, Settle};
use money::{Amount, CommandId, Span, Timestamp};
use protocol::problem::Problem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// More than this is not left uncaptured, or a quarter of the hold if that is less.
const MOST_WAITING: Amount = Amount::from_u32(1_000_000);
/// So long what was drawn waits to be captured.
const LONGEST_WAIT: Span = Span(15 * 60);
/// A session of which nothing is drawn for so long ends.
const IDLE: Span = Span(5 * 60);
/// How often work under way is looked for before a close gives up.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

impl Gate {
    /// What was taken for a request that brought nothing.
    pub(super) async fn give_back(&self, work: &Work) {
        let body = match work.taken {
            Taken::Reserved => Ask::Settle(Settle { seq: work.seq, part: 0, units: 0, again: 0 }),
            Taken::Drawn => Ask::Return(Return { seq: work.seq, version: work.version, units: work.units }),
            Taken::Before => return,
        };
        let told = self.instance.apply(Command { id: work.session, maker: Maker::Instance, body }).await;
        match told.map(|answer| answer.outcome) {
            Ok(Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_)) => {}
            other => tracing::error!(session = %protocol::text::serial(work.session), ?other, "what was not delivered did not come back"),
        }
    }

    /// Settles a reserve with what the origin reported or, where bytes are counted, with what went out.
    pub(super) fn metering(&self, reply: Reply, work: Work, reported: Option<u64>) -> Reply {
        let counts = work.metered.unit.as_str() == "byte" && reported.is_none();
        let settling = Settling { instance: Arc::clone(&self.instance), work, units: reported.unwrap_or(0) };
        if !counts {
            if reported.is_none() {
                tracing::error!(site = %self.name, unit = work.metered.unit.as_str(), "the origin said no Farthing-Usage: nothing is charged");
            }
            drop(settling);
            return reply;
        }
        reply.map(|body| Counting { inner: body, settling: Some(settling) }.boxed_unsync())
    }
}

/// A reserve that is settled when this is dropped, whatever became of the answer.
struct Settling {
    instance: Arc<Instance>,
    work: Work,
    units: u64,
}

impl Drop for Settling {
    fn drop(&mut self) {
        let Work { session, seq, .. } = self.work;
        let body = Ask::Settle(Settle { seq, part: 0, units: self.units, again: 0 });
        let instance = Arc::clone(&self.instance);
        let settle = async move {
            let told = instance.apply(Command { id: session, maker: Maker::Instance, body }).await;
            if !matches!(told.as_ref().map(|answer| &answer.outcome), Ok(Outcome::Applied(_) | Outcome::Replayed(_))) {
                tracing::error!(session = %protocol::text::serial(session), "a reserve was not settled: it lapses");
            }
        };
        // Without a runtime the process is ending: then the reserve lapses, and who crashed pays.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(settle));
        }
    }
}

/// A body on its way out whose bytes are counted.
struct Counting {
    inner: Body,
    settling: Option<Settling>,
}

impl hyper::body::Body for Counting {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        let bytes = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
            Some(Err(_)) | None => 0,
        };
        let most = self.settling.as_ref().map_or(0, |settling| settling.work.units);
        if let Some(settling) = &mut self.settling {
            settling.units = settling.units.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
            // What was not reserved is not sent.
            if settling.units > most {
                settling.units = most;
                self.settling = None;
                return Poll::Ready(Some(Err("the answer is longer than what was reserved for it".into())));
            }
        }
        if frame.is_none() || self.inner.is_end_stream() {
            self.settling = None;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Ends a session: captures what was drawn, then releases the rest. Waits up to ten seconds for work under way.
///
/// # Errors
/// [`Problem::Busy`] if work is still under way: it ends by itself then.
pub(crate) async fn finish(instance: &Instance, id: CommandId, reason: EndReason) -> Result<(), Problem> {
    let step = |body| instance.apply(Command { id, maker: Maker::Instance, body });
    for _ in 0..TRIES {
        let end = step(Ask::EndSession(EndSession { reason: reason.clone() })).await?.outcome;
        match end.effect() {
            Ok(market::Effect::SessionEnded { .. }) => return Ok(()),
            Ok(_) | Err(Rejection::SessionBusy) => {}
            Err(_) => return Err(Problem::Unknown),
        }
        capture_all(instance, id).await?;
        let end = step(Ask::EndSession(EndSession { reason: reason.clone() })).await?.outcome;
        match end.effect() {
            Ok(market::Effect::SessionEnded { .. }) => return Ok(()),
            Ok(_) | Err(Rejection::SessionBusy) => tokio::time::sleep(PAUSE).await,
            Err(_) => return Err(Problem::Unknown),
        }
    }
    Err(Problem::Busy { retry_after_s: 10 })
}

/// Captures what a session has drawn, offer version by offer version.
async fn capture_all(instance: &Instance, id: CommandId) -> Result<(), Problem> {
    let captures = move |state: &market::State, _| state.session(id).map(|session| session.captures);
    let mut number = instance.look(captures).await?.unwrap_or(0);
    for _ in 0..=market::session::MOST_VERSIONS {
        number = number.saturating_add(1);
        let body = Ask::CaptureSession { number };
        let outcome = instance.apply(Command { id, maker: Maker::Instance, body }).await?.outcome;
        if let Outcome::Rejected(rejection) = outcome {
            if !matches!(rejection, Rejection::NothingToCapture | Rejection::Invalid(_)) {
                tracing::error!(session = %protocol::text::serial(id), ?rejection, "what a session drew could not be captured");
            }
            return Ok(());
        }
    }
    Ok(())
}

/// What is due at a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Due {
    Capture,
    Idle,
    Expired,
}

fn due(session: &Session, now: Timestamp) -> Option<Due> {
    if let Phase::Ended { .. } = session.phase {
        return None;
    }
    if session.until <= now {
        return Some(Due::Expired);
    }
    let under_way = !session.reserved(now).is_zero();
    if session.phase == Phase::Closing || (!under_way && session.drawn_at.after(IDLE) <= now) {
        return Some(Due::Idle);
    }
    let quarter = Amount::new(session.cap.units() / 4).unwrap_or(MOST_WAITING);
    let waits = session.uncaptured();
    let much = !waits.is_zero() && waits >= quarter.min(MOST_WAITING);
    let long = session.waits_since.is_some_and(|since| since.after(LONGEST_WAIT) <= now);
    (much || long || (!waits.is_zero() && session.drawn >= session.cap)).then_some(Due::Capture)
}

/// Captures and ends what is due. Timers move no money: this submits commands, and a run that is missed is made up by the next.
///
/// # Errors
/// [`Problem::Internal`] if the engine has ended.
pub async fn sweep(instance: &Instance) -> Result<(), Problem> {
    let find = |state: &market::State, now: Timestamp| {
        state.sessions().filter_map(|(id, session)| due(session, now).map(|due| (id, due))).collect::<Vec<_>>()
    };
    for (id, due) in instance.look(find).await? {
        match due {
            Due::Capture => capture_all(instance, id).await?,
            Due::Idle => drop(finish_once(instance, id, EndReason::Idle).await?),
            Due::Expired => drop(finish_once(instance, id, EndReason::Expired).await?),
        }
    }
    Ok(())
}

/// One round of [`finish`]: what is still under way is for the next sweep.
async fn finish_once(instance: &Instance, id: CommandId, reason: EndReason) -> Result<(), Problem> {
    let step = |body| instance.apply(Command { id, maker: Maker::Instance, body });
    step(Ask::EndSession(EndSession { reason: reason.clone() })).await?;
    capture_all(instance, id).await?;
    step(Ask::EndSession(EndSession { reason })).await?;
    Ok(())
}
