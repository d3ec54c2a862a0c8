//! Damage at rest and a disk that lies: what was acknowledged and is not there any more refuses the start, or the reading
//! of what it begins with.
//!
//! Each damage is done to a copy of the disk, whose journal was ended in order: the world itself goes on undamaged.

use super::World;
use super::words::verdict;
use crate::rng::Rng;
use std::path::{Path, PathBuf};
use store::Error;
use store::journal::Journal;
use store::journal::frame::{Frame, HEADER_BYTES, Header};
use store::testing::{Down, Fault, SimulatedDisk};

const BLOCK: usize = 4_096;
const SECTOR: usize = 512;
/// The footer at the end of a sealed file.
const FOOTER_BYTES: usize = 140;

/// Where a frame lies.
#[derive(Clone, Debug)]
struct Spot {
    path: PathBuf,
    at: usize,
    header: Header,
    /// No frame comes after it.
    last: bool,
}

impl Spot {
    fn bytes(&self) -> usize {
        self.header.frame_bytes()
    }

    fn is_sealed(&self) -> bool {
        is_sealed(&self.path)
    }
}

fn is_sealed(path: &Path) -> bool {
    path.extension().is_some_and(|kind| kind == "segment" || kind == "blocks")
}

/// What was done, and where the start has to point, if only one place can be meant.
struct Done {
    word: &'static str,
    place: Option<(PathBuf, u64, u64)>,
}

type Damage = fn(&mut Rng, &SimulatedDisk, &[Spot]) -> Option<Done>;

const DAMAGES: [Damage; 13] = [
    flip,
    flip,
    lost_sector,
    short_file,
    missing_file,
    renamed_file,
    odd_name,
    moved_frame,
    forged_header,
    forged_header,
    forged_twin,
    unsealed_flip,
    bad_footer,
];

impl World {
    /// So many damages, each to a copy of the disk: every one is refused, and nothing is changed by refusing.
    pub(super) fn damage(&mut self, times: usize) -> Result<(), String> {
        for _ in 0..times {
            let spots = spots(&self.disk);
            if spots.is_empty() {
                return Ok(());
            }
            let disk = self.disk.fork();
            disk.no_fault();
            disk.limit_space(None);
            let damage = self.crowd.rng.pick(&DAMAGES);
            let Some(done) = damage(&mut self.crowd.rng, &disk, &spots) else { continue };
            self.count(done.word);
            let lost_head = self.crowd.rng.once_in(4) && done.place.is_some() && !at_the_end(&done, &spots);
            if lost_head {
                // Before the last frame damage is told from a torn write without it.
                disk.put(&self.folder.join("head"), None);
                self.count("LostHead");
            }
            self.is_refused(&disk, &done)?;
        }
        Ok(())
    }

    fn is_refused(&mut self, disk: &SimulatedDisk, done: &Done) -> Result<(), String> {
        let before = self.crowd.rng.once_in(4).then(|| disk.files());
        let opened = disk.open_journal(&self.folder, self.options);
        // What a footer states is believed by an opening: who reads the frames, as every start does, meets the damage.
        let was_opened = opened.is_ok();
        let met = opened.and_then(|(journal, recovery)| Ok((journal.read(1)?.find_map(Result::err), recovery)));
        let error = match met {
            Ok((Some(error), _)) | Err(error) => error,
            Ok((None, recovery)) => return Err(format!("{} is not noticed: {recovery:?}", done.word)),
        };
        let Some(word) = verdict(&error) else { return Err(format!("{} fails otherwise: {error}", done.word)) };
        self.count(word);
        if !was_opened && before.is_some_and(|before| before != disk.files()) {
            return Err(format!("{}: a refused start changed something", done.word));
        }
        let (Some(place), Error::Damaged { file, offset, sequence, .. }) = (&done.place, &error) else { return Ok(()) };
        if *place != (file.clone(), *offset, *sequence) {
            return Err(format!("{} at {place:?} is reported elsewhere: {error}", done.word));
        }
        let sealed = is_sealed(file);
        let scrubbed = disk.scrub(&self.folder).map_err(|error| error.to_string())?;
        let found = scrubbed.damage.iter().any(|damage| damage.file == *file && damage.offset == *offset);
        if found == sealed { Ok(()) } else { Err(format!("{} at {place:?}: a scrub finds {:?}", done.word, scrubbed.damage)) }
    }

