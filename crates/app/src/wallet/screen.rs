//! A phone pays for the screen that shows the code: the browser that the quote was made for. Nothing is handed over by a GET,
//! not even what is owned: whoever follows a stranger's link must press before the stranger's screen reads in their name.

use super::one_click::site_address;
use super::quote::Asking;
use super::sheet::{Facts, Tried};
use super::{Asked, Visitor, title};
use crate::codes::Grant;
use crate::door::{self, Reply};
use crate::receipts::Sold;
use crate::web::{self, OneClick, Opens, PageKind, PayDoneView, SheetState};
use http::StatusCode;
use money::Party;
use protocol::problem::Problem;
use protocol::text::{parse_serial, serial};
use std::collections::BTreeMap;

/// The field that says so, in addresses and forms.
pub(super) const SCREEN: (&str, &str) = ("screen", "1");
/// The field of a form that opens what is owned and never pays.
const OPEN: (&str, &str) = ("open", "1");

/// Where what is paid opens, as a query or form says.
pub(super) fn opens(fields: &BTreeMap<String, String>) -> Opens {
    let (name, value) = SCREEN;
    if fields.get(name).is_some_and(|said| said == value) { Opens::OnScreen } else { Opens::Here }
}

/// True if a form asks to open what is owned.
pub(super) fn only_opens(fields: &BTreeMap<String, String>) -> bool {
    fields.contains_key(OPEN.0)
}

/// What a sheet says of one click when it came from a scan: a press is wanted, and nothing lasting is agreed to.
pub(super) fn pressed_only(one_click: OneClick, realm: &str) -> OneClick {
    match one_click {
        OneClick::Offered { .. } => OneClick::Silent,
        OneClick::Goes => OneClick::Agreed { url: site_address(realm) },
        OneClick::Silent | OneClick::Agreed { .. } | OneClick::Paused { .. } | OneClick::Over(_) => one_click,
    }
}

impl Visitor<'_> {
    /// The sheet of a page that this wallet has already.
    pub(super) fn for_screen(&self, asking: &Asking, facts: &Facts) -> Reply {
        let fields: Vec<(&str, &str)> = asking.fields().into_iter().chain([OPEN]).collect();
        let state = SheetState::ForScreen { open: self.form("/pay", &fields) };
        self.sheet_page(StatusCode::OK, (asking, facts.purse), self.money(asking.quote.amount), (state, OneClick::Silent, None))
    }

    /// The press on it.
    pub(super) async fn open_on_screen(&self, asking: &Asking, party: Party) -> Result<Reply, Problem> {
        let facts = self.facts(asking).await?;
        match facts.owned {
            Some(sale) => self.back(asking, party, sale).await,
            None if asking.is_expired(self.visit.now) => Ok(self.expired(asking, &facts)),
            // Taken back since, or ended: what is pressed next has a price.
            None => self.sheet(StatusCode::CONFLICT, (asking, &facts), Tried::Nothing),
        }
    }

    /// Keeps what was bought for the browser that the quote was made for.
    pub(super) fn keep_for_screen(&self, grant: Grant) -> Reply {
        let done = format!("/pay/done?sale={}", serial(grant.sale));
        self.instance.screens.keep(grant, self.visit.now);
        door::see_other(&done)
    }

    /// `GET /pay/done?sale=`: where a phone ends.
    pub(super) async fn pay_done(&self, asked: &Asked) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let query = door::form(asked.query.as_bytes());
        let id = query.get("sale").and_then(|text| parse_serial(text).ok()).ok_or(Problem::Unknown)?;
        let found = self.instance.look(move |state, _| Sold::find(state, id)).await?;
        let sold = found.filter(|sold| sold.sale.payer == login.party && sold.sale.is_live()).ok_or(Problem::Unknown)?;
        let (realm, _) = super::split(&sold.sale.item);
        let view = PayDoneView {
            frame: self.frame().await?,
            title: title(&sold.sale.item),
            receipt_url: format!("/r/{}", sold.serial()),
            site_url: site_address(realm),
        };
        Ok(door::page(self.visit, StatusCode::OK, PageKind::Wallet, web::pay_done(&view)))
    }
}
