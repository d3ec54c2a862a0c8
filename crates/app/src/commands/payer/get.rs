//! `farthing get`: a page, paid for if it must be and may be.

use super::{Common, clock, currency, marked, run as run_verb, sum};
use crate::commands::Failure;
use crate::world;
use client::site::Mode;
use client::{Caps, Drawn, Error, Fetched, KeptReceipt, Payer, Payment, Policy, Request, Sessions};
use money::{Asset, Price, Timestamp};
use protocol::text::serial as serial_text;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// `farthing get`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The address.
    pub(super) url: String,
    /// The most it may cost: 0.10, or "0.10 EUR". Without it nothing is paid, and the price is told.
    #[arg(long, value_name = "AMOUNT")]
    max: Option<String>,
    /// The currency of --max; without it --max counts in the currency that the site asks for.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    /// Write the page to a file; it appears when it is whole.
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Pay from a session where one is offered: up to --max is held at once, and each request costs one round trip.
    #[arg(long)]
    session: bool,
    /// Send a body (POST).
    #[arg(long, value_name = "BODY")]
    data: Option<String>,
    #[command(flatten)]
    pub(super) common: Common,
}

/// Fetches the page to standard output and says what it cost on standard error.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: Args) -> Result<(), Failure> {
    run_verb(&args.common, fetch(&args))
}

async fn fetch(args: &Args) -> Result<(), Failure> {
    let common = &args.common;
    let sessions = if args.session { Sessions::Wanted } else { Sessions::IfNeeded };
    let policy = Policy { max: caps(args)?, allow_http_loopback: true, sessions, ..Policy::default() };
    let url = super::address(&args.url, common)?;
    let mut pauses = policy.patience.pauses.clone().into_iter();
    let payer = common.payer(policy)?;
    let request = match &args.data {
        None => Request::get(url),
        Some(data) => Request::post(url, data.clone().into_bytes(), media_type(data)),
    };
    let mut before: Option<Fetched> = None;
    let (fetched, written) = loop {
        let mut fetched = match payer.fetch(request.clone()).await {
            Ok(fetched) => fetched,
            Err(error) => {
                before.map_or(Ok(()), |before| tell(args, &before))?;
                return Err(common.told(short(error, &payer)));
            }
        };
        if fetched.is_paid_stream() {
            return super::stream::follow(args, &payer, (request, fetched)).await;
        }
        let (written, is_untouched) = write(&mut fetched, args.output.as_deref()).await;
        if let Some(charged) = before.take().map(|before| before.payment).filter(is_charge) {
            fetched.payment = charged;
        }
        // One that breaks off on its way is asked for again as long as nobody has seen a part of it: what is paid is not paid again.
        let is_torn = matches!(&written, Err(Error::BrokeOff { source }) if !source.is::<std::io::Error>());
        let is_safe = args.data.is_none() || !matches!(fetched.payment, Payment::None);
        let pause = if is_torn && is_untouched && is_safe { pauses.next() } else { None };
        let Some(pause) = pause else { break (fetched, written) };
        before = Some(fetched);
        tokio::time::sleep(pause).await;
    };
    // What was paid is told even if the page broke off.
    tell(args, &fetched)?;
    written.map_err(|error| common.failure(&error))?;
    if fetched.status < 400 { Ok(()) } else { Err(Failure::failed(format!("{} answers {}", fetched.url, status(fetched.status)))) }
}

fn caps(args: &Args) -> Result<Caps, Failure> {
    let currency = args.currency.as_deref().map(currency).transpose()?;
    let Some(max) = &args.max else { return Ok(Caps::default()) };
    caps_of(max, currency)
}

/// The caps that `--max` and `--currency` mean.
pub(super) fn caps_of(max: &str, currency: Option<Asset>) -> Result<Caps, Failure> {
    if currency.is_none() && !max.trim().contains(' ') {
        let most = Price::decimal(max.trim())
            .map_err(|_| Failure::usage(format!("--max {max}: a decimal number such as 0.10, or \"0.10 EUR\"")))?;
        return Ok(Caps::AnyCurrency(most));
    }
    let most = sum(max, currency)?;
    Ok(Caps::of(most.asset, most.amount))
}

/// The media type that a body most likely has.
fn media_type(data: &str) -> &'static str {
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(data).is_ok();
    if is_json { "application/json" } else { "text/plain; charset=utf-8" }
}

/// A failure; if money is missing, with the command that adds some.
pub(super) fn short(error: Error, payer: &Payer) -> Failure {
    let mut failure = Failure { code: super::code(&error), message: error.to_string() };
    let wallet = payer.account().ok().flatten();
    if let (Error::ShortOfFunds(problem), Some(wallet)) = (&error, wallet)
        && wallet.mode() == Mode::Test
    {
        let code = problem.short_by.and_then(|sum| sum.asset.iso()).unwrap_or_else(|| "EUR".to_owned());
        failure.message.push_str(&format!("\nAdd TEST money: farthing wallet topup 5 --currency {code}"));
    }
    failure
}

