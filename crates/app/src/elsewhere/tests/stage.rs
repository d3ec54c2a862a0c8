//! The two instances, the site's origin, and somebody with a browser between them. Time is the test's.

use crate::config::Config;
use crate::door::Visit;
use crate::elsewhere::giving;
use crate::gateway::SiteDoor;
use crate::gateway::proxy::{Earlier, Forwarded, Proto};
use crate::gateway::tests::origin::Origin;
use crate::instance::{Opened, apply_offers};
use crate::wallet::WalletDoor;
use crate::web::{Lang, Reach};
use crate::world;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use money::{Asset, Span, Timestamp};
use protocol::quote::Quote;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub const QUIET: &str = "/a/quiet";

const OFFERS: &str = r#"
[offer.article]
unlock = "http://news.localhost/a/*"
price = { fixed = "0.05 EUR" }
refund = { window = "10m", per_payer = "3/day" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]
"#;

/// An instance with its listener.
pub struct Side {
    pub opened: Opened,
    pub wallet: WalletDoor,
    site: Option<SiteDoor>,
    port: u16,
    clock: Arc<AtomicU64>,
    is_down: AtomicBool,
    /// On how many it hung up.
    pub hung_up: AtomicUsize,
    /// Paths that other instances asked for.
    pub asked: Mutex<Vec<String>>,
    pub folder: TempDir,
    listener: Arc<TcpListener>,
    accepting: Mutex<Option<JoinHandle<()>>>,
}

/// Where an instance stands and what it is told: these outlast it.
pub struct Ground {
    pub listener: Arc<TcpListener>,
    pub folder: TempDir,
}

impl Ground {
    pub async fn new() -> Ground {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
        Ground { listener: Arc::new(listener), folder: tempfile::tempdir().unwrap() }
    }

    pub fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }
}

/// Both.
pub struct Stage {
    pub a: Arc<Side>,
    pub b: Arc<Side>,
    pub origin: Arc<Origin>,
    pub clock: Arc<AtomicU64>,
}

/// The site and its payees, as the instance that has it is told of them.
pub fn site(origin: &Origin) -> String {
    format!(
        "[payee.harbour]\nname = \"Harbour Review\"\n[payee.ann]\nname = \"Ann\"\n[site.news]\nhost = \"news.localhost\"\n\
         origin = \"http://{}\"\npayee = \"harbour\"\npriced = [\"/a/*\"]\noffers = [\"offers.toml\"]\n",
        origin.address
    )
}

/// What came back.
pub struct Seen {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// A browser with a jar for each host.
pub struct Browser<'s> {
    stage: &'s Stage,
    pub jars: Jars,
}

/// Cookies by host.
pub type Jars = BTreeMap<String, BTreeMap<String, String>>;

