//! Which way a request of the site goes: to an endpoint of ours, through to the origin, or to what is priced.

use super::Gate;
use super::auth::{self, Via};
use super::dialect;
use super::fold::{Alias, Target};
use super::priced::Ask;
use super::proxy::{Body, Forwarded, OriginError, UploadFault};
use crate::door::{self, Reply, Visit};
use crate::web::lang::plain;
use crate::web::{self, Lang, Link, PageKind, ProblemView};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use protocol::problem::Problem;
use std::sync::Arc;

const OWN: &str = "/.well-known/farthing/";

impl Gate {
    pub(super) async fn answer(self: &Arc<Self>, mut request: Request<Body>, visit: &Visit, peer: Forwarded) -> Reply {
        let target = match Target::fold(request.uri(), &self.site.query) {
            Ok(target) => target,
            Err(problem) => {
                let way_on = self.way_home(visit.lang, self.origin_url());
                return door::refuse(request.headers(), visit, &problem, (&self.instance, way_on));
            }
        };
        let (method, headers) = (request.method().clone(), request.headers().clone());
        let ask = Ask { method, target, headers, visit: visit.clone(), peer, via: Via::Proxy, dialect: dialect::plain() };
        drop_own_scheme(request.headers_mut());
        *request.uri_mut() = ask.target.forwarded();
        if let Some(own) = self.own_at(&ask.target.path) {
            return self.own(own, &ask, request).await;
        }
        if ask.method == Method::OPTIONS {
            if let Some(reply) = self.let_pay(&ask).filter(|_| self.priced.cover(&ask.target.path)) {
                return reply;
            }
            let reply = self.pass(&ask, request).await;
            let told = self.priced.cover(&ask.target.path) || ask.target.alias(&self.priced) != Alias::None;
            return if told { without_body(reply) } else { reply };
        }
        if self.is_message(&ask) {
            return self.message(ask, request).await;
        }
        if self.is_like_messages(&ask) {
            let detail = "messages for tools go to another spelling of this address".to_owned();
            return self.refuse(&ask, &Problem::BadRequest { detail });
        }
        if !self.priced.cover(&ask.target.path) {
            return match ask.target.alias(&self.priced) {
                Alias::None => self.pass(&ask, request).await,
                Alias::Slash(bare) if ask.is_read() => moved(&bare, &ask),
                Alias::Slash(_) | Alias::Loose => {
                    let detail = "a page that is for sale has another spelling of its address".to_owned();
                    self.refuse(&ask, &Problem::BadRequest { detail })
                }
            };
        }
        if self.is_free(&ask) {
            return self.pass(&ask, request).await;
        }
        let ask = ask.of_sold_page();
        let mut reply = self.sold_page(&ask, request).await;
        self.let_read(&mut reply, &ask);
        reply
    }

    /// The endpoint of ours at a path. One that a site has not asked for is its origin's.
    pub(super) fn own_at(&self, path: &str) -> Option<Own> {
        Own::at(path).filter(|own| self.site.x402_json || *own != Own::X402)
    }

    async fn own(self: &Arc<Self>, own: Own, ask: &Ask, request: Request<Body>) -> Reply {
        let allow = if matches!(own, Own::Undo | Own::Wallet | Own::Quote | Own::StopWatching) { "POST" } else { "GET, HEAD" };
        if !allow.split(", ").any(|method| ask.method == method) {
            let mut reply = self.refuse(ask, &Problem::MethodNotAllowed { allow });
            reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
            return reply;
        }
        match own {
            Own::Farthing => self.farthing_json(),
            Own::OpenApi => self.openapi_json(),
            Own::Llms => self.llms_txt(),
            Own::X402 => self.x402_json(),
            Own::Problem(code) => self.problem_page(ask, &code),
            Own::BarStyle => door::page(&ask.visit, StatusCode::OK, PageKind::BarStyle, web::BAR_CSS),
            Own::Return => self.come_back(ask).await,
            Own::Undo => self.undo(ask, request).await,
            Own::Wallet => self.choose_wallet(ask, request).await,
            Own::Quote => self.requote(ask, request).await,
            Own::Offer(hash) => self.offer_document(ask, &hash).await,
            Own::FeeLinks => self.fee_links(ask),
            Own::WalletAddress => self.wallet_address(ask),
            Own::Auth => self.auth(ask).await,
            Own::Pay => self.to_wallet(ask).await,
            Own::Wait => self.wait(ask).await,
            Own::Watch => self.watch(ask, request).await,
            Own::Watching => self.watching(ask).await,
            Own::StopWatching => self.stop_watching(ask, request).await,
            Own::Devices => self.devices(ask).await,
            Own::Beside => door::page(&ask.visit, StatusCode::OK, PageKind::SharedScript, web::BESIDE_SCRIPT),
            Own::Overlay => door::page(&ask.visit, StatusCode::OK, PageKind::SharedScript, web::OVERLAY_SCRIPT),
            Own::Logo(hash) => door::logo(&self.instance, &ask.visit, &hash).unwrap_or_else(|| self.refuse(ask, &Problem::Unknown)),
            Own::Nothing => self.refuse(ask, &Problem::Unknown),
        }
    }

    /// Through to the origin, untouched.
    pub(super) async fn pass(&self, ask: &Ask, request: Request<Body>) -> Reply {
        match self.forward(request, &[], &ask.peer).await {
            Ok(reply) => reply,
            Err(error) => self.refuse(ask, &self.origin_fault(ask, &error)),
        }
    }

