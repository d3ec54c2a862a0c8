//! One click: agreed to by a box, drawn under caps, and by nothing but a person's click.

use super::house::{Browser, HARBOUR, House, Seen};
use http::Method;
use money::{Amount, Asset, Span};
use std::future::Future;
use std::pin::Pin;

/// What a browser says of a click on a link of the site.
const CLICK: [(&str, &str); 4] =
    [("sec-fetch-site", "cross-site"), ("sec-fetch-user", "?1"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

fn page(number: u32) -> String {
    format!("/a/page-{number}")
}

impl Browser<'_> {
    async fn click(&mut self, quote: &str) -> Seen {
        self.request(Method::GET, &format!("/pay?q={quote}"), &CLICK, &[]).await
    }

    /// What the sheet's script sends.
    async fn goes(&mut self, quote: &str) -> Seen {
        self.post("/pay", &[("q", quote), ("consent", "one-click")]).await
    }

    /// Pays a page with the box ticked.
    pub(super) async fn agree(&mut self, quote: &str) -> Seen {
        self.post("/pay", &[("q", quote), ("one_click", "1")]).await
    }
}

#[tokio::test]
async fn the_box_is_never_ticked_and_once_ticked_the_next_click_pays() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let quote = house.quote(HARBOUR);
    let seen = reader.click(&quote).await;
    assert!(seen.says("Next time with one click") && !seen.text.contains("checked") && !seen.text.contains("data-goes"), "{}", seen.text);
    assert!(seen.says("€0.05 a page and €1.00 a month here, €10.00 a month on all sites"));
    reader.agree(&quote).await.code();

    let second = house.quote("/a/second");
    let seen = reader.click(&second).await;
    assert!(seen.text.contains("data-goes") && seen.text.contains("src=\"/pay.js\""), "{}", seen.text);
    assert_eq!(seen.field("consent"), "", "the script says so, not the page");
    assert_eq!(house.sales().await, 1, "looking never charges");
    reader.goes(&second).await.code();
    assert_eq!((house.sales().await, reader.balance().await), (2, 4_900_000));
    // Pressed without a tick: nothing was agreed to.
    let mut other = house.payer(5).await;
    other.pay(&house.quote(HARBOUR)).await.code();
    let seen = other.click(&house.quote("/a/second")).await;
    assert!(seen.says("Next time with one click") && !seen.text.contains("data-goes"));
    house.close();
}

#[tokio::test]
async fn only_a_click_on_a_link_lets_a_sheet_go_on() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    let quote = house.quote("/a/second");
    let sheet = format!("/pay?q={quote}");
    for (changed, value) in [
        ("sec-fetch-user", ""),
        ("sec-fetch-user", "?0"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-mode", "no-cors"),
        ("sec-fetch-dest", "iframe"),
        ("sec-fetch-site", "none"),
        ("sec-fetch-site", ""),
        ("sec-purpose", "prerender"),
        ("purpose", "prefetch"),
    ] {
        let mut headers: Vec<(&str, &str)> = CLICK.into_iter().filter(|(name, _)| *name != changed).collect();
        if !value.is_empty() {
            headers.push((changed, value));
        }
        let seen = reader.request(Method::GET, &sheet, &headers, &[]).await;
        assert!(seen.status == 200 && !seen.text.contains("data-goes"), "{changed}: {value}");
        assert!(seen.says("Press once") && !seen.text.contains("/pay.js"), "{}", seen.text);
    }
    assert!(reader.click(&quote).await.text.contains("data-goes"));
    let restores = format!("{sheet}&restore=1");
    assert!(!reader.request(Method::GET, &restores, &CLICK, &[]).await.text.contains("data-goes"), "Restore pays nothing");
    house.reprice("fixed = \"0.04 EUR\"").await;
    house.reprice("fixed = \"0.05 EUR\"").await;
    assert_eq!(house.sales().await, 1);
    house.close();
}

