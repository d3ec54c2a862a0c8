//! Payments past the books: claimed once, ended once, and nothing of them in the books.

use super::check;
use super::script::Run;
use crate::*;
use insta::assert_snapshot;
use money::{OfferId, Price, Timestamp};
use std::collections::BTreeMap;

const SOLD: &str = "
        V1 offer harbour /a/* fixed 0.05 EUR window 10m
        V2 offer calls /api/* metered 0.0003 EUR 1 call
";

/// `coin OFFER PATH AMOUNT ISO nonce N [left SECONDS] [decimals N] [value N]`, `arrived N`, `lapsed`, `spent`.
pub fn body(words: &[&str], (offers, now): (&BTreeMap<String, OfferId>, Timestamp)) -> Option<Body> {
    match words {
        ["coin", offer, path, amount, iso, rest @ ..] => {
            let Price { amount, asset } = super::script::price(amount, iso);
            let of =
                |word: &str, usual: u64| rest.iter().skip_while(|is| **is != word).nth(1).map_or(usual, |value| value.parse().unwrap());
            let decimals = u8::try_from(of("decimals", 6)).unwrap();
            let (network, name, version) = ("eip155:8453".to_owned(), "USD Coin".to_owned(), "2".to_owned());
            let coin = Coin { network, contract: [1; 20], name, version, decimals };
            let usual = coin.value_of(amount).map_or(0, |value| u64::try_from(value).unwrap());
            Some(Body::ClaimCoin(Box::new(ClaimCoin {
                offer: offers.get(*offer).copied().unwrap_or(OfferId([0; 32])),
                item: format!("news.example{path}"),
                amount,
                asset,
                value: of("value", usual).into(),
                coin,
                pay_to: [2; 20],
                payer: [3; 20],
                nonce: [u8::try_from(of("nonce", 0)).unwrap(); 32],
                valid_after: 0,
                valid_before: now.seconds() + of("left", 300),
                signature: [4; 65],
                block: 7,
            })))
        }
        ["arrived", number] => Some(Body::CloseCoin(CoinEnding::Paid { transfer: [number.parse().unwrap(); 32] })),
        ["lapsed"] => Some(Body::CloseCoin(CoinEnding::Lapsed)),
        ["spent"] => Some(Body::CloseCoin(CoinEnding::Spent)),
        _ => None,
    }
}

fn told(script: &str) -> String {
    check(&format!("{SOLD}{script}"))
}

#[test]
fn what_was_signed_is_taken_for_one_thing_and_ends_once() {
    assert_snapshot!(told(
        "
        K1 coin V1 /a/x 0.05 EUR nonce 1
        K1 coin V1 /a/x 0.05 EUR nonce 1
        K1 coin V1 /a/y 0.05 EUR nonce 1
        K2 coin V1 /a/y 0.05 EUR nonce 1
        K2 coin V1 /a/y 0.05 EUR nonce 2
        K1 arrived 9
        K1 arrived 9
        K1 arrived 8
        K1 lapsed
        K3 coin V1 /a/y 0.05 EUR nonce 1
        K2 lapsed
        K3 coin V1 /a/y 0.05 EUR nonce 2
        K9 arrived 1
        K4 coin V2 /api/x 0.0003 EUR nonce 3
        K4 spent
        +1h K5 coin V2 /api/x 0.0003 EUR nonce 4
        K5 arrived 3
        K6 coin V2 /api/x 0.0003 EUR nonce 3
        "
    ));
}

#[test]
fn a_price_is_one_coin_a_unit_exactly() {
    assert_snapshot!(told(
        "
        K1 coin V1 /a/x 0.05 EUR nonce 1 value 49999
        K1 coin V1 /a/x 0.05 EUR nonce 1 decimals 18 value 50000000000000000
        K2 coin V1 /a/x 0.05 EUR nonce 2 decimals 2 value 5
        K3 coin V2 /api/x 0.0003 EUR nonce 3 decimals 2 value 0
        K4 coin V1 /a/x 0.05 EUR nonce 4 decimals 19 value 5
        "
    ));
}

#[test]
fn a_claim_is_for_what_is_sold_now() {
    assert_snapshot!(told(
        "
        K1 coin V9 /a/x 0.05 EUR nonce 1
        K1 coin V1 /b/x 0.05 EUR nonce 1
        K1 coin V1 /a/x 0.05 USD nonce 1
        K1 coin V1 /a/x 0.04 EUR nonce 1
        K1 coin V1 /a/x 0.05 EUR nonce 1 left 0
        K1/alice coin V1 /a/x 0.05 EUR nonce 1
        V3 offer harbour /a/* fixed 0.03 EUR
        K1 coin V1 /a/x 0.05 EUR nonce 1
        E1 end harbour
        K2 coin V3 /a/x 0.03 EUR nonce 2
        V4 offer words /w/* metered 0.02 EUR 1000 token
        K3 coin V4 /w/x 0.02 EUR nonce 3
        _ topup alice 1.00 EUR most 150
        V5 offer again /a/* fixed 0.03 EUR
        K1/alice buy alice V5 /a/z 0.03 EUR
        "
    ));
}

#[test]
fn no_more_wait_than_may() {
    let mut run = Run::begun();
    SOLD.lines().filter(|line| !line.trim().is_empty()).for_each(|line| drop(run.line(line)));
    let offer = run.state.offers().next().unwrap().0;
    let claim = |number: usize| {
        let Some(Body::ClaimCoin(mut claim)) = body(&["coin", "V1", "/a/x", "0.05", "EUR"], (&BTreeMap::new(), run.now)) else { panic!() };
        claim.nonce[..8].copy_from_slice(&number.to_be_bytes());
        claim.offer = run.offers.get("V1").copied().unwrap_or(offer);
        claim
    };
    let claims: Vec<_> = (0..=MOST_PENDING).map(claim).collect();
    let mut state = run.state.clone();
    let stamp = |number: usize| Stamp { now: run.now, place: Place { frame: u64::try_from(number).unwrap() + 1_000, record: 0 } };
    let mut last = None;
    for (number, claim) in claims.into_iter().enumerate() {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        let id = money::CommandId::new(run.now.ms(), bytes);
        let outcome = state.apply(&Command { id, maker: Maker::Instance, body: Body::ClaimCoin(claim) }, stamp(number));
        assert_eq!(matches!(outcome, Outcome::Applied(_)), number < MOST_PENDING, "{number}: {outcome:?}");
        last = Some(outcome);
    }
    assert_eq!(last, Some(Outcome::Rejected(Rejection::CoinsFull)));
}
