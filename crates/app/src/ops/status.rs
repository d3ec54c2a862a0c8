//! What `farthing status` tells: the same facts as the operator's page, as one JSON document.

use super::figures::{Figures, number};
use crate::control::Reach;
use crate::instance::Instance;
use crate::world;
use data_encoding::HEXLOWER;
use market::RULES_VERSION;
use money::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use store::engine::Settings;
use store::folder::DataFolder;
use store::journal::frame;

/// What is known of the last backup, in `backup.json` of the data folder.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct BackedUp {
    /// When it was begun.
    pub at: String,
    /// The last frame in it.
    pub sequence: u64,
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// Whether the keys are in it, sealed.
    pub keys: bool,
}

/// Where a data folder keeps what is known of the last restore that was tried.
pub const RESTORED: &str = "restore-test.json";

/// What is known of the last restore that was tried and went well.
#[derive(Serialize, Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// When.
    pub at: String,
    /// When the backup was begun.
    pub backup: String,
    /// The last frame that was restored.
    pub sequence: u64,
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// Whether the keys were opened, too.
    pub keys: bool,
}

/// How far the journal reaches.
///
/// # Errors
/// What reading it says.
pub async fn reach(instance: &Arc<Instance>) -> Result<Reach, String> {
    let read = Arc::clone(instance);
    let advance = move || {
        let mut tail = read.tail.lock().expect("no thread panics with the tail in hand");
        tail.advance(&read).map_err(|error| error.to_string())?;
        Ok(Reach::of(tail.head, tail.records, tail.frame_bytes))
    };
    tokio::task::spawn_blocking(advance).await.map_err(|error| error.to_string())?
}

/// All facts.
///
/// # Errors
/// When the engine or the index does not answer.
pub async fn status(instance: &Arc<Instance>, now: Timestamp) -> Result<Value, String> {
    let figures = Figures::read(instance, now).await.map_err(|problem| problem.detail())?;
    let data = &instance.config.data;
    let (files, file_bytes) = journal_files(data);
    let counts = &figures.counts;
    let accounts: u64 = counts.books.values().map(|sums| sums.accounts).sum();
    Ok(json!({
        "role": "serving",
        "healthy": figures.is_ready(),
        "instance": instance.id.to_string(),
        "mode": instance.config.mode.mode().word(),
        "started": instance.started.to_string(),
        "uptime_s": super::figures::uptime(instance, now).0,
        "head": { "sequence": figures.head.sequence, "hash": HEXLOWER.encode(&figures.head.hash), "at": figures.head.timestamp.to_string() },
        "journal": { "frames": figures.head.sequence, "records": figures.records, "frame_bytes": figures.frame_bytes,
            "files": files, "file_bytes": file_bytes, "chained": figures.is_chained },
        "index": { "frame": figures.index_sequence, "lag_frames": figures.head.sequence.saturating_sub(figures.index_sequence),
            "lag_ms": figures.index_lag_ms, "stopped": figures.index_stopped },
        "scrub": figures.scrubbed.as_ref().map(|scrubbed| json!({ "at": scrubbed.at.to_string(), "files": scrubbed.files,
            "frames": scrubbed.frames, "damage": scrubbed.damage })),
        "queue": { "waiting": number(instance.engine.waiting()), "limit": number(Settings::default().queue) },
        "memory_bytes": world::resident_bytes(),
        "accounts": accounts,
        "balanced": figures.is_balanced(),
        "offers": counts.offers,
        "sales": counts.sales,
        "refunds": counts.refunds,
        "claims": counts.claims,
        "disk_free_bytes": disk_free(data),
        "l402": former_l402(data, now),
        "last_backup": backed_up(data),
        "last_restore_test": restored(data),
        "versions": { "program": env!("CARGO_PKG_VERSION"), "rules": RULES_VERSION, "journal_format": frame::FORMAT },
    }))
}

/// How many former secrets of L402 still open what was sold under them, and until when the last of them does: `ever` where pages
/// without an end were sold. Nothing of a folder whose keys cannot be listed.
#[must_use]
pub fn former_l402(data: &Path, now: Timestamp) -> Value {
    let Ok(all) = DataFolder::former_l402_at(data) else { return Value::Null };
    let honoured: Vec<_> = all.into_iter().filter(|former| !former.is_over(now)).collect();
    let ends: Option<Vec<Timestamp>> = honoured.iter().map(|former| former.ends).collect();
    let until = ends.map_or_else(|| Some("ever".to_owned()), |ends| ends.into_iter().max().map(|last| last.to_string()));
    json!({ "former_secrets": honoured.len(), "honoured_until": until })
}

/// How many files the journal of a data folder has, and their bytes together.
#[must_use]
pub fn journal_files(data: &Path) -> (u64, u64) {
    let Ok(entries) = std::fs::read_dir(data.join("journal")) else { return (0, 0) };
    let sizes = entries.filter_map(|entry| entry.ok()?.metadata().ok()).filter(std::fs::Metadata::is_file).map(|facts| facts.len());
    sizes.fold((0, 0), |(files, bytes): (u64, u64), size| (files.saturating_add(1), bytes.saturating_add(size)))
}

/// Bytes that can still be written where a folder lies.
#[must_use]
pub fn disk_free(folder: &Path) -> Option<u64> {
    rustix::fs::statvfs(folder).ok().map(|facts| facts.f_bavail.saturating_mul(facts.f_frsize))
}

/// The last restore of a data folder's backup that was tried, if one is known.
#[must_use]
pub fn restored(data: &Path) -> Option<Restored> {
    serde_json::from_slice(&std::fs::read(data.join(RESTORED)).ok()?).ok()
}

/// The last backup of a data folder, if one is known.
#[must_use]
pub fn backed_up(data: &Path) -> Option<BackedUp> {
    serde_json::from_slice(&std::fs::read(data.join("backup.json")).ok()?).ok()
}
