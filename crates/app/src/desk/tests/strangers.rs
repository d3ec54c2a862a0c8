//! People without a desk, other payees' secrets, and texts that mean ill.

use super::house::House;
use crate::door::DESK_COOKIE;
use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use store::vault::Role;

#[tokio::test]
async fn whoever_is_not_signed_in_is_shown_the_way() {
    let house = House::open().await;
    let request =
        |path: &str| Request::builder().uri(path).header(header::HOST, "desk.localhost:4020").body(Full::new(Bytes::new())).unwrap();
    let door = house.send(request("/")).await;
    assert!(
        door.says("Sign in with your wallet")
            && door.text.contains("http://wallet.localhost:4020/hop?st=")
            && door.header("set-cookie").starts_with("__Host-farthing_n="),
        "{}",
        door.text
    );
    for path in ["/sales", "/sales.csv", "/team", "/nothing"] {
        let seen = house.send(request(path)).await;
        assert_eq!((seen.status.as_u16(), seen.location()), (303, "/"), "{path}");
    }
    assert_eq!(house.send(request("/icon.svg")).await.status, 200);
    // A login of the wallet opens nothing here.
    let person = house.member("harbour", Role::Owner).await;
    let foreign = person.ask(http::Method::GET, "/sales", &[], &[]).await;
    assert_eq!(foreign.status, 200);
    let mut wrong = request("/sales");
    wrong.headers_mut().insert(header::COOKIE, format!("{DESK_COOKIE}=AAAAAAAAAAAAAAAAAAAAAA").parse().unwrap());
    assert_eq!(house.send(wrong).await.status, 303);
    house.close();
}

#[tokio::test]
async fn whoever_works_for_nobody_sees_nothing_and_may_leave() {
    let house = House::open().await;
    let person = house.stranger().await;
    let seen = person.get("/").await;
    assert!(seen.says("You are on no team here") && seen.text.contains("/join"), "{}", seen.text);
    assert_eq!(person.get("/sales").await.location(), "/");
    assert_eq!(person.post("/team/invite", &[]).await.location(), "/");
    let left = person.post("/sign-out", &[]).await;
    assert!(left.header("set-cookie").contains("Max-Age=0"));
    assert!(person.get("/").await.says("Sign in with your wallet"));
    house.close();
}

#[tokio::test]
async fn another_payees_sale_is_as_unknown_as_none() {
    let house = House::open().await;
    let payer = house.payer().await;
    let rivals = house.sell(payer, "rival.localhost", "/a/secret").await;
    let (offer, _) = house.opened.instance.offer_for("rival.localhost", "/a/secret").unwrap();
    let owner = house.member("harbour", Role::Owner).await;
    let never = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    for (theirs, none) in [
        (format!("/sales/{rivals}"), format!("/sales/{never}")),
        (format!("/sales/{rivals}.json"), format!("/sales/{never}.json")),
        (format!("/sales/{rivals}/refund"), format!("/sales/{never}/refund")),
        (format!("/offers/{}", protocol::text::offer(offer)), format!("/offers/{}", protocol::text::offer(money::OfferId([0; 32])))),
    ] {
        let (seen, unknown) = (owner.get(&theirs).await, owner.get(&none).await);
        assert_eq!((seen.status, &seen.text), (unknown.status, &unknown.text), "{theirs}");
        assert_eq!(seen.status, 404, "{theirs}");
    }
    let earned = house.earned("rival").await;
    assert_eq!(owner.post(&format!("/sales/{rivals}/refund"), &[]).await.status, 404);
    assert_eq!(owner.post("/install/check", &[("site", "rival")]).await.status, 404);
    assert_eq!(owner.post("/settings/payee", &[("payee", "rival")]).await.status, 404);
    assert_eq!(house.earned("rival").await, earned);
    for path in ["/", "/sales", "/sales.csv", "/sales.json", "/buyers", "/buyers.json", "/offers", "/fees", "/install"] {
        assert!(!owner.get(path).await.text.contains("rival"), "{path}");
    }
    house.close();
}

#[tokio::test]
async fn hostile_texts_stay_texts_and_break_no_header() {
    let house = House::open().await;
    let payer = house.payer().await;
    let sale = house.sell(payer, "news.localhost", "/a/%3Cscript%3Ealert(1)").await;
    let owner = house.member("harbour", Role::Owner).await;
    let note = "\"><script>alert(2)</script>";
    assert_eq!(owner.post(&format!("/sales/{sale}/refund"), &[("note", note)]).await.status, 303);
    house.settle().await;
    let crlf = "x%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0a%3Cscript%3Ealert(3)%3C/script%3E";
    let pages = [
        "/".to_owned(),
        "/sales".to_owned(),
        format!("/sales/{sale}"),
        format!("/sales?item={crlf}&buyer={crlf}&from={crlf}&state={crlf}"),
        "/team".to_owned(),
        "/settings".to_owned(),
        "/offers".to_owned(),
    ];
    for page in &pages {
        let seen = owner.get(page).await;
        assert_eq!(seen.status, 200, "{page}");
        assert!(
            !seen.text.contains("<script") && !seen.text.contains("<b>Review") && !seen.text.contains("Mona <i>"),
            "{page}: {}",
            seen.text
        );
    }
    assert!(owner.get(&pages[2]).await.text.contains("&lt;script&gt;alert(2)"), "the note is there, as text");
    for target in [format!("/sales.csv?item={crlf}"), format!("/buyers?before={crlf}"), format!("/sales?before={crlf}")] {
        let seen = owner.get(&target).await;
        assert!(!format!("{:?}", seen.headers).contains("evil"), "{target}: {:?}", seen.headers);
    }
    let seen = owner.post("/install/check", &[("site", "news\r\nSet-Cookie: evil=1")]).await;
    assert_eq!(seen.status, 404);
    let long = owner.post(&format!("/sales/{sale}/refund"), &[("note", &"x".repeat(201))]).await;
    assert_eq!(long.status, 422);
    assert!(long.text.contains(&"x".repeat(201)) && long.says("At most 200 characters"), "the input is kept");
    house.close();
}
