//! Sealing: a full active file becomes one that never changes.
//!
//! Where most of it is frames it stays where it lies: a footer is put behind them, and it gets another name. A crash leaves
//! it as it was, or with a part of the footer behind its frames, or sealed.
//!
//! Else it becomes a dense segment. The segment is whole and durable under its own name before the active file goes, so a crash leaves one of the two, or
//! both with the same frames.

use super::Head;
use super::disk::{Disk, DiskFile};
use super::footer::{FOOTER_BYTES, Footer};
use super::names::{Kind, Name, sealing_name, to_block};
use super::recover::Full;
use super::room::Shortage;
use super::rows::Shared;
use super::window::Window;
use crate::error::FooterFault;
use crate::{Error, Flaw};
use money::Timestamp;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// So much is written and made durable at once: a frame that is synced meanwhile waits for no more than this.
const PIECE_BYTES: usize = 1 << 22;

/// A file stays where it lies when at most one in so many of its bytes is padding.
const DENSE_ENOUGH: u64 = 8;

/// Seals `full`.
pub(super) fn seal(disk: &dyn Disk, folder: &Path, rows: &Shared, full: Full) -> Result<(), Error> {
    let open = Name { first: full.first, kind: Kind::Open };
    let path = folder.join(open.kind.file_name(open.first));
    let bytes = to_block(rows.lock().row(open).0);
    let padding = bytes.saturating_sub(full.filling.frame_bytes);
    let file = disk.open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
    let length = file.length().map_err(|source| Error::Read { path: path.clone(), source })?;
    // The footer takes space that was set aside: sealing where it lies never lacks any.
    let room = length.saturating_sub(bytes) >= u64::try_from(FOOTER_BYTES).unwrap_or(u64::MAX);
    if room && padding.saturating_mul(DENSE_ENOUGH) <= bytes {
        in_place(disk, (folder, file), rows, (full, bytes))
    } else {
        drop(file);
        copy(disk, (folder, path), rows, full)
    }
}

/// Puts a footer behind the frames, which end at `bytes`, and gives the file its last name.
fn in_place(
    disk: &dyn Disk,
    (folder, mut file): (&Path, Box<dyn DiskFile>),
    rows: &Shared,
    (full, bytes): (Full, u64),
) -> Result<(), Error> {
    let open_path = folder.join(Kind::Open.file_name(full.first));
    let frames = full.last.next_sequence().saturating_sub(full.first);
    let footer = Footer { first: full.first, frames, bytes, began: full.filling.began.unwrap_or_default(), last: full.last };
    let end = bytes.saturating_add(u64::try_from(FOOTER_BYTES).unwrap_or(u64::MAX));
    let written = file.write_at(bytes, &footer.seal(Sha256::new())).and_then(|()| file.truncate(end));
    written.map_err(|source| Error::Write { path: open_path.clone(), source })?;
    file.sync().map_err(|source| Error::Sync { path: open_path.clone(), source })?;
    let path = folder.join(Kind::Blocks.file_name(full.first));
    {
        // A reader that asks meanwhile where the file is waits until it has its name.
        let mut rows = rows.lock();
        disk.rename(&open_path, &path).map_err(|source| Error::Write { path, source })?;
        rows.sealed_in_place(full.first);
    }
    disk.sync_folder(folder).map_err(|source| Error::Sync { path: folder.to_owned(), source })
}

/// Makes the segment of `full` and removes the active file. What it copies is verified by its checksums.
fn copy(disk: &dyn Disk, (folder, source_path): (&Path, PathBuf), rows: &Shared, full: Full) -> Result<(), Error> {
    let open = Name { first: full.first, kind: Kind::Open };
    let temporary = folder.join(sealing_name(full.first));
    let sealed = make(disk, rows, open, (&source_path, &temporary), full.last);
    let sealed = sealed.and_then(|sealed| read_back(disk, &temporary, full.first).map(|()| sealed));
    let Ok((end, offsets)) = sealed else {
        // Best effort: what stays is removed by the next attempt or opening.
        let _ = disk.remove(&temporary);
        return sealed.map(|_| ());
    };
    let path = folder.join(Kind::Segment.file_name(full.first));
    disk.rename(&temporary, &path).map_err(|source| Error::Write { path: path.clone(), source })?;
    let sync_folder = || disk.sync_folder(folder).map_err(|source| Error::Sync { path: folder.to_owned(), source });
    sync_folder()?;
    rows.lock().sealed(full.first, end, &offsets);
    // From here on the segment is the file, and making it anew would read what is gone. An active file that stays for want of
    // space is taken away by the next opening.
    let removed = disk.remove(&source_path).map_err(|source| Error::Write { path: source_path, source });
    match removed.and_then(|()| sync_folder()) {
        Err(error) if Shortage::behind(&error).is_some() => Ok(()),
        done => done,
    }
}

