//! Paying with the phone: one browser shows its quote as a code and waits, another pays; both doors on one instance.

use super::house::{Browser, HARBOUR, House, Seen};
use crate::gateway::SiteDoor;
use crate::gateway::proxy::{Earlier, Forwarded, Proto};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use http_body_util::Full;
use money::Span;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

const WAIT: &str = "/.well-known/farthing/wait?page=%2Fa%2Fquiet%2Dharbour";
const ST: &str = "__Host-farthing_st";
const ENT: &str = "__Host-farthing_ent";
/// What a browser says of a click on a link of some page.
const CLICK: [(&str, &str); 4] =
    [("sec-fetch-site", "cross-site"), ("sec-fetch-user", "?1"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

/// A browser at the site, with its cookies.
struct Screen<'h> {
    house: &'h House,
    door: SiteDoor,
    cookies: BTreeMap<String, String>,
}

impl<'h> Screen<'h> {
    fn new(house: &'h House) -> Screen<'h> {
        let door = SiteDoor::new(Arc::clone(&house.opened.instance), "news").unwrap();
        Screen { house, door, cookies: BTreeMap::new() }
    }

    /// A browser of the same house with these cookies.
    fn with(&self, cookies: &[(&str, &str)]) -> Screen<'h> {
        let cookies = cookies.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Screen { house: self.house, door: self.door.clone(), cookies }
    }

    async fn ask(&mut self, target: &str) -> Seen {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder().uri(target).header(header::ACCEPT, "text/html").header(header::COOKIE, cookies.join("; "));
        let visit = self.house.visit();
        let host = HeaderValue::from_static("news.localhost:4020");
        let peer = Forwarded { client_ip: visit.client_ip, proto: Proto::Http, host, earlier: Earlier::Replaced };
        let seen = Seen::of(self.door.handle(request.body(Full::new(Bytes::new())).unwrap(), &visit, peer).await).await;
        for line in seen.headers.get_all(header::SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        seen
    }

    /// Begins to wait: the address it waits at, and that of the sheet for the phone.
    async fn wait(&mut self) -> (String, String) {
        let seen = self.ask(WAIT).await;
        assert_eq!(seen.status, 303, "{}", seen.text);
        let address = seen.location().to_owned();
        let seen = self.ask(&address).await;
        assert!(seen.status == 200 && seen.says("Waiting for your phone."), "{}", seen.text);
        let (_, rest) = seen.text.split_once("http://wallet.localhost:4020").unwrap();
        (address, rest.split('"').next().unwrap().replace("&amp;", "&"))
    }

    /// True once it is let in.
    async fn is_in(&mut self, address: &str) -> bool {
        let seen = self.ask(address).await;
        let is_in = seen.status == 303 && seen.location() == HARBOUR;
        assert!(is_in || seen.says("Waiting for your phone."), "{} {}", seen.status, seen.text);
        is_in && self.cookies.contains_key(ENT)
    }
}

/// The quote in the address of a sheet.
fn quote_in(sheet: &str) -> String {
    sheet.strip_prefix("/pay?q=").unwrap().strip_suffix("&screen=1").unwrap().to_owned()
}

/// Follows a code, without a hand on it.
async fn scan(phone: &mut Browser<'_>, sheet: &str) -> Seen {
    phone.request(Method::GET, sheet, &CLICK, &[]).await
}

async fn press(phone: &mut Browser<'_>, quote: &str, more: &[(&str, &str)]) -> Seen {
    let fields: Vec<(&str, &str)> = [("q", quote), ("screen", "1")].into_iter().chain(more.iter().copied()).collect();
    phone.post("/pay", &fields).await
}

fn sent<'a, T>(future: impl Future<Output = T> + Send + 'a) -> Pin<Box<dyn Future<Output = T> + Send + 'a>> {
    Box::pin(future)
}

#[tokio::test]
async fn a_phone_pays_and_the_page_opens_on_the_screen_that_waits() {
    let house = House::open().await;
    let (mut screen, mut phone) = (Screen::new(&house), house.payer(1).await);
    let (address, sheet) = screen.wait().await;
    let seen = screen.ask(&address).await;
    assert_eq!((seen.header("refresh"), seen.header("cache-control")), ("5", "private, no-store"));
    assert_eq!(seen.header("referrer-policy"), "no-referrer", "its address holds the quote");
    assert!(seen.header("content-security-policy").starts_with("default-src 'none'") && !seen.text.contains("<script"));
    assert!(seen.text.contains("<svg role=\"img\"") && seen.says("€0.05"), "{}", seen.text);

    let seen = scan(&mut phone, &sheet).await;
    assert!(seen.says("Pay €0.05") && seen.says("opens on the screen that shows the code"), "{}", seen.text);
    assert_eq!((house.sales().await, screen.is_in(&address).await), (0, false), "a scan charges nothing");
    let seen = press(&mut phone, &seen.field("q"), &[]).await;
    assert!(seen.status == 303 && seen.location().starts_with("/pay/done?sale="), "{} {}", seen.status, seen.location());
    let done = phone.get(seen.location()).await;
    assert!(done.says("Paid") && done.says("it opens on the screen that shows the code"), "{}", done.text);
    assert_eq!(house.stranger().get(seen.location()).await.location(), "/");
    assert_eq!(house.payer(1).await.get(seen.location()).await.status, 404, "another wallet is told nothing");

    let mut poor = screen.with(&[(ST, &screen.cookies[ST])]);
    assert!(sent(screen.is_in(&address)).await && screen.is_in(&address).await, "and a second tab follows");
    assert!(!poor.is_in(&address).await, "the way in is used up");
    assert_eq!((house.sales().await, phone.balance().await), (1, 950_000));
    house.close();
}

