//! Sessions as people and programs read them: what each stands at, what its captures were of, and who may end one.
//!
//! The index knows every session there ever was, a moment late; the books know those that go on, and for a week those that
//! are over. Where both know one, the books' figures count.

use crate::events::leg;
use crate::gateway::close_for;
use crate::instance::Instance;
use crate::receipts::{Sold, Speaker, receipt_document};
use market::session::DrawnBy;
use market::{Metered, Offer, OfferPrice, Phase, Place, Session, State};
use money::{Amount, CommandId, OfferId, Party, Timestamp};
use protocol::json::Object;
use protocol::problem::Problem;
use protocol::text::{offer as offer_text, serial};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::index::{Capture, SessionEnd, SessionPart, SessionRow, Which};

/// How often and how long a page that follows a press waits for the index to show what the books have.
const WAITS: u32 = 100;
const WAIT: Duration = Duration::from_millis(5);

/// A session as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Standing {
    /// Its figures.
    pub row: SessionRow,
    /// True once nothing new begins in it.
    pub is_closing: bool,
    /// The share of the hold, in percent, that its payer was last told of.
    pub told: u8,
}

/// Units that were drawn or captured under an offer version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Units {
    /// The version.
    pub offer: OfferId,
    /// The offer's name on its site.
    pub name: String,
    /// What is counted and what it costs.
    pub metered: Metered,
    /// How many.
    pub units: u64,
    /// What they come to.
    pub amount: Amount,
}

/// What a capture was, with all that its receipt says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Captured {
    /// As a sale of what was used: its id is the capture's.
    pub sold: Sold,
    /// Its session.
    pub session: CommandId,
    /// Which capture of it.
    pub number: u32,
    /// What was used.
    pub of: Units,
}

impl Standing {
    /// What can still be drawn of the hold; nothing once it is over.
    pub fn left(&self) -> Amount {
        if self.row.end.is_some() { Amount::ZERO } else { self.row.cap.saturating_sub(self.row.drawn) }
    }

    /// What was drawn and is not captured yet.
    pub fn waiting(&self) -> Amount {
        self.row.drawn.saturating_sub(self.row.captured)
    }

    fn of(row: SessionRow, session: Option<&Session>) -> Standing {
        let Some(session) = session else {
            // A session that the books forgot is over, and its row says so.
            return Standing { row, is_closing: false, told: 0 };
        };
        let end = match session.phase {
            Phase::Open | Phase::Closing => None,
            Phase::Ended { at } => {
                let released = session.cap.saturating_sub(session.captured);
                let by = row.end.map_or(store::index::EndedBy::Payer, |end| end.by);
                Some(SessionEnd { at, released, by })
            }
        };
        let (cap, drawn, captured, captures) = (session.cap, session.drawn, session.captured, session.captures);
        let row = SessionRow { cap, drawn, captured, captures, units: session.units(), end, ..row };
        Standing { row, is_closing: session.phase == Phase::Closing, told: session.told }
    }
}

/// A session by its id. One that the books know and the index does not yet is waited for, as is the end of one.
///
/// # Errors
/// [`Problem::Unknown`], [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn standing(instance: &Arc<Instance>, id: CommandId) -> Result<Standing, Problem> {
    let session = instance.look(move |state, _| state.session(id).cloned()).await?;
    let is_over = session.as_ref().is_some_and(|session| matches!(session.phase, Phase::Ended { .. }));
    let mut found = instance.index(move |index| index.session(id)).await?;
    for _ in 0..WAITS {
        let shows = found.as_ref().is_some_and(|row| row.end.is_some() || !is_over);
        if shows || session.is_none() {
            break;
        }
        tokio::time::sleep(WAIT).await;
        found = instance.index(move |index| index.session(id)).await?;
    }
    found.map(|row| Standing::of(row, session.as_ref())).ok_or(Problem::Unknown)
}

/// What the books say of sessions that the index named.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn standings(instance: &Arc<Instance>, rows: Vec<SessionRow>) -> Result<Vec<Standing>, Problem> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let of = |state: &State, row: SessionRow| {
        let id = row.id;
        Standing::of(row, state.session(id))
    };
    instance.look(move |state, _| rows.into_iter().map(|row| of(state, row)).collect()).await
}

/// A payer's sessions that go on, the newest first, at most so many.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn open_of(instance: &Arc<Instance>, payer: Party, most: u32) -> Result<Vec<Standing>, Problem> {
    let rows = instance.index(move |index| index.sessions_of_payer(payer, Which::Open, None, most)).await?;
    let mut all = standings(instance, rows).await?;
    all.retain(|standing| standing.row.end.is_none());
    Ok(all)
}

/// What was drawn from a session, by offer version.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn units(instance: &Arc<Instance>, id: CommandId) -> Result<Vec<Units>, Problem> {
    let parts = instance.index(move |index| index.session_parts(id)).await?;
    let of = move |state: &State, _| {
        let live = state.session(id).map(|session| session.versions.clone());
        let by = |part: &DrawnBy| units_of(state, part.offer, (part.units, part.drawn));
        let part = |part: &SessionPart| units_of(state, part.offer, (part.units, part.drawn));
        live.map_or_else(|| parts.iter().filter_map(part).collect(), |live| live.iter().filter_map(by).collect())
    };
    instance.look(of).await
}

/// What so many units under a version were.
pub(crate) fn units_of(state: &State, id: OfferId, (units, amount): (u64, Amount)) -> Option<Units> {
    let offer = &state.offer(id)?.offer;
    let OfferPrice::Metered(metered) = offer.price else { return None };
    Some(Units { offer: id, name: offer.name.clone(), metered, units, amount })
}

