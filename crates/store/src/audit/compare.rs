//! The auditor's figures beside the engine's: the state that replaying the same frames through apply gives.

use super::{AuditError, Auditor, Finding, at};
use market::{CoinPhase, State};

/// Compares every account, every sale and every session that is still known with a state replayed up to the same frame.
///
/// # Errors
/// The first [`Finding`], with the place of the account's last posting or of the sale.
pub fn against_state(auditor: &Auditor, state: &State) -> Result<(), AuditError> {
    let accounts = auditor.accounts();
    let theirs = state.books().accounts();
    if theirs.len() != accounts.len() {
        let what = format!("the records open {} accounts, replaying gives {}", accounts.len(), theirs.len());
        return Err(AuditError::Finding(Finding { sequence: auditor.head().sequence, record: 0, account: None, what }));
    }
    for (number, ((key, balance), account)) in (0_u32..).zip(accounts.iter().zip(theirs)) {
        let place = accounts.last_place(number);
        if *key != account.key {
            return Err(AuditError::Finding(at(place, Some(number), "the records open another account than replaying does".to_owned())));
        }
        if balance != i128::from(account.posted) {
            let what = format!("the records sum to {balance}, replaying gives {}", account.posted);
            return Err(AuditError::Finding(at(place, Some(number), what)));
        }
    }
    for (id, sale) in auditor.sales().iter() {
        let theirs = state.sale(id).map(|theirs| (theirs.charged.units(), theirs.returned.units(), theirs.is_live()));
        let ours = (sale.charged, sale.returned, sale.refunded.is_none());
        if theirs != Some(ours) {
            let word = |(units, back, live): (u64, u64, bool)| {
                format!("{units}, {back} of it back, {}", if live { "standing" } else { "taken back" })
            };
            let theirs = theirs.map_or("no such sale".to_owned(), word);
            let what = format!("a sale of {} by the records; replaying gives {theirs}", word(ours));
            return Err(AuditError::Finding(at(sale.refunded.unwrap_or(sale.place), None, what)));
        }
    }
    for (id, theirs) in state.sessions() {
        let figures = [theirs.cap, theirs.accepted, theirs.drawn, theirs.captured].map(money::Amount::units);
        let ours = auditor.sessions().session(id).map(|ours| ([ours.cap, ours.accepted, ours.drawn, ours.captured], ours.place));
        if ours.map(|(ours, _)| ours) != Some(figures) {
            let what = format!("a session of {ours:?} by the records; replaying gives {figures:?} held, authorised, drawn and captured");
            return Err(AuditError::Finding(at(ours.map_or(theirs.place, |(_, place)| place), None, what)));
        }
    }
    let kept: Vec<_> = state.all_promised().map(|(id, promised)| (id, promised.payer, promised.most)).collect();
    let ours: Vec<_> = auditor.sales().open_promises().iter().map(|(id, purchase)| (*id, purchase.payer, purchase.amount)).collect();
    if kept != ours {
        let what = format!("the records leave {} purchases under way, replaying gives {} or others", ours.len(), kept.len());
        return Err(AuditError::Finding(Finding { sequence: auditor.head().sequence, record: 0, account: None, what }));
    }
    for (id, theirs) in state.coin_payments() {
        let ours = auditor.coins().find(id).map(|ours| (ours.units, ours.ending));
        let ending = if let CoinPhase::Ended { ending, .. } = theirs.phase { Some(ending) } else { None };
        if ours != Some((theirs.claim.amount.units(), ending)) {
            let what = format!(
                "a payment past the books of {ours:?} by the records; replaying gives {} of {}",
                theirs.word(),
                theirs.claim.amount
            );
            return Err(AuditError::Finding(at(theirs.place, None, what)));
        }
    }
    let count = state.sales().count();
    if count == auditor.sales().len() {
        return Ok(());
    }
    let what = format!("the records make {} sales, replaying gives {count}", auditor.sales().len());
    Err(AuditError::Finding(Finding { sequence: auditor.head().sequence, record: 0, account: None, what }))
}
