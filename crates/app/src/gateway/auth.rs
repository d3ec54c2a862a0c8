//! `forward-auth`: the payee's own server asks about each request before it serves it.
//!
//! Two ways to ask. With `?else=403` the answer is a bare yes or no, and on a no the server hands the whole request over to
//! the gateway, which answers as in front of everything: wall, charge, bar, undo and the refund of a page that did not come.
//! A yes is only said where the gateway would have added nothing to the answer. Without it the no is the whole refusal.
//! Neither way charges anything: a charge whose page we do not see could not be taken back by itself, and its receipt would
//! not reach the payer, since such servers hand on what they are told to the origin alone.
//!
//! The server reads addresses in its own way, so a yes is only said to the one spelling that all readers read alike.

use super::Gate;
use super::deliver::Grounds;
use super::dialect;
use super::fold::{Alias, Target};
use super::priced::Ask;
use super::proxy::{Earlier, brings_credential, private_caching};
use crate::config::{Attach, Bar};
use crate::door::{self, Reply};
use crate::receipts::Sold;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode, header};
use protocol::problem::Problem;
use std::sync::Arc;

/// Where a payee's server asks.
pub const PATH: &str = "/.well-known/farthing/auth";
/// How it asks for a bare no.
const BARE: &str = "else=403";

/// Who carries out what is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Via {
    /// The gateway: it asks the origin by itself.
    Proxy,
    /// A server that asked whether it may.
    Auth,
}

/// Marks an answer that really says yes, so that no other 2xx can be taken for one.
#[derive(Clone, Copy)]
struct Yes;

/// What is to be said of a request.
enum Word {
    /// It costs nothing.
    Free,
    /// This browser owns it, and the answer needs nothing of ours.
    Held(Arc<Sold>),
    /// A probe of ours may see it, as it would be served.
    Probed,
    /// Anything else.
    No,
}

impl Gate {
    /// `GET /.well-known/farthing/auth`
    pub(super) async fn auth(self: &Arc<Self>, ask: &Ask) -> Reply {
        // Anybody can write these fields; of a listed server we know who did.
        if self.site.attach != Attach::ForwardAuth || ask.peer.earlier != Earlier::Trusted {
            return self.refuse(ask, &Problem::Unknown);
        }
        let bare = ask.target.sent.split_once('?').is_some_and(|(_, query)| query == BARE);
        let mut reply = match self.asked_about(ask) {
            Ok(about) if bare => self.word(&about).await,
            Ok(about) => self.whole(about).await,
            Err(_) if bare => no(),
            Err(problem) => self.refuse(ask, &problem),
        };
        if reply.status().is_success() && reply.extensions_mut().remove::<Yes>().is_none() {
            tracing::error!(site = %self.name, request = %ask.visit.request_id, "a success that is no yes");
            return self.refuse(ask, &Problem::Internal);
        }
        reply
    }

    /// The request that the server has before it.
    fn asked_about(&self, ask: &Ask) -> Result<Ask, Problem> {
        let wrong = |said: &str| Problem::BadRequest { detail: said.to_owned() };
        let method = one(&ask.headers, "x-forwarded-method").and_then(|method| method.parse::<Method>().ok());
        let method = method.ok_or_else(|| wrong("X-Forwarded-Method names no method"))?;
        let sent = one(&ask.headers, "x-forwarded-uri").ok_or_else(|| wrong("X-Forwarded-Uri names no page"))?;
        let target = Target::only_spelling(sent, &self.site.query)?;
        if ask.headers.keys().any(|name| speaks_for_us(name.as_str())) {
            return Err(wrong("it brings fields that only the gateway or an origin may write"));
        }
        let (visit, peer) = (ask.visit.clone(), ask.peer.clone());
        let mut headers = ask.headers.clone();
        headers.remove(header::CONTENT_LENGTH);
        Ok(Ask { method, target, headers, visit, peer, via: Via::Auth, dialect: dialect::plain() })
    }

