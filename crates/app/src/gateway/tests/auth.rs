//! A payee's server asks: what it is told, and whom nobody is told anything.

use super::people::{HTML, reader};
use super::*;
use crate::gateway::AUTH_PATH;

/// Asks as a listed server does.
async fn asked(bed: &Bed, how: &str, fields: &[(&str, &str)]) -> Answer {
    asked_by(bed, how, fields, Earlier::Trusted).await
}

async fn asked_by(bed: &Bed, how: &str, fields: &[(&str, &str)], earlier: Earlier) -> Answer {
    let request = request("GET", &format!("{AUTH_PATH}{how}"), fields);
    Answer::of(bed.door.handle(request, &visit(world::now()), Forwarded { earlier, ..peer() }).await).await
}

/// The fields that say what is asked for.
fn about<'a>(method: &'a str, uri: &'a str) -> [(&'a str, &'a str); 2] {
    [("x-forwarded-method", method), ("x-forwarded-uri", uri)]
}

const BARE: &str = "?else=403";

#[tokio::test]
async fn only_a_listed_server_is_answered_and_only_where_the_site_says_so() {
    let bed = Bed::asking().await;
    assert_eq!(asked(&bed, "", &about("GET", "/b")).await.status, StatusCode::OK);
    assert_eq!(asked_by(&bed, "", &about("GET", "/b"), Earlier::Replaced).await.refusal(), (404, "unknown".to_owned()));
    let proxied = Bed::new().await;
    assert_eq!(asked(&proxied, "", &about("GET", "/b")).await.refusal(), (404, "unknown".to_owned()));
}

#[tokio::test]
async fn free_is_yes_and_priced_is_the_wall_or_a_bare_no() {
    let bed = Bed::asking().await;
    for uri in ["/", "/b?x=1", "/gift"] {
        for how in ["", BARE] {
            let yes = asked(&bed, how, &about("GET", uri)).await;
            assert!(yes.status == StatusCode::OK && yes.body.is_empty() && yes.headers.get("farthing-paid").is_none(), "{uri}");
        }
    }
    let wall = asked(&bed, "", &[about("GET", "/a/quiet").as_slice(), &[HTML]].concat()).await;
    assert!(
        wall.status == StatusCode::PAYMENT_REQUIRED
            && wall.text().contains("Before the cut.")
            && wall.cookie("__Host-farthing_st").is_some()
    );
    assert_eq!(wall.challenge().realm, HOST);
    assert_eq!(asked(&bed, "", &about("POST", "/a/quiet")).await.refusal(), (402, "payment-required".to_owned()));
    let no = asked(&bed, BARE, &[about("GET", "/a/quiet").as_slice(), &[HTML]].concat()).await;
    assert!(no.status == StatusCode::FORBIDDEN && no.body.is_empty() && no.headers.is_empty(), "{:?}", no.headers);
}

