//! All sales, found by id, by payer and page, and by payer through time.

use crate::sale::Sale;
use ledger::{Hash, HashKey, Index};
use money::{CommandId, Party};
use std::sync::Arc;

/// A sale and where the payer's sale before it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Row {
    pub id: CommandId,
    pub sale: Sale,
    /// The payer's sale before, in the same asset.
    pub before: Option<u32>,
}

/// Sales in the order in which they were made. Texts of pages are kept once, however often a page is sold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sales {
    rows: Vec<Row>,
    by_id: Index,
    /// By payer and item: the sale that gives the page.
    owned: Index,
    items: Vec<Arc<str>>,
    by_text: Index,
}

impl Sales {
    pub fn find(&self, key: &HashKey, id: CommandId) -> Option<&Row> {
        self.rows.get(self.row_of(key, id)?)
    }

    pub fn find_mut(&mut self, key: &HashKey, id: CommandId) -> Option<&mut Row> {
        let row = self.row_of(key, id)?;
        self.rows.get_mut(row)
    }

    pub fn row(&self, row: u32) -> Option<&Row> {
        self.rows.get(usize::try_from(row).ok()?)
    }

    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The sale that gives a payer a page, if it was not taken back.
    pub fn owned(&self, key: &HashKey, payer: Party, item: &str) -> Option<&Row> {
        let is = |row| self.row(row).is_some_and(|row| row.sale.payer == payer && &*row.sale.item == item);
        self.row(self.owned.find(owned_hash(key, payer, item), is)?)
    }

    /// Adds a sale of a new id; the payer owns the page by it from now on, unless it is used up as it is bought: then whatever gave
    /// the page before still does. Returns its row.
    pub fn enter(&mut self, key: &HashKey, row: Row) -> u32 {
        let at = u32::try_from(self.rows.len()).expect("fewer than 2^32 sales fit in memory");
        let (id, payer, item) = (row.id, row.sale.payer, Arc::clone(&row.sale.item));
        let is_used_up = row.sale.until.is_some_and(|until| until <= row.sale.at);
        let had = self.owned_row(key, payer, &item);
        self.rows.push(row);
        self.by_id.insert(key.hash(&[&id.0]), at);
        if is_used_up {
            return at;
        }
        let hash = owned_hash(key, payer, &item);
        if let Some(had) = had {
            self.owned.remove(hash, had);
        }
        self.owned.insert(hash, at);
        at
    }

    /// The payer no longer owns the page by this sale.
    pub fn disown(&mut self, key: &HashKey, id: CommandId) {
        let Some(row) = self.row_of(key, id) else { return };
        let Some((sale, row)) = self.rows.get(row).map(|found| &found.sale).zip(u32::try_from(row).ok()) else { return };
        self.owned.remove(owned_hash(key, sale.payer, &sale.item), row);
    }

    /// The one copy of a page's text.
    pub fn item(&mut self, key: &HashKey, text: &str) -> Arc<str> {
        let hash = key.hash(&[text.as_bytes()]);
        let at = |row: u32| usize::try_from(row).ok().and_then(|row| self.items.get(row));
        if let Some(known) = self.by_text.find(hash, |row| at(row).is_some_and(|item| &**item == text)).and_then(at) {
            return Arc::clone(known);
        }
        let item: Arc<str> = Arc::from(text);
        let row = u32::try_from(self.items.len()).expect("fewer than 2^32 pages fit in memory");
        self.items.push(Arc::clone(&item));
        self.by_text.insert(hash, row);
        item
    }

    /// The texts of pages in the order in which they were first sold.
    pub fn items(&self) -> &[Arc<str>] {
        &self.items
    }

    /// The number of a page's text among [`Sales::items`].
    pub fn item_row(&self, key: &HashKey, text: &str) -> Option<u32> {
        let at = |row: u32| usize::try_from(row).ok().and_then(|row| self.items.get(row));
        self.by_text.find(key.hash(&[text.as_bytes()]), |row| at(row).is_some_and(|item| &**item == text))
    }

    fn row_of(&self, key: &HashKey, id: CommandId) -> Option<usize> {
        let row = self.by_id.find(key.hash(&[&id.0]), |row| self.row(row).is_some_and(|row| row.id == id))?;
        usize::try_from(row).ok()
    }

    fn owned_row(&self, key: &HashKey, payer: Party, item: &str) -> Option<u32> {
        let is = |row| self.row(row).is_some_and(|row| row.sale.payer == payer && &*row.sale.item == item);
        self.owned.find(owned_hash(key, payer, item), is)
    }
}

fn owned_hash(key: &HashKey, payer: Party, item: &str) -> Hash {
    key.hash(&[&payer.0, item.as_bytes()])
}
