//! What is never paid, and what is never believed.

use crate::site::{Fault, Site, get, is_settled, payer};
use client::{Error, Refusal};
use money::{Amount, Asset, Timestamp};
use protocol::challenge::Terms;
use protocol::{Instance, SigningKey};

async fn refusal(change: impl Fn(&mut Terms) + Send + 'static) -> Error {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    *site.change.lock().unwrap() = Box::new(change);
    let error = get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.err().unwrap();
    assert_eq!((site.paid().len(), site.sold()), (0, 0), "{error}");
    assert!(is_settled(folder.path()));
    error
}

#[tokio::test]
async fn what_fails_a_check_is_not_signed() {
    let error = refusal(|it| it.request.amount = Amount::from_u32(50_001)).await;
    assert_eq!(error.to_string(), "it costs 0.050001 EUR, which is dearer than 0.05 EUR; to pay it: --max 0.050001 --currency EUR");
    let error = refusal(|it| it.request.currency = Asset::parse("usd-micro").unwrap()).await;
    assert_eq!(error.to_string(), "it costs 0.05 USD; to pay it: --max 0.05 --currency USD");
    let error = refusal(|it| it.realm = "other.localhost".to_owned()).await;
    assert_eq!(error.to_string(), "not paid: news.localhost asks in the name of other.localhost");
    let error = refusal(|it| it.expires = Timestamp::parse("2026-11-22T14:00:00Z").unwrap()).await;
    assert!(matches!(error, Error::Unpayable(Refusal::Expired)), "{error}");
    let error = refusal(|it| it.digest = Some("sha-256=:AAAA:".to_owned())).await;
    assert!(matches!(error, Error::Unpayable(Refusal::Digest)), "{error}");
    let error = refusal(|it| it.request.instance = Instance([1; 16])).await;
    assert!(matches!(error, Error::Document { .. }), "the keys of the site are of another instance: {error}");
}

#[tokio::test]
async fn an_instance_that_changed_is_not_paid() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    get(&payer, site.url("/a")).await.unwrap();
    *site.change.lock().unwrap() = Box::new(|terms| terms.request.instance = Instance([1; 16]));
    let error = get(&payer, site.url("/b")).await.err().unwrap();
    assert!(matches!(error, Error::Unpayable(Refusal::Instance { .. })), "{error}");
    assert_eq!(site.paid().len(), 1);
}

#[tokio::test]
async fn a_site_that_sends_elsewhere_is_not_followed() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    let other = format!("http://other.localhost:{}/a", site.port);
    let error = get(&payer, site.url(&format!("/moved?{other}"))).await.err().unwrap();
    assert!(matches!(&error, Error::Moved { to } if *to == other), "{error}");
    assert_eq!(site.asked().len(), 1);
    let error = get(&payer, site.url("/moved?/moved?/moved?/moved?/moved?/moved?/moved?/a")).await.err().unwrap();
    assert!(matches!(error, Error::Moved { .. }), "{error}");
    assert_eq!(site.sold(), 0);
}

#[tokio::test]
async fn a_site_that_offers_no_way_of_ours_is_not_paid() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    *site.before.lock().unwrap() = vec!["Payment id=\"x".to_owned()];
    let error = get(&payer(&site, folder.path(), 50_000), site.url("/a")).await.err().unwrap();
    assert!(matches!(error, Error::Unpayable(Refusal::Unreadable(_))), "{error}");
}

#[tokio::test]
async fn a_receipt_that_is_forged_or_missing_is_an_error_and_nothing_is_signed_again() {
    for fault in [Fault::ForgedReceipt, Fault::NoReceipt] {
        let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
        let payer = payer(&site, folder.path(), 50_000);
        site.next_faults([fault, fault]);
        for _ in 0..2 {
            let error = get(&payer, site.url("/a")).await.err().unwrap();
            assert!(matches!(error, Error::Receipt { .. }), "{fault:?}: {error}");
        }
        let paid = site.paid();
        assert!(paid.len() == 2 && paid[0] == paid[1], "the same bytes");
        assert!(payer.state().receipts().unwrap().is_empty());
        get(&payer, site.url("/a")).await.unwrap();
        assert_eq!(site.sold(), 1);
    }
}

#[tokio::test]
async fn keys_that_the_root_did_not_sign_are_not_believed() {
    let site = Site::start().await;
    let mut facts: serde_json::Value = serde_json::from_slice(&body_of(&site).await).unwrap();
    assert!(client::site::Site::parse(facts.to_string().as_bytes()).is_ok());
    let other = client::site::certify(&SigningKey::from_seed([77; 32]), &SigningKey::from_seed([2; 32]).public());
    facts["receipt_keys"][0]["signature"] = other.into();
    assert!(client::site::Site::parse(facts.to_string().as_bytes()).is_err());
    let mut facts: serde_json::Value = serde_json::from_slice(&body_of(&site).await).unwrap();
    facts["root_key"] = SigningKey::from_seed([77; 32]).public().to_string().into();
    assert!(client::site::Site::parse(facts.to_string().as_bytes()).is_err());
}

async fn body_of(site: &Site) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (text, _) = get(&payer(site, folder.path(), 0), site.url("/.well-known/farthing.json")).await.unwrap();
    text.into_bytes()
}

#[tokio::test]
async fn a_refusal_ends_it_and_says_why() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let payer = payer(&site, folder.path(), 50_000);
    site.next_faults([Fault::Refused(402, "insufficient-funds")]);
    let error = get(&payer, site.url("/a")).await.err().unwrap();
    assert_eq!(error.to_string(), "0.05 EUR is missing: 0.00 EUR can be spent; add money at http://wallet.localhost/top-up");
    for (status, code) in [(403, "guard-denied"), (502, "origin-failed"), (410, "offer-ended"), (402, "challenge-used")] {
        site.next_faults([Fault::Refused(status, code)]);
        let error = get(&payer, site.url("/a")).await.err().unwrap();
        assert_eq!(error.to_string(), format!("It is {code}. ({code}, {status})"));
        assert!(is_settled(folder.path()), "{code}");
    }
    assert_eq!((site.paid().len(), site.sold()), (5, 0));
}

#[tokio::test]
async fn nobody_there_is_said_plainly() {
    let (site, folder) = (Site::start().await, tempfile::tempdir().unwrap());
    let free = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port();
    let url = client::Address::parse(&format!("http://127.0.0.1:{free}/")).unwrap();
    let error = get(&payer(&site, folder.path(), 1), url).await.err().unwrap();
    assert!(error.to_string().starts_with(&format!("cannot reach http://127.0.0.1:{free}: ")), "{error}");
}
