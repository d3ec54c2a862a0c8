//! An instance of our own: `farthing serve` with a site behind it whose pages, offers and failures the test decides.

use super::origin::{Leaf, Origin};
use super::server::{Server, farthing_ok};
use hmac::{Hmac, KeyInit, Mac};
use protocol::SigningKey;
use protocol::quote::Quote;
use sha2::Sha256;
use std::fs;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

/// What stands behind the cut of every story: seen by buyers alone.
pub const BEHIND: &str = "Behind the cut stands what was paid for.";

/// One offer for each way to sell.
pub const OFFERS: &str = r#"
[offer.story]
unlock = "http://news.localhost/a/**"
price = { fixed = "0.05 EUR" }
refund = { window = "10m", per_payer = "10/day" }
split = [
  { label = "writer", to = "ann", bp = 7000 },
  { label = "house", to = "self", rest = true },
]

[offer.note]
unlock = "http://news.localhost/c/**"
price = { fixed = "0.004 EUR" }
refund = { window = "10m", per_payer = "10/day" }

[offer.book]
unlock = "http://news.localhost/d/**"
price = { fixed = "1.50 EUR" }
refund = { window = "10m", per_payer = "10/day" }

[offer.gift]
unlock = "http://news.localhost/g/**"
price = { at_least = "0.10 EUR" }
refund = { window = "10m", per_payer = "10/day" }

[offer.hasty]
unlock = "http://news.localhost/h/**"
price = { fixed = "0.02 EUR" }
refund = { window = "2s", per_payer = "10/day" }

[offer.final]
unlock = "http://news.localhost/f/**"
price = { fixed = "0.03 EUR" }
refund = { window = "0s" }

[offer.open]
unlock = "http://news.localhost/open/**"
free = true
"#;

/// A running instance with a site, `news.localhost`, another whose offers are made at the desk, `shop.localhost`, its wallet
/// and its desk.
pub struct Shop {
    /// The program.
    pub server: Server,
    /// The site behind it.
    pub origin: Origin,
    /// `http://news.localhost:PORT`
    pub site: String,
    /// `http://wallet.localhost:PORT`
    pub wallet: String,
    /// `http://desk.localhost:PORT`
    pub desk: String,
    /// Where the program itself listens.
    pub port: u16,
    /// Where people reach it.
    pub public: u16,
}

impl Shop {
    /// Opens with [`OFFERS`] and a story for each of them.
    pub fn open() -> Shop {
        Shop::open_at(free_ports(), None, ("", ""))
    }

    /// The same with more lines for its site.
    pub fn open_site_with(more: &str) -> Shop {
        Shop::open_at(free_ports(), None, (more, ""))
    }

    /// The same with a port in front that nobody listens on yet.
    pub fn open_before_front(more: &str) -> Shop {
        let (port, public) = (free_ports(), free_ports());
        Shop::open_at(port, Some(public), (more, ""))
    }

