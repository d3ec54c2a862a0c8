//! Undo from the page itself: a form of the bar, posted to the site. Forging it can only give money back.

use super::Gate;
use super::back::{NOTICE_LIFE_S, on_this_site};
use super::human::NOTICE_COOKIE;
use super::priced::Ask;
use super::proxy::Body;
use crate::door::{self, Reply};
use crate::elsewhere::asked::UNDO;
use crate::elsewhere::giving::{self, Given};
use crate::receipts::Sold;
use crate::refusals::problem_of;
use http::Request;
use market::{Outcome, RefundReason, RefundRequest};
use money::{CommandId, Party};
use protocol::problem::Problem;
use protocol::text::parse_serial;

/// Longest form.
const MOST_FORM: usize = 4_096;

impl Gate {
    /// `POST /.well-known/farthing/undo` with the field `sale`.
    pub(super) async fn undo(&self, ask: &Ask, request: Request<Body>) -> Reply {
        match self.taken_back(ask, request).await {
            Ok(sold) => {
                let mut reply = door::see_other(&on_this_site(sold.sale.path()));
                door::set_cookie(&mut reply, NOTICE_COOKIE, &sold.serial(), NOTICE_LIFE_S);
                reply
            }
            Err(problem) => self.refuse(ask, &problem),
        }
    }

    async fn taken_back(&self, ask: &Ask, request: Request<Body>) -> Result<Sold, Problem> {
        if !self.is_own_form(ask) {
            return Err(Problem::CrossSite);
        }
        let form = door::form(&super::read_whole(request.into_body(), MOST_FORM).await?);
        let sale = form.get("sale").and_then(|serial| parse_serial(serial).ok()).ok_or(Problem::Unknown)?;
        let payer = self.reader(ask).await?.ok_or(Problem::Unknown)?.party;
        let Some(sold) = self.instance.look(move |state, _| Sold::find(state, sale)).await? else {
            return self.taken_back_elsewhere(ask, payer, sale).await;
        };
        if sold.sale.realm() != self.site.host || sold.sale.payer != payer {
            return Err(Problem::Unknown);
        }
        let refund = market::Body::Refund(RefundRequest::whole(sale, RefundReason::Undo { payer }));
        match self.instance.order(refund).await?.outcome {
            Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => Ok(sold),
            Outcome::Rejected(rejection) => Err(problem_of(&rejection, sold.sale.asset, &self.top_up_url())),
        }
    }

    /// The same of a purchase in another instance's books: what it gives ends here, and its wallet is asked for the money.
    async fn taken_back_elsewhere(&self, ask: &Ask, payer: Party, sale: CommandId) -> Result<Sold, Problem> {
        let (site, now) = (self.name.clone(), ask.visit.now);
        let bought = self.instance.vault(move |vault| vault.bought_by((&site, Some(payer)), sale)).await?.ok_or(Problem::Unknown)?;
        if now >= bought.undo_until {
            return Err(Problem::RefundWindowClosed { since: bought.undo_until });
        }
        match giving::begin(&self.instance, &bought, UNDO, now).await? {
            Given::Back | Given::Later | Given::Silent => Ok(Sold::elsewhere(&bought, &self.site.payee)),
            Given::No(code) => Err(match code.as_str() {
                "undo-used" => Problem::UndoUsed,
                "undo-limit" => Problem::UndoLimit { per_day: 0 },
                "refund-window-closed" => Problem::RefundWindowClosed { since: bought.undo_until },
                "refund-not-covered" => Problem::RefundNotCovered,
                _ => Problem::Internal,
            }),
        }
    }
}
