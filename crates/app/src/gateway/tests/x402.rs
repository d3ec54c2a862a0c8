//! x402 at the door: the same challenge and the same checks, in a form and under statuses of its own.

use super::*;
use data_encoding::BASE64;
use protocol::x402::{EXACT, Json, Payment, requirement};

/// A document in a field of x402.
pub(super) fn opened(answer: &Answer, field: &str) -> Json {
    Json::parse(&BASE64.decode(answer.header(field).as_bytes()).unwrap()).unwrap()
}

pub(super) fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json.get(key).and_then(Json::text).unwrap_or_default()
}

/// The one way to pay of a 402.
pub(super) fn accepted(answer: &Answer) -> Json {
    let document = opened(answer, "payment-required");
    let Some(Json::List(accepts)) = document.get("accepts") else { panic!("{document}") };
    assert_eq!(accepts.len(), 1);
    accepts[0].clone()
}

/// Signs what a page is offered for.
async fn signed(bed: &Bed, path: &str, key: &SigningKey) -> (Json, Credential) {
    let accepted = accepted(&bed.get(path).await);
    let challenge = protocol::x402::challenge_of(&accepted).unwrap();
    (accepted, Credential::sign(challenge, key).unwrap())
}

async fn value(bed: &Bed, path: &str, key: &SigningKey) -> String {
    let (accepted, credential) = signed(bed, path, key).await;
    Payment::header_value(&accepted, &credential, None)
}

async fn present(bed: &Bed, path: &str, value: &str) -> Answer {
    bed.ask(request("GET", path, &[("payment-signature", value)])).await
}

/// Status, code, and `errorReason`; the books are as before, and there is no receipt.
pub(super) async fn refused(bed: &Bed, request: Request<Full<Bytes>>, expected: (u16, &str, &str)) -> Answer {
    refused_at(bed, request, &visit(world::now()), expected).await
}

async fn refused_at(bed: &Bed, request: Request<Full<Bytes>>, visit: &Visit, expected: (u16, &str, &str)) -> Answer {
    let before = bed.books().await;
    let answer = bed.ask_at(request, visit).await;
    let (status, code, reason) = expected;
    let response = opened(&answer, "payment-response");
    assert_ne!(answer.status, StatusCode::OK, "{expected:?}");
    assert_eq!((answer.refusal(), text(&response, "errorReason")), ((status, code.to_owned()), reason));
    assert_eq!(answer.json()["status"].as_u64(), Some(status.into()), "the document says the status it came under");
    assert_eq!((response.get("success"), text(&response, "transaction")), (Some(&Json::Flag(false)), ""), "{code}");
    assert_eq!(bed.books().await, before, "{code} moved something");
    assert!(answer.receipt().is_none() && answer.header("farthing-receipt").is_empty(), "{code}");
    let again = opened_again(&answer);
    assert_eq!(again, status == 402 || code == "malformed-credential", "{code}: a fresh 402 where paying helps");
    answer
}

/// True if it offers in every dialect; false if in none.
fn opened_again(answer: &Answer) -> bool {
    let (payment, x402) = (answer.headers.contains_key("www-authenticate"), !answer.header("payment-required").is_empty());
    assert_eq!(payment, x402, "in all dialects or in none");
    if x402 {
        assert!(!text(&opened(answer, "payment-required"), "error").is_empty());
    }
    x402
}

/// The requirement with one member, or one of its `extra`, another.
fn edited(accepted: &Json, path: &[&str], value: impl Into<Json>) -> Json {
    let (Json::Object(members), [key, rest @ ..]) = (accepted, path) else { panic!("{path:?}") };
    let value = value.into();
    let member = |(known, old): &(String, Json)| match rest {
        _ if known != key => (known.clone(), old.clone()),
        [] => (known.clone(), value.clone()),
        rest => (known.clone(), edited(old, rest, value.clone())),
    };
    let mut members: Vec<_> = members.iter().map(member).collect();
    if rest.is_empty() && !members.iter().any(|(known, _)| known == key) {
        members.push(((*key).to_owned(), value));
    }
    Json::Object(members)
}

