//! The demo: the real engine, journal and pages over play money, and a small news site to buy from.

mod origin;
mod sample;
mod told;
mod tools;

use super::serve::{bind_control, serve, tell_cut};
use super::{Failure, asked_to_end, chain, log, runtime};
use crate::config::Config;
use crate::instance::{Instance, Opened, SharedClock};
use crate::serve::{Guests, Listeners};
use crate::web::demo::DemoPlaces;
use crate::world;
use market::{Body, Class, TopUp};
use money::{Amount, Party, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::folder::{DataFolder, Mode};
use store::vault::{Member, Role};
use tokio::net::{TcpListener, UnixListener};

/// The reader that every browser of the demo is signed in as.
const READER: Party = Party(*b"demo:reader\0\0\0\0\0\0\0\0\0");
/// The operator that every browser of the demo is signed in as.
const OPERATOR: Party = Party(*b"demo:operator\0\0\0\0\0\0\0");
/// The owner of the demo's payee, as whom every browser stands at its desk.
const OWNER: Party = Party(*b"demo:owner\0\0\0\0\0\0\0\0\0\0");
/// Days of sample sales of a new demo.
const DAYS: u16 = 30;
/// The first port that is tried.
const PORT: u16 = 4020;

/// `farthing demo`.
#[derive(clap::Args, Debug, Default)]
pub struct Args {
    /// Begin with so many days of sample sales that lie in the past, at most 366; 30 if not said.
    #[arg(long)]
    days: Option<u16>,
    /// Start over: deletes a folder that holds a demo, and no other.
    #[arg(long)]
    fresh: bool,
    /// The demo's folder.
    #[arg(long)]
    data: Option<PathBuf>,
    /// The port; without it 4020 or the next that is free.
    #[arg(long)]
    port: Option<u16>,
    /// Only prepare the folder, then end.
    #[arg(long)]
    prepare: bool,
    /// Print one JSON line instead of text.
    #[arg(long)]
    json: bool,
}

const OFFERS: &str = r#"# What the demo sells. Change it and run `farthing offer apply`.
[offer.harbour]
unlock = "http://news.localhost/a/quiet-harbour"
price = { fixed = "0.05 EUR" }
refund = { window = "10m", per_payer = "10/day" }
split = [
  { label = "writer", to = "ines", bp = 7000 },
  { label = "house", to = "self", rest = true },
]

[offer.tides]
unlock = "http://news.localhost/a/tide-tables"
price = { fixed = "0.004 EUR" }
l402 = true
split = [
  { label = "writer", to = "matthis", bp = 7000 },
  { label = "service", to = "operator", bp = 500 },
  { label = "house", to = "self", rest = true },
]

# Words that come one by one: a session pays for each as it comes.
[offer.tides-told]
unlock = "http://news.localhost/told/*"
price = { metered = "2.00 EUR", per = "1000000 token" }
split = [
  { label = "writer", to = "matthis", bp = 7000 },
  { label = "house", to = "self", rest = true },
]

# The same words at once: what they come to is known when they are there, up to the most of one answer.
[offer.tides-asked]
unlock = "http://news.localhost/ask/*"
price = { metered = "2.00 EUR", per = "1000000 token", most = 4000 }
split = [
  { label = "writer", to = "matthis", bp = 7000 },
  { label = "house", to = "self", rest = true },
]

# A tool for programs that speak the Model Context Protocol, sold by the call.
[offer.high-water]
unlock = "http://news.localhost/mcp/high-water"
price = { metered = "0.002 EUR", per = "1 call" }

[offer.bell]
unlock = "http://news.localhost/a/harbour-bell"
free = true

# A film, paid by what is watched of it: two cents are held, which is ten seconds.
[offer.boat]
consume = "hls:http://news.localhost/film/**"
price = { metered = "0.002 EUR", per = "1 second" }
session = { hold = "0.02 EUR", idle = "15m", devices = 2 }
split = [
  { label = "camera", to = "ines", bp = 7000 },
  { label = "house", to = "self", rest = true },
]
"#;

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    log();
    let began = world::now();
    let folder = args.data.clone().unwrap_or_else(|| PathBuf::from(".farthing-demo"));
    let days = args.days.unwrap_or(DAYS);
    if days > 366 {
        return Err(Failure::usage("--days: at most 366"));
    }
    let new = prepare_folder(&folder, args)?;
    runtime()?.block_on(async {
        let (listeners, moved) = listen(args.port).await?;
        let origin = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| Failure::failed(error.to_string()))?;
        let origin_port = origin.local_addr().map_err(|error| Failure::failed(error.to_string()))?.port();
        let config = config(&folder, &listeners, origin_port)?;
        let clock = DemoClock::default();
        if new {
            clock.stand_at(world::now().before(money::Span(u64::from(days).saturating_mul(86_400).saturating_add(60))));
        }
        super::serve::take_languages(&config)?;
        let opened = Opened::open(config, clock.shared()).await.map_err(|error| Failure::failed(chain(&error)))?;
        tell_cut(&opened);
        if new {
            sample::fill(&opened.instance, days, &clock).await?;
            clock.run();
            greet(&opened.instance).await?;
        }
        employ(&opened.instance).await?;
        if args.prepare {
            println!("Prepared {} with {days} days of sample sales.", folder.display());
            return opened.finish().map_err(|error| Failure::failed(chain(&error)));
        }
        let places = places(&opened.instance);
        let before = payments(&opened.instance).await?;
        let sales = sales_in_words(&opened.instance).await?;
        // Whoever reads the doors may stop the process or order something at once.
        let ready = (bind_control(&opened.instance)?, asked_to_end());
        announce(&opened.instance, &folder, Shown { places: &places, sales: &sales, moved, began, json: args.json });
        tokio::spawn(origin::serve(origin, places));
        let done = serve_and_count(opened, listeners, ready).await?;
        if !args.json {
            println!("\nStopped. {} payments kept in {} ({} of them from this run).", done, folder.display(), done.saturating_sub(before));
        }
        Ok(())
    })
}