impl Side {
    /// Begins on a ground, with the words of its configuration and of the offer file.
    pub async fn open(ground: Ground, (config, offers): (&str, &str), clock: &Arc<AtomicU64>) -> Arc<Side> {
        let Ground { listener, folder } = ground;
        std::fs::write(folder.path().join("offers.toml"), offers).unwrap();
        let mut config = Config::parse(config, Path::new("farthing.toml"), folder.path()).unwrap();
        config.listen = listener.local_addr().unwrap();
        let (port, has_site) = (config.listen.port(), config.site.contains_key("news"));
        let time = Arc::clone(clock);
        let opened = Opened::open(config, Arc::new(move || Timestamp(time.load(Ordering::Relaxed)))).await.unwrap();
        let wallet = WalletDoor::new(Arc::clone(&opened.instance), None);
        let site = has_site.then(|| SiteDoor::new(Arc::clone(&opened.instance), "news").unwrap());
        let (clock, is_down, asked) = (Arc::clone(clock), AtomicBool::new(false), Mutex::default());
        let (kept, accepting, hung_up) = (Arc::clone(&listener), Mutex::default(), AtomicUsize::new(0));
        let side = Arc::new(Side { opened, wallet, site, port, clock, is_down, hung_up, asked, folder, listener: kept, accepting });
        let serving = Arc::clone(&side);
        let accepting = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                if serving.is_down.load(Ordering::Relaxed) {
                    serving.hung_up.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                let side = Arc::clone(&serving);
                let answer = service_fn(move |request: Request<Incoming>| {
                    let side = Arc::clone(&side);
                    async move {
                        side.asked.lock().unwrap().push(request.uri().path().to_owned());
                        Ok::<_, Infallible>(side.answer(request).await)
                    }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        *side.accepting.lock().unwrap() = Some(accepting);
        side
    }

    /// Ends in order, and leaves the ground to begin again on.
    pub async fn end(self: Arc<Side>) -> Ground {
        let accepting = self.accepting.lock().unwrap().take().unwrap();
        accepting.abort();
        assert!(accepting.await.unwrap_err().is_cancelled());
        let side = Arc::into_inner(self).expect("nobody is being answered any more");
        let Side { opened, wallet, site, listener, folder, .. } = side;
        drop((wallet, site));
        opened.finish().unwrap();
        Ground { listener, folder }
    }

    /// The doors by the host that is asked for.
    async fn answer<B>(&self, request: Request<B>) -> Response<Full<Bytes>>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<crate::gateway::proxy::BoxError>,
    {
        let host = request.headers()[header::HOST].clone();
        let visit = self.visit();
        let reply = match &self.site {
            Some(site) if host.as_bytes().starts_with(b"news.") => {
                let client_ip = visit.client_ip;
                let forwarded = Forwarded { client_ip, proto: Proto::Http, host, earlier: Earlier::Replaced };
                site.handle(request, &visit, forwarded).await
            }
            _ => self.wallet.handle(request, &visit).await,
        };
        let (parts, body) = reply.into_parts();
        Response::from_parts(parts, Full::from(body.collect().await.unwrap().to_bytes()))
    }

    fn visit(&self) -> Visit {
        let (client_ip, now) = (IpAddr::V4(Ipv4Addr::LOCALHOST), Timestamp(self.clock.load(Ordering::Relaxed)));
        Visit { client_ip, request_id: "request1".to_owned(), now, reach: Reach::Loopback, lang: Lang::EN }
    }

    /// From now on it hangs up on everybody, or does so no more.
    pub fn down(&self, is_down: bool) {
        self.is_down.store(is_down, Ordering::Relaxed);
    }

    /// How many sales its books have, standing or not.
    pub async fn sales(&self) -> usize {
        self.opened.instance.look(|state, _| state.sales().count()).await.unwrap()
    }

    /// What a payee earned, in base units.
    pub async fn earned(&self, handle: &'static str) -> u64 {
        let asset = Asset::fiat("EUR").unwrap();
        let earned = move |state: &market::State, _| state.earned(state.payee(handle).unwrap().party, asset).units();
        self.opened.instance.look(earned).await.unwrap()
    }
}

impl Stage {
    pub async fn open() -> Stage {
        Stage::open_with("").await
    }

    /// With more wallets that the site takes.
    pub async fn open_with(more: &str) -> Stage {
        let origin = Origin::start().await;
        let clock = Arc::new(AtomicU64::new(world::now().0));
        let (at_a, at_b) = (Ground::new().await, Ground::new().await);
        let (port_a, port_b) = (at_a.port(), at_b.port());
        let wallets = format!("wallets = [\"http://wallet.localhost:{port_b}\"{more}]\n");
        let a = format!("name = \"A\"\nmode = \"test\"\n[wallet]\nhost = \"wallet-a.localhost\"\n{}{wallets}", site(&origin));
        let b = format!(
            "name = \"B\"\nmode = \"test\"\n[wallet]\nhost = \"wallet.localhost\"\n[payee.review]\nname = \"Review at B\"\n\
             [elsewhere.news]\nurl = \"http://news.localhost:{port_a}\"\npayee = \"review\"\n"
        );
        let (a, b) = (Side::open(at_a, (&a, OFFERS), &clock).await, Side::open(at_b, (&b, OFFERS), &clock).await);
        Stage { a, b, origin, clock }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }

    pub fn wait(&self, span: Span) {
        self.clock.store(self.now().after(span).0, Ordering::Relaxed);
    }

    /// What the background does from time to time.
    pub async fn give_back(&self) {
        giving::step(&self.a.opened.instance, self.now()).await.unwrap();
    }

    pub fn news(&self) -> String {
        format!("http://news.localhost:{}", self.a.port)
    }

    pub fn wallet(&self) -> String {
        format!("http://wallet.localhost:{}", self.b.port)
    }

    /// Another price for articles.
    pub async fn reprice(&self, price: &str) {
        self.offer("article", price).await;
    }

    /// Articles under another name and price, a second later.
    pub async fn offer(&self, name: &str, price: &str) {
        self.wait(Span(1));
        let text = OFFERS.replace("0.05 EUR", price).replace("offer.article", &format!("offer.{name}"));
        std::fs::write(self.a.folder.path().join("offers.toml"), text).unwrap();
        apply_offers(&self.a.opened.instance).await.unwrap();
    }

    /// The site's offers that B sells under, with their prices in base units.
    pub fn sold_at_b(&self) -> Vec<(String, u64)> {
        let offers = self.b.opened.instance.offers();
        offers.iter().map(|(_, offer)| (offer.name.clone(), offer.price.least().unwrap().0.units())).collect()
    }

    pub fn browser(&self) -> Browser<'_> {
        self.browser_with(Jars::new())
    }

    pub fn browser_with(&self, jars: Jars) -> Browser<'_> {
        Browser { stage: self, jars }
    }

    /// Somebody with a wallet at B and a euro in it.
    pub async fn payer(&self) -> Browser<'_> {
        let mut browser = self.browser();
        let wallet = self.wallet();
        assert_eq!(browser.post(&format!("{wallet}/open"), &[]).await.status, 303);
        let home = browser.get(&format!("{wallet}/")).await;
        let (csrf, once) = (home.field("csrf"), home.field("once"));
        let added = browser.post(&format!("{wallet}/top-up"), &[("csrf", &csrf), ("once", &once), ("amount", "1000000")]).await;
        assert_eq!(added.status, 303, "{}", added.text);
        browser
    }

