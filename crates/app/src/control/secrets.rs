//! Secrets that somebody at the machine may change while the instance runs.

use super::{Said, noted};
use crate::instance::{Instance, Rotated};
use crate::world;
use protocol::problem::Problem;
use std::sync::Arc;
use store::vault::What;

/// Sells by L402 under a new secret.
pub(super) async fn rotate_l402(instance: &Arc<Instance>) -> Said {
    match instance.rotate_l402(world::now()).await {
        Ok(rotated) => noted(instance, None, What::L402Rotated.into(), told(&rotated)).await,
        Err(Problem::LimitReached { most }) => {
            Said::Refused(format!("{most} former secrets are kept already, each for tokens that still stand; no more can be"))
        }
        Err(problem) => Said::Failed(problem.detail()),
    }
}

/// What a rotation came to, in words.
pub fn told(Rotated { former, kept }: &Rotated) -> String {
    let until = former.ends.map_or_else(
        || "for ever, since tokens of pages that are sold for ever stand under it".to_owned(),
        |ends| format!("until {ends}, when the last token under it has ended"),
    );
    let others = if *kept == 1 { "it is the only former one" } else { "there are others before it" };
    format!("L402 is sold under a new secret from now on; back the keys up again\nthe former one is kept {until}; {others}")
}
