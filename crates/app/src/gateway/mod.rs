//! The gateway: a paid door in front of any HTTP origin. A request for a site's host comes in, a reply goes out.
//!
//! What is not priced passes through [`proxy`] untouched. What is priced is served to whoever owns it, sold to whoever
//! presents a credential, and answered with a challenge (and a page for people) otherwise.

mod abroad;
mod auth;
mod back;
mod bar;
mod beside;
mod challenge;
pub(crate) mod checker;
mod coin;
mod deliver;
mod dialect;
mod discovery;
mod exports;
mod first;
mod fold;
pub mod hls;
mod human;
pub(crate) mod limits;
mod locked;
mod mcp;
pub(crate) mod named;
mod pay;
mod priced;
mod probe;
pub mod proxy;
mod readers;
mod receipt;
mod replay;
mod served;
mod session;
mod site;
mod standing;
mod teaser;
#[cfg(test)]
pub(crate) mod tests;
mod undo;
mod upto;
mod wait;
mod words;

pub use auth::PATH as AUTH_PATH;
pub use fold::Target;

pub(crate) use hls::{Seats, seconds_for, video_of};
pub(crate) use probe::Probes;
#[cfg(test)]
pub(crate) use session::tend;
pub(crate) use session::{Endings, UnderWay, close_for, note_left_behind, settle_calls, stands, sweep};

pub(crate) use dialect::credentials_in;
pub(crate) use discovery::paragraph as problem_paragraph;
pub(crate) use receipt::header as receipt_header;
pub(crate) use upto::{Promises, give_back_promises};

use crate::config::Site;
use crate::door::{self, Reply, Visit};
use crate::instance::Instance;
use crate::{web, world};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use http_body_util::BodyExt;
use limits::{Buckets, Loopback};
use market::Selector;
use protocol::problem::Problem;
use proxy::{BadOrigin, BoxError, Forwarded, Limits, Origin, OriginError, Proxy};
use std::pin::Pin;
use std::sync::Arc;
use thiserror::Error;

/// The door of one site. Clones share everything.
#[derive(Clone)]
pub struct SiteDoor(Arc<Gate>);

/// Why a site has no door.
#[derive(Error, Debug)]
pub enum DoorError {
    /// The configuration has no site of that name.
    #[error("there is no [site.{0}] in the configuration")]
    NoSuchSite(String),
    /// Its origin is the service of another program.
    #[error("[site.{0}] has origin = \"inside\": the program that has the layer around its service serves it, and nothing else does")]
    Inside(String),
    /// Its origin is no address.
    #[error(transparent)]
    Origin(#[from] BadOrigin),
}

/// What the requests of one site share.
struct Gate {
    instance: Arc<Instance>,
    /// The site's name in the configuration; the vault keeps readers under it.
    name: String,
    site: Site,
    proxy: Proxy,
    /// What is priced, read once.
    priced: Patterns,
    /// Where messages for tools go, read once.
    messages: Patterns,
    checker: checker::Checker,
    readers: readers::Readers,
    teasers: teaser::Teasers,
    replays: Arc<replay::Replays>,
    names: named::Names,
    /// Purchases by the client's own word for its request.
    words: named::Names<words::First>,
    sessions: session::Sessions,
    checks: session::Checks,
    turns: hls::Turns,
    wires: Arc<session::Wires>,
    firsts: first::Firsts,
    used: locked::Used,
    coins: coin::Coins,
    examples: discovery::Examples,
    /// Challenges by address.
    challenges: Buckets,
    /// Credentials that failed, by address.
    failures: Buckets,
    /// Vouchers that prove nothing, by session and address.
    forged: Buckets,
}

/// The path patterns that a site prices.
pub(crate) struct Patterns(Vec<Selector>);

impl Patterns {
    pub(crate) fn of(site: &Site) -> Patterns {
        Patterns::over(&site.host, &site.priced)
    }

    fn over(host: &str, patterns: &[String]) -> Patterns {
        // The configuration was refused if one could not be read.
        Patterns(patterns.iter().filter_map(|pattern| Selector::new(host, pattern).ok()).collect())
    }

    /// True if one of them covers the path.
    pub(crate) fn cover(&self, path: &str) -> bool {
        self.0.iter().any(|pattern| pattern.covers(path))
    }
}

impl SiteDoor {
    /// The door of a site of the instance's configuration. Connects to nothing yet.
    ///
    /// # Errors
    /// [`DoorError`].
    pub fn new(instance: Arc<Instance>, site_name: &str) -> Result<SiteDoor, DoorError> {
        let site = instance.config.site.get(site_name).cloned().ok_or_else(|| DoorError::NoSuchSite(site_name.to_owned()))?;
        let origin: Origin = site.origin.parse()?;
        if origin.is_inside() {
            return Err(DoorError::Inside(site_name.to_owned()));
        }
        Ok(SiteDoor::with(instance, (site_name, site), Proxy::new(origin, Limits::default())))
    }

