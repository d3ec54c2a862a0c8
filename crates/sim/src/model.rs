//! The oracle: a naive market in another style. Balances by name, lists that only grow, everything found by looking
//! through all of it; the rules written down a second time from the design, not from the code.
#![allow(clippy::arithmetic_side_effects, reason = "an i128 holds every sum of 64-bit figures of a run; the oracle is written plainly")]

pub(crate) mod buying;
mod coins;
mod meters;
mod months;
mod plain;
mod promising;
mod streaming;

use crate::words::Answer;
use market::{
    Beneficiary, Body, Cause, Command, Consent, EndReason, Guard, GuardScope, Maker, Offer, OfferPrice, Purchase, RefundReason, TopUp, Use,
};
use money::{Asset, CommandId, OfferId, Party, Timestamp};
use plain::{covers, divide, witnesses};
pub(crate) use promising::{Promising, cost};
use std::collections::BTreeMap;
pub(crate) use streaming::{Fact, Figures, Stream};

/// A day in microseconds.
pub(crate) const DAY: u64 = 86_400_000_000;
const MOST: i128 = 9_223_372_036_854_775_807;

/// Whose, of what, and which kind: `funded`, `earned`, `fee` or `rail`.
pub(crate) type Purse = (Party, Asset, &'static str);

/// Everything the oracle knows.
#[derive(Clone, Default, Debug)]
pub struct Model {
    founding: Option<market::Founding>,
    payees: Vec<(String, Party)>,
    pub(crate) versions: Vec<(OfferId, Offer)>,
    pub(crate) standing: Vec<Offer>,
    pub(crate) money: BTreeMap<Purse, i128>,
    pub(crate) bought: Vec<Bought>,
    pub(crate) streams: Vec<Stream>,
    guards: Vec<Limit>,
    said: Vec<months::Said>,
    /// Counts what happens to sessions and guards.
    tick: u64,
    tipped: Vec<Tipped>,
    meters: Vec<meters::Meter>,
    pub(crate) events: Vec<meters::Event>,
    promises: Vec<Promising>,
    pub(crate) coins: Vec<coins::Coin>,
    used: Vec<Used>,
}

/// A guard, and since when it has been counting.
#[derive(Clone, Debug)]
struct Limit {
    guard: Guard,
    since: u64,
}

/// A tip: who gave whom how much when.
#[derive(Clone, Debug)]
struct Tipped {
    payer: Party,
    payee: Party,
    asset: Asset,
    amount: i128,
    at: u64,
}

/// A purchase and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Bought {
    pub id: CommandId,
    pub payer: Party,
    pub page: String,
    pub offer: Offer,
    pub paid: i128,
    pub asset: Asset,
    pub at: u64,
    pub parts: Vec<(Purse, i128)>,
    /// What of it the payer has had back.
    pub returned: i128,
    pub back: Option<Back>,
}

/// How a purchase was taken back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Back {
    pub at: u64,
    pub by_payer: bool,
}

#[derive(Clone, Debug)]
struct Used {
    id: CommandId,
    maker: Maker,
    body: Body,
    answer: Answer,
}

impl Model {
    /// What the market must answer now; the model does it, too.
    pub(crate) fn tell(&mut self, command: &Command, now: Timestamp) -> Answer {
        if is_step(&command.body) {
            // Named by its session and its number there: no time of its own, and remembered by nobody else.
            if command.maker != Maker::Instance || !well_formed(&command.body) {
                return Answer::no("Invalid");
            }
            let told = if let Body::CloseCoin(ending) = command.body {
                self.close_coin(command.id, ending, now.0)
            } else if let Body::Use(used) = &command.body {
                self.use_promise(command.id, used, now.0)
            } else {
                self.step(command, now.0)
            };
            return match told {
                Ok((outcome, what, figure)) => Answer { outcome, what, figure },
                Err((what, figure)) => Answer { outcome: "Rejected", what, figure },
            };
        }
        let made = u128::from(command.id.ms()) * 1_000;
        if made + 600_000_000 < u128::from(now.0) {
            return Answer::no("IdTooOld");
        }
        if made > u128::from(now.0) + 120_000_000 {
            return Answer::no("IdTooNew");
        }
        if let Some(used) = self.used.iter().rev().find(|used| used.id == command.id && used.maker == command.maker) {
            let same = used.body == command.body;
            return if same { Answer { outcome: "Replayed", ..used.answer } } else { Answer::no("IdReused") };
        }
        let by_a_party =
            matches!(command.body, Body::Tip(_) | Body::StateMonths(_) | Body::OpenSession(_) | Body::RaiseSession(_) | Body::SetAside(_));
        let ours = matches!(command.body, Body::ClaimCoin(_) | Body::Promise(_)) && command.maker != Maker::Instance;
        let nobody = ours || by_a_party && command.maker == Maker::Instance;
        let other = matches!(&command.body, Body::Buy(purchase) if asks(purchase) && command.maker != Maker::Party(purchase.payer));
        if nobody || other || !well_formed(&command.body) {
            return Answer::no("Invalid");
        }
        let (outcome, what, figure) = match self.act(command, now.0) {
            Ok(answer) => answer,
            Err((what, figure)) => return Answer { outcome: "Rejected", what, figure },
        };
        let answer = Answer { outcome, what, figure };
        if outcome == "Applied" {
            self.used.push(Used { id: command.id, maker: command.maker, body: command.body.clone(), answer });
        }
        answer
    }

