//! What this process has under way in sessions: reserves, which are renewed while they are worked on, and calls whose end the books
//! do not know yet.
//!
//! In memory only. What a process that dies leaves behind is a reserve, which lapses, or a call, which is drawn. One task looks
//! after all of it, for as long as there is any.

use super::together::{self, Together};
use super::units::Reserved;
use crate::instance::Instance;
use market::{Body as Ask, Call, Command, Draw, Earlier, Maker, Outcome, Rejection, Session, Settle};
use money::{Amount, CommandId, Span, Timestamp};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::engine::Answer;

/// How often it is looked after. So long the end of a call waits for the session's next call to carry it.
const EVERY: Duration = Duration::from_secs(1);
/// How often a reserve is renewed, which lapses a minute after.
const RENEW_EVERY: Span = Span(20);

/// What is under way.
#[derive(Default)]
pub(crate) struct UnderWay {
    table: Mutex<Table>,
    /// Calls on their way into the books.
    pub(super) together: Together,
}

#[derive(Default)]
struct Table {
    /// With the time at which each was promised or renewed.
    reserves: BTreeMap<(CommandId, u32), (Timestamp, Arc<Reserved>)>,
    calls: BTreeMap<CommandId, BTreeMap<u32, Promise>>,
    /// Somebody looks after it.
    is_kept: bool,
    /// Calls that a process before left behind and that are still to be drawn.
    left: Vec<(CommandId, Settle)>,
}

/// A call that is promised.
struct Promise {
    /// The version of the session that prices it.
    version: u8,
    units: u64,
    progress: Progress,
}

/// What of a session's calls the books are told with the next one.
#[derive(Default)]
struct Told {
    /// These were delivered just as promised.
    delivered: Earlier,
    /// What the others came to, each a step of its own.
    settles: Vec<Settle>,
}

/// How far a call is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Progress {
    /// The origin works on it.
    Running,
    /// It delivered so many units, which the books are still to be told.
    Ended(u64),
    /// They are being told.
    Told(u64),
}

/// A session as it stood right after a call was promised.
pub(super) struct Stood {
    pub accepted: Amount,
    pub drawn: Amount,
    /// Units by all versions.
    pub units: u64,
    /// Units by the version of the call.
    pub by_version: u64,
    /// The share of the hold that earlier draws have reached.
    pub told: u8,
    pub at: Timestamp,
}

impl UnderWay {
    /// Notes a reserve, which is renewed from now on.
    pub(super) fn reserve(&self, request: (CommandId, u32), since: Timestamp, reserved: &Arc<Reserved>) {
        self.lock().reserves.insert(request, (since, Arc::clone(reserved)));
    }

    /// Takes a reserve off: it is about to be settled.
    pub(super) fn unreserve(&self, request: (CommandId, u32)) {
        self.lock().reserves.remove(&request);
    }

    /// What a call came to; the books are told with the session's next call, or within a second.
    pub(super) fn end_call(&self, session: CommandId, seq: u32, units: u64) {
        if let Some(call) = self.lock().calls.get_mut(&session).and_then(|calls| calls.get_mut(&seq)) {
            call.progress = Progress::Ended(units);
        }
    }

    /// False if a call of that number is under way already.
    fn begin_call(&self, session: CommandId, draw: &Draw) -> bool {
        let mut table = self.lock();
        let calls = table.calls.entry(session).or_default();
        let is_new = !calls.contains_key(&draw.seq);
        if is_new {
            calls.insert(draw.seq, Promise { version: draw.version, units: draw.units, progress: Progress::Running });
        }
        is_new
    }

    /// A call that was never promised, or that the books know the end of.
    fn forget(&self, session: CommandId, seqs: impl IntoIterator<Item = u32>) {
        let mut table = self.lock();
        let Some(calls) = table.calls.get_mut(&session) else { return };
        for seq in seqs {
            calls.remove(&seq);
        }
        if calls.is_empty() {
            table.calls.remove(&session);
        }
    }

