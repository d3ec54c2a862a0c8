//! L402 and `lightning/charge`: an invoice that is paid from a balance, and what its preimage opens.

use super::*;
use crate::door;
use crate::wallet::Asked;
use http::Method;
use market::{RefundReason, RefundRequest};
use protocol::l402::{self, Credential as Bearer, payment_hash, read_challenge};
use protocol::text::base64url;

const LOCKED: &str = r#"
[offer.article]
unlock = "http://news.localhost/a/*"
price = { fixed = "0.05 EUR" }
refund = { window = "10m", per_payer = "2/day" }
l402 = true

[offer.tour]
unlock = "http://news.localhost/tour"
price = { at_least = "0.000333 EUR" }
entitlement = { lasts = "1h" }
l402 = "first"

[offer.gift]
unlock = "http://news.localhost/gift"
free = true
"#;

const CALLS: &str = r#"
[offer.calls]
unlock = "http://news.localhost/a/*"
price = { metered = "0.002 EUR", per = "1 call" }
l402 = true
"#;

async fn sells(offers: &str) -> Bed {
    let (origin, folder) = (Origin::start().await, tempfile::tempdir().unwrap());
    std::fs::write(folder.path().join("locked.toml"), offers).unwrap();
    let at = origin.address;
    Bed::open_with(folder, at, origin, ("locked.toml", "")).await
}

async fn pages() -> Bed {
    sells(LOCKED).await
}

async fn calls() -> Bed {
    let free = |name: &str| format!("\n[offer.{name}]\nunlock = \"http://news.localhost/{name}\"\nfree = true\n");
    sells(&format!("{CALLS}{}{}", free("tour"), free("gift"))).await
}

/// What a 402 asks for in the dialects of Lightning.
pub(super) struct Told {
    pub token: Vec<u8>,
    pub invoice: String,
    pub lightning: Option<Challenge>,
}

fn lines(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect()
}

pub(super) fn told(answer: &Answer) -> Told {
    let all = lines(answer);
    let (token, invoice) = read_challenge(all.iter().find(|line| line.starts_with("L402 ")).expect("an L402 challenge")).unwrap();
    let lightning = parse_all(all).unwrap().into_iter().find(|challenge| challenge.method == "lightning");
    Told { token, invoice, lightning }
}

pub(super) fn hash_of(bed: &Bed, invoice: &str) -> String {
    l402::hex(&bed.opened.instance.l402().check_invoice(invoice).unwrap().expect("an invoice of ours").hash)
}

/// `POST /v1/locks/{hash}`
pub(super) async fn lock(bed: &Bed, hash: &str, invoice: &str, headers: &[(&str, &str)], at: &Visit) -> Answer {
    let path = format!("/v1/locks/{hash}");
    let headers = request("POST", "/", headers).headers().clone();
    let asked =
        Asked { method: Method::POST, target: path.clone(), path, query: String::new(), headers, body: Bytes::from(invoice.to_owned()) };
    let reply = crate::api::answer(&bed.opened.instance, &asked, at).await;
    Answer::of(reply.unwrap_or_else(|problem| door::problem(&problem, WALLET))).await
}

pub(super) async fn pay(bed: &Bed, invoice: &str, key: &SigningKey) -> Answer {
    let (hash, now) = (hash_of(bed, invoice), visit(world::now()));
    let challenge = lock(bed, &hash, invoice, &[], &now).await.challenge();
    let credential = Credential::sign(challenge, key).unwrap().header_value();
    lock(bed, &hash, invoice, &[("authorization", &credential)], &now).await
}

/// Pays for a page's invoice; the line that opens it.
async fn bought(bed: &Bed, path: &str, key: &SigningKey) -> String {
    let told = told(&bed.get(path).await);
    let paid = pay(bed, &told.invoice, key).await;
    assert_eq!(paid.status, StatusCode::OK, "{}", paid.text());
    Bearer { token: told.token, preimage: l402::parse_hex(&paid.text()).unwrap() }.line()
}

async fn show(bed: &Bed, path: &str, line: &str) -> Answer {
    bed.ask(request("GET", path, &[("authorization", line)])).await
}

pub(super) fn of_lightning(challenge: &Challenge, preimage: &str) -> String {
    let Challenge { id, realm, method, intent, request, expires, .. } = challenge;
    let echoed = serde_json::json!({"id": id, "realm": realm, "method": method, "intent": intent, "request": request, "expires": expires});
    format!("Payment {}", base64url(serde_json::json!({"challenge": echoed, "payload": {"preimage": preimage}}).to_string().as_bytes()))
}

