//! A disk in memory that forgets what was not synced, tears writes, flips bits and fails on command.
#![allow(clippy::arithmetic_side_effects)] // a simulated disk of a few kilobytes; an overflow here fails the test

use super::disk::{Disk, DiskFile};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

const SECTOR: usize = 512;

/// What happens at the chosen operation. Operations are creations, writes, cuts and syncs, counted from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// The process ends before the operation; a write has first put so many bytes (modulo its length) into the cache.
    Crash(usize),
    /// The operation fails with EIO. A sync has dropped the bytes: clean in the cache, absent from the medium.
    Io,
    /// The operation fails with ENOSPC; a write has put so many bytes (modulo its length) into the cache.
    Full(usize),
}

/// How the machine goes down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Down {
    /// The process was killed: the cache stays and is written back.
    Killed,
    /// The power failed: un-synced sectors survive or not, as the bits of this number say; the last one may be torn.
    Power(u64),
}

#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Cut(usize),
}

#[derive(Clone, Debug, Default)]
struct Content {
    cache: Vec<u8>,
    medium: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    folders: Vec<PathBuf>,
    operations: u64,
    fault: Option<(u64, Fault)>,
    down: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct SimulatedDisk(Arc<Mutex<State>>);

#[derive(Debug)]
struct SimulatedFile {
    disk: SimulatedDisk,
    file: usize,
}

impl SimulatedDisk {
    /// Sets the fault for the operation `at`, counted from now.
    pub(super) fn fail_at(&self, at: u64, fault: Fault) {
        let mut state = self.state();
        (state.operations, state.fault) = (0, Some((at, fault)));
    }

    pub(super) fn no_fault(&self) {
        let mut state = self.state();
        (state.operations, state.fault) = (0, None);
    }

    /// Operations since the fault was set or cleared.
    pub(super) fn operations(&self) -> u64 {
        self.state().operations
    }

