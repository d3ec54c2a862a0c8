//! Events: what payees' programs are told of, each made from one record of the journal and the same for ever.
//!
//! A record gives at most two. An event's `seq` is its record's place as a number, doubled, and one more for the second of
//! two; its id is a hash of instance, payee and `seq`. So whoever builds the index anew finds the same events.

use crate::coins;
use crate::instance::Instance;
use crate::sessions::{self, Captured};
use market::{Class, Offer, OfferPrice, Place, Sale, SaleLeg, State};
use money::{Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::{base32, offer as offer_text, serial};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::index::{CoinRow, EventRow, Happened};

/// Where an event stands among all of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Seq(pub u64);

/// What an event says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A page was sold.
    ChargeMade,
    /// A sale was taken back, or a part of it given back.
    ChargeRefunded,
    /// A payer may read a page.
    EntitlementGranted,
    /// A payer may no longer read it.
    EntitlementEnded,
    /// Value came in over a rail, to the payee's own party.
    TopupCleared,
    /// An offer has another version, or was withdrawn.
    OfferChanged,
    /// What a session had drawn was paid out.
    SessionCaptured,
    /// A session is drawn to half, four fifths or all of what it holds.
    SessionAlert,
    /// A session is over.
    SessionEnded,
    /// A coin has arrived past the books.
    CoinPaid,
}

/// One event.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// The same for ever.
    pub id: String,
    /// Its place among the events.
    pub seq: Seq,
    /// What it says.
    pub kind: Kind,
    /// When it happened.
    pub at: Timestamp,
    /// About what.
    pub object: Value,
}

impl Seq {
    /// Reads the decimal digits, in their one spelling.
    ///
    /// # Errors
    /// [`Problem::BadRequest`].
    pub fn parse(text: &str) -> Result<Seq, Problem> {
        let is_plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
        let seq = text.parse().ok().filter(|_| is_plain).map(Seq);
        seq.ok_or_else(|| Problem::BadRequest { detail: "`after` is the `seq` of an event, or 0".to_owned() })
    }

    /// Of the first or second event of a record.
    fn of(place: Place, second: u64) -> Seq {
        Seq(place.packed().0.saturating_mul(2).saturating_add(second))
    }

    /// The record.
    fn place(self) -> Place {
        let [frame @ .., a, b] = (self.0 >> 1).to_be_bytes();
        let [c, d, e, f, g, h] = frame;
        Place { frame: u64::from_be_bytes([0, 0, c, d, e, f, g, h]), record: u16::from_be_bytes([a, b]) }
    }

    /// The last of all events of the frames up to this one.
    #[must_use]
    pub fn end_of_frame(frame: u64) -> Seq {
        Seq::of(Place { frame, record: u16::MAX }, 1)
    }
}

impl std::fmt::Display for Seq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl Kind {
    /// All there are.
    pub const ALL: [Kind; 10] = [
        Kind::ChargeMade,
        Kind::ChargeRefunded,
        Kind::EntitlementGranted,
        Kind::EntitlementEnded,
        Kind::TopupCleared,
        Kind::OfferChanged,
        Kind::SessionCaptured,
        Kind::SessionAlert,
        Kind::SessionEnded,
        Kind::CoinPaid,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::ChargeMade => "charge.made",
            Kind::ChargeRefunded => "charge.refunded",
            Kind::EntitlementGranted => "entitlement.granted",
            Kind::EntitlementEnded => "entitlement.ended",
            Kind::TopupCleared => "topup.cleared",
            Kind::OfferChanged => "offer.changed",
            Kind::SessionCaptured => "session.captured",
            Kind::SessionAlert => "session.alert",
            Kind::SessionEnded => "session.ended",
            Kind::CoinPaid => "coin.paid",
        }
    }
}

impl Event {
    /// As the stream and webhooks show it.
    #[must_use]
    pub fn document(&self, instance: &Instance) -> Value {
        json!({
            "id": self.id,
            "seq": self.seq.to_string(),
            "type": self.kind.word(),
            "created": self.at.to_string(),
            "mode": instance.config.mode.mode().word(),
            "object": self.object,
        })
    }
}

/// A payee's events after one, oldest first, at most `limit`. What the index has not seen yet comes with a later call.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn after(instance: &Arc<Instance>, payee: &str, after: Seq, limit: u32) -> Result<Vec<Event>, Problem> {
    let (handle, rows) = (payee.to_owned(), limit.saturating_add(1));
    let rows = instance.index(move |index| index.events(&handle, after.place(), rows)).await?;
    let mut events = Vec::new();
    for (row, facts) in with_facts(instance, payee, rows).await? {
        events.extend(of_row(instance, payee, (&row, &facts)));
    }
    events.retain(|event| event.seq > after);
    events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(events)
}

