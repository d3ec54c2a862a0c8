//! The gateway under load: the origin directly, the proxy unpaid, a page that is owned, a signed charge; in turn, in one run.

use crate::gateway_load::{Requests, Run, closed, open};
use crate::gateway_shop::{Shop, cpu_of, get};
use crate::table::Table;
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

/// The figures of one mode, round by round.
#[derive(Default)]
struct Figures {
    rates: Vec<f64>,
    ratios: Vec<f64>,
    cpu_us: Vec<f64>,
    open: Option<(f64, f64)>,
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

    /// One mode of one round: requests a second, CPU of the server for each in microseconds, the index brought up included.
    fn closed(&mut self, mode: Mode) -> Result<(f64, f64)> {
        let each = match mode {
            Mode::Signed => READS,
            Mode::Session => CALLS,
            Mode::Direct | Mode::Unpaid | Mode::Cookie | Mode::Shown | Mode::Charge => CHARGES,
        };
        let requests = self.requests(mode, each)?;
        let before = self.shop.cpu()?;
        let run = closed(self.address(mode), CONNECTIONS, &requests).with_context(|| mode.name())?;
        // What the run left to be projected belongs to it, and is not in the way of the next.
        self.behind = self.behind.max(self.shop.await_index()?);
        let cpu = self.shop.cpu()? - before;
        Ok((run.rate(), cpu * 1e6 / run.count as f64))
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

/// Runs everything; about 90 seconds with five rounds.
///
/// # Errors
/// What stopped it: a missing release build, an answer that is no 200.
pub fn run(rounds: usize) -> Result<Table> {
    let origin = gateway_origin::start()?;
    let shop = Shop::open(origin, CONNECTIONS)?;
    let cookie = shop.own()?.into();
    let mut field = Field { shop, origin, cookie, behind: Duration::ZERO };
    let only = std::env::var("FARTHING_BENCH_MODES").unwrap_or_default();
    let modes: Vec<Mode> = MODES.into_iter().filter(|mode| only.is_empty() || only.contains(&format!("{mode:?}"))).collect();
    let mut figures: Vec<Figures> = modes.iter().map(|_| Figures::default()).collect();
    let mut peers = gateway_peer::Peers::start();
    let load_before = load();
    for round in 0..=rounds {
        let mut unpaid = 0.0;
        for (mode, figures) in modes.iter().zip(&mut figures) {
            let (rate, cpu) = field.closed(*mode)?;
            if *mode == Mode::Unpaid {
                unpaid = rate;
            }
            // The first round warms caches and is not counted.
            if round > 0 {
                figures.rates.push(rate);
                figures.cpu_us.push(cpu);
                if unpaid > 0.0 {
                    figures.ratios.push(rate / unpaid);
                }
            }
        }
        if round > 0 {
            peers.round(CONNECTIONS, STRETCH)?;
        }
    }
    for (mode, figures) in modes.iter().zip(&mut figures) {
        let mut run = field.open(*mode)?;
        figures.open = Some((run.percentile(0.5), run.percentile(0.99)));
    }
    let sync = sync_us(&field.shop)?;
    let own_cpu = cpu_of(std::process::id())?;
    Ok(table(&modes, &figures, &peers, &Around { rounds, load: [load_before, load()], sync, own_cpu, behind: field.behind }))
}

/// What a reader has to know beside the figures.
struct Around {
    rounds: usize,
    load: [String; 2],
    sync: f64,
    own_cpu: f64,
    behind: Duration,
}

fn table(modes: &[Mode], figures: &[Figures], peers: &gateway_peer::Peers, around: &Around) -> Table {
    let mut rows = Vec::new();
    let mut all = Vec::new();
    let unpaid_p50 = modes.iter().zip(figures).find(|(mode, _)| **mode == Mode::Unpaid).and_then(|(_, unpaid)| unpaid.open);
    let base = unpaid_p50.map_or(0.0, |(p50, _)| p50);
    for (mode, figures) in modes.iter().zip(figures) {
        let (p50, p99) = figures.open.unwrap_or_default();
        let [rate, ratio, cpu] = [&figures.rates, &figures.ratios, &figures.cpu_us].map(|values| median(values));
        let none = || "-".to_owned();
        let (low, high) = spread(&figures.ratios);
        let [ratio_text, spread_text, cpu_text, added_text] = if *mode == Mode::Direct {
            [none(), none(), none(), none()]
        } else {
            [format!("{ratio:.2}"), format!("{low:.2}..{high:.2}"), format!("{cpu:.0} us"), format!("{:+.0} us", p50 - base)]
        };
        rows.push(vec![
            mode.name().to_owned(),
            format!("{rate:.0}"),
            ratio_text,
            spread_text,
            cpu_text,
            format!("{p50:.0} us"),
            format!("{p99:.0} us"),
            added_text,
        ]);
        all.push(json!({"mode": format!("{mode:?}"), "rate": rate, "rates": figures.rates, "ratio": ratio, "ratios": figures.ratios,
            "cpu_us": cpu, "p50_us": p50, "p99_us": p99}));
    }
    rows.extend(peers.rows());
    let columns = ["mode", "req/s", "of unpaid", "least..most", "CPU/req", "p50", "p99", "added p50"];
    let [before, after] = &around.load;
    Table {
        title: format!("gateway: {CONNECTIONS} connections, closed loop, median of {} interleaved rounds", around.rounds),
        columns: columns.map(str::to_owned).to_vec(),
        rows,
        notes: [
            vec![
                format!(
                    "Latencies at {MODERATE:.0} requests a second over {FEW} connections (open loop). One fdatasync of a 4 KiB append \
                     in the same folder: p50 {:.0} us. A page is {} bytes.",
                    around.sync,
                    gateway_origin::BODY_BYTES
                ),
                format!(
                    "Generator, origin and server share this machine; load average {before} before, {after} after; generator and origin \
                     took {:.1} s of CPU in all, the preparation of credentials included.",
                    around.own_cpu
                ),
                format!(
                    "The CPU of a request has that of the index in it, which had everything at most {} ms after a run; the next \
                     run began then.",
                    around.behind.as_millis()
                ),
                "A charge is a credential used once, fetched and signed beforehand, durable before the answer; the answer carries a \
                 signed receipt. A session's call is a link that was \
                 never shown before, its reserve durable before the origin is asked; the opening is not in it. An owned page has no undo window left, so no bar is put in."
                    .to_owned(),
            ],
            peers.notes(),
        ]
        .concat(),
        json: json!({"modes": all, "peers": peers.json(), "sync_us": around.sync, "load": [before, after]}),
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn spread(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::MAX, 0.0), |(low, high), value| (low.min(*value), f64::max(high, *value)))
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