#[tokio::test]
async fn a_page_is_paid_in_x402() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let answer = bed.get("/a/quiet").await;
    let offer = opened(&answer, "payment-required");
    assert_eq!(offer.get("x402Version"), Some(&Json::from(2)));
    assert_eq!((text(&offer, "error"), offer.get("extensions").is_none()), ("Payment required", true));
    assert_eq!(text(offer.get("resource").unwrap(), "url"), format!("{URL}/a/quiet"));
    let accepted = accepted(&answer);
    assert_eq!(["scheme", "amount", "asset", "payTo"].map(|key| text(&accepted, key)), ["exact", "50000", "eur-micro", "harbour"]);
    assert_eq!(text(&accepted, "network"), format!("farthing:{}", bed.opened.instance.id));
    let charge = answer.challenge();
    assert_eq!(accepted, requirement(&charge, EXACT).unwrap(), "one challenge in both dialects");

    let credential = Credential::sign(charge, &alice).unwrap();
    let paid = present(&bed, "/a/quiet", &Payment::header_value(&accepted, &credential, None)).await;
    assert_eq!((paid.status.as_u16(), paid.text().as_str()), (200, origin::ARTICLE));
    assert_eq!((paid.header("cache-control"), paid.header("payment-receipt")), ("private, no-store", ""));
    let response = opened(&paid, "payment-response");
    assert_eq!(response.get("success"), Some(&Json::Flag(true)));
    assert_eq!((text(&response, "amount"), text(&response, "network")), ("50000", text(&accepted, "network")));
    let receipt = protocol::receipt::Signed::parse(paid.header("farthing-receipt")).unwrap();
    assert!(receipt.is_proved_by(&bed.opened.instance.keys.receipt.public()));
    assert_eq!(text(&response, "transaction"), protocol::text::serial(receipt.receipt.reference));
    assert_eq!(text(&response, "payer"), receipt.receipt.payer);
    assert_eq!((bed.available(&alice).await, bed.earned().await), (950_000, 50_000));
    let seen = bed.origin.asked("/a/quiet").pop().unwrap().headers;
    assert!(["payment-signature", "x-payment", "authorization"].iter().all(|name| !seen.contains_key(*name)));
    assert_eq!(seen["farthing-paid"], "charge");

    // Owned: served, and nothing more is charged.
    let again = present(&bed, "/a/quiet", &value(&bed, "/a/quiet", &alice).await).await;
    assert_eq!((again.status.as_u16(), text(&opened(&again, "payment-response"), "amount")), (200, "0"));
    assert_eq!(bed.available(&alice).await, 950_000);
}

#[tokio::test]
async fn the_402_keeps_its_budget_and_its_order() {
    let bed = Bed::new().await;
    let bytes = |answer: &Answer| {
        let of_field = |name: &str| answer.headers.get_all(name).iter().map(|line| name.len() + line.len() + 4).sum::<usize>();
        of_field("www-authenticate") + of_field("payment-required")
    };
    for (accept, path) in [("*/*", "/a/quiet"), ("text/html", "/a/quiet"), ("*/*", "/tour")] {
        let answer = bed.ask(request("GET", path, &[("accept", accept)])).await;
        assert!(!answer.header("payment-required").is_empty() && answer.header("www-authenticate").starts_with("Payment "));
        assert!(bytes(&answer) <= 1_600, "{}", bytes(&answer));
        assert!(answer.header("vary").contains("Payment-Signature"));
    }
    let asks = |wish: &'static str| bed.ask(request("GET", "/a/quiet", &[("accept-payment", wish)]));
    let asked = asks("farthing/session, farthing/charge;q=0.5").await;
    assert!(asked.header("payment-required").is_empty(), "who reads the Payment scheme is told in it alone");
    assert_eq!(asked.headers.get_all("www-authenticate").iter().count(), 2);
    for not_ours in ["tempo/charge", "farthing/*;q=0", "garbage"] {
        assert!(!asks(not_ours).await.header("payment-required").is_empty(), "{not_ours}");
    }
    let long = bed.get(&format!("/a/{}", "x".repeat(480))).await;
    assert!(bytes(&long) <= protocol::offering::BUDGET && !long.header("payment-required").is_empty());

    let bed = Bed::metered().await;
    let answer = bed.get("/a/call").await;
    assert!(bytes(&answer) <= protocol::offering::BUDGET);
    assert_eq!(answer.headers.get_all("www-authenticate").iter().count(), 2, "the charge and the session");
    assert!(!answer.header("payment-required").is_empty());
    assert!(bed.get("/s/told").await.header("payment-required").is_empty(), "what only sessions pay is not offered");
    let head = bed.ask(request("HEAD", "/a/call", &[])).await;
    assert!(head.fresh_challenge().is_none() && head.header("payment-required").is_empty(), "a head uses nothing up");
}

