//! A credential comes in: checked from cheap to dear, charged in one durable step, then delivered.
//!
//! From the charge on the work goes on as a task of its own if nobody waits for it any more, so that a client who goes away
//! cannot leave a sale undelivered and not taken back.

use super::Gate;
use super::challenge::{MOST_BODY, body_digest};
use super::deliver::Grounds;
use super::priced::Ask;
use super::proxy::Body;
use super::replay::{self, Found, Key, Ticket};
use super::session::Said;
use crate::door::{self, Reply};
use crate::idempotency;
use crate::instance::Told;
use crate::receipts::Sold;
use crate::refusals::{problem_of_credential, problem_of_pay};
use bytes::Bytes;
use http::Request;
use market::{Command, Consent, Effect, Maker, Outcome, Purchase, Rejection};
use money::{Amount, Asset, CommandId, OfferId, Span};
use protocol::challenge::{Checked, NotOurs, Terms, route};
use protocol::problem::{Problem, SessionProblem};
use protocol::session::{Action, SessionCredential};
use protocol::text::{account, serial};
use protocol::{Credential, Presented, digest};
use sha2::{Digest, Sha256};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// How far the client's clock may be behind.
pub(super) const SKEW: Span = Span(30);

/// A checked credential on its way into the books.
pub(super) struct Order {
    pub purchase: Purchase,
    pub id: CommandId,
    /// Whose id it is: a challenge's nonce is ours, the command of `pay` its payer's.
    pub maker: Maker,
    /// Digest of the body, for a fresh challenge if this is refused.
    pub digest: Option<String>,
    /// Where its answer is remembered, if the client named a key.
    pub key: Option<Key>,
}

impl Order {
    /// What is said of one that was taken already, when this is not the retry of it that its payer may make.
    pub(super) fn used(&self) -> Problem {
        match self.maker {
            Maker::Instance => Problem::ChallengeUsed,
            Maker::Party(_) => Problem::Session(SessionProblem::SeqReused),
        }
    }

    pub(super) fn refusal(&self, rejection: &Rejection, asset: Asset, top_up_url: &str) -> Problem {
        match self.maker {
            Maker::Instance => problem_of_credential(rejection, asset, top_up_url),
            Maker::Party(_) => problem_of_pay(rejection, asset, top_up_url),
        }
    }
}

impl Gate {
    pub(super) async fn pay(self: &Arc<Self>, ask: Arc<Ask>, request: Request<Body>, value: &str) -> Reply {
        if let Err(retry_after_s) = self.failures.look(ask.visit.client_ip, ask.visit.now) {
            return self.refuse(&ask, &Problem::TooFast { retry_after_s });
        }
        let credential = match self.checks.said(value) {
            Ok(Said::InSession(presented)) => {
                let gate = Arc::clone(self);
                return Settling(Some(Box::pin(async move { gate.session(&ask, request, presented).await }))).await;
            }
            Ok(Said::AtOnce(credential)) => credential,
            Err(error) => return self.refuse_credential(&ask, &Problem::MalformedCredential { detail: error.to_string() }, None),
        };
        let (parts, body) = request.into_parts();
        let body = match super::read_whole(body, MOST_BODY).await {
            Ok(body) => body,
            Err(problem) => return self.refuse(&ask, &problem),
        };
        let checked = match &credential {
            Presented::Charge(credential) => match idempotency::word(&ask.headers) {
                Ok(word) => self.check(&ask, (value, word), credential, &body).await,
                Err(problem) => Err(problem),
            },
            Presented::Session(SessionCredential { challenge, action: Action::Pay(pay) }) => {
                self.check_pay(&ask, (value, pay), challenge, &body).await
            }
            Presented::Session(_) => Err(Problem::Internal),
        };
        let order = match checked {
            Ok(order) => order,
            Err(problem) => return self.refuse_credential(&ask, &problem, body_digest(&body)),
        };
        self.purchase_worded(ask, Request::from_parts(parts, body), order).await
    }

    /// Takes a checked credential of any dialect into the books, and asks the origin; the same request sent again gets the same
    /// answer, if it named a key.
    pub(super) async fn purchase(self: &Arc<Self>, ask: Arc<Ask>, request: Request<Bytes>, order: Order) -> Reply {
        let request = request.map(door::full);
        let ticket = match self.find(&ask, &order).await {
            Ok(ticket) => ticket,
            Err(Answered::Already(reply)) => return reply,
            Err(Answered::Gone) => return self.again(&ask, request, &order).await,
            Err(Answered::Not(problem)) => return self.refuse_credential(&ask, &problem, order.digest),
        };
        let gate = Arc::clone(self);
        Settling(Some(Box::pin(async move { gate.settle(&ask, request, order, ticket).await }))).await
    }

