//! Reading everything that no longer changes, to find what the medium has lost while a copy may still exist.

use super::disk::{Disk, RealDisk};
use super::footer::Footer;
use super::names::{self, BLOCK_BYTES, Kind, Name};
use super::window::Window;
use super::{Head, StoredFrame};
use crate::error::FooterFault;
use crate::{Error, Flaw};
use money::Timestamp;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// After so many bytes the caller hears of the progress, and may take its time.
const PROGRESS_BYTES: u64 = 4 << 20;

/// How far a scrub is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Files read to their end.
    pub files_done: usize,
    /// Files to read.
    pub files: usize,
    /// Bytes read so far.
    pub bytes: u64,
}

/// What a scrub read, and what it found.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ScrubReport {
    /// Sealed segments and files of the older kind.
    pub files: usize,
    /// Frames whose checksums and place in the chain hold.
    pub frames: u64,
    /// Bytes of these frames.
    pub bytes: u64,
    /// The first damage of each damaged file.
    pub damage: Vec<Damage>,
}

/// Where a journal file is not what was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    /// The file.
    pub file: PathBuf,
    /// Where the flaw begins, in bytes from the file's start.
    pub offset: u64,
    /// The sequence the frame there should have.
    pub sequence: u64,
    /// What is wrong.
    pub flaw: Flaw,
}

/// Reads every sealed file and every file of the older kind in the journal `folder`: checksums, hash chain, footers. The
/// active file is left alone, so this runs while the journal is being written. `on_progress` is called every few megabytes
/// and may wait, to leave the disk to others.
///
/// # Errors
/// [`Error::Read`] when a file cannot be read at all; [`Error::Damaged`] for a file whose name is no journal file's.
pub fn scrub(folder: &Path, on_progress: &mut dyn FnMut(Progress)) -> Result<ScrubReport, Error> {
    scrub_on(&RealDisk, folder, on_progress)
}

pub(super) fn scrub_on(disk: &dyn Disk, folder: &Path, on_progress: &mut dyn FnMut(Progress)) -> Result<ScrubReport, Error> {
    let mut files = names::list(disk, folder)?.files;
    files.retain(|name| name.kind != Kind::Open);
    let report = ScrubReport { files: files.len(), ..ScrubReport::default() };
    let mut scrub = Scrub { report, before: Some(Head::default()), done: 0, on_progress };
    for name in files {
        let path = folder.join(name.kind.file_name(name.first));
        scrub.file(disk, name, &path)?;
        scrub.done = scrub.done.saturating_add(1);
        scrub.tell();
    }
    Ok(scrub.report)
}

struct Scrub<'a> {
    report: ScrubReport,
    /// The frame before the next one; unknown after damage.
    before: Option<Head>,
    done: usize,
    on_progress: &'a mut dyn FnMut(Progress),
}

impl Scrub<'_> {
    fn tell(&mut self) {
        (self.on_progress)(Progress { files_done: self.done, files: self.report.files, bytes: self.report.bytes });
    }

    fn file(&mut self, disk: &dyn Disk, name: Name, path: &Path) -> Result<(), Error> {
        let read = |source| Error::Read { path: path.to_owned(), source };
        let file = disk.open(path).map_err(read)?;
        let mut limit = file.length().map_err(read)?;
        let mut footer = None;
        if name.kind.is_sealed() {
            match Footer::read(file.as_ref()).map_err(read)? {
                Ok((found, hash)) => {
                    limit = found.bytes;
                    footer = Some((found, hash));
                }
                Err(fault) => {
                    self.before = None;
                    self.found(path, limit, name.first, Flaw::Footer(fault));
                    return Ok(());
                }
            }
        }
        let before = self.before.take();
        let damaged = match before.filter(|head| head.next_sequence() != name.first) {
            Some(head) => Some((0, head.next_sequence(), Flaw::Name { expected: head.next_sequence(), found: name.first })),
            None => self.frames(Window::new(path.to_owned(), file, limit), name, before, footer)?,
        };
        if let Some((offset, sequence, flaw)) = damaged {
            self.before = footer.map(|(footer, _)| footer.last);
            self.found(path, offset, sequence, flaw);
        }
        Ok(())
    }

    fn found(&mut self, path: &Path, offset: u64, sequence: u64, flaw: Flaw) {
        self.report.damage.push(Damage { file: path.to_owned(), offset, sequence, flaw });
    }

    /// Reads the frames of one file: offset, sequence and kind of the first damage.
    fn frames(
        &mut self,
        mut window: Window,
        name: Name,
        mut before: Option<Head>,
        footer: Option<(Footer, [u8; 32])>,
    ) -> Result<Option<(u64, u64, Flaw)>, Error> {
        let (mut offset, mut told, mut content, mut began) = (0, 0, Sha256::new(), Timestamp::default());
        let mut sequence = name.first;
        while offset < window.limit() {
            let frame = match window.stored(offset)? {
                Ok(frame) => frame,
                Err(found) => return Ok(Some((offset, sequence, Flaw::Frame(found)))),
            };
            if let Err(flaw) = follows(&frame, before, sequence) {
                return Ok(Some((offset, sequence, flaw)));
            }
            if name.kind == Kind::Segment {
                content.update(frame.frame().bytes());
            }
            if sequence == name.first {
                began = frame.head().timestamp;
            }
            let length = u64::try_from(frame.frame().bytes().len()).unwrap_or(u64::MAX);
            let end = offset.saturating_add(length);
            offset = name.kind.after(end);
            let between = usize::try_from(offset.saturating_sub(end)).unwrap_or(BLOCK_BYTES);
            if window.view(end, between)?.iter().any(|byte| *byte != 0) {
                return Ok(Some((end, sequence, Flaw::Padding)));
            }
            before = Some(frame.head());
            sequence = sequence.saturating_add(1);
            self.report.frames = self.report.frames.saturating_add(1);
            self.report.bytes = self.report.bytes.saturating_add(length);
            if offset.saturating_sub(told) >= PROGRESS_BYTES {
                told = offset;
                self.tell();
            }
        }
        self.before = before;
        let Some((footer, hash)) = footer else { return Ok(None) };
        let frames = sequence.saturating_sub(name.first);
        let facts = Footer { first: name.first, frames, bytes: offset, began, last: before.unwrap_or_default() };
        let fault = if facts != footer { Some(FooterFault::Content) } else { (facts.hash(content) != hash).then_some(FooterFault::Hash) };
        Ok(fault.map(|fault| (offset, sequence, Flaw::Footer(fault))))
    }
}

/// Whether the frame has this sequence and continues the one before it, where that is known.
fn follows(frame: &StoredFrame, before: Option<Head>, sequence: u64) -> Result<(), Flaw> {
    let header = *frame.frame().header();
    let unknown = Head { sequence: sequence.saturating_sub(1), hash: header.previous, ..Head::default() };
    header.follows(&before.unwrap_or(unknown))
}
