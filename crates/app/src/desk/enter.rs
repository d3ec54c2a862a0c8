//! At the threshold: nobody is signed in, somebody comes back from the wallet, or joins a team, or works for no payee.
//!
//! People prove who they are in the wallet. The desk gives the browser a nonce, the wallet a one-use code that is bound to it;
//! an invitation that was typed before signing in waits under a ticket until the browser is back.

use super::{DeskDoor, stranger};
use crate::acts::{Doer, Done};
use crate::door::{self, DESK_COOKIE, JOIN_COOKIE, NONCE_COOKIE, Reply, Visit};
use crate::instance::Instance;
use crate::login::{self, Browser, SignedIn};
use crate::proof::invitation::InvitationCode;
use crate::wallet::Asked;
use crate::web::desk::{self, JoinView, Proving, SignInView, WithoutTeamView};
use crate::web::lang::plain;
use crate::web::{Form, PageKind};
use crate::world;
use http::{Method, StatusCode};
use money::Party;
use protocol::problem::Problem;
use protocol::text::{array_from_base64url, base64url};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::vault::{Door, Invitation, InvitationHash, Member, What};

/// How long a browser keeps its nonce and a typed invitation, in seconds.
pub(super) const WAITING_S: u64 = 900;
/// What the address says when somebody comes back from the wallet with a proof, or was refused for want of one.
pub(super) const PROVED: &str = "proved=1";
pub(super) const UNPROVED: &str = "proved=0";
/// Longest name of a member, in letters.
const MOST_NAME: usize = 60;

/// An invitation that was typed, and by whom.
pub(super) struct Joining {
    hash: InvitationHash,
    name: String,
}

impl DeskDoor {
    /// Paths that are there for somebody without a team too; `None` for all others.
    pub(super) async fn threshold(&self, login: Option<&SignedIn>, asked: &Asked, visit: &Visit) -> Option<Result<Reply, Problem>> {
        match asked.path.as_str() {
            "/enter" if asked.is_read() => Some(self.enter(login, asked, visit).await),
            "/join" if asked.is_read() => Some(Ok(self.join_page((login, visit), StatusCode::OK, (["", ""], None)))),
            "/join" if asked.method == Method::POST => Some(self.join(login, asked, visit).await),
            "/enter" => Some(Err(Problem::MethodNotAllowed { allow: "GET, HEAD" })),
            "/join" => Some(Err(Problem::MethodNotAllowed { allow: "GET, HEAD, POST" })),
            _ => None,
        }
    }

    /// `GET /enter?code=`: back from the wallet, with what it says of the last proof. The login that stood here ends.
    async fn enter(&self, old: Option<&SignedIn>, asked: &Asked, visit: &Visit) -> Result<Reply, Problem> {
        let query = door::form(asked.query.as_bytes());
        let hop = query.get("code").and_then(|code| self.instance.hops.take(code, visit.now));
        let nonce = door::cookie(&asked.headers, NONCE_COOKIE).and_then(|nonce| array_from_base64url::<16>(nonce).ok());
        // A code of another browser's, or an old one, signs nobody in; the page to begin with asks again.
        let Some(hop) = hop.filter(|hop| nonce.is_some_and(|nonce| <[u8; 32]>::from(Sha256::digest(nonce)) == hop.st_hash)) else {
            return Ok(door::see_other("/"));
        };
        let proved_at = Some(hop.proved_at).filter(|at| at.0 > 0);
        let browser = Browser { proved_at, ..asked.browser(Door::Desk, visit.now) };
        let login = login::begin(&self.instance, hop.party, browser).await?;
        if let Some(old) = old {
            old.end(&self.instance).await?;
        }
        if let Some(joining) = door::cookie(&asked.headers, JOIN_COOKIE).and_then(|ticket| self.joining.take(ticket, visit.now)) {
            self.accept(login.party, joining, visit).await?;
        }
        let mut reply = door::see_other(&hop.proving.map_or("/".to_owned(), |proving| format!("{}?{PROVED}", address(proving))));
        if let Some((value, max_age_s)) = &login.cookie {
            door::set_cookie(&mut reply, DESK_COOKIE, value, *max_age_s);
        }
        door::set_cookie(&mut reply, NONCE_COOKIE, "", 0);
        door::set_cookie(&mut reply, JOIN_COOKIE, "", 0);
        Ok(reply)
    }

