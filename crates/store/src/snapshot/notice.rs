//! What there is to say about snapshots: none of it stops anything, all of it is worth a line in the log.

use crate::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// What was found or done.
#[derive(Debug)]
pub enum Notice {
    /// A state was put together from a snapshot, and the frames after it were replayed.
    Opened {
        /// The snapshot.
        file: PathBuf,
        /// Its frame.
        sequence: u64,
        /// The last frame replayed.
        until: u64,
    },
    /// A snapshot is of no use: damaged, of another format or history, or the frames after it do not follow from it. The
    /// older one or the whole journal is used instead.
    PassedOver {
        /// The snapshot.
        file: PathBuf,
        /// Why.
        why: Error,
    },
    /// A snapshot was written and is durable.
    Written {
        /// The snapshot.
        file: PathBuf,
        /// Its frame.
        sequence: u64,
        /// Its length.
        bytes: u64,
    },
    /// A snapshot could not be written; it is tried again when the next is due. The journal goes on.
    NotWritten {
        /// What failed.
        why: Error,
    },
    /// The disk is too full for a snapshot: what room there is belongs to the journal.
    NoRoom,
    /// Replaying the journal from its first frame does not give what it says: a bug, or memory that forgets. The running
    /// books are in doubt, and the next start will be refused. No snapshot is written.
    Disagrees {
        /// The first record that differs.
        why: Error,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Opened { file, sequence, until } => {
                write!(f, "opened {} and replayed frames {} to {until}", file.display(), sequence.saturating_add(1))
            }
            Notice::PassedOver { file, why } => write!(f, "snapshot {} is passed over: {}", file.display(), chain(why)),
            Notice::Written { file, bytes, .. } => write!(f, "wrote {} ({bytes} bytes)", file.display()),
            Notice::NotWritten { why } => write!(f, "no snapshot was written: {}", chain(why)),
            Notice::NoRoom => f.write_str("no snapshot was written: the disk is too full"),
            Notice::Disagrees { why } => write!(f, "the books are in doubt, replaying the journal gives others: {}", chain(why)),
        }
    }
}

/// An error with what caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Who hears of notices; clones tell the same.
#[derive(Clone)]
pub struct Tell(Arc<dyn Fn(&Notice) + Send + Sync>);

impl Tell {
    /// Calls `hear` with each notice. It must not wait for the engine.
    pub fn new(hear: impl Fn(&Notice) + Send + Sync + 'static) -> Tell {
        Tell(Arc::new(hear))
    }

    pub(super) fn say(&self, notice: &Notice) {
        (self.0)(notice);
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tell")
    }
}
