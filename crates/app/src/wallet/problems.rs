//! Refusals as pages of the wallet, in the reader's words and with the code that programs get.

use super::Visitor;
use crate::door::{self, Reply};
use crate::web::lang::plain;
use crate::web::{self, Link, PageKind, ProblemView};
use http::{HeaderValue, StatusCode, header};
use protocol::problem::Problem;

/// What a 405 must say.
pub fn allow(reply: &mut Reply, problem: &Problem) {
    if let Problem::MethodNotAllowed { allow } = problem {
        reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    }
}

impl Visitor<'_> {
    /// A problem as a page, with the wallet around it where the books can still be read.
    pub async fn problem_page(&self, problem: &Problem) -> Reply {
        let frame = self.frame().await.ok();
        let way_on = Link { text: plain!(self.visit.lang, "to-wallet"), href: "/".to_owned() };
        let view = ProblemView { frame, ..ProblemView::of(self.named(), problem, self.visit.request_id.clone(), way_on) };
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut reply = door::page(self.visit, status, PageKind::Wallet, web::problem(&view));
        if let Some(seconds) = problem.retry_after_s() {
            reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        allow(&mut reply, problem);
        reply
    }
}