    /// The quote in an address, as A signed it.
    pub fn quote(&self, url: &str) -> Quote {
        let text = url.split("q=").nth(1).unwrap().split('&').next().unwrap();
        Quote::parse(text, &self.a.opened.instance.keys.site.public()).unwrap()
    }
}

impl Browser<'_> {
    pub async fn get(&mut self, url: &str) -> Seen {
        self.request((Method::GET, url), &[]).await
    }

    /// A form posted from a page of the same origin.
    pub async fn post(&mut self, url: &str, fields: &[(&str, &str)]) -> Seen {
        self.request((Method::POST, url), fields).await
    }

    async fn request(&mut self, (method, url): (Method, &str), fields: &[(&str, &str)]) -> Seen {
        let (authority, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::builder().method(method).uri(format!("/{path}")).body(Full::new(Bytes::from(body))).unwrap();
        let headers = request.headers_mut();
        headers.insert(header::HOST, authority.parse().unwrap());
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
        headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        let jar = self.jars.entry(authority.to_owned()).or_default();
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let side = if authority.ends_with(&format!(":{}", self.stage.b.port)) { &self.stage.b } else { &self.stage.a };
        let (parts, body) = side.answer(request).await.into_parts();
        for line in parts.headers.get_all(header::SET_COOKIE) {
            let (name, value) = line.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            jar.insert(name.to_owned(), value.to_owned());
        }
        let text = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        Seen { status: parts.status, headers: parts.headers, text }
    }

    /// The wall of an article, and where its button leads.
    pub async fn wall(&mut self) -> (Seen, String) {
        let wall = self.get(&format!("{}{QUIET}", self.stage.news())).await;
        assert_eq!(wall.status, 402, "{}", wall.text);
        let pay = wall.link("/pay?q=");
        (wall, pay)
    }

    /// Presses Pay on a sheet; where that leads.
    pub async fn pay(&mut self, url: &str) -> String {
        let sheet = self.get(url).await;
        self.press(&sheet).await
    }

    /// Presses Pay on a sheet that is open.
    pub async fn press(&mut self, sheet: &Seen) -> String {
        let (csrf, quote) = (sheet.field("csrf"), sheet.field("q"));
        let paid = self.post(&format!("{}/pay", self.stage.wallet()), &[("csrf", &csrf), ("q", &quote)]).await;
        assert_eq!(paid.status, 303, "{}", paid.text);
        paid.location().to_owned()
    }

    /// From the wall to the article.
    pub async fn buy(&mut self) -> Seen {
        let (_, pay) = self.wall().await;
        let way = self.pay(&pay).await;
        let back = self.get(&way).await;
        assert_eq!((back.status.as_u16(), back.location()), (303, QUIET), "{}", back.text);
        self.get(&format!("{}{QUIET}", self.stage.news())).await
    }

    /// What the wallet at B has, in base units, as its export says.
    pub async fn balance(&mut self) -> u64 {
        let seen = self.get(&format!("{}/history.json", self.stage.wallet())).await;
        let content: serde_json::Value = serde_json::from_str(&seen.text).unwrap();
        content["rows"][0]["balance"].as_str().unwrap().parse().unwrap()
    }

    /// Loses one cookie that a host set.
    pub fn drop_cookie(&mut self, host: &str, name: &str) {
        self.jars.iter_mut().filter(|(authority, _)| authority.starts_with(host)).for_each(|(_, jar)| drop(jar.remove(name)));
    }

    /// Loses all that a host set.
    pub fn forget(&mut self, host: &str) {
        self.jars.retain(|authority, _| !authority.starts_with(host));
    }
}

impl Seen {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |location| location.to_str().unwrap())
    }

    /// The value of the first hidden field of that name.
    pub fn field(&self, name: &str) -> String {
        let found = self.text.split_once(&format!("name=\"{name}\" value=\""));
        found.unwrap_or_else(|| panic!("no field {name} in {}", self.text)).1.split('"').next().unwrap().to_owned()
    }

    /// The first address with these letters in it.
    pub fn link(&self, letters: &str) -> String {
        let mut links = self.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let found = links.find(|link| link.contains(letters)).unwrap_or_else(|| panic!("no {letters} in {}", self.text));
        found.replace("&amp;", "&")
    }
}