    /// The ends of calls that the books are to be told; whoever takes them tells.
    fn take(&self, session: CommandId) -> Vec<Settle> {
        self.take_with(session, |_, _| None).settles
    }

    /// The same for a call that tells what it can.
    fn take_before(&self, session: CommandId, draw: &Draw) -> Told {
        self.take_with(session, |delivered, (seq, call)| delivered.with(draw.seq, seq).filter(|_| call.version == draw.version))
    }

    /// `told` adds a call that was delivered as promised to those before, if it can be told with them.
    fn take_with(&self, session: CommandId, told: impl Fn(Earlier, (u32, &Promise)) -> Option<Earlier>) -> Told {
        let mut table = self.lock();
        let mut taken = Told::default();
        for (seq, call) in table.calls.get_mut(&session).into_iter().flatten() {
            let Progress::Ended(units) = call.progress else { continue };
            call.progress = Progress::Told(units);
            match told(taken.delivered, (*seq, call)).filter(|_| units == call.units) {
                Some(delivered) => taken.delivered = delivered,
                None => taken.settles.push(Settle { seq: *seq, part: 0, units, again: 0 }),
            }
        }
        taken
    }

    /// They could not be told.
    fn put_back(&self, session: CommandId, seqs: impl IntoIterator<Item = u32>) {
        let mut table = self.lock();
        let Some(calls) = table.calls.get_mut(&session) else { return };
        for seq in seqs {
            if let Some(call) = calls.get_mut(&seq)
                && let Progress::Told(units) = call.progress
            {
                call.progress = Progress::Ended(units);
            }
        }
    }

    /// Sessions with ends of calls that the books are to be told.
    fn waiting(&self) -> Vec<CommandId> {
        let waits = |calls: &BTreeMap<u32, Promise>| calls.values().any(|call| matches!(call.progress, Progress::Ended(_)));
        self.lock().calls.iter().filter(|(_, calls)| waits(calls)).map(|(id, _)| *id).collect()
    }

    /// Reserves that are to be renewed.
    fn due(&self, now: Timestamp) -> Vec<Arc<Reserved>> {
        let mut table = self.lock();
        let mut reserves = Vec::new();
        for (since, reserved) in table.reserves.values_mut().filter(|(since, _)| since.after(RENEW_EVERY) <= now) {
            *since = now;
            reserves.push(Arc::clone(reserved));
        }
        reserves
    }

