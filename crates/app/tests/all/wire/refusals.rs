//! Every refusal of a credential: its status and code, a fresh challenge where that helps, and books that nobody touched.
//!
//! `quote-expired` needs a challenge of five minutes ago; no honest test can wait for one, so the gateway's own tests hold
//! it, with a clock handed in. `too-fast` does not count loopback, and `busy` needs a full queue: those are held there too.

use super::{Demo, present, receipt};
use crate::support::backend::Backend;
use crate::support::books::Books;
use crate::support::http::{Answer, get, send};
use crate::support::payer::Payer;
use crate::support::server::{Server, farthing_ok};
use money::Amount;
use protocol::text::base64url;
use protocol::{Challenge, Credential, PublicKey, SigningKey};

/// The refusal of a row of http402.md 7.
fn refused(answer: &Answer, status: u16, code: &str, kind: &str, why: &str) {
    let text = answer.text();
    assert_eq!((answer.status, answer.code().as_str()), (status, code), "{why}: {text}");
    assert_eq!(answer.json()["type"], format!("https://paymentauth.org/problems/{kind}"), "{why}");
    assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{why}");
    assert!(answer.header("payment-receipt").is_none(), "{why}: never a receipt on an error");
    let challenges = answer.all("www-authenticate").into_iter().filter(|line| line.contains("method=\"farthing\"")).count();
    let helps = status == 402 || code == "method-unsupported";
    assert_eq!(challenges, usize::from(helps), "{why}: a fresh challenge where paying can still help");
}

/// A credential of the demo's article, changed before it is sent.
fn changed(demo: &Demo, change: impl FnOnce(&mut Credential)) -> Answer {
    let mut credential = Credential::sign(Payer::challenge(&demo.unpaid()), &demo.payer.key).unwrap();
    change(&mut credential);
    demo.payer.present(&demo.article, &credential.header_value(), Some("k"))
}

