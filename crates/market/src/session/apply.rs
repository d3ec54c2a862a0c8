//! What sessions do to the state: each step whole or not at all.

use super::call::Delivered;
use super::window::Past;
use super::{
    Call, Chain, Draw, DrawnBy, EndReason, EndSession, LONGEST, MOST_RESERVES, MOST_VERSIONS, OpenSession, Phase, RESERVE, RaiseSession,
    Reserve, Seqs, Session, SessionKind, Settle, Watched, capture_id,
};
use crate::command::{Body, Maker};
use crate::offer::OfferPrice;
use crate::outcome::{Effect, Outcome, Rejection};
use crate::rate::Rate;
use crate::sale::{Answer, from_books};
use crate::state::{Stamp, State};
use ledger::{AccountKey, Class, HoldRequest, OnExpiry, Posted};
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};

type Done = Result<(Effect, Posted), Rejection>;

/// The shares of a cap, in percent, at which its payer is told.
const LEVELS: [u8; 3] = [100, 80, 50];

/// What a draw or reserve comes to, before anything changed.
pub(super) struct Priced {
    pub(super) chain: Chain,
    /// The version's row, perhaps a new one, without this step.
    pub(super) version: DrawnBy,
    pub(super) rate: Rate,
    pub(super) accepted: Amount,
    pub(super) reserved: Amount,
}

impl State {
    /// A session, while it is open and for seven days after.
    #[must_use]
    pub fn session(&self, id: CommandId) -> Option<&Session> {
        self.sessions.find(id)
    }

    /// All of them in the order of their ids.
    pub fn sessions(&self) -> impl Iterator<Item = (CommandId, &Session)> {
        self.sessions.iter()
    }

    /// Those that are not over, in the order of their ids.
    pub fn running_sessions(&self) -> impl Iterator<Item = (CommandId, &Session)> {
        self.sessions.running()
    }

    /// Those of a payer that are not over, in the order of their ids.
    pub fn sessions_of(&self, payer: Party) -> impl Iterator<Item = (CommandId, &Session)> {
        self.sessions.running_of(payer)
    }

    /// What a step's number says: a step names its object's next number instead of an id of its own.
    pub(crate) fn step_past(&self, id: CommandId, body: &Body) -> Option<Outcome> {
        let session = self.sessions.find(id)?;
        match body {
            // Of what is over only the figures are kept.
            Body::Draw(_) | Body::Reserve(_) | Body::Call(_) if matches!(session.phase, Phase::Ended { .. }) => None,
            Body::Draw(draw) | Body::Reserve(draw) | Body::Call(Call { draw, .. }) => {
                let no = |rejection| Some(Outcome::Rejected(rejection));
                match session.seqs.past(draw.seq, draw.print) {
                    Past::New => None,
                    Past::Same => Some(Outcome::Replayed(Effect::Drawn { amount: Amount::ZERO, told: 0 })),
                    Past::Another => no(Rejection::IdReused),
                    Past::TooOld => no(Rejection::IdTooOld),
                    Past::TooFar => no(Rejection::Invalid("seq")),
                }
            }
            Body::Settle(settle) => {
                let reserve = session.reserves.iter().find(|reserve| reserve.seq == settle.seq)?;
                (settle.part < reserve.part).then_some(Outcome::Replayed(Effect::Drawn { amount: Amount::ZERO, told: 0 }))
            }
            // An event is known by its meter: event_past() says so.
            Body::Count(_) => None,
            Body::Watch(_) if matches!(session.phase, Phase::Ended { .. }) => None,
            Body::Watch(watch) => {
                let known = session.watched.missing(watch.piece) == 0;
                known.then_some(Outcome::Standing(Effect::Drawn { amount: Amount::ZERO, told: 0 }))
            }
            Body::CaptureSession { number } => {
                (*number <= session.captures).then_some(Outcome::Standing(Effect::Captured { session: id, amount: Amount::ZERO }))
            }
            Body::EndSession(_) => {
                let over = matches!(session.phase, Phase::Ended { .. });
                over.then_some(Outcome::Standing(Effect::SessionEnded { released: Amount::ZERO }))
            }
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
            | Body::Tip(_)
            | Body::StateMonths(_)
            | Body::OpenSession(_)
            | Body::RaiseSession(_)
            | Body::SetMeter(_)
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::SetAside(_) => None,
        }
    }

