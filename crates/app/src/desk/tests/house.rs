//! An instance with two payees that sell, one that shares, and the people who work for them.

use crate::config::Config;
use crate::desk::DeskDoor;
use crate::door::{DESK_COOKIE, Visit};
use crate::instance::{Opened, payee_party};
use crate::login::{self, Browser};
pub use crate::wallet::tests::house::Seen;
use crate::web::{Lang, Reach};
use crate::world;
use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::Full;
use market::{Body, Class, Command, Consent, Effect, Maker, Purchase, RefundReason, RefundRequest, TopUp};
use money::{Amount, CommandId, Party, Timestamp};
use protocol::text::serial;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::vault::{Door, Member, Role};
use tempfile::TempDir;

pub const DESK: &str = "http://desk.localhost:4020";

const OFFERS: &str = r#"
[offer.article]
unlock = "https://news.localhost/a/*"
price = { fixed = "0.05 EUR" }
refund = { window = "10m" }
split = [
  { label = "writer", to = "ann", bp = 7000 },
  { label = "service", to = "operator", bp = 500 },
  { label = "house", to = "self", rest = true },
]

[offer.open]
unlock = "https://news.localhost/open"
free = true
"#;

const RIVAL: &str = r#"
[offer.other]
unlock = "https://rival.localhost/a/*"
price = { fixed = "0.07 EUR" }
"#;

/// An instance that runs, with its desk.
pub struct House {
    pub opened: Opened,
    pub door: DeskDoor,
    folder: TempDir,
}

/// Somebody with a login at the desk.
pub struct Person<'h> {
    pub house: &'h House,
    pub party: Party,
    pub cookie: String,
    pub csrf: String,
}

impl House {
    pub async fn open() -> House {
        House::open_in(tempfile::tempdir().unwrap()).await
    }

    /// Ends and begins again on the same folder.
    pub async fn again(self) -> House {
        let House { opened, door, folder } = self;
        drop(door);
        opened.finish().unwrap();
        House::open_in(folder).await
    }

    async fn open_in(folder: TempDir) -> House {
        std::fs::write(folder.path().join("offers.toml"), OFFERS).unwrap();
        std::fs::write(folder.path().join("rival.toml"), RIVAL).unwrap();
        // What a site is named in files it has from them; `shop` has its offers from the desk.
        let site = |name: &str, payee: &str, files: &str| {
            format!(
                "[site.{name}]\nhost = \"{name}.localhost\"\norigin = \"http://127.0.0.1:9\"\npayee = \"{payee}\"\npriced = [\"/a/**\"]\n\
                 offers = [{files}]\n"
            )
        };
        let config = format!(
            "name = \"Harbour Wallet\"\nmode = \"test\"\ncurrency = \"EUR\"\nwallet = {{ host = \"wallet.localhost\" }}\n\
             desk = {{ host = \"desk.localhost\" }}\n[payee.harbour]\nname = \"Harbour <b>Review</b>\"\n[payee.ann]\nname = \"Ann\"\n\
             [payee.rival]\nname = \"Rival\"\n{}{}{}",
            site("news", "harbour", "\"offers.toml\""),
            site("rival", "rival", "\"rival.toml\""),
            site("shop", "harbour", "")
        );
        let config = Config::parse(&config, Path::new("farthing.toml"), folder.path()).unwrap();
        let opened = Opened::open(config, Arc::new(world::now)).await.unwrap();
        let door = DeskDoor::new(Arc::clone(&opened.instance), None);
        House { opened, door, folder }
    }

    /// Ends in order; what went wrong on the way shows here.
    pub fn close(self) {
        let House { opened, door, folder } = self;
        drop(door);
        opened.finish().unwrap();
        folder.close().unwrap();
    }

    pub fn visit(&self) -> Visit {
        let client_ip = "127.0.0.1".parse().unwrap();
        Visit { client_ip, request_id: "request1".to_owned(), now: world::now(), reach: Reach::Loopback, lang: Lang::EN }
    }