    fn act(&mut self, command: &Command, now: u64) -> Act {
        match &command.body {
            Body::Found(founding) => match &self.founding {
                Some(other) if other == founding => Ok(("Standing", "Founded", 0)),
                Some(_) => no("AlreadyFounded"),
                None => {
                    self.founding = Some(founding.clone());
                    Ok(("Applied", "Founded", 0))
                }
            },
            Body::OpenPayee { handle, party } => match self.payee(handle) {
                Some(owner) if owner == *party => Ok(("Standing", "PayeeOpened", 0)),
                Some(_) => no("HandleTaken"),
                None => {
                    self.payees.push((handle.clone(), *party));
                    Ok(("Applied", "PayeeOpened", 0))
                }
            },
            Body::SetOffer(offer) => self.set_offer(offer),
            Body::EndOffer { realm, name } => {
                let before = self.standing.len();
                self.standing.retain(|offer| offer.unlock.realm() != realm || offer.name != *name);
                if self.standing.len() == before { no("OfferUnknown") } else { Ok(("Applied", "OfferEnded", 0)) }
            }
            Body::TopUp(top_up) => self.top_up(top_up),
            Body::Buy(purchase) => self.buy(command.id, purchase, now),
            Body::Promise(purchase) => self.promise(command.id, purchase, now),
            Body::Refund(request) => self.take_back(request, now),
            Body::OpenSession(open) => self.open_stream(command.id, command.maker, open, now),
            Body::RaiseSession(raise) => self.raise_stream(command.maker, raise, now),
            Body::Draw(_)
            | Body::Reserve(_)
            | Body::Call(_)
            | Body::Settle(_)
            | Body::CaptureSession { .. }
            | Body::EndSession(_)
            | Body::Watch(_)
            | Body::Use(_)
            | Body::CloseCoin(_)
            | Body::Count(_) => {
                unreachable!("steps are told before")
            }
            Body::ClaimCoin(claim) => self.claim_coin(command.id, claim, now),
            Body::SetMeter(set) => self.set_meter(set, now),
            Body::SetAside(set) => self.put_aside((command.id, command.maker), set, now),
            Body::Tip(tip) => match command.maker {
                Maker::Party(payer) => self.give(payer, tip, now),
                Maker::Instance => no("Invalid"),
            },
            Body::StateMonths(starts) => match command.maker {
                Maker::Party(party) => self.say_months(party, starts, now),
                Maker::Instance => no("Invalid"),
            },
            Body::SetGuard(guard) => {
                let same = |Limit { guard: old, .. }: &Limit| {
                    (old.party, &old.on, old.window, old.asset, old.verdict)
                        == (guard.party, &guard.on, guard.window, guard.asset, guard.verdict)
                };
                self.tick += 1;
                let known = self.guards.iter().find(|old| same(old) && old.guard.most.is_some()).map(|old| old.since);
                self.guards.retain(|old| !same(old));
                self.guards.push(Limit { guard: guard.clone(), since: known.unwrap_or(self.tick) });
                Ok(("Applied", "GuardSet", 0))
            }
        }
    }