    pub(crate) fn open_session(&mut self, (id, maker): (CommandId, Maker), open: &OpenSession, stamp: Stamp) -> Result<Effect, Rejection> {
        let Maker::Party(payer) = maker else { return Err(Rejection::Invalid("maker")) };
        if self.sessions.find(id).is_some() || self.sale(id).is_some() {
            return Err(Rejection::IdReused);
        }
        let offer = &self.versions.get(&open.offer).ok_or(Rejection::OfferUnknown)?.offer;
        self.current_of(offer.unlock.realm(), &offer.name).ok_or(Rejection::OfferEnded)?;
        let (rate, asset) = metered(&offer.price)?;
        if asset != open.asset {
            return Err(Rejection::CurrencyMismatch);
        }
        if open.cap.is_zero() || open.first > open.cap || rate.at_most(1).is_none_or(|unit| unit > open.cap) {
            return Err(Rejection::AmountInvalid);
        }
        if open.until <= stamp.now || open.until > stamp.now.after(LONGEST) {
            return Err(Rejection::Invalid("until"));
        }
        let realm = offer.unlock.realm().to_owned();
        self.must_not_pay_itself(open.offer, payer)?;
        self.sessions.may_open(payer, stamp.now)?;
        // What is held may all be spent: a guard has to be asked now, since draws are not.
        self.guarded((payer, asset), Some(&realm), (open.cap, Answer::Given), stamp.now)?;
        let lot = self.wallet(payer, asset).map(|wallet| wallet.lot);
        let account = AccountKey { party: payer, asset, class: Class::Funded, lot };
        let request = HoldRequest { parts: vec![(account, open.cap)], expires: open.until, on_expiry: OnExpiry::Capture };
        self.books.hold(id, request).map_err(from_books)?;
        self.count_spent((payer, asset), &realm, open.cap, stamp.now);
        self.sessions.enter(id, Session::opened(payer, open, stamp));
        Ok(Effect::SessionOpened(open.cap))
    }

    pub(crate) fn raise_session(&mut self, maker: Maker, raise: &RaiseSession, stamp: Stamp) -> Result<Effect, Rejection> {
        let session = self.sessions.find(raise.session).ok_or(Rejection::SessionUnknown)?;
        let (payer, asset) = (session.payer, session.asset);
        if maker != Maker::Party(payer) {
            return Err(Rejection::SessionUnknown);
        }
        if !session.is_open(stamp.now) {
            return Err(Rejection::SessionEnded);
        }
        if raise.additional.is_zero() {
            return Err(Rejection::AmountInvalid);
        }
        let cap = session.cap.checked_add(raise.additional).ok_or(Rejection::Overflow)?;
        let realm = self.realm_of_offer(session.offer());
        self.guarded((payer, asset), Some(&realm), (raise.additional, Answer::Given), stamp.now)?;
        let lot = self.wallet(payer, asset).map(|wallet| wallet.lot);
        let account = AccountKey { party: payer, asset, class: Class::Funded, lot };
        self.books.raise_hold(raise.session, account, raise.additional).map_err(from_books)?;
        self.count_spent((payer, asset), &realm, raise.additional, stamp.now);
        let month = self.month(payer, stamp.now).since;
        let session = self.sessions.find_mut(raise.session).expect("found above");
        session.add_raise(raise.additional, month, stamp.now);
        session.cap = cap;
        if session.kind == SessionKind::Trusted {
            session.accepted = cap;
        }
        // A new cap arms what the payer is told anew.
        session.told = level(session.drawn, cap);
        Ok(Effect::SessionRaised(cap))
    }

    pub(crate) fn draw(&mut self, id: CommandId, draw: &Draw, stamp: Stamp) -> Result<Effect, Rejection> {
        let priced = self.priced(id, draw, stamp)?;
        // A record is written for what moves something, and for nothing else.
        if draw.units == 0 && self.sessions.find(id).is_some_and(|session| session.accepted == priced.accepted) {
            return Err(Rejection::AmountInvalid);
        }
        let (rate, before) = (priced.rate, priced.version);
        let units = before.units.checked_add(draw.units).ok_or(Rejection::Overflow)?;
        let drawn = rate.of(units).ok_or(Rejection::Overflow)?;
        let amount = drawn.saturating_sub(before.drawn);
        self.must_be_covered(id, (priced.accepted, priced.reserved), amount)?;
        let session = self.sessions.find_mut(id).expect("priced() found it");
        session.take_voucher(draw, &priced, stamp.now);
        let told = session.add_drawn((draw.version, amount), DrawnBy { units, drawn, ..before }, stamp.now);
        Ok(Effect::Drawn { amount, told })
    }

