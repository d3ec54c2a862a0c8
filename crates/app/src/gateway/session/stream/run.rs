//! One stream from its first piece to its receipt. Nothing is sent that is not reserved, and no reserve counts before it is durable.

use super::Counts;
use super::books::{Around, No};
use super::credit::{Credit, SLICE};
use super::pieces::{Piece, Pieces};
use super::wires::Wire;
use crate::gateway::proxy::BoxError;
use bytes::Bytes;
use money::{Amount, CommandId};
use protocol::session::{NeedVoucher, StreamNotice, StreamWord};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// So often a reserve is renewed, which lapses a minute after.
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// So long a stream waits for a voucher.
const PATIENCE: Duration = Duration::from_secs(60);
/// So often a stream that waits says that it is there.
const ALIVE_EVERY: Duration = Duration::from_secs(15);
const ALIVE: &[u8] = b": waiting for a voucher\n\n";
const SECOND: Duration = Duration::from_secs(1);

/// A stream on its way.
pub(super) struct Run<A> {
    pub around: A,
    pub pieces: Pieces,
    pub out: mpsc::Sender<Result<Bytes, BoxError>>,
    pub wire: watch::Receiver<Wire>,
    pub credit: Credit,
    pub session: CommandId,
}

/// Why a stream ends.
enum Ended {
    /// The origin has no more.
    Well,
    /// Nobody reads.
    Gone,
    /// No voucher came, the session takes nothing new, or all is sent that one request can cost.
    Unpaid,
    /// The origin broke off, or the program ends.
    Broken(BoxError),
}

/// What a stream wakes up for.
enum Next {
    Read(Result<bool, BoxError>),
    Told,
    Due,
}

/// What the next piece needs and has not got.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Dry {
    required: Amount,
    accepted: Amount,
}

impl<A: Around> Run<A> {
    pub async fn run(mut self) {
        let mut due = Due { second_ends: None, renews: self.around.now().saturating_add(RENEW_EVERY) };
        // What was reserved before the origin was asked may be far more than a slice.
        let mut done = if self.credit.reserved > SLICE { self.reserve(1, 1).await.map(drop) } else { Ok(()) };
        let ended = loop {
            match done {
                Ok(()) => done = self.step(&mut due).await,
                Err(ended) => break ended,
            }
        };
        self.finish(ended).await;
    }

    async fn step(&mut self, due: &mut Due) -> Result<(), Ended> {
        let now = self.around.now();
        if self.pieces.counts() == Counts::Seconds && due.second_ends.is_none_or(|ends| ends <= now) {
            self.pay(1).await?;
            due.second_ends = Some(self.around.now().saturating_add(SECOND));
        }
        if due.renews <= now {
            self.renew().await?;
            due.renews = now.saturating_add(RENEW_EVERY);
        }
        if let Some(piece) = self.pieces.ready().map_err(Ended::Broken)? {
            return self.forward(piece).await;
        }
        let wait = due.next().saturating_sub(self.around.now());
        let next = tokio::select! {
            biased;
            () = self.out.closed() => return Err(Ended::Gone),
            told = self.wire.changed() => { told.map_err(|_| Ended::Unpaid)?; Next::Told }
            () = self.around.pause(wait) => Next::Due,
            read = self.pieces.fill() => Next::Read(read),
        };
        match next {
            Next::Read(Ok(true)) | Next::Due => Ok(()),
            Next::Read(Ok(false)) => Err(Ended::Well),
            Next::Read(Err(error)) => Err(Ended::Broken(error)),
            Next::Told => self.must_not_end(),
        }
    }

    fn must_not_end(&mut self) -> Result<(), Ended> {
        match *self.wire.borrow_and_update() {
            Wire { is_stopping: true, .. } => Err(Ended::Broken("the gateway stops".into())),
            Wire { is_ending: true, .. } => Err(Ended::Unpaid),
            Wire { .. } => Ok(()),
        }
    }

