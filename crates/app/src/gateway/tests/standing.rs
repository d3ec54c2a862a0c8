//! `pay`: a whole purchase under a standing challenge, in one round trip.

use super::*;
use money::CommandId;
use protocol::session::{Action, Asked, Pay, Paying, SessionCredential};

const WANTS: (&str, &str) = ("accept-payment", "farthing/charge, farthing/session");

/// The standing challenge of a page, if it gives one to who asks like this.
async fn standing(bed: &Bed, path: &str, headers: &[(&str, &str)]) -> Option<Challenge> {
    let answer = bed.ask(request("GET", path, headers)).await;
    assert_eq!(answer.status, StatusCode::PAYMENT_REQUIRED, "{}", answer.text());
    let lines: Vec<_> = answer.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect();
    parse_all(lines).unwrap().into_iter().find(|challenge| challenge.intent == "session")
}

/// A purchase as its payer signs it.
#[derive(Clone, Copy)]
struct Wish<'a> {
    key: &'a SigningKey,
    asked: Asked<'a>,
    max: u32,
    command: CommandId,
}

impl<'a> Wish<'a> {
    fn of(key: &'a SigningKey, target: &'a str, max: u32) -> Wish<'a> {
        Wish { key, asked: Asked { method: "GET", target, digest: None }, max, command: world::command_id() }
    }

    fn signed(&self, challenge: &Challenge) -> String {
        let terms = Paying { max: Amount::from_u32(self.max), command: self.command, account: None };
        let pay = Pay::sign(terms, &self.asked, challenge, self.key).unwrap();
        SessionCredential { challenge: challenge.clone(), action: Action::Pay(pay) }.header_value()
    }
}

async fn present(bed: &Bed, (method, target): (&str, &str), credential: &str, key: Option<&str>) -> Answer {
    let mut headers = vec![("authorization", credential)];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    bed.ask(request(method, target, &headers)).await
}

#[tokio::test]
async fn one_challenge_buys_page_after_page_in_one_request_each() {
    let bed = Bed::new().await;
    let alice = bed.wallet(1, 1_000_000).await;
    assert!(standing(&bed, "/a/quiet", &[]).await.is_none(), "who does not ask for it gets the charge alone");
    assert!(standing(&bed, "/a/quiet", &[("accept-payment", "farthing/charge, farthing/session;q=0")]).await.is_none());
    let challenge = standing(&bed, "/a/quiet", &[WANTS]).await.unwrap();
    let said = challenge.session().unwrap();
    assert_eq!((said.unit_type.as_str(), said.amount.units(), said.scope.as_str()), ("purchase", 50_000, "/a/*"));
    let before = bed.origin.asked("/a/quiet").len();
    for (bought, target) in [(1, "/a/quiet"), (2, "/a/other?x=1"), (3, "/a/third")] {
        let wish = Wish::of(&alice, target, 60_000);
        let answer = present(&bed, ("GET", target), &wish.signed(&challenge), Some("k")).await;
        let receipt = answer.receipt().unwrap();
        assert!(receipt.is_proved_by(&bed.opened.instance.keys.receipt.public()));
        assert_eq!((answer.status.as_u16(), receipt.receipt.reference), (200, wish.command), "the serial is the payer's command");
        assert_eq!(receipt.receipt.amount.units(), 50_000, "today's price, not the most");
        assert_eq!((bed.available(&alice).await, bed.earned().await), (1_000_000 - bought * 50_000, bought * 50_000));
    }
    assert_eq!(bed.origin.asked("/a/quiet").len() - before, 1);
    let owned = present(&bed, ("GET", "/a/quiet"), &Wish::of(&alice, "/a/quiet", 60_000).signed(&challenge), Some("k2")).await;
    assert_eq!((owned.status.as_u16(), owned.receipt().unwrap().receipt.amount), (200, Amount::ZERO), "what is owned costs nothing");
    let tour = present(&bed, ("GET", "/tour"), &Wish::of(&alice, "/tour", 400_000).signed(&challenge), None).await;
    assert_eq!(tour.receipt().unwrap().receipt.amount.units(), 100_000, "of *at least* the least, whatever the most is");
}

#[tokio::test]
async fn a_command_pays_once() {
    let bed = Bed::new().await;
    let (alice, bob) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 1_000_000).await);
    let challenge = standing(&bed, "/a/quiet", &[WANTS]).await.unwrap();
    let wish = Wish::of(&alice, "/a/quiet", 50_000);
    let credential = wish.signed(&challenge);
    let first = present(&bed, ("GET", "/a/quiet"), &credential, Some("k1")).await;
    let again = present(&bed, ("GET", "/a/quiet"), &credential, Some("k1")).await;
    assert_eq!((first.status, &first.headers, &first.body), (again.status, &again.headers, &again.body), "the first answer again");
    let reused = (402, "id-reused".to_owned());
    assert_eq!(present(&bed, ("GET", "/a/quiet"), &credential, Some("k2")).await.refusal(), reused, "who saw it go by gets nothing");
    let bare = present(&bed, ("GET", "/a/quiet"), &credential, None).await;
    assert_eq!(bare.refusal(), reused);
    assert!(bare.fresh_challenge().is_some());
    let other = Wish { asked: Asked { target: "/a/other", ..wish.asked }, ..wish }.signed(&challenge);
    assert_eq!(present(&bed, ("GET", "/a/other"), &other, Some("k1")).await.refusal(), reused, "one command, one purchase");
    let stolen = Wish { key: &bob, asked: Asked { target: "/a/other", ..wish.asked }, ..wish }.signed(&challenge);
    assert_eq!(present(&bed, ("GET", "/a/other"), &stolen, None).await.refusal(), reused, "a sale's id is everybody's");
    assert_eq!((bed.available(&alice).await, bed.available(&bob).await, bed.earned().await), (950_000, 1_000_000, 50_000));
    let bed = bed.restarted().await;
    assert_eq!(present(&bed, ("GET", "/a/quiet"), &credential, Some("k2")).await.refusal(), reused, "nor after a restart");
    let kept = present(&bed, ("GET", "/a/quiet"), &credential, Some("k1")).await;
    assert_eq!((kept.status.as_u16(), kept.receipt().unwrap().receipt.reference), (200, wish.command));
    assert_eq!(bed.available(&alice).await, 950_000);
}

