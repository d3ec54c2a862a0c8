//! Calls of tools: what is read, what is bound, how a credential and a receipt stand in `_meta`.

use super::*;
use crate::credential::Presented;

fn call(body: &Value) -> Call {
    match Message::read(body.to_string().as_bytes()) {
        Ok(Message::Call(call)) => *call,
        Ok(Message::Other(_)) => panic!("no call: {body}"),
        Err(error) => panic!("{error}: {body}"),
    }
}

fn forecast(id: u64, meta: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": "forecast", "arguments": {"port": "quay", "hours": 6}, "_meta": meta}})
}

fn vector() -> Value {
    let all: Value = serde_json::from_str(include_str!("../../../../testdata/charge/vectors.json")).unwrap();
    all["cases"][0].clone()
}

#[test]
fn a_payment_binds_tool_and_arguments_and_neither_id_nor_meta() {
    let (first, second) = (call(&forecast(1, &json!({"progressToken": 1}))), call(&forecast(2, &json!({}))));
    assert_eq!(first.bound(), second.bound());
    let mut other = forecast(1, &json!({}));
    other["params"]["arguments"]["hours"] = json!(12);
    assert_ne!(call(&other).bound(), first.bound());
    let sent: Value = serde_json::from_str(&first.sent_on()).unwrap();
    assert_eq!(sent, forecast(1, &json!({"progressToken": 1})), "its server gets it as it was");
}

#[test]
fn a_credential_is_that_of_the_header_with_its_request_opened_or_not() {
    let vector = vector();
    let mut echoed = vector["credential"]["challenge"].clone();
    let raw = call(&forecast(1, &json!({CREDENTIAL: vector["credential"]}))).credential().unwrap().unwrap();
    echoed["request"] = vector["request_json"].clone();
    let opened = json!({"challenge": echoed, "payload": vector["credential"]["payload"], "source": "did:key:z6Mk"});
    let paying = call(&forecast(1, &json!({CREDENTIAL: opened})));
    let header = paying.credential().unwrap().unwrap();
    assert_eq!(header, raw);
    let Ok(Presented::Charge(credential)) = Presented::parse(&header) else { panic!("{header}") };
    assert!(credential.is_signed());
    assert_eq!(credential.challenge.id, vector["id"].as_str().unwrap());
    assert_eq!(paying.paid_by(), vector["id"].as_str());
    assert!(!paying.sent_on().contains("paymentauth"), "nothing of it goes on");
    assert!(call(&forecast(1, &json!({}))).credential().unwrap().is_none());
    for wrong in [json!("Payment x"), json!({}), json!({"challenge": {"method": "other", "intent": "charge"}, "payload": {}})] {
        assert!(call(&forecast(1, &json!({CREDENTIAL: wrong}))).credential().is_err(), "{wrong}");
    }
}

#[test]
fn what_readers_might_read_otherwise_is_no_message() {
    let refused = |body: &str| Message::read(body.as_bytes()).is_err();
    assert!(refused("[]") && refused("") && refused("\"tools/call\"") && refused("{\"method\":"));
    assert!(refused(&json!([forecast(1, &json!({}))]).to_string()), "several in one");
    assert!(refused(r#"{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call","params":{"name":"forecast"}}"#));
    assert!(refused(r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"free","Name":"forecast"}}"#));
    assert!(refused(r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"forecast"}}"#), "nobody would get its answer");
    for name in ["", "..", "a/b", "a b", "%66orecast", &"x".repeat(65)] {
        let mut body = forecast(1, &json!({}));
        body["params"]["name"] = json!(name);
        assert!(refused(&body.to_string()), "{name}");
    }
    // The last of two members counts here and behind: only that one is sent on.
    let doubled = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"free","name":"forecast"}}"#;
    let Ok(Message::Call(call)) = Message::read(doubled.as_bytes()) else { panic!("a call") };
    assert_eq!((call.name.as_str(), call.sent_on().contains("free")), ("forecast", false));
    // Numbers that a program here could not hold go on as they came.
    let exact = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"forecast","arguments":{"n":123456789012345678901234567890,"x":0.1}}}"#;
    let Ok(Message::Call(call)) = Message::read(exact.as_bytes()) else { panic!("a call") };
    assert!(call.sent_on().contains(r#"{"n":123456789012345678901234567890,"x":0.1}"#), "{}", call.sent_on());
}

#[test]
fn an_answer_is_found_in_json_and_in_a_stream_of_events() {
    let asked = call(&forecast(7, &json!({})));
    let answer = json!({"jsonrpc": "2.0", "id": 7, "result": {"content": []}});
    assert_eq!(asked.answer_in(answer.to_string().as_bytes(), false), Some(answer.clone()));
    let notice = json!({"jsonrpc": "2.0", "method": "notifications/progress"});
    let stream = format!("event: message\r\ndata: {notice}\r\n\r\nid: 2\ndata: {answer}\n\n");
    assert_eq!(asked.answer_in(stream.as_bytes(), true), Some(answer));
    let other = json!({"jsonrpc": "2.0", "id": 8, "result": {}});
    assert_eq!(asked.answer_in(other.to_string().as_bytes(), false), None, "another call's");
    assert_eq!(asked.answer_in(b"data: {\"jsonrpc\"", true), None, "broken off");
    assert!(has_failed(&json!({"error": {}})) && has_failed(&json!({"result": {"isError": true}})));
    assert!(!has_failed(&json!({"result": {"isError": false}})) && !has_failed(&json!({"result": {}})));
}

#[test]
fn an_error_says_how_to_pay_and_a_result_what_was_paid() {
    let vector = vector();
    let text = |key: &str| vector["credential"]["challenge"][key].as_str().map(str::to_owned);
    let [id, realm, method, intent, request] = ["id", "realm", "method", "intent", "request"].map(|key| text(key).unwrap());
    let challenge =
        Challenge { id, realm, method, intent, request, expires: text("expires"), digest: None, opaque: text("opaque"), header: None };
    let asked = call(&forecast(3, &json!({})));
    let refused = asked.refused(PAYMENT_REQUIRED, (402, json!({"title": "Payment required"})), &[challenge]);
    assert_eq!(
        (&refused["id"], &refused["error"]["code"], &refused["error"]["data"]["httpStatus"]),
        (&json!(3), &json!(-32042), &json!(402))
    );
    let told = &refused["error"]["data"]["challenges"][0];
    assert_eq!((&told["request"], told["opaque"].as_str(), told.get("digest")), (&vector["request_json"], vector["opaque"].as_str(), None));
    let without = asked.refused(INTERNAL_ERROR, (502, json!({})), &[]);
    assert!(without["error"]["data"].get("challenges").is_none());

    let mut answer = json!({"id": 3, "result": {"content": [], "_meta": {"kept": 1}}});
    receipt_into(&mut answer, &base64url(br#"{"status":"success","amount":"2000"}"#), Some("abc"));
    let meta = &answer["result"]["_meta"];
    assert_eq!((&meta[RECEIPT]["amount"], &meta[RECEIPT]["challengeId"], &meta["kept"]), (&json!("2000"), &json!("abc"), &json!(1)));
}
