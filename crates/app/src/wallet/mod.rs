//! The wallet's door: pages of one origin for people, and `/v1` on the same host for programs.
//!
//! A GET never moves money. What moves it is a form posted from a page of this origin with the login's secret in it, or a
//! call under `/v1` signed with the payer's key; neither counts for the other.

mod account;
mod add;
mod bills;
mod export;
mod history;
mod home;
pub mod hop;
mod lines;
mod mailed;
mod one_click;
mod onward;
mod pay;
mod problems;
mod purse;
mod quote;
mod receipt;
mod screen;
mod sessions;
mod settings;
mod sheet;
mod sign_in;
mod sites;
mod statements;
mod tempo;
mod undo;
mod watch;

#[cfg(test)]
pub(crate) mod tests;

pub use account::LANGUAGE;
pub(crate) use export::{COLUMNS, id, party, state, text as csv_text};
pub(crate) use history::words_of;
pub(crate) use lines::{Line, SaleFacts, cursor, lines, metered_of, parse_cursor, split, title};
pub(crate) use purse::{MOST_IN_BROWSER, MOST_WITH_KEY, Purse, whole};
pub(crate) use statements::zone_query;

use crate::api;
use crate::door::{self, Reply, Visit};
use crate::facilitator::Facilitator;
use crate::gateway::proxy::BoxError;
use crate::instance::Instance;
use crate::login::{self, Browser, SignedIn};
use crate::pace::Pace;
use crate::payees::brand::LOGO_PATH;
use crate::proof::Proving;
use crate::web::{self, ICON_PATH, ICON_SVG, PASSKEY_SCRIPT, PASSKEY_SCRIPT_PATH, PAY_SCRIPT, PAY_SCRIPT_PATH, PageKind};
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use money::{Party, Timestamp};
use protocol::discovery::{FARTHING_PATH, OPENAPI_PATH};
use protocol::problem::Problem;
use std::sync::Arc;
use store::vault::Door;
use tempo::Tempo;

/// Longest body of a form or call, in bytes.
const MOST_BODY: usize = 16 * 1_024;

/// The door of `wallet.`: one an instance.
pub struct WalletDoor {
    instance: Arc<Instance>,
    auto_login: Option<Party>,
    opens: Pace,
    tempo: Tempo,
    proving: Proving,
    facilitator: Facilitator,
}

/// A request with its body in hand.
pub struct Asked {
    /// HTTP method; HEAD is answered as GET.
    pub method: Method,
    /// Path without query.
    pub path: String,
    /// Path and query as they were sent: what a call signs.
    pub target: String,
    /// Query without its mark.
    pub query: String,
    /// Header fields.
    pub headers: HeaderMap,
    /// At most as many bytes as the address takes.
    pub body: Bytes,
}

/// Somebody at the door, with the login they brought.
pub(crate) struct Visitor<'a> {
    pub instance: &'a Arc<Instance>,
    pub visit: &'a Visit,
    pub login: Option<SignedIn>,
    opens: &'a Pace,
    tempo: &'a Tempo,
    proving: &'a Proving,
}

impl WalletDoor {
    /// The door of an instance. With `auto_login` a GET without a login signs the visitor in as that party at once: for
    /// the demo, whose reader everybody at the machine may be.
    #[must_use]
    pub fn new(instance: Arc<Instance>, auto_login: Option<Party>) -> WalletDoor {
        let proving = Proving::new(&instance, (Door::Wallet, &instance.config.wallet.host));
        let facilitator = Facilitator::new(Arc::clone(&instance));
        WalletDoor { instance, auto_login, opens: Pace::default(), tempo: Tempo::default(), proving, facilitator }
    }