#[tokio::test]
async fn what_is_owned_is_yes_with_the_facts_once_nothing_of_ours_belongs_into_the_page() {
    let bed = Bed::asking().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let cookies = reader(&bed, "/a/quiet", &alice).await;
    let fields = [about("GET", "/a/quiet").as_slice(), &[HTML, ("cookie", &cookies)]].concat();
    assert_eq!(asked(&bed, BARE, &fields).await.status, StatusCode::FORBIDDEN, "the bar is still to be shown");
    let yes = asked(&bed, "", &fields).await;
    assert!(yes.status == StatusCode::OK && yes.body.is_empty());
    let ask = request("GET", &format!("{AUTH_PATH}{BARE}"), &fields);
    let forwarded = Forwarded { earlier: Earlier::Trusted, ..peer() };
    let late = Answer::of(bed.door.handle(ask, &later(700), forwarded).await).await;
    for answer in [&yes, &late] {
        assert_eq!((answer.status.as_u16(), answer.header("farthing-paid"), answer.header("farthing-amount")), (200, "entitlement", "0"));
        assert!(!answer.header("farthing-payer").is_empty() && !answer.header("farthing-serial").is_empty());
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }
    // A cookie that is to be prolonged goes through the gateway, and comes back prolonged.
    let ask = request("GET", &format!("{AUTH_PATH}{BARE}"), &fields);
    let due = Answer::of(bed.door.handle(ask, &later(4_000), Forwarded { earlier: Earlier::Trusted, ..peer() }).await).await;
    assert_eq!(due.status, StatusCode::FORBIDDEN);
    let page = bed.ask_at(request("GET", "/a/quiet", &[HTML, ("cookie", &cookies)]), &later(4_000)).await;
    assert!(page.status == StatusCode::OK && page.cookie("__Host-farthing_ent").is_some());
    assert_eq!(
        asked(&bed, BARE, &[about("GET", "/a/other").as_slice(), &[("cookie", &cookies)]].concat()).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn asking_never_charges() {
    let bed = Bed::asking().await;
    let alice = bed.wallet(1, 1_000_000).await;
    let credential = Credential::sign(bed.challenge("/a/quiet").await, &alice).unwrap().header_value();
    for field in ["authorization", "payment-authorization"] {
        let fields = [about("GET", "/a/quiet").as_slice(), &[(field, &*credential)]].concat();
        assert_eq!(asked(&bed, BARE, &fields).await.status, StatusCode::FORBIDDEN);
        assert_eq!(asked(&bed, "", &fields).await.refusal().0, 400);
        let free = [about("GET", "/b").as_slice(), &[(field, &*credential)]].concat();
        assert_eq!(asked(&bed, BARE, &free).await.status, StatusCode::FORBIDDEN, "no credential reaches an origin");
    }
    assert_eq!(bed.available(&alice).await, 1_000_000);
    let paid = bed.ask(request("GET", "/a/quiet", &[("authorization", &credential)])).await;
    assert_eq!((paid.status, bed.available(&alice).await), (StatusCode::OK, 950_000), "handed over, it is charged");
}

#[tokio::test]
async fn an_address_that_two_readers_could_read_in_two_ways_is_no() {
    let bed = Bed::asking().await;
    for uri in [
        "//b",
        "/./b",
        "/c/../b",
        "/%62",
        "/b%2f..",
        "/b#/../a/quiet",
        "/b\\x",
        "http://other.example/b",
        "b",
        "*",
        "",
        "/a%2fquiet",
        "/x/..%2fa%2fquiet",
        "/a/quiet/",
        "/%zz",
        "/b%00",
        "/b c",
        "/\u{e9}",
    ] {
        let fields = [("x-forwarded-method", "GET"), ("x-forwarded-uri", uri)];
        let mut request = request("GET", &format!("{AUTH_PATH}{BARE}"), &fields[..1]);
        request.headers_mut().append("x-forwarded-uri", HeaderValue::from_bytes(uri.as_bytes()).unwrap());
        let answer = bed.door.handle(request, &visit(world::now()), Forwarded { earlier: Earlier::Trusted, ..peer() }).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{uri}");
        assert!(!asked(&bed, "", &fields).await.status.is_success(), "{uri}");
    }
    for fields in [
        &[("x-forwarded-uri", "/b")][..],
        &[("x-forwarded-method", "GET")],
        &[("x-forwarded-method", "GET"), ("x-forwarded-uri", "/b"), ("x-forwarded-uri", "/b")],
        &[("x-forwarded-method", "GET"), ("x-forwarded-method", "GET"), ("x-forwarded-uri", "/b")],
        &[("x-forwarded-method", "G T"), ("x-forwarded-uri", "/b")],
        &[("x-forwarded-method", "GET"), ("x-forwarded-uri", "/b"), ("farthing-paid", "charge")],
        &[("x-forwarded-method", "GET"), ("x-forwarded-uri", "/b"), ("farthing_payer", "me")],
        &[("x-forwarded-method", "GET"), ("x-forwarded-uri", "/b"), ("x-original-url", "/a/quiet")],
        &[("x-forwarded-method", "GET"), ("x-forwarded-uri", "/b"), ("x_rewrite_url", "/a/quiet")],
        &[("x-forwarded-method", "OPTIONS"), ("x-forwarded-uri", "/a/quiet")],
    ] {
        assert_eq!(asked(&bed, BARE, fields).await.status, StatusCode::FORBIDDEN, "{fields:?}");
        assert!(!asked(&bed, "", fields).await.status.is_success(), "{fields:?}");
    }
    for own in ["/.well-known/farthing/undo", "/.well-known/farthing.json", "/openapi.json", "/problems/unknown", AUTH_PATH] {
        assert_eq!(asked(&bed, BARE, &about("GET", own)).await.status, StatusCode::FORBIDDEN, "{own}");
        assert_eq!(asked(&bed, "", &about("GET", own)).await.refusal().0, 404, "{own}");
    }
}

#[tokio::test]
async fn a_priced_page_is_not_told_to_who_asks_what_may_be_done_with_it() {
    let bed = Bed::new().await;
    let options = bed.ask(request("OPTIONS", "/a/quiet", &[])).await;
    assert!(options.body.is_empty() && !options.text().contains("secret"), "{}", options.text());
}
