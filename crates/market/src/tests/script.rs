//! The script language: time, an id, a verb and its words.
//!
//! `@2026-11-22T10:00:00Z` or `+10m` before a command moves the clock, alone too. Then an id: a label that keeps its
//! bytes, so that the same label is a retry; `_` is a fresh one; `S1/bob` is bob's id, not the instance's.
//!
//! `V1 offer NAME /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest window 10m lasts 24h per-day 10` (V1 then names
//! the version; a path may name another site, `tv.example/w/*`) · `_ end NAME` · `_ topup alice 5.00 EUR most 100` · `S1 buy alice V1 /a/x 0.05 EUR signed` (or `oneclick`) ·
//! `T1/alice tip ann 0.05 EUR` ·
//! `U1 undo S1 alice` · `R1 refund S1 payee house 0.02 mistake` (part and cause; `all` says no amount) · `_ guard alice day 0.10 EUR site news.example asks` · `_ open ann bob`
//! · `S9 made -10m` gives a label an own time.

use super::words::{Seen, answer, party, standing};
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
        for (_, sale) in state.sales() {
            let (payer, item) = (sale.payer, &*sale.item);
            let last = state.sales().filter(|(_, other)| other.payer == payer && &*other.item == item).last();
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
                    ["signed"] => signed(),
                    ["oneclick"] => Consent::OneClick,
                    _ => Consent::Pressed,
                };
                Body::Buy(Purchase { payer: party(payer), offer, item, amount, asset, consent })
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
            other => panic!("no such verb: {other:?}"),
        }
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
    let mut offer = Offer { name: name.into(), payee: "house".into(), unlock, price: cost, split: Vec::new(), refund, lasts: None };
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

fn price(amount: &str, iso: &str) -> Price {
    Price::parse(&format!("{amount} {iso}")).unwrap()
}

fn signed() -> Consent {
    let text = String::new;
    let (key, signature, challenge, expires) = ([1; 32], [2; 64], [3; 32], Timestamp(4));
    Consent::Signed(Box::new(Signature {
        key,
        signature,
        challenge,
        retry: [9; 16],
        expires,
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
