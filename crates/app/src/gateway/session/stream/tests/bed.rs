//! A stream under test: the market of one site, a clock that stands until it is moved, an origin and a reader.

use super::super::books::{Around, No, Stands};
use super::super::run::Run;
use super::*;
use crate::gateway::session::count;
use crate::gateway::session::voucher::Taken;
use market::{
    Beneficiary, Body as Ask, Command, Draw, EndReason, EndSession, Founding, LegRule, Maker, Offer, OfferPrice, OpenSession, Outcome,
    Place, Rate, RefundTerms, Rejection, Selector, SessionKind, SessionTerms, Settle, Stamp, State, TopUp, Voucher,
};
use money::{Amount, Asset, CommandId, Party, Share, Span, Timestamp};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::oneshot;

const PAYER: Party = Party([5; 20]);
const PRICE: u32 = 2;

fn begins() -> Timestamp {
    Timestamp::parse("2026-11-22T10:00:00Z").unwrap()
}

fn session_id() -> CommandId {
    CommandId::new(begins().ms(), [9; 10])
}

/// One event of an origin.
pub fn event(number: u32) -> String {
    format!("id: {number}\ndata: event {number}\n\n")
}

/// How many events of the origin's a text has.
pub fn events_of(text: &str) -> usize {
    text.split("\n\n").filter(|block| block.contains("data: ") && !block.contains("event: payment-")).count()
}

/// The kinds of our own events in a text.
pub fn kinds_of(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.strip_prefix("event: ")).map(str::to_owned).collect()
}

/// The market and the clock.
pub struct Sim {
    pub state: State,
    now: Duration,
    frame: u64,
    seq: u32,
    waits: Vec<(Duration, oneshot::Sender<()>)>,
    /// How long the journal takes to be durable.
    lag: Duration,
}

pub struct Bed {
    sim: Arc<Mutex<Sim>>,
    wires: Arc<Wires>,
    unit: String,
    layout: Layout,
    origin: Option<mpsc::Sender<Result<Bytes, BoxError>>>,
    backlog: std::collections::VecDeque<String>,
    reader: Option<mpsc::Receiver<Result<Bytes, BoxError>>>,
    /// What the reader got and the test has not looked at.
    kept: String,
    is_broken: bool,
    running: tokio::task::JoinHandle<()>,
}

/// The books as the stream of the bed sees them.
struct SimBooks {
    sim: Arc<Mutex<Sim>>,
    seq: u32,
    rate: Rate,
    part: u16,
}

impl Sim {
    fn at(&self) -> Timestamp {
        begins().after(Span(self.now.as_secs()))
    }

    pub fn tell(&mut self, id: CommandId, maker: Maker, body: Ask) -> Outcome {
        self.frame += 1;
        let stamp = Stamp { now: self.at(), place: Place { frame: self.frame, record: 0 } };
        let outcome = self.state.apply(&Command { id, maker, body }, stamp);
        if let Some(session) = self.state.session(session_id()) {
            let covered = session.drawn.checked_add(session.reserved(self.at())).unwrap();
            assert!(session.captured <= session.drawn && covered <= session.accepted && session.accepted <= session.cap, "{session:?}");
        }
        outcome
    }

    fn order(&mut self, maker: Maker, body: Ask) {
        let random = self.frame.to_be_bytes();
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&random);
        let outcome = self.tell(CommandId::new(self.at().ms(), bytes), maker, body);
        assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
    }

    fn voucher(&mut self, cumulative: Amount) {
        self.seq += 1;
        let voucher = Some(Voucher::Signed { cumulative, signature: [0; 64] });
        let draw = Draw { seq: self.seq, print: 8, voucher, version: 0, offer: None, units: 0 };
        self.tell(session_id(), Maker::Instance, Ask::Draw(draw));
    }

    fn session(&self) -> &market::Session {
        self.state.session(session_id()).unwrap()
    }

    fn pause(sim: &Arc<Mutex<Sim>>, duration: Duration) -> impl Future<Output = ()> + Send + use<> {
        let mut sim = sim.lock().unwrap();
        let (tell, told) = oneshot::channel();
        let until = sim.now + duration;
        sim.waits.push((until, tell));
        async move { drop(told.await) }
    }
}

impl Around for SimBooks {
    async fn settle(&mut self, units: u64, again: u64) -> Result<u8, No> {
        let settle = Settle { seq: self.seq, part: self.part, units, again };
        let (outcome, lag) = {
            let mut sim = self.sim.lock().unwrap();
            (sim.tell(session_id(), Maker::Instance, Ask::Settle(settle)), sim.lag)
        };
        if !lag.is_zero() {
            Sim::pause(&self.sim, lag).await;
        }
        match outcome {
            Outcome::Applied(applied) => {
                self.part += 1;
                let market::Effect::Drawn { told, .. } = applied.effect else { panic!("{applied:?}") };
                Ok(told)
            }
            Outcome::Rejected(Rejection::NotCovered { needs, accepted }) => Err(No::NotCovered { needs, accepted }),
            Outcome::Rejected(Rejection::SessionEnded) => Err(No::Over),
            other @ (Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(_)) => panic!("{other:?}"),
        }
    }