#[tokio::test]
async fn a_browser_without_the_nonce_learns_nothing_from_a_wait() {
    let house = House::open().await;
    let (mut screen, mut phone) = (Screen::new(&house), house.payer(1).await);
    let (address, sheet) = screen.wait().await;
    let unknown = screen.ask("/.well-known/farthing/wait?q=nothing").await;
    let strangers = [screen.with(&[]), screen.with(&[(ST, &"A".repeat(22))]), screen.with(&[(ST, "odd"), (ENT, &"A".repeat(22))])];
    let altered = format!("{address}A");
    for paid in [false, true] {
        if paid {
            assert_eq!(press(&mut phone, &quote_in(&sheet), &[]).await.status, 303);
        }
        for mut stranger in
            strangers.iter().map(|stranger| Screen { house: &house, door: stranger.door.clone(), cookies: stranger.cookies.clone() })
        {
            let seen = stranger.ask(&address).await;
            assert_eq!((seen.status.as_u16(), &seen.text), (404, &unknown.text));
            assert!(seen.headers.get(header::SET_COOKIE).is_none() && seen.headers.get(header::REFRESH).is_none());
        }
        assert_eq!(screen.ask(&altered).await.status, 404, "a quote that we did not sign");
    }
    assert!(screen.is_in(&address).await, "it is still there for who waits");
    for nowhere in ["?page=%2Ffree", "?page=%2Fa%2F..%2Fadmin", "?page=https%3A%2F%2Fevil.example%2Fa%2Fx", "", "?page="] {
        let seen = screen.ask(&format!("/.well-known/farthing/wait{nowhere}")).await;
        assert!(seen.status == 404 || seen.location().starts_with("/.well-known/farthing/wait?q="), "{nowhere} {}", seen.status);
    }
    house.close();
}

#[tokio::test]
async fn a_wait_ends_with_its_price_and_what_was_paid_last_is_still_found() {
    let house = House::open().await;
    let (mut screen, mut phone) = (Screen::new(&house), house.payer(1).await);
    let (address, sheet) = screen.wait().await;
    house.wait(Span(599));
    assert!(!screen.is_in(&address).await);
    assert_eq!(press(&mut phone, &quote_in(&sheet), &[]).await.status, 303);
    house.wait(Span(30));
    assert!(screen.is_in(&address).await);

    let mut other = screen.with(&[]);
    let (address, sheet) = other.wait().await;
    house.wait(Span(600));
    let seen = other.ask(&address).await;
    assert!(seen.says("The wait is over") && seen.headers.get(header::REFRESH).is_none() && seen.text.contains(WAIT), "{}", seen.text);
    let seen = house.payer(1).await.get(&sheet).await;
    assert!(seen.says("This price has expired") && seen.says("On the other screen, take a new code."), "{}", seen.text);
    // Paid and never fetched: gone after its time, and had again by a press that costs nothing.
    let (address, sheet) = other.wait().await;
    let mut second = house.payer(1).await;
    assert_eq!(press(&mut second, &quote_in(&sheet), &[]).await.status, 303);
    house.wait(Span(661));
    assert!(other.ask(&address).await.says("The wait is over"));
    let (address, sheet) = other.wait().await;
    assert_eq!(press(&mut second, &quote_in(&sheet), &[("open", "1")]).await.status, 303);
    assert!(other.is_in(&address).await);
    assert_eq!(second.balance().await, 950_000);
    house.close();
}

