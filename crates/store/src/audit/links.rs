//! The chain of an account: in frames of format 2 each leg names the account's posting before it.
//!
//! Read from the bytes themselves: the legs are the last thing in a record, 20 bytes each in format 2 (account 4, amount 8,
//! previous place 8), 12 in format 1.

use super::accounts::Accounts;
use crate::journal::StoredFrame;
use market::Record;
use std::collections::BTreeSet;

const LEG_BYTES: usize = 20;

/// Checks the links of a record whose postings are not remembered in `accounts` yet.
pub(super) fn check(frame: &StoredFrame, bytes: &[u8], record: &Record, accounts: &Accounts) -> Result<(), (u32, String)> {
    let format = frame.frame().bytes().get(8..10).and_then(|bytes| bytes.first_chunk().copied()).map_or(0, u16::from_le_bytes);
    if format < 2 {
        return Ok(());
    }
    let legs: Vec<(u32, i64)> = record.applied.posted.legs.iter().map(|leg| (leg.account.0, leg.amount)).collect();
    check_legs(bytes, &legs, frame.head().sequence, &|account| accounts.last(account))
}

/// The same over what it needs. A second leg of one account in one record may name the place before the record or the record.
pub(super) fn check_legs(bytes: &[u8], legs: &[(u32, i64)], sequence: u64, last: &dyn Fn(u32) -> u64) -> Result<(), (u32, String)> {
    let tail = bytes.len().checked_sub(legs.len().saturating_mul(LEG_BYTES)).and_then(|at| bytes.get(at..));
    let Some(tail) = tail else {
        return legs.first().map_or(Ok(()), |leg| Err((leg.0, "its legs are cut short".to_owned())));
    };
    let mut before = BTreeSet::new();
    for ((account, amount), leg) in legs.iter().zip(tail.chunks_exact(LEG_BYTES)) {
        let number = u32::from_le_bytes(field(leg, 0));
        let (units, previous) = (i64::from_le_bytes(field(leg, 4)), u64::from_le_bytes(field(leg, 12)));
        if (number, units) != (*account, *amount) {
            return Err((*account, format!("its leg reads {units} on account {number}, the record {amount} on account {account}")));
        }
        let first = before.insert(*account);
        let is_here = !first && previous >> 16 == sequence;
        if previous != last(*account) && !is_here {
            let place = |packed: u64| format!("frame {} record {}", packed >> 16, packed & 0xFFFF);
            return Err((*account, format!("its leg names {} as the posting before, which is {}", place(previous), place(last(*account)))));
        }
    }
    Ok(())
}

fn field<const N: usize>(leg: &[u8], at: usize) -> [u8; N] {
    *leg.get(at..).and_then(|rest| rest.first_chunk()).expect("a leg has 20 bytes")
}