#[tokio::test]
async fn what_cannot_be_read_is_400_and_version_1_is_not_looked_at() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let good = value(&bed, "/a/quiet", &alice).await;
    let bomb = "A".repeat(9_000);
    let nested = BASE64.encode(format!("{{\"x402Version\":2,\"accepted\":{}", "[".repeat(3_000)).as_bytes());
    let payment = Credential::sign(bed.challenge("/a/quiet").await, &alice).unwrap().header_value();
    for garbage in ["", "x", "e30=", &good[1..], &bomb, &nested, &payment, "null"] {
        let told = request("GET", "/a/quiet", &[("payment-signature", garbage)]);
        refused(&bed, told, (400, "malformed-credential", "invalid_payload")).await;
    }
    let mut bytes = request("GET", "/a/quiet", &[]);
    bytes.headers_mut().insert("payment-signature", HeaderValue::from_bytes(b"\xff\xfe").unwrap());
    refused(&bed, bytes, (400, "malformed-credential", "invalid_payload")).await;
    // In the field of the other dialect it is nothing.
    let wrong = bed.ask(request("GET", "/a/quiet", &[("authorization", &format!("Payment {good}"))])).await;
    assert_eq!((wrong.refusal(), wrong.header("payment-response")), ((402, "malformed-credential".to_owned()), ""));
    // Version 1 is as if absent, and never gets to the origin.
    let old = bed.ask(request("GET", "/a/quiet", &[("x-payment", &good)])).await;
    assert_eq!((old.refusal(), old.header("payment-response")), ((402, "payment-required".to_owned()), ""));
    bed.ask(request("GET", "/gift", &[("x-payment", &good), ("payment-signature", &good)])).await;
    let seen = bed.origin.asked("/gift").pop().unwrap().headers;
    assert!(!seen.contains_key("x-payment") && !seen.contains_key("payment-signature"));
    assert!(bed.origin.asked("/a/quiet").is_empty());
    assert_eq!(present(&bed, "/a/quiet", &good).await.status, StatusCode::OK, "none of this used it up");
}

#[tokio::test]
async fn two_credentials_of_any_kind() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let good = value(&bed, "/a/quiet", &alice).await;
    let payment = Credential::sign(bed.challenge("/a/quiet").await, &alice).unwrap().header_value();
    let call =
        protocol::calls::Call { instance: bed.opened.instance.id, method: "GET", target: "/a/quiet", kind: protocol::calls::Kind::Read };
    let account = protocol::calls::sign(&call, &alice, Timestamp::from_seconds(world::now().seconds())).unwrap();
    for (field, second) in
        [("payment-signature", &good), ("authorization", &payment), ("payment-authorization", &payment), ("authorization", &account)]
    {
        let both = request("GET", "/a/quiet", &[("payment-signature", &good), (field, second)]);
        refused(&bed, both, (400, "two-credentials", "invalid_payload")).await;
    }
    let beside_a_login = bed.ask(request("GET", "/a/quiet", &[("payment-signature", &good), ("authorization", "Basic eDp5")])).await;
    assert_eq!(beside_a_login.status, StatusCode::OK);
    assert_eq!(bed.origin.asked("/a/quiet")[0].headers["authorization"], "Basic eDp5");
}

