//! One run: a seed, so many steps with faults, then calm and the end of all things.

use crate::balances::Balances;
use crate::commands::{self, Client, party};
use crate::market_under_test::{MarketUnderTest, written};
use crate::model::{DAY, Model};
use crate::rng::Rng;
use crate::swarm::{Action, Fault, Swarm};
use crate::words::Answer;
use market::{Body, Class, Command, Outcome, Record, RefundReason, RefundRequest, Stamp};
use money::Timestamp;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// What a run came upon: how often each outcome, effect and rejection was answered.
pub type Report = BTreeMap<&'static str, u64>;

/// How a run failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The run's seed.
    pub seed: u64,
    /// The step that failed, from 1.
    pub step: u64,
    /// What was wrong.
    pub what: String,
    /// The last 20 commands with their answers, the failing one last.
    pub last: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {} fails at step {}: {}", self.seed, self.step, self.what)?;
        self.last.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        writeln!(f, "again: cargo run -p sim -- --seed {} --steps {}", self.seed, self.step)?;
        write!(f, "keep it: add the line `{} {}` to crates/sim/seeds.txt", self.seed, self.step)
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
        Err(what) => Err(Box::new(Failure { seed, step: simulation.step, what, last: simulation.lines() })),
    }
}

struct Simulation {
    rng: Rng,
    swarm: Swarm,
    now: Timestamp,
    market: MarketUnderTest,
    model: Model,
    balances: Balances,
    sent: Vec<Command>,
    /// Commands whose answer was lost; their clients ask again.
    unanswered: Vec<Command>,
    report: Report,
    trail: VecDeque<(Timestamp, Command, Answer)>,
    step: u64,
}

impl Simulation {
    fn new(seed: u64) -> Simulation {
        let mut rng = Rng::new(seed);
        let swarm = Swarm::of(&mut rng);
        // Anywhere in some years, so that ends of months and leap days come up.
        let start = 1_767_225_600_000_000_u64.saturating_add(rng.below(DAY.saturating_mul(1_500)));
        let (market, model) = (MarketUnderTest::default(), Model::default());
        let (sent, unanswered, report, trail) = (Vec::new(), Vec::new(), Report::new(), VecDeque::new());
        let balances = Balances::default();
        Simulation { rng, swarm, now: Timestamp(start), market, model, balances, sent, unanswered, report, trail, step: 0 }
    }

    fn both_phases(&mut self, steps: u64) -> Result<(), String> {
        for command in commands::beginning(&mut self.rng, self.now) {
            self.deliver(command, Fault::None)?;
        }
        self.step = 0;
        while self.step < steps {
            self.step = self.step.saturating_add(1);
            let command = self.next_command();
            let fault = self.swarm.fault(&mut self.rng);
            self.deliver(command, fault)?;
        }
        self.swarm = self.swarm.calm();
        for command in std::mem::take(&mut self.unanswered) {
            self.deliver(command, Fault::None)?;
        }
        for _ in 0..steps / 10 {
            let command = self.next_command();
            self.deliver(command, Fault::None)?;
        }
        self.end_of_all_things()
    }

    /// Moves the clock and makes the next command, which may be the one for which the clock moved.
    fn next_command(&mut self) -> Command {
        if self.rng.once_in(self.swarm.edge)
            && let Some((edge, command)) = self.edge()
        {
            let near = edge.saturating_add(self.rng.below(3)).saturating_sub(1);
            if near > self.now.0 {
                self.now = Timestamp(near);
                return command;
            }
        }
        let ahead = if self.rng.once_in(self.swarm.jump) {
            let minutes = self.rng.pick(&[1, 5, 11, 60, 600, 1_440, 4_000, 45_000]);
            self.rng.below(60_000_000_u64.saturating_mul(minutes))
        } else if self.rng.once_in(4) {
            0
        } else {
            self.rng.below(4_000_000).saturating_add(1)
        };
        self.now = Timestamp(self.now.0.saturating_add(ahead));
        if !self.unanswered.is_empty() && self.rng.once_in(3) {
            let count = u64::try_from(self.unanswered.len()).unwrap_or(1);
            let at = usize::try_from(self.rng.below(count)).unwrap_or(0);
            return self.unanswered.swap_remove(at);
        }
        let action = self.swarm.action(&mut self.rng);
        self.client().command(action)
    }

