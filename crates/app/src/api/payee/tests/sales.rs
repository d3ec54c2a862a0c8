//! Sales, refunds and events as a payee's program sees them.

use super::{Program, buys, content, count, refused, until};
use crate::wallet::tests::house::{HARBOUR, House};
use http::Method;
use protocol::text::serial;
use serde_json::{Value, json};

fn kinds(events: &Value) -> Vec<&str> {
    events["rows"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_sale_is_listed_given_back_once_and_told_as_events() {
    let house = House::open().await;
    let (harbour, ann) = (Program::of(&house, "harbour").await, Program::of(&house, "ann").await);
    let sale = serial(buys(&house, HARBOUR).await);
    let listed = until(&harbour, "/v1/sales", |seen| count(seen) == 1).await;
    let row = &listed["rows"][0];
    assert_eq!((row["id"].as_str(), row["charged"].as_str(), row["state"].as_str()), (Some(&*sale), Some("50000"), Some("live")));
    let legs = json!([{"label": "writer", "to": "ann", "amount": "35000"}, {"label": "house", "to": "harbour", "amount": "15000"}]);
    assert_eq!(row["legs"], legs);
    assert_eq!(content(&harbour.get(&format!("/v1/sales/{sale}")).await), *row);
    assert_eq!(content(&ann.get("/v1/sales").await)["rows"], json!([]), "a share of a sale is not a sale of one's own");
    refused(&ann.get(&format!("/v1/sales/{sale}")).await, 404, "unknown");
    let money = |seen: &Value| seen["balances"][0]["available"].as_str().unwrap().to_owned();
    assert_eq!(money(&content(&harbour.get("/v1/payee").await)), "15000");
    assert_eq!(money(&content(&ann.get("/v1/payee").await)), "35000");

    let refund = format!("/v1/sales/{sale}/refund");
    refused(&ann.post(&refund, "").await, 404, "unknown");
    for wrong in ["{\"part\":\"1\"}", "{\"reason\":\"\"}", "{\"reason\":\"she asked\"}", "{\"amount\":1}", "all"] {
        refused(&harbour.post(&refund, wrong).await, 400, "bad-request");
    }
    for wrong in ["0", "50001"] {
        let seen = harbour.post(&refund, &format!("{{\"amount\":\"{wrong}\"}}")).await;
        assert!(seen.text.contains("\"left\":\"50000\""), "it says what is left: {}", seen.text);
        refused(&seen, 422, "refund-above-left");
    }
    refused(&harbour.call(Method::POST, &refund, ("", None)).await, 400, "bad-request");
    let id = harbour.fresh();
    for _ in 0..2 {
        let done = content(&harbour.call(Method::POST, &refund, ("", Some(id))).await);
        assert_eq!(done, json!({"returned": "50000", "left": "0", "currency": "eur-micro", "sale": sale}));
    }
    refused(&harbour.post(&refund, "").await, 409, "already-refunded");
    let seen = content(&harbour.get(&format!("/v1/sales/{sale}")).await);
    assert_eq!((&seen["state"], &seen["refund_reason"]), (&"refunded".into(), &"payee".into()));
    assert_eq!(money(&content(&harbour.get("/v1/payee").await)), "0");

    let events = until(&harbour, "/v1/events", |seen| count(seen) == 6).await;
    let expected = ["offer.changed", "offer.changed", "charge.made", "entitlement.granted", "charge.refunded", "entitlement.ended"];
    assert_eq!(kinds(&events), expected);
    let made = &events["rows"][2];
    assert_eq!((&made["object"]["sale"], &made["object"]["payer"], &made["mode"]), (&sale.clone().into(), &row["payer"], &"test".into()));
    assert_eq!(made["object"]["legs"], legs, "told as it was, whatever came after");
    assert_eq!(events["rows"][4]["object"]["reason"], "payee");
    assert_eq!(content(&ann.get("/v1/events").await), json!({"rows": [], "next": null}));
    house.close();
}

#[tokio::test]
async fn a_part_is_given_back_under_its_own_id_and_the_page_stays() {
    let house = House::open().await;
    let harbour = Program::of(&house, "harbour").await;
    let sale = serial(buys(&house, HARBOUR).await);
    let refund = format!("/v1/sales/{sale}/refund");
    let id = harbour.fresh();
    for _ in 0..2 {
        let body = "{\"amount\":\"20001\",\"reason\":\"goodwill\"}";
        let done = content(&harbour.call(Method::POST, &refund, (body, Some(id))).await);
        assert_eq!(done, json!({"returned": "20001", "left": "29999", "currency": "eur-micro", "sale": sale}));
    }
    refused(&harbour.call(Method::POST, &refund, ("{\"amount\":\"20002\"}", Some(id))).await, 409, "id-reused");
    let seen = content(&harbour.get(&format!("/v1/sales/{sale}")).await);
    assert_eq!((&seen["state"], &seen["returned"], &seen["refunded_at"]), (&"part-refunded".into(), &"20001".into(), &Value::Null));
    for (state, found) in [("live", 0), ("part-refunded", 1), ("refunded", 0)] {
        until(&harbour, &format!("/v1/sales?state={state}"), |seen| count(seen) == found).await;
    }
    refused(&harbour.post(&refund, "{\"amount\":\"30000\"}").await, 422, "refund-above-left");
    let rest = content(&harbour.post(&refund, "{\"reason\":\"mistake\"}").await);
    assert_eq!((&rest["returned"], &rest["left"]), (&"29999".into(), &"0".into()));
    let events = until(&harbour, "/v1/events", |seen| count(seen) == 7).await;
    let expected = ["charge.made", "entitlement.granted", "charge.refunded", "charge.refunded", "entitlement.ended"];
    assert_eq!(kinds(&events)[2..], expected, "a part ends nothing");
    let part = &events["rows"][4]["object"];
    assert_eq!(
        (&part["returned"], &part["left"], &part["reason"], &part["cause"]),
        (&"20001".into(), &"29999".into(), &"payee".into(), &"goodwill".into())
    );
    assert_eq!(events["rows"][5]["object"]["cause"], "mistake");
    assert_eq!(content(&harbour.get("/v1/payee").await)["balances"][0]["available"], "0", "every leg is reversed to the last unit");
    house.close();
}

#[tokio::test]
async fn events_are_read_on_from_any_of_them() {
    let house = House::open().await;
    let harbour = Program::of(&house, "harbour").await;
    for page in 0..5 {
        buys(&house, &format!("/a/page-{page}")).await;
    }
    let all = until(&harbour, "/v1/events", |seen| count(seen) == 12).await["rows"].as_array().unwrap().clone();
    for limit in 1..=4 {
        let (mut read, mut after) = (Vec::new(), "0".to_owned());
        loop {
            let page = content(&harbour.get(&format!("/v1/events?after={after}&limit={limit}")).await);
            assert!(count(&page) <= limit);
            read.extend(page["rows"].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) => after = next.to_owned(),
                None => break,
            }
        }
        assert_eq!(read, all, "limit {limit}");
    }
    let ids: std::collections::BTreeSet<&str> = all.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), all.len());
    let seqs: Vec<u64> = all.iter().map(|event| event["seq"].as_str().unwrap().parse().unwrap()).collect();
    assert!(seqs.is_sorted_by(|one, next| one < next));
    for wrong in ["after=01", "after=-1", "after=x", "after=", "after=99999999999999999999", "limit=0", "limit=201", "from=1"] {
        refused(&harbour.get(&format!("/v1/events?{wrong}")).await, 400, "bad-request");
    }
    assert_eq!(content(&harbour.get(&format!("/v1/events?after={}", u64::MAX)).await)["rows"], json!([]));
    house.close();
}

