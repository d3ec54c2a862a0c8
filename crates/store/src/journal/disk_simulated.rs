//! A disk in memory that forgets what was not synced, tears writes, flips bits and fails on command or by a seed.
#![allow(clippy::arithmetic_side_effects)] // a simulated disk of a few megabytes; an overflow here is a bug of the test

use super::disk::{Disk, DiskFile};
use super::scrub::scrub_on;
use super::{FileJournal, Options, Recovery, ScrubReport};
use crate::Error;
use crate::snapshot::Shelf;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

const SECTOR: usize = 512;

/// What happens at the chosen operation. Operations are creations, writes, allocations, cuts, renamings, removals and syncs,
/// counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The process ends before the operation; a write has first put so many bytes (modulo its length) into the cache.
    Crash(usize),
    /// The operation fails with EIO. A sync has dropped the bytes: clean in the cache, absent from the medium.
    Io,
    /// The operation fails with ENOSPC; a write has put so many bytes (modulo its length) into the cache.
    Full(usize),
    /// A write is said to have succeeded and landed so many sectors further (modulo the file's length). Other operations
    /// are not touched.
    Misdirected(usize),
}

/// How the machine goes down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Down {
    /// The process was killed: the cache stays and is written back.
    Killed,
    /// The power failed: un-synced sectors and names survive or not, as the bits of this number say; the last one may be
    /// torn.
    Power(u64),
}

/// How many of 65,536 operations fail in which way.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Odds {
    /// [`Fault::Crash`].
    pub crash: u16,
    /// [`Fault::Io`].
    pub io: u16,
    /// [`Fault::Full`].
    pub full: u16,
    /// [`Fault::Misdirected`].
    pub misdirected: u16,
}

/// How often each fault has struck.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Strikes {
    /// [`Fault::Crash`].
    pub crash: u64,
    /// [`Fault::Io`].
    pub io: u64,
    /// [`Fault::Full`].
    pub full: u64,
    /// [`Fault::Misdirected`].
    pub misdirected: u64,
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Grow(usize),
    Cut(usize),
}

/// A change of the names in a folder, not yet durable.
#[derive(Clone, Debug)]
enum Named {
    Create(PathBuf, usize),
    /// From, to, and the file that was meant, whatever else has had the first name.
    Rename(PathBuf, PathBuf, usize),
    Remove(PathBuf),
}

#[derive(Clone, Debug, Default)]
struct Content {
    cache: Vec<u8>,
    medium: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Clone, Debug, Default)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    pending_names: Vec<Named>,
    folders: Vec<PathBuf>,
    operations: u64,
    fault: Option<(u64, Fault)>,
    /// Only operations on this file are counted.
    aim: Option<usize>,
    plague: Option<(Luck, Odds)>,
    /// Bytes that all files together may have.
    space: Option<usize>,
    strikes: Strikes,
    down: bool,
    beside: bool,
    held: bool,
    waiting: u32,
}

/// A disk in memory; clones are the same disk. Work beside the writer is done on the writer's thread, so that the same
/// operations come in the same order every time.
#[derive(Clone, Debug, Default)]
pub struct SimulatedDisk(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug)]
struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
}

/// SplitMix64: every bit of the seed decides.
#[derive(Clone, Copy, Debug)]
struct Luck(u64);

impl Luck {
    fn draw(&mut self) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        usize::try_from((mixed ^ (mixed >> 31)) >> 8).expect("24 bits less than 64 are left")
    }
}

impl SimulatedDisk {
    /// Opens a journal on this disk, as [`FileJournal::open`] does on the machine's.
    ///
    /// # Errors
    /// As [`FileJournal::open`].
    pub fn open_journal(&self, folder: &Path, options: Options) -> Result<(FileJournal, Recovery), Error> {
        FileJournal::open_on(Arc::new(self.clone()), folder, options)
    }

    /// Opens a folder of snapshots on this disk, as [`Shelf::open`] does on the machine's. Snapshots are written on a thread
    /// of their own: their operations and the journal's come in any order.
    ///
    /// # Errors
    /// As [`Shelf::open`].
    pub fn open_shelf(&self, folder: &Path) -> Result<Shelf, Error> {
        Shelf::open_on(Arc::new(self.clone()), folder)
    }

    /// The same with a thread for the work beside the writer: operations of the two come in any order.
    #[must_use]
    pub fn with_thread(self) -> SimulatedDisk {
        self.state().beside = true;
        self
    }

    /// Sets the fault for the operation `at`, counted from now.
    pub fn fail_at(&self, at: u64, fault: Fault) {
        let mut state = self.state();
        (state.operations, state.fault, state.aim) = (0, Some((at, fault)), None);
    }

