//! The streaming reverse proxy: one HTTP/1.1 request to the payee's origin, its answer back, nothing buffered. The origin is a server,
//! or a service in this very process (`inside`); what is guaranteed is the same.
//!
//! The module knows nothing of offers or money. The gateway decides that a request goes through, calls
//! [`Proxy::forward`], and maps an [`OriginError`] to its own refusal. What it does guarantee:
//!
//! - hop-by-hop fields stop here in both directions (RFC 9110, 7.6.1), trailers too;
//! - payment credentials and our cookies never reach the origin, and the origin cannot speak in our name
//!   (http402, section 13); spellings with `_` count as the same field, since CGI-like origins fold them;
//! - both bodies stream chunk by chunk under back-pressure; a transfer that breaks on one side breaks on the other;
//! - a client that goes away ends the origin's work, and every wait has a limit.
//!
//! The caller serves with [`http1_server`] and `.with_upgrades()`, else a WebSocket cannot pass.
//! The request may have gone through any `tower` or `axum` layer as long as its extensions were kept.

mod accept;
mod body;
mod caching;
mod credentials;
mod error;
mod headers;
mod origin;
mod upgrade;

#[cfg(test)]
mod tests;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, Version};
use http_body_util::{BodyExt, combinators::UnsyncBoxBody};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::{TokioExecutor, TokioTimer};

pub use accept::http1_server;
pub use body::BodyError;
pub use caching::{private_caching, vary_on_payment};
pub use credentials::{Withheld, brings_credential};
pub use error::{OriginError, Phase, UploadFault};
pub use headers::{Earlier, Forwarded, Proto};
pub use origin::{BadOrigin, Origin};

use body::{OriginBody, Source, Upload, UploadBody};

/// Any error, as bodies carry it.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// The body of an answer: chunks as they arrive. Not `Sync`, like the bodies of `axum`.
/// It ends with a [`BodyError`] when the origin broke off; the server then breaks the client's transfer.
pub type Body = UnsyncBoxBody<Bytes, BoxError>;

/// What a service in this process says to a request.
pub type Said = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

/// A service in this process that takes what an origin would.
#[derive(Clone)]
pub struct Service(Arc<dyn Fn(Request<Body>) -> Said + Send + Sync>);

impl Service {
    /// Asks `service` for each request, as often as it comes.
    #[must_use]
    pub fn new(service: impl Fn(Request<Body>) -> Said + Send + Sync + 'static) -> Service {
        Service(Arc::new(service))
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Service")
    }
}

/// How long and how much the proxy waits and takes. All waits in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until a TCP connection to the origin stands.
    pub connect_timeout_ms: u64,
    /// Until the origin's response head, counted from the end of the request's body (a slow upload that moves is not late).
    pub header_timeout_ms: u64,
    /// Between two chunks of a body, either way, and of an upgraded connection without any byte.
    pub idle_timeout_ms: u64,
    /// How long an unused connection to the origin is kept. Below the 5 s after which common origins close theirs.
    pub pool_idle_ms: u64,
    /// Unused connections kept at most.
    pub pool_max_idle: usize,
    /// Bytes of a request's head; more is answered 431 by the server of [`http1_server`].
    pub max_request_header_bytes: usize,
    /// Bytes of a response's head; more is [`OriginError::BadHead`]. At least 8 KiB.
    pub max_response_header_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect_timeout_ms: 3_000,
            header_timeout_ms: 10_000,
            idle_timeout_ms: 60_000,
            pool_idle_ms: 4_000,
            pool_max_idle: 128,
            max_request_header_bytes: 32 * 1024,
            max_response_header_bytes: 64 * 1024,
        }
    }
}

/// What hyper needs at least for its buffers; smaller limits are raised to it.
const MIN_BUFFER_BYTES: usize = 8 * 1024;

/// One origin and the pool of connections to it. Cheap to clone: clones share the pool.
#[derive(Debug, Clone)]
pub struct Proxy {
    origin: Arc<Origin>,
    limits: Limits,
    upstream: Upstream,
}

#[derive(Debug, Clone)]
enum Upstream {
    Net(Box<Client<HttpsConnector<HttpConnector>, UploadBody>>),
    Inside(Service),
}

/// A request's head as it goes to the origin, kept apart so that it can be sent a second time.
#[derive(Clone)]
struct Head {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
}

