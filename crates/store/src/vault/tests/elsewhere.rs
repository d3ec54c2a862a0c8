//! Pins, terms and purchases of other instances.

use super::super::{Bought, BoughtState, Pin, Pinned};
use super::{Stage, at};
use money::{Amount, Asset, CommandId, OfferId, Party};

const SITE: &str = "https://news.example";
const WALLET: &str = "https://wallet.example";

#[test]
fn the_first_root_counts_until_an_operator_accepts_another() {
    let (_folder, mut vault) = Stage::new();
    assert_eq!(vault.pin(SITE, &[1; 32], at(1)).unwrap(), Pinned::Held);
    assert_eq!(vault.pin(SITE, &[2; 32], at(2)).unwrap(), Pinned::Changed);
    assert_eq!(vault.pin(SITE, &[2; 32], at(3)).unwrap(), Pinned::Changed);
    let pin = Pin { origin: SITE.to_owned(), root: [1; 32], since: at(1), other: Some(([2; 32], at(2))) };
    assert_eq!(vault.pins().unwrap(), [pin]);
    assert!(!vault.accept_root(SITE, &[3; 32], at(4)).unwrap(), "a root that was not seen");
    assert!(vault.accept_root(SITE, &[2; 32], at(4)).unwrap());
    assert_eq!(vault.pin(SITE, &[2; 32], at(5)).unwrap(), Pinned::Held);
    assert_eq!(vault.pin(SITE, &[1; 32], at(6)).unwrap(), Pinned::Changed, "the old one counts no more");
    assert_eq!(vault.pin(SITE, &[2; 32], at(7)).unwrap(), Pinned::Held);
    assert_eq!(vault.pins().unwrap()[0].other, None, "who shows the right one again is in order");
}

#[test]
fn a_sites_offers_are_set_so_often_a_day() {
    let (_folder, mut vault) = Stage::new();
    for number in 0..3 {
        assert!(vault.has_room_for_terms(SITE, at(0), 3).unwrap());
        vault.add_terms(SITE, (OfferId([number; 32]), OfferId([9; 32])), at(10)).unwrap();
    }
    assert!(!vault.has_room_for_terms(SITE, at(0), 3).unwrap());
    assert!(vault.has_room_for_terms(SITE, at(10), 3).unwrap() && vault.has_room_for_terms(WALLET, at(0), 3).unwrap());
    assert_eq!(vault.terms(SITE, OfferId([1; 32])).unwrap(), Some(OfferId([9; 32])));
    assert_eq!(vault.terms(WALLET, OfferId([1; 32])).unwrap(), None);
    vault.add_terms(SITE, (OfferId([1; 32]), OfferId([8; 32])), at(20)).unwrap();
    assert_eq!(vault.terms(SITE, OfferId([1; 32])).unwrap(), Some(OfferId([8; 32])));
    assert!(!vault.has_room_for_terms(SITE, at(19), 1).unwrap(), "one that is set again counts again");
    assert_eq!((vault.expire_elsewhere(at(10)).unwrap(), vault.has_room_for_terms(SITE, at(0), 2).unwrap()), (3, true));
}

#[test]
fn the_newest_quote_of_a_name_is_known() {
    let (_folder, vault) = Stage::new();
    assert_eq!(vault.terms_said(SITE, "article").unwrap(), None);
    for second in [5, 9, 7] {
        vault.say_terms(SITE, "article", at(second)).unwrap();
    }
    assert_eq!(vault.terms_said(SITE, "article").unwrap(), Some(at(9)));
    assert_eq!((vault.terms_said(SITE, "other").unwrap(), vault.terms_said(WALLET, "article").unwrap()), (None, None));
}

#[test]
fn a_paid_quote_is_the_sites_that_asked() {
    let (_folder, vault) = Stage::new();
    vault.note_paid(CommandId([1; 16]), (SITE, CommandId([2; 16])), at(1)).unwrap();
    vault.note_paid(CommandId([1; 16]), ("https://evil.example", CommandId([3; 16])), at(1)).unwrap();
    vault.note_paid(CommandId([1; 16]), (SITE, CommandId([4; 16])), at(1)).unwrap();
    let paid = |site, sale: u8, now| vault.is_paid_by(CommandId([1; 16]), (site, CommandId([sale; 16])), at(now)).unwrap();
    assert!(paid(SITE, 2, 1) && paid(SITE, 4, 1) && paid("https://evil.example", 3, 1), "each is kept");
    assert!(!paid(SITE, 3, 1) && !paid("https://evil.example", 2, 1));
    assert!(paid(SITE, 4, 9));
    assert_eq!(vault.expire_elsewhere(at(8)).unwrap(), 2);
    assert!(paid(SITE, 4, 9) && !paid(SITE, 2, 9), "what was asked about is kept on");
}