/// A payee's events before one, or the newest there are, oldest first, at most `limit`.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub async fn before(instance: &Arc<Instance>, payee: &str, before: Option<Seq>, limit: u32) -> Result<Vec<Event>, Problem> {
    // Of the record itself the first event may be wanted, so it is read along.
    let beyond = before.map(|before| before.place()).map(|place| Place { record: place.record.saturating_add(1), ..place });
    let (handle, rows) = (payee.to_owned(), limit.saturating_add(1));
    let mut rows = instance.index(move |index| index.events_before(&handle, beyond, rows)).await?;
    rows.reverse();
    let mut events = Vec::new();
    for (row, facts) in with_facts(instance, payee, rows).await? {
        events.extend(of_row(instance, payee, (&row, &facts)));
    }
    events.retain(|event| before.is_none_or(|before| event.seq < before));
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(events.split_off(events.len().saturating_sub(most)))
}

/// What the books know beside a row.
enum Facts {
    Sale(Box<Sale>, Vec<SaleLeg>),
    Offer(Box<Offer>),
    Money(Value),
    Captured(Box<Captured>),
    Coin(Box<CoinRow>),
    Gone,
}

async fn with_facts(instance: &Arc<Instance>, payee: &str, rows: Vec<EventRow>) -> Result<Vec<(EventRow, Facts)>, Problem> {
    // Nothing new is the usual case, and costs the engine nothing.
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let of_sale = |state: &State, row: &EventRow| {
        let sale = state.sale(row.sale?)?;
        Some(Facts::Sale(Box::new(sale.clone()), state.legs_of(sale)))
    };
    let of_offer = |state: &State, row: &EventRow| Some(Facts::Offer(Box::new(state.offer(row.offer?)?.offer.clone())));
    let of_capture = |state: &State, row: &EventRow| {
        let captured = Captured::of(state, row.session.as_ref()?, (row.place, row.at), &row.captured?)?;
        Some(Facts::Captured(Box::new(captured)))
    };
    let look = move |state: &State, _| {
        let with = |row: EventRow| {
            let captured = || of_capture(state, &row);
            let coin = row.sale.filter(|_| row.happened == Happened::CoinPaid).and_then(|id| coins::row_of(state, id));
            let coin = coin.map(|coin| Facts::Coin(Box::new(coin)));
            let facts = coin.or_else(captured).or_else(|| of_sale(state, &row)).or_else(|| of_offer(state, &row)).unwrap_or(Facts::Gone);
            (row, facts)
        };
        rows.into_iter().map(with).collect::<Vec<_>>()
    };
    let mut all = instance.look(look).await?;
    for (row, facts) in &mut all {
        if row.happened == Happened::TopUp {
            *facts = top_up(instance, crate::instance::payee_party(instance.id, payee), row.place).await?;
        }
    }
    Ok(all)
}

async fn top_up(instance: &Arc<Instance>, party: Party, place: Place) -> Result<Facts, Problem> {
    let next = Place { record: place.record.saturating_add(1), ..place };
    let found = instance.index(move |index| index.history(party, Class::Funded, Some(next), 1)).await?;
    let line = found.into_iter().find(|line| line.place == place);
    Ok(line.map_or(Facts::Gone, |line| Facts::Money(json!({ "amount": line.amount.to_string(), "currency": line.asset.as_str() }))))
}

