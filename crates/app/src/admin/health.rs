//! `/`: how the instance stands, from the same figures as the operator's port, in the reader's language.

use super::Visitor;
use crate::door::Reply;
use crate::ops::{Figures, backed_up, restored, uptime};
use crate::web::admin::{Care, Counted, HealthView, health};
use crate::web::{AdminPlace, Standing};
use data_encoding::HEXLOWER;
use http::StatusCode;
use market::RULES_VERSION;
use money::Timestamp;
use protocol::problem::Problem;
use store::engine::Settings;

/// An index this far behind needs somebody.
const BEHIND_MS: u64 = 10_000;
/// A disk with less is a matter of days.
const LITTLE_MB: u64 = 2_000;
/// A disk with less is a matter of hours.
const NEXT_TO_NOTHING_MB: u64 = 200;
/// A backup older than that needs somebody.
const BACKUP_DAYS: u64 = 7;
/// A restore was tried this long ago at most.
const RESTORE_DAYS: u64 = 45;

impl Visitor<'_> {
    /// `GET /`.
    pub(super) async fn health(&self) -> Result<Reply, Problem> {
        let now = self.visit.now;
        let figures = Figures::read(self.instance, now).await?;
        let steps = self.steps(&figures).await?;
        let mut care = looked_after(&figures);
        if self.instance.is_test() {
            let stopped = self.instance.rail.stopped();
            care.push((Care::Rail { stopped }, if stopped.is_some() { Standing::Waiting } else { Standing::Good }));
        }
        let data = &self.instance.config.data;
        if let Some(free) = (self.free)(data) {
            let free_mb = free / 1_000_000;
            let how = match free_mb {
                0..NEXT_TO_NOTHING_MB => Standing::Bad,
                NEXT_TO_NOTHING_MB..LITTLE_MB => Standing::Waiting,
                _ => Standing::Good,
            };
            care.push((Care::Disk { free_mb }, how));
        }
        // While there is a list of what is left to do, it says this; afterwards a line that breaks comes back here.
        if steps.is_empty() {
            let days = |at: Option<String>| Some(days_since(Timestamp::parse(&at?)?, now));
            let (backup, restore) = (days(backed_up(data).map(|word| word.at)), days(restored(data).map(|word| word.at)));
            let how = |days: Option<u64>, most| if days.is_some_and(|days| days <= most) { Standing::Good } else { Standing::Waiting };
            care.push((Care::Backup { days: backup }, how(backup, BACKUP_DAYS)));
            care.push((Care::Restore { days: restore }, how(restore, RESTORE_DAYS)));
        }
        let counts = &figures.counts;
        let counted = Counted {
            frames: figures.head.sequence,
            queue: number(self.instance.engine.waiting()),
            queue_limit: number(Settings::default().queue),
            wallets: counts.wallets,
            sales: counts.sales,
            refunds: counts.refunds,
            offers: counts.offers,
            payees: counts.payees,
        };
        let view = HealthView {
            frame: self.at(AdminPlace::Health),
            uptime: uptime(self.instance, now),
            health: care,
            steps,
            counts: counted,
            hash: HEXLOWER.encode(&figures.head.hash),
            written: figures.head.timestamp,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            rules: RULES_VERSION.into(),
            id: self.instance.id.to_string(),
        };
        Ok(self.page(StatusCode::OK, health(&view)))
    }
}

fn looked_after(figures: &Figures) -> Vec<(Care, Standing)> {
    let good = |holds: bool| if holds { Standing::Good } else { Standing::Bad };
    let sealed = match &figures.scrubbed {
        None => (Care::SealedUnread, Standing::Good),
        Some(found) => match found.damage.first() {
            Some(what) => (Care::Damaged { what: what.clone() }, Standing::Bad),
            None => (Care::Sealed { files: number(found.files), at: found.at }, Standing::Good),
        },
    };
    let behind = figures.head.sequence.saturating_sub(figures.index_sequence);
    let index = match (&figures.index_stopped, figures.index_lag_ms) {
        (Some(_), _) => (Care::IndexStopped, Standing::Bad),
        (None, 0) => (Care::Index { behind: 0 }, Standing::Good),
        (None, lag) if lag < BEHIND_MS => (Care::Index { behind }, Standing::Waiting),
        (None, _) => (Care::Index { behind }, Standing::Bad),
    };
    vec![
        (Care::Engine, Standing::Good),
        (Care::Books, good(figures.is_balanced())),
        (Care::Journal { frame: figures.head.sequence }, good(figures.is_chained)),
        sealed,
        index,
    ]
}

fn days_since(at: Timestamp, now: Timestamp) -> u64 {
    now.seconds().saturating_sub(at.seconds()) / 86_400
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
