//! The sites of a wallet: caps raised and lowered, browsers ended, pages paid, and words when a cap is nearly used.

use super::house::{HARBOUR, House};
use super::keeping::keep;
use money::Span;
use store::vault::{HandleHash, SiteReader};

const SITE: &str = "/sites/news.localhost";

fn caps<'a>(page: &'a str, site: &'a str) -> [(&'a str, &'a str); 3] {
    [("host", "news.localhost"), ("page", page), ("site", site)]
}

#[tokio::test]
async fn a_site_stands_in_the_list_with_what_it_may_and_what_it_got() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    assert!(reader.get("/sites").await.says("No site yet"));
    let seen = reader.get(SITE).await;
    assert!(seen.says("asks each time") && seen.says("€0.00 this month") && seen.says("Nothing was paid here"), "{}", seen.text);
    reader.pay(&house.quote(HARBOUR)).await.code();
    let seen = reader.get("/sites").await;
    assert!(
        seen.says("Harbour Review") && seen.says("asks each time") && seen.says("€0.05") && seen.says("no such cap yet"),
        "{}",
        seen.text
    );
    reader.agree(&house.quote("/a/second")).await.code();
    let seen = reader.get("/sites").await;
    assert!(seen.says("one click") && seen.says("€0.10 of €1.00") && seen.says("€0.10 of €10.00 this month, €9.90 left"), "{}", seen.text);
    let seen = reader.get(SITE).await;
    assert!(seen.says("€0.10 of €1.00 this month, €0.90 left. Starts again on 1") && seen.says("At most €0.05 a page"), "{}", seen.text);
    assert!(seen.text.contains("<progress max=\"1000000\" value=\"100000\"") && seen.says("Second") && seen.says("Quiet harbour"));
    let home = reader.get("/").await;
    assert!(home.text.contains("<progress max=\"10000000\" value=\"100000\"") && home.says("€0.10 of €10.00"), "{}", home.text);
    for elsewhere in ["/sites/other.localhost", "/sites/..", "/sites/", "/sites/NEWS.localhost", "/sites/news.localhost/x"] {
        assert_eq!(reader.get(elsewhere).await.status, 404, "{elsewhere}");
    }
    assert_eq!(house.stranger().get("/sites").await.location(), "/sign-in?to=sites");
    assert_eq!(house.stranger().get(SITE).await.location(), "/sign-in?site=news.localhost");
    assert_eq!(reader.get("/sites/caps").await.status, 405);
    house.close();
}

#[tokio::test]
async fn four_fifths_and_the_whole_of_a_cap_are_told() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    reader.post("/sites/caps", &caps("0.05", "0.125")).await;
    for page in ["/", "/sites", SITE] {
        assert!(!reader.get(page).await.says("most of your cap"), "{page}: two fifths");
    }
    reader.pay(&house.quote("/a/second")).await.code();
    for page in ["/", "/sites", SITE] {
        let seen = reader.get(page).await;
        assert!(seen.says("Harbour Review: most of your cap is used") && seen.says("€0.10 of €0.125"), "{page}: {}", seen.text);
    }
    reader.pay(&house.quote("/a/third")).await.code();
    assert!(reader.get("/").await.says("Harbour Review: your cap is reached"));
    reader.post("/sites/all", &[("all", "0.15")]).await;
    assert!(reader.get("/").await.says("All sites together: your cap is reached"));
    house.close();
}

#[tokio::test]
async fn caps_are_amounts_and_a_page_has_no_more_than_a_month() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    for (page, site, says) in [
        ("five", "1", "Write the cap as a number"),
        ("0.05", "", "Write the cap as a number"),
        ("0.0000001", "1", "at most six digits"),
        ("2", "1", "A page cannot have more than the month"),
        ("-1", "1", "Write the cap as a number"),
    ] {
        let seen = reader.post("/sites/caps", &caps(page, site)).await;
        assert!(seen.status == 422 && seen.says(says), "{page} {site}: {}", seen.text);
        assert!(seen.text.contains(&format!("value=\"{page}\"")), "what was typed stays");
    }
    let seen = reader.post("/sites/all", &[("all", "much")]).await;
    assert!(seen.status == 422 && seen.says("Write the cap as a number") && seen.text.contains("value=\"much\""));
    assert!(reader.get(SITE).await.says("€0.05 of €1.00"), "nothing changed");
    let other = [("host", "elsewhere.localhost"), ("page", "0.01"), ("site", "1")];
    assert_eq!(reader.post("/sites/caps", &other).await.status, 404);
    let forged = [("host", "news.localhost"), ("page", "9"), ("site", "9"), ("csrf", "wrong")];
    let seen = reader.request(http::Method::POST, "/sites/caps", &[("sec-fetch-site", "same-origin")], &forged).await;
    assert_eq!(seen.status, 403);
    assert_eq!(house.stranger().post("/sites/caps", &caps("9", "9")).await.location(), "/sign-in?to=sites");
    house.close();
}