    /// One write that is said to have succeeded lands elsewhere; the process is killed. The start refuses, or nothing that
    /// was acknowledged is missing.
    pub(super) fn lie(&mut self) -> Result<(), String> {
        let journal = self.open()?;
        self.live_on(journal, &[])?;
        self.disk.fail_at(self.crowd.rng.below(90), Fault::Misdirected(usize::try_from(self.crowd.rng.below(4_096)).unwrap_or(0)));
        for _ in 0..20 {
            if self.process.as_ref().is_none_or(super::Process::is_dead) {
                break;
            }
            self.hand_in();
            self.settle()?;
        }
        if let Some(process) = self.process.take() {
            process.kill();
        }
        self.count_strikes();
        self.disk.restart(Down::Killed);
        self.disk.no_fault();
        match self.disk.open_journal(&self.folder, self.options) {
            Ok((journal, _)) => {
                let flights = std::mem::take(&mut self.flights);
                let asked: Vec<_> = flights.into_iter().flat_map(super::starts::commands_of).collect();
                self.recognize(&journal, &asked)
            }
            Err(error) => match verdict(&error) {
                Some(word) => {
                    self.count(word);
                    Ok(())
                }
                None => Err(format!("a lying disk makes a start fail otherwise: {error}")),
            },
        }
    }
}

fn at_the_end(done: &Done, spots: &[Spot]) -> bool {
    let last = spots.iter().find(|spot| spot.last);
    last.is_some_and(|last| done.place.as_ref().is_some_and(|(_, _, sequence)| *sequence >= last.header.sequence))
}

/// Every frame of the journal's files, in order.
fn spots(disk: &SimulatedDisk) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    for (path, bytes) in disk.files() {
        let step = match path.extension().and_then(|kind| kind.to_str()) {
            Some("open" | "blocks") => BLOCK,
            Some("segment") => 1,
            _ => continue,
        };
        let mut at = 0;
        while let Ok(frame) = Frame::parse(bytes.get(at..).unwrap_or_default()) {
            let header = *frame.header();
            spots.push(Spot { path: path.clone(), at, header, last: false });
            at = (at + header.frame_bytes()).next_multiple_of(step);
        }
    }
    if let Some(last) = spots.last_mut() {
        last.last = true;
    }
    spots
}

fn place_of(spot: &Spot) -> Option<(PathBuf, u64, u64)> {
    Some((spot.path.clone(), u64::try_from(spot.at).ok()?, spot.header.sequence))
}

fn below(rng: &mut Rng, end: usize) -> usize {
    usize::try_from(rng.below(u64::try_from(end).unwrap_or(1))).unwrap_or(0)
}

fn flip(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let spot = rng.pick(spots);
    let (at, bit) = (spot.at + below(rng, spot.bytes()), below(rng, 8));
    disk.alter(&spot.path, |bytes| bytes[at] ^= 1 << bit);
    Some(Done { word: "BitFlip", place: place_of(&spot) })
}

/// A sector reads as zeros.
fn lost_sector(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let spot = rng.pick(spots);
    let from = (spot.at + below(rng, spot.bytes())) / SECTOR * SECTOR;
    let to = (from + SECTOR).min(spot.at + spot.bytes()).max(from);
    let from = from.max(spot.at);
    let mut changed = false;
    disk.alter(&spot.path, |bytes| {
        changed = bytes[from..to].iter().any(|byte| *byte != 0);
        bytes[from..to].fill(0);
    });
    changed.then(|| Done { word: "LostSector", place: place_of(&spot) })
}

fn short_file(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let spot = rng.pick(spots);
    let end = spot.at + below(rng, spot.bytes());
    disk.alter(&spot.path, |bytes| bytes.truncate(end));
    Some(Done { word: "ShortFile", place: None })
}

fn missing_file(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    disk.put(&rng.pick(spots).path, None);
    Some(Done { word: "MissingFile", place: None })
}