    /// The refusal for an origin that gave no answer, when nothing was paid for it.
    pub(super) fn origin_fault(&self, ask: &Ask, error: &OriginError) -> Problem {
        tracing::warn!(site = %self.name, request = %ask.visit.request_id, %error, "no answer from the origin");
        match error {
            OriginError::Timeout { .. } => Problem::OriginSlow,
            OriginError::Unreachable { .. } | OriginError::BadHead { .. } | OriginError::Broken { .. } => Problem::OriginUnreachable,
            OriginError::Upload { fault: UploadFault::Broken | UploadFault::Stalled } => {
                Problem::BadRequest { detail: "its body did not arrive whole".to_owned() }
            }
            OriginError::Target { .. } => Problem::BadRequest { detail: "it asks for no page".to_owned() },
        }
    }

    /// To the site's first page.
    pub(super) fn way_home(&self, lang: Lang, href: String) -> Link {
        Link { text: plain!(lang, "go-to-site", site: &self.title()), href }
    }

    /// A refusal as a page for people and as a document for programs.
    pub(super) fn refuse(&self, ask: &Ask, problem: &Problem) -> Reply {
        let status = ask.dialect.status(problem);
        if !ask.wants_page() {
            let mut reply = dialect::document(problem, &self.origin_url(), status);
            ask.dialect.refused(self, ask, problem, reply.headers_mut());
            return reply;
        }
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let way_on = self.way_home(ask.visit.lang, "/".to_owned());
        let page = web::problem(&ProblemView::of(self.shown_instance(ask), problem, ask.visit.request_id.clone(), way_on));
        let mut reply = door::page(&ask.visit, status, PageKind::SitePage, page);
        if let Some(seconds) = problem.retry_after_s() {
            reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        ask.dialect.refused(self, ask, problem, reply.headers_mut());
        reply
    }
}

/// An endpoint of ours on the site's host.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Own {
    Farthing,
    OpenApi,
    Llms,
    X402,
    Problem(String),
    BarStyle,
    Return,
    Undo,
    /// Another wallet is chosen.
    Wallet,
    /// Another quote is asked for, by a wallet.
    Quote,
    /// The terms of an offer, by its hash.
    Offer(String),
    /// Everything that is for sale, as links.
    FeeLinks,
    /// An address of Open Payments.
    WalletAddress,
    Auth,
    Pay,
    /// A phone is waited for.
    Wait,
    /// A part of a film, for a session.
    Watch,
    /// How a session stands from which a film is watched.
    Watching,
    /// Which devices watch from it.
    Devices,
    /// It is to end, or one device is to stop.
    StopWatching,
    /// [`web::BESIDE_SCRIPT`], for pages elsewhere.
    Beside,
    /// [`web::OVERLAY_SCRIPT`], for pages elsewhere.
    Overlay,
    /// The logo of this hash.
    Logo(String),
    /// A name of ours under which nothing stands.
    Nothing,
}

impl Own {
    pub(super) fn at(path: &str) -> Option<Own> {
        let own = match path {
            protocol::discovery::FARTHING_PATH => Own::Farthing,
            protocol::discovery::OPENAPI_PATH => Own::OpenApi,
            protocol::discovery::LLMS_PATH => Own::Llms,
            protocol::discovery::X402_PATH => Own::X402,
            auth::PATH => Own::Auth,
            path => match (path.strip_prefix(OWN), path.strip_prefix("/problems/")) {
                (Some("return"), _) => Own::Return,
                (Some("undo"), _) => Own::Undo,
                (Some("wallet"), _) => Own::Wallet,
                (Some("quote"), _) => Own::Quote,
                (Some("offers.html"), _) => Own::FeeLinks,
                (Some("wallet-address"), _) => Own::WalletAddress,
                (Some(own), _) if own.starts_with("offers/") => Own::Offer(own.trim_start_matches("offers/").to_owned()),
                (Some("bar.css"), _) => Own::BarStyle,
                (Some("pay"), _) => Own::Pay,
                (Some("wait"), _) => Own::Wait,
                (Some("watch"), _) => Own::Watching,
                (Some("watch/stop"), _) => Own::StopWatching,
                (Some("watch/devices"), _) => Own::Devices,
                (Some(own), _) if own.starts_with("watch/") => Own::Watch,
                (Some("beside.js"), _) => Own::Beside,
                (Some("overlay.js"), _) => Own::Overlay,
                (Some(path), _) => path.strip_prefix("logo/").map_or(Own::Nothing, |hash| Own::Logo(hash.to_owned())),
                (None, Some(code)) => Own::Problem(code.to_owned()),
                (None, None) => return None,
            },
        };
        Some(own)
    }
}

/// A payer's proof towards us is nothing for the origin.
fn drop_own_scheme(headers: &mut HeaderMap) {
    let ours = |line: &HeaderValue| line.to_str().is_ok_and(super::priced::is_farthing);
    if !headers.get_all(header::AUTHORIZATION).iter().any(ours) {
        return;
    }
    let kept: Vec<HeaderValue> = headers.get_all(header::AUTHORIZATION).iter().filter(|line| !ours(line)).cloned().collect();
    headers.remove(header::AUTHORIZATION);
    for line in kept {
        headers.append(header::AUTHORIZATION, line);
    }
}

/// What an origin answers to `OPTIONS` without what some serve then: the page.
fn without_body(reply: Reply) -> Reply {
    let (mut parts, _) = reply.into_parts();
    for about in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONTENT_ENCODING, header::CONTENT_TYPE, header::ETAG] {
        parts.headers.remove(about);
    }
    Reply::from_parts(parts, door::full(Bytes::new()))
}

/// To the priced spelling of an address.
fn moved(path: &str, ask: &Ask) -> Reply {
    let query = ask.target.sent.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
    let mut reply = door::see_other(&format!("{path}{query}"));
    *reply.status_mut() = StatusCode::PERMANENT_REDIRECT;
    reply
}
