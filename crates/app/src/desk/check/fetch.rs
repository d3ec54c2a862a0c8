//! Requests of the instance to its own public names: follows nothing, waits five seconds, reads 64 KB.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How much of an answer is read.
const MOST_BYTES: usize = 65_536;

/// Sends requests, each on a connection of its own: what stands between must not know them by their connection.
pub(crate) struct Fetcher(Client<HttpsConnector<HttpConnector<Resolver>>, Empty<Bytes>>);

/// What came back.
pub(crate) struct Answer {
    pub status: u16,
    /// Empty where it was longer than is read.
    pub body: Bytes,
}

/// Nothing came back, and why in the system's words.
pub(crate) struct NoAnswer(pub String);

impl Default for Fetcher {
    fn default() -> Fetcher {
        let mut tcp = HttpConnector::new_with_resolver(Resolver);
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(PATIENCE));
        let tls = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(tcp);
        Fetcher(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(tls))
    }
}

impl Fetcher {
    /// One GET.
    pub async fn get(&self, url: &str, fields: &[(HeaderName, &str)]) -> Result<Answer, NoAnswer> {
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = url.parse::<Uri>().map_err(|error| NoAnswer(error.to_string()))?;
        for (name, value) in fields {
            let value = HeaderValue::from_str(value).map_err(|error| NoAnswer(error.to_string()))?;
            request.headers_mut().insert(name.clone(), value);
        }
        let answered = tokio::time::timeout(PATIENCE, self.0.request(request)).await;
        let answer = answered.map_err(|_| NoAnswer(format!("no answer in {} s", PATIENCE.as_secs())))?;
        let (head, body) = answer.map_err(|error| NoAnswer(innermost(&error)))?.into_parts();
        let read = tokio::time::timeout(PATIENCE, Limited::new(body, MOST_BYTES).collect()).await;
        let body = read.ok().and_then(Result::ok).map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Ok(Answer { status: head.status.as_u16(), body })
    }
}

/// The cause that says something: what stands around it only says that asking failed.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
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
            if crate::config::is_loopback_name(name.as_str()) {
                let here = [SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), SocketAddr::from((Ipv6Addr::LOCALHOST, 0))];
                return Ok(Vec::from(here).into_iter());
            }
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.collect::<Vec<_>>().into_iter())
        })
    }
}
