//! What is remembered ends with the entitlement and with a taking back, however the two cross.

use super::*;
use market::Rejection;
use money::Amount;

const NOW: Timestamp = Timestamp::from_seconds(1_000);

fn entry(sale: u8, until: Option<Timestamp>) -> Entry<u8> {
    Entry { sale: CommandId([sale; 16]), until, sold: Arc::new(sale) }
}

fn refunded(sale: u8) -> Outcome {
    Outcome::Standing(Effect::Refunded { sale: CommandId([sale; 16]), returned: Amount::ZERO, left: Amount::ZERO })
}

#[test]
fn a_sale_is_found_until_it_ends_or_is_taken_back() {
    let owned = Owned::default();
    let (one, other) = ([1; 32], [2; 32]);
    let turn = owned.find(&one, NOW).unwrap_err();
    owned.remember(one, entry(1, None), turn);
    owned.remember(other, entry(2, Some(Timestamp::from_seconds(1_010))), turn);
    assert_eq!((owned.find(&one, NOW), owned.find(&other, NOW)), (Ok(Arc::new(1)), Ok(Arc::new(2))));
    assert!(owned.find(&other, Timestamp::from_seconds(1_010)).is_err(), "an entitlement that is over");
    owned.note(&Outcome::Rejected(Rejection::AlreadyRefunded));
    owned.note(&refunded(3));
    assert_eq!(owned.find(&one, NOW), Ok(Arc::new(1)), "another sale was taken back");
    owned.note(&refunded(1));
    assert!(owned.find(&one, NOW).is_err());
}

#[test]
fn what_was_looked_up_before_a_taking_back_is_not_remembered_after_it() {
    let owned = Owned::default();
    let turn = owned.find(&[1; 32], NOW).unwrap_err();
    owned.note(&refunded(1));
    owned.remember([1; 32], entry(1, None), turn);
    assert!(owned.find(&[1; 32], NOW).is_err());
}

#[test]
fn a_page_bought_again_is_forgotten_by_its_new_sale() {
    let owned = Owned::default();
    let turn = owned.find(&[1; 32], NOW).unwrap_err();
    owned.remember([1; 32], entry(1, Some(NOW)), turn);
    owned.remember([1; 32], entry(2, None), turn);
    owned.note(&refunded(1));
    let turn = owned.find(&[9; 32], NOW).unwrap_err();
    assert_eq!((owned.find(&[1; 32], NOW), turn), (Ok(Arc::new(2)), 1));
    owned.note(&refunded(2));
    assert!(owned.find(&[1; 32], NOW).is_err());
}
