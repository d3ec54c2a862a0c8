//! What an instance does by itself: begun over a session and a reader that are due, it needs nobody to ask.

use super::sessions::Client;
use super::*;
use protocol::session::Kind;
use std::time::Duration;
use store::vault::{HandleHash, SiteReader};

#[tokio::test]
async fn what_is_due_is_done_unasked() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (8, 2, Kind::Signed)).await;
    let (party, long_ago) = (alice.key.public().account(), Timestamp::from_seconds(1));
    let reader = SiteReader { site: "news".to_owned(), party, created_at: long_ago, expires_at: long_ago };
    bed.opened.instance.vault(move |vault| vault.add_reader(&HandleHash([7; 32]), &reader, 10)).await.unwrap();
    assert_eq!((bed.earned().await, bed.opened.instance.swept()), (0, None));

    let keepers = crate::keepers::start(&bed.opened.instance);
    let done = async {
        while bed.earned().await == 0 || bed.opened.instance.swept().is_none() {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(20), done).await.is_ok(), "a quarter of the hold is captured, the vault is swept");
    assert_eq!((bed.earned().await, bed.opened.instance.swept().unwrap().removed), (2, 1));
    drop(keepers);
}