    /// Promises a part of a session to work under way, for a minute.
    pub(crate) fn reserve(&mut self, id: CommandId, draw: &Draw, stamp: Stamp) -> Result<Effect, Rejection> {
        let priced = self.priced(id, draw, stamp)?;
        let amount = self.promised(id, (draw, &priced, &Delivered::default()), stamp)?;
        let session = self.sessions.find_mut(id).expect("priced() found it");
        session.promise((draw, &priced), (amount, stamp.now.after(RESERVE)), stamp.now);
        Ok(Effect::Reserved(amount))
    }

    /// What a promise comes to at most, if it is covered once what was delivered before it is drawn.
    pub(super) fn promised(
        &self,
        id: CommandId,
        (draw, priced, before): (&Draw, &Priced, &Delivered),
        stamp: Stamp,
    ) -> Result<Amount, Rejection> {
        let amount = priced.rate.at_most(draw.units).ok_or(Rejection::Overflow)?;
        if draw.units == 0 {
            return Err(Rejection::AmountInvalid);
        }
        let live = |session: &Session| session.reserves.iter().filter(|reserve| stamp.now < reserve.until).count();
        if self.sessions.find(id).is_some_and(|session| live(session).saturating_sub(before.calls) >= MOST_RESERVES) {
            return Err(Rejection::SessionBusy);
        }
        let reserved = priced.reserved.saturating_sub(before.freed);
        let needs = before.amount.checked_add(amount).ok_or(Rejection::Overflow)?;
        self.must_be_covered(id, (priced.accepted, reserved), needs)?;
        Ok(amount)
    }

    /// Draws what was really delivered of a reserve, never more than it, and reserves anew if asked to.
    pub(crate) fn settle(&mut self, id: CommandId, settle: &Settle, stamp: Stamp) -> Result<Effect, Rejection> {
        let session = self.sessions.find(id).ok_or(Rejection::SessionUnknown)?;
        let of = |reserve: &&Reserve| reserve.seq == settle.seq && stamp.now < reserve.until;
        let reserve = *session.reserves.iter().find(of).ok_or(Rejection::ReserveUnknown)?;
        if settle.part != reserve.part {
            return Err(Rejection::Invalid("part"));
        }
        let before = *session.versions.get(usize::from(reserve.version)).expect("a reserve names a version");
        let rate = self.rate_of(before.offer)?;
        let units = before.units.checked_add(settle.units.min(reserve.units)).ok_or(Rejection::Overflow)?;
        let drawn = rate.of(units).ok_or(Rejection::Overflow)?;
        let amount = drawn.saturating_sub(before.drawn);
        let again = rate.at_most(settle.again).ok_or(Rejection::Overflow)?;
        // What the reserve held back is free for this step.
        let others = session.reserved(stamp.now).saturating_sub(reserve.amount);
        let needs = [session.drawn, others, amount, again].into_iter().try_fold(Amount::ZERO, Amount::checked_add);
        let needs = needs.ok_or(Rejection::Overflow)?;
        if needs > session.accepted {
            return Err(Rejection::NotCovered { needs, accepted: session.accepted });
        }
        if !again.is_zero() && !session.is_open(stamp.now) {
            return Err(Rejection::SessionEnded);
        }
        let part = reserve.part.checked_add(1).ok_or(Rejection::Overflow)?;
        let session = self.sessions.find_mut(id).expect("found above");
        let told = session.add_drawn((reserve.version, amount), DrawnBy { units, drawn, ..before }, stamp.now);
        session.reserves.retain(|other| other.seq != settle.seq);
        if (settle.part, settle.units, settle.again) == (0, 0, 0) {
            session.seqs.give_back(settle.seq);
        }
        if settle.again > 0 {
            let until = if reserve.lapses() { stamp.now.after(RESERVE) } else { reserve.until };
            session.reserves.push(Reserve { part, units: settle.again, amount: again, until, ..reserve });
        }
        Ok(Effect::Drawn { amount, told })
    }

    /// Posts what was drawn under the first offer version that has something to post.
    pub(crate) fn capture_session(&mut self, id: CommandId, number: u32, stamp: Stamp) -> Done {
        let session = self.sessions.find(id).ok_or(Rejection::SessionUnknown)?;
        if session.captures.checked_add(1) != Some(number) {
            return Err(Rejection::Invalid("number"));
        }
        let waits = |version: &DrawnBy| version.captured < version.drawn;
        let at = session.versions.iter().position(waits).ok_or(Rejection::NothingToCapture)?;
        let version = session.versions.get(at).expect("just found");
        let amount = version.drawn.saturating_sub(version.captured);
        let offer = &self.versions.get(&version.offer).ok_or(Rejection::OfferUnknown)?.offer;
        let credits = self.credits(offer, (session.payer, session.asset), amount)?;
        let posted = self.books.capture(stamp.place.packed(), id, capture_id(id, number), &credits).map_err(from_books)?;
        let session = self.sessions.find_mut(id).expect("found above");
        session.captures = number;
        session.captured = session.captured.checked_add(amount).expect("captured stays at or below drawn");
        if let Some(version) = session.versions.get_mut(at) {
            version.captured = version.drawn;
        }
        session.waits_since = session.versions.iter().any(waits).then_some(stamp.now);
        Ok((Effect::Captured { session: id, amount }, posted))
    }