#[tokio::test]
async fn an_invoice_is_paid_once_and_its_token_opens_the_page_again_and_again() {
    let bed = pages().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let told = told(&bed.get("/a/quiet").await);
    let paid = pay(&bed, &told.invoice, &alice).await;
    assert_eq!((paid.status.as_u16(), paid.header("cache-control")), (200, "private, no-store"));
    assert_eq!(paid.receipt().unwrap().receipt.amount, Amount::from_u32(50_000));
    let again = pay(&bed, &told.invoice, &alice).await;
    assert_eq!((again.text(), bed.available(&alice).await), (paid.text(), 950_000), "the same invoice is the same purchase");
    let line = Bearer { token: told.token, preimage: l402::parse_hex(&paid.text()).unwrap() }.line();
    for (line, amount) in [(line.clone(), 50_000), (line.replace("L402", "LSAT"), 0), (line.clone(), 0)] {
        let read = show(&bed, "/a/quiet", &line).await;
        assert_eq!((read.status.as_u16(), read.text().as_str(), read.header("cache-control")), (200, origin::ARTICLE, "private, no-store"));
        let receipt = protocol::receipt::Signed::parse(read.header("farthing-receipt")).unwrap().receipt;
        assert_eq!((receipt.amount, receipt.reference), (Amount::from_u32(amount), paid.receipt().unwrap().receipt.reference));
        assert!(read.receipt().is_none(), "the other dialect's field");
    }
    let head = bed.ask(request("HEAD", "/a/quiet", &[("authorization", &line)])).await;
    assert_eq!(head.status, StatusCode::OK);
    let seen = bed.origin.asked("/a/quiet");
    assert!(seen.len() == 4 && seen.iter().all(|seen| !seen.headers.contains_key("authorization")));
    assert_eq!((bed.available(&alice).await, bed.earned().await), (950_000, 50_000));
}

#[tokio::test]
async fn challenges_stand_in_the_order_that_each_client_reads() {
    let bed = pages().await;
    let shape = |answer: &Answer| -> Vec<String> {
        lines(answer).iter().map(|line| line.split(" id=").next().unwrap_or_default().chars().take(7).collect()).collect()
    };
    let article = bed.get("/a/quiet").await;
    assert_eq!(shape(&article), ["Payment", "L402 ve", "Payment"]);
    let last = lines(&article)[2].to_owned();
    assert!(last.contains("method=\"lightning\"") && !last.contains("opaque") && !last.contains("digest"), "{last}");
    let bytes: usize = lines(&article).iter().map(|line| "www-authenticate: \r\n".len() + line.len()).sum();
    assert!(bytes <= protocol::offering::WIDE_BUDGET, "{bytes}");
    assert_eq!(
        told(&article).invoice,
        protocol::text::from_base64url(&told(&article).lightning.unwrap().request)
            .map(|json| serde_json::from_slice::<serde_json::Value>(&json).unwrap()["methodDetails"]["invoice"]
                .as_str()
                .unwrap()
                .to_owned())
            .unwrap()
    );
    let tour = bed.get("/tour").await;
    assert_eq!(shape(&tour), ["L402 ve", "Payment"], "first where the offer says so; a third of a satoshi has no other shape");
    assert_eq!(bed.get("/gift").await.status, StatusCode::OK);
    let plain = Bed::new().await;
    assert_eq!(shape(&plain.get("/a/quiet").await), ["Payment"], "only where an offer names it");
    let asked = bed.ask(request("GET", "/a/quiet", &[("accept-payment", "farthing/charge")])).await;
    assert!(!lines(&asked).iter().any(|line| line.starts_with("L402")), "who asks for our method is told of nothing else");
    let wall = bed.ask(request("GET", "/a/quiet", &[("accept", "text/html")])).await;
    assert_eq!((wall.status.as_u16(), shape(&wall).len()), (402, 3), "the wall says the same in its fields");
}

#[tokio::test]
async fn l402_comes_first_where_no_other_challenge_says_the_price_in_satoshis() {
    let bed = sells(&LOCKED.replace("l402 = \"first\"", "l402 = true")).await;
    let first = |answer: &Answer| lines(answer)[0].split(' ').next().unwrap().to_owned();
    let tour = bed.get("/tour").await;
    assert_eq!((first(&tour).as_str(), lines(&tour).len()), ("L402", 2));
    let asked = bed.ask(request("GET", "/tour", &[("accept-payment", "farthing/charge")])).await;
    assert_eq!((first(&asked).as_str(), lines(&asked).len()), ("Payment", 1), "who names our method reads it first");
}

