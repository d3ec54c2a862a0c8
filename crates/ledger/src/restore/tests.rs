//! Books put together again: equal to what they were made from, and nothing that no verb could have left behind.

use crate::*;
use money::{Amount, Asset, CommandId, Party, Timestamp};

fn units(count: u32) -> Amount {
    Amount::from_u32(count)
}

fn id(number: u8) -> CommandId {
    CommandId([number; 16])
}

fn key(party: u8, class: Class) -> AccountKey {
    let lot = (class != Class::Rail).then_some(id(party));
    AccountKey { party: Party([party; 20]), asset: Asset::fiat("EUR").unwrap(), class, lot }
}

/// A wallet of 100 with 30 held, of which 10 were captured, and a charge of 20 that was given back in part.
fn lived() -> Books {
    let mut books = Books::new(HashKey::new([1, 2]));
    let [rail, wallet, payee] = [key(1, Class::Rail), key(2, Class::Funded), key(3, Class::EarnedPending)];
    let two = |from, to, amount: i64| [Entry::new(from, -amount), Entry::new(to, amount)];
    books.settle(PostingPlace(1), &two(rail, wallet, 100)).unwrap();
    let request = HoldRequest { parts: vec![(wallet, units(30))], expires: Timestamp(9), on_expiry: OnExpiry::Release };
    books.hold(id(10), request).unwrap();
    books.capture(PostingPlace(2), id(10), id(11), &[Entry::new(payee, 10)]).unwrap();
    books.charge(PostingPlace(3), id(12), &two(wallet, payee, 20)).unwrap();
    books.refund(PostingPlace(4), id(12), &[units(5), units(5)]).unwrap();
    books
}

type Change<T> = fn(&mut T);

/// The books again, with every account, capture and hold changed.
fn again(of: &Books, account: Change<Account>, leg: Change<CapturedLeg>, hold: Change<Hold>) -> Result<Books, Unsound> {
    let mut restore = Restore::new(HashKey::new([3, 4]));
    for kept in of.accounts() {
        let mut kept = *kept;
        account(&mut kept);
        restore.account(kept.key, kept.posted, kept.held, kept.last)?;
    }
    for (id, legs) in of.captures() {
        let mut legs = legs.to_vec();
        legs.iter_mut().for_each(leg);
        restore.capture(id, &legs)?;
    }
    for (id, kept) in of.holds() {
        let mut kept = kept.clone();
        hold(&mut kept);
        restore.hold(*id, kept)?;
    }
    restore.finish()
}

#[test]
fn books_are_the_same_again_and_go_on_the_same() {
    let mut first = lived();
    let mut second = again(&first, |_| {}, |_| {}, |_| {}).unwrap();
    assert!(first == second);
    for books in [&mut first, &mut second] {
        assert_eq!(
            books
                .settle(PostingPlace(5), &[Entry::new(key(2, Class::Funded), -66), Entry::new(key(3, Class::EarnedPending), 66)])
                .unwrap_err(),
            Rejection::Insufficient { available: units(55), short_by: units(11) }
        );
        assert_eq!(books.expire(Timestamp(9)), [id(10)]);
        books.refund(PostingPlace(6), id(12), &[units(15), units(15)]).unwrap();
        assert_eq!(books.refund(PostingPlace(7), id(12), &[units(1), units(1)]), Err(Rejection::AboveCaptured));
    }
    assert!(first == second);
}

#[test]
fn rows_that_no_verb_leaves_behind_are_refused() {
    let books = lived();
    let refused = |account: Change<Account>, leg: Change<CapturedLeg>, hold: Change<Hold>| again(&books, account, leg, hold).unwrap_err().0;
    assert_eq!(refused(|account| account.key.party = Party([1; 20]), |_| {}, |_| {}), "hold");
    assert_eq!(refused(|account| account.key = key(2, Class::Funded), |_| {}, |_| {}), "account");
    assert_eq!(refused(|account| account.posted = account.posted.min(0), |_| {}, |_| {}), "account");
    assert_eq!(refused(|account| account.posted += 1, |_| {}, |_| {}), "sum of all accounts");
    assert_eq!(refused(|account| account.held = Amount::ZERO, |_| {}, |_| {}), "held value");
    assert_eq!(refused(|_| {}, |leg| leg.account = AccountId(3), |_| {}), "capture");
    assert_eq!(refused(|_| {}, |leg| leg.refunded = units(21), |_| {}), "capture");
    assert_eq!(refused(|_| {}, |_| {}, |hold| hold.cap = units(29)), "hold");
    assert_eq!(refused(|_| {}, |_| {}, |hold| hold.parts[0].1 = units(19)), "hold");
    let mut restore = Restore::new(HashKey::default());
    assert_eq!(restore.capture(id(1), &[]), Err(Unsound("capture")));
}
