//! Following a paid event stream: what comes is read, what is asked for is paid, what is claimed is checked.

use crate::site::{Site, payer_of_sessions};
use client::session::Phase;
use client::{Error, Payer, Request};
use std::sync::Arc;

async fn site(total: u32) -> Arc<Site> {
    let site = Site::metered(2, "event").await;
    site.of_metered(|metered| metered.flows.total = total);
    site
}

/// The numbers of the events that came, and what they came to.
async fn follow(payer: &Payer, site: &Site) -> (Vec<u32>, Result<u64, Error>) {
    let request = Request::get(site.url("/api/flow"));
    let fetched = match payer.fetch(request.clone()).await {
        Ok(fetched) => fetched,
        Err(error) => return (Vec::new(), Err(error)),
    };
    assert!(fetched.is_paid_stream());
    let (mut flow, mut came) = (payer.follow(request, fetched).unwrap(), Vec::new());
    loop {
        match flow.next().await {
            Ok(Some(event)) => came.push(String::from_utf8(event.data()).unwrap()["event ".len()..].parse().unwrap()),
            Ok(None) => return (came, Ok(flow.drawn().unwrap().unwrap().0.charged.units())),
            Err(error) => return (came, Err(error)),
        }
    }
}

fn refills(site: &Site) -> usize {
    site.paid().iter().filter(|seen| seen.line.starts_with("HEAD")).count()
}

#[tokio::test]
async fn a_stream_is_read_to_its_end_and_refilled_on_the_way() {
    let (site, folder) = (site(200).await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    let (came, charged) = follow(&payer, &site).await;
    assert_eq!((came, charged.unwrap()), ((1..=200).collect(), 400));
    assert_eq!(refills(&site), 4, "64 events ahead each time");
    let sessions = payer.sessions().unwrap();
    assert_eq!((sessions.len(), sessions[0].counted.units(), site.drawn()), (1, 400, 400));
    // The next stream goes on with the same session, and what it has paid for is free.
    let (came, charged) = follow(&payer, &site).await;
    assert_eq!((came.len(), charged.unwrap(), site.opened()), (200, 0, 1));
}

#[tokio::test]
async fn a_lost_connection_is_taken_up_after_the_last_event_that_came() {
    let (site, folder) = (site(150).await, tempfile::tempdir().unwrap());
    site.of_metered(|metered| metered.flows.cuts.extend([3, 70, 71, 149]));
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    let (came, charged) = follow(&payer, &site).await;
    assert_eq!((came, charged.unwrap(), site.drawn()), ((1..=150).collect(), 300, 300), "each once, paid once");
    site.of_metered(|metered| (metered.flows.total, metered.flows.halt) = (160, Some(155)));
    let (came, charged) = follow(&payer, &site).await;
    assert_eq!((came, charged.unwrap()), ((1..=160).collect(), 20), "a receipt does not end what breaks off after it");
    let after: Vec<_> = site.paid().iter().filter_map(|seen| seen.last_event.clone()).collect();
    assert_eq!(after.iter().filter(|id| *id == "70").count(), 1, "{after:?}");
}

#[tokio::test]
async fn no_more_is_authorised_than_was_agreed() {
    let (site, folder) = (site(200).await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 101);
    let (came, dearer) = follow(&payer, &site).await;
    assert!(matches!(dearer, Err(Error::Dearer { .. })), "{dearer:?}");
    assert_eq!((came.len(), site.drawn(), site.most_held()), (50, 100, 101));
    assert_eq!(payer.sessions().unwrap()[0].counted.units(), 100, "what was drawn is known without a receipt");
}

#[tokio::test]
async fn more_is_held_where_that_was_agreed() {
    let (site, folder) = (site(6_000).await, tempfile::tempdir().unwrap());
    let payer = payer_of_sessions(&site, folder.path(), 20_000);
    let (came, charged) = follow(&payer, &site).await;
    assert_eq!((came.len(), charged.unwrap(), site.opened()), (6_000, 12_000, 1));
    assert!(site.most_held() > 10_000 && site.most_held() <= 20_000);
}

#[tokio::test]
async fn a_receipt_for_more_than_came_is_refused() {
    let (site, folder) = (site(20).await, tempfile::tempdir().unwrap());
    site.of_metered(|metered| metered.flows.lies = 3);
    let payer = payer_of_sessions(&site, folder.path(), 10_000);
    let (came, wrong) = follow(&payer, &site).await;
    assert!(matches!(wrong, Err(Error::Receipt { .. })), "{wrong:?}");
    assert_eq!((came.len(), payer.sessions().unwrap()[0].phase), (20, Phase::Aside), "it pays no more");
}