fn bought() -> Bought {
    Bought {
        wallet: WALLET.to_owned(),
        sale: CommandId([1; 16]),
        site: "news".to_owned(),
        quote: CommandId([2; 16]),
        party: Party([3; 20]),
        item: "news.example/a/x".to_owned(),
        payer: "ref".to_owned(),
        offer: OfferId([4; 32]),
        charged: Amount::from_u32(50_000),
        currency: Asset::fiat("EUR").unwrap(),
        at: at(100),
        until: Some(at(1_000)),
        undo_until: at(700),
        checked: at(700),
        state: BoughtState::Live,
    }
}

#[test]
fn what_is_given_back_waits_until_the_wallet_answered() {
    let (_folder, vault) = Stage::new();
    let bought = bought();
    vault.keep_bought(&bought).unwrap();
    let find = |now| vault.bought(("news", bought.party), &bought.item, now).unwrap();
    assert_eq!((find(at(999)), find(at(1_000))), (Some(bought.clone()), None));
    assert_eq!(vault.bought(("other", bought.party), &bought.item, at(200)).unwrap(), None);
    let key = (WALLET, bought.sale);
    assert!(vault.give_back(key, "undo", at(200)).unwrap());
    assert!(!vault.give_back(key, "undo", at(200)).unwrap(), "once");
    assert_eq!(find(at(200)), None, "it is read no more from then on");
    vault.keep_bought(&bought).unwrap();
    assert_eq!(find(at(200)), None, "and not brought back by an old answer");
    assert!(vault.due_back(at(199), 10).unwrap().is_empty());
    let due = vault.due_back(at(200), 10).unwrap();
    assert_eq!((due[0].bought.state, due[0].reason.as_str(), due[0].tries), (BoughtState::Returning, "undo", 0));
    vault.ask_again(key, "payee", at(300)).unwrap();
    assert!(vault.due_back(at(299), 10).unwrap().is_empty());
    let due = vault.due_back(at(300), 10).unwrap();
    assert_eq!((due[0].reason.as_str(), due[0].tries, vault.count_back().unwrap()), ("payee", 1, (1, 0)));
    vault.settle_bought(key, BoughtState::Returned).unwrap();
    assert_eq!((vault.due_back(at(999), 10).unwrap().len(), vault.count_back().unwrap()), (0, (0, 0)));
    let found = vault.bought_by(("news", Some(bought.party)), bought.sale).unwrap().unwrap();
    assert_eq!(found.state, BoughtState::Returned);
    vault.keep_bought(&bought).unwrap();
    assert_eq!(find(at(200)).map(|found| found.state), Some(BoughtState::Live), "the wallet's word of now counts");
    assert!(vault.give_back(key, "undo", at(200)).unwrap());
    vault.settle_bought(key, BoughtState::Refused).unwrap();
    assert_eq!(find(at(200)).map(|found| found.state), Some(BoughtState::Refused), "what is not given back is read on");
    assert!(vault.give_back(key, "undo", at(200)).unwrap(), "and may be asked for again");
    vault.settle_bought(key, BoughtState::Refused).unwrap();
    vault.keep_bought(&bought).unwrap();
    assert_eq!(find(at(200)).map(|found| found.state), Some(BoughtState::Live));
}

#[test]
fn a_wallet_with_much_to_give_back_holds_up_no_other() {
    let (_folder, vault) = Stage::new();
    let owe = |wallet: &str, number: u8, due: u64| {
        let bought = Bought { wallet: wallet.to_owned(), sale: CommandId([number; 16]), ..bought() };
        vault.keep_bought(&bought).unwrap();
        assert!(vault.give_back((wallet, bought.sale), "undo", at(due)).unwrap());
    };
    (1..=4).for_each(|number| owe(WALLET, number, 10));
    owe("https://other.example", 9, 20);
    let due = vault.due_back(at(30), 2).unwrap();
    assert_eq!(due.iter().map(|giving| giving.bought.wallet.as_str()).collect::<Vec<_>>(), [WALLET, "https://other.example"]);
}
