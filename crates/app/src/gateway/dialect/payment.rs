//! The "Payment" HTTP authentication scheme with method `farthing`: challenges in `WWW-Authenticate`, credentials in
//! `Authorization` or `Payment-Authorization`, receipts in `Payment-Receipt`.

use super::{Answering, Dialect, Paid, Quoted, line};
use crate::gateway::Gate;
use crate::gateway::priced::Ask;
use crate::gateway::proxy::Body;
use http::{HeaderMap, HeaderName, Request, header};
use protocol::credential::is_payment;
use protocol::offering::{Kind, Line};
use std::sync::Arc;

/// The scheme. Its statuses are those of the problems themselves.
pub(super) struct Payment;

/// Where a credential stands when `Authorization` has something else in it.
const PAYMENT: HeaderName = HeaderName::from_static("payment-authorization");
const FIELD: &str = "www-authenticate";

impl Dialect for Payment {
    fn name(&self) -> &'static str {
        "Payment"
    }

    fn credentials<'h>(&self, headers: &'h HeaderMap, found: &mut Vec<&'h str>) {
        found.extend(headers.get_all(header::AUTHORIZATION).iter().map(line).filter(|line| is_payment(line)));
        found.extend(headers.get_all(PAYMENT).iter().map(line));
    }

    fn told(&self, gate: &Gate, ask: &Ask, quoted: &Quoted<'_>, lines: &mut Vec<Line>) {
        let charge = quoted.charge.as_ref().map(|challenge| Line::new(FIELD, challenge.to_string(), Kind::Charge));
        let session = gate.session_challenge(ask, (quoted.id, quoted.offer));
        lines.extend(charge);
        lines.extend(session.map(|challenge| Line::new(FIELD, challenge.to_string(), Kind::Session)));
    }

    fn taken(&self, gate: Arc<Gate>, ask: Arc<Ask>, request: Request<Body>, credential: String) -> Answering {
        Box::pin(async move { gate.pay(ask, request, &credential).await })
    }

    fn receipted(&self, _gate: &Gate, _ask: &Ask, paid: Paid<'_>, headers: &mut HeaderMap) {
        if let Some(receipt) = paid.receipt {
            headers.insert("payment-receipt", receipt);
        }
    }
}
