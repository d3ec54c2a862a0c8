//! Undo, receipts and who may see them.

use super::house::{HARBOUR, House};
use money::Span;

#[tokio::test]
async fn one_press_takes_a_purchase_back() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    let quote = house.quote(HARBOUR);
    reader.pay(&quote).await.code();
    let home = reader.get("/").await;
    assert!(home.says("Undo Quiet harbour") && home.says("€0.05 spent in") && home.says("1 purchase"), "{}", home.text);
    let sale = home.field("sale");
    assert_eq!(sale, reader.last_sale().await);

    let seen = reader.post("/undo", &[("sale", &sale)]).await;
    assert!(seen.status == 200 && seen.says("Taken back") && seen.says("€0.05") && seen.says("Harbour Review"), "{}", seen.text);
    assert_eq!((reader.balance().await, house.earned("ann").await, house.earned("harbour").await), (1_000_000, 0, 0));
    let seen = reader.post("/undo", &[("sale", &sale)]).await;
    assert!(seen.status == 409 && seen.says("Taken back before"), "{}", seen.text);
    let home = reader.get("/").await;
    assert!(home.says("€0.00 spent in") && home.says("no purchases") && !home.says("Undo Quiet harbour"), "{}", home.text);

    // The way Back to the used quote: it is asked anew, not served for nothing.
    let seen = reader.get(&format!("/pay?q={quote}")).await;
    assert!(seen.says("Pay €0.05"), "{}", seen.text);
    let fresh = seen.field("q");
    assert_ne!(fresh, quote);
    let seen = reader.pay(&quote).await;
    assert!(seen.status == 409 && seen.says("Pay €0.05"), "an old press is no new purchase: {}", seen.text);
    assert_eq!(reader.balance().await, 1_000_000);
    reader.pay(&fresh).await.code();

    let again = reader.last_sale().await;
    assert_ne!(again, sale);
    let seen = reader.post("/undo", &[("sale", &again)]).await;
    assert!(seen.status == 409 && seen.says("You took this back once before, on"), "{}", seen.text);
    assert_eq!((house.sales().await, reader.balance().await), (2, 950_000));
    house.close();
}

#[tokio::test]
async fn every_no_names_its_rule() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let mut sales = Vec::new();
    for number in 0..4 {
        reader.pay(&house.quote(&format!("/a/{number}"))).await.code();
        sales.push(reader.last_sale().await);
    }
    reader.post("/pay", &[("q", &house.quote("/tip"))]).await.code();
    let tip = reader.last_sale().await;
    for sale in &sales[..3] {
        assert_eq!(reader.post("/undo", &[("sale", sale)]).await.status, 200);
    }
    let seen = reader.post("/undo", &[("sale", &sales[3])]).await;
    assert!(seen.status == 403 && seen.says("At one site 3 purchases a day"), "{}", seen.text);
    let seen = reader.get(&format!("/r/{}", sales[3])).await;
    assert!(seen.text.contains("action=\"/undo\""));
    house.wait(Span(601));
    let seen = reader.post("/undo", &[("sale", &sales[3])]).await;
    assert!(seen.status == 409 && seen.says("The time to take it back ended on"), "{}", seen.text);
    let seen = reader.get(&format!("/r/{}", sales[3])).await;
    assert!(!seen.text.contains("action=\"/undo\""));
    // The tip's terms have the usual window, so it is over as well.
    assert_eq!(reader.post("/undo", &[("sale", &tip)]).await.status, 409);
    for unknown in ["", "x", "aaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        assert_eq!(reader.post("/undo", &[("sale", unknown)]).await.status, 404);
    }
    house.close();
}

#[tokio::test]
async fn a_receipt_shows_everything_to_its_payer_and_nothing_to_others() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    let serial = reader.last_sale().await;
    let seen = reader.get(&format!("/r/{serial}")).await;
    assert_eq!(seen.status, 200);
    for words in [
        "€0.05",
        "Harbour Review",
        "harbour",
        "Quiet harbour",
        &serial,
        "TEST",
        "writer",
        "ann",
        "70%",
        "€0.035",
        "€0.015",
        "€0.95",
        "Paid",
    ] {
        assert!(seen.says(words), "{words}: {}", seen.text);
    }
    let json = reader.get(&format!("/r/{serial}.json")).await;
    let content: serde_json::Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!((content["serial"].as_str(), content["charged"].as_str()), (Some(serial.as_str()), Some("50000")));
    assert_eq!(content["legs"]["0"]["amount"], "35000");
    assert_eq!(content["mode"], "test");
    assert!(json.header("content-disposition").starts_with("attachment;"));
    assert!(seen.says(content["payer"].as_str().unwrap()), "the payee's name for the payer");

    let mut other = house.payer(1).await;
    for target in [
        format!("/r/{serial}"),
        format!("/r/{serial}.json"),
        "/r/aaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        "/r/".to_owned(),
        format!("/r/{}", serial.to_uppercase()),
    ] {
        let seen = other.get(&target).await;
        assert!(seen.status == 404 && !seen.says("0.05"), "{target}: {}", seen.text);
    }
    let seen = other.post("/undo", &[("sale", &serial)]).await;
    assert_eq!(seen.status, 404);
    assert_eq!(house.stranger().get(&format!("/r/{serial}")).await.location(), "/");

    reader.post("/undo", &[("sale", &serial)]).await;
    let seen = reader.get(&format!("/r/{serial}")).await;
    assert!(seen.says("Taken back by you"), "{}", seen.text);
    assert_eq!(reader.get(&format!("/r/{serial}.json")).await.text, json.text, "the receipt is of the sale and never changes");
    house.close();
}
