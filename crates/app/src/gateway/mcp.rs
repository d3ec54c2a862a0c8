//! Tools of a server that speaks the Model Context Protocol, sold by the call: what the gateway does with the messages to it.
//!
//! To the rest of the gateway a call of the tool `forecast` at `/mcp` is a request for the page `/mcp/forecast`, whose body is the
//! tool's name and its arguments; so price, challenge, checks, claim and receipt are those of any page. Only the words differ: they
//! stand in JSON-RPC. All other messages pass. A tool that fails is not paid, though its server says so under 200.

use super::fold::{Alias, Target};
use super::priced::Ask;
use super::proxy::{Body, Forwarded, OriginError};
use super::{Asked, Gate, dialect, read_whole};
use crate::door::{self, Reply};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use protocol::Challenge;
use protocol::challenge::{INTENT, PURCHASE, parse_all};
use protocol::mcp::{self, Call, Message};
use protocol::problem::Problem;
use serde_json::Value;
use std::sync::Arc;

/// Longest message that is read, either way.
const MOST_MESSAGE: usize = 1_024 * 1_024;
/// What a call must not bring to the page it stands for: its credential is in the message, and it is asked by no browser.
const NOT_OF_A_CALL: [HeaderName; 8] = [
    header::AUTHORIZATION,
    header::COOKIE,
    header::ACCEPT,
    HeaderName::from_static("payment-authorization"),
    HeaderName::from_static("payment-signature"),
    HeaderName::from_static("x-cashu"),
    HeaderName::from_static("accept-payment"),
    HeaderName::from_static("idempotency-key"),
];
/// What a call is told: a purchase of its own, and beside it a session, whose vouchers pay for many.
const PREFERS: HeaderValue = HeaderValue::from_static("farthing/charge, farthing/session;q=0.5");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The message that goes on to the server, in place of what was paid for.
#[derive(Clone)]
struct Carried(Arc<Call>);

/// Marks what the server answered, whether the tool did what it was asked or not.
#[derive(Clone)]
struct Answered;

impl Gate {
    /// True for a request that has a message for a server of the site's.
    pub(super) fn is_message(&self, ask: &Ask) -> bool {
        ask.method == Method::POST && self.site.mcp.contains(&ask.target.path)
    }

    /// True for an address that a careless server takes for that of its messages.
    pub(super) fn is_like_messages(&self, ask: &Ask) -> bool {
        let path = &ask.target.path;
        let is_other_spelling = |known: &String| known != path && known.eq_ignore_ascii_case(path.trim_end_matches('/'));
        self.site.mcp.iter().any(is_other_spelling) || ask.target.alias(&self.messages) != Alias::None
    }

    /// A message: a call of a tool that costs something is sold, everything else passes.
    pub(super) async fn message(self: &Arc<Self>, ask: Ask, request: Request<Body>) -> Reply {
        let unread = |detail: &str| Problem::BadRequest { detail: detail.to_owned() };
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return self.refuse(&ask, &unread("a message is not compressed"));
        }
        let (parts, body) = request.into_parts();
        let body = match read_whole(body, MOST_MESSAGE).await {
            Ok(body) => body,
            Err(problem) => return self.refuse(&ask, &problem),
        };
        let call = match Message::read(&body) {
            Ok(Message::Call(call)) => *call,
            Ok(Message::Other(message)) => {
                let request = Request::from_parts(parts, message);
                return self.pass(&ask, sized(request)).await;
            }
            Err(malformed) => return self.refuse(&ask, &unread(&malformed.to_string())),
        };
        match self.page_of(&ask, &call) {
            Some(page) if self.priced.cover(&page.target.path) && !self.is_free(&page) => {
                let reply = self.called(page, Request::from_parts(parts, ()), Arc::new(call)).await;
                without_length(reply)
            }
            Some(_) => {
                let request = Request::from_parts(parts, call.sent_on());
                self.pass(&ask, sized(request)).await
            }
            None => self.refuse(&ask, &unread("the tool has no name")),
        }
    }

    /// The page that a call stands for.
    fn page_of(&self, ask: &Ask, call: &Call) -> Option<Ask> {
        let uri: Uri = format!("{}/{}", ask.target.path, call.name).parse().ok()?;
        let target = Target::fold(&uri, &self.site.query).ok()?;
        let mut headers = ask.headers.clone();
        NOT_OF_A_CALL.iter().for_each(|name| drop(headers.remove(name)));
        headers.insert("accept-payment", PREFERS);
        let (visit, peer) = (ask.visit.clone(), ask.peer.clone());
        Some(Ask { method: Method::POST, target, headers, visit, peer, via: ask.via, dialect: dialect::plain() })
    }

    async fn called(self: &Arc<Self>, mut page: Ask, request: Request<()>, call: Arc<Call>) -> Reply {
        let credential = call.credential().map(|credential| credential.map(HeaderValue::try_from).transpose());
        if call.brings_credential() && dialect::credentials_in(request.headers()) > 0 {
            // In the fields alone it is none of a call's; beside the call's own nobody could say which of the two pays.
            return refused(self.refuse_credential(&page, &Problem::TwoCredentials, None), &call).await;
        }
        match credential {
            Ok(Ok(Some(line))) => drop(page.headers.insert(header::AUTHORIZATION, line)),
            Ok(Ok(None)) => {}
            Ok(Err(_)) | Err(_) => {
                let detail = "it is none of method farthing, intent charge or session".to_owned();
                let refusal = self.refuse_credential(&page, &Problem::MalformedCredential { detail }, None);
                return refused(refusal, &call).await;
            }
        }
        let (mut parts, ()) = request.into_parts();
        parts.extensions.insert(Carried(Arc::clone(&call)));
        let request = Request::from_parts(parts, door::full(call.bound()));
        let reply = self.sold_page(&page.of_sold_page(), request).await;
        // An answer that was kept for who sends the same voucher again has no mark, and came of a call that was paid.
        let came = reply.status().is_success() || reply.extensions().get::<Answered>().is_some();
        if came { answered(reply, &call).await } else { refused(reply, &call).await }
    }

    /// Asks the origin for what was paid; for a call that is its server, with the message.
    pub(super) fn bring<'a>(&'a self, mut request: Request<Body>, add: &'a [(HeaderName, HeaderValue)], peer: &'a Forwarded) -> Asked<'a> {
        match request.extensions_mut().remove::<Carried>() {
            Some(Carried(call)) => Box::pin(self.bring_answer(request, call, (add, peer))),
            None => self.forward(request, add, peer),
        }
    }

    async fn bring_answer(
        &self,
        request: Request<Body>,
        call: Arc<Call>,
        (add, peer): (&[(HeaderName, HeaderValue)], &Forwarded),
    ) -> Result<Reply, OriginError> {
        let (parts, _) = request.into_parts();
        let mut request = sized(Request::from_parts(parts, call.sent_on()));
        request.headers_mut().remove(header::ACCEPT_ENCODING);
        let reply = self.forward(request, add, peer).await?;
        if !reply.status().is_success() {
            return Ok(reply);
        }
        let is_stream = reply.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let (mut parts, body) = reply.into_parts();
        let body = read_whole(body, MOST_MESSAGE).await.unwrap_or_default();
        // It goes out as JSON, however it came, so nothing behind counts its events.
        parts.headers.insert(header::CONTENT_TYPE, JSON);
        parts.headers.remove(header::CONTENT_LENGTH);
        let Some(answer) = call.answer_in(&body, is_stream) else {
            parts.status = StatusCode::BAD_GATEWAY;
            return Ok(Response::from_parts(parts, door::full(Bytes::new())));
        };
        // A status that means no: what failed is taken back.
        parts.status = if mcp::has_failed(&answer) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        parts.extensions.insert(Answered);
        Ok(Response::from_parts(parts, door::full(answer.to_string())))
    }
}

