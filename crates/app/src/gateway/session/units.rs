//! What was really delivered: promised while it is under way, settled when it is known, captured when it is time,
//! ended when nobody comes any more.

use super::underway;
use super::voucher::{Taken, Work};
use crate::door::Reply;
use crate::gateway::proxy::{Body, BoxError};
use crate::instance::Instance;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use market::{Body as Ask, Command, EndReason, EndSession, Maker, Metered, OfferPrice, Outcome, Phase, Rejection, Session, Settle, State};
use money::{Amount, CommandId, Span, Timestamp};
use protocol::problem::{Problem, SessionProblem};
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
/// How often work under way is looked for before a close gives up.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(250);

/// What was promised to a request under way: settled once, also if nobody waits for it any more.
pub(super) struct Settling {
    promised: Promised,
    instance: Arc<Instance>,
    sent: u64,
}

enum Promised {
    /// Nothing: it was paid before, or it is settled.
    Nothing,
    /// At most so much; it is renewed until it is settled.
    AtMost(Arc<Reserved>),
    /// Exactly this, if it succeeds.
    Call { session: CommandId, seq: u32 },
}

/// A reserve of a request.
pub(super) struct Reserved {
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
    /// Begins to look after what was promised to a request; nothing, if it was paid before.
    pub(super) fn begin(instance: &Arc<Instance>, work: &Work) -> Settling {
        let (session, seq) = (work.session, work.seq);
        let promised = match work.taken {
            Taken::Before => Promised::Nothing,
            Taken::Called => Promised::Call { session, seq },
            Taken::Reserved => {
                let (part, lapsed) = (tokio::sync::Mutex::new(0), AtomicBool::new(false));
                let reserved = Arc::new(Reserved { instance: Arc::clone(instance), session, seq, most: work.units, part, lapsed });
                instance.under_way.reserve((session, seq), instance.now(), &reserved);
                Promised::AtMost(reserved)
            }
        };
        if !matches!(promised, Promised::Nothing) {
            underway::keep(instance);
        }
        Settling { promised, instance: Arc::clone(instance), sent: 0 }
    }

    /// Settles it with what was delivered; false if the books did not take it. That a call succeeded is not waited for: it is
    /// drawn whoever says so. That it failed is: whoever is told that it cost nothing is told what is durable.
    pub(super) async fn end(mut self, units: u64) -> bool {
        let promised = std::mem::replace(&mut self.promised, Promised::Nothing);
        promised.end(&self.instance, units).await
    }

    /// The answer, whose bytes are counted as they go out; it is settled with them at the end.
    pub(super) fn counting(self, reply: Reply) -> Reply {
        reply.map(|body| Counting { inner: body, settling: self }.boxed_unsync())
    }

    /// Gives the reserve to who settles it slice by slice; how often it was settled. A renewal on its way is waited for.
    pub(super) async fn hand_over(mut self) -> u16 {
        let Promised::AtMost(reserved) = std::mem::replace(&mut self.promised, Promised::Nothing) else { return 0 };
        self.instance.under_way.unreserve((reserved.session, reserved.seq));
        *reserved.part.lock().await
    }

    /// What was reserved, if it is a reserve.
    fn reserved(&self) -> Option<&Arc<Reserved>> {
        if let Promised::AtMost(reserved) = &self.promised { Some(reserved) } else { None }
    }
}

impl Promised {
    async fn end(self, instance: &Arc<Instance>, units: u64) -> bool {
        match self {
            Promised::Nothing => true,
            Promised::AtMost(reserved) => reserved.settle(units).await,
            Promised::Call { session, seq } => {
                instance.under_way.end_call(session, seq, units);
                units > 0 || underway::settle_calls(instance, session).await
            }
        }
    }
}

impl Drop for Settling {
    fn drop(&mut self) {
        let promised = std::mem::replace(&mut self.promised, Promised::Nothing);
        if let Promised::Nothing = promised {
            return;
        }
        let (instance, units) = (Arc::clone(&self.instance), self.sent);
        // Without a runtime the process is ending: then the reserve lapses, and who crashed pays.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(async move { promised.end(&instance, units).await }));
        }
    }
}

impl Reserved {
    /// Keeps it for another minute.
    pub(super) async fn renew(self: Arc<Self>) {
        let mut part = self.part.lock().await;
        match self.tell(Settle { seq: self.seq, part: *part, units: 0, again: self.most }).await {
            Ok(true) => *part = part.saturating_add(1),
            Ok(false) => self.lapsed.store(true, Ordering::Relaxed),
            // The queue is full: it is renewed the next time, well before it lapses.
            Err(_) => {}
        }
    }

    async fn settle(&self, units: u64) -> bool {
        self.instance.under_way.unreserve((self.session, self.seq));
        // A renewal on its way is waited for.
        let part = *self.part.lock().await;
        let told = self.tell(Settle { seq: self.seq, part, units, again: 0 }).await;
        let is_settled = matches!(told, Ok(true));
        if !is_settled {
            tracing::error!(session = %protocol::text::serial(self.session), "a reserve was not settled: it lapses");
        }
        is_settled
    }

