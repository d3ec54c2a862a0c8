//! The desk's door: what a payee's people see and do. Built as the wallet's door is: a GET changes nothing, what changes
//! something is a form posted from a page of this origin with the login's secret in it.
//!
//! Who may do what is decided in one place, `route`; a payee's people see that payee and no other.

mod bills;
mod buyers;
mod check;
mod coins;
mod developers;
mod edit;
mod enter;
mod export;
mod fees;
mod filter;
mod home;
mod install;
mod moving;
mod offers;
mod route;
mod rows;
mod sale;
mod sales;
mod settings;
mod snippets;
mod tally;
mod team;
mod usage;

#[cfg(test)]
mod tests;

pub(crate) use buyers::{After, buyers};
pub(crate) use check::{Checks, Fetcher, Found, check};
pub(crate) use export::{Form as FileForm, buyers_text, sales_pieces};
pub(crate) use fees::shares;
pub(crate) use filter::{Filter, day};
pub(crate) use home::Taken;
pub(crate) use rows::Payee;
pub(crate) use tally::{Buyer, Day, LegName, Sum, Tallies};
pub(crate) use usage::{Usage, sessions as usage_sessions};

use crate::acts::{Doer, Done};
use crate::door::{self, DESK_COOKIE, Reply, Visit};
use crate::gateway::proxy::BoxError;
use crate::instance::{Instance, payee_party};
use crate::login::{self, SignedIn};
use crate::pace::Pace;
use crate::payees::brand::LOGO_PATH;
use crate::tickets::Tickets;
use crate::wallet::Asked;
use crate::web::desk::{self, DeskFrame, Place, Proof};
use crate::web::lang::plain;
use crate::web::{self, Form, ICON_PATH, ICON_SVG, Link, Mode, Money, PASSKEY_SCRIPT, PASSKEY_SCRIPT_PATH, PageKind, ProblemView};
use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode, header};
use money::{Party, Span};
use protocol::problem::Problem;
use route::Page;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::vault::{Door, Member};

/// Longest body of a form, in bytes.
const MOST_BODY: usize = 16 * 1_024;
/// The fact that says at which payee's desk somebody stands who works for several.
const CHOSEN: &str = "desk-payee";

/// The door of `desk.`: one an instance.
pub struct DeskDoor {
    instance: Arc<Instance>,
    guest: Option<Party>,
    joining: Tickets<enter::Joining>,
    tries: Pace,
}

/// Somebody at the desk of a payee, with the login they brought.
struct Visitor<'a> {
    instance: &'a Arc<Instance>,
    visit: &'a Visit,
    login: &'a SignedIn,
    /// At whose desk, in which role.
    me: Member,
    payee: Payee,
    /// All payees they work for.
    teams: Vec<Member>,
}

impl DeskDoor {
    /// The door of an instance. With a guest, a GET without a login signs the visitor in as that party at once: for the demo.
    #[must_use]
    pub fn new(instance: Arc<Instance>, guest: Option<Party>) -> DeskDoor {
        DeskDoor { instance, guest, joining: Tickets::new(Span(900)), tries: Pace::default() }
    }