    /// The door of a site whose pages a service in this process makes; what its `origin` says counts for nothing.
    ///
    /// # Errors
    /// [`DoorError::NoSuchSite`].
    pub fn inside(instance: Arc<Instance>, site_name: &str, service: proxy::Service) -> Result<SiteDoor, DoorError> {
        let site = instance.config.site.get(site_name).cloned().ok_or_else(|| DoorError::NoSuchSite(site_name.to_owned()))?;
        let origin: Origin = site.origin.parse()?;
        Ok(SiteDoor::with(instance, (site_name, site), Proxy::inside(service, origin, Limits::default())))
    }

    fn with(instance: Arc<Instance>, (site_name, site): (&str, Site), proxy: Proxy) -> SiteDoor {
        let wires = Arc::default();
        instance.endings.join(&wires);
        SiteDoor(Arc::new(Gate {
            name: site_name.to_owned(),
            proxy,
            priced: Patterns::of(&site),
            messages: Patterns::over(&site.host, &site.mcp),
            checker: checker::Checker::default(),
            readers: readers::Readers::default(),
            teasers: teaser::Teasers::default(),
            replays: Arc::default(),
            names: named::Names::default(),
            words: named::Names::default(),
            sessions: session::Sessions::default(),
            checks: session::Checks::default(),
            turns: hls::Turns::default(),
            wires,
            firsts: first::Firsts::default(),
            used: locked::Used::default(),
            coins: coin::Coins::of(&instance.config, &site),
            examples: discovery::Examples::default(),
            challenges: Buckets::new(limits::CHALLENGES, Loopback::Exempt),
            failures: Buckets::new(limits::FAILURES, Loopback::Exempt),
            forged: Buckets::new(limits::FORGED, Loopback::Exempt),
            site,
            instance,
        }))
    }

    /// The program is to end: streams settle what they sent and break off, so that their readers ask again.
    pub fn stop_streams(&self) {
        self.0.wires.stop();
    }

    /// Answers one request. Its extensions must be those of hyper's server, else an upgrade cannot pass.
    ///
    /// Nothing is answered before it is durable. If the caller drops the future after a charge, the sale is still
    /// delivered or taken back.
    pub fn handle<B>(&self, request: Request<B>, visit: &Visit, forwarded: Forwarded) -> impl Future<Output = Reply> + Send + use<B>
    where
        B: hyper::body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let (gate, visit) = (Arc::clone(&self.0), visit.clone());
        let request = request.map(|body| body.map_err(Into::into).boxed_unsync());
        // Boxed, so that who serves it need not know what is borrowed where inside.
        let answer: Pin<Box<dyn Future<Output = Reply> + Send>> = Box::pin(async move { gate.logged(request, &visit, forwarded).await });
        answer
    }
}

type Asked<'a> = Pin<Box<dyn Future<Output = Result<Reply, OriginError>> + Send + 'a>>;
type Whole = Pin<Box<dyn Future<Output = Result<Bytes, Problem>> + Send>>;

/// A request's body, up to a limit.
fn read_whole(body: proxy::Body, most_bytes: usize) -> Whole {
    Box::pin(door::read_body(body, most_bytes))
}

impl Gate {
    async fn logged(self: &Arc<Self>, request: Request<proxy::Body>, visit: &Visit, forwarded: Forwarded) -> Reply {
        if !tracing::enabled!(tracing::Level::INFO) {
            return self.answer(request, visit, forwarded).await;
        }
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let started = world::now();
        let reply = self.answer(request, visit, forwarded).await;
        let ms = world::now().ms().saturating_sub(started.ms());
        tracing::info!(site = %self.name, %method, %path, status = reply.status().as_u16(), ms, request = %visit.request_id);
        reply
    }

    /// Asks the origin. Boxed, like [`read_whole`]: inside a longer future the compiler loses sight of what is borrowed here.
    fn forward<'a>(&'a self, request: Request<proxy::Body>, add: &'a [(HeaderName, HeaderValue)], peer: &'a Forwarded) -> Asked<'a> {
        Box::pin(self.proxy.forward(request, add, peer))
    }

    /// The site's own address, without a path.
    fn origin_url(&self) -> String {
        self.instance.config.url(&self.site.host)
    }

    /// What people call the site.
    fn title(&self) -> String {
        self.site.name.clone().unwrap_or_else(|| self.instance.payee_name(&self.site.payee))
    }

    /// Realm and folded target: what a purchase is of.
    fn item(&self, target: &Target) -> String {
        format!("{}{}", self.site.host, target.page)
    }

    /// Where a person adds money.
    fn top_up_url(&self) -> String {
        format!("{}/top-up", self.instance.wallet_url())
    }

    /// The instance as its pages name it to a reader.
    fn shown_instance(&self, ask: &priced::Ask) -> web::Instance {
        let mode = if self.instance.is_test() { web::Mode::Test } else { web::Mode::Live };
        web::Instance { name: self.instance.config.name.clone(), mode, lang: ask.visit.lang }
    }
}
