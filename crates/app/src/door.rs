//! What all doors share: replies, cookies, forms and the question where a request comes from.

use crate::gateway::proxy::{Body, BoxError};
use crate::instance::Instance;
use crate::login::SignedIn;
use crate::web::headers::{PageKind, Reach, and_style, for_kind};
use crate::web::{self, Lang, Link, Look, Mode, ProblemView};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use money::Timestamp;
use protocol::prefer::prefers_html;
use protocol::problem::{MEDIA_TYPE, Problem};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// What a door answers.
pub type Reply = Response<Body>;

/// The nonce of a browser on a site.
pub const ST_COOKIE: &str = "__Host-farthing_st";
/// The handle under which a browser reads on a site.
pub const ENT_COOKIE: &str = "__Host-farthing_ent";
/// The login of a browser in the wallet.
pub const WALLET_COOKIE: &str = "__Host-farthing_w";
/// The login of a browser at the desk.
pub const DESK_COOKIE: &str = "__Host-farthing_d";
/// The login of a browser at the operator's door.
pub const ADMIN_COOKIE: &str = "__Host-farthing_a";

/// The nonce of a browser that the desk sent to the wallet.
pub const NONCE_COOKIE: &str = "__Host-farthing_n";
/// Names the invitation that a browser typed before it signed in.
pub const JOIN_COOKIE: &str = "__Host-farthing_j";
/// Names the mailed code that a browser waits for.
pub const MAIL_COOKIE: &str = "__Host-farthing_m";
/// Names the passkey ceremony that a browser is in the middle of.
pub const CEREMONY_COOKIE: &str = "__Host-farthing_c";

/// One request's circumstances.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Where it comes from, proxies that are trusted taken out.
    pub client_ip: IpAddr,
    /// What logs and error pages call it.
    pub request_id: String,
    /// When it came.
    pub now: Timestamp,
    /// Whether the door is public or on a loopback name.
    pub reach: Reach,
    /// In which language people are answered.
    pub lang: Lang,
}

impl Visit {
    /// The same for somebody signed in: in the language they chose, if they chose one.
    #[must_use]
    pub fn of(&self, login: Option<&SignedIn>) -> Visit {
        Visit { lang: login.and_then(|login| login.lang).unwrap_or(self.lang), ..self.clone() }
    }
}

/// A body of bytes at hand.
#[must_use]
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// A page of ours with the headers of its kind.
///
/// # Panics
/// Never: the headers of a kind are written by us.
#[must_use]
pub fn page(visit: &Visit, status: StatusCode, kind: PageKind, content: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(full(content));
    *reply.status_mut() = status;
    if kind.is_page() {
        reply.headers_mut().insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(visit.lang.tag()));
    }
    for (name, value) in for_kind(kind, visit.reach) {
        let value = HeaderValue::from_str(&value).expect("our own headers are clean");
        reply.headers_mut().insert(HeaderName::from_static(name), value);
    }
    reply
}

/// The same in a payee's look, whose style the policy then allows beside ours.
///
/// # Panics
/// Never: the headers of a kind are written by us.
#[must_use]
pub fn page_in(visit: &Visit, status: StatusCode, kind: PageKind, look: Option<&Look>, content: impl Into<Bytes>) -> Reply {
    let mut reply = page(visit, status, kind, content);
    if let Some(style) = look.and_then(Look::style)
        && let Some(policy) = reply.headers_mut().get_mut(header::CONTENT_SECURITY_POLICY)
    {
        let wider = and_style(policy.to_str().expect("our own headers are clean"), &style);
        *policy = HeaderValue::from_str(&wider).expect("our own headers are clean");
    }
    reply
}

/// A payee's logo, if one has this hash.
#[must_use]
pub fn logo(instance: &Instance, visit: &Visit, hash: &str) -> Option<Reply> {
    let logo = instance.brands.logo(hash)?;
    let kind = PageKind::Logo { content_type: logo.picture.kind.media_type() };
    Some(page(visit, StatusCode::OK, kind, logo.bytes))
}