    fn set_offer(&mut self, offer: &Offer) -> Act {
        if self.standing.contains(offer) {
            return Ok(("Standing", "OfferSet", 0));
        }
        let named = |leg: &market::LegRule| match &leg.to {
            Beneficiary::Payee(handle) => self.payee(handle).is_some(),
            Beneficiary::Owner | Beneficiary::Operator => true,
        };
        if self.payee(&offer.payee).is_none() || !offer.split.iter().all(named) {
            return no("PayeeUnknown");
        }
        let both = |other: &Offer| {
            let pages = witnesses(offer.unlock.path()).into_iter().chain(witnesses(other.unlock.path()));
            pages.into_iter().any(|page| covers(offer.unlock.path(), &page) && covers(other.unlock.path(), &page))
        };
        let beside = |other: &&Offer| other.unlock.realm() == offer.unlock.realm() && other.name != offer.name;
        if self.standing.iter().filter(beside).any(both) {
            return no("SelectorOverlap");
        }
        let lowest = offer.fall.as_ref().and_then(|fall| fall.steps.iter().map(|step| step.amount).min());
        if let Some(least) = lowest.or(offer.price.least().map(|(least, _)| least))
            && (least.is_zero() || divide(i128::from(least.units()), offer).is_none())
        {
            return no("AmountInvalid");
        }
        let fixed = |leg: &market::LegRule| matches!(leg.share, money::Share::Fixed(_));
        if matches!(offer.price, OfferPrice::Metered(_)) && offer.split.iter().any(fixed) {
            return no("AmountInvalid");
        }
        self.standing.retain(|other| other.unlock.realm() != offer.unlock.realm() || other.name != offer.name);
        self.standing.push(offer.clone());
        if !self.versions.iter().any(|(_, other)| other == offer) {
            self.versions.push((offer.id(), offer.clone()));
        }
        Ok(("Applied", "OfferSet", 0))
    }

    fn top_up(&mut self, top_up: &TopUp) -> Act {
        let TopUp { party, asset, amount, most } = *top_up;
        let (amount, most) = (i128::from(amount.units()), i128::from(most.units()));
        if amount == 0 {
            return no("AmountInvalid");
        }
        let after = self.has((party, asset, "funded")) + amount;
        if after > MOST {
            return no("Overflow");
        }
        if after > most {
            return Err(("WalletFull", most));
        }
        let rail = (market::PLAY_RAIL, asset, "rail");
        if self.has(rail) - amount < -MOST - 1 {
            return no("Overflow");
        }
        self.add((party, asset, "funded"), amount);
        self.add(rail, -amount);
        Ok(("Applied", "ToppedUp", amount))
    }

    pub(crate) fn has(&self, purse: Purse) -> i128 {
        self.money.get(&purse).copied().unwrap_or(0)
    }

    fn add(&mut self, purse: Purse, amount: i128) {
        *self.money.entry(purse).or_insert(0) += amount;
    }

    fn payee(&self, handle: &str) -> Option<Party> {
        self.payees.iter().find(|(of, _)| of == handle).map(|(_, party)| *party)
    }

    /// What each payee and the operator hold, and how much of it stays: it came as tips, or for what sessions delivered.
    pub(crate) fn earned(&self) -> Vec<(Purse, i128, i128)> {
        let earners = self.money.iter().filter(|((_, _, kind), _)| ["earned", "fee"].contains(kind));
        let tips = |(party, asset, kind): Purse| {
            let own = self.tipped.iter().filter(|tip| kind == "earned" && tip.payee == party && tip.asset == asset);
            own.map(|tip| tip.amount).sum::<i128>() + self.captured_by((party, asset, kind))
        };
        earners.map(|(purse, is)| (*purse, *is, tips(*purse))).collect()
    }

    /// The live purchase that gives a payer a page now.
    pub(crate) fn owned(&self, payer: Party, page: &str, now: u64) -> Option<&Bought> {
        self.bought.iter().find(|sale| {
            let lasts = sale.offer.lasts.is_none_or(|span| u128::from(now) < u128::from(sale.at) + u128::from(span.0) * 1_000_000);
            sale.payer == payer && sale.page == page && sale.back.is_none() && lasts
        })
    }
}

