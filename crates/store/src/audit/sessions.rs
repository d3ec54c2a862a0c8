//! Sessions from the records alone: what their vouchers authorise, what their draws come to, what was captured of it.
//!
//! Nothing here knows a key. That a link hashes to the one before, or a signature holds, is for a [`super::Watcher`]:
//! [`SessionFacts::chain`] and [`SessionFacts::before`] are what it needs for that.

mod aside;
mod meters;

use super::accounts::{Accounts, Wrong};
use super::sales::{Sales, Went};
use market::{
    Body, Call, Draw, Effect, EndReason, Maker, OfferPrice, OpenSession, Piece, Place, Record, SessionKind, SessionTerms, Settle, Voucher,
};
use money::{Asset, CommandId, OfferId, Party, Timestamp};
use std::collections::BTreeMap;

/// All sessions that were ever opened.
#[derive(Default)]
pub struct Sessions {
    by_id: BTreeMap<CommandId, SessionFacts>,
    /// What the open ones hold back, by payer and asset.
    held: BTreeMap<(Party, Asset), u64>,
    meters: meters::Meters,
}

/// A session as the records made it; amounts in base units.
pub struct SessionFacts {
    /// Who pays.
    pub payer: Party,
    /// Of what.
    pub asset: Asset,
    /// Where its record stands.
    pub place: Place,
    /// The commitment it was opened with.
    pub terms: SessionTerms,
    /// What is held.
    pub cap: u64,
    /// What was authorised, by the highest voucher.
    pub accepted: u64,
    /// What was delivered.
    pub drawn: u64,
    /// What was posted of it.
    pub captured: u64,
    /// How many captures there were.
    pub captures: u32,
    /// By each offer version, the one it was opened under first.
    pub versions: Vec<VersionFacts>,
    /// The chain as its vouchers left it.
    pub chain: ChainFacts,
    /// The same before the last record of the session.
    pub before: ChainFacts,
    /// Where it ended.
    pub ended: Option<Place>,
    until: Timestamp,
    is_closing: bool,
    seqs: Seqs,
    reserves: BTreeMap<u32, ReserveFacts>,
    aside: aside::Asides,
    watched: Watched,
}

/// What was drawn under an offer version.
pub struct VersionFacts {
    /// The version.
    pub offer: OfferId,
    /// How many units.
    pub units: u64,
    /// What they cost from the first on, rounded down once.
    pub drawn: u64,
    /// What was posted of that.
    pub captured: u64,
}

/// A chain of links: link `index` authorises `base` + `index` × `step`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChainFacts {
    /// Which checkpoint it began with; 0 is the opening.
    pub checkpoint: u16,
    /// What was authorised when it began.
    pub base: u64,
    /// What a link adds.
    pub step: u64,
    /// How many links it has.
    pub length: u16,
    /// The highest that was shown.
    pub index: u16,
    /// That link; the anchor while none was.
    pub tip: [u8; 32],
}

struct ReserveFacts {
    version: usize,
    units: u64,
    part: u16,
    /// It does not lapse.
    is_call: bool,
}

/// Request numbers that were paid, 64 to an entry.
#[derive(Default)]
struct Seqs(BTreeMap<u32, u64>);

impl Seqs {
    /// False if it was there.
    fn enter(&mut self, seq: u32) -> bool {
        let (row, bit) = (self.0.entry(seq / 64).or_default(), 1_u64 << (seq % 64));
        let is_new = *row & bit == 0;
        *row |= bit;
        is_new
    }
}

/// The pieces of films that were drawn, each once.
#[derive(Default)]
struct Watched(BTreeMap<u32, Vec<(u64, u64)>>);

impl Watched {
    /// Enters a piece; how many milliseconds of it were not there.
    fn enter(&mut self, piece: Piece) -> u64 {
        let known = self.0.entry(piece.film).or_default();
        let mut left = vec![(piece.from, piece.to)];
        for (from, to) in known.iter().copied() {
            let apart = |(a, b): (u64, u64)| [(a, b.min(from)), (a.max(to), b)];
            left = left.into_iter().flat_map(apart).filter(|(a, b)| a < b).collect();
        }
        let missing = left.iter().map(|(a, b)| b.saturating_sub(*a)).fold(0, u64::saturating_add);
        match (known.last_mut(), left.as_slice()) {
            // What is watched in its order is one piece.
            (Some(last), [(from, to)]) if last.1 == *from => last.1 = *to,
            _ => known.extend(left),
        }
        missing
    }
}

