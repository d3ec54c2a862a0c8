//! The operator's door: pages of one origin for those who run the instance. Its passkeys are bound to its own host, so a
//! wallet's login or passkey opens nothing here.
//!
//! Whoever is nobody here gets the sign-in page for every address, so that strangers learn nothing of what there is.

pub(crate) mod audit;
mod books;
mod checklist;
mod health;
mod jobs;
mod limits;
mod named;
mod operators;
mod parties;
mod rails;
mod settings;
mod setup;
mod sign_in;

#[cfg(test)]
mod tests;

use crate::acts::{Doer, Done};
use crate::desk::FileForm;
use crate::door::{self, ADMIN_COOKIE, Reply, Visit};
use crate::gateway::proxy::BoxError;
use crate::instance::Instance;
use crate::login::{self, SignedIn};
use crate::ops::disk_free;
use crate::proof::{Keeper, Proving};
use crate::rails::Taking;
use crate::wallet::Asked;
use crate::web::lang::plain;
use crate::web::{
    self, AdminFrame, AdminPlace, Form, ICON_PATH, ICON_SVG, Link, PASSKEY_SCRIPT, PASSKEY_SCRIPT_PATH, PageKind, ProblemView,
};
use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode, header};
use money::Party;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::vault::{Door, What};

/// Longest body of a form, in bytes.
const MOST_BODY: usize = 16 * 1_024;

/// The door of `admin.`: one an instance that has one.
pub struct AdminDoor {
    instance: Arc<Instance>,
    auto_login: Option<Party>,
    proving: Proving,
    looked: checklist::Looked,
    /// What can still be written where a folder lies. Tests bring their own: the disk under them is not theirs.
    free: fn(&Path) -> Option<u64>,
    url: String,
}

/// Somebody at the door, with the login they brought.
struct Visitor<'a> {
    instance: &'a Arc<Instance>,
    visit: &'a Visit,
    proving: &'a Proving,
    looked: &'a checklist::Looked,
    free: fn(&Path) -> Option<u64>,
    url: &'a str,
    login: Option<SignedIn>,
}

impl AdminDoor {
    /// The door of an instance at `host`. With `auto_login` a GET signs the visitor in as that operator, as long as no operator
    /// has a passkey: for the demo.
    #[must_use]
    pub fn new(instance: Arc<Instance>, host: &str, auto_login: Option<Party>) -> AdminDoor {
        let proving = Proving::new(&instance, (Door::Admin, host));
        let url = instance.config.url(host);
        AdminDoor { instance, auto_login, proving, looked: checklist::Looked::default(), free: disk_free, url }
    }

    /// Answers a request.
    pub async fn handle<B>(&self, request: Request<B>, visit: &Visit) -> Reply
    where
        B: hyper::body::Body<Data = Bytes> + Send,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let body = door::read_body(body, MOST_BODY).await;
        let asked = Asked::new(parts, body.as_ref().cloned().unwrap_or_default());
        match asked.path.as_str() {
            ICON_PATH => return door::page(visit, StatusCode::OK, PageKind::Icon, ICON_SVG),
            PASSKEY_SCRIPT_PATH => return door::page(visit, StatusCode::OK, PageKind::Script, PASSKEY_SCRIPT),
            _ => {}
        }
        let login = self.login(&asked, visit).await;
        let visit = &visit.of(login.as_ref().ok().and_then(Option::as_ref));
        let (proving, looked, free, url) = (&self.proving, &self.looked, self.free, &self.url);
        let mut visitor = Visitor { instance: &self.instance, visit, proving, looked, free, url, login: None };
        let answer = match (body, login) {
            (Err(problem), _) | (Ok(_), Err(problem)) => Err(problem),
            (Ok(_), Ok(login)) => {
                visitor.login = login;
                visitor.route(&asked).await
            }
        };
        let mut reply = answer.unwrap_or_else(|problem| visitor.problem_page(&problem));
        let said = |line: &HeaderValue| line.as_bytes().starts_with(format!("{ADMIN_COOKIE}=").as_bytes());
        if let Some((value, max_age_s)) = visitor.login.as_ref().and_then(|login| login.cookie.as_ref())
            && !reply.headers().get_all(header::SET_COOKIE).iter().any(said)
        {
            door::set_cookie(&mut reply, ADMIN_COOKIE, value, *max_age_s);
        }
        reply
    }

    async fn login(&self, asked: &Asked, visit: &Visit) -> Result<Option<SignedIn>, Problem> {
        let found = login::find(&self.instance, &asked.headers, (Door::Admin, visit.now)).await?;
        let Some(operator) = self.auto_login.filter(|_| found.is_none() && asked.method == Method::GET && !asked.is_prefetch()) else {
            return Ok(found);
        };
        if self.instance.vault(|vault| vault.has_passkey(Door::Admin)).await? {
            return Ok(None);
        }
        login::begin(&self.instance, operator, asked.browser(Door::Admin, visit.now)).await.map(Some)
    }
}

