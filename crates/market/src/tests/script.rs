//! The script language: time, an id, a verb and its words.
//!
//! `@2026-11-22T10:00:00Z` or `+10m` before a command moves the clock, alone too. Then an id: a label that keeps its
//! bytes, so that the same label is a retry; `_` is a fresh one; `S1/bob` is bob's id, not the instance's.
//!
//! `V1 offer NAME /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest window 10m lasts 24h per-day 10` (V1 then names
//! the version; a path may name another site, `tv.example/w/*`) · `_ end NAME` · `_ topup alice 5.00 EUR most 100` · `S1 buy alice V1 /a/x 0.05 EUR signed` (or `oneclick`, or
//! `standing` with the payer as maker: `S1/alice buy …`) ·
//! `T1/alice tip ann 0.05 EUR` · `P1 promise alice V1 /t/x 0.0035 EUR`, then `P1 use 12` (`use 12 P2` says it with the purchase of another) or `P1 use nothing` ·
//! `U1 undo S1 alice` · `R1 refund S1 payee house 0.02 mistake` (part and cause; `all` says no amount) · `_ guard alice day 0.10 EUR site news.example asks` · `_ open ann bob`
//! · `M1/alice months 2026-11 -9h 3` (three first instants from that month on, nine hours before UTC's; `months none`)
//! · `S9 made -10m` gives a label an own time.
//!
//! Sessions: `V1 offer calls /api/* metered 0.0003 EUR 1000 call` · `S1/alice session V1 1.00 EUR first 0.01 until 24h chain 0.0001x100`
//! (or `signed`, `trusted`, with `pressed` and no proof) · `S1 draw 1 for 3 signed 0.05` (or `link 0:5`, `checkpoint 0.05 0.0001x100`; `print 7` makes it another
//! request, `as 1 V2` prices it by another version) · `S1 reserve 2 for 100` · `S1 settle 2 0 for 40 again 100` · `R1/alice raise S1
//! 0.50 EUR signed` · `_ meter house token 1h` · `S1 event e1 -10m for 3` (`says 2` is another content, `as 1` another version, `of A1` names what `A1/house aside S1 for 5 until 60s` set aside) · `S1 capture 1` · `S1 finish payer` (or `pressed alice`, `idle`, `expired`, `operator`).

use super::words::{Seen, answer, party, standing};
use crate::session::DrawnBy;
use crate::*;
use ledger::Class;
use money::{Amount, Asset, CommandId, OfferId, Price, Share, Span, Timestamp};
use std::collections::BTreeMap;

pub const REALM: &str = "news.example";

/// A market under a script, with the journal that it would have.
pub struct Run {
    pub state: State,
    pub now: Timestamp,
    pub labels: BTreeMap<String, CommandId>,
    pub offers: BTreeMap<String, OfferId>,
    /// Purchases that were promised, by label.
    pub promised: BTreeMap<String, Purchase>,
    pub journal: Vec<(Stamp, Vec<u8>)>,
    pub seen: Seen,
    fresh: u64,
}

impl Run {
    pub fn new() -> Run {
        Run {
            state: State::default(),
            now: Timestamp::parse("2026-11-22T10:00:00Z").unwrap(),
            labels: BTreeMap::new(),
            offers: BTreeMap::new(),
            promised: BTreeMap::new(),
            journal: Vec::new(),
            seen: Seen::default(),
            fresh: 0,
        }
    }

    /// Founded, with the payees `ann` and `house`.
    pub fn begun() -> Run {
        let mut run = Run::new();
        for line in ["_ found 1", "_ open ann ann", "_ open house house"] {
            run.line(line);
        }
        run
    }

