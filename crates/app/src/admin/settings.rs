//! `/config` and `/backup`: what is in force, and what copies there are.

use super::Visitor;
use crate::config::Config;
use crate::door::Reply;
use crate::ops::{backed_up, reach, restored};
use crate::web::AdminPlace;
use crate::web::admin::{BackupFacts, BackupView, ConfigView, RestoreFacts, backup, config};
use crate::world;
use http::StatusCode;
use money::Timestamp;
use protocol::problem::Problem;

impl Visitor<'_> {
    /// `GET /config`.
    pub(super) fn config(&self) -> Reply {
        let (here, log) = (&self.instance.config, world::environment("FARTHING_LOG"));
        let view = ConfigView {
            frame: self.at(AdminPlace::Config),
            file: here.file.display().to_string(),
            settings: here.settings(log),
            is_stale: is_stale(here),
        };
        self.page(StatusCode::OK, config(&view))
    }

    /// `GET /backup`.
    pub(super) async fn backup(&self) -> Result<Reply, Problem> {
        let data = &self.instance.config.data;
        let head = reach(self.instance).await.map_err(|error| {
            tracing::error!(error, "the journal cannot be read on");
            Problem::Internal
        })?;
        let instant = |written: String| Timestamp::parse(&written).ok_or(written);
        let view = BackupView {
            frame: self.at(AdminPlace::Backup),
            backup: backed_up(data).map(|word| BackupFacts { at: instant(word.at), sequence: word.sequence, keys: word.keys }),
            restored: restored(data).map(|word| RestoreFacts { at: instant(word.at), sequence: word.sequence, keys: word.keys }),
            head: head.sequence,
        };
        Ok(self.page(StatusCode::OK, backup(&view)))
    }
}

/// True if the file says something else now than what is in force. One that is gone says nothing.
fn is_stale(here: &Config) -> bool {
    if !here.file.exists() {
        return false;
    }
    let Ok(now) = Config::load(&here.file) else { return true };
    // A port 0 became another when it was bound.
    let bound = |key: &str| matches!(key, "listen" | "ops");
    let said = |config: &Config| {
        let settings = config.settings(None).into_iter().filter(|setting| !bound(&setting.key));
        settings.map(|setting| (setting.key, setting.value)).collect::<Vec<_>>()
    };
    said(here) != said(&now)
}
