//! What sites of other instances ask of the wallet here, under `/v1/quotes/`: each call is signed with the site's key, which
//! the site's own document names.

use crate::config::Elsewhere;
use crate::door::{self, Reply, Visit};
use crate::elsewhere::{self, Fault};
use crate::instance::Instance;
use crate::receipts::Sold;
use crate::refusals::problem_of;
use crate::wallet::Asked;
use http::{HeaderValue, Method, StatusCode, header};
use market::{Body, Outcome, RefundReason, RefundRequest, Rejection};
use money::{CommandId, Timestamp};
use protocol::json::Object;
use protocol::problem::Problem;
use protocol::receipt::Group;
use protocol::redeem::{Entitled, Standing};
use protocol::site_call::{SiteCall, SiteSigned};
use protocol::text::{base64url, parse_command, parse_serial};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Why a site gives money back, in the word of the wire.
pub const UNDO: &str = "undo";
/// Its page did not come.
pub const ORIGIN_FAILED: &str = "origin-failed";
/// It wants to.
pub const PAYEE: &str = "payee";

#[derive(Clone, Copy)]
enum Verb {
    Look,
    Redeem,
    Refund,
}

/// Answers a call of a site; none if the address is no such call.
pub async fn answer(instance: &Arc<Instance>, asked: &Asked, visit: &Visit) -> Option<Result<Reply, Problem>> {
    let rest = asked.path.strip_prefix("/v1/quotes/")?;
    let (id, verb, allow) = match rest.split('/').collect::<Vec<_>>().as_slice() {
        [id] => (*id, Verb::Look, "GET, HEAD"),
        [id, "redeem"] => (*id, Verb::Redeem, "POST"),
        [id, "refund"] => (*id, Verb::Refund, "POST"),
        _ => return None,
    };
    let takes = match verb {
        Verb::Look => asked.is_read(),
        Verb::Redeem | Verb::Refund => asked.method == Method::POST,
    };
    if !takes {
        return Some(Err(Problem::MethodNotAllowed { allow }));
    }
    let Ok(id) = parse_command(id) else { return Some(Err(Problem::Unknown)) };
    Some(answered(instance, (asked, visit), (id, verb)).await)
}

async fn answered(instance: &Arc<Instance>, (asked, visit): (&Asked, &Visit), (id, verb): (CommandId, Verb)) -> Result<Reply, Problem> {
    let site = caller(instance, asked, visit).await?;
    let now = visit.now;
    match verb {
        Verb::Redeem => {
            let code = Object::parse(&asked.body).ok().and_then(|body| body.need("code").map(str::to_owned).ok());
            let code = code.ok_or_else(|| Problem::BadRequest { detail: "`code` is missing".to_owned() })?;
            // Whoever shows a code uses it up, also when it was another's.
            let grant = instance.codes.redeem(&code, &site.realm(), now).ok_or(Problem::Unknown)?;
            let quote = grant.quote.filter(|(of, _)| *of == id).map(|(_, text)| text).ok_or(Problem::Unknown)?;
            let sold = find(instance, grant.sale).await?;
            told(instance, &sold, Some(quote))
        }
        Verb::Look => {
            let query = door::form(asked.query.as_bytes());
            let sale = sale_in(query.get("sale").map(String::as_str))?;
            told(instance, &paid(instance, &site, (id, sale), now).await?, None)
        }
        Verb::Refund => refund(instance, &site, (asked, id), now).await,
    }
}

/// The site that signed the call.
async fn caller(instance: &Arc<Instance>, asked: &Asked, visit: &Visit) -> Result<Elsewhere, Problem> {
    let found = signed_by(instance, asked, visit.now).await;
    if found.is_err() {
        instance.failed_sites.step(visit.client_ip, visit.now)?;
    }
    found
}

async fn signed_by(instance: &Arc<Instance>, asked: &Asked, now: Timestamp) -> Result<Elsewhere, Problem> {
    let mut lines = asked.headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next().filter(|_| lines.next().is_none()).and_then(|line| line.to_str().ok());
    let wanted = || Problem::BadRequest { detail: "`Authorization: Farthing-Site site=\"…\", …` is needed, once".to_owned() };
    let signed = SiteSigned::parse(line.ok_or_else(wanted)?).map_err(|_| wanted())?;
    // Nobody is asked for a document but those whom the operator named.
    let site = instance.elsewhere(&signed.site).cloned().ok_or(Problem::SignatureInvalid)?;
    let call = SiteCall { instance: instance.id, method: asked.method.as_str(), target: &asked.target, body: &asked.body };
    let known = elsewhere::known(instance, &site.url, now).await.map_err(|fault| match fault {
        Fault::Unreachable => Problem::Busy { retry_after_s: 5 },
        Fault::KeyChanged => Problem::SignatureInvalid,
    })?;
    if known.site_keys.contains(&signed.key) && signed.covers(&call, now) { Ok(site) } else { Err(Problem::SignatureInvalid) }
}

