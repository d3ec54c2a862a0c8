//! The operator's verbs on the books: over what is durable in the running process, else over the folder itself.

use super::progress::Progress;
use super::source::{Source, folder};
use super::{Failure, Which};
use crate::audit::{self, Books, Checked, Receipts, Report, Signatures, key_document};
use crate::control::{self, Ask, GiveBack, Said};
use crate::export::{self, ExportError, Format};
use crate::instance::Keys;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use store::audit::{Accounts, AuditError, Auditor, Seen, Watcher};
use store::index::Contents;
use store::journal::Head;

/// `farthing refund`.
#[derive(clap::Args, Debug)]
pub struct RefundArgs {
    /// The receipt's serial, 26 characters.
    serial: String,
    /// A part of it, such as 0.002; without it all that is left is given back and access ends.
    #[arg(long)]
    amount: Option<String>,
    /// What the buyer reads: goodwill, not-as-described, mistake or asked.
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    which: Which,
}

/// `farthing audit`.
#[derive(clap::Args, Debug)]
pub struct AuditArgs {
    #[command(flatten)]
    which: Which,
    /// One JSON line an account; with --full one JSON document of what was covered.
    #[arg(long)]
    json: bool,
    /// Everything: splits, refunds and receipts again, against the engine's replayed state, the index and the running process.
    #[arg(long)]
    full: bool,
    /// Everything, and every signature of payers and link of sessions too (half a minute for a million). With a file: a payer's
    /// own proofs of one session, as `farthing sessions export` writes them, checked without any books.
    #[arg(long, value_name = "FILE")]
    proofs: Option<Option<PathBuf>>,
}

/// `farthing export`.
#[derive(clap::Args, Debug)]
pub struct ExportArgs {
    #[command(flatten)]
    which: Which,
    /// In which form.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// Every receipt as its payer has it, JSON lines, after one line with the keys to check them with.
    #[arg(long, conflicts_with = "format")]
    receipts: bool,
}

pub(super) fn refund(args: &RefundArgs) -> Result<(), Failure> {
    let back = GiveBack { serial: args.serial.clone(), amount: args.amount.clone(), reason: args.reason.clone() };
    let ask = Ask::Refund(back.clone());
    match control::ask(&folder(&args.which)?.join("sock"), &ask).map_err(|error| Failure::failed(error.to_string()))? {
        Some((said, _)) => say(said),
        None => super::serve::order_offline(&args.which, &back),
    }
}

pub(super) fn audit(args: &AuditArgs) -> Result<(), Failure> {
    if let Some(Some(file)) = &args.proofs {
        return super::bundle::check(file, args.json);
    }
    let mut source = Source::of(&args.which)?;
    if args.full || args.proofs.is_some() {
        let signatures = if args.proofs.is_some() { Signatures::Verified } else { Signatures::Left };
        let report = full_audit(&mut source, signatures)?;
        let text = if args.json { report_json(&report) } else { report_text(&report) };
        return print(text.as_bytes());
    }
    if !source.is_running() {
        // Replaying proves that the records follow from the rules; the audit then reads them without the rules.
        store::engine::replay(source.frames()?, market::HashKey::new(crate::world::hash_key())).map_err(|error| Failure::store(&error))?;
    }
    let mut auditor = Auditor::default();
    for frame in source.frames()? {
        auditor.frame(&frame.map_err(|error| Failure::store(&error))?, &mut []).map_err(found)?;
    }
    auditor.sums().map_err(found)?;
    let balances = export::balances(source.frames()?).map_err(|error| Failure::failed(error.to_string()))?;
    if args.json {
        let mut lines = Vec::new();
        for ((account, asset), balance) in &balances {
            let line = serde_json::json!({"account": account, "currency": asset.as_str(), "balance": balance.to_string()});
            writeln!(lines, "{line}").map_err(|error| Failure::failed(error.to_string()))?;
        }
        return print(&lines);
    }
    let head = auditor.head();
    println!(
        "The books are clean: {} frames up to {}, every frame in its place in the chain, {} accounts, every posting and every asset sums to zero.",
        head.sequence,
        head.timestamp,
        balances.len()
    );
    Ok(())
}

/// Audits everything there is: the index and the keys are compared if they are in the folder.
pub(super) fn full_audit(source: &mut Source, signatures: Signatures) -> Result<Report, Failure> {
    let store = |error: store::Error| Failure::store(&error);
    let index = Contents::open(&source.folder.join("index.db")).map_err(store)?;
    let keys = Keys::stored_at(&source.folder).map_err(store)?;
    let after = source.reach.sequence;
    let live = source.live_balances()?.map(|balances| (balances, after));
    let mut progress = Progress::new("audit", source.reach.sequence);
    let books = Books { frames: source.frames()?, again: source.frames()?, index, live, keys, mode: source.mode };
    audit::audit(books, signatures, &mut |frame| progress.tick(frame)).map_err(found)
}

