//! What clients send: commands of a small world with hot and cold people and pages.

mod coins;
mod meters;
mod promises;
mod streams;

use crate::model::{Bought, Model};
use crate::rng::Rng;
use crate::swarm::Action;
use market::{
    Asked, Beneficiary, Body, Call, Cause, Command, Consent, Fall, FallStep, Founding, Guard, GuardScope, Instance, LegRule, Maker,
    Metered, Offer, OfferPrice, Purchase, Rate, RefundReason, RefundRequest, RefundTerms, Selector, Signature, Tip, TopUp, Unit, Verdict,
    Video, Window,
};
use money::{Amount, Asset, CommandId, OfferId, Party, Share, Span, Timestamp};
use std::num::{NonZeroU8, NonZeroU64};

const PEOPLE: [&str; 14] = ["alice", "bob", "carol", "dora", "ann", "house", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"];
const HANDLES: [&str; 5] = ["house", "ann", "zoe", "bob", "ghost"];
const NEWS: &str = "news.example";
const TV: &str = "tv.example";
/// Name, realm and path patterns of the offers; some would claim each other's pages.
const OFFERS: [(&str, &str, [&str; 3]); 7] = [
    ("a", NEWS, ["/a/*", "/a/*", "/a/**"]),
    ("c", NEWS, ["/c/*", "/c/*", "/c/**"]),
    ("b", NEWS, ["/b/**", "/b/**", "/a/x"]),
    ("t", NEWS, ["/t/x", "/t/*", "/**"]),
    ("w", TV, ["/w/**", "/w/**", "/w/*"]),
    ("m", TV, ["/m/**", "/m/**", "/w/*"]),
    ("v", TV, ["/v/x", "/v/x", "/w/x"]),
];
const PAGES: [&str; 15] = [
    "news.example/a/x",
    "news.example/a/y",
    "tv.example/w/x",
    "news.example/b/1/2",
    "news.example/t/x",
    "tv.example/v/x",
    "news.example/a/1",
    "news.example/a/2",
    "news.example/a/3",
    "news.example/a/4",
    "news.example/b/5",
    "tv.example/w/6/7",
    "news.example/c/1",
    "tv.example/none",
    "other.example/a/x",
];

/// What a client looks at when it makes a command.
pub(crate) struct Client<'a> {
    pub rng: &'a mut Rng,
    pub model: &'a Model,
    pub sent: &'a [Command],
    pub now: Timestamp,
}

/// The first commands of every run: a founded instance with payees, an offer and some money.
pub(crate) fn beginning(rng: &mut Rng, now: Timestamp) -> Vec<Command> {
    let model = Model::default();
    let mut client = Client { rng, model: &model, sent: &[], now };
    let mut bodies = vec![client.found(), open("house", "house"), open("ann", "ann")];
    bodies.push(Body::SetOffer(Box::new(simple_offer("a", NEWS, "/a/*", 50_000))));
    bodies.push(Body::SetOffer(Box::new(Offer { price: metered(300, 1_000, "call"), ..simple_offer("c", NEWS, "/c/*", 1) })));
    bodies.push(Body::SetOffer(Box::new(Offer { price: metered(7, 2, "token"), ..simple_offer("m", TV, "/m/**", 1) })));
    bodies.push(Body::SetOffer(Box::new(Offer { price: metered(5, 2, "ms"), ..simple_offer("v", TV, "/v/**", 1) })));
    bodies.push(meters::first());
    bodies.push(Body::SetOffer(Box::new(simple_offer("w", TV, "/w/**", 30_000))));
    let money = |who: &str| TopUp { party: party(who), asset: asset("EUR"), amount: units(2_000_000), most: units(9_000_000) };
    bodies.extend(["alice", "bob", "carol"].map(|who| Body::TopUp(money(who))));
    bodies.into_iter().map(|body| client.fresh(body)).collect()
}

