//! `lightning/charge`: the invoice of L402 in a challenge of the Payment scheme, for clients that know the scheme and pay by Lightning.
//! As every charge of that scheme it is answered once.

use super::{Answering, Dialect, Paid, Quoted, line};
use crate::gateway::Gate;
use crate::gateway::challenge::LIFE_S as CHALLENGE_S;
use crate::gateway::locked::{Holds, PAYABLE_S, REMEMBERED, Shown, bearer_route, lock, opens};
use crate::gateway::priced::Ask;
use crate::gateway::proxy::Body;
use http::{HeaderMap, Request, header};
use money::Timestamp;
use protocol::l402::{Binds, LightningCredential, is_lightning, lightning_challenge, read_challenge};
use protocol::offering::{Kind, Line};
use protocol::problem::Problem;
use std::sync::Arc;

/// The method and its one intent.
pub(super) struct Lightning;

const FIELD: &str = "www-authenticate";

impl Dialect for Lightning {
    fn name(&self) -> &'static str {
        "lightning"
    }

    fn credentials<'h>(&self, headers: &'h HeaderMap, found: &mut Vec<&'h str>) {
        found.extend(headers.get_all(header::AUTHORIZATION).iter().map(line).filter(|line| is_lightning(line)));
    }

    fn told(&self, gate: &Gate, ask: &Ask, quoted: &Quoted<'_>, lines: &mut Vec<Line>) {
        let Some(lock) = lock(quoted).filter(|_| quoted.offer.l402.is_some()) else { return };
        let ring = gate.instance.l402();
        let secrets = ring.at(lock.nonce);
        let now = Timestamp::from_seconds(ask.visit.now.seconds());
        // The invoice of an L402 challenge beside it is the same: it is not signed twice.
        let beside = lines.iter().find(|line| line.kind == Kind::L402).and_then(|line| read_challenge(&line.value).ok());
        let invoice = beside.map_or_else(|| secrets.invoice(lock, &gate.item(&ask.target), (now, PAYABLE_S)), |(_, invoice)| Ok(invoice));
        let Ok(invoice) = invoice else { return };
        let expires = Timestamp::from_seconds(now.seconds().saturating_add(CHALLENGE_S));
        let binds = Binds { realm: &gate.site.host, route: &bearer_route(ask), expires };
        let challenge = lightning_challenge(secrets, (&invoice, &lock), binds);
        lines.extend(challenge.map(|challenge| Line::new(FIELD, challenge.to_string(), Kind::Lightning)));
    }

    fn taken(&self, gate: Arc<Gate>, ask: Arc<Ask>, request: Request<Body>, credential: String) -> Answering {
        Box::pin(async move {
            let shown = shown(&gate, &ask, &credential);
            gate.unlock(ask, request, (credential, shown)).await
        })
    }

    fn receipted(&self, _gate: &Gate, _ask: &Ask, paid: Paid<'_>, headers: &mut HeaderMap) {
        if let Some(receipt) = paid.receipt {
            headers.insert("payment-receipt", receipt);
        }
    }
}

/// What a credential shows, checked from cheap to dear as far as it goes without the books. It may be shown a while after its
/// challenge ended: by then it was paid for, or never.
fn shown(gate: &Gate, ask: &Ask, line: &str) -> Result<Shown, Problem> {
    let malformed = |error: protocol::Malformed| Problem::MalformedCredential { detail: error.to_string() };
    let credential = LightningCredential::parse(line).map_err(malformed)?;
    if credential.realm() != gate.site.host {
        return Err(Problem::RouteMismatch);
    }
    let invoice = credential.invoice(&gate.instance.l402(), &bearer_route(ask)).ok_or(Problem::ChallengeUnknown)?;
    opens(&credential.preimage, &invoice.hash)?;
    if credential.expires().map_err(malformed)?.after(REMEMBERED) < ask.visit.now {
        return Err(Problem::QuoteExpired);
    }
    Ok(Shown { nonce: invoice.lock.nonce, holds: Holds::Once })
}