/// Serves, and counts what was paid before the engine ends.
async fn serve_and_count(
    opened: Opened,
    listeners: Listeners,
    (control, ended): (UnixListener, impl Future<Output = ()>),
) -> Result<usize, Failure> {
    let instance = Arc::clone(&opened.instance);
    let mut count = 0;
    let counted = async {
        ended.await;
        count = payments(&instance).await.unwrap_or(0);
    };
    serve(opened, listeners, Guests { wallet: Some(READER), desk: Some(OWNER), admin: Some(OPERATOR) }, (control, counted)).await?;
    Ok(count)
}

async fn payments(instance: &Instance) -> Result<usize, Failure> {
    instance.look(|state, _| state.sales().count()).await.map_err(|problem| Failure::failed(problem.detail()))
}

/// How far back the sales of this folder reach.
async fn sales_in_words(instance: &Instance) -> Result<String, Failure> {
    let first = instance.look(|state, _| state.sales().next().map(|(_, sale)| sale.at)).await;
    let first = first.map_err(|problem| Failure::failed(problem.detail()))?;
    // A day that has begun counts.
    let days = |first: Timestamp| world::now().seconds().saturating_sub(first.seconds()).div_ceil(86_400);
    Ok(first.map_or_else(|| "no sales yet".to_owned(), |first| format!("{} days of sample sales", days(first))))
}

