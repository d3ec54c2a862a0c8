//! One run: a seed, so many steps with faults, then calm and the end of all things.

use crate::balances::Balances;
use crate::checks;
use crate::commands::{self, party};
use crate::crowd::Crowd;
use crate::market_under_test::{MarketUnderTest, written};
use crate::model::{DAY, Model};
use crate::swarm::Fault;
use crate::words::Answer;
use market::{Body, Command, Maker, Outcome, Record, RefundReason, RefundRequest, Stamp};
use money::{Party, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// What a run came upon: how often each outcome, effect and rejection was answered.
pub type Report = BTreeMap<&'static str, u64>;

/// How a run failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Which of the two worlds: `market` or `durable`.
    pub world: &'static str,
    /// The run's seed.
    pub seed: u64,
    /// The steps it was to have.
    pub steps: u64,
    /// The step that failed, from 1.
    pub step: u64,
    /// What was wrong.
    pub what: String,
    /// The last commands with their answers and what happened between them, the failing one last.
    pub last: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} world, seed {}, fails at step {}: {}", self.world, self.seed, self.step, self.what)?;
        self.last.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        write!(f, "again: cargo xtask sim --seed {} --steps {}", self.seed, self.steps)
    }
}

impl std::error::Error for Failure {}

/// Runs one seed for so many steps with faults, then without, and checks everything on the way.
///
/// # Errors
/// The first [`Failure`].
pub fn run(seed: u64, steps: u64) -> Result<Report, Box<Failure>> {
    let mut simulation = Simulation::new(seed);
    match simulation.both_phases(steps) {
        Ok(()) => Ok(simulation.report),
        Err(what) => Err(Box::new(Failure { world: "market", seed, steps, step: simulation.step, what, last: simulation.lines() })),
    }
}

struct Simulation {
    crowd: Crowd,
    market: MarketUnderTest,
    model: Model,
    balances: Balances,
    report: Report,
    trail: VecDeque<(Timestamp, Command, Answer)>,
    step: u64,
}

impl Simulation {
    fn new(seed: u64) -> Simulation {
        let (market, model, balances) = (MarketUnderTest::default(), Model::default(), Balances::default());
        let (report, trail) = (Report::new(), VecDeque::new());
        Simulation { crowd: Crowd::new(seed), market, model, balances, report, trail, step: 0 }
    }

    fn both_phases(&mut self, steps: u64) -> Result<(), String> {
        for command in commands::beginning(&mut self.crowd.rng, self.crowd.now) {
            self.deliver(command, Fault::None)?;
        }
        self.step = 0;
        while self.step < steps {
            self.step = self.step.saturating_add(1);
            let command = self.crowd.next_command(&self.model);
            let fault = self.crowd.swarm.fault(&mut self.crowd.rng);
            self.deliver(command, fault)?;
        }
        self.crowd.swarm = self.crowd.swarm.calm();
        for command in std::mem::take(&mut self.crowd.unanswered) {
            self.deliver(command, Fault::None)?;
        }
        for _ in 0..steps / 10 {
            let command = self.crowd.next_command(&self.model);
            self.deliver(command, Fault::None)?;
        }
        self.end_of_all_things()
    }

    /// Sends one command through the market and the oracle, with a fault, and checks everything afterwards.
    fn deliver(&mut self, command: Command, fault: Fault) -> Result<(), String> {
        let forgets = matches!(fault, Fault::CrashBeforeJournal | Fault::TornRecord);
        let before = forgets.then(|| (self.model.clone(), self.market.state.clone()));
        let expected = self.model.tell(&command, self.crowd.now);
        let stamp = self.market.stamp(self.crowd.now);
        self.note(&command, expected);
        let outcome = self.market.apply(&command, stamp)?;
        let answer = Answer::of(&outcome);
        for word in [answer.outcome, answer.what] {
            let count = self.report.entry(word).or_default();
            *count = count.saturating_add(1);
        }
        if answer != expected {
            return Err(format!("the oracle says {expected:?}, the market {outcome:?}"));
        }
        self.crowd.sent.push(command.clone());
        match fault {
            Fault::None => self.keep(&command, &outcome, stamp)?,
            Fault::LostAnswer => {
                self.keep(&command, &outcome, stamp)?;
                self.crowd.unanswered.push(command.clone());
            }
            Fault::CrashAfterJournal => {
                self.keep(&command, &outcome, stamp)?;
                self.market.assert_replays()?;
                checks::everything(&self.market.state, &self.model, self.crowd.now)?;
                self.crowd.unanswered.push(command.clone());
            }
            Fault::CrashBeforeJournal | Fault::TornRecord => {
                let (model, state) = before.expect("taken above for these faults");
                self.tear(&command, &outcome)?;
                self.market.recover()?;
                if self.market.state != state {
                    return Err("recovery without the lost record gives another state than before it".to_owned());
                }
                self.model = model;
                self.balances = Balances::default();
                self.crowd.unanswered.push(command.clone());
            }
        }
        self.check(&command)
    }

    fn keep(&mut self, command: &Command, outcome: &Outcome, stamp: Stamp) -> Result<(), String> {
        match outcome {
            Outcome::Applied(applied) => self.market.keep(command, applied, stamp),
            Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(_) => Ok(()),
        }
    }

    /// A record of which only a part was written is never taken for one.
    fn tear(&mut self, command: &Command, outcome: &Outcome) -> Result<(), String> {
        let Outcome::Applied(applied) = outcome else { return Ok(()) };
        let bytes = written(command, applied);
        let cut = usize::try_from(self.crowd.rng.below(u64::try_from(bytes.len()).unwrap_or(0))).unwrap_or(0);
        let torn = bytes.get(..cut).unwrap_or_default();
        if Record::decode(market::Layout::Two, torn).is_ok() { Err(format!("a record cut at {cut} is read as whole")) } else { Ok(()) }
    }

