//! The control socket: commands reach a running process through it, one JSON line there, one back, then any output.
//!
//! The socket stands in the data folder, which only its owner can enter; that is the permission.

use crate::export::{self, Format};
use crate::instance::{Instance, apply_offers};
use market::{Body, Outcome, RefundReason, RefundRequest};
use protocol::text::parse_serial;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream as Blocking;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

/// What can be asked of a running process.
#[derive(Serialize, Deserialize, Debug)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// A sale goes back to its payer.
    Refund {
        /// The receipt's serial.
        serial: String,
    },
    /// The offer files are read again and applied.
    ApplyOffers,
    /// The offers that stand.
    ListOffers,
    /// The journal, as text.
    Export {
        /// `csv`, `json` or `hledger`.
        format: String,
    },
    /// Every balance recomputed.
    Audit,
}

/// The first line of an answer.
#[derive(Serialize, Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// It was done; in words. Output may follow.
    Done(String),
    /// The domain says no.
    Refused(String),
    /// It could not be done.
    Failed(String),
}

/// Answers on the socket until the process ends.
pub async fn serve(listener: UnixListener, instance: Arc<Instance>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let instance = Arc::clone(&instance);
        tokio::spawn(async move {
            // Who asks may go away; what was ordered is durable all the same.
            let _ = answer(stream, &instance).await;
        });
    }
}

async fn answer(stream: UnixStream, instance: &Arc<Instance>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    tokio::io::BufReader::new(read).read_line(&mut line).await?;
    let (said, output) = match serde_json::from_str(&line) {
        Ok(ask) => run(ask, instance).await,
        Err(error) => (Said::Failed(format!("not understood: {error}")), Vec::new()),
    };
    let first = serde_json::to_string(&said).unwrap_or_default();
    write.write_all(first.as_bytes()).await?;
    write.write_all(b"\n").await?;
    write.write_all(&output).await?;
    write.shutdown().await
}

async fn run(ask: Ask, instance: &Arc<Instance>) -> (Said, Vec<u8>) {
    let said = match ask {
        Ask::Refund { serial } => refund(&serial, instance).await,
        Ask::ApplyOffers => match apply_offers(instance).await {
            Ok(changed) => Said::Done(format!("{changed} offer versions changed")),
            Err(error) => Said::Refused(error.to_string()),
        },
        Ask::ListOffers => return (Said::Done(String::new()), list_offers(instance).into_bytes()),
        Ask::Export { format } => return output(instance, move |frames, out| export_as(&format, frames, out)).await,
        Ask::Audit => return output(instance, audit).await,
    };
    (said, Vec::new())
}

/// Runs work over the durable frames on a thread that may block.
async fn output(
    instance: &Arc<Instance>,
    work: impl FnOnce(store::journal::Frames, &mut Vec<u8>) -> Result<(), String> + Send + 'static,
) -> (Said, Vec<u8>) {
    let frames = instance.frames();
    let run = move || {
        let mut out = Vec::new();
        frames.map_err(|error| error.to_string()).and_then(|frames| work(frames, &mut out)).map(|()| out)
    };
    match tokio::task::spawn_blocking(run).await {
        Ok(Ok(out)) => (Said::Done(String::new()), out),
        Ok(Err(text)) => (Said::Failed(text), Vec::new()),
        Err(error) => (Said::Failed(error.to_string()), Vec::new()),
    }
}

/// The export in a named format.
///
/// # Errors
/// What went wrong, in words.
pub fn export_as(format: &str, frames: store::journal::Frames, out: &mut Vec<u8>) -> Result<(), String> {
    let format = <Format as clap::ValueEnum>::from_str(format, true)?;
    export::write(frames, format, out).map_err(|error| error.to_string())
}

/// Recomputes everything and prints it as JSON lines: one an account, then the totals.
///
/// # Errors
/// The first finding, in words.
pub fn audit(frames: store::journal::Frames, out: &mut Vec<u8>) -> Result<(), String> {
    let balances = export::balances(frames).map_err(|error| error.to_string())?;
    let mut sums = std::collections::BTreeMap::new();
    for ((account, asset), balance) in &balances {
        let sum: &mut i128 = sums.entry(asset.as_str()).or_default();
        *sum = sum.saturating_add(*balance);
        let line = serde_json::json!({"account": account, "currency": asset.as_str(), "balance": balance.to_string()});
        writeln!(out, "{line}").map_err(|error| error.to_string())?;
    }
    match sums.iter().find(|(_, sum)| **sum != 0) {
        Some((asset, sum)) => Err(format!("the books do not balance: {asset} sums to {sum}")),
        None => Ok(()),
    }
}

async fn refund(serial: &str, instance: &Arc<Instance>) -> Said {
    let Ok(sale) = parse_serial(serial) else {
        return Said::Failed(format!("`{serial}` is no receipt serial: 26 characters, as receipts show them"));
    };
    let body = Body::Refund(RefundRequest { sale, reason: RefundReason::Operator });
    match instance.order(body).await.map(|answer| answer.outcome) {
        Ok(Outcome::Rejected(rejection)) => Said::Refused(format!("{rejection:?}")),
        Ok(Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_)) => {
            Said::Done(format!("{serial} is taken back, every leg reversed"))
        }
        Err(problem) => Said::Failed(problem.detail()),
    }
}

/// The offers that stand, a line each.
fn list_offers(instance: &Instance) -> String {
    let mut lines = String::new();
    for (id, offer) in instance.offers().iter() {
        let price = offer.price.least().map_or("free".to_owned(), |(amount, asset)| money::Price { amount, asset }.to_string());
        lines.push_str(&format!("{}  {}  {price}  {}\n", offer.name, offer.unlock, protocol::text::offer(*id)));
    }
    lines
}

/// Asks the process that serves a data folder; `None` if none does.
///
/// # Errors
/// What the socket says while it is being used.
pub fn ask(socket: &Path, ask: &Ask) -> std::io::Result<Option<(Said, Vec<u8>)>> {
    let Ok(mut stream) = Blocking::connect(socket) else { return Ok(None) };
    let line = serde_json::to_string(ask).unwrap_or_default();
    stream.write_all(line.as_bytes())?;
    stream.write_all(b"\n")?;
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let said = serde_json::from_str(&first).unwrap_or(Said::Failed("the running process did not answer".to_owned()));
    let mut output = Vec::new();
    std::io::Read::read_to_end(&mut reader, &mut output)?;
    Ok(Some((said, output)))
}
