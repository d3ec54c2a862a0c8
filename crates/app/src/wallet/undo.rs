//! `POST /undo`: a payer takes a purchase back.

use super::lines::title;
use super::{Asked, Visitor};
use crate::door::{self, Reply};
use crate::receipts::Sold;
use crate::refusals::problem_of;
use crate::web::{self, Money, PageKind, UndoDoneView, UndoRefusal, UndoRefusedView};
use crate::world;
use http::StatusCode;
use market::{Body, Class, Command, Effect, Giver, Maker, Place, RefundReason, RefundRequest, Rejection, SaleState};
use money::{CommandId, Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::parse_serial;
use store::index::HistoryRow;

impl Visitor<'_> {
    /// Takes the sale of the form's field `sale` back, if it is this login's and the offer's terms allow it.
    pub(super) async fn undo(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        let sale = form.get("sale").and_then(|serial| parse_serial(serial).ok()).ok_or(Problem::Unknown)?;
        let payer = login.party;
        let request = RefundRequest::whole(sale, RefundReason::Undo { payer });
        let id = CommandId::new(self.visit.now.ms(), world::random());
        let command = Command { id, maker: Maker::Party(payer), body: Body::Refund(request) };
        let outcome = self.instance.apply(command).await?.outcome;
        let found = self.instance.look(move |state, _| Sold::find(state, sale)).await?;
        let sold = found.filter(|sold| sold.sale.payer == payer).ok_or(Problem::Unknown)?;
        match outcome.effect() {
            Ok(Effect::Refunded { returned, .. }) => {
                let amount = Money::of(returned, sold.sale.asset);
                let view = UndoDoneView {
                    frame: self.frame().await?,
                    title: title(&sold.sale.item),
                    payee: self.instance.payee_name(&sold.payee),
                    amount,
                    receipt_url: format!("/r/{}", sold.serial()),
                };
                Ok(door::page(self.visit, StatusCode::OK, PageKind::Wallet, web::undo_done(&view)))
            }
            Ok(_) => Err(Problem::Internal),
            Err(rejection) => self.undo_refused(rejection, &sold).await,
        }
    }

    async fn undo_refused(&self, rejection: &Rejection, sold: &Sold) -> Result<Reply, Problem> {
        let sale = &sold.sale;
        let problem = problem_of(rejection, sale.asset, &self.top_up_url());
        let refusal = if let Rejection::RefundWindowClosed { since } = rejection {
            if *since <= sale.at { UndoRefusal::NotOffered } else { UndoRefusal::WindowClosed { since: *since } }
        } else if let Rejection::UndoLimit { per_day } = rejection {
            UndoRefusal::DayLimit { limit: (*per_day).into() }
        } else if let (Rejection::AlreadyRefunded, SaleState::Refunded { at, .. }) = (rejection, sale.state) {
            UndoRefusal::AlreadyTakenBack { at }
        } else if let Rejection::UndoUsed = rejection {
            UndoRefusal::Used { at: self.first_undo(sale.payer, &sale.item).await?.unwrap_or(sale.at) }
        } else {
            return Err(problem);
        };
        let receipt_url = format!("/r/{}", sold.serial());
        let view = UndoRefusedView { frame: self.frame().await?, title: title(&sale.item), refusal, receipt_url };
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::CONFLICT);
        Ok(door::page(self.visit, status, PageKind::Wallet, web::undo_refused(&view)))
    }

    /// When the item was taken back before, if that is among the last ten thousand lines.
    async fn first_undo(&self, payer: Party, item: &str) -> Result<Option<Timestamp>, Problem> {
        let mut before: Option<Place> = None;
        for _ in 0..10 {
            let rows = self.instance.index(move |index| index.history(payer, Class::Funded, before, 1_000)).await?;
            let is_undo = |row: &HistoryRow| row.given.is_some_and(|given| given.giver == Giver::Payer);
            if let Some(row) = rows.iter().find(|row| is_undo(row) && row.item.as_deref() == Some(item)) {
                return Ok(Some(row.at));
            }
            before = rows.last().map(|row| row.place);
            if before.is_none() {
                break;
            }
        }
        Ok(None)
    }
}