async fn find(instance: &Arc<Instance>, sale: CommandId) -> Result<Sold, Problem> {
    instance.look(move |state, _| Sold::find(state, sale)).await?.ok_or(Problem::Unknown)
}

/// Which of the sales that paid a quote is meant.
fn sale_in(serial: Option<&str>) -> Result<CommandId, Problem> {
    let sale = serial.and_then(|serial| parse_serial(serial).ok());
    sale.ok_or_else(|| Problem::BadRequest { detail: "`sale` is missing: the serial of the sale that is meant".to_owned() })
}

/// A sale that paid a quote of this site.
async fn paid(instance: &Arc<Instance>, site: &Elsewhere, (id, sale): (CommandId, CommandId), now: Timestamp) -> Result<Sold, Problem> {
    let url = site.url.clone();
    if !instance.vault(move |vault| vault.is_paid_by(id, (&url, sale), now)).await? {
        return Err(Problem::Unknown);
    }
    let sold = find(instance, sale).await?;
    if sold.sale.realm() == site.realm() { Ok(sold) } else { Err(Problem::Unknown) }
}

fn told(instance: &Instance, sold: &Sold, quote: Option<String>) -> Result<Reply, Problem> {
    let speaker = instance.speaker();
    let mut receipt = sold.receipt_of(speaker, sold.sale.charged);
    let group = Group::apart(sold.sale.place.frame);
    let value = receipt.header_value(&speaker.keys.receipt, group).or_else(|_| {
        // A long address does not fit; its hash says the same to whoever knows the page.
        receipt.entitlement = base64url(&Sha256::digest(sold.sale.item.as_bytes()));
        receipt.header_value(&speaker.keys.receipt, group)
    });
    let sale = &sold.sale;
    let entitled = Entitled {
        quote,
        sale: sold.id,
        payer: sold.payer_reference(speaker).to_owned(),
        item: sale.item.as_ref().to_owned(),
        charged: sale.charged,
        currency: sale.asset,
        at: sale.at,
        until: sale.until,
        undo_until: sale.undo_until,
        standing: if sale.is_live() { Standing::Live } else { Standing::Refunded },
        receipt: value.map_err(|_| Problem::Internal)?,
    };
    let mut reply = door::json(StatusCode::OK, &serde_json::Value::Null);
    *reply.body_mut() = door::full(entitled.to_json());
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(reply)
}

/// A site gives a sale of its own back; asked again, it is answered alike.
async fn refund(instance: &Arc<Instance>, site: &Elsewhere, (asked, id): (&Asked, CommandId), now: Timestamp) -> Result<Reply, Problem> {
    let body = Object::parse(&asked.body).map_err(|_| Problem::BadRequest { detail: "`reason` is missing".to_owned() })?;
    let sale = sale_in(body.need("sale").ok())?;
    let sold = paid(instance, site, (id, sale), now).await?;
    let reason = match body.need("reason") {
        Ok(UNDO) => RefundReason::Undo { payer: sold.sale.payer },
        Ok(ORIGIN_FAILED) => RefundReason::OriginFailed,
        Ok(PAYEE) => {
            let handle = sold.payee.clone();
            let payee = instance.look(move |state, _| state.payee(&handle).map(|payee| payee.party)).await?;
            RefundReason::Payee { payee: payee.ok_or(Problem::Internal)? }
        }
        _ => return Err(Problem::BadRequest { detail: "`reason` is undo, origin-failed or payee".to_owned() }),
    };
    let outcome = instance.order(Body::Refund(RefundRequest::whole(sold.id, reason))).await?.outcome;
    match outcome {
        Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(Rejection::AlreadyRefunded) => {
            told(instance, &find(instance, sold.id).await?, None)
        }
        Outcome::Rejected(rejection) => Err(problem_of(&rejection, sold.sale.asset, &instance.wallet_url())),
    }
}
