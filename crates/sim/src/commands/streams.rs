//! What clients ask of sessions: openings, draws in and out of order, vouchers new and old, reserves, captures, ends.

use super::{Client, asset, units};
use crate::model::{Fact, Figures, Stream};
use crate::swarm::Action;
use market::{
    Body, Call, Command, Draw, Earlier, EndReason, EndSession, Maker, OfferPrice, OpenSession, Piece, RaiseSession, SessionKind,
    SessionProof, SessionTerms, Settle, Voucher, Watch,
};
use money::{Amount, CommandId, OfferId, Party, Span};

/// A number that a client of the simulated world can mean.
fn amount(figure: i128) -> Amount {
    units(u64::try_from(figure.max(0)).unwrap_or_default())
}

impl Client<'_> {
    /// A command about a session; where there is none to be about, one is opened.
    pub fn session(&mut self, action: Action) -> Command {
        let found = if action == Action::OpenSession { None } else { self.stream() };
        let Some((stream, figures)) = found else {
            let payer = self.person();
            return self.opening(payer);
        };
        if action == Action::Raise {
            return self.raise(&stream);
        }
        if action == Action::SetAside {
            return self.aside(&stream, &figures);
        }
        let body = if action == Action::Reserve {
            Body::Reserve(self.draw(&stream, &figures))
        } else if action == Action::Call {
            Body::Call(self.call(&stream, &figures))
        } else if action == Action::Settle {
            Body::Settle(self.settle(&figures))
        } else if action == Action::Watch {
            Body::Watch(self.watch(&figures))
        } else if action == Action::Count {
            Body::Count(self.event(&stream, &figures))
        } else if action == Action::Capture {
            let next = figures.captures.saturating_add(1);
            Body::CaptureSession { number: self.rng.pick(&[next, next, next, next, figures.captures, next.saturating_add(1)]) }
        } else if action == Action::EndSession {
            Body::EndSession(EndSession { reason: self.reason(&stream, &figures) })
        } else {
            Body::Draw(self.draw(&stream, &figures))
        };
        self.step(stream.id, body)
    }

    /// A step of a session; now and then somebody else's than the instance's.
    pub fn step(&mut self, session: CommandId, body: Body) -> Command {
        let maker = if self.rng.once_in(60) { Maker::Party(self.person()) } else { Maker::Instance };
        let id = if self.rng.once_in(80) { CommandId([3; 16]) } else { session };
        Command { id, maker, body }
    }

    /// An opening, mostly under an offer that stands.
    pub fn opening(&mut self, payer: Party) -> Command {
        let metered = self.metered();
        let pick = if metered.is_empty() || self.rng.once_in(40) { None } else { Some(self.rng.pick(&metered)) };
        let offer = pick.unwrap_or_else(|| self.model.versions.first().map_or(OfferId([9; 32]), |(id, _)| *id));
        let cap = units(self.rng.pick(&[300, 2_000, 2_000, 10_000, 50_000, 50_000, 200_000, 900_000, 9_000_000, 0]));
        let first = match self.rng.below(12) {
            0 => cap,
            1 => cap.checked_add(units(1)).unwrap_or(cap),
            2..5 => amount(i128::from(cap.units()).checked_div(10).unwrap_or_default()),
            5..8 => units(self.rng.below(400)).min(cap),
            _ => Amount::ZERO,
        };
        let seconds = self.rng.pick(&[60, 600, 3_600, 3_600, 86_400, 86_400, 604_800, 2_678_400, 2_678_401, 0]);
        let kind = self.rng.pick(&[SessionKind::Trusted, SessionKind::Signed, SessionKind::Chain, SessionKind::Chain]);
        let (step, length) = (units(self.rng.pick(&[1, 7, 100, 1_000])), self.rng.pick(&[1, 10, 64, 1_000]));
        let terms = SessionTerms { kind, voucher_key: self.rng.bytes(), step, length, anchor: self.rng.bytes() };
        let other = if self.rng.once_in(30) { asset("USD") } else { self.asset_of(offer) };
        let (until, proof) = (self.now.after(Span(seconds)), self.proof());
        let open = OpenSession { offer, asset: other, cap, first, until, terms, proof };
        let mut command = self.fresh(Body::OpenSession(Box::new(open)));
        command.maker = if self.rng.once_in(60) { Maker::Instance } else { Maker::Party(payer) };
        command
    }

    /// One of many small sessions that a payer opens at once.
    pub fn one_of_many(&mut self, payer: Party) -> Command {
        let mut command = self.opening(payer);
        (command.id, command.maker) = (CommandId::new(self.now.ms(), self.rng.bytes()), Maker::Party(payer));
        if let Body::OpenSession(open) = &mut command.body {
            (open.cap, open.first, open.until, open.proof) = (units(300), Amount::ZERO, self.now.after(Span(3_600)), None);
            open.asset = self.asset_of(open.offer);
        }
        command
    }

    /// Metered versions, those that stand three times as likely.
    fn metered(&self) -> Vec<OfferId> {
        let all = self.model.versions.iter().filter(|(_, offer)| matches!(offer.price, OfferPrice::Metered(_)));
        let times = all.flat_map(|(id, offer)| {
            let times = if self.model.standing.contains(offer) { 6 } else { 1 };
            std::iter::repeat_n(*id, times)
        });
        times.collect()
    }

    fn asset_of(&self, offer: OfferId) -> money::Asset {
        let version = self.model.versions.iter().find(|(id, _)| *id == offer);
        version.and_then(|(_, offer)| offer.price.least()).map_or_else(|| asset("EUR"), |(_, asset)| asset)
    }

    fn proof(&mut self) -> Option<Box<SessionProof>> {
        let scope = match self.rng.below(50) {
            0 => "x".repeat(513),
            1..20 => return None,
            _ => "news.example/c/*".to_owned(),
        };
        Some(Box::new(SessionProof { key: self.rng.bytes(), signature: self.rng.bytes(), challenge: self.rng.bytes(), scope }))
    }

    fn stream(&mut self) -> Option<(Stream, Figures)> {
        let all = &self.model.streams;
        let recent = all.len().saturating_sub(if self.rng.once_in(6) { 1_000 } else { 4 });
        let from = all.get(recent..).filter(|streams| !streams.is_empty())?;
        let stream = self.rng.pick(from);
        let figures = self.model.figures(&stream);
        Some((stream, figures))
    }

    fn raise(&mut self, stream: &Stream) -> Command {
        let additional = units(self.rng.pick(&[300, 2_000, 20_000, 400_000, 9_000_000, 0]));
        let session = if self.rng.once_in(40) { CommandId([3; 16]) } else { stream.id };
        let raise = RaiseSession { session, additional, proof: self.proof() };
        let mut command = self.fresh(Body::RaiseSession(raise));
        command.maker = if self.rng.once_in(12) { Maker::Party(self.person()) } else { Maker::Party(stream.payer) };
        command
    }

    pub fn draw(&mut self, stream: &Stream, figures: &Figures) -> Draw {
        let mut draw = self.new_draw(stream, figures);
        let earlier: Vec<Draw> =
            stream.facts.iter().filter_map(|fact| if let Fact::Paid { draw, .. } = fact { Some(*draw) } else { None }).collect();
        let highest = figures.highest();
        match self.rng.below(16) {
            // Again, in full or as another request under its number.
            0 | 1 if !earlier.is_empty() => {
                let recent = earlier.len().saturating_sub(if self.rng.once_in(5) { 200 } else { 8 });
                draw = self.rng.pick(earlier.get(recent..).unwrap_or(&earlier));
                if self.rng.once_in(2) {
                    draw.print = draw.print.wrapping_add(1);
                }
            }
            2 => draw.seq = highest.saturating_add(u32::try_from(self.rng.below(6)).unwrap_or(1)),
            3 => draw.seq = highest.saturating_sub(u32::try_from(self.rng.below(8)).unwrap_or(1)),
            4 => {
                let edges = [0, highest.saturating_sub(63), highest.saturating_sub(64), highest.saturating_add(1_024)];
                let far = highest.saturating_add(1_025);
                draw.seq = self.rng.pick(&[edges[0], edges[1], edges[2], edges[3], far]);
            }
            // An old voucher with a new request.
            5 => draw.voucher = earlier.iter().rev().find_map(|draw| draw.voucher),
            6 if !earlier.is_empty() => draw.voucher = self.rng.pick(&earlier).voucher,
            _ => {}
        }
        draw
    }

    /// A call after those that were delivered: mostly all that can be told, now and then one that cannot.
    fn call(&mut self, stream: &Stream, figures: &Figures) -> Call {
        let draw = self.draw(stream, figures);
        let mut delivered = Earlier::default();
        for promise in figures.promises.iter().filter(|promise| promise.until == u64::MAX) {
            if self.rng.once_in(6) || (promise.version != usize::from(draw.version) && !self.rng.once_in(10)) {
                continue;
            }
            delivered = delivered.with(draw.seq, promise.seq).unwrap_or(delivered);
        }
        if self.rng.once_in(30) {
            let some = draw.seq.saturating_sub(u32::try_from(self.rng.below(5)).unwrap_or(1));
            delivered = delivered.with(draw.seq, some).unwrap_or(delivered);
        }
        Call { draw, delivered }
    }

    fn new_draw(&mut self, stream: &Stream, figures: &Figures) -> Draw {
        let seq = figures.highest().saturating_add(1);
        let print = u32::try_from(self.rng.below(5)).unwrap_or(0);
        let count = self.rng.pick(&[1, 1, 2, 3, 10, 100, 500, 1_000, 1_000, 5_000, 0]);
        let voucher = if self.rng.once_in(5) { None } else { self.voucher(stream, figures) };
        let last = u8::try_from(figures.versions.len().saturating_sub(1)).unwrap_or(0);
        let (mut version, mut offer) = (if self.rng.once_in(4) { 0 } else { last }, None);
        let metered = self.metered();
        if self.rng.once_in(10) && !metered.is_empty() {
            (version, offer) = (last.saturating_add(1), Some(self.rng.pick(&metered)));
        }
        if self.rng.once_in(40) {
            version = version.saturating_add(1);
        }
        if self.rng.once_in(60) {
            offer = self.model.versions.first().map(|(id, _)| *id);
        }
        Draw { seq, print, voucher, version, offer, units: count }
    }

    fn voucher(&mut self, stream: &Stream, figures: &Figures) -> Option<Voucher> {
        let more = self.rng.pick(&[0, 1, 50, 300, 300, 1_000, 5_000, -100]);
        let cumulative = amount(if self.rng.once_in(20) { figures.cap } else { figures.accepted }.saturating_add(more));
        let kind = stream.opened.terms.kind;
        match self.rng.below(12) {
            _ if kind == SessionKind::Trusted && !self.rng.once_in(15) => None,
            0 | 1 => {
                let (step, length) = (units(self.rng.pick(&[1, 7, 100, 1_000])), self.rng.pick(&[1, 10, 64]));
                Some(Voucher::Checkpoint { cumulative, signature: self.rng.bytes(), step, length, anchor: self.rng.bytes() })
            }
            2..10 if kind == SessionKind::Chain => {
                let on = figures.index.saturating_add(self.rng.pick(&[1, 1, 2, 3, 8, 40, 0]));
                let index = if self.rng.once_in(8) { self.rng.pick(&[0, 1, figures.length.saturating_add(1)]) } else { on };
                let checkpoint = figures.checkpoint;
                let other = self.rng.pick(&[checkpoint.saturating_sub(1), checkpoint.saturating_add(1)]);
                let checkpoint = if self.rng.once_in(8) { other } else { checkpoint };
                Some(Voucher::Link { checkpoint, index, link: self.rng.bytes() })
            }
            _ => Some(Voucher::Signed { cumulative, signature: self.rng.bytes() }),
        }
    }

    pub fn settle(&mut self, figures: &Figures) -> Settle {
        let Some(promise) = figures.promises.last().copied().filter(|_| !self.rng.once_in(20)) else {
            return Settle { seq: figures.highest(), part: 0, units: 1, again: 0 };
        };
        let promise = if self.rng.once_in(3) { self.rng.pick(&figures.promises) } else { promise };
        let most = u64::try_from(promise.units).unwrap_or(0);
        let part = self.rng.pick(&[0, 0, 0, 0, 0, 1, u16::MAX]).wrapping_add(promise.part);
        let units = self.rng.pick(&[most, self.rng.clone().below(most.saturating_add(1)), 0, most.saturating_add(100)]);
        Settle { seq: promise.seq, part, units, again: self.rng.pick(&[0, 0, most, 10, 100, 1_000_000]) }
    }

    /// A piece of one of two films, across others or not, mostly by a version that is known.
    pub fn watch(&mut self, figures: &Figures) -> Watch {
        let film = u32::try_from(self.rng.below(2)).unwrap_or(0);
        let (from, length) = (self.rng.below(600), self.rng.pick(&[20, 20, 100, 100, 150, 1, 0]));
        let piece = Piece { film, from, to: from.saturating_add(length) };
        let last = u8::try_from(figures.versions.len().saturating_sub(1)).unwrap_or(0);
        let metered = self.metered();
        if self.rng.once_in(6) && !metered.is_empty() {
            return Watch { piece, version: last.saturating_add(1), offer: Some(self.rng.pick(&metered)) };
        }
        Watch { piece, version: if self.rng.once_in(3) { last } else { 0 }, offer: None }
    }

    fn reason(&mut self, stream: &Stream, figures: &Figures) -> EndReason {
        match self.rng.below(6) {
            0 => EndReason::Idle,
            1 => EndReason::Operator,
            2 => EndReason::Expired,
            3 => EndReason::Pressed { payer: if self.rng.once_in(5) { self.person() } else { stream.payer } },
            _ => {
                let proof = self.proof().unwrap_or_else(|| {
                    Box::new(SessionProof { key: [1; 32], signature: [2; 64], challenge: [3; 32], scope: String::new() })
                });
                EndReason::Payer { agreed: amount(figures.drawn), proof }
            }
        }
    }
}
