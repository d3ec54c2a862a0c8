//! The facilitator: what other people's x402 servers ask of us, so that they can be paid from balances here with no code of ours.
//!
//! `POST /x402/verify` says how things stand and promises nothing; `POST /x402/settle` posts, once; `GET /x402/supported`. Nobody
//! signs in: the payer's signature names payee and sum, and the payee has said that it takes such payments by an offer
//! `consume = "x402:*"`, which gives the split and the most that one may be.
//!
//! A stock server has no guard of its own against serving one payment twice, so a settlement is answered *paid* once. The same bytes
//! again are `challenge-used`, with the first posting's serial; under the server's own `Idempotency-Key` the answer is the same again.

use crate::door::{self, Reply, Visit};
use crate::gateway::checker::Checker;
use crate::gateway::limits::{Buckets, Loopback, SETTLEMENTS};
use crate::gateway::named::{self, Names};
use crate::idempotency;
use crate::instance::Instance;
use crate::refusals::problem_of_pay;
use crate::wallet::Asked;
use http::{HeaderValue, Method, StatusCode, header};
use market::{Command, Consent, Effect, Maker, Offer, Outcome, Purchase, Rejection, Signature};
use money::{Amount, OfferId, Party, Span};
use protocol::problem::Problem;
use protocol::text::{account, base64url, serial};
use protocol::x402::{self, Json, Settled, Settlement, Unreadable, Verified};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// How far a payer's clock may be behind.
const SKEW: Span = Span(30);

/// The door under `/x402/` of the wallet's host.
pub(crate) struct Facilitator {
    instance: Arc<Instance>,
    checker: Checker,
    /// Checks and settlements by payee and by who asks.
    paces: Buckets,
    /// What clients call their payments.
    names: Names,
}

/// Why a payment is not settled: our problem, or a word for what only x402 knows.
enum No {
    /// A refusal as at every door.
    Problem(Problem),
    /// Its network is not ours.
    Network,
    /// Its scheme is not settled here.
    Scheme,
    /// It was settled before, by this posting if it is one of this payment.
    Used(Option<String>),
}

/// A payment that was checked as far as can be without the books.
struct Checked {
    settlement: Settlement,
    payer: Party,
    offer: (OfferId, Offer),
    /// Its client's own name for it.
    name: Option<named::Key>,
}

/// A payment that was made.
struct Done {
    transaction: String,
    payer: String,
    amount: Amount,
}

impl Facilitator {
    pub(crate) fn new(instance: Arc<Instance>) -> Facilitator {
        Facilitator { instance, checker: Checker::default(), paces: Buckets::new(SETTLEMENTS, Loopback::Exempt), names: Names::default() }
    }

    /// Answers a call; `call` is its path below `/x402/`.
    pub(crate) async fn answer(&self, call: &str, asked: &Asked, unread: Option<Problem>, visit: &Visit) -> Reply {
        let wanted = match call {
            "verify" | "settle" => Method::POST,
            "supported" => Method::GET,
            _ => return door::problem(&Problem::Unknown, &self.instance.wallet_url()),
        };
        if wanted != asked.method && !(wanted == Method::GET && asked.is_read()) {
            let allow = if wanted == Method::POST { "POST" } else { "GET, HEAD" };
            let mut reply = door::problem(&Problem::MethodNotAllowed { allow }, &self.instance.wallet_url());
            reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
            return reply;
        }
        match call {
            "supported" => told(StatusCode::OK, &x402::supported(self.instance.id, &[self.instance.keys.receipt.public()])),
            "verify" => {
                let found = match unread {
                    Some(problem) => Err(No::Problem(problem)),
                    None => self.verified(asked, visit).await,
                };
                let invalid = found.as_ref().err().map(|no| no.reason());
                let payer = found.as_deref().ok();
                answered(found.as_ref().err(), &Verified { invalid, payer }.document())
            }
            _ => {
                let found = match unread {
                    Some(problem) => Err(No::Problem(problem)),
                    None => self.settled(asked, visit).await,
                };
                self.settled_document(&found)
            }
        }
    }

    fn settled_document(&self, found: &Result<Done, No>) -> Reply {
        let (error, instance) = (found.as_ref().err(), self.instance.id);
        let settled = match found {
            Ok(Done { transaction, payer, amount }) => {
                Settled { error: None, transaction, instance, payer: Some(payer), amount: Some(*amount) }
            }
            Err(no) => Settled { error: Some(no.reason()), transaction: no.transaction(), instance, payer: None, amount: None },
        };
        answered(error, &settled.document())
    }