#[tokio::test]
async fn everything_that_is_echoed_is_checked() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let (good, credential) = signed(&bed, "/a/quiet", &alice).await;
    let tell = |accepted: &Json| request("GET", "/a/quiet", &[("payment-signature", &Payment::header_value(accepted, &credential, None))]);
    let other = protocol::text::base64url(&[7; 32]);
    let edits: [(&[&str], Json); 15] = [
        (&["amount"], "1".into()),
        (&["amount"], Json::from(50_000)),
        (&["asset"], "usd-micro".into()),
        (&["payTo"], "ann".into()),
        (&["maxTimeoutSeconds"], Json::from(86_400)),
        (&["extra", "realm"], "other.localhost".into()),
        (&["extra", "offer"], Json::Text(other.clone())),
        (&["extra", "challenge"], Json::Text(other)),
        (&["extra", "expires"], "2099-01-01T00:00:00Z".into()),
        (&["extra", "opaque"], "e30".into()),
        (&["extra", "digest"], "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:".into()),
        (&["extra", "undo"], "86400".into()),
        (&["extra", "name"], "USD".into()),
        (&["extra", "decimals"], Json::from(2)),
        (&["extra", "more"], Json::Null),
    ];
    for (path, value) in edits {
        refused(&bed, tell(&edited(&good, path, value)), (402, "challenge-unknown", "invalid_payment_requirements")).await;
    }
    for network in ["eip155:8453".to_owned(), format!("farthing:{}", "a".repeat(26)), "farthing".to_owned()] {
        refused(&bed, tell(&edited(&good, &["network"], network)), (402, "method-unsupported", "invalid_network")).await;
    }
    let other = tell(&edited(&good, &["scheme"], "batch-settlement"));
    refused(&bed, other, (402, "method-unsupported", "unsupported_scheme")).await;
    // The scheme is under the challenge's MAC.
    let most = tell(&edited(&good, &["scheme"], "upto"));
    refused(&bed, most, (402, "challenge-unknown", "invalid_payment_requirements")).await;
    assert_eq!(bed.available(&alice).await, 1_000_000);
    assert_eq!(bed.ask(tell(&good)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_time_place_body_and_hand() {
    let bed = Bed::new().await;
    let (alice, bob, poor) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await, bed.wallet(3, 49_999).await);
    let (accepted, credential) = signed(&bed, "/a/quiet", &alice).await;
    let good = Payment::header_value(&accepted, &credential, None);
    let to = |method: &str, path: &str, value: &str| request(method, path, &[("payment-signature", value)]);
    let of_requirement = |code: &'static str| (402, code, "invalid_payment_requirements");
    refused_at(&bed, to("GET", "/a/quiet", &good), &later(340), of_requirement("quote-expired")).await;
    // Replayed across routes, queries that make another page, methods and bodies.
    refused(&bed, to("GET", "/a/other", &good), of_requirement("route-mismatch")).await;
    refused(&bed, to("GET", "/tour", &good), of_requirement("route-mismatch")).await;
    refused(&bed, to("POST", "/a/quiet", &good), of_requirement("route-mismatch")).await;
    refused(&bed, to("PUT", "/a/quiet", &good), of_requirement("route-mismatch")).await;
    let head = bed.ask(to("HEAD", "/a/quiet", &good)).await;
    assert_eq!((head.status.as_u16(), text(&opened(&head, "payment-response"), "errorReason")), (402, "invalid_payment_requirements"));
    let with = with_body("GET", "/a/quiet", &[("payment-signature", &good)], "body");
    refused(&bed, with, (402, "digest-mismatch", "invalid_payload")).await;
    // On another instance, which has the same names and another root.
    let elsewhere = Bed::new().await;
    refused(&elsewhere, to("GET", "/a/quiet", &good), (402, "method-unsupported", "invalid_network")).await;

    let mut forged = credential.clone();
    forged.signature = [9; 64];
    let told = Payment::header_value(&accepted, &forged, None);
    refused(&bed, to("GET", "/a/quiet", &told), (402, "signature-invalid", "invalid_payload")).await;
    let mut thief = Credential::sign(credential.challenge.clone(), &bob).unwrap();
    thief.account = Some(alice.public().account());
    let told = Payment::header_value(&accepted, &thief, None);
    refused(&bed, to("GET", "/a/quiet", &told), (402, "signature-invalid", "invalid_payload")).await;
    let told = value(&bed, "/a/quiet", &poor).await;
    let short = refused(&bed, to("GET", "/a/quiet", &told), (402, "insufficient-funds", "insufficient_funds")).await;
    assert_eq!(short.json()["shortBy"].as_str(), Some("1"));
    assert_eq!((bed.available(&alice).await, bed.available(&bob).await), (1_000_000, 1_000_000));
    assert!(bed.origin.asked("/a/quiet").is_empty());
    // None of this used the challenge up.
    assert_eq!(bed.ask_at(to("GET", "/a/quiet", &good), &later(320)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_is_bound_in_x402_too() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let offer = bed.ask(with_body("POST", "/a/echo", &[], "ask")).await;
    let accepted = accepted(&offer);
    assert_eq!(text(accepted.get("extra").unwrap(), "digest"), protocol::digest::of(b"ask"));
    let credential = Credential::sign(protocol::x402::challenge_of(&accepted).unwrap(), &alice).unwrap();
    let good = Payment::header_value(&accepted, &credential, None);
    let other = with_body("POST", "/a/echo", &[("payment-signature", &good)], "another");
    refused(&bed, other, (402, "digest-mismatch", "invalid_payload")).await;
    let paid = bed.ask(with_body("POST", "/a/echo", &[("payment-signature", &good)], "ask")).await;
    assert_eq!(paid.status, StatusCode::OK);
    assert_eq!(bed.available(&alice).await, 950_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_once_or_in_both_dialects_it_pays_once() {
    let bed = Arc::new(Bed::new().await);
    let alice = bed.wallet(1, 1_000_000).await;
    let (accepted, credential) = signed(&bed, "/a/quiet", &alice).await;
    let (good, payment) = (Payment::header_value(&accepted, &credential, None), credential.header_value());
    let tasks: Vec<_> = (0..24)
        .map(|number| {
            let (bed, good, payment) = (Arc::clone(&bed), good.clone(), payment.clone());
            let (field, value) = if number % 2 == 0 { ("payment-signature", good) } else { ("authorization", payment) };
            tokio::spawn(async move { bed.ask(request("GET", "/a/quiet", &[(field, &value)])).await })
        })
        .collect();
    let mut served = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        if answer.status == StatusCode::OK {
            served += 1;
        } else {
            assert_eq!(answer.refusal(), (402, "challenge-used".to_owned()));
        }
    }
    assert_eq!((served, bed.origin.asked("/a/quiet").len()), (1, 1));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (950_000, 50_000));
    // Nor after the program was started anew.
    let bed = Arc::into_inner(bed).unwrap().restarted().await;
    let told = request("GET", "/a/quiet", &[("payment-signature", &good)]);
    refused(&bed, told, (402, "challenge-used", "invalid_payment_requirements")).await;
}

#[tokio::test]
async fn a_key_gets_the_first_answer_again() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let good = value(&bed, "/a/quiet", &alice).await;
    let with_key = |key: &str| request("GET", "/a/quiet", &[("payment-signature", &good), ("idempotency-key", key)]);
    let (first, second) = (bed.ask(with_key("k1")).await, bed.ask(with_key("k1")).await);
    assert_eq!((first.status.as_u16(), &first.headers, &first.body), (200, &second.headers, &second.body));
    refused(&bed, with_key("k2"), (402, "challenge-used", "invalid_payment_requirements")).await;
    assert_eq!((bed.available(&alice).await, bed.origin.asked("/a/quiet").len()), (950_000, 1));
}

#[tokio::test]
async fn what_is_not_delivered_is_taken_back_and_told_so() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let failed = present(&bed, "/a/broken", &value(&bed, "/a/broken", &alice).await).await;
    assert_eq!((failed.refusal(), failed.json()["refunded"].as_bool()), ((502, "origin-failed".to_owned()), Some(true)));
    let response = opened(&failed, "payment-response");
    assert_eq!((response.get("success"), text(&response, "errorReason")), (Some(&Json::Flag(false)), "origin-failed"));
    assert_eq!(text(&response, "transaction"), failed.json()["reference"].as_str().unwrap());
    assert!(failed.header("farthing-receipt").is_empty() && failed.header("payment-required").is_empty());
    let missing = present(&bed, "/a/gone", &value(&bed, "/a/gone", &alice).await).await;
    assert_eq!((missing.status.as_u16(), missing.header("payment-response")), (404, ""));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (1_000_000, 0));
}