impl Sessions {
    /// A session.
    #[must_use]
    pub fn session(&self, id: CommandId) -> Option<&SessionFacts> {
        self.by_id.get(&id)
    }

    /// All of them by id.
    pub fn iter(&self) -> impl Iterator<Item = (CommandId, &SessionFacts)> {
        self.by_id.iter().map(|(id, session)| (*id, session))
    }

    /// Enters a record whose legs stand in `accounts` already.
    pub(super) fn enter(&mut self, (place, at): (Place, Timestamp), record: &Record, (sales, accounts): (&Sales, &Accounts)) -> Said {
        let (id, effect) = (record.command.id, record.applied.effect);
        match &record.command.body {
            Body::OpenSession(open) => self.opened(place, record, (open, sales))?,
            Body::RaiseSession(raise) => {
                let session = self.of(raise.session)?;
                session.cap = sum(session.cap, raise.additional.units())?;
                if session.terms.kind == SessionKind::Trusted {
                    session.accepted = session.cap;
                }
                must(says(effect) == Some(session.cap), || format!("a session of {} now says {effect:?}", session.cap))?;
                let whose = (session.payer, session.asset);
                let held = self.held.entry(whose).or_default();
                *held = sum(*held, raise.additional.units())?;
            }
            Body::Draw(draw) => {
                let session = self.of(id)?;
                let version = session.request(draw, at, sales)?;
                session.draws((version, draw.units), (says(effect), effect), sales)?;
            }
            Body::Reserve(draw) => {
                let session = self.of(id)?;
                let version = session.request(draw, at, sales)?;
                session.promise((version, draw, false), effect, sales)?;
            }
            Body::Call(Call { draw, delivered }) => {
                let session = self.of(id)?;
                let version = session.request(draw, at, sales)?;
                if let Effect::Called { drawn, .. } = effect {
                    let units = session.delivered(version, delivered.seqs(draw.seq))?;
                    session.draws((version, units), (Some(drawn.units()), effect), sales)?;
                }
                let fits = delivered.is_none() == matches!(effect, Effect::Reserved(_));
                must(fits, || format!("a call after {} others says {effect:?}", delivered.seqs(draw.seq).count()))?;
                session.promise((version, draw, true), effect, sales)?;
            }
            Body::Settle(settle) => {
                let session = self.of(id)?;
                let drawn = session.settled(settle)?;
                session.draws(drawn, (says(effect), effect), sales)?;
            }
            Body::Watch(watch) => {
                let session = self.of(id)?;
                must(at < session.until && !session.is_closing, || "a film is watched in a session that is over".to_owned())?;
                let version = session.version((watch.version, watch.offer), sales)?;
                let missing = session.watched.enter(watch.piece);
                must(missing > 0, || "a piece of a film is drawn a second time".to_owned())?;
                session.draws((version, missing), (says(effect), effect), sales)?;
            }
            Body::SetMeter(set) => self.meters.set(set, at),
            Body::SetAside(set) => self.set_aside((record.command.id, record.command.maker), (set, at), (effect, sales))?,
            Body::Count(count) => self.counted((id, at), (count, effect), sales)?,
            Body::CaptureSession { number } => return self.captured((id, *number), record, (sales, accounts)),
            Body::EndSession(end) => self.ends(place, (id, at), (&end.reason, effect))?,
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
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::Tip(_) => {}
        }
        self.is_covered(record, accounts)
    }

    fn of(&mut self, id: CommandId) -> Result<&mut SessionFacts, Wrong> {
        let session = self.by_id.get_mut(&id).ok_or((None, "it is about a session that was never opened".to_owned()))?;
        if let Some(place) = session.ended {
            return Err((None, format!("the session ended in frame {} record {}", place.frame, place.record)));
        }
        session.before = session.chain;
        Ok(session)
    }

