//! Months as people keep them: they add up, stay as they were, are signed, and are nobody else's.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

use super::house::{Browser, HARBOUR, House};
use money::{Span, Timestamp};
use protocol::PublicKey;
use protocol::json::Object;
use protocol::text::{base64url, from_base64url};
use sha2::{Digest, Sha256};

/// Offers with a fee for the operator, so that each part of the line is more than nothing.
const WITH_FEE: &str = r#"
[offer.article]
unlock = "https://news.localhost/a/*"
price = { fixed = "0.054321 EUR" }
refund = { window = "10m", per_payer = "9/day" }
split = [
  { label = "writer", to = "ann", bp = 7000 },
  { label = "service", to = "operator", bp = 500 },
  { label = "house", to = "self", rest = true },
]

[offer.tip]
unlock = "https://news.localhost/tip"
price = { at_least = "0.10 EUR" }
"#;

/// Lets time pass until so many seconds before the end of the month that follows; on the way the reader looks in, or the login
/// would end.
async fn to_the_end_of_next_month(reader: &mut Browser<'_>, house: &House, seconds: u64) -> u32 {
    let next = house.now().utc_month() + 1;
    let left = Timestamp::of_utc_month(next + 1).before(Span(seconds)).seconds() - house.now().seconds();
    for part in [left / 3, left / 3, left - 2 * (left / 3)] {
        house.wait(Span(part));
        reader.get("/").await;
    }
    next
}

fn name(month: u32) -> String {
    Timestamp::of_utc_month(month).to_string()[..7].to_owned()
}

fn units(value: &serde_json::Value) -> i64 {
    value.as_str().unwrap().parse().unwrap()
}

/// A document that its proof holds for, read; the proof is checked as a stranger would.
async fn proved(kind: &str, text: &str, house: &House) -> serde_json::Value {
    let mut content: serde_json::Value = serde_json::from_str(text).unwrap();
    let facts: serde_json::Value = serde_json::from_str(&house.stranger().get("/.well-known/farthing.json").await.text).unwrap();
    let key = PublicKey::parse(facts["receipt_keys"][0]["key"].as_str().unwrap()).unwrap();
    let proof = content.as_object_mut().unwrap().remove("proof").unwrap();
    let plain = text.replace(&format!(",\"proof\":{proof}"), "");
    let proof = from_base64url(proof.as_str().unwrap()).unwrap();
    let signature: [u8; 64] = proof[5..].try_into().unwrap();
    assert_eq!(proof[..5], [&[1][..], &key.id()].concat());
    let signed = format!("farthing/document/1\n{}\n{kind}\n{}", facts["instance"].as_str().unwrap(), base64url(&Sha256::digest(&plain)));
    assert!(key.verifies(signed.as_bytes(), &signature), "{text}");
    assert!(!key.verifies(signed.replace(kind, "other").as_bytes(), &signature));
    content
}

async fn json(reader: &mut Browser<'_>, month: u32) -> (String, serde_json::Value) {
    let seen = reader.get(&format!("/statements/{}.json", name(month))).await;
    assert_eq!((seen.status.as_u16(), seen.header("content-type")), (200, "application/json"), "{}", seen.text);
    let content = serde_json::from_str(&seen.text).unwrap();
    (seen.text, content)
}

#[tokio::test]
async fn a_month_adds_up_and_stays_as_it_was() {
    let house = House::open().await;
    house.offer(WITH_FEE).await;
    let mut reader = house.payer(5).await;
    let month = to_the_end_of_next_month(&mut reader, &house, 300).await;
    for path in [HARBOUR, "/a/second", "/a/third"] {
        reader.pay(&house.quote(path)).await.code();
    }
    let third = reader.last_sale().await;
    reader.post("/undo", &[("sale", &third)]).await;
    reader.pay(&house.quote("/a/fourth")).await.code();
    let fourth = reader.last_sale().await;

    let (_, open) = json(&mut reader, month).await;
    assert_eq!((open["state"].as_str(), open["as_of"].as_str()), (Some("open"), Some(&*house.now().to_string())));
    let list = reader.get("/statements").await;
    assert!(list.says("until now") && list.says("€4.837037"), "{}", list.text);

    // Nothing of this reaches back: the month is over.
    house.wait(Span(360));
    reader.post("/undo", &[("sale", &fourth)]).await;
    let (text, closed) = json(&mut reader, month).await;
    let content = proved("statement", &text, &house).await;
    assert_eq!((&content["state"], &content["rows"]), (&"closed".into(), &open["rows"]));
    assert_eq!(content["as_of"], content["to"]);
    let figures = ["opening", "in", "out", "closing"].map(|key| units(&closed[key]));
    assert_eq!(figures, [5_000_000, 54_321, -217_284, 4_837_037]);
    let rows = closed["rows"].as_array().unwrap();
    let moved: i64 = rows.iter().map(|row| units(&row["amount"])).sum();
    assert_eq!(figures[0] + moved, figures[3], "opening + movements = closing");
    let states: Vec<&str> = rows.iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["paid", "paid", "refunded", "done", "paid"], "what was taken back later is paid in this month");
    let division = &closed["division"];
    let sum = |list: &str| division[list].as_array().unwrap().iter().map(|part| units(&part["amount"])).sum::<i64>();
    let (total, kept, fees, back) = (units(&division["total"]), sum("payees"), sum("fees"), units(&division["refunds"]));
    assert_eq!((total, total), (kept + fees + back, 217_284), "payer total = payee net + each fee + refunds");
    assert!(kept > 0 && fees > 0 && back == 54_321);

    // The refund is in the month in which it was made, of a sale of the month before.
    let (_, next) = json(&mut reader, month + 1).await;
    assert_eq!((units(&next["opening"]), units(&next["closing"]), units(&next["division"]["total"])), (4_837_037, 4_891_358, 0));
    assert_eq!(json(&mut reader, month).await.0, text, "the month before did not hear of it");
    house.close();
}

