//! What comes again: the same credential, another one for the same challenge, a retry after a restart.

use super::{Demo, PRICE, present, receipt};
use crate::support::backend::Backend;
use crate::support::books::Books;
use crate::support::http::{get, send};
use crate::support::payer::Payer;
use crate::support::server::Server;
use money::Amount;
use protocol::text::{command, serial};

#[test]
fn the_same_request_again_gets_the_first_answer() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let url = format!("{}/paid/echo", server.site());
    let credential = payer.credential(&send("POST", &url, &[], b"one").unwrap());
    let first = present("POST", &url, &credential, Some("k"), "one");
    let second = present("POST", &url, &credential, Some("k"), "one");
    assert_eq!(receipt(&server, &first), receipt(&server, &second));
    assert_eq!((&first.body, first.header("payment-receipt")), (&second.body, second.header("payment-receipt")));
    assert_eq!((payer.available(), backend.asked("/paid/echo").len()), (950_000, 1), "charged once, delivered once");
    assert_eq!(backend.asked("/paid/echo")[0].header("idempotency-key"), Some("k"), "the origin of an unsafe method learns the key");
}

#[test]
fn a_credential_without_its_key_or_under_another_is_used_up() {
    let demo = Demo::new();
    let credential = demo.payer.credential(&demo.unpaid());
    assert_eq!(demo.payer.present(&demo.article, &credential, Some("k")).status, 200);
    let books = demo.now();
    for key in [None, Some("another"), Some("K")] {
        let answer = demo.payer.present(&demo.article, &credential, key);
        assert_eq!((answer.status, answer.code().as_str()), (402, "challenge-used"), "{key:?}: who saw it go by gets nothing");
        assert_eq!(answer.all("www-authenticate").len(), 1);
        assert!(!answer.text().contains("<h1") && answer.header("payment-receipt").is_none());
    }
    let unnamed = demo.payer.credential(&demo.unpaid());
    assert_eq!(demo.payer.present(&demo.article, &unnamed, None).status, 200, "owned");
    assert_eq!(demo.now(), books);
}

#[test]
fn a_credential_sent_without_a_key_pays_once() {
    let demo = Demo::new();
    let credential = demo.payer.credential(&demo.unpaid());
    assert_eq!(demo.payer.present(&demo.article, &credential, None).status, 200);
    for key in [None, Some("late")] {
        let answer = demo.payer.present(&demo.article, &credential, key);
        assert_eq!((answer.status, answer.code().as_str()), (402, "challenge-used"), "{key:?}");
    }
    assert_eq!(demo.payer.available(), 1_000_000 - PRICE);
}

#[test]
fn a_challenge_pays_for_one_credential_only() {
    let demo = Demo::new();
    let challenge = demo.unpaid();
    let bob = Payer::with("bob", &demo.server, 1_000_000);
    assert_eq!(demo.payer.present(&demo.article, &demo.payer.credential(&challenge), Some("k")).status, 200);
    let answer = bob.present(&demo.article, &bob.credential(&challenge), Some("k"));
    assert_eq!((answer.status, answer.code().as_str()), (402, "challenge-used"));
    assert_eq!((demo.payer.available(), bob.available()), (950_000, 1_000_000));
    assert_eq!(bob.pay(&demo.article).status, 200, "under a challenge of his own he pays");
}

#[test]
fn a_used_credential_opens_no_other_page_and_no_other_query() {
    let demo = Demo::new();
    let credential = demo.payer.credential(&demo.unpaid());
    assert_eq!(demo.payer.present(&demo.article, &credential, Some("k")).status, 200);
    let elsewhere = demo.payer.present(&format!("{}/a/tide-tables", demo.server.site()), &credential, Some("k"));
    assert_eq!((elsewhere.status, elsewhere.code().as_str()), (402, "route-mismatch"));
    let query = demo.payer.present(&format!("{}?x=1", demo.article), &credential, Some("k"));
    assert_eq!((query.status, query.code().as_str()), (402, "challenge-used"), "{}", query.text());
    assert_eq!(demo.payer.available(), 1_000_000 - PRICE);
}

#[test]
fn an_answer_too_long_to_keep_is_fetched_again_three_times_and_no_more() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let url = format!("{}/paid/big", server.site());
    let credential = payer.credential(&get(&url, &[]));
    let first = payer.present(&url, &credential, Some("k"));
    let paid = receipt(&server, &first);
    assert_eq!(first.body.len(), 300 * 1_024);
    for attempt in 0..3 {
        let again = payer.present(&url, &credential, Some("k"));
        assert_eq!((again.status, &again.body), (200, &first.body), "try {attempt}: {:?}", again.headers);
        assert_eq!(receipt(&server, &again).reference, paid.reference);
    }
    let answer = payer.present(&url, &credential, Some("k"));
    assert_eq!((answer.status, answer.code().as_str()), (402, "challenge-used"));
    assert_eq!((payer.available(), backend.asked("/paid/big").len()), (950_000, 4));
}