#[test]
fn an_edited_challenge_is_not_ours_whichever_field_was_edited() {
    let demo = Demo::new();
    type Edit = fn(&mut Challenge);
    let edits: [(&str, Edit); 9] = [
        ("id", |it| it.id = base64url(&[7; 32])),
        ("id cut", |it| it.id.truncate(20)),
        ("realm", |it| it.realm = "other.localhost".to_owned()),
        ("request", |it| it.request = cheaper(&it.request)),
        ("expires later", |it| it.expires = Some("2099-01-01T00:00:00Z".to_owned())),
        ("expires gone", |it| it.expires = None),
        ("digest", |it| it.digest = Some(protocol::digest::of(b"x"))),
        ("opaque", |it| it.opaque = Some(base64url(br#"{"n":"AaIEOOAT_yrJWgLJK__lhQ","r":"AAAAAAAAAAAAAAAAAAAAAA"}"#))),
        ("header", |it| it.header = Some("Payment-Authorization".to_owned())),
    ];
    for (field, edit) in edits {
        let answer = changed(&demo, |credential| edit(&mut credential.challenge));
        refused(&answer, 402, "challenge-unknown", "invalid-challenge", field);
        demo.nothing_moved(field);
    }
    // Signed anew over the edited fields it is no better: the MAC is the instance's alone.
    let mut challenge = Payer::challenge(&demo.unpaid());
    challenge.request = cheaper(&challenge.request);
    let credential = Credential::sign(challenge, &demo.payer.key).unwrap();
    refused(&demo.payer.present(&demo.article, &credential.header_value(), None), 402, "challenge-unknown", "invalid-challenge", "cheaper");
    demo.nothing_moved("cheaper");
}

fn cheaper(request: &str) -> String {
    let text = String::from_utf8(protocol::text::from_base64url(request).unwrap()).unwrap();
    assert!(text.contains("\"50000\""));
    base64url(text.replace("\"50000\"", "\"1\"").as_bytes())
}

#[test]
fn a_method_or_intent_that_is_not_offered_is_unsupported() {
    let demo = Demo::new();
    for (method, intent) in [("stripe", "charge"), ("farthing", "subscription")] {
        let answer = changed(&demo, |credential| {
            (credential.challenge.method, credential.challenge.intent) = (method.to_owned(), intent.to_owned());
        });
        refused(&answer, 400, "method-unsupported", "method-unsupported", method);
    }
    demo.nothing_moved("another method");
}

#[test]
fn a_signature_that_does_not_hold_moves_nothing() {
    let demo = Demo::new();
    let other = SigningKey::from_seed([9; 32]).public();
    type Edit = fn(&mut Credential, PublicKey);
    let edits: [(&str, Edit); 4] = [
        ("a flipped bit", |it, _| it.signature[0] ^= 1),
        ("another's key", |it, other| it.key = other),
        ("another's account", |it, other| it.account = Some(other.account())),
        ("a key of small order", |it, _| (it.key, it.signature) = (PublicKey([0; 32]), [0; 64])),
    ];
    for (why, edit) in edits {
        let answer = changed(&demo, |credential| edit(credential, other));
        assert!(["signature-invalid", "malformed-credential"].contains(&answer.code().as_str()), "{why}: {}", answer.text());
        let (code, kind) = if answer.code() == "signature-invalid" {
            ("signature-invalid", "verification-failed")
        } else {
            ("malformed-credential", "malformed-credential")
        };
        refused(&answer, 402, code, kind, why);
    }
    demo.nothing_moved("a wrong signature");
}

#[test]
fn an_unreadable_credential_is_told_so_and_challenged_again() {
    let demo = Demo::new();
    let good = demo.payer.credential(&demo.unpaid());
    let encoded = good.strip_prefix("Payment ").unwrap().to_owned();
    let object = |text: &str| format!("Payment {}", base64url(text.as_bytes()));
    let json = String::from_utf8(protocol::text::from_base64url(&encoded).unwrap()).unwrap();
    let rows: Vec<(&str, String)> = vec![
        ("nothing after the scheme", "Payment".to_owned()),
        ("only a space", "Payment ".to_owned()),
        ("not base64url", "Payment !!!".to_owned()),
        ("standard alphabet", "Payment ++//".to_owned()),
        ("white space inside", format!("Payment {} {}", &encoded[..40], &encoded[40..])),
        ("garbage", "Payment dGhpcyBpcyBnYXJiYWdl".to_owned()),
        ("no object", object("[]")),
        ("an empty object", object("{}")),
        ("no payload", object(r#"{"challenge":{}}"#)),
        ("a doubled key", object(&json.replacen("{\"challenge\"", "{\"challenge\":{},\"challenge\"", 1))),
        ("a number", object(&json.replacen("\"method\":\"farthing\"", "\"method\":1", 1))),
        ("a short signature", object(&shorter(&json, "signature"))),
        ("a short key", object(&shorter(&json, "key"))),
        ("cut short", good[..good.len() - 3].to_owned()),
        ("something after it", format!("{good}AAAA")),
        ("too deep", object(&format!("{}{}", r#"{"a":"#.repeat(9), "}".repeat(9)))),
        ("9 KiB", format!("Payment {}", "A".repeat(9 * 1_024))),
        ("bytes that are no text", object("\u{1}\u{2}")),
    ];
    for (why, value) in rows {
        refused(&demo.payer.present(&demo.article, &value, Some("k")), 402, "malformed-credential", "malformed-credential", why);
    }
    demo.nothing_moved("unreadable credentials");
    assert_eq!(demo.payer.present(&demo.article, &good, Some("k")).status, 200, "the readable one still pays");
}

fn shorter(json: &str, field: &str) -> String {
    let start = json.find(&format!("\"{field}\":\"")).unwrap() + field.len() + 4;
    format!("{}{}", &json[..start], &json[start + 4..])
}

#[test]
fn two_credentials_are_one_too_many() {
    let demo = Demo::new();
    let (first, second) = (demo.payer.credential(&demo.unpaid()), demo.payer.credential(&demo.unpaid()));
    let rows = [
        vec![("Authorization", first.as_str()), ("Authorization", second.as_str())],
        vec![("Authorization", first.as_str()), ("Authorization", first.as_str())],
        vec![("Authorization", first.as_str()), ("Payment-Authorization", second.as_str())],
        vec![("Payment-Authorization", first.as_str()), ("Payment-Authorization", second.as_str())],
    ];
    for row in rows {
        refused(&get(&demo.article, &row), 400, "two-credentials", "bad-request", row[1].0);
    }
    demo.nothing_moved("two credentials");
}

#[test]
fn a_challenge_is_for_one_page_and_one_method() {
    let demo = Demo::new();
    let tides = format!("{}/a/tide-tables", demo.server.site());
    let credential = demo.payer.credential(&get(&tides, &[]));
    refused(&demo.payer.present(&demo.article, &credential, Some("k")), 402, "route-mismatch", "invalid-challenge", "the cheaper page's");
    let credential = demo.payer.credential(&demo.unpaid());
    refused(&demo.payer.present(&tides, &credential, Some("k")), 402, "route-mismatch", "invalid-challenge", "the dearer page's");
    for method in ["POST", "PUT", "DELETE"] {
        let answer = send(method, &demo.article, &[("Authorization", &credential)], b"").unwrap();
        refused(&answer, 402, "route-mismatch", "invalid-challenge", method);
    }
    demo.nothing_moved("another route");
    assert_eq!(demo.payer.present(&demo.article, &credential, Some("k")).status, 200, "where it belongs it pays");
}

#[test]
fn a_challenge_of_another_instance_is_unknown_here() {
    let demo = Demo::new();
    let elsewhere = Server::demo();
    let credential = demo.payer.credential(&get(&elsewhere.url("article"), &[]));
    refused(&demo.payer.present(&demo.article, &credential, Some("k")), 402, "challenge-unknown", "invalid-challenge", "foreign");
    demo.nothing_moved("a foreign challenge");
}

#[test]
fn too_little_money_says_how_much_is_missing_and_the_same_credential_pays_after_a_top_up() {
    let demo = Demo::new();
    let poor = Payer::with("bob", &demo.server, 20_000);
    let credential = poor.credential(&demo.unpaid());
    let answer = poor.present(&demo.article, &credential, Some("k"));
    refused(&answer, 402, "insufficient-funds", "payment-insufficient", "poor");
    let body = answer.json();
    assert_eq!((&body["shortBy"], &body["available"], &body["currency"]), (&"30000".into(), &"20000".into(), &"eur-micro".into()));
    assert_eq!(body["topUpUrl"], format!("{}/top-up", demo.server.url("wallet")));
    assert_eq!((poor.available(), demo.now().earned("harbour")), (20_000, 0));
    let stranger = Payer::new("nobody", &demo.server);
    assert_eq!(stranger.pay(&demo.article).code(), "insufficient-funds", "an unknown key is an account with nothing in it");
    assert_eq!(poor.write("/v1/top-ups", r#"{"amount":"30000","currency":"eur-micro"}"#).status, 200);
    assert_eq!(poor.present(&demo.article, &credential, Some("k")).status, 200, "a refusal leaves no claim");
    assert_eq!(poor.available(), 0);
}

#[test]
fn a_limit_that_the_payer_set_really_blocks() {
    let demo = Demo::new();
    let limit = demo.payer.write("/v1/guards", r#"{"on":"all","window":"day","currency":"eur-micro","most":"52000"}"#);
    assert_eq!(limit.status, 200, "{}", limit.text());
    let books = demo.now();
    assert_eq!(demo.payer.pay(&demo.article).status, 200);
    let answer = demo.payer.pay(&format!("{}/a/tide-tables", demo.server.site()));
    assert_eq!((answer.status, answer.code().as_str()), (403, "guard-denied"), "{}", answer.text());
    assert!(answer.header("www-authenticate").is_none(), "paying cannot help");
    let body = answer.json();
    assert_eq!((&body["cap"], &body["spent"], &body["left"]), (&"52000".into(), &"50000".into(), &"2000".into()));
    assert!(body["resetsAt"].as_str().unwrap().ends_with("T00:00:00Z"), "{body}");
    assert_eq!((demo.payer.available(), books.earned("matthis"), demo.now().earned("matthis")), (950_000, 0, 0));
    demo.payer.write("/v1/guards", r#"{"on":"all","window":"day","currency":"eur-micro","most":null}"#);
    assert_eq!(demo.payer.pay(&format!("{}/a/tide-tables", demo.server.site())).status, 200, "taken away, it does not");
}

#[test]
fn the_price_of_the_quote_is_the_most_and_todays_is_charged_if_it_is_lower() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let (dear, cheap) = (format!("{}/paid/dear", server.site()), format!("{}/paid/cheap", server.site()));
    let (for_dear, for_cheap) = (payer.credential(&get(&dear, &[])), payer.credential(&get(&cheap, &[])));
    offers(&server, "0.05 EUR", "0.08 EUR");
    assert_eq!(receipt(&server, &payer.present(&dear, &for_dear, Some("k"))).amount, Amount::from_u32(50_000), "a quote is kept");
    assert_eq!(Payer::challenge(&get(&cheap, &[])).charge().unwrap().amount, Amount::from_u32(80_000));
    offers(&server, "0.08 EUR", "0.03 EUR");
    assert_eq!(receipt(&server, &payer.present(&cheap, &for_cheap, Some("k"))).amount, Amount::from_u32(30_000));
    assert_eq!(payer.available(), 920_000);
}

#[test]
fn an_offer_that_was_withdrawn_is_gone() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let url = format!("{}/paid/page", server.site());
    let credential = payer.credential(&get(&url, &[]));
    offers(&server, "[offer.page]", "[offer.leaf]");
    let answer = payer.present(&url, &credential, Some("k"));
    assert_eq!((answer.status, answer.code().as_str()), (410, "offer-ended"), "{}", answer.text());
    assert!(answer.header("www-authenticate").is_none());
    assert_eq!((payer.available(), Books::of(&server.data()).earned("house")), (1_000_000, 0));
    assert_eq!(payer.pay(&url).status, 200, "a fresh challenge is of the offer that stands");
}

#[test]
fn a_doubled_or_endless_idempotency_key_is_a_bad_request() {
    let demo = Demo::new();
    let credential = demo.payer.credential(&demo.unpaid());
    let long = "k".repeat(129);
    for keys in [vec!["a", "b"], vec![long.as_str()], vec![""]] {
        let mut headers = vec![("Authorization", credential.as_str())];
        headers.extend(keys.iter().map(|key| ("Idempotency-Key", *key)));
        refused(&get(&demo.article, &headers), 400, "bad-request", "bad-request", "its key");
    }
    demo.nothing_moved("no key of ours");
    assert_eq!(present("GET", &demo.article, &credential, Some(&long[..128]), "").status, 200);
}

/// Changes a word of the offer file and applies it.
fn offers(server: &Server, was: &str, is: &str) {
    let path = server.folder().join("offers.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(was), "{was} is not in {text}");
    std::fs::write(&path, text.replace(was, is)).unwrap();
    farthing_ok(&["offer", "apply", "--config", server.folder().join("farthing.toml").to_str().unwrap()]);
}
