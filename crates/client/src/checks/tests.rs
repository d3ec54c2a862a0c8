//! The table of what may be signed and what not.

use super::{Asked, Refusal, check_instance, choose};
use crate::{Address, Caps, Policy};
use money::{Amount, Asset, CommandId, OfferId, Timestamp};
use protocol::challenge::{Terms, route};
use protocol::{Challenge, ChargeRequest, Instance, Issuer, Lasts, digest};

const NOW: &str = "2026-11-22T17:06:05Z";

fn eur() -> Asset {
    Asset::parse("eur-micro").unwrap()
}

fn terms() -> Terms {
    Terms {
        realm: "news.example".into(),
        request: ChargeRequest {
            amount: Amount::from_u32(50_000),
            currency: eur(),
            recipient: "harbour".into(),
            instance: Instance([7; 16]),
            offer: OfferId([9; 32]),
            lasts: Some(Lasts::Ever),
            undo: Some(600),
            external_id: None,
        },
        expires: Timestamp::parse("2026-11-22T17:11:05Z").unwrap(),
        digest: None,
        nonce: CommandId([1; 16]),
        route: route("GET", "/a"),
    }
}

fn issue(terms: &Terms) -> Challenge {
    Issuer::new([5; 32], None).issue(terms)
}

fn policy() -> Policy {
    Policy { max: Caps::of(eur(), Amount::from_u32(50_000)), allow_http_loopback: true, ..Policy::default() }
}

/// The refusal's name, or `signed`.
fn verdict(lines: &[String], url: &str, body: Option<&[u8]>, policy: &Policy) -> String {
    let url = Address::parse(url).unwrap();
    let asked = Asked { url: &url, body, policy, now: Timestamp::parse(NOW).unwrap() };
    match choose(lines.iter().map(String::as_str), &asked) {
        Ok(agreed) => format!("signed {}", agreed.price()),
        Err(refusal) => format!("{refusal:?}").split([' ', '(', '{']).next().unwrap().to_owned(),
    }
}

fn of_terms(change: impl Fn(&mut Terms)) -> String {
    let mut terms = terms();
    change(&mut terms);
    verdict(&[issue(&terms).to_string()], "https://news.example/a", None, &policy())
}

fn of_url(url: &str) -> String {
    verdict(&[issue(&terms()).to_string()], url, None, &policy())
}

#[test]
fn amount_and_currency_are_held_against_the_cap() {
    assert_eq!(of_terms(|_| {}), "signed 0.05 EUR");
    assert_eq!(of_terms(|it| it.request.amount = Amount::from_u32(50_001)), "Dearer");
    assert_eq!(of_terms(|it| it.request.amount = Amount::ZERO), "signed 0.00 EUR");
    assert_eq!(of_terms(|it| it.request.currency = Asset::parse("usd-micro").unwrap()), "Currency");
    let line = [issue(&terms()).to_string()];
    let with = |max| verdict(&line, "https://news.example/a", None, &Policy { max, ..policy() });
    assert_eq!(with(Caps::default()), "Currency");
    assert_eq!(with(Caps::AnyCurrency(Amount::from_u32(50_000))), "signed 0.05 EUR");
    assert_eq!(with(Caps::AnyCurrency(Amount::from_u32(49_999))), "Dearer");
    let mut points = terms();
    points.request.currency = Asset::parse("points:harbour").unwrap();
    let any = Policy { max: Caps::AnyCurrency(Amount::MAX), ..policy() };
    assert_eq!(verdict(&[issue(&points).to_string()], "https://news.example/a", None, &any), "Currency");
}

#[test]
fn the_realm_is_the_host_or_a_parent_of_it() {
    assert_eq!(of_url("https://news.example/a"), "signed 0.05 EUR");
    assert_eq!(of_url("https://pay.news.example/a"), "signed 0.05 EUR");
    assert_eq!(of_url("https://news.example.evil/a"), "Realm");
    assert_eq!(of_url("https://evilnews.example/a"), "Realm");
    assert_eq!(of_terms(|it| it.realm = "example".into()), "Realm");
    assert_eq!(of_terms(|it| it.realm = "pay.news.example".into()), "Realm");
}

