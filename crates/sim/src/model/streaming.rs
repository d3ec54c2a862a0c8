//! The oracle's sessions: a list of what happened to each, read anew from its beginning whenever a figure is asked.

mod calls;
mod films;

use super::meters::Put;
use super::plain::divide;
use super::{Act, DAY, Model, Purse, no};
use films::moments;
use market::{
    Beneficiary, Body, Call, Command, Draw, EndReason, Maker, Offer, OfferPrice, OpenSession, RaiseSession, SessionKind, Settle, Verdict,
    Voucher, Watch,
};
use money::{Amount, Asset, CommandId, OfferId, Party};
use std::collections::BTreeSet;

const SECOND: u64 = 1_000_000;

/// A session and all that ever happened to it.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub id: CommandId,
    pub payer: Party,
    pub opened: OpenSession,
    pub at: u64,
    pub facts: Vec<Fact>,
    /// Its final figures are kept for a week, and until another session ends after that.
    pub forgotten: bool,
    /// When it was forgotten, as the oracle counts what happens.
    pub forgotten_tick: u64,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub(crate) enum Fact {
    Paid {
        draw: Draw,
        how: Pays,
        at: u64,
    },
    Settled {
        settle: Settle,
        at: u64,
    },
    Watched {
        watch: Watch,
    },
    /// An event of a meter drew so many units by a version.
    Counted {
        version: usize,
        units: i128,
        /// What it drew from, which is gone.
        aside: Option<CommandId>,
    },
    SetAside(Put),
    Raised {
        more: i128,
        at: u64,
    },
    Captured {
        version: usize,
        amount: i128,
        parts: Vec<(Purse, i128)>,
    },
    Closing,
    Ended {
        at: u64,
    },
}

/// How a request is paid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pays {
    /// At once.
    Drawn,
    /// When it is known what it cost; not at all if nobody says so for a minute.
    Promised,
    /// When it is known to have succeeded; whenever that is.
    Called,
}