    /// Answers a request. Logins are read from the `Cookie` header for pages only; `/v1` looks at signatures alone.
    pub async fn handle<B>(&self, request: Request<B>, visit: &Visit) -> Reply
    where
        B: hyper::body::Body<Data = Bytes> + Send,
        B::Error: Into<BoxError>,
    {
        let (parts, body) = request.into_parts();
        let most = api::most_body(parts.uri.path(), MOST_BODY);
        let body = door::read_body(body, most).await;
        let asked = Asked::new(parts, body.as_ref().cloned().unwrap_or_default());
        if asked.path.starts_with("/v1/") {
            let answer = match body {
                Ok(_) => api::answer(&self.instance, &asked, visit).await,
                Err(problem) => Err(problem),
            };
            return answer.unwrap_or_else(|problem| self.told(&problem));
        }
        if let Some(call) = asked.path.strip_prefix("/x402/") {
            return self.facilitator.answer(call, &asked, body.err(), visit).await;
        }
        if let Some(reply) = self.document(&asked, visit) {
            return reply;
        }
        self.page(&asked, body.err(), visit).await
    }

    /// Documents that are the same for everybody.
    fn document(&self, asked: &Asked, visit: &Visit) -> Option<Reply> {
        let fixed = |content_type: &'static str, content: Vec<u8>| {
            let mut reply = Reply::new(door::full(content));
            let headers = reply.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            reply
        };
        let reply = match asked.path.as_str() {
            PAY_SCRIPT_PATH => door::page(visit, StatusCode::OK, PageKind::Script, PAY_SCRIPT),
            PASSKEY_SCRIPT_PATH => door::page(visit, StatusCode::OK, PageKind::Script, PASSKEY_SCRIPT),
            ICON_PATH => door::page(visit, StatusCode::OK, PageKind::Icon, ICON_SVG),
            FARTHING_PATH => fixed("application/json", api::facts(&self.instance, None)),
            OPENAPI_PATH => fixed("application/json", api::openapi().to_string().into_bytes()),
            path if path.starts_with(LOGO_PATH) => door::logo(&self.instance, visit, path.strip_prefix(LOGO_PATH)?)?,
            path => {
                let code = path.strip_prefix("/problems/")?;
                let text = crate::gateway::problem_paragraph(code)?;
                let mut reply = if door::wants_page(&asked.headers) {
                    let page = web::problem_code(&door::named(&self.instance, visit), code, text);
                    door::page(visit, StatusCode::OK, PageKind::SitePage, page)
                } else {
                    fixed("text/plain; charset=utf-8", format!("{code}\n\n{text}\n").into_bytes())
                };
                reply.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
                reply
            }
        };
        Some(if asked.is_read() { reply } else { self.told(&Problem::MethodNotAllowed { allow: "GET, HEAD" }) })
    }

    async fn page(&self, asked: &Asked, unread: Option<Problem>, visit: &Visit) -> Reply {
        let login = login::find(&self.instance, &asked.headers, (Door::Wallet, visit.now)).await;
        let known = login.as_ref().ok().and_then(Option::as_ref);
        // Payers alone count in a zone of their own: the other doors' days and months are UTC.
        let zone = known.and_then(|login| login.zone).unwrap_or_else(|| self.instance.config.zone());
        let mut visit = visit.of(known);
        visit.lang = visit.lang.in_zone(zone);
        let visit = &visit;
        let mut visitor =
            Visitor { instance: &self.instance, visit, login: None, opens: &self.opens, tempo: &self.tempo, proving: &self.proving };
        let answer = match (login, unread) {
            (Err(problem), _) | (Ok(_), Some(problem)) => Err(problem),
            (Ok(login), None) => {
                visitor.login = login;
                self.sign_in_by_itself(&mut visitor, asked).await
            }
        };
        let answer = match answer {
            Ok(()) => visitor.route(asked).await,
            Err(problem) => Err(problem),
        };
        let mut reply = match answer {
            Ok(reply) => reply,
            Err(problem) => visitor.problem_page(&problem).await,
        };
        let said = |line: &HeaderValue| line.as_bytes().starts_with(format!("{}=", door::WALLET_COOKIE).as_bytes());
        if let Some((value, max_age_s)) = visitor.login.as_ref().and_then(|login| login.cookie.as_ref())
            && !reply.headers().get_all(header::SET_COOKIE).iter().any(said)
        {
            door::set_cookie(&mut reply, door::WALLET_COOKIE, value, *max_age_s);
        }
        reply
    }

    async fn sign_in_by_itself(&self, visitor: &mut Visitor<'_>, asked: &Asked) -> Result<(), Problem> {
        let Some(reader) = self.auto_login.filter(|_| visitor.login.is_none() && asked.method == Method::GET && !asked.is_prefetch())
        else {
            return Ok(());
        };
        // A reader who made a key is one person, no longer everybody at the machine.
        if !self.instance.vault(move |vault| vault.is_kept(reader)).await? {
            visitor.login = Some(login::begin(&self.instance, reader, asked.browser(Door::Wallet, visitor.visit.now)).await?);
        }
        Ok(())
    }

    fn told(&self, problem: &Problem) -> Reply {
        let mut reply = door::problem(problem, &self.instance.wallet_url());
        problems::allow(&mut reply, problem);
        reply
    }
}

