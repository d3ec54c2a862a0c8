//! `POST /v1/locks/{payment hash}`: an invoice of ours, which is the body, is paid for from a balance, and its preimage is the answer.
//!
//! The lock is a page that is sold as any other by the Payment scheme: 402 with a challenge, then the same request with a credential.
//! What it costs, to whom it goes and what it is for come from the invoice alone, which we signed. The nonce of the challenge is
//! that of the invoice, and so the challenge is the same whenever it is asked for: an invoice is charged once however often it is
//! paid, also by a program that forgot that it did.

use crate::door::{self, Reply, Visit};
use crate::gateway::{credentials_in, receipt_header};
use crate::instance::{Instance, Told};
use crate::receipts::Sold;
use crate::refusals::problem_of_credential;
use crate::wallet::Asked;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use market::{Body, Command, Consent, Effect, Maker, Offer, Outcome, Purchase, Signature};
use money::{Amount, Asset, Price, Span, Timestamp};
use protocol::challenge::{Checked, NotOurs, Terms, route};
use protocol::credential::is_payment;
use protocol::l402::{Invoice, hex, parse_hex};
use protocol::problem::Problem;
use protocol::receipt::Group;
use protocol::text::account;
use protocol::{ChargeRequest, Credential, Lasts, digest};
use std::sync::Arc;

/// Where locks are.
pub const PATH: &str = "/v1/locks/";
/// How far a client's clock may be behind.
const SKEW: Span = Span(30);
const PAYMENT: &str = "payment-authorization";

/// An invoice that was sent here, with what its lock is sold under.
struct Lock {
    invoice: Invoice,
    offer: Offer,
    asset: Asset,
    terms: Terms,
}

/// Opens a lock, or says what that costs.
///
/// # Errors
/// [`Problem::BadRequest`] for no invoice, [`Problem::Unknown`] for none of ours or another's hash, [`Problem::OfferEnded`],
/// [`Problem::QuoteExpired`] for one that can be paid no more, and what keeps the books from answering.
pub async fn open(instance: &Arc<Instance>, asked: &Asked, visit: &Visit) -> Result<Reply, Problem> {
    let lock = find(instance, asked).await?;
    let Some(value) = credential(&asked.headers)? else {
        if lock.terms.expires < visit.now {
            return Err(Problem::QuoteExpired);
        }
        return Ok(challenged(instance, &lock, &lock.asks(instance), visit.now));
    };
    match pay(instance, &lock, &value, visit.now).await {
        Ok((sold, charged)) => Ok(opened(instance, &lock, &sold, charged)),
        Err(problem) if problem.status() == 402 && lock.terms.expires >= visit.now => Ok(challenged(instance, &lock, &problem, visit.now)),
        Err(problem) => Err(problem),
    }
}

/// The invoice, if it is one of ours and of this hash.
async fn find(instance: &Arc<Instance>, asked: &Asked) -> Result<Lock, Problem> {
    let unread = |detail: String| Problem::BadRequest { detail };
    let hash = asked.path.strip_prefix(PATH).and_then(|hash| parse_hex(hash).ok()).ok_or(Problem::Unknown)?;
    let text = std::str::from_utf8(&asked.body).map_err(|_| unread("the body is the invoice, as text".to_owned()))?;
    let invoice = instance.l402().check_invoice(text.trim_ascii()).map_err(|error| unread(error.to_string()))?;
    let invoice = invoice.filter(|invoice| invoice.hash == hash).ok_or(Problem::Unknown)?;
    let id = invoice.lock.offer;
    let version = instance.look(move |state, _| state.offer(id).cloned()).await?.ok_or(Problem::Unknown)?;
    if version.ended.is_some() {
        return Err(Problem::OfferEnded);
    }
    let offer = version.offer;
    let (_, asset) = offer.price.least().ok_or(Problem::OfferEnded)?;
    let request = ChargeRequest {
        amount: invoice.lock.amount,
        currency: asset,
        recipient: offer.payee.clone(),
        instance: instance.id,
        offer: id,
        lasts: (!offer.is_used_up()).then(|| offer.lasts.map_or(Lasts::Ever, |span| Lasts::Seconds(span.0))),
        undo: Some(offer.refund.window.0).filter(|seconds| *seconds > 0 && !offer.is_used_up()),
        external_id: None,
    };
    let terms = Terms {
        realm: instance.config.wallet.host.clone(),
        request,
        expires: invoice.expires(),
        digest: Some(digest::of(&asked.body)),
        nonce: invoice.lock.nonce,
        route: route("POST", &format!("{PATH}{}", hex(&hash))),
    };
    Ok(Lock { invoice, offer, asset, terms })
}

impl Lock {
    fn asks(&self, instance: &Instance) -> Problem {
        let price = Price { amount: self.invoice.lock.amount, asset: self.asset };
        Problem::PaymentRequired {
            amount: price.amount,
            currency: price.asset,
            pay_url: format!("https://{}", self.invoice.item),
            top_up_url: format!("{}/top-up", instance.wallet_url()),
            detail: format!("{price} to {} for {}", instance.payee_name(&self.offer.payee), self.invoice.item),
        }
    }
}

