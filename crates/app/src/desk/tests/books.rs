//! Every figure and file of the desk says what the books say.

use super::house::House;
use serde_json::Value;
use store::vault::Role;

/// Base units of a plain decimal.
fn units(text: &str) -> i64 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (main, fine) = digits.split_once('.').unwrap_or((digits, ""));
    format!("{main}{fine:0<6}").parse::<i64>().unwrap().saturating_mul(sign)
}

#[tokio::test]
async fn exports_add_up_to_the_books() {
    let house = House::open().await;
    let (one, two) = (house.payer().await, house.payer().await);
    for path in ["/a/one", "/a/two", "/a/three"] {
        house.sell(one, "news.localhost", path).await;
    }
    let back = house.sell(two, "news.localhost", "/a/one").await;
    house.undo(two, &back).await;
    house.sell(two, "news.localhost", "/a/two").await;
    for payee in ["harbour", "ann"] {
        let owner = house.member(payee, Role::Reader).await;
        let earned = i64::try_from(house.earned(payee).await).unwrap();
        let seen = owner.get("/sales.csv").await;
        assert_eq!(seen.header("content-type"), "text/csv; charset=utf-8");
        assert!(seen.header("content-disposition").contains(&format!("farthing-test-{payee}-sales-")));
        let mut read = csv::Reader::from_reader(seen.text.as_bytes());
        assert_eq!(read.headers().unwrap(), crate::wallet::COLUMNS.as_slice());
        let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 5);
        let standing: Vec<_> = rows.iter().filter(|row| &row[12] == "paid").collect();
        assert_eq!(standing.iter().map(|row| units(&row[6])).sum::<i64>(), earned, "{payee}");
        assert_eq!(
            standing.iter().map(|row| units(&row[6]) + units(&row[8])).sum::<i64>(),
            200_000,
            "share and the rest are what was paid"
        );
        let content: Value = serde_json::from_str(&owner.get("/sales.json?state=paid").await.text).unwrap();
        let rows = content["rows"].as_array().unwrap();
        assert_eq!(rows.iter().map(|row| row["amount"].as_str().unwrap().parse::<i64>().unwrap()).sum::<i64>(), earned);
        let legs = |row: &Value| {
            row["legs"].as_array().unwrap().iter().map(|leg| leg["amount"].as_str().unwrap().parse::<i64>().unwrap()).sum::<i64>()
        };
        assert!(rows.iter().all(|row| legs(row).to_string() == row["charged"].as_str().unwrap()));
        let buyers: Value = serde_json::from_str(&owner.get("/buyers.json").await.text).unwrap();
        let buyers = buyers["rows"].as_array().unwrap();
        assert_eq!(buyers.len(), 2);
        assert_eq!(buyers.iter().map(|row| row["earned"].as_str().unwrap().parse::<i64>().unwrap()).sum::<i64>(), earned);
        assert_eq!(buyers.iter().map(|row| row["refunded"].as_u64().unwrap()).sum::<u64>(), 1);
        let mut read = csv::Reader::from_reader(owner.get("/buyers.csv").await.text.as_bytes().to_vec().leak() as &[u8]);
        let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
        assert_eq!(rows.iter().map(|row| units(&row[3])).sum::<i64>(), earned);
    }
    house.close();
}

#[tokio::test]
async fn fees_are_said_by_name_and_add_up() {
    let house = House::open().await;
    let payer = house.payer().await;
    let owner = house.member("harbour", Role::Reader).await;
    assert!(owner.get("/fees").await.says("No fee was ever taken"));
    house.sell(payer, "news.localhost", "/a/one").await;
    let back = house.sell(payer, "news.localhost", "/a/two").await;
    house.undo(payer, &back).await;
    let seen = owner.get("/fees").await;
    for words in
        ["service Harbour Wallet fee", "writer Ann another’s share", "€0.0350", "€0.0025", "€0.0125", "€0.0500", "70%", "5%", "25%"]
    {
        assert!(seen.says(words), "{words}: {}", seen.text);
    }
    assert!(house.member("ann", Role::Reader).await.get("/fees").await.says("No fee was ever taken"), "a share is no sale of one's own");
    house.close();
}

#[tokio::test]
async fn the_first_page_goes_from_a_checklist_to_figures_and_back() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Owner).await;
    let first = owner.get("/").await;
    assert!(
        first.says("Before the first payment") && first.says("A site of yours stands here") && first.text.contains("href=\"/install\"")
    );
    assert_eq!(first.text.matches("✓").count(), 2, "site and price: {}", first.text);
    let payer = house.payer().await;
    let sale = house.sell(payer, "news.localhost", "/a/one").await;
    let figures = owner.get("/").await;
    let earned = |what: &str| format!("{what}</dt><dd><data value=\"0.0125\">");
    assert!(figures.text.contains(&earned("Earned today")) && figures.text.contains(&earned("Earned this month")));
    assert!(figures.text.contains("Taken back</dt><dd>0% "), "{}", figures.text);
    assert!(figures.text.contains("<svg class=\"chart\"") && figures.says("What earned most") && !figures.says("Before the first payment"));
    house.undo(payer, &sale).await;
    let again = owner.get("/").await;
    assert!(again.says("Before the first payment"), "what was taken back is no payment that stands");
    assert_eq!(again.text.matches("✓").count(), 3, "one purchase was tried and taken back");
    house.sell(payer, "news.localhost", "/a/two").await;
    assert!(owner.get("/").await.text.contains("Taken back</dt><dd>50% "));
    // Who has nothing is told what is missing.
    let ann = house.member("ann", Role::Owner).await;
    assert!(ann.get("/install").await.says("No site names you as its payee") && ann.get("/offers").await.says("Nothing is for sale yet"));
    house.close();
}