/// Whether an answer charged anything.
fn is_charge(payment: &Payment) -> bool {
    match payment {
        Payment::Paid { charged, .. } => !charged.is_zero(),
        Payment::Drawn(_) => true,
        Payment::None | Payment::Owned(_) | Payment::Before(_) => false,
    }
}

/// Writes the page. Also says whether another try could begin anew, because nothing of this one is to be seen.
async fn write(fetched: &mut Fetched, output: Option<&Path>) -> (Result<(), Error>, bool) {
    let Some(path) = output else {
        let mut out = Seen { inner: std::io::stdout(), is_seen: false };
        let written = match fetched.body.write_to(&mut out).await {
            Err(Error::BrokeOff { source }) if is_reader_gone(&*source) => Ok(()),
            other => other.map(drop),
        };
        return (written, !out.is_seen);
    };
    let aside = path.with_file_name(format!("{}.part", path.file_name().unwrap_or_default().to_string_lossy()));
    let fault = |source| Error::File { doing: "write", path: path.to_owned(), source };
    let mut file = match std::fs::File::create(&aside) {
        Ok(file) => file,
        Err(error) => return (Err(fault(error)), false),
    };
    let written = fetched.body.write_to(&mut file).await;
    (written.and_then(|_| std::fs::rename(&aside, path).map_err(fault)), true)
}

/// A writer that knows whether anything was handed to it.
struct Seen<W> {
    inner: W,
    is_seen: bool,
}

impl<W: Write> Write for Seen<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.is_seen = true;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

pub(super) fn is_reader_gone(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Says what it cost: to standard error, in JSON to standard output if the page went elsewhere.
fn tell(args: &Args, fetched: &Fetched) -> Result<(), Failure> {
    if args.common.json {
        let line = in_json(fetched);
        if args.output.is_some() {
            return super::say(&line);
        }
        eprintln!("{line}");
    } else if let Some(line) = in_words(&fetched.payment, world::now()) {
        // The page may lack its last line end, so the two must not run together on a screen.
        let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
    }
    Ok(())
}

/// The one line about money; none for a page that costs nobody anything.
pub(super) fn in_words(payment: &Payment, now: Timestamp) -> Option<String> {
    let undo = |receipt: &KeptReceipt| {
        let open = receipt.undo_until.filter(|until| now < *until);
        open.map(|until| format!(" Undo: farthing undo {} (until {})", serial_text(receipt.serial), clock(until, now)))
    };
    match payment {
        Payment::Paid { receipt, charged } if !charged.is_zero() => {
            let paid = marked(Price { amount: *charged, asset: receipt.currency }, receipt.mode);
            let rest = undo(receipt).unwrap_or_else(|| format!(" Receipt: {}", serial_text(receipt.serial)));
            Some(format!("Paid {paid} to {}.{rest}", receipt.recipient))
        }
        Payment::Paid { receipt, .. } | Payment::Owned(receipt) => {
            Some(format!("Already yours: nothing paid.{}", undo(receipt).unwrap_or_default()))
        }
        Payment::Drawn(drawn) => {
            let paid = marked(Price { amount: drawn.charged, asset: drawn.currency }, drawn.mode);
            Some(format!("Paid {paid} to {} from session {}.", drawn.recipient, serial_text(drawn.session)))
        }
        Payment::Before(drawn) => Some(format!("Paid for before, from session {}: nothing paid.", serial_text(drawn.session))),
        Payment::None => None,
    }
}

fn in_json(fetched: &Fetched) -> String {
    let (receipt, charged) = match &fetched.payment {
        Payment::None => (None, None),
        Payment::Owned(receipt) => (Some(receipt), None),
        Payment::Paid { receipt, charged } => (Some(receipt), Some(*charged)),
        Payment::Drawn(drawn) | Payment::Before(drawn) => return drawn_in_json(fetched, drawn),
    };
    json!({
        "url": fetched.url.to_string(),
        "status": fetched.status,
        "paid": charged.unwrap_or_default().to_string(),
        "currency": receipt.map(|it| it.currency.to_string()),
        "to": receipt.map(|it| it.recipient.clone()),
        "serial": receipt.map(|it| serial_text(it.serial)),
        "undo_until": receipt.and_then(|it| it.undo_until).map(|until| until.to_string()),
        "mode": receipt.map(|it| it.mode),
    })
    .to_string()
}

fn drawn_in_json(fetched: &Fetched, drawn: &Drawn) -> String {
    json!({
        "url": fetched.url.to_string(),
        "status": fetched.status,
        "paid": drawn.charged.to_string(),
        "currency": drawn.currency.to_string(),
        "to": drawn.recipient,
        "session": serial_text(drawn.session),
        "mode": drawn.mode,
    })
    .to_string()
}

fn status(code: u16) -> String {
    http::StatusCode::from_u16(code).map_or_else(|_| code.to_string(), |status| status.to_string())
}
