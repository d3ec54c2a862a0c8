//! Everything that can go wrong with files and databases, one variant an operation.

use crate::journal::FrameError;
use std::io;
use std::path::PathBuf;
use thiserror::Error as ThisError;

/// The world failed. After [`Error::Write`] or [`Error::Sync`] of a journal the process must stop: what the disk holds is
/// only known again after a restart.
#[derive(ThisError, Debug)]
pub enum Error {
    /// A file or folder could not be opened or read.
    #[error("cannot read {path}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file or folder could not be created, written, cut or removed.
    #[error("cannot write {path}")]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// What was written could not be made durable. Never tried again: the system may have dropped the bytes.
    #[error("cannot make {path} durable")]
    Sync {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A journal file or a snapshot is not what was written to it. Nothing was changed.
    #[error("{} damaged: {file}, offset {offset}, frame {sequence}: {flaw}", if matches!(.flaw, Flaw::Snapshot(_)) { "snapshot" } else { "journal" })]
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where the flaw begins, in bytes from the file's start.
        offset: u64,
        /// The sequence the frame there should have.
        sequence: u64,
        /// What is wrong.
        flaw: Flaw,
    },
    /// A file of a format that this version does not read.
    #[error("{file}, offset {offset}: format {found} is unknown here (this version reads up to {known})")]
    Format {
        /// The journal file or database.
        file: PathBuf,
        /// Bytes from the file's start, 0 for a database.
        offset: u64,
        /// The format it names.
        found: u64,
        /// The newest format known here.
        known: u64,
    },
    /// The journal ends before a frame that was acknowledged. Nothing was changed.
    #[error("journal {folder} ends at frame {recovered}, but frame {acknowledged} was acknowledged: restore the missing frames")]
    Behind {
        /// The journal's folder.
        folder: PathBuf,
        /// The last whole frame found, 0 for none.
        recovered: u64,
        /// The last frame known to have been answered.
        acknowledged: u64,
    },
    /// A frame was offered that does not continue the journal: another writer, or a bug. Nothing was written.
    #[error("frame {sequence} does not continue the journal, which stands at {head}: {flaw}")]
    NotNext {
        /// The sequence the caller meant to write.
        sequence: u64,
        /// The journal's last sequence.
        head: u64,
        /// In what it does not continue.
        flaw: Flaw,
    },
    /// An earlier write or sync failed, so nothing more is written by this process.
    #[error("the journal stopped after an earlier failure; restart to recover")]
    Stopped,
    /// The records of one frame are too large together.
    #[error("a frame of {bytes} bytes is over the limit of {limit}")]
    TooLong {
        /// The size of its records.
        bytes: u64,
        /// The limit of one frame.
        limit: u64,
    },
    /// A thread of the store could not be started.
    #[error("cannot start the journal's writer thread")]
    Thread {
        /// What the system said.
        source: io::Error,
    },
    /// Another process works on this data folder.
    #[error("data folder {folder} is in use by {}", match .holder { Some(pid) => format!("process {pid}"), None => "another process".to_owned() })]
    Locked {
        /// The data folder.
        folder: PathBuf,
        /// The process that holds it, when it could be read.
        holder: Option<u32>,
    },
    /// Something in the data folder is not as it must be.
    #[error("{path}: {fault}")]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong and what to do.
        fault: FolderFault,
    },
    /// A record does not do what the journal says it did. Nothing was changed.
    #[error("journal frame {sequence}, record {record}: {what}")]
    Replay {
        /// The frame.
        sequence: u64,
        /// The record in it, from 0.
        record: u16,
        /// What differs.
        what: String,
    },
    /// The clock stands well before the journal's last frame. Nothing was changed.
    #[error("the clock says {now}, but the journal's last frame is of {last}: set the clock right")]
    Clock {
        /// The clock's time.
        now: money::Timestamp,
        /// The last frame's.
        last: money::Timestamp,
    },
    /// A database refused an operation.
    #[error("{database}: {operation} failed")]
    Database {
        /// Which database, `vault` or `index`.
        database: &'static str,
        /// The operation, in words.
        operation: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

/// In what the bytes of a journal or a snapshot differ from what was written.
#[derive(ThisError, Clone, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// A frame is bad though its checksum of the header holds, so no torn write explains it.
    #[error("{0}")]
    Frame(FrameError),
    /// A frame is bad and a later one was begun, so this one had been durable.
    #[error("{found}, and a later frame stands at offset {good_offset}")]
    BadBeforeGood {
        /// What is wrong with the bad one.
        found: FrameError,
        /// Where the later frame stands.
        good_offset: u64,
    },
    /// A frame is bad, its header tells where it ends, and the file goes on after it.
    #[error("{found}, and {bytes} bytes follow it")]
    BadBeforeMore {
        /// What is wrong.
        found: FrameError,
        /// How many bytes follow.
        bytes: u64,
    },
    /// A frame is bad and a later journal file exists.
    #[error("{0}, and a later journal file exists")]
    BadBeforeFile(FrameError),
    /// The frame has another sequence than the one that is next.
    #[error("sequence {found} where {expected} is next")]
    Sequence {
        /// The next sequence.
        expected: u64,
        /// The frame's.
        found: u64,
    },
    /// The frame does not carry the hash of the frame before it.
    #[error("its previous-frame hash is not that of the frame before it")]
    Previous,
    /// The frame is not later than the one before it.
    #[error("its timestamp is not after that of the frame before it")]
    Time,
    /// The frame's epoch is older than that of the one before it.
    #[error("its epoch is older than that of the frame before it")]
    Epoch,
    /// A whole frame stands where another one was acknowledged.
    #[error("another frame was acknowledged under this sequence")]
    Diverged,
    /// The file does not begin with a journal frame.
    #[error("this is not a Farthing journal file")]
    Foreign,
    /// The file's name says it begins elsewhere: a file is missing, doubled or renamed.
    #[error("the file begins at frame {found} by its name, but frame {expected} is next: a journal file is missing or renamed")]
    Name {
        /// The next sequence.
        expected: u64,
        /// The sequence in the name.
        found: u64,
    },
    /// The footer of a sealed segment does not belong to its frames.
    #[error("{0}")]
    Footer(FooterFault),
    /// A sealed segment and the file it was made from stand side by side and differ.
    #[error("its sealed segment holds other frames")]
    Twin,
    /// Bytes after a frame of a sealed file, up to the next block, are not zero.
    #[error("what stands behind the frame is not zeros")]
    Padding,
    /// A snapshot is of no use.
    #[error("{0}")]
    Snapshot(SnapshotFault),
}

