//! Paying from sessions: one request a payment, nothing twice, never above what was agreed.

use crate::site::{Fault, PAGE, Site, get, payer, payer_of_sessions};
use client::session::Phase;
use client::{Error, Payment, Request};
use money::Amount;

fn charged(payment: &Payment) -> u64 {
    match payment {
        Payment::Drawn(drawn) => drawn.charged.units(),
        other @ (Payment::None | Payment::Owned(_) | Payment::Paid { .. } | Payment::Before(_)) => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_thousand_payments_are_a_thousand_requests_and_the_end_one_more() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    for number in 1..=1_000 {
        let (body, fetched) = get(&payer, site.url(&format!("/api/{number}"))).await.unwrap();
        assert_eq!((&*body, charged(&fetched.payment)), (PAGE, 2));
    }
    let open = payer.sessions().unwrap();
    assert_eq!((open.len(), open[0].counted, open[0].spent), (1, Amount::from_u32(2_000), Amount::from_u32(2_000)));
    assert_eq!(site.asked().len(), 1_001, "one question, a thousand payments");
    assert_eq!(site.links(), 999, "all but the first by a link");
    let closed = payer.close_session(open[0].id).await.unwrap();
    assert_eq!(closed.phase, Phase::Ended { captured: Amount::from_u32(2_000), released: Amount::from_u32(8_000) });
    assert_eq!(site.asked().len(), 1_002);
    assert!(payer.state().sessions().unwrap().is_empty());
    assert_eq!(payer.sessions().unwrap()[0].phase, closed.phase);
}

#[tokio::test]
async fn a_lost_answer_is_presented_again_and_drawn_once() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let first = payer_of_sessions(&site, folder.path(), 10_000);
    for lost in [vec![Fault::LostAnswer], vec![], vec![Fault::LostAnswer, Fault::LostRequest], vec![Fault::Refused(503, "busy")]] {
        site.next_faults(lost);
        get(&first, site.url("/api/a")).await.unwrap();
    }
    assert_eq!((site.drawn(), site.opened()), (8, 1));
    // The process that lost its answer for good leaves the request to the next one.
    site.next_faults([Fault::LostAnswer; 4]);
    assert!(matches!(get(&first, site.url("/api/b")).await.err().unwrap(), Error::Unknown { .. }));
    assert_eq!(site.drawn(), 10);
    drop(first);
    let next = payer_of_sessions(&site, folder.path(), 10_000);
    get(&next, site.url("/api/c")).await.unwrap();
    assert_eq!(site.drawn(), 12, "another page goes on meanwhile");
    let before = site.paid();
    get(&next, site.url("/api/b")).await.unwrap();
    let again = site.paid().pop().unwrap();
    assert!(before.contains(&again), "the very same bytes");
    assert_eq!((site.drawn(), next.sessions().unwrap()[0].counted.units()), (12, 12));
}

#[tokio::test]
async fn a_crash_between_writing_and_sending_pays_once_after_all() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    // Before the opening arrives, and before a voucher does.
    for (page, drawn) in [("/api/a", 0), ("/api/b", 2)] {
        site.next_faults([Fault::LostRequest; 4]);
        assert!(get(&payer_of_sessions(&site, folder.path(), 10_000), site.url(page)).await.is_err());
        assert_eq!(site.drawn(), drawn);
        get(&payer_of_sessions(&site, folder.path(), 10_000), site.url(page)).await.unwrap();
        assert_eq!((site.drawn(), site.opened()), (drawn + 2, 1));
    }
}

#[tokio::test]
async fn a_chain_that_is_used_up_goes_on_by_a_checkpoint() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 10);
    for _ in 1..=5 {
        get(&payer, site.url("/api/a")).await.unwrap();
    }
    assert_eq!((site.links(), site.drawn()), (4, 10), "four links over the first fill a hold of five");
    // A higher cap holds more, and the chain is over.
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    for _ in 1..=5 {
        get(&payer, site.url("/api/a")).await.unwrap();
    }
    assert_eq!((site.links(), site.checkpoints(), site.drawn(), site.opened()), (8, 1, 20, 1));
    assert_eq!(payer.sessions().unwrap()[0].hold, Amount::from_u32(20));
}