    /// Runs one line; empty if it only moved the clock.
    pub fn line(&mut self, line: &str) -> String {
        let mut words = line.split_whitespace().peekable();
        if let Some(time) = words.next_if(|word| word.starts_with(['@', '+'])) {
            self.now = match time.strip_prefix('@') {
                Some(at) => Timestamp::parse(at).unwrap(),
                None => self.now.after(Span::parse(&time[1..]).unwrap()),
            };
        }
        let Some(label) = words.next() else { return String::new() };
        let words: Vec<&str> = words.collect();
        if let ["made", ago] = words.as_slice() {
            let span = Span::parse(&ago[1..]).unwrap();
            let at = if ago.starts_with('-') { self.now.before(span) } else { self.now.after(span) };
            self.labels.insert(label.to_owned(), labelled(at, label));
            return String::new();
        }
        let body = self.body(label, &words);
        let (label, maker) = match label.split_once('/') {
            Some((label, maker)) => (label, Maker::Party(party(maker))),
            None => (label, Maker::Instance),
        };
        let id = self.id(label);
        let outcome = self.tell(&Command { id, maker, body });
        answer(&outcome, &self.labels)
    }

    /// Applies a command and asserts what holds after each one, whatever it was.
    pub fn tell(&mut self, command: &Command) -> Outcome {
        let place = Place { frame: u64::try_from(self.journal.len()).unwrap() + 1, record: 0 };
        let stamp = Stamp { now: self.now, place };
        let before = self.state.clone();
        let outcome = self.state.apply(command, stamp);
        self.seen.note(&outcome);
        match &outcome {
            Outcome::Applied(applied) => {
                let mut bytes = Vec::new();
                Record::encode(command, applied, Layout::Two, &mut bytes);
                let record = Record { command: command.clone(), applied: applied.clone() };
                assert_eq!(Record::decode(Layout::Two, &bytes), Ok(record), "a record is read back as it was written");
                self.journal.push((stamp, bytes));
            }
            Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(_) => {
                assert!(self.state == before, "{outcome:?} changes nothing");
            }
        }
        self.assert_holds();
        outcome
    }

    fn assert_holds(&self) {
        let state = &self.state;
        assert!(state.books().sums().values().all(|sum| *sum == 0), "the books sum to zero");
        for account in state.books().accounts() {
            assert!(!account.key.class.has_floor() || account.posted >= account.held.credit(), "held <= posted: {account:?}");
            let of_people = matches!(account.key.class, Class::Funded | Class::EarnedPending);
            assert_eq!(account.key.lot.is_some(), of_people, "what people have came from a top-up: {account:?}");
        }
        for (id, sale) in state.sales() {
            let capture = state.books().capture_of(id).expect("each sale has its capture");
            let paid = capture.legs().iter().find(|leg| leg.amount < 0).unwrap();
            assert_eq!(paid.amount, sale.charged.debit(), "the payer's leg is what was charged");
            assert_eq!(paid.refunded, sale.returned, "the payer has back what the sale says");
            assert_eq!(sale.is_live(), sale.returned < sale.charged, "what went back whole is taken back, and nothing else");
            let got: Vec<u64> = capture.legs().iter().filter(|leg| leg.amount > 0).map(|leg| leg.amount.unsigned_abs()).collect();
            let back = capture.legs().iter().filter(|leg| leg.amount > 0).map(|leg| leg.refunded.units());
            assert!(back.eq(ledger::reversed(&got, sale.returned.units())), "each leg has given back what follows from the sum alone");
            let legs = state.legs_of(sale).iter().fold(Amount::ZERO, |sum, leg| sum.checked_add(leg.amount).unwrap());
            assert_eq!(legs, sale.charged, "the legs on the receipt sum to the charge");
        }
        for (id, promised) in state.all_promised() {
            let hold = state.books().holds().find(|(of, _)| **of == id).map(|(_, hold)| (hold.cap, hold.drawn));
            assert_eq!(hold, Some((promised.most, Amount::ZERO)), "the most is held until it is used");
            assert!(state.sale(id).is_none(), "nothing is sold before it is used");
        }
        for (id, session) in state.sessions() {
            let reserved = session.drawn.checked_add(session.reserved(self.now)).unwrap();
            assert!(session.captured <= session.drawn && reserved <= session.accepted && session.accepted <= session.cap, "{session:?}");
            let of_versions = |of: fn(&DrawnBy) -> Amount| {
                session.versions.iter().map(of).fold(Amount::ZERO, |sum, amount| sum.checked_add(amount).unwrap())
            };
            assert_eq!((of_versions(|by| by.drawn), of_versions(|by| by.captured)), (session.drawn, session.captured));
            let hold = state.books().holds().find(|(of, _)| **of == id).map(|(_, hold)| (hold.cap, hold.drawn));
            let over = matches!(session.phase, Phase::Ended { .. });
            assert_eq!(hold, (!over).then_some((session.cap, session.captured)), "a hold stands while its session does");
            for version in &session.versions {
                let OfferPrice::Metered(metered) = state.offer(version.offer).unwrap().offer.price else { panic!("it is metered") };
                assert_eq!(metered.rate.of(version.units), Some(version.drawn), "what is drawn is the cumulative floor");
            }
        }
        for (_, sale) in state.sales() {
            let (payer, item) = (sale.payer, &*sale.item);
            let last =
                state.sales().filter(|(_, other)| other.payer == payer && &*other.item == item && other.until != Some(other.at)).last();
            let owned = state.sales.owned(&state.key, payer, item).map(|row| row.id);
            let should = last.filter(|(_, sale)| sale.is_live()).map(|(id, _)| id);
            assert_eq!(owned, should, "a page is owned by its payer's last sale of it, if that was not taken back");
        }
    }

