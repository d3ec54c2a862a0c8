//! What every engine in the comparison does.

use super::transfers::{Said, Transfer};

/// One engine with a folder of its own. All do the same: a transfer is taken once by its id, never more than the wallet
/// has, each of its rows is found from either account, and its answer comes when it is on the disk.
pub trait Books {
    /// For the table.
    fn name(&self) -> &'static str;

    /// Opens `pairs` wallets with `each` base units, and as many payees' accounts with 1.
    fn prepare(&mut self, pairs: u32, each: u64) -> Result<(), String>;

    /// Brings batches into the form that the engine's interface takes. Not timed.
    fn stage(&mut self, batches: &[Vec<Transfer>]) -> Result<(), String>;

    /// Runs what was staged, two batches in flight where the engine can take two: returns when all are durable.
    fn run(&mut self) -> Result<Vec<Vec<Said>>, String>;

    /// What the wallet and the payee of a pair have.
    fn balances(&mut self, pair: u32) -> Result<(u64, u64), String>;

    /// The ids of a wallet's transfers, in any order.
    fn history(&mut self, pair: u32) -> Result<Vec<[u8; 16]>, String>;

    /// Bytes that the records take on disk since `prepare`, and those of a log beside them that is written over.
    fn bytes(&mut self) -> Result<Bytes, String>;
}

/// What records take on disk.
#[derive(Clone, Copy, Default, Debug)]
pub struct Bytes {
    /// Kept.
    pub kept: u64,
    /// Written to a log besides, and written over later.
    pub log: u64,
}

/// Shows that an engine does the work, on the pair 0: refuses what it must, repeats an answer, finds its history.
pub fn prove(books: &mut dyn Books, each: u64, begin: [[u8; 16]; 3]) -> Result<(), String> {
    let [first, second, third] = begin;
    let of = |id, amount| Transfer { id, pair: 0, amount };
    let all = u32::try_from(each).map_err(|_| "a wallet for the proof has too much")?;
    // The wallet has `each`: 5 leave it, then more than is left is refused, also when its id comes again.
    let batches = [
        vec![of(first, 5), of(first, 5), of(second, all), of(first, 6), of(third, all - 5)],
        vec![of(first, 5), of(second, 1), of(third, all - 5)],
    ];
    let expected =
        [vec![Said::Done, Said::Again, Said::TooLittle, Said::Reused, Said::Done], vec![Said::Again, Said::TooLittle, Said::Again]];
    for (batch, expected) in batches.into_iter().zip(expected) {
        books.stage(&[batch])?;
        let said = books.run()?;
        if said != [expected.clone()] {
            return Err(format!("{}: said {said:?} where {expected:?} is right", books.name()));
        }
    }
    if books.balances(0)? != (0, each + 1) {
        return Err(format!("{}: has {:?} where (0, {}) is right", books.name(), books.balances(0)?, each + 1));
    }
    let mut found = books.history(0)?;
    found.retain(|id| [first, second, third].contains(id));
    found.sort_unstable();
    let mut right = vec![first, third];
    right.sort_unstable();
    if found == right { Ok(()) } else { Err(format!("{}: its history is {found:?} where {right:?} is right", books.name())) }
}