    fn opened(&mut self, place: Place, record: &Record, (open, sales): (&OpenSession, &Sales)) -> Said {
        let (Maker::Party(payer), cap, first) = (record.command.maker, open.cap.units(), open.first.units()) else {
            return Err((None, "a session is opened by nobody".to_owned()));
        };
        must(says(record.applied.effect) == Some(cap), || format!("a session of {cap} says {:?}", record.applied.effect))?;
        must(first <= cap, || format!("a session of {cap} begins with {first}"))?;
        rate(sales, open.offer, open.asset)?;
        let terms = open.terms;
        let chain = ChainFacts { checkpoint: 0, base: first, step: terms.step.units(), length: terms.length, index: 0, tip: terms.anchor };
        let session = SessionFacts {
            payer,
            asset: open.asset,
            place,
            terms,
            cap,
            accepted: if terms.kind == SessionKind::Trusted { cap } else { first },
            drawn: 0,
            captured: 0,
            captures: 0,
            versions: vec![VersionFacts { offer: open.offer, units: 0, drawn: 0, captured: 0 }],
            chain,
            before: chain,
            ended: None,
            until: open.until,
            is_closing: false,
            seqs: Seqs::default(),
            reserves: BTreeMap::new(),
            aside: aside::Asides::default(),
            watched: Watched::default(),
        };
        must(self.by_id.insert(record.command.id, session).is_none(), || "a session is opened a second time".to_owned())?;
        let held = self.held.entry((payer, open.asset)).or_default();
        *held = sum(*held, cap)?;
        Ok(())
    }

    /// A capture posts what one version had drawn, by its split, under the session's next number.
    fn captured(&mut self, (id, number): (CommandId, u32), record: &Record, (sales, accounts): (&Sales, &Accounts)) -> Said {
        let session = self.of(id)?;
        let next = session.captures.saturating_add(1);
        must(number == next, || format!("capture {number} of a session whose next is {next}"))?;
        let waits = session.versions.iter_mut().find(|version| version.captured < version.drawn);
        let Some(version) = waits else {
            return Err((None, format!("a capture of a session that drew {} and captured {}", session.drawn, session.captured)));
        };
        let amount = version.drawn.saturating_sub(version.captured);
        let says_so =
            matches!(record.applied.effect, Effect::Captured { session, amount: said } if session == id && said.units() == amount);
        must(says_so, || format!("a capture of {amount} says {:?}", record.applied.effect))?;
        let went = Went { payer: session.payer, asset: session.asset, units: amount };
        sales.goes_by_split(version.offer, went, (&super::sales::net(record)?, accounts))?;
        version.captured = version.drawn;
        (session.captures, session.captured) = (number, sum(session.captured, amount)?);
        let whose = (session.payer, session.asset);
        let held = self.held.entry(whose).or_default();
        *held = held.checked_sub(amount).ok_or((None, format!("a capture of {amount} where {held} are held")))?;
        self.is_covered(record, accounts)
    }

    fn ends(&mut self, place: Place, (id, at): (CommandId, Timestamp), (reason, effect): (&EndReason, Effect)) -> Said {
        let session = self.of(id)?;
        let early = *reason == EndReason::Expired && at < session.until;
        must(!early, || "a session expires before its time".to_owned())?;
        if effect == Effect::SessionClosing {
            must(!session.is_closing, || "a session closes a second time".to_owned())?;
            session.is_closing = true;
            return Ok(());
        }
        let (left, open) = (session.cap.saturating_sub(session.captured), session.drawn.saturating_sub(session.captured));
        must(open == 0, || format!("a session ends with {open} drawn and not captured"))?;
        let calls = session.reserves.values().filter(|reserve| reserve.is_call).count();
        session.aside.must_be_over(at)?;
        must(calls == 0, || format!("a session ends with {calls} calls that are neither drawn nor given back"))?;
        must(says(effect) == Some(left), || format!("a session that holds {left} more ends with {effect:?}"))?;
        session.ended = Some(place);
        session.reserves.clear();
        session.aside = aside::Asides::default();
        let whose = (session.payer, session.asset);
        if let Some(held) = self.held.get_mut(&whose) {
            *held = held.saturating_sub(left);
            if *held == 0 {
                self.held.remove(&whose);
            }
        }
        Ok(())
    }

    /// What is held is there: whoever takes from a payer, or holds more, leaves what open sessions hold.
    fn is_covered(&self, record: &Record, accounts: &Accounts) -> Said {
        let mut touched: Vec<(Party, Asset)> = Vec::new();
        match (&record.command.body, record.command.maker) {
            (Body::OpenSession(open), Maker::Party(payer)) => touched.push((payer, open.asset)),
            (Body::RaiseSession(raise), _) => touched.extend(self.by_id.get(&raise.session).map(|session| (session.payer, session.asset))),
            _ if self.held.is_empty() => {}
            _ => {
                let taken = record.applied.posted.legs.iter().filter(|leg| leg.amount < 0);
                touched.extend(taken.filter_map(|leg| accounts.key(leg.account.0)).map(|key| (key.party, key.asset)));
            }
        }
        for (party, asset) in touched {
            let Some(held) = self.held.get(&(party, asset)) else { continue };
            let has = accounts.funded(party, asset);
            must(i128::from(*held) <= has, || format!("it leaves a payer {has} {asset}, of which sessions hold {held}"))?;
        }
        Ok(())
    }
}

