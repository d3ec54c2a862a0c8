//! The dialects in which a page is offered and paid: one table, one module each over one model.
//!
//! The model is a charge challenge, a checked credential on its way into the books ([`super::pay::Order`]) and a sale. A dialect
//! says how these look on the wire: what its 402 has, which fields its credentials come in and how they become an order,
//! under which status and with which fields a refusal of them goes out, and how a receipt is written. None knows another.
//! docs/adding-a-dialect.md says how one is added.

mod l402;
mod lightning;
mod payment;
mod x402;

use super::Gate;
use super::challenge::sells_at_once;
use super::priced::Ask;
use super::proxy::{Body, vary_on_payment};
use crate::door::{self, Reply};
use crate::receipts::Sold;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use market::{Offer, OfferPrice};
use money::{Amount, CommandId, OfferId};
use protocol::Challenge;
use protocol::json::Object;
use protocol::offering::{Kind, Line, fitted};
use protocol::prefer::{self, Offered};
use protocol::problem::Problem;
use protocol::text::{from_base64url, parse_command};
use std::pin::Pin;
use std::sync::Arc;

/// Every dialect. The first is that of requests which bring no credential.
static ALL: [&dyn Dialect; 4] = [&payment::Payment, &x402::X402, &l402::L402, &lightning::Lightning];

/// The answer to a request that brings a credential.
pub(super) type Answering = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// What a page is offered for: made once for an answer, and told in every dialect.
pub(super) struct Quoted<'a> {
    /// The offer version.
    pub id: OfferId,
    /// Its terms.
    pub offer: &'a Offer,
    /// The challenge of this very purchase; none where only sessions pay. Its nonce is claimed once, in whichever dialect.
    pub charge: Option<Challenge>,
    /// The challenge of a purchase up to an amount, where the origin says what a request comes to.
    pub up_to: Option<Challenge>,
    /// Why nothing is served, in a few words.
    pub error: &'a str,
}

impl Quoted<'_> {
    /// The nonce of the purchase, for a dialect that carries no challenge of the Payment scheme.
    pub(super) fn nonce(&self) -> Option<CommandId> {
        let opaque = from_base64url(self.charge.as_ref()?.opaque.as_deref()?).ok()?;
        parse_command(Object::parse(&opaque).ok()?.need("n").ok()?).ok()
    }
}

/// What was paid, for its receipt.
pub(super) struct Paid<'a> {
    /// The sale.
    pub sold: &'a Sold,
    /// What this answer charged for it.
    pub amount: Amount,
    /// The signed receipt; none if it could not be written, which was logged.
    pub receipt: Option<HeaderValue>,
}

/// One way to say 402 and to be paid.
pub(super) trait Dialect: Send + Sync {
    /// What it is called, and known by.
    fn name(&self) -> &'static str;

    /// Adds what a request brings as credentials of this dialect, one for each line of a field.
    fn credentials<'h>(&self, headers: &'h HeaderMap, found: &mut Vec<&'h str>);

