//! The word of each fault and of each verdict of a start, and the lists of all.

use market::{Effect, Outcome};
use store::{Error, Flaw};

/// What goes wrong in the durable world.
pub const FAULTS: &[&str] = &[
    "Crash",
    "Io",
    "Full",
    "Misdirected",
    "Killed",
    "PowerCut",
    "StruckAtStart",
    "DiskFull",
    "SlowSync",
    "LostAnswer",
    "ClockBack",
    "BitFlip",
    "LostSector",
    "ShortFile",
    "MissingFile",
    "RenamedFile",
    "OddName",
    "MovedFrame",
    "ForgedHeader",
    "ForgedTwin",
    "UnsealedFlip",
    "BadFooter",
    "LostHead",
];

/// What a start says of what it finds.
pub const VERDICTS: &[&str] = &[
    "Whole",
    "TornTail",
    "Arrived",
    "NoRoom",
    "Clock",
    "Behind",
    "Format",
    "Frame",
    "BadBeforeGood",
    "BadBeforeMore",
    "BadBeforeFile",
    "Sequence",
    "Previous",
    "Time",
    "Epoch",
    "Diverged",
    "Foreign",
    "Name",
    "Footer",
    "Twin",
];

/// The word of a refusal that says that acknowledged bytes are damaged or gone; `None` for a disk that merely failed.
pub(crate) fn verdict(error: &Error) -> Option<&'static str> {
    match error {
        Error::Damaged { flaw, .. } => Some(flaw_word(flaw)),
        Error::Format { .. } => Some("Format"),
        Error::Behind { .. } => Some("Behind"),
        Error::Clock { .. } => Some("Clock"),
        Error::Replay { .. } | Error::NotNext { .. } => Some("Broken"),
        Error::Read { .. }
        | Error::Write { .. }
        | Error::Sync { .. }
        | Error::Stopped
        | Error::TooLong { .. }
        | Error::Thread { .. }
        | Error::Locked { .. }
        | Error::Folder { .. }
        | Error::Database { .. } => None,
    }
}

fn flaw_word(flaw: &Flaw) -> &'static str {
    match flaw {
        Flaw::Frame(_) => "Frame",
        Flaw::BadBeforeGood { .. } => "BadBeforeGood",
        Flaw::BadBeforeMore { .. } => "BadBeforeMore",
        Flaw::BadBeforeFile(_) => "BadBeforeFile",
        Flaw::Sequence { .. } => "Sequence",
        Flaw::Previous => "Previous",
        Flaw::Time => "Time",
        Flaw::Epoch => "Epoch",
        Flaw::Diverged => "Diverged",
        Flaw::Foreign => "Foreign",
        Flaw::Name { .. } => "Name",
        Flaw::Footer(_) => "Footer",
        Flaw::Twin => "Twin",
        Flaw::Padding => "Padding",
        // The durable world takes no snapshots: this word is in no list of what must be reached.
        Flaw::Snapshot(_) => "Snapshot",
    }
}

/// Whether an outcome wrote a record.
pub(crate) fn wrote(outcome: &Outcome) -> Option<Effect> {
    match outcome {
        Outcome::Applied(applied) => Some(applied.effect),
        Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(_) => None,
    }
}