    async fn stands(&self, sent: u64) -> Option<Stands> {
        Stands::of(self.sim.lock().unwrap().session(), self.seq, (sent, self.rate))
    }

    async fn receipt(&self) -> Option<String> {
        let sim = self.sim.lock().unwrap();
        let at = At { session: session_id(), seq: u64::from(self.seq) };
        Some(count(at, sim.session(), sim.at()).header_value())
    }

    fn now(&self) -> Duration {
        self.sim.lock().unwrap().now
    }

    fn pause(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        Sim::pause(&self.sim, duration)
    }
}

fn market_of(unit: &str, (first, cap): (u32, u32)) -> Sim {
    let mut sim = Sim { state: State::default(), now: Duration::ZERO, frame: 0, seq: 0, waits: Vec::new(), lag: Duration::ZERO };
    let asset = Asset::fiat("EUR").unwrap();
    sim.order(Maker::Instance, Ask::Found(Founding { instance: market::Instance([1; 16]), root_key: [1; 32], receipt_key: [1; 32] }));
    sim.order(Maker::Instance, Ask::OpenPayee { handle: "house".to_owned(), party: Party([6; 20]) });
    let rate = Rate { amount: Amount::from_u32(PRICE), per: std::num::NonZeroU64::MIN };
    let price = OfferPrice::Metered(Metered { rate, asset, unit: Unit::parse(unit).unwrap(), most: 0, video: None });
    let split = vec![LegRule { label: "house".to_owned(), to: Beneficiary::Owner, share: Share::Rest }];
    let refund = RefundTerms { window: Span(0), per_day: 0 };
    let unlock = Selector::new("news.example", "/s/*").unwrap();
    let offer =
        Offer { name: "stream".to_owned(), payee: "house".to_owned(), unlock, price, split, refund, lasts: None, fall: None, l402: None };
    sim.order(Maker::Instance, Ask::SetOffer(Box::new(offer)));
    let amount = Amount::from_u32(1_000_000);
    sim.order(Maker::Instance, Ask::TopUp(TopUp { party: PAYER, asset, amount, most: Amount::MAX }));
    let (offer, _) = sim.state.offer_for("news.example", "/s/x").unwrap();
    let terms = SessionTerms { kind: SessionKind::Signed, voucher_key: [3; 32], step: Amount::ZERO, length: 0, anchor: [0; 32] };
    let until = sim.at().after(Span(86_400));
    let open = OpenSession { offer, asset, cap: Amount::from_u32(cap), first: Amount::from_u32(first), until, terms, proof: None };
    let opened = sim.tell(session_id(), Maker::Party(PAYER), Ask::OpenSession(Box::new(open)));
    assert!(matches!(opened, Outcome::Applied(_)), "{opened:?}");
    sim
}

impl Bed {
    /// A stream of events whose payer has authorised so many.
    pub async fn events(authorised: u32) -> Bed {
        Bed::of("event", authorised, Layout::Events).await
    }

    /// The same with all of a hold authorised.
    pub async fn holding(cap: u32) -> Bed {
        let sim = Arc::new(Mutex::new(market_of("event", (cap, cap))));
        Bed::connect(sim, Arc::default(), ("event", Layout::Events)).await
    }

    /// The same for what the origin reports.
    pub async fn reporting(cap: u32) -> Bed {
        let sim = Arc::new(Mutex::new(market_of("token", (cap, cap))));
        Bed::connect(sim, Arc::default(), ("token", Layout::Events)).await
    }

    pub async fn of(unit: &str, authorised: u32, layout: Layout) -> Bed {
        let sim = Arc::new(Mutex::new(market_of(unit, (PRICE * authorised, 1_000_000))));
        Bed::connect(sim, Arc::default(), (unit, layout)).await
    }

    async fn connect(sim: Arc<Mutex<Sim>>, wires: Arc<Wires>, (unit, layout): (&str, Layout)) -> Bed {
        let rate = Rate { amount: Amount::from_u32(PRICE), per: std::num::NonZeroU64::MIN };
        let metered = Metered { rate, asset: Asset::fiat("EUR").unwrap(), unit: Unit::parse(unit).unwrap(), most: 0, video: None };
        let seq = {
            let mut sim = sim.lock().unwrap();
            sim.seq += 1;
            let draw = Draw { seq: sim.seq, print: 7, voucher: None, version: 0, offer: None, units: 1 };
            let reserved = sim.tell(session_id(), Maker::Instance, Ask::Reserve(draw));
            assert!(matches!(reserved, Outcome::Applied(_)), "{reserved:?}");
            wires.meet(session_id(), sim.session().told);
            sim.seq
        };
        let work = Work { session: session_id(), seq, print: 7, units: 1, taken: Taken::Reserved, done: None, metered, stood: None };
        let (origin, body) = mpsc::channel(1);
        let (out, reader) = mpsc::channel(1);
        let ids = Ids { wires: Arc::clone(&wires), session: session_id(), print: 7 };
        let counts = Counts::of(metered.unit);
        let pieces = Pieces::new(Flow(body).boxed_unsync(), layout, counts, ids);
        let around = SimBooks { sim: Arc::clone(&sim), seq, rate, part: 0 };
        let run = Run { around, pieces, out, wire: wires.listen(session_id()), credit: Credit::new(&work, counts), session: session_id() };
        let running = tokio::spawn(run.run());
        Bed {
            sim,
            wires,
            unit: unit.to_owned(),
            layout,
            origin: Some(origin),
            backlog: Default::default(),
            reader: Some(reader),
            kept: String::new(),
            is_broken: false,
            running,
        }
    }