#[tokio::test]
async fn a_claim_without_an_agreement_charges_nothing() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    let quote = house.quote(HARBOUR);
    let seen = reader.goes(&quote).await;
    assert!(seen.status == 409 && seen.says("Pay €0.05"), "{}", seen.text);
    // A tick beside a claim is no press either.
    let seen = reader.post("/pay", &[("q", &quote), ("consent", "one-click"), ("one_click", "1")]).await;
    assert_eq!(seen.status, 409);
    assert_eq!((house.sales().await, reader.balance().await), (0, 5_000_000));
    assert_eq!(reader.goes(&quote).await.status, 409, "nothing was agreed to by it");
    reader.pay(&quote).await.code();
    // The site's page is open by then, so the same claim leads there and charges nothing.
    reader.goes(&quote).await.code();
    assert_eq!(house.sales().await, 1);
    house.close();
}

#[tokio::test]
async fn a_dearer_price_is_never_taken_by_itself() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    let quote = house.quote("/a/second");
    house.reprice("fixed = \"0.04 EUR\"").await;
    assert!(reader.click(&quote).await.text.contains("data-goes"), "a cheaper one is");
    let quote = house.quote("/a/third");
    house.reprice("fixed = \"0.045 EUR\"").await;
    let seen = reader.click(&quote).await;
    assert!(seen.says("The price has risen") && !seen.text.contains("data-goes"), "{}", seen.text);
    let quote = house.quote("/tip");
    let seen = reader.click(&quote).await;
    assert!(!seen.text.contains("data-goes"), "who pays chooses");
    house.close();
}

#[tokio::test]
async fn over_a_cap_the_sheet_has_three_figures_and_one_press() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    reader.post("/sites/caps", &[("host", "news.localhost"), ("page", "0.05"), ("site", "0.08")]).await;
    let quote = house.quote("/a/second");
    let seen = reader.click(&quote).await;
    assert!(seen.says("Above your cap for this site") && !seen.text.contains("data-goes"), "{}", seen.text);
    assert!(seen.says("Your cap €0.08") && seen.says("Spent €0.05") && seen.says("Left €0.03") && seen.says("Starts again"));
    assert!(seen.says("Just this once: pay €0.05") && seen.text.contains("href=\"/sites/news.localhost\""));
    let refused = reader.goes(&quote).await;
    assert!(refused.status == 403 && refused.says("Above your cap for this site"), "{}", refused.text);
    assert_eq!(house.sales().await, 1);
    reader.pay(&quote).await.code();
    assert_eq!(house.sales().await, 2, "just this once");
    assert!(reader.click(&house.quote("/a/third")).await.says("Left €0.00"));
    // A page that is dearer than a page may be.
    reader.post("/sites/caps", &[("host", "news.localhost"), ("page", "0.04"), ("site", "1")]).await;
    let seen = reader.click(&house.quote("/a/third")).await;
    assert!(seen.says("Above your cap for a page") && seen.says("Your cap €0.04") && !seen.says("Starts again"), "{}", seen.text);
    // All sites together.
    reader.post("/sites/caps", &[("host", "news.localhost"), ("page", "0.05"), ("site", "1")]).await;
    reader.post("/sites/all", &[("all", "0.12")]).await;
    let seen = reader.click(&house.quote("/a/third")).await;
    assert!(seen.says("Above your cap for all sites") && seen.says("Left €0.02"), "{}", seen.text);
    house.close();
}

#[tokio::test]
async fn a_month_begins_anew() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    reader.post("/sites/caps", &[("host", "news.localhost"), ("page", "0.05"), ("site", "0.05")]).await;
    assert!(reader.click(&house.quote("/a/second")).await.says("Above your cap"));
    for _ in 0..4 {
        house.wait(Span(10 * 86_400));
        reader.get("/").await;
    }
    let quote = house.quote("/a/second");
    assert!(reader.click(&quote).await.text.contains("data-goes"));
    reader.goes(&quote).await.code();
    assert!(reader.click(&house.quote("/a/third")).await.says("Above your cap"));
    house.close();
}

