//! `/developers/api`: the reference of the calls, with this instance's own address in its examples.

use crate::desk::Visitor;
use crate::door::Reply;
use crate::web::desk::Place;
use crate::web::desk::developers::{self as pages, OperationView, ReferenceView, find_operation};
use http::StatusCode;
use money::{Amount, Asset};
use protocol::problem::Problem;

/// Every problem that a call under `/v1` may be answered with.
fn problems(asset: Asset) -> [Problem; 31] {
    let detail = String::new;
    let (retry_after_s, most) = (1, 1);
    [
        Problem::BadRequest { detail: detail() },
        Problem::AmountInvalid,
        Problem::KeyNeeded,
        Problem::KeyMistyped,
        Problem::KeyUnknown,
        Problem::KeyWrongMode { key: "test", instance: "live" },
        Problem::SignatureInvalid,
        Problem::MalformedCredential { detail: detail() },
        Problem::ScopeMissing { scope: "read" },
        Problem::UndoLimit { per_day: 1 },
        Problem::Unknown,
        Problem::MethodNotAllowed { allow: "GET, HEAD" },
        Problem::AlreadyRefunded,
        Problem::RefundAboveLeft { currency: asset, left: Amount::ZERO },
        Problem::RefundNotCovered,
        Problem::UndoUsed,
        Problem::LimitReached { most },
        Problem::IdReused,
        Problem::IdTooOld,
        Problem::IdTooNew,
        Problem::BodyTooLarge { most_bytes: 1 },
        Problem::CurrencyMismatch,
        Problem::OwnerNeeded,
        Problem::OfferInvalid { detail: detail() },
        Problem::BrandInvalid { detail: detail() },
        Problem::WebhookAddress { detail: detail() },
        Problem::TooFast { retry_after_s },
        Problem::Internal,
        Problem::Busy { retry_after_s },
        Problem::NoRoom { retry_after_s },
        Problem::RailStopped { since: money::Timestamp::default(), retry_after_s },
    ]
}

impl Visitor<'_> {
    /// `GET /developers/api`.
    pub(super) fn reference(&self) -> Reply {
        let view = ReferenceView { frame: self.frame(Place::Developers), base: self.instance.wallet_url() };
        self.page(StatusCode::OK, pages::reference(&view))
    }

    /// `GET /developers/api/{operation}`.
    pub(super) fn operation(&self, id: &str) -> Result<Reply, Problem> {
        let operation = find_operation(id).ok_or(Problem::Unknown)?;
        let known = problems(self.instance.config.asset());
        let of = |status: u16| {
            let codes = known.iter().filter(|problem| problem.status() == status).map(|problem| (problem.code(), problem.title()));
            (status, codes.collect::<Vec<_>>())
        };
        let view = OperationView {
            frame: self.frame(Place::Developers),
            operation,
            base: self.instance.wallet_url(),
            refusals: operation.refusals.iter().copied().map(of).collect(),
        };
        Ok(self.page(StatusCode::OK, pages::operation(&view)))
    }
}
