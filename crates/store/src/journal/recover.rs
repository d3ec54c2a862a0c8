//! Opening: verifying every frame, and telling a torn write from damage.
//!
//! What the files alone cannot tell (a bit that flipped in the very last frame looks like a torn write) the recorded head
//! tells. A crash while a file was being sealed leaves the active file, the segment, or both with the same frames.

use super::disk::{Disk, DiskFile};
use super::footer::{FOOTER_BYTES, Footer};
use super::frame::{Frame, FrameError};
use super::names::{Kind, Name};
use super::rows::Rows;
use super::tail::{self, Tail};
use super::window::Window;
use super::{Head, Options, frame, mark, names};
use crate::error::FooterFault;
use crate::{Error, Flaw};
use money::Timestamp;
use std::path::{Path, PathBuf};

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

/// A full active file that waits to be sealed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Full {
    pub(super) first: u64,
    /// Its last frame.
    pub(super) last: Head,
    pub(super) filling: Filling,
}

/// What was written into an active file.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Filling {
    /// When its first frame was made; none without a frame.
    pub(super) began: Option<Timestamp>,
    /// Bytes of frames, without the zeros after each.
    pub(super) frame_bytes: u64,
}

impl Filling {
    /// Another frame.
    pub(super) fn add(&mut self, timestamp: Timestamp, frame_bytes: u64) {
        self.began = self.began.or(Some(timestamp));
        self.frame_bytes = self.frame_bytes.saturating_add(frame_bytes);
    }
}

/// What a scan of all files found; nothing has been changed yet.
pub(super) struct Scan {
    pub(super) head: Head,
    pub(super) rows: Rows,
    pub(super) recorded: Option<Head>,
    pub(super) tail: Option<Tail>,
    pub(super) full: Vec<Full>,
    /// What stands in the last file.
    pub(super) filling: Filling,
    /// Files that a crash left behind and nothing needs.
    pub(super) leftovers: Vec<PathBuf>,
}

