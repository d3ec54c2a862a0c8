//! Who may come in is changed with a fresh proof only: the way to the wallet and back, and what is refused on it.

use super::house::{House, Person, Seen};
use crate::desk::enter::WAITING_S;
use crate::door::{DESK_COOKIE, NONCE_COOKIE, Visit, WALLET_COOKIE};
use crate::login::{self, Browser};
use crate::wallet::WalletDoor;
use crate::world;
use bytes::Bytes;
use http::{Request, header};
use http_body_util::Full;
use money::{Span, Timestamp};
use protocol::text::account;
use std::sync::Arc;
use store::vault::{CodeHash, Door, Role};

/// The presses that decide who comes in, with the page each is on.
async fn presses(owner: &Person<'_>) -> Vec<(String, Vec<(&'static str, String)>, &'static str)> {
    let made = owner.post("/developers/keys", &[("name", "shop"), ("scope-read", "on"), ("days", "0")]).await;
    let key = made.text.split("/developers/keys/key_").nth(1).unwrap().split('"').next().unwrap();
    let me = account(owner.party);
    vec![
        ("/team/invite".to_owned(), vec![("role", "editor".to_owned())], "/team"),
        ("/team/role".to_owned(), vec![("member", me.clone()), ("role", "reader".to_owned())], "/team"),
        ("/team/remove".to_owned(), vec![("member", me)], "/team"),
        (
            "/developers/keys".to_owned(),
            vec![("name", "theirs".to_owned()), ("scope-read", "on".to_owned()), ("days", "0".to_owned())],
            "/developers/keys",
        ),
        (format!("/developers/keys/key_{key}/rotate"), vec![], "/developers/keys"),
    ]
}

/// Gives somebody a way back to their wallet, and with it something to prove who they are.
async fn keep(house: &House, person: &Person<'_>) {
    let (party, hash, now) = (person.party, CodeHash(world::random()), world::now());
    let kept = house.opened.instance.vault(move |vault| {
        vault.lay_codes((party, Door::Wallet), &[hash], now)?;
        vault.confirm_codes((party, Door::Wallet), &hash)
    });
    assert!(kept.await.unwrap());
}

fn cookie_of<'s>(seen: &'s Seen, name: &str) -> &'s str {
    let lines = seen.headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap());
    lines.filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')?.split(';').next()).next().unwrap()
}

