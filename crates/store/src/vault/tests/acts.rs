//! Acts: found by what they were, bounded payee by payee, and told without those who were erased.

use super::super::{Act, ActFilter, Via, What};
use super::{ALICE, BOB, Stage, at};

fn act(seconds: u64, payee: Option<&str>, what: What) -> Act {
    Act {
        at: at(seconds),
        via: if payee.is_some() { Via::Desk } else { Via::Admin },
        payee: payee.map(str::to_owned),
        party: Some(ALICE),
        what,
        subject: String::new(),
        whom: None,
        network: "203.0.113.0/24".to_owned(),
    }
}

#[test]
fn acts_come_back_newest_first_and_narrowed_down() {
    let (stage, mut vault) = Stage::new();
    for (seconds, payee, what) in
        [(10, None, What::SignedIn), (20, Some("harbour"), What::Refunded), (30, Some("ann"), What::RoleSet), (40, None, What::SignedOut)]
    {
        vault.add_act(&act(seconds, payee, what), 10).unwrap();
    }
    drop(vault);
    let vault = stage.open().unwrap();
    let whats = |filter: &ActFilter, limit| vault.acts(filter, limit).unwrap().into_iter().map(|(_, act)| act.what).collect::<Vec<_>>();
    assert_eq!(whats(&ActFilter::default(), 2), [What::SignedOut, What::RoleSet]);
    let (third, _) = vault.acts(&ActFilter::default(), 2).unwrap().pop().unwrap();
    assert_eq!(whats(&ActFilter { before: Some(third), ..ActFilter::default() }, 9), [What::Refunded, What::SignedIn]);
    assert_eq!(whats(&ActFilter { payee: Some("ann".to_owned()), ..ActFilter::default() }, 9), [What::RoleSet]);
    assert_eq!(whats(&ActFilter { via: Some(Via::Admin), ..ActFilter::default() }, 9), [What::SignedOut, What::SignedIn]);
    assert_eq!(whats(&ActFilter { what: Some(What::Refunded), ..ActFilter::default() }, 9), [What::Refunded]);
    assert_eq!(whats(&ActFilter { from: Some(at(20)), until: Some(at(40)), ..ActFilter::default() }, 9), [What::RoleSet, What::Refunded]);
    assert_eq!(vault.acts(&ActFilter::default(), 9).unwrap()[3], (1, act(10, None, What::SignedIn)));
}

#[test]
fn acts_are_bounded_by_age_and_nobody_pushes_out_anothers() {
    let (_stage, mut vault) = Stage::new();
    vault.add_act(&act(10, None, What::SignedIn), 3).unwrap();
    for seconds in 11..20 {
        vault.add_act(&act(seconds, Some("harbour"), What::WebhookTested), 3).unwrap();
    }
    let acts = vault.acts(&ActFilter::default(), 99).unwrap();
    assert_eq!(acts.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [10, 9, 8, 1], "numbers are never given out again");
    assert_eq!(vault.expire_acts(at(19)).unwrap(), 3);
    assert_eq!(vault.acts(&ActFilter::default(), 99).unwrap().len(), 1);
}

#[test]
fn who_is_erased_is_named_by_no_act() {
    let (_stage, mut vault) = Stage::new();
    vault.add_act(&Act { whom: Some(BOB), ..act(10, Some("harbour"), What::MemberRemoved) }, 9).unwrap();
    vault.erase(BOB).unwrap();
    let (_, found) = vault.acts(&ActFilter::default(), 9).unwrap().pop().unwrap();
    assert_eq!((found.party, found.whom, found.what), (Some(ALICE), None, What::MemberRemoved));
    vault.erase(ALICE).unwrap();
    assert_eq!(vault.acts(&ActFilter::default(), 9).unwrap().pop().unwrap().1.party, None);
}

#[test]
fn every_word_is_one_acts_and_comes_back() {
    for what in What::ALL {
        assert_eq!(What::of_word(what.word()), Some(*what));
    }
    assert!(Via::ALL.into_iter().all(|via| Via::of_word(via.word()) == Some(via)));
    assert_eq!((What::of_word("signed in"), Via::of_word("")), (None, None));
}
