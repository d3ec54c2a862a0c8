//! The books and the clock as a stream sees them.

use crate::gateway::session::count;
use crate::gateway::session::voucher::Work;
use crate::instance::Instance;
use market::{Body, Command, Effect, Maker, Outcome, Rate, Rejection, Session, Settle};
use money::{Amount, CommandId};
use protocol::problem::Problem;
use protocol::session::At;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How often a step is submitted to a queue that is full.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// What stands around a stream. Everything it learns comes from here, so that its tests can have a time of their own.
pub(super) trait Around: Send + Sync + 'static {
    /// Draws units of the reserve and reserves `again`, nothing to end it. Returns when that is durable, with the share of the
    /// hold in percent that was reached by it, 0 for none.
    fn settle(&mut self, units: u64, again: u64) -> impl Future<Output = Result<u8, No>> + Send;

    /// How the session stands when the units of the reserve that were sent are drawn.
    fn stands(&self, sent: u64) -> impl Future<Output = Option<Stands>> + Send;

    /// The receipt of what was settled.
    fn receipt(&self) -> impl Future<Output = Option<String>> + Send;

    /// How long the stream has lasted.
    fn now(&self) -> Duration;

    /// Waits.
    fn pause(&self, duration: Duration) -> impl Future<Output = ()> + Send;
}

/// Why nothing is reserved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum No {
    /// What is authorised does not cover it.
    NotCovered { needs: Amount, accepted: Amount },
    /// The session takes nothing new, or the reserve is gone.
    Over,
}

/// What is drawn and held.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Stands {
    pub spent: Amount,
    pub hold: Amount,
}

impl Stands {
    /// Of a session, when of the reserve of a request so many units more are drawn at a rate.
    pub(super) fn of(session: &Session, seq: u32, (sent, rate): (u64, Rate)) -> Option<Stands> {
        let reserve = session.reserves.iter().find(|reserve| reserve.seq == seq)?;
        let version = session.versions.get(usize::from(reserve.version))?;
        let drawn = rate.of(version.units.checked_add(sent)?)?;
        let spent = session.drawn.checked_add(drawn.saturating_sub(version.drawn))?;
        Some(Stands { spent, hold: session.cap })
    }
}

/// The reserve of a request in the books of an instance.
pub(super) struct Books {
    instance: Arc<Instance>,
    session: CommandId,
    seq: u32,
    rate: Rate,
    /// How often it was settled.
    part: u16,
    began: Instant,
}

impl Books {
    pub fn new(instance: &Arc<Instance>, work: &Work, part: u16) -> Books {
        let (session, seq, rate) = (work.session, work.seq, work.metered.rate);
        Books { instance: Arc::clone(instance), session, seq, rate, part, began: Instant::now() }
    }
}

impl Around for Books {
    async fn settle(&mut self, units: u64, again: u64) -> Result<u8, No> {
        for _ in 0..TRIES {
            let settle = Settle { seq: self.seq, part: self.part, units, again };
            let command = Command { id: self.session, maker: Maker::Instance, body: Body::Settle(settle) };
            let outcome = match self.instance.apply(command).await {
                Ok(answer) => answer.outcome,
                Err(Problem::Busy { .. }) => {
                    self.pause(PAUSE).await;
                    continue;
                }
                Err(_) => return Err(No::Over),
            };
            match outcome {
                Outcome::Applied(applied) => {
                    self.part = self.part.saturating_add(1);
                    let Effect::Drawn { told, .. } = applied.effect else { return Err(No::Over) };
                    return Ok(told);
                }
                // A renewal whose answer nobody waited for came first.
                Outcome::Replayed(_) => self.part = self.part.saturating_add(1),
                Outcome::Rejected(Rejection::NotCovered { needs, accepted }) => return Err(No::NotCovered { needs, accepted }),
                Outcome::Rejected(_) | Outcome::Standing(_) => return Err(No::Over),
            }
        }
        Err(No::Over)
    }

    async fn stands(&self, sent: u64) -> Option<Stands> {
        let (id, seq, rate) = (self.session, self.seq, self.rate);
        let read = move |state: &market::State, _| Stands::of(state.session(id)?, seq, (sent, rate));
        self.instance.look(read).await.ok()?
    }

    async fn receipt(&self) -> Option<String> {
        let at = At { session: self.session, seq: u64::from(self.seq) };
        let read = move |state: &market::State, _| {
            let session = state.session(at.session)?;
            Some(count(at, session, session.drawn_at).header_value())
        };
        self.instance.look(read).await.ok()?
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn pause(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }
}
