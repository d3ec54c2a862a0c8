//! A site's door over a real instance in a temp folder and a real origin on a port of its own.

#![allow(clippy::arithmetic_side_effects, reason = "a wrong sum in a test is a failing test")]

mod attacks;
mod auth;
mod coin;
mod exports;
mod falls;
mod films;
mod films_paid;
mod fronts;
mod gone;
mod keepers;
mod locked;
pub(crate) mod origin;
mod paying;
mod people;
mod proofs;
mod races;
mod receipts;
mod refusals;
mod replays;
mod sessions;
mod shape;
mod standing;
mod streams;
mod tools;
mod upto;
mod x402;

use super::SiteDoor;
use super::proxy::{Earlier, Forwarded, Proto};
use crate::audit::Proofs;
use crate::config::Config;
use crate::door::{Reply, Visit};
use crate::instance::{Opened, SharedClock};
use crate::web::Reach;
use crate::world;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use market::{Body, TopUp};
use money::{Amount, Asset, Span, Timestamp};
use origin::Origin;
use protocol::challenge::parse_all;
use protocol::{Challenge, Credential, SigningKey};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use store::audit::{Auditor, Watcher};
use tempfile::TempDir;

const HOST: &str = "news.localhost";
const URL: &str = "http://news.localhost:4020";
const WALLET: &str = "http://wallet.localhost:4020";

const OFFERS: &str = r#"
[offer.article]
unlock = "http://news.localhost/a/*"
price = { fixed = "0.05 EUR" }
refund = { window = "10m", per_payer = "2/day" }
entitlement = { lasts = "ever" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]

[offer.tour]
unlock = "http://news.localhost/tour"
price = { at_least = "0.10 EUR" }
entitlement = { lasts = "24h" }

[offer.gift]
unlock = "http://news.localhost/gift"
free = true
"#;

/// Offers that count.
const METERED: &str = r#"
[offer.calls]
unlock = "http://news.localhost/a/*"
price = { metered = "0.000002 EUR", per = "1 call" }
split = [{ label = "writer", to = "ann", bp = 7000 }, { label = "house", to = "self", rest = true }]

[offer.tokens]
unlock = "http://news.localhost/tour"
price = { metered = "2.00 EUR", per = "1000000 token", most = 4000 }

[offer.told]
unlock = "http://news.localhost/s/*"
price = { metered = "2.00 EUR", per = "1000000 token" }

[offer.bytes]
unlock = "http://news.localhost/gift"
price = { metered = "1.00 EUR", per = "1000 byte", most = 100 }
"#;

/// The whole of it; the folder goes with it.
struct Bed {
    opened: Opened,
    door: SiteDoor,
    origin: Arc<Origin>,
    folder: TempDir,
}

impl Bed {
    async fn new() -> Bed {
        let origin = Origin::start().await;
        Bed::open(tempfile::tempdir().unwrap(), origin.address, origin).await
    }

