//! The lines of a wallet's history: rows of the index with what the books say of their sales now.

use super::Purse;
use crate::instance::Instance;
use market::{Class, Place, State};
use money::{Amount, CommandId, Party, Timestamp};
use percent_encoding::percent_decode_str;
use protocol::problem::Problem;
use protocol::quote::plain_title;
use std::sync::Arc;
use std::time::Duration;
use store::index::HistoryRow;

/// How often and how long a page waits for the index to show what the books have.
const WAITS: u32 = 100;
const WAIT: Duration = Duration::from_millis(5);

/// One line of a party's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    /// What moved.
    pub row: HistoryRow,
    /// The sale it made or took back.
    pub sale: Option<SaleFacts>,
}

/// How a sale stands now.
#[derive(Clone, PartialEq, Eq, Debug)]
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
    let sales: Vec<Option<CommandId>> = found.iter().map(|row| row.sale).collect();
    let facts = instance
        .look(move |state, now| sales.into_iter().map(|sale| sale.and_then(|id| sale_facts(state, id, now))).collect::<Vec<_>>())
        .await?;
    Ok(found.into_iter().zip(facts).map(|(row, sale)| Line { row, sale }).collect())
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