impl SessionFacts {
    /// A request's number, voucher and version: each number once, each version of the session's own site and payee.
    fn request(&mut self, draw: &Draw, at: Timestamp, sales: &Sales) -> Result<usize, Wrong> {
        must(at < self.until && !self.is_closing, || "a request is paid in a session that is over".to_owned())?;
        must(self.seqs.enter(draw.seq), || format!("request {} is paid a second time", draw.seq))?;
        if let Some(voucher) = &draw.voucher {
            self.authorise(voucher)?;
        }
        self.version((draw.version, draw.offer), sales)
    }

    fn version(&mut self, (at, offer): (u8, Option<OfferId>), sales: &Sales) -> Result<usize, Wrong> {
        let at = usize::from(at);
        if let Some(offer) = offer {
            must(at == self.versions.len(), || format!("version {at} of a session that has {}", self.versions.len()))?;
            rate(sales, offer, self.asset)?;
            let own = self.versions.first().and_then(|first| sales.offer(first.offer));
            let is_own = own
                .zip(sales.offer(offer))
                .is_some_and(|(own, other)| own.payee == other.payee && own.unlock.realm() == other.unlock.realm());
            must(is_own, || "a session is drawn for another payee or site".to_owned())?;
            self.versions.push(VersionFacts { offer, units: 0, drawn: 0, captured: 0 });
        }
        must(at < self.versions.len(), || format!("version {at} of a session that has {}", self.versions.len()))?;
        Ok(at)
    }

    /// What a voucher comes to. One that raises nothing changes nothing.
    fn authorise(&mut self, voucher: &Voucher) -> Said {
        must(self.terms.kind != SessionKind::Trusted, || "a session without vouchers has one".to_owned())?;
        let reaches = match voucher {
            Voucher::Signed { cumulative, .. } => cumulative.units(),
            Voucher::Link { checkpoint, index, link } if *checkpoint == self.chain.checkpoint => {
                must(*index <= self.chain.length, || format!("link {index} of a chain of {}", self.chain.length))?;
                if *index > self.chain.index {
                    (self.chain.index, self.chain.tip) = (*index, *link);
                }
                let steps = u128::from(self.chain.step).saturating_mul(u128::from(*index));
                let reaches = u128::from(self.chain.base).saturating_add(steps);
                u64::try_from(reaches).map_err(|_| (None, format!("link {index} authorises {reaches}")))?
            }
            // Of a chain that is no longer the session's: it proves who asks and raises nothing.
            Voucher::Link { .. } => return Ok(()),
            Voucher::Checkpoint { cumulative, step, length, anchor, .. } => {
                let base = cumulative.units();
                if base > self.accepted {
                    let checkpoint = self.chain.checkpoint.saturating_add(1);
                    self.chain = ChainFacts { checkpoint, base, step: step.units(), length: *length, index: 0, tip: *anchor };
                }
                base
            }
        };
        self.accepted = self.accepted.max(reaches);
        must(self.accepted <= self.cap, || format!("a voucher for {} in a session that holds {}", self.accepted, self.cap))
    }

    fn rate(&self, version: usize, sales: &Sales) -> Result<(u64, u64), Wrong> {
        let version = self.versions.get(version).ok_or((None, format!("a session has no version {version}")))?;
        rate(sales, version.offer, self.asset)
    }

    /// Units more under a version: their price is the cumulative floor, and no more than was authorised.
    /// `said` is what the record has for it.
    fn draws(&mut self, (at, units): (usize, u64), (said, effect): (Option<u64>, Effect), sales: &Sales) -> Said {
        let (amount, per) = self.rate(at, sales)?;
        let version = self.versions.get_mut(at).expect("it has a rate");
        version.units = sum(version.units, units)?;
        let cost = u128::from(version.units).saturating_mul(u128::from(amount)).checked_div(u128::from(per)).unwrap_or(u128::MAX);
        let due = u64::try_from(cost).ok().and_then(|cost| cost.checked_sub(version.drawn));
        let due = due.ok_or((None, format!("{} units cost {cost}, after {} before", version.units, version.drawn)))?;
        version.drawn = sum(version.drawn, due)?;
        self.drawn = sum(self.drawn, due)?;
        must(said == Some(due), || format!("{units} units more cost {due}, the record says {effect:?}"))?;
        must(self.drawn <= self.accepted, || format!("{} are drawn, {} were authorised", self.drawn, self.accepted))
    }

