//! Paying with the first byte, under a standing challenge that was kept.

use crate::site::{Fault, PAGE, Site, get, is_settled, payer, payer_of_sessions, read};
use client::kept::Access;
use client::{Error, Payment, Request};
use money::{Span, Timestamp};

fn paid(payment: &Payment) -> (u64, Option<Timestamp>) {
    match payment {
        Payment::Paid { receipt, charged } => {
            assert_eq!(receipt.access, Access::Ever);
            (charged.units(), receipt.undo_until)
        }
        other @ (Payment::None | Payment::Owned(_) | Payment::Drawn(_) | Payment::Before(_)) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn page_after_page_is_one_round_trip_each() {
    let (site, folder) = (Site::standing().await, tempfile::tempdir().unwrap());
    get(&payer(&site, folder.path(), 60_000), site.url("/api/0")).await.unwrap();
    assert_eq!(site.asked().len(), 2, "the first page of a site is asked for, and then paid");
    // Another run of the program has what the first one kept.
    let next = payer(&site, folder.path(), 60_000);
    for page in 1..=20 {
        let (body, fetched) = get(&next, site.url(&format!("/api/{page}?x=1"))).await.unwrap();
        assert_eq!((&*body, paid(&fetched.payment)), (PAGE, (50_000, Some(site.now().after(Span(600))))));
    }
    let posted = next.fetch(Request::post(site.url("/api/ask"), b"what tide?".to_vec(), "text/plain")).await.unwrap();
    assert_eq!(paid(&read(posted).await.unwrap().1.payment).0, 50_000);
    assert_eq!((site.asked().len(), site.sold()), (23, 22));
    assert!(site.most_signed().iter().all(|most| *most == 60_000), "half as much again, within the cap");
    assert!(is_settled(folder.path()));
    get(&next, site.url("/api/7?x=1")).await.unwrap();
    assert_eq!((site.asked().len(), site.sold()), (24, 22), "what is owned is shown by its receipt");
    get(&next, site.url("/other")).await.unwrap();
    assert_eq!(site.asked().len(), 26, "beyond the scope nothing was quoted");
}

#[tokio::test]
async fn a_lost_answer_is_presented_again_and_charged_once() {
    let (site, folder) = (Site::standing().await, tempfile::tempdir().unwrap());
    let first = payer(&site, folder.path(), 60_000);
    get(&first, site.url("/api/0")).await.unwrap();
    site.next_faults([Fault::LostAnswer, Fault::LostRequest]);
    get(&first, site.url("/api/1")).await.unwrap();
    assert_eq!(site.sold(), 2);
    site.next_faults([Fault::LostAnswer; 4]);
    assert!(matches!(get(&first, site.url("/api/2")).await.err().unwrap(), Error::Unknown { .. }));
    assert_eq!((site.sold(), is_settled(folder.path())), (3, false));
    drop(first);
    let next = payer(&site, folder.path(), 60_000);
    let (_, fetched) = get(&next, site.url("/api/2")).await.unwrap();
    assert_eq!((paid(&fetched.payment), site.sold()), ((50_000, Some(site.now().after(Span(600)))), 3), "the same command");
    assert!(is_settled(folder.path()));
}

#[tokio::test]
async fn what_the_site_does_not_take_is_paid_in_the_usual_way() {
    let (site, folder) = (Site::standing().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 90_000);
    get(&payer, site.url("/api/0")).await.unwrap();
    let cases = [
        (402, "challenge-unknown", 2),
        (402, "price-above-max", 2),
        (402, "id-too-old", 2),
        (409, "id-too-new", 3),
        (400, "method-unsupported", 3),
    ];
    for (number, (status, code, requests)) in cases.into_iter().enumerate() {
        let before = site.asked().len();
        site.next_faults([Fault::Refused(status, code)]);
        get(&payer, site.url(&format!("/api/{code}"))).await.unwrap();
        assert_eq!((site.asked().len() - before, site.sold()), (requests, 2 * number + 2), "{code}");
        get(&payer, site.url(&format!("/api/then-{code}"))).await.unwrap();
        assert_eq!(site.asked().len() - before, requests + 1, "the 402 brought another to keep");
    }
    site.pass(86_401);
    let before = site.asked().len();
    get(&payer, site.url("/api/late")).await.unwrap();
    assert_eq!(site.asked().len() - before, 2, "one that has ended is not sent");
}

#[tokio::test]
async fn a_price_that_rises_is_charged_only_within_what_was_signed() {
    let (site, folder) = (Site::standing().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 100_000);
    get(&payer, site.url("/api/0")).await.unwrap();
    site.of_metered(|metered| metered.price = 75_000);
    let (_, fetched) = get(&payer, site.url("/api/1")).await.unwrap();
    assert_eq!(paid(&fetched.payment).0, 75_000);
    site.of_metered(|metered| metered.price = 75_001);
    let before = site.asked().len();
    let (_, fetched) = get(&payer, site.url("/api/2")).await.unwrap();
    assert_eq!((paid(&fetched.payment).0, site.asked().len() - before), (50_000, 2), "asked anew: what was charged is no quote");
    assert_eq!(site.most_signed(), [75_000]);
}

#[tokio::test]
async fn nothing_is_signed_above_the_cap_or_for_calls_of_a_session() {
    let (site, folder) = (Site::standing().await, tempfile::tempdir().unwrap());
    get(&payer(&site, folder.path(), 50_000), site.url("/api/0")).await.unwrap();
    let poor = payer(&site, folder.path(), 49_999);
    assert!(matches!(get(&poor, site.url("/api/1")).await.err().unwrap(), Error::Dearer { .. }));
    assert_eq!((site.sold(), site.most_signed().len()), (1, 0));
    let (calls, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    calls.sells_at_once();
    let eager = payer(&calls, folder.path(), 90_000);
    get(&eager, calls.url("/api/0")).await.unwrap();
    get(&eager, calls.url("/api/1")).await.unwrap();
    assert_eq!((calls.asked().len(), calls.most_signed()), (3, vec![3]), "a call is bought whole");
    let patient = payer_of_sessions(&calls, folder.path(), 90_000);
    get(&patient, calls.url("/api/2")).await.unwrap();
    assert_eq!((calls.opened(), calls.most_signed().len()), (1, 1), "who wants a session opens one");
}

#[tokio::test]
async fn a_receipt_that_is_not_proved_or_not_of_this_is_an_error() {
    let (site, folder) = (Site::standing().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 60_000);
    get(&payer, site.url("/api/0")).await.unwrap();
    site.next_faults([Fault::ForgedReceipt]);
    assert!(matches!(get(&payer, site.url("/api/1")).await.err().unwrap(), Error::Receipt { .. }));
    site.next_faults([Fault::NoReceipt]);
    let (body, fetched) = get(&payer, site.url("/api/2")).await.unwrap();
    assert_eq!((&*body, fetched.payment), (PAGE, Payment::None), "a page that is free by now says nothing");
}
