//! `/coins`: what was paid past the books, in coins that went straight to the payee's own address.

use super::Visitor;
use crate::door::Reply;
use crate::wallet::{cursor, parse_cursor, title};
use crate::web::Money;
use crate::web::desk::{self, CoinLine, CoinState, CoinTotal, CoinsView, Place};
use http::StatusCode;
use market::CoinEnding;
use money::Timestamp;
use protocol::problem::Problem;
use protocol::text::serial;
use protocol::x402::evm::{address, bytes};
use std::collections::BTreeMap;
use store::index::{CoinRow, CoinSum, Index};

/// Rows of a page.
const ROWS: u32 = 20;

impl Visitor<'_> {
    /// `GET /coins?before=`.
    pub(super) async fn coins(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let before = query.get("before").map(|text| parse_cursor(text)).transpose()?;
        let handle = self.payee.handle.clone();
        let read = move |index: &Index| {
            let all = (Timestamp(0), Timestamp(u64::MAX));
            Ok((index.coins(&handle, before, ROWS.saturating_add(1))?, index.coin_sums(&handle, all)?))
        };
        let (mut rows, sums) = self.instance.index(read).await?;
        let most = usize::try_from(ROWS).unwrap_or(usize::MAX);
        let has_older = rows.len() > most;
        rows.truncate(most);
        let next = rows.last().filter(|_| has_older).map(|row| row.place);
        let total = |sum: &CoinSum| CoinTotal {
            coin: sum.name.clone(),
            network: sum.network.clone(),
            count: sum.count,
            amount: Money::of(sum.amount, sum.asset),
        };
        let line = |row: &CoinRow| CoinLine {
            at: row.at,
            title: title(&row.item),
            serial: serial(row.id),
            amount: Money::of(row.amount, row.asset),
            coin: row.name.clone(),
            network: row.network.clone(),
            from: address(&row.payer),
            state: match row.ended {
                None => CoinState::Pending,
                Some((CoinEnding::Paid { transfer }, _)) => CoinState::Paid(bytes(&transfer)),
                Some((CoinEnding::Lapsed | CoinEnding::Spent, _)) => CoinState::Lost,
            },
        };
        let view = CoinsView {
            frame: self.frame(Place::Sales),
            totals: sums.iter().map(total).collect(),
            rows: rows.iter().map(line).collect(),
            older_url: next.map(|place| format!("/coins?before={}", cursor(place))),
            newest_url: before.map(|_| "/coins".to_owned()),
        };
        Ok(self.page(StatusCode::OK, desk::coins(&view)))
    }

    /// True if a site of this payee's takes coins, or did.
    pub(super) async fn takes_coins(&self) -> Result<bool, Problem> {
        if self.sites().any(|(_, site)| !site.stablecoin.is_empty()) {
            return Ok(true);
        }
        let handle = self.payee.handle.clone();
        Ok(!self.instance.index(move |index| index.coins(&handle, None, 1)).await?.is_empty())
    }
}