#[tokio::test]
async fn a_paused_site_asks_again_and_a_revoked_one_has_to_be_allowed_anew() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    let host = [("host", "news.localhost")];
    let quote = house.quote("/a/second");
    assert_eq!(reader.post("/sites/pause", &host).await.location(), "/sites/news.localhost");
    let seen = reader.click(&quote).await;
    assert!(seen.says("One click is paused at this site") && !seen.text.contains("data-goes"), "{}", seen.text);
    assert_eq!(reader.goes(&quote).await.status, 403);
    reader.post("/sites/resume", &host).await;
    assert!(reader.click(&quote).await.text.contains("data-goes"));
    reader.post("/sites/revoke", &host).await;
    let seen = reader.click(&quote).await;
    assert!(seen.says("Next time with one click") && !seen.text.contains("data-goes"));
    assert_eq!(reader.goes(&quote).await.status, 409);
    assert_eq!(house.sales().await, 1);
    reader.agree(&quote).await.code();
    assert!(reader.click(&house.quote("/a/third")).await.text.contains("data-goes"));
    house.close();
}

#[tokio::test]
async fn ten_a_minute_go_on_by_themselves_and_the_next_waits_for_a_press() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    for number in 0..10 {
        let quote = house.quote(&page(number));
        assert!(reader.click(&quote).await.text.contains("data-goes"));
        reader.goes(&quote).await.code();
    }
    let quote = house.quote(&page(10));
    let seen = reader.click(&quote).await;
    assert!(!seen.text.contains("data-goes") && seen.says("Pay €0.05"), "{}", seen.text);
    assert_eq!(reader.goes(&quote).await.status, 429);
    assert_eq!(house.sales().await, 11);
    reader.pay(&quote).await.code();
    house.wait(Span(60));
    assert!(reader.click(&house.quote(&page(11))).await.text.contains("data-goes"));
    house.close();
}

fn must_be_send<'a, T>(future: impl Future<Output = T> + Send + 'a) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(future)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_sheets_that_go_on_at_once_charge_once() {
    let house = House::open().await;
    let mut reader = house.payer(5).await;
    reader.agree(&house.quote(HARBOUR)).await.code();
    let quote = house.quote("/a/second");
    let csrf = reader.click(&quote).await.field("csrf");
    let cookie = reader.cookie.clone();
    let send = || {
        let (mut tab, quote, csrf) = (house.stranger(), quote.clone(), csrf.clone());
        tab.cookie.clone_from(&cookie);
        must_be_send(async move {
            let fields = [("q", quote.as_str()), ("csrf", csrf.as_str()), ("consent", "one-click")];
            tab.request(Method::POST, "/pay", &[("sec-fetch-site", "same-origin")], &fields).await
        })
    };
    let mut under_way: Vec<_> = (0..100).map(|_| send()).collect();
    let all = std::future::poll_fn(|context| {
        under_way.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(seen) => {
                seen.code();
                false
            }
            std::task::Poll::Pending => true,
        });
        if under_way.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    });
    all.await;
    drop(under_way);
    assert_eq!((house.sales().await, reader.balance().await), (2, 4_900_000));
    house.close();
}

#[tokio::test]
async fn where_nothing_is_usual_there_is_no_box_until_the_operator_says() {
    let house = House::open_as("mode = \"test\"\ncurrency = \"EUR\"", None).await;
    let caps = |iso: &str| crate::caps::Caps::usual(Asset::fiat(iso).unwrap());
    assert_eq!(caps("CHF"), None);
    assert_eq!(house.opened.instance.config.caps(), caps("EUR"));
    house.close();
    let text = "name = \"x\"\nmode = \"test\"\ncurrency = \"CHF\"\n[wallet]\nhost = \"wallet.localhost\"\n";
    let read = |more: &str| {
        crate::config::Config::parse(&format!("{text}{more}"), std::path::Path::new("farthing.toml"), std::path::Path::new("."))
    };
    assert_eq!(read("").unwrap().caps(), None);
    let set = read("caps = { page = \"0.10\", site = \"2\", all = \"20\" }\n").unwrap().caps().unwrap();
    assert_eq!(set.site, Amount::from_u32(2_000_000));
    let wrong = read("caps = { page = \"3\", site = \"2\", all = \"20\" }\n").unwrap_err().to_string();
    assert!(wrong.contains("wallet.caps.page"), "{wrong}");
    let unknown = read("caps = { page = \"1\", site = \"2\", all = \"20\", day = \"1\" }\n").unwrap_err().to_string();
    assert!(unknown.contains("day"), "{unknown}");
}