impl Client<'_> {
    /// A command for an action; one that needs an earlier command buys instead if there is none.
    pub fn command(&mut self, action: Action) -> Command {
        let earlier = self.earlier();
        match (action, earlier) {
            (Action::Again, Some(earlier)) => earlier,
            (Action::Edited, Some(earlier)) => self.edited(earlier),
            (Action::Again | Action::Edited, None) => self.command(Action::Buy),
            (Action::Promise, _) => {
                let body = self.promise();
                self.promised(body)
            }
            (Action::Use, _) => self.use_of(),
            (
                Action::OpenSession
                | Action::Draw
                | Action::Reserve
                | Action::Call
                | Action::Settle
                | Action::Watch
                | Action::Count
                | Action::SetAside
                | Action::Raise
                | Action::Capture
                | Action::EndSession,
                _,
            ) => self.session(action),
            (Action::CloseCoin, _) => self.coin_end(),
            (action, _) => {
                let body = self.body(action);
                self.fresh(body)
            }
        }
    }

    /// A command with a new id, whose own time is sometimes at the edges of what is taken.
    pub fn fresh(&mut self, body: Body) -> Command {
        let off = match self.rng.below(40) {
            0 => self.rng.pick(&[-600_001, -600_000, -599_999, 119_999, 120_000, 120_001]),
            1 => i64::try_from(self.rng.below(900_000)).unwrap_or(0).saturating_sub(650_000),
            _ => 0_i64.saturating_sub(i64::try_from(self.rng.below(3_000)).unwrap_or(0)),
        };
        let made = self.now.ms().saturating_add_signed(off);
        // A tip's maker is its payer, and months are those of their maker.
        let signed = matches!(body, Body::Tip(_) | Body::StateMonths(_)) && !self.rng.once_in(20);
        // That of a purchase under a standing challenge is the one it names.
        if let Body::Buy(purchase) = &body
            && purchase.is_under_standing()
            && !self.rng.once_in(20)
        {
            return Command { id: CommandId::new(made, self.rng.bytes()), maker: Maker::Party(purchase.payer), body };
        }
        let maker = if signed || self.rng.once_in(3) { Maker::Party(self.person()) } else { Maker::Instance };
        Command { id: CommandId::new(made, self.rng.bytes()), maker, body }
    }

    fn earlier(&mut self) -> Option<Command> {
        let recent = self.sent.len().saturating_sub(if self.rng.once_in(4) { 2_000 } else { 12 });
        let from = self.sent.get(recent..).unwrap_or_default();
        if from.is_empty() { None } else { Some(self.rng.pick(from)) }
    }

    fn edited(&mut self, mut earlier: Command) -> Command {
        let more = |amount: Amount| amount.checked_add(units(1)).unwrap_or(Amount::ZERO);
        if self.rng.once_in(3) {
            earlier.maker = if earlier.maker == Maker::Instance { Maker::Party(self.person()) } else { Maker::Instance };
            return earlier;
        }
        match &mut earlier.body {
            Body::Promise(purchase) if self.rng.once_in(2) => purchase.amount = more(purchase.amount),
            Body::Buy(purchase) if self.rng.once_in(2) => purchase.amount = more(purchase.amount),
            Body::Buy(purchase) => purchase.item = self.rng.pick(&PAGES).to_owned(),
            Body::TopUp(top_up) => top_up.amount = more(top_up.amount),
            Body::Tip(tip) => tip.amount = more(tip.amount),
            Body::Refund(RefundRequest { amount: Some(amount), .. }) => *amount = more(*amount),
            Body::OpenSession(open) => open.cap = more(open.cap),
            Body::RaiseSession(raise) => raise.additional = more(raise.additional),
            Body::SetAside(set) => set.units = set.units.wrapping_add(1),
            Body::Count(count) => count.print = count.print.wrapping_add(1),
            Body::ClaimCoin(claim) if self.rng.once_in(2) => claim.nonce[0] = claim.nonce[0].wrapping_add(1),
            Body::Draw(draw) | Body::Reserve(draw) | Body::Call(Call { draw, .. }) if self.rng.once_in(2) => {
                draw.print = draw.print.wrapping_add(1)
            }
            Body::Found(_)
            | Body::OpenPayee { .. }
            | Body::SetOffer(_)
            | Body::EndOffer { .. }
            | Body::Refund(_)
            | Body::SetGuard(_)
            | Body::StateMonths(_)
            | Body::Draw(_)
            | Body::Reserve(_)
            | Body::Call(_)
            | Body::Settle(_)
            | Body::CaptureSession { .. }
            | Body::EndSession(_)
            | Body::SetMeter(_)
            | Body::Promise(_)
            | Body::Use(_)
            | Body::ClaimCoin(_)
            | Body::CloseCoin(_)
            | Body::Watch(_) => {
                earlier.body = self.body(Action::Buy);
            }
        }
        earlier
    }

    fn body(&mut self, action: Action) -> Body {
        match action {
            Action::Found => self.found(),
            Action::OpenPayee => {
                let (handle, who) = self.rng.pick(&[("zoe", "zoe"), ("ann", "ann"), ("bob", "bob"), ("ann", "bob"), ("zoe", "p1")]);
                open(handle, who)
            }
            Action::SetOffer => Body::SetOffer(Box::new(self.offer())),
            Action::EndOffer => {
                let (name, realm, _) = self.rng.pick(&OFFERS);
                Body::EndOffer { realm: realm.to_owned(), name: name.to_owned() }
            }
            Action::TopUp => self.top_up(),
            Action::Undo => {
                let (sale, payer) = self.sale().map_or((CommandId([7; 16]), party("alice")), |sale| (sale.id, sale.payer));
                let payer = if self.rng.once_in(12) { self.person() } else { payer };
                Body::Refund(RefundRequest::whole(sale, RefundReason::Undo { payer }))
            }
            Action::Refund => {
                let sale = self.sale().map_or(CommandId([7; 16]), |sale| sale.id);
                let payee = party(self.rng.pick_hot(&HANDLES));
                let reason = self.rng.pick(&[RefundReason::Payee { payee }, RefundReason::Operator, RefundReason::OriginFailed]);
                Body::Refund(RefundRequest::whole(sale, reason))
            }
            Action::Part => self.part(),
            Action::SetGuard => self.guard(),
            Action::StateMonths => Body::StateMonths(self.months()),
            Action::Tip => self.tip(),
            Action::SetMeter => self.meter(),
            Action::Coin => self.coin(),
            Action::Malformed => self.malformed(),
            Action::Buy
            | Action::Promise
            | Action::Use
            | Action::Again
            | Action::Edited
            | Action::OpenSession
            | Action::Draw
            | Action::Reserve
            | Action::Call
            | Action::Settle
            | Action::Watch
            | Action::Count
            | Action::CloseCoin
            | Action::SetAside
            | Action::Raise
            | Action::Capture
            | Action::EndSession => {
                let (payer, item) = (self.person(), self.rng.pick_hot(&PAGES).to_owned());
                self.purchase(payer, item)
            }
        }
    }

    fn found(&mut self) -> Body {
        let key = if self.rng.once_in(2) { 1 } else { 2 };
        Body::Found(Founding { instance: Instance([key; 16]), root_key: [key; 32], receipt_key: [key; 32] })
    }

    fn offer(&mut self) -> Offer {
        let (name, realm, paths) = self.rng.pick_hot(&OFFERS);
        let path: &str = self.rng.pick(&paths);
        let unlock = Selector::new(realm, path).expect("the patterns above are well formed");
        let amount = units(self.rng.pick(&[50_000, 30_000, 80_000, 50_001, 7, 1, 0]));
        let asset = self.asset();
        let price = match self.rng.below(12) {
            _ if ["c", "m"].contains(&name) || self.rng.once_in(20) => {
                let (amount, per, unit) = self.rng.pick(&[
                    (300, 1_000, "call"),
                    (7, 2, "token"),
                    (5, 2, "ms"),
                    (9, 4, "ms"),
                    (600, 1_000, "call"),
                    (50, 1, "call"),
                    (0, 1, "call"),
                ]);
                metered(amount, per, unit)
            }
            0 => OfferPrice::Free,
            1..4 => OfferPrice::AtLeast { amount, asset },
            _ => OfferPrice::Fixed { amount, asset },
        };
        let mut split: Vec<LegRule> = (0..self.rng.below(4)).map(|_| self.leg()).collect();
        if self.rng.once_in(6) {
            // Legs that leave nothing for the rest, so that flooring has something to hand out.
            let first = u16::try_from(self.rng.below(5_000)).unwrap_or_default();
            let other = u16::try_from(self.rng.below(5_000)).unwrap_or_default();
            // Two equal ones lose the same by flooring: the earlier gets the unit.
            let second = if first.is_multiple_of(2) { first } else { other };
            let parts = [first, second, 10_000_u16.saturating_sub(first).saturating_sub(second)];
            let handles = ["ann", "house", "ann"];
            split = parts.iter().zip(handles).map(|(part, to)| part_of("part", to, *part)).collect();
        }
        split.push(LegRule { label: "rest".into(), to: Beneficiary::Owner, share: Share::Rest });
        let refund = RefundTerms { window: Span(self.rng.pick(&[600, 600, 3_600, 259_200, 0])), per_day: self.rng.pick(&[10, 2, 1, 0]) };
        let lasts = self.rng.pick(&[None, None, Some(Span(86_400)), Some(Span(3_600)), Some(Span(1))]);
        let payee = if self.rng.once_in(20) { self.rng.pick(&HANDLES) } else { "house" };
        let fall = self.fall(price);
        Offer { name: name.into(), payee: payee.into(), unlock, price, split, refund, lasts, fall, l402: None }
    }

    /// Now and then a fixed price falls, around now.
    fn fall(&mut self, price: OfferPrice) -> Option<Fall> {
        let OfferPrice::Fixed { amount, .. } = price else { return None };
        if !self.rng.once_in(4) {
            return None;
        }
        let starts =
            if self.rng.once_in(2) { self.now.before(Span(self.rng.below(7_200))) } else { self.now.after(Span(self.rng.below(3_600))) };
        let steps = (0..1_u64.saturating_add(self.rng.below(4))).map(|at| FallStep {
            after: Span(at.saturating_mul(1_800)),
            amount: units(amount.units().checked_shr(u32::try_from(at).unwrap_or(0)).unwrap_or_default()),
        });
        let (steps, lasts) = (steps.collect(), self.rng.pick(&[9_000, 9_000, 86_400, 1_000]));
        Some(Fall { starts, ends: starts.after(Span(lasts)), steps })
    }

    fn leg(&mut self) -> LegRule {
        let to = match self.rng.below(6) {
            0 => Beneficiary::Operator,
            1 => Beneficiary::Owner,
            2 => Beneficiary::Payee(self.rng.pick(&HANDLES).to_owned()),
            _ => Beneficiary::Payee("ann".to_owned()),
        };
        let share = match self.rng.below(6) {
            0 => Share::Fixed(units(self.rng.pick(&[1, 10_000, 49_000]))),
            1 => Share::BasisPoints(self.rng.pick(&[5_000, 10_000, 1])),
            _ => Share::BasisPoints(u16::try_from(self.rng.below(5_000)).unwrap_or(1)),
        };
        LegRule { label: "leg".into(), to, share }
    }

    /// A part of a sale: mostly one that fits, by who may give it.
    fn part(&mut self) -> Body {
        let sale = self.sale();
        let left = sale.as_ref().map_or(0, |sale| u64::try_from(sale.paid.saturating_sub(sale.returned)).unwrap_or(0));
        let amount = match self.rng.below(10) {
            0 => self.rng.pick(&[0, 1, left, left.saturating_add(1)]),
            1..4 => self.rng.below(7).saturating_add(1),
            _ => self.rng.below(left.saturating_add(1)),
        };
        let payer = sale.as_ref().map_or(party("alice"), |sale| sale.payer);
        let payee = party(self.rng.pick(&["house", "house", "house", "ann"]));
        let reason = match self.rng.below(20) {
            0 => RefundReason::Undo { payer },
            1 => RefundReason::OriginFailed,
            2..8 => RefundReason::Operator,
            _ => RefundReason::Payee { payee },
        };
        let amount = if self.rng.once_in(8) { None } else { Some(units(amount)) };
        Body::Refund(RefundRequest {
            sale: sale.map_or(CommandId([7; 16]), |sale| sale.id),
            reason,
            amount,
            cause: self.rng.pick(&Cause::ALL),
        })
    }

    fn top_up(&mut self) -> Body {
        let party = self.person();
        if self.rng.once_in(30) {
            return Body::TopUp(TopUp { party, asset: asset("XTS"), amount: Amount::MAX, most: Amount::MAX });
        }
        let amount = if self.rng.once_in(40) { Amount::ZERO } else { units(self.rng.below(3_000_000).saturating_add(1)) };
        Body::TopUp(TopUp { party, asset: self.asset(), amount, most: units(5_000_000) })
    }

    /// A purchase of a page: mostly under today's offer for about its price, sometimes under an old quote or a foreign id.
    pub fn purchase(&mut self, payer: Party, item: String) -> Body {
        let (realm, _) = item.split_once('/').unwrap_or((&item, ""));
        let here = |offer: &Offer| offer.unlock.realm() == realm && item.strip_prefix(realm).is_some_and(|path| offer.unlock.covers(path));
        let today = self.model.standing.iter().find(|offer| here(offer));
        let quoted = self.model.versions.iter().filter(|(_, offer)| here(offer));
        let quoted: Vec<&(OfferId, Offer)> =
            if self.rng.once_in(4) { quoted.collect() } else { quoted.filter(|(_, offer)| Some(offer) == today).collect() };
        let (offer, price) = match quoted.as_slice() {
            [] => match self.model.versions.as_slice() {
                [] => (OfferId([0; 32]), None),
                all => quote(&self.rng.pick(all)),
            },
            some => quote(self.rng.pick(some)),
        };
        let offer = if self.rng.once_in(100) { OfferId([9; 32]) } else { offer };
        let (least, asset) = price.unwrap_or((units(50_000), self.asset()));
        let amount = match self.rng.below(12) {
            0 => units(self.rng.pick(&[0, 1, 30_000, 49_999])),
            1..4 => least.checked_add(units(self.rng.below(40_000))).unwrap_or(least),
            _ => least,
        };
        let asset = if self.rng.once_in(60) { self.asset() } else { asset };
        let consent = match self.rng.below(6) {
            0 => self.signed(realm, None),
            1 => {
                let asked = Asked { method: "GET".to_owned(), target: "/a/x".to_owned() };
                self.signed(realm, Some(asked))
            }
            2 | 3 => Consent::OneClick,
            _ => Consent::Pressed,
        };
        Body::Buy(Purchase { payer, offer, item, amount, asset, consent })
    }

    fn signed(&mut self, realm: &str, asked: Option<Asked>) -> Consent {
        let (key, challenge) = (self.rng.bytes(), self.rng.bytes());
        let (digest, account) = (String::new(), String::new());
        Consent::Signed(Box::new(Signature {
            key,
            signature: self.rng.bytes(),
            challenge,
            retry: [0; 16],
            expires: self.now,
            asked,
            digest,
            account,
            realm: realm.into(),
        }))
    }

    fn tip(&mut self) -> Body {
        let payee = party(self.rng.pick_hot(&["house", "ann", "zoe", "bob", "alice"]));
        let amount = units(self.rng.pick(&[1, 10_000, 50_000, 0, 900_000]));
        Body::Tip(Tip { payee, asset: self.asset(), amount })
    }

    fn guard(&mut self) -> Body {
        let on = match self.rng.below(4) {
            0 => GuardScope::Site(NEWS.to_owned()),
            1 => GuardScope::Site(self.rng.pick(&[TV, "other.example"]).to_owned()),
            _ => GuardScope::All,
        };
        let window = self.rng.pick(&[Window::Day, Window::Month, Window::Month, Window::Each]);
        let verdict = self.rng.pick(&[Verdict::Deny, Verdict::Ask]);
        let most = self.rng.pick(&[None, Some(units(0)), Some(units(100_000)), Some(units(150_000)), Some(units(2_000_000))]);
        Body::SetGuard(Guard { party: self.person(), on, window, verdict, asset: self.asset(), most })
    }

    /// The months of some zone, from the running one on, few or many; sometimes such as nobody can state, or those of UTC again.
    fn months(&mut self) -> Vec<Timestamp> {
        const HOUR: u64 = 3_600_000_000;
        if self.rng.once_in(8) {
            return Vec::new();
        }
        let off = self.rng.pick(&[-14_i64, -9, -1, 0, 5, 11]);
        let moved = |at: Timestamp, hours: i64| {
            let by = hours.unsigned_abs().saturating_mul(HOUR);
            Timestamp(if hours < 0 { at.0.saturating_sub(by) } else { at.0.saturating_add(by) })
        };
        let first = moved(self.now, 0_i64.saturating_sub(off)).utc_month();
        let first = if self.rng.once_in(20) { first.saturating_add(1) } else { first };
        let count = self.rng.pick(&[2, 2, 3, 4, 25, 26, 1]);
        let mut starts: Vec<Timestamp> =
            (first..first.saturating_add(count)).map(|month| moved(Timestamp::of_utc_month(month), off)).collect();
        if self.rng.once_in(10)
            && let Some(last) = starts.last_mut()
        {
            *last = moved(*last, self.rng.pick(&[-96, -48, 24, 48]));
        }
        starts
    }

    fn malformed(&mut self) -> Body {
        match self.rng.below(6) {
            0 => open("Capital", "zoe"),
            1 => Body::EndOffer { realm: String::new(), name: "a".into() },
            2 => Body::EndOffer { realm: NEWS.into(), name: "x".repeat(70_000) },
            3 => Body::SetGuard(Guard {
                party: self.person(),
                on: GuardScope::Site(String::new()),
                window: Window::Day,
                verdict: Verdict::Deny,
                asset: asset("EUR"),
                most: None,
            }),
            4 => {
                let payer = self.person();
                self.purchase(payer, format!("{NEWS}/a/{}", "x".repeat(600)))
            }
            _ => {
                let mut offer = self.offer();
                offer.name = String::new();
                Body::SetOffer(Box::new(offer))
            }
        }
    }

    fn sale(&mut self) -> Option<Bought> {
        let all = &self.model.bought;
        let recent = all.len().saturating_sub(if self.rng.once_in(5) { 1_000 } else { 8 });
        let from = all.get(recent..).unwrap_or_default();
        if from.is_empty() || self.rng.once_in(50) { None } else { Some(self.rng.pick(from)) }
    }

    pub fn person(&mut self) -> Party {
        party(self.rng.pick_hot(&PEOPLE))
    }

    fn asset(&mut self) -> Asset {
        asset(if self.rng.once_in(12) { "USD" } else { "EUR" })
    }
}