    /// Nothing new begins from now on; once nothing is under way and all is captured, what is left is released.
    pub(crate) fn end_session(&mut self, id: CommandId, end: &EndSession, stamp: Stamp) -> Result<Effect, Rejection> {
        let session = self.sessions.find(id).ok_or(Rejection::SessionUnknown)?;
        let allowed = match &end.reason {
            EndReason::Pressed { payer } => *payer == session.payer,
            EndReason::Expired => session.until <= stamp.now,
            EndReason::Payer { .. } | EndReason::Idle | EndReason::Operator => true,
        };
        if !allowed {
            return Err(Rejection::SessionUnknown);
        }
        if session.is_under_way(stamp.now) || !session.uncaptured().is_zero() {
            if session.phase == Phase::Closing {
                return Err(Rejection::SessionBusy);
            }
            self.sessions.find_mut(id).expect("found above").phase = Phase::Closing;
            return Ok(Effect::SessionClosing);
        }
        let (payer, asset, released) = (session.payer, session.asset, session.released());
        let coming_back: Vec<_> = session.coming_back(released).collect();
        let realm = self.realm_of_offer(session.offer());
        // A hold that was drawn to its cap stands until it is voided, too.
        self.books.void(id).map_err(from_books)?;
        for (back, _, at) in coming_back {
            self.take_back_spent((payer, asset), &realm, (back, at), stamp.now);
        }
        self.sessions.end(id, stamp.now);
        Ok(Effect::SessionEnded { released })
    }

    /// What a draw or reserve is priced by and what its voucher makes of the session.
    pub(super) fn priced(&self, id: CommandId, draw: &Draw, stamp: Stamp) -> Result<Priced, Rejection> {
        let session = self.sessions.find(id).ok_or(Rejection::SessionUnknown)?;
        if !session.is_open(stamp.now) {
            return Err(Rejection::SessionEnded);
        }
        let (accepted, chain) = match &draw.voucher {
            Some(voucher) => session.accept(voucher, stamp.now)?,
            None => (session.accepted, session.chain),
        };
        let version = match (session.versions.get(usize::from(draw.version)), draw.offer) {
            (Some(version), None) => *version,
            (None, Some(offer)) if usize::from(draw.version) == session.versions.len() => self.another_version(session, offer)?,
            _ => return Err(Rejection::Invalid("version")),
        };
        Ok(Priced { accepted, chain, version, rate: self.rate_of(version.offer)?, reserved: session.reserved(stamp.now) })
    }

    /// The row of a version that a session has not drawn by yet: of the same site's and payee's offers, in the same asset.
    fn another_version(&self, session: &Session, offer: OfferId) -> Result<DrawnBy, Rejection> {
        let known = |id: OfferId| self.versions.get(&id).map(|version| &version.offer).ok_or(Rejection::OfferUnknown);
        let (first, next) = (known(session.offer())?, known(offer)?);
        let (_, asset) = metered(&next.price)?;
        if asset != session.asset {
            return Err(Rejection::CurrencyMismatch);
        }
        let in_scope = first.payee == next.payee && first.unlock.realm() == next.unlock.realm();
        let is_new = session.versions.iter().all(|version| version.offer != offer);
        if !in_scope || !is_new || session.versions.len() >= MOST_VERSIONS {
            return Err(Rejection::Invalid("version"));
        }
        self.must_not_pay_itself(offer, session.payer)?;
        Ok(DrawnBy { offer, units: 0, drawn: Amount::ZERO, captured: Amount::ZERO })
    }

    /// An amount beside all that was drawn and what is reserved.
    pub(super) fn must_be_covered(&self, id: CommandId, (accepted, reserved): (Amount, Amount), amount: Amount) -> Result<(), Rejection> {
        let drawn = self.sessions.find(id).map_or(Amount::ZERO, |session| session.drawn);
        let needs = [drawn, reserved, amount].into_iter().try_fold(Amount::ZERO, Amount::checked_add);
        let needs = needs.ok_or(Rejection::Overflow)?;
        if needs > accepted { Err(Rejection::NotCovered { needs, accepted }) } else { Ok(()) }
    }

