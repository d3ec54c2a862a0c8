//! The index over journals that the engine wrote: right rows, no gaps, and nothing lost when it is deleted.
#![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

mod building;
mod months;
mod projection;
mod rows;
mod streams;

use super::{Follower, HistoryRow, Index};
use crate::engine::Heads;
use crate::engine::tests::rig::Folder;
use crate::journal::{Head, Journal};
use market::{Class, Place};
use money::Party;
use std::sync::mpsc::channel;

/// Where nobody is told what stopped a follower.
fn drop_word(_: &str) {}

/// Brings the index up to a journal that nobody writes.
fn built(folder: &Folder) -> Index {
    let journal = folder.open();
    let (heads, none) = channel::<Head>();
    let follower = follow(folder, &journal, none);
    let index = follower.index().unwrap();
    drop(heads);
    follower.finish().unwrap();
    index
}

fn follow(folder: &Folder, journal: &dyn Journal, heads: Heads) -> Follower {
    Follower::start(&folder.index(), journal.reader().as_ref(), heads, Box::new(drop_word)).unwrap()
}

/// A party's whole history of a class, newest first, read in pages of `limit`.
fn paged(index: &Index, party: Party, class: Class, limit: u32) -> Vec<HistoryRow> {
    let mut rows: Vec<HistoryRow> = Vec::new();
    loop {
        let before: Option<Place> = rows.last().map(|row| row.place);
        let page = index.history(party, class, before, limit).unwrap();
        assert!(page.len() <= usize::try_from(limit).unwrap());
        if page.is_empty() {
            return rows;
        }
        assert!(before.is_none_or(|before| page[0].place < before), "every page is older than the one before it");
        rows.extend(page);
    }
}
