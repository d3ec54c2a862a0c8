//! How a wallet is kept and come back to: recovery codes, fresh proofs, and what is refused on the way.

use super::house::{Browser, House, Seen, WALLET};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use money::Span;

/// Makes ten codes and types the first back.
pub async fn keep(browser: &mut Browser<'_>) -> Vec<String> {
    let codes = made(&browser.post("/settings/codes", &[]).await);
    assert_eq!(codes.len(), 10);
    let seen = browser.post("/settings/codes/confirm", &[("code", &codes[0])]).await;
    assert_eq!((seen.status.as_u16(), seen.location()), (303, "/settings?written=1"), "{}", seen.text);
    codes
}

fn made(seen: &Seen) -> Vec<String> {
    seen.text.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn codes_on_paper_open_the_wallet_elsewhere_once_each() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    assert!(reader.get("/").await.says("Only this browser knows"));
    let codes = keep(&mut reader).await;
    let home = reader.get("/").await;
    assert!(!home.says("Only this browser knows") && home.says("€5.00"));
    assert!(reader.get("/settings").await.says("10 are left"));

    let mut phone = house.stranger();
    for wrong in ["", "00000-00000", "not a code at all", &codes[1][..10]] {
        let seen = phone.post("/sign-in/recovery", &[("code", wrong)]).await;
        assert!(seen.status == 422 && seen.says("opened nothing"), "{wrong}");
    }
    let spoken = codes[1].to_lowercase().replace('-', " ");
    let seen = phone.post("/sign-in/recovery", &[("code", &spoken)]).await;
    assert_eq!((seen.status.as_u16(), seen.location()), (303, "/settings?recovered=1"));
    assert!(phone.get("/settings?recovered=1").await.says("You are back"));
    assert_eq!(phone.balance().await, 5_000_000);
    assert!(reader.get("/").await.says("Open a wallet"), "whoever had the other browsers is out");
    let seen = house.stranger().post("/sign-in/recovery", &[("code", &codes[1])]).await;
    assert_eq!(seen.status, 422, "used up");
    let seen =
        house.stranger().request(Method::POST, "/sign-in/recovery", &[("sec-fetch-site", "cross-site")], &[("code", &codes[2])]).await;
    assert_eq!(seen.status, 403);
    house.close();
}

#[tokio::test]
async fn codes_that_were_never_typed_back_open_nothing() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let codes = made(&reader.post("/settings/codes", &[]).await);
    let seen = reader.post("/settings/codes/confirm", &[("code", "00000-00000")]).await;
    assert!(seen.status == 422 && seen.says("none of the ten") && made(&seen).is_empty(), "shown once");
    assert_eq!(house.stranger().post("/sign-in/recovery", &[("code", &codes[0])]).await.status, 422);
    assert!(reader.get("/").await.says("Only this browser knows"));
    house.close();
}

#[tokio::test]
async fn no_wallet_takes_the_place_of_one_that_would_be_lost() {
    let house = House::open().await;
    let codes = keep(&mut house.payer(5).await).await;
    let mut other = house.payer(1).await;
    let seen = other.post("/sign-in/recovery", &[("code", &codes[1])]).await;
    assert!(seen.status == 409 && seen.says("€1.00") && seen.says("Keep it first"));
    assert_eq!(other.balance().await, 1_000_000);
    keep(&mut other).await;
    let seen = other.post("/sign-in/recovery", &[("code", &codes[1])]).await;
    assert!(seen.status == 409 && seen.says("another wallet"), "{}", seen.text);
    assert_eq!(house.stranger().post("/sign-in/recovery", &[("code", &codes[1])]).await.status, 422, "a code that came in is used up");
    let mut empty = house.payer(0).await;
    assert_eq!(empty.post("/sign-in/recovery", &[("code", &codes[2])]).await.status, 303);
    assert_eq!(empty.balance().await, 5_000_000);
    house.close();
}