fn csrf_of(seen: &Seen) -> String {
    seen.text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn desk(house: &House, target: &str, cookies: &str) -> Seen {
    let request = Request::builder().uri(target).header(header::HOST, "desk.localhost:4020").header(header::COOKIE, cookies);
    house.send(request.body(Full::new(Bytes::new())).unwrap()).await
}

/// The wallet's answer to a browser whose login there was last proved then.
async fn hop(house: &House, owner: &Person<'_>, (target, proved_at): (&str, Option<Timestamp>)) -> Seen {
    let browser = Browser { door: Door::Wallet, agent: "", proved_at, now: world::now() };
    let login = login::begin(&house.opened.instance, owner.party, browser).await.unwrap();
    let cookie = format!("{WALLET_COOKIE}={}", login.cookie.unwrap().0);
    let request = Request::builder().uri(target).header(header::HOST, "wallet.localhost:4020").header(header::COOKIE, cookie);
    let door = WalletDoor::new(Arc::clone(&house.opened.instance), None);
    Seen::of(door.handle(request.body(Full::new(Bytes::new())).unwrap(), &house.visit()).await).await
}

fn path(address: &str) -> &str {
    address.split_once("localhost:4020").map_or(address, |(_, path)| path)
}

#[tokio::test]
async fn who_comes_in_is_changed_with_a_fresh_proof_only() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Owner).await;
    let presses = presses(&owner).await;
    keep(&house, &owner).await;
    for (press, fields, page) in &presses {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let seen = owner.post(press, &fields).await;
        assert_eq!((seen.status.as_u16(), seen.location()), (303, format!("{page}?proved=0").as_str()), "{press}");
        let seen = owner.get(seen.location()).await;
        assert!(seen.says("Nothing was changed") && seen.text.contains("/prove?to="), "{press}: {}", seen.text);
        assert!(!seen.text.contains(&format!("action=\"{press}\"")), "{press} cannot be pressed");
    }
    let all = crate::keys::list(&house.opened.instance, "harbour").await.unwrap();
    assert!(all.len() == 1 && all.iter().all(|key| key.successor.is_none()), "{all:?}");
    // What takes nobody in goes on.
    let revoke = presses[4].0.replace("rotate", "revoke");
    assert_eq!(owner.post(&revoke, &[]).await.location(), "/developers/keys");

    let asked = owner.get("/prove?to=team").await;
    let (nonce, way) = (cookie_of(&asked, NONCE_COOKIE), path(asked.location()));
    assert!(way.starts_with("/hop?st=") && way.ends_with("&prove=team"), "{way}");
    for old in [None, Some(world::now().before(Span(301)))] {
        let seen = hop(&house, &owner, (way, old)).await;
        assert_eq!(seen.location(), way.replace("/hop", "/sign-in"), "{old:?}: the wallet asks first");
    }
    let seen = hop(&house, &owner, (way, Some(world::now()))).await;
    let back = path(seen.location()).to_owned();
    let cookies = format!("{DESK_COOKIE}={}; {NONCE_COOKIE}={nonce}", owner.cookie());
    let seen = desk(&house, &back, &cookies).await;
    assert_eq!(seen.location(), "/team?proved=1");
    let cookie = cookie_of(&seen, DESK_COOKIE).to_owned();
    assert_eq!(owner.get("/team").await.location(), "/", "the login that stood here is over");
    let team = desk(&house, "/team?proved=1", &format!("{DESK_COOKIE}={cookie}")).await;
    assert!(team.says("It is you") && team.text.contains("action=\"/team/invite\""), "{}", team.text);

    let proved = Person { cookie, csrf: csrf_of(&team), ..owner };
    assert_eq!(proved.post("/team/invite", &[("role", "editor")]).await.status, 200);
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs([("csrf", &*proved.csrf), ("role", "editor")]).finish();
    let request = Request::builder().method("POST").uri("/team/invite").header(header::HOST, "desk.localhost:4020");
    let request = request.header("sec-fetch-site", "same-origin").header(header::COOKIE, format!("{DESK_COOKIE}={}", proved.cookie()));
    let later = Visit { now: world::now().after(Span(301)), ..house.visit() };
    let seen = Seen::of(house.door.handle(request.body(Full::new(Bytes::from(body))).unwrap(), &later).await).await;
    assert_eq!(seen.location(), "/team?proved=0", "five minutes later it wants another");
    drop(proved);
    house.close();
}

#[tokio::test]
async fn a_proof_is_the_browsers_that_asked_and_leads_nowhere_else() {
    let house = House::open().await;
    let owner = house.member("harbour", Role::Owner).await;
    keep(&house, &owner).await;
    for wrong in ["/prove", "/prove?to=", "/prove?to=//evil.example", "/prove?to=settings"] {
        assert_eq!(owner.get(wrong).await.status, 404, "{wrong}");
    }
    let prefetched = owner.ask(http::Method::GET, "/prove?to=keys", &[("sec-purpose", "prefetch")], &[]).await;
    assert_eq!(prefetched.status, 503);
    let asked = owner.get("/prove?to=keys").await;
    assert!(asked.header("set-cookie").contains(&format!("Max-Age={WAITING_S}")));
    let way = path(asked.location()).to_owned();
    let foreign = format!("{DESK_COOKIE}={}; {NONCE_COOKIE}=AAAAAAAAAAAAAAAAAAAAAA", owner.cookie());
    let seen = hop(&house, &owner, (&way, Some(world::now()))).await;
    let (back, seen) = (path(seen.location()).to_owned(), desk(&house, path(seen.location()), &foreign).await);
    assert_eq!(seen.location(), "/", "another browser's nonce");
    let own = format!("{DESK_COOKIE}={}; {NONCE_COOKIE}={}", owner.cookie(), cookie_of(&asked, NONCE_COOKIE));
    assert_eq!(desk(&house, &back, &own).await.location(), "/", "a code that came in is used up");
    assert!(owner.get("/developers/keys").await.text.contains("/prove?to=keys"), "and the login that stood here has no proof");
    // Signing in by a wallet that was proved long ago brings no proof along.
    let plain = way.strip_suffix("&prove=keys").unwrap();
    let seen = hop(&house, &owner, (plain, None)).await;
    let seen = desk(&house, path(seen.location()), &own).await;
    assert_eq!(seen.location(), "/");
    let cookie = format!("{DESK_COOKIE}={}", cookie_of(&seen, DESK_COOKIE));
    assert!(desk(&house, "/developers/keys", &cookie).await.text.contains("/prove?to=keys"));
    house.close();
}