    fn note(&mut self, command: &Command, expected: Answer) {
        if self.trail.len() == 20 {
            self.trail.pop_front();
        }
        self.trail.push_back((self.crowd.now, command.clone(), expected));
    }

    /// The last commands with what the oracle expects of them.
    fn lines(&self) -> Vec<String> {
        let line = |(now, command, expected): &(Timestamp, Command, Answer)| line_of(*now, command, *expected);
        self.trail.iter().map(line).collect()
    }

    /// What must hold after each step, and what this one touched.
    fn check(&mut self, command: &Command) -> Result<(), String> {
        self.balances.check(self.market.state.books(), &self.model)?;
        checks::held(&self.market.state)?;
        let (payer, page) = match &command.body {
            Body::Buy(purchase) => (purchase.payer, purchase.item.clone()),
            Body::Promise(purchase) => return self.now_and_then(purchase.payer),
            Body::Use(_) => match self.model.promises().iter().find(|promise| promise.id == command.id) {
                Some(promise) => (promise.purchase.payer, promise.purchase.item.clone()),
                None => return Ok(()),
            },
            Body::Refund(request) => match self.model.bought.iter().find(|sale| sale.id == request.sale) {
                Some(sale) => (sale.payer, sale.page.clone()),
                None => return Ok(()),
            },
            Body::Found(_) | Body::OpenPayee { .. } | Body::SetOffer(_) | Body::EndOffer { .. } | Body::TopUp(_) | Body::SetMeter(_) => {
                return Ok(());
            }
            Body::SetGuard(guard) => return self.check_spending(guard.party),
            Body::StateMonths(_) | Body::Tip(_) => {
                let Maker::Party(party) = command.maker else { return Ok(()) };
                let often = matches!(command.body, Body::StateMonths(_));
                return if often { self.check_spending(party) } else { self.now_and_then(party) };
            }
            Body::RaiseSession(raise) => return self.check_stream(raise.session),
            Body::SetAside(set) => return self.check_stream(set.session),
            Body::OpenSession(_)
            | Body::Draw(_)
            | Body::Reserve(_)
            | Body::Call(_)
            | Body::Settle(_)
            | Body::CaptureSession { .. }
            | Body::EndSession(_)
            | Body::Watch(_)
            | Body::Count(_) => return self.check_stream(command.id),
            Body::ClaimCoin(_) | Body::CloseCoin(_) => return checks::coins(&self.market.state, &self.model),
        };
        self.now_and_then(payer)?;
        checks::owned(&self.market.state, &self.model, (payer, &page), self.crowd.now)?;
        let Some(at) = self.model.bought.iter().rposition(|sale| sale.payer == payer && sale.page == page) else { return Ok(()) };
        checks::sale(&self.market.state, &self.model, at)
    }

    /// The oracle adds all of it up each time, so it is asked for what is spent after some steps alone.
    fn now_and_then(&self, party: Party) -> Result<(), String> {
        if self.step.is_multiple_of(24) { self.check_spending(party) } else { Ok(()) }
    }

    fn check_spending(&self, party: Party) -> Result<(), String> {
        checks::spending(&self.market.state, &self.model, party, self.crowd.now)
    }

    fn check_stream(&self, id: money::CommandId) -> Result<(), String> {
        let Some(stream) = self.model.stream(id) else { return Ok(()) };
        self.now_and_then(stream.payer)?;
        checks::stream(&self.market.state, &self.model, stream, self.crowd.now)
    }

    /// Time runs without faults: ids are forgotten, every sale is given back, and each wallet has what was put in.
    fn end_of_all_things(&mut self) -> Result<(), String> {
        self.crowd.now = Timestamp(self.crowd.now.0.saturating_add(DAY.saturating_mul(40)));
        let last =
            market::TopUp { party: party("last"), asset: commands::asset("EUR"), amount: commands::units(1), most: commands::units(1) };
        let command = self.crowd.at(&self.model, self.crowd.now, Body::TopUp(last));
        self.deliver(command, Fault::None)?;
        if self.market.state.claims() != 1 {
            return Err(format!("{} ids are remembered after forty days, not one", self.market.state.claims()));
        }
        while let Some(command) = self.crowd.last_of_sessions(&self.model) {
            self.deliver(command, Fault::None)?;
        }
        let live: Vec<_> = self.model.bought.iter().filter(|sale| sale.back.is_none()).map(|sale| sale.id).collect();
        for sale in live {
            self.crowd.now = Timestamp(self.crowd.now.0.saturating_add(1));
            let command = self.crowd.at(&self.model, self.crowd.now, Body::Refund(RefundRequest::whole(sale, RefundReason::Operator)));
            self.deliver(command, Fault::None)?;
        }
        checks::all_given_back(&self.market.state, &self.model)?;
        checks::everything(&self.market.state, &self.model, self.crowd.now)?;
        self.market.assert_replays()
    }
}

/// A command and its answer as people read them.
pub(crate) fn line_of(now: Timestamp, command: &Command, answer: Answer) -> String {
    let Command { id, body, .. } = command;
    format!("{now} +{} us {id:?} by {}: {body:?} -> {answer:?}", now.0 % 1_000_000, maker(command))
}

fn maker(command: &Command) -> String {
    match command.maker {
        Maker::Instance => "instance".to_owned(),
        Maker::Party(party) => String::from_utf8_lossy(&party.0).trim_end_matches('\0').to_owned(),
    }
}