#[tokio::test]
async fn a_scan_never_pays_by_itself_and_agrees_to_nothing() {
    let house = House::open().await;
    let (mut screen, mut phone) = (Screen::new(&house), house.payer(5).await);
    let (address, sheet) = screen.wait().await;
    let seen = scan(&mut phone, &sheet).await;
    assert!(!seen.says("Next time with one click"), "a scan asks for no agreement");
    phone.agree(&house.quote("/a/agreed")).await.code();
    let seen = scan(&mut phone, &sheet).await;
    assert!(!seen.text.contains("data-goes") && !seen.text.contains("pay.js") && seen.says("Press once"), "{}", seen.text);
    let seen = press(&mut phone, &quote_in(&sheet), &[("consent", "one-click")]).await;
    assert!(seen.status == 409 && seen.says("Pay €0.05"), "{} {}", seen.status, seen.text);
    assert_eq!((house.sales().await, screen.is_in(&address).await), (1, false));

    let mut second = house.payer(1).await;
    assert_eq!(press(&mut second, &quote_in(&sheet), &[("one_click", "1")]).await.status, 303);
    assert!(screen.is_in(&address).await);
    let seen = scan(&mut second, &format!("/pay?q={}", house.quote("/a/next"))).await;
    assert!(seen.says("Next time with one click") && !seen.text.contains("data-goes"), "a tick sent along counts for nothing");
    house.close();
}

#[tokio::test]
async fn what_the_phone_owns_opens_on_the_screen_by_a_press_without_a_charge() {
    let house = House::open().await;
    let (mut screen, mut phone) = (Screen::new(&house), house.payer(1).await);
    phone.pay(&house.quote(HARBOUR)).await.code();
    let (address, sheet) = screen.wait().await;
    let seen = scan(&mut phone, &sheet).await;
    assert!(seen.status == 200 && seen.says("Open it on that screen") && !seen.says("Pay €0.05"), "{}", seen.text);
    assert!(!screen.is_in(&address).await, "whoever is led to an address hands nothing over");
    assert_eq!((seen.field("screen"), seen.field("open")), ("1".to_owned(), "1".to_owned()));
    let opened = press(&mut phone, &seen.field("q"), &[("open", "1")]).await;
    assert!(opened.location().starts_with("/pay/done?sale="), "{}", opened.text);
    assert!(screen.is_in(&address).await);
    assert_eq!((house.sales().await, phone.balance().await), (1, 950_000));

    // Taken back while the sheet lay open: its press charges nothing.
    let mut other = screen.with(&[]);
    let (address, sheet) = other.wait().await;
    let sale = phone.last_sale().await;
    phone.post("/undo", &[("sale", &sale)]).await;
    let seen = press(&mut phone, &quote_in(&sheet), &[("open", "1")]).await;
    assert!(seen.status == 409 && seen.says("Pay €0.05"), "{} {}", seen.status, seen.text);
    assert!(!other.is_in(&address).await);
    assert_eq!((house.sales().await, phone.balance().await), (1, 1_000_000));
    house.close();
}

#[tokio::test]
async fn a_stranger_with_a_phone_opens_a_wallet_adds_money_and_the_screen_is_kept_in_mind() {
    let house = House::open().await;
    let (mut screen, mut phone) = (Screen::new(&house), house.stranger());
    let (address, sheet) = screen.wait().await;
    let quote = quote_in(&sheet);
    let seen = phone.get(&sheet).await;
    assert!(seen.text.contains(&format!("/sign-in?q={quote}&amp;screen=1")), "{}", seen.text);
    let seen = phone.post("/open", &[("q", &quote), ("screen", &seen.field("screen"))]).await;
    assert_eq!(seen.location(), sheet);
    let seen = phone.get(&sheet).await;
    let fields = [("q", quote.as_str()), ("screen", &seen.field("screen")), ("once", &seen.field("once")), ("amount", "5000000")];
    assert_eq!(phone.post("/pay/top-up", &fields).await.location(), sheet);
    let seen = phone.get(&sheet).await;
    // Dearer before the press: another quote, for the same screen.
    house.reprice("fixed = \"0.08 EUR\"").await;
    let dearer = press(&mut phone, &seen.field("q"), &[]).await;
    let dearer = if dearer.status == 303 { dearer } else { press(&mut phone, &dearer.field("q"), &[]).await };
    assert!(dearer.location().starts_with("/pay/done?sale="), "{}", dearer.text);
    assert!(screen.is_in(&address).await);
    assert_eq!(house.sales().await, 1);
    house.close();
}

#[tokio::test]
async fn a_price_that_rose_before_the_scan_still_opens_the_screen_that_waits() {
    let house = House::open().await;
    let (mut screen, mut phone) = (Screen::new(&house), house.payer(1).await);
    let (address, sheet) = screen.wait().await;
    house.reprice("fixed = \"0.08 EUR\"").await;
    let seen = phone.get(&sheet).await;
    assert!(seen.says("was €0.05, now €0.08") && seen.field("q") != quote_in(&sheet), "{}", seen.text);
    assert_eq!(press(&mut phone, &seen.field("q"), &[]).await.status, 303);
    assert!(screen.is_in(&address).await);
    assert_eq!(phone.balance().await, 920_000);
    house.close();
}
