//! Delivery: the origin is asked for what is paid or owned. What it does not deliver for a charge is taken back.

use super::Gate;
use super::auth::Via;
use super::bar::ask_plainly;
use super::dialect::Paid;
use super::priced::Ask;
use super::proxy::{Body, OriginError, private_caching};
use crate::door::{self, Reply};
use crate::elsewhere::asked::ORIGIN_FAILED;
use crate::elsewhere::giving::{self, Given};
use crate::receipts::Sold;
use crate::web::{self, Money, OriginFailedView, PageKind};
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use market::{Outcome, RefundReason, RefundRequest, Rejection};
use money::{Amount, CommandId, Timestamp};
use protocol::problem::Problem;
use std::time::Duration;

/// How often a refund is handed in while the queue is full.
const REFUND_TRIES: u32 = 20;
const REFUND_PAUSE: Duration = Duration::from_millis(250);

pub(super) const PAID: HeaderName = HeaderName::from_static("farthing-paid");
pub(super) const PAYER: HeaderName = HeaderName::from_static("farthing-payer");
pub(super) const SERIAL: HeaderName = HeaderName::from_static("farthing-serial");
pub(super) const AMOUNT: HeaderName = HeaderName::from_static("farthing-amount");

/// Why a page is served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Grounds {
    /// It was charged just now.
    Charged(Amount),
    /// It was charged, and the answer was lost.
    Again,
    /// A credential came, but its payer owns the page.
    Owned,
    /// An account showed that it owns the page.
    Account,
    /// A browser's cookie did.
    Cookie,
}

impl Grounds {
    /// What the receipt of this answer says was charged; none where nobody asked for one.
    fn receipt_of(self, sold: &Sold) -> Option<Amount> {
        match self {
            Grounds::Charged(charged) => Some(charged),
            Grounds::Again => Some(sold.sale.charged),
            Grounds::Owned => Some(Amount::ZERO),
            Grounds::Account | Grounds::Cookie => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Grounds::Charged(_) | Grounds::Again => "charge",
            Grounds::Owned | Grounds::Account | Grounds::Cookie => "entitlement",
        }
    }
}

/// Whether money went back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TakenBack {
    /// It did.
    Done,
    /// It will, as soon as the wallet elsewhere answers.
    Waits,
    /// It could not.
    Failed,
}

/// What came of asking the origin.
pub(super) enum Came {
    /// What was asked for.
    Page(Reply),
    /// A no that is about the request.
    No(Reply),
    /// Nothing that could be handed on.
    Nothing(Option<OriginError>),
}

impl Gate {
    /// Asks the origin and answers. A charge that brings nothing is taken back before the answer goes out.
    pub(super) async fn deliver(&self, ask: &Ask, mut request: Request<Body>, sold: &Sold, grounds: Grounds) -> Reply {
        if ask.via == Via::Auth {
            return self.said_yes(ask, sold, grounds);
        }
        let barred = grounds == Grounds::Cookie && self.wants_bar(ask, sold);
        let monetized = grounds == Grounds::Cookie && ask.method == Method::GET && ask.wants_page() && self.monetization().is_some();
        if barred || monetized {
            ask_plainly(request.headers_mut());
        }
        let facts = self.facts_for_origin(sold, grounds);
        let came = Came::of(self.bring(request, &facts, &ask.peer).await);
        let (sale, now) = (&sold.sale, ask.visit.now);
        let first = grounds == Grounds::Cookie && self.firsts.awaits(sold.id, sale.at, now);
        let charged = first || matches!(grounds, Grounds::Charged(_));
        if first && matches!(came, Came::Page(_)) {
            self.firsts.delivered(sold.id, sale.at, now);
        }
        let mut reply = match came {
            Came::Page(reply) if barred => self.with_bar(reply, ask, sold),
            Came::Page(reply) if monetized => self.with_monetization(self.with_receipt(reply, ask, sold, grounds)),
            Came::Page(reply) => self.with_receipt(reply, ask, sold, grounds),
            Came::No(reply) if charged => {
                self.take_back(sold, now).await;
                reply
            }
            Came::No(reply) => reply,
            Came::Nothing(error) if charged => {
                error.iter().for_each(|error| drop(self.origin_fault(ask, error)));
                let refunded = self.take_back(sold, now).await;
                return self.origin_failed(ask, sold, refunded);
            }
            Came::Nothing(error) => return self.not_delivered(ask, sold, grounds, error),
        };
        private_caching(reply.headers_mut(), None);
        reply
    }

    /// What the origin is told of the payer, of whom it learns a name that no other payee knows.
    pub(super) fn facts_for_origin(&self, sold: &Sold, grounds: Grounds) -> [(HeaderName, HeaderValue); 4] {
        let amount = grounds.receipt_of(sold).unwrap_or(Amount::ZERO);
        let [payer, serial] = sold.names(self.instance.speaker()).clone();
        [
            (PAID, HeaderValue::from_static(grounds.word())),
            (PAYER, payer),
            (SERIAL, serial),
            (AMOUNT, if amount.is_zero() { HeaderValue::from_static("0") } else { HeaderValue::from(amount.units()) }),
        ]
    }

