//! The provider as the stock client calls it, against the wire vectors and its own refusals.
#![allow(clippy::unwrap_used, reason = "tests")]

use farthing_mpp::{Farthing, Payer};
use money::Timestamp;
use mpp::PaymentChallenge;
use mpp::client::{PaymentContext, PaymentProvider};
use serde_json::{Value, json};

const EVERY_CURRENCY: [&str; 4] =
    ["9223372036854775808 eur-micro", "9223372036854775808 usd-micro", "9223372036854775808 krw-micro", "210 sat"];

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../../testdata/charge/vectors.json")).unwrap()
}

fn in_time() -> Timestamp {
    Timestamp::parse("2026-11-22T17:11:04Z").unwrap()
}

fn payer(vector: &Value, max: &[&str]) -> Payer {
    let seed = vector["seed_hex"].as_str().unwrap();
    let seed: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&seed[at * 2..at * 2 + 2], 16).unwrap()).collect();
    let payer = Payer::from_seed(seed.try_into().unwrap(), max).unwrap().by_the_clock(in_time);
    match vector["payload_account"].as_str() {
        Some(named) => payer.paying_from(named).unwrap(),
        None => payer,
    }
}

/// Pays a challenge as the client does; the credential's JSON.
async fn pay(payer: Payer, challenge: &PaymentChallenge, url: &str) -> Result<Value, String> {
    let context = PaymentContext { url: url.parse().unwrap(), headers: Default::default(), http_client: None };
    let paid = Farthing::new(payer).pay_with_context(challenge, context).await;
    paid.map(|credential| json!(credential)).map_err(|error| error.to_string())
}

fn challenge(vector: &Value) -> PaymentChallenge {
    mpp::parse_www_authenticate(vector["www_authenticate"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn signed_as_in_the_vectors() {
    for vector in vectors()["cases"].as_array().unwrap() {
        let url = format!("https://{}{}", vector["realm"].as_str().unwrap(), vector["target"].as_str().unwrap());
        let paid = pay(payer(vector, &EVERY_CURRENCY), &challenge(vector), &url).await.unwrap();
        // An account that is the key's own need not be named; the text is the same.
        let named = vector["credential"]["payload"]["signature"].clone();
        assert_eq!(paid["payload"]["signature"], named, "{}", vector["name"]);
        assert_eq!(paid["payload"]["key"], vector["key"], "{}", vector["name"]);
        assert_eq!(paid["challenge"], vector["credential"]["challenge"], "{}", vector["name"]);
        let is_other = vector["payload_account"].as_str().is_some_and(|named| named != vector["account"]);
        assert_eq!(paid["payload"]["account"].as_str(), is_other.then(|| vector["payload_account"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn refused() {
    let all = vectors();
    let first = &all["cases"][0];
    for refused in all["refused"].as_array().unwrap() {
        let values = &refused["values"];
        let request = json!({"amount": values["amount"], "currency": values["currency"], "recipient": values["recipient"],
            "methodDetails": {"instance": values["instance"], "offer": values["offer"]}});
        let mut asked = challenge(first);
        asked.request = mpp::Base64UrlJson::from_value(&request).unwrap();
        asked.id = values["id"].as_str().unwrap().to_owned();
        asked.expires = values["expires"].as_str().map(str::to_owned);
        let payer = payer(first, &EVERY_CURRENCY);
        let payer = match values["account"].as_str() {
            Some(named) => payer.paying_from(named),
            None => Ok(payer),
        };
        let said = match payer {
            Ok(payer) => pay(payer, &asked, "https://news.example/").await.unwrap_err(),
            Err(refused) => refused.to_string(),
        };
        assert!(said.contains("not paying"), "{}: {said}", refused["name"]);
    }
}

#[tokio::test]
async fn the_cap_the_page_the_time_and_the_instance() {
    let all = vectors();
    let first = &all["cases"][0];
    let page = "https://news.example/a/quiet-harbour";
    let tried = async |payer: Payer, url: &str| pay(payer, &challenge(first), url).await.map(drop).err().unwrap_or_default();
    for max in ["50000 eur-micro", "0.05 EUR", "1 EUR"] {
        assert_eq!(tried(payer(first, &[max]), page).await, "");
    }
    assert!(tried(payer(first, &["49999 eur-micro"]), page).await.contains("above the max"));
    assert!(tried(payer(first, &["0.049999 EUR"]), page).await.contains("above the max"));
    assert!(tried(payer(first, &["50000 usd-micro"]), page).await.contains("no max is set"));
    for wrong in ["50000", "0.05 eur-micro", "0.0000001 EUR", "-1 EUR", "0,05 EUR", "", ".5 EUR", "5. EUR"] {
        assert!(Payer::from_seed([7; 32], &[wrong]).err().unwrap().to_string().contains("max is like"), "{wrong}");
    }
    assert_eq!(tried(payer(first, &["1 EUR"]), "https://www.news.example:8443/a").await, "");
    for url in [
        "https://example/",
        "https://evil.example/",
        "https://fakenews.example/",
        "http://news.example/",
        "https://news.example.evil.example/",
    ] {
        assert!(tried(payer(first, &["1 EUR"]), url).await.contains("realm"), "{url}");
    }
    let late = payer(first, &["1 EUR"]).by_the_clock(|| Timestamp::parse("2026-11-22T17:11:05Z").unwrap());
    assert!(tried(late, page).await.contains("expired"));
    assert_eq!(tried(payer(first, &["1 EUR"]).only_at("hotvey7jd6ae3gat5h3yc24rge"), page).await, "");
    assert!(tried(payer(first, &["1 EUR"]).only_at("another"), page).await.contains("instance"));
    assert!(Farthing::new(payer(first, &["1 EUR"])).pay(&challenge(first)).await.is_err(), "no URL, no payment");
}
