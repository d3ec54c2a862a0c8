//! Who is told of each durable frame: whoever follows the journal, and the replayer. All hear the end, too.

use super::Heads;
use crate::journal::Head;
use crate::snapshot::Cue;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

/// Shared by the engine and the answers under way; what follows ends when the last of them is gone.
pub(super) struct Told {
    heads: Sender<Head>,
    cue: Option<Arc<Cue>>,
}

impl Told {
    pub fn new(cue: Option<Arc<Cue>>) -> (Told, Heads) {
        let (heads, followers) = channel();
        (Told { heads, cue }, followers)
    }

    /// A frame is durable; its body has so many bytes.
    pub fn frame(&self, head: Head, bytes: usize) {
        if let Some(cue) = &self.cue {
            cue.frame(head, bytes);
        }
        // Nobody may follow the journal; that is no reason to stop.
        let _ = self.heads.send(head);
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if let Some(cue) = &self.cue {
            cue.end();
        }
    }
}