#[test]
fn money_goes_over_https_or_stays_on_this_machine() {
    assert_eq!(of_url("http://news.example/a"), "PlainHttp");
    let mut local = terms();
    local.realm = "news.localhost".into();
    let line = [issue(&local).to_string()];
    let at = |url, policy: &Policy| verdict(&line, url, None, policy);
    assert_eq!(at("http://news.localhost:4020/a", &policy()), "signed 0.05 EUR");
    assert_eq!(at("http://news.localhost:4020/a", &Policy { allow_http_loopback: false, ..policy() }), "PlainHttp");
    assert_eq!(at("https://news.localhost:4020/a", &Policy { allow_http_loopback: false, ..policy() }), "signed 0.05 EUR");
}

#[test]
fn what_has_ended_is_not_signed() {
    let at = |text: &str| Timestamp::parse(text).unwrap();
    assert_eq!(of_terms(|it| it.expires = at("2026-11-22T17:05:34Z")), "Expired");
    assert_eq!(of_terms(|it| it.expires = at("2026-11-22T17:05:35Z")), "signed 0.05 EUR", "30 s of skew are forgiven");
    let mut endless = issue(&terms());
    endless.expires = None;
    assert_eq!(verdict(&[endless.to_string()], "https://news.example/a", None, &policy()), "Expired");
}

#[test]
fn a_bound_body_is_the_body_that_was_sent() {
    let bound = |spelling: String| {
        let mut terms = terms();
        terms.digest = Some(spelling);
        move |body| verdict(&[issue(&terms).to_string()], "https://news.example/a", body, &policy())
    };
    let ours = digest::of(b"question");
    assert_eq!(bound(ours.clone())(Some(b"question".as_slice())), "signed 0.05 EUR");
    assert_eq!(bound(ours.replace(':', ""))(Some(b"question".as_slice())), "signed 0.05 EUR", "as the SDKs write it");
    assert_eq!(bound(ours.clone())(Some(b"other".as_slice())), "Digest");
    assert_eq!(bound(ours)(None), "Digest");
    assert_eq!(bound("sha-512=:AAAA:".into())(None), "Digest");
}

#[test]
fn only_our_method_is_signed_and_order_does_not_matter() {
    let ours = issue(&terms()).to_string();
    let mut other = issue(&terms());
    other.method = "tempo".into();
    let mut session = issue(&terms());
    session.intent = "session".into();
    let mut dear = terms();
    dear.request.amount = Amount::from_u32(90_000);
    let dear = issue(&dear).to_string();
    let of = |lines: &[String]| verdict(lines, "https://news.example/a", None, &policy());
    assert_eq!(of(&[]), "NoChallenge");
    assert_eq!(of(&[other.to_string(), session.to_string(), "Basic realm=\"x\"".into()]), "NoChallenge");
    assert_eq!(of(&[other.to_string(), ours.clone()]), "signed 0.05 EUR");
    assert_eq!(of(&[format!("{session}, {ours}")]), "signed 0.05 EUR");
    assert_eq!(of(&[dear.clone(), ours.clone()]), "signed 0.05 EUR");
    assert_eq!(of(&[ours, dear.clone()]), "signed 0.05 EUR");
    assert_eq!(of(&[dear]), "Dearer");
}

#[test]
fn what_cannot_be_read_is_not_signed() {
    let changed = |change: fn(&mut Challenge)| {
        let mut challenge = issue(&terms());
        change(&mut challenge);
        verdict(&[challenge.to_string()], "https://news.example/a", None, &policy())
    };
    assert_eq!(changed(|it| it.request = "e30".into()), "Unreadable");
    assert_eq!(changed(|it| it.opaque = None), "Unreadable");
    assert_eq!(changed(|it| it.opaque = Some("e30".into())), "Unreadable");
    assert_eq!(changed(|it| it.expires = Some("tomorrow".into())), "Unreadable");
    assert_eq!(verdict(&["Payment id=\"x".into()], "https://news.example/a", None, &policy()), "Unreadable");
}

#[test]
fn the_instance_is_the_pinned_one() {
    assert_eq!(check_instance(Instance([7; 16]), Instance([7; 16])), Ok(()));
    assert!(matches!(check_instance(Instance([8; 16]), Instance([7; 16])), Err(Refusal::Instance { .. })));
}