    /// What a request can cost at most is reserved, beside what is drawn.
    fn promise(&mut self, (version, draw, is_call): (usize, &Draw, bool), effect: Effect, sales: &Sales) -> Said {
        let amount = self.most((version, draw.units), sales)?;
        must(says(effect) == Some(amount), || format!("{} units cost {amount} at most, the record says {effect:?}", draw.units))?;
        let covered = self.drawn.checked_add(amount).is_some_and(|after| after <= self.accepted);
        must(covered, || format!("it reserves {amount} beside {} drawn of {} authorised", self.drawn, self.accepted))?;
        self.reserves.insert(draw.seq, ReserveFacts { version, units: draw.units, part: 0, is_call });
        Ok(())
    }

    /// The units of calls that were delivered: each was promised by that version and not settled since.
    fn delivered(&mut self, version: usize, seqs: impl Iterator<Item = u32>) -> Result<u64, Wrong> {
        let mut units = 0;
        for seq in seqs {
            let call = self.reserves.remove(&seq).filter(|call| call.is_call && call.part == 0 && call.version == version);
            units = sum(units, call.ok_or((None, format!("call {seq} is delivered that was not promised")))?.units)?;
        }
        Ok(units)
    }

    /// A reserve is settled part after part: its version and the units that are drawn, never more than it was for.
    fn settled(&mut self, settle: &Settle) -> Result<(usize, u64), Wrong> {
        let reserve = self.reserves.get_mut(&settle.seq).ok_or((None, format!("nothing is reserved for request {}", settle.seq)))?;
        must(settle.part == reserve.part, || format!("part {} of a reserve whose next is {}", settle.part, reserve.part))?;
        // What was delivered beyond what was promised is the payee's loss.
        let drawn = (reserve.version, settle.units.min(reserve.units));
        (reserve.units, reserve.part) = (settle.again, reserve.part.saturating_add(1));
        if settle.again == 0 {
            self.reserves.remove(&settle.seq);
        }
        Ok(drawn)
    }
}

type Said = Result<(), Wrong>;

fn must(holds: bool, what: impl FnOnce() -> String) -> Said {
    if holds { Ok(()) } else { Err((None, what())) }
}

fn sum(a: u64, b: u64) -> Result<u64, Wrong> {
    a.checked_add(b).ok_or((None, "a session's figures leave what can be counted".to_owned()))
}

/// The amount that an effect of a session states.
fn says(effect: Effect) -> Option<u64> {
    match effect {
        Effect::SessionOpened(amount)
        | Effect::Drawn { amount, .. }
        | Effect::Counted { amount, .. }
        | Effect::CountedAside { amount, .. }
        | Effect::Reserved(amount)
        | Effect::Called { reserved: amount, .. }
        | Effect::SessionRaised(amount)
        | Effect::SessionEnded { released: amount } => Some(amount.units()),
        Effect::Founded
        | Effect::PayeeOpened
        | Effect::OfferSet(_)
        | Effect::OfferEnded(_)
        | Effect::ToppedUp(_)
        | Effect::Sold { .. }
        | Effect::Promised(_)
        | Effect::Refunded { .. }
        | Effect::GuardSet
        | Effect::MonthsStated
        | Effect::MeterSet
        | Effect::CoinClaimed(_)
        | Effect::CoinClosed(_)
        | Effect::Tipped(_)
        | Effect::Captured { .. }
        | Effect::SessionClosing => None,
    }
}

/// So much for so many units under a version, in `asset`.
fn rate(sales: &Sales, offer: OfferId, asset: Asset) -> Result<(u64, u64), Wrong> {
    match sales.offer(offer).map(|offer| &offer.price) {
        Some(OfferPrice::Metered(metered)) if metered.asset == asset => Ok((metered.rate.amount.units(), metered.rate.per.get())),
        _ => Err((None, "a session is priced by an offer that is not metered in its asset".to_owned())),
    }
}