    /// Adds its field lines of a 402; nothing where the offer is not told in it.
    fn told(&self, gate: &Gate, ask: &Ask, quoted: &Quoted<'_>, lines: &mut Vec<Line>);

    /// Answers a request that brings this one credential.
    fn taken(&self, gate: Arc<Gate>, ask: Arc<Ask>, request: Request<Body>, credential: String) -> Answering;

    /// The status of a refusal, where it is another than that of the Payment scheme.
    fn status(&self, problem: &Problem) -> u16 {
        problem.status()
    }

    /// What else a refusal has, besides status, document and a fresh 402. Never a receipt.
    fn refused(&self, _gate: &Gate, _ask: &Ask, _problem: &Problem, _headers: &mut HeaderMap) {}

    /// Writes the receipt of what was paid with its credential into a 2xx.
    fn receipted(&self, gate: &Gate, ask: &Ask, paid: Paid<'_>, headers: &mut HeaderMap);
}

/// The dialect of requests that bring no credential.
pub(super) fn plain() -> &'static dyn Dialect {
    ALL[0]
}

/// The credentials that a request brings, each with its dialect. A line that two take for theirs is that of the later in the
/// table: it looked more closely.
pub(super) fn credentials(headers: &HeaderMap) -> Vec<(&'static dyn Dialect, &str)> {
    let (mut all, mut of_one): (Vec<(&'static dyn Dialect, &str)>, Vec<&str>) = (Vec::new(), Vec::new());
    for dialect in ALL {
        dialect.credentials(headers, &mut of_one);
        all.retain(|(_, known)| !of_one.iter().any(|line| std::ptr::eq(*line, *known)));
        all.extend(of_one.drain(..).map(|credential| (dialect, credential)));
    }
    all
}

/// How many credentials a request brings, of whatever dialects: two are refused wherever one is taken.
pub(crate) fn credentials_in(headers: &HeaderMap) -> usize {
    credentials(headers).len()
}

/// The dialect of the credential that a request brings; of several, which are refused, the last in the table.
pub(super) fn spoken(headers: &HeaderMap) -> &'static dyn Dialect {
    credentials(headers).last().map_or(plain(), |(dialect, _)| *dialect)
}

/// True for what is used up as it is bought: there a client may name its request.
pub(super) fn is_consumed(offer: &Offer) -> bool {
    matches!(offer.price, OfferPrice::Metered(_))
}

/// A line of a field as text; empty, so no credential that can be read, for bytes that are none.
pub(super) fn line(value: &HeaderValue) -> &str {
    value.to_str().map(str::trim).unwrap_or_default()
}

/// A refusal as a document, under the status that its dialect has for it.
pub(super) fn document(problem: &Problem, base: &str, status: u16) -> Reply {
    let mut reply = door::problem(problem, base);
    if status != problem.status() {
        *reply.body_mut() = door::full(problem.to_json_as(base, status));
        *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    reply
}

impl Gate {
    /// Puts a fresh challenge into a reply, in every dialect of the offer, if the page is sold now.
    pub(super) fn tell(&self, reply: &mut Reply, ask: &Ask, digest: Option<String>, error: &str) {
        vary_on_payment(reply.headers_mut());
        let Some((id, offer)) = self.offer(ask) else { return };
        let Some(price) = offer.price.least() else { return };
        // Who only asks for a head has nothing used up: it does not pay for what is consumed.
        let consumes = ask.method != http::Method::HEAD || !matches!(offer.price, OfferPrice::Metered(_));
        let at_once = consumes && sells_at_once(&offer);
        let up_to = if consumes && !at_once { self.challenge_up_to(ask, (id, &offer), digest.clone()) } else { None };
        let charge = at_once.then(|| self.challenge(ask, (id, &offer), price, digest));
        let quoted = Quoted { id, offer: &offer, charge, up_to, error };
        // Who names a payment method of ours reads the Payment scheme; what it paid in is told to it again in any case.
        let asked = matches!(prefer::farthing_charge(ask.header("accept-payment")), Offered::Asked { .. });
        let mut lines = Vec::new();
        for dialect in ALL {
            let before = lines.len();
            dialect.told(self, ask, &quoted, &mut lines);
            if asked && dialect.name() != ask.dialect.name() && lines.iter().skip(before).any(|line| !is_payment(line)) {
                lines.truncate(before);
            }
        }
        let headers = reply.headers_mut();
        headers.remove(http::header::WWW_AUTHENTICATE);
        let response = headers.get("payment-response").map_or(0, |value| Line::new("payment-response", line(value), Kind::X402).bytes());
        for Line { field, value, .. } in fitted(lines, response) {
            match HeaderValue::from_str(&value) {
                Ok(value) => drop(headers.append(HeaderName::from_static(field), value)),
                Err(_) => tracing::error!(site = %self.name, field, "a challenge is no header value"),
            }
        }
    }
}

/// True for a challenge of the Payment scheme.
fn is_payment(line: &Line) -> bool {
    line.value.starts_with("Payment ")
}