/// A version's id and the price it quotes.
fn quote((id, offer): &(OfferId, Offer)) -> (OfferId, Option<(Amount, Asset)>) {
    (*id, offer.price.least())
}

fn open(handle: &str, who: &str) -> Body {
    Body::OpenPayee { handle: handle.to_owned(), party: party(who) }
}

fn metered(amount: u64, per: u64, unit: &str) -> OfferPrice {
    let rate = Rate { amount: units(amount), per: NonZeroU64::new(per).expect("above zero") };
    let video = (unit == "ms").then_some(Video { hold: units(1_000), idle: Span(900), devices: (per == 4).then_some(NonZeroU8::MIN) });
    OfferPrice::Metered(Metered { rate, asset: asset("EUR"), unit: Unit::parse(unit).expect("a word"), most: 1_000, video })
}

fn simple_offer(name: &str, realm: &str, path: &str, price: u64) -> Offer {
    let writer = part_of("writer", "ann", 7_000);
    let house = LegRule { label: "house".into(), to: Beneficiary::Owner, share: Share::Rest };
    let unlock = Selector::new(realm, path).expect("the patterns above are well formed");
    let price = OfferPrice::Fixed { amount: units(price), asset: asset("EUR") };
    let refund = RefundTerms { window: Span(600), per_day: 10 };
    Offer {
        name: name.into(),
        payee: "house".into(),
        unlock,
        price,
        split: vec![writer, house],
        refund,
        lasts: None,
        fall: None,
        l402: None,
    }
}

fn part_of(label: &str, to: &str, points: u16) -> LegRule {
    LegRule { label: label.into(), to: Beneficiary::Payee(to.into()), share: Share::BasisPoints(points) }
}

/// Somebody's wallet, to look at.
pub(crate) fn wallet(rng: &mut Rng) -> crate::model::Purse {
    (party(rng.pick_hot(&PEOPLE)), asset(if rng.once_in(12) { "USD" } else { "EUR" }), "funded")
}

/// The 20 bytes of a name.
pub(crate) fn party(name: &str) -> Party {
    let mut bytes = [0; 20];
    bytes.iter_mut().zip(name.bytes()).for_each(|(to, from)| *to = from);
    Party(bytes)
}

pub(crate) fn asset(iso: &str) -> Asset {
    Asset::fiat(iso).expect("three letters")
}

pub(crate) fn units(units: u64) -> Amount {
    Amount::new(units).expect("the amounts of the simulated world are small")
}
