//! Pages that a session paid for and that broke off: had again for nothing, and by nobody who asks for one of his own.

use crate::site::{Fault, PAGE, Site, get, payer_of_sessions, read};
use client::{Error, Payment, Request};
use std::path::Path;

/// Nothing that was paid for waits to be read.
fn is_read(folder: &Path) -> bool {
    std::fs::read_dir(folder.join("wallet.state/session-unread")).unwrap().count() == 0
}

#[tokio::test]
async fn a_call_that_breaks_off_is_had_again_for_nothing() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    for page in ["/api/a", "/api/b"] {
        let before = site.drawn();
        site.next_faults([Fault::TornBody, Fault::TornBody]);
        // The first of them opens the session.
        for _ in 0..2 {
            let torn = get(&payer_of_sessions(&site, folder.path(), 10_000), site.url(page)).await.err().unwrap();
            assert!(matches!(torn, Error::BrokeOff { .. }), "{torn}");
            assert_eq!(site.drawn(), before + 2);
        }
        let next = payer_of_sessions(&site, folder.path(), 10_000);
        let (body, fetched) = get(&next, site.url(page)).await.unwrap();
        let Payment::Before(drawn) = &fetched.payment else { panic!("{:?}", fetched.payment) };
        assert_eq!((&*body, drawn.charged.is_zero(), site.drawn()), (PAGE, true, before + 2));
        let paid = site.paid();
        let [.., one, two, three] = &paid[..] else { panic!("{paid:?}") };
        assert!(one == two && two == three, "the very same bytes");
        assert!(is_read(folder.path()));
    }
    let next = payer_of_sessions(&site, folder.path(), 10_000);
    assert!(matches!(get(&next, site.url("/api/a")).await.unwrap().1.payment, Payment::Drawn(_)), "what was read is bought anew");
    assert_eq!((site.drawn(), next.sessions().unwrap()[0].counted.units()), (6, 6));
}

#[tokio::test]
async fn whoever_holds_what_broke_off_may_ask_again() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    site.next_faults([Fault::TornBody]);
    let mut torn = payer.fetch(Request::get(site.url("/api/a"))).await.unwrap();
    assert!(torn.body.whole(100_000).await.is_err());
    let (body, fetched) = get(&payer, site.url("/api/a")).await.unwrap();
    assert!(matches!(fetched.payment, Payment::Before(_)), "{:?}", fetched.payment);
    drop(torn);
    assert_eq!((&*body, site.drawn(), is_read(folder.path())), (PAGE, 2, true));
}

#[tokio::test]
async fn what_its_reader_lets_go_of_is_not_waited_for() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    for drawn in [2, 4, 6] {
        drop(payer.fetch(Request::get(site.url("/api/a"))).await.unwrap());
        assert_eq!((site.drawn(), is_read(folder.path())), (drawn, true));
    }
}

#[tokio::test]
async fn two_that_ask_for_the_same_at_once_pay_for_one_each() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let (one, two) = (payer_of_sessions(&site, folder.path(), 10_000), payer_of_sessions(&site, folder.path(), 10_000));
    let first = one.fetch(Request::get(site.url("/api/a"))).await.unwrap();
    for (payer, drawn) in [(&one, 4), (&two, 6)] {
        assert_eq!(get(payer, site.url("/api/a")).await.unwrap().0, PAGE);
        assert_eq!(site.drawn(), drawn, "the first is still being read");
    }
    assert_eq!(read(first).await.unwrap().0, PAGE);
    assert!(is_read(folder.path()));
}

#[tokio::test]
async fn one_that_the_site_does_not_have_any_more_is_told_and_bought_anew_by_the_next_run() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    site.next_faults([Fault::TornBody, Fault::Refused(409, "response-gone")]);
    assert!(get(&payer, site.url("/api/a")).await.is_err());
    let gone = get(&payer, site.url("/api/a")).await.err().unwrap();
    assert!(matches!(&gone, Error::Refused(problem) if problem.code == "response-gone"), "{gone}");
    assert_eq!(site.drawn(), 2);
    get(&payer, site.url("/api/a")).await.unwrap();
    assert_eq!(site.drawn(), 4);
}

#[tokio::test]
async fn nothing_of_it_outlives_the_session() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    site.next_faults([Fault::None, Fault::TornBody]);
    get(&payer, site.url("/api/a")).await.unwrap();
    assert!(get(&payer, site.url("/api/b")).await.is_err());
    assert!(!is_read(folder.path()));
    payer.close_session(payer.sessions().unwrap()[0].id).await.unwrap();
    assert!(is_read(folder.path()));
}

#[tokio::test]
async fn a_day_later_it_is_bought_anew() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    site.next_faults([Fault::TornBody]);
    assert!(get(&payer_of_sessions(&site, folder.path(), 10_000), site.url("/api/a")).await.is_err());
    site.pass(2 * 86_400);
    let (_, fetched) = get(&payer_of_sessions(&site, folder.path(), 10_000), site.url("/api/a")).await.unwrap();
    assert!(matches!(fetched.payment, Payment::Drawn(_)), "{:?}", fetched.payment);
}
