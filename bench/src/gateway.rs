//! The gateway under load: the origin directly, the proxy unpaid, a page that is owned, a signed charge; in turn, in one run.

use crate::cores::{Cores, Wish};
use crate::gateway_figures::{COLUMNS, Figures, Turn};
use crate::gateway_load::{Requests, Run, open};
use crate::gateway_shop::{Shop, cpu_of, get};
use crate::table::{Table, median};
use crate::{gateway_origin, gateway_peer};
use anyhow::{Context, Result};
use serde_json::json;
use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Connections of the closed loop.
const CONNECTIONS: usize = 64;
/// Connections of the open loop.
const FEW: usize = 16;
/// Requests a second of the open loop.
const MODERATE: f64 = 1_000.0;
/// How long one mode of one round runs.
const STRETCH: Duration = Duration::from_millis(1_200);
/// Charges of one connection in one round.
const CHARGES: usize = 128;
/// Calls of one connection's session in one round.
const CALLS: usize = 400;
/// Signed reads of one connection in one round.
const READS: usize = 200;

/// Share of its cores above which the load counts as the limit.
const FULL: f64 = 0.95;

/// What is measured, in the order of the rounds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Mode {
    Direct,
    Unpaid,
    Cookie,
    Shown,
    Signed,
    Charge,
    Session,
}

const MODES: [Mode; 7] = [Mode::Direct, Mode::Unpaid, Mode::Cookie, Mode::Shown, Mode::Signed, Mode::Charge, Mode::Session];

impl Mode {
    const fn name(self) -> &'static str {
        match self {
            Mode::Direct => "origin directly",
            Mode::Unpaid => "proxy, unpaid page",
            Mode::Cookie => "owned, by cookie",
            Mode::Shown => "owned, one signature shown again",
            Mode::Signed => "owned, a fresh signature each",
            Mode::Charge => "signed charge, durable",
            Mode::Session => "session, a link each, durable",
        }
    }
}

/// Everything that requests are sent to.
struct Field {
    shop: Shop,
    origin: SocketAddr,
    cookie: Arc<[u8]>,
    /// How long the index took at most to have everything after a run.
    behind: Duration,
}

impl Field {
    fn requests(&mut self, mode: Mode, each: usize) -> Result<Requests> {
        Ok(match mode {
            Mode::Direct | Mode::Unpaid => Requests::Same(get("/free/page", "").into(), STRETCH),
            Mode::Cookie => Requests::Same(Arc::clone(&self.cookie), STRETCH),
            Mode::Shown => Requests::Same(self.shop.signed_read()?.into(), STRETCH),
            Mode::Signed => Requests::Each(Arc::new(self.shop.signed_reads(each.min(READS))?)),
            Mode::Charge => Requests::Each(Arc::new(self.shop.charges(each)?)),
            Mode::Session => Requests::Each(Arc::new(self.shop.calls(each)?)),
        })
    }

    fn address(&self, mode: Mode) -> SocketAddr {
        if mode == Mode::Direct { self.origin } else { self.shop.address }
    }

    /// One mode of one round; the server's CPU has in it what the index takes to have everything.
    fn closed(&mut self, mode: Mode) -> Result<Turn> {
        let each = match mode {
            Mode::Signed => READS,
            Mode::Session => CALLS,
            Mode::Direct | Mode::Unpaid | Mode::Cookie | Mode::Shown | Mode::Charge => CHARGES,
        };
        let requests = self.requests(mode, each)?;
        let (shop, behind) = (&self.shop, &mut self.behind);
        // What the run left to be projected belongs to it, and is not in the way of the next.
        let settled = || {
            *behind = (*behind).max(shop.await_index()?);
            Ok(())
        };
        let address = if mode == Mode::Direct { self.origin } else { shop.address };
        Turn::take((address, shop.pid()), CONNECTIONS, &requests, settled).with_context(|| mode.name())
    }

    fn open(&mut self, mode: Mode) -> Result<Run> {
        let each = (2.0 * MODERATE / FEW as f64) as usize;
        let requests = match self.requests(mode, each)? {
            Requests::Same(request, _) => Requests::Same(request, Duration::from_secs(2)),
            each @ Requests::Each(_) => each,
        };
        open(self.address(mode), (FEW, MODERATE), &requests).with_context(|| mode.name())
    }
}