/// What a full audit covered, in words.
pub(super) fn report_text(report: &Report) -> String {
    let mut text = format!(
        "The books are clean.\n  {} frames up to {}, {} records, {} accounts: chain, legs, floors and sums\n  {} sales divided again, refunds within what was captured\n  the engine's replayed state: the same\n",
        report.head.sequence, report.head.timestamp, report.records, report.accounts, report.sales
    );
    text.push_str(&match report.index {
        Some((frame, rows)) => format!("  index at frame {frame}: {rows} rows the same\n"),
        None => "  no index here: it is built anew at the next start\n".to_owned(),
    });
    text.push_str(if report.live { "  the running process: the same balances\n" } else { "" });
    text.push_str(&match report.receipts {
        Some(count) => format!("  {count} receipts derived, signed and verified\n"),
        None => "  receipts not derived: the keys are not in this folder\n".to_owned(),
    });
    text.push_str(&match report.proofs {
        Some(Checked { purchases, signatures, links, pressed }) => format!(
            "  {purchases} signatures of payers verified\n  sessions: {signatures} signatures and {links} links verified, {pressed} openings and top-ups pressed in the wallet\n"
        ),
        None => "  signatures of payers not verified (--proofs)\n".to_owned(),
    });
    text
}

fn report_json(report: &Report) -> String {
    let index = report.index.map(|(frame, rows)| serde_json::json!({"frame": frame, "rows": rows}));
    let report = serde_json::json!({
        "clean": true,
        "frames": report.head.sequence,
        "hash": data_encoding::HEXLOWER.encode(&report.head.hash),
        "records": report.records,
        "accounts": report.accounts,
        "sales": report.sales,
        "receipts": report.receipts,
        "signatures": report.proofs.map(|proofs| proofs.purchases),
        "sessions": report.proofs.map(|proofs| {
            serde_json::json!({"signatures": proofs.signatures, "links": proofs.links, "pressed": proofs.pressed})
        }),
        "index": index,
        "running": report.live,
    });
    format!("{report:#}\n")
}

/// A finding, or what could not be read.
pub(super) fn found(error: AuditError) -> Failure {
    match error {
        AuditError::Finding(finding) => Failure::damaged(format!("the books are not clean: {finding}")),
        AuditError::Store(error) => Failure::store(&error),
    }
}

pub(super) fn export(args: &ExportArgs) -> Result<(), Failure> {
    let source = Source::of(&args.which)?;
    let mut out = BufWriter::with_capacity(256 << 10, io::stdout().lock());
    let written = if args.receipts { receipts(&source, &mut out) } else { postings(&source, args.format, &mut out) };
    match written {
        // Whoever reads has read enough.
        Err(Gone::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(Gone::Output(error)) => Err(Failure::failed(format!("cannot write the export: {error}"))),
        Err(Gone::Failure(failure)) => Err(failure),
        Ok(()) => Ok(()),
    }
}

/// Why an export ended early.
enum Gone {
    Output(io::Error),
    Failure(Failure),
}

fn postings(source: &Source, format: Format, out: &mut dyn Write) -> Result<(), Gone> {
    let written = export::write(source.frames().map_err(Gone::Failure)?, format, out);
    written.map_err(|error| match error {
        ExportError::Output(error) => Gone::Output(error),
        ExportError::Journal(error) => Gone::Failure(Failure::store(&error)),
        ExportError::Record { .. } => Gone::Failure(Failure::damaged(error.to_string())),
    })?;
    out.flush().map_err(Gone::Output)
}

/// The keys, then every receipt: what a stranger needs to check them all.
fn receipts(source: &Source, out: &mut dyn Write) -> Result<(), Gone> {
    let keys = Keys::stored_at(&source.folder).map_err(|error| Gone::Failure(Failure::store(&error)))?;
    let keys = keys.ok_or_else(|| Gone::Failure(Failure::failed("receipts are signed, and the keys are not in this folder")))?;
    let founding = source.founding().map_err(Gone::Failure)?;
    let document = founding.and_then(|founding| key_document(&keys, &founding));
    let document = document.ok_or_else(|| Gone::Failure(Failure::failed("the keys in this folder are not those of its journal")))?;
    let line = serde_json::json!({
        "instance": document.instance,
        "mode": source.mode.word(),
        "root_key": document.root_key,
        "receipt_keys": [{ "key": document.receipt_key, "signature": document.signature }],
    });
    writeln!(out, "{line}").map_err(Gone::Output)?;
    let mut writing = Writing { receipts: Receipts::new(&keys, source.mode), out, failed: None };
    let mut auditor = Auditor::default();
    for frame in source.frames().map_err(Gone::Failure)? {
        let frame = frame.map_err(|error| Gone::Failure(Failure::store(&error)))?;
        let entered = auditor.frame(&frame, &mut [&mut writing]);
        if let Some(error) = writing.failed.take() {
            return Err(Gone::Output(error));
        }
        entered.map_err(|error| Gone::Failure(found(error)))?;
    }
    writing.out.flush().map_err(Gone::Output)
}

struct Writing<'a> {
    receipts: Receipts<'a>,
    out: &'a mut dyn Write,
    failed: Option<io::Error>,
}

impl Watcher for Writing<'_> {
    fn record(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        self.receipts.enter(seen)
    }

    fn frame(&mut self, _head: &Head, _accounts: &Accounts) -> Result<(), AuditError> {
        for issued in self.receipts.issued()? {
            if self.failed.is_none() {
                let line = serde_json::json!({"serial": issued.serial, "document": issued.document, "payment_receipt": issued.header});
                self.failed = writeln!(self.out, "{line}").err();
            }
        }
        Ok(())
    }
}

pub(super) fn say(said: Said) -> Result<(), Failure> {
    println!("{}", said.done()?);
    Ok(())
}

pub(super) fn print(text: &[u8]) -> Result<(), Failure> {
    match io::stdout().lock().write_all(text) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::failed(error.to_string())),
        Ok(()) | Err(_) => Ok(()),
    }
}
