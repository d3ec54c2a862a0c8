//! x402, version 2: offers in `PAYMENT-REQUIRED`, credentials in `PAYMENT-SIGNATURE`, what became of them in `PAYMENT-RESPONSE`;
//! the signed receipt goes beside it in `Farthing-Receipt`. Version 1 (`X-PAYMENT`) is not read.
//!
//! An offer is the very charge challenge of the Payment scheme, and a payment becomes the same credential, so all that can be wrong
//! with one is found by the same code.

use super::{Answering, Dialect, Paid, Quoted, line};
use crate::door::Reply;
use crate::gateway::challenge::{MOST_BODY, body_digest};
use crate::gateway::priced::Ask;
use crate::gateway::proxy::Body;
use crate::gateway::{Gate, named, read_whole};
use crate::idempotency;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use market::{Offer, OfferPrice};
use money::Amount;
use protocol::offering::{Kind, Line};
use protocol::problem::Problem;
use protocol::x402::{self, EXACT, Identifier, Naming, Payment, Required, Settled, UPTO, Unreadable, requirement};
use std::sync::Arc;

/// The dialect.
pub(super) struct X402;

const SIGNATURE: HeaderName = HeaderName::from_static("payment-signature");
const RESPONSE: HeaderName = HeaderName::from_static("payment-response");
const RECEIPT: HeaderName = HeaderName::from_static("farthing-receipt");

impl Dialect for X402 {
    fn name(&self) -> &'static str {
        "x402"
    }

    fn credentials<'h>(&self, headers: &'h HeaderMap, found: &mut Vec<&'h str>) {
        found.extend(headers.get_all(SIGNATURE).iter().map(line));
    }

    fn told(&self, gate: &Gate, ask: &Ask, quoted: &Quoted<'_>, lines: &mut Vec<Line>) {
        let exact = quoted.charge.as_ref().and_then(|charge| requirement(charge, EXACT));
        let Some(accepted) = exact.or_else(|| requirement(quoted.up_to.as_ref()?, UPTO)) else { return };
        let naming = if is_consumed(quoted.offer) { Naming::WithSchema } else { Naming::Unread };
        let url = format!("{}{}", gate.origin_url(), ask.target.page);
        let required = Required { error: quoted.error, url: &url, accepts: &[accepted], naming };
        let mut line = Line::new("payment-required", required.header_value(), Kind::X402);
        if naming == Naming::WithSchema {
            line.short = Some(Required { naming: Naming::Told, ..required }.header_value());
        }
        lines.push(line);
    }

    fn taken(&self, gate: Arc<Gate>, ask: Arc<Ask>, request: Request<Body>, credential: String) -> Answering {
        Box::pin(async move { gate.pay_by_x402(ask, request, &credential).await })
    }

    fn status(&self, problem: &Problem) -> u16 {
        match problem.code() {
            "malformed-credential" => 400,
            "method-unsupported" => 402,
            _ => problem.status(),
        }
    }

    fn refused(&self, gate: &Gate, ask: &Ask, problem: &Problem, headers: &mut HeaderMap) {
        let posted =
            if let Problem::OriginFailed { reference, .. } | Problem::ResponseGone { reference } = problem { reference } else { "" };
        let settled =
            Settled { error: Some(reason(gate, ask, problem)), transaction: posted, instance: gate.instance.id, payer: None, amount: None };
        answered(headers, &settled);
    }

    fn receipted(&self, gate: &Gate, _ask: &Ask, paid: Paid<'_>, headers: &mut HeaderMap) {
        let speaker = gate.instance.speaker();
        let settled = Settled {
            error: None,
            transaction: &paid.sold.serial(),
            instance: gate.instance.id,
            payer: Some(paid.sold.payer_reference(speaker)),
            amount: Some(paid.amount),
        };
        answered(headers, &settled);
        if let Some(receipt) = paid.receipt {
            headers.insert(RECEIPT, receipt);
        }
    }
}