#[tokio::test]
async fn what_is_not_as_signed_moves_nothing() {
    let bed = Bed::new().await;
    let (alice, poor) = (bed.wallet(1, 1_000_000).await, bed.wallet(2, 0).await);
    let challenge = standing(&bed, "/a/quiet", &[WANTS]).await.unwrap();
    let wish = Wish::of(&alice, "/a/quiet", 50_000);
    let credential = wish.signed(&challenge);
    let before = bed.books().await;
    let forged = (402, "signature-invalid".to_owned());
    assert_eq!(present(&bed, ("GET", "/a/quiet?x=1"), &credential, None).await.refusal(), forged, "another target");
    assert_eq!(present(&bed, ("POST", "/a/quiet"), &credential, None).await.refusal(), forged, "another method");
    let with = [("authorization", credential.as_str())];
    assert_eq!(bed.ask(with_body("GET", "/a/quiet", &with, "body")).await.refusal(), forged, "another body");
    let dear = present(&bed, ("GET", "/a/quiet"), &Wish { max: 49_999, ..wish }.signed(&challenge), None).await;
    assert_eq!((dear.refusal(), dear.json()["due"].as_str()), ((402, "price-above-max".to_owned()), Some("50000")));
    let short = present(&bed, ("GET", "/a/quiet"), &Wish::of(&poor, "/a/quiet", 50_000).signed(&challenge), None).await;
    assert_eq!(short.refusal(), (402, "insufficient-funds".to_owned()));
    let aged = |ms: i64| CommandId::new(world::now().ms().checked_add_signed(ms).unwrap(), [5; 10]);
    let old = Wish { command: aged(-601_000), ..wish }.signed(&challenge);
    assert_eq!(present(&bed, ("GET", "/a/quiet"), &old, None).await.refusal(), (402, "id-too-old".to_owned()));
    let ahead = Wish { command: aged(125_000), ..wish }.signed(&challenge);
    assert_eq!(present(&bed, ("GET", "/a/quiet"), &ahead, None).await.refusal(), (409, "id-too-new".to_owned()));
    let late = bed.ask_at(request("GET", "/a/quiet", &with), &later(86_400 + 31)).await;
    assert_eq!(late.refusal(), (402, "quote-expired".to_owned()));
    let elsewhere = standing(&Bed::new().await, "/a/quiet", &[WANTS]).await.unwrap();
    assert_eq!(present(&bed, ("GET", "/a/quiet"), &wish.signed(&elsewhere), None).await.refusal(), (402, "challenge-unknown".to_owned()));
    assert_eq!(bed.books().await, before);
    assert!(bed.origin.asked("/a/quiet").is_empty());
}

#[tokio::test]
async fn calls_are_bought_one_by_one_and_tokens_are_not() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let challenge = standing(&bed, "/a/x", &[]).await.unwrap();
    for bought in 1..=3 {
        let answer = present(&bed, ("GET", "/a/x"), &Wish::of(&alice, "/a/x", 3).signed(&challenge), None).await;
        assert_eq!((answer.status.as_u16(), bed.available(&alice).await), (200, 1_000_000 - 2 * bought), "{}", answer.text());
    }
    let tokens = present(&bed, ("GET", "/tour"), &Wish::of(&alice, "/tour", 10_000).signed(&challenge), None).await;
    assert_eq!(tokens.refusal(), (400, "method-unsupported".to_owned()));
    let body = "what tide?";
    let digest = protocol::digest::of(body.as_bytes());
    let wish = Wish { asked: Asked { method: "POST", target: "/a/echo", digest: Some(&digest) }, ..Wish::of(&alice, "", 2) };
    let posted = bed.ask(with_body("POST", "/a/echo", &[("authorization", &wish.signed(&challenge))], body)).await;
    assert_eq!((posted.status.as_u16(), bed.available(&alice).await), (200, 1_000_000 - 8));
}

#[tokio::test]
async fn a_head_uses_nothing_up_and_pays_for_nothing_that_is() {
    let bed = Bed::metered().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let challenge = standing(&bed, "/a/x", &[WANTS]).await.unwrap();
    let wish = Wish { asked: Asked { method: "HEAD", target: "/a/x", digest: None }, ..Wish::of(&alice, "/a/x", 10) };
    let refused = present(&bed, ("HEAD", "/a/x"), &wish.signed(&challenge), None).await;
    assert_eq!((refused.status, bed.available(&alice).await), (StatusCode::BAD_REQUEST, 1_000_000));
    assert!(bed.origin.asked("/a/x").is_empty());
    let wish = Wish::of(&alice, "/a/x", 10);
    assert_eq!(present(&bed, ("GET", "/a/x"), &wish.signed(&challenge), None).await.status, StatusCode::OK);
    assert_eq!(bed.available(&alice).await, 999_998);
}
