//! `farthing get` on an event stream that a session pays for: events as they come, and what they came to in the end.

use super::get::Args;
use super::{marked, say};
use crate::commands::Failure;
use client::{Drawn, Error, Fetched, Flow, Payer, Request};
use money::Price;
use protocol::text::serial as serial_text;
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Writes the events of a stream as the origin wrote them, without what was said between them about money.
///
/// # Errors
/// [`Failure`] with its exit code; what was paid is told all the same.
pub(super) async fn follow(args: &Args, payer: &Payer, (request, fetched): (Request, Fetched)) -> Result<(), Failure> {
    let (common, output) = (&args.common, args.output.as_deref());
    let status = fetched.status;
    let mut flow = payer.follow(request, fetched).map_err(|error| common.failure(&error))?;
    let written = match output {
        None => copy(&mut flow, &mut std::io::stdout()).await,
        Some(path) => into_file(&mut flow, path).await,
    };
    if let Some((drawn, units)) = flow.drawn().map_err(|error| common.failure(&error))? {
        tell(args, (&drawn, units, flow.unit()), status)?;
    }
    written.map_err(|error| common.failure(&error))
}

/// Each event goes out when it is there. A reader that goes away has had enough.
async fn copy(flow: &mut Flow<'_>, out: &mut (dyn Write + Send)) -> Result<(), Error> {
    while let Some(event) = flow.next().await? {
        match out.write_all(event.raw()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(Error::BrokeOff { source: Box::new(error) }),
            Ok(()) => {}
        }
        if let Some(percent) = flow.notice() {
            // Beside the page, like every word about money.
            let _ = writeln!(std::io::stderr(), "{percent} % of what the session holds is drawn.");
        }
    }
    Ok(())
}

async fn into_file(flow: &mut Flow<'_>, path: &Path) -> Result<(), Error> {
    let aside = path.with_file_name(format!("{}.part", path.file_name().unwrap_or_default().to_string_lossy()));
    let fault = |source| Error::File { doing: "write", path: path.to_owned(), source };
    let mut file = std::fs::File::create(&aside).map_err(fault)?;
    copy(flow, &mut file).await?;
    std::fs::rename(&aside, path).map_err(fault)
}

fn tell(args: &Args, (drawn, units, unit): (&Drawn, u64, &str), status: u16) -> Result<(), Failure> {
    if !args.common.json {
        let _ = writeln!(std::io::stderr(), "{}", in_words(drawn, units, unit));
        return Ok(());
    }
    let line = json!({
        "url": args.url,
        "status": status,
        "paid": drawn.charged.to_string(),
        "units": units.to_string(),
        "unit": unit,
        "currency": drawn.currency.to_string(),
        "to": drawn.recipient,
        "session": serial_text(drawn.session),
        "mode": drawn.mode,
    });
    if args.output.is_some() {
        return say(&line.to_string());
    }
    eprintln!("{line}");
    Ok(())
}

/// The one line about money.
pub(super) fn in_words(drawn: &Drawn, units: u64, unit: &str) -> String {
    let paid = marked(Price { amount: drawn.charged, asset: drawn.currency }, drawn.mode);
    let counted = match units {
        0 => String::new(),
        1 => format!(" for 1 {unit}"),
        units => format!(" for {units} {unit}s"),
    };
    format!("Paid {paid}{counted} to {} from session {}.", drawn.recipient, serial_text(drawn.session))
}