#[tokio::test]
async fn a_session_never_holds_more_than_was_agreed() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let dear = get(&payer_of_sessions(&site, folder.path(), 1), site.url("/api/a")).await.err().unwrap();
    assert!(matches!(dear, Error::Dearer { .. }), "{dear}");
    assert!(site.paid().is_empty());
    let payer = payer_of_sessions(&site, folder.path(), 5);
    for _ in 1..=6 {
        get(&payer, site.url("/api/a")).await.unwrap();
    }
    assert_eq!((site.drawn(), site.opened(), site.most_held()), (12, 3, 5), "two each, then another");
    let over = payer.sessions().unwrap().iter().filter(|session| matches!(session.phase, Phase::Ended { .. })).count();
    assert_eq!(over, 2);
}

#[tokio::test]
async fn what_units_come_to_is_raised_once_and_then_known() {
    let (site, folder) = (Site::metered(2, "token").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    let (_, fetched) = get(&payer, site.url("/api/a")).await.unwrap();
    assert_eq!(charged(&fetched.payment), 200, "a hundred units at most");
    assert_eq!(site.paid().len(), 2, "opened, and raised once");
    get(&payer, site.url("/api/a")).await.unwrap();
    assert_eq!(site.paid().len(), 3);
}

#[tokio::test]
async fn a_session_that_ended_is_kept_with_its_receipt_and_another_is_opened() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 100);
    get(&payer, site.url("/api/a")).await.unwrap();
    site.end_all();
    get(&payer, site.url("/api/a")).await.unwrap();
    assert_eq!((site.opened(), site.drawn()), (2, 4));
    let phases: Vec<Phase> = payer.sessions().unwrap().iter().map(|session| session.phase).collect();
    assert_eq!(phases, [Phase::Open, Phase::Ended { captured: Amount::from_u32(2), released: Amount::from_u32(98) }]);
}

#[tokio::test]
async fn a_forged_receipt_is_refused() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 100);
    get(&payer, site.url("/api/a")).await.unwrap();
    site.next_faults([Fault::ForgedReceipt]);
    let forged = get(&payer, site.url("/api/a")).await.err().unwrap();
    assert!(matches!(forged, Error::Receipt { .. }), "it says that more was drawn than was authorised: {forged}");
    get(&payer, site.url("/api/a")).await.unwrap();
    assert_eq!(site.drawn(), 4, "the same request again, drawn once");
    let id = payer.sessions().unwrap()[0].id;
    site.next_faults([Fault::ForgedReceipt]);
    let forged = payer.close_session(id).await.err().unwrap();
    assert!(matches!(forged, Error::Receipt { .. }), "{forged}");
    assert_eq!(payer.sessions().unwrap()[0].phase, Phase::Aside);
    let closed = payer.close_session(id).await.unwrap();
    assert!(matches!(closed.phase, Phase::Ended { .. }), "the true one is taken");
}

#[tokio::test]
async fn where_a_page_is_sold_at_once_a_session_is_opened_only_if_it_is_wanted() {
    let (site, folder) = (Site::metered(2, "call").await, tempfile::tempdir().unwrap());
    site.sells_at_once();
    let (_, fetched) = get(&payer(&site, folder.path(), 50_000), site.url("/api/a")).await.unwrap();
    assert!(matches!(fetched.payment, Payment::Paid { .. }));
    let asked = payer_of_sessions(&site, folder.path(), 50_000).fetch(Request::get(site.url("/api/b"))).await.unwrap();
    assert!(matches!(asked.payment, Payment::Drawn(_)));
}
