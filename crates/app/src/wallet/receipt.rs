//! `/r/{serial}`: one receipt, for its payer alone.

use super::Visitor;
use super::history::signed;
use super::lines::{split, title};
use crate::door::{self, Reply};
use crate::receipts::{Sold, receipt_document};
use crate::web::lang::plain;
use crate::web::{self, Lang, Leg, Line, Moment, Money, PageKind, ReceiptUndo, ReceiptView};
use http::StatusCode;
use market::{Class, OfferVersion, Place, RefundReason, Sale, SaleState};
use money::{Amount, Party, Share};
use protocol::problem::Problem;
use protocol::text::parse_serial;

impl Visitor<'_> {
    /// `GET /r/{serial}` and `GET /r/{serial}.json`. Somebody else's is as unknown as one that is not there.
    pub(super) async fn receipt(&self, path: &str) -> Result<Reply, Problem> {
        let name = path.strip_prefix("/r/").unwrap_or_default();
        let (name, as_json) = name.strip_suffix(".json").map_or((name, false), |name| (name, true));
        let id = parse_serial(name).map_err(|_| Problem::Unknown)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let found = self.instance.look(move |state, _| Some((Sold::find(state, id)?, state.offer(state.sale(id)?.offer)?.clone()))).await?;
        let (sold, version) = found.filter(|(sold, _)| sold.sale.payer == login.party).ok_or(Problem::Unknown)?;
        if as_json {
            let kind = PageKind::Export { content_type: "application/json", file_name: &format!("farthing-receipt-{name}.json") };
            return Ok(door::page(self.visit, StatusCode::OK, kind, receipt_document(self.instance.speaker(), &sold).canonical()));
        }
        let view = self.receipt_view(login.party, &sold, &version).await?;
        Ok(door::page(self.visit, StatusCode::OK, PageKind::Wallet, web::receipt(&view)))
    }

    async fn receipt_view(&self, payer: Party, sold: &Sold, version: &OfferVersion) -> Result<ReceiptView, Problem> {
        let sale = &sold.sale;
        let total = Money::of(sale.charged, sale.asset);
        let (realm, target) = split(&sale.item);
        let origin = self.instance.config.url(realm);
        let legs = sold.legs.iter().zip(&version.offer.split).map(|(leg, rule)| Leg {
            label: leg.label.clone(),
            to: leg.to.clone(),
            bp: match rule.share {
                Share::BasisPoints(bp) => Some(bp),
                Share::Fixed(_) | Share::Rest => None,
            },
            amount: Money::of(leg.amount, sale.asset),
        });
        Ok(ReceiptView {
            frame: self.frame().await?,
            serial: sold.serial(),
            title: title(&sale.item),
            item_url: format!("{origin}{target}"),
            payee: self.instance.payee_name(&sold.payee),
            payee_handle: sold.payee.clone(),
            origin,
            payer_reference: sold.payer_reference(self.instance.speaker()).to_owned(),
            at: sale.at,
            total,
            lines: vec![Line { text: title(&sale.item), amount: total }],
            legs: legs.collect(),
            fees: vec![Line { text: plain!(self.visit.lang, "receipt-fee"), amount: Money::of(Amount::ZERO, sale.asset) }],
            balance_after: self.balance_after(payer, sale).await?,
            timeline: timeline(sale, self.visit.lang),
            undo: self.undo_of(sold),
            json_url: format!("/r/{}.json", sold.serial()),
        })
    }

    /// What the wallet had right after the sale, once the index has seen it.
    async fn balance_after(&self, payer: Party, sale: &Sale) -> Result<Option<Money>, Problem> {
        let next = Place { record: sale.place.record.saturating_add(1), ..sale.place };
        let rows = self.instance.index(move |index| index.history(payer, Class::Funded, Some(next), 1)).await?;
        Ok(rows.first().filter(|row| row.place == sale.place).map(|row| signed(row.balance, row.asset)))
    }

    fn undo_of(&self, sold: &Sold) -> ReceiptUndo {
        let sale = &sold.sale;
        match sale.state {
            SaleState::Refunded { at, .. } => ReceiptUndo::TakenBack { at },
            SaleState::Live if sale.undo_until <= sale.at => ReceiptUndo::Never,
            SaleState::Live if sale.can_undo(self.visit.now) => {
                ReceiptUndo::Open { until: sale.undo_until, form: self.form("/undo", &[("sale", &sold.serial())]) }
            }
            SaleState::Live => ReceiptUndo::Closed { since: sale.undo_until },
        }
    }
}

fn timeline(sale: &Sale, lang: Lang) -> Vec<Moment> {
    let how = if sale.signed { plain!(lang, "story-signed") } else { plain!(lang, "story-pressed") };
    let mut moments = vec![Moment { at: sale.at, what: plain!(lang, "story-paid"), detail: how }];
    if let SaleState::Refunded { at, reason, .. } = sale.state {
        let by = match reason {
            RefundReason::Undo { .. } => plain!(lang, "story-by-you"),
            RefundReason::Payee { .. } => plain!(lang, "story-by-payee"),
            RefundReason::Operator => plain!(lang, "story-by-operator"),
            RefundReason::OriginFailed => plain!(lang, "story-by-itself"),
        };
        moments.push(Moment { at, what: plain!(lang, "story-back"), detail: by });
    }
    moments
}
