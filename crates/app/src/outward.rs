//! Requests to addresses that strangers name: webhooks, other people's documents. A name is resolved once, every address it
//! has is looked at, and the connection goes to the one that was looked at; what is not public is not asked.
//!
//! In test mode `localhost` and names below it may be asked, too, also without TLS: they are loopback in this process and
//! never looked up. Redirects are not followed; time and size have limits.

use bytes::Bytes;
use http::uri::Scheme;
use http::{HeaderMap, Method, Request, Uri};
use http_body_util::{BodyExt, Full};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use protocol::discovery::Mode;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpStream;

mod address;

pub use address::is_public;

/// Longest address.
const MOST_URL: usize = 512;
/// What is read of an answer; the rest is left.
pub const MOST_BODY: usize = 16 * 1_024;
/// From the question for the name to the last byte.
const MOST_TIME: Duration = Duration::from_secs(10);

/// Which addresses may be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rules {
    /// Public ones over https.
    Public,
    /// Those, and `localhost` and names below it, with or without TLS: for test mode.
    PublicAndLocalhost,
}

/// An address that may be asked, as far as its text tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    uri: Uri,
    host: String,
    port: u16,
    local: bool,
}

/// Why an address is not asked; half a sentence for whoever named it.
#[derive(Error, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// No URL, or too long.
    #[error("it is no URL of at most 512 characters")]
    Unreadable,
    /// Another scheme than is allowed.
    #[error("it must begin with https://")]
    Scheme,
    /// A user, or a fragment.
    #[error("it has a user name, a password or a fragment")]
    Extras,
    /// A port that is none.
    #[error("its port is none")]
    Port,
    /// An address that is not public.
    #[error("its host is not on the public network")]
    NotPublic,
}

/// Why there is no answer.
#[derive(Error, Debug)]
pub enum Failed {
    /// The address may not be asked.
    #[error("not sent: {0}")]
    Refused(#[from] Refused),
    /// The name has no address.
    #[error("the name could not be resolved")]
    Unresolved,
    /// It took too long.
    #[error("no whole answer within {0} s")]
    Late(u64),
    /// The connection failed; says how.
    #[error("{0}")]
    Broken(String),
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The header fields.
    pub headers: HeaderMap,
    /// As much of the body as its limit allows.
    pub body: Bytes,
    /// True if there was more.
    pub is_cut: bool,
}

/// How much of an answer is read, and for how long.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// In bytes; the rest is left.
    pub most_body: usize,
    /// From the question for the name to the last byte.
    pub most_time: Duration,
}

impl Rules {
    /// Those of a mode.
    #[must_use]
    pub fn of(mode: Mode) -> Rules {
        match mode {
            Mode::Test => Rules::PublicAndLocalhost,
            Mode::Live => Rules::Public,
        }
    }
}

impl Target {
    /// Reads an address and refuses what its text alone gives away.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn parse(text: &str, rules: Rules) -> Result<Target, Refused> {
        // `Uri` drops a fragment without a word.
        if text.contains('#') {
            return Err(Refused::Extras);
        }
        let uri: Uri = text.parse().ok().filter(|_| text.len() <= MOST_URL).ok_or(Refused::Unreadable)?;
        let authority = uri.authority().ok_or(Refused::Unreadable)?;
        if authority.as_str().contains('@') {
            return Err(Refused::Extras);
        }
        let host = authority.host().to_ascii_lowercase();
        if host.is_empty() {
            return Err(Refused::Unreadable);
        }
        let after_host = authority.as_str().get(host.len()..).unwrap_or_default();
        if !after_host.is_empty() && authority.port_u16().is_none_or(|port| port == 0) {
            return Err(Refused::Port);
        }
        let local = rules == Rules::PublicAndLocalhost && is_localhost(&host);
        let is_https = uri.scheme() == Some(&Scheme::HTTPS);
        let is_allowed = is_https || (local && uri.scheme() == Some(&Scheme::HTTP));
        if !is_allowed {
            return Err(Refused::Scheme);
        }
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().ok();
        if literal.is_some_and(|address| !is_public(address)) || (!local && is_localhost(&host)) {
            return Err(Refused::NotPublic);
        }
        let port = authority.port_u16().unwrap_or(if is_https { 443 } else { 80 });
        Ok(Target { host, port, local, uri })
    }

    /// Resolves the name, looks at every address it has, and gives the one to connect to.
    async fn resolve(&self) -> Result<SocketAddr, Failed> {
        if self.local {
            return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
        }
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let found = tokio::net::lookup_host((bare, self.port)).await.map_err(|_| Failed::Unresolved)?;
        choose(found)
    }
}

/// One address of those a name has. A name with a public and a private one is a trap, not a choice.
fn choose(found: impl IntoIterator<Item = SocketAddr>) -> Result<SocketAddr, Failed> {
    let mut chosen = None;
    for address in found {
        if !is_public(address.ip()) {
            return Err(Refused::NotPublic.into());
        }
        chosen = chosen.or(Some(address));
    }
    chosen.ok_or(Failed::Unresolved)
}

/// `localhost`, or a name below it.
fn is_localhost(host: &str) -> bool {
    let bare = host.strip_suffix('.').unwrap_or(host);
    bare == "localhost" || bare.ends_with(".localhost")
}

/// Posts a body and reads the answer, whatever its status.
///
/// # Errors
/// [`Failed`].
pub async fn post(target: &Target, headers: HeaderMap, body: Bytes) -> Result<Answered, Failed> {
    ask(target, (Method::POST, headers, body), Limits { most_body: MOST_BODY, most_time: MOST_TIME }).await
}

/// Asks and reads the answer, whatever its status.
///
/// # Errors
/// [`Failed`].
pub async fn ask(target: &Target, what: (Method, HeaderMap, Bytes), limits: Limits) -> Result<Answered, Failed> {
    let late = Failed::Late(limits.most_time.as_secs());
    tokio::time::timeout(limits.most_time, answer(target, what, limits.most_body)).await.unwrap_or(Err(late))
}

async fn answer(target: &Target, (method, headers, body): (Method, HeaderMap, Bytes), most_body: usize) -> Result<Answered, Failed> {
    let address = target.resolve().await?;
    // Whatever the client asks for, the connection goes to the address that was looked at.
    let pinned = tower::service_fn(move |_: Uri| async move { TcpStream::connect(address).await.map(TokioIo::new) });
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1().wrap_connector(pinned);
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build(connector);
    let mut request = Request::builder().method(method).uri(target.uri.clone()).body(Full::new(body)).map_err(|error| broken(&error))?;
    request.headers_mut().extend(headers);
    let (parts, mut rest) = client.request(request).await.map_err(|error| broken(&error))?.into_parts();
    let (mut body, mut is_cut) = (Vec::new(), false);
    while let Some(frame) = rest.frame().await {
        let Ok(data) = frame.map_err(|error| broken(&error))?.into_data() else { continue };
        let room = most_body.saturating_sub(body.len());
        body.extend(data.iter().take(room));
        if data.len() > room {
            is_cut = true;
            break;
        }
    }
    Ok(Answered { status: parts.status.as_u16(), headers: parts.headers, body: body.into(), is_cut })
}

fn broken(error: &dyn std::error::Error) -> Failed {
    Failed::Broken(crate::commands::chain(error))
}

#[cfg(test)]
mod tests;
