//! L402: a token and an invoice in `WWW-Authenticate`, `token:preimage` in `Authorization`. The token is a bearer for as long as what
//! it bought lasts, and is shown in one request; one that is used up by its request ends with its challenge.

use super::{Answering, Dialect, Paid, Quoted, line};
use crate::gateway::Gate;
use crate::gateway::locked::{Holds, LIFE_S, PAYABLE_S, Shown, bearer_route, lock, opens};
use crate::gateway::priced::Ask;
use crate::gateway::proxy::Body;
use http::{HeaderMap, Request, header};
use market::{L402 as Place, Offer};
use money::{Span, Timestamp};
use protocol::l402::{Credential, EVER, Token, challenge_line, is_l402, satoshis};
use protocol::offering::{Kind, Line};
use protocol::problem::Problem;
use std::sync::Arc;

/// The scheme, under both of its names.
pub(super) struct L402;

const FIELD: &str = "www-authenticate";
const RECEIPT: &str = "farthing-receipt";

impl Dialect for L402 {
    fn name(&self) -> &'static str {
        "L402"
    }

    fn credentials<'h>(&self, headers: &'h HeaderMap, found: &mut Vec<&'h str>) {
        found.extend(headers.get_all(header::AUTHORIZATION).iter().map(line).filter(|line| is_l402(line)));
    }

    fn told(&self, gate: &Gate, ask: &Ask, quoted: &Quoted<'_>, lines: &mut Vec<Line>) {
        let Some((place, lock)) = quoted.offer.l402.zip(lock(quoted)) else { return };
        let ring = gate.instance.l402();
        let secrets = ring.at(lock.nonce);
        let now = Timestamp::from_seconds(ask.visit.now.seconds());
        let token = Token {
            nonce: lock.nonce,
            hash: secrets.payment_hash(&lock),
            ends: ends(quoted.offer, now),
            offer: quoted.id,
            route: bearer_route(ask),
        };
        let Ok(invoice) = secrets.invoice(lock, &gate.item(&ask.target), (now, PAYABLE_S)) else { return };
        let mut line = Line::new(FIELD, challenge_line(&secrets.token(&token), &invoice), Kind::L402);
        // Where `lightning/charge` cannot stand last, a reader of the first challenge or the last one would see nothing of Lightning.
        if place == Place::First || satoshis(lock.amount).is_none() {
            line.place = 0;
        }
        lines.push(line);
    }

    fn taken(&self, gate: Arc<Gate>, ask: Arc<Ask>, request: Request<Body>, credential: String) -> Answering {
        Box::pin(async move {
            let shown = shown(&gate, &ask, &credential);
            gate.unlock(ask, request, (credential, shown)).await
        })
    }

    fn status(&self, problem: &Problem) -> u16 {
        match problem.status() {
            402 => 401,
            other => other,
        }
    }

    fn receipted(&self, _gate: &Gate, _ask: &Ask, paid: Paid<'_>, headers: &mut HeaderMap) {
        if let Some(receipt) = paid.receipt {
            headers.insert(RECEIPT, receipt);
        }
    }
}

/// When a token ends at the latest, of whatever is bought before its invoice is over.
fn ends(offer: &Offer, now: Timestamp) -> u64 {
    let paid = now.after(Span(LIFE_S));
    match offer.lasts {
        _ if offer.is_used_up() => paid.seconds(),
        Some(lasts) => paid.after(lasts).seconds(),
        None => EVER,
    }
}

/// What a credential shows, checked from cheap to dear as far as it goes without the books.
fn shown(gate: &Gate, ask: &Ask, line: &str) -> Result<Shown, Problem> {
    let malformed = |error: protocol::Malformed| Problem::MalformedCredential { detail: error.to_string() };
    let Credential { token, preimage } = Credential::parse(line).map_err(malformed)?;
    let token = gate.instance.l402().check_token(&token).map_err(malformed)?.ok_or(Problem::ChallengeUnknown)?;
    opens(&preimage, &token.hash)?;
    if token.ends != EVER && Timestamp::from_seconds(token.ends).after(crate::gateway::pay::SKEW) < ask.visit.now {
        return Err(Problem::QuoteExpired);
    }
    if token.route != bearer_route(ask) {
        return Err(Problem::RouteMismatch);
    }
    Ok(Shown { nonce: token.nonce, holds: Holds::AsLongAsSold })
}