/// The events of a record: an empty list only if the books do not know what the index names, which cannot be.
fn of_row(instance: &Instance, payee: &str, (row, facts): (&EventRow, &Facts)) -> Vec<Event> {
    let event = |(kind, second): (Kind, u64), object: Value| {
        let seq = Seq::of(row.place, second);
        Event { id: id(instance, payee, seq), seq, kind, at: row.at, object }
    };
    match (row.happened, facts) {
        (Happened::Sale, Facts::Sale(sale, legs)) => {
            let entitlement = entitlement(instance, payee, (row, sale));
            let charge = charge(instance, payee, (row, sale, legs));
            vec![event((Kind::ChargeMade, 0), charge), event((Kind::EntitlementGranted, 1), entitlement)]
        }
        (Happened::Refund, Facts::Sale(sale, legs)) => {
            let Some(given) = row.given else { return Vec::new() };
            let mut charge = charge(instance, payee, (row, sale, legs));
            charge["returned"] = given.returned.to_string().into();
            charge["left"] = given.left.to_string().into();
            charge["reason"] = given.giver.word().into();
            charge["cause"] = Some(given.cause.word()).filter(|word| !word.is_empty()).into();
            let refunded = event((Kind::ChargeRefunded, 0), charge);
            // A part leaves the page with its reader.
            if !given.left.is_zero() {
                return vec![refunded];
            }
            let mut entitlement = entitlement(instance, payee, (row, sale));
            entitlement["reason"] = "refund".into();
            vec![refunded, event((Kind::EntitlementEnded, 1), entitlement)]
        }
        (Happened::OfferSet | Happened::OfferEnded, Facts::Offer(offer)) => {
            let mut object = offer_facts(row.offer.unwrap_or(offer.id()), offer);
            object["state"] = if row.happened == Happened::OfferSet { "stands".into() } else { "ended".into() };
            vec![event((Kind::OfferChanged, 0), object)]
        }
        (Happened::Session, Facts::Captured(captured)) => {
            let Some(session) = &row.session else { return Vec::new() };
            let mut object = sessions::capture_facts(captured);
            add(&mut object, sessions::facts(instance, session));
            vec![event((Kind::SessionCaptured, 0), object)]
        }
        (Happened::SessionTold, _) => {
            let (Some(session), Some(told)) = (&row.session, row.told) else { return Vec::new() };
            let mut object = sessions::facts(instance, session);
            let figures = json!({ "level": told.level, "drawn": told.drawn.to_string(), "held": told.cap.to_string() });
            add(&mut object, figures);
            vec![event((Kind::SessionAlert, 0), object)]
        }
        (Happened::SessionEnded, _) => {
            let Some((session, end)) = row.session.as_ref().and_then(|session| Some((session, session.end?))) else { return Vec::new() };
            let mut object = sessions::facts(instance, session);
            add(&mut object, sessions::end_facts(session, &end));
            vec![event((Kind::SessionEnded, 0), object)]
        }
        (Happened::CoinPaid, Facts::Coin(coin)) => vec![event((Kind::CoinPaid, 0), coins::facts(instance, (payee, coin)))],
        (Happened::TopUp, Facts::Money(object)) => vec![event((Kind::TopupCleared, 0), object.clone())],
        _ => Vec::new(),
    }
}

/// Adds the members of one object that another does not have.
fn add(object: &mut Value, more: Value) {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        for (name, value) in more {
            object.entry(name).or_insert(value);
        }
    }
}

fn id(instance: &Instance, payee: &str, seq: Seq) -> String {
    let hash = Sha256::new().chain_update("farthing/event/1\n").chain_update(instance.id.0).chain_update(seq.0.to_be_bytes());
    let hash: [u8; 32] = hash.chain_update(payee).finalize().into();
    format!("evt_{}", base32(hash.first_chunk::<16>().expect("SHA-256 has 32 bytes")))
}

fn charge(instance: &Instance, payee: &str, (row, sale, legs): (&EventRow, &Sale, &[SaleLeg])) -> Value {
    let legs: Vec<Value> = legs.iter().map(leg).collect();
    json!({
        "sale": row.sale.map(serial),
        "item": &*sale.item,
        "offer": offer_text(sale.offer),
        "charged": sale.charged.to_string(),
        "currency": sale.asset.as_str(),
        "payer": instance.keys.pairwise(sale.payer, payee),
        "legs": legs,
    })
}

fn entitlement(instance: &Instance, payee: &str, (row, sale): (&EventRow, &Sale)) -> Value {
    json!({
        "sale": row.sale.map(serial),
        "item": &*sale.item,
        "payer": instance.keys.pairwise(sale.payer, payee),
        "until": sale.until.map(|until| until.to_string()),
    })
}

/// A leg of a sale as the payee's calls show it.
pub fn leg(leg: &SaleLeg) -> Value {
    json!({ "label": leg.label, "to": leg.to, "amount": leg.amount.to_string() })
}

/// Who took a sale back, in a word; none while it stands.
pub fn reason(sale: &Sale) -> Option<&'static str> {
    let market::SaleState::Refunded { reason, .. } = sale.state else { return None };
    Some(reason.giver().word())
}

/// An offer version as the payee's calls show it.
pub fn offer_facts(id: money::OfferId, offer: &Offer) -> Value {
    let price = match offer.price {
        OfferPrice::Free => json!({ "kind": "free" }),
        OfferPrice::Fixed { amount, asset } => json!({ "kind": "fixed", "amount": amount.to_string(), "currency": asset.as_str() }),
        OfferPrice::AtLeast { amount, asset } => json!({ "kind": "at-least", "amount": amount.to_string(), "currency": asset.as_str() }),
        OfferPrice::Metered(metered) => json!({
            "kind": "metered",
            "amount": metered.rate.amount.to_string(),
            "currency": metered.asset.as_str(),
            "per": metered.rate.per.to_string(),
            "unit": metered.unit.as_str(),
            "most": (metered.most > 0).then(|| metered.most.to_string()),
        }),
    };
    json!({
        "offer": offer_text(id),
        "name": offer.name,
        "site": offer.unlock.realm(),
        "unlock": offer.unlock.to_string(),
        "price": price,
        "refund_window_s": offer.refund.window.0,
        "lasts_s": offer.lasts.map(|lasts| lasts.0),
    })
}