#[tokio::test]
async fn whatever_is_wrong_with_a_token_is_refused_in_its_own_form_and_moves_nothing() {
    let bed = pages().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let line = bought(&bed, "/a/quiet", &alice).await;
    let unpaid = told(&bed.get("/a/quiet").await);
    let before = bed.books().await;
    let shown = Bearer::parse(&line).unwrap();
    let with = |token: &[u8], preimage: [u8; 32]| Bearer { token: token.to_vec(), preimage }.line();
    let changed = |at: usize| {
        let mut token = shown.token.clone();
        token[at] ^= 1;
        with(&token, shown.preimage)
    };
    let theirs = l402::Secrets::of(&[9; 32]).token(&bed.opened.instance.l402().check_token(&shown.token).unwrap().unwrap());
    let payment = of_lightning(unpaid.lightning.as_ref().unwrap(), &"0".repeat(64));
    let cases = [
        ("another preimage", with(&shown.token, [1; 32]), "/a/quiet", (401, "unpaid")),
        ("a token of a challenge that nobody paid", with(&unpaid.token, shown.preimage), "/a/quiet", (401, "unpaid")),
        ("another page", line.clone(), "/a/other", (401, "route-mismatch")),
        ("another query that makes no page is the same page", line.clone(), "/a/quiet?x=1", (200, "")),
        ("an offer that sells another page", line.clone(), "/tour", (401, "route-mismatch")),
        ("a later expiry", changed(50), "/a/quiet", (401, "challenge-unknown")),
        ("another nonce", changed(3), "/a/quiet", (401, "challenge-unknown")),
        ("another code", changed(136), "/a/quiet", (401, "challenge-unknown")),
        ("another instance's", with(&theirs, shown.preimage), "/a/quiet", (401, "challenge-unknown")),
        ("a later version", changed(0), "/a/quiet", (401, "malformed-credential")),
        ("half a token", with(&shown.token[..70], shown.preimage), "/a/quiet", (401, "malformed-credential")),
        ("no preimage", line.split(':').next().unwrap().to_owned(), "/a/quiet", (401, "malformed-credential")),
        ("nothing", "L402".to_owned(), "/a/quiet", (401, "malformed-credential")),
        ("9 KiB", format!("L402 {}:{}", "A".repeat(9_000), "0".repeat(64)), "/a/quiet", (401, "malformed-credential")),
        ("the other shape without a payment", payment, "/a/quiet", (402, "unpaid")),
    ];
    for (what, line, path, (status, code)) in cases {
        let answer = show(&bed, path, &line).await;
        if status == 200 {
            assert_eq!(answer.status, StatusCode::OK, "{what}: {}", answer.text());
            continue;
        }
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{what}");
        let all = lines(&answer);
        assert!(
            all.iter().any(|line| line.starts_with("Payment ")) && all.iter().any(|line| line.starts_with("L402 ")),
            "{what}: both schemes"
        );
        assert!(!answer.headers.contains_key("farthing-receipt") && answer.receipt().is_none(), "{what}");
    }
    let post = bed.ask(with_body("POST", "/a/quiet", &[("authorization", &line)], "x")).await;
    assert_eq!(post.refusal(), (401, "route-mismatch".to_owned()), "another method");
    let two = bed.ask(request("GET", "/a/quiet", &[("authorization", &line), ("authorization", "Payment e30")])).await;
    assert_eq!(two.refusal(), (400, "two-credentials".to_owned()));
    let late = bed.ask_at(request("GET", "/a/quiet", &[("authorization", &line)]), &later(86_400 * 400)).await;
    assert_eq!(late.status, StatusCode::OK, "for ever is for ever");
    assert_eq!(bed.books().await, before);
}

