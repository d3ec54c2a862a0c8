//! `bench [name ...] [--json] [--quick] [--shared-cores]`: durable work measured beside the same work on other engines, in one run.

mod books;
mod cores;
mod gateway;
mod gateway_figures;
mod gateway_load;
mod gateway_mpp;
mod gateway_origin;
mod gateway_peer;
mod gateway_shop;
mod machine;
mod million;
mod pages;
mod recover;
mod session_payer;
mod table;
mod vouchers;

use cores::Wish;
use machine::Machine;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use table::Table;

/// How to measure.
struct Plan {
    /// Below [`ROUNDS`] it is a look, with less work, and says so.
    rounds: usize,
    /// Of the gateway's server and its load.
    cores: Wish,
}

type Bench = fn(&Plan) -> Result<Table, String>;

/// Every bench by its name.
const BENCHES: [(&str, Bench); 6] = [
    ("books", |plan| books::run(plan.rounds)),
    ("vouchers", |plan| vouchers::run(plan.rounds)),
    ("recover", |plan| recover::run(plan.rounds)),
    ("gateway", |plan| gateway::run(plan.rounds, plan.cores).map_err(|error| format!("gateway: {error:#}"))),
    ("million", |plan| million::run(plan.rounds).map_err(|error| format!("million: {error:#}"))),
    ("pages", |plan| pages::run(plan.rounds).map_err(|error| format!("pages: {error:#}"))),
];

/// Rounds of a figure that counts; its median is shown.
pub const ROUNDS: usize = 5;
const QUICK_ROUNDS: usize = 3;
const OPTIONS: [&str; 3] = ["--json", "--quick", "--shared-cores"];
/// Where tables are left, from the root of the workspace.
const LEFT_IN: &str = "target/bench";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // A process of its own, since memory that was freed stays resident: what asks for it is in books::memory.
    if let [verb, accounts, offers] = arguments.as_slice()
        && verb == books::memory::VERB
    {
        return ended(books::memory::child(accounts, offers));
    }
    ended(benches(&arguments))
}

fn ended(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("bench: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn benches(arguments: &[String]) -> Result<(), String> {
    let names: Vec<&str> = arguments.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    let has = |flag: &str| arguments.iter().any(|word| word == flag);
    if let Some(unknown) = arguments.iter().find(|word| word.starts_with("--") && !OPTIONS.contains(&word.as_str())) {
        return Err(format!("`{unknown}` is not an option; there are: {}", OPTIONS.join(", ")));
    }
    if let Some(unknown) = names.iter().find(|name| BENCHES.iter().all(|(known, _)| known != *name)) {
        return Err(format!("`{unknown}` is not a bench; there are: {}", BENCHES.map(|(name, _)| name).join(", ")));
    }
    let rounds = if has("--quick") { QUICK_ROUNDS } else { ROUNDS };
    let plan = Plan { rounds, cores: if has("--shared-cores") { Wish::Shared } else { Wish::Apart } };
    for (name, bench) in BENCHES.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        let machine = Machine::look()?;
        let mut table = bench(&plan)?;
        if rounds < ROUNDS {
            table.notes.push(format!("a quick look: {rounds} rounds of less work; not a result"));
        } else {
            table.notes.push(format!("medians of {rounds} rounds, engines taking turns"));
        }
        let (text, figures) = (format!("{}\n\n{}\n", table.text(), machine.text()), figures(name, &table, &machine));
        leave(name, &text, &figures)?;
        print!("{}", if has("--json") { &figures } else { &text });
    }
    Ok(())
}

fn figures(name: &str, table: &Table, machine: &Machine) -> String {
    let all = json!({"bench": name, "title": table.title, "machine": machine.json(), "columns": table.columns, "rows": table.rows,
        "notes": table.notes, "figures": table.json});
    format!("{all:#}\n")
}

fn leave(name: &str, text: &str, figures: &str) -> Result<(), String> {
    let folder = Path::new(LEFT_IN);
    let write = |end: &str, content: &str| fs::write(folder.join(format!("{name}.{end}")), content);
    let left = fs::create_dir_all(folder).and_then(|()| write("txt", text)).and_then(|()| write("json", figures));
    left.map_err(|error| format!("cannot write to {LEFT_IN}: {error}"))
}