impl Gate {
    async fn pay_by_x402(self: &Arc<Self>, ask: Arc<Ask>, request: Request<Body>, value: &str) -> Reply {
        if let Err(retry_after_s) = self.failures.look(ask.visit.client_ip, ask.visit.now) {
            return self.refuse(&ask, &Problem::TooFast { retry_after_s });
        }
        let read = Payment::parse(value).and_then(|payment| {
            let scheme = payment.scheme(self.instance.id)?;
            let credential = payment.credential(scheme)?;
            Ok((payment, credential, scheme))
        });
        let (payment, credential, scheme) = match read {
            Ok(read) => read,
            Err(unreadable) => return self.refuse_credential(&ask, &problem_of(unreadable), None),
        };
        let (parts, body) = request.into_parts();
        let body = match read_whole(body, MOST_BODY).await {
            Ok(body) => body,
            Err(problem) => return self.refuse(&ask, &problem),
        };
        // Whoever saw a payment has seen its name too, so it opens nothing that can be owned.
        let consumed = self.offer(&ask).is_some_and(|(_, offer)| is_consumed(&offer));
        let name = payment.identifier.as_ref().filter(|_| consumed).map(Identifier::as_str);
        // No `Idempotency-Key` has a tab in it: the name is no word under which the payment could come in another form.
        let own = name.map(|name| format!("\t{name}"));
        let checked = match idempotency::word(&ask.headers) {
            Ok(word) if scheme == UPTO => self.check_up_to(&ask, (value, own.as_deref().or(word)), &credential, &body).await,
            Ok(word) => self.check(&ask, (value, own.as_deref().or(word)), &credential, &body).await,
            Err(problem) => Err(problem),
        };
        let order = match checked {
            Ok(order) => order,
            Err(problem) => return self.refuse_credential(&ask, &problem, body_digest(&body)),
        };
        let name = name.map(|name| named::key(&order.purchase.payer.0, &ask.target.page, name));
        if name.is_some_and(|name| !self.names.take(name, value, ask.visit.now)) {
            return self.refuse_credential(&ask, &Problem::IdReused, order.digest);
        }
        let request = Request::from_parts(parts, body);
        let reply = if scheme == UPTO { self.purchase_up_to(ask, request, order).await } else { self.purchase(ask, request, order).await };
        if reply.status() == StatusCode::PAYMENT_REQUIRED {
            name.into_iter().for_each(|name| self.names.free(name));
        }
        reply
    }
}

impl Gate {
    /// Says of a purchase up to an amount that it came to nothing: there is no posting, and so no receipt.
    pub(in crate::gateway) fn tell_unused(&self, payer: &str, headers: &mut HeaderMap) {
        let instance = self.instance.id;
        answered(headers, &Settled { error: None, transaction: "", instance, payer: Some(payer), amount: Some(Amount::ZERO) });
    }
}

/// True for what is used up as it is bought: there a client may name its request.
fn is_consumed(offer: &Offer) -> bool {
    matches!(offer.price, OfferPrice::Metered(_))
}

fn problem_of(unreadable: Unreadable) -> Problem {
    match unreadable {
        Unreadable::Malformed(what) => Problem::MalformedCredential { detail: what.to_string() },
        Unreadable::Network | Unreadable::Scheme => Problem::MethodUnsupported,
        Unreadable::Requirement => Problem::ChallengeUnknown,
    }
}

/// The word of x402 for a refusal where it has one, else our code.
fn reason(gate: &Gate, ask: &Ask, problem: &Problem) -> &'static str {
    match problem.code() {
        "method-unsupported" if is_elsewhere(gate, ask) => "invalid_network",
        code => x402::reason(code),
    }
}

fn is_elsewhere(gate: &Gate, ask: &Ask) -> bool {
    let payment = ask.headers.get(SIGNATURE).and_then(|value| Payment::parse(line(value)).ok());
    payment.is_some_and(|payment| payment.scheme(gate.instance.id) == Err(Unreadable::Network))
}

fn answered(headers: &mut HeaderMap, settled: &Settled<'_>) {
    match HeaderValue::from_str(&settled.header_value()) {
        Ok(value) => drop(headers.insert(RESPONSE, value)),
        Err(_) => tracing::error!("what became of a payment is no header value"),
    }
}
