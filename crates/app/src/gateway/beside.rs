//! Pages beside the site: those of the payee's on another origin of the same site show in place what their reader has paid for here.
//!
//! The browser sends the reader's cookie along, because both are of one site, and lets the page read the answer, because we
//! name it. Nothing else changes: the same prices, walls and undo.

use super::Gate;
use super::priced::Ask;
use crate::door::{self, Reply};
use http::{HeaderValue, header};

/// What a script may read of an answer: else its browser hides offers and receipts from it.
const READ: &str = "WWW-Authenticate, Payment-Receipt, Farthing-Receipt, PAYMENT-REQUIRED, PAYMENT-RESPONSE, Retry-After";
/// What it may send. The last is a field of answers, but the stock client of x402 sends it with what it pays.
const SENT: &str = "Authorization, Payment-Authorization, PAYMENT-SIGNATURE, X-Cashu, Accept-Payment, Idempotency-Key, Content-Type, \
                    Access-Control-Expose-Headers";

impl Gate {
    /// The origin that asks, if it is one of the payee's own.
    fn page_origin<'a>(&self, ask: &'a Ask) -> Option<&'a HeaderValue> {
        let from = ask.headers.get(header::ORIGIN)?;
        self.site.page_origins.iter().any(|known| from == known.as_str()).then_some(from)
    }

    /// Lets a page of the payee's read an answer that a script of it asked for.
    pub(super) fn let_read(&self, reply: &mut Reply, ask: &Ask) {
        if self.site.page_origins.is_empty() || !ask.is_read() {
            return;
        }
        for allowed in [header::ACCESS_CONTROL_ALLOW_ORIGIN, header::ACCESS_CONTROL_ALLOW_CREDENTIALS] {
            reply.headers_mut().remove(allowed);
        }
        reply.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(from) = self.page_origin(ask) {
            reply.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, from.clone());
            reply.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            reply.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(READ));
        }
    }

    /// The answer to a browser that asks whether a script of such a page may send what pays; none for anybody else.
    pub(super) fn let_pay(&self, ask: &Ask) -> Option<Reply> {
        let reads = ask.header(header::ACCESS_CONTROL_REQUEST_METHOD).is_some_and(|method| matches!(method, "GET" | "HEAD"));
        let from = self.page_origin(ask).filter(|_| reads)?;
        let mut reply = Reply::new(door::full(bytes::Bytes::new()));
        *reply.status_mut() = http::StatusCode::NO_CONTENT;
        let headers = reply.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, from.clone());
        headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(SENT));
        headers.insert(header::VARY, HeaderValue::from_static("Origin, Access-Control-Request-Method, Access-Control-Request-Headers"));
        Some(reply)
    }

    /// True for a form of ours on a page of the site's or of the payee's beside it.
    pub(super) fn is_own_form(&self, ask: &Ask) -> bool {
        let beside = || ask.headers.get("sec-fetch-site").is_none_or(|site| site == "same-site") && self.page_origin(ask).is_some();
        door::is_same_origin(&ask.headers, &self.origin_url()) || beside()
    }
}
