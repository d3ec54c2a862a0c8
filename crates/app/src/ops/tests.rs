//! The operator's port on a real instance.

use super::OpsDoor;
use crate::wallet::tests::house::{HARBOUR, House, Seen};
use bytes::Bytes;
use http::{Method, Request};
use http_body_util::Full;
use std::sync::Arc;

async fn ask(house: &House, door: &OpsDoor, (method, target, host): (Method, &str, &str)) -> Seen {
    let request = Request::builder().method(method).uri(target).header("host", host).body(Full::<Bytes>::default()).unwrap();
    Seen::of(door.handle(request, &house.visit()).await).await
}

async fn get(house: &House, door: &OpsDoor, target: &str) -> Seen {
    ask(house, door, (Method::GET, target, "127.0.0.1:4021")).await
}

#[tokio::test]
async fn the_page_shows_books_that_balance_and_the_end_of_the_chain() {
    let house = House::open().await;
    let door = OpsDoor::new(Arc::clone(&house.opened.instance));
    let mut reader = house.payer(5).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    reader.balance().await;
    let seen = get(&house, &door, "/").await;
    assert_eq!(seen.status, 200);
    assert!(seen.says("All is well") && seen.says("eur-micro") && seen.says("€5.00"), "{}", seen.text);
    let mut frames = house.opened.instance.frames().unwrap();
    let head = std::iter::from_fn(|| frames.next()).map(|frame| frame.unwrap().head()).last().unwrap();
    assert!(seen.says(&data_encoding::HEXLOWER.encode(&head.hash)));
    // A second look goes on where the first stopped.
    reader.pay(&house.quote("/a/other")).await.code();
    reader.balance().await;
    let seen = get(&house, &door, "/").await;
    let head = frames.next().unwrap().unwrap().head();
    assert!(seen.says(&data_encoding::HEXLOWER.encode(&head.hash)));
    let metrics = get(&house, &door, "/metrics").await.text;
    let line = |name: &str| metrics.lines().find_map(|line| line.strip_prefix(&format!("{name} "))).unwrap().to_owned();
    assert_eq!((line("farthing_sales"), line("farthing_journal_frames")), ("2".to_owned(), head.sequence.to_string()));
    assert_eq!(line("farthing_books_sum{currency=\"eur-micro\"}"), "0");
    assert_eq!(line("farthing_books_credit{currency=\"eur-micro\"}"), "5000000");
    assert_eq!(metrics.matches("# TYPE").count(), 18);
    house.close();
}

#[tokio::test]
async fn probes_answer_and_only_this_machine_is_served() {
    let house = House::open().await;
    let door = OpsDoor::new(Arc::clone(&house.opened.instance));
    assert_eq!(get(&house, &door, "/healthz").await.text, "alive\n");
    assert_eq!(get(&house, &door, "/readyz").await.text, "ready\n");
    for (method, target, host, status) in [
        (Method::GET, "/healthz", "localhost:4021", 200),
        (Method::GET, "/healthz", "[::1]:4021", 200),
        (Method::HEAD, "/healthz", "127.0.0.1", 200),
        (Method::GET, "/", "rebound.example:4021", 421),
        (Method::GET, "/", "127.0.0.1.example", 421),
        (Method::POST, "/", "127.0.0.1", 405),
        (Method::GET, "/nothing", "127.0.0.1", 404),
        (Method::GET, "/icon.svg", "127.0.0.1", 200),
        (Method::GET, "/export?format=pdf", "127.0.0.1", 400),
    ] {
        assert_eq!(ask(&house, &door, (method, target, host)).await.status.as_u16(), status, "{target} {host}");
    }
    house.close();
}

#[tokio::test]
async fn the_export_holds_every_posting() {
    let house = House::open().await;
    let door = OpsDoor::new(Arc::clone(&house.opened.instance));
    let mut reader = house.payer(5).await;
    reader.pay(&house.quote(HARBOUR)).await.code();
    let seen = get(&house, &door, "/export?format=csv").await;
    assert!(seen.header("content-disposition").contains("farthing-journal.csv"));
    let mut rows = csv::Reader::from_reader(seen.text.as_bytes());
    let units: Vec<i64> = rows.records().map(|row| row.unwrap().iter().next_back().unwrap().parse().unwrap()).collect();
    assert_eq!((units.len(), units.iter().sum::<i64>()), (5, 0));
    assert!(get(&house, &door, "/export?format=json").await.text.lines().all(|line| line.starts_with('{')));
    assert!(get(&house, &door, "/export?format=hledger").await.text.contains("eur") || !seen.text.is_empty());
    house.close();
}

/// What the names of the files say, less what is over.
#[test]
fn former_secrets_are_told_until_the_last_of_them_ends() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys");
    let told = |now: u64| super::former_l402(folder.path(), money::Timestamp::from_seconds(now));
    assert_eq!(told(0), serde_json::Value::Null, "no keys, no word");
    std::fs::create_dir(&keys).unwrap();
    let expected = |count: usize, until: Option<&str>| serde_json::json!({ "former_secrets": count, "honoured_until": until });
    assert_eq!(told(0), expected(0, None));
    for name in ["l402", "l402-1000-3600", "l402-2000-7200", "l402-x-1"] {
        std::fs::write(keys.join(name), [7; 32]).unwrap();
    }
    assert_eq!(told(3_599), expected(2, Some("1970-01-01T02:00:00Z")));
    assert_eq!(told(3_600), expected(1, Some("1970-01-01T02:00:00Z")));
    assert_eq!(told(7_200), expected(0, None));
    std::fs::write(keys.join("l402-3000-ever"), [7; 32]).unwrap();
    assert_eq!(told(3_599), expected(3, Some("ever")));
}