    fn client(&mut self) -> Client<'_> {
        Client { rng: &mut self.rng, model: &self.model, sent: &self.sent, now: self.now }
    }

    /// An instant at which an answer changes, with the command whose answer it is.
    fn edge(&mut self) -> Option<(u64, Command)> {
        let recent = self.model.bought.len().saturating_sub(6);
        let sales = self.model.bought.get(recent..).filter(|sales| !sales.is_empty());
        match self.rng.below(4) {
            0 => {
                let sale = self.rng.pick(sales?);
                let reason = RefundReason::Undo { payer: sale.payer };
                let at = Timestamp(sale.at).after(sale.offer.refund.window);
                Some((at.0, self.at(at, Body::Refund(RefundRequest { sale: sale.id, reason }))))
            }
            1 => {
                let sale = self.rng.pick(sales?);
                let at = Timestamp(sale.at).after(sale.offer.lasts?);
                let body = self.client().purchase(sale.payer, sale.page);
                Some((at.0, self.at(at, body)))
            }
            2 => {
                let midnight = (self.now.0 / DAY).saturating_add(1).saturating_mul(DAY);
                let action = if self.rng.once_in(2) { Action::Buy } else { Action::Undo };
                let made = self.client().command(action);
                Some((midnight, self.at(Timestamp(midnight), made.body)))
            }
            _ => {
                let recent = self.sent.len().saturating_sub(20);
                let command = self.rng.pick(self.sent.get(recent..).filter(|sent| !sent.is_empty())?);
                Some((command.id.ms().saturating_mul(1_000).saturating_add(600_000_000), command))
            }
        }
    }

    /// A command made at a coming instant.
    fn at(&mut self, at: Timestamp, body: Body) -> Command {
        let mut command = self.client().fresh(body);
        command.id = money::CommandId::new(at.ms(), self.rng.bytes());
        command
    }

    /// Sends one command through the market and the oracle, with a fault, and checks everything afterwards.
    fn deliver(&mut self, command: Command, fault: Fault) -> Result<(), String> {
        let forgets = matches!(fault, Fault::CrashBeforeJournal | Fault::TornRecord);
        let before = forgets.then(|| (self.model.clone(), self.market.state.clone()));
        let expected = self.model.tell(&command, self.now);
        let stamp = self.market.stamp(self.now);
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
        self.sent.push(command.clone());
        match fault {
            Fault::None => self.keep(&command, &outcome, stamp)?,
            Fault::LostAnswer => {
                self.keep(&command, &outcome, stamp)?;
                self.unanswered.push(command.clone());
            }
            Fault::CrashAfterJournal => {
                self.keep(&command, &outcome, stamp)?;
                self.market.assert_replays()?;
                self.check_everything()?;
                self.unanswered.push(command.clone());
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
                self.unanswered.push(command.clone());
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
        let cut = usize::try_from(self.rng.below(u64::try_from(bytes.len()).unwrap_or(0))).unwrap_or(0);
        let torn = bytes.get(..cut).unwrap_or_default();
        if Record::decode(market::Layout::Two, torn).is_ok() { Err(format!("a record cut at {cut} is read as whole")) } else { Ok(()) }
    }

    fn note(&mut self, command: &Command, expected: Answer) {
        if self.trail.len() == 20 {
            self.trail.pop_front();
        }
        self.trail.push_back((self.now, command.clone(), expected));
    }

    /// The last commands with what the oracle expects of them.
    fn lines(&self) -> Vec<String> {
        let line = |(now, command, expected): &(Timestamp, Command, Answer)| {
            let Command { id, body, .. } = command;
            format!("{now} +{} us {id:?} by {}: {body:?} -> {expected:?}", now.0 % 1_000_000, maker(command))
        };
        self.trail.iter().map(line).collect()
    }

    /// What must hold after each step, and what this one touched.
    fn check(&mut self, command: &Command) -> Result<(), String> {
        self.balances.check(self.market.state.books(), &self.model)?;
        let (payer, page) = match &command.body {
            Body::Buy(purchase) => (purchase.payer, purchase.item.clone()),
            Body::Refund(request) => match self.model.bought.iter().find(|sale| sale.id == request.sale) {
                Some(sale) => (sale.payer, sale.page.clone()),
                None => return Ok(()),
            },
            Body::Found(_)
            | Body::OpenPayee { .. }
            | Body::SetOffer(_)
            | Body::EndOffer { .. }
            | Body::TopUp(_)
            | Body::SetGuard(_)
            | Body::Tip(_) => {
                return Ok(());
            }
        };
        let has = self.market.state.owned(payer, &page, self.now).map(|(id, _)| id);
        let should = self.model.owned(payer, &page, self.now.0).map(|sale| sale.id);
        if has != should {
            return Err(format!("{page} is owned by {has:?}, by the oracle {should:?}"));
        }
        let Some(at) = self.model.bought.iter().rposition(|sale| sale.payer == payer && sale.page == page) else { return Ok(()) };
        self.check_sale(at)
    }

    /// One sale against the oracle: its charge, its legs, its capture and what of that was given back.
    fn check_sale(&self, at: usize) -> Result<(), String> {
        let bought = self.model.bought.get(at).ok_or("no such purchase")?;
        let sale = self.market.state.sale(bought.id).ok_or_else(|| format!("sale {:?} is gone", bought.id))?;
        let capture = self.market.state.books().capture_of(bought.id).ok_or_else(|| format!("sale {:?} without its capture", bought.id))?;
        let live = bought.back.is_none();
        if i128::from(sale.charged.units()) != bought.paid || sale.is_live() != live {
            return Err(format!("sale {sale:?}, by the oracle {bought:?}"));
        }
        for leg in capture.legs() {
            let whole = if live { 0 } else { leg.amount.unsigned_abs() };
            if leg.refunded.units() != whole {
                return Err(format!("of leg {leg:?} {} was given back, not {whole}", leg.refunded));
            }
        }
        let legs: Vec<i128> = self.market.state.legs_of(sale).iter().map(|leg| i128::from(leg.amount.units())).collect();
        let parts: Vec<i128> = bought.parts.iter().skip(1).map(|(_, amount)| *amount).collect();
        if legs == parts { Ok(()) } else { Err(format!("a receipt shows the legs {legs:?}, by the oracle {parts:?}")) }
    }

    fn check_everything(&self) -> Result<(), String> {
        let sums = self.market.state.books().sums();
        if sums.values().any(|sum| *sum != 0) {
            return Err(format!("the accounts sum to {sums:?}"));
        }
        (0..self.model.bought.len()).try_for_each(|at| self.check_sale(at))?;
        let (sales, bought) = (self.market.state.sales().count(), self.model.bought.len());
        if sales == bought { Ok(()) } else { Err(format!("{sales} sales, by the oracle {bought}")) }
    }

    /// Time runs without faults: ids are forgotten, every sale is given back, and each wallet has what was put in.
    fn end_of_all_things(&mut self) -> Result<(), String> {
        self.now = Timestamp(self.now.0.saturating_add(DAY.saturating_mul(40)));
        let last =
            market::TopUp { party: party("last"), asset: commands::asset("EUR"), amount: commands::units(1), most: commands::units(1) };
        let command = self.at(self.now, Body::TopUp(last));
        self.deliver(command, Fault::None)?;
        if self.market.state.claims() != 1 {
            return Err(format!("{} ids are remembered after forty days, not one", self.market.state.claims()));
        }
        let live: Vec<_> = self.model.bought.iter().filter(|sale| sale.back.is_none()).map(|sale| sale.id).collect();
        for sale in live {
            self.now = Timestamp(self.now.0.saturating_add(1));
            let command = self.at(self.now, Body::Refund(RefundRequest { sale, reason: RefundReason::Operator }));
            self.deliver(command, Fault::None)?;
        }
        let state = &self.market.state;
        let earned = state
            .books()
            .accounts()
            .iter()
            .find(|account| matches!(account.key.class, Class::EarnedPending | Class::Fee) && account.posted != 0);
        if let Some(account) = earned {
            return Err(format!("all sales were given back, but {account:?} still holds something"));
        }
        if state.books().holds().next().is_some() || state.sales().any(|(_, sale)| sale.is_live()) {
            return Err("a hold or a sale is left open at the end".to_owned());
        }
        self.check_everything()?;
        self.market.assert_replays()
    }
}

fn maker(command: &Command) -> String {
    match command.maker {
        market::Maker::Instance => "instance".to_owned(),
        market::Maker::Party(party) => String::from_utf8_lossy(&party.0).trim_end_matches('\0').to_owned(),
    }
}