/// Writes the segment under its temporary name, durably: where its frames end, and the places of the marked ones.
fn make(disk: &dyn Disk, rows: &Shared, open: Name, (source, target): (&Path, &Path), last: Head) -> Result<(u64, Vec<u64>), Error> {
    let (limit, marked) = {
        let rows = rows.lock();
        (rows.row(open).0, rows.marked(open.first))
    };
    let file = disk.open(source).map_err(|error| Error::Read { path: source.to_owned(), source: error })?;
    let mut window = Window::new(source.to_owned(), file, limit);
    let mut out = Target::create(disk, target)?;
    let mut marked = marked.into_iter().peekable();
    let (mut offset, mut sequence, mut began, mut offsets) = (0, open.first, Timestamp::default(), Vec::new());
    while offset < limit {
        let frame = window.frame(offset)?;
        let damaged = |flaw| Error::Damaged { file: source.to_owned(), offset, sequence, flaw };
        let frame = frame.map_err(|found| damaged(Flaw::Frame(found)))?;
        let header = frame.header();
        if header.sequence != sequence {
            return Err(damaged(Flaw::Sequence { expected: sequence, found: header.sequence }));
        }
        if sequence == open.first {
            began = header.timestamp;
        }
        if marked.next_if_eq(&sequence).is_some() {
            offsets.push(out.end());
        }
        out.push(frame.bytes())?;
        offset = open.kind.after(offset.saturating_add(u64::try_from(header.frame_bytes()).unwrap_or(u64::MAX)));
        sequence = sequence.saturating_add(1);
    }
    if sequence != last.next_sequence() {
        let flaw = Flaw::Sequence { expected: last.next_sequence(), found: sequence };
        return Err(Error::Damaged { file: source.to_owned(), offset, sequence, flaw });
    }
    let frames = sequence.saturating_sub(open.first);
    let end = out.end();
    out.finish(&Footer { first: open.first, frames, bytes: end, began, last })?;
    Ok((end, offsets))
}

/// Reads the segment from the medium before the only other copy of its frames goes: a write may have gone elsewhere.
fn read_back(disk: &dyn Disk, path: &Path, first: u64) -> Result<(), Error> {
    let read = |source| Error::Read { path: path.to_owned(), source };
    let damaged = |offset, sequence, flaw| Err(Error::Damaged { file: path.to_owned(), offset, sequence, flaw });
    let mut file = disk.open(path).map_err(read)?;
    file.forget_cache().map_err(read)?;
    let footer = match Footer::read(file.as_ref()).map_err(read)? {
        Ok((footer, _)) => footer,
        Err(fault) => return damaged(0, first, Flaw::Footer(fault)),
    };
    let mut window = Window::new(path.to_owned(), file, footer.bytes);
    let (mut offset, mut sequence) = (0, first);
    while offset < footer.bytes {
        match window.frame(offset)? {
            Ok(frame) if frame.header().sequence == sequence => {
                offset = offset.saturating_add(u64::try_from(frame.bytes().len()).unwrap_or(u64::MAX));
            }
            Ok(frame) => {
                let found = frame.header().sequence;
                return damaged(offset, sequence, Flaw::Sequence { expected: sequence, found });
            }
            Err(found) => return damaged(offset, sequence, Flaw::Frame(found)),
        }
        sequence = sequence.saturating_add(1);
    }
    let whole = footer.first == first && sequence == first.saturating_add(footer.frames);
    if whole { Ok(()) } else { damaged(offset, sequence, Flaw::Footer(FooterFault::Content)) }
}

/// A file that is written from its beginning to its end, in pieces that are made durable one by one.
struct Target {
    path: PathBuf,
    file: Box<dyn DiskFile>,
    content: Sha256,
    /// Not yet written.
    buffer: Vec<u8>,
    written: u64,
}

impl Target {
    fn create(disk: &dyn Disk, path: &Path) -> Result<Target, Error> {
        let write = |source| Error::Write { path: path.to_owned(), source };
        let file = match disk.create(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                disk.remove(path).map_err(write)?;
                disk.create(path)
            }
            created => created,
        };
        Ok(Target { path: path.to_owned(), file: file.map_err(write)?, content: Sha256::new(), buffer: Vec::new(), written: 0 })
    }

    fn end(&self) -> u64 {
        self.written.saturating_add(u64::try_from(self.buffer.len()).unwrap_or(u64::MAX))
    }

    fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.content.update(bytes);
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= PIECE_BYTES { self.flush() } else { Ok(()) }
    }

    fn finish(mut self, footer: &Footer) -> Result<(), Error> {
        let footer = footer.seal(std::mem::take(&mut self.content));
        self.buffer.extend_from_slice(&footer);
        self.flush()
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.file.write_at(self.written, &self.buffer).map_err(|source| Error::Write { path: self.path.clone(), source })?;
        self.file.sync().map_err(|source| Error::Sync { path: self.path.clone(), source })?;
        self.written = self.end();
        self.buffer.clear();
        Ok(())
    }
}
