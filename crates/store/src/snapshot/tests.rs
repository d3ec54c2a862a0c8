//! Snapshots: whole or not there, found good or passed over by name, and never the reason for other books.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

mod files;
mod keeping;
mod power;
mod starting;

use super::{Every, Notice, Shelf, Snapshots, Tell};
use crate::engine::Settings;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};

/// What was said, in short.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Said {
    Opened(u64, u64),
    PassedOver(PathBuf, String),
    Written(u64),
    NotWritten(String),
    NoRoom,
    Disagrees(String),
}

fn listen() -> (Tell, Receiver<Said>) {
    let (say, said) = channel();
    let short = |notice: &Notice| match notice {
        Notice::Opened { sequence, until, .. } => Said::Opened(*sequence, *until),
        Notice::PassedOver { file, why } => Said::PassedOver(file.clone(), why.to_string()),
        Notice::Written { sequence, .. } => Said::Written(*sequence),
        Notice::NotWritten { why } => Said::NotWritten(why.to_string()),
        Notice::NoRoom => Said::NoRoom,
        Notice::Disagrees { why } => Said::Disagrees(why.to_string()),
    };
    // Nobody may listen any more.
    (Tell::new(move |notice| drop(say.send(short(notice)))), said)
}

/// Settings with snapshots after so many frames, and what is said of them.
fn with_snapshots(shelf: &Shelf, frames: u64) -> (Settings, Receiver<Said>) {
    let (tell, said) = listen();
    let snapshots = Snapshots { shelf: shelf.clone(), every: Every { frames, bytes: 0 }, tell };
    (Settings { snapshots: Some(snapshots), ..Settings::default() }, said)
}
