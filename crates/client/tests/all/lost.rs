//! Lost requests, lost answers, crashes: the same bytes again, and never a second payment.

use crate::site::{Fault, PAGE, Site, get, is_settled, payer};
use client::{Error, Payment, Request};

#[tokio::test]
async fn after_a_lost_answer_the_very_same_bytes_are_presented() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    site.next_faults([Fault::LostAnswer, Fault::LostAnswer]);
    let (body, fetched) = get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.unwrap();
    assert_eq!(body, PAGE);
    assert!(matches!(fetched.payment, Payment::Paid { .. }));
    let paid = site.paid();
    assert_eq!((paid.len(), site.sold()), (3, 1));
    assert!(paid.iter().all(|seen| *seen == paid[0]), "credential and key are the same to the letter");
}

#[tokio::test]
async fn a_fault_that_does_not_say_what_became_of_it_is_asked_again() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    site.next_faults([Fault::LostRequest, Fault::Refused(500, "internal"), Fault::Refused(503, "busy")]);
    get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.unwrap();
    let paid = site.paid();
    assert_eq!((paid.len(), site.sold()), (4, 1));
    assert!(paid.iter().all(|seen| *seen == paid[0]));
}

#[tokio::test]
async fn the_next_run_takes_up_what_the_last_one_left() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    site.next_faults([Fault::LostAnswer; 4]);
    let lost = get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.err().unwrap();
    let first = site.paid()[0].clone();
    assert!(matches!(&lost, Error::Unknown { command, .. } if Some(command) == first.idempotency_key.as_ref()), "{lost}");
    assert!(!is_settled(folder.path()));

    let (body, fetched) = get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.unwrap();
    assert_eq!(body, PAGE);
    assert!(matches!(fetched.payment, Payment::Paid { .. }));
    let paid = site.paid();
    assert_eq!((paid.len(), site.sold()), (5, 1));
    assert!(paid.iter().all(|seen| *seen == first));
    assert_eq!(site.asked().len(), 6, "it begins with the command, not with a question");
    assert!(is_settled(folder.path()));
}

#[tokio::test]
async fn a_crash_before_sending_pays_once_after_all() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    site.next_faults([Fault::LostRequest; 4]);
    assert!(get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.is_err());
    assert_eq!(site.sold(), 0);
    get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.unwrap();
    assert_eq!(site.sold(), 1);
    assert!(site.paid().iter().all(|seen| *seen == site.paid()[0]));
}

/// Long after, the instance takes the command no more: the books say what became of it.
#[tokio::test]
async fn after_the_window_the_books_decide() {
    for (fault, sold_then, signatures) in [(Fault::LostAnswer, 1, 1), (Fault::LostRequest, 0, 2)] {
        for later_s in [600, 7_200] {
            let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
            site.next_faults([fault; 4]);
            assert!(get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.is_err());
            assert_eq!(site.sold(), sold_then);
            site.pass(later_s);
            let (body, fetched) = get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.unwrap();
            assert_eq!(body, PAGE);
            assert_eq!(matches!(fetched.payment, Payment::Owned(_)), sold_then == 1, "{fault:?} {later_s}: {:?}", fetched.payment);
            let mut signed: Vec<_> = site.paid().into_iter().map(|seen| seen.authorization).collect();
            signed.dedup();
            assert_eq!((signed.len(), site.sold()), (signatures, 1), "{fault:?} {later_s}");
            assert!(is_settled(folder.path()));
        }
    }
}

#[tokio::test]
async fn a_lower_cap_on_the_next_run_signs_and_presents_nothing() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    site.next_faults([Fault::LostRequest; 4]);
    assert!(get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.is_err());
    let dear = get(&payer(&site, folder.path(), 10_000), site.url("/a")).await.err().unwrap();
    assert!(matches!(dear, Error::Dearer { max: Some(_), .. }), "{dear}");
    assert_eq!((site.paid().len(), site.sold()), (4, 0));
}

#[tokio::test]
async fn a_page_that_breaks_off_is_owned_all_the_same() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    site.next_faults([Fault::TornBody]);
    let payer = payer(&site, folder.path(), 50_000);
    let torn = get(&payer, site.url("/a")).await.err().unwrap();
    assert!(matches!(torn, Error::BrokeOff { .. }), "{torn}");
    let (body, fetched) = get(&payer, site.url("/a")).await.unwrap();
    assert!(matches!(fetched.payment, Payment::Owned(_)), "{:?}", fetched.payment);
    assert_eq!((&*body, site.sold()), (PAGE, 1));
}

#[tokio::test]
async fn a_page_for_one_use_that_breaks_off_is_had_again_for_the_same_credential() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    *site.change.lock().unwrap() = Box::new(|terms| terms.request.lasts = None);
    site.next_faults([Fault::TornBody]);
    let payer = payer(&site, folder.path(), 50_000);
    assert!(get(&payer, site.url("/a")).await.is_err());
    let (body, _) = get(&payer, site.url("/a")).await.unwrap();
    let paid = site.paid();
    assert_eq!((&*body, paid.len(), site.sold()), (PAGE, 2, 1));
    assert_eq!(paid[0], paid[1]);
}

#[tokio::test]
async fn two_programs_with_one_wallet_pay_once() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    site.next_faults([Fault::LostAnswer; 8]);
    let (one, two) = (payer(&site, folder.path(), 50_000), payer(&site, folder.path(), 50_000));
    assert!(one.fetch(Request::get(site.url("/a"))).await.is_err());
    assert!(two.fetch(Request::get(site.url("/a"))).await.is_err());
    let mut signed: Vec<_> = site.paid().into_iter().map(|seen| seen.authorization).collect();
    signed.dedup();
    assert_eq!((signed.len(), site.sold()), (1, 1));
}
