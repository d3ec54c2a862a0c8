//! What is kept, found again and let go.

use super::*;
use crate::{Caps, Policy};
use money::{Asset, OfferId, Timestamp};
use protocol::Instance;
use protocol::challenge::SessionRequest;

fn offered(scope: &str, units: u32, unit: &str) -> Offered {
    let request = SessionRequest {
        amount: Amount::from_u32(units),
        per: 1,
        currency: Asset::fiat("EUR").unwrap(),
        recipient: "harbour".to_owned(),
        unit_type: unit.to_owned(),
        instance: Instance([7; 16]),
        offer: OfferId([4; 32]),
        step: Amount::from_u32(units),
        hold: Amount::from_u32(units),
        scope: scope.to_owned(),
    };
    let challenge = Challenge {
        id: "mac".to_owned(),
        realm: "news.example".to_owned(),
        method: METHOD.to_owned(),
        intent: "session".to_owned(),
        request: protocol::text::base64url(request.canonical().as_bytes()),
        expires: Some("2026-11-23T00:00:00Z".to_owned()),
        digest: None,
        opaque: None,
        header: None,
    };
    Offered { expires: challenge.expires_at().unwrap(), request, challenge }
}

fn most(standing: &Standing, url: &str, cap: u32) -> Option<u64> {
    let policy = Policy { max: Caps::of(Asset::fiat("EUR").unwrap(), Amount::from_u32(cap)), ..Policy::default() };
    let url = Address::parse(url).unwrap();
    let now = Timestamp::parse("2026-11-22T00:00:00Z").unwrap();
    standing.ahead(&Asked { url: &url, body: None, policy: &policy, now }).map(|ahead| ahead.max.units())
}

#[test]
fn the_narrowest_scope_counts_and_the_cap_is_never_passed() {
    let mut standing = Standing::default();
    assert!(standing.note(&offered("/**", 10, PURCHASE), &[]) && standing.note(&offered("/a/*", 20, PURCHASE), &[]));
    assert_eq!(most(&standing, "https://news.example/a/x?q=1", 100), Some(30));
    assert_eq!(most(&standing, "https://news.example/b", 100), Some(15));
    assert_eq!(most(&standing, "https://news.example/a/x", 25), Some(25));
    assert_eq!(most(&standing, "https://news.example/a/x", 19), None);
    assert_eq!(most(&standing, "https://other.example/a/x", 100), None, "another realm");
    assert_eq!(most(&standing, "http://news.example/a/x", 100), None, "another way");
    standing.note(&offered("/a/*", 40, PURCHASE), &[]);
    assert_eq!(most(&standing, "https://news.example/a/x", 100), Some(60), "the last quote counts");
    standing.forget(&Address::parse("https://news.example/a/x").unwrap());
    assert_eq!(most(&standing, "https://news.example/a/x", 100), None, "both were for that page");
}

#[test]
fn only_so_many_are_kept_and_none_of_what_is_not_sold_whole() {
    let mut standing = Standing::default();
    assert!(!standing.note(&offered("/a/*", 10, "token"), &[]));
    assert!(!standing.note(&offered("/a/*", 10, "call"), &[]), "without a charge beside it");
    for number in 0..40 {
        standing.note(&offered(&format!("/{number}/*"), 10, PURCHASE), &[]);
    }
    assert_eq!(standing.0.len(), MOST_SCOPES);
    assert!(most(&standing, "https://news.example/39/x", 100).is_some() && most(&standing, "https://news.example/0/x", 100).is_none());
}
