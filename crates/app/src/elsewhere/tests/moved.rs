//! A site that was sold at B's own door moves to A: its readers stay with their wallets at B and read on what they bought.

use super::stage::{Browser, Ground, Jars, QUIET, Seen, Side, Stage, site};
use crate::gateway::tests::origin::Origin;
use crate::world;
use money::Span;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

const TODAY: &str = "/a/today";
/// A day, and the second that the wire cuts off its end.
const DAY: Span = Span(86_401);

/// What B sold under.
const BEFORE: &str = r#"
[offer.story]
unlock = "https://news.localhost/a/quiet"
price = { fixed = "0.05 EUR" }
refund = { window = "10m" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]

[offer.day]
unlock = "https://news.localhost/a/today"
price = { fixed = "0.02 EUR" }
entitlement = { lasts = "24h" }
"#;

/// What A sells under: other names, other pages, other prices, and good for ever.
const AFTER: &str = r#"
[offer.all]
unlock = "https://news.localhost/a/*"
price = { fixed = "0.07 EUR" }
"#;

/// The two while the site's name still leads to B.
struct Before {
    stage: Stage,
    site_at_a: String,
}

impl Before {
    async fn open() -> Before {
        let (origin, clock) = (Origin::start().await, Arc::new(AtomicU64::new(world::now().0)));
        let (at_a, at_b) = (Ground::new().await, Ground::new().await);
        let site_at_a = format!("http://news.localhost:{}", at_a.port());
        let a = format!(
            "name = \"A\"\nmode = \"test\"\n[wallet]\nhost = \"wallet-a.localhost\"\n{}wallets = [\"http://wallet.localhost:{}\"]\n",
            site(&origin),
            at_b.port()
        );
        let b = format!("name = \"B\"\nmode = \"test\"\n[wallet]\nhost = \"wallet.localhost\"\n{}", site(&origin));
        let (a, b) = (Side::open(at_a, (&a, AFTER), &clock).await, Side::open(at_b, (&b, BEFORE), &clock).await);
        Before { stage: Stage { a, b, origin, clock }, site_at_a }
    }

    /// Somebody who bought pages where the site stood.
    async fn who_bought(&self, paths: &[&str]) -> Jars {
        let mut reader = self.stage.payer().await;
        for path in paths {
            let page = format!("{}{path}", self.stage.wallet().replace("wallet.", "news."));
            let wall = reader.get(&page).await;
            assert_eq!(wall.status, 402, "{}", wall.text);
            let way = reader.pay(&wall.link("/pay?q=")).await;
            assert_eq!(reader.get(&way).await.location(), *path);
            assert!(reader.get(&page).await.text.contains("The secret rest."));
        }
        reader.jars
    }

    /// B begins again with the site elsewhere.
    async fn moves(self) -> Stage {
        let Before { stage: Stage { a, b, origin, clock }, site_at_a } = self;
        let ground = b.end().await;
        let b = format!(
            "name = \"B\"\nmode = \"test\"\n[wallet]\nhost = \"wallet.localhost\"\n[payee.harbour]\nname = \"Harbour Review\"\n\
             [payee.ann]\nname = \"Ann\"\n[elsewhere.news]\nurl = \"{site_at_a}\"\npayee = \"harbour\"\n"
        );
        let b = Side::open(ground, (&b, BEFORE), &clock).await;
        Stage { a, b, origin, clock }
    }
}

/// A browser for which the site's name now leads to A: what the site set at B goes along.
fn at_new_place(stage: &Stage, mut jars: Jars) -> Browser<'_> {
    let (old, new) = (stage.wallet().replace("http://wallet.", "news."), stage.news().replace("http://", ""));
    let cookies = jars.remove(&old).unwrap_or_default();
    jars.insert(new, cookies);
    stage.browser_with(jars)
}

/// Presses Restore at the wall of a page; what the wallet says to it.
async fn ask_for(reader: &mut Browser<'_>, page: &str) -> Seen {
    let wall = reader.get(page).await;
    assert_eq!(wall.status, 402, "{}", wall.text);
    let to_wallet = reader.get(&wall.link("restore=1")).await;
    match to_wallet.status.as_u16() {
        303 if to_wallet.location().contains("/pay?q=") => reader.get(to_wallet.location()).await,
        _ => to_wallet,
    }
}

/// Restores a page that is owned, and opens it.
async fn restore(reader: &mut Browser<'_>, site: &str, path: &str) -> Seen {
    let page = format!("{site}{path}");
    let way = ask_for(reader, &page).await;
    assert_eq!(way.status, 303, "{}", way.text);
    let back = reader.get(way.location()).await;
    assert_eq!((back.status.as_u16(), back.location()), (303, path), "{}", back.text);
    let opened = reader.get(&page).await;
    assert!(opened.status == 200 && opened.text.contains("The secret rest."), "{}", opened.text);
    opened
}