impl Asked {
    /// A request whose body was read.
    pub fn new(parts: Parts, body: Bytes) -> Asked {
        let target = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        Asked { method: parts.method, path, target, query, headers: parts.headers, body }
    }

    /// The browser that asks, as a login notes it.
    pub fn browser(&self, door: Door, now: Timestamp) -> Browser<'_> {
        let agent = self.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Browser { door, agent, proved_at: None, now }
    }

    /// True for GET and HEAD.
    pub fn is_read(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }

    /// True if the browser only prepares for a press that may never come.
    pub fn is_prefetch(&self) -> bool {
        self.headers.get("sec-purpose").is_some_and(|purpose| purpose.as_bytes().windows(8).any(|word| word == b"prefetch"))
    }
}

impl Visitor<'_> {
    async fn route(&self, asked: &Asked) -> Result<Reply, Problem> {
        let path = asked.path.as_str();
        if asked.is_read() {
            return match path {
                "/" => self.home(asked).await,
                "/pay" => self.pay_page(asked).await,
                "/pay/done" => self.pay_done(asked).await,
                // People are sent here by refusals; the amounts stand on the first page.
                "/top-up" => Ok(door::see_other("/")),
                "/history" => self.history(asked).await,
                "/history.csv" => self.history_csv().await,
                "/history.json" => self.history_json().await,
                "/sign-in" => self.sign_in_page(asked).await,
                "/settings" => self.settings(asked).await,
                "/settings.json" => self.settings_json().await,
                "/hop" => self.hop(asked).await,
                "/sites" => self.sites().await,
                path if path.starts_with("/sessions/") && !POSTED.contains(&path) => self.session(asked).await,
                path if path.starts_with("/sites/") && !POSTED.contains(&path) => self.site(path).await,
                "/bills" => self.bills(asked).await,
                path if path.starts_with("/bills/") => self.bill(asked).await,
                "/statements" => self.statements(asked).await,
                path if path.starts_with("/statements/") => self.statement(asked).await,
                path if path.starts_with("/r/") => self.receipt(path).await,
                path if POSTED.contains(&path) => Err(Problem::MethodNotAllowed { allow: "POST" }),
                _ => Err(Problem::Unknown),
            };
        }
        match path {
            path if asked.method != Method::POST => Err(not_allowed(path)),
            "/open" => self.open(asked).await,
            "/pay" => self.pay(asked).await,
            "/pay/top-up" | "/top-up" => self.top_up(asked).await,
            "/undo" => self.undo(asked).await,
            "/sign-out" => self.sign_out(asked).await,
            "/sign-in/passkey/options" => self.sign_in_options(asked),
            "/sign-in/passkey" => self.sign_in_by_passkey(asked).await,
            "/sign-in/recovery" => self.sign_in_by_code(asked).await,
            "/sign-in/mail" => self.ask_mail(asked).await,
            "/sign-in/mail/code" => self.sign_in_by_mail(asked).await,
            "/settings/mail" => self.set_mail(asked).await,
            "/settings/mail/code" => self.confirm_mail(asked).await,
            "/settings/language" => self.set_language(asked).await,
            "/settings/zone" => self.set_zone(asked).await,
            "/settings/digest" => self.set_digest(asked).await,
            "/settings/close" => self.close(asked).await,
            "/settings/passkeys/options" => self.passkey_options(asked).await,
            "/settings/passkeys" => self.add_passkey(asked).await,
            "/settings/passkeys/remove" => self.remove_passkey(asked).await,
            "/settings/codes" => self.make_codes(asked).await,
            "/settings/codes/confirm" => self.confirm_codes(asked).await,
            "/settings/logins/end" => self.end_login(asked).await,
            "/sites/caps" => self.set_site_caps(asked).await,
            "/sites/all" => self.set_cap_of_all(asked).await,
            "/sites/pause" | "/sites/resume" | "/sites/revoke" => self.change_site(asked).await,
            "/sites/readers/end" => self.end_reader(asked).await,
            "/sessions/end" => self.end_session(asked).await,
            path => Err(not_allowed(path)),
        }
    }

    /// The desk's origin, if somebody goes on there: the policy of a page covers all that its forms lead to.
    fn desk_url(&self, onward: &onward::Onward) -> Option<String> {
        self.instance.desk_url().filter(|_| matches!(onward, onward::Onward::Desk(_)))
    }

    /// The fields of a form that was posted from a page of this origin.
    ///
    /// # Errors
    /// [`Problem::CrossSite`].
    fn own_form(&self, asked: &Asked) -> Result<std::collections::BTreeMap<String, String>, Problem> {
        if door::is_same_origin(&asked.headers, &self.instance.wallet_url()) {
            Ok(door::form(&asked.body))
        } else {
            Err(Problem::CrossSite)
        }
    }
}