/// Outcome, what was done and the figure; or what was refused and its figure.
type Act = Result<(&'static str, &'static str, i128), (&'static str, i128)>;

fn no(what: &'static str) -> Act {
    Err((what, 0))
}

/// True if the purchase says which request was signed: then its maker is its payer, and its amount only the most that it may cost.
fn asks(purchase: &Purchase) -> bool {
    match &purchase.consent {
        Consent::Signed(signature) => signature.asked.is_some(),
        Consent::Pressed | Consent::OneClick => false,
    }
}

/// True for what names a session and a number there.
fn is_step(body: &Body) -> bool {
    match body {
        Body::Draw(_)
        | Body::Reserve(_)
        | Body::Call(_)
        | Body::Settle(_)
        | Body::CaptureSession { .. }
        | Body::EndSession(_)
        | Body::Watch(_)
        | Body::Use(_)
        | Body::CloseCoin(_)
        | Body::Count(_) => true,
        Body::Found(_)
        | Body::OpenPayee { .. }
        | Body::SetOffer(_)
        | Body::EndOffer { .. }
        | Body::TopUp(_)
        | Body::Buy(_)
        | Body::Promise(_)
        | Body::Refund(_)
        | Body::SetGuard(_)
        | Body::StateMonths(_)
        | Body::Tip(_)
        | Body::SetMeter(_)
        | Body::ClaimCoin(_)
        | Body::SetAside(_)
        | Body::OpenSession(_)
        | Body::RaiseSession(_) => false,
    }
}

/// A purchase up to an amount answers a challenge of its own.
fn promised_well(purchase: &Purchase) -> bool {
    purchase.signature().is_some() && !asks(purchase) && !purchase.is_settlement() && well_formed(&Body::Buy(purchase.clone()))
}

/// Every text and list has its form.
fn well_formed(body: &Body) -> bool {
    let short = |text: &str, most: usize| !text.is_empty() && text.len() <= most;
    let readable = |text: &str| short(text, 64) && !text.contains(|c: char| c.is_control());
    match body {
        Body::Found(_) | Body::TopUp(_) | Body::Tip(_) => true,
        Body::StateMonths(starts) => months::well_formed(starts),
        Body::Refund(request) => {
            let by_seller = matches!(request.reason, RefundReason::Payee { .. } | RefundReason::Operator);
            by_seller || (request.amount.is_none() && request.cause == Cause::Unsaid)
        }
        Body::Draw(_) | Body::Reserve(_) | Body::Call(_) | Body::Settle(_) | Body::CaptureSession { .. } => true,
        Body::Watch(watch) => watch.piece.from < watch.piece.to,
        Body::Count(count) => i128::from(count.units) <= MOST,
        Body::ClaimCoin(claim) => claim.coin.decimals <= 18,
        Body::CloseCoin(_) => true,
        Body::SetAside(set) => set.units > 0 && set.lasts.0 > 0 && set.lasts.0 < 601,
        Body::SetMeter(set) => set.late.0 >= 60 && set.late.0 <= 604_800,
        Body::OpenSession(open) => open.proof.as_ref().is_none_or(|proof| proof.scope.len() < 513),
        Body::RaiseSession(raise) => raise.proof.as_ref().is_none_or(|proof| proof.scope.len() < 513),
        Body::EndSession(end) => match &end.reason {
            EndReason::Payer { proof, .. } => proof.scope.len() < 513,
            EndReason::Pressed { .. } | EndReason::Idle | EndReason::Expired | EndReason::Operator => true,
        },
        Body::OpenPayee { handle, .. } => {
            let letters = handle.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'));
            letters && handle.len() > 1 && handle.len() < 33 && !["self", "operator"].contains(&handle.as_str())
        }
        Body::SetOffer(offer) => {
            let legs = offer.split.iter().all(|leg| readable(&leg.label));
            let falls = |fall: &market::Fall| {
                let down = fall.steps.windows(2).all(|pair| matches!(pair, [a, b] if a.after < b.after && a.amount > b.amount));
                let priced =
                    matches!(offer.price, OfferPrice::Fixed { amount, .. } if fall.steps.first().is_some_and(|step| step.amount == amount));
                let last = fall.steps.last().is_some_and(|step| step.amount.units() > 0 && fall.starts.after(step.after) < fall.ends);
                down && priced && last && fall.steps.first().is_some_and(|step| step.after.0 == 0)
            };
            readable(&offer.name)
                && legs
                && offer.split.len() < 17
                && offer.lasts.is_none_or(|span| span.0 > 0)
                && offer.fall.as_ref().is_none_or(falls)
        }
        Body::EndOffer { realm, name } => short(realm, 253) && readable(name),
        Body::Promise(purchase) => promised_well(purchase),
        Body::Use(used) => match used.as_ref() {
            Use::Nothing => true,
            Use::Delivered { purchase, units } => promised_well(purchase) && *units > 0 && i128::from(*units) <= MOST,
        },
        Body::Buy(purchase) => {
            let visible = purchase.item.chars().all(|c| ('!'..='~').contains(&c));
            let signed = match &purchase.consent {
                Consent::Pressed | Consent::OneClick => true,
                Consent::Signed(signature)
                    if signature.asked.as_ref().is_some_and(|asked| asked.method.len().max(asked.target.len()) > 512) =>
                {
                    false
                }
                Consent::Signed(signature) => [&signature.digest, &signature.account, &signature.realm].iter().all(|text| text.len() < 513),
            };
            visible && purchase.item.contains('/') && short(&purchase.item, 512) && signed
        }
        Body::SetGuard(guard) => match &guard.on {
            GuardScope::All => true,
            GuardScope::Site(realm) => short(realm, 253),
        },
    }
}
