//! The machine's disk with a hand on its syncs: they wait until let go, or fail.

use super::disk::{Disk, DiskFile, RealDisk};
use super::rig::DEADLINE;
use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};

/// What a sync of a file of frames does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sync {
    Pass,
    Hold,
    Fail,
}

#[derive(Debug)]
struct Gate {
    sync: Sync,
    waiting: u32,
    done: u64,
}

/// A disk whose frames are durable when the test says so.
#[derive(Clone, Debug)]
pub struct HeldDisk(Arc<(Mutex<Gate>, Condvar)>);

#[derive(Debug)]
struct HeldFile {
    file: Box<dyn DiskFile>,
    disk: HeldDisk,
}

impl HeldDisk {
    pub fn new() -> HeldDisk {
        HeldDisk(Arc::new((Mutex::new(Gate { sync: Sync::Pass, waiting: 0, done: 0 }), Condvar::new())))
    }

    pub fn set(&self, sync: Sync) {
        self.gate().sync = sync;
        self.0.1.notify_all();
    }

    /// Returns when a sync is being held.
    pub fn await_held(&self) {
        let (gate, late) = self.0.1.wait_timeout_while(self.gate(), DEADLINE, |gate| gate.waiting == 0).unwrap();
        assert!(!late.timed_out(), "a frame is written: {gate:?}");
    }

    /// Syncs of frames that succeeded.
    pub fn synced(&self) -> u64 {
        self.gate().done
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.0.0.lock().unwrap()
    }

    fn pass(&self) -> io::Result<()> {
        let mut gate = self.gate();
        gate.waiting += 1;
        self.0.1.notify_all();
        let mut gate = self.0.1.wait_while(gate, |gate| gate.sync == Sync::Hold).unwrap();
        gate.waiting -= 1;
        if gate.sync == Sync::Fail { Err(rustix::io::Errno::IO.into()) } else { Ok(()) }
    }

    fn held(&self, path: &Path, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        let frames = path.extension().is_some_and(|extension| extension == "open");
        if frames { Box::new(HeldFile { file, disk: self.clone() }) } else { file }
    }
}

impl Disk for HeldDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(self.held(path, RealDisk.create(path)?))
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(self.held(path, RealDisk.open(path)?))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(folder)
    }

    fn create_folder(&self, path: &Path) -> io::Result<()> {
        RealDisk.create_folder(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        RealDisk.sync_folder(path)
    }
}

impl DiskFile for HeldFile {
    fn length(&self) -> io::Result<u64> {
        self.file.length()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read_at(offset, buffer)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_at(offset, bytes)
    }

    fn allocate(&mut self, length: u64) -> io::Result<()> {
        self.file.allocate(length)
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.file.truncate(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.disk.pass()?;
        self.file.sync()?;
        self.disk.gate().done += 1;
        Ok(())
    }

    fn forget_cache(&mut self) -> io::Result<()> {
        self.file.forget_cache()
    }
}