/// What the facts come to.
#[derive(Clone, Default, Debug)]
pub(crate) struct Figures {
    pub cap: i128,
    pub accepted: i128,
    pub drawn: i128,
    pub captured: i128,
    pub captures: u32,
    pub checkpoint: u16,
    pub base: i128,
    pub step: i128,
    pub length: u16,
    pub index: u16,
    pub stale_until: u64,
    pub versions: Vec<Version>,
    pub promises: Vec<Promise>,
    pub aside: Vec<Put>,
    /// Every millisecond of every film that was watched.
    pub watched: BTreeSet<(u32, u64)>,
    /// Request numbers with their prints, in the order of payment.
    pub paid: Vec<(u32, u32)>,
    /// Numbers whose reserve was settled with nothing at once.
    pub returned: Vec<u32>,
    pub told: i128,
    pub closing: bool,
    pub ended: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Version {
    pub offer: OfferId,
    pub units: i128,
    pub captured: i128,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Promise {
    pub seq: u32,
    pub part: u16,
    pub version: usize,
    pub units: i128,
    pub until: u64,
}

/// Base units for so many units.
#[derive(Clone, Copy)]
pub(super) struct Price(i128, i128);

impl Price {
    pub(super) fn floor(self, units: i128) -> i128 {
        units * self.0 / self.1
    }

    pub(super) fn ceiling(self, units: i128) -> i128 {
        (units * self.0 + self.1 - 1) / self.1
    }
}

fn plain(amount: Amount) -> i128 {
    i128::from(amount.units())
}

impl Figures {
    pub fn highest(&self) -> u32 {
        self.paid.iter().map(|(seq, _)| *seq).max().unwrap_or(0)
    }

    pub fn held(&self) -> i128 {
        if self.ended.is_some() { 0 } else { self.cap - self.captured }
    }

    /// A request that was paid; what it draws at once, if it was not only promised.
    fn enter(&mut self, draw: &Draw, how: Pays, (kind, at): (SessionKind, u64)) -> Option<(usize, i128)> {
        if let Some(voucher) = &draw.voucher {
            self.shown(voucher, kind, at).expect("it was accepted");
        }
        self.paid.push((draw.seq, draw.print));
        self.promises.retain(|promise| promise.until > at);
        let (version, units) = (usize::from(draw.version), i128::from(draw.units));
        self.versions.extend(draw.offer.map(|offer| Version { offer, units: 0, captured: 0 }));
        let until = if how == Pays::Called { u64::MAX } else { at + 60 * SECOND };
        if how != Pays::Drawn {
            self.promises.push(Promise { seq: draw.seq, part: 0, version, units, until });
        }
        (how == Pays::Drawn).then_some((version, units))
    }

    /// What a voucher makes of them.
    fn shown(&mut self, voucher: &Voucher, kind: SessionKind, now: u64) -> Result<(), &'static str> {
        let reaches = match (kind, voucher) {
            (SessionKind::Trusted, _) => return Err("Invalid"),
            (_, Voucher::Signed { cumulative, .. }) => plain(*cumulative),
            (_, Voucher::Link { checkpoint, .. }) if *checkpoint != self.checkpoint => {
                let is_stale = u32::from(*checkpoint) + 1 == u32::from(self.checkpoint) && now < self.stale_until;
                return if is_stale { Ok(()) } else { Err("CheckpointUnknown") };
            }
            (_, Voucher::Link { index, .. }) if self.step > 0 && *index <= self.length => {
                self.index = self.index.max(*index);
                self.base + self.step * i128::from(*index)
            }
            (_, Voucher::Link { .. }) => return Err("Invalid"),
            (_, Voucher::Checkpoint { cumulative, step, length, .. }) => {
                let cumulative = plain(*cumulative);
                if cumulative > self.accepted {
                    (self.base, self.step, self.length, self.index) = (cumulative, plain(*step), *length, 0);
                    (self.checkpoint, self.stale_until) = (self.checkpoint + 1, now + 30 * SECOND);
                }
                if cumulative <= self.accepted { self.accepted } else { cumulative }
            }
        };
        if reaches > self.cap {
            return Err("AboveHold");
        }
        self.accepted = self.accepted.max(reaches);
        Ok(())
    }
}

impl Model {
    pub(crate) fn figures(&self, stream: &Stream) -> Figures {
        let open = &stream.opened;
        let trusted = open.terms.kind == SessionKind::Trusted;
        let first = plain(open.first);
        let mut now = Figures {
            cap: plain(open.cap),
            accepted: if trusted { plain(open.cap) } else { first },
            base: first,
            step: plain(open.terms.step),
            length: open.terms.length,
            versions: vec![Version { offer: open.offer, units: 0, captured: 0 }],
            ..Figures::default()
        };
        for fact in &stream.facts {
            let drawn = match fact {
                Fact::Paid { draw, how, at } => now.enter(draw, *how, (open.terms.kind, *at)),
                Fact::Settled { settle, at } => {
                    let place = now.promises.iter().position(|promise| promise.seq == settle.seq).expect("it was promised");
                    let promise = now.promises.remove(place);
                    if (settle.part, settle.units, settle.again) == (0, 0, 0) {
                        now.returned.push(settle.seq);
                    }
                    if settle.again > 0 {
                        let (part, units) = (promise.part + 1, i128::from(settle.again));
                        let until = if promise.until == u64::MAX { u64::MAX } else { at + 60 * SECOND };
                        now.promises.push(Promise { part, units, until, ..promise });
                    }
                    Some((promise.version, promise.units.min(i128::from(settle.units))))
                }
                Fact::Watched { watch } => {
                    let units = now.missing(watch);
                    now.watched.extend(moments(watch));
                    now.versions.extend(watch.offer.map(|offer| Version { offer, units: 0, captured: 0 }));
                    Some((usize::from(watch.version), units))
                }
                Fact::Counted { .. } | Fact::SetAside(_) => now.metered(fact),
                Fact::Raised { more, .. } => {
                    now.cap += more;
                    if trusted {
                        now.accepted = now.cap;
                    }
                    now.told = level(now.drawn, now.cap);
                    None
                }
                Fact::Captured { version, amount, .. } => {
                    now.captures += 1;
                    now.captured += amount;
                    now.versions.get_mut(*version).expect("it was drawn by").captured += amount;
                    None
                }
                Fact::Closing => {
                    now.closing = true;
                    None
                }
                Fact::Ended { at } => {
                    now.ended = Some(*at);
                    now.promises.clear();
                    now.aside.clear();
                    None
                }
            };
            if let Some((version, units)) = drawn {
                now.versions.get_mut(version).expect("it was entered").units += units;
                now.drawn = now.versions.iter().map(|version| self.cost(version)).sum();
                now.told = now.told.max(level(now.drawn, now.cap));
            }
        }
        now
    }

