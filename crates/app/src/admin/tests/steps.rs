//! The list before the first payment: computed, in order, gone when all is done.

use super::house::Office;
use crate::wallet::tests::house::HARBOUR;
use market::{Body, RefundReason, RefundRequest};
use std::path::Path;
use store::vault::{CodeHash, Door};

fn open(text: &str) -> usize {
    text.matches("class=\"st warn\"").count()
}

#[tokio::test]
async fn each_line_is_done_by_doing_it_and_the_list_goes_when_all_are() {
    let office = Office::open().await;
    let operator = office.operator("Mira").await;
    let first = operator.get("/").await;
    assert!(first.says("Before the first payment") && first.says("No operator has typed a recovery code back"), "{}", first.text);
    let before = open(&first.text);
    assert_eq!(before, 7, "names and price stand: {}", first.text);
    office.operator("Jonas").await;
    let (party, now) = (operator.party, office.house.now());
    let instance = &office.house.opened.instance;
    let codes = move |vault: &mut store::vault::Vault| {
        vault.lay_codes((party, Door::Admin), &[CodeHash([7; 32])], now)?;
        vault.confirm_codes((party, Door::Admin), &CodeHash([7; 32]))
    };
    assert!(instance.vault(codes).await.unwrap());
    let data = &instance.config.data;
    let fresh = |name: &str| {
        std::fs::write(data.join(name), format!("{{\"at\":\"{now}\",\"backup\":\"{now}\",\"sequence\":1,\"hash\":\"00\",\"keys\":true}}"))
    };
    fresh("backup.json").unwrap();
    fresh(crate::ops::RESTORED).unwrap();
    assert_eq!(open(&operator.get("/").await.text), before - 4);
    let mut reader = office.house.payer(5).await;
    reader.pay(&office.house.quote(HARBOUR)).await.code();
    let (sale, payer) = instance.look(|state, _| state.sales().next().map(|(id, sale)| (id, sale.payer)).unwrap()).await.unwrap();
    instance.order(Body::Refund(RefundRequest::whole(sale, RefundReason::Undo { payer }))).await.unwrap();
    let mut reader = office.house.payer(5).await;
    reader.pay(&office.house.quote("/a/other")).await.code();
    office.settle().await;
    let last = operator.get("/").await;
    assert_eq!(open(&last.text), 1, "{}", last.text);
    assert!(last.says("Since the start nobody has checked"));
    instance.checks.found_good("news", now);
    let done = operator.get("/").await;
    assert!(!done.says("Before the first payment") && done.says("All is well") && done.says("0 days ago"), "{}", done.text);
    // In a test folder a line that breaks brings the list back; in a live one that sold, it is a line of health.
    std::fs::remove_file(data.join("backup.json")).unwrap();
    let later = operator.get("/").await;
    assert!(later.says("Before the first payment") && later.says("Everything lives on one disk"), "{}", later.text);
    office.close();
}

#[tokio::test]
async fn a_disk_that_fills_is_told_of() {
    for (free, mark, left) in [
        ((|_| Some(1_999_000_000)) as fn(&Path) -> Option<u64>, "st warn", "1,999 MB"),
        (|_| Some(199_000_000), "st bad", "199 MB"),
        (|_| Some(20_000_000_000), "", "20,000 MB"),
        (|_| None, "", ""),
    ] {
        let office = Office::open_on(free).await;
        let text = office.operator("Mira").await.get("/").await.text;
        assert!(text.contains(left), "{left}: {text}");
        let line = text.split("<li").find(|line| line.contains(left) && !left.is_empty()).unwrap_or_default();
        assert!(line.contains(mark), "{left}: {line}");
        office.close();
    }
}
