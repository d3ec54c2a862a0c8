//! An instance with one site and the people who visit its wallet.

use crate::config::Config;
use crate::door::{Reply, Visit, WALLET_COOKIE};
use crate::instance::{Opened, apply_offers};
use crate::wallet::WalletDoor;
use crate::web::{Lang, Reach};
use crate::world;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use money::{Asset, CommandId, Party, Span, Timestamp};
use protocol::quote::Quote;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

pub const WALLET: &str = "http://wallet.localhost:4020";
pub const NEWS: &str = "http://news.localhost:4020";
pub const HARBOUR: &str = "/a/quiet-harbour";
/// The secret that the browser of all quotes keeps at the site, hashed.
pub const ST_HASH: [u8; 32] = [5; 32];

const OFFERS: &str = r#"
[offer.article]
unlock = "https://news.localhost/a/*"
price = { fixed = "0.05 EUR" }
refund = { window = "10m", per_payer = "3/day" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]

[offer.tip]
unlock = "https://news.localhost/tip"
price = { at_least = "0.10 EUR" }
"#;

/// An instance that runs, its wallet and the time it is there.
pub struct House {
    pub opened: Opened,
    pub door: WalletDoor,
    clock: Arc<AtomicU64>,
    folder: TempDir,
}

/// What came back.
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Bytes,
}

/// Somebody with a cookie jar of one cookie.
pub struct Browser<'h> {
    house: &'h House,
    pub cookie: Option<String>,
}

impl House {
    pub async fn open() -> House {
        House::open_as("mode = \"test\"\ncurrency = \"EUR\"", None).await
    }

    pub async fn open_as(settings: &str, auto_login: Option<Party>) -> House {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("offers.toml"), OFFERS).unwrap();
        let config = format!(
            "name = \"Harbour Wallet\"\n{settings}\n[wallet]\nhost = \"wallet.localhost\"\n\
             [payee.harbour]\nname = \"Harbour Review\"\n[payee.ann]\nname = \"Ann\"\n\
             [site.news]\nhost = \"news.localhost\"\norigin = \"http://127.0.0.1:9\"\npayee = \"harbour\"\n\
             priced = [\"/a/**\", \"/tip\"]\noffers = [\"offers.toml\"]\n"
        );
        let config = Config::parse(&config, Path::new("farthing.toml"), folder.path()).unwrap();
        let clock = Arc::new(AtomicU64::new(world::now().0));
        let time = Arc::clone(&clock);
        let opened = Opened::open(config, Arc::new(move || Timestamp(time.load(Ordering::Relaxed)))).await.unwrap();
        let door = WalletDoor::new(Arc::clone(&opened.instance), auto_login);
        House { opened, door, clock, folder }
    }

    /// Ends in order; what went wrong on the way shows here.
    pub fn close(self) {
        let House { opened, door, folder, .. } = self;
        drop(door);
        opened.finish().unwrap();
        folder.close().unwrap();
    }

    /// Ends, loses its index and opens again.
    pub async fn without_index(self) -> House {
        let House { opened, door, clock, folder } = self;
        drop(door);
        let config = opened.instance.config.clone();
        opened.finish().unwrap();
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(config.data.join(format!("index.db{suffix}")));
        }
        let time = Arc::clone(&clock);
        let opened = Opened::open(config, Arc::new(move || Timestamp(time.load(Ordering::Relaxed)))).await.unwrap();
        let door = WalletDoor::new(Arc::clone(&opened.instance), None);
        House { opened, door, clock, folder }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }

    pub fn wait(&self, span: Span) {
        self.clock.store(self.now().after(span).0, Ordering::Relaxed);
    }

    pub fn visit(&self) -> Visit {
        let client_ip = "127.0.0.1".parse().unwrap();
        Visit { client_ip, request_id: "request1".to_owned(), now: self.now(), reach: Reach::Loopback, lang: Lang::EN }
    }

    /// Replaces the offers of the site.
    pub async fn offer(&self, text: &str) {
        std::fs::write(self.folder.path().join("offers.toml"), text).unwrap();
        apply_offers(&self.opened.instance).await.unwrap();
    }

    /// The offers with another price for articles.
    pub async fn reprice(&self, price: &str) {
        self.offer(&OFFERS.replace("fixed = \"0.05 EUR\"", price)).await;
    }

    pub async fn send(&self, request: Request<Full<Bytes>>) -> Seen {
        Seen::of(self.door.handle(request, &self.visit()).await).await
    }

    pub fn stranger(&self) -> Browser<'_> {
        Browser { house: self, cookie: None }
    }

    /// Somebody with an open wallet and so many euros in it.
    pub async fn payer(&self, euros: u64) -> Browser<'_> {
        let mut browser = self.stranger();
        assert_eq!(browser.post("/open", &[]).await.status, 303);
        if euros > 0 {
            let seen = browser.add(euros).await;
            assert_eq!((seen.status.as_u16(), seen.location()), (303, "/?added=1"), "{}", seen.text);
        }
        browser
    }

    /// What the site asks for a page now.
    pub fn asks(&self, path: &str) -> Quote {
        let (offer, terms) = self.opened.instance.offer_for("news.localhost", path).unwrap();
        let (amount, currency) = terms.price.least().unwrap();
        let iat = Timestamp::from_seconds(self.now().seconds());
        Quote {
            iss: NEWS.to_owned(),
            aud: WALLET.to_owned(),
            id: CommandId::new(self.now().ms(), world::random()),
            offer,
            amount,
            currency,
            item: path.to_owned(),
            title: "The quiet harbour".to_owned(),
            st_hash: ST_HASH,
            iat,
            exp: iat.after(Span(600)),
            undo: terms.refund.window.0,
        }
    }

    pub fn signed(&self, quote: &Quote) -> String {
        quote.sign(&self.opened.instance.keys.site)
    }

    /// A signed quote for a page.
    pub fn quote(&self, path: &str) -> String {
        self.signed(&self.asks(path))
    }

    /// How many sales there are, standing or not.
    pub async fn sales(&self) -> usize {
        self.opened.instance.look(|state, _| state.sales().count()).await.unwrap()
    }

    /// What a payee earned, in base units.
    pub async fn earned(&self, handle: &'static str) -> u64 {
        let asset = Asset::fiat("EUR").unwrap();
        let earned = move |state: &market::State| state.earned(state.payee(handle).unwrap().party, asset).units();
        self.opened.instance.look(move |state, _| earned(state)).await.unwrap()
    }
}