    async fn word(&self, about: &Ask) -> Reply {
        match self.judged(about).await {
            Word::Free => yes(),
            Word::Held(sold) => self.said_yes(about, &sold, Grounds::Cookie),
            Word::Probed => said_yes_to_probe(),
            Word::No => no(),
        }
    }

    /// Nothing is charged or spent here.
    async fn judged(&self, about: &Ask) -> Word {
        if self.own_at(&about.target.path).is_some() || brings_credential(&about.headers) {
            return Word::No;
        }
        if !self.priced.cover(&about.target.path) {
            return if about.target.alias(&self.priced) == Alias::None { Word::Free } else { Word::No };
        }
        if self.is_free(about) {
            return Word::Free;
        }
        if about.method == Method::OPTIONS {
            return Word::No;
        }
        if self.is_probe(about) {
            return Word::Probed;
        }
        // A cookie whose end is to be moved goes back with the page.
        let Ok(Some(party)) = self.settled_reader(about).await else { return Word::No };
        match self.owned(party, about).await {
            Ok(Some(sold)) if !self.has_more_to_do(about, &sold) => Word::Held(sold),
            Ok(_) | Err(_) => Word::No,
        }
    }

    /// True if the gateway would put a bar into the page, or must see whether a fresh sale brings it.
    fn has_more_to_do(&self, about: &Ask, sold: &Sold) -> bool {
        let barred = self.site.bar == Bar::Insert && sold.sale.can_undo(about.visit.now);
        barred || self.firsts.awaits(sold.id, sold.sale.at, about.visit.now)
    }

    /// The answer that stands alone.
    async fn whole(self: &Arc<Self>, about: Ask) -> Reply {
        if self.own_at(&about.target.path).is_some() {
            return self.refuse(&about, &Problem::Unknown);
        }
        if !self.priced.cover(&about.target.path) {
            if about.target.alias(&self.priced) == Alias::None {
                return yes();
            }
            let detail = "a page that is for sale has another spelling of its address".to_owned();
            return self.refuse(&about, &Problem::BadRequest { detail });
        }
        if self.is_free(&about) {
            return yes();
        }
        let request = Request::new(door::full(Bytes::new()));
        self.sold_page(&about.of_sold_page(), request).await
    }

    /// Yes, with the facts for the origin and what belongs to the answer.
    pub(super) fn said_yes(&self, ask: &Ask, sold: &Sold, grounds: Grounds) -> Reply {
        let mut reply = self.with_receipt(yes(), ask, sold, grounds);
        for (name, value) in self.facts_for_origin(sold, grounds) {
            reply.headers_mut().insert(name, value);
        }
        private_caching(reply.headers_mut(), None);
        reply
    }
}

/// Yes to a probe of ours: nobody bought anything, so the origin is told of nobody.
pub(super) fn said_yes_to_probe() -> Reply {
    let mut reply = yes();
    private_caching(reply.headers_mut(), None);
    reply
}

fn yes() -> Reply {
    let mut reply = Reply::new(door::full(Bytes::new()));
    reply.extensions_mut().insert(Yes);
    reply
}

fn no() -> Reply {
    let mut reply = Reply::new(door::full(Bytes::new()));
    *reply.status_mut() = StatusCode::FORBIDDEN;
    reply
}

/// A credential is charged where the page is fetched, since only there is seen whether it came.
pub(super) fn not_charged_here() -> Problem {
    let detail = "the server in front asked about a payment instead of handing it over; nothing was charged".to_owned();
    Problem::BadRequest { detail }
}

/// A field that stands there once; of two the server may have written either.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut lines = headers.get_all(name).into_iter();
    let first = lines.next().and_then(|line| line.to_str().ok());
    first.filter(|_| lines.next().is_none())
}

/// Fields by which a stranger would speak to the origin in our name, or name another page than the one that is judged.
/// The gateway takes them off; a server that only asks might pass them on.
fn speaks_for_us(name: &str) -> bool {
    let name = name.replace('_', "-");
    name.starts_with("farthing-") || matches!(name.as_str(), "x-original-url" | "x-rewrite-url")
}