#[tokio::test]
async fn raising_a_cap_of_a_kept_wallet_wants_a_fresh_proof_and_lowering_none() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let codes = keep(&mut reader).await;
    reader.post("/sign-in/recovery", &[("code", &codes[1])]).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    house.wait(Span(600));
    let raise = [caps("0.06", "1"), caps("0.05", "1.01")];
    for raised in &raise {
        let seen = reader.post("/sites/caps", raised).await;
        assert_eq!((seen.status.as_u16(), seen.location()), (303, "/sign-in?site=news.localhost"));
    }
    assert_eq!(reader.post("/sites/all", &[("all", "10.01")]).await.location(), "/sign-in?to=sites");
    assert!(reader.get(SITE).await.says("of €1.00"));
    assert_eq!(reader.post("/sites/caps", &caps("0.05", "0.9")).await.location(), SITE);
    assert_eq!(reader.post("/sites/all", &[("all", "9")]).await.location(), "/sites");
    assert!(reader.get(SITE).await.says("of €0.90"));
    let seen = reader.post("/sites/caps", &caps("0.05", "1")).await;
    assert_eq!(seen.location(), "/sign-in?site=news.localhost", "it was lower meanwhile");
    let seen = reader.post("/sign-in/recovery", &[("code", &codes[2]), ("site", "news.localhost")]).await;
    assert_eq!(seen.location(), SITE, "back to where it was wanted");
    assert_eq!(reader.post("/sites/caps", &caps("0.06", "2")).await.location(), SITE);
    assert!(reader.get(SITE).await.says("of €2.00"));
    // Ended, it is an agreement again: as much as a raise.
    house.wait(Span(600));
    reader.post("/sites/revoke", &[("host", "news.localhost")]).await;
    assert_eq!(reader.post("/sites/caps", &caps("0.01", "0.1")).await.location(), "/sign-in?site=news.localhost");
    house.close();
}

#[tokio::test]
async fn browsers_that_read_there_are_listed_and_ended() {
    let house = House::open().await;
    let (mut reader, mut other) = (house.payer(5).await, house.payer(5).await);
    reader.pay(&house.quote(HARBOUR)).await.code();
    other.pay(&house.quote(HARBOUR)).await.code();
    let payers = house.opened.instance.look(|state, _| state.sales().map(|(_, sale)| sale.payer).collect::<Vec<_>>()).await.unwrap();
    let now = house.now();
    let add = |handle: u8, party, site: &str| {
        (HandleHash([handle; 32]), SiteReader { site: site.to_owned(), party, created_at: now, expires_at: now.after(Span(90 * 86_400)) })
    };
    let all = [add(1, payers[0], "news"), add(2, payers[0], "news"), add(3, payers[1], "news"), add(4, payers[0], "gone")];
    let put = all.clone();
    house.opened.instance.vault(move |vault| put.iter().try_for_each(|(hash, reader)| vault.add_reader(hash, reader, 10))).await.unwrap();
    let standing = || async {
        let all = all.clone();
        let found = house.opened.instance.vault(move |vault| {
            all.iter()
                .map(|(hash, reader)| vault.reader(hash, &reader.site, now).map(|found| found.is_some()))
                .collect::<Result<Vec<bool>, _>>()
        });
        found.await.unwrap()
    };
    let seen = reader.get(SITE).await;
    assert!(seen.text.matches("A browser").count() == 2 && seen.says("End all of them"), "{}", seen.text);
    let theirs = other.get(SITE).await.text;
    let named = theirs.split("name=\"reader\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    reader.post("/sites/readers/end", &[("host", "news.localhost"), ("reader", &named)]).await;
    assert_eq!(standing().await, [true, true, true, true], "nobody else's");
    let own = seen.text.split("name=\"reader\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(reader.post("/sites/readers/end", &[("host", "news.localhost"), ("reader", &own)]).await.location(), SITE);
    assert_eq!(standing().await.iter().filter(|stands| **stands).count(), 3);
    reader.post("/sites/readers/end", &[("host", "news.localhost"), ("reader", "all")]).await;
    assert_eq!(standing().await, [false, false, true, true]);
    assert!(reader.get(SITE).await.says("None."));
    house.close();
}
