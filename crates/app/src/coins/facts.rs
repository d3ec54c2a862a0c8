//! A payment past the books as payees' programs are told of it.

use super::party_of;
use crate::instance::Instance;
use market::{CoinEnding, CoinPhase, State};
use money::{CommandId, Timestamp};
use protocol::text::{offer, serial};
use protocol::x402::evm::{address, bytes};
use serde_json::{Value, json};
use store::index::CoinRow;

/// All that is known of one.
pub(crate) fn facts(instance: &Instance, (payee, row): (&str, &CoinRow)) -> Value {
    let transaction = match row.ended {
        Some((CoinEnding::Paid { transfer }, _)) => Some(bytes(&transfer)),
        Some((CoinEnding::Lapsed | CoinEnding::Spent, _)) | None => None,
    };
    json!({
        "serial": serial(row.id),
        "at": row.at.to_string(),
        "item": row.item,
        "offer": offer(row.offer),
        "payer": instance.keys.pairwise(party_of(&row.payer), payee),
        "amount": row.amount.to_string(),
        "currency": row.asset.as_str(),
        "network": row.network,
        "asset": address(&row.contract),
        "coin": row.name,
        "from": address(&row.payer),
        "to": address(&row.pay_to),
        "value": row.value.to_string(),
        "valid_before": row.valid_before.to_string(),
        "state": row.ended.map_or("pending", |(ending, _)| ending.word()),
        "ended_at": row.ended.map(|(_, at)| at.to_string()),
        "transaction": transaction,
    })
}

/// The same row, of what the books know.
pub(crate) fn row_of(state: &State, id: CommandId) -> Option<CoinRow> {
    let payment = state.coin_payment(id)?;
    let claim = &payment.claim;
    let ended = match payment.phase {
        CoinPhase::Pending => None,
        CoinPhase::Ended { ending, at, .. } => Some((ending, at)),
    };
    Some(CoinRow {
        id,
        place: payment.place,
        at: payment.at,
        item: claim.item.clone(),
        offer: claim.offer,
        amount: claim.amount,
        asset: claim.asset,
        network: claim.coin.network.clone(),
        contract: claim.coin.contract,
        name: claim.coin.name.clone(),
        payer: claim.payer,
        pay_to: claim.pay_to,
        value: claim.value,
        valid_before: Timestamp::from_seconds(claim.valid_before),
        ended,
    })
}