    /// The machine comes back with what survived.
    pub(super) fn restart(&self, down: Down) {
        let mut state = self.state();
        (state.down, state.fault) = (false, None);
        let Down::Power(mut luck) = down else { return };
        let mut chance = || {
            // SplitMix64: every bit of the seed decides.
            luck = luck.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mixed = (luck ^ (luck >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            usize::try_from((mixed ^ (mixed >> 31)) >> 8).expect("64-bit machine")
        };
        for content in &mut state.files {
            // Some power failures keep all or nothing, others sectors at random, others a prefix.
            let manner = chance() % 4;
            for change in std::mem::take(&mut content.pending) {
                match change {
                    _ if manner == 0 => {}
                    Change::Cut(length) => content.medium.truncate(length),
                    Change::Write(at, bytes) if manner == 1 => put(&mut content.medium, at, &bytes),
                    Change::Write(at, bytes) if manner == 2 => {
                        put(&mut content.medium, at, bytes.get(..chance() % (bytes.len() + 1)).unwrap_or_default());
                        break;
                    }
                    Change::Write(at, bytes) => tear(&mut content.medium, at, &bytes, &mut chance),
                }
            }
            content.cache = content.medium.clone();
        }
        let durable = state.durable_names.clone();
        state.names.retain(|name, _| durable.contains_key(name) || chance() % 2 == 0);
        state.durable_names = state.names.clone();
    }

    /// What the medium would show if all pending writes arrived: every file by name.
    pub(super) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let state = self.state();
        state.names.iter().map(|(name, file)| (name.clone(), state.files[*file].cache.clone())).collect()
    }

    /// Changes a file behind the journal's back, durably.
    pub(super) fn alter(&self, path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let file = state.names[path];
        let content = &mut state.files[file];
        change(&mut content.cache);
        (content.medium, content.pending) = (content.cache.clone(), Vec::new());
    }

    pub(super) fn remove(&self, path: &Path) {
        let mut state = self.state();
        state.names.remove(path);
        state.durable_names.remove(path);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Counts an operation; the fault if it strikes now.
    fn strike(&self) -> io::Result<Option<Fault>> {
        let mut state = self.state();
        if state.down {
            return Err(io::Error::other("the process has ended"));
        }
        let now = state.operations;
        state.operations += 1;
        let fault = state.fault.filter(|(at, _)| *at == now).map(|(_, fault)| fault);
        if matches!(fault, Some(Fault::Crash(_))) {
            state.down = true;
        }
        Ok(fault)
    }

    /// For operations that happen or do not.
    fn whole(&self) -> io::Result<()> {
        match self.strike()? {
            None => Ok(()),
            Some(Fault::Crash(_)) => Err(io::Error::other("the process has ended")),
            Some(Fault::Io) => Err(eio()),
            Some(Fault::Full(_)) => Err(full()),
        }
    }
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
fn tear(content: &mut Vec<u8>, at: usize, bytes: &[u8], chance: &mut impl FnMut() -> usize) {
    content.resize(content.len().max(at + bytes.len()), 0);
    let mut from = 0;
    while from < bytes.len() {
        let to = bytes.len().min((at + from) / SECTOR * SECTOR + SECTOR - at);
        match chance() % 4 {
            0 => {}
            1 => put(content, at + from, &bytes[from..from + chance() % (to - from)]),
            _ => put(content, at + from, &bytes[from..to]),
        }
        from = to;
    }
}

impl Disk for SimulatedDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        self.whole()?;
        let mut state = self.state();
        if state.names.contains_key(path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = state.files.len();
        state.files.push(Content::default());
        state.names.insert(path.to_owned(), file);
        Ok(Box::new(SimulatedFile { disk: self.clone(), file }))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        let file = self.state().names.get(path).copied().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(SimulatedFile { disk: self.clone(), file }))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        let inside = state.names.keys().filter(|name| name.parent() == Some(folder));
        Ok(inside.map(|name| name.file_name().unwrap().to_str().unwrap().to_owned()).collect())
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.whole()?;
        let mut state = self.state();
        if state.folders.iter().any(|folder| folder == path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        state.folders.push(path.to_owned());
        Ok(())
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.whole()?;
        let mut state = self.state();
        let inside = state.names.clone().into_iter().filter(|(name, _)| name.parent() == Some(path));
        state.durable_names.extend(inside);
        Ok(())
    }
}

impl DiskFile for SimulatedFile {
    fn length(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.disk.state().files[self.file].cache.len()).unwrap())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let state = self.disk.state();
        let rest = state.files[self.file].cache.get(usize::try_from(offset).unwrap()..).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let fault = self.disk.strike()?;
        let (arrived, answer) = match fault {
            None => (bytes, Ok(())),
            Some(Fault::Io) => (&[][..], Err(eio())),
            Some(Fault::Full(part)) => (&bytes[..part % bytes.len()], Err(full())),
            Some(Fault::Crash(part)) => (&bytes[..part % bytes.len()], Err(io::Error::other("the process has ended"))),
        };
        let mut state = self.disk.state();
        let content = &mut state.files[self.file];
        let at = usize::try_from(offset).unwrap();
        put(&mut content.cache, at, arrived);
        content.pending.push(Change::Write(at, arrived.to_vec()));
        answer
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.disk.whole()?;
        let mut state = self.disk.state();
        let content = &mut state.files[self.file];
        let length = usize::try_from(length).unwrap();
        content.cache.truncate(length);
        content.pending.push(Change::Cut(length));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        let fault = self.disk.strike()?;
        let mut state = self.disk.state();
        let content = &mut state.files[self.file];
        match fault {
            None => {
                for change in std::mem::take(&mut content.pending) {
                    match change {
                        Change::Write(at, bytes) => put(&mut content.medium, at, &bytes),
                        Change::Cut(length) => content.medium.truncate(length),
                    }
                }
                Ok(())
            }
            Some(Fault::Crash(_)) => Err(io::Error::other("the process has ended")),
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
        for change in &content.pending {
            match change {
                Change::Write(at, bytes) => put(&mut fresh, *at, bytes),
                Change::Cut(length) => fresh.truncate(*length),
            }
        }
        content.cache = fresh;
        Ok(())
    }
}