    /// What the desk's set-up page says to copy, of all that it shows the one with these words.
    pub fn copied(&self, words: &str) -> String {
        let cookie = format!("{}={}", super::desk::COOKIE, super::desk::join(self, store::vault::Role::Developer));
        let page = super::http::get(&format!("http://desk.localhost:{}/install", self.port), &[("Cookie", &cookie)]).text();
        let texts = page.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next());
        let plain = |text: &str| text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        texts.map(plain).find(|text| text.contains(words)).unwrap_or_else(|| panic!("nothing with {words} in {page}"))
    }

    /// The same with more in its configuration.
    pub fn open_with(more: &str) -> Shop {
        Shop::open_at(free_ports(), None, ("", more))
    }

    /// The same, stopped and started again with something in its data folder.
    pub fn open_in(fill: impl FnOnce(&std::path::Path)) -> Shop {
        let Shop { server, origin, site, wallet, desk, port, public } = Shop::open();
        let folder = server.stop();
        fill(&folder.path().join("data"));
        Shop { server: Server::serve(folder), origin, site, wallet, desk, port, public }
    }

    /// The same behind a proxy on a port of its own; `front` starts it, given that port and the program's.
    pub fn open_behind<T>(front: impl FnOnce(u16, u16) -> T) -> (Shop, T) {
        let (port, public) = (free_ports(), free_ports());
        let shop = Shop::open_at(port, Some(public), ("", ""));
        let front = front(public, port);
        (shop, front)
    }

    fn open_at(port: u16, public: Option<u16>, (site, more): (&str, &str)) -> Shop {
        let origin = Origin::start();
        for (path, title) in [
            ("/a/story", "A story of weights"),
            ("/a/second", "A second story"),
            ("/a/third", "A third story"),
            ("/c/note", "A note in the margin"),
            ("/d/book", "A book of tides"),
            ("/g/gift", "A gift to the house"),
            ("/h/hasty", "A hasty word"),
            ("/f/final", "The last edition"),
            ("/s/story", "A story of the shop"),
            ("/open/page", "An open page"),
        ] {
            origin.put(path, story(title));
        }
        // Browsers ask for it by themselves.
        origin.put("/favicon.ico", Leaf::html(""));
        origin.put("/", Leaf::html(front()));
        origin.put(
            "/plain",
            Leaf::html("<!doctype html><html lang=en><title>Plain</title><main><h1>Plain</h1></main></html>").with("ETag", "\"7\""),
        );
        let trusts = if public.is_none() && site.contains("forward-auth") { "trusted_proxies = [\"127.0.0.1\"]\n" } else { "" };
        let front = public.map(|public| format!("public_port = {public}\ntrusted_proxies = [\"127.0.0.1\"]\n")).unwrap_or_default();
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            r#"name = "Farthing at the quay"
mode = "test"
listen = "127.0.0.1:{port}"
ops = "127.0.0.1:{}"
data = "data"
currency = "EUR"
{front}{trusts}wallet = {{ host = "wallet.localhost" }}
admin = {{ host = "admin.localhost" }}
desk = {{ host = "desk.localhost" }}

[payee.quay]
name = "The Quay Gazette"
[payee.ann]
name = "Ann Sorrel"

[site.news]
host = "news.localhost"
origin = "{}"
payee = "quay"
priced = ["/a/**", "/c/**", "/d/**", "/g/**", "/h/**", "/f/**", "/open/**"]
offers = ["offers.toml"]
{site}
[site.shop]
host = "shop.localhost"
origin = "{}"
payee = "quay"
priced = ["/s/**"]
offers = []

{more}"#,
            port + 1,
            origin.url("127.0.0.1"),
            origin.url("127.0.0.1")
        );
        fs::write(folder.path().join("farthing.toml"), config).unwrap();
        fs::write(folder.path().join("offers.toml"), OFFERS).unwrap();
        let server = Server::serve(folder);
        let at = |host: &str| format!("http://{host}:{}", public.unwrap_or(port));
        let (site, wallet, desk) = (at("news.localhost"), at("wallet.localhost"), at("desk.localhost"));
        Shop { server, origin, site, wallet, desk, port, public: public.unwrap_or(port) }
    }

    /// Replaces words of the offer file and applies it, as an operator does.
    pub fn reprice(&self, was: &str, now: &str) {
        let path = self.server.folder().join("offers.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(was), "the offers do not say {was}");
        fs::write(&path, text.replace(was, now)).unwrap();
        let config = self.server.folder().join("farthing.toml");
        farthing_ok(&["offer", "apply", "--config", config.to_str().unwrap()]);
    }

    /// The quote in the link of a wall.
    pub fn quote(&self, pay_url: &str) -> Quote {
        let text = pay_url.split("q=").nth(1).unwrap().split('&').next().unwrap();
        Quote::parse(text, &self.site_key().public()).unwrap()
    }

    /// The sheet of a quote of the test's own making, signed as the site signs.
    pub fn sheet(&self, quote: &Quote) -> String {
        format!("{}/pay?q={}", self.wallet, quote.sign(&self.site_key()))
    }

    /// The key that signs quotes, from the data folder.
    pub fn site_key(&self) -> SigningKey {
        let receipt = fs::read(self.server.data().join("keys/receipt")).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&receipt).unwrap();
        mac.update(b"farthing/site-key/1");
        SigningKey::from_seed(mac.finalize().into_bytes().into())
    }

    /// Recomputes the books from the journal, as an auditor does: every asset sums to zero.
    pub fn audit(&self) {
        let config = self.server.folder().join("farthing.toml");
        let said = farthing_ok(&["audit", "--config", config.to_str().unwrap()]);
        assert!(said.starts_with("The books are clean"), "{said}");
    }
}

/// A page of somebody who means ill, on an origin of its own.
pub fn evil() -> Origin {
    let origin = Origin::start();
    origin.put("/favicon.ico", Leaf::html(""));
    origin.put("/", Leaf::html("<!doctype html><h1>Evil</h1>"));
    origin
}

/// A story with two paragraphs before the cut.
pub fn story(title: &str) -> Leaf {
    story_with(title, "")
}

/// The same with markup of the test's own behind the cut.
pub fn story_with(title: &str, more: &str) -> Leaf {
    let title = title.replace('&', "&amp;").replace('<', "&lt;");
    Leaf::html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><meta name=\"author\" content=\"By Ann Sorrel\"></head><body><main><h1>{title}</h1>\
         <p>The scale in the hall is set into the floor, on a stone of its own.</p>\
         <p>It is accurate to the weight of a letter.</p><!-- farthing:more -->\
         <p>{BEHIND}</p><p><a href=\"/\">The front page</a></p>{more}</main></body></html>"
    ))
}

fn front() -> String {
    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
     <title>The Quay Gazette</title></head><body><main><h1>The Quay Gazette</h1><p><a href=\"/a/story\">A story of weights</a></p>\
     <p><a href=\"/open/page\">An open page</a></p></main></body></html>"
        .to_owned()
}

/// Two free ports in a row, away from those the system hands out by itself, so that nobody takes them meanwhile.
pub fn free_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 2_000).unwrap() * 4 + 12_000;
    let bind = |port: u16| TcpListener::bind(("127.0.0.1", port));
    (0..500)
        .map(|_| start + NEXT.fetch_add(2, Ordering::Relaxed))
        .find(|port| bind(*port).is_ok() && bind(port + 1).is_ok())
        .expect("there are two free ports")
}
