//! `farthing usage`: what services that meter themselves counted, for who pays and for who is paid: the same figures.

use super::{Common, account, address, run as run_verb, say};
use crate::commands::Failure;
use client::usage::{Days, of_meter};
use client::{Error, Policy};
use money::{Amount, Asset, plain};
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};

/// `farthing usage`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// From this day of UTC on, such as 2026-11-01; without it thirty days.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Up to the end of this day; without it today.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    #[command(flatten)]
    side: Side,
    #[command(flatten)]
    common: Common,
}

/// Whose figures are shown: those of the wallet's owner, or of a payee's meter.
#[derive(clap::Args, Debug)]
pub(super) struct Side {
    /// The wallet's address. A payer's wallet file remembers it.
    #[arg(long, value_name = "URL")]
    pub(super) at: Option<String>,
    /// A file with a payee's key, `-` for standard input: shows what is the payee's.
    #[arg(long, value_name = "FILE", requires = "meter")]
    key_file: Option<PathBuf>,
    /// Which meter of the payee's.
    #[arg(long, value_name = "NAME", requires = "key_file")]
    meter: Option<String>,
}

impl Side {
    /// Where, with which key file and of which meter a payee asks; none for a payer.
    pub(super) fn payee(&self) -> Result<Option<(&str, &Path, &str)>, Failure> {
        match (&self.key_file, &self.meter, &self.at) {
            (Some(file), Some(meter), Some(at)) => Ok(Some((at, file, meter))),
            (Some(_), _, _) => Err(Failure::usage("a payee's key is shown to a wallet: name it with --at URL")),
            (None, ..) => Ok(None),
        }
    }
}

/// Prints it.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: Args) -> Result<(), Failure> {
    run_verb(&args.common, shown(&args))
}

async fn shown(args: &Args) -> Result<(), Failure> {
    let (common, days) = (&args.common, Days { from: args.from.clone(), to: args.to.clone() });
    let failure = |error: Error| common.failure(&error);
    let usage = match args.side.payee()? {
        Some((at, file, meter)) => of_meter((&address(at, common)?, &key(file)?), meter, &days).await.map_err(failure)?,
        None => {
            let payer = common.payer(Policy { allow_http_loopback: true, ..Policy::default() })?;
            account(&payer, args.side.at.as_deref(), common).await?.metered(&days).await.map_err(failure)?
        }
    };
    if common.json {
        return say(&usage.to_string());
    }
    told(&usage).iter().try_for_each(|line| say(line))
}

/// The key alone on its line; it stands in no list of processes.
pub(super) fn key(file: &Path) -> Result<String, Failure> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().take(4_096).read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    let text = text.map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
    Ok(text.trim().to_owned())
}

/// A line a day, session and offer, then the sum and how the sessions stand.
fn told(usage: &Value) -> Vec<String> {
    let rows = usage["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        return vec!["Nothing was counted in these days.".to_owned()];
    }
    let currency = text(&usage["currency"]);
    let money = |units: &Value| sum(units, &currency);
    let word = |value: &Value| text(value);
    let line = |row: &Value| {
        let rate = format!("{} per {}", money(&row["unit_price"]), word(&row["per"]));
        format!(
            "{}  {}  {} to {}: {} {} at {rate} in {} events, {}{}",
            word(&row["day"]),
            word(&row["session"]),
            word(&row["name"]),
            word(&row["recipient"]),
            word(&row["units"]),
            word(&row["unit"]),
            word(&row["events"]),
            money(&row["amount"]),
            left(&row["unbilled"]),
        )
    };
    let sums = &usage["sums"];
    let all = format!(
        "in all {} in {} events, {}{}",
        word(&sums["units"]),
        word(&sums["events"]),
        money(&sums["amount"]),
        left(&sums["unbilled"])
    );
    let stands = |session: &Value| {
        let reached = session["told"].as_u64().filter(|share| *share > 0).map(|share| format!(", {share} % reached")).unwrap_or_default();
        let (id, state) = (word(&session["session"]), word(&session["state"]));
        format!("session {id}, {state}: {} of {} drawn{reached}", money(&session["drawn"]), money(&session["held"]))
    };
    let sessions = usage["sessions"].as_array().map(Vec::as_slice).unwrap_or_default();
    rows.iter().map(line).chain([all]).chain(sessions.iter().map(stands)).collect()
}

/// Units that nobody pays, where there are any.
pub(super) fn left(of: &Value) -> String {
    if text(of) == "0" { String::new() } else { format!(", {} unbilled", text(of)) }
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Base units as people write them.
pub(super) fn sum(units: &Value, currency: &str) -> String {
    let amount = units.as_str().and_then(|text| text.parse().ok()).and_then(Amount::new);
    let iso = Asset::parse(currency).ok().and_then(|asset| asset.iso());
    match (amount, iso) {
        (Some(amount), Some(iso)) => format!("{} {iso}", plain(amount, &iso)),
        _ => format!("{} {currency}", text(units)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_row_is_a_line_with_its_rate_and_what_nobody_pays() {
        let row = json!({
            "day": "2026-11-30", "session": "aab", "name": "llm", "recipient": "harbour", "unit": "tokens", "units": "13", "unit_price": "300000",
            "per": "1000000", "events": "3", "amount": "12", "unbilled": "7",
        });
        let usage = json!({
            "currency": "eur-micro", "rows": [row], "sums": { "events": "3", "units": "13", "amount": "12", "unbilled": "0" },
            "sessions": [{ "session": "aab", "state": "open", "held": "12", "drawn": "12", "told": 100 }],
        });
        let expected = [
            "2026-11-30  aab  llm to harbour: 13 tokens at 0.30 EUR per 1000000 in 3 events, 0.000012 EUR, 7 unbilled",
            "in all 13 in 3 events, 0.000012 EUR",
            "session aab, open: 0.000012 EUR of 0.000012 EUR drawn, 100 % reached",
        ];
        assert_eq!(told(&usage), expected);
        assert_eq!(told(&json!({})), ["Nothing was counted in these days."]);
    }
}