    /// True if nothing is under way: then nobody looks after it any more.
    fn rests(&self) -> bool {
        let mut table = self.lock();
        let rests = table.reserves.is_empty() && table.calls.is_empty();
        table.is_kept &= !rests;
        rests
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has what is under way looked after, if nobody does so yet.
pub(super) fn keep(instance: &Arc<Instance>) {
    if std::mem::replace(&mut instance.under_way.lock().is_kept, true) {
        return;
    }
    let instance = Arc::clone(instance);
    tokio::spawn(async move {
        while !instance.under_way.rests() {
            tokio::time::sleep(EVERY).await;
            tend(&instance).await;
        }
    });
}

/// Tells the books what calls came to, and renews reserves whose time it is.
pub(crate) async fn tend(instance: &Arc<Instance>) {
    // All at once: one that waits keeps no other from being renewed in time.
    let renewals: Vec<_> = instance.under_way.due(instance.now()).into_iter().map(|reserved| tokio::spawn(reserved.renew())).collect();
    settle_all(instance).await;
    for renewal in renewals {
        drop(renewal.await);
    }
}

/// Promises what a call costs, with what earlier calls of the session came to: one record, one wait. Says how the session stood right
/// after it, by the version that prices it.
pub(super) async fn promise(instance: &Arc<Instance>, id: CommandId, draw: Draw) -> Result<(Answer, Option<Stood>), Problem> {
    let way = &instance.under_way;
    let is_new = way.begin_call(id, &draw);
    let Told { delivered, settles } = way.take_before(id, &draw);
    let apart: Vec<u32> = settles.iter().map(|settle| settle.seq).collect();
    let told = together::promised(instance, together::Asked { session: id, settles, call: Call { draw, delivered } }).await;
    match &told {
        Ok(_) => way.forget(id, apart),
        Err(_) => way.put_back(id, apart),
    }
    match told.as_ref().map(|(answer, _)| &answer.outcome) {
        Ok(Outcome::Applied(_)) => way.forget(id, delivered.seqs(draw.seq)),
        // Nothing of what is told can be told again: whoever starts next draws it.
        Ok(Outcome::Rejected(rejection @ (Rejection::ReserveUnknown | Rejection::Invalid("delivered")))) => {
            tracing::error!(?rejection, session = %protocol::text::serial(id), "what calls came to was refused by the books");
            way.forget(id, delivered.seqs(draw.seq).chain(is_new.then_some(draw.seq)));
        }
        // It stands in no record then, and neither does what it tells.
        Ok(Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(_)) | Err(_) => {
            way.put_back(id, delivered.seqs(draw.seq));
            if is_new {
                way.forget(id, [draw.seq]);
            }
        }
    }
    told
}

pub(super) fn stood(session: &Session, version: usize, at: Timestamp) -> Stood {
    let by_version = session.versions.get(version).map_or(0, |version| version.units);
    Stood { accepted: session.accepted, drawn: session.drawn, units: session.units(), by_version, told: session.told, at }
}

/// Tells the books what the calls of a session came to, and waits until that is durable; false if they could not be told.
pub(crate) async fn settle_calls(instance: &Instance, id: CommandId) -> bool {
    let way = &instance.under_way;
    let settles = way.take(id);
    if settles.is_empty() {
        return true;
    }
    let steps = settles.iter().map(|settle| Command { id, maker: Maker::Instance, body: Ask::Settle(*settle) }).collect();
    let told = instance.steps(steps).await;
    match told {
        Ok(answer) => {
            way.forget(id, settles.iter().map(|settle| settle.seq));
            matches!(answer.outcome, Outcome::Applied(_))
        }
        // The queue is full: they are told a little later.
        Err(Problem::Busy { .. } | Problem::NoRoom { .. }) => {
            way.put_back(id, settles.iter().map(|settle| settle.seq));
            false
        }
        // The process ends: whoever starts next finds the calls and draws them.
        Err(_) => {
            way.forget(id, settles.iter().map(|settle| settle.seq));
            false
        }
    }
}

/// The same for all sessions.
pub(super) async fn settle_all(instance: &Instance) {
    for id in instance.under_way.waiting() {
        settle_calls(instance, id).await;
    }
}

/// Notes the calls that a process before left behind. Before anybody asks for anything: later a call of that number may be one of this
/// process, or one of before that is asked for again, and nobody could tell them apart.
pub(crate) async fn note_left_behind(instance: &Instance) -> Result<(), Problem> {
    let find = |state: &market::State, _| {
        let calls = |(id, session): (CommandId, &Session)| {
            let calls = session.reserves.iter().filter(|reserve| !reserve.lapses());
            calls.map(|call| (id, Settle { seq: call.seq, part: call.part, units: call.units, again: 0 })).collect::<Vec<_>>()
        };
        state.running_sessions().flat_map(calls).collect::<Vec<_>>()
    };
    let left = instance.look(find).await?;
    instance.under_way.lock().left = left;
    Ok(())
}

/// Draws them: nobody will say any more what they came to.
pub(super) async fn draw_left_behind(instance: &Instance) -> Result<(), Problem> {
    loop {
        let Some((id, settle)) = instance.under_way.lock().left.pop() else { return Ok(()) };
        if let Err(problem) = instance.apply(Command { id, maker: Maker::Instance, body: Ask::Settle(settle) }).await {
            instance.under_way.lock().left.push((id, settle));
            return Err(problem);
        }
    }
}
