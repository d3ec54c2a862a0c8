//! What was really delivered: reserved and renewed while it is under way, settled when it is known, captured when it is time,
//! ended when nobody comes any more.

use super::voucher::{Taken, Work};
use crate::door::Reply;
use crate::gateway::proxy::{Body, BoxError};
use crate::instance::Instance;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use market::{Body as Ask, Command, EndReason, EndSession, Maker, Outcome, Phase, Rejection, Session, Settle};
use money::{Amount, CommandId, Span, Timestamp};
use protocol::problem::Problem;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// More than this is not left uncaptured, or a quarter of the hold if that is less.
const MOST_WAITING: Amount = Amount::from_u32(1_000_000);
/// So long what was drawn waits to be captured.
const LONGEST_WAIT: Span = Span(15 * 60);
/// A session of which nothing is drawn for so long ends.
const IDLE: Span = Span(5 * 60);
/// How often a reserve is renewed, which lapses a minute after.
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// How often work under way is looked for before a close gives up.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

/// A reserve under way: renewed while it is worked on, settled once, also if nobody waits for it any more.
pub(super) struct Settling {
    shared: Option<Arc<Shared>>,
    renewing: Option<tokio::task::JoinHandle<()>>,
    sent: u64,
}

struct Shared {
    instance: Arc<Instance>,
    session: CommandId,
    seq: u32,
    most: u64,
    /// How often it was settled; held while one is on its way.
    part: tokio::sync::Mutex<u16>,
    /// It was refused to renew it: what is sent from now on is not covered.
    lapsed: AtomicBool,
}

impl Settling {
    /// Begins to renew what was reserved for a request; nothing, if it was paid before.
    pub(super) fn begin(instance: &Arc<Instance>, work: &Work) -> Settling {
        if work.taken == Taken::Before {
            return Settling { shared: None, renewing: None, sent: 0 };
        }
        let shared = Arc::new(Shared {
            instance: Arc::clone(instance),
            session: work.session,
            seq: work.seq,
            most: work.units,
            part: tokio::sync::Mutex::new(0),
            lapsed: AtomicBool::new(false),
        });
        let renewing = tokio::spawn(Arc::clone(&shared).renew());
        Settling { shared: Some(shared), renewing: Some(renewing), sent: 0 }
    }

    /// Settles it with what was delivered; false if the books did not take it.
    pub(super) async fn end(mut self, units: u64) -> bool {
        let Some(shared) = self.stop() else { return true };
        shared.settle(units).await
    }

    /// The answer, whose bytes are counted as they go out; it is settled with them at the end.
    pub(super) fn counting(self, reply: Reply) -> Reply {
        reply.map(|body| Counting { inner: body, settling: self }.boxed_unsync())
    }

    /// Gives the reserve to who settles it slice by slice; how often it was settled.
    pub(super) async fn hand_over(mut self) -> u16 {
        let Some(shared) = self.stop() else { return 0 };
        *shared.part.lock().await
    }

    fn stop(&mut self) -> Option<Arc<Shared>> {
        self.renewing.take().iter().for_each(tokio::task::JoinHandle::abort);
        self.shared.take()
    }
}

impl Drop for Settling {
    fn drop(&mut self) {
        let units = self.sent;
        let Some(shared) = self.stop() else { return };
        // Without a runtime the process is ending: then the reserve lapses, and who crashed pays.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(async move { shared.settle(units).await }));
        }
    }
}

impl Shared {
    async fn renew(self: Arc<Self>) {
        loop {
            tokio::time::sleep(RENEW_EVERY).await;
            let mut part = self.part.lock().await;
            let renewal = Settle { seq: self.seq, part: *part, units: 0, again: self.most };
            // Not given up half-way by an abort: whoever settles next has to know whether this one counts.
            let shared = Arc::clone(&self);
            let told = tokio::spawn(async move { shared.tell(renewal).await }).await;
            if !told.unwrap_or(false) {
                self.lapsed.store(true, Ordering::Relaxed);
                return;
            }
            *part = part.saturating_add(1);
        }
    }

    async fn settle(&self, units: u64) -> bool {
        let part = *self.part.lock().await;
        // A renewal whose answer was not waited for may have come first.
        let tries = [part, part.saturating_add(1)].map(|part| Settle { seq: self.seq, part, units, again: 0 });
        for settle in tries {
            if self.tell(settle).await {
                return true;
            }
        }
        tracing::error!(session = %protocol::text::serial(self.session), "a reserve was not settled: it lapses");
        false
    }

    async fn tell(&self, settle: Settle) -> bool {
        let command = Command { id: self.session, maker: Maker::Instance, body: Ask::Settle(settle) };
        matches!(self.instance.apply(command).await.map(|answer| answer.outcome), Ok(Outcome::Applied(_)))
    }
}

/// A body on its way out whose bytes are counted.
struct Counting {
    inner: Body,
    settling: Settling,
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
        let sent = self.settling.sent.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        let Some(shared) = &self.settling.shared else { return Poll::Ready(frame) };
        // What was not reserved, or is no longer, is not sent.
        if sent > shared.most || shared.lapsed.load(Ordering::Relaxed) {
            return Poll::Ready(Some(Err("the answer is more than what is reserved for it".into())));
        }
        self.settling.sent = sent;
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
/// A session that gives trouble keeps no other from its end.
///
/// # Errors
/// [`Problem::Internal`] if the engine has ended.
pub async fn sweep(instance: &Instance) -> Result<(), Problem> {
    let find = |state: &market::State, now: Timestamp| {
        state.running_sessions().filter_map(|(id, session)| due(session, now).map(|_| id)).collect::<Vec<_>>()
    };
    for id in instance.look(find).await? {
        // The list may be old by now: somebody may have come back.
        let now = instance.look(move |state, now| state.session(id).and_then(|session| due(session, now))).await?;
        let done = match now {
            Some(Due::Capture) => capture_all(instance, id).await,
            Some(Due::Idle) => finish_once(instance, id, EndReason::Idle).await,
            Some(Due::Expired) => finish_once(instance, id, EndReason::Expired).await,
            None => Ok(()),
        };
        if let Err(problem) = done {
            tracing::warn!(session = %protocol::text::serial(id), ?problem, "a session waits for the next look");
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