    /// Replays the journal: the same outcomes, the same state.
    pub fn assert_replays(&self) {
        let mut replica = State::default();
        for (stamp, bytes) in &self.journal {
            let Record { command, applied } = Record::decode(Layout::Two, bytes).unwrap();
            assert_eq!(replica.apply(&command, *stamp), Outcome::Applied(applied));
        }
        assert!(replica == self.state, "replay(journal) = state");
    }

    /// Balances, sales and what is owned.
    pub fn standing(&self) -> String {
        standing(&self.state, &self.labels, self.now)
    }

    fn id(&mut self, label: &str) -> CommandId {
        if label == "_" {
            self.fresh += 1;
            return labelled(self.now, &format!("_{}", self.fresh));
        }
        let now = self.now;
        *self.labels.entry(label.to_owned()).or_insert_with(|| labelled(now, label))
    }

    fn body(&mut self, label: &str, words: &[&str]) -> Body {
        match words {
            ["found", key] => {
                let key = key.parse().unwrap();
                Body::Found(Founding { instance: Instance([key; 16]), root_key: [key; 32], receipt_key: [key; 32] })
            }
            ["open", handle, who] => Body::OpenPayee { handle: (*handle).to_owned(), party: party(who) },
            ["offer", name, path, terms @ ..] => {
                let offer = offer(name, path, terms);
                self.offers.insert(label.to_owned(), offer.id());
                Body::SetOffer(Box::new(offer))
            }
            ["end", name] => Body::EndOffer { realm: REALM.into(), name: (*name).to_owned() },
            ["topup", who, amount, iso] => self.body(label, &["topup", who, amount, iso, "most", "9223372036854.775807"]),
            ["topup", who, amount, iso, "most", most] => {
                let Price { amount, asset } = price(amount, iso);
                Body::TopUp(TopUp { party: party(who), asset, amount, most: price(most, iso).amount })
            }
            ["buy", payer, offer, path, amount, iso, consent @ ..] => {
                let Price { amount, asset } = price(amount, iso);
                let offer = self.offers.get(*offer).copied().unwrap_or(OfferId([0; 32]));
                let item = if path.starts_with('/') { format!("{REALM}{path}") } else { (*path).to_owned() };
                let consent = match consent {
                    ["signed"] => signed(None),
                    ["standing"] => signed(Some(Asked { method: "GET".to_owned(), target: (*path).to_owned() })),
                    ["oneclick"] => Consent::OneClick,
                    _ => Consent::Pressed,
                };
                Body::Buy(Purchase { payer: party(payer), offer, item, amount, asset, consent })
            }
            ["promise", payer, offer, path, amount, iso] => {
                let Body::Buy(purchase) = self.body(label, &["buy", payer, offer, path, amount, iso, "signed"]) else { unreachable!() };
                self.promised.insert(label.to_owned(), purchase.clone());
                Body::Promise(Box::new(purchase))
            }
            ["use", "nothing"] => Body::Use(Box::new(Use::Nothing)),
            ["use", units, of @ ..] => {
                let purchase = self.promised.get(of.first().copied().unwrap_or(label)).expect("a label of a promise").clone();
                Body::Use(Box::new(Use::Delivered { purchase, units: units.parse().unwrap() }))
            }
            ["tip", payee, amount, iso] => {
                let Price { amount, asset } = price(amount, iso);
                Body::Tip(Tip { payee: party(payee), asset, amount })
            }
            ["undo", sale, who, part @ ..] => part_of(self.refund(sale, RefundReason::Undo { payer: party(who) }), part),
            ["refund", sale, "payee", who, part @ ..] => part_of(self.refund(sale, RefundReason::Payee { payee: party(who) }), part),
            ["refund", sale, "operator", part @ ..] => part_of(self.refund(sale, RefundReason::Operator), part),
            ["refund", sale, "origin", part @ ..] => part_of(self.refund(sale, RefundReason::OriginFailed), part),
            ["guard", who, window, limit, iso, on @ ..] => {
                let (verdict, on) = if let [on @ .., "asks"] = on { (Verdict::Ask, on) } else { (Verdict::Deny, on) };
                let on = if let ["site", realm] = on { GuardScope::Site((*realm).to_owned()) } else { GuardScope::All };
                let window = match *window {
                    "day" => Window::Day,
                    "each" => Window::Each,
                    _ => Window::Month,
                };
                let most = (*limit != "off").then(|| price(limit, iso).amount);
                Body::SetGuard(Guard { party: party(who), on, window, verdict, asset: Asset::fiat(iso).unwrap(), most })
            }
            ["months", "none"] => Body::StateMonths(Vec::new()),
            ["months", first, off, count] => Body::StateMonths(months(first, off, count.parse().unwrap())),
            words => self.of_session(words),
        }
    }

