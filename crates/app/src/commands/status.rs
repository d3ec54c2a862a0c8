//! `farthing status`: how the instance stands, for people and for programs.

use super::source::{Source, folder};
use super::{Failure, Which, books};
use crate::control::{self, Ask};
use crate::ops;
use crate::world;
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

/// `farthing status`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    /// One JSON document.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let folder = folder(&args.which)?;
    let asked = control::ask(&folder.join("sock"), &Ask::Status).map_err(|error| Failure::failed(error.to_string()))?;
    let status = match asked {
        Some((said, text)) => {
            said.done()?;
            serde_json::from_slice(&text).map_err(|error| Failure::failed(error.to_string()))?
        }
        None => stopped(&Source::open(&folder)?)?,
    };
    let text = if args.json { format!("{status:#}\n") } else { lines(&status) };
    books::print(text.as_bytes())?;
    match status["healthy"].as_bool() {
        Some(false) => Err(Failure::damaged("something needs you; see `index`, `balanced` and `chained` above")),
        Some(true) | None => Ok(()),
    }
}

/// What can be told of a folder that no process serves.
fn stopped(source: &Source) -> Result<Value, Failure> {
    let (files, file_bytes) = ops::journal_files(&source.folder);
    let reach = source.reach;
    let instance = source.instance()?.map(|id| id.to_string());
    Ok(json!({
        "role": "stopped",
        "instance": instance,
        "mode": source.mode.word(),
        "head": { "sequence": reach.sequence, "hash": HEXLOWER.encode(&reach.hash), "at": reach.head().timestamp.to_string() },
        "journal": { "frames": reach.sequence, "records": reach.records, "frame_bytes": reach.frame_bytes, "files": files, "file_bytes": file_bytes },
        "disk_free_bytes": ops::disk_free(&source.folder),
        "l402": ops::former_l402(&source.folder, world::now()),
        "last_backup": ops::backed_up(&source.folder),
        "versions": { "program": env!("CARGO_PKG_VERSION") },
    }))
}

/// A line a fact: `journal.records   120`.
fn lines(status: &Value) -> String {
    let mut lines = Vec::new();
    flatten("", status, &mut lines);
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    lines.iter().map(|(name, value)| format!("{name:width$}  {value}\n")).collect()
}

fn flatten(prefix: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    let Some(object) = value.as_object() else {
        let text = value.as_str().map_or_else(|| if value.is_null() { "-".to_owned() } else { value.to_string() }, str::to_owned);
        lines.push((prefix.to_owned(), text));
        return;
    };
    for (name, value) in object {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        flatten(&name, value, lines);
    }
}
