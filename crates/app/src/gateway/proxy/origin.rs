//! Where requests go: scheme, host and port of the payee's own server, or a service of the program that we are part of.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

/// The payee's server, from text like `http://127.0.0.1:8080` or `https://www.example.com`.
/// A base path is refused: the path that was priced must be the path that is fetched. `inside` is no address: the service that
/// the layer was put around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Server(Scheme, Authority),
    Inside,
}

/// How a service of this very process is written.
const INSIDE: &str = "inside";

/// Why a text names no origin; says the text and the remedy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadOrigin {
    /// No URL at all.
    #[error("origin `{0}` is not a URL; write it like http://127.0.0.1:8080")]
    Unreadable(String),
    /// Another scheme, or none.
    #[error("origin `{0}` must start with http:// or https://")]
    Scheme(String),
    /// User name or password before the host.
    #[error("origin `{0}` carries a user name; credentials have no place in it")]
    UserInfo(String),
    /// A port outside 1 to 65535.
    #[error("origin `{0}` has no valid port; it must be 1 to 65535")]
    Port(String),
    /// Path, query or fragment.
    #[error("origin `{0}` has a path, query or fragment; give scheme, host and port only, since pages keep their own path")]
    Path(String),
}

impl Origin {
    /// The address of `path` at this origin.
    pub(super) fn uri(&self, path: PathAndQuery) -> Uri {
        let mut parts = http::uri::Parts::default();
        match &self.0 {
            Place::Server(scheme, authority) => (parts.scheme, parts.authority) = (Some(scheme.clone()), Some(authority.clone())),
            // A service gets the target as a server of its own would.
            Place::Inside => return Uri::from(path),
        }
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).expect("scheme, authority and path are all present")
    }

    /// True for a service of this process.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.0 == Place::Inside
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    fn from_str(text: &str) -> Result<Origin, BadOrigin> {
        if text == INSIDE {
            return Ok(Origin(Place::Inside));
        }
        let said = || text.to_owned();
        // `Uri` drops a fragment without a word.
        if text.contains('#') {
            return Err(BadOrigin::Path(said()));
        }
        let parts = text.parse::<Uri>().map_err(|_| BadOrigin::Unreadable(said()))?.into_parts();
        let scheme = parts.scheme.filter(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS);
        let (Some(scheme), Some(authority)) = (scheme, parts.authority) else {
            return Err(BadOrigin::Scheme(said()));
        };
        if authority.as_str().contains('@') {
            return Err(BadOrigin::UserInfo(said()));
        }
        if authority.host().is_empty() {
            return Err(BadOrigin::Unreadable(said()));
        }
        let after_host = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
        if !after_host.is_empty() && authority.port_u16().is_none_or(|port| port == 0) {
            return Err(BadOrigin::Port(said()));
        }
        if parts.path_and_query.is_some_and(|path| path.as_str() != "/") {
            return Err(BadOrigin::Path(said()));
        }
        Ok(Origin(Place::Server(scheme, authority)))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Server(scheme, authority) => write!(f, "{scheme}://{authority}"),
            Place::Inside => f.write_str(INSIDE),
        }
    }
}