#[tokio::test]
async fn strangers_who_fail_too_often_wait() {
    let bed = Bed::new().await;
    let mut stranger = visit(world::now());
    stranger.client_ip = "203.0.113.7".parse().unwrap();
    let garbage = || request("GET", "/a/quiet", &[("payment-signature", "x")]);
    for _ in 0..20 {
        assert_eq!(bed.ask_at(garbage(), &stranger).await.refusal(), (400, "malformed-credential".to_owned()));
    }
    let answer = bed.ask_at(garbage(), &stranger).await;
    assert_eq!((answer.refusal(), answer.header("retry-after")), ((429, "too-fast".to_owned()), "3"));
    assert_eq!(text(&opened(&answer, "payment-response"), "errorReason"), "too-fast");
}

#[tokio::test]
async fn a_server_that_only_asks_charges_nothing() {
    let bed = Bed::asking().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let good = value(&bed, "/a/quiet", &alice).await;
    let mut front = peer();
    front.earlier = Earlier::Trusted;
    let asked = [("x-forwarded-method", "GET"), ("x-forwarded-uri", "/a/quiet"), ("payment-signature", &good)];
    for (target, status) in [("/.well-known/farthing/auth", 400), ("/.well-known/farthing/auth?else=403", 403)] {
        let answer = Answer::of(bed.door.handle(request("GET", target, &asked), &visit(world::now()), front.clone()).await).await;
        assert_eq!(answer.status.as_u16(), status);
    }
    assert_eq!(bed.available(&alice).await, 1_000_000);
}

