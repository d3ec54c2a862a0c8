//! Whoever is no operator sees nothing of what there is, and no foreign page does anything in an operator's name.

use super::house::{Office, PAGES};
use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::Full;
use store::vault::Door;

#[tokio::test]
async fn strangers_and_logins_of_other_doors_see_nothing_of_any_page() {
    let office = Office::open().await;
    office.operator("Mira").await;
    let (wallet, desk) = (office.login(Door::Wallet).await, office.login(Door::Desk).await);
    let account = protocol::text::account(market::OPERATOR);
    let (party, record) = (format!("/parties/{account}"), "/books/1.0".to_owned());
    let pages = PAGES.into_iter().map(str::to_owned).chain([party, record, "/books/1".to_owned(), "/nothing".to_owned()]);
    for path in pages {
        let bare = Request::builder().uri(&path).header(header::HOST, "admin.localhost:4020").body(Full::new(Bytes::new())).unwrap();
        for seen in [office.send(bare).await, wallet.get(&path).await, desk.get(&path).await] {
            assert_eq!((seen.status.as_u16(), seen.location(), seen.text.as_str()), (303, "/sign-in", ""), "{path}");
        }
    }
    for person in [&wallet, &desk] {
        let seen = person.post("/jobs/retry", &[("payee", "harbour"), ("webhook", "whk_aaaaaaaaaaaaaaaa")]).await;
        assert_eq!((seen.status.as_u16(), seen.location()), (303, "/sign-in"));
    }
    office.close();
}

#[tokio::test]
async fn a_form_needs_this_origin_and_the_logins_secret() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let fields = [("payee", "harbour"), ("webhook", "whk_aaaaaaaaaaaaaaaa")];
    let from = |site: &'static str| [("sec-fetch-site", site)];
    let with = |secret: &'static str| [[("csrf", secret)].as_slice(), &fields].concat();
    for seen in [
        operator.ask(Method::POST, "/jobs/retry", &from("cross-site"), &with("")).await,
        operator.ask(Method::POST, "/jobs/retry", &from("same-site"), &fields).await,
        operator.ask(Method::POST, "/jobs/retry", &from("same-origin"), &fields).await,
        operator.ask(Method::POST, "/jobs/retry", &from("same-origin"), &with("AAAA")).await,
    ] {
        assert_eq!(seen.status, 403, "{}", seen.text);
    }
    assert_eq!(operator.post("/jobs/retry", &fields).await.status, 404, "no such webhook");
    assert_eq!(operator.post("/books", &[]).await.status, 404);
    assert_eq!(operator.ask(Method::PUT, "/books", &[], &[]).await.status, 405);
    office.close();
}

#[tokio::test]
async fn words_that_mean_ill_stay_words() {
    let office = Office::open().await;
    let operator = office.operator("<script>alert(1)</script>").await;
    operator.post("/operators/invite", &[]).await;
    let seen = operator.get("/audit").await;
    assert!(seen.says("&lt;script&gt;") && !seen.text.contains("<script>alert"), "{}", seen.text);
    for target in [
        "/parties?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/audit?payee=%22%3E%3Cscript%3E&what=%3Cscript%3E&via=x&from=%22&to=%22",
        "/books?record=%3Cscript%3E",
    ] {
        let seen = operator.get(target).await;
        assert_eq!(seen.status, 200, "{target}");
        assert!(!seen.text.contains("<script>"), "{target}");
    }
    for (target, status) in [
        ("/books/0", 404),
        ("/books/1.99", 404),
        ("/books/99999", 404),
        ("/books/18446744073709551615", 404),
        ("/books/..%2f", 404),
        ("/books?after=x", 400),
        ("/audit?before=x", 400),
        ("/limits?from=x", 400),
        ("/parties/AAAA", 404),
        ("/parties/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 404),
    ] {
        assert_eq!(operator.get(target).await.status.as_u16(), status, "{target}");
    }
    office.close();
}

#[tokio::test]
async fn who_may_come_in_is_decided_with_a_fresh_proof_only_and_a_day_is_over_after_twelve_hours() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    office.house.wait(money::Span(301));
    for act in ["passkeys/options", "passkeys", "passkeys/remove", "codes", "invite", "remove"] {
        let seen = operator.post(&format!("/operators/{act}"), &[]).await;
        assert_eq!((seen.status.as_u16(), seen.location()), (303, "/sign-in"), "{act}");
    }
    assert_eq!(operator.get("/operators").await.status, 200, "looking goes on");
    office.house.wait(money::Span(6 * 3_600));
    assert_eq!(operator.get("/").await.status, 200);
    // Used or not, it ends twelve hours after it was made.
    office.house.wait(money::Span(6 * 3_600));
    assert_eq!(operator.get("/").await.location(), "/sign-in");
    office.close();
}

#[tokio::test]
async fn a_setup_code_is_over_after_half_an_hour() {
    let office = Office::open().await;
    let instance = &office.house.opened.instance;
    let (code, until) = crate::proof::invitation::invite(instance, store::vault::Invitation::Operator, office.house.now()).await.unwrap();
    let stranger = office.login(Door::Wallet).await;
    let code = code.to_string();
    let begin = [("code", code.as_str()), ("name", "Mira")];
    assert_eq!(stranger.post("/setup/options", &begin).await.status, 200, "it is not taken before the passkey is made");
    office.house.wait(money::Span(until.seconds().saturating_sub(office.house.now().seconds())));
    assert_eq!(stranger.post("/setup/options", &begin).await.status, 404);
    let seen = stranger.post("/setup", &begin).await;
    assert!(seen.status == 422 && seen.says("it is over, used or mistyped"), "{}", seen.text);
    office.close();
}
