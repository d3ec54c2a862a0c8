//! The journal's contract on files: over the machine's disk and over one in memory.
#![allow(clippy::arithmetic_side_effects)] // small numbers of a test; an overflow fails it

use super::contract::{Operation, Stage, all};
use super::disk_simulated::{Down, Fault, SimulatedDisk};
use super::names::{self, BLOCK_BYTES, Kind};
use super::{FileJournal, Journal, Options, disk};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Small files, so that a few frames cross from one to the next.
const OPTIONS: Options = Options { file_bytes: 65_536, at_least: None };

/// Where the next frame begins in the last active file, given its bytes.
fn next_block(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| (last / BLOCK_BYTES + 1) * BLOCK_BYTES)
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn journal(&self) -> PathBuf {
        self.0.path().join("journal")
    }
}

impl Stage for Folder {
    fn open(&self) -> Box<dyn Journal> {
        Box::new(FileJournal::open(&self.journal(), OPTIONS).unwrap().0)
    }

    fn crash(&self) {}

    fn tear(&self, bytes: &[u8]) -> bool {
        let files = names::list(&disk::RealDisk, &self.journal()).unwrap().files;
        let last = files.last().filter(|name| name.kind == Kind::Open).unwrap();
        let path = self.journal().join(last.kind.file_name(last.first));
        let at = next_block(&std::fs::read(&path).unwrap());
        let file = std::fs::OpenOptions::new().write(true).open(path).unwrap();
        file.write_all_at(bytes, u64::try_from(at).unwrap()).unwrap();
        true
    }

    fn fail(&self, _: Operation) -> bool {
        false
    }

    fn hold(&self) -> bool {
        false
    }

    fn await_held(&self) {}

    fn let_go(&self) {}
}

struct Memory(SimulatedDisk);

fn folder() -> &'static Path {
    Path::new("/data/journal")
}

impl Memory {
    /// The file that the next frame goes into.
    fn active(&self) -> PathBuf {
        let files = names::list(&self.0, folder()).unwrap().files;
        let last = files.last().filter(|name| name.kind == Kind::Open).unwrap();
        folder().join(last.kind.file_name(last.first))
    }
}

impl Stage for Memory {
    fn open(&self) -> Box<dyn Journal> {
        Box::new(self.0.open_journal(folder(), OPTIONS).unwrap().0)
    }

    fn crash(&self) {
        self.0.restart(Down::Power(self.0.operations()));
    }

    fn tear(&self, bytes: &[u8]) -> bool {
        self.0.alter(&self.active(), |content| {
            let at = next_block(content);
            content[at..at + bytes.len()].copy_from_slice(bytes);
        });
        true
    }

    fn fail(&self, operation: Operation) -> bool {
        self.0.fail_in(&self.active(), if operation == Operation::Write { 0 } else { 1 }, Fault::Io);
        true
    }

    fn hold(&self) -> bool {
        self.0.hold();
        true
    }

    fn await_held(&self) {
        self.0.await_held();
    }

    fn let_go(&self) {
        self.0.let_go();
    }
}

#[test]
fn the_contract_on_the_machines_disk() {
    all(|| Folder(tempfile::tempdir().unwrap()));
}

#[test]
fn the_contract_on_a_disk_in_memory() {
    all(|| Memory(SimulatedDisk::default()));
}

#[test]
fn the_contract_with_work_beside_the_writer() {
    all(|| Memory(SimulatedDisk::default().with_thread()));
}