    /// Sets the fault for the operation `at` on one file, counted from now: it strikes whoever works on that file, whatever
    /// is done beside.
    ///
    /// # Panics
    /// If there is no such file.
    pub fn fail_in(&self, path: &Path, at: u64, fault: Fault) {
        let mut state = self.state();
        let file = state.names[path];
        (state.operations, state.fault, state.aim) = (0, Some((at, fault)), Some(file));
    }

    /// From now on operations fail as seed and odds say, until [`SimulatedDisk::no_fault`] or a restart.
    pub fn plague(&self, seed: u64, odds: Odds) {
        self.state().plague = Some((Luck(seed), odds));
    }

    /// No operation fails any more.
    pub fn no_fault(&self) {
        let mut state = self.state();
        (state.operations, state.fault, state.aim, state.plague) = (0, None, None, None);
    }

    /// How many bytes all files together may have; `None` for no limit. What does not fit fails with ENOSPC.
    pub fn limit_space(&self, bytes: Option<usize>) {
        self.state().space = bytes;
    }

    /// Bytes of all files together.
    #[must_use]
    pub fn used(&self) -> usize {
        self.state().used()
    }

    /// From now on syncs of files take until [`SimulatedDisk::let_go`].
    pub fn hold(&self) {
        self.state().held = true;
    }

    /// Lets held syncs, and those to come, pass.
    pub fn let_go(&self) {
        self.state().held = false;
        self.0.1.notify_all();
    }

    /// Returns when a sync is being held.
    pub fn await_held(&self) {
        let state = self.0.1.wait_while(self.state(), |state| state.waiting == 0);
        drop(state.unwrap_or_else(PoisonError::into_inner));
    }

    /// Operations since the fault was set or cleared.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// How often each fault has struck so far.
    #[must_use]
    pub fn strikes(&self) -> Strikes {
        self.state().strikes
    }

    /// Another disk with the same content, that goes its own way from here on.
    #[must_use]
    pub fn fork(&self) -> SimulatedDisk {
        let state = self.state().clone();
        SimulatedDisk(Arc::new((Mutex::new(state), Condvar::new())))
    }

    /// Reads all that no longer changes, as [`super::scrub`] does on the machine's disk.
    ///
    /// # Errors
    /// As [`super::scrub`].
    pub fn scrub(&self, folder: &Path) -> Result<ScrubReport, Error> {
        scrub_on(self, folder, &mut |_| {})
    }