#[tokio::test]
async fn a_statement_on_paper_is_the_same_to_the_byte_and_holds_its_facts() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let month = to_the_end_of_next_month(&mut reader, &house, 300).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    house.wait(Span(600));
    let address = format!("/statements/{}.pdf", name(month));
    let first = reader.get(&address).await;
    assert_eq!((first.status.as_u16(), first.header("content-type")), (200, "application/pdf"));
    assert_eq!(first.header("content-disposition"), format!("attachment; filename=\"farthing-test-statement-{}.pdf\"", name(month)));
    assert!(first.header("content-security-policy").starts_with("sandbox"));
    house.wait(Span(3_600));
    assert_eq!(reader.get(&address).await.bytes, first.bytes, "an hour later it is the same");
    house.close();
}

#[tokio::test]
async fn a_month_is_its_payers_alone_and_there_only_if_something_moved() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    let this = house.now().utc_month();
    let mut other = house.stranger();
    assert_eq!(other.get("/statements").await.location(), "/");
    assert_eq!(other.get(&format!("/statements/{}.csv", name(this))).await.location(), "/");
    let mut empty = house.payer(0).await;
    assert!(empty.get("/statements").await.says("Nothing yet."));
    assert_eq!(empty.get(&format!("/statements/{}.json", name(this))).await.status, 404);
    assert_eq!(reader.get(&format!("/statements/{}.json", name(this))).await.status, 200);
    for target in [
        format!("/statements/{}.json", name(this - 1)),
        format!("/statements/{}.json", name(this + 1)),
        format!("/statements/{}.xml", name(this)),
        format!("/statements/{}", name(this)),
        "/statements/".to_owned(),
        "/statements/2026-13.csv".to_owned(),
    ] {
        assert_eq!(reader.get(&target).await.status, 404, "{target}");
    }
    assert_eq!(reader.get("/statements?before=x").await.status, 400);
    house.close();
}

#[tokio::test]
async fn a_month_as_csv_has_the_rows_of_the_history() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    let month = reader.get(&format!("/statements/{}.csv", name(house.now().utc_month()))).await;
    let whole = reader.get("/history.csv").await;
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&month.text), sorted(&whole.text));
    assert!(month.text.starts_with(
        "id,at,kind,party,site,item,amount,currency,fee,rate,other_amount,other_currency,state,mode,units,unit,unit_price,per\r\n"
    ));
    house.close();
}

#[tokio::test]
async fn a_receipt_is_signed_and_says_what_the_header_said() {
    let house = House::open().await;
    let mut reader = house.payer(1).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    let serial = reader.last_sale().await;
    let seen = reader.get(&format!("/r/{serial}.json")).await;
    let content = proved("receipt", &seen.text, &house).await;
    assert_eq!(content["serial"], serial.as_str());
    let plain = Object::parse(seen.text.as_bytes()).unwrap().without("proof").canonical();
    let id = protocol::text::parse_serial(&serial).unwrap();
    let sold = house.opened.instance.look(move |state, _| crate::receipts::Sold::find(state, id)).await.unwrap().unwrap();
    let full: [u8; 32] = Sha256::digest(plain).into();
    assert_eq!(full, sold.full(house.opened.instance.speaker()), "less its proof it is the receipt of `Payment-Receipt`");
    let paper = reader.get(&format!("/r/{serial}.pdf")).await;
    assert_eq!((paper.status.as_u16(), paper.header("content-type")), (200, "application/pdf"));
    reader.post("/undo", &[("sale", &serial)]).await;
    assert_eq!(reader.get(&format!("/r/{serial}.pdf")).await.bytes, paper.bytes, "the receipt is of the sale and never changes");
    assert_eq!(reader.get(&format!("/r/{serial}.xml")).await.status, 404);
    assert_eq!(house.payer(1).await.get(&format!("/r/{serial}.pdf")).await.status, 404);
    house.close();
}
