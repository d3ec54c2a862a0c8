//! Offers: versions never change, pages have one seller, wallets have a limit.

use super::check;
use crate::{Selector, SelectorError};
use insta::assert_snapshot;

#[test]
fn an_offer_is_set_changed_and_withdrawn() {
    assert_snapshot!(check(
        "
        V1 offer harbour /a/* fixed 0.05 EUR
        _ offer harbour /a/* fixed 0.05 EUR
        V2 offer harbour /a/* fixed 0.08 EUR
        V1 offer harbour /a/* fixed 0.05 EUR
        _ offer harbour /a/* fixed 0.05 EUR
        E1 end harbour
        E1 end harbour
        _ end harbour
        _ offer harbour /a/* fixed 0.05 EUR
    "
    ));
}

#[test]
fn two_offers_never_claim_one_page() {
    assert_snapshot!(check(
        "
        _ offer harbour /a/* fixed 0.05 EUR
        _ offer deep /a/*/notes fixed 0.05 EUR
        _ offer all /** fixed 0.05 EUR
        _ offer exact /a/x free
        _ offer other /b/** fixed 0.05 EUR
        _ offer harbour /b/x fixed 0.05 EUR
        _ offer all /** fixed 0.00 EUR payee nobody
    "
    ));
}

#[test]
fn what_makes_no_offer() {
    assert_snapshot!(check(
        "
        _ offer a /a fixed 0.00 EUR
        _ offer b /b fixed 0.05 EUR payee nobody
        _ offer c /c fixed 0.05 EUR writer:nobody:rest
        _ offer d /d fixed 0.05 EUR writer:ann:7000bp
        _ offer e /e fixed 0.05 EUR writer:ann:7000bp house:self:4000bp none:ann:rest
        _ offer f /f fixed 0.05 EUR writer:ann:0.06 house:self:rest
        _ offer g /g at-least 0.05 EUR writer:ann:0.05 house:self:rest
        _ offer h /h fixed 0.05 EUR :ann:rest
        _ offer i /i fixed 0.05 EUR lasts 0s
        _ offer a-name-of-more-than-sixty-four-bytes-is-no-name-that-anyone-can-read /j free
    "
    ));
}

#[test]
fn payees_and_wallets() {
    assert_snapshot!(check(
        "
        _ found 1
        _ found 2
        _ open ann ann
        _ open ann bob
        _ open operator bob
        _ open self bob
        _ open Bob bob
        _ open b bob
        _ topup alice 0.00 EUR
        _ topup alice 60.00 EUR most 100
        _ topup alice 40.000001 EUR most 100
        _ topup alice 40.00 EUR most 100
        _ topup bob 9223372036854.775807 XTS
        _ topup bob 0.000001 XTS
        _ guard alice day 1.00 EUR site
    "
    ));
}

#[test]
fn selectors_are_read_and_matched_by_segment() {
    let pages = |text: &str| Selector::parse(text);
    let covers = |pattern: &str, path: &str| Selector::new("news.example", pattern).unwrap().covers(path);
    assert_eq!(pages("https://news.example:8443/a/*").unwrap().to_string(), "news.example/a/*");
    assert!(pages("http://localhost:8080/a").is_ok() && pages("http://news.localhost/a").is_ok() && pages("http://127.0.0.1/a").is_ok());
    for text in
        ["http://news.example/a", "ftp://news.example/a", "news.example/a", "https://news.example", "https:///a", "https://News.example/a"]
    {
        assert_eq!(pages(text), Err(SelectorError::Form), "{text}");
    }
    for text in ["https://news.example/a*", "https://news.example/**/a", "https://news.example/***"] {
        assert_eq!(pages(text), Err(SelectorError::Star), "{text}");
    }
    for text in ["https://news.example/ä", "https://news.example/a?b", "https://news.example/a#b", "https://news.example/a b"] {
        assert_eq!(pages(text), Err(SelectorError::Text), "{text}");
    }
    assert!(covers("/a/*", "/a/x") && covers("/a/**", "/a/x/y") && covers("/a/**", "/a") && covers("/a/*/c", "/a/b/c") && covers("/", "/"));
    assert!(!covers("/a/*", "/a") && !covers("/a/*", "/a/x/y") && !covers("/a/*/c", "/a/b/d") && !covers("/a", "/b") && !covers("/a", "a"));
    assert!(covers("/a/*", "/a/*") && !covers("/b/x", "/b/*") && !covers("/b/x", "/**"), "a star in a page's path is no pattern");
}