#[tokio::test]
async fn a_token_ends_with_what_it_bought() {
    let bed = pages().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let tour = bought(&bed, "/tour", &alice).await;
    assert_eq!(show(&bed, "/tour", &tour).await.status, StatusCode::OK);
    let over = bed.ask_at(request("GET", "/tour", &[("authorization", &tour)]), &later(3_700)).await;
    assert_eq!(over.refusal(), (401, "quote-expired".to_owned()));

    let first = bought(&bed, "/a/quiet", &alice).await;
    let second = bought(&bed, "/a/quiet", &alice).await;
    assert_eq!(bed.available(&alice).await, 949_667, "who owns the page opens another lock for nothing");
    assert_ne!(first, second);
    let read = show(&bed, "/a/quiet", &second).await;
    let sale = protocol::receipt::Signed::parse(read.header("farthing-receipt")).unwrap().receipt.reference;
    let undo = Body::Refund(RefundRequest::whole(sale, RefundReason::Undo { payer: alice.public().account() }));
    bed.opened.instance.order(undo).await.unwrap().outcome.effect().unwrap();
    for line in [&first, &second] {
        assert_eq!(show(&bed, "/a/quiet", line).await.refusal(), (401, "challenge-used".to_owned()), "taken back");
    }
    assert_eq!(bed.available(&alice).await, 999_667);
}

/// Waits out the millisecond of a rotation, whose nonces are the former secret's.
fn next_ms(after: Timestamp) {
    while world::now().ms() <= after.ms() {
        std::hint::spin_loop();
    }
}

#[tokio::test]
async fn what_was_sold_under_a_former_secret_stays_good_until_it_ends() {
    let bed = pages().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let instance = &bed.opened.instance;
    let (old, hour) = (bought(&bed, "/a/quiet", &alice).await, bought(&bed, "/tour", &alice).await);
    let under_way = told(&bed.get("/a/other").await);
    let (was, shown) = (instance.l402(), Bearer::parse(&old).unwrap());

    let now = world::now();
    let rotated = instance.rotate_l402(now).await.unwrap();
    assert_eq!((rotated.former.ends, rotated.kept), (None, 1), "pages that are sold for ever are sold for ever");
    next_ms(now);
    let new = bought(&bed, "/a/third", &alice).await;
    for (line, path) in [(&old, "/a/quiet"), (&hour, "/tour"), (&new, "/a/third")] {
        assert_eq!(show(&bed, path, line).await.status, StatusCode::OK, "{path}");
    }
    let late = bed.ask_at(request("GET", "/a/quiet", &[("authorization", &old)]), &later(86_400 * 400)).await;
    assert_eq!(late.status, StatusCode::OK, "a year later too");
    let over = bed.ask_at(request("GET", "/tour", &[("authorization", &hour)]), &later(3_700)).await;
    assert_eq!(over.refusal(), (401, "quote-expired".to_owned()), "and no longer than it was sold for");
    let paid = pay(&bed, &under_way.invoice, &alice).await;
    assert_eq!(paid.status, StatusCode::OK, "an invoice under way is paid: {}", paid.text());
    let line = Bearer { token: under_way.token, preimage: l402::parse_hex(&paid.text()).unwrap() }.line();
    assert_eq!(show(&bed, "/a/other", &line).await.status, StatusCode::OK);

    let token = instance.l402().check_token(&Bearer::parse(&new).unwrap().token).unwrap().expect("ours");
    assert!(was.check_token(&Bearer::parse(&new).unwrap().token).unwrap().is_none(), "the former secret made no new one");
    let forged = Bearer { token: was.token(&token).to_vec(), preimage: shown.preimage }.line();
    assert_eq!(show(&bed, "/a/third", &forged).await.refusal(), (401, "challenge-unknown".to_owned()), "nor can it");
}

#[tokio::test]
async fn a_former_secret_of_pages_with_an_end_is_removed_after_it() {
    let lasting = LOCKED.replace("l402 = true", "entitlement = { lasts = \"2h\" }\nl402 = true");
    let bed = sells(&lasting).await;
    let now = world::now();
    let rotated = bed.opened.instance.rotate_l402(now).await.unwrap();
    let ends = rotated.former.ends.expect("nothing is sold for ever");
    let after = ends.seconds() - now.seconds();
    assert_eq!(after, 7_200 + 3_600, "two hours after the last payment, and an hour for clocks that differ");
    assert_eq!(bed.opened.instance.rotate_l402(now.after(Span(60))).await.unwrap().kept, 2);
    assert_eq!(bed.opened.instance.rotate_l402(ends).await.unwrap().kept, 2, "the first is gone");
}

