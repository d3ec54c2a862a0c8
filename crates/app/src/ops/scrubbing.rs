//! The scrub: reads beside the doors what no start has to read, so that what the medium lost is found while a copy exists.

use crate::instance::Instance;
use crate::world;
use money::{Span, Timestamp};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use store::journal::{ScrubReport, scrub};

/// From one scrub's end to the next one's beginning.
pub const EVERY: Span = Span(24 * 3_600);
/// The rest after every few megabytes: the disk is the doors'.
const REST: Duration = Duration::from_millis(50);

/// What the last scrub found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scrubbed {
    /// When it ended.
    pub at: Timestamp,
    /// Sealed files it read.
    pub files: usize,
    /// Frames in them.
    pub frames: u64,
    /// The first damage of each damaged file, in words.
    pub damage: Vec<String>,
}

impl Scrubbed {
    fn of(report: ScrubReport, at: Timestamp) -> Scrubbed {
        let words = |damage: store::journal::Damage| {
            format!("{}, offset {}, frame {}: {}", damage.file.display(), damage.offset, damage.sequence, damage.flaw)
        };
        Scrubbed { at, files: report.files, frames: report.frames, damage: report.damage.into_iter().map(words).collect() }
    }
}

/// Scrubs the journal now and once a day. Damage is an error in the log and on the operator's page: the doors go on, since
/// the books in memory came from a snapshot and the frames after it, which were verified.
pub async fn keep(instance: Arc<Instance>, journal: PathBuf) {
    loop {
        let folder = journal.clone();
        let read = tokio::task::spawn_blocking(move || scrub(&folder, &mut |_| std::thread::park_timeout(REST))).await;
        match read {
            Ok(Ok(report)) => {
                let scrubbed = Scrubbed::of(report, world::now());
                for damage in &scrubbed.damage {
                    tracing::error!(%damage, "a sealed journal file is damaged; docs/operations.md says what to do");
                }
                instance.note_scrubbed(scrubbed);
            }
            Ok(Err(error)) => tracing::error!(%error, "the journal could not be scrubbed"),
            Err(error) => tracing::error!(%error, "the scrub ended"),
        }
        tokio::time::sleep(Duration::from_secs(EVERY.0)).await;
    }
}
