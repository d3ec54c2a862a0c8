//! What was given back of a sale, as pages tell it: each part by itself.

use crate::instance::Instance;
use crate::web::lang::plain;
use crate::web::{Lang, Money};
use market::{Cause, Sale};
use money::{Amount, CommandId, Timestamp};
use protocol::problem::Problem;
use std::sync::Arc;
use std::time::Duration;
use store::index::Return;

/// How often and how long a page waits for the index to show what the books have.
const WAITS: u32 = 100;
const WAIT: Duration = Duration::from_millis(5);

/// Everything that was given back of a sale, in its order. A page that follows a press waits until the index has it all.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn returns(instance: &Arc<Instance>, (id, sale): (CommandId, &Sale)) -> Result<Vec<(Timestamp, Return)>, Problem> {
    let mut found = Vec::new();
    if sale.returned.is_zero() {
        return Ok(Vec::new());
    }
    for _ in 0..WAITS {
        found = instance.index(move |index| index.returns(id)).await?;
        if found.last().is_some_and(|(.., last)| last.span(sale.charged).1 >= sale.returned) {
            break;
        }
        tokio::time::sleep(WAIT).await;
    }
    Ok(found.into_iter().map(|(_, at, given)| (at, given)).collect())
}

/// What a part says of itself: how much, by whom, why. A sale that went back whole at once needs no amount.
pub(crate) fn told((sale, given): (&Sale, &Return), by: String, lang: Lang) -> String {
    let amount = (given.returned < sale.charged).then(|| Money::of(given.returned, sale.asset).exact(lang));
    amount.into_iter().chain([by]).chain(cause(given.cause, lang)).collect::<Vec<_>>().join(" · ")
}

/// A cause in words; none if it is not said.
pub(crate) fn cause(cause: Cause, lang: Lang) -> Option<String> {
    Some(match cause {
        Cause::Unsaid => return None,
        Cause::Goodwill => plain!(lang, "cause-goodwill"),
        Cause::NotAsDescribed => plain!(lang, "cause-not-as-described"),
        Cause::Mistake => plain!(lang, "cause-mistake"),
        Cause::Asked => plain!(lang, "cause-asked"),
    })
}

/// How a sale stands, as files and programs call it.
pub(crate) fn state_word(standing: &'static str, (returned, is_live): (Amount, bool)) -> &'static str {
    match (is_live, returned.is_zero()) {
        (true, true) => standing,
        (true, false) => "part-refunded",
        (false, _) => "refunded",
    }
}