    fn of_session(&mut self, words: &[&str]) -> Body {
        match words {
            ["session", offer, cap, iso, terms @ ..] => Body::OpenSession(Box::new(self.session(offer, price(cap, iso), terms))),
            ["draw", seq, "for", units, rest @ ..] => Body::Draw(self.draw(seq, units, rest)),
            ["reserve", seq, "for", units, rest @ ..] => Body::Reserve(self.draw(seq, units, rest)),
            ["call", seq, "for", units, "after", earlier, rest @ ..] => {
                let draw = self.draw(seq, units, rest);
                let with = |so_far: Earlier, other: &str| so_far.with(draw.seq, other.parse().unwrap()).unwrap();
                Body::Call(Call { draw, delivered: earlier.split(',').fold(Earlier::default(), with) })
            }
            ["call", seq, "for", units, rest @ ..] => Body::Call(self.draw(seq, units, rest).into()),
            ["settle", seq, part, "for", units, again @ ..] => {
                let again = if let ["again", again] = again { again.parse().unwrap() } else { 0 };
                Body::Settle(Settle { seq: seq.parse().unwrap(), part: part.parse().unwrap(), units: units.parse().unwrap(), again })
            }
            ["raise", session, additional, iso, how @ ..] => {
                let session = self.labels.get(*session).copied().unwrap_or(CommandId([9; 16]));
                let proof = (how == ["signed"]).then(|| Box::new(proof()));
                Body::RaiseSession(RaiseSession { session, additional: price(additional, iso).amount, proof })
            }
            ["watch", film, from, to] => {
                let piece = Piece { film: film.parse().unwrap(), from: from.parse().unwrap(), to: to.parse().unwrap() };
                Body::Watch(Watch { piece, version: 0, offer: None })
            }
            ["meter", payee, unit, late] => Body::SetMeter(Box::new(SetMeter {
                payee: (*payee).to_owned(),
                unit: Unit::parse(unit).unwrap(),
                sum: "n".to_owned(),
                late: Span::parse(late).unwrap(),
            })),
            ["event", name, at, "for", units, rest @ ..] => {
                let mut event = [0; 16];
                event[..name.len()].copy_from_slice(name.as_bytes());
                let span = Span::parse(at.trim_start_matches(['-', '+'])).unwrap();
                let at = if at.starts_with('-') { self.now.before(span) } else { self.now.after(span) };
                let number = |word: &str| rest.iter().skip_while(|is| **is != word).nth(1).map_or(0, |value| value.parse().unwrap());
                let version = u8::try_from(number("as")).unwrap();
                let aside = rest
                    .iter()
                    .skip_while(|is| **is != "of")
                    .nth(1)
                    .map(|label| self.labels.get(*label).copied().unwrap_or(CommandId([9; 16])));
                Body::Count(Count { event, print: number("says"), at, units: units.parse().unwrap(), version, aside })
            }
            ["aside", session, "for", units, "until", lasts, rest @ ..] => {
                let session = self.labels.get(*session).copied().unwrap_or(CommandId([9; 16]));
                let version = if let ["as", version] = rest { version.parse().unwrap() } else { 0 };
                Body::SetAside(SetAside { session, version, units: units.parse().unwrap(), lasts: Span::parse(lasts).unwrap() })
            }
            ["capture", number] => Body::CaptureSession { number: number.parse().unwrap() },
            ["finish", reason @ ..] => {
                let reason = match reason {
                    ["pressed", who] => EndReason::Pressed { payer: party(who) },
                    ["idle"] => EndReason::Idle,
                    ["expired"] => EndReason::Expired,
                    ["operator"] => EndReason::Operator,
                    _ => EndReason::Payer { agreed: Amount::ZERO, proof: Box::new(proof()) },
                };
                Body::EndSession(EndSession { reason })
            }
            other => super::coins::body(other, (&self.offers, self.now)).unwrap_or_else(|| panic!("no such verb: {other:?}")),
        }
    }