#[tokio::test]
async fn what_the_origin_does_not_bring_is_given_back() {
    let bed = pages().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let line = bought(&bed, "/a/broken", &alice).await;
    assert_eq!(bed.available(&alice).await, 950_000);
    let failed = show(&bed, "/a/broken", &line).await;
    assert_eq!((failed.refusal(), failed.json()["refunded"].as_bool()), ((502, "origin-failed".to_owned()), Some(true)));
    assert_eq!(bed.available(&alice).await, 1_000_000);
    assert_eq!(show(&bed, "/a/broken", &line).await.refusal(), (401, "challenge-used".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_opens_for_its_own_invoice_and_charges_once() {
    let bed = Arc::new(pages().await);
    let (alice, bob, poor) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await, bed.wallet(3, 40_000).await);
    let (now, first, other) = (visit(world::now()), told(&bed.get("/a/quiet").await), told(&bed.get("/a/other").await));
    let hash = hash_of(&bed, &first.invoice);
    let refused = |answer: Answer| answer.refusal();
    let unknown = (404, "unknown".to_owned());
    assert_eq!(refused(lock(&bed, &hash_of(&bed, &other.invoice), &first.invoice, &[], &now).await), unknown, "another hash");
    let theirs = l402::Secrets::of(&[9; 32]).invoice(
        l402::Lock { nonce: world::command_id(), offer: money::OfferId([1; 32]), amount: Amount::from_u32(1) },
        "news.localhost/a/quiet",
        (Timestamp::from_seconds(now.now.seconds()), 240),
    );
    assert_eq!(refused(lock(&bed, &hash, &theirs.unwrap(), &[], &now).await), unknown, "somebody else's");
    assert_eq!(refused(lock(&bed, "00", &first.invoice, &[], &now).await), unknown);
    for wrong in ["", "lnbcrt1", "lnbc500n1qqq"] {
        assert_eq!(refused(lock(&bed, &hash, wrong, &[], &now).await).0, 400);
    }
    let cheaper = first.invoice.replacen("500n", "499n", 1);
    assert_eq!(refused(lock(&bed, &hash, &cheaper, &[], &now).await).0, 400, "its checksum, and behind it the seal");

    let asked = lock(&bed, &hash, &first.invoice, &[], &now).await;
    let challenge = asked.challenge();
    assert_eq!((asked.json()["amount"].as_str(), asked.json()["code"].as_str()), (Some("50000"), Some("payment-required")));
    assert_eq!(challenge, lock(&bed, &hash, &first.invoice, &[], &now).await.challenge(), "always the same");
    let signed = |key: &SigningKey| Credential::sign(challenge.clone(), key).unwrap().header_value();
    let short = lock(&bed, &hash, &first.invoice, &[("authorization", &signed(&poor))], &now).await;
    assert_eq!((short.refusal(), short.challenge()), ((402, "insufficient-funds".to_owned()), challenge.clone()));
    let twice = [("authorization", &*signed(&alice)), ("payment-authorization", &*signed(&alice))];
    assert_eq!(refused(lock(&bed, &hash, &first.invoice, &twice, &now).await), (400, "two-credentials".to_owned()));
    let elsewhere = Credential::sign(bed.challenge("/a/quiet").await, &alice).unwrap().header_value();
    assert_eq!(
        refused(lock(&bed, &hash, &first.invoice, &[("authorization", &elsewhere)], &now).await),
        (402, "route-mismatch".to_owned())
    );

    let credential = signed(&alice);
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let (bed, hash, invoice, credential) = (Arc::clone(&bed), hash.clone(), first.invoice.clone(), credential.clone());
            tokio::spawn(async move { lock(&bed, &hash, &invoice, &[("authorization", &credential)], &visit(world::now())).await })
        })
        .collect();
    for task in tasks {
        let opened = task.await.unwrap();
        assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
        assert_eq!(l402::hex(&payment_hash(&l402::parse_hex(&opened.text()).unwrap())), hash);
    }
    assert_eq!(bed.available(&alice).await, 950_000, "thirty at once are one charge");
    assert_eq!(
        refused(lock(&bed, &hash, &first.invoice, &[("authorization", &signed(&bob))], &now).await),
        (402, "challenge-used".to_owned())
    );
    let late = later(400);
    assert_eq!(lock(&bed, &hash, &first.invoice, &[("authorization", &credential)], &late).await.status, StatusCode::OK, "paid in time");
    assert_eq!(
        refused(lock(&bed, &hash, &first.invoice, &[("authorization", &signed(&bob))], &late).await),
        (402, "quote-expired".to_owned())
    );
    assert_eq!(refused(lock(&bed, &hash, &first.invoice, &[], &late).await), (402, "quote-expired".to_owned()));
    assert_eq!((bed.available(&bob).await, bed.available(&poor).await), (1_000_000, 40_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_used_up_by_one_request() {
    let bed = Arc::new(calls().await);
    let alice = bed.wallet(1, 1_000_000).await;
    let line = bought(&bed, "/a/quiet", &alice).await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (bed, line) = (Arc::clone(&bed), line.clone());
            tokio::spawn(async move { show(&bed, "/a/quiet", &line).await })
        })
        .collect();
    let mut served = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        served += u32::from(answer.status == StatusCode::OK);
        assert!(answer.status == StatusCode::OK || answer.refusal() == (401, "challenge-used".to_owned()), "{}", answer.text());
    }
    assert_eq!((served, bed.origin.asked("/a/quiet").len(), bed.available(&alice).await), (1, 1, 998_000));

    let keyed = bought(&bed, "/a/other", &alice).await;
    let ask = |key: &'static str| bed.ask(request("GET", "/a/other", &[("authorization", &keyed), ("idempotency-key", key)]));
    let (first, second) = (ask("k1").await, ask("k1").await);
    assert_eq!(
        (first.status.as_u16(), first.body.clone(), first.headers.clone()),
        (200, second.body, second.headers),
        "its own answer again"
    );
    assert_eq!(ask("k2").await.refusal(), (401, "challenge-used".to_owned()));
    assert_eq!((bed.origin.asked("/a/other").len(), bed.available(&alice).await), (1, 996_000));

    let late = bought(&bed, "/a/late", &alice).await;
    let over = bed.ask_at(request("GET", "/a/late", &[("authorization", &late)]), &later(331)).await;
    assert_eq!(over.refusal(), (401, "quote-expired".to_owned()), "it ends with its challenge");
}