    /// Everything that can be wrong with a payment before the books are asked, from cheap to dear.
    async fn checked(&self, asked: &Asked, visit: &Visit) -> Result<Checked, No> {
        let x402::Asked { settlement, identifier } = x402::Asked::parse(&asked.body, self.instance.id)?;
        let offers = self.instance.offers();
        let takes = |offer: &Offer| {
            let most = offer.settles().filter(|(most, asset)| *asset == settlement.currency && settlement.amount <= *most);
            most.is_some() && offer.payee == settlement.recipient && !settlement.amount.is_zero()
        };
        let offer = offers.iter().find(|(_, offer)| takes(offer)).cloned().ok_or(Problem::ChallengeUnknown)?;
        // By payee and by who asks: no stranger uses up what a payee's own server may ask.
        if let Some(prefix) = self.paces.prefix(visit.client_ip) {
            let pace = self.instance.keys.print(format!("{}\n{prefix}", settlement.recipient).as_bytes());
            let pace = pace.first_chunk().map_or(0, |head| u64::from_be_bytes(*head));
            self.paces.look_at(pace, visit.now).map_err(|retry_after_s| Problem::TooFast { retry_after_s })?;
            self.paces.spend_at(pace, visit.now);
        }
        if settlement.expires.after(SKEW) < visit.now {
            return Err(Problem::QuoteExpired.into());
        }
        // A key pays from its own account only: no other keys are known to any account yet.
        let payer = settlement.key.account();
        let claim = settlement.claim().filter(|_| settlement.payer() == payer).ok_or(Problem::SignatureInvalid)?;
        if !self.checker.holds(claim).await {
            return Err(Problem::SignatureInvalid.into());
        }
        let name = identifier.map(|name| named::key(&payer.0, &settlement.recipient, name.as_str()));
        Ok(Checked { settlement, payer, offer, name })
    }

    /// How things stand; who would pay, as the payee knows them.
    async fn verified(&self, asked: &Asked, visit: &Visit) -> Result<String, No> {
        let Checked { settlement, payer, offer, name: _ } = self.checked(asked, visit).await?;
        idempotency::in_time(settlement.command, visit.now)?;
        let (id, asset, due, now) = (settlement.command, settlement.currency, settlement.amount, visit.now);
        let realm = offer.1.unlock.realm().to_owned();
        let look = move |state: &market::State, _| {
            let guard = state.may_go_on((payer, asset), &realm, due, now).err();
            (state.sale(id).is_some(), state.available(payer, asset), guard)
        };
        let (is_used, available, guard) = self.instance.look(look).await?;
        if is_used {
            return Err(No::Used(None));
        }
        // A guard that asks is answered by the signature.
        if let Some(denied @ Rejection::GuardDenied { .. }) = guard {
            return Err(problem_of_pay(&denied, asset, &self.top_up_url()).into());
        }
        if available < due {
            let short = Rejection::Insufficient { available, short_by: due.saturating_sub(available) };
            return Err(problem_of_pay(&short, asset, &self.top_up_url()).into());
        }
        Ok(self.instance.keys.pairwise(payer, &settlement.recipient))
    }

    /// Claims and posts in one step.
    async fn settled(&self, asked: &Asked, visit: &Visit) -> Result<Done, No> {
        let word = idempotency::word(&asked.headers)?;
        let checked = self.checked(asked, visit).await?;
        let (name, payment) = (checked.name, base64url(&checked.settlement.signature));
        if name.is_some_and(|name| !self.names.take(name, &payment, visit.now)) {
            return Err(Problem::IdReused.into());
        }
        let posted = self.posted(checked, word).await;
        if let Err(No::Problem(_)) = posted {
            name.into_iter().for_each(|name| self.names.free(name));
        }
        posted
    }