    fn rate_of(&self, offer: OfferId) -> Result<Rate, Rejection> {
        let version = self.versions.get(&offer).ok_or(Rejection::OfferUnknown)?;
        metered(&version.offer.price).map(|(rate, _)| rate)
    }

    pub(crate) fn realm_of_offer(&self, offer: OfferId) -> String {
        self.versions.get(&offer).map(|version| version.offer.unlock.realm().to_owned()).unwrap_or_default()
    }

    fn must_not_pay_itself(&self, offer: OfferId, payer: Party) -> Result<(), Rejection> {
        let offer = &self.versions.get(&offer).ok_or(Rejection::OfferUnknown)?.offer;
        offer.split.iter().try_for_each(|leg| {
            let (party, _) = self.beneficiary(offer, &leg.to)?;
            if party == payer { Err(Rejection::SelfPayment) } else { Ok(()) }
        })
    }
}

impl Session {
    fn opened(payer: Party, open: &OpenSession, stamp: Stamp) -> Session {
        let terms = open.terms;
        Session {
            payer,
            asset: open.asset,
            kind: terms.kind,
            voucher_key: terms.voucher_key,
            // What the opening authorises is where its chain begins.
            chain: Chain { base: open.first, step: terms.step, length: terms.length, tip: terms.anchor, ..Chain::default() },
            cap: open.cap,
            accepted: if terms.kind == SessionKind::Trusted { open.cap } else { open.first },
            drawn: Amount::ZERO,
            captured: Amount::ZERO,
            captures: 0,
            opened_at: stamp.now,
            place: stamp.place,
            until: open.until,
            drawn_at: stamp.now,
            waits_since: None,
            seqs: Seqs::default(),
            versions: vec![DrawnBy { offer: open.offer, units: 0, drawn: Amount::ZERO, captured: Amount::ZERO }],
            raises: Vec::new(),
            reserves: Vec::new(),
            aside: Vec::new(),
            watched: Watched::default(),
            told: 0,
            phase: Phase::Open,
        }
    }

    fn take_voucher(&mut self, draw: &Draw, priced: &Priced, now: Timestamp) {
        (self.accepted, self.chain) = (priced.accepted, priced.chain);
        self.seqs.enter(draw.seq, draw.print);
        self.reserves.retain(|reserve| now < reserve.until);
    }

    /// Reserves for a request what it can cost at most.
    pub(super) fn promise(&mut self, (draw, priced): (&Draw, &Priced), (amount, until): (Amount, Timestamp), now: Timestamp) {
        self.take_voucher(draw, priced, now);
        self.version_mut(draw.version, priced.version);
        self.reserves.push(Reserve { seq: draw.seq, part: 0, version: draw.version, units: draw.units, amount, until });
    }

    fn version_mut(&mut self, at: u8, row: DrawnBy) -> &mut DrawnBy {
        let at = usize::from(at);
        if at == self.versions.len() {
            self.versions.push(row);
        }
        self.versions.get_mut(at).expect("a version is one that was drawn by, or the next")
    }

    /// Enters what was drawn by a version, which now comes to `row`; the share of the cap that this crossed, 0 for none.
    pub(super) fn add_drawn(&mut self, (at, amount): (u8, Amount), row: DrawnBy, now: Timestamp) -> u8 {
        self.drawn = self.drawn.checked_add(amount).expect("drawn stays at or below the cap");
        *self.version_mut(at, row) = row;
        self.drawn_at = now;
        if !amount.is_zero() {
            self.waits_since = self.waits_since.or(Some(now));
        }
        let level = level(self.drawn, self.cap);
        let crossed = if level > self.told { level } else { 0 };
        self.told = self.told.max(level);
        crossed
    }
}

/// The price of a metered offer.
fn metered(price: &OfferPrice) -> Result<(Rate, Asset), Rejection> {
    match price {
        OfferPrice::Metered(metered) => Ok((metered.rate, metered.asset)),
        OfferPrice::Free | OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } => Err(Rejection::AmountInvalid),
    }
}

/// The highest of the [`LEVELS`] that `drawn` has reached.
fn level(drawn: Amount, cap: Amount) -> u8 {
    let share = |level: u8| u128::from(cap.units()).saturating_mul(u128::from(level));
    let reached = |level: &u8| u128::from(drawn.units()).saturating_mul(100) >= share(*level);
    LEVELS.into_iter().find(reached).unwrap_or(0)
}