impl Proxy {
    /// A proxy to `origin`. Connects to nothing yet. `https` origins are checked against the public web roots.
    #[must_use]
    pub fn new(origin: Origin, limits: Limits) -> Proxy {
        let mut tcp = HttpConnector::new();
        tcp.set_connect_timeout(Some(Duration::from_millis(limits.connect_timeout_ms)));
        tcp.set_nodelay(true);
        tcp.enforce_http(false);
        let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_millis(limits.pool_idle_ms))
            .pool_max_idle_per_host(limits.pool_max_idle)
            .http1_max_buf_size(limits.max_response_header_bytes.max(MIN_BUFFER_BYTES))
            .set_host(false)
            .build(connector);
        Proxy { origin: Arc::new(origin), limits, upstream: Upstream::Net(Box::new(client)) }
    }

    /// A proxy to a service in this process. It connects to nothing, and a protocol cannot be switched.
    #[must_use]
    pub fn inside(service: Service, origin: Origin, limits: Limits) -> Proxy {
        Proxy { origin: Arc::new(origin), limits, upstream: Upstream::Inside(service) }
    }

    /// Where this proxy sends its requests.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Sends `request` to the origin and answers as soon as the response's head is there; both bodies go on streaming.
    ///
    /// `add` goes to the origin after everything of the same names was removed (`Farthing-Paid` and its like).
    /// `peer` says who asks, for `Host` and `X-Forwarded-*`. `Farthing-*` fields of the answer are taken off and
    /// found in the response's extensions as [`Withheld`].
    ///
    /// Dropping the future, or the returned body, closes the origin's connection. A request without body by `GET`,
    /// `HEAD` or `OPTIONS` is sent a second time, once, when the origin closed the connection without a word: that
    /// is how an origin's keep-alive limit looks from here.
    ///
    /// # Errors
    /// [`OriginError`] when there is no answer to hand on. After the head has arrived faults come as [`BodyError`].
    pub async fn forward<B>(
        &self,
        mut request: Request<B>,
        add: &[(HeaderName, HeaderValue)],
        peer: &Forwarded,
    ) -> Result<Response<Body>, OriginError>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let uri = self.target(&request)?;
        let asked = upgrade::asked(&request);
        let near = asked.as_ref().map(|_| hyper::upgrade::on(&mut request));
        let (parts, body) = request.into_parts();
        let mut head = Head { method: parts.method, uri, headers: parts.headers };
        let unsized_body = body.size_hint().exact().is_none();
        headers::towards_origin(&mut head.headers, peer);
        credentials::strip_request(&mut head.headers);
        if let Some(protocols) = &asked {
            upgrade::ask(&mut head.headers, protocols);
        }
        // Without this line hyper would drop the chunked body of a GET.
        if unsized_body && !head.headers.contains_key(http::header::CONTENT_LENGTH) {
            head.headers.insert(http::header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
        for (name, _) in add {
            head.headers.remove(name);
        }
        for (name, value) in add {
            head.headers.append(name, value.clone());
        }

        let method = head.method.clone();
        let response = if body.is_end_stream() { self.send_bodyless(head).await? } else { self.send(head, Some(body)).await? };
        // hyper's own limit is on its buffer, which one large read may overshoot.
        if headers::head_bytes(response.headers()) > self.limits.max_response_header_bytes {
            return Err(self.bad_head("the response's head is too large".into()));
        }
        match (asked, near) {
            (Some(protocols), Some(near)) if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                upgrade::join(response, near, &protocols, self)
            }
            _ if response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                Err(self.bad_head("the origin switched protocols without being asked".into()))
            }
            _ => Ok(self.answer(response, &method)),
        }
    }

    /// The address at the origin for the request's own path and query, byte for byte.
    fn target<B>(&self, request: &Request<B>) -> Result<Uri, OriginError> {
        let path = request.uri().path_and_query().filter(|path| path.as_str().starts_with('/'));
        match path {
            Some(path) if request.method() != Method::CONNECT => Ok(self.origin.uri(path.clone())),
            _ => Err(OriginError::Target { method: request.method().clone(), target: request.uri().to_string() }),
        }
    }

    async fn send_bodyless(&self, head: Head) -> Result<Response<Source>, OriginError> {
        let spare = matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS).then(|| head.clone());
        match (self.send(head, None::<Body>).await, spare) {
            (Err(OriginError::Broken { .. }), Some(head)) => self.send(head, None::<Body>).await,
            (result, _) => result,
        }
    }

    async fn send<B>(&self, head: Head, body: Option<B>) -> Result<Response<Source>, OriginError>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let upload = Arc::new(Upload::default());
        let body = body.map(|body| body.map_err(Into::into).boxed_unsync());
        let idle = Duration::from_millis(self.limits.idle_timeout_ms);
        let mut request = Request::new(UploadBody::new(body, Arc::clone(&upload), idle));
        *request.method_mut() = head.method;
        *request.uri_mut() = head.uri;
        *request.version_mut() = Version::HTTP_11;
        *request.headers_mut() = head.headers;
        match &self.upstream {
            Upstream::Net(client) => {
                let answer = self.response_head(client.request(request), &upload).await?;
                let answer = answer.map_err(|error| OriginError::from_client(&self.origin, &self.limits, error));
                answer.map(|response| response.map(Source::Net))
            }
            Upstream::Inside(service) => {
                let request = request.map(|body| body.map_err(BoxError::from).boxed_unsync());
                let answer = self.response_head((service.0)(request), &upload).await?;
                let answer = answer.map_err(|source| OriginError::Broken { origin: self.origin.to_string(), source });
                answer.map(|response| response.map(Source::Inside))
            }
        }
    }

    /// Waits for the head. The clock stands still while the client is the slow one; `UploadBody` watches that wait.
    async fn response_head<T>(&self, response: impl Future<Output = T>, upload: &Upload) -> Result<T, OriginError> {
        let mut response = pin!(response);
        let mut uploaded = false;
        loop {
            let moved = upload.moved();
            tokio::select! {
                biased;
                result = &mut response => return Ok(result),
                () = upload.done.notified(), if !uploaded => uploaded = true,
                () = tokio::time::sleep(Duration::from_millis(self.limits.header_timeout_ms)) => {
                    if uploaded || upload.stuck_since(moved) {
                        return Err(OriginError::Timeout {
                            origin: self.origin.to_string(),
                            phase: Phase::Head,
                            waited_ms: self.limits.header_timeout_ms,
                        });
                    }
                }
            }
        }
    }

    fn answer(&self, response: Response<Source>, method: &Method) -> Response<Body> {
        let (mut parts, body) = response.into_parts();
        parts.version = Version::HTTP_11;
        headers::settle_length(&mut parts, body.size_hint().exact(), method);
        headers::drop_hop_by_hop(&mut parts.headers);
        credentials::strip_response(&mut parts);
        let idle = Duration::from_millis(self.limits.idle_timeout_ms);
        Response::from_parts(parts, OriginBody::new(body, idle).boxed_unsync())
    }

    fn bad_head(&self, source: BoxError) -> OriginError {
        OriginError::BadHead { origin: self.origin.to_string(), source }
    }
}
