//! An instance with wallet, desk and the operators' door, and people with logins at each.

use crate::admin::AdminDoor;
use crate::door::ADMIN_COOKIE;
use crate::login::{self, Browser};
pub use crate::wallet::tests::house::{House, Seen};
use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::Full;
use money::Party;
use std::path::Path;
use std::sync::Arc;
use store::vault::{Door, Passkey};

/// Every page of the door that only looks, but for those with an id in their address.
pub const PAGES: [&str; 12] =
    ["/", "/parties", "/books", "/limits", "/rails", "/jobs", "/audit", "/audit.csv", "/audit.json", "/config", "/backup", "/operators"];

/// The instance, and its operators' door.
pub struct Office {
    pub house: House,
    pub door: AdminDoor,
}

/// Somebody with a cookie for the door; the secret of their forms is that of their login.
pub struct Person<'o> {
    office: &'o Office,
    pub party: Party,
    pub cookie: String,
    pub csrf: String,
}

impl Office {
    pub async fn open() -> Office {
        let doors = "admin = { host = \"admin.localhost\" }\ndesk = { host = \"desk.localhost\" }";
        let house = House::open_as(&format!("mode = \"test\"\ncurrency = \"EUR\"\n{doors}"), None).await;
        let mut door = AdminDoor::new(Arc::clone(&house.opened.instance), "admin.localhost", None);
        door.free = |_| Some(20_000_000_000);
        Office { house, door }
    }

    /// The same with a disk that has so much left.
    pub async fn open_on(free: fn(&Path) -> Option<u64>) -> Office {
        let mut office = Office::open().await;
        office.door.free = free;
        office
    }

    pub fn close(self) {
        let Office { house, door } = self;
        drop(door);
        house.close();
    }

    /// Somebody with a login at some door, whose cookie is shown at this one.
    pub async fn login(&self, door: Door) -> Person<'_> {
        let (party, now) = (Party(crate::world::random()), self.house.now());
        let browser = Browser { door, agent: "", proved_at: Some(now), now };
        let login = login::begin(&self.house.opened.instance, party, browser).await.unwrap();
        Person { office: self, party, cookie: login.cookie.unwrap().0, csrf: login.csrf }
    }

    /// An operator with a passkey that opens this door.
    pub async fn operator(&self, name: &'static str) -> Person<'_> {
        let person = self.login(Door::Admin).await;
        let (party, now) = (person.party, self.house.now());
        let made = self.house.opened.instance.vault(move |vault| {
            let id = party.0.to_vec();
            vault.add_passkey(&Passkey {
                id,
                party,
                door: Door::Admin,
                name: "key".into(),
                key: "{}".into(),
                created_at: now,
                used_at: now,
            })?;
            vault.set_fact(party, "name", name, now)
        });
        made.await.unwrap();
        person
    }

    pub async fn send(&self, request: Request<Full<Bytes>>) -> Seen {
        Seen::of(self.door.handle(request, &self.house.visit()).await).await
    }

    /// Waits until the index has what the journal has.
    pub async fn settle(&self) {
        let instance = &self.house.opened.instance;
        let head = crate::ops::reach(instance).await.unwrap().sequence;
        while instance.index(|index| Ok(index.sequence())).await.unwrap() < head {
            tokio::task::yield_now().await;
        }
    }
}

impl Person<'_> {
    pub async fn get(&self, target: &str) -> Seen {
        self.ask(Method::GET, target, &[], &[]).await
    }

    /// A form posted from a page of the door, with this login's secret in it.
    pub async fn post(&self, target: &str, fields: &[(&str, &str)]) -> Seen {
        let fields: Vec<(&str, &str)> = [("csrf", self.csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.ask(Method::POST, target, &[("sec-fetch-site", "same-origin")], &fields).await
    }

    pub async fn ask(&self, method: Method, target: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Seen {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::builder().method(method).uri(target).header(header::HOST, "admin.localhost:4020");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header(header::COOKIE, format!("{ADMIN_COOKIE}={}", self.cookie));
        self.office.send(request.body(Full::new(Bytes::from(body))).unwrap()).await
    }
}
