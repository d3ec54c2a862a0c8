//! Why there is no answer of the origin to hand on.

use std::error::Error as StdError;
use std::io;

use http::{Method, StatusCode};

use super::body::UploadError;
use super::{BoxError, Limits, Origin};

/// No answer from the origin. Each kind carries its facts; [`OriginError::status`] proposes what to tell the client.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    /// No connection: refused, no such host, no route, TLS failed.
    #[error("origin {origin} cannot be reached")]
    Unreachable {
        /// Scheme, host and port.
        origin: String,
        /// What the connector said.
        #[source]
        source: BoxError,
    },
    /// The origin let a limit pass.
    #[error("origin {origin} did not answer in {waited_ms} ms ({phase:?})")]
    Timeout {
        /// Scheme, host and port.
        origin: String,
        /// What was being waited for.
        phase: Phase,
        /// The limit that passed.
        waited_ms: u64,
    },
    /// What came is no HTTP/1.1 response head, is too large, or switches protocols unasked.
    #[error("origin {origin} answered with a broken head")]
    BadHead {
        /// Scheme, host and port.
        origin: String,
        /// What the parser said.
        #[source]
        source: BoxError,
    },
    /// The connection ended before a whole head was there.
    #[error("origin {origin} broke off before its answer")]
    Broken {
        /// Scheme, host and port.
        origin: String,
        /// What the connection said.
        #[source]
        source: BoxError,
    },
    /// The *client's* body broke or stalled on its way; the origin is not to blame.
    #[error("the request's body did not arrive whole ({fault:?})")]
    Upload {
        /// In which way.
        fault: UploadFault,
    },
    /// `CONNECT`, `OPTIONS *` or another target without a path: nothing a gateway forwards.
    #[error("{method} {target} is no request for a page")]
    Target {
        /// The request's method.
        method: Method,
        /// The request's target.
        target: String,
    },
}

/// What an [`OriginError::Timeout`] was waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A TCP connection.
    Connect,
    /// The head of the response, or that the origin takes the request's body.
    Head,
}

/// What happened to the client's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadFault {
    /// The client broke off, or its chunks are malformed.
    Broken,
    /// No byte came for the idle limit.
    Stalled,
}

impl OriginError {
    /// The status that fits: 502 and 504 for the origin's faults, 400 and 408 for the client's.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            OriginError::Unreachable { .. } | OriginError::BadHead { .. } | OriginError::Broken { .. } => StatusCode::BAD_GATEWAY,
            OriginError::Timeout { .. } => StatusCode::GATEWAY_TIMEOUT,
            OriginError::Upload { fault: UploadFault::Broken } | OriginError::Target { .. } => StatusCode::BAD_REQUEST,
            OriginError::Upload { fault: UploadFault::Stalled } => StatusCode::REQUEST_TIMEOUT,
        }
    }

    pub(super) fn from_client(origin: &Origin, limits: &Limits, error: hyper_util::client::legacy::Error) -> OriginError {
        let origin = origin.to_string();
        if let Some(UploadError { fault, .. }) = find::<UploadError>(&error) {
            return OriginError::Upload { fault: *fault };
        }
        if error.is_connect() {
            let late = find::<io::Error>(&error).is_some_and(|io| io.kind() == io::ErrorKind::TimedOut);
            return if late {
                OriginError::Timeout { origin, phase: Phase::Connect, waited_ms: limits.connect_timeout_ms }
            } else {
                OriginError::Unreachable { origin, source: error.into() }
            };
        }
        if find::<hyper::Error>(&error).is_some_and(hyper::Error::is_parse) {
            return OriginError::BadHead { origin, source: error.into() };
        }
        OriginError::Broken { origin, source: error.into() }
    }
}

/// The first error of type `E` in the chain of causes.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
