//! A payer's sessions without their gateways: a list with evidence, for who lost their disk, and the end of one.
//!
//! What a session has authorised is never said without what proves it: the link or the signature that only the payer can have
//! made. A payer who cannot follow it is being cheated, or it is not their session.

use super::signer::Write;
use crate::door::{self, Reply};
use crate::gateway;
use crate::instance::Instance;
use http::StatusCode;
use market::{Body, Layout, OpenSession, Phase, Place, Record, Session, SessionKind, Voucher};
use money::{CommandId, Party};
use protocol::problem::Problem;
use protocol::text::{base64url, command, offer, parse_command};
use serde_json::{Value, json};
use std::sync::Arc;

/// Sessions in one answer: the journal is read for each.
const ROWS: usize = 16;

/// A session, and of which offer it was opened.
struct Found {
    id: CommandId,
    session: Session,
    realm: String,
    recipient: String,
}

/// `GET /v1/sessions?after=`: those that are not over, oldest first.
///
/// # Errors
/// [`Problem::BadRequest`], [`Problem::Busy`] while the index lags behind what was signed, [`Problem::Internal`].
pub async fn list(instance: &Arc<Instance>, party: Party, query: &str) -> Result<Reply, Problem> {
    let query = door::form(query.as_bytes());
    let unread =
        || Problem::BadRequest { detail: "the only parameter of this call is `after`, the `next` of an earlier answer".to_owned() };
    if query.keys().any(|key| key != "after") {
        return Err(unread());
    }
    let after = query.get("after").map(|text| parse_command(text)).transpose().map_err(|_| unread())?;
    let read = move |state: &market::State, _| {
        let own = state.sessions_of(party).filter(|(id, _)| after.is_none_or(|after| *id > after)).take(ROWS.saturating_add(1));
        let found = own.filter_map(|(id, session)| {
            let offer = &state.offer(session.offer())?.offer;
            Some(Found { id, session: session.clone(), realm: offer.unlock.realm().to_owned(), recipient: offer.payee.clone() })
        });
        found.collect::<Vec<_>>()
    };
    // What calls came to may still wait to be told: a payer who counts is told of it.
    for found in instance.look(read).await? {
        gateway::settle_calls(instance, found.id).await;
    }
    let mut found = instance.look(read).await?;
    let has_more = found.len() > ROWS;
    found.truncate(ROWS);
    let next = found.last().filter(|_| has_more).map(|last| command(last.id));
    let mut rows = Vec::with_capacity(found.len());
    for found in found {
        rows.push(row(instance, found).await?);
    }
    Ok(door::json(StatusCode::OK, &json!({ "rows": rows, "next": next })))
}

/// The session that a path closes, as it stands there.
pub fn closed_by(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/sessions/")?.strip_suffix("/close")
}

/// `POST /v1/sessions/{id}/close`: what was drawn is captured, the rest is free. Work under way is waited for, up to ten seconds.
///
/// # Errors
/// [`Problem::Unknown`] for a session that is not the caller's, [`Problem::Busy`] while work goes on, [`Problem::Internal`].
pub async fn close(instance: &Arc<Instance>, write: &Write<'_>, path: &str) -> Result<Reply, Problem> {
    if !matches!(write.body, b"" | b"{}") {
        return Err(Problem::BadRequest { detail: "this call has an empty body, or `{}`".to_owned() });
    }
    let id = closed_by(path).and_then(|text| parse_command(text).ok()).ok_or(Problem::Unknown)?;
    let (session, receipt) = gateway::close_for(instance, id, write.account).await?;
    let content = json!({
        "captured": session.captured.to_string(),
        "released": session.cap.saturating_sub(session.captured).to_string(),
        "currency": session.asset.as_str(),
        "receipt": receipt,
    });
    Ok(door::json(StatusCode::OK, &content))
}

