//! The way it should go.

use crate::site::{Fault, PAGE, Site, get, is_settled, payer, read};
use client::kept::Access;
use client::{Error, Payment, Request};
use money::{Amount, Timestamp};
use protocol::SigningKey;

#[tokio::test]
async fn a_page_is_paid_once_and_then_owned_in_one_round_trip() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    let (body, fetched) = get(&payer, site.url("/a/quiet-harbour?x=1")).await.unwrap();
    let Payment::Paid { receipt, charged } = fetched.payment else { panic!("{:?}", fetched.payment) };
    assert_eq!((&*body, fetched.status, charged), (PAGE, 200, Amount::from_u32(50_000)));
    assert_eq!((receipt.access, &*receipt.recipient), (Access::Ever, "harbour"));
    assert_eq!(receipt.undo_until, Timestamp::parse("2026-11-22T14:32:05Z"));
    assert!(is_settled(folder.path()));
    assert_eq!(site.asked().len(), 2);
    assert_eq!(site.paid()[0].idempotency_key.as_deref().map(str::len), Some(22));

    let (body, fetched) = get(&payer, site.url("/a/quiet-harbour?x=1")).await.unwrap();
    assert_eq!((&*body, fetched.payment), (PAGE, Payment::Owned(receipt)));
    assert_eq!((site.asked().len(), site.sold()), (3, 1), "one request more, nothing charged");
}

#[tokio::test]
async fn a_free_page_costs_one_request_and_no_word() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let (body, fetched) = get(&payer(&site, folder.path(), 0), site.url("/free")).await.unwrap();
    assert_eq!((&*body, fetched.payment), (PAGE, Payment::None));
    assert_eq!(site.seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_body_is_sent_again_as_it_was() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    let request = Request::post(site.url("/ask"), b"question".to_vec(), "text/plain");
    let (_, fetched) = read(payer.fetch(request).await.unwrap()).await.unwrap();
    assert!(matches!(fetched.payment, Payment::Paid { .. }));
    assert_eq!(site.asked().iter().map(|seen| &*seen.line).collect::<Vec<_>>(), ["POST /ask", "POST /ask"]);
}

#[tokio::test]
async fn a_redirect_within_the_site_is_followed_and_paid_where_it_ends() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    let (_, fetched) = get(&payer, site.url("/moved?/a/b")).await.unwrap();
    assert_eq!(fetched.url, site.url("/a/b"));
    assert!(matches!(fetched.payment, Payment::Paid { .. }));
}

#[tokio::test]
async fn ours_is_found_among_other_challenges() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    *site.before.lock().unwrap() = vec![
        "Bearer realm=\"a, b\"".to_owned(),
        "Payment id=\"x\", realm=\"news.localhost\", method=\"tempo\", intent=\"charge\", request=\"e30\"".to_owned(),
    ];
    let (_, fetched) = get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.unwrap();
    assert!(matches!(fetched.payment, Payment::Paid { .. }));
}

#[tokio::test]
async fn a_quote_that_expired_on_the_way_is_signed_anew_once() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    site.next_faults([Fault::Refused(402, "quote-expired")]);
    get(&payer, site.url("/a")).await.unwrap();
    let paid = site.paid();
    assert_eq!((paid.len(), site.sold()), (2, 1));
    assert_ne!(paid[0].idempotency_key, paid[1].idempotency_key, "one id, one signature");

    site.next_faults([Fault::Refused(402, "challenge-unknown"), Fault::Refused(402, "quote-expired")]);
    let other = tempfile::tempdir().unwrap();
    let refused = get(&crate::site::payer(&site, other.path(), 50_000), site.url("/b")).await.err().unwrap();
    assert!(matches!(&refused, Error::Refused(problem) if problem.code == "quote-expired"), "{refused}");
    assert_eq!((site.paid().len(), site.sold()), (4, 1), "never a third time");
}

#[tokio::test]
async fn a_new_receipt_key_is_believed_if_the_root_signed_it() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    payer.account_at(&site.url("/")).await.unwrap();
    let (_, first) = get(&payer, site.url("/a")).await.unwrap();
    assert!(matches!(first.payment, Payment::Paid { .. }));
    *site.receipt_key.lock().unwrap() = SigningKey::from_seed([3; 32]);
    site.sales.lock().unwrap().clear();
    let (_, second) = get(&payer, site.url("/b")).await.unwrap();
    assert!(matches!(second.payment, Payment::Paid { .. }));
}

#[tokio::test]
async fn what_is_for_one_use_is_paid_each_time() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    *site.change.lock().unwrap() = Box::new(|terms| terms.request.lasts = None);
    let payer = payer(&site, folder.path(), 50_000);
    let fetched = payer.fetch(Request::get(site.url("/a"))).await.unwrap();
    assert!(!is_settled(folder.path()), "the page has not come yet");
    read(fetched).await.unwrap();
    assert!(is_settled(folder.path()));
    site.sales.lock().unwrap().clear();
    get(&payer, site.url("/a")).await.unwrap();
    assert_eq!(site.paid().len(), 2);
}