/// Runs everything; about two minutes with five rounds.
///
/// # Errors
/// What stopped it: a missing release build, an answer that is no 200.
pub fn run(rounds: usize, wish: Wish) -> Result<Table> {
    let cores = Cores::place(wish);
    let origin = gateway_origin::start()?;
    let shop = Shop::open(origin, CONNECTIONS, &cores)?;
    let cookie = shop.own()?.into();
    let mut field = Field { shop, origin, cookie, behind: Duration::ZERO };
    let only = std::env::var("FARTHING_BENCH_MODES").unwrap_or_default();
    let modes: Vec<Mode> = MODES.into_iter().filter(|mode| only.is_empty() || only.contains(&format!("{mode:?}"))).collect();
    let mut figures = vec![Figures::default(); modes.len()];
    let mut peers = gateway_peer::Peers::start(&cores, origin, &only);
    let load_before = load();
    for round in 0..=rounds {
        let mut unpaid = None;
        for (mode, figures) in modes.iter().zip(&mut figures) {
            let turn = field.closed(*mode)?;
            if *mode == Mode::Unpaid {
                unpaid = Some(turn);
            }
            // The first round warms caches and is not counted.
            if round > 0 {
                figures.note(turn, unpaid);
            }
        }
        if round > 0 {
            peers.round((CONNECTIONS, STRETCH))?;
        }
    }
    for (mode, figures) in modes.iter().zip(&mut figures) {
        let mut run = field.open(*mode)?;
        figures.open = Some((run.percentile(0.5), run.percentile(0.99)));
    }
    let sync = sync_us(&field.shop)?;
    let own_cpu = cpu_of(std::process::id())?;
    Ok(table(&modes, &figures, &peers, &Around { rounds, load: [load_before, load()], sync, own_cpu, behind: field.behind, cores }))
}

/// What a reader has to know beside the figures.
struct Around {
    rounds: usize,
    load: [String; 2],
    sync: f64,
    own_cpu: f64,
    behind: Duration,
    cores: Cores,
}

fn table(modes: &[Mode], figures: &[Figures], peers: &gateway_peer::Peers, around: &Around) -> Table {
    let unpaid = modes.iter().zip(figures).find(|(mode, _)| **mode == Mode::Unpaid).and_then(|(_, unpaid)| unpaid.open);
    let mut rows = Vec::new();
    let mut all = Vec::new();
    let mut loads = peers.loads();
    for (mode, figures) in modes.iter().zip(figures) {
        rows.push(figures.row(mode.name(), unpaid.map(|(p50, _)| p50).filter(|_| *mode != Mode::Direct)));
        all.push(figures.json(&format!("{mode:?}")));
        loads.push((mode.name(), figures.load()));
    }
    rows.extend(peers.rows());
    let [before, after] = &around.load;
    Table {
        title: format!("gateway: {CONNECTIONS} connections, closed loop, median of {} interleaved rounds", around.rounds),
        columns: COLUMNS.map(str::to_owned).to_vec(),
        rows,
        notes: [notes(around, &loads), peers.notes()].concat(),
        json: json!({"modes": all, "peers": peers.json(), "cores": around.cores.json(), "sync_us": around.sync, "load": [before, after]}),
    }
}

fn notes(around: &Around, loads: &[(&str, f64)]) -> Vec<String> {
    let [before, after] = &around.load;
    let limit = around.cores.of_load() * FULL;
    let busy: Vec<&str> = loads.iter().filter(|(_, load)| *load > limit).map(|(name, _)| *name).collect();
    let busy = match (&around.cores, busy.is_empty()) {
        (Cores::Shared(_), _) => String::new(),
        (Cores::Apart { .. }, true) => "; the load was never the limit".to_owned(),
        (Cores::Apart { .. }, false) => {
            format!("; the load, not the server, was the limit of: {} (there the ratio of CPU says more)", busy.join(", "))
        }
    };
    vec![
        format!(
            "Latencies at {MODERATE:.0} requests a second over {FEW} connections (open loop). One fdatasync of a 4 KiB append \
             in the same folder: p50 {:.0} us. A page is {} bytes.",
            around.sync,
            gateway_origin::BODY_BYTES
        ),
        format!("{}{busy}.", around.cores.text()),
        format!(
            "Load average {before} before, {after} after; generator and origin took {:.1} s of CPU in all, the preparation of \
             credentials included.",
            around.own_cpu
        ),
        format!(
            "The CPU of a request is the server's and has that of the index in it, which had everything at most {} ms after a run; \
             the next run began then. The second \"of unpaid\" is the unpaid request's CPU by this one's.",
            around.behind.as_millis()
        ),
        "A charge is a credential used once, fetched and signed beforehand, durable before the answer; the answer carries a \
         signed receipt. A session's call is a link that was never shown before, its reserve durable before the origin is asked; \
         the opening is not in it. An owned page has no undo window left, so no bar is put in."
            .to_owned(),
    ]
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// The median of one sync as the journal does it: 4 KiB written into a preallocated file, then fdatasync.
fn sync_us(shop: &Shop) -> Result<f64> {
    let path = shop.folder.path().join("sync-probe");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    let block = [1_u8; 4_096];
    let mut times = Vec::new();
    for _ in 0..64 {
        let start = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(&times))
}