    /// Somebody signed in who works for no payee.
    pub async fn stranger(&self) -> Person<'_> {
        let party = Party(world::random());
        let browser = Browser { door: Door::Desk, agent: "", proved_at: None, now: world::now() };
        let login = login::begin(&self.opened.instance, party, browser).await.unwrap();
        Person { house: self, party, cookie: login.cookie.unwrap().0, csrf: login.csrf }
    }

    /// Somebody on a team.
    pub async fn member(&self, payee: &str, role: Role) -> Person<'_> {
        let person = self.stranger().await;
        person.joins(payee, role).await;
        person
    }

    /// A payer with five euros.
    pub async fn payer(&self) -> Party {
        let party = Party(world::random());
        let asset = self.opened.instance.config.asset();
        let top_up = TopUp { party, asset, amount: Amount::from_u32(5_000_000), most: Amount::from_u32(20_000_000) };
        self.opened.instance.order(Body::TopUp(top_up)).await.unwrap();
        party
    }

    /// Sells a page and gives the sale's serial, once the index has seen it.
    pub async fn sell(&self, payer: Party, realm: &str, path: &str) -> String {
        let instance = &self.opened.instance;
        let (offer, terms) = instance.offer_for(realm, path).unwrap();
        let (amount, asset) = terms.price.least().unwrap();
        let purchase = Purchase { payer, offer, item: format!("{realm}{path}"), amount, asset, consent: Consent::Pressed };
        let id = CommandId::new(world::now().ms(), world::random());
        let answer = instance.apply(Command { id, maker: Maker::Party(payer), body: Body::Buy(purchase) }).await.unwrap();
        let Ok(Effect::Sold { sale, .. }) = answer.outcome.effect() else { panic!("{:?}", answer.outcome) };
        self.settle().await;
        serial(sale)
    }

    /// The payer takes a purchase back.
    pub async fn undo(&self, payer: Party, sale: &str) {
        let sale = protocol::text::parse_serial(sale).unwrap();
        let body = Body::Refund(RefundRequest::whole(sale, RefundReason::Undo { payer }));
        let id = CommandId::new(world::now().ms(), world::random());
        let answer = self.opened.instance.apply(Command { id, maker: Maker::Party(payer), body }).await.unwrap();
        answer.outcome.effect().unwrap();
        self.settle().await;
    }

    /// Waits until the index shows what the books have of every payee.
    pub async fn settle(&self) {
        for handle in ["harbour", "ann", "rival"] {
            let want = i64::try_from(self.earned(handle).await).unwrap();
            let party = payee_party(self.opened.instance.id, handle);
            loop {
                let rows = self.opened.instance.index(move |index| index.history(party, Class::EarnedPending, None, 1)).await.unwrap();
                if rows.first().map_or(0, |row| row.balance) == want {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }

    /// What a payee earned, in base units, by the books.
    pub async fn earned(&self, handle: &'static str) -> u64 {
        let asset = self.opened.instance.config.asset();
        let earned = move |state: &market::State, _: Timestamp| state.earned(state.payee(handle).unwrap().party, asset).units();
        self.opened.instance.look(earned).await.unwrap()
    }

    /// A request of nobody.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Seen {
        Seen::of(self.door.handle(request, &self.visit()).await).await
    }
}

impl Person<'_> {
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub async fn joins(&self, payee: &str, role: Role) {
        let member = Member { payee: payee.to_owned(), party: self.party, role, name: "Mona <i>".to_owned(), created_at: world::now() };
        self.house.opened.instance.vault(move |vault| vault.set_member(&member)).await.unwrap();
    }

    pub async fn get(&self, target: &str) -> Seen {
        self.ask(Method::GET, target, &[], &[]).await
    }

    /// A form posted from a page of the desk, with this login's secret in it.
    pub async fn post(&self, target: &str, fields: &[(&str, &str)]) -> Seen {
        let fields: Vec<(&str, &str)> = [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.ask(Method::POST, target, &[("sec-fetch-site", "same-origin")], &fields).await
    }

    pub async fn ask(&self, method: Method, target: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Seen {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::builder().method(method).uri(target).header(header::HOST, "desk.localhost:4020");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header(header::COOKIE, format!("other=1; {DESK_COOKIE}={}", self.cookie));
        self.house.send(request.body(Full::new(Bytes::from(body))).unwrap()).await
    }
}