#[tokio::test]
async fn a_call_of_a_former_run_is_given_back_and_a_page_stands() {
    let bed = calls().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let (used, kept) = (bought(&bed, "/a/quiet", &alice).await, bought(&bed, "/a/other", &alice).await);
    assert_eq!(show(&bed, "/a/quiet", &used).await.status, StatusCode::OK);
    let Bed { opened, door, origin, folder } = bed;
    drop(door);
    opened.finish().unwrap();
    let at = origin.address;
    let bed = Bed::open_with(folder, at, origin, ("locked.toml", "")).await;
    for (path, line) in [("/a/quiet", &used), ("/a/other", &kept), ("/a/quiet", &used)] {
        assert_eq!(show(&bed, path, line).await.refusal(), (401, "challenge-used".to_owned()));
    }
    assert_eq!((bed.origin.asked("/a/quiet").len(), bed.origin.asked("/a/other").len()), (1, 0), "none is served twice");
    assert_eq!((bed.available(&alice).await, bed.earned().await), (1_000_000, 0), "and none is paid for and lost");
}

#[tokio::test]
async fn tokens_stand_after_a_restart_and_the_lightning_shape_is_answered_once() {
    let bed = pages().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let line = bought(&bed, "/a/quiet", &alice).await;
    let told = told(&bed.get("/a/other").await);
    let (challenge, paid) = (told.lightning.unwrap(), pay(&bed, &told.invoice, &alice).await.text());
    let shown = of_lightning(&challenge, &paid);
    let first = show(&bed, "/a/other", &shown).await;
    assert_eq!((first.status.as_u16(), first.receipt().unwrap().receipt.amount), (200, Amount::from_u32(50_000)));
    assert_eq!(show(&bed, "/a/other", &shown).await.refusal(), (402, "challenge-used".to_owned()));
    assert_eq!(show(&bed, "/a/quiet", &shown).await.refusal(), (402, "challenge-unknown".to_owned()), "the route is in its code");
    let other = Challenge { realm: "other.localhost".to_owned(), ..challenge };
    assert_eq!(show(&bed, "/a/other", &of_lightning(&other, &paid)).await.refusal(), (402, "route-mismatch".to_owned()));
    assert_eq!(bed.available(&alice).await, 900_000);
    let Bed { opened, door, origin, folder } = bed;
    drop(door);
    opened.finish().unwrap();
    let at = origin.address;
    let bed = Bed::open_with(folder, at, origin, ("locked.toml", "")).await;
    assert_eq!(show(&bed, "/a/quiet", &line).await.status, StatusCode::OK, "its secret is kept");
}
