//! The challenge: a quote with expiry, nonce, route and body digest, carried by its own MAC so that a 402 costs no state.

mod header;
mod issuer;
mod request;
mod session;

pub use header::parse_all;
pub use issuer::{Checked, Issuer, NotOurs, Terms, route};
pub use request::{ChargeRequest, Lasts};
pub use session::{CheckedSession, PURCHASE, SessionRequest, SessionTerms};

use crate::text::Malformed;
use money::Timestamp;

/// The method this crate speaks.
pub const METHOD: &str = "farthing";
/// The intent of a purchase at once.
pub const INTENT: &str = "charge";
/// The intent of a purchase of which the payer signs the most. Only x402 has words for it, as its scheme of that name.
pub const UPTO: &str = "upto";
/// The intent of sessions, and of a purchase without a prior step.
pub const SESSION: &str = "session";

/// One challenge of the Payment scheme as it stands in `WWW-Authenticate`, and as a credential echoes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Challenge {
    /// MAC over the other parameters, base64url.
    pub id: String,
    /// The protection space: the site's host without port.
    pub realm: String,
    /// `farthing` for ours.
    pub method: String,
    /// `charge` for ours.
    pub intent: String,
    /// The request as base64url of canonical JSON.
    pub request: String,
    /// RFC 3339 in UTC.
    pub expires: Option<String>,
    /// Digest of the request body that is bound, if one is.
    pub digest: Option<String>,
    /// base64url of canonical JSON: nonce and route.
    pub opaque: Option<String>,
    /// The field that the credential belongs in, if not `Authorization`.
    pub header: Option<String>,
}

impl Challenge {
    /// When it ends.
    ///
    /// # Errors
    /// [`Malformed`] if it does not say so in whole seconds of UTC.
    pub fn expires_at(&self) -> Result<Timestamp, Malformed> {
        self.expires.as_deref().and_then(Timestamp::parse).ok_or(Malformed("expires"))
    }

    /// The request, read.
    ///
    /// # Errors
    /// [`Malformed`] unless it is one of method `farthing`, intent `charge`.
    pub fn charge(&self) -> Result<ChargeRequest, Malformed> {
        if self.method != METHOD || self.intent != INTENT {
            return Err(Malformed("method"));
        }
        ChargeRequest::parse(&crate::text::from_base64url(&self.request)?)
    }

    /// The request of a purchase at once, exact or up to its amount.
    ///
    /// # Errors
    /// [`Malformed`] unless it is one of method `farthing`, intent `charge` or `upto`.
    pub fn purchase(&self) -> Result<ChargeRequest, Malformed> {
        if self.method != METHOD || self.intent != UPTO {
            return self.charge();
        }
        ChargeRequest::parse(&crate::text::from_base64url(&self.request)?)
    }

    /// The request of a session, read.
    ///
    /// # Errors
    /// [`Malformed`] unless it is one of method `farthing`, intent `session`.
    pub fn session(&self) -> Result<SessionRequest, Malformed> {
        if self.method != METHOD || self.intent != SESSION {
            return Err(Malformed("method"));
        }
        if self.request.len() > session::MOST_REQUEST {
            return Err(Malformed("request"));
        }
        SessionRequest::parse(&crate::text::from_base64url(&self.request)?)
    }
}
