//! The operator's verbs on the books: through the control socket while the instance runs, else on the folder itself.

use super::{Failure, Which};
use crate::config::Config;
use crate::control::{self, Ask, Said};
use crate::export::Format;
use clap::ValueEnum;
use std::io::Write;
use std::path::PathBuf;
use store::folder::DataFolder;
use store::journal::{FileJournal, Journal, Options};

/// `farthing refund`.
#[derive(clap::Args, Debug)]
pub struct RefundArgs {
    /// The receipt's serial, 26 characters.
    serial: String,
    #[command(flatten)]
    which: Which,
}

/// `farthing audit`.
#[derive(clap::Args, Debug)]
pub struct AuditArgs {
    #[command(flatten)]
    which: Which,
    /// One JSON line an account.
    #[arg(long)]
    json: bool,
}

/// `farthing export`.
#[derive(clap::Args, Debug)]
pub struct ExportArgs {
    #[command(flatten)]
    which: Which,
    /// In which form.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
}

pub(super) fn refund(args: &RefundArgs) -> Result<(), Failure> {
    let ask = Ask::Refund { serial: args.serial.clone() };
    match control::ask(&folder(&args.which)?.join("sock"), &ask).map_err(|error| Failure::failed(error.to_string()))? {
        Some((said, _)) => say(said),
        None => super::serve::order_offline(&args.which, &args.serial),
    }
}

pub(super) fn audit(args: &AuditArgs) -> Result<(), Failure> {
    let (accounts, head) = over_journal(&args.which, Ask::Audit, control::audit)?;
    let lines = accounts.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
    if args.json {
        return print(&accounts);
    }
    let chain = head.map(|head| format!("{head}, ")).unwrap_or_default();
    println!(
        "The books are clean: {chain}every frame in its place in the chain, {lines} accounts, every posting and every asset sums to zero."
    );
    Ok(())
}

pub(super) fn export(args: &ExportArgs) -> Result<(), Failure> {
    let format = args.format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let ask = Ask::Export { format: format.clone() };
    let (text, _) = over_journal(&args.which, ask, move |frames, out| control::export_as(&format, frames, out))?;
    print(&text)
}

/// Runs work over all durable frames: in the process that serves them, or here, over a folder nobody uses.
fn over_journal(
    which: &Which,
    ask: Ask,
    work: impl FnOnce(store::journal::Frames, &mut Vec<u8>) -> Result<(), String>,
) -> Result<(Vec<u8>, Option<String>), Failure> {
    let folder = folder(which)?;
    let asked = control::ask(&folder.join("sock"), &ask).map_err(|error| Failure::failed(error.to_string()))?;
    if let Some((said, output)) = asked {
        return match said {
            Said::Done(_) => Ok((output, None)),
            Said::Refused(text) => Err(Failure::refused(text)),
            Said::Failed(text) => Err(Failure::failed(text)),
        };
    }
    let store = |error: store::Error| Failure::failed(chain(&error));
    let mode = DataFolder::mode_of(&folder).map_err(store)?;
    let mode = mode.ok_or_else(|| Failure::usage(format!("{} is no data folder; name one with --data", folder.display())))?;
    let _lock = DataFolder::open(&folder, mode).map_err(store)?;
    let (journal, _) = FileJournal::open(&folder.join("journal"), Options::default()).map_err(store)?;
    // Replaying proves that the records follow from the rules; the work then reads them without the rules.
    store::engine::replay(journal.read(1).map_err(store)?, market::HashKey::new(crate::world::hash_key())).map_err(store)?;
    let mut output = Vec::new();
    work(journal.read(1).map_err(store)?, &mut output).map_err(Failure::failed)?;
    let head = journal.head();
    Ok((output, Some(format!("{} frames up to {}", head.sequence, head.timestamp))))
}

/// An error with what caused it, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

pub(super) fn folder(which: &Which) -> Result<PathBuf, Failure> {
    match &which.data {
        Some(folder) => Ok(folder.clone()),
        None => Config::load(&which.config).map(|config| config.data).map_err(|error| Failure::usage(error.to_string())),
    }
}

pub(super) fn say(said: Said) -> Result<(), Failure> {
    match said {
        Said::Done(text) => {
            println!("{text}");
            Ok(())
        }
        Said::Refused(text) => Err(Failure::refused(text)),
        Said::Failed(text) => Err(Failure::failed(text)),
    }
}

pub(super) fn print(text: &[u8]) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::failed(error.to_string())),
        Ok(()) | Err(_) => Ok(()),
    }
}
