//! `open`: hold, first payment and delivery in one request. `topUp`: more is held.

use super::known::Known;
use super::voucher::Paying;
use super::{Standing, proof};
use crate::door::{self, Reply};
use crate::gateway::Gate;
use crate::gateway::challenge::MOST_BODY;
use crate::gateway::priced::Ask;
use crate::gateway::proxy::Body;
use crate::refusals::problem_of;
use http::{Method, Request};
use market::{Command, Maker, OfferPrice, OpenSession, Outcome, RaiseSession, SessionKind, SessionTerms};
use money::Amount;
use protocol::problem::{Needed, Problem, SessionProblem};
use protocol::receipt::Done;
use protocol::session::{At, Kind, Open, TopUp};
use std::sync::Arc;

impl Gate {
    /// The action `open`. A repeat is a replay: the session's id is the command's.
    pub(super) async fn open_session(
        &self,
        ask: &Arc<Ask>,
        request: Request<Body>,
        (at, open): (At, &Open),
        standing: &Standing,
    ) -> Result<Reply, Problem> {
        let (asked, checked) = (&standing.checked.terms.request, &standing.checked);
        let payer = open.key.account();
        let claim = open.claim(at.session, &standing.challenge, asked).filter(|_| open.payer() == payer);
        let claim = claim.ok_or(Problem::Session(SessionProblem::InvalidSignature))?;
        if !self.checker.holds(claim).await {
            return Err(Problem::Session(SessionProblem::InvalidSignature));
        }
        let (parts, body) = request.into_parts();
        let body = crate::gateway::read_whole(body, MOST_BODY).await?;
        let print = self.print(ask, &body);
        let request = Request::from_parts(parts, door::full(body));
        // Nothing is held for a page that the session cannot pay for, or with less than its first request costs.
        let (_, offer) = self.offer(ask).ok_or(Problem::Internal)?;
        let OfferPrice::Metered(metered) = offer.price else { return Err(Problem::RouteMismatch) };
        if offer.payee != asked.recipient || metered.asset != asked.currency {
            return Err(Problem::RouteMismatch);
        }
        // A session that nothing authorises but its opening is for what a meter counts: nothing else draws from it.
        let is_trusted = matches!(open.terms.kind, Kind::Trusted);
        if is_trusted && !(ask.method == Method::HEAD && self.is_metered(&offer.payee, metered.unit).await?) {
            let detail = "kind: this gateway opens chain and signed, and trusted by HEAD where a meter counts".to_owned();
            return Err(Problem::MalformedCredential { detail });
        }
        let is_film = metered.video.is_some();
        // Of a film only the segments cost something, and none is asked for here.
        let first = if ask.method == Method::HEAD || is_film { None } else { metered.rate.at_most(metered.most.max(1)) };
        if let Some(required) = first.filter(|first| *first > open.terms.first) {
            let (currency, accepted, hold) = (asked.currency, open.terms.first, open.terms.hold);
            return Err(Problem::Session(SessionProblem::InsufficientBalance(Needed { currency, required, accepted, hold })));
        }
        let opening = OpenSession {
            offer: asked.offer,
            asset: asked.currency,
            cap: open.terms.hold,
            first: open.terms.first,
            until: open.terms.until,
            terms: terms(open)?,
            proof: proof(open.key.0, open.signature, checked.id, asked.scope.clone()),
        };
        let body = market::Body::OpenSession(Box::new(opening));
        let told = self.instance.told(Command { id: at.session, maker: Maker::Party(payer), body }).await?;
        if let Outcome::Rejected(rejection) = &told.answer.outcome {
            return Err(problem_of(rejection, asked.currency, &self.top_up_url()));
        }
        let known: Arc<Known> = self.learn(at.session).await?;
        if is_film {
            return self.film_opened(ask, request, (at, &known), Some(Done::Open)).await;
        }
        // Nothing is asked for, so nothing is paid yet.
        if ask.method == Method::HEAD {
            return self.upkeep(at, &known.recipient, |_| Some(Done::Open)).await;
        }
        let cost = self.cost(ask, &known)?;
        let after = known.seen();
        self.draw_and_deliver(ask, request, Paying { at, print, known, cost, voucher: None, after }).await
    }

    /// True if a payee's own service counts these units.
    async fn is_metered(&self, payee: &str, unit: market::Unit) -> Result<bool, Problem> {
        let payee = payee.to_owned();
        self.instance.look(move |state, _| state.meter(&payee, unit).is_some()).await
    }

    /// The action `topUp`, by a key of the account that pays.
    pub(super) async fn raise_session(&self, ask: &Arc<Ask>, at: At, top_up: &TopUp) -> Result<Reply, Problem> {
        let known = self.known(at.session).await?;
        if top_up.key.account() != known.payer {
            return Err(Problem::Session(SessionProblem::SignerMismatch));
        }
        let claim = top_up.claim(&known.bound(self.instance.id, at.session));
        let claim = claim.ok_or(Problem::Session(SessionProblem::InvalidSignature))?;
        if !self.checker.holds(claim).await {
            return Err(Problem::Session(SessionProblem::InvalidSignature));
        }
        let raise = RaiseSession {
            session: at.session,
            additional: top_up.additional,
            proof: proof(top_up.key.0, top_up.signature, [0; 32], String::new()),
        };
        let command = Command { id: top_up.command, maker: Maker::Party(known.payer), body: market::Body::RaiseSession(raise) };
        let told = self.instance.told(command).await?;
        let cap = match told.answer.outcome.effect() {
            Ok(market::Effect::SessionRaised(cap)) => cap,
            Ok(_) => return Err(Problem::Internal),
            Err(rejection) => return Err(problem_of(rejection, known.asset, &self.top_up_url())),
        };
        known.moved(|seen| seen.cap = seen.cap.max(cap));
        self.wires.raised(at.session);
        tracing::debug!(site = %self.name, request = %ask.visit.request_id, "a session holds more");
        // What is signed counts what calls came to, also if the books are not told yet.
        super::settle_calls(&self.instance, at.session).await;
        self.upkeep(at, &known.recipient, |_| Some(Done::TopUp)).await
    }
}

fn terms(open: &Open) -> Result<SessionTerms, Problem> {
    let (kind, chain) = match open.terms.kind {
        Kind::Trusted => (SessionKind::Trusted, None),
        Kind::Signed => (SessionKind::Signed, None),
        Kind::Chain(chain) => (SessionKind::Chain, Some(chain)),
    };
    let length = chain.map_or(Ok(0), |chain| u16::try_from(chain.length));
    let length = length.map_err(|_| Problem::MalformedCredential { detail: "length".to_owned() })?;
    let voucher_key = open.voucher_key().0;
    let (step, anchor) = chain.map_or((Amount::ZERO, [0; 32]), |chain| (chain.step, chain.anchor));
    Ok(SessionTerms { kind, voucher_key, step, length, anchor })
}
