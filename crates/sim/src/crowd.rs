//! The clients of a run: what they send next and when, and what they ask again.

use crate::commands::Client;
use crate::model::{DAY, Model};
use crate::rng::Rng;
use crate::swarm::{Action, Swarm};
use market::{Body, Command, EndReason, EndSession, RefundReason, RefundRequest, Settle};
use money::{CommandId, Timestamp};

/// Clients, their clock and their chance.
pub(crate) struct Crowd {
    pub rng: Rng,
    pub swarm: Swarm,
    pub now: Timestamp,
    pub sent: Vec<Command>,
    /// Commands whose answer was lost; their clients ask again.
    pub unanswered: Vec<Command>,
    /// What one client sends at once.
    burst: Vec<Command>,
}

impl Crowd {
    pub fn new(seed: u64) -> Crowd {
        let mut rng = Rng::new(seed);
        let swarm = Swarm::of(&mut rng);
        // Anywhere in some years, so that ends of months and leap days come up.
        let start = 1_767_225_600_000_000_u64.saturating_add(rng.below(DAY.saturating_mul(1_500)));
        Crowd { rng, swarm, now: Timestamp(start), sent: Vec::new(), unanswered: Vec::new(), burst: Vec::new() }
    }

    /// Moves the clock and makes the next command, which may be the one for which the clock moved.
    pub fn next_command(&mut self, model: &Model) -> Command {
        if let Some(command) = self.burst.pop() {
            return command;
        }
        if self.rng.once_in(self.swarm.burst) {
            // More sessions than one payer opens in a minute.
            let payer = self.client(model).person();
            self.burst = (0..40).map(|_| self.client(model).one_of_many(payer)).collect();
        }
        if self.rng.once_in(self.swarm.edge)
            && let Some((edge, command)) = self.edge(model)
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
        self.client(model).command(action)
    }

    /// What ends the first session that is not over, when its time is: what is drawn is captured, then it ends.
    pub fn last_of_sessions(&mut self, model: &Model) -> Option<Command> {
        // What a process that is gone had promised is given back.
        if let Some(promise) = model.open_promises().next() {
            self.now = Timestamp(self.now.0.saturating_add(1));
            return Some(Command { id: promise.id, maker: market::Maker::Instance, body: Body::Use(Box::new(market::Use::Nothing)) });
        }
        let (stream, figures) = model.streams.iter().map(|stream| (stream, model.figures(stream))).find(|(_, of)| of.ended.is_none())?;
        self.now = Timestamp(self.now.0.saturating_add(1));
        let ends = !figures.closing || figures.drawn == figures.captured;
        let call = figures.promises.iter().find(|promise| promise.until == u64::MAX);
        let body = if let Some(call) = call {
            // Whose door is gone: it is drawn.
            let units = u64::try_from(call.units).unwrap_or(0);
            Body::Settle(Settle { seq: call.seq, part: call.part, units, again: 0 })
        } else if ends {
            Body::EndSession(EndSession { reason: EndReason::Expired })
        } else {
            Body::CaptureSession { number: figures.captures.saturating_add(1) }
        };
        Some(Command { id: stream.id, maker: market::Maker::Instance, body })
    }

    fn client<'a>(&'a mut self, model: &'a Model) -> Client<'a> {
        Client { rng: &mut self.rng, model, sent: &self.sent, now: self.now }
    }

    /// An instant at which an answer changes, with the command whose answer it is.
    fn edge(&mut self, model: &Model) -> Option<(u64, Command)> {
        let recent = model.bought.len().saturating_sub(6);
        let sales = model.bought.get(recent..).filter(|sales| !sales.is_empty());
        let streams = model.streams.get(model.streams.len().saturating_sub(4)..).filter(|streams| !streams.is_empty());
        match self.rng.below(7) {
            4 => {
                // A reserve lapses, or an old chain no longer proves its sender.
                let stream = self.rng.pick(streams?);
                let figures = model.figures(&stream);
                let mut client = self.client(model);
                let settle = Body::Settle(client.settle(&figures));
                let lapses = figures.promises.iter().rev().find(|promise| promise.until < u64::MAX);
                let at = lapses.map_or(figures.stale_until, |promise| promise.until);
                let body = if figures.promises.is_empty() { Body::Draw(client.draw(&stream, &figures)) } else { settle };
                Some((at, client.step(stream.id, body)))
            }
            5 => {
                let stream = self.rng.pick(streams?);
                let figures = model.figures(&stream);
                let mut client = self.client(model);
                let draw = Body::Draw(client.draw(&stream, &figures));
                let expired = Body::EndSession(EndSession { reason: EndReason::Expired });
                let body = client.rng.pick(&[draw, expired]);
                Some((stream.opened.until.0, client.step(stream.id, body)))
            }
            0 => {
                let sale = self.rng.pick(sales?);
                let reason = RefundReason::Undo { payer: sale.payer };
                let at = Timestamp(sale.at).after(sale.offer.refund.window);
                Some((at.0, self.at(model, at, Body::Refund(RefundRequest::whole(sale.id, reason)))))
            }
            1 => {
                let sale = self.rng.pick(sales?);
                let at = Timestamp(sale.at).after(sale.offer.lasts?);
                let body = self.client(model).purchase(sale.payer, sale.page);
                Some((at.0, self.at(model, at, body)))
            }
            2 => {
                let midnight = (self.now.0 / DAY).saturating_add(1).saturating_mul(DAY);
                let action = if self.rng.once_in(2) { Action::Buy } else { Action::Undo };
                let made = self.client(model).command(action);
                Some((midnight, self.at(model, Timestamp(midnight), made.body)))
            }
            6 => {
                // A month ends, by whatever its payer said: something is spent there, or another calendar begins.
                let party = self.client(model).person();
                let (_, end) = model.month(party, self.now.0);
                let action = self.rng.pick(&[Action::Buy, Action::Tip, Action::StateMonths]);
                let body = self.client(model).command(action).body;
                let mut command = self.at(model, Timestamp(end), body);
                if matches!(command.body, Body::Tip(_) | Body::StateMonths(_)) {
                    command.maker = market::Maker::Party(party);
                }
                Some((end, command))
            }
            _ => {
                let recent = self.sent.len().saturating_sub(20);
                let command = self.rng.pick(self.sent.get(recent..).filter(|sent| !sent.is_empty())?);
                Some((command.id.ms().saturating_mul(1_000).saturating_add(600_000_000), command))
            }
        }
    }

    /// A command made at a coming instant.
    pub fn at(&mut self, model: &Model, at: Timestamp, body: Body) -> Command {
        let mut command = self.client(model).fresh(body);
        command.id = CommandId::new(at.ms(), self.rng.bytes());
        command
    }
}