impl Captured {
    /// A capture, from what the index says of it and its session; none if the books do not know its offer, which cannot be.
    pub fn of(state: &State, row: &SessionRow, (place, at): (Place, Timestamp), capture: &Capture) -> Option<Captured> {
        let offer: &Offer = &state.offer(capture.offer)?.offer;
        let legs = state.legs_under(capture.offer, capture.amount);
        let item = format!("{}{}", offer.unlock.realm(), offer.unlock.path());
        let sold = Sold::used(row, (capture, &offer.payee), (&item, legs), (place, at));
        let of = units_of(state, capture.offer, (capture.units, capture.amount))?;
        Some(Captured { sold, session: row.id, number: capture.number, of })
    }

    /// The whole receipt: that of a sale, and what was used.
    pub fn document(&self, speaker: &Speaker) -> Object {
        let Units { units, metered, .. } = &self.of;
        receipt_document(speaker, &self.sold)
            .with("session", serial(self.session))
            .with("capture", self.number.to_string())
            .with("units", units.to_string())
            .with("unit", metered.unit.as_str())
            .with("unit_price", metered.rate.amount.to_string())
            .with("per", metered.rate.per.to_string())
    }
}

/// The capture of an id; none if there is none.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn captured(instance: &Arc<Instance>, id: CommandId) -> Result<Option<Captured>, Problem> {
    let find = move |index: &store::index::Index| {
        let Some((session, place, at, capture)) = index.capture(id)? else { return Ok(None) };
        Ok(index.session(session)?.map(|row| (row, (place, at), capture)))
    };
    let Some((row, when, capture)) = instance.index(find).await? else { return Ok(None) };
    instance.look(move |state, _| Captured::of(state, &row, when, &capture)).await
}

/// Ends a payer's session by a press: what was drawn is captured, the rest is free at once. Work under way is waited for, up to
/// ten seconds; if it goes on even then, the session ends by itself.
///
/// # Errors
/// [`Problem::Unknown`] for somebody else's as for none, [`Problem::Busy`] while work is under way.
pub(crate) async fn end(instance: &Arc<Instance>, payer: Party, id: CommandId) -> Result<(), Problem> {
    close_for(instance, id, payer).await.map(drop)
}

/// A session as calls and events show it to who is paid.
pub(crate) fn facts(instance: &Instance, row: &SessionRow) -> Value {
    json!({
        "session": serial(row.id),
        "item": row.item,
        "offer": offer_text(row.offer),
        "payer": instance.keys.pairwise(row.payer, &row.payee),
        "currency": row.asset.as_str(),
    })
}

/// What a session stands at, for who is paid.
pub(crate) fn standing_facts(instance: &Instance, standing: &Standing) -> Value {
    let row = &standing.row;
    let mut facts = facts(instance, row);
    facts["opened_at"] = row.at.to_string().into();
    facts["until"] = row.until.to_string().into();
    facts["kind"] = kind_word(row.kind).into();
    facts["state"] = state_word(standing).into();
    facts["held"] = row.cap.to_string().into();
    facts["drawn"] = row.drawn.to_string().into();
    facts["captured"] = row.captured.to_string().into();
    facts["waiting"] = standing.waiting().to_string().into();
    facts["captures"] = row.captures.into();
    facts["units"] = row.units.to_string().into();
    facts["ended_at"] = row.end.map(|end| end.at.to_string()).into();
    facts["ended_by"] = row.end.map(|end| end.by.word()).into();
    facts["released"] = row.end.map(|end| end.released.to_string()).into();
    facts
}

/// How a session ended, as its event says.
pub(crate) fn end_facts(row: &SessionRow, end: &SessionEnd) -> Value {
    json!({
        "held": row.cap.to_string(),
        "captured": row.captured.to_string(),
        "released": end.released.to_string(),
        "captures": row.captures,
        "units": row.units.to_string(),
        "opened_at": row.at.to_string(),
        "reason": end.by.word(),
    })
}

/// Units as calls and events show them.
pub(crate) fn unit_facts(of: &Units) -> Value {
    json!({
        "offer": offer_text(of.offer),
        "name": of.name,
        "unit": of.metered.unit.as_str(),
        "units": of.units.to_string(),
        "unit_price": of.metered.rate.amount.to_string(),
        "per": of.metered.rate.per.to_string(),
        "amount": of.amount.to_string(),
    })
}

/// A capture as calls and events show it to who is paid.
pub(crate) fn capture_facts(captured: &Captured) -> Value {
    let mut facts = unit_facts(&captured.of);
    facts["capture"] = serial(captured.sold.id).into();
    facts["number"] = captured.number.into();
    facts["legs"] = captured.sold.legs.iter().map(leg).collect::<Vec<_>>().into();
    facts
}

/// The word for what authorises a session's draws.
pub(crate) const fn kind_word(kind: market::SessionKind) -> &'static str {
    match kind {
        market::SessionKind::Trusted => "trusted",
        market::SessionKind::Signed => "signed",
        market::SessionKind::Chain => "chain",
    }
}

/// The word for where a session stands.
pub(crate) fn state_word(standing: &Standing) -> &'static str {
    match (standing.row.end, standing.is_closing) {
        (Some(_), _) => "ended",
        (None, true) => "closing",
        (None, false) => "open",
    }
}

/// Offers of the books by id, for lists that name many.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn offers(instance: &Arc<Instance>, ids: Vec<OfferId>) -> Result<BTreeMap<OfferId, Offer>, Problem> {
    instance.look(move |state, _| ids.into_iter().filter_map(|id| Some((id, state.offer(id)?.offer.clone()))).collect()).await
}