    async fn posted(&self, checked: Checked, word: Option<&str>) -> Result<Done, No> {
        let Checked { settlement, payer, offer: (offer, terms), name: _ } = checked;
        let signature = Signature {
            key: settlement.key.0,
            signature: settlement.signature,
            challenge: Signature::NO_CHALLENGE,
            retry: word.map(half_hash).unwrap_or_default(),
            expires: settlement.expires,
            asked: None,
            digest: String::new(),
            account: account(payer),
            realm: terms.unlock.realm().to_owned(),
        };
        let purchase = Purchase {
            payer,
            offer,
            item: format!("{}{}", terms.unlock.realm(), market::SETTLED_PATH),
            amount: settlement.amount,
            asset: settlement.currency,
            consent: Consent::Signed(Box::new(signature)),
        };
        let command = Command { id: settlement.command, maker: Maker::Party(payer), body: market::Body::Buy(purchase) };
        match self.instance.apply(command).await?.outcome {
            Outcome::Applied(applied) => self.done(&settlement, payer, applied.effect),
            Outcome::Replayed(effect) if word.is_some() && self.stands(&settlement, payer).await? == Stands::ThisAndLive => {
                self.done(&settlement, payer, effect)
            }
            Outcome::Replayed(_) | Outcome::Rejected(Rejection::IdReused) => match self.stands(&settlement, payer).await? {
                Stands::ThisAndLive | Stands::This => Err(No::Used(Some(serial(settlement.command)))),
                Stands::Another => Err(Problem::IdReused.into()),
            },
            Outcome::Standing(_) => Err(Problem::Internal.into()),
            Outcome::Rejected(rejection) => Err(problem_of_pay(&rejection, settlement.currency, &self.top_up_url()).into()),
        }
    }

    fn done(&self, settlement: &Settlement, payer: Party, effect: Effect) -> Result<Done, No> {
        let Effect::Sold { sale, charged } = effect else { return Err(Problem::Internal.into()) };
        Ok(Done { transaction: serial(sale), payer: self.instance.keys.pairwise(payer, &settlement.recipient), amount: charged })
    }

    /// What became of an id that was used: this payment's own, or another content under it.
    async fn stands(&self, settlement: &Settlement, payer: Party) -> Result<Stands, Problem> {
        let (id, amount, asset, recipient) = (settlement.command, settlement.amount, settlement.currency, settlement.recipient.clone());
        let look = move |state: &market::State, _| {
            let Some(sale) = state.sale(id) else { return Stands::Another };
            let payee = state.offer(sale.offer).map(|version| version.offer.payee.as_str());
            let is_this = sale.payer == payer && sale.charged == amount && sale.asset == asset && payee == Some(&*recipient);
            match (is_this, sale.is_live()) {
                (true, true) => Stands::ThisAndLive,
                (true, false) => Stands::This,
                (false, _) => Stands::Another,
            }
        };
        self.instance.look(look).await
    }

    fn top_up_url(&self) -> String {
        format!("{}/top-up", self.instance.wallet_url())
    }
}

/// Whose an id is that was used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stands {
    /// Of this payment, which stands.
    ThisAndLive,
    /// Of this payment, which was taken back.
    This,
    /// Of something else.
    Another,
}

impl No {
    /// A fault of the request that no payment could cure is no verdict on one, and has its own status.
    fn status(&self) -> StatusCode {
        let No::Problem(problem) = self else { return StatusCode::OK };
        let status = match (problem.code(), problem.status()) {
            ("malformed-credential", _) => 400,
            ("id-reused" | "id-too-old" | "id-too-new", _) => 409,
            (_, 402 | 403 | 422) => 200,
            (_, status) => status,
        };
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn reason(&self) -> &'static str {
        match self {
            No::Network => "invalid_network",
            No::Scheme => "unsupported_scheme",
            No::Used(_) => "challenge-used",
            No::Problem(problem) => x402::reason(problem.code()),
        }
    }

    fn transaction(&self) -> &str {
        if let No::Used(Some(transaction)) = self { transaction } else { "" }
    }
}

impl From<Problem> for No {
    fn from(problem: Problem) -> No {
        No::Problem(problem)
    }
}

impl From<Unreadable> for No {
    fn from(unreadable: Unreadable) -> No {
        match unreadable {
            Unreadable::Malformed(what) => No::Problem(Problem::MalformedCredential { detail: what.to_string() }),
            Unreadable::Network => No::Network,
            Unreadable::Scheme => No::Scheme,
            Unreadable::Requirement => No::Problem(Problem::ChallengeUnknown),
        }
    }
}

fn half_hash(word: &str) -> [u8; 16] {
    let hash: [u8; 32] = Sha256::digest(word).into();
    hash.split_first_chunk().map(|(half, _)| *half).unwrap_or_default()
}

fn answered(no: Option<&No>, document: &Json) -> Reply {
    let mut reply = told(no.map_or(StatusCode::OK, No::status), document);
    if let Some(No::Problem(problem)) = no
        && let Some(seconds) = problem.retry_after_s()
    {
        reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    reply
}

fn told(status: StatusCode, document: &Json) -> Reply {
    let mut reply = Reply::new(door::full(document.to_string()));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}

#[cfg(test)]
mod tests;