    /// Everything that can be wrong with a credential before money is looked at, in the order of the refusals.
    /// `value` is how it came, and `word` the client's own for this request, if it has one.
    pub(super) async fn check(
        &self,
        ask: &Ask,
        (value, word): (&str, Option<&str>),
        credential: &Credential,
        body: &Bytes,
    ) -> Result<Order, Problem> {
        let known = self.instance.keys.issuer(ask.visit.now).check(&credential.challenge);
        self.check_known(ask, (value, word), (credential, known), body).await
    }

    /// As [`Gate::check`] for a credential whose amount is the most that is agreed to.
    pub(super) async fn check_up_to(
        &self,
        ask: &Ask,
        (value, word): (&str, Option<&str>),
        credential: &Credential,
        body: &Bytes,
    ) -> Result<Order, Problem> {
        let known = self.instance.keys.issuer(ask.visit.now).check_up_to(&credential.challenge);
        self.check_known(ask, (value, word), (credential, known), body).await
    }

    async fn check_known(
        &self,
        ask: &Ask,
        (value, word): (&str, Option<&str>),
        (credential, known): (&Credential, Result<Checked, NotOurs>),
        body: &Bytes,
    ) -> Result<Order, Problem> {
        let Checked { id: challenge, terms } = known.map_err(|error| match error {
            NotOurs::Method => Problem::MethodUnsupported,
            NotOurs::Mac => Problem::ChallengeUnknown,
        })?;
        self.check_terms(ask, &terms, body)?;
        self.check_offer(terms.request.offer).await?;
        if terms.request.instance != self.instance.id {
            return Err(Problem::ChallengeUnknown);
        }
        // A key pays from its own account only: no other keys are known to any account yet.
        let payer = credential.key.account();
        let claim = credential.claim(&terms.request).filter(|_| credential.payer() == payer).ok_or(Problem::SignatureInvalid)?;
        if !self.checker.holds(claim).await {
            return Err(Problem::SignatureInvalid);
        }
        let signature = market::Signature {
            key: credential.key.0,
            signature: credential.signature,
            challenge,
            expires: terms.expires,
            asked: None,
            digest: terms.digest.unwrap_or_default(),
            account: account(payer),
            realm: terms.realm,
            retry: retry(word),
        };
        Ok(Order {
            purchase: Purchase {
                payer,
                offer: terms.request.offer,
                item: self.item(&ask.target),
                amount: terms.request.amount,
                asset: terms.request.currency,
                consent: Consent::Signed(Box::new(signature)),
            },
            id: terms.nonce,
            maker: Maker::Instance,
            digest: body_digest(body),
            key: word.map(|word| replay::key(value, word)),
        })
    }

    fn check_terms(&self, ask: &Ask, terms: &Terms, body: &Bytes) -> Result<(), Problem> {
        if terms.expires.after(SKEW) < ask.visit.now {
            return Err(Problem::QuoteExpired);
        }
        if terms.realm != self.site.host || terms.route != route(ask.method.as_str(), &ask.target.page) {
            return Err(Problem::RouteMismatch);
        }
        let bound = terms.digest.as_deref().map(digest::parse).transpose().map_err(|_| Problem::DigestMismatch)?;
        let is = (!body.is_empty()).then(|| <[u8; 32]>::from(Sha256::digest(body)));
        if bound == is { Ok(()) } else { Err(Problem::DigestMismatch) }
    }

    /// An offer version of ours that was not withdrawn; the books say the last word.
    async fn check_offer(&self, id: OfferId) -> Result<(), Problem> {
        if self.instance.offers().iter().any(|(current, _)| *current == id) {
            return Ok(());
        }
        match self.instance.look(move |state, _| state.offer(id).map(|version| version.ended)).await? {
            None => Err(Problem::ChallengeUnknown),
            Some(Some(_)) => Err(Problem::OfferEnded),
            Some(None) => Ok(()),
        }
    }

    /// What is remembered of an order: nothing (its ticket, if it has a key), or how it was answered.
    pub(super) async fn find(&self, ask: &Ask, order: &Order) -> Result<Option<Ticket>, Answered> {
        let Some(key) = order.key else { return Ok(None) };
        match self.replays.find(key, &ask.target.sent, ask.visit.now).await {
            Found::First(ticket) => Ok(Some(ticket)),
            Found::Kept(kept) => Err(Answered::Already(kept.reply())),
            Found::Gone => Err(Answered::Gone),
            Found::Elsewhere => Err(Answered::Not(order.used())),
            Found::Running => Err(Answered::Already(self.refuse(ask, &Problem::Busy { retry_after_s: 1 }))),
        }
    }