/// The answer of a tool, with its receipt.
async fn answered(reply: Reply, call: &Call) -> Reply {
    let (mut parts, body) = reply.into_parts();
    // Read to its end, or no copy of it is kept.
    let said = read_whole(body, MOST_MESSAGE).await.ok().and_then(|body| serde_json::from_slice(&body).ok());
    let mut answer = call.answered(said);
    if let Some(receipt) = parts.headers.get("payment-receipt").and_then(|line| line.to_str().ok()) {
        mcp::receipt_into(&mut answer, receipt, call.paid_by());
    }
    parts.status = StatusCode::OK;
    parts.headers.insert(header::CONTENT_TYPE, JSON);
    Response::from_parts(parts, door::full(answer.to_string()))
}

/// A refusal in the words of JSON-RPC, with the challenges that it brought.
async fn refused(reply: Reply, call: &Call) -> Reply {
    let (parts, body) = reply.into_parts();
    let problem = read_whole(body, MOST_MESSAGE).await.ok().and_then(|body| serde_json::from_slice::<Value>(&body).ok());
    let status = parts.status.as_u16();
    let code = match (status, call.brings_credential()) {
        (402, false) => mcp::PAYMENT_REQUIRED,
        (402 | 403 | 409 | 410, _) => mcp::VERIFICATION_FAILED,
        (400..500, _) => mcp::INVALID_PARAMS,
        _ => mcp::INTERNAL_ERROR,
    };
    let error = call.refused(code, (status, problem.unwrap_or_default()), &charges(&parts.headers));
    let mut reply = Response::new(door::full(error.to_string()));
    reply.headers_mut().insert(header::CONTENT_TYPE, JSON);
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if let Some(wait) = parts.headers.get(header::RETRY_AFTER) {
        reply.headers_mut().insert(header::RETRY_AFTER, wait.clone());
    }
    reply
}

/// The challenges that a call can answer: what is sold whole is bought by a charge.
fn charges(headers: &HeaderMap) -> Vec<Challenge> {
    let lines = headers.get_all(header::WWW_AUTHENTICATE).iter().map(dialect::line);
    let all = parse_all(lines).unwrap_or_default();
    let is_session = |challenge: &Challenge| challenge.session().is_ok_and(|asked| asked.unit_type != PURCHASE);
    all.into_iter().filter(|challenge| challenge.intent == INTENT || is_session(challenge)).collect()
}

/// A request with a body of this length.
fn sized(request: Request<String>) -> Request<Body> {
    let (mut parts, body) = request.into_parts();
    parts.headers.remove(header::TRANSFER_ENCODING);
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    Request::from_parts(parts, door::full(body))
}

/// The length that the server gave is not that of what goes out.
fn without_length(mut reply: Reply) -> Reply {
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONTENT_ENCODING, header::ETAG] {
        reply.headers_mut().remove(name);
    }
    reply
}