impl Browser<'_> {
    /// A navigation that a person made by hand.
    pub async fn get(&mut self, target: &str) -> Seen {
        self.request(Method::GET, target, &[], &[]).await
    }

    /// A form posted from a page of the wallet, with this login's secret in it.
    pub async fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Seen {
        let csrf = match self.cookie {
            Some(_) => self.csrf().await,
            None => None,
        };
        let csrf = csrf.as_deref().map(|csrf| ("csrf", csrf));
        let fields: Vec<(&str, &str)> = csrf.into_iter().chain(fields.iter().copied()).collect();
        self.request(Method::POST, target, &[("sec-fetch-site", "same-origin")], &fields).await
    }

    /// The secret that this login's forms carry.
    pub async fn csrf(&mut self) -> Option<String> {
        let home = self.get("/").await;
        if let Some(csrf) = home.maybe_field("csrf") {
            return Some(csrf);
        }
        // A full wallet with nothing to undo has no form on its first page.
        let quote = self.house.quote("/a/form");
        self.get(&format!("/pay?q={quote}")).await.maybe_field("csrf")
    }

    /// Presses an amount on the first page.
    pub async fn add(&mut self, euros: u64) -> Seen {
        let once = self.get("/").await.field("once");
        self.post("/top-up", &[("once", &once), ("amount", &format!("{euros}000000"))]).await
    }

    /// Presses Pay for a quote.
    pub async fn pay(&mut self, quote: &str) -> Seen {
        self.post("/pay", &[("q", quote)]).await
    }

    pub async fn request(&mut self, method: Method, target: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Seen {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::builder().method(method).uri(target).header(header::HOST, "wallet.localhost:4020");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, format!("other=1; {WALLET_COOKIE}={cookie}"));
        }
        let seen = self.house.send(request.body(Full::new(Bytes::from(body))).unwrap()).await;
        for line in seen.headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            assert!(line.ends_with("; Secure; HttpOnly; SameSite=Lax") && line.contains("; Path=/; "), "{line}");
            let Some(value) = line.strip_prefix(&format!("{WALLET_COOKIE}=")) else { continue };
            let value = value.split(';').next().unwrap();
            self.cookie = Some(value.to_owned()).filter(|value| !value.is_empty());
        }
        seen
    }

    /// What can be spent, in base units, as the exports say.
    pub async fn balance(&mut self) -> i64 {
        let seen = self.get("/history.json").await;
        let content: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
        content["rows"][0]["balance"].as_str().map_or(0, |balance| balance.parse().unwrap())
    }

    /// The serial of the newest purchase.
    pub async fn last_sale(&mut self) -> String {
        let seen = self.get("/history.json").await;
        let content: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
        let sale = content["rows"].as_array().unwrap().iter().find(|row| row["kind"] == "sale").unwrap();
        sale["id"].as_str().unwrap().to_owned()
    }
}

impl Seen {
    pub async fn of(reply: Reply) -> Seen {
        let (parts, body) = reply.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Seen { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |location| location.to_str().unwrap())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of the first hidden field of that name.
    pub fn maybe_field(&self, name: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(&format!("name=\"{name}\" value=\""))?;
        Some(rest.split('"').next().unwrap().to_owned())
    }

    pub fn field(&self, name: &str) -> String {
        self.maybe_field(name).unwrap_or_else(|| panic!("no field {name} in {}", self.text))
    }

    /// The one-use code of an answer that leads back to the site.
    pub fn code(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text);
        self.location()
            .strip_prefix("http://news.localhost:4020/.well-known/farthing/return?code=")
            .unwrap_or_else(|| panic!("{}", self.location()))
    }

    /// True if the page says so, markup aside: with tags as nothing, as between digits, or as spaces.
    pub fn says(&self, words: &str) -> bool {
        ["", " "].into_iter().any(|tag| plain(&self.text, tag).contains(words))
    }
}

fn plain(html: &str, tag: &str) -> String {
    let mut plain = String::new();
    for (number, part) in html.split('<').enumerate() {
        let text = if number == 0 { part } else { part.split_once('>').map_or("", |(_, text)| text) };
        plain.push_str(tag);
        plain.push_str(text);
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