    async fn forward(&mut self, mut piece: Piece) -> Result<(), Ended> {
        if !piece.splits || piece.units == 0 {
            self.pay(piece.units).await.inspect_err(|_| self.pieces.take_back(&piece))?;
            let sent = self.send(std::mem::take(&mut piece.bytes)).await;
            if sent.is_err() {
                // It never left, so nobody pays for it.
                self.credit.sent = self.credit.sent.saturating_sub(piece.units);
                self.pieces.take_back(&piece);
            }
            return sent;
        }
        while !piece.bytes.is_empty() {
            let wish = u64::try_from(piece.bytes.len()).unwrap_or(u64::MAX);
            if self.credit.left() == 0 {
                self.cover(1, wish).await?;
            }
            let units = self.credit.left().min(wish);
            let part = piece.bytes.split_to(usize::try_from(units).unwrap_or(usize::MAX).min(piece.bytes.len()));
            self.credit.sent = self.credit.sent.saturating_add(units);
            let sent = self.send(part).await;
            if sent.is_err() {
                self.credit.sent = self.credit.sent.saturating_sub(units);
                return sent;
            }
        }
        Ok(())
    }

    /// Takes what the next piece costs from what is reserved.
    async fn pay(&mut self, units: u64) -> Result<(), Ended> {
        if units > self.credit.left() {
            self.cover(units, units).await?;
        }
        self.credit.sent = self.credit.sent.saturating_add(units);
        Ok(())
    }

    /// Reserves another slice, which draws what was sent of the last; waits for a voucher if it has to.
    async fn cover(&mut self, least: u64, wish: u64) -> Result<(), Ended> {
        match self.reserve(least, wish).await? {
            None => Ok(()),
            Some(dry) => self.wait(dry, (least, wish)).await,
        }
    }

    /// Reserves at least so much, durable; says what is missing if that is not covered.
    async fn reserve(&mut self, least: u64, wish: u64) -> Result<Option<Dry>, Ended> {
        let mut wish = self.credit.wish((least, wish), self.around.now()).ok_or(Ended::Unpaid)?;
        let worth = |units| self.credit.rate.at_most(units).ok_or(Ended::Unpaid);
        loop {
            match self.around.settle(self.credit.sent, wish).await {
                Ok(told) => {
                    self.credit.settled(self.credit.sent, wish, self.around.now());
                    self.notice(told).await?;
                    return Ok(None);
                }
                Err(No::NotCovered { needs, accepted }) => {
                    // What is drawn, promised to others, and drawn by this very step.
                    let taken = needs.saturating_sub(worth(wish)?);
                    let covered = self.credit.rate.within(accepted.saturating_sub(taken)).min(wish.saturating_sub(1));
                    if covered >= least {
                        wish = covered;
                        continue;
                    }
                    let required = taken.checked_add(worth(least)?).ok_or(Ended::Unpaid)?;
                    return Ok(Some(Dry { required, accepted }));
                }
                Err(No::Over) => return Err(Ended::Unpaid),
            }
        }
    }

    /// Asks for a voucher and waits until it covers what comes next. The origin is not read meanwhile.
    async fn wait(&mut self, mut dry: Dry, (least, wish): (u64, u64)) -> Result<(), Ended> {
        let until = self.around.now().saturating_add(PATIENCE);
        let mut alive = self.around.now().saturating_add(ALIVE_EVERY);
        self.renew().await?;
        self.ask(dry).await?;
        loop {
            let left = until.min(alive).saturating_sub(self.around.now());
            let told = tokio::select! {
                biased;
                () = self.out.closed() => return Err(Ended::Gone),
                told = self.wire.changed() => Some(told),
                () = self.around.pause(left) => None,
            };
            if let Some(told) = told {
                told.map_err(|_| Ended::Unpaid)?;
                self.must_not_end()?;
            }
            match self.reserve(least, wish).await? {
                None => return Ok(()),
                Some(now) if now != dry => {
                    dry = now;
                    self.ask(dry).await?;
                }
                Some(_) => {}
            }
            let now = self.around.now();
            if now >= until {
                return Err(Ended::Unpaid);
            }
            if now >= alive {
                alive = now.saturating_add(ALIVE_EVERY);
                self.say(Bytes::from_static(ALIVE)).await?;
                self.renew().await?;
            }
        }
    }

