//! Where a command reads the books: from the process that serves them, frame by frame, or from a folder that nobody uses.

use super::{Failure, Which, chain};
use crate::config::Config;
use crate::control::{self, Ask, Asked, Reach, Said};
use std::io::Read;
use std::path::{Path, PathBuf};
use store::folder::{DataFolder, Mode};
use store::journal::{FileJournal, Frames, Head, Journal, Options, StoredFrame};

/// The durable journal of one data folder, up to the head that it had when it was opened.
pub(super) struct Source {
    /// The data folder.
    pub folder: PathBuf,
    /// Test or live.
    pub mode: Mode,
    /// How far the journal reaches.
    pub reach: Reach,
    kind: Kind,
}

enum Kind {
    Running,
    Folder { journal: Box<FileJournal>, _lock: DataFolder },
}

impl Source {
    /// The books of an instance.
    pub fn of(which: &Which) -> Result<Source, Failure> {
        Source::open(&folder(which)?)
    }

    /// The books of a data folder: through its control socket, else under its lock.
    pub fn open(folder: &Path) -> Result<Source, Failure> {
        let store = |error: store::Error| Failure::store(&error);
        let mode = DataFolder::mode_of(folder).map_err(store)?;
        let mode = mode.ok_or_else(|| Failure::usage(format!("{} is no data folder; name one with --data", folder.display())))?;
        let folder = folder.to_owned();
        if let Some((said, text)) = control::ask(&folder.join("sock"), &Ask::Reach).map_err(|error| Failure::failed(error.to_string()))? {
            said.done()?;
            let reach = serde_json::from_slice(&text).map_err(|error| Failure::failed(error.to_string()))?;
            return Ok(Source { folder, mode, reach, kind: Kind::Running });
        }
        let lock = DataFolder::open(&folder, mode).map_err(store)?;
        let (journal, _) = FileJournal::open(&lock.journal(), Options::default()).map_err(store)?;
        let (mut records, mut frame_bytes) = (0_u64, 0_u64);
        for frame in journal.read(1).map_err(store)? {
            let frame = frame.map_err(store)?;
            records = records.saturating_add(u64::from(frame.frame().header().count));
            frame_bytes = frame_bytes.saturating_add(u64::try_from(frame.frame().bytes().len()).unwrap_or(u64::MAX));
        }
        let reach = Reach::of(journal.head(), records, frame_bytes);
        Ok(Source { folder, mode, reach, kind: Kind::Folder { journal: Box::new(journal), _lock: lock } })
    }

    /// Every frame from the first to the head, each verified to continue the one before.
    pub fn frames(&self) -> Result<Frames, Failure> {
        let to = self.reach.sequence;
        match &self.kind {
            Kind::Folder { journal, .. } => journal.read(1).map_err(|error| Failure::store(&error)),
            Kind::Running => {
                let socket = self.folder.join("sock");
                let asked = control::open(&socket, &Ask::Frames { to }).map_err(|error| Failure::failed(error.to_string()))?;
                let input = asked.ok_or_else(|| Failure::failed("the running process ended; try again"))?;
                Ok(Box::new(SocketFrames { input, socket, head: Head::default(), to }))
            }
        }
    }

    /// Who the instance is, by the first record of the journal; `None` while that is empty.
    pub fn founding(&self) -> Result<Option<market::Founding>, Failure> {
        let Some(frame) = self.frames()?.next() else { return Ok(None) };
        let frame = frame.map_err(|error| Failure::store(&error))?;
        let layout = market::Layout::of_format(frame.frame().header().format).unwrap_or(market::Layout::NEWEST);
        let first = frame.frame().records().next().map(|bytes| market::Record::decode(layout, bytes));
        let body = first.transpose().map_err(|damaged| Failure::damaged(format!("journal frame 1, record 0: {damaged}")))?;
        let Some(market::Body::Found(founding)) = body.map(|record| record.command.body) else { return Ok(None) };
        Ok(Some(founding))
    }

    /// The instance's id.
    pub fn instance(&self) -> Result<Option<protocol::Instance>, Failure> {
        Ok(self.founding()?.map(|founding| protocol::Instance(founding.instance.0)))
    }

    /// True if a process serves the books.
    pub fn is_running(&self) -> bool {
        matches!(self.kind, Kind::Running)
    }

    /// Every account's balance in the running process, at an instant after this source's head; the source then reaches at
    /// least to that instant. `None` if none runs.
    pub fn live_balances(&mut self) -> Result<Option<Vec<i64>>, Failure> {
        if !self.is_running() {
            return Ok(None);
        }
        let failed = |error: std::io::Error| Failure::failed(error.to_string());
        let Some((said, bytes)) = control::ask(&self.folder.join("sock"), &Ask::Balances).map_err(failed)? else { return Ok(None) };
        said.done()?;
        if let Some((said, text)) = control::ask(&self.folder.join("sock"), &Ask::Reach).map_err(failed)? {
            said.done()?;
            self.reach = serde_json::from_slice(&text).map_err(|error| Failure::failed(error.to_string()))?;
        }
        let (balances, _) = bytes.as_chunks::<8>();
        Ok(Some(balances.iter().map(|balance| i64::from_le_bytes(*balance)).collect()))
    }
}

impl Said {
    /// What was done, or the failure.
    pub(super) fn done(self) -> Result<String, Failure> {
        match self {
            Said::Done(text) => Ok(text),
            Said::Refused(text) => Err(Failure::refused(text)),
            Said::Failed(text) => Err(Failure::failed(text)),
        }
    }
}

impl Failure {
    /// What the store says; damage has an exit code of its own.
    pub(super) fn store(error: &store::Error) -> Failure {
        let message = chain(error);
        let is_damage = matches!(error, store::Error::Damaged { .. } | store::Error::Behind { .. } | store::Error::Replay { .. });
        if is_damage { Failure::damaged(message) } else { Failure::failed(message) }
    }
}

/// The data folder that a command is about.
pub(super) fn folder(which: &Which) -> Result<PathBuf, Failure> {
    match &which.data {
        Some(folder) => Ok(folder.clone()),
        None => Config::load(&which.config).map(|config| config.data).map_err(|error| Failure::usage(error.to_string())),
    }
}

/// Frames as they come through the socket.
struct SocketFrames {
    input: Asked,
    socket: PathBuf,
    head: Head,
    to: u64,
}

impl SocketFrames {
    fn read(&mut self) -> std::io::Result<Option<StoredFrame>> {
        if self.head.sequence >= self.to {
            return Ok(None);
        }
        let mut length = [0; 4];
        self.input.read_exact(&mut length)?;
        let mut bytes = vec![0; usize::try_from(u32::from_le_bytes(length)).unwrap_or(0)];
        self.input.read_exact(&mut bytes)?;
        let stored = StoredFrame::received(bytes).map_err(std::io::Error::other)?;
        let header = *stored.frame().header();
        if header.sequence != self.head.next_sequence() || header.previous != self.head.hash {
            return Err(std::io::Error::other("a frame does not continue the one before"));
        }
        self.head = stored.head();
        Ok(Some(stored))
    }
}

impl Iterator for SocketFrames {
    type Item = Result<StoredFrame, store::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().map_err(|source| store::Error::Read { path: self.socket.clone(), source }).transpose()
    }
}