    async fn tell(&self, settle: Settle) -> Result<bool, Problem> {
        let command = Command { id: self.session, maker: Maker::Instance, body: Ask::Settle(settle) };
        self.instance.apply(command).await.map(|answer| matches!(answer.outcome, Outcome::Applied(_)))
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
        let Some(reserved) = self.settling.reserved() else { return Poll::Ready(frame) };
        // What was not reserved, or is no longer, is not sent.
        if sent > reserved.most || reserved.lapsed.load(Ordering::Relaxed) {
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
/// [`SessionProblem::UnderWay`] if work is still under way: it ends by itself then.
pub(crate) async fn finish(instance: &Instance, id: CommandId, reason: EndReason) -> Result<(), Problem> {
    finish_in(TRIES, instance, id, reason).await
}

/// The same with so many looks at what is under way.
pub(crate) async fn finish_in(tries: u32, instance: &Instance, id: CommandId, reason: EndReason) -> Result<(), Problem> {
    let step = |body| instance.apply(Command { id, maker: Maker::Instance, body });
    for _ in 0..tries {
        underway::settle_calls(instance, id).await;
        let end = step(Ask::EndSession(EndSession { reason: reason.clone() })).await?.outcome;
        match end.effect() {
            Ok(market::Effect::SessionEnded { .. }) => return Ok(()),
            Ok(_) | Err(Rejection::SessionBusy) => {}
            Err(_) => return Err(Problem::Unknown),
        }
        // Nothing new begins from here on. A stream that began just before is told by the next round.
        instance.endings.tell(id);
        capture_all(instance, id).await?;
        let end = step(Ask::EndSession(EndSession { reason: reason.clone() })).await?.outcome;
        match end.effect() {
            Ok(market::Effect::SessionEnded { .. }) => return Ok(()),
            Ok(_) | Err(Rejection::SessionBusy) => tokio::time::sleep(PAUSE).await,
            Err(_) => return Err(Problem::Unknown),
        }
    }
    Err(waits_for(instance, id).await?)
}

/// What an end waits for, and until when if nobody works on it any more.
async fn waits_for(instance: &Instance, id: CommandId) -> Result<Problem, Problem> {
    let read = move |state: &State, now: Timestamp| {
        let live = state.session(id)?.reserves.iter().filter(|reserve| now < reserve.until);
        let until = live.clone().filter(|reserve| reserve.lapses()).map(|reserve| reserve.until).max();
        Some((u32::try_from(live.count()).unwrap_or(u32::MAX), until))
    };
    let (requests, until) = instance.look(read).await?.unwrap_or_default();
    Ok(Problem::Session(SessionProblem::UnderWay { requests, until, retry_after_s: 5 }))
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

/// When a session ends if nothing more happens. Of a film counts also what was watched for nothing, which only the gateway remembers; and
/// since it forgets that when it ends, from its start on.
fn idle_at(state: &State, session: &Session, watched: Timestamp) -> Timestamp {
    match state.offer(session.offer()).map(|version| version.offer.price) {
        Some(OfferPrice::Metered(Metered { video: Some(video), .. })) => session.drawn_at.max(watched).after(video.idle),
        // Events of a meter may come as late as its window is long.
        Some(OfferPrice::Metered(metered)) => {
            let payee = state.offer(session.offer()).map(|version| version.offer.payee.as_str());
            let late = payee.and_then(|payee| state.meter(payee, metered.unit)).map_or(IDLE, |meter| meter.late.max(IDLE));
            session.drawn_at.after(late)
        }
        _ => session.drawn_at.after(IDLE),
    }
}

fn due(state: &State, (session, watched): (&Session, Timestamp), now: Timestamp) -> Option<Due> {
    if let Phase::Ended { .. } = session.phase {
        return None;
    }
    if session.until <= now {
        return Some(Due::Expired);
    }
    let under_way = !session.reserved(now).is_zero();
    if session.phase == Phase::Closing || (!under_way && idle_at(state, session, watched) <= now) {
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
    underway::draw_left_behind(instance).await?;
    underway::settle_all(instance).await;
    let (started, last) = (instance.started, instance.seats.all());
    let watched = move |id: CommandId| last.get(&id).map_or(started, |last| started.max(*last));
    let find = move |state: &State, now: Timestamp| {
        let due = |(id, session)| due(state, (session, watched(id)), now).map(|_| id);
        state.running_sessions().filter_map(due).collect::<Vec<_>>()
    };
    for id in instance.look(find).await? {
        // The list may be old by now: somebody may have come back.
        let watched = instance.seats.last(id).map_or(started, |last| started.max(last));
        let now = instance.look(move |state, now| state.session(id).and_then(|session| due(state, (session, watched), now))).await?;
        let done = match now {
            Some(Due::Capture) => capture_all(instance, id).await,
            Some(Due::Idle) => finish_once(instance, id, EndReason::Idle).await,
            Some(Due::Expired) => {
                instance.endings.tell(id);
                finish_once(instance, id, EndReason::Expired).await
            }
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
