//! A state against the oracle: sales, captures, entitlements, sums. The balances: [`crate::balances`].

use crate::model::Model;
use crate::model::buying::given_back;
use market::State;
use money::{Party, Timestamp};

/// A page that a payer has, or has not.
pub(crate) fn owned(state: &State, model: &Model, (payer, page): (Party, &str), now: Timestamp) -> Result<(), String> {
    let has = state.owned(payer, page, now).map(|(id, _)| id);
    let should = model.owned(payer, page, now.0).map(|sale| sale.id);
    if has == should { Ok(()) } else { Err(format!("{page} is owned by {has:?}, by the oracle {should:?}")) }
}

/// One sale: its charge, its legs, its capture and what of that was given back.
pub(crate) fn sale(state: &State, model: &Model, at: usize) -> Result<(), String> {
    let bought = model.bought.get(at).ok_or("no such purchase")?;
    let sale = state.sale(bought.id).ok_or_else(|| format!("sale {:?} is gone", bought.id))?;
    let capture = state.books().capture_of(bought.id).ok_or_else(|| format!("sale {:?} without its capture", bought.id))?;
    let live = bought.back.is_none();
    if i128::from(sale.charged.units()) != bought.paid || sale.is_live() != live {
        return Err(format!("sale {sale:?}, by the oracle {bought:?}"));
    }
    if i128::from(sale.returned.units()) != bought.returned {
        return Err(format!("{} of {sale:?} was given back, by the oracle {}", sale.returned, bought.returned));
    }
    // A part that got nothing has no leg.
    let due = given_back(bought, bought.returned).into_iter().zip(&bought.parts).filter(|(_, (_, amount))| *amount != 0);
    for (leg, (due, _)) in capture.legs().iter().zip(due) {
        if u128::from(leg.refunded.units()) != due.unsigned_abs() {
            return Err(format!("of leg {leg:?} {} was given back, not {due}", leg.refunded));
        }
    }
    let legs: Vec<i128> = state.legs_of(sale).iter().map(|leg| i128::from(leg.amount.units())).collect();
    let parts: Vec<i128> = bought.parts.iter().skip(1).map(|(_, amount)| *amount).collect();
    if legs == parts { Ok(()) } else { Err(format!("a receipt shows the legs {legs:?}, by the oracle {parts:?}")) }
}

/// Sums of zero, and every sale.
pub(crate) fn everything(state: &State, model: &Model) -> Result<(), String> {
    let sums = state.books().sums();
    if sums.values().any(|sum| *sum != 0) {
        return Err(format!("the accounts sum to {sums:?}"));
    }
    (0..model.bought.len()).try_for_each(|at| sale(state, model, at))?;
    let (sales, bought) = (state.sales().count(), model.bought.len());
    if sales == bought { Ok(()) } else { Err(format!("{sales} sales, by the oracle {bought}")) }
}

/// Every sale was taken back: payees have what was tipped and nothing else, and nothing is left open.
pub(crate) fn all_given_back(state: &State, model: &Model) -> Result<(), String> {
    if let Some(((party, asset, kind), is, tips)) = model.earned().into_iter().find(|(_, is, tips)| is != tips) {
        return Err(format!("all sales were given back, but {party:?} still holds {is} {asset} as {kind}, of which {tips} are tips"));
    }
    if state.books().holds().next().is_some() || state.sales().any(|(_, sale)| sale.is_live()) {
        return Err("a hold or a sale is left open at the end".to_owned());
    }
    Ok(())
}
