//! What a payer can show of a session: what was signed on both sides, in one file that needs no books. And an end that says what it
//! waits for.

use crate::site::{Fault, Site, get, payer_of_sessions};
use client::proofs::Bundle;
use client::session::Phase;
use client::{Error, Payer, Waiting};
use money::{Amount, CommandId, Timestamp};
use serde_json::{Value, json};

fn only(payer: &Payer) -> CommandId {
    let all = payer.sessions().unwrap();
    assert_eq!(all.len(), 1);
    all[0].id
}

fn checked(file: &Value) -> Result<client::proofs::Proved, String> {
    Bundle::parse(file.to_string().as_bytes()).and_then(|bundle| bundle.check())
}

/// Opened, used up, raised, carried over to another chain.
async fn drawn(site: &Site, folder: &std::path::Path) -> Payer {
    let payer = payer_of_sessions(site, folder, 10);
    for _ in 1..=5 {
        get(&payer, site.url("/api/a")).await.unwrap();
    }
    let payer = payer_of_sessions(site, folder, 10_000);
    get(&payer, site.url("/api/a")).await.unwrap();
    payer
}

#[tokio::test]
async fn what_both_sides_signed_is_kept_and_proves_itself_in_one_file() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = drawn(&site, folder.path()).await;
    let id = only(&payer);
    let open: Value = serde_json::from_str(&payer.export_session(id).await.unwrap().to_json()).unwrap();
    let proved = checked(&open).unwrap();
    assert_eq!((proved.session, proved.opened, proved.receipts), (id, Some(Amount::from_u32(10)), 3), "opening, top-up, checkpoint");
    let (hold, accepted, spent) = proved.stands.unwrap();
    assert_eq!((hold > Amount::from_u32(10), accepted.units(), spent.units(), proved.ended), (true, 12, 12, None));
    payer.close_session(id).await.unwrap();
    let closed: Value = serde_json::from_str(&payer.export_session(id).await.unwrap().to_json()).unwrap();
    let proved = checked(&closed).unwrap();
    let released = hold.saturating_sub(Amount::from_u32(12));
    assert_eq!((proved.receipts, proved.ended, proved.differs), (4, Some((Amount::from_u32(12), released)), Vec::new()));
    // Another program reads the same from the disk, also after the keys were kept by one that knew no certificates.
    assert_eq!(payer_of_sessions(&site, folder.path(), 10).export_session(id).await.unwrap().to_json(), closed_text(&payer, id).await);
    let with = |pointer: &str, value: Value| {
        let mut file = closed.clone();
        *file.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        checked(&file)
    };
    let wrong = [
        ("/opening/hold", json!("11"), "its opening is not signed by its account"),
        ("/opening/scope", json!("/*"), "its opening is not signed by its account"),
        ("/recipient", json!("mallory"), "its opening is not signed by its account"),
        ("/account", json!("a".repeat(32)), "its opening is not signed by its account"),
        ("/root_key", json!("A".repeat(43)), "the root key is not the one of its instance"),
        ("/receipt_keys/0/signature", json!("A".repeat(86)), "the root key signed none of the receipt keys"),
        ("/receipts/0", closed["receipts"][3].clone(), "receipt 2: it follows the final one"),
        ("/receipts/3", json!("e30"), "receipt 4: it cannot be read (recipient)"),
        ("/farthing", json!("farthing/session-proofs/9"), "it is of kind \"farthing/session-proofs/9\", not farthing/session-proofs/1"),
    ];
    for (pointer, value, what) in wrong {
        assert_eq!(with(pointer, value).unwrap_err(), what, "{pointer}");
    }
    // What the payer says and nobody signed is compared, and told.
    assert_eq!(with("/counted", json!("10")).unwrap().differs, ["the payer counted 10, the instance says that 12 was drawn"]);
    let less = with("/authorised", json!("11")).unwrap().differs;
    assert_eq!(less, ["the instance says that 12 was authorised, the payer authorised 11"]);
}

async fn closed_text(payer: &Payer, id: CommandId) -> String {
    payer.export_session(id).await.unwrap().to_json()
}

#[tokio::test]
async fn an_opening_that_the_instance_does_not_sign_for_is_no_opening() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 100);
    site.next_faults([Fault::Unsigned]);
    let unsigned = get(&payer, site.url("/api/a")).await.err().unwrap();
    assert!(matches!(unsigned, Error::Receipt { why: "its opening is not signed" }), "{unsigned}");
    get(&payer, site.url("/api/a")).await.unwrap();
    assert_eq!((site.opened(), site.drawn()), (1, 2), "the same opening again, drawn once");
}

#[tokio::test]
async fn an_end_buys_nothing_and_says_what_it_waits_for() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let first = payer_of_sessions(&site, folder.path(), 100);
    get(&first, site.url("/api/a")).await.unwrap();
    // One of them arrived.
    for (page, fault) in [("/api/b", Fault::LostAnswer), ("/api/c", Fault::LostRequest)] {
        site.next_faults([fault; 4]);
        assert!(matches!(get(&first, site.url(page)).await.err().unwrap(), Error::Unknown { .. }));
    }
    let (paid, next) = (site.paid().len(), payer_of_sessions(&site, folder.path(), 100));
    site.next_faults([Fault::UnderWay, Fault::UnderWay]);
    let mut said = Vec::new();
    let mut told = |Waiting { requests, until }| said.push(format!("{requests} until {}", until.unwrap_or(Timestamp(0))));
    let closed = next.close_session_telling(only(&next), &mut told).await.unwrap();
    assert_eq!(said, ["1 until 2026-11-22T17:12:05Z", "1 until 2026-11-22T17:12:05Z"]);
    assert_eq!((site.paid().len() - paid, site.drawn()), (3, 4), "the end alone was sent, until it was answered");
    let Phase::Ended { captured, .. } = closed.phase else { panic!("{:?}", closed.phase) };
    assert_eq!((captured.units(), closed.counted.units(), closed.lost), (4, 2, 2), "so much is left open, and it is said");
}
