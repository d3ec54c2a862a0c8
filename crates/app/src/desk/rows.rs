//! What a payee earned, line by line: rows of the index with what the books say of their sales now.

use super::filter::{Filter, Stand};
use crate::instance::{Instance, Keys};
use market::{Class, OfferVersion, Place, Sale, SaleLeg, SaleState, State};
use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};
use protocol::problem::Problem;
use std::sync::Arc;
use store::index::{Capture, HistoryRow, Kind, SessionRow};

/// Rows of the index read at a time.
pub(crate) const CHUNK: u32 = 500;
/// Chunks that a page of a list reads at most; a list that found too little by then goes on at a press.
const CHUNKS: u32 = 40;

/// The payee whose desk it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Payee {
    /// The handle.
    pub handle: String,
    /// Who is paid.
    pub party: Party,
}

/// What the books say of a sale that a payee has a share in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Facts {
    /// Who paid; pages never show it.
    pub payer: Party,
    /// Under which offer version.
    pub offer: OfferId,
    /// Handle of the payee that owns the offer.
    pub owner: String,
    /// What the payer paid.
    pub charged: Amount,
    /// What of it went back.
    pub returned: Amount,
    /// Of which asset.
    pub asset: Asset,
    /// When.
    pub at: Timestamp,
    /// Whether it stands.
    pub state: SaleState,
    /// Who got what.
    pub legs: Vec<SaleLeg>,
}

/// One sale of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sold {
    /// Its id.
    pub id: CommandId,
    /// Its line in the payee's history: the share.
    pub row: HistoryRow,
    /// The rest.
    pub facts: Facts,
}

/// A part of a list, newest first.
pub(crate) struct Part {
    /// What was found.
    pub sales: Vec<Sold>,
    /// From where on the list goes on; none at its end.
    pub next: Option<Place>,
}

impl Payee {
    /// The name under which this payee knows a payer.
    pub fn reference(&self, keys: &Keys, payer: Party) -> String {
        keys.pairwise(payer, &self.handle)
    }
}

impl Facts {
    /// True unless it was taken back.
    pub fn is_live(&self) -> bool {
        matches!(self.state, SaleState::Live)
    }

    /// Of a capture, as of a sale of what was used.
    fn used(state: &State, (_, at, capture): (CommandId, Timestamp, Capture), row: &SessionRow) -> Option<Facts> {
        Some(Facts {
            payer: row.payer,
            offer: capture.offer,
            owner: state.offer(capture.offer)?.offer.payee.clone(),
            charged: capture.amount,
            returned: Amount::ZERO,
            asset: row.asset,
            at,
            state: SaleState::Live,
            legs: state.legs_under(capture.offer, capture.amount),
        })
    }

    fn of(state: &State, sale: &Sale) -> Option<Facts> {
        let OfferVersion { offer, .. } = state.offer(sale.offer)?;
        Some(Facts {
            payer: sale.payer,
            offer: sale.offer,
            owner: offer.payee.clone(),
            charged: sale.charged,
            returned: sale.returned,
            asset: sale.asset,
            at: sale.at,
            state: sale.state,
            legs: state.legs_of(sale),
        })
    }
}

/// The facts of what rows are about, in their order: of a capture as of a sale of what was used.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn facts_of_rows(instance: &Arc<Instance>, rows: &[HistoryRow]) -> Result<Vec<Option<Facts>>, Problem> {
    let sales = rows.iter().map(|row| row.sale.filter(|_| row.captured.is_none())).collect();
    let mut all = facts(instance, sales).await?;
    let captures: Vec<Option<(CommandId, Timestamp, Capture)>> = rows.iter().map(|row| Some((row.sale?, row.at, row.captured?))).collect();
    if captures.iter().all(Option::is_none) {
        return Ok(all);
    }
    let ids: Vec<Option<CommandId>> = captures.iter().map(|capture| capture.map(|(session, ..)| session)).collect();
    let session = |index: &store::index::Index, id: Option<CommandId>| id.map_or(Ok(None), |id| index.session(id));
    let sessions = instance.index(move |index| ids.into_iter().map(|id| session(index, id)).collect::<Result<Vec<_>, _>>()).await?;
    let of = move |state: &State, _| captures.into_iter().zip(sessions).map(|(capture, row)| Facts::used(state, capture?, &row?)).collect();
    let captured: Vec<Option<Facts>> = instance.look(of).await?;
    for (facts, captured) in all.iter_mut().zip(captured) {
        *facts = facts.take().or(captured);
    }
    Ok(all)
}