#[tokio::test]
async fn a_browser_reads_offers_and_receipts_where_the_site_lists_its_origin() {
    let origin = Origin::start().await;
    let more = "page_origins = [\"http://www.news.localhost:4020\"]\n";
    let bed = Bed::open_as(tempfile::tempdir().unwrap(), origin.address, origin, more).await;
    let from = |method: &str, origin: &str, more: &[(&str, &str)]| {
        let headers: Vec<_> = [("origin", origin)].into_iter().chain(more.iter().copied()).collect();
        request(method, "/a/quiet", &headers)
    };
    let ours = "http://www.news.localhost:4020";
    let answer = bed.ask(from("GET", ours, &[])).await;
    assert!(answer.header("access-control-expose-headers").contains("PAYMENT-REQUIRED, PAYMENT-RESPONSE"));
    let preflight = [("access-control-request-method", "GET"), ("access-control-request-headers", "payment-signature")];
    let allowed = bed.ask(from("OPTIONS", ours, &preflight)).await;
    assert_eq!((allowed.status.as_u16(), allowed.header("access-control-allow-origin")), (204, ours));
    assert!(allowed.header("access-control-allow-headers").contains("PAYMENT-SIGNATURE"));
    let stranger = bed.ask(from("OPTIONS", "https://other.example", &preflight)).await;
    assert!(stranger.header("access-control-allow-headers").is_empty());
    assert!(bed.ask(from("GET", "https://other.example", &[])).await.header("access-control-expose-headers").is_empty());
}