    fn session(&self, offer: &str, cap: Price, terms: &[&str]) -> OpenSession {
        let offer = self.offers.get(offer).copied().unwrap_or(OfferId([0; 32]));
        let (mut first, mut until) = (Amount::ZERO, self.now.after(Span(86_400)));
        let kind = SessionKind::Signed;
        let mut of = SessionTerms { kind, voucher_key: [5; 32], step: Amount::ZERO, length: 0, anchor: [0; 32] };
        let mut said = Some(Box::new(proof()));
        let mut words = terms.iter().copied();
        while let Some(word) = words.next() {
            match word {
                "pressed" => said = None,
                "first" => first = price(words.next().unwrap(), "EUR").amount,
                "until" => until = self.now.after(Span::parse(words.next().unwrap()).unwrap()),
                "signed" => of.kind = SessionKind::Signed,
                "trusted" => (of.kind, of.voucher_key) = (SessionKind::Trusted, [0; 32]),
                "chain" => {
                    of.kind = SessionKind::Chain;
                    (of.step, of.length) = steps(words.next().unwrap());
                }
                other => panic!("no such term of a session: {other}"),
            }
        }
        let Price { amount: cap, asset } = cap;
        OpenSession { offer, asset, cap, first, until, terms: of, proof: said }
    }

