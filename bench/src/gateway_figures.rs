//! What a mode of the gateway's bench gave, round by round, and how it stands beside the same server unpaid.

use crate::gateway_load::{Requests, Run, closed};
use crate::gateway_shop::cpu_of;
use crate::table::median;
use anyhow::Result;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Columns of the table.
pub const COLUMNS: [&str; 9] = ["mode", "req/s", "of unpaid", "least..most", "CPU/req", "of unpaid", "p50", "p99", "added p50"];

/// One mode in one round.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// Requests a second.
    pub rate: f64,
    /// CPU of the server for each, in microseconds.
    pub cpu_us: f64,
    /// Seconds of CPU that this process took in a second of it: the generator, and the origin where it is asked.
    pub load: f64,
}

impl Turn {
    /// Sends what there is to send. The server's CPU is read before, and again when `settled` says that all it does is done.
    pub fn take(to: (SocketAddr, u32), connections: usize, requests: &Requests, settled: impl FnOnce() -> Result<()>) -> Result<Turn> {
        let (address, server) = to;
        let (before, mine) = (cpu_of(server)?, cpu_of(std::process::id())?);
        let run: Run = closed(address, connections, requests)?;
        let load = (cpu_of(std::process::id())? - mine) / run.elapsed.as_secs_f64();
        settled()?;
        let cpu = cpu_of(server)? - before;
        Ok(Turn { rate: run.rate(), cpu_us: cpu * 1e6 / run.count as f64, load })
    }
}

/// The figures of one mode.
#[derive(Clone, Default)]
pub struct Figures {
    rates: Vec<f64>,
    cpu_us: Vec<f64>,
    loads: Vec<f64>,
    /// Of the unpaid rate in the same round.
    ratios: Vec<f64>,
    /// The unpaid request's CPU by that of this one.
    by_cpu: Vec<f64>,
    /// p50 and p99 in microseconds at a moderate rate, where it was asked for.
    pub open: Option<(f64, f64)>,
}

impl Figures {
    /// Notes a round, beside the unpaid one of that round.
    pub fn note(&mut self, turn: Turn, unpaid: Option<Turn>) {
        self.rates.push(turn.rate);
        self.cpu_us.push(turn.cpu_us);
        self.loads.push(turn.load);
        if let Some(unpaid) = unpaid {
            self.ratios.push(turn.rate / unpaid.rate);
            self.by_cpu.push(unpaid.cpu_us / turn.cpu_us);
        }
    }

    /// Seconds of CPU that the load took in a second, in the middle.
    pub fn load(&self) -> f64 {
        median(&self.loads)
    }

    /// A row of the table; `unpaid_p50` is what is added to.
    pub fn row(&self, name: &str, unpaid_p50: Option<f64>) -> Vec<String> {
        // Of what has no server of ours there is no CPU.
        let none = |values: &[f64]| values.iter().all(|value| *value == 0.0);
        let figure = |values: &[f64], text: &dyn Fn(f64) -> String| if none(values) { "-".to_owned() } else { text(median(values)) };
        let low = self.ratios.iter().copied().fold(f64::MAX, f64::min);
        let high = self.ratios.iter().copied().fold(0.0, f64::max);
        let latency = |of: fn((f64, f64)) -> f64| self.open.map_or("-".to_owned(), |open| format!("{:.0} us", of(open)));
        let added = self.open.zip(unpaid_p50).map_or("-".to_owned(), |((p50, _), base)| format!("{:+.0} us", p50 - base));
        vec![
            name.to_owned(),
            figure(&self.rates, &|rate| format!("{rate:.0}")),
            figure(&self.ratios, &|ratio| format!("{ratio:.2}")),
            figure(&self.ratios, &|_| format!("{low:.2}..{high:.2}")),
            figure(&self.cpu_us, &|cpu| format!("{cpu:.0} us")),
            figure(&self.by_cpu, &|ratio| format!("{ratio:.2}")),
            latency(|(p50, _)| p50),
            latency(|(_, p99)| p99),
            added,
        ]
    }

    /// The same for programs, under a name.
    pub fn json(&self, mode: &str) -> Value {
        let middle = |values: &[f64]| if values.is_empty() { Value::Null } else { json!(median(values)) };
        json!({"mode": mode, "rate": middle(&self.rates), "rates": self.rates, "ratio": middle(&self.ratios), "ratios": self.ratios,
            "cpu_us": middle(&self.cpu_us), "ratio_by_cpu": middle(&self.by_cpu), "load_cpu": middle(&self.loads),
            "p50_us": self.open.map(|(p50, _)| p50), "p99_us": self.open.map(|(_, p99)| p99)})
    }
}