    /// All that a version's units cost.
    pub(crate) fn cost(&self, version: &Version) -> i128 {
        self.price(version.offer).map_or(0, |(price, _)| price.floor(version.units))
    }

    pub(super) fn price(&self, offer: OfferId) -> Option<(Price, Asset)> {
        let (_, offer) = self.versions.iter().find(|(id, _)| *id == offer)?;
        let OfferPrice::Metered(metered) = &offer.price else { return None };
        Some((Price(plain(metered.rate.amount), i128::from(metered.rate.per.get())), metered.asset))
    }

    pub(super) fn promised(&self, figures: &Figures, now: u64) -> i128 {
        let live = figures.promises.iter().filter(|promise| now < promise.until);
        let worth = |promise: &Promise| {
            let offer = figures.versions.get(promise.version).map(|version| version.offer);
            offer.and_then(|offer| self.price(offer)).map_or(0, |(price, _)| price.ceiling(promise.units))
        };
        live.map(worth).sum::<i128>() + self.put_by(figures, now)
    }

    pub(crate) fn stream(&self, id: CommandId) -> Option<&Stream> {
        self.streams.iter().find(|stream| stream.id == id && !stream.forgotten)
    }

    /// What a payer's open sessions hold back.
    pub(crate) fn held(&self, payer: Party, asset: Asset) -> i128 {
        let own = self.streams.iter().filter(|stream| stream.payer == payer && stream.opened.asset == asset && !stream.forgotten);
        own.map(|stream| self.figures(stream).held()).sum::<i128>() + self.kept_back(payer, asset, |_| true)
    }

    /// What a payer has and no session holds.
    pub(crate) fn free(&self, payer: Party, asset: Asset) -> i128 {
        self.has((payer, asset, "funded")) - self.held(payer, asset)
    }

    fn offer_of(&self, id: OfferId) -> Option<&Offer> {
        self.versions.iter().find(|(known, _)| *known == id).map(|(_, offer)| offer)
    }

    fn gets(&self, offer: &Offer, to: &Beneficiary) -> (Party, &'static str) {
        match to {
            Beneficiary::Owner => (self.party(&offer.payee), "earned"),
            Beneficiary::Payee(handle) => (self.party(handle), "earned"),
            Beneficiary::Operator => (market::OPERATOR, "fee"),
        }
    }

    pub(super) fn open_stream(&mut self, id: CommandId, maker: Maker, open: &OpenSession, now: u64) -> Act {
        let Maker::Party(payer) = maker else { return no("Invalid") };
        if self.stream(id).is_some() || self.bought.iter().any(|sale| sale.id == id) {
            return no("IdReused");
        }
        let Some(offer) = self.offer_of(open.offer) else { return no("OfferUnknown") };
        let realm = offer.unlock.realm().to_owned();
        if !self.standing.iter().any(|other| other.unlock.realm() == realm && other.name == offer.name) {
            return no("OfferEnded");
        }
        let Some((price, asset)) = self.price(open.offer) else { return no("AmountInvalid") };
        if asset != open.asset {
            return no("CurrencyMismatch");
        }
        let (cap, first) = (plain(open.cap), plain(open.first));
        if cap == 0 || first > cap || price.ceiling(1) > cap {
            return no("AmountInvalid");
        }
        if open.until.0 <= now || open.until.0 > now + 31 * DAY {
            return no("Invalid");
        }
        if offer.split.iter().any(|leg| self.gets(offer, &leg.to).0 == payer) {
            return no("SelfPayment");
        }
        let own = self.streams.iter().filter(|stream| stream.payer == payer);
        let in_this_minute = own.clone().filter(|stream| stream.at / (60 * SECOND) == now / (60 * SECOND)).count();
        let running = own.filter(|stream| !stream.facts.iter().any(|fact| matches!(fact, Fact::Ended { .. }))).count();
        if running >= 256 || in_this_minute >= 30 {
            return no("TooManySessions");
        }
        if self.guard_says(Verdict::Deny, (payer, asset), Some(&format!("{realm}/")), (cap, now)) {
            return no("GuardDenied");
        }
        let free = self.free(payer, asset);
        if free < cap {
            return Err(("Insufficient", cap - free));
        }
        let opened = open.clone();
        self.streams.push(Stream { id, payer, opened, at: now, facts: Vec::new(), forgotten: false, forgotten_tick: u64::MAX });
        Ok(("Applied", "SessionOpened", cap))
    }

