//! Prices that change while somebody looks, and prices that the payer names.

use super::house::{HARBOUR, House};

#[tokio::test]
async fn a_dearer_price_is_seen_and_pressed_again_and_a_cheaper_one_just_goes_on() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let quote = house.quote(HARBOUR);
    house.reprice("fixed = \"0.08 EUR\"").await;
    let seen = reader.get(&format!("/pay?q={quote}")).await;
    assert!(seen.status == 200 && seen.says("The price has risen") && seen.says("was €0.05, now €0.08"), "{}", seen.text);
    let fresh = seen.field("q");
    assert_ne!(fresh, quote);
    reader.pay(&fresh).await.code();
    assert_eq!(reader.balance().await, 4_920_000);

    let (held, cheaper) = (house.quote("/a/tide-tables"), house.quote("/a/harbour-bell"));
    house.reprice("fixed = \"0.02 EUR\"").await;
    let seen = reader.get(&format!("/pay?q={cheaper}")).await;
    assert!(seen.says("Pay €0.02"), "{}", seen.text);
    assert_eq!(seen.field("q"), cheaper);
    reader.pay(&cheaper).await.code();
    assert_eq!(reader.balance().await, 4_900_000);
    // Whoever pressed before a rise pays what the button said, while the price is held.
    let low = house.quote("/a/low");
    house.reprice("fixed = \"0.09 EUR\"").await;
    reader.pay(&low).await.code();
    reader.pay(&held).await.code();
    assert_eq!(reader.balance().await, 4_900_000 - 20_000 - 80_000);
    house.close();
}

#[tokio::test]
async fn what_is_no_longer_sold_is_not_sold_and_what_became_free_opens() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let (article, tip) = (house.quote(HARBOUR), house.quote("/tip"));
    house.offer("[offer.article]\nunlock = \"https://news.localhost/a/*\"\nfree = true\n[offer.gift]\nunlock = \"https://news.localhost/tip\"\nfree = true\n").await;
    let seen = reader.get(&format!("/pay?q={article}")).await;
    assert_eq!((seen.status.as_u16(), seen.location()), (303, "http://news.localhost:4020/a/quiet-harbour"));
    let seen = reader.get(&format!("/pay?q={tip}")).await;
    assert!(seen.status == 410 && seen.says("No longer offered"), "{}", seen.text);
    let csrf = reader.csrf().await.unwrap();
    for quote in [&article, &tip] {
        let fields = [("csrf", csrf.as_str()), ("q", quote.as_str())];
        let seen = reader.request(http::Method::POST, "/pay", &[("sec-fetch-site", "same-origin")], &fields).await;
        assert!([410, 422].contains(&seen.status.as_u16()), "{}", seen.text);
    }
    assert_eq!((house.sales().await, reader.balance().await), (0, 5_000_000));
    house.close();
}

#[tokio::test]
async fn the_payer_names_a_price_from_the_least_up() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let quote = house.quote("/tip");
    let seen = reader.get(&format!("/pay?q={quote}")).await;
    assert!(seen.says("or more") && seen.says("At least €0.10"), "{}", seen.text);
    assert!(seen.text.contains("value=\"200000\"") && seen.text.contains("value=\"1000000\""), "suggestions are base units");
    for (typed, why) in [
        ("0.09", "It costs at least €0.10."),
        ("0", "It costs at least €0.10."),
        ("0,50", "Write the price as a number"),
        ("-1", "Write the price as a number"),
        ("1e3", "Write the price as a number"),
        ("", "Write the price as a number"),
        ("<b>", "Write the price as a number"),
        ("0.1234567", "at most six digits"),
        ("99999999999999999999", "more than can be counted"),
    ] {
        let seen = reader.post("/pay", &[("q", &quote), ("amount_text", typed)]).await;
        assert!(seen.status == 422 && seen.says(why), "{typed}: {}", seen.text);
        assert!(!seen.text.contains("<b>\""), "what was typed stays text");
    }
    let seen = reader.post("/pay", &[("q", &quote), ("amount_text", "7.5")]).await;
    assert!(seen.status == 402 && seen.says("€2.50 is missing"), "{}", seen.text);
    assert_eq!(house.sales().await, 0);
    reader.post("/pay", &[("q", &quote), ("amount_text", " 0.123456 ")]).await.code();
    assert_eq!(reader.balance().await, 4_876_544);
    // Another amount under the same quote is no second purchase.
    reader.post("/pay", &[("q", &quote), ("amount", "200000")]).await.code();
    assert_eq!((house.sales().await, reader.balance().await), (1, 4_876_544));
    house.close();
}

#[tokio::test]
async fn a_pressed_suggestion_is_the_price() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    let quote = house.quote("/tip");
    reader.post("/pay", &[("q", &quote), ("amount", "500000"), ("amount_text", "0.10")]).await.code();
    assert_eq!(reader.balance().await, 500_000);
    // A fixed price is the price, whatever a form says.
    let quote = house.quote(HARBOUR);
    reader.post("/pay", &[("q", &quote), ("amount", "400000")]).await.code();
    assert_eq!(reader.balance().await, 450_000);
    house.close();
}