impl Visitor<'_> {
    async fn route(&self, asked: &Asked) -> Result<Reply, Problem> {
        let path = asked.path.as_str();
        match path {
            "/setup" if asked.is_read() => return self.setup_page(asked).await,
            "/sign-in" if asked.is_read() => return self.sign_in_page().await,
            _ => {}
        }
        if asked.method == Method::POST {
            if !door::is_same_origin(&asked.headers, self.url) {
                return Err(Problem::CrossSite);
            }
            let form = door::form(&asked.body);
            match path {
                "/setup/options" => return self.setup_options(&form).await,
                "/setup" => return self.set_up(asked, &form).await,
                "/sign-in/passkey/options" => return self.sign_in_options(),
                "/sign-in/passkey" => return self.sign_in_by_passkey(asked, &form).await,
                "/sign-in/recovery" => return self.sign_in_by_code(asked, &form).await,
                _ => {}
            }
            let Some(login) = &self.login else { return Ok(door::see_other("/sign-in")) };
            login.check(&form)?;
            return self.change(asked, (login, &form)).await;
        }
        if !asked.is_read() {
            return Err(Problem::MethodNotAllowed { allow: "GET, HEAD, POST" });
        }
        let Some(login) = &self.login else { return self.nobody().await };
        self.look(asked, login).await
    }

    /// What operators look at. No page of these changes anything.
    async fn look(&self, asked: &Asked, login: &SignedIn) -> Result<Reply, Problem> {
        let query = door::form(asked.query.as_bytes());
        match asked.path.as_str() {
            "/" => self.health().await,
            "/parties" => self.parties(&query).await,
            "/books" => self.books(&query).await,
            "/limits" => self.limits(&query).await,
            "/rails" => self.rails(&query).await,
            "/jobs" => self.jobs(&query).await,
            "/audit" => self.audit(&query).await,
            "/audit.csv" => self.audit_file(&query, FileForm::Csv),
            "/audit.json" => self.audit_file(&query, FileForm::Json),
            "/config" => Ok(self.config()),
            "/backup" => self.backup().await,
            "/operators" => self.operators(asked, login).await,
            path => match path.split('/').skip(1).collect::<Vec<_>>().as_slice() {
                ["parties", id] => self.party(id).await,
                ["books", place] => self.record(place, &query).await,
                _ => Err(Problem::Unknown),
            },
        }
    }

    /// What operators do by forms.
    async fn change(&self, asked: &Asked, (login, form): (&SignedIn, &BTreeMap<String, String>)) -> Result<Reply, Problem> {
        match asked.path.as_str() {
            "/sign-out" => return self.sign_out(login).await,
            "/jobs/retry" => return self.retry(login, form).await,
            "/operators/codes/confirm" => return self.confirm_codes(login, form).await,
            "/operators/logins/end" => {
                self.keeper(login).end_login(form).await?;
                self.did(login.party, What::LoginEnded).await?;
                return Ok(door::see_other("/operators"));
            }
            _ => {}
        }
        // All that decides who may come in, whose word counts, and whether money comes in, wants a fresh proof, once there is
        // anything to prove with.
        if !login.is_fresh(self.visit.now) && self.instance.vault(|vault| vault.has_passkey(Door::Admin)).await? {
            return Ok(door::see_other("/sign-in"));
        }
        match asked.path.as_str() {
            "/rails/stop" => self.set_rail(login, form, Taking::Stop).await,
            "/rails/start" => self.set_rail(login, form, Taking::Start).await,
            "/operators/passkeys/options" => self.keeper(login).options(&self.instance.config.name).await,
            "/jobs/root" => self.accept_root(login, form).await,
            "/operators/passkeys" => self.add_passkey(asked, (login, form)).await,
            "/operators/passkeys/remove" => self.remove_passkey(login, form).await,
            "/operators/codes" => self.make_codes(login).await,
            "/operators/invite" => self.invite(login).await,
            "/operators/remove" => self.remove(login, form).await,
            _ => Err(Problem::Unknown),
        }
    }

    /// Writes down what an operator did.
    async fn did(&self, party: Party, done: impl Into<Done>) -> Result<(), Problem> {
        Doer::operator(party, self.visit).did(self.instance, done).await
    }

    fn keeper<'a>(&'a self, login: &'a SignedIn) -> Keeper<'a> {
        let (instance, proving, now) = (self.instance, self.proving, self.visit.now);
        Keeper { instance, proving, login, door: Door::Admin, base: "/operators", now }
    }

    /// Where somebody without a login is sent: to set the instance up, as long as nobody runs it.
    async fn nobody(&self) -> Result<Reply, Problem> {
        let known = self.instance.vault(|vault| vault.has_passkey(Door::Admin)).await?;
        Ok(door::see_other(if known { "/sign-in" } else { "/setup" }))
    }

    fn frame(&self) -> AdminFrame {
        let mode = if self.instance.is_test() { web::Mode::Test } else { web::Mode::Live };
        let instance = web::Instance { name: self.instance.config.name.clone(), mode, lang: self.visit.lang };
        AdminFrame { instance, is_in: self.login.is_some(), here: AdminPlace::Elsewhere, now: self.visit.now }
    }

    /// The surroundings of a page of one of the links.
    fn at(&self, here: AdminPlace) -> AdminFrame {
        AdminFrame { here, ..self.frame() }
    }

    fn form(&self, action: &str) -> Form {
        let csrf = self.login.as_ref().map(|login| login.csrf.clone()).unwrap_or_default();
        Form { action: action.to_owned(), csrf, fields: Vec::new() }
    }

    fn page(&self, status: StatusCode, content: String) -> Reply {
        door::page(self.visit, status, PageKind::Admin, content)
    }

    fn problem_page(&self, problem: &Problem) -> Reply {
        let way_on = Link { text: plain!(self.visit.lang, "admin-health"), href: "/".to_owned() };
        let view = ProblemView::of(self.frame().instance, problem, self.visit.request_id.clone(), way_on);
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut reply = self.page(status, web::admin_problem(&self.frame(), &view));
        if let Some(seconds) = problem.retry_after_s() {
            reply.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Problem::MethodNotAllowed { allow } = problem {
            reply.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
        }
        reply
    }
}