/// Verifies every frame that no footer vouches for, and that the files make one row. What a footer states of its file is
/// believed here: whoever replays, scrubs or audits reads the frames. Changes nothing but what the system caches.
pub(super) fn scan(disk: &dyn Disk, folder: &Path, options: &Options) -> Result<Scan, Error> {
    let listing = names::list(disk, folder)?;
    let recorded = mark::recorded(disk, folder)?;
    let leftovers = listing.leftovers.iter().map(|name| folder.join(name)).collect();
    let mut scan = Scan {
        head: Head::default(),
        rows: Rows::default(),
        recorded,
        tail: None,
        full: Vec::new(),
        filling: Filling::default(),
        leftovers,
    };
    let acknowledged = [scan.recorded, options.at_least];
    let mut began = Head::default();
    let mut before: Option<Name> = None;
    for (index, name) in listing.files.iter().enumerate() {
        let path = folder.join(name.kind.file_name(name.first));
        let last = index.saturating_add(1) == listing.files.len();
        let twin = before.is_some_and(|before| before.first == name.first && before.kind == Kind::Segment) && name.kind == Kind::Open;
        if twin {
            check_twin(disk, *name, &path, &began, &scan.head)?;
            scan.leftovers.push(path);
            continue;
        }
        let expected = scan.head.next_sequence();
        if name.first != expected {
            return Err(Error::Damaged { file: path, offset: 0, sequence: expected, flaw: Flaw::Name { expected, found: name.first } });
        }
        let mut file = disk.open(&path).map_err(|source| Error::Read { path: path.clone(), source })?;
        if last {
            settle(file.as_mut(), &path)?;
        }
        began = scan.head;
        scan.rows.begin(*name);
        // An active file beside its segment is no next file, but then this one is no active file.
        let next = listing.files.get(index.saturating_add(1)).map(|next| next.first);
        let opened = Opened { name: *name, path, file, place: next.map_or(Place::Last, Place::Before) };
        scan.filling = scan_file(&mut scan, opened, &acknowledged)?;
        if name.kind == Kind::Open && !last {
            scan.full.push(Full { first: name.first, last: scan.head, filling: scan.filling });
        }
        before = Some(*name);
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
    /// Before the file that begins with this sequence.
    Before(u64),
    Last,
}

struct Opened {
    name: Name,
    path: PathBuf,
    file: Box<dyn DiskFile>,
    place: Place,
}

fn scan_file(scan: &mut Scan, opened: Opened, acknowledged: &[Option<Head>]) -> Result<Filling, Error> {
    let Opened { name, path, file, place } = opened;
    let footer = footer_of(name, &path, file.as_ref())?;
    let length = file.length().map_err(|source| Error::Read { path: path.clone(), source })?;
    let mut window = Window::new(path.clone(), file, footer.map_or(length, |footer| footer.bytes));
    if let Some(footer) = footer
        && vouches(&footer, name, &scan.head, &mut window)?
        && !acknowledged.iter().flatten().any(|known| footer.speaks_against(known))
    {
        scan.head = footer.last;
        scan.rows.push_sealed(footer.bytes);
        return Ok(Filling { began: Some(footer.began), frame_bytes: footer.bytes });
    }
    let (mut offset, mut filling) = (0, Filling::default());
    while offset < window.limit() {
        let sequence = scan.head.next_sequence();
        let damaged = |flaw| Error::Damaged { file: path.clone(), offset, sequence, flaw };
        match window.frame(offset)? {
            Ok(frame) => {
                frame.header().follows(&scan.head).map_err(damaged)?;
                let head = frame.sealed().head();
                if acknowledged.iter().flatten().any(|known| known.sequence == head.sequence && known.hash != head.hash) {
                    return Err(damaged(Flaw::Diverged));
                }
                let end = offset.saturating_add(length_of(&frame));
                scan.head = head;
                scan.rows.push(sequence, offset, end);
                filling.add(head.timestamp, end.saturating_sub(offset));
                offset = name.kind.after(end);
            }
            Err(FrameError::Format(found)) => {
                return Err(Error::Format { file: path, offset, found: u64::from(found), known: u64::from(frame::FORMAT) });
            }
            Err(found) if name.kind.is_sealed() => return Err(damaged(Flaw::Frame(found))),
            Err(found) => match place {
                Place::Before(next) => {
                    let all_there = name.kind == Kind::Open && is_being_sealed(&mut window, offset, next == sequence)?;
                    if all_there { break } else { return Err(damaged(Flaw::BadBeforeFile(found))) }
                }
                Place::Last => {
                    scan.tail = tail::judge(&mut window, name, offset, &scan.head, found)?;
                    break;
                }
            },
        }
    }
    let holds = |footer: &Footer| {
        let frames = scan.head.sequence.saturating_sub(name.first).saturating_add(1);
        *footer == Footer { first: name.first, frames, bytes: offset, began: filling.began.unwrap_or_default(), last: scan.head }
    };
    if footer.is_some_and(|footer| !holds(&footer)) {
        return Err(Error::Damaged { file: path, offset, sequence: scan.head.sequence, flaw: Flaw::Footer(FooterFault::Content) });
    }
    if place != Place::Last && filling.began.is_none() {
        let flaw = Flaw::BadBeforeFile(FrameError::Short);
        return Err(Error::Damaged { file: path, offset: 0, sequence: name.first, flaw });
    }
    Ok(filling)
}

/// Whether what a footer states goes on from `before`: its numbers fit, and so does the first frame's header.
fn vouches(footer: &Footer, name: Name, before: &Head, window: &mut Window) -> Result<bool, Error> {
    let counts =
        footer.first == name.first && footer.frames > 0 && name.first.checked_add(footer.frames) == Some(footer.last.next_sequence());
    let header = frame::Header::parse(window.view(0, frame::HEADER_BYTES)?);
    Ok(counts && header.is_ok_and(|header| header.follows(before).is_ok() && header.timestamp == footer.began))
}

/// Whether an active file that is not the last has all its frames, and behind them, at `offset`, at most what a crash left of
/// the footer that was being put there.
fn is_being_sealed(window: &mut Window, offset: u64, all_there: bool) -> Result<bool, Error> {
    let most = offset.saturating_add(u64::try_from(FOOTER_BYTES).unwrap_or(u64::MAX));
    Ok(tail::written_end(window, offset)?.is_none_or(|end| all_there && end <= most))
}

/// The footer of a sealed file; nothing for other files.
pub(super) fn footer_of(name: Name, path: &Path, file: &dyn DiskFile) -> Result<Option<Footer>, Error> {
    if !name.kind.is_sealed() {
        return Ok(None);
    }
    let footer = Footer::read(file).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    match footer {
        Ok((footer, _)) => Ok(Some(footer)),
        Err(FooterFault::Format(found)) => Err(Error::Format { file: path.to_owned(), offset: 0, found: u64::from(found), known: 1 }),
        Err(fault) => Err(Error::Damaged { file: path.to_owned(), offset: 0, sequence: name.first, flaw: Flaw::Footer(fault) }),
    }
}

/// The active file that stayed beside its segment holds the same frames: from after `began` to `last`, and nothing more.
fn check_twin(disk: &dyn Disk, name: Name, path: &Path, began: &Head, last: &Head) -> Result<(), Error> {
    let read = |source| Error::Read { path: path.to_owned(), source };
    let file = disk.open(path).map_err(read)?;
    let limit = file.length().map_err(read)?;
    let mut window = Window::new(path.to_owned(), file, limit);
    let (mut head, mut offset) = (*began, 0);
    while head.sequence < last.sequence {
        let differs = || Error::Damaged { file: path.to_owned(), offset, sequence: head.next_sequence(), flaw: Flaw::Twin };
        let frame = window.frame(offset)?.map_err(|_| differs())?;
        frame.header().follows(&head).map_err(|_| differs())?;
        let end = offset.saturating_add(length_of(&frame));
        (head, offset) = (frame.sealed().head(), name.kind.after(end));
    }
    let more = tail::written_end(&mut window, offset)?;
    if head != *last || more.is_some() {
        return Err(Error::Damaged { file: path.to_owned(), offset, sequence: head.next_sequence(), flaw: Flaw::Twin });
    }
    Ok(())
}

fn length_of(frame: &Frame<'_>) -> u64 {
    u64::try_from(frame.bytes().len()).unwrap_or(u64::MAX)
}
