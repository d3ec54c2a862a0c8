//! HTTP/1.1 over TLS or, on this machine, plain: one connection pool, names of this machine resolved here.

use crate::address::is_localhost;
use crate::io::body::Body;
use crate::problem::Problem;
use crate::{Address, Error};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use http::{Method, StatusCode};
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Longest refusal and document that is read.
pub(crate) const MOST_DOCUMENT_BYTES: usize = 65_536;

/// Sends requests and waits for the heads of their answers.
pub(crate) struct Http {
    client: Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    patience: Duration,
}

/// The head of an answer, with its body to come; a refusal has been read.
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub problem: Option<Problem>,
    pub body: Body,
}

/// No answer came.
pub(crate) enum NotAnswered {
    /// Nobody was reached: nothing was sent.
    Unreached(Box<dyn std::error::Error + Send + Sync>),
    /// It was sent, at least in part, and may have arrived.
    Lost(Box<dyn std::error::Error + Send + Sync>),
}

/// What is sent.
pub(crate) struct Sent<'a> {
    pub method: Method,
    pub url: &'a Address,
    pub body: Option<Bytes>,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Http {
    pub fn new(patience: Duration) -> Http {
        let mut connector = HttpConnector::new_with_resolver(Resolver);
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(patience.min(Duration::from_secs(10))));
        let tls = hyper_rustls::HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1();
        Http { client: Client::builder(TokioExecutor::new()).build(tls.wrap_connector(connector)), patience }
    }

    /// Sends a request and waits for the head of its answer; follows nothing.
    pub async fn send(&self, sent: Sent<'_>) -> Result<Reply, NotAnswered> {
        let mut request = http::Request::new(Full::new(sent.body.unwrap_or_default()));
        *request.method_mut() = sent.method;
        *request.uri_mut() = sent.url.to_string().parse().map_err(|error| NotAnswered::Unreached(Box::new(error)))?;
        request.headers_mut().extend(sent.headers);
        let answer = match tokio::time::timeout(self.patience, self.client.request(request)).await {
            Err(late) => return Err(NotAnswered::Lost(Box::new(late))),
            Ok(Err(error)) if error.is_connect() => return Err(NotAnswered::Unreached(Box::new(error))),
            Ok(Err(error)) => return Err(NotAnswered::Lost(Box::new(error))),
            Ok(Ok(answer)) => answer,
        };
        let (head, body) = answer.into_parts();
        let mut reply = Reply { status: head.status, headers: head.headers, problem: None, body: Body::stream(body) };
        if reply.is_refusal() {
            let read = tokio::time::timeout(self.patience, reply.body.whole(MOST_DOCUMENT_BYTES)).await;
            let text = read.ok().and_then(Result::ok).unwrap_or_default();
            reply.problem = Problem::parse(reply.status.as_u16(), &text);
            reply.body = Body::of(text);
        }
        Ok(reply)
    }
}

impl Reply {
    /// The text of a field, if it is there once and is ASCII.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?;
        values.next().is_none().then_some(value)
    }

    /// How long the site asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.field(RETRY_AFTER.as_str())?.parse().ok()?;
        Some(Duration::from_secs(seconds))
    }

    /// A refusal says why in its body, unless that is a page for people.
    fn is_refusal(&self) -> bool {
        let error = self.status.is_client_error() || self.status.is_server_error();
        error && is_of_type(&self.headers, "application/problem+json")
    }
}

/// True if an answer's fields name that media type, whatever its parameters.
pub fn is_of_type(headers: &HeaderMap, media_type: &str) -> bool {
    let named = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    named.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(media_type))
}

impl NotAnswered {
    /// The error of a request that could not have paid anything.
    pub fn unpaid(self, url: &Address) -> Error {
        let (NotAnswered::Unreached(source) | NotAnswered::Lost(source)) = self;
        Error::Unreachable { origin: url.origin(), source: innermost(source) }
    }
}

/// The cause that says something: what stands around it only says that sending failed.
fn innermost(error: Box<dyn std::error::Error + Send + Sync>) -> Box<dyn std::error::Error + Send + Sync> {
    let mut cause: &(dyn std::error::Error + 'static) = &*error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string().into()
}

/// Finds addresses; the names of this machine never leave it (RFC 6761, 6.3).
#[derive(Clone)]
struct Resolver;

impl tower::Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = std::io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        Box::pin(async move {
            if is_localhost(name.as_str()) {
                let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
                return Ok(Vec::from(here).into_iter());
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.collect::<Vec<_>>().into_iter())
        })
    }
}