#[tokio::test]
async fn a_moved_site_is_read_on_by_who_bought_before() {
    let before = Before::open().await;
    let jars = before.who_bought(&[QUIET, TODAY]).await;
    let stage = before.moves().await;
    let site = stage.news();
    assert_eq!((stage.a.sales().await, stage.b.sales().await), (0, 2));

    let mut reader = at_new_place(&stage, jars);
    restore(&mut reader, &site, QUIET).await;
    restore(&mut reader, &site, TODAY).await;
    assert_eq!((stage.a.sales().await, stage.b.sales().await, reader.balance().await), (0, 2, 930_000), "nothing was charged");
    let history = reader.get(&format!("{}/history", stage.wallet())).await;
    let receipt = reader.get(&format!("{}{}", stage.wallet(), history.link("/r/"))).await;
    assert!(receipt.text.contains(&format!("{site}/a/")), "old receipts lead to where the pages stand now: {}", receipt.text);

    // What was not bought is sold as ever, under the new terms, from the old wallet; the payee gets all of it.
    let (harbour, ann) = (stage.b.earned("harbour").await, stage.b.earned("ann").await);
    let other = format!("{site}/a/other");
    let wall = reader.get(&other).await;
    assert!(wall.status == 402 && wall.text.contains("0.07"), "{}", wall.text);
    let way = reader.pay(&wall.link("/pay?q=")).await;
    assert_eq!(reader.get(&way).await.location(), "/a/other");
    assert_eq!(reader.get(&other).await.status, 200);
    assert_eq!((stage.a.sales().await, stage.b.sales().await, reader.balance().await), (0, 3, 860_000));
    assert_eq!((stage.b.earned("harbour").await, stage.b.earned("ann").await), (harbour + 70_000, ann));

    // A day that was bought ends when it would have ended, though the new terms know no end.
    stage.wait(DAY);
    assert_eq!(reader.get(&format!("{site}{QUIET}")).await.status, 200);
    let gone = ask_for(&mut reader, &format!("{site}{TODAY}")).await;
    assert_eq!(gone.status, 200, "the wallet has it no more: {}", gone.location());
    assert!(gone.text.contains("/pay?q="), "{}", gone.text);

    let mut stranger = stage.payer().await;
    let nothing = ask_for(&mut stranger, &format!("{site}{QUIET}")).await;
    assert!(nothing.status == 200 && nothing.location().is_empty(), "{}", nothing.text);
    assert_eq!(stranger.get(&format!("{site}{QUIET}")).await.status, 402);
    assert_eq!((stage.b.sales().await, stranger.balance().await), (3, 1_000_000));
}

#[tokio::test]
async fn what_was_bought_before_a_move_is_taken_back_after_it() {
    let before = Before::open().await;
    let (at_site, at_wallet) = (before.who_bought(&[QUIET]).await, before.who_bought(&[QUIET]).await);
    let stage = before.moves().await;
    let (site, page) = (stage.news(), format!("{}{QUIET}", stage.news()));
    assert_eq!((stage.b.earned("harbour").await, stage.b.earned("ann").await), (30_000, 70_000));

    let mut reader = at_new_place(&stage, at_site);
    let sale = restore(&mut reader, &site, QUIET).await.field("sale");
    let undone = reader.post(&format!("{site}/.well-known/farthing/undo"), &[("sale", &sale)]).await;
    assert_eq!((undone.status.as_u16(), undone.location()), (303, QUIET), "{}", undone.text);
    assert_eq!((reader.get(&page).await.status.as_u16(), reader.balance().await), (402, 1_000_000));
    assert_eq!((stage.b.earned("harbour").await, stage.b.earned("ann").await), (15_000, 35_000), "each share goes back");

    let mut other = at_new_place(&stage, at_wallet);
    let sale = restore(&mut other, &site, QUIET).await.field("sale");
    let receipt = other.get(&format!("{}/r/{sale}", stage.wallet())).await;
    let undone = other.post(&format!("{}/undo", stage.wallet()), &[("csrf", &receipt.field("csrf")), ("sale", &sale)]).await;
    assert_eq!((undone.status.as_u16(), other.balance().await), (200, 1_000_000), "{}", undone.text);
    stage.wait(Span(601));
    assert_eq!(other.get(&page).await.status, 402, "read no more once the window is over");
    assert_eq!((stage.b.earned("harbour").await, stage.b.earned("ann").await), (0, 0));
}
