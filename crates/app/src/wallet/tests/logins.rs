//! Logins: made at a press, kept by a cookie, over when they should be.

use super::house::House;
use super::keeping::keep;
use crate::door::WALLET_COOKIE;
use http::Method;
use money::{Party, Span};

#[tokio::test]
async fn a_second_press_keeps_the_first_wallet() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let cookie = reader.cookie.clone();
    assert_eq!(cookie.as_ref().unwrap().len(), 22, "128 random bits");
    let seen = reader.post("/open", &[]).await;
    assert_eq!((seen.status.as_u16(), seen.location(), &reader.cookie), (303, "/", &cookie));
    assert_eq!(reader.balance().await, 5_000_000);
    let seen = house.stranger().request(Method::POST, "/open", &[("sec-fetch-site", "cross-site")], &[]).await;
    assert_eq!(seen.status, 403);
    // Where to go on is never taken from the form but as a quote.
    let seen = house.stranger().post("/open", &[("q", "//evil.example/\r\nx&y")]).await;
    assert_eq!(seen.location(), "/pay?q=%2F%2Fevil.example%2F%0D%0Ax%26y");
    house.close();
}

#[tokio::test]
async fn a_login_slides_while_used_and_ends_when_not() {
    const DAY: u64 = 86_400;
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let set = |seen: &super::house::Seen| seen.header("set-cookie").to_owned();
    assert_eq!(set(&reader.get("/").await), "", "a fresh login is not noted at every page");
    house.wait(Span(29 * DAY));
    assert!(set(&reader.get("/").await).contains("Max-Age=2592000"));
    for _ in 0..2 {
        house.wait(Span(29 * DAY));
        assert!(reader.get("/").await.says("€5.00"));
    }
    assert!(!set(&reader.get("/").await).contains("Max-Age"));
    house.wait(Span(2 * DAY));
    assert!(set(&reader.get("/").await).contains("Max-Age=86400"), "ninety days are the end in any case");
    house.wait(Span(2 * DAY));
    assert!(reader.get("/").await.says("Open a wallet"));

    let mut idle = house.payer(1).await;
    house.wait(Span(31 * DAY));
    assert!(idle.get("/").await.says("Open a wallet"));
    house.close();
}

#[tokio::test]
async fn who_signs_out_is_out() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let mut copy = house.stranger();
    copy.cookie.clone_from(&reader.cookie);
    assert!(copy.get("/").await.says("€5.00"));
    let seen = reader.post("/sign-out", &[]).await;
    assert!(seen.status == 409 && seen.says("€5.00") && seen.says("Keep this wallet"), "nothing else opens it: the money would be lost");
    keep(&mut reader).await;
    let seen = reader.post("/sign-out", &[]).await;
    assert!(seen.header("set-cookie").starts_with(&format!("{WALLET_COOKIE}=; Path=/; Max-Age=0;")));
    assert_eq!(reader.cookie, None);
    assert!(copy.get("/").await.says("Open a wallet"), "the cookie opens nothing any more");
    assert_eq!(house.stranger().post("/sign-out", &[]).await.location(), "/");
    house.close();
}

#[tokio::test]
async fn in_the_demo_whoever_looks_is_the_reader() {
    let reader = Party([3; 20]);
    let house = House::open_as("mode = \"test\"\ncurrency = \"EUR\"", Some(reader)).await;
    let mut browser = house.stranger();
    let seen = browser.get("/").await;
    assert!(seen.status == 200 && seen.says("Balance") && browser.cookie.is_some());
    assert_eq!(browser.add(5).await.location(), "/?added=1");
    let asset = house.opened.instance.config.asset();
    let has = house.opened.instance.look(move |state, _| state.available(reader, asset).units()).await.unwrap();
    assert_eq!(has, 5_000_000);
    assert!(house.stranger().get("/").await.says("€5.00"), "another browser is the same reader");
    // A form without a login is refused as everywhere; only looking signs in.
    let seen = house.stranger().request(Method::POST, "/undo", &[("sec-fetch-site", "same-origin")], &[]).await;
    assert_eq!((seen.location(), seen.header("set-cookie")), ("/", ""));
    let seen = house.stranger().request(Method::GET, "/", &[("sec-purpose", "prefetch")], &[]).await;
    assert_eq!(seen.header("set-cookie"), "");
    house.close();
}
