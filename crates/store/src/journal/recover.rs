//! Opening: verifying every frame, and telling a torn write from damage.
//!
//! The writer has at most one frame between its write and its sync, and starts no other before. So a torn write can only be
//! the last thing in the last file; whatever follows a bad frame proves that it had been durable once. What the file alone
//! cannot tell (a bit that flipped in the very last frame looks like a torn write) the recorded head tells.

use super::disk::{Disk, DiskFile};
use super::frame::{Frame, FrameError, HEADER_BYTES, Header, MAGIC};
use super::reader::Rows;
use super::window::Window;
use super::{Head, Options, frame, mark};
use crate::{Error, Flaw};
use std::path::{Path, PathBuf};

const SUFFIX: &str = ".frames";

/// What opening a journal found. `head.timestamp` is what a start's clock is to be compared with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovery {
    /// The last whole frame; now durable, and recorded as acknowledged.
    pub head: Head,
    /// The head that was recorded as acknowledged before; `None` for a new journal or when the record was lost.
    pub recorded: Option<Head>,
    /// The torn write that was cut off, if any.
    pub cut: Option<Cut>,
    /// Number of journal files.
    pub files: usize,
}

/// A torn write: bytes of a frame that was never acknowledged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cut {
    /// The journal file.
    pub file: PathBuf,
    /// Where it was cut, in bytes from its start.
    pub offset: u64,
    /// The sequence the torn frame would have had.
    pub sequence: u64,
    /// How many bytes were cut off.
    pub bytes: u64,
    /// What was wrong with them.
    pub found: FrameError,
    /// The file they are kept in.
    pub kept: PathBuf,
}

/// What a scan of all files found; nothing has been changed yet.
pub(super) struct Scan {
    pub(super) head: Head,
    pub(super) rows: Rows,
    pub(super) recorded: Option<Head>,
    pub(super) tail: Option<Tail>,
}

/// Bytes after the last whole frame, in the last file.
pub(super) struct Tail {
    offset: u64,
    length: u64,
    found: FrameError,
}

/// The name of the file whose first frame is `first`.
pub(super) fn file_name(first: u64) -> String {
    format!("{first:020}{SUFFIX}")
}

/// First sequences of the journal's files, rising.
fn file_firsts(disk: &dyn Disk, folder: &Path) -> Result<Vec<u64>, Error> {
    let names = disk.list(folder).map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    let mut firsts = Vec::new();
    for name in names.iter().filter(|name| name.ends_with(SUFFIX)) {
        let first = name.strip_suffix(SUFFIX).and_then(|digits| digits.parse::<u64>().ok());
        match first.filter(|first| *name == file_name(*first)) {
            Some(first) => firsts.push(first),
            None => return Err(Error::Damaged { file: folder.join(name), offset: 0, sequence: 0, flaw: Flaw::Foreign }),
        }
    }
    Ok(firsts)
}

/// Verifies every frame of every file. Changes nothing but what the system caches.
pub(super) fn scan(disk: &dyn Disk, folder: &Path, options: &Options) -> Result<Scan, Error> {
    let firsts = file_firsts(disk, folder)?;
    let recorded = mark::recorded(disk, folder)?;
    let mut scan = Scan { head: Head::default(), rows: Rows::default(), recorded, tail: None };
    let acknowledged = [scan.recorded, options.at_least];
    for (index, first) in firsts.iter().enumerate() {
        let path = folder.join(file_name(*first));
        let expected = scan.head.next_sequence();
        if *first != expected {
            return Err(Error::Damaged { file: path, offset: 0, sequence: expected, flaw: Flaw::Name { expected, found: *first } });
        }
        let last = index.saturating_add(1) == firsts.len();
        let mut file = disk.open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        if last {
            settle(file.as_mut(), &path)?;
        }
        let limit = file.length().map_err(|source| Error::Read { path: path.clone(), source })?;
        let window = Window::new(path, file, limit);
        let place = if last { Place::Last } else { Place::Before };
        scan_file(&mut scan, window, place, &acknowledged)?;
    }
    let newest = acknowledged.into_iter().flatten().map(|head| head.sequence).max();
    if let Some(acknowledged) = newest.filter(|acknowledged| *acknowledged > scan.head.sequence) {
        return Err(Error::Behind { folder: folder.to_owned(), recovered: scan.head.sequence, acknowledged });
    }
    Ok(scan)
}

/// Makes durable what a killed process had only written, then drops the cache: after a failed sync the cache may show a
/// frame that the medium does not hold.
fn settle(file: &mut dyn DiskFile, path: &Path) -> Result<(), Error> {
    file.sync().map_err(|source| Error::Sync { path: path.to_owned(), source })?;
    file.forget_cache().map_err(|source| Error::Read { path: path.to_owned(), source })
}

/// Where a file stands in the row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Before,
    Last,
}

