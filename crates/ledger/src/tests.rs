//! The books as scripts: a line a verb, the books as a table. The most readable spec of the ledger.
#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

use super::*;
use insta::assert_snapshot;
use money::{Amount, Asset, CommandId, Party, Timestamp};
use std::fmt::Write;

const RAIL: &str = "bank";
const HERE: PostingPlace = PostingPlace(1);

/// Runs a script and prints what each verb answered and how the books stand at the end.
///
/// `settle alice 5` · `charge C1 alice 2 ann:1 house:1` · `@9 hold H1 alice 7 until 20` ·
/// `alice$` is what alice has in another asset · `capture C2 H1 ann:3` · `void H1` · `refund C1` (all that is left) · `refund C1 1 1 0` (leg by leg) · `@30 expire`
fn check(script: &str) -> String {
    let mut books = Books::default();
    let mut out = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace().peekable();
        let now = words.next_if(|word| word.starts_with('@')).map_or(0, |word| word[1..].parse().unwrap());
        let answer = verb(&mut books, Timestamp(now), &words.collect::<Vec<_>>());
        writeln!(out, "{line:<44} {answer}").unwrap();
        assert!(books.sums().values().all(|sum| *sum == 0), "the books sum to zero after {line:?}");
        assert!(books.accounts().iter().all(|account| account.held.credit() <= account.posted.max(0)), "held <= posted after {line:?}");
    }
    for account in books.accounts() {
        let name = name_of(account.key);
        writeln!(out, "  {name:<8}{:>6} posted{:>6} available", account.posted, account.available()).unwrap();
    }
    out
}

fn verb(books: &mut Books, now: Timestamp, words: &[&str]) -> String {
    let done = |result: Result<Posted, Rejection>| result.map_or_else(|no| format!("{no:?}"), |_| "ok".into());
    match words {
        ["settle", who, amount] => {
            let amount: i64 = amount.parse().unwrap();
            let rail = if who.ends_with('$') { "bank$" } else { RAIL };
            done(books.settle(HERE, &[entry(rail, -amount), entry(who, amount)]))
        }
        ["charge", id, payer, amount, payees @ ..] => {
            let amount: i64 = amount.parse().unwrap();
            let mut entries = vec![entry(payer, -amount)];
            entries.extend(credits(payees));
            done(books.charge(HERE, command(id), &entries))
        }
        ["hold", id, payer, amount, "until", until] => {
            let parts = vec![(key(payer), Amount::from_u32(amount.parse().unwrap()))];
            let expires = Timestamp(until.parse().unwrap());
            books
                .hold(command(id), HoldRequest { parts, expires, on_expiry: OnExpiry::Release })
                .map_or_else(|no| format!("{no:?}"), |()| "ok".into())
        }
        ["capture", id, hold, payees @ ..] => done(books.capture(HERE, command(hold), command(id), &credits(payees))),
        ["void", hold] => books.void(command(hold)).map_or_else(|no| format!("{no:?}"), |()| "ok".into()),
        ["refund", id] => {
            let left = books.capture_of(command(id)).map(|capture| capture.left()).unwrap_or_default();
            done(books.refund(HERE, command(id), &left))
        }
        ["refund", id, parts @ ..] => {
            let parts: Vec<Amount> = parts.iter().map(|part| Amount::from_u32(part.parse().unwrap())).collect();
            done(books.refund(HERE, command(id), &parts))
        }
        ["expire"] => format!("{} over", books.expire(now).len()),
        other => panic!("no such verb: {other:?}"),
    }
}

fn credits(payees: &[&str]) -> Vec<Entry> {
    let credit = |word: &&str| word.split_once(':').map(|(who, amount)| entry(who, amount.parse().unwrap())).unwrap();
    payees.iter().map(credit).collect()
}

fn entry(who: &str, amount: i64) -> Entry {
    Entry::new(key(who), amount)
}

fn key(who: &str) -> AccountKey {
    let (name, asset) = who.strip_suffix('$').map_or((who, "eur-micro"), |name| (name, "usd-micro"));
    let mut party = [0; 20];
    party[..name.len()].copy_from_slice(name.as_bytes());
    let class = if name == RAIL { Class::Rail } else { Class::Funded };
    AccountKey { party: Party(party), asset: Asset::parse(asset).unwrap(), class, lot: None }
}

fn name_of(key: AccountKey) -> String {
    let name = String::from_utf8_lossy(&key.party.0).trim_end_matches('\0').to_owned();
    if key.asset.as_str() == "usd-micro" { name + "$" } else { name }
}

fn command(id: &str) -> CommandId {
    let mut bytes = [0; 16];
    bytes[..id.len()].copy_from_slice(id.as_bytes());
    CommandId(bytes)
}

#[test]
fn a_charge_moves_value_whole_or_not_at_all() {
    assert_snapshot!(check(
        "
        settle alice 5
        charge C1 alice 3 ann:2 house:1
        charge C1 alice 1 ann:1
        charge C2 alice 3 ann:3
        charge C3 alice 2 ann:1
        charge C4 bob 1 ann:1
        charge C5 alice 2 ann:2
    "
    ));
}