    fn join_page(
        &self,
        (login, visit): (Option<&SignedIn>, &Visit),
        status: StatusCode,
        (typed, refused): ([&str; 2], Option<String>),
    ) -> Reply {
        let csrf = login.map(|login| login.csrf.clone()).unwrap_or_default();
        let form = Form { action: "/join".to_owned(), csrf, fields: Vec::new() };
        let [code, name] = typed.map(str::to_owned);
        let view = JoinView { frame: stranger(&self.instance, visit), is_in: login.is_some(), form, code, name, refused };
        door::page(visit, status, PageKind::DeskTo { origin: &self.instance.wallet_url() }, desk::join(&view))
    }

    /// `POST /join`: takes an invitation, or keeps it while its bearer signs in.
    async fn join(&self, login: Option<&SignedIn>, asked: &Asked, visit: &Visit) -> Result<Reply, Problem> {
        if !door::is_same_origin(&asked.headers, &self.instance.desk_url().unwrap_or_default()) {
            return Err(Problem::CrossSite);
        }
        self.tries.step(visit.client_ip, visit.now)?;
        let form = door::form(&asked.body);
        let typed = |field: &str| form.get(field).map_or("", |text| text.trim());
        let name: String = typed("name").chars().take(MOST_NAME).collect();
        let again =
            |why: String| self.join_page((login, visit), StatusCode::UNPROCESSABLE_ENTITY, ([typed("code"), typed("name")], Some(why)));
        let hash = InvitationCode::read(typed("code")).map(|code| code.hash());
        let known = match hash {
            Some(hash) => self.invited(hash, visit).await?.map(|_| hash),
            None => None,
        };
        let Some(hash) = known else { return Ok(again(plain!(visit.lang, "desk-join-wrong"))) };
        if name.is_empty() {
            return Ok(again(plain!(visit.lang, "desk-join-nameless")));
        }
        let joining = Joining { hash, name };
        let Some(login) = login else {
            let ticket = self.joining.issue(joining, visit.now);
            let (mut reply, hop_url) = sent_to_the_wallet(&self.instance, asked);
            door::set_cookie(&mut reply, JOIN_COOKIE, &ticket, WAITING_S);
            reply.headers_mut().insert(http::header::LOCATION, header_value(&hop_url));
            return Ok(reply);
        };
        login.check(&form)?;
        self.accept(login.party, joining, visit).await?;
        Ok(door::see_other("/"))
    }

    async fn invited(&self, hash: InvitationHash, visit: &Visit) -> Result<Option<(String, store::vault::Role)>, Problem> {
        let now = visit.now;
        let found = self.instance.vault(move |vault| vault.invitation(&hash, now)).await?;
        Ok(match found {
            Some(Invitation::Member { payee, role }) => Some((payee, role)),
            Some(Invitation::Operator) | None => None,
        })
    }

    /// Makes a member of whoever brought an invitation, and puts them at that payee's desk. One that was taken meanwhile
    /// changes nothing.
    async fn accept(&self, party: Party, joining: Joining, visit: &Visit) -> Result<(), Problem> {
        let Some((payee, role)) = self.invited(joining.hash, visit).await? else { return Ok(()) };
        let now = visit.now;
        let member = Member { payee: payee.clone(), party, role, name: joining.name, created_at: now };
        let joined = self.instance.vault(move |vault| {
            let taken = vault.take_invitation(&joining.hash, now)?;
            if taken {
                vault.set_member(&member)?;
                vault.set_fact(party, super::CHOSEN, &member.payee, now)?;
            }
            Ok(taken)
        });
        if joined.await? {
            Doer::member(&payee, party, visit).did(&self.instance, Done::to(What::MemberJoined, role.word())).await?;
        }
        Ok(())
    }

