//! The books of a running process, looked at between two commands while business goes on.

use super::{Accounts, AuditError, Finding, Seen, Watcher, at};
use crate::journal::Head;

/// Every account's balance at one instant that lies somewhere after frame `after`. The auditor finds the very record after
/// which its own figures are the same: if there is none up to the last frame read, the books differ.
pub struct LiveBooks {
    balances: Vec<i64>,
    after: u64,
    different: usize,
    met: bool,
}

impl LiveBooks {
    /// The balances of a running process by account number; the frame `after` was durable before they were asked for.
    #[must_use]
    pub fn new(balances: Vec<i64>, after: u64) -> LiveBooks {
        // Before its first posting every account stands at zero.
        let different = balances.iter().filter(|balance| **balance != 0).count();
        LiveBooks { met: different == 0 && after == 0, different, balances, after }
    }

    /// Ends the comparison.
    ///
    /// # Errors
    /// The first account that never came to the same.
    pub fn finish(&self, head: Head, accounts: &Accounts) -> Result<(), AuditError> {
        if self.met {
            return Ok(());
        }
        let differs = (0_u32..).zip(&self.balances).find(|(number, balance)| accounts.balance(*number) != Some(i128::from(**balance)));
        let Some((number, live)) = differs else {
            let what = "the books of the running process never stood as the records say".to_owned();
            return Err(AuditError::Finding(Finding { sequence: head.sequence, record: 0, account: None, what }));
        };
        let ours = accounts.balance(number).map_or("no such account".to_owned(), |balance| balance.to_string());
        let what = format!("the records sum to {ours}, the running process has {live}");
        Err(AuditError::Finding(at(accounts.last_place(number), Some(number), what)))
    }
}

impl Watcher for LiveBooks {
    fn record(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        if self.met {
            return Ok(());
        }
        let mut done: Vec<u32> = Vec::new();
        for leg in &seen.record.applied.posted.legs {
            let number = leg.account.0;
            if done.contains(&number) {
                continue;
            }
            done.push(number);
            let legs = seen.record.applied.posted.legs.iter().filter(|other| other.account.0 == number);
            let moved = legs.fold(0_i128, |sum, leg| sum.saturating_add(i128::from(leg.amount)));
            let now = seen.accounts.balance(number).unwrap_or(0);
            let live = usize::try_from(number).ok().and_then(|number| self.balances.get(number)).copied().map_or(0, i128::from);
            let (was, is) = (now.saturating_sub(moved) != live, now != live);
            match (was, is) {
                (true, false) => self.different = self.different.saturating_sub(1),
                (false, true) => self.different = self.different.saturating_add(1),
                (true, true) | (false, false) => {}
            }
        }
        self.met = self.is_met(seen.place.frame, seen.accounts);
        Ok(())
    }

    fn frame(&mut self, head: &Head, accounts: &Accounts) -> Result<(), AuditError> {
        self.met = self.met || self.is_met(head.sequence, accounts);
        Ok(())
    }
}

impl LiveBooks {
    fn is_met(&self, frame: u64, accounts: &Accounts) -> bool {
        self.different == 0 && frame >= self.after && accounts.len() == self.balances.len()
    }
}