/// Makes the folder a demo's, or finds that it is one. True if it is new.
fn prepare_folder(folder: &Path, args: &Args) -> Result<bool, Failure> {
    let store = |error: store::Error| Failure::failed(chain(&error));
    if args.fresh && folder.exists() {
        DataFolder::open(folder, Mode::Test).map_err(store)?.delete_demo().map_err(store)?;
    }
    let known = folder.exists() && DataFolder::is_demo(folder);
    if known && args.days.is_some_and(|days| days > 0) {
        return Err(Failure::usage(format!(
            "{} holds a demo already; sample sales lie in the past, so add --fresh to start over",
            folder.display()
        )));
    }
    if folder.exists() && !known && folder.join("mode").exists() {
        return Err(Failure::usage(format!(
            "{} is a data folder of an instance, not of a demo; name another with --data",
            folder.display()
        )));
    }
    let data = DataFolder::open(folder, Mode::Test).map_err(store)?;
    if !known {
        data.mark_demo().map_err(store)?;
    }
    let offers = folder.join("offers.toml");
    if !offers.exists() {
        std::fs::write(&offers, OFFERS).map_err(|error| Failure::failed(format!("cannot write {}: {error}", offers.display())))?;
    }
    Ok(!folder.join("journal").exists())
}

/// The port asked for, or the first free pair from 4020; says whether it had to move.
async fn listen(port: Option<u16>) -> Result<(Listeners, bool), Failure> {
    let bind = async |port: u16| TcpListener::bind(("127.0.0.1", port)).await;
    if let Some(port) = port {
        let failed = |error| Failure::failed(format!("cannot listen on port {port}: {error}"));
        let ops = if port == 0 { 0 } else { port.saturating_add(1) };
        return Ok((Listeners { public: bind(port).await.map_err(failed)?, ops: bind(ops).await.map_err(failed)? }, false));
    }
    for port in (PORT..PORT.saturating_add(100)).step_by(2) {
        if let (Ok(public), Ok(ops)) = (bind(port).await, bind(port.saturating_add(1)).await) {
            return Ok((Listeners { public, ops }, port != PORT));
        }
    }
    Err(Failure::failed("no free port between 4020 and 4120; name one with --port"))
}

fn config(folder: &Path, listeners: &Listeners, origin_port: u16) -> Result<Config, Failure> {
    let failed = |error: std::io::Error| Failure::failed(error.to_string());
    let (public, ops) = (listeners.public.local_addr().map_err(failed)?, listeners.ops.local_addr().map_err(failed)?);
    // The offers of an older demo, or of its owner, may not have these, and a priced page needs one.
    let offers = std::fs::read_to_string(folder.join("offers.toml")).unwrap_or_default();
    let told = if offers.contains("/told/*") { ", \"/told/*\"" } else { "" };
    let asked = if offers.contains("/ask/*") { ", \"/ask/*\"" } else { "" };
    let tool = if offers.contains("/mcp/high-water") { ", \"/mcp/high-water\"" } else { "" };
    let film = if offers.contains("/film/**") { ", \"/film/**\"" } else { "" };
    let messages = tools::PATH;
    let text = format!(
        r#"name = "Farthing demo"
mode = "test"
listen = "{public}"
ops = "{ops}"
data = "."
currency = "EUR"
wallet = {{ host = "wallet.localhost" }}
desk = {{ host = "desk.localhost" }}
admin = {{ host = "admin.localhost" }}

[payee.harbour]
name = "Harbour Review"
[payee.ines]
name = "Ines Aldane"
[payee.matthis]
name = "Matthis Roe"

[site.news]
host = "news.localhost"
origin = "http://127.0.0.1:{origin_port}"
payee = "harbour"
priced = ["/a/**"{told}{film}{asked}{tool}]
mcp = ["{messages}"]
offers = ["offers.toml"]
"#
    );
    Config::parse(&text, Path::new("the demo's configuration"), folder).map_err(|error| Failure::failed(error.to_string()))
}

/// The reader's first five euros.
async fn greet(instance: &Instance) -> Result<(), Failure> {
    let asset = instance.config.asset();
    let has = instance.look(move |state, _| state.books().accounts_of(READER, asset, Class::Funded).next().is_some()).await;
    if has.map_err(|problem| Failure::failed(problem.detail()))? {
        return Ok(());
    }
    let body = Body::TopUp(TopUp { party: READER, asset, amount: Amount::from_u32(5_000_000), most: Amount::from_u32(20_000_000) });
    instance.order(body).await.map(|_| ()).map_err(|problem| Failure::failed(problem.detail()))
}