    fn draw(&self, seq: &str, units: &str, rest: &[&str]) -> Draw {
        let mut draw = Draw { seq: seq.parse().unwrap(), print: 1, voucher: None, version: 0, offer: None, units: units.parse().unwrap() };
        let mut words = rest.iter().copied();
        let cumulative = |word: &str| price(word, "EUR").amount;
        while let Some(word) = words.next() {
            let value = words.next().unwrap();
            match word {
                "print" => draw.print = value.parse().unwrap(),
                "as" => draw.version = value.parse().unwrap(),
                "by" => draw.offer = self.offers.get(value).copied(),
                "signed" => draw.voucher = Some(Voucher::Signed { cumulative: cumulative(value), signature: [6; 64] }),
                "link" => {
                    let (checkpoint, index) = value.split_once(':').unwrap();
                    let (checkpoint, index) = (checkpoint.parse().unwrap(), index.parse().unwrap());
                    draw.voucher = Some(Voucher::Link { checkpoint, index, link: [7; 32] });
                }
                "checkpoint" => {
                    let (step, length) = steps(words.next().unwrap());
                    let (cumulative, anchor) = (cumulative(value), [8; 32]);
                    draw.voucher = Some(Voucher::Checkpoint { cumulative, signature: [6; 64], step, length, anchor });
                }
                other => panic!("no such word of a draw: {other}"),
            }
        }
        draw
    }

    fn refund(&mut self, sale: &str, reason: RefundReason) -> Body {
        Body::Refund(RefundRequest::whole(self.labels.get(sale).copied().unwrap_or(CommandId([9; 16])), reason))
    }
}

/// A refund with its amount, if there is one, and its cause.
fn part_of(mut body: Body, part: &[&str]) -> Body {
    if let (Body::Refund(request), [amount, cause @ ..]) = (&mut body, part) {
        request.amount = (*amount != "all").then(|| price(amount, "EUR").amount);
        request.cause = cause.first().map_or(Cause::Unsaid, |word| Cause::of_word(word).unwrap());
    }
    body
}

fn offer(name: &str, path: &str, terms: &[&str]) -> Offer {
    let (cost, mut rest) = match terms {
        ["free", rest @ ..] => (OfferPrice::Free, rest),
        ["metered", amount, iso, per, unit, rest @ ..] => {
            let Price { amount, asset } = price(amount, iso);
            let (rate, unit) = (Rate { amount, per: per.parse().unwrap() }, Unit::parse(unit).unwrap());
            let (most, rest) = if let ["most", most, rest @ ..] = rest { (most.parse().unwrap(), rest) } else { (0, rest) };
            (OfferPrice::Metered(Metered { rate, asset, unit, most, video: None }), rest)
        }
        ["video", amount, iso, rest @ ..] => {
            let Price { amount, asset } = price(amount, iso);
            let (rate, unit) = (Rate { amount, per: std::num::NonZeroU64::new(1_000).unwrap() }, Unit::parse("ms").unwrap());
            let video = Some(Video { hold: Amount::from_u32(100_000), idle: Span(900), devices: None });
            (OfferPrice::Metered(Metered { rate, asset, unit, most: 0, video }), rest)
        }
        [kind, amount, iso, rest @ ..] => {
            let Price { amount, asset } = price(amount, iso);
            let fixed = *kind == "fixed";
            (if fixed { OfferPrice::Fixed { amount, asset } } else { OfferPrice::AtLeast { amount, asset } }, rest)
        }
        other => panic!("no such price: {other:?}"),
    };
    let refund = RefundTerms { window: Span(600), per_day: 10 };
    let (realm, path) = path.split_at(path.find('/').unwrap());
    let unlock = Selector::new(if realm.is_empty() { REALM } else { realm }, path).unwrap();
    let mut offer = Offer {
        name: name.into(),
        payee: "house".into(),
        unlock,
        price: cost,
        split: Vec::new(),
        refund,
        lasts: None,
        fall: None,
        l402: None,
    };
    while let [word, after @ ..] = rest {
        rest = after;
        if let [label, to, share] = word.split(':').collect::<Vec<_>>().as_slice() {
            offer.split.push(leg(label, to, share));
            continue;
        }
        let [value, after @ ..] = after else { panic!("{word} needs a value") };
        rest = after;
        match *word {
            "window" => offer.refund.window = Span::parse(value).unwrap(),
            "lasts" => offer.lasts = Some(Span::parse(value).unwrap()),
            // `falls 2026-11-22T10:00:00Z..150m/30m:4.99,60m:2.99`, from the price of the offer down.
            "falls" => offer.fall = Some(falling(&offer.price, value)),
            "per-day" => offer.refund.per_day = value.parse().unwrap(),
            "payee" => offer.payee = (*value).to_owned(),
            other => panic!("no such term: {other}"),
        }
    }
    if offer.split.is_empty() {
        offer.split.push(leg("price", "self", "rest"));
    }
    offer
}

