//! The machine a figure was made on: cores, model, kernel, disk, load, memory.

use crate::table::median;
use serde_json::json;
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What stands beside each table.
pub struct Machine {
    cores: usize,
    model: String,
    kernel: String,
    sync_ms: f64,
    before: String,
}

/// How many syncs the disk is asked for.
const SYNCS: usize = 201;

impl Machine {
    /// Looks at the machine and times its disk.
    ///
    /// # Errors
    /// If the folder for the runs cannot be written.
    pub fn look() -> Result<Machine, String> {
        let facts = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = facts
            .lines()
            .find_map(|line| line.strip_prefix("model name"))
            .map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
        Ok(Machine {
            cores: std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
            model: model.to_owned(),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            sync_ms: sync_ms().map_err(|error| format!("cannot time the disk in {}: {error}", base().display()))?,
            before: load(),
        })
    }

    /// Two lines for people.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "{} cores, {}, Linux {}\n4 KiB overwritten + fdatasync: median {:.2} ms; load {} before, {} after",
            self.cores,
            self.model,
            self.kernel,
            self.sync_ms,
            self.before,
            load()
        )
    }

    /// The same for programs.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        json!({"cores": self.cores, "model": self.model, "kernel": self.kernel, "fdatasync_ms": self.sync_ms,
            "load_before": self.before, "load_after": load()})
    }
}

/// The load averages over 1, 5 and 15 minutes.
fn load() -> String {
    fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn sync_ms() -> std::io::Result<f64> {
    let mut file = tempfile::tempfile_in(base())?;
    let block = [7; 4096];
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&block)?;
        let start = Instant::now();
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(median(&times))
}

/// The folder that all runs keep their folders in, on one disk: `FARTHING_BENCH_DIR`, else `/var/tmp`, which is a disk
/// where `/tmp` may be memory, and which PostgreSQL's own user can reach.
#[must_use]
pub fn base() -> PathBuf {
    std::env::var_os("FARTHING_BENCH_DIR").map_or_else(|| PathBuf::from("/var/tmp"), PathBuf::from)
}

/// A folder for one run, gone with it.
///
/// # Errors
/// If it cannot be made.
pub fn folder() -> Result<tempfile::TempDir, String> {
    tempfile::Builder::new()
        .prefix("farthing-bench-")
        .tempdir_in(base())
        .map_err(|error| format!("no folder in {}: {error}", base().display()))
}

/// Resident memory of this process in bytes.
#[must_use]
pub fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1_024
}

/// Bytes of the files below a folder.
#[must_use]
pub fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let of = |entry: fs::DirEntry| match entry.metadata() {
        Ok(facts) if facts.is_dir() => bytes_below(&entry.path()),
        Ok(facts) => facts.len(),
        Err(_) => 0,
    };
    entries.flatten().map(of).sum()
}
