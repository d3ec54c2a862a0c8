//! Quotes, codes and calls of others.

use super::stage::{QUIET, Stage};
use crate::elsewhere::ask::{Between, NotTold};
use money::{Span, Timestamp};
use protocol::SigningKey;
use protocol::text::parse_command;

/// Status and code of the page that a quote gets.
async fn refused(stage: &Stage, text: &str) -> String {
    let page = stage.browser().get(&format!("{}/pay?q={text}", stage.wallet())).await;
    assert!(!page.text.contains("action=\"/pay\""), "{}", page.text);
    page.text.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_quote_that_the_site_did_not_sign_for_this_wallet_is_not_paid() {
    let stage = Stage::open().await;
    let (_, pay) = stage.browser().wall().await;
    let (quote, key) = (stage.quote(&pay), stage.a.opened.instance.keys.site.clone());
    let other = SigningKey::from_seed([9; 32]);
    assert_eq!(refused(&stage, &quote.sign(&other)).await, "quote-forged");
    let text = pay.split("q=").nth(1).unwrap();
    let (head, signature) = text.rsplit_once('.').unwrap();
    let dear = protocol::quote::Quote { amount: money::Amount::from_u32(1), ..quote.clone() }.sign(&other);
    let altered = format!("{}.{signature}", dear.rsplit_once('.').unwrap().0);
    assert_ne!(altered, format!("{head}.{signature}"));
    assert_eq!(refused(&stage, &altered).await, "quote-forged");
    let foreign = protocol::quote::Quote { aud: "http://wallet-c.localhost".to_owned(), ..quote.clone() }.sign(&key);
    assert_eq!(refused(&stage, &foreign).await, "quote-other-wallet");
    let mut unknown = quote.clone();
    unknown.iss = "http://evil.localhost:4020".to_owned();
    let before = stage.a.asked.lock().unwrap().len();
    assert_eq!(refused(&stage, &unknown.sign(&key)).await, "quote-forged");
    assert_eq!(stage.a.asked.lock().unwrap().len(), before, "who is not named by the operator is not asked for anything");
    let mut no_terms = quote;
    no_terms.offer = money::OfferId([7; 32]);
    assert_eq!(refused(&stage, &no_terms.sign(&key)).await, "quote-site-unreachable");
}

#[tokio::test]
async fn a_code_is_redeemed_by_its_site_alone_and_in_a_minute() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        let (_, pay) = reader.wall().await;
        let sheet = reader.get(&pay).await;
        let way = if sheet.status == 303 { sheet.location().to_owned() } else { reader.press(&sheet).await };
        let value = |name: &str| way.split(&format!("{name}=")).nth(1).unwrap().split('&').next().unwrap().to_owned();
        codes.push((way.clone(), value("code"), parse_command(&value("quote")).unwrap()));
    }
    let (site, wallet) = (stage.news(), stage.wallet());
    let between = |instance, now: Timestamp| Between { instance, site: &site, wallet: &wallet, now };
    // B's own key signs for A's site: no key of that site's document.
    let thief = between(&stage.b.opened.instance, stage.now());
    assert_eq!(thief.redeem(codes[0].2, &codes[0].1).await, Err(NotTold::Unreachable));
    // The right site, for another quote than the code is of: the code is gone for all.
    let own = between(&stage.a.opened.instance, stage.now());
    assert_eq!(own.redeem(codes[1].2, &codes[0].1).await, Err(NotTold::Unknown));
    assert_eq!(own.redeem(codes[0].2, &codes[0].1).await, Err(NotTold::Unknown));
    // Another browser than the one that asked.
    let mut other = stage.browser();
    other.wall().await;
    assert_eq!(other.get(&codes[1].0).await.location(), QUIET);
    assert_eq!(other.get(&format!("{}{QUIET}", stage.news())).await.status, 402, "it does not read");
    stage.wait(Span(61));
    assert_eq!(reader.get(&codes[2].0).await.status, 404, "too late");
    assert_eq!(stage.b.sales().await, 1);
}

#[tokio::test]
async fn a_site_whose_root_key_changed_is_not_paid_until_an_operator_accepts_it() {
    let stage = Stage::open().await;
    let mut reader = stage.payer().await;
    let (_, pay) = reader.wall().await;
    let (url, instance) = (stage.news(), &stage.b.opened.instance);
    let now = stage.now();
    instance
        .vault({
            let url = url.clone();
            move |vault| vault.pin(&url, &[1; 32], now)
        })
        .await
        .unwrap();
    let refused = reader.get(&pay).await;
    assert!(refused.status == 403 && refused.text.contains("quote-key-changed"), "{}", refused.text);
    assert_eq!(stage.b.sales().await, 0);
    let root = stage.a.opened.instance.keys.root.public().0;
    let origin = url.clone();
    assert!(instance.vault(move |vault| vault.accept_root(&origin, &root, now)).await.unwrap());
    instance.neighbours.forget(&url);
    assert_eq!(reader.get(&pay).await.status, 200);
}

#[tokio::test]
async fn a_site_brings_so_many_offers_a_day_and_no_more() {
    let stage = Stage::open().await;
    let (url, now) = (stage.news(), stage.now());
    let fill = move |vault: &mut store::vault::Vault| {
        (0..50_u8).try_for_each(|number| vault.add_terms(&url, (money::OfferId([number; 32]), money::OfferId([0; 32])), now))
    };
    stage.b.opened.instance.vault(fill).await.unwrap();
    let before = stage.b.opened.instance.offers().len();
    let (_, pay) = stage.browser().wall().await;
    assert_eq!(refused(&stage, pay.split("q=").nth(1).unwrap()).await, "quote-site-unreachable");
    assert_eq!(stage.b.opened.instance.offers().len(), before, "nothing in the books");
    stage.wait(Span(86_401));
    let (_, pay) = stage.browser().wall().await;
    assert_eq!(stage.browser().get(&pay).await.status, 200, "the next day it may");
}