fn falling(price: &OfferPrice, text: &str) -> Fall {
    let OfferPrice::Fixed { amount, .. } = price else { panic!("only a fixed price falls") };
    let (starts, rest) = text.split_once("..").unwrap();
    let (lasts, steps) = rest.split_once('/').unwrap();
    let starts = Timestamp::parse(starts).unwrap();
    let step = |text: &str| {
        let (after, amount) = text.split_once(':').unwrap();
        FallStep { after: Span::parse(after).unwrap(), amount: Price::decimal(amount).unwrap() }
    };
    let first = FallStep { after: Span(0), amount: *amount };
    let steps = std::iter::once(first).chain(steps.split(',').map(step)).collect();
    Fall { starts, ends: starts.after(Span::parse(lasts).unwrap()), steps }
}

fn leg(label: &str, to: &str, share: &str) -> LegRule {
    let to = match to {
        "self" => Beneficiary::Owner,
        "operator" => Beneficiary::Operator,
        handle => Beneficiary::Payee(handle.to_owned()),
    };
    let share = match share.strip_suffix("bp") {
        Some(points) => Share::BasisPoints(points.parse().unwrap()),
        None if share == "rest" => Share::Rest,
        None => Share::Fixed(price(share, "EUR").amount),
    };
    LegRule { label: label.to_owned(), to, share }
}

pub fn price(amount: &str, iso: &str) -> Price {
    Price::parse(&format!("{amount} {iso}")).unwrap()
}

fn steps(text: &str) -> (Amount, u16) {
    let (step, length) = text.split_once('x').unwrap();
    (price(step, "EUR").amount, length.parse().unwrap())
}

fn proof() -> SessionProof {
    SessionProof { key: [1; 32], signature: [2; 64], challenge: [3; 32], scope: "/api/*".into() }
}

fn signed(asked: Option<Asked>) -> Consent {
    let text = String::new;
    let (key, signature, challenge, expires) = ([1; 32], [2; 64], [3; 32], Timestamp(4));
    Consent::Signed(Box::new(Signature {
        key,
        signature,
        challenge,
        retry: [9; 16],
        expires,
        asked,
        digest: text(),
        account: text(),
        realm: REALM.into(),
    }))
}

fn labelled(at: Timestamp, label: &str) -> CommandId {
    let mut random = [0; 10];
    random[..label.len()].copy_from_slice(label.as_bytes());
    CommandId::new(at.ms(), random)
}

/// The first instants of so many months, so much before or after those of UTC.
pub fn months(first: &str, off: &str, count: u32) -> Vec<Timestamp> {
    let first = Timestamp::parse(&format!("{first}-01T00:00:00Z")).unwrap().utc_month();
    let span = Span::parse(off.trim_start_matches(['-', '+'])).unwrap();
    let start = |month| {
        let at = Timestamp::of_utc_month(month);
        if off.starts_with('-') { at.before(span) } else { at.after(span) }
    };
    (first..first + count).map(start).collect()
}