/// The one credential of the request, if it has one. As at a page, one of another dialect beside it is a second.
fn credential(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    if credentials_in(headers) > 1 {
        return Err(Problem::TwoCredentials);
    }
    let lines = headers.get_all(header::AUTHORIZATION).iter().chain(headers.get_all(PAYMENT)).map(HeaderValue::to_str);
    Ok(lines.filter_map(Result::ok).map(str::trim).find(|line| is_payment(line)).map(str::to_owned))
}

/// Checked from cheap to dear, then charged once: the sale, and what this very request charged.
async fn pay(instance: &Arc<Instance>, lock: &Lock, value: &str, now: Timestamp) -> Result<(Sold, Amount), Problem> {
    let credential = Credential::parse(value).map_err(|error| Problem::MalformedCredential { detail: error.to_string() })?;
    let Checked { id: challenge, terms } = instance.keys.issuer(now).check(&credential.challenge).map_err(|error| match error {
        NotOurs::Method => Problem::MethodUnsupported,
        NotOurs::Mac => Problem::ChallengeUnknown,
    })?;
    if terms.realm != lock.terms.realm || terms.route != lock.terms.route {
        return Err(Problem::RouteMismatch);
    }
    if terms.digest != lock.terms.digest {
        return Err(Problem::DigestMismatch);
    }
    if terms != lock.terms {
        return Err(Problem::ChallengeUnknown);
    }
    let payer = credential.key.account();
    let holds = credential.claim(&terms.request).filter(|_| credential.payer() == payer).is_some_and(|claim| claim.holds());
    if !holds {
        return Err(Problem::SignatureInvalid);
    }
    let id = terms.nonce;
    if terms.expires.after(SKEW) < now {
        // What was paid for in time is answered again.
        let sold = instance.look(move |state, _| Sold::find(state, id)).await?;
        let sold = sold.filter(|sold| sold.sale.payer == payer && sold.sale.is_live()).ok_or(Problem::QuoteExpired)?;
        let charged = sold.sale.charged;
        return Ok((sold, charged));
    }
    let signature = Signature {
        key: credential.key.0,
        signature: credential.signature,
        challenge,
        expires: terms.expires,
        asked: None,
        digest: terms.digest.unwrap_or_default(),
        account: account(payer),
        realm: terms.realm,
        // One credential opens the lock under any name that its client has for the request.
        retry: [0; 16],
    };
    let purchase = Purchase {
        payer,
        offer: terms.request.offer,
        item: lock.invoice.item.clone(),
        amount: terms.request.amount,
        asset: lock.asset,
        consent: Consent::Signed(Box::new(signature)),
    };
    charge(instance, lock, Command { id, maker: Maker::Instance, body: Body::Buy(purchase) }).await
}

async fn charge(instance: &Arc<Instance>, lock: &Lock, command: Command) -> Result<(Sold, Amount), Problem> {
    let id = command.id;
    let Told { answer, made } = instance.told(command).await?;
    let find = |id| instance.look(move |state, _| Sold::find(state, id));
    match answer.outcome {
        Outcome::Applied(_) => {
            let sold = made.ok_or(Problem::Internal)?;
            let charged = sold.sale.charged;
            Ok((sold, charged))
        }
        Outcome::Replayed(_) => {
            let sold = find(id).await?.filter(|sold| sold.sale.is_live()).ok_or(Problem::ChallengeUsed)?;
            let charged = sold.sale.charged;
            Ok((sold, charged))
        }
        // The page is owned: the lock opens for nothing, by the sale that it is owned by.
        Outcome::Standing(Effect::Sold { sale, .. }) => {
            let sold = find(sale).await?.ok_or(Problem::Internal)?;
            let until = sold.sale.until;
            instance.vault(move |vault| vault.open_lock(id, sale, until)).await?;
            Ok((sold, Amount::ZERO))
        }
        Outcome::Standing(_) => Err(Problem::Internal),
        Outcome::Rejected(rejection) => {
            let top_up_url = format!("{}/top-up", instance.wallet_url());
            Err(problem_of_credential(&rejection, lock.asset, &top_up_url))
        }
    }
}

/// The preimage, with the receipt of what was charged for it.
fn opened(instance: &Instance, lock: &Lock, sold: &Sold, charged: Amount) -> Reply {
    let mut reply = Reply::new(door::full(hex(&instance.l402().preimage(&lock.invoice.lock))));
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let speaker = instance.speaker();
    let signed = || sold.receipt_of(speaker, charged).header_value(&speaker.keys.receipt, Group::apart(sold.sale.place.frame));
    if let Some(receipt) = sold.receipt.clone().or_else(|| receipt_header(sold, signed())) {
        headers.insert("payment-receipt", receipt);
    }
    reply
}

/// A refusal with the challenge, which is always the same.
fn challenged(instance: &Instance, lock: &Lock, problem: &Problem, now: Timestamp) -> Reply {
    let mut reply = door::problem(problem, &instance.wallet_url());
    let line = HeaderValue::try_from(instance.keys.issuer(now).issue(&lock.terms).to_string());
    match line {
        Ok(line) => drop(reply.headers_mut().insert(header::WWW_AUTHENTICATE, line)),
        Err(_) => *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
    }
    reply
}
