//! The whole audit of an instance: the records by the second reader of `store::audit`, then what needs keys and clocks'
//! company: the engine's replayed state, the index, the running process, every receipt, every signed purchase.

mod proofs;
mod receipts;
mod vouchers;

pub use proofs::{Checked, Proofs};
pub use receipts::{Issued, KeyDocument, Receipts, key_document};

use crate::instance::Keys;
use store::audit::{AuditError, Auditor, IndexRows, LiveBooks, Watcher, against_state};
use store::folder::Mode;
use store::index::Contents;
use store::journal::{Frames, Head};

/// What an audit reads.
pub struct Books {
    /// Every frame, for the auditor.
    pub frames: Frames,
    /// The same again, to be replayed by the engine's rules.
    pub again: Frames,
    /// The index as it stood before the frames were asked for.
    pub index: Option<Contents>,
    /// The running process's balances and the frame that was durable before they were asked for.
    pub live: Option<(Vec<i64>, u64)>,
    /// The instance's keys, if they are there.
    pub keys: Option<Keys>,
    /// Test or live.
    pub mode: Mode,
}

/// Whether the payers' signatures are verified: half a minute for a million.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Signatures {
    /// Every one.
    Verified,
    /// None.
    Left,
}

/// What a clean audit covered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    /// The last frame.
    pub head: Head,
    /// Records read.
    pub records: u64,
    /// Accounts recomputed.
    pub accounts: usize,
    /// Sales divided again, taken back ones included.
    pub sales: usize,
    /// Receipts derived, signed and verified; `None` without keys.
    pub receipts: Option<u64>,
    /// Signatures of payers and links of sessions verified; `None` if that was not asked for.
    pub proofs: Option<Checked>,
    /// The frame the index stands at and the rows compared; `None` without an index.
    pub index: Option<(u64, u64)>,
    /// True if the books of a running process were compared.
    pub live: bool,
}

/// Audits everything; `progress` is told the number of each frame.
///
/// # Errors
/// The first finding; what cannot be read.
pub fn audit(books: Books, signatures: Signatures, progress: &mut dyn FnMut(u64)) -> Result<Report, AuditError> {
    let mut auditor = Auditor::default();
    let mut index = books.index.map(IndexRows::new);
    let mut live = books.live.map(|(balances, after)| LiveBooks::new(balances, after));
    let mut receipts = books.keys.as_ref().map(|keys| Receipts::new(keys, books.mode));
    let mut proofs = (signatures == Signatures::Verified).then(Proofs::default);
    for frame in books.frames {
        let frame = frame.map_err(AuditError::Store)?;
        progress(frame.head().sequence);
        let mut watchers: Vec<&mut dyn Watcher> = Vec::with_capacity(4);
        watchers.extend(index.as_mut().map(|watcher| watcher as &mut dyn Watcher));
        watchers.extend(live.as_mut().map(|watcher| watcher as &mut dyn Watcher));
        watchers.extend(receipts.as_mut().map(|watcher| watcher as &mut dyn Watcher));
        watchers.extend(proofs.as_mut().map(|watcher| watcher as &mut dyn Watcher));
        auditor.frame(&frame, &mut watchers)?;
    }
    auditor.sums()?;
    let head = auditor.head();
    index.as_ref().map_or(Ok(()), |index| index.finish(head))?;
    live.as_ref().map_or(Ok(()), |live| live.finish(head, auditor.accounts()))?;
    let state = store::engine::replay(books.again, market::HashKey::new(crate::world::hash_key())).map_err(AuditError::Store)?;
    against_state(&auditor, &state)?;
    Ok(Report {
        head,
        records: auditor.records(),
        accounts: auditor.accounts().len(),
        sales: auditor.sales().len(),
        receipts: receipts.map(|receipts| receipts.count()),
        proofs: proofs.map(|proofs| proofs.checked()),
        index: index.map(|index| (index.sequence(), index.rows())),
        live: live.is_some(),
    })
}
