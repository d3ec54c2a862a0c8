//! Undo from the page itself: a form of the bar, posted to the site. Forging it can only give money back.

use super::Gate;
use super::back::{NOTICE_LIFE_S, on_this_site};
use super::human::NOTICE_COOKIE;
use super::priced::Ask;
use super::proxy::Body;
use crate::door::{self, Reply};
use crate::receipts::Sold;
use crate::refusals::problem_of;
use http::Request;
use market::{Outcome, RefundReason, RefundRequest};
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
        let sold = self.instance.look(move |state, _| Sold::find(state, sale)).await?.ok_or(Problem::Unknown)?;
        if sold.sale.realm() != self.site.host || sold.sale.payer != payer {
            return Err(Problem::Unknown);
        }
        let refund = market::Body::Refund(RefundRequest::whole(sale, RefundReason::Undo { payer }));
        match self.instance.order(refund).await?.outcome {
            Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => Ok(sold),
            Outcome::Rejected(rejection) => Err(problem_of(&rejection, sold.sale.asset, &self.top_up_url())),
        }
    }
}
