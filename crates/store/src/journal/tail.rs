//! What stands after the last whole frame: nothing, a torn write, or damage.
//!
//! The writer has at most one frame between its write and its sync, and starts no other before. So a torn write can only be
//! the last thing in the last file; whatever follows a bad frame proves that it had been durable once.

use super::frame::{FrameError, HEADER_BYTES, Header, MAGIC, MAX_BODY_BYTES};
use super::names::{BLOCK_BYTES, Kind, Name, to_block};
use super::window::Window;
use super::{Cut, Head};
use crate::journal::disk::Disk;
use crate::{Error, Flaw};
use std::path::Path;

/// How much is looked at or written at once.
const PIECE_BYTES: usize = 1 << 20;
static ZEROS: [u8; PIECE_BYTES] = [0; PIECE_BYTES];

/// Bytes of a torn write after the last whole frame, in the last file.
#[derive(Debug)]
pub(super) struct Tail {
    pub(super) file: Name,
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) found: FrameError,
}

/// The end of what is not zero from `offset` on; `None` when all is zero.
pub(super) fn written_end(window: &mut Window, offset: u64) -> Result<Option<u64>, Error> {
    let (mut at, mut end) = (offset, None);
    while at < window.limit() {
        let view = window.view(at, PIECE_BYTES)?;
        if view.is_empty() {
            break;
        }
        if ZEROS.get(..view.len()) != Some(view) {
            let last = view.iter().rposition(|byte| *byte != 0).unwrap_or_default();
            end = Some(at.saturating_add(wide(last)).saturating_add(1));
        }
        at = at.saturating_add(wide(view.len()));
    }
    Ok(end)
}

/// The torn write of the frame after `head` that stands at `offset` of the last file, a bad frame as `found` says; `None`
/// when nothing stands there.
///
/// # Errors
/// [`Error::Damaged`] when a torn write does not explain it.
pub(super) fn judge(window: &mut Window, file: Name, offset: u64, head: &Head, found: FrameError) -> Result<Option<Tail>, Error> {
    let end = match file.kind {
        Kind::Frames | Kind::Segment | Kind::Blocks => window.limit(),
        Kind::Open => match written_end(window, offset)? {
            Some(end) => end,
            None => return Ok(None),
        },
    };
    let path = window.path().to_owned();
    let damaged = |flaw| Err(Error::Damaged { file: path.clone(), offset, sequence: head.next_sequence(), flaw });
    if !found.may_be_torn() {
        return damaged(Flaw::Frame(found));
    }
    let tail = Tail { file, offset, length: end.saturating_sub(offset), found };
    if let Ok(header) = Header::parse(window.view(offset, HEADER_BYTES)?) {
        // The header's own checksum holds, so where the frame was to end is known.
        if let Err(flaw) = header.follows(head) {
            return damaged(flaw);
        }
        let bytes = end.saturating_sub(file.kind.after(offset.saturating_add(wide(header.frame_bytes()))));
        return if bytes == 0 { Ok(Some(tail)) } else { damaged(Flaw::BadBeforeMore { found, bytes }) };
    }
    let later = match file.kind {
        Kind::Frames | Kind::Segment | Kind::Blocks => later_frame(window, offset)?,
        Kind::Open => later_block(window, offset, end)?,
    };
    if let Some(good_offset) = later {
        return damaged(Flaw::BadBeforeGood { found, good_offset });
    }
    let longest = to_block(wide(HEADER_BYTES).saturating_add(u64::from(MAX_BODY_BYTES)));
    if file.kind == Kind::Open && tail.length > longest {
        return damaged(Flaw::BadBeforeMore { found, bytes: tail.length.saturating_sub(longest) });
    }
    // A torn write leaves the new bytes or none (zeros), never others.
    let ours = window.view(offset, MAGIC.len())?.iter().zip(MAGIC).all(|(byte, magic)| *byte == magic || *byte == 0);
    if offset == 0 && !ours { damaged(Flaw::Foreign) } else { Ok(Some(tail)) }
}

/// The first block after `offset` and before `end` in which a frame was begun: a header whose checksum holds.
fn later_block(window: &mut Window, offset: u64, end: u64) -> Result<Option<u64>, Error> {
    let mut at = offset;
    loop {
        at = at.saturating_add(wide(BLOCK_BYTES));
        if at >= end {
            return Ok(None);
        }
        if begins_frame(window.view(at, HEADER_BYTES)?) {
            return Ok(Some(at));
        }
    }
}

/// The first place after `offset` where a frame was begun, wherever it stands.
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
            at = at.saturating_add(wide(seen));
            continue;
        };
        at = at.saturating_add(wide(skip));
        if begins_frame(window.view(at, HEADER_BYTES)?) {
            return Ok(Some(at));
        }
        at = at.saturating_add(1);
    }
}

fn begins_frame(bytes: &[u8]) -> bool {
    match Header::parse(bytes) {
        Ok(_) | Err(FrameError::Format(_) | FrameError::Field | FrameError::TooLong) => true,
        Err(FrameError::Short | FrameError::Magic | FrameError::HeaderChecksum | FrameError::BodyChecksum | FrameError::Records) => false,
    }
}

/// Keeps the torn bytes in a file of their own, durably, then takes them out of the journal: cut off, or made zero again.
pub(super) fn cut(disk: &dyn Disk, folder: &Path, tail: &Tail, sequence: u64) -> Result<Cut, Error> {
    let path = folder.join(tail.file.kind.file_name(tail.file.first));
    let read = |source| Error::Read { path: path.clone(), source };
    let write = |source| Error::Write { path: path.clone(), source };
    let mut file = disk.open(&path).map_err(read)?;
    let names = disk.list(folder).map_err(|source| Error::Read { path: folder.to_owned(), source })?;
    let free = (1_u64..).map(|n| format!("torn-{sequence}-{n}.bin")).find(|name| !names.contains(name));
    let kept = folder.join(free.expect("a folder does not hold 2^64 files"));
    let keep = |source| Error::Write { path: kept.clone(), source };
    let mut copy = disk.create(&kept).map_err(keep)?;
    let mut window = Window::new(path.clone(), disk.open(&path).map_err(read)?, tail.offset.saturating_add(tail.length));
    let mut at = tail.offset;
    while at < window.limit() {
        let piece = window.view(at, PIECE_BYTES)?;
        if piece.is_empty() {
            break;
        }
        copy.write_at(at.saturating_sub(tail.offset), piece).map_err(keep)?;
        at = at.saturating_add(wide(piece.len()));
    }
    copy.sync().map_err(|source| Error::Sync { path: kept.clone(), source })?;
    disk.sync_folder(folder).map_err(|source| Error::Sync { path: folder.to_owned(), source })?;
    match tail.file.kind {
        Kind::Frames | Kind::Segment | Kind::Blocks => file.truncate(tail.offset).map_err(write)?,
        Kind::Open => {
            // Backwards: as long as anything is left, the beginning is, and the next opening finds it there.
            let mut left = tail.length;
            while left > 0 {
                let length = left.min(wide(PIECE_BYTES));
                left = left.saturating_sub(length);
                let zeros = ZEROS.get(..usize::try_from(length).unwrap_or(PIECE_BYTES)).unwrap_or(&ZEROS);
                file.write_at(tail.offset.saturating_add(left), zeros).map_err(write)?;
            }
        }
    }
    file.sync().map_err(|source| Error::Sync { path: path.clone(), source })?;
    Ok(Cut { file: path, offset: tail.offset, sequence, bytes: tail.length, found: tail.found, kept })
}

fn wide(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}
