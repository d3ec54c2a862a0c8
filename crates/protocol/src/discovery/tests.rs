//! The documents have the shape that checkers of strangers ask for.

use super::*;
use serde_json::{Value, json};

fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

fn listed<'a>(pattern: &'a str, example: Option<&'a str>) -> Listed<'a> {
    Listed { title: "One article", pattern, example, cost: Cost::Fixed(price("0.05 EUR")), l402: false }
}

fn site<'a>(offers: &'a [Listed<'a>]) -> Site<'a> {
    let (origin, wallet_url) = ("https://news.example", "https://wallet.example/");
    Site { title: "Harbour Review", origin, wallet_url, mode: Mode::Test, offers }
}

fn paths(offers: &[Listed<'_>]) -> Value {
    let document: Value = serde_json::from_slice(&openapi(&site(offers))).unwrap();
    document["paths"].clone()
}

#[test]
fn openapi_is_as_the_validator_wants_it() {
    let document: Value = serde_json::from_slice(&openapi(&site(&[listed("/a/*", Some("/a/quiet-harbour"))]))).unwrap();
    let offer = json!({
        "intent": "charge", "method": "farthing", "amount": "50000", "currency": "eur-micro", "description": "One article"
    });
    let parameter = json!({"name": "page", "in": "path", "required": true, "schema": {"type": "string"}, "example": "quiet-harbour"});
    let expected = json!({
        "openapi": "3.1.0",
        "info": {"title": "Harbour Review", "version": "1"},
        "servers": [{"url": "https://news.example"}],
        "x-service-info": {"docs": {"homepage": "https://news.example", "llms": "/llms.txt"}},
        "paths": {"/a/{page}": {"get": {
            "summary": "One article",
            "parameters": [parameter],
            "x-payment-info": {"offers": [offer]},
            "x-farthing-schemes": ["Payment", "x402"],
            "responses": {"200": {"description": "The page"}, "402": {"description": "Payment required"}}
        }}}
    });
    assert_eq!(document, expected);
}

#[test]
fn a_template_filled_with_its_example_is_the_example_page() {
    for (pattern, example, path, filled) in [
        ("/a/*", Some("/a/quiet-harbour"), "/a/{page}", vec!["quiet-harbour"]),
        ("/a/*/*", Some("/a/2026/caf%C3%A9"), "/a/{page}/{page2}", vec!["2026", "caf\u{e9}"]),
        ("/a/**", Some("/a/one"), "/a/{page}", vec!["one"]),
        ("/a/**", Some("/a/2026/one"), "/a/2026/one", vec![]),
        ("/a/*", Some("/a/b%2Fc"), "/a/b%2Fc", vec![]),
        ("/a/*", Some("/a/%ff"), "/a/%ff", vec![]),
        ("/about", None, "/about", vec![]),
    ] {
        let paths = paths(&[listed(pattern, example)]);
        let examples: Vec<&str> = paths[path]["get"]["parameters"]
            .as_array()
            .map(|parameters| parameters.iter().map(|parameter| parameter["example"].as_str().unwrap()).collect())
            .unwrap_or_default();
        assert!(paths[path].is_object(), "{pattern}: {paths}");
        assert_eq!(examples, filled, "{pattern}");
    }
}

#[test]
fn an_offer_without_a_page_to_show_is_left_out() {
    for (pattern, example) in
        [("/a/*", None), ("/a/*", Some("/b/x")), ("/a/*", Some("/a/x/y")), ("/a/*", Some("/a/{x}")), ("/a/*", Some("/a/x?y"))]
    {
        assert_eq!(paths(&[listed(pattern, example)]), json!({}), "{pattern} {example:?}");
    }
}

#[test]
fn pay_what_you_want_names_the_least() {
    let offer = Listed { cost: Cost::AtLeast(price("0.05 EUR")), ..listed("/song", None) };
    let paths = paths(&[offer]);
    let offer = &paths["/song"]["get"]["x-payment-info"]["offers"][0];
    assert_eq!((&offer["amount"], &offer["description"]), (&json!("50000"), &json!("One article, 0.05 EUR or more")));
}

#[test]
fn llms_txt_says_prices_and_how_to_pay() {
    let offers = [listed("/a/*", Some("/a/quiet-harbour")), Listed { title: "A\nfile", ..listed("/f/chart.pdf", Some("/f/chart.pdf")) }];
    let expected = "# Harbour Review

> Pages here are paid one by one: no account, no subscription.
> This instance runs in test mode: its money is play money.

## Prices

- One article: 0.05 EUR a page, `https://news.example/a/*`, such as https://news.example/a/quiet-harbour
- A file: 0.05 EUR a page, `https://news.example/f/chart.pdf`

## How to pay

- A priced page answers 402 with `WWW-Authenticate: Payment`, method `farthing`, intent `charge`: sign the challenge with the Ed25519 key of a wallet and send it back in `Authorization: Payment`.
- The same offer stands in `PAYMENT-REQUIRED` for clients of x402.
- A person opens a wallet at https://wallet.example/
- On a command line: `farthing get https://news.example/a/quiet-harbour --max 0.05`
- For programs: https://news.example/openapi.json and https://news.example/.well-known/farthing.json
";
    assert_eq!(llms(&site(&offers)), expected);
    assert!(llms(&site(&[])).contains("Nothing is sold here now."));
}

#[test]
fn what_l402_sells_too_is_told_as_that() {
    let locked = |text: &str| Listed { l402: true, cost: Cost::Fixed(price(text)), ..listed("/a/*", Some("/a/quiet-harbour")) };
    let operation = |offer: Listed<'_>| paths(&[offer])["/a/{page}"]["get"].clone();
    let told = operation(locked("0.05 EUR"));
    let lightning = json!({"intent": "charge", "method": "lightning", "amount": "50", "currency": "sat", "description": "One article"});
    assert_eq!((&told["x-payment-info"]["offers"][1], &told["x-farthing-schemes"]), (&lightning, &json!(["Payment", "x402", "L402"])));
    let part = operation(locked("0.000333 EUR"));
    assert_eq!(part["x-payment-info"]["offers"].as_array().unwrap().len(), 1, "no whole satoshi, no lightning/charge");
    assert_eq!(part["x-farthing-schemes"], json!(["Payment", "x402", "L402"]));
    let text = llms(&site(&[locked("0.05 EUR")]));
    assert!(text.contains("such as https://news.example/a/quiet-harbour, also by L402\n"), "{text}");
    assert!(text.contains("`POST https://wallet.example/v1/locks/PAYMENT-HASH`"), "{text}");
}

#[test]
fn the_instance_tells_its_facts_in_order() {
    let facts = Facts {
        name: "Harbour Review",
        mode: Mode::Test,
        instance: "hotvey7jd6ae3gat5h3yc24rge",
        root_key: "cm9vdA",
        site_keys: &[],
        receipt_keys: &[CertifiedKey { key: "cmVjZWlwdA", signature: "c2ln" }],
        page_origins: &["https://news.example"],
        wallets: &["https://wallet.example"],
        wallet_url: "https://wallet.example/",
        x402: "https://wallet.example/x402",
        currencies: &["eur-micro"],
    };
    let expected = r#"{
  "name": "Harbour Review",
  "mode": "test",
  "instance": "hotvey7jd6ae3gat5h3yc24rge",
  "root_key": "cm9vdA",
  "receipt_keys": [
    {
      "key": "cmVjZWlwdA",
      "signature": "c2ln"
    }
  ],
  "site_keys": [],
  "page_origins": [
    "https://news.example"
  ],
  "wallets": [
    "https://wallet.example"
  ],
  "wallet_url": "https://wallet.example/",
  "x402": "https://wallet.example/x402",
  "currencies": [
    "eur-micro"
  ]
}"#;
    assert_eq!(String::from_utf8(farthing(&facts)).unwrap(), expected);
}