async fn row(instance: &Arc<Instance>, found: Found) -> Result<Value, Problem> {
    let Found { id, session, realm, recipient } = found;
    let opening = opening(instance, session.place).await?;
    let evidence = evidence(instance, id, &session, &opening).await?;
    let receipt = gateway::stands(instance, (id, &session), &recipient)?;
    Ok(json!({
        "session": command(id),
        "site": instance.realm_url(&realm),
        "realm": realm,
        "recipient": recipient,
        "currency": session.asset.as_str(),
        "phase": if session.phase == Phase::Open { "open" } else { "closing" },
        "hold": session.cap.to_string(),
        "accepted": session.accepted.to_string(),
        "drawn": session.drawn.to_string(),
        "captured": session.captured.to_string(),
        "units": session.units().to_string(),
        "seq": session.seqs.highest().to_string(),
        "until": session.until.to_string(),
        "opening": said(&opening),
        "evidence": evidence,
        "receipt": receipt,
    }))
}

/// What its payer signed when it was opened; null for a press, which the instance vouches for.
fn said(open: &OpenSession) -> Option<Value> {
    let proof = open.proof.as_ref()?;
    let terms = &open.terms;
    let chain = terms.kind == SessionKind::Chain;
    Some(json!({
        "key": base64url(&proof.key),
        "signature": base64url(&proof.signature),
        "challenge": base64url(&proof.challenge),
        "offer": offer(open.offer),
        "scope": proof.scope,
        "hold": open.cap.to_string(),
        "first": open.first.to_string(),
        "kind": match terms.kind {
            SessionKind::Chain => "chain",
            SessionKind::Signed => "signed",
            SessionKind::Trusted => "trusted",
        },
        "step": chain.then(|| terms.step.to_string()),
        "length": chain.then(|| terms.length.to_string()),
        "anchor": chain.then(|| base64url(&terms.anchor)),
        "voucher_key": base64url(&terms.voucher_key),
    }))
}

/// What proves all that is accepted: the newest link, the highest signed voucher, or the opening alone.
async fn evidence(instance: &Arc<Instance>, id: CommandId, session: &Session, open: &OpenSession) -> Result<Value, Problem> {
    let chain = &session.chain;
    if !chain.step.is_zero() && chain.reached(chain.index) == Some(session.accepted) {
        return Ok(json!({
            "kind": "link",
            "base": chain.base.to_string(),
            "step": chain.step.to_string(),
            "length": chain.length.to_string(),
            "index": chain.index.to_string(),
            "link": base64url(&chain.tip),
        }));
    }
    if session.accepted == open.first || session.kind == SessionKind::Trusted {
        return Ok(json!({ "kind": "opening" }));
    }
    // The index lags by milliseconds: what it does not know yet is not said without proof.
    match instance.index(move |index| index.signed(id)).await? {
        Some(Voucher::Signed { cumulative, signature }) if cumulative == session.accepted => {
            Ok(json!({ "kind": "signed", "cumulative": cumulative.to_string(), "signature": base64url(&signature) }))
        }
        Some(Voucher::Checkpoint { cumulative, signature, step, length, anchor }) if cumulative == session.accepted => Ok(json!({
            "kind": "signed",
            "cumulative": cumulative.to_string(),
            "signature": base64url(&signature),
            "step": step.to_string(),
            "length": length.to_string(),
            "anchor": base64url(&anchor),
        })),
        _ => Err(Problem::Busy { retry_after_s: 1 }),
    }
}

/// The opening as the journal has it.
async fn opening(instance: &Arc<Instance>, place: Place) -> Result<Box<OpenSession>, Problem> {
    let of = Arc::clone(instance);
    let read = move || -> Result<Option<Record>, String> {
        let mut frames = of.frames_from(place.frame).map_err(|error| error.to_string())?;
        let Some(found) = frames.next().transpose().map_err(|error| error.to_string())? else { return Ok(None) };
        let layout = Layout::of_format(found.frame().header().format).unwrap_or(Layout::NEWEST);
        let bytes = found.frame().records().nth(usize::from(place.record));
        bytes.map(|bytes| Record::decode(layout, bytes)).transpose().map_err(|damaged| damaged.to_string())
    };
    let found = tokio::task::spawn_blocking(read).await.map_err(|_| Problem::Internal)?;
    match found {
        Ok(Some(Record { command: market::Command { body: Body::OpenSession(open), .. }, .. })) => Ok(open),
        Ok(_) => Err(Problem::Internal),
        Err(error) => {
            tracing::error!(error, "a frame of the journal cannot be read");
            Err(Problem::Internal)
        }
    }
}
