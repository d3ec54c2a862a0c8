//! x402, version 2: offers in `PAYMENT-REQUIRED`, credentials in `PAYMENT-SIGNATURE`, what became of them in `PAYMENT-RESPONSE`;
//! the signed receipt goes beside it in `Farthing-Receipt`. Version 1 (`X-PAYMENT`) is not read.
//!
//! An offer is the very charge challenge of the Payment scheme, and a payment becomes the same credential, so all that can be wrong
//! with one is found by the same code.

use super::{Answering, Dialect, Paid, Quoted, is_consumed, line};
use crate::door::Reply;
use crate::gateway::challenge::{MOST_BODY, body_digest};
use crate::gateway::coin::problem_of;
use crate::gateway::priced::Ask;
use crate::gateway::proxy::Body;
use crate::gateway::{Gate, named, read_whole};
use crate::idempotency;
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode};
use money::Amount;
use protocol::offering::{Kind, Line};
use protocol::problem::Problem;
use protocol::x402::{self, EXACT, Identifier, Json, Naming, Payment, Required, Settled, UPTO, Unreadable, evm, requirement};
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
        let Some(own) = exact.or_else(|| requirement(quoted.up_to.as_ref()?, UPTO)) else { return };
        // Ours stands first: who has both pays from a balance here, who knows chains alone finds the coin.
        let coins = quoted.charge.iter().flat_map(|charge| gate.coin_offers(ask, quoted, charge.digest.as_deref()));
        let accepts: Vec<Json> = std::iter::once(own).chain(coins).collect();
        let url = format!("{}{}", gate.origin_url(), ask.target.page);
        let told = |most: usize, naming: Naming| {
            let accepts = accepts.get(..most.min(accepts.len())).unwrap_or_default();
            Required { error: quoted.error, url: &url, accepts, naming }.header_value()
        };
        let (most, few) = (accepts.len(), 2.min(accepts.len()));
        let mut line = match is_consumed(quoted.offer) {
            true => Line::new("payment-required", told(most, Naming::WithSchema), Kind::X402),
            false => Line::new("payment-required", told(most, Naming::Unread), Kind::X402),
        };
        if is_consumed(quoted.offer) {
            line.shorter.push(told(most, Naming::Told));
        }
        if most > 1 {
            line.shorter.extend([told(few, Naming::Unread), told(1, Naming::Unread)]);
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
        if let Some(payment) = for_chain(gate, ask) {
            let network = payment.accepted.need("network").unwrap_or_default();
            let payer = evm::signed(&payment).ok().map(|signed| signed.authorization.from);
            let why = match (problem.code(), evm::accepted(&payment)) {
                ("method-unsupported", Err(Unreadable::Scheme)) => "unsupported_scheme",
                ("method-unsupported", _) => "invalid_network",
                (code, _) => x402::reason(code),
            };
            let outcome = evm::Outcome { error: Some(why), transaction: None, network, payer, value: None };
            return answered(headers, &outcome.header_value());
        }
        let posted =
            if let Problem::OriginFailed { reference, .. } | Problem::ResponseGone { reference } = problem { reference } else { "" };
        let settled =
            Settled { error: Some(reason(gate, ask, problem)), transaction: posted, instance: gate.instance.id, payer: None, amount: None };
        answered(headers, &settled.header_value());
    }

    fn receipted(&self, gate: &Gate, _ask: &Ask, paid: Paid<'_>, headers: &mut HeaderMap) {
        let speaker = gate.instance.speaker();
        if let Some(receipt) = paid.receipt {
            headers.insert(RECEIPT, receipt);
        }
        if let Some(outside) = &paid.sold.outside {
            let (transaction, payer, value) = (Some(outside.transaction), Some(outside.payer), Some(outside.value));
            return answered(headers, &evm::Outcome { error: None, transaction, network: &outside.network, payer, value }.header_value());
        }
        let settled = Settled {
            error: None,
            transaction: &paid.sold.serial(),
            instance: gate.instance.id,
            payer: Some(paid.sold.payer_reference(speaker)),
            amount: Some(paid.amount),
        };
        answered(headers, &settled.header_value());
    }
}

impl Gate {
    async fn pay_by_x402(self: &Arc<Self>, ask: Arc<Ask>, request: Request<Body>, value: &str) -> Reply {
        if let Err(retry_after_s) = self.failures.look(ask.visit.client_ip, ask.visit.now) {
            return self.refuse(&ask, &Problem::TooFast { retry_after_s });
        }
        // Also where no coin is taken any more: what was bought with one lasts.
        if let Ok(payment) = Payment::parse(value)
            && evm::is_for_chain(&payment)
        {
            return self.pay_by_coin(ask, request, &payment).await;
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
        let nothing = Settled { error: None, transaction: "", instance, payer: Some(payer), amount: Some(Amount::ZERO) };
        answered(headers, &nothing.header_value());
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

/// The payment of a request, if it is in a coin of a site that takes coins.
fn for_chain(gate: &Gate, ask: &Ask) -> Option<Payment> {
    let value = ask.headers.get(SIGNATURE).filter(|_| !gate.coins.is_empty())?;
    Payment::parse(line(value)).ok().filter(evm::is_for_chain)
}

fn answered(headers: &mut HeaderMap, value: &str) {
    match HeaderValue::from_str(value) {
        Ok(value) => drop(headers.insert(RESPONSE, value)),
        Err(_) => tracing::error!("what became of a payment is no header value"),
    }
}
