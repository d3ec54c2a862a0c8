//! Play money in, and the history of everything.

use super::house::{HARBOUR, House};

#[tokio::test]
async fn two_presses_of_one_page_are_one_top_up() {
    let house = House::open().await;
    let mut reader = house.payer(0).await;
    let home = reader.get("/").await;
    for amount in ["1000000", "5000000", "10000000", "20000000"] {
        assert!(home.text.contains(&format!("name=\"amount\" value=\"{amount}\"")), "{amount}");
    }
    let once = home.field("once");
    let five = [("once", once.as_str()), ("amount", "5000000")];
    assert_eq!(reader.post("/top-up", &five).await.location(), "/?added=1");
    assert_eq!(reader.post("/top-up", &five).await.location(), "/?added=1");
    assert_eq!(reader.balance().await, 5_000_000);
    assert!(reader.get("/?added=1").await.says("Added. €5.00 is in your wallet."));
    let seen = reader.post("/top-up", &[("once", &once), ("amount", "1000000")]).await;
    assert!(seen.status == 409 && seen.says("Nothing was added."), "{}", seen.text);
    house.wait(money::Span(61));
    assert!(!reader.get("/?added=1").await.says("Added. "), "an address alone announces nothing");

    let stale = reader.get("/").await.field("once");
    house.wait(money::Span(700));
    let seen = reader.post("/top-up", &[("once", &stale), ("amount", "1000000")]).await;
    assert!(seen.status == 409 && seen.says("lay open for a while"), "{}", seen.text);
    let fresh = seen.field("once");
    assert_eq!(reader.post("/top-up", &[("once", &fresh), ("amount", "1000000")]).await.status, 303);
    assert_eq!(reader.balance().await, 6_000_000);
    house.close();
}

#[tokio::test]
async fn a_wallet_that_one_browser_knows_holds_twenty() {
    let house = House::open().await;
    let mut reader = house.payer(10).await;
    let home = reader.get("/").await;
    assert!(!home.text.contains("value=\"20000000\""), "an amount that does not fit is not offered");
    let once = home.field("once");
    let seen = reader.post("/top-up", &[("once", &once), ("amount", "10000001")]).await;
    assert!(seen.status == 409 && seen.says("may hold €20.00 at most"), "{}", seen.text);
    for (amount, status) in [("0", 422), ("-1", 400), ("1.5", 400), ("", 400), ("9223372036854775807", 422)] {
        let seen = reader.post("/top-up", &[("once", &once), ("amount", amount)]).await;
        assert_eq!(seen.status.as_u16(), status, "{amount}: {}", seen.text);
    }
    assert_eq!(reader.post("/top-up", &[("amount", "1000000")]).await.status, 400);
    assert_eq!(reader.post("/top-up", &[("once", &once), ("amount", "10000000")]).await.status, 303);
    assert_eq!(reader.balance().await, 20_000_000);
    assert!(!reader.get("/").await.text.contains("action=\"/top-up\""), "a full wallet has no such form");
    house.close();
}

#[tokio::test]
async fn where_money_is_real_none_is_played_with() {
    let house = House::open_as("mode = \"live\"\ncurrency = \"EUR\"", None).await;
    let mut reader = house.payer(0).await;
    let home = reader.get("/").await;
    assert!(!home.text.contains("action=\"/top-up\"") && !home.says("Play money"), "{}", home.text);
    let once = protocol::text::command(money::CommandId::new(house.now().ms(), [1; 10]));
    let csrf = reader.get(&format!("/pay?q={}", house.quote(HARBOUR))).await.field("csrf");
    let fields = [("csrf", csrf.as_str()), ("once", once.as_str()), ("amount", "1000000")];
    let seen = reader.request(http::Method::POST, "/top-up", &[("sec-fetch-site", "same-origin")], &fields).await;
    assert_eq!(seen.status, 404);
    assert_eq!(reader.balance().await, 0);
    house.close();
}

#[tokio::test]
async fn a_currency_without_cents_has_amounts_of_its_own() {
    let house = House::open_as("mode = \"test\"\ncurrency = \"KRW\"", None).await;
    let mut reader = house.payer(0).await;
    let home = reader.get("/").await;
    assert!(home.says("₩1,000") && home.says("₩20,000") && home.text.contains("value=\"20000000000\""), "{}", home.text);
    assert_eq!(reader.post("/top-up", &[("once", &home.field("once")), ("amount", "20000000000")]).await.status, 303);
    assert_eq!(reader.balance().await, 20_000_000_000);
    house.close();
}

#[tokio::test]
async fn the_exports_add_up_to_the_balance() {
    let house = House::open().await;
    let mut reader = house.payer(10).await;
    for number in 0..60 {
        reader.pay(&house.quote(&format!("/a/page-{number}"))).await.code();
    }
    reader.post("/pay", &[("q", &house.quote("/tip")), ("amount_text", "0.123456")]).await.code();
    let sale = reader.last_sale().await;
    reader.post("/undo", &[("sale", &sale)]).await;
    let expected = 10_000_000 - 60 * 50_000;

    let seen = reader.get("/history.csv").await;
    assert_eq!(seen.header("content-type"), "text/csv; charset=utf-8");
    assert!(seen.header("content-disposition").starts_with("attachment; filename=\"farthing-test-history-"));
    assert!(seen.text.starts_with(
        "id,at,kind,party,site,item,amount,currency,fee,rate,other_amount,other_currency,state,mode,units,unit,unit_price,per\r\n"
    ));
    let mut reread = csv::Reader::from_reader(seen.text.as_bytes());
    let rows: Vec<csv::StringRecord> = reread.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 63);
    let units = |text: &str| {
        let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
        sign * money::Price::decimal(text).unwrap().credit()
    };
    assert_eq!(rows.iter().map(|row| units(&row[6])).sum::<i64>(), expected);
    assert_eq!(
        (&rows[0][2], &rows[0][3], &rows[0][4], &rows[0][5], &rows[0][6]),
        ("refund", "harbour", "news.localhost", "/tip", "0.123456")
    );
    assert_eq!((&rows[1][2], &rows[1][6], &rows[1][12], &rows[1][13]), ("sale", "-0.123456", "refunded", "test"));
    assert_eq!((&rows[62][2], &rows[62][3], &rows[62][6], &rows[62][7]), ("top-up", "play", "10.00", "EUR"));
    assert!(rows.iter().all(|row| money::Timestamp::parse(&row[1]).is_some()));

    let seen = reader.get("/history.json").await;
    let content: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
    let sum =
        |key: &str| content["rows"].as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().parse::<i64>().unwrap()).sum::<i64>();
    assert_eq!((sum("amount"), reader.balance().await), (expected, expected));

    let newest = reader.get("/history").await;
    let older = newest.text.split("href=\"/history?before=").nth(1).unwrap().split('"').next().unwrap();
    let rest = reader.get(&format!("/history?before={older}")).await;
    let lines = |seen: &super::house::Seen| seen.text.matches("<th scope=\"row\"").count();
    assert_eq!((lines(&newest), lines(&rest)), (50, 13));
    assert!(!rest.text.contains("?before=") && rest.says("Added play money"));
    assert_eq!(reader.get("/history?before=nonsense").await.status, 400);
    for target in ["/history", "/history.csv", "/history.json"] {
        assert_eq!(house.stranger().get(target).await.location(), "/", "{target}");
    }
    house.close();
}
