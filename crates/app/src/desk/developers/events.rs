//! `/developers/events`: the stream as programs read it, the newest last.

use super::Fields;
use crate::desk::Visitor;
use crate::door::Reply;
use crate::events::{self, Event, Kind, Seq};
use crate::web::desk::Place;
use crate::web::desk::developers::{self as pages, EventLine, EventsView};
use http::StatusCode;
use protocol::problem::Problem;

/// Events of a page, each with all its JSON.
const ROWS: usize = 8;
/// Events read at a time, and how often, for a page of one kind; a page that found too little goes on at a press.
const CHUNK: u32 = 200;
const CHUNKS: u32 = 10;

/// Events in the order of the journal.
struct Part {
    events: Vec<Event>,
    /// From where older ones go on, if there may be any.
    older: Option<Seq>,
    /// After which newer ones come.
    newer: Option<Seq>,
}

impl Visitor<'_> {
    /// `GET /developers/events?after=&before=&kind=`: without either end the newest there are.
    pub(super) async fn events(&self, query: &Fields) -> Result<Reply, Problem> {
        let kind = query.get("kind").and_then(|word| Kind::ALL.into_iter().find(|kind| kind.word() == word));
        let seq = |name: &str| query.get(name).map(|text| text.trim()).filter(|text| !text.is_empty()).map(Seq::parse);
        let after = seq("after").transpose();
        let refused = after.is_err();
        let after = after.unwrap_or_default();
        let part = match after {
            Some(after) => self.events_after(after, kind).await?,
            None => self.events_before(seq("before").transpose()?, kind).await?,
        };
        let view = EventsView {
            frame: self.frame(Place::Developers),
            kinds: Kind::ALL.to_vec(),
            kind,
            after: query.get("after").cloned().unwrap_or_default(),
            is_open: kind.is_none() && after.is_none() && !query.contains_key("before"),
            older_url: part.older.map(|seq| address(("before", seq), kind)),
            newer_url: part.newer.map(|seq| address(("after", seq), kind)),
            rows: part.events.iter().map(|event| self.event_line(event)).collect(),
            refused,
        };
        let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok(self.page(status, pages::events(&view)))
    }

    async fn events_after(&self, after: Seq, kind: Option<Kind>) -> Result<Part, Problem> {
        let (mut found, mut from) = (Vec::new(), after);
        for _ in 0..CHUNKS {
            let chunk = events::after(self.instance, &self.payee.handle, from, CHUNK).await?;
            let Some(last) = chunk.last().map(|event| event.seq) else { break };
            from = last;
            found.extend(chunk.into_iter().filter(|event| kind.is_none_or(|kind| event.kind == kind)));
            if found.len() >= ROWS {
                break;
            }
        }
        let is_full = found.len() >= ROWS;
        found.truncate(ROWS);
        let older = found.first().map(|event| event.seq).or((after > Seq(0)).then_some(after));
        // What is of another kind was looked at and is passed over the next time.
        let newer = found.last().map(|event| event.seq).filter(|_| is_full).unwrap_or(from);
        Ok(Part { events: found, older, newer: Some(newer) })
    }

    async fn events_before(&self, before: Option<Seq>, kind: Option<Kind>) -> Result<Part, Problem> {
        // Newest first while it is gathered.
        let (mut found, mut until, mut is_end) = (Vec::new(), before, false);
        for _ in 0..CHUNKS {
            let chunk = events::before(self.instance, &self.payee.handle, until, CHUNK).await?;
            let Some(first) = chunk.first().map(|event| event.seq) else {
                is_end = true;
                break;
            };
            until = Some(first);
            found.extend(chunk.into_iter().rev().filter(|event| kind.is_none_or(|kind| event.kind == kind)));
            if found.len() > ROWS {
                break;
            }
        }
        let has_more = found.len() > ROWS;
        found.truncate(ROWS);
        let older = if has_more { found.last().map(|event| event.seq) } else { until.filter(|_| !is_end) };
        found.reverse();
        let newer = found.last().map(|event| event.seq).or(before);
        Ok(Part { events: found, older, newer })
    }

    fn event_line(&self, event: &Event) -> EventLine {
        EventLine {
            kind: event.kind.word(),
            id: event.id.clone(),
            seq: event.seq.to_string(),
            at: event.at,
            json: format!("{:#}", event.document(self.instance)),
        }
    }
}

fn address((end, seq): (&str, Seq), kind: Option<Kind>) -> String {
    let kind = kind.map(|kind| format!("&kind={}", kind.word())).unwrap_or_default();
    format!("/developers/events?{end}={seq}{kind}")
}