    async fn settle(&self, ask: &Ask, request: Request<Body>, order: Order, ticket: Option<Ticket>) -> Reply {
        let asset = order.purchase.asset;
        let command = Command { id: order.id, maker: order.maker, body: market::Body::Buy(order.purchase.clone()) };
        let told = self.instance.told(command).await;
        let found = match told.map(|Told { answer, made }| (answer.outcome, made)) {
            Ok((Outcome::Applied(_), made)) => {
                let sold = made.ok_or(Problem::Internal);
                sold.map(|sold| {
                    let grounds = Grounds::Charged(sold.sale.charged);
                    (sold, grounds)
                })
            }
            Ok((Outcome::Standing(effect), _)) => match sold_by(effect) {
                Ok((id, _)) => self.sold(id).await.map(|sold| (sold, Grounds::Owned)),
                Err(problem) => Err(problem),
            },
            Ok((Outcome::Replayed(_), _)) => return self.replayed(ask, request, &order, ticket).await,
            Ok((Outcome::Rejected(rejection), _)) => Err(order.refusal(&rejection, asset, &self.top_up_url())),
            Err(problem) => Err(problem),
        };
        match (found, ticket) {
            (Ok((sold, grounds)), Some(ticket)) => ticket.keep(self.deliver(ask, request, &sold, grounds).await),
            (Ok((sold, grounds)), None) => self.deliver(ask, request, &sold, grounds).await,
            (Err(problem), ticket) => {
                ticket.into_iter().for_each(Ticket::forget);
                self.refuse_credential(ask, &problem, order.digest)
            }
        }
    }

    /// The charge stands already, but not from this run of the program, or from a request that named no key.
    pub(super) async fn replayed(&self, ask: &Ask, request: Request<Body>, order: &Order, ticket: Option<Ticket>) -> Reply {
        // With the ticket gone unsaid, this answer and the next ones count as tries at one that is gone.
        let named = ticket.is_some();
        drop(ticket);
        if named { self.again(ask, request, order).await } else { self.refuse_credential(ask, &order.used(), order.digest.clone()) }
    }

    /// The answer to a charge was lost: the page is fetched once more, uncharged, while the sale stands.
    pub(super) async fn again(&self, ask: &Ask, request: Request<Body>, order: &Order) -> Reply {
        let id = order.id;
        let sold = match self.instance.look(move |state, _| Sold::find(state, id)).await {
            // The id may be the payer's word, so it is not enough that there is a sale of it.
            Ok(sold) => sold.filter(|sold| sold.sale.is_live() && sold.sale.payer == order.purchase.payer),
            Err(problem) => return self.refuse(ask, &problem),
        };
        let Some(sold) = sold else { return self.refuse_credential(ask, &order.used(), order.digest.clone()) };
        if !ask.is_read() {
            return self.refuse(ask, &Problem::ResponseGone { reference: serial(id) });
        }
        if !order.key.is_some_and(|key| self.replays.try_again(key)) {
            return self.refuse_credential(ask, &order.used(), order.digest.clone());
        }
        self.deliver(ask, request, &sold, Grounds::Again).await
    }

    pub(super) async fn sold(&self, id: CommandId) -> Result<Sold, Problem> {
        self.instance.look(move |state, _| Sold::find(state, id)).await?.ok_or(Problem::Internal)
    }
}

/// Does the work to its end, whether somebody waits for it or not.
pub(super) async fn settling(work: impl Future<Output = Reply> + Send + 'static) -> Reply {
    Settling(Some(Box::pin(work))).await
}

/// The work from the charge on. Whoever drops it half done does not end it: it goes on as a task of its own.
struct Settling(Option<Pin<Box<dyn Future<Output = Reply> + Send>>>);

impl Future for Settling {
    type Output = Reply;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Reply> {
        let work = self.0.as_mut().expect("it is not polled after its end");
        let reply = ready!(work.as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(reply)
    }
}

impl Drop for Settling {
    fn drop(&mut self) {
        // Without a runtime the process is ending: then the sale is found again as after a crash.
        if let (Some(work), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            drop(runtime.spawn(work));
        }
    }
}

/// Why an order is not settled now.
pub(super) enum Answered {
    /// It was, and this is the answer.
    Already(Reply),
    /// It was, but the answer is not there any more.
    Gone,
    /// It cannot be.
    Not(Problem),
}

fn sold_by(effect: Effect) -> Result<(CommandId, Amount), Problem> {
    if let Effect::Sold { sale, charged } = effect { Ok((sale, charged)) } else { Err(Problem::Internal) }
}

/// What of the key becomes part of the order's content: under another key the same credential is another order.
pub(super) fn retry(idempotency_key: Option<&str>) -> [u8; 16] {
    let Some(key) = idempotency_key else { return [0; 16] };
    let hash: [u8; 32] = Sha256::digest(key).into();
    hash.split_first_chunk().map(|(half, _)| *half).unwrap_or_default()
}
