//! How a refusal looks in each dialect: its own status, its own fields, a way to pay where paying helps, and never a receipt.

use super::super::*;
use super::Dialect;
use data_encoding::BASE64;
use serde_json::Value;

/// Checks the form of a refusal; as a cell of the table says it.
pub fn refusal(answer: &Answer, form: Dialect, what: &str) -> String {
    for receipt in ["payment-receipt", "farthing-receipt"] {
        assert!(!answer.headers.contains_key(receipt), "{what}: a receipt on a refusal");
    }
    match form {
        Dialect::X402 | Dialect::UpTo => x402(answer, what),
        Dialect::Mcp => message(answer, what),
        Dialect::Settle => settled(answer, what),
        Dialect::L402 => {
            let (status, code) = document(answer, what);
            assert_ne!(status, 402, "{what}: this dialect says 401");
            let all = challenges(answer);
            let is_told = |scheme: &str| all.iter().any(|line| line.starts_with(scheme));
            assert_eq!(is_told("Payment "), status == 401, "{what}: told anew where paying helps");
            assert!(status == 401 || !is_told("L402 "), "{what}: and only there");
            format!("{status} {code}")
        }
        Dialect::Charge | Dialect::Pay | Dialect::Session | Dialect::Lightning | Dialect::Lock => {
            let (status, code) = document(answer, what);
            assert!(!answer.headers.contains_key("payment-response"), "{what}: another dialect's field");
            if form != Dialect::Lock && form != Dialect::Session {
                let helps = status == 402 || code == "method-unsupported";
                assert_eq!(challenges(answer).iter().any(|line| line.starts_with("Payment ")), helps, "{what}: {code}");
            }
            format!("{status} {code}")
        }
    }
}

fn challenges(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect()
}

/// Status and code of a problem document, which says the status that it came under.
fn document(answer: &Answer, what: &str) -> (u16, String) {
    let status = answer.status.as_u16();
    assert!((400..500).contains(&status), "{what}: {status} {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
    assert_eq!(answer.header("cache-control"), "private, no-store", "{what}");
    let json = answer.json();
    assert_eq!(json["status"].as_u64(), Some(status.into()), "{what}");
    (status, json["code"].as_str().unwrap().to_owned())
}

fn x402(answer: &Answer, what: &str) -> String {
    let (status, code) = document(answer, what);
    let response = BASE64.decode(answer.header("payment-response").as_bytes()).ok().and_then(|json| serde_json::from_slice(&json).ok());
    let response: Value = response.unwrap_or_else(|| panic!("{what}: no PAYMENT-RESPONSE: {}", answer.text()));
    assert_eq!((response["success"].as_bool(), response["transaction"].as_str()), (Some(false), Some("")), "{what}");
    let helps = status == 402 || code == "malformed-credential";
    assert_eq!(answer.headers.contains_key("payment-required"), helps, "{what}: {code}");
    format!("{status} {code} ({})", response["errorReason"].as_str().unwrap())
}

fn message(answer: &Answer, what: &str) -> String {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"), "{what}: {}", answer.text());
    let json = answer.json();
    assert!(json.get("result").is_none() && json["id"] == 7, "{what}: {json}");
    assert!(!answer.headers.contains_key("www-authenticate"), "{what}: challenges stand in the message");
    let (code, data) = (json["error"]["code"].as_i64().unwrap(), &json["error"]["data"]);
    let of_problem = data["problem"]["code"].as_str().unwrap_or_default();
    let status = data["httpStatus"].as_u64().unwrap();
    assert_eq!(data.get("challenges").is_some(), status == 402 || of_problem == "method-unsupported", "{what}: {json}");
    format!("{code} {of_problem}")
}

fn settled(answer: &Answer, what: &str) -> String {
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("application/json", "private, no-store"), "{what}");
    let json = answer.json();
    assert_eq!((json["success"].as_bool(), json["network"].is_string()), (Some(false), true), "{what}: {json}");
    format!("{} {}", answer.status.as_u16(), json["errorReason"].as_str().unwrap())
}
