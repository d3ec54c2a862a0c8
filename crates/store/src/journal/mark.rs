//! The `head` file: which frame was acknowledged last, kept beside the frames so that a cut below it is noticed.
//!
//! Two slots of 4,096 bytes, written in turn (even and odd sequences), so that a torn write spoils at most the newer one:
//! magic (8) ‖ format (2) ‖ zero (6) ‖ epoch (8) ‖ sequence (8) ‖ timestamp (8) ‖ hash (32) ‖ CRC-32C of these 72 bytes (4).
//!
//! It is written after a frame's sync and before its answers leave, but synced itself only on opening and closing: it never
//! runs ahead of what is durable, is exact after the process was killed, and may lag after a power cut.

use super::Head;
use super::disk::{Disk, DiskFile};
use super::frame::{field, put};
use crate::Error;
use money::Timestamp;
use std::io;
use std::path::{Path, PathBuf};

/// The file's name in the journal's folder.
pub(super) const NAME: &str = "head";
const MAGIC: [u8; 8] = [0xFA, b'H', b'E', b'A', b'D', b'S', 0x0D, 0x0A];
const SLOT_BYTES: u64 = 4_096;
const USED_BYTES: usize = 76;

#[derive(Debug)]
pub(super) struct HeadFile {
    path: PathBuf,
    file: Box<dyn DiskFile>,
}

/// The head recorded in `folder`; `None` when there is no file or neither slot holds.
pub(super) fn recorded(disk: &dyn Disk, folder: &Path) -> Result<Option<Head>, Error> {
    let path = folder.join(NAME);
    let file = match disk.open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Read { path, source }),
    };
    let mut newest: Option<Head> = None;
    for slot in [0, SLOT_BYTES] {
        let mut bytes = [0; USED_BYTES];
        let filled = super::window::fill(file.as_ref(), slot, &mut bytes);
        let filled = filled.map_err(|source| Error::Read { path: path.clone(), source })?;
        if filled == USED_BYTES {
            newest = decode(&bytes).into_iter().chain(newest).max_by_key(|head| head.sequence);
        }
    }
    Ok(newest)
}

impl HeadFile {
    /// Opens or creates the file and records `head` durably. The folder must be synced afterwards.
    pub(super) fn open(disk: &dyn Disk, folder: &Path, head: &Head) -> Result<HeadFile, Error> {
        let path = folder.join(NAME);
        let opened = match disk.open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => disk.create(&path),
            other => other,
        };
        let file = opened.map_err(|source| Error::Write { path: path.clone(), source })?;
        let mut head_file = HeadFile { path, file };
        head_file.make_room()?;
        head_file.write(head)?;
        head_file.sync()?;
        Ok(head_file)
    }

    /// Both slots have their space from the start, so that recording a head never asks for more.
    fn make_room(&mut self) -> Result<(), Error> {
        let wanted = SLOT_BYTES.saturating_mul(2);
        let length = self.file.length().map_err(|source| Error::Read { path: self.path.clone(), source })?;
        if length >= wanted {
            return Ok(());
        }
        self.file.allocate(wanted).map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    /// Records `head`, not durably.
    pub(super) fn write(&mut self, head: &Head) -> Result<(), Error> {
        let slot = if head.sequence.is_multiple_of(2) { 0 } else { SLOT_BYTES };
        self.file.write_at(slot, &encode(head)).map_err(|source| Error::Write { path: self.path.clone(), source })
    }

    pub(super) fn sync(&mut self) -> Result<(), Error> {
        self.file.sync().map_err(|source| Error::Sync { path: self.path.clone(), source })
    }
}

fn encode(head: &Head) -> [u8; USED_BYTES] {
    let mut bytes = [0; USED_BYTES];
    put(&mut bytes, 0, MAGIC);
    put(&mut bytes, 8, 1_u16.to_le_bytes());
    put(&mut bytes, 16, head.epoch.to_le_bytes());
    put(&mut bytes, 24, head.sequence.to_le_bytes());
    put(&mut bytes, 32, head.timestamp.0.to_le_bytes());
    put(&mut bytes, 40, head.hash);
    let crc = crc32c::crc32c(bytes.split_at(72).0);
    put(&mut bytes, 72, crc.to_le_bytes());
    bytes
}

fn decode(bytes: &[u8; USED_BYTES]) -> Option<Head> {
    let whole = crc32c::crc32c(bytes.split_at(72).0) == u32::from_le_bytes(field(bytes, 72));
    if !whole || field(bytes, 0) != MAGIC || u16::from_le_bytes(field(bytes, 8)) != 1 {
        return None;
    }
    Some(Head {
        epoch: u64::from_le_bytes(field(bytes, 16)),
        sequence: u64::from_le_bytes(field(bytes, 24)),
        timestamp: Timestamp(u64::from_le_bytes(field(bytes, 32))),
        hash: field(bytes, 40),
    })
}