/// The facts of sales, in their order; none where none is asked for.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn facts(instance: &Instance, sales: Vec<Option<CommandId>>) -> Result<Vec<Option<Facts>>, Problem> {
    let of = |state: &State, id: Option<CommandId>| id.and_then(|id| state.sale(id)).and_then(|sale| Facts::of(state, sale));
    instance.look(move |state, _| sales.into_iter().map(|id| of(state, id)).collect()).await
}

/// The sales that a filter lets through, newest first: at most `most` of those before `before`.
///
/// # Errors
/// [`Problem::Busy`], [`Problem::Internal`].
pub(crate) async fn sales(
    instance: &Arc<Instance>,
    payee: &Payee,
    filter: &Filter,
    (before, most): (Option<Place>, usize),
) -> Result<Part, Problem> {
    let (from, until) = filter.bounds(instance).await?;
    let mut before = match (before, until) {
        (Some(before), Some(until)) => Some(before.min(until)),
        (one, other) => one.or(other),
    };
    let mut found = Vec::new();
    // A list that lets everything through needs hardly more rows than it shows.
    let limit = if filter.is_open() { u32::try_from(most.saturating_add(1)).unwrap_or(CHUNK).min(CHUNK) } else { CHUNK };
    for _ in 0..CHUNKS {
        let (party, at) = (payee.party, before);
        let rows = instance.index(move |index| index.history(party, Class::EarnedPending, at, limit)).await?;
        let whole = rows.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        // The books are asked for those alone that the row itself lets through.
        let sales = rows.iter().map(|row| row.sale.filter(|_| filter.lets_row(row))).collect();
        let facts = facts(instance, sales).await?;
        for (row, facts) in rows.into_iter().zip(facts) {
            let place = row.place;
            if from.is_some_and(|from| place < from) {
                return Ok(Part { sales: found, next: None });
            }
            if found.len() == most {
                return Ok(Part { sales: found, next: before });
            }
            before = Some(place);
            if let (Some(id), Some(facts)) = (row.sale, facts)
                && filter.lets(&facts, payee, &instance.keys)
            {
                found.push(Sold { id, row, facts });
            }
        }
        if whole {
            return Ok(Part { sales: found, next: None });
        }
    }
    Ok(Part { sales: found, next: before })
}

impl Filter {
    /// The places between which the days of the filter lie.
    async fn bounds(&self, instance: &Arc<Instance>) -> Result<(Option<Place>, Option<Place>), Problem> {
        let (from, until) = (self.from, self.until());
        if from.is_none() && until.is_none() {
            return Ok((None, None));
        }
        let place = move |at: Option<Timestamp>, index: &store::index::Index| at.map(|at| index.place_at(at)).transpose();
        instance.index(move |index| Ok((place(from, index)?, place(until, index)?))).await
    }

    /// What can be said of a row without asking the books.
    fn lets_row(&self, row: &HistoryRow) -> bool {
        row.kind == Kind::Sale && row.item.as_deref().unwrap_or_default().contains(&self.item)
    }

    fn lets(&self, facts: &Facts, payee: &Payee, keys: &Keys) -> bool {
        let stands = match self.stand {
            Stand::Any => true,
            Stand::Paid => facts.is_live() && facts.returned.is_zero(),
            Stand::Part => facts.is_live() && !facts.returned.is_zero(),
            Stand::Back => !facts.is_live(),
        };
        stands && (self.buyer.is_empty() || payee.reference(keys, facts.payer).starts_with(&self.buyer))
    }
}
