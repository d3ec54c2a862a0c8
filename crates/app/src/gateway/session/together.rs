//! Calls on their way into the books together: what is asked for while others are being worked out, or while a frame is on its
//! way to the disk, is one job of the engine, one frame, one sync, and wakes the doors once.
//!
//! Nothing waits for a clock. A turn of the runtime is given away as long as each brings more calls, so with one call under way
//! the second turn sends it, and with hundreds each frame carries what the doors have ready.

use super::underway::{Stood, stood};
use crate::instance::Instance;
use crate::refusals::refused;
use market::{Body as Ask, Call, Command, Maker, Outcome, Settle, State};
use money::{CommandId, Timestamp};
use protocol::problem::Problem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use store::engine::{Answer, Refused};
use tokio::sync::oneshot;

/// No job has more calls than this: its answers would be long in coming.
const MOST: usize = 512;

/// Calls that wait to be handed in.
#[derive(Default)]
pub(super) struct Together(Mutex<Table>);

#[derive(Default)]
struct Table {
    waiting: Vec<Waiting>,
    /// Somebody hands them in.
    is_at_work: bool,
}

/// A call that is to be promised, after what earlier ones of its session came to.
pub(super) struct Asked {
    pub session: CommandId,
    pub settles: Vec<Settle>,
    pub call: Call,
}

/// What the books say of a call, and how its session stood when its job was done.
pub(super) type Promised = (Answer, Option<Stood>);

struct Waiting {
    call: Asked,
    reply: oneshot::Sender<Result<Promised, Refused>>,
}

impl Together {
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Up to a job's worth; nobody is at work any more if there is nothing.
    fn take(&self) -> Vec<Waiting> {
        let mut table = self.lock();
        let most = table.waiting.len().min(MOST);
        table.is_at_work = most > 0;
        table.waiting.drain(..most).collect()
    }

    /// Gives turns away until one brings nothing more.
    async fn gathered(&self) {
        let mut before = 0;
        loop {
            tokio::task::yield_now().await;
            let waiting = self.lock().waiting.len();
            if waiting == before || waiting >= MOST {
                return;
            }
            before = waiting;
        }
    }
}

/// Hands a call in with others and waits until what the books say of it is durable.
///
/// # Errors
/// As of the engine; then neither it nor its settles were done.
pub(super) async fn promised(instance: &Arc<Instance>, call: Asked) -> Result<Promised, Problem> {
    let (reply, answer) = oneshot::channel();
    let is_first = {
        let mut table = instance.under_way.together.lock();
        table.waiting.push(Waiting { call, reply });
        !std::mem::replace(&mut table.is_at_work, true)
    };
    if is_first {
        tokio::spawn(work(Arc::clone(instance)));
    }
    answer.await.map_err(|_| Problem::Internal)?.map_err(refused)
}

/// Job after job until no call waits. The next is gathered while one is on its way to the disk.
async fn work(instance: Arc<Instance>) {
    let together = &instance.under_way.together;
    loop {
        together.gathered().await;
        let calls = together.take();
        if calls.is_empty() {
            return;
        }
        let (calls, replies): (Vec<Asked>, Vec<_>) = calls.into_iter().map(|waiting| (waiting.call, waiting.reply)).unzip();
        match told(&instance, &calls).await {
            Ok(said) => replies.into_iter().zip(said).for_each(|(reply, promised)| drop(reply.send(Ok(promised)))),
            Err(refused) => replies.into_iter().for_each(|reply| drop(reply.send(Err(refused)))),
        }
    }
}

/// One job: for each call its settles and itself, and how the sessions stand after all of them.
async fn told(instance: &Instance, calls: &[Asked]) -> Result<Vec<Promised>, Refused> {
    let commands = calls.iter().flat_map(steps).collect();
    let asked: Vec<_> = calls.iter().map(|call| (call.session, call.call.draw.version, call.settles.len())).collect();
    let (reply, answer) = oneshot::channel();
    let look = move |state: &State, now: Timestamp, answers: Vec<Answer>| -> Box<dyn FnOnce() + Send> {
        let said = said(state, now, answers, &asked);
        Box::new(move || drop(reply.send(said)))
    };
    instance.hand_in(commands, Box::new(look))?;
    answer.await.map_err(|_| Refused::Stopped)
}

fn steps(call: &Asked) -> impl Iterator<Item = Command> {
    let step = |body| Command { id: call.session, maker: Maker::Instance, body };
    call.settles.iter().map(move |settle| step(Ask::Settle(*settle))).chain([step(Ask::Call(call.call))])
}

fn said(state: &State, now: Timestamp, answers: Vec<Answer>, asked: &[(CommandId, u8, usize)]) -> Vec<Promised> {
    let mut answers = answers.into_iter();
    let mut all = Vec::with_capacity(asked.len());
    for (session, version, settles) in asked {
        for Answer { outcome, place, .. } in answers.by_ref().take(*settles) {
            if let Outcome::Rejected(rejection) = outcome {
                tracing::error!(?rejection, ?place, "what a call came to was refused by the books");
            }
        }
        let stood = state.session(*session).map(|session| stood(session, usize::from(*version), now));
        all.extend(answers.next().map(|answer| (answer, stood)));
    }
    all
}
