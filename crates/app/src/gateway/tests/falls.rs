//! A price that falls, over the door: what is shown, what is charged under an older quote, and what comes after its end.

use super::people::HTML;
use super::races::{clock, pass};
use super::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// Articles that cost 0.07, after a minute 0.05, after two 0.03, and after three are no longer sold. It began 59 seconds ago.
async fn falling(clock: &Arc<AtomicU64>) -> Bed {
    let (origin, folder) = (Origin::start().await, tempfile::tempdir().unwrap());
    let starts = Timestamp::from_seconds(Timestamp(clock.load(Ordering::Relaxed)).seconds()).before(Span(59));
    let price = format!(
        "price = {{ decay = [[\"0m\", \"0.07 EUR\"], [\"60s\", \"0.05 EUR\"], [\"120s\", \"0.03 EUR\"]] }}\nwhen = {{ starts = {starts}, ends = {} }}",
        starts.after(Span(180))
    );
    let offers = OFFERS.replacen("price = { fixed = \"0.05 EUR\" }", &price, 1);
    std::fs::write(folder.path().join("falls.toml"), offers).unwrap();
    let (text, clock) = (Bed::configured(origin.address, ("falls.toml", "")), Arc::clone(clock));
    Bed::of(&text, (folder, origin), Arc::new(move || Timestamp(clock.load(Ordering::Relaxed)))).await
}

#[tokio::test]
async fn a_quote_is_never_dearer_and_cheaper_where_the_price_fell() {
    let clock = clock();
    let bed = falling(&clock).await;
    let (alice, bob) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await);
    let quoted = bed.challenge("/a/quiet").await;
    assert_eq!(quoted.charge().unwrap().amount, Amount::from_u32(70_000));
    pass(&clock, 2);
    let credential = protocol::Credential::sign(quoted, &alice).unwrap().header_value();
    let bought = bed.ask(request("GET", "/a/quiet", &[("authorization", &credential)])).await;
    assert_eq!((bought.status, bought.receipt().unwrap().receipt.amount), (StatusCode::OK, Amount::from_u32(50_000)), "{}", bought.text());
    assert_eq!((bed.available(&alice).await, bed.earned().await), (950_000, 50_000));

    let wall = bed.ask(request("GET", "/a/other", &[HTML])).await;
    let text = wall.text();
    assert!(text.contains("€0.05") && text.contains("€0.03") && text.contains("On sale until"), "now, next, and until when: {text}");
    assert_eq!(bed.pay("/a/other", &bob).await.receipt().unwrap().receipt.amount, Amount::from_u32(50_000));
    let late = bed.challenge("/a/quiet").await;
    pass(&clock, 60);
    assert!(!bed.ask(request("GET", "/a/other", &[HTML])).await.text().contains("€0.05"));
    pass(&clock, 60);
    let ended = (410, "offer-ended".to_owned());
    assert_eq!(bed.get("/a/quiet").await.refusal(), ended);
    assert_eq!(bed.ask(request("GET", "/a/quiet", &[HTML])).await.status, StatusCode::GONE);
    let credential = protocol::Credential::sign(late, &bob).unwrap().header_value();
    assert_eq!(bed.ask(request("GET", "/a/quiet", &[("authorization", &credential)])).await.refusal(), ended);
    assert_eq!((bed.available(&bob).await, bed.earned().await), (950_000, 100_000));
}