/// Why a snapshot is of no use. None is ever needed.
#[derive(ThisError, Clone, Copy, PartialEq, Eq, Debug)]
pub enum SnapshotFault {
    /// The file ends before the snapshot does.
    #[error("the file ends here, the snapshot does not")]
    Short,
    /// It does not begin with the magic.
    #[error("this is not a Farthing snapshot")]
    Magic,
    /// The header's checksum does not hold.
    #[error("the checksum of the snapshot's header does not hold")]
    HeaderChecksum,
    /// Written in another format.
    #[error("snapshot format {0} is unknown")]
    Format(u16),
    /// A field that must be zero is not, or the sequence is zero.
    #[error("a field of the snapshot's header is out of range")]
    Field,
    /// The file's name says another frame than its header.
    #[error("its name says otherwise: this is a snapshot of frame {0}")]
    Name(u64),
    /// No block and no end begins here.
    #[error("no block begins here")]
    Block,
    /// A block's checksum does not hold.
    #[error("the checksum of this block does not hold")]
    BlockChecksum,
    /// The checksums hold, but the rows make no state.
    #[error("unreadable {0} in the state")]
    State(&'static str),
    /// The checksum of the end does not hold.
    #[error("the checksum of the snapshot's end does not hold")]
    EndChecksum,
    /// The state is another than was written.
    #[error("the state does not have the hash that the snapshot states")]
    Hash,
    /// The file goes on after the end.
    #[error("the file goes on after the snapshot's end")]
    More,
    /// Made under other rules.
    #[error("made under rules version {0}")]
    Rules(u32),
    /// The journal does not reach so far.
    #[error("the journal ends at frame {0} already: frames that were durable are missing, or this belongs to another journal")]
    Ahead(u64),
    /// The journal has another frame under this sequence.
    #[error("the journal has another frame under this sequence")]
    Foreign,
}

/// What is wrong with the footer of a sealed segment.
#[derive(ThisError, Clone, Copy, PartialEq, Eq, Debug)]
pub enum FooterFault {
    /// The file does not end with a footer.
    #[error("the segment does not end with a footer")]
    Missing,
    /// The footer's checksum does not hold.
    #[error("the checksum of the segment's footer does not hold")]
    Checksum,
    /// Written in a format not known here.
    #[error("footer format {0} is unknown")]
    Format(u16),
    /// It states other facts than the frames.
    #[error("the segment's footer states other facts than its frames")]
    Content,
    /// The hash over the file is another.
    #[error("the segment's bytes do not have the hash that its footer states")]
    Hash,
}

/// What is wrong with a file or folder of the data folder.
#[derive(ThisError, Clone, PartialEq, Eq, Debug)]
pub enum FolderFault {
    /// The folder is marked for the other mode, for ever.
    #[error("this is a {found} data folder and stays one; {wanted} was asked for")]
    Mode {
        /// What it is.
        found: &'static str,
        /// What was asked for.
        wanted: &'static str,
    },
    /// The mode file holds neither word.
    #[error("expected the word test or live")]
    ModeText,
    /// No mode file, though the folder holds a journal.
    #[error("missing, though the folder holds a journal; restore it (one word, test or live)")]
    ModeMissing,
    /// People other than the owner can read or enter it.
    #[error("permissions {found:04o} let others in; run: chmod {wanted:o} on it")]
    Permissions {
        /// The permission bits found.
        found: u32,
        /// The permission bits wanted.
        wanted: u32,
    },
    /// A key file has the wrong size.
    #[error("a key is {wanted} bytes, this has {found}")]
    KeyBytes {
        /// Bytes found.
        found: u64,
        /// Bytes of a key.
        wanted: u64,
    },
    /// A key file is gone though the folder has been used.
    #[error("key missing; restore it from the backup of keys")]
    KeyMissing,
    /// Something that is no folder stands where the folder belongs.
    #[error("not a folder")]
    NotFolder,
    /// Something stands where a new folder was to be made.
    #[error("already there; name a folder that does not exist")]
    Exists,
    /// Only a demo folder may be deleted.
    #[error("not a demo folder, so it is not deleted")]
    NotDemo,
    /// The folder is not empty and no data folder of ours.
    #[error("not empty and not a Farthing data folder")]
    Foreign,
}