    pub(super) fn raise_stream(&mut self, maker: Maker, raise: &RaiseSession, now: u64) -> Act {
        let Some(stream) = self.stream(raise.session).filter(|stream| Maker::Party(stream.payer) == maker) else {
            return no("SessionUnknown");
        };
        let (figures, payer, asset, more) = (self.figures(stream), stream.payer, stream.opened.asset, plain(raise.additional));
        if figures.closing || figures.ended.is_some() || now >= stream.opened.until.0 {
            return no("SessionEnded");
        }
        if more == 0 {
            return no("AmountInvalid");
        }
        let page = self.offer_of(stream.opened.offer).map(|offer| format!("{}/", offer.unlock.realm()));
        if self.guard_says(Verdict::Deny, (payer, asset), page.as_deref(), (more, now)) {
            return no("GuardDenied");
        }
        let free = self.free(payer, asset);
        if free < more {
            return Err(("Insufficient", more - free));
        }
        self.happened(raise.session, Fact::Raised { more, at: now });
        Ok(("Applied", "SessionRaised", figures.cap + more))
    }

    /// A step of a session. It has no id of its own: its number in the session says whether it is new.
    pub(super) fn step(&mut self, command: &Command, now: u64) -> Act {
        let Some(stream) = self.stream(command.id).cloned() else { return no("SessionUnknown") };
        let figures = self.figures(&stream);
        match &command.body {
            Body::Draw(draw) => self.pay(&stream, figures, (draw, Pays::Drawn, &[]), now),
            Body::Reserve(draw) => self.pay(&stream, figures, (draw, Pays::Promised, &[]), now),
            Body::Call(Call { draw, delivered }) => {
                let earlier: Vec<u32> = delivered.seqs(draw.seq).collect();
                self.pay(&stream, figures, (draw, Pays::Called, &earlier), now)
            }
            Body::Settle(settle) => self.deliver(&stream, &figures, settle, now),
            Body::CaptureSession { number } => self.capture(&stream, &figures, *number),
            Body::EndSession(end) => self.end(&stream, &figures, &end.reason, now),
            Body::Watch(watch) => self.watch(&stream, figures, watch, now),
            Body::Count(count) => self.count(&stream, &figures, count, now),
            Body::Found(_)
            | Body::OpenPayee { .. }
            | Body::SetOffer(_)
            | Body::EndOffer { .. }
            | Body::TopUp(_)
            | Body::Buy(_)
            | Body::Promise(_)
            | Body::Use(_)
            | Body::Refund(_)
            | Body::SetGuard(_)
            | Body::StateMonths(_)
            | Body::Tip(_)
            | Body::SetMeter(_)
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::SetAside(_)
            | Body::OpenSession(_)
            | Body::RaiseSession(_) => unreachable!("only steps come here"),
        }
    }

