//! What was used by the unit, as a payee's program sees it: units by day, sessions, and what it is told.

use super::{Program, READER, content, count, refused, until};
use crate::wallet::tests::house::House;
use market::{Body, TopUp};
use money::Amount;
use protocol::text::serial;
use serde_json::{Value, json};

fn of_sessions(events: &Value) -> Vec<&Value> {
    events["rows"].as_array().unwrap().iter().filter(|event| event["type"].as_str().unwrap().starts_with("session.")).collect()
}

#[tokio::test]
async fn usage_is_summed_listed_and_told_once_and_the_same_after_the_index_is_lost() {
    let house = House::open().await;
    house.sells_calls().await;
    let top_up =
        TopUp { party: READER, asset: house.opened.instance.config.asset(), amount: Amount::from_u32(3_000_000), most: Amount::MAX };
    house.opened.instance.order(Body::TopUp(top_up)).await.unwrap().outcome.effect().unwrap();
    let (session, other) = (house.session(READER, 1_000_000).await, house.session(READER, 600_000).await);
    for (number, units) in [(1, 2_000), (2, 900), (3, 433)] {
        house.draws(session, (number, units)).await;
        house.step(session, Body::CaptureSession { number }).await;
    }
    house.draws(other, (1, 10)).await;
    crate::sessions::end(&house.opened.instance, READER, session).await.unwrap();
    let told = {
        let harbour = Program::of(&house, "harbour").await;
        let usage = until(&harbour, "/v1/usage", |seen| seen["open"]["drawn"] == "3000").await;
        let open = json!({"sessions": 1, "held": "600000", "drawn": "3000", "captured": "0", "waiting": "3000"});
        assert_eq!(usage["open"], open);
        let row = &usage["rows"][0];
        assert_eq!((count(&usage), &row["units"], &row["amount"], &row["captures"]), (1, &"3333".into(), &"999900".into(), &3.into()));
        assert_eq!(
            (&row["name"], &row["unit"], &row["unit_price"], &row["per"]),
            (&"calls".into(), &"call".into(), &"300000".into(), &"1000".into())
        );
        let all = content(&harbour.get("/v1/payee/sessions?limit=1").await);
        assert_eq!((&all["rows"][0]["session"], &all["rows"][0]["waiting"]), (&serial(other).into(), &"3000".into()));
        let next = content(&harbour.get(&format!("/v1/payee/sessions?before={}", all["next"].as_str().unwrap())).await);
        assert_eq!(
            (&next["rows"][0]["session"], &next["rows"][0]["state"], &next["next"]),
            (&serial(session).into(), &"ended".into(), &Value::Null)
        );
        assert_eq!(count(&content(&harbour.get("/v1/payee/sessions?state=open").await)), 1);
        let one = content(&harbour.get(&format!("/v1/payee/sessions/{}", serial(session))).await);
        assert_eq!((&one["released"], &one["ended_by"], &one["units"]), (&"100".into(), &"payer".into(), &"3333".into()));
        assert_eq!(
            (&one["list"][0]["units"], &one["list"][0]["amount"], &one["used"][0]["units"]),
            (&"433".into(), &"129900".into(), &"3333".into())
        );
        let ann = Program::of(&house, "ann").await;
        refused(&ann.get(&format!("/v1/payee/sessions/{}", serial(session))).await, 404, "unknown");
        assert_eq!(count(&content(&ann.get("/v1/usage").await)), 0);
        for wrong in
            ["/v1/usage?from=2026-11-02&to=2026-11-01", "/v1/usage?from=x", "/v1/payee/sessions?state=all", "/v1/usage?from=2020-01-01"]
        {
            refused(&harbour.get(wrong).await, 400, "bad-request");
        }
        let fees = content(&harbour.get("/v1/fees").await);
        assert_eq!(fees["amount"], "999900", "what was captured went to its shares: {fees}");
        let events = until(&harbour, "/v1/events?limit=200", |seen| of_sessions(seen).len() == 6).await;
        let told = of_sessions(&events);
        let kinds: Vec<&str> = told.iter().map(|event| event["type"].as_str().unwrap()).collect();
        let expected = ["session.alert", "session.captured", "session.alert", "session.captured", "session.captured", "session.ended"];
        assert_eq!(kinds, expected);
        let object = |number: usize| &told[number]["object"];
        assert_eq!((&object(0)["level"], &object(0)["drawn"], &object(0)["held"]), (&50.into(), &"600000".into(), &"1000000".into()));
        assert_eq!(object(2)["level"], 80);
        assert_eq!(
            (&object(1)["units"], &object(1)["amount"], &object(1)["legs"][1]["amount"]),
            (&"2000".into(), &"600000".into(), &"30000".into())
        );
        assert_eq!(
            (&object(5)["captured"], &object(5)["released"], &object(5)["reason"]),
            (&"999900".into(), &"100".into(), &"payer".into())
        );
        events
    };
    let house = house.without_index().await;
    let harbour = Program::of(&house, "harbour").await;
    let again = until(&harbour, "/v1/events?limit=200", |seen| of_sessions(seen).len() == 6).await;
    assert_eq!(of_sessions(&again), of_sessions(&told), "every word is the same");
    house.close();
}