    pub(super) fn with_receipt(&self, mut reply: Reply, ask: &Ask, sold: &Sold, grounds: Grounds) -> Reply {
        if !reply.status().is_success() {
            return reply;
        }
        if ask.method == Method::GET {
            self.examples.note(sold.sale.offer, &ask.target);
        }
        let Some(amount) = grounds.receipt_of(sold) else { return reply };
        let receipt = if matches!(grounds, Grounds::Charged(_)) { sold.receipt.clone() } else { self.receipt(sold, amount) };
        ask.dialect.receipted(self, ask, Paid { sold, amount, receipt }, reply.headers_mut());
        reply
    }

    /// Nothing came for a page that was not charged now: nothing is taken back either.
    fn not_delivered(&self, ask: &Ask, sold: &Sold, grounds: Grounds, error: Option<OriginError>) -> Reply {
        let fault = error.map_or(Problem::OriginUnreachable, |error| self.origin_fault(ask, &error));
        let paid_before = grounds == Grounds::Again;
        let problem = if paid_before { Problem::OriginFailed { reference: sold.serial(), refunded: false } } else { fault };
        self.refuse(ask, &problem)
    }

    /// Gives a sale that brought nothing back.
    pub(super) async fn take_back(&self, sold: &Sold, now: Timestamp) -> TakenBack {
        if sold.outside.is_some() {
            // Its coin went straight to the payee, who alone can send it back; the payment still opens what it bought.
            tracing::warn!(sale = %sold.serial(), "what was paid for past the books was not delivered");
            return TakenBack::Failed;
        }
        match &sold.wallet {
            None if self.take_back_here(sold.id).await => TakenBack::Done,
            None => TakenBack::Failed,
            Some(_) => self.take_back_elsewhere(sold, now).await,
        }
    }

    /// The money is in another instance's books: it is asked until it answers.
    async fn take_back_elsewhere(&self, sold: &Sold, now: Timestamp) -> TakenBack {
        let (site, party, sale) = (self.name.clone(), sold.sale.payer, sold.id);
        let Ok(Some(bought)) = self.instance.vault(move |vault| vault.bought_by((&site, Some(party)), sale)).await else {
            return TakenBack::Failed;
        };
        match giving::begin(&self.instance, &bought, ORIGIN_FAILED, now).await {
            Ok(Given::Back) => TakenBack::Done,
            Ok(Given::Later | Given::Silent) => TakenBack::Waits,
            Ok(Given::No(_)) | Err(_) => TakenBack::Failed,
        }
    }

    /// Refunds a sale of ours; false if the money could not go back.
    async fn take_back_here(&self, sale: CommandId) -> bool {
        for _ in 0..REFUND_TRIES {
            let refund = market::Body::Refund(RefundRequest::whole(sale, RefundReason::OriginFailed));
            match self.instance.order(refund).await.map(|answer| answer.outcome) {
                Ok(Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) | Outcome::Rejected(Rejection::AlreadyRefunded)) => {
                    return true;
                }
                Ok(Outcome::Rejected(rejection)) => {
                    tracing::error!(sale = %protocol::text::serial(sale), ?rejection, "a sale without delivery could not be taken back");
                    return false;
                }
                Err(Problem::Busy { .. }) => tokio::time::sleep(REFUND_PAUSE).await,
                Err(_) => break,
            }
        }
        tracing::error!(sale = %protocol::text::serial(sale), "a sale without delivery was not taken back: the engine does not answer");
        false
    }

    fn origin_failed(&self, ask: &Ask, sold: &Sold, back: TakenBack) -> Reply {
        let problem = Problem::OriginFailed { reference: sold.serial(), refunded: back == TakenBack::Done };
        if back == TakenBack::Failed || !ask.wants_page() {
            return self.refuse(ask, &problem);
        }
        let page = web::origin_failed(&OriginFailedView {
            instance: self.shown_instance(ask),
            site: self.title(),
            title: self.shown_title(&ask.target),
            refunded: Money::of(sold.sale.charged, sold.sale.asset),
            retry_url: ask.target.page.clone(),
            waits: back == TakenBack::Waits,
            receipt_url: self.receipt_url(sold),
            request_id: ask.visit.request_id.clone(),
        });
        door::page(&ask.visit, StatusCode::BAD_GATEWAY, PageKind::SitePage, page)
    }
}

impl Came {
    pub(super) fn of(result: Result<Reply, OriginError>) -> Came {
        match result {
            Ok(reply) if reply.status().is_server_error() || reply.status() == StatusCode::PAYMENT_REQUIRED => Came::Nothing(None),
            Ok(reply) if reply.status().is_client_error() => Came::No(reply),
            Ok(reply) => Came::Page(reply),
            Err(error) => Came::Nothing(Some(error)),
        }
    }
}