#[test]
fn after_a_restart_the_same_credential_is_still_one_charge() {
    let demo = Demo::new();
    let credential = demo.payer.credential(&demo.unpaid());
    let first = receipt(&demo.server, &demo.payer.present(&demo.article, &credential, Some("k")));
    let server = Server::demo_in(demo.server.stop(), &[]);
    let (article, alice) = (server.url("article"), Payer::new("alice", &server));
    let stolen = alice.present(&article, &credential, None);
    assert_eq!((stolen.status, stolen.code().as_str()), (402, "challenge-used"), "the key counts after a restart too");
    assert_eq!(alice.present(&article, &credential, Some("other")).code(), "challenge-used");
    let again = receipt(&server, &alice.present(&article, &credential, Some("k")));
    assert_eq!((again.reference, again.amount), (first.reference, Amount::from_u32(50_000)), "the same receipt, no second charge");
    assert_eq!((alice.available(), Books::of(&server.data()).earned("harbour")), (950_000, 15_000));
    let undone = alice.write("/v1/undo", &serde_json::json!({"serial": serial(first.reference)}).to_string());
    assert_eq!(undone.status, 200, "{}", undone.text());
    let server = Server::demo_in(server.stop(), &[]);
    let alice = Payer::new("alice", &server);
    let answer = alice.present(&server.url("article"), &credential, Some("k"));
    assert_eq!((answer.status, answer.code().as_str()), (402, "challenge-used"), "what was taken back is not served again");
    assert_eq!(alice.available(), 1_000_000);
}

#[test]
fn a_paid_post_is_not_sent_to_the_origin_again_after_a_restart() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let url = format!("{}/paid/echo", server.site());
    let credential = payer.credential(&send("POST", &url, &[], b"one").unwrap());
    let first = receipt(&server, &present("POST", &url, &credential, Some("k"), "one"));
    let server = Server::serve(server.stop());
    let url = format!("{}/paid/echo", server.site());
    let gone = present("POST", &url, &credential, Some("k"), "one");
    assert_eq!((gone.status, gone.code().as_str()), (409, "response-gone"), "{}", gone.text());
    assert_eq!(gone.json()["reference"], serial(first.reference));
    let alice = Payer::new("alice", &server);
    assert_eq!((alice.available(), backend.asked("/paid/echo").len()), (950_000, 1));
}

#[test]
fn a_credential_that_was_never_presented_pays_after_a_restart() {
    let demo = Demo::new();
    let credential = demo.payer.credential(&demo.unpaid());
    let server = Server::demo_in(demo.server.stop(), &[]);
    let alice = Payer::new("alice", &server);
    assert_eq!(receipt(&server, &alice.present(&server.url("article"), &credential, Some("k"))).amount, Amount::from_u32(50_000));
}

#[test]
fn a_write_sent_again_moves_nothing_more_and_one_with_other_content_is_refused() {
    let demo = Demo::new();
    let (id, body) = (crate::support::payer::command_id(), r#"{"amount":"70000","currency":"eur-micro"}"#);
    let first = demo.payer.write_as(id, "/v1/top-ups", body);
    assert_eq!((first.status, first.json()["available"].as_str()), (200, Some("1070000")), "{}", first.text());
    for _ in 0..3 {
        assert_eq!(demo.payer.write_as(id, "/v1/top-ups", body).status, 200);
    }
    let other = demo.payer.write_as(id, "/v1/top-ups", r#"{"amount":"70001","currency":"eur-micro"}"#);
    assert_eq!((other.status, other.code().as_str()), (409, "id-reused"));
    let old = money::CommandId::new(crate::support::payer::now().ms() - 11 * 60_000, [1; 10]);
    let late = demo.payer.write_as(old, "/v1/top-ups", body);
    assert_eq!((late.status, late.code().as_str()), (409, "id-too-old"), "{}", command(old));
    let ahead = money::CommandId::new(crate::support::payer::now().ms() + 5 * 60_000, [1; 10]);
    assert_eq!(demo.payer.write_as(ahead, "/v1/top-ups", body).code(), "id-too-new");
    assert_eq!(demo.payer.available(), 1_070_000);
}

#[test]
fn a_forged_call_changes_nothing() {
    let demo = Demo::new();
    let mallory = Payer::new("mallory", &demo.server);
    let body = r#"{"amount":"70000","currency":"eur-micro"}"#;
    let (id, wallet) = (crate::support::payer::command_id(), demo.server.url("wallet"));
    let line = demo.payer.signed_write(id, "/v1/top-ups", body);
    let url = format!("{wallet}/v1/top-ups");
    let key = command(id);
    let rows = [
        (
            "another body",
            vec![("Authorization", line.as_str()), ("Idempotency-Key", key.as_str())],
            r#"{"amount":"90000","currency":"eur-micro"}"#,
        ),
        ("no key", vec![("Authorization", line.as_str())], body),
        ("no signature", vec![("Idempotency-Key", key.as_str())], body),
        ("a cookie instead", vec![("Cookie", "__Host-farthing_w=AAAAAAAAAAAAAAAAAAAAAA"), ("Idempotency-Key", key.as_str())], body),
    ];
    for (why, headers, body) in rows {
        let answer = send("POST", &url, &headers, body.as_bytes()).unwrap();
        assert!((400..500).contains(&answer.status), "{why}: {}", answer.text());
    }
    assert_eq!(mallory.available(), 0);
    demo.nothing_moved("forged calls");
}
