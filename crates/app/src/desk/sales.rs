//! `/sales`: what was sold, narrowed down as its form says.

use super::Visitor;
use super::filter::{Filter, Stand, day};
use super::rows::{Sold, sales};
use crate::door::Reply;
use crate::wallet::{cursor, parse_cursor, split, title};
use crate::web::Money;
use crate::web::desk::{self, Place, SaleRow, SalesFilter, SalesView};
use http::StatusCode;
use market::Place as Cursor;
use protocol::problem::Problem;
use protocol::text::serial;
use std::collections::BTreeMap;

/// Lines of a page.
const ROWS: usize = 50;

impl Visitor<'_> {
    /// `GET /sales?item=&buyer=&state=&from=&to=&before=`.
    pub(super) async fn sales(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let filter = Filter::of(query);
        let before: Option<Cursor> = query.get("before").map(|text| parse_cursor(text)).transpose()?;
        let part = sales(self.instance, &self.payee, &filter, (before, ROWS)).await?;
        let older = |place: Cursor| filter.address("/sales", Some(("before", &cursor(place))));
        let view = SalesView {
            frame: self.frame(Place::Sales),
            rows: part.sales.iter().map(|sold| self.sale_row(sold)).collect(),
            older_url: part.next.map(older),
            newest_url: before.map(|_| filter.address("/sales", None)),
            csv_url: filter.address("/sales.csv", None),
            json_url: filter.address("/sales.json", None),
            usage_url: if self.sells_units().await? { Some("/usage".to_owned()) } else { None },
            coins_url: if self.takes_coins().await? { Some("/coins".to_owned()) } else { None },
            is_open: filter.is_open(),
            filter: self.shown(&filter),
        };
        Ok(self.page(StatusCode::OK, desk::sales(&view)))
    }

    fn shown(&self, filter: &Filter) -> SalesFilter {
        SalesFilter {
            item: filter.item.clone(),
            buyer: filter.buyer.clone(),
            state: filter.stand.word().to_owned(),
            states: [Stand::Any, Stand::Paid, Stand::Part, Stand::Back].map(|stand| stand.word().to_owned()).to_vec(),
            from: filter.from.map(day).unwrap_or_default(),
            to: filter.to.map(day).unwrap_or_default(),
        }
    }

    fn sale_row(&self, sold: &Sold) -> SaleRow {
        let item = sold.row.item.as_deref().unwrap_or_default();
        let (_, path) = split(item);
        SaleRow {
            at: sold.row.at,
            title: title(item),
            path: path.to_owned(),
            url: format!("/sales/{}", serial(sold.id)),
            earned: Money { units: sold.row.amount.into(), asset: sold.row.asset },
            paid: Money::of(sold.facts.charged, sold.facts.asset),
            taken_back: !sold.facts.is_live(),
            in_part: sold.facts.is_live() && !sold.facts.returned.is_zero(),
        }
    }
}