    /// Answers a request.
    pub async fn handle<B>(&self, request: Request<B>, visit: &Visit) -> Reply
    where
        B: hyper::body::Body<Data = Bytes> + Send,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let most = if parts.uri.path() == settings::LOGO_FORM { settings::MOST_FORM } else { MOST_BODY };
        let body = door::read_body(body, most).await;
        let asked = Asked::new(parts, body.as_ref().cloned().unwrap_or_default());
        match asked.path.as_str() {
            ICON_PATH if asked.is_read() => return door::page(visit, StatusCode::OK, PageKind::Icon, ICON_SVG),
            PASSKEY_SCRIPT_PATH if asked.is_read() => return door::page(visit, StatusCode::OK, PageKind::Script, PASSKEY_SCRIPT),
            path if path.starts_with(LOGO_PATH) && asked.is_read() => {
                let found = path.strip_prefix(LOGO_PATH).and_then(|hash| door::logo(&self.instance, visit, hash));
                return found.unwrap_or_else(|| self.problem_page(&Problem::Unknown, visit, None));
            }
            _ => {}
        }
        let login = match login::find(&self.instance, &asked.headers, (Door::Desk, visit.now)).await {
            Ok(None) => self.take_in(&asked, visit).await,
            found => found,
        };
        let visit = &visit.of(login.as_ref().ok().and_then(Option::as_ref));
        let (login, answer) = match (login, body) {
            (Err(problem), _) => (None, Err(problem)),
            (Ok(login), Err(problem)) => (login, Err(problem)),
            (Ok(login), Ok(_)) => {
                let answer = match (self.threshold(login.as_ref(), &asked, visit).await, &login) {
                    (Some(answer), _) => answer,
                    (None, None) => Ok(self.sign_in_first(&asked, visit)),
                    (None, Some(login)) => self.inside(login, &asked, visit).await,
                };
                (login, answer)
            }
        };
        let mut reply = answer.unwrap_or_else(|problem| self.problem_page(&problem, visit, None));
        let said = |line: &HeaderValue| line.as_bytes().starts_with(format!("{DESK_COOKIE}=").as_bytes());
        if let Some((value, max_age_s)) = login.as_ref().and_then(|login| login.cookie.as_ref())
            && !reply.headers().get_all(header::SET_COOKIE).iter().any(said)
        {
            door::set_cookie(&mut reply, DESK_COOKIE, value, *max_age_s);
        }
        reply
    }

    /// The demo's guest, where there is one.
    async fn take_in(&self, asked: &Asked, visit: &Visit) -> Result<Option<SignedIn>, Problem> {
        let Some(guest) = self.guest.filter(|_| asked.is_read() && !asked.is_prefetch()) else { return Ok(None) };
        login::begin(&self.instance, guest, asked.browser(Door::Desk, visit.now)).await.map(Some)
    }

    /// Whoever is signed in: at the desk of the payee they chose, or of the first they work for.
    async fn inside(&self, login: &SignedIn, asked: &Asked, visit: &Visit) -> Result<Reply, Problem> {
        let party = login.party;
        let (teams, chosen) = self.instance.vault(move |vault| Ok((vault.memberships(party)?, vault.fact(party, CHOSEN)?))).await?;
        // Whoever left the configuration has no desk any more.
        let teams: Vec<Member> = teams.into_iter().filter(|team| self.instance.config.payee.contains_key(&team.payee)).collect();
        let me = teams.iter().find(|team| chosen.as_ref() == Some(&team.payee)).or(teams.first()).cloned();
        let Some(me) = me else { return enter::without_team(&self.instance, (visit, asked), login).await };
        let payee = Payee { party: payee_party(self.instance.id, &me.payee), handle: me.payee.clone() };
        let visitor = Visitor { instance: &self.instance, visit, login, me, payee, teams };
        let answer = visitor.answer(asked).await;
        Ok(answer.unwrap_or_else(|problem| self.problem_page(&problem, visit, Some(visitor.frame(Place::Elsewhere)))))
    }

    fn problem_page(&self, problem: &Problem, visit: &Visit, frame: Option<DeskFrame>) -> Reply {
        let way_on = Link { text: plain!(visit.lang, "to-desk"), href: "/".to_owned() };
        let view = ProblemView::of(named(&self.instance, visit), problem, visit.request_id.clone(), way_on);
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let frame = frame.unwrap_or_else(|| stranger(&self.instance, visit));
        let mut reply = door::page(visit, status, PageKind::Desk, desk::problem(&frame, &view));
        if let Some(seconds) = problem.retry_after_s() {
            reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Problem::MethodNotAllowed { allow } = problem {
            reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        reply
    }
}

impl Visitor<'_> {
    async fn answer(&self, asked: &Asked) -> Result<Reply, Problem> {
        let page = Page::of(&asked.method, &asked.path)?;
        if self.me.role < page.least() {
            let view = desk::NotYoursView { frame: self.frame(Place::Elsewhere), role: self.me.role, least: page.least() };
            return Ok(door::page(self.visit, StatusCode::FORBIDDEN, PageKind::Desk, desk::not_yours(&view)));
        }
        let form = if asked.is_read() { BTreeMap::new() } else { self.own_form(asked)? };
        if let Some(proving) = page.proving().filter(|_| self.lacks_proof()) {
            return Ok(door::see_other(&format!("{}?{}", enter::address(proving), enter::UNPROVED)));
        }
        let query = door::form(asked.query.as_bytes());
        match page {
            Page::Home => self.home().await,
            Page::Sales => self.sales(&query).await,
            Page::SalesCsv => self.sales_file(&query, export::Form::Csv),
            Page::SalesJson => self.sales_file(&query, export::Form::Json),
            Page::Sale(id) => self.sale(id, &query).await,
            Page::SaleJson(id) => self.sale_json(id).await,
            Page::AskRefund(id) => self.ask_refund(id).await,
            Page::Refund(id) => self.refund(id, &form).await,
            Page::Usage => self.usage(&query).await,
            Page::Bills => self.bills(&query).await,
            Page::BillsOf(period, unit) => self.bills_of((period, unit), &query).await,
            Page::BillsCsv(period, unit) => self.bills_file((period, unit), (&query, export::Form::Csv)).await,
            Page::BillsJson(period, unit) => self.bills_file((period, unit), (&query, export::Form::Json)).await,
            Page::Coins => self.coins(&query).await,
            Page::Session(id) => self.session(id).await,
            Page::Buyers => self.buyers(&query).await,
            Page::BuyersCsv => self.buyers_file(export::Form::Csv).await,
            Page::BuyersJson => self.buyers_file(export::Form::Json).await,
            Page::Offers => self.offers().await,
            Page::Offer(id) => self.offer(id).await,
            Page::AskOffer => self.new_offer(),
            Page::MakeOffer => self.set_offer(None, &form).await,
            Page::AskEdit(id) => self.edit_offer(id),
            Page::Edit(id) => self.set_offer(Some(id), &form).await,
            Page::EndOffer(id) => self.end_offer(id).await,
            Page::Fees => self.fees().await,
            Page::Install => self.install().await,
            Page::Check => self.check(&form).await,
            Page::Move => Ok(self.moving()),
            Page::MoveOffers => self.offers_to_move(&query),
            Page::Team => self.team(StatusCode::OK, team::Said::Nothing(self.proof(&query))).await,
            Page::Invite => self.invite(&form).await,
            Page::SetRole => self.set_role(&form).await,
            Page::Remove => self.remove(&form).await,
            Page::Settings => Ok(self.settings()),
            Page::SetAccent => self.set_accent(&form).await,
            Page::SetLogo => self.set_logo(asked).await,
            Page::RemoveLogo => self.remove_logo().await,
            Page::Choose => self.choose(&form).await,
            Page::Prove => enter::prove(self.instance, asked, &query),
            Page::SignOut => self.sign_out().await,
            Page::Developers(room) => self.developers(room, (&query, &form)).await,
        }
    }

    /// The fields of a form that was posted from a page of this origin under this login.
    ///
    /// # Errors
    /// [`Problem::CrossSite`].
    fn own_form(&self, asked: &Asked) -> Result<BTreeMap<String, String>, Problem> {
        let origin = self.instance.desk_url().unwrap_or_default();
        if !door::is_same_origin(&asked.headers, &origin) {
            return Err(Problem::CrossSite);
        }
        let form = match settings::file_form(asked) {
            Some(parts) => settings::words(&parts),
            None => door::form(&asked.body),
        };
        self.login.check(&form)?;
        Ok(form)
    }

    /// True if this browser has to prove who it is before it changes who comes in. Whoever has no way to, as the demo's guest,
    /// is not asked.
    fn lacks_proof(&self) -> bool {
        self.login.is_kept && !self.login.is_fresh(self.visit.now)
    }

    /// What a page with such a press on it says of the proof.
    fn proof(&self, query: &BTreeMap<String, String>) -> Proof {
        match query.get("proved").map(String::as_str) {
            Some("0") if self.lacks_proof() => Proof::Refused,
            _ if self.lacks_proof() => Proof::Wanted,
            Some("1") if self.login.is_kept => Proof::Given,
            _ => Proof::Unasked,
        }
    }

    /// Writes down what this member did.
    async fn did(&self, done: impl Into<Done>) -> Result<(), Problem> {
        Doer::member(&self.payee.handle, self.login.party, self.visit).did(self.instance, done).await
    }

    fn frame(&self, here: Place) -> DeskFrame {
        let payee = Some(self.instance.payee_name(&self.payee.handle));
        DeskFrame { instance: named(self.instance, self.visit), payee, role: Some(self.me.role), here, now: self.visit.now }
    }

    fn form(&self, action: &str, fields: &[(&str, &str)]) -> Form {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Form { action: action.to_owned(), csrf: self.login.csrf.clone(), fields }
    }

    fn page(&self, status: StatusCode, content: String) -> Reply {
        door::page(self.visit, status, PageKind::Desk, content)
    }

    fn money(&self, units: i128) -> Money {
        Money { units, asset: self.instance.config.asset() }
    }

    /// The name that people read for a handle, or for the operator.
    fn name_of(&self, handle: &str) -> String {
        if handle == "operator" { self.instance.config.name.clone() } else { self.instance.payee_name(handle) }
    }
}

fn named(instance: &Instance, visit: &Visit) -> web::Instance {
    let mode = if instance.is_test() { Mode::Test } else { Mode::Live };
    web::Instance { name: instance.config.name.clone(), mode, lang: visit.lang }
}

/// The surroundings of a page for somebody who is not signed in.
fn stranger(instance: &Instance, visit: &Visit) -> DeskFrame {
    DeskFrame { instance: named(instance, visit), payee: None, role: None, here: Place::Elsewhere, now: visit.now }
}