fn renamed_file(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let spot = rng.pick(spots);
    let content = disk.files().remove(&spot.path)?;
    let first: u64 = spot.path.file_stem()?.to_str()?.parse().ok()?;
    let kind = spot.path.extension()?.to_str()?;
    disk.put(&spot.path, None);
    disk.put(&spot.path.with_file_name(format!("{:020}.{kind}", first + 1 + rng.below(3))), Some(content));
    Some(Done { word: "RenamedFile", place: None })
}

fn odd_name(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let name = rng.pick(&["1.open", "backup.segment", "0000000000000000001.frames"]);
    disk.put(&spots.first()?.path.with_file_name(name), Some(vec![0; BLOCK]));
    Some(Done { word: "OddName", place: None })
}

/// A frame stands where another one was: a write that went astray onto what was acknowledged.
fn moved_frame(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let open: Vec<&Spot> = spots.iter().filter(|spot| !spot.is_sealed()).collect();
    if open.len() < 2 {
        return None;
    }
    let (from, to) = (rng.pick(&open), rng.pick(&open));
    if from.path != to.path || from.at == to.at || from.bytes() > BLOCK || to.bytes() > BLOCK {
        return None;
    }
    disk.alter(&from.path, |bytes| bytes.copy_within(from.at..from.at + BLOCK, to.at));
    Some(Done { word: "MovedFrame", place: place_of(to) })
}

/// A header that was written by somebody else: its own checksum holds.
fn forged_header(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let spot = if rng.once_in(2) { spots.last()?.clone() } else { rng.pick(spots) };
    let mut header = spot.header;
    match rng.below(6) {
        0 => header.format = 9,
        1 => header.sequence += 1,
        2 => header.previous[rng.pick(&[0, 31])] ^= 1,
        3 => header.epoch = 0,
        4 => header.timestamp = money::Timestamp(1),
        _ => header.rules += 1,
    }
    disk.alter(&spot.path, |bytes| bytes[spot.at..spot.at + HEADER_BYTES].copy_from_slice(&header.encode()));
    Some(Done { word: "ForgedHeader", place: None })
}

/// The frames of a segment as the active file had them.
fn as_open(disk: &SimulatedDisk, spots: &[Spot], path: &Path) -> Option<Vec<u8>> {
    let bytes = disk.files().remove(path)?;
    let mut open = Vec::new();
    for spot in spots.iter().filter(|spot| spot.path == path) {
        open.resize(open.len().next_multiple_of(BLOCK), 0);
        open.extend_from_slice(bytes.get(spot.at..spot.at + spot.bytes())?);
    }
    open.resize(open.len().next_multiple_of(BLOCK), 0);
    Some(open)
}

fn sealed(rng: &mut Rng, spots: &[Spot]) -> Option<Spot> {
    let sealed: Vec<&Spot> = spots.iter().filter(|spot| spot.is_sealed()).collect();
    if sealed.is_empty() { None } else { Some(rng.pick(&sealed).clone()) }
}

/// Beside a segment stands the file it was made from, as after a crash while sealing, but with another bit in it.
fn forged_twin(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let spot = sealed(rng, spots)?;
    let mut open = as_open(disk, spots, &spot.path)?;
    let at = below(rng, HEADER_BYTES);
    open[at] ^= 1;
    disk.put(&spot.path.with_extension("open"), Some(open));
    Some(Done { word: "ForgedTwin", place: None })
}

/// A full file that was not sealed yet has another bit in it.
fn unsealed_flip(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let spot = sealed(rng, spots)?;
    let mut open = as_open(disk, spots, &spot.path)?;
    let at = below(rng, spot.header.frame_bytes().min(HEADER_BYTES));
    open[at] ^= 1;
    disk.put(&spot.path, None);
    disk.put(&spot.path.with_extension("open"), Some(open));
    Some(Done { word: "UnsealedFlip", place: None })
}

fn bad_footer(rng: &mut Rng, disk: &SimulatedDisk, spots: &[Spot]) -> Option<Done> {
    let spot = sealed(rng, spots)?;
    let (back, bit) = (1 + below(rng, FOOTER_BYTES), below(rng, 8));
    disk.alter(&spot.path, |bytes| {
        let at = bytes.len() - back;
        bytes[at] ^= 1 << bit;
    });
    Some(Done { word: "BadFooter", place: None })
}
