//! The lines of a wallet's history: rows of the index with what the books say of their sales now.

use super::Purse;
use crate::instance::Instance;
use crate::sessions::standings;
use market::{Class, Metered, Offer, OfferPrice, Place, State};
use money::{Amount, CommandId, Party, Timestamp};
use percent_encoding::percent_decode_str;
use protocol::problem::Problem;
use protocol::quote::plain_title;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::index::{HistoryRow, SessionRow};

/// How often and how long a page waits for the index to show what the books have.
const WAITS: u32 = 100;
const WAIT: Duration = Duration::from_millis(5);

/// One line of a party's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    /// What moved.
    pub row: HistoryRow,
    /// The sale it made or took back; of a capture, that of what was used.
    pub sale: Option<SaleFacts>,
    /// What was used and what it costs, if it is a capture.
    pub used: Option<Metered>,
    /// The session as a whole, where the line stands for all of it.
    pub session: Option<SessionRow>,
}

/// How a sale stands now.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct SaleFacts {
    /// Handle of the payee.
    pub payee: String,
    /// Until when it can be taken back, while it can be.
    pub undo_until: Option<Timestamp>,
    /// True once it was taken back.
    pub taken_back: bool,
    /// What of it was given back.
    pub returned: Amount,
}

/// A party's lines, newest first: at most `limit` of those before `before`.
///
/// The first page waits up to half a second for the index, so that who just paid sees it.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn lines(instance: &Arc<Instance>, party: Party, before: Option<Place>, limit: u32) -> Result<Vec<Line>, Problem> {
    let asset = instance.config.asset();
    let rows = || instance.index(move |index| index.history(party, Class::Funded, before, limit));
    let mut found = rows().await?;
    if before.is_none() {
        let whole = instance.look(move |state, now| Purse::of(state, party, asset, now).whole()).await?;
        for _ in 0..WAITS {
            let shown = found.iter().find(|row| row.asset == asset).map(|row| row.balance);
            let other_assets_only = shown.is_none() && !found.is_empty();
            if other_assets_only || shown.unwrap_or(0) == whole.credit() {
                break;
            }
            tokio::time::sleep(WAIT).await;
            found = rows().await?;
        }
    }
    with_facts(instance, found).await
}

async fn with_facts(instance: &Arc<Instance>, rows: Vec<HistoryRow>) -> Result<Vec<Line>, Problem> {
    let line = |state: &State, now: Timestamp, row: HistoryRow| match row.captured {
        Some(captured) => {
            let offer = state.offer(captured.offer).map(|version| &version.offer);
            let sale = offer.map(|offer| SaleFacts { payee: offer.payee.clone(), ..SaleFacts::default() });
            Line { sale, used: offer.and_then(metered_of), row, session: None }
        }
        None => Line { sale: row.sale.and_then(|id| sale_facts(state, id, now)), row, used: None, session: None },
    };
    instance.look(move |state, now| rows.into_iter().map(|row| line(state, now, row)).collect()).await
}

/// What an offer counts and what that costs, if it is sold by the unit.
pub(crate) fn metered_of(offer: &Offer) -> Option<Metered> {
    if let OfferPrice::Metered(metered) = offer.price { Some(metered) } else { None }
}

/// The same with one line for each session, which says what it came to.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn lines_by_session(
    instance: &Arc<Instance>,
    party: Party,
    before: Option<Place>,
    limit: u32,
) -> Result<Vec<Line>, Problem> {
    // The wait for what was just paid, which asks for one line alone.
    if before.is_none() {
        lines(instance, party, None, 1).await?;
    }
    let rows = instance.index(move |index| index.history_by_session(party, Class::Funded, before, limit)).await?;
    let mut all = with_facts(instance, rows).await?;
    let ids: Vec<CommandId> = all.iter().filter(|line| line.row.captured.is_some()).filter_map(|line| line.row.sale).collect();
    if ids.is_empty() {
        return Ok(all);
    }
    let rows = instance.index(move |index| ids.into_iter().map(|id| index.session(id)).collect::<Result<Vec<_>, _>>()).await?;
    // Whether a session is over, the books know first.
    let sessions = standings(instance, rows.into_iter().flatten().collect()).await?;
    let mut sessions: BTreeMap<CommandId, SessionRow> = sessions.into_iter().map(|standing| (standing.row.id, standing.row)).collect();
    let lines_of = all.iter_mut().filter(|line| line.row.captured.is_some());
    lines_of.for_each(|line| line.session = line.row.sale.and_then(|id| sessions.remove(&id)));
    Ok(all)
}

fn sale_facts(state: &State, id: CommandId, now: Timestamp) -> Option<SaleFacts> {
    let sale = state.sale(id)?;
    let payee = state.offer(sale.offer)?.offer.payee.clone();
    let undo_until = sale.can_undo(now).then_some(sale.undo_until);
    Some(SaleFacts { payee, undo_until, taken_back: !sale.is_live(), returned: sale.returned })
}

/// A place as the cursor of a list: `frame.record`.
pub(crate) fn cursor(place: Place) -> String {
    format!("{}.{}", place.frame, place.record)
}

/// Reads a cursor.
///
/// # Errors
/// [`Problem::BadRequest`].
pub(crate) fn parse_cursor(text: &str) -> Result<Place, Problem> {
    let place = text.split_once('.').and_then(|(frame, record)| Some(Place { frame: frame.parse().ok()?, record: record.parse().ok()? }));
    place.ok_or_else(|| Problem::BadRequest { detail: "`before` is a cursor that an earlier answer gave".to_owned() })
}

/// The realm of an item and its path.
pub(crate) fn split(item: &str) -> (&str, &str) {
    item.find('/').map_or((item, ""), |at| item.split_at(at))
}

/// A page's address as a title: `news.example/a/quiet-harbour` → `Quiet harbour`. The books know no other.
pub(crate) fn title(item: &str) -> String {
    let (realm, target) = split(item);
    let path = target.split('?').next().unwrap_or_default();
    // What somebody's own server sold is no page here: it is known by the site alone.
    if path == market::SETTLED_PATH {
        return realm.to_owned();
    }
    let last = path.rsplit('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let words = percent_decode_str(last).decode_utf8_lossy().replace(['-', '_'], " ");
    let words = plain_title(&words);
    let mut characters = words.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => realm.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_made_of_the_last_word_of_an_address() {
        assert_eq!(title("news.example/a/quiet-harbour"), "Quiet harbour");
        assert_eq!(title("news.example/.well-known/farthing/x402"), "news.example", "what its own server sold");
        assert_eq!(title("news.example/a/tide_tables/?week=47"), "Tide tables");
        assert_eq!(title("news.example/a/%C3%A9t%C3%A9"), "Été");
        assert_eq!(title("news.example/a/%E2%80%AEevil"), "Evil", "nothing steers the reading direction");
        assert_eq!(title("news.example/"), "news.example");
        assert_eq!(split("news.example/a/b"), ("news.example", "/a/b"));
    }

    #[test]
    fn a_cursor_comes_back_as_it_went_out() {
        let place = Place { frame: 12, record: 3 };
        assert_eq!(parse_cursor(&cursor(place)), Ok(place));
        for wrong in ["", "12", "12.", ".3", "12.70000", "-1.0", "a.b"] {
            assert!(parse_cursor(wrong).is_err(), "{wrong}");
        }
    }
}
