//! A rail that an operator stops: nothing comes in, everybody is told since when, and all else goes on.

use super::house::Office;
use crate::acts::Doer;
use crate::rails::{self, PLAY, Taking};
use crate::wallet::tests::house::HARBOUR;
use http::Method;
use money::Span;

#[tokio::test]
async fn a_rail_that_is_down_is_told_with_since_when_and_all_else_goes_on() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let mut reader = office.house.payer(5).await;
    let once = reader.get("/").await.field("once");
    assert!(operator.get("/rails").await.says("Money can be added."));
    assert_eq!(operator.post("/rails/stop", &[("rail", "bank")]).await.status, 404, "no such rail");
    assert_eq!(operator.post("/rails/stop", &[("rail", PLAY)]).await.location(), "/rails");
    let since = crate::web::time::full_text(office.house.now(), crate::web::Lang::EN);
    let told = format!("No money can be added for now. Stopped since {since}.");
    for page in [operator.get("/rails").await, reader.get("/").await] {
        assert!(page.says(&told) && page.text.contains("role=\"status\""), "{}", page.text);
    }
    assert!(operator.get("/").await.says(&format!("Stopped since {since}.")), "health says it");

    // The page that lay open refuses, and so does the sheet's own form; nothing moved.
    for path in ["/top-up", "/pay/top-up"] {
        let seen = reader.post(path, &[("once", &once), ("amount", "1000000")]).await;
        assert_eq!((seen.status.as_u16(), seen.header("retry-after")), (503, "600"), "{path}: {}", seen.text);
        assert!(seen.says("rail-stopped") && seen.says(&since), "{}", seen.text);
    }
    assert_eq!(reader.balance().await, 5_000_000);
    let mut poor = office.house.payer(0).await;
    let sheet = poor.get(&format!("/pay?q={}", office.house.quote(HARBOUR))).await;
    assert!(sheet.says(&told) && !sheet.text.contains("action=\"/pay/top-up\""), "{}", sheet.text);

    // What is there is spent, taken back and read.
    reader.pay(&office.house.quote(HARBOUR)).await.code();
    let sale = reader.last_sale().await;
    assert_eq!(reader.post("/undo", &[("sale", &sale)]).await.status, 200);
    for page in ["/history", "/statements", "/sites", "/settings"] {
        assert_eq!(reader.get(page).await.status, 200, "{page}");
    }

    assert_eq!(operator.post("/rails/stop", &[("rail", PLAY)]).await.location(), "/rails");
    assert_eq!(operator.post("/rails/start", &[("rail", PLAY)]).await.location(), "/rails");
    assert_eq!(reader.post("/top-up", &[("once", &once), ("amount", "1000000")]).await.location(), "/?added=1");
    assert!(!reader.get("/").await.says("No money can be added"));
    let log = operator.get("/audit").await;
    assert_eq!(log.text.matches("<th scope=\"row\">Adding money stopped").count(), 1, "a second press did nothing: {}", log.text);
    assert!(log.says("Adding money started"));
    office.close();
}

#[tokio::test]
async fn stopping_a_rail_wants_a_fresh_proof_and_a_form_of_the_door() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let foreign = operator.ask(Method::POST, "/rails/stop", &[("sec-fetch-site", "cross-site")], &[("csrf", &operator.csrf)]).await;
    assert_eq!(foreign.status, 403);
    let bare = operator.ask(Method::POST, "/rails/stop", &[("sec-fetch-site", "same-origin")], &[("rail", PLAY)]).await;
    assert_eq!(bare.status, 403, "without the login's secret");
    office.house.wait(Span(301));
    assert_eq!(operator.post("/rails/stop", &[("rail", PLAY)]).await.location(), "/sign-in");
    assert_eq!(office.house.opened.instance.rail.stopped(), None);
    office.close();
}

#[tokio::test]
async fn a_stopped_rail_stays_stopped_through_a_restart() {
    let office = Office::open().await;
    let Office { house, door } = office;
    drop(door);
    let now = house.now();
    let stop = (Taking::Stop, Doer::machine(None, now));
    assert_eq!(rails::set(&house.opened.instance, PLAY, stop.clone(), now).await, Ok(true));
    house.wait(Span(60));
    let house = house.without_index().await;
    assert_eq!(house.opened.instance.rail.stopped(), Some(now), "since the first stop");
    assert_eq!(rails::set(&house.opened.instance, PLAY, stop, house.now()).await, Ok(false));
    assert_eq!(house.opened.instance.rail.stopped(), Some(now));
    house.close();
}

#[tokio::test]
async fn what_came_in_is_listed_newest_first_page_by_page() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    assert!(operator.get("/rails").await.says("Nothing has come in."));
    for _ in 0..60 {
        office.house.payer(1).await;
    }
    office.house.payer(20).await;
    office.settle().await;
    let first = operator.get("/rails").await;
    assert!(first.text.len() < 30_000 && first.says("Brought in €80.00"), "{} bytes", first.text.len());
    let list = first.text.split("<tbody>").nth(1).unwrap();
    assert!(list.find("€20.00").is_some_and(|at| at < list.find("€1.00").unwrap()), "the newest is the first");
    let next = first.text.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = operator.get(&next).await;
    let rows = |text: &str| text.matches("href=\"/books/").count();
    assert_eq!((rows(&first.text), rows(&second.text)), (50, 11));
    assert!(!second.text.contains("rel=\"next\"") && second.says("cleared"), "{}", second.text);
    assert_eq!(operator.get("/rails?before=x").await.status, 400);
    office.close();
}