fn scan_file(scan: &mut Scan, mut window: Window, place: Place, acknowledged: &[Option<Head>]) -> Result<(), Error> {
    let first = scan.head.next_sequence();
    let mut offset: u64 = 0;
    scan.rows.begin(first);
    while offset < window.limit() {
        let sequence = scan.head.next_sequence();
        let path = window.path().to_owned();
        let damaged = |flaw| Error::Damaged { file: path.clone(), offset, sequence, flaw };
        match window.frame(offset)? {
            Ok(frame) => {
                frame.header().follows(&scan.head).map_err(damaged)?;
                let head = frame.sealed().head();
                if acknowledged.iter().flatten().any(|known| known.sequence == head.sequence && known.hash != head.hash) {
                    return Err(damaged(Flaw::Diverged));
                }
                offset = offset.saturating_add(length_of(&frame));
                scan.head = head;
                scan.rows.push(sequence, offset);
            }
            Err(FrameError::Format(found)) => {
                return Err(Error::Format { file: path, offset, found: u64::from(found), known: u64::from(frame::FORMAT) });
            }
            Err(found) if place == Place::Before => return Err(damaged(Flaw::BadBeforeFile(found))),
            Err(found) => {
                refuse_damage(&mut window, offset, &scan.head, found)?;
                scan.tail = Some(Tail { offset, length: window.limit().saturating_sub(offset), found });
                return Ok(());
            }
        }
    }
    if place == Place::Before && offset == 0 {
        let flaw = Flaw::BadBeforeFile(FrameError::Short);
        return Err(Error::Damaged { file: window.path().to_owned(), offset, sequence: first, flaw });
    }
    Ok(())
}

/// `Ok` only when the bytes from `offset` to the end can be a torn write of the frame after `head`.
fn refuse_damage(window: &mut Window, offset: u64, head: &Head, found: FrameError) -> Result<(), Error> {
    let path = window.path().to_owned();
    let damaged = |flaw| Err(Error::Damaged { file: path.clone(), offset, sequence: head.next_sequence(), flaw });
    if !found.may_be_torn() {
        return damaged(Flaw::Frame(found));
    }
    if let Ok(header) = Header::parse(window.view(offset, HEADER_BYTES)?) {
        // The header's own checksum holds, so where the frame was to end is known.
        if let Err(flaw) = header.follows(head) {
            return damaged(flaw);
        }
        let end = offset.saturating_add(u64::try_from(header.frame_bytes()).unwrap_or(u64::MAX));
        let bytes = window.limit().saturating_sub(end);
        return if bytes == 0 { Ok(()) } else { damaged(Flaw::BadBeforeMore { found, bytes }) };
    }
    if let Some(good_offset) = later_frame(window, offset)? {
        return damaged(Flaw::BadBeforeGood { found, good_offset });
    }
    // A torn write leaves the new bytes or none (zeros), never others.
    let ours = window.view(offset, MAGIC.len())?.iter().zip(MAGIC).all(|(byte, magic)| *byte == magic || *byte == 0);
    if offset == 0 && !ours { damaged(Flaw::Foreign) } else { Ok(()) }
}

/// The first place after `offset` where a frame was begun: a header whose checksum holds.
fn later_frame(window: &mut Window, offset: u64) -> Result<Option<u64>, Error> {
    let mut at = offset.saturating_add(1);
    loop {
        let view = window.view(at, 1 << 16)?;
        let Some(skip) = view.windows(MAGIC.len()).position(|bytes| bytes == MAGIC) else {
            if view.len() < MAGIC.len() {
                return Ok(None);
            }
            // The last seven bytes may begin a magic that the next view completes.
            let seen = view.len().saturating_sub(MAGIC.len()).saturating_add(1);
            at = at.saturating_add(u64::try_from(seen).unwrap_or(u64::MAX));
            continue;
        };
        at = at.saturating_add(u64::try_from(skip).unwrap_or(u64::MAX));
        match Header::parse(window.view(at, HEADER_BYTES)?) {
            Ok(_) | Err(FrameError::Format(_) | FrameError::Field | FrameError::TooLong) => return Ok(Some(at)),
            Err(_) => at = at.saturating_add(1),
        }
    }
}

/// Keeps the torn bytes in a file of their own, durably, then cuts them off the journal.
pub(super) fn cut(disk: &dyn Disk, folder: &Path, scan: &Scan) -> Result<Option<Cut>, Error> {
    let Some(tail) = &scan.tail else { return Ok(None) };
    let sequence = scan.head.next_sequence();
    let path = folder.join(file_name(scan.rows.last_first()));
    let read = |source| Error::Read { path: path.clone(), source };
    let mut file = disk.open(&path).map_err(read)?;
    let names = disk.list(folder).map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    let free = (1_u64..).map(|n| format!("torn-{sequence}-{n}.bin")).find(|name| !names.contains(name));
    let kept = folder.join(free.expect("a folder does not hold 2^64 files"));
    let keep = |source| Error::Write { path: kept.clone(), source };
    let mut copy = disk.create(&kept).map_err(keep)?;
    let mut buffer = vec![0; 1 << 20];
    let mut done: u64 = 0;
    while done < tail.length {
        let filled = super::window::fill(file.as_ref(), tail.offset.saturating_add(done), &mut buffer).map_err(read)?;
        if filled == 0 {
            break;
        }
        copy.write_at(done, buffer.get(..filled).unwrap_or_default()).map_err(keep)?;
        done = done.saturating_add(u64::try_from(filled).unwrap_or(u64::MAX));
    }
    copy.sync().map_err(|source| Error::Sync { path: kept.clone(), source })?;
    disk.sync_folder(folder).map_err(|source| Error::Sync { path: folder.to_owned(), source })?;
    file.truncate(tail.offset).map_err(|source| Error::Write { path: path.clone(), source })?;
    file.sync().map_err(|source| Error::Sync { path: path.clone(), source })?;
    Ok(Some(Cut { file: path, offset: tail.offset, sequence, bytes: tail.length, found: tail.found, kept }))
}

fn length_of(frame: &Frame<'_>) -> u64 {
    u64::try_from(frame.bytes().len()).unwrap_or(u64::MAX)
}
