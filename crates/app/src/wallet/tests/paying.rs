//! A person pays: from a stranger with nothing to a page that opens.

use super::house::{HARBOUR, House, NEWS, ST_HASH};
use crate::codes::Grant;
use http::Method;
use std::future::Future;
use std::pin::Pin;

fn must_be_send<'a, T>(future: impl Future<Output = T> + Send + 'a) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(future)
}

#[tokio::test]
async fn a_stranger_opens_a_wallet_adds_money_pays_and_reads() {
    let house = House::open().await;
    let quote = house.quote(HARBOUR);
    let sheet = format!("/pay?q={quote}");
    let mut reader = house.stranger();

    let seen = reader.get(&sheet).await;
    assert!(seen.status == 200 && seen.says("Open a wallet and go on") && seen.says("€0.05"), "{}", seen.text);
    assert!(seen.says("Harbour Review") && seen.says(NEWS) && seen.says("The quiet harbour"));
    let policy = seen.header("content-security-policy");
    assert!(policy.ends_with("form-action 'self' http://news.localhost:4020"), "{policy}");
    assert_eq!(reader.cookie, None, "looking leaves nothing behind");

    let seen = reader.post("/open", &[("q", &quote)]).await;
    assert_eq!((seen.status.as_u16(), seen.location()), (303, sheet.as_str()));
    let seen = reader.get(&sheet).await;
    assert!(seen.says("€0.05 is missing"), "{}", seen.text);
    let (q, once) = (seen.field("q"), seen.field("once"));
    let seen = reader.post("/pay/top-up", &[("q", &q), ("once", &once), ("amount", "5000000")]).await;
    assert_eq!((seen.status.as_u16(), seen.location()), (303, sheet.as_str()), "the quote is kept");

    let seen = reader.get(&sheet).await;
    assert!(seen.says("Balance after €4.95") && seen.says("Pay €0.05"), "{}", seen.text);
    assert_eq!(house.sales().await, 0, "no page charged");
    let seen = reader.pay(&seen.field("q")).await;
    let sale = reader.last_sale().await;
    let grant = house.opened.instance.codes.redeem(seen.code(), "news.localhost", house.now()).unwrap();
    let Grant { realm, sale: granted, st_hash, item, .. } = grant;
    assert_eq!((realm.as_str(), st_hash, item.as_str()), ("news.localhost", ST_HASH, HARBOUR));
    assert_eq!(protocol::text::serial(granted), sale);
    assert_eq!(house.opened.instance.codes.redeem(seen.code(), "news.localhost", house.now()), None, "once");
    assert_eq!((reader.balance().await, house.earned("ann").await, house.earned("harbour").await), (4_950_000, 35_000, 15_000));
    house.close();
}

#[tokio::test]
async fn the_way_back_is_no_trap_and_what_is_owned_costs_nothing() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    let quote = house.quote(HARBOUR);
    reader.pay(&quote).await.code();

    let seen = reader.get(&format!("/pay?q={quote}")).await;
    assert!(seen.status == 200 && seen.says("Paid") && seen.says("Open the article"), "{}", seen.text);
    reader.pay(&quote).await.code();
    reader.get(&format!("/pay?q={quote}&restore=1")).await.code();
    // A later visit to the wall, after the site's cookie was lost.
    let again = house.quote(HARBOUR);
    reader.get(&format!("/pay?q={again}")).await.code();
    reader.get(&format!("/pay?q={again}&restore=1")).await.code();
    reader.pay(&again).await.code();
    assert_eq!((house.sales().await, reader.balance().await), (1, 950_000));

    let mut other = house.payer(1).await;
    let seen = other.get(&format!("/pay?q={again}&restore=1")).await;
    assert!(seen.says("Not found in this wallet"), "{}", seen.text);
    let seen = house.stranger().get(&format!("/pay?q={again}&restore=1")).await;
    assert!(seen.says("Not found in this wallet"), "{}", seen.text);
    house.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_presses_at_once_charge_once() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let quote = house.quote(HARBOUR);
    let csrf = reader.get(&format!("/pay?q={quote}")).await.field("csrf");
    let cookie = reader.cookie.clone();
    let press = || {
        let (mut tab, quote, csrf) = (house.stranger(), quote.clone(), csrf.clone());
        tab.cookie.clone_from(&cookie);
        must_be_send(async move {
            tab.request(Method::POST, "/pay", &[("sec-fetch-site", "same-origin")], &[("q", &quote), ("csrf", &csrf)]).await
        })
    };
    let mut presses: Vec<_> = (0..100).map(|_| press()).collect();
    // All are under way before any is waited for.
    let all = std::future::poll_fn(|context| {
        presses.retain_mut(|press| match press.as_mut().poll(context) {
            std::task::Poll::Ready(seen) => {
                seen.code();
                false
            }
            std::task::Poll::Pending => true,
        });
        if presses.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    });
    all.await;
    drop(presses);
    assert_eq!((house.sales().await, reader.balance().await), (1, 4_950_000));
    house.close();
}

#[tokio::test]
async fn looking_never_charges_and_a_prefetch_is_not_answered() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let sheet = format!("/pay?q={}", house.quote(HARBOUR));
    for headers in [&[("sec-fetch-site", "cross-site")][..], &[("sec-fetch-user", "?1")], &[("sec-purpose", "prerender")]] {
        let seen = reader.request(Method::GET, &sheet, headers, &[]).await;
        assert_eq!(seen.status, 200);
    }
    for purpose in ["prefetch", "prefetch;prerender"] {
        let seen = reader.request(Method::GET, &sheet, &[("sec-purpose", purpose)], &[]).await;
        assert_eq!((seen.status.as_u16(), seen.header("retry-after")), (503, "1"));
    }
    assert_eq!(reader.request(Method::HEAD, &sheet, &[], &[]).await.status, 200);
    assert_eq!((house.sales().await, reader.balance().await), (0, 5_000_000));
    house.close();
}

#[tokio::test]
async fn without_money_the_sheet_says_how_much_is_missing() {
    let house = House::open().await;
    let mut reader = house.payer(0).await;
    let quote = house.quote(HARBOUR);
    let seen = reader.pay(&quote).await;
    assert!(seen.status == 402 && seen.says("€0.05 is missing"), "{}", seen.text);
    assert!(seen.header("content-security-policy").ends_with("form-action 'self' http://news.localhost:4020"));
    // The quote was not used up by it.
    let once = seen.field("once");
    reader.post("/pay/top-up", &[("q", &quote), ("once", &once), ("amount", "1000000")]).await;
    reader.pay(&quote).await.code();
    house.close();
}

#[tokio::test]
async fn a_limit_that_the_payer_set_says_no() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    let asset = house.asks(HARBOUR).currency;
    let most = money::Amount::new(80_000);
    let sale = protocol::text::parse_serial(&reader.last_sale().await).unwrap();
    let party = house.opened.instance.look(move |state, _| state.sale(sale).unwrap().payer).await.unwrap();
    let guard =
        market::Guard { party, on: market::GuardScope::All, window: market::Window::Day, verdict: market::Verdict::Deny, asset, most };
    house.opened.instance.order(market::Body::SetGuard(guard)).await.unwrap();
    let seen = reader.pay(&house.quote("/a/tide-tables")).await;
    assert!(seen.status == 403 && seen.says("Above a limit you set") && seen.says("guard-denied"), "{}", seen.text);
    assert_eq!(house.sales().await, 1);
    house.close();
}