    /// A site that sells by the unit.
    async fn metered() -> Bed {
        let origin = Origin::start().await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("metered.toml"), METERED).unwrap();
        let at = origin.address;
        Bed::open_with(folder, at, origin, ("metered.toml", "")).await
    }

    /// A site whose own server asks.
    async fn asking() -> Bed {
        let origin = Origin::start().await;
        let more = "attach = \"forward-auth\"\n";
        Bed::open_as(tempfile::tempdir().unwrap(), origin.address, origin, more).await
    }

    /// A site whose origin nobody answers for.
    async fn without_origin() -> Bed {
        let origin = Origin::start().await;
        let nobody = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
        Bed::open(tempfile::tempdir().unwrap(), nobody, origin).await
    }

    async fn open(folder: TempDir, at: SocketAddr, origin: Arc<Origin>) -> Bed {
        Bed::open_as(folder, at, origin, "").await
    }

    /// With more lines for the site.
    async fn open_as(folder: TempDir, at: SocketAddr, origin: Arc<Origin>, more: &str) -> Bed {
        Bed::open_with(folder, at, origin, ("offers.toml", more)).await
    }

    /// With another file of offers.
    async fn open_with(folder: TempDir, at: SocketAddr, origin: Arc<Origin>, (offers, more): (&str, &str)) -> Bed {
        std::fs::write(folder.path().join("offers.toml"), OFFERS).unwrap();
        let text = Bed::configured(at, (offers, more));
        Bed::of(&text, (folder, origin), Arc::new(world::now)).await
    }

    fn configured(at: SocketAddr, (offers, more): (&str, &str)) -> String {
        let streams = if offers == "metered.toml" { ", \"/s/*\"" } else { "" };
        let priced = if offers == "films.toml" { r#""/film/**""#.to_owned() } else { format!(r#""/a/*", "/tour", "/gift"{streams}"#) };
        format!(
            r#"
name = "Harbour Wallet"
mode = "test"
trusted_proxies = ["127.0.0.1"]
[wallet]
host = "wallet.localhost"
[payee.harbour]
name = "Harbour Review"
[payee.ann]
name = "Ann"
[site.news]
host = "{HOST}"
origin = "http://{at}"
payee = "harbour"
priced = [{priced}]
offers = ["{offers}"]
{more}"#
        )
    }

    /// By a configuration, in a time of the test's own.
    async fn of(text: &str, (folder, origin): (TempDir, Arc<Origin>), clock: SharedClock) -> Bed {
        let config = Config::parse(text, Path::new("farthing.toml"), folder.path()).unwrap();
        let opened = Opened::open(config, clock).await.unwrap();
        let door = SiteDoor::new(Arc::clone(&opened.instance), "news").unwrap();
        Bed { opened, door, origin, folder }
    }

    /// The program ends and starts again over the same folder.
    async fn restarted(self) -> Bed {
        let Bed { opened, door, origin, folder } = self;
        drop(door);
        opened.finish().unwrap();
        Bed::open(folder, origin.address, origin).await
    }

    async fn restarted_metered(self) -> Bed {
        let Bed { opened, door, origin, folder } = self;
        drop(door);
        opened.finish().unwrap();
        Bed::open_with(folder, origin.address, origin, ("metered.toml", "")).await
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> Answer {
        self.ask_at(request, &visit(world::now())).await
    }

    async fn ask_at(&self, request: Request<Full<Bytes>>, visit: &Visit) -> Answer {
        Answer::of(self.door.handle(request, visit, peer()).await).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(request("GET", path, &[])).await
    }

    /// Asks for the price of a page.
    async fn challenge(&self, path: &str) -> Challenge {
        self.get(path).await.challenge()
    }

    /// Pays for a page under a fresh challenge.
    async fn pay(&self, path: &str, key: &SigningKey) -> Answer {
        let credential = Credential::sign(self.challenge(path).await, key).unwrap();
        self.ask(request("GET", path, &[("authorization", &credential.header_value())])).await
    }

    /// A wallet with so much in it.
    async fn wallet(&self, number: u64, units: u32) -> SigningKey {
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        let key = SigningKey::from_seed(seed);
        if units > 0 {
            let top_up = TopUp { party: key.public().account(), asset: eur(), amount: Amount::from_u32(units), most: Amount::MAX };
            let answer = self.opened.instance.order(Body::TopUp(top_up)).await.unwrap();
            answer.outcome.effect().unwrap();
        }
        key
    }

    async fn available(&self, key: &SigningKey) -> u64 {
        let party = key.public().account();
        self.opened.instance.look(move |state, _| state.available(party, eur()).units()).await.unwrap()
    }

    /// All that could have moved: sales, and what everybody has.
    async fn books(&self) -> String {
        let handles = ["harbour", "ann"];
        let read = move |state: &market::State, _: Timestamp| {
            let earned = handles.map(|handle| state.earned(state.payee(handle).unwrap().party, eur()).units());
            let sales: Vec<_> = state.sales().map(|(id, sale)| format!("{id:?} {} {}", sale.charged, sale.is_live())).collect();
            format!("{earned:?} {sales:?}")
        };
        self.opened.instance.look(read).await.unwrap()
    }

    /// How many payers' signatures an auditor verifies, and that its own figures are those of replaying.
    fn audited(&self) -> u64 {
        let (mut auditor, mut proofs) = (Auditor::default(), Proofs::default());
        for frame in self.opened.instance.frames().unwrap() {
            let mut watchers: Vec<&mut dyn Watcher> = vec![&mut proofs];
            auditor.frame(&frame.unwrap(), &mut watchers).unwrap();
        }
        proofs.checked().purchases
    }

    /// What both payees earned together.
    async fn earned(&self) -> u64 {
        let read = |state: &market::State, _: Timestamp| {
            ["harbour", "ann"].map(|handle| state.earned(state.payee(handle).unwrap().party, eur()).units()).iter().sum()
        };
        self.opened.instance.look(read).await.unwrap()
    }
}

/// A reply read whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    async fn of(reply: Reply) -> Answer {
        let (parts, body) = reply.into_parts();
        let body = body.collect().await.map_or_else(|_| Bytes::from_static(b"(broke off)"), |body| body.to_bytes());
        Answer { status: parts.status, headers: parts.headers, body }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and code of a refusal.
    fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// The code of a refusal; nothing of an answer that is none.
    fn refusal_code(&self) -> String {
        let said: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        said["code"].as_str().unwrap_or_default().to_owned()
    }

    fn challenge(&self) -> Challenge {
        assert_eq!(self.status, StatusCode::PAYMENT_REQUIRED, "{}", self.text());
        self.fresh_challenge().expect("a 402 has a challenge")
    }

    fn fresh_challenge(&self) -> Option<Challenge> {
        let lines: Vec<_> = self.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect();
        parse_all(lines).unwrap().into_iter().find(|challenge| challenge.intent == "charge")
    }

    fn receipt(&self) -> Option<protocol::receipt::Signed> {
        self.headers.get("payment-receipt").map(|value| protocol::receipt::Signed::parse(value.to_str().unwrap()).unwrap())
    }

    /// The value that a cookie was set to.
    fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
        lines
            .filter_map(|line| line.split(';').next()?.split_once('='))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.to_owned())
    }
}

fn eur() -> Asset {
    Asset::fiat("EUR").unwrap()
}

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Request<Full<Bytes>> {
    with_body(method, path, headers, "")
}

fn with_body(method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let mut request = Request::builder().method(method).uri(path).body(Full::new(body.into())).unwrap();
    for (name, value) in headers {
        request.headers_mut().append(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    request
}

fn visit(now: Timestamp) -> Visit {
    Visit {
        client_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        request_id: "req-1".to_owned(),
        now,
        reach: Reach::Loopback,
        lang: crate::web::Lang::EN,
    }
}

fn later(seconds: u64) -> Visit {
    visit(world::now().after(Span(seconds)))
}

fn peer() -> Forwarded {
    Forwarded {
        client_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        proto: Proto::Http,
        host: HeaderValue::from_static("news.localhost:4020"),
        earlier: Earlier::Replaced,
    }
}