    /// Whether the process has ended at a [`Fault::Crash`].
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.state().down
    }

    /// The machine comes back with what survived.
    pub fn restart(&self, down: Down) {
        let mut state = self.state();
        (state.down, state.fault, state.aim, state.plague) = (false, None, None, None);
        let Down::Power(seed) = down else { return };
        let mut luck = Luck(seed);
        for content in &mut state.files {
            content.lose(&mut luck);
        }
        // All, none, or any of the changes of names, each whole.
        let manner = luck.draw() % 4;
        for change in std::mem::take(&mut state.pending_names) {
            if manner == 1 || manner > 1 && luck.draw().is_multiple_of(2) {
                change.apply(&mut state.durable_names);
            }
        }
        state.names = state.durable_names.clone();
    }

    /// What the medium would show if all pending writes arrived: every file by name.
    #[must_use]
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state();
        state.names.iter().map(|(name, file)| (name.clone(), state.files[*file].cache.clone())).collect()
    }

    /// Changes a file behind the journal's back, durably: flips bits, cuts, overwrites.
    ///
    /// # Panics
    /// If there is no such file.
    pub fn alter(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let file = state.names[path];
        let content = &mut state.files[file];
        change(&mut content.cache);
        (content.medium, content.pending) = (content.cache.clone(), Vec::new());
    }

    /// Puts a file there, durably, or takes it away.
    pub fn put(&self, path: &Path, content: Option<Vec<u8>>) {
        let mut state = self.state();
        state.pending_names.retain(|change| change.path() != path);
        let Some(content) = content else {
            state.names.remove(path);
            state.durable_names.remove(path);
            return;
        };
        let file = state.files.len();
        state.files.push(Content { cache: content.clone(), medium: content, pending: Vec::new() });
        state.names.insert(path.to_owned(), file);
        state.durable_names.insert(path.to_owned(), file);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation; the fault if it strikes now.
    fn strike(&self, file: Option<usize>) -> io::Result<Option<Fault>> {
        let mut state = self.state();
        if state.down {
            return Err(ended());
        }
        if state.aim.is_some() && state.aim != file {
            return Ok(None);
        }
        let now = state.operations;
        state.operations += 1;
        let chosen = state.fault.filter(|(at, _)| *at == now).map(|(_, fault)| fault);
        let fault = chosen.or_else(|| state.draw());
        if let Some(fault) = fault {
            state.strikes.count(fault);
        }
        if matches!(fault, Some(Fault::Crash(_))) {
            state.down = true;
        }
        Ok(fault)
    }

    /// For operations that happen or do not.
    fn whole(&self, file: Option<usize>) -> io::Result<()> {
        match self.strike(file)? {
            None | Some(Fault::Misdirected(_)) => Ok(()),
            Some(Fault::Crash(_)) => Err(ended()),
            Some(Fault::Io) => Err(eio()),
            Some(Fault::Full(_)) => Err(full()),
        }
    }

    fn rename_in(&self, change: Named) {
        let mut state = self.state();
        change.apply(&mut state.names);
        state.pending_names.push(change);
    }

    fn pass_gate(&self) {
        let mut state = self.state();
        if state.held {
            state.waiting += 1;
            self.0.1.notify_all();
            state = self.0.1.wait_while(state, |state| state.held).unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
    }
}

impl Strikes {
    fn count(&mut self, fault: Fault) {
        match fault {
            Fault::Crash(_) => self.crash += 1,
            Fault::Io => self.io += 1,
            Fault::Full(_) => self.full += 1,
            Fault::Misdirected(_) => self.misdirected += 1,
        }
    }
}

impl State {
    fn used(&self) -> usize {
        self.names.values().map(|file| self.files[*file].cache.len()).sum()
    }

    /// Whether the file may grow to `length`.
    fn fits(&self, file: usize, length: usize) -> bool {
        let more = length.saturating_sub(self.files[file].cache.len());
        more == 0 || self.space.is_none_or(|space| self.used() + more <= space)
    }

    fn draw(&mut self) -> Option<Fault> {
        let (luck, odds) = self.plague.as_mut()?;
        let (drawn, part) = (luck.draw() % 65_536, luck.draw());
        // Frames are short and their padding is long: half of the writes that are cut are cut early.
        let part = if part.is_multiple_of(2) { part % SECTOR } else { part };
        let [crash, io, full, misdirected] = [odds.crash, odds.io, odds.full, odds.misdirected].map(usize::from);
        if drawn < crash {
            Some(Fault::Crash(part))
        } else if drawn < crash + io {
            Some(Fault::Io)
        } else if drawn < crash + io + full {
            Some(Fault::Full(part))
        } else if drawn < crash + io + full + misdirected {
            Some(Fault::Misdirected(part))
        } else {
            None
        }
    }
}

impl Named {
    fn path(&self) -> &Path {
        match self {
            Named::Create(path, _) | Named::Rename(_, path, _) | Named::Remove(path) => path,
        }
    }

    fn apply(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self {
            Named::Create(path, file) => {
                names.insert(path.clone(), *file);
            }
            Named::Rename(from, to, file) => {
                if names.get(from) == Some(file) {
                    names.remove(from);
                }
                names.insert(to.clone(), *file);
            }
            Named::Remove(path) => {
                names.remove(path);
            }
        }
    }
}

impl Content {
    /// The power fails: some failures keep all or nothing, others sectors at random, others a prefix.
    fn lose(&mut self, luck: &mut Luck) {
        let manner = luck.draw() % 4;
        for change in std::mem::take(&mut self.pending) {
            match change {
                _ if manner == 0 => {}
                Change::Cut(_) | Change::Grow(_) => change.apply(&mut self.medium),
                Change::Write(..) if manner == 1 => change.apply(&mut self.medium),
                Change::Write(at, bytes) if manner == 2 => {
                    put(&mut self.medium, at, bytes.get(..luck.draw() % (bytes.len() + 1)).unwrap_or_default());
                    break;
                }
                Change::Write(at, bytes) => tear(&mut self.medium, at, &bytes, luck),
            }
        }
        self.cache = self.medium.clone();
    }
}

impl Change {
    fn apply(&self, content: &mut Vec<u8>) {
        match self {
            Change::Write(at, bytes) => put(content, *at, bytes),
            Change::Grow(length) => content.resize(content.len().max(*length), 0),
            Change::Cut(length) => content.truncate(*length),
        }
    }
}

fn ended() -> io::Error {
    io::Error::other("the process has ended")
}

fn eio() -> io::Error {
    rustix::io::Errno::IO.into()
}

fn full() -> io::Error {
    rustix::io::Errno::NOSPC.into()
}

fn put(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    content.resize(content.len().max(at + bytes.len()), 0);
    content[at..at + bytes.len()].copy_from_slice(bytes);
}

/// The length arrives, sectors arrive or not, and one of them only in part.
fn tear(content: &mut Vec<u8>, at: usize, bytes: &[u8], luck: &mut Luck) {
    content.resize(content.len().max(at + bytes.len()), 0);
    let mut from = 0;
    while from < bytes.len() {
        let to = bytes.len().min((at + from) / SECTOR * SECTOR + SECTOR - at);
        match luck.draw() % 4 {
            0 => {}
            1 => put(content, at + from, &bytes[from..from + luck.draw() % (to - from)]),
            _ => put(content, at + from, &bytes[from..to]),
        }
        from = to;
    }
}

fn place(offset: u64) -> usize {
    usize::try_from(offset).expect("a simulated file fits into memory")
}

impl Disk for SimulatedDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.whole(None)?;
        let mut state = self.state();
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = state.files.len();
        state.files.push(Content::default());
        drop(state);
        self.rename_in(Named::Create(path.to_owned(), file));
        Ok(Box::new(SimulatedFile { disk: self.clone(), file }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = self.state().names.get(path).copied().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(SimulatedFile { disk: self.clone(), file }))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        let inside = state.names.keys().filter(|name| name.parent() == Some(folder));
        Ok(inside.filter_map(|name| Some(name.file_name()?.to_string_lossy().into_owned())).collect())
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.whole(None)?;
        let mut state = self.state();
        if state.folders.iter().any(|folder| folder == path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.folders.push(path.to_owned());
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.whole(None)?;
        let file = self.state().names.get(from).copied().ok_or(io::ErrorKind::NotFound)?;
        self.rename_in(Named::Rename(from.to_owned(), to.to_owned(), file));
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.whole(None)?;
        if !self.state().names.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.rename_in(Named::Remove(path.to_owned()));
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.whole(None)?;
        let mut state = self.state();
        let (inside, other) = std::mem::take(&mut state.pending_names).into_iter().partition(|change| change.path().parent() == Some(path));
        state.pending_names = other;
        let inside: Vec<Named> = inside;
        inside.iter().for_each(|change| change.apply(&mut state.durable_names));
        Ok(())
    }

    fn works_beside(&self) -> bool {
        self.state().beside
    }
}

impl SimulatedFile {
    fn change(&self, change: Change) -> io::Result<()> {
        let mut state = self.disk.state();
        let length = match &change {
            Change::Write(at, bytes) => at + bytes.len(),
            Change::Grow(length) => *length,
            Change::Cut(_) => 0,
        };
        if !state.fits(self.file, length) {
            return Err(full());
        }
        let content = &mut state.files[self.file];
        change.apply(&mut content.cache);
        content.pending.push(change);
        Ok(())
    }
}

impl DiskFile for SimulatedFile {
    fn length(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.disk.state().files[self.file].cache.len()).unwrap_or(u64::MAX))
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let state = self.disk.state();
        let rest = state.files[self.file].cache.get(place(offset)..).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let fault = self.disk.strike(Some(self.file))?;
        let at = place(offset);
        let part = |part: usize| bytes[..part % bytes.len()].to_vec();
        match fault {
            None => self.change(Change::Write(at, bytes.to_vec())),
            Some(Fault::Io) => Err(eio()),
            Some(Fault::Full(bytes)) => self.change(Change::Write(at, part(bytes))).and(Err(full())),
            Some(Fault::Crash(bytes)) => self.change(Change::Write(at, part(bytes))).and(Err(ended())),
            Some(Fault::Misdirected(sectors)) => {
                let length = place(self.length()?).max(SECTOR);
                let elsewhere = (at + (sectors % 1_024 + 1) * SECTOR) % length / SECTOR * SECTOR;
                // In a file that is still empty there is no elsewhere but further on.
                let elsewhere = if elsewhere == at { at + SECTOR } else { elsewhere };
                self.change(Change::Write(elsewhere, bytes.to_vec()))
            }
        }
    }

    fn allocate(&mut self, length: u64) -> io::Result<()> {
        self.disk.whole(Some(self.file))?;
        self.change(Change::Grow(place(length)))
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.disk.whole(Some(self.file))?;
        self.change(Change::Cut(place(length)))
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.pass_gate();
        let fault = self.disk.strike(Some(self.file))?;
        let mut state = self.disk.state();
        let content = &mut state.files[self.file];
        match fault {
            None | Some(Fault::Misdirected(_)) => {
                for change in std::mem::take(&mut content.pending) {
                    change.apply(&mut content.medium);
                }
                Ok(())
            }
            Some(Fault::Crash(_)) => Err(ended()),
            Some(Fault::Io) => {
                content.pending.clear();
                Err(eio())
            }
            Some(Fault::Full(_)) => {
                content.pending.clear();
                Err(full())
            }
        }
    }

    fn forget_cache(&mut self) -> io::Result<()> {
        let mut state = self.disk.state();
        let content = &mut state.files[self.file];
        // The length is no cached content: it stays, over a hole.
        let length = content.cache.len();
        let mut fresh = content.medium.clone();
        fresh.resize(length, 0);
        content.pending.iter().for_each(|change| change.apply(&mut fresh));
        content.cache = fresh;
        Ok(())
    }
}
