//! `/`: how the instance stands, from the same figures as the operator's port.

use super::Visitor;
use crate::door::Reply;
use crate::ops;
use crate::wallet::Asked;
use crate::web;
use http::StatusCode;
use protocol::problem::Problem;

impl Visitor<'_> {
    /// `GET /`.
    pub(super) async fn health(&self, _asked: &Asked) -> Result<Reply, Problem> {
        let view = ops::view(self.instance, self.visit.now).await?;
        Ok(self.page(StatusCode::OK, web::admin_health(&self.frame(), &view)))
    }
}