#[test]
fn a_posting_balances_in_each_asset_by_itself() {
    assert_snapshot!(check(
        "
        settle alice 5
        settle alice$ 5
        charge C1 alice 3 ann:3 house$:1
        charge C1 alice 3 ann:2 house$:1
        charge C1 alice 3 ann:2 house:1 alice$:-2 house$:1
        charge C1 alice 3 ann:2 house:1 alice$:-2 house$:2
    "
    ));
}

#[test]
fn a_hold_is_drawn_in_parts_up_to_its_cap_and_lapses() {
    assert_snapshot!(check(
        "
        settle alice 10
        hold H1 alice 7 until 20
        hold H1 alice 1 until 20
        hold H2 alice 4 until 20
        charge C1 alice 4 ann:4
        capture K1 H1 ann:3
        capture K2 H1 ann:5
        capture K3 H1 ann:2 house:1
        @19 expire
        @20 expire
        void H1
        capture K4 H1 ann:1
        hold H3 alice 4 until 40
        void H3
        charge C2 alice 4 ann:4
    "
    ));
}

#[test]
fn a_hold_drawn_to_its_cap_is_over() {
    assert_snapshot!(check(
        "
        settle alice 3
        hold H1 alice 3 until 20
        capture K1 H1 ann:3
        void H1
        @30 expire
        refund K1
    "
    ));
}

#[test]
fn a_refund_reverses_each_leg_and_never_more() {
    assert_snapshot!(check(
        "
        settle alice 10
        charge C1 alice 10 ann:7 house:3
        refund C1 4 3 1
        refund C1 7 4 3
        refund C1 6 4 1
        refund C1 6 4 2
        refund C1
        refund C9
        charge C2 alice 10 ann:7 house:3
        charge C3 ann 5 bob:5
        refund C2
    "
    ));
}

#[test]
fn no_account_leaves_what_can_be_counted() {
    assert_snapshot!(check(
        "
        settle alice 9223372036854775807
        settle alice 1
        charge C1 alice 9223372036854775807 ann:9223372036854775807
        settle ann 1
    "
    ));
}

mod laws {
    use super::*;
    use proptest::prelude::*;

    fn line() -> impl Strategy<Value = String> {
        let who = prop::sample::select(vec!["alice", "bob", "ann"]);
        let id = 0u8..6;
        prop_oneof![
            (who.clone(), 1u8..20).prop_map(|(who, n)| format!("settle {who} {n}")),
            (id.clone(), who.clone(), 1u8..20).prop_map(|(id, who, n)| format!("charge C{id} {who} {n} house:{n}")),
            (id.clone(), who, 1u8..20, 0u8..60).prop_map(|(id, who, n, at)| format!("hold H{id} {who} {n} until {at}")),
            (id.clone(), id.clone(), 1u8..20).prop_map(|(id, hold, n)| format!("capture C{id} H{hold} ann:{n}")),
            id.clone().prop_map(|id| format!("void H{id}")),
            id.clone().prop_map(|id| format!("refund C{id}")),
            (id, 1u8..9).prop_map(|(id, n)| format!("refund C{id} {n} {n}")),
            (0u8..60).prop_map(|at| format!("@{at} expire")),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_asked_the_books_balance_and_no_refusal_changes_them(lines in prop::collection::vec(line(), 1..60)) {
            check(&lines.join("\n"));
            let mut books = Books::default();
            for line in &lines {
                let mut words = line.split_whitespace().peekable();
                let now = words.next_if(|word| word.starts_with('@')).map_or(0, |word| word[1..].parse().unwrap());
                let before = books.clone();
                let answer = verb(&mut books, Timestamp(now), &words.collect::<Vec<_>>());
                if !answer.starts_with("ok") && !answer.ends_with("over") {
                    prop_assert_eq!(&books, &before, "a refusal changes nothing: {} {}", line, answer);
                }
                for (_, legs) in books.captures.iter() {
                    for leg in legs {
                        prop_assert!(leg.refunded.units() <= leg.amount.unsigned_abs());
                    }
                }
            }
        }
    }
}

/// By the units one by one: nothing falls from one sum to the next, the figures make the sum, and the whole is what was captured.
#[test]
fn what_legs_have_given_back_never_falls() {
    // The last two are where the largest remainder of all at once takes from a leg as the sum rises.
    for captured in [vec![7], vec![7, 3], vec![700, 200, 100], vec![1, 1, 1, 1, 1], vec![6, 6, 2], vec![15, 15, 9, 5, 5, 2]] {
        let whole: u64 = captured.iter().sum();
        let mut before = vec![0; captured.len()];
        for total in 0..=whole {
            let now = reversed(&captured, total);
            assert_eq!(now.iter().sum::<u64>(), total, "{captured:?} at {total}");
            assert!(now.iter().zip(&before).all(|(now, before)| now >= before), "{captured:?} at {total}: {now:?} after {before:?}");
            for (leg, back) in captured.iter().zip(&now) {
                assert!(back <= leg && (back * whole).abs_diff(leg * total) <= 2 * whole, "{captured:?} at {total}: {now:?}");
            }
            before = now.to_vec();
        }
        assert_eq!(before, captured);
    }
    let most = Amount::MAX.units();
    assert_eq!(reversed(&[most - 1, 1], most).as_slice(), [most - 1, 1], "the largest figures");
    assert_eq!(reversed(&[most / 2, most / 2 + 1], most - 1).as_slice(), [most / 2, most / 2]);
    assert_eq!(reversed(&[], 0).as_slice(), [0; 0]);
}