/// Paths that only take forms.
const POSTED: [&str; 28] = [
    "/open",
    "/pay/top-up",
    "/undo",
    "/sign-out",
    "/sign-in/passkey/options",
    "/sign-in/passkey",
    "/sign-in/recovery",
    "/settings/passkeys/options",
    "/settings/passkeys",
    "/settings/passkeys/remove",
    "/settings/codes",
    "/settings/codes/confirm",
    "/settings/logins/end",
    "/sign-in/mail",
    "/sign-in/mail/code",
    "/settings/mail",
    "/settings/mail/code",
    "/settings/language",
    "/settings/zone",
    "/settings/digest",
    "/settings/close",
    "/sites/caps",
    "/sites/all",
    "/sites/pause",
    "/sites/resume",
    "/sites/revoke",
    "/sites/readers/end",
    "/sessions/end",
];
/// Paths that are read and also take forms.
const BOTH: [&str; 2] = ["/pay", "/top-up"];
/// Paths that are only read.
const READ: [&str; 12] = [
    "/",
    "/pay/done",
    "/settings.json",
    "/hop",
    "/sites",
    "/bills",
    "/statements",
    "/history",
    "/history.csv",
    "/history.json",
    "/sign-in",
    "/settings",
];

fn not_allowed(path: &str) -> Problem {
    if BOTH.contains(&path) {
        Problem::MethodNotAllowed { allow: "GET, HEAD, POST" }
    } else if POSTED.contains(&path) {
        Problem::MethodNotAllowed { allow: "POST" }
    } else if READ.contains(&path)
        || path.starts_with("/r/")
        || path.starts_with("/sites/")
        || path.starts_with("/sessions/")
        || path.starts_with("/statements/")
        || path.starts_with("/bills/")
    {
        Problem::MethodNotAllowed { allow: "GET, HEAD" }
    } else {
        Problem::Unknown
    }
}