#[tokio::test]
async fn a_client_may_name_its_request_where_it_is_used_up() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let offer = opened(&bed.get("/a/call").await, "payment-required");
    let extension = offer.get("extensions").and_then(|all| all.get("payment-identifier")).unwrap();
    assert_eq!(extension.to_string(), r#"{"info":{"required":false}}"#, "its schema has no room beside a session");
    let named = |accepted: &Json, credential: &Credential| Payment::header_value(accepted, credential, Some("a-name-of-its-own"));
    let (accepted, credential) = signed(&bed, "/a/call", &alice).await;
    let good = named(&accepted, &credential);
    let (first, again) = (present(&bed, "/a/call", &good).await, present(&bed, "/a/call", &good).await);
    assert_eq!((first.status.as_u16(), &first.headers, &first.body), (200, &again.headers, &again.body));
    assert_eq!((bed.available(&alice).await, bed.origin.asked("/a/call").len()), (999_998, 1));
    // Whoever saw it, and sends it in another form under its name, gets nothing.
    let elsewhere = [("authorization", credential.header_value()), ("idempotency-key", "a-name-of-its-own".to_owned())];
    let elsewhere = elsewhere.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(bed.ask(request("GET", "/a/call", &elsewhere)).await.refusal(), (402, "challenge-used".to_owned()));
    // Another payment under the same name is not taken; under another name, or for another page, it is.
    let (accepted, credential) = signed(&bed, "/a/call", &alice).await;
    let other = request("GET", "/a/call", &[("payment-signature", &named(&accepted, &credential))]);
    refused(&bed, other, (409, "id-reused", "id-reused")).await;
    let renamed = Payment::header_value(&accepted, &credential, Some("another-name-of-it"));
    assert_eq!(present(&bed, "/a/call", &renamed).await.status, StatusCode::OK);
    let (accepted, credential) = signed(&bed, "/a/other", &alice).await;
    assert_eq!(present(&bed, "/a/other", &named(&accepted, &credential)).await.status, StatusCode::OK);
    assert_eq!(bed.available(&alice).await, 999_994);
    let short = Payment::header_value(&accepted, &credential, Some("short"));
    let malformed = request("GET", "/a/other", &[("payment-signature", &short)]);
    refused(&bed, malformed, (400, "malformed-credential", "invalid_payload")).await;

    // What can be owned is not opened by whoever saw the payment.
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let (accepted, credential) = signed(&bed, "/a/quiet", &alice).await;
    let seen = named(&accepted, &credential);
    assert_eq!(present(&bed, "/a/quiet", &seen).await.status, StatusCode::OK);
    refused(&bed, request("GET", "/a/quiet", &[("payment-signature", &seen)]), (402, "challenge-used", "invalid_payment_requirements"))
        .await;
}

#[tokio::test]
async fn what_is_sold_is_listed_for_x402_where_the_site_says_so() {
    let bed = Bed::new().await;
    assert_eq!(bed.get("/.well-known/x402.json").await.text(), "free: /.well-known/x402.json", "else it is the origin's");
    let origin = Origin::start().await;
    let bed = Bed::open_as(tempfile::tempdir().unwrap(), origin.address, origin, "x402_json = true\n").await;
    let listed = bed.get("/.well-known/x402.json").await;
    assert_eq!((listed.header("content-type"), listed.header("cache-control")), ("application/json", "public, max-age=300"));
    let listed = listed.json();
    assert_eq!((listed["version"].as_u64(), listed["resources"][0].as_str()), (Some(1), Some("http://news.localhost:4020/tour")));
    let accepts = &listed["offers"][0]["accepts"][0];
    assert_eq!((accepts["amount"].as_str(), accepts["payTo"].as_str()), (Some("50000"), Some("harbour")));
}