    async fn ask(&mut self, dry: Dry) -> Result<(), Ended> {
        let stands = self.around.stands(self.credit.sent).await.ok_or(Ended::Unpaid)?;
        let Dry { required, accepted } = dry;
        let need = NeedVoucher { session: self.session, required, accepted, hold: stands.hold, spent: stands.spent };
        self.say(StreamWord::NeedVoucher.event(&need.data()).into()).await
    }

    async fn notice(&mut self, told: u8) -> Result<(), Ended> {
        if told == 0 || !self.pieces.has_events() {
            return Ok(());
        }
        self.pieces.shown(told);
        let notice = StreamNotice { session: self.session, percent: told };
        self.say(StreamWord::Notice.event(&notice.data()).into()).await
    }

    /// Keeps the reserve from lapsing and draws what was sent, but for a last unit where nothing else is left: a reserve of
    /// nothing is none, and cannot be made again under the same number.
    async fn renew(&mut self) -> Result<(), Ended> {
        let keep = self.credit.left().max(1);
        let drawn = self.credit.reserved.saturating_sub(keep);
        let told = match self.around.settle(drawn, keep).await {
            Ok(told) => {
                self.credit.settled(drawn, keep, self.around.now());
                told
            }
            // Rounded apart the two parts may come to more than together.
            Err(No::NotCovered { .. }) => self.around.settle(0, self.credit.reserved).await.map_err(|_| Ended::Unpaid)?,
            Err(No::Over) => return Err(Ended::Unpaid),
        };
        self.notice(told).await
    }

    /// Says something of ours, where there is a place for it.
    async fn say(&mut self, event: Bytes) -> Result<(), Ended> {
        if self.pieces.has_events() { self.send(event).await } else { Ok(()) }
    }

    /// Hands bytes on when the reader has room for them. A reader that takes its time lets no reserve lapse and holds up no end.
    async fn send(&mut self, bytes: Bytes) -> Result<(), Ended> {
        loop {
            let is_told = tokio::select! {
                biased;
                room = self.out.reserve() => {
                    room.map_err(|_| Ended::Gone)?.send(Ok(bytes));
                    return Ok(());
                }
                told = self.wire.changed() => { told.map_err(|_| Ended::Unpaid)?; true }
                () = self.around.pause(RENEW_EVERY) => false,
            };
            if is_told {
                self.must_not_end()?;
            } else {
                self.around.settle(0, self.credit.reserved).await.map_err(|_| Ended::Unpaid)?;
            }
        }
    }

    /// Settles what was sent and says what it came to.
    async fn finish(mut self, ended: Ended) {
        let told = self.around.settle(self.credit.sent, 0).await;
        if told.is_err() {
            tracing::error!(session = %protocol::text::serial(self.session), "a stream's last slice was not settled: it lapses");
        }
        if matches!(ended, Ended::Gone) {
            return;
        }
        if self.pieces.has_events() {
            let spoken = async {
                self.notice(told.unwrap_or(0)).await?;
                let Some(receipt) = self.around.receipt().await else { return Ok(()) };
                self.last(StreamWord::Receipt.event(&receipt).into()).await
            };
            let _ = spoken.await;
        }
        let broken: Option<BoxError> = match ended {
            Ended::Broken(error) => Some(error),
            // Bytes alone do not say that they are not all.
            Ended::Unpaid if !self.pieces.has_events() => Some("what is authorised is used up".into()),
            Ended::Unpaid | Ended::Well | Ended::Gone => None,
        };
        if let Some(error) = broken {
            let _ = self.out.send(Err(error)).await;
        }
    }

    /// The last words: nothing is reserved any more, so nothing has to be renewed.
    async fn last(&mut self, event: Bytes) -> Result<(), Ended> {
        self.out.send(Ok(event)).await.map_err(|_| Ended::Gone)
    }
}

/// When something has to be done although nothing comes.
struct Due {
    second_ends: Option<Duration>,
    renews: Duration,
}

impl Due {
    fn next(&self) -> Duration {
        self.second_ends.map_or(self.renews, |ends| ends.min(self.renews))
    }
}
