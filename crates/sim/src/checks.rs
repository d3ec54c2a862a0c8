//! A state against the oracle: sales, captures, entitlements, sums. The balances: [`crate::balances`].

use crate::model::Model;
use crate::model::Stream;
use crate::model::buying::given_back;
use market::{Phase, State, Window};
use money::{Asset, Party, Timestamp};
use std::collections::BTreeMap;

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

/// Every payment past the books, and what of it the state remembers.
pub(crate) fn coins(state: &State, model: &Model) -> Result<(), String> {
    let is: Vec<_> = state.coin_payments().map(|(id, payment)| (id, payment.word(), payment.claim.nonce)).collect();
    let mut should: Vec<_> =
        model.coins.iter().map(|coin| (coin.id, coin.ended.map_or("pending", |(_, ending)| ending.word()), coin.claim.nonce)).collect();
    should.sort_unstable();
    let waiting = state.pending_coins().count();
    if is == should && waiting == should.iter().filter(|(_, word, _)| *word == "pending").count() {
        return Ok(());
    }
    Err(format!("payments past the books are {is:?}, {waiting} of them pending, by the oracle {should:?}"))
}

/// One session: its figures, what always holds among them, and its hold.
pub(crate) fn stream(state: &State, model: &Model, stream: &Stream, now: Timestamp) -> Result<(), String> {
    let session = match (state.session(stream.id), stream.forgotten) {
        (None, true) => return Ok(()),
        (Some(session), false) => session,
        (found, _) => return Err(format!("the session {:?} is {found:?}, by the oracle {stream:?}", stream.id)),
    };
    let figures = model.figures(stream);
    let of = |amount: money::Amount| i128::from(amount.units());
    let is = [of(session.cap), of(session.accepted), of(session.drawn), of(session.captured), i128::from(session.captures)];
    let should = [figures.cap, figures.accepted, figures.drawn, figures.captured, i128::from(figures.captures)];
    let phase = (session.phase == Phase::Open, matches!(session.phase, Phase::Ended { .. }));
    if is != should || phase != (!figures.closing && figures.ended.is_none(), figures.ended.is_some()) {
        return Err(format!("a session of {is:?} ({:?}), by the oracle {figures:?}", session.phase));
    }
    let watched = session.watched.length();
    if figures.ended.is_none() && u64::try_from(figures.watched.len()) != Ok(watched) {
        return Err(format!("{watched} ms were watched, by the oracle {}", figures.watched.len()));
    }
    let promised = of(session.drawn).saturating_add(of(session.reserved(now)));
    if session.captured > session.drawn || promised > of(session.accepted) || session.accepted > session.cap {
        return Err(format!("captured <= drawn, drawn + reserved <= accepted <= cap does not hold: {session:?}"));
    }
    let hold = state.books().holds().find(|(id, _)| **id == stream.id).map(|(_, hold)| (hold.cap, hold.drawn));
    let stands = figures.ended.is_none().then_some((session.cap, session.captured));
    if hold == stands { Ok(()) } else { Err(format!("the hold of a session is {hold:?}, not {stands:?}")) }
}

/// What one party's guards and wallets have counted in the windows that run, and when those end.
pub(crate) fn spending(state: &State, model: &Model, party: Party, now: Timestamp) -> Result<(), String> {
    let of = |amount: money::Amount| i128::from(amount.units());
    let should = model.limits(party, now.0);
    let standing: Vec<_> = state.standing_guards(party, now).collect();
    if standing.len() != should.len() {
        return Err(format!("{} guards of {party:?}, by the oracle {}", standing.len(), should.len()));
    }
    for is in standing {
        let (guard, spent, until) = should.iter().find(|(guard, ..)| *guard == is.guard).ok_or_else(|| format!("no guard {is:?}"))?;
        let counts = guard.window != Window::Each;
        if counts && (of(is.spent), is.resets_at.0) != (*spent, *until) {
            return Err(format!("{is:?}, by the oracle {spent} until {until}"));
        }
    }
    for asset in ["EUR", "USD"].map(crate::commands::asset) {
        let is = [Window::Day, Window::Month].map(|window| of(state.spent(party, asset, window, now)));
        let should = model.spent_now(party, asset, now.0);
        if is != should {
            return Err(format!("{party:?} spent {is:?} {asset} today and this month, by the oracle {should:?}"));
        }
    }
    Ok(())
}

/// What is held is what open sessions have not captured, and what is promised to purchases under way, asset by asset.
pub(crate) fn held(state: &State) -> Result<(), String> {
    let mut left: BTreeMap<Asset, i128> = BTreeMap::new();
    for account in state.books().accounts() {
        let sum = left.entry(account.key.asset).or_default();
        *sum = sum.saturating_add(i128::from(account.held.units()));
    }
    for (_, session) in state.sessions().filter(|(_, session)| !matches!(session.phase, Phase::Ended { .. })) {
        let sum = left.entry(session.asset).or_default();
        *sum = sum.saturating_sub(i128::from(session.cap.units())).saturating_add(i128::from(session.captured.units()));
    }
    for (_, promised) in state.all_promised() {
        let sum = left.entry(promised.asset).or_default();
        *sum = sum.saturating_sub(i128::from(promised.most.units()));
    }
    match left.into_iter().find(|(_, sum)| *sum != 0) {
        Some((asset, sum)) => Err(format!("of {asset} {sum} more is held than open sessions hold")),
        None => Ok(()),
    }
}

/// Sums of zero, every session and every sale.
pub(crate) fn everything(state: &State, model: &Model, now: Timestamp) -> Result<(), String> {
    let sums = state.books().sums();
    if sums.values().any(|sum| *sum != 0) {
        return Err(format!("the accounts sum to {sums:?}"));
    }
    held(state)?;
    model.streams.iter().try_for_each(|of| stream(state, model, of, now))?;
    let (known, should) = (state.sessions().count(), model.streams.iter().filter(|stream| !stream.forgotten).count());
    if known != should {
        return Err(format!("{known} sessions, by the oracle {should}"));
    }
    let promised: Vec<_> = state.all_promised().map(|(id, promised)| (id, promised.payer, promised.most)).collect();
    let mut should: Vec<_> = model.open_promises().map(|of| (of.id, of.purchase.payer, of.purchase.amount)).collect();
    should.sort_by_key(|(id, ..)| *id);
    if promised != should {
        return Err(format!("{promised:?} are promised, by the oracle {should:?}"));
    }
    (0..model.bought.len()).try_for_each(|at| sale(state, model, at))?;
    let (sales, bought) = (state.sales().count(), model.bought.len());
    if sales == bought { Ok(()) } else { Err(format!("{sales} sales, by the oracle {bought}")) }
}

/// Every sale was taken back and every session is over: payees have what was tipped and what was delivered in sessions, and
/// nothing is left open.
pub(crate) fn all_given_back(state: &State, model: &Model) -> Result<(), String> {
    if let Some(((party, asset, kind), is, tips)) = model.earned().into_iter().find(|(_, is, tips)| is != tips) {
        return Err(format!(
            "all sales were given back, but {party:?} still holds {is} {asset} as {kind}, of which {tips} came as tips or from sessions"
        ));
    }
    if state.sessions().any(|(_, session)| !matches!(session.phase, Phase::Ended { .. })) {
        return Err("a session is left open at the end".to_owned());
    }
    if state.books().holds().next().is_some() || state.sales().any(|(_, sale)| sale.is_live()) {
        return Err("a hold or a sale is left open at the end".to_owned());
    }
    Ok(())
}