    fn pay(&mut self, stream: &Stream, mut figures: Figures, (draw, how, earlier): (&Draw, Pays, &[u32]), now: u64) -> Act {
        let promised = how != Pays::Drawn;
        if figures.ended.is_some() {
            return no("SessionEnded");
        }
        let highest = figures.highest();
        if draw.seq == 0 || draw.seq > highest + 1_024 {
            return no("Invalid");
        }
        if draw.seq + 64 <= highest {
            return no("IdTooOld");
        }
        if let Some((_, print)) = figures.paid.iter().find(|(seq, _)| *seq == draw.seq) {
            return if *print == draw.print && !figures.returned.contains(&draw.seq) {
                Ok(("Replayed", "Drawn", 0))
            } else {
                no("IdReused")
            };
        }
        if figures.closing || figures.ended.is_some() || now >= stream.opened.until.0 {
            return no("SessionEnded");
        }
        let (before, accepted) = (self.promised(&figures, now), figures.accepted);
        if let Some(voucher) = &draw.voucher {
            figures
                .shown(voucher, stream.opened.terms.kind, now)
                .map_err(|what| (what, if what == "AboveHold" { figures.cap } else { 0 }))?;
        }
        let version = usize::from(draw.version);
        match (figures.versions.get(version), draw.offer) {
            (Some(_), None) => {}
            (None, Some(offer)) if version == figures.versions.len() => {
                self.may_be_priced_by(stream, &figures, offer)?;
                figures.versions.push(Version { offer, units: 0, captured: 0 });
            }
            _ => return no("Invalid"),
        }
        let units = i128::from(draw.units);
        let delivered = self.delivered(&figures, version, earlier)?;
        let row = figures.versions.get(version).expect("it was just looked at");
        let price = self.price(row.offer).expect("it was metered when it was entered").0;
        if units == 0 && (promised || figures.accepted == accepted) {
            return no("AmountInvalid");
        }
        let amount = if promised { price.ceiling(units) } else { price.floor(row.units + units) - price.floor(row.units) };
        let needs = figures.drawn + before - delivered.freed + delivered.amount + amount;
        if needs > figures.accepted {
            return Err(("NotCovered", needs));
        }
        for settle in &delivered.settles {
            self.happened(stream.id, Fact::Settled { settle: *settle, at: now });
        }
        self.happened(stream.id, Fact::Paid { draw: *draw, how, at: now });
        if !earlier.is_empty() {
            let before = delivered.amount * 1_000 + told(&figures, delivered.amount);
            return Ok(("Applied", "Called", before * (1 << 40) + amount));
        }
        if promised {
            return Ok(("Applied", "Reserved", amount));
        }
        Ok(("Applied", "Drawn", amount * 1_000 + told(&figures, amount)))
    }

    fn may_be_priced_by(&self, stream: &Stream, figures: &Figures, next: OfferId) -> Result<(), (&'static str, i128)> {
        let (own, other) = (self.offer_of(stream.opened.offer), self.offer_of(next));
        let (Some(own), Some(other)) = (own, other) else { return Err(("OfferUnknown", 0)) };
        let Some((_, asset)) = self.price(next) else { return Err(("AmountInvalid", 0)) };
        if asset != stream.opened.asset {
            return Err(("CurrencyMismatch", 0));
        }
        let is_own = own.payee == other.payee && own.unlock.realm() == other.unlock.realm();
        let is_known = figures.versions.iter().any(|version| version.offer == next);
        if !is_own || is_known || figures.versions.len() > 16 {
            return Err(("Invalid", 0));
        }
        let pays_itself = other.split.iter().any(|leg| self.gets(other, &leg.to).0 == stream.payer);
        if pays_itself { Err(("SelfPayment", 0)) } else { Ok(()) }
    }

    fn deliver(&mut self, stream: &Stream, figures: &Figures, settle: &Settle, now: u64) -> Act {
        let promise = figures.promises.iter().find(|promise| promise.seq == settle.seq).copied();
        if promise.is_some_and(|promise| settle.part < promise.part) {
            return Ok(("Replayed", "Drawn", 0));
        }
        let Some(promise) = promise.filter(|promise| now < promise.until) else { return no("ReserveUnknown") };
        if settle.part != promise.part {
            return no("Invalid");
        }
        let row = figures.versions.get(promise.version).expect("it was promised by it");
        let price = self.price(row.offer).expect("it was metered when it was entered").0;
        let units = promise.units.min(i128::from(settle.units));
        let amount = price.floor(row.units + units) - price.floor(row.units);
        let again = price.ceiling(i128::from(settle.again));
        let needs = figures.drawn + self.promised(figures, now) - price.ceiling(promise.units) + amount + again;
        if needs > figures.accepted {
            return Err(("NotCovered", needs));
        }
        if settle.again > 0 && (figures.closing || now >= stream.opened.until.0) {
            return no("SessionEnded");
        }
        self.happened(stream.id, Fact::Settled { settle: *settle, at: now });
        Ok(("Applied", "Drawn", amount * 1_000 + told(figures, amount)))
    }

