//! The first page, and opening and leaving a wallet.

use super::history::rows_of;
use super::lines::{Line, lines_by_session};
use super::onward::Onward;
use super::{Asked, Visitor};
use crate::door::{self, Reply, WALLET_COOKIE};
use crate::login;
use crate::sessions;
use crate::web::lang::plain;
use crate::web::{self, Fee, HomeView, Link, MonthLine, Notice, Opens, PageKind, SignedOutView, Tone};
use crate::world;
use http::StatusCode;
use market::{Class, Place};
use money::{Amount, Party, Span, Timestamp};
use protocol::problem::Problem;
use std::collections::BTreeSet;
use store::index::Kind;

/// Changes on the first page.
const ROWS: u32 = 20;
/// Sessions on the first page.
const OPEN: u32 = 20;
/// A top-up this fresh is announced on the page it leads to.
const FRESH: Span = Span(60);

impl Visitor<'_> {
    /// `GET /`.
    pub(super) async fn home(&self, asked: &Asked) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(self.signed_out()) };
        let found = lines_by_session(self.instance, login.party, None, ROWS).await?;
        let added = door::form(asked.query.as_bytes()).contains_key("added");
        let notice = added.then(|| self.added(&found)).flatten();
        self.home_page(StatusCode::OK, &found, notice).await
    }

    /// The first page with a word about what was just tried.
    pub(super) async fn home_with(&self, status: StatusCode, notice: Notice) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        let found = lines_by_session(self.instance, login.party, None, ROWS).await?;
        self.home_page(status, &found, Some(notice)).await
    }

    async fn home_page(&self, status: StatusCode, found: &[Line], notice: Option<Notice>) -> Result<Reply, Problem> {
        let (Some(login), Some(purse)) = (&self.login, self.purse().await?) else { return Ok(door::see_other("/")) };
        // Books and index are asked at the same time: neither answer waits for another.
        let ((cap, warnings), open, purchases) = tokio::try_join!(
            self.caps_at_home(login),
            sessions::open_of(self.instance, login.party, OPEN),
            self.purchases_since(login.party, purse.month.since)
        )?;
        let add = self.add_money("/top-up", &[], (purse, Amount::ZERO));
        let view = HomeView {
            frame: self.frame_of(Some(purse)),
            held: self.money(purse.held),
            month: MonthLine { month: purse.month.middle(), spent: self.money(purse.month_spent), purchases },
            add: (!add.choices.is_empty() || add.stopped.is_some()).then_some(add),
            rows: rows_of(self, found),
            unkept: (!login.is_kept).then(|| self.money(self.most())),
            start: self.something_to_try(),
            notice,
            cap,
            warnings: warnings.into_iter().chain(self.told(&open)).collect(),
            sessions: open.iter().map(|standing| self.session_line(standing)).collect(),
        };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::home(&view)))
    }

    /// Says that money arrived if the newest line shows that it did: an address alone announces nothing.
    fn added(&self, found: &[Line]) -> Option<Notice> {
        let row = &found.first().filter(|line| line.row.kind == Kind::TopUp)?.row;
        let amount = Amount::new(row.amount.unsigned_abs())?;
        let lang = self.visit.lang;
        let text = plain!(lang, "added-text", amount: web::Money::of(amount, row.asset).exact(lang));
        (row.at.after(FRESH) >= self.visit.now).then(|| Notice { tone: Tone::Calm, lead: plain!(lang, "added"), text })
    }

    fn signed_out(&self) -> Reply {
        let lang = self.visit.lang;
        let nothing = |what: String| Fee { what, cost: plain!(lang, "costs-nothing") };
        let adding = if self.instance.is_test() { plain!(lang, "costs-adding-play") } else { plain!(lang, "costs-adding") };
        let (opening, paying, undo) = (plain!(lang, "costs-opening"), plain!(lang, "costs-paying"), plain!(lang, "costs-undo"));
        let view = SignedOutView {
            frame: self.frame_of(None),
            operator: self.instance.config.name.clone(),
            fees: [opening, paying, adding, undo].map(nothing).to_vec(),
            open: self.form("/open", &[]),
            sign_in_url: "/sign-in".to_owned(),
            limit: self.money(self.most()),
            links: Vec::new(),
        };
        door::page(self.visit, StatusCode::OK, PageKind::Wallet, web::signed_out(&view))
    }

    /// The first page of a site that sells something.
    fn something_to_try(&self) -> Option<Link> {
        let site = self.instance.config.site.values().next()?;
        let name = site.name.clone().unwrap_or_else(|| self.instance.payee_name(&site.payee));
        Some(Link { text: plain!(self.visit.lang, "home-try", site: &name), href: format!("{}/", self.instance.config.url(&site.host)) })
    }

    /// Purchases since an instant that stand, counted up to ten thousand lines.
    async fn purchases_since(&self, party: Party, since: Timestamp) -> Result<u64, Problem> {
        const LINES: u32 = 1_000;
        let (mut sold, mut back) = (BTreeSet::new(), BTreeSet::new());
        let mut before: Option<Place> = None;
        for _ in 0..10 {
            let rows = self.instance.index(move |index| index.history(party, Class::Funded, before, LINES)).await?;
            before = rows.last().map(|row| row.place);
            let whole_month = rows.len() < 1_000 || rows.last().is_none_or(|row| row.at < since);
            for row in rows.into_iter().filter(|row| row.at >= since) {
                match row.kind {
                    Kind::Sale => sold.extend(row.sale),
                    Kind::Refund => back.extend(row.sale.filter(|_| row.given.is_some_and(|given| given.left.is_zero()))),
                    Kind::TopUp | Kind::Tip | Kind::Session => {}
                }
            }
            if whole_month {
                break;
            }
        }
        Ok(u64::try_from(sold.difference(&back).count()).unwrap_or(u64::MAX))
    }

    /// `POST /open`: a wallet without a name, known to this browser alone. It costs nothing in the books.
    pub(super) async fn open(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let onward = Onward::of(&form).address();
        let mut reply = door::see_other(&onward);
        // A wallet that is open already is kept: a second press must not lose the first wallet.
        if self.login.is_none() {
            self.opens.step(self.visit.client_ip, self.visit.now)?;
            let login =
                login::begin(self.instance, Party(world::random()), asked.browser(store::vault::Door::Wallet, self.visit.now)).await?;
            if let Some((value, max_age_s)) = &login.cookie {
                door::set_cookie(&mut reply, WALLET_COOKIE, value, *max_age_s);
            }
        }
        Ok(reply)
    }
}

/// The sheet of a quote.
pub(super) fn pay_address(quote: &str, opens: Opens) -> String {
    let quote: String = form_urlencoded::byte_serialize(quote.as_bytes()).collect();
    let on_screen = if opens == Opens::OnScreen { "&screen=1" } else { "" };
    format!("/pay?q={quote}{on_screen}")
}