    /// The same request once more, by a reader who lost the connection.
    pub async fn again(self) -> Bed {
        let Bed { sim, wires, unit, layout, reader, running, .. } = self;
        drop(reader);
        running.await.unwrap();
        {
            // The next request needs a unit to begin with.
            let mut sim = sim.lock().unwrap();
            let needs = sim.session().drawn.checked_add(Amount::from_u32(PRICE)).unwrap();
            if needs > sim.session().accepted {
                sim.voucher(needs);
            }
        }
        Bed::connect(sim, wires, (&unit, layout)).await
    }

    pub fn answers_after(&self, seconds: u64) {
        self.sim.lock().unwrap().lag = Duration::from_secs(seconds);
    }

    /// What the origin says next; it is read when the stream reads.
    pub async fn origin_says(&mut self, text: &str) {
        self.backlog.push_back(text.to_owned());
        self.calm().await;
    }

    /// The origin ends when it has said all, or when nobody listens.
    pub async fn origin_ends(&mut self) {
        let text = self.read().await;
        self.kept.push_str(&text);
        assert!(self.backlog.is_empty() || self.running.is_finished());
        self.origin = None;
        self.calm().await;
    }

    /// True if the stream takes what the origin has to say.
    pub async fn origin_is_read(&mut self) -> bool {
        let before = self.backlog.len();
        self.calm().await;
        self.backlog.len() < before
    }

    /// Lets everything run that can.
    async fn calm(&mut self) {
        for _ in 0..40 {
            if let (Some(origin), Some(next)) = (&self.origin, self.backlog.front())
                && origin.try_send(Ok(Bytes::from(next.clone()))).is_ok()
            {
                self.backlog.pop_front();
            }
            tokio::task::yield_now().await;
        }
    }

    /// What the reader gets by now.
    pub async fn read(&mut self) -> String {
        let mut text = std::mem::take(&mut self.kept).into_bytes();
        loop {
            self.calm().await;
            match self.reader.as_mut().unwrap().try_recv() {
                Ok(Ok(bytes)) => text.extend_from_slice(&bytes),
                Ok(Err(_)) => self.is_broken = true,
                Err(_) => return String::from_utf8(text).unwrap(),
            }
        }
    }

    /// The same second by second.
    pub async fn read_for(&mut self, seconds: u64) -> String {
        let mut text = String::new();
        for _ in 0..seconds {
            self.pass(1).await;
            text.push_str(&self.read().await);
        }
        text
    }

    /// True if what was read ended in an error.
    pub fn broke_off(&self) -> bool {
        self.is_broken
    }

    pub async fn is_over(&mut self) -> bool {
        self.calm().await;
        self.running.is_finished() && self.reader.as_ref().unwrap().is_empty()
    }

    pub async fn goes_away(&mut self) {
        self.reader = None;
        self.calm().await;
        assert!(self.running.is_finished());
    }

    pub async fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            {
                let mut sim = self.sim.lock().unwrap();
                sim.now += Duration::from_secs(1);
                let now = sim.now;
                let (due, waits) = std::mem::take(&mut sim.waits).into_iter().partition(|(until, _)| *until <= now);
                sim.waits = waits;
                let due: Vec<_> = due;
                due.into_iter().for_each(|(_, tell)| tell.send(()).unwrap_or(()));
            }
            self.calm().await;
        }
    }

    /// A voucher by `HEAD`.
    pub async fn voucher(&mut self, cumulative: u32) {
        self.sim.lock().unwrap().voucher(Amount::from_u32(cumulative));
        self.wires.raised(session_id());
        self.calm().await;
    }

    /// The session is closed.
    pub async fn ends(&mut self) {
        self.calm().await;
        self.sim.lock().unwrap().tell(session_id(), Maker::Instance, Ask::EndSession(EndSession { reason: EndReason::Operator }));
        self.wires.ending(session_id());
        self.calm().await;
    }

    /// The program is to end.
    pub async fn stops(&mut self) {
        self.calm().await;
        self.wires.stop();
        self.calm().await;
    }

    pub fn accepted(&self) -> u64 {
        self.sim.lock().unwrap().session().accepted.units()
    }

    pub fn drawn(&self) -> u64 {
        self.sim.lock().unwrap().session().drawn.units()
    }

    pub fn reserved(&self) -> u64 {
        let sim = self.sim.lock().unwrap();
        sim.session().reserved(sim.at()).units()
    }

    pub fn notice(&self) -> Option<u8> {
        let told = self.sim.lock().unwrap().session().told;
        self.wires.notice(session_id(), told)
    }
}
