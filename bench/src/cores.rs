//! Which cores the server has and which the load: parted by `taskset`, so that neither takes what the other is measured by.

use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::process::{Command, Stdio};

/// How server and load are placed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Each on its own, where there is more than one core.
    Apart,
    /// All where the system likes.
    Shared,
}

/// Where they are.
pub enum Cores {
    /// Lists as `taskset` reads them. The load is this process, which goes back to all of them in the end.
    Apart { all: String, server: String, load: String },
    /// Why they share.
    Shared(String),
}

impl Cores {
    /// Parts the cores that this process may use, and moves it to those of the load: threads begun after this are there too.
    pub fn place(wish: Wish) -> Cores {
        match wish {
            Wish::Shared => Cores::Shared("as it was asked for".to_owned()),
            Wish::Apart => parted().unwrap_or_else(|error| Cores::Shared(format!("{error:#}"))),
        }
    }

    /// A program on the cores of the server. The process that is started is the program itself, not `taskset`.
    pub fn server(&self, program: &Path) -> Command {
        match self {
            Cores::Shared(_) => Command::new(program),
            Cores::Apart { server, .. } => {
                let mut command = Command::new("taskset");
                command.arg("-c").arg(server).arg(program);
                command
            }
        }
    }

    /// A sentence for the table.
    pub fn text(&self) -> String {
        match self {
            Cores::Shared(why) => format!("Generator, origin and server share all cores ({why})"),
            Cores::Apart { server, load, .. } => {
                format!("The server has core {server} to itself, generator and origin have core {load}")
            }
        }
    }

    /// The same for programs.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Cores::Shared(why) => serde_json::json!({"shared": why}),
            Cores::Apart { server, load, .. } => serde_json::json!({"server": server, "load": load}),
        }
    }

    /// How many cores the load has; where all share, as many as its two threads can use.
    pub fn of_load(&self) -> f64 {
        match self {
            Cores::Shared(_) => 2.0,
            Cores::Apart { load, .. } => list(load).map_or(1.0, |cores| cores.len() as f64),
        }
    }
}

impl Drop for Cores {
    fn drop(&mut self) {
        if let Cores::Apart { all, .. } = self {
            let _ = moved(all);
        }
    }
}

/// Generator and origin have a thread each: of four cores and more they get two, else one.
fn parted() -> Result<Cores> {
    let status = std::fs::read_to_string("/proc/self/status").context("cores are parted on Linux only")?;
    let all = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:")).context("the cores of this process")?.trim();
    let cores = list(all)?;
    ensure!(cores.len() > 1, "there is one core");
    let (load, server) = cores.split_at(if cores.len() < 4 { 1 } else { 2 });
    let joined = |cores: &[u32]| cores.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let cores = Cores::Apart { all: all.to_owned(), server: joined(server), load: joined(load) };
    moved(&joined(load))?;
    Ok(cores)
}

/// `0-2,5` as numbers.
fn list(text: &str) -> Result<Vec<u32>> {
    let mut cores = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        cores.extend(first.parse::<u32>()?..=last.parse::<u32>()?);
    }
    Ok(cores)
}

/// Moves this process, with every thread that it has.
fn moved(cores: &str) -> Result<()> {
    let mut command = Command::new("taskset");
    command.args(["--all-tasks", "--pid", "--cpu-list", cores]).arg(std::process::id().to_string());
    let status = command.stdout(Stdio::null()).status().context("taskset (Debian: util-linux) is missing")?;
    ensure!(status.success(), "taskset cannot move this process");
    Ok(())
}

#[cfg(test)]
mod tests;