#[tokio::test]
async fn sales_are_paged_and_filtered() {
    let house = House::open().await;
    let harbour = Program::of(&house, "harbour").await;
    let mut sold = Vec::new();
    for page in 0..5 {
        sold.push(serial(buys(&house, &format!("/a/page-{page}")).await));
    }
    let tip = serial(buys(&house, "/tip").await);
    let all = until(&harbour, "/v1/sales", |seen| count(seen) == 6).await;
    let (mut ids, mut before) = (Vec::new(), String::new());
    loop {
        let page = content(&harbour.get(&format!("/v1/sales?limit=2{before}")).await);
        ids.extend(page["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        before = format!("&before={next}");
    }
    sold.push(tip.clone());
    sold.reverse();
    assert_eq!(ids, sold, "newest first, each once");
    content(&harbour.post(&format!("/v1/sales/{}/refund", sold[2]), "").await);
    let one = |seen: &Value| seen["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let filtered = async |filter: &str| one(&content(&harbour.get(&format!("/v1/sales?{filter}")).await));
    assert_eq!(filtered("state=refunded").await, [sold[2].clone()]);
    assert_eq!(filtered("state=live").await.len(), 5);
    assert_eq!(filtered("item=news.localhost/a/page-0").await, [sold[5].clone()]);
    let offer = all["rows"][0]["offer"].as_str().unwrap();
    assert_eq!(filtered(&format!("offer={offer}")).await, [tip]);
    for wrong in ["state=gone", "offer=x", "before=x", "limit=x", "payer=y"] {
        refused(&harbour.get(&format!("/v1/sales?{wrong}")).await, 400, "bad-request");
    }
    let offers = content(&harbour.get("/v1/offers").await);
    assert_eq!(count(&offers), 2);
    assert_eq!(offers["rows"][0]["price"], json!({"kind": "fixed", "amount": "50000", "currency": "eur-micro"}));
    house.close();
}

#[tokio::test]
async fn an_index_built_anew_tells_the_same_events() {
    let house = House::open().await;
    let harbour = Program::of(&house, "harbour").await;
    for page in 0..3 {
        let sale = serial(buys(&house, &format!("/a/page-{page}")).await);
        content(&harbour.post(&format!("/v1/sales/{sale}/refund"), "").await);
    }
    let before = until(&harbour, "/v1/events", |seen| count(seen) == 14).await;
    let key = harbour.key;
    let house = house.without_index().await;
    let after = until(&Program { house: &house, key }, "/v1/events", |seen| count(seen) == 14).await;
    assert_eq!(after, before);
    house.close();
}
