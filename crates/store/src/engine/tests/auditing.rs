//! The audit: balances from the legs alone, and what it finds in records that no rules would have made.

use super::replaying::{altered, forged, told};
use super::rig::Folder;
use super::rig::replayed;
use super::scenario::{command, eur, guard, noon, party};
use crate::Error;
use crate::engine::audit;
use market::{AccountKey, Applied, Class, Effect, Layout, RULES_VERSION, Record};
use std::collections::BTreeMap;

fn finding(folder: &Folder) -> (u64, u16, String) {
    match audit(folder.frames()) {
        Err(Error::Replay { sequence, record, what }) => (sequence, record, what),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_audit_finds_the_balances_of_the_books() {
    let folder = told();
    let (found, state) = (audit(folder.frames()).unwrap(), replayed(folder.frames()).unwrap());
    assert_eq!((found.frames, found.records), (10, 10));
    assert_eq!(found.sums, BTreeMap::from([("eur-micro".to_owned(), 0)]));
    let balance = |name: &str, class| -> i128 {
        let of = state.books().accounts().iter().zip(&found.balances);
        of.filter(|(account, _)| account.key.party == party(name) && account.key.class == class).map(|(_, balance)| balance).sum()
    };
    assert_eq!(balance("rosa", Class::Funded), 950_000, "one of two sales was taken back");
    assert_eq!((balance("photographer", Class::EarnedPending), balance("paper", Class::EarnedPending)), (10_000, 37_500));
    let posted: Vec<i128> = state.books().accounts().iter().map(|account| i128::from(account.posted)).collect();
    assert_eq!(found.balances, posted);
}

#[test]
fn an_empty_journal_has_nothing_to_audit() {
    let folder = Folder::new();
    folder.start().finish();
    let found = audit(folder.frames()).unwrap();
    assert_eq!((found.frames, found.records, found.balances.len(), found.sums.len()), (0, 0, 0, 0));
}

#[test]
fn legs_that_do_not_sum_to_zero_are_found() {
    let unbalanced = altered(8, |record| record.applied.posted.legs[1].amount += 1);
    assert_eq!(finding(&unbalanced), (8, 0, "its legs in eur-micro sum to 1".to_owned()));
    assert_eq!(audit(unbalanced.frames()).unwrap_err().to_string(), "journal frame 8, record 0: its legs in eur-micro sum to 1");
}

#[test]
fn legs_on_accounts_that_were_never_opened_are_found() {
    let unknown = altered(8, |record| record.applied.posted.legs[0].account.0 = 77);
    assert_eq!(finding(&unknown), (8, 0, "a leg names account 77, which was never opened".to_owned()));
}

#[test]
fn an_account_opened_twice_is_found() {
    let twice = altered(9, |record| {
        let lot = Some(super::scenario::id(noon(), 1));
        record.applied.posted.opened.push(AccountKey { party: party("rosa"), asset: eur(), class: Class::Funded, lot });
    });
    assert_eq!(finding(&twice), (9, 0, "it opens account 5, which is open already".to_owned()));
}

#[test]
fn an_account_below_its_floor_is_found() {
    let overdrawn = altered(8, |record| {
        for leg in &mut record.applied.posted.legs {
            leg.amount *= 1_000;
        }
    });
    assert_eq!(finding(&overdrawn), (8, 0, "it leaves account 1 below zero".to_owned()));
}

#[test]
fn no_record_hides_behind_those_that_have_numbers() {
    let mut bytes = Vec::new();
    let applied = Applied { effect: Effect::GuardSet, posted: ledger::Posted::default() };
    Record::encode(&command(noon(), 1, guard("rosa", eur(), None)), &applied, Layout::Two, &mut bytes);
    let filled = |count: usize| {
        let fill = move |frame, records: &mut Vec<Vec<u8>>| {
            if frame == 10 {
                *records = vec![bytes.clone(); count]
            }
        };
        forged(fill, |_| u32::from(RULES_VERSION))
    };
    let full = filled.clone()(65_536);
    assert_eq!(audit(full.frames()).unwrap().records, 9 + 65_536);
    let over = filled(65_537);
    let (frame, _, what) = finding(&over);
    assert_eq!((frame, what.as_str()), (10, "the frame has 65537 records, at most 65536 can be numbered"));
    assert!(matches!(replayed(over.frames()).map(drop), Err(Error::Replay { sequence: 10, .. })));
}