/// Puts the owner on the team of the demo's payee.
async fn employ(instance: &Arc<Instance>) -> Result<(), Failure> {
    let (payee, name) = ("harbour".to_owned(), "Demo".to_owned());
    let member = Member { payee, party: OWNER, role: Role::Owner, name, created_at: world::now() };
    instance.vault(move |vault| vault.set_member(&member)).await.map_err(|problem| Failure::failed(problem.detail()))
}

fn places(instance: &Instance) -> DemoPlaces {
    DemoPlaces {
        news: instance.config.url("news.localhost"),
        wallet: instance.wallet_url(),
        desk: instance.desk_url(),
        ops: Some(format!("http://{}", instance.config.ops)),
    }
}

struct Shown<'a> {
    places: &'a DemoPlaces,
    sales: &'a str,
    moved: bool,
    began: Timestamp,
    json: bool,
}

fn announce(instance: &Instance, folder: &Path, shown: Shown<'_>) {
    let DemoPlaces { news, wallet, desk, ops } = shown.places;
    let (desk, ops) = (desk.as_deref().unwrap_or_default(), ops.as_deref().unwrap_or_default());
    let article = format!("{news}/a/quiet-harbour");
    let admin = instance.config.admin.as_ref().map(|door| instance.config.url(&door.host)).unwrap_or_default();
    if shown.json {
        let line = serde_json::json!({"read": news, "wallet": wallet, "desk": desk, "admin": admin, "ops": ops, "tour": format!("{news}/tour"), "article": article,
            "data": folder.display().to_string(), "instance": instance.id.to_string(), "mode": "test"});
        println!("{line}");
        return;
    }
    let version = env!("CARGO_PKG_VERSION");
    println!("farthing {version}   DEMO. Test money only. Data: {} (kept; --fresh starts over)\n", folder.display());
    if shown.moved {
        println!("  Port 4020 is taken; this demo is on the next free one.\n");
    }
    println!("  Read    {news}       3 articles: 0.05, 0.004, free <- start here");
    println!("  Wallet  {wallet}     signed in as a reader with €5.00 (test)");
    println!("  Desk    {desk}       payee \"Harbour Review\", {}", shown.sales);
    println!("  Admin   {admin}      signed in as \"Operator\" (demo only)");
    println!("  Ops     {ops}            health, books, chain head");
    println!("  More    {news}/tour  everything else that can be tried\n");
    println!("Try:  curl -i {article}          402 and the terms");
    println!("      {} wallet new && {0} wallet topup 5.00 --at {wallet}", program());
    println!("      {} get {article} --max 0.10", program());
    println!("      {} get {news}{} --session --max 0.01   a word at a time, 0.000002 each\n", program(), told::PATH);
    let ms = world::now().ms().saturating_sub(shown.began.ms());
    println!("Ready in {}.{} s. Ctrl-C stops.", ms / 1_000, ms % 1_000 / 100);
}

/// How the person called this program.
fn program() -> String {
    std::env::args().next().filter(|name| !name.is_empty()).unwrap_or_else(|| "farthing".to_owned())
}

/// The world's clock, which stands still in the past while sample sales are made.
#[derive(Clone, Default)]
pub(crate) struct DemoClock(Arc<AtomicU64>);

impl DemoClock {
    fn stand_at(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::Release);
    }

    fn run(&self) {
        self.0.store(0, Ordering::Release);
    }

    fn shared(&self) -> SharedClock {
        let clock = self.clone();
        Arc::new(move || match clock.0.load(Ordering::Acquire) {
            0 => world::now(),
            stands => Timestamp(stands),
        })
    }
}
