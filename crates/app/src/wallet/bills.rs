//! `/bills`: what services that meter themselves have drawn from the payer's sessions, month by month, on pages and as files.

use super::{Asked, Visitor};
use crate::bills::{self, Address};
use crate::desk::FileForm;
use crate::door::{self, Reply};
use crate::meters::{Of, Period, Reader, Whose, bills as bills_of, months};
use crate::web::{self, BillOther, PageKind};
use http::StatusCode;
use market::Unit;
use protocol::problem::Problem;

impl Visitor<'_> {
    /// `GET /bills?before=2026-03`.
    pub(super) async fn bills(&self, asked: &Asked) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let found = months(self.instance, Whose::Payer(login.party)).await?;
        let query = door::form(asked.query.as_bytes());
        let view = bills::months_view(&found, &query, &|month| {
            let name = self.instance.payee_name(&month.payee);
            bills::month_row(month, (Some(name), self.asset()), base((Period::of_month(month.month), &month.payee, month.unit)))
        })?;
        Ok(door::page(self.visit, StatusCode::OK, PageKind::Wallet, web::bills(&self.frame().await?, &view)))
    }

    /// `GET /bills/2026-11/harbour/tokens`, and the same as `.csv` and `.json`.
    pub(super) async fn bill(&self, asked: &Asked) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let (path, form) = match asked.path.rsplit_once('.') {
            None => (asked.path.as_str(), None),
            Some((path, "csv")) => (path, Some(FileForm::Csv)),
            Some((path, "json")) => (path, Some(FileForm::Json)),
            Some(_) => return Err(Problem::Unknown),
        };
        let parts: Vec<&str> = path.split('/').skip(2).collect();
        let &[period, payee, meter] = parts.as_slice() else { return Err(Problem::Unknown) };
        let (period, unit) = Period::parse(period).zip(Unit::parse(meter)).ok_or(Problem::Unknown)?;
        let found = bills_of(self.instance, Of::Both(payee.to_owned(), unit, login.party), period).await?;
        let bill = found.all.first().ok_or(Problem::Unknown)?;
        if let Some(form) = form {
            let name = self.base_of("bill", &format!("{payee}-{meter}-{}", period.text()));
            let content = bills::file(&found, form, Reader::Payer)?;
            return Ok(self.file(form.content_type(), &format!("{name}.{}", form.extension()), content));
        }
        let skip = bills::skip(&door::form(asked.query.as_bytes()))?;
        let at = Address { base: base((period, payee, unit)), of: String::new(), back: "/bills".to_owned(), sessions: "/sessions" };
        let other = BillOther::Payee(self.instance.payee_name(payee));
        let view = bills::bill_view(bill, (period, self.asset()), (other, skip), &at);
        Ok(door::page(self.visit, StatusCode::OK, PageKind::Wallet, web::bill(&self.frame().await?, &view)))
    }

    /// The address of the bills, if this login's sessions were drawn from by a meter.
    pub(super) async fn bills_url(&self) -> Result<Option<String>, Problem> {
        let Some(login) = &self.login else { return Ok(None) };
        let found = months(self.instance, Whose::Payer(login.party)).await?;
        Ok((!found.is_empty()).then(|| "/bills".to_owned()))
    }
}

fn base((period, payee, unit): (Period, &str, Unit)) -> String {
    format!("/bills/{}/{payee}/{}", period.text(), unit.as_str())
}