    fn capture(&mut self, stream: &Stream, figures: &Figures, number: u32) -> Act {
        if number <= figures.captures {
            return Ok(("Standing", "Captured", 0));
        }
        if number != figures.captures + 1 {
            return no("Invalid");
        }
        let waits = |version: &&Version| self.cost(version) > version.captured;
        let Some(version) = figures.versions.iter().position(|version| waits(&version)) else { return no("NothingToCapture") };
        let row = figures.versions.get(version).expect("position() found it");
        let amount = self.cost(row) - row.captured;
        let offer = self.offer_of(row.offer).expect("it was drawn by").clone();
        let asset = stream.opened.asset;
        let Some(shares) = divide(amount, &offer) else { return no("AmountInvalid") };
        let mut parts: Vec<(Purse, i128)> = vec![((stream.payer, asset, "funded"), -amount)];
        for (leg, share) in offer.split.iter().zip(shares) {
            let (party, kind) = self.gets(&offer, &leg.to);
            parts.push(((party, asset, kind), share));
        }
        parts.iter().for_each(|(purse, amount)| self.add(*purse, *amount));
        self.happened(stream.id, Fact::Captured { version, amount, parts });
        Ok(("Applied", "Captured", amount))
    }

    fn end(&mut self, stream: &Stream, figures: &Figures, reason: &EndReason, now: u64) -> Act {
        if figures.ended.is_some() {
            return Ok(("Standing", "SessionEnded", 0));
        }
        let may = match reason {
            EndReason::Pressed { payer } => *payer == stream.payer,
            EndReason::Expired => now >= stream.opened.until.0,
            EndReason::Payer { .. } | EndReason::Idle | EndReason::Operator => true,
        };
        if !may {
            return no("SessionUnknown");
        }
        let under_way = figures.promises.iter().any(|promise| now < promise.until) || figures.aside.iter().any(|put| now < put.until);
        if under_way || figures.drawn > figures.captured {
            if figures.closing {
                return no("SessionBusy");
            }
            self.happened(stream.id, Fact::Closing);
            return Ok(("Applied", "SessionClosing", 0));
        }
        self.happened(stream.id, Fact::Ended { at: now });
        // Whatever ended a week ago is forgotten now.
        self.tick += 1;
        let over = |stream: &Stream| stream.facts.iter().find_map(|fact| if let Fact::Ended { at } = fact { Some(*at) } else { None });
        for stream in &mut self.streams {
            if !stream.forgotten && over(stream).is_some_and(|at| at + 7 * DAY <= now) {
                (stream.forgotten, stream.forgotten_tick) = (true, self.tick);
            }
        }
        Ok(("Applied", "SessionEnded", figures.cap - figures.captured))
    }

    pub(super) fn happened(&mut self, id: CommandId, fact: Fact) {
        let stream = self.streams.iter_mut().find(|stream| stream.id == id && !stream.forgotten).expect("it was found before");
        stream.facts.push(fact);
    }

    /// What a payer's sessions count as spent for a guard, at what times: what is held, less what was released, the last held first. A
    /// guard of a site knows nothing of sessions that were forgotten before it was set.
    pub(super) fn streamed(&self, payer: Party, asset: Asset, since: u64) -> Vec<(String, u64, i128)> {
        let mut spent = Vec::new();
        let own = self.streams.iter().filter(|stream| stream.payer == payer && stream.opened.asset == asset);
        for stream in own.filter(|stream| stream.forgotten_tick > since) {
            let realm = self.offer_of(stream.opened.offer).map(|offer| offer.unlock.realm().to_owned()).unwrap_or_default();
            let figures = self.figures(stream);
            let mut held = vec![(stream.at, plain(stream.opened.cap))];
            for fact in &stream.facts {
                if let Fact::Raised { more, at } = fact {
                    held.push((*at, *more));
                }
            }
            let mut stays = if figures.ended.is_some() { figures.captured } else { figures.cap };
            for (at, amount) in held {
                spent.push((realm.clone(), at, amount.min(stays)));
                stays -= amount.min(stays);
            }
        }
        spent
    }

    /// What a purse got of captures.
    pub(super) fn captured_by(&self, purse: Purse) -> i128 {
        let facts = self.streams.iter().flat_map(|stream| &stream.facts);
        let parts = facts.filter_map(|fact| if let Fact::Captured { parts, .. } = fact { Some(parts) } else { None });
        parts.flatten().filter(|(of, _)| *of == purse).map(|(_, amount)| amount).sum()
    }
}

/// The share of the cap that a draw crosses.
pub(super) fn told(before: &Figures, amount: i128) -> i128 {
    let after = level(before.drawn + amount, before.cap);
    if after > before.told { after } else { 0 }
}

fn level(drawn: i128, cap: i128) -> i128 {
    [100, 80, 50].into_iter().find(|level| drawn * 100 >= cap * level).unwrap_or(0)
}