    /// What somebody without a login sees: the way in by the wallet. Whatever they asked for is not told apart.
    pub(super) fn sign_in_first(&self, asked: &Asked, visit: &Visit) -> Reply {
        if asked.path != "/" || !asked.is_read() {
            return door::see_other("/");
        }
        let (nonced, hop_url) = sent_to_the_wallet(&self.instance, asked);
        let view = SignInView { frame: stranger(&self.instance, visit), hop_url };
        let mut reply = door::page(visit, StatusCode::OK, PageKind::Desk, desk::sign_in(&view));
        reply.headers_mut().extend(nonced.headers().get(http::header::SET_COOKIE).map(|line| (http::header::SET_COOKIE, line.clone())));
        reply
    }
}

/// A browser that gets a nonce, and the wallet's address that knows its hash.
fn sent_to_the_wallet(instance: &Instance, asked: &Asked) -> (Reply, String) {
    let known = door::cookie(&asked.headers, NONCE_COOKIE).and_then(|nonce| array_from_base64url::<16>(nonce).ok());
    let nonce = known.unwrap_or_else(world::random);
    let hop_url = format!("{}/hop?st={}", instance.wallet_url(), base64url(&Sha256::digest(nonce)));
    let mut reply = door::see_other("/");
    door::set_cookie(&mut reply, NONCE_COOKIE, &base64url(&nonce), WAITING_S);
    (reply, hop_url)
}

/// `GET /prove?to=`: to the wallet for a fresh proof, and from there back to what wants it.
pub(super) fn prove(instance: &Instance, asked: &Asked, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
    if asked.is_prefetch() {
        return Err(Problem::Busy { retry_after_s: 1 });
    }
    let proving = query.get("to").and_then(|word| Proving::of_word(word)).ok_or(Problem::Unknown)?;
    let (mut reply, hop_url) = sent_to_the_wallet(instance, asked);
    reply.headers_mut().insert(http::header::LOCATION, header_value(&format!("{hop_url}&prove={}", proving.word())));
    Ok(reply)
}

/// The page that wants a proof.
pub(super) const fn address(proving: Proving) -> &'static str {
    match proving {
        Proving::Team => "/team",
        Proving::Keys => "/developers/keys",
    }
}

/// An address of ours as a header; ours are clean.
fn header_value(address: &str) -> http::HeaderValue {
    http::HeaderValue::from_str(address).unwrap_or(http::HeaderValue::from_static("/"))
}

/// What somebody sees who works for no payee, and the way out.
pub(super) async fn without_team(instance: &Arc<Instance>, (visit, asked): (&Visit, &Asked), login: &SignedIn) -> Result<Reply, Problem> {
    if asked.method == Method::POST && asked.path == "/sign-out" {
        let form: BTreeMap<String, String> = door::form(&asked.body);
        if !door::is_same_origin(&asked.headers, &instance.desk_url().unwrap_or_default()) {
            return Err(Problem::CrossSite);
        }
        login.check(&form)?;
        login.end(instance).await?;
        return Ok(signed_out());
    }
    if asked.path != "/" {
        return Ok(door::see_other("/"));
    }
    let sign_out = Form { action: "/sign-out".to_owned(), csrf: login.csrf.clone(), fields: Vec::new() };
    let view = WithoutTeamView { frame: stranger(instance, visit), join_url: "/join".to_owned(), sign_out };
    Ok(door::page(visit, StatusCode::OK, PageKind::Desk, desk::without_team(&view)))
}

/// The cookie is gone, and so is the login it named.
pub(super) fn signed_out() -> Reply {
    let mut reply = door::see_other("/");
    door::set_cookie(&mut reply, DESK_COOKIE, "", 0);
    reply
}