#[tokio::test]
async fn what_is_kept_is_changed_with_a_fresh_proof_only() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let codes = keep(&mut reader).await;
    house.wait(Span(301));
    for act in ["/settings/codes", "/settings/passkeys", "/settings/passkeys/remove", "/settings/passkeys/options"] {
        let seen = reader.post(act, &[("passkey", "AAAA")]).await;
        assert_eq!((seen.status.as_u16(), seen.location()), (303, "/sign-in?to=settings"), "{act}");
    }
    assert!(reader.get("/sign-in?to=settings").await.says("Prove that it is you"));
    let seen = reader.post("/sign-in/recovery", &[("code", &codes[4]), ("to", "settings")]).await;
    assert_eq!(seen.location(), "/settings");
    assert_eq!(made(&reader.post("/settings/codes", &[]).await).len(), 10);
    house.close();
}

#[tokio::test]
async fn a_payment_above_ten_wants_a_fresh_proof_from_a_kept_wallet() {
    let house = House::open().await;
    house.reprice("fixed = \"10.01 EUR\"").await;
    let mut reader = house.payer(20).await;
    let codes = keep(&mut reader).await;
    house.wait(Span(301));
    let quote = house.quote(super::house::HARBOUR);
    let seen = reader.post("/pay", &[("q", &quote)]).await;
    assert!(seen.status == 303 && seen.location().starts_with("/sign-in?q="), "{}", seen.location());
    assert_eq!(house.sales().await, 0);
    let seen = reader.post("/sign-in/recovery", &[("code", &codes[3]), ("q", &quote)]).await;
    assert_eq!(seen.location(), format!("/pay?q={quote}"));
    assert_eq!(reader.post("/pay", &[("q", &quote)]).await.status, 303);
    assert_eq!(house.sales().await, 1);
    house.close();
}

#[tokio::test]
async fn browsers_are_listed_and_signed_out_one_by_one() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let codes = keep(&mut reader).await;
    let mut phone = house.stranger();
    phone.post("/sign-in/recovery", &[("code", &codes[1])]).await;
    let mut desk = house.stranger();
    desk.post("/sign-in/recovery", &[("code", &codes[2])]).await;
    assert!(phone.get("/").await.says("Open a wallet"), "a code signs all others out");
    let settings = desk.get("/settings").await;
    assert!(settings.says("this one") && !settings.says("Sign out all others"));
    let seen = desk.post("/settings/logins/end", &[("login", "others")]).await;
    assert_eq!(seen.location(), "/settings");
    assert_eq!(desk.balance().await, 5_000_000, "this browser stays");
    let seen = desk.request(Method::POST, "/settings/logins/end", &[("sec-fetch-site", "same-origin")], &[("login", "others")]).await;
    assert_eq!(seen.status, 403, "without the login's secret");
    house.close();
}

#[tokio::test]
async fn a_kept_wallet_may_hold_more() {
    let house = House::open().await;
    let mut reader = house.payer(20).await;
    assert!(!reader.get("/").await.says("Add play money"), "full");
    keep(&mut reader).await;
    assert_eq!(reader.add(20).await.location(), "/?added=1");
    assert_eq!(reader.balance().await, 40_000_000);
    house.close();
}

#[tokio::test]
async fn guesses_from_one_neighbourhood_have_to_wait() {
    let house = House::open().await;
    let visit = crate::door::Visit { client_ip: "203.0.113.7".parse().unwrap(), ..house.visit() };
    for path in ["/sign-in/recovery", "/sign-in/passkey", "/sign-in/passkey/options"] {
        house.wait(Span(60));
        let visit = crate::door::Visit { now: house.now(), ..visit.clone() };
        let mut last = 0;
        for _ in 0..11 {
            let request = Request::post(path).header("origin", WALLET).body(Full::new(Bytes::from("code=zzz"))).unwrap();
            last = house.door.handle(request, &visit).await.status().as_u16();
        }
        assert_eq!(last, 429, "{path}");
    }
    house.close();
}