/// A problem document; `base` is the origin whose `/problems/` pages explain codes.
#[must_use]
pub fn problem(problem: &Problem, base: &str) -> Reply {
    let mut reply = Response::new(full(problem.to_json(base)));
    *reply.status_mut() = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Some(seconds) = problem.retry_after_s() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status() == 401 {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    reply
}

/// True for a browser that shows what it gets.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    prefers_html(headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()))
}

/// An instance as pages name it to a visitor.
#[must_use]
pub fn named(instance: &Instance, visit: &Visit) -> web::Instance {
    let mode = if instance.is_test() { Mode::Test } else { Mode::Live };
    web::Instance { name: instance.config.name.clone(), mode, lang: visit.lang }
}

/// A problem in the form that whoever asks reads: a page on a host of a site's, or a document.
#[must_use]
pub fn refuse(headers: &HeaderMap, visit: &Visit, problem: &Problem, (instance, way_on): (&Instance, Link)) -> Reply {
    if !wants_page(headers) {
        return self::problem(problem, &way_on.href);
    }
    let view = ProblemView::of(named(instance, visit), problem, visit.request_id.clone(), way_on);
    let status = StatusCode::from_u16(view.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    page(visit, status, PageKind::SitePage, web::problem(&view))
}

/// JSON of our own, never stored by anybody.
#[must_use]
pub fn json(status: StatusCode, value: &serde_json::Value) -> Reply {
    let mut reply = Response::new(full(value.to_string()));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}

/// 303 to an address of ours; one that is no header value goes to `/`.
#[must_use]
pub fn see_other(location: &str) -> Reply {
    let mut reply = Response::new(full(Bytes::new()));
    *reply.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::from_str(location).unwrap_or(HeaderValue::from_static("/"));
    reply.headers_mut().insert(header::LOCATION, location);
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    reply
}

/// The language of ours that a request asks for.
#[must_use]
pub fn lang(headers: &HeaderMap) -> Lang {
    Lang::of_reader(headers.get(header::ACCEPT_LANGUAGE).and_then(|wish| wish.to_str().ok()))
}

/// A cookie's value.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(known, _)| *known == name))
        .map(|(_, value)| value)
}

/// Sets one of our cookies on a reply; `max_age_s = 0` takes it away.
///
/// # Panics
/// Never: names and values are ours and clean.
pub fn set_cookie(reply: &mut Reply, name: &str, value: &str, max_age_s: u64) {
    let line = format!("{name}={value}; Path=/; Max-Age={max_age_s}; Secure; HttpOnly; SameSite=Lax");
    reply.headers_mut().append(header::SET_COOKIE, HeaderValue::from_str(&line).expect("our own cookies are clean"));
}

/// True if a form was posted from a page of the same origin: fetch metadata if the browser sends it, else `Origin`.
#[must_use]
pub fn is_same_origin(headers: &HeaderMap, origin: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers.get(header::ORIGIN).is_some_and(|from| from == origin),
    }
}

/// A body read whole, up to a limit.
///
/// # Errors
/// [`Problem::BodyTooLarge`], [`Problem::BadRequest`] if it breaks off.
pub async fn read_body<B>(body: B, most_bytes: usize) -> Result<Bytes, Problem>
where
    B: hyper::body::Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    match Limited::new(body, most_bytes).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(Problem::BodyTooLarge { most_bytes: u64::try_from(most_bytes).unwrap_or(u64::MAX) })
        }
        Err(_) => Err(Problem::BadRequest { detail: "the request's body broke off".to_owned() }),
    }
}

/// The fields of a form body or query; of a field given twice the first counts.
#[must_use]
pub fn form(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(bytes) {
        fields.entry(name.into_owned()).or_insert(value.into_owned());
    }
    fields
}
