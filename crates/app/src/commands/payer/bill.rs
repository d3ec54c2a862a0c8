//! `farthing bill`: what events of meters came to in a month or a day, line by line; who pays and who is paid have the same bill.

use super::usage::{Side, key, left, sum, text};
use super::{Common, account, address, run as run_verb, say};
use crate::commands::Failure;
use client::usage::bills_of_meter;
use client::{Error, Policy};
use serde_json::Value;

/// `farthing bill`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// A month or a day of UTC, such as 2026-11 or 2026-11-30; without it the running month.
    #[arg(value_name = "PERIOD")]
    period: Option<String>,
    #[command(flatten)]
    side: Side,
    #[command(flatten)]
    common: Common,
}

/// Prints it.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: Args) -> Result<(), Failure> {
    run_verb(&args.common, shown(&args))
}

async fn shown(args: &Args) -> Result<(), Failure> {
    let (common, period) = (&args.common, args.period.as_deref());
    let failure = |error: Error| common.failure(&error);
    let bills = match args.side.payee()? {
        Some((at, file, meter)) => bills_of_meter((&address(at, common)?, &key(file)?), meter, period).await.map_err(failure)?,
        None => {
            let payer = common.payer(Policy { allow_http_loopback: true, ..Policy::default() })?;
            account(&payer, args.side.at.as_deref(), common).await?.bills(period).await.map_err(failure)?
        }
    };
    if common.json {
        return say(&bills.to_string());
    }
    told(&bills).iter().try_for_each(|line| say(line))
}

/// A heading for each bill, its lines, and what it comes to.
fn told(bills: &Value) -> Vec<String> {
    let all = bills["bills"].as_array().map(Vec::as_slice).unwrap_or_default();
    if all.is_empty() {
        return vec![format!("Nothing was counted in {}.", text(&bills["period"]))];
    }
    let currency = text(&bills["currency"]);
    all.iter().flat_map(|bill| lines(bill, (&text(&bills["period"]), &currency))).collect()
}

fn lines(bill: &Value, (period, currency): (&str, &str)) -> Vec<String> {
    let word = |value: &Value| text(value);
    let of = bill["payer"].as_str().map(|payer| format!("{payer} ")).unwrap_or_default();
    let until = bill["final_at"].as_str().map(|at| format!(", final at {at}")).unwrap_or_default();
    let (state, meter, recipient) = (word(&bill["state"]), word(&bill["meter"]), word(&bill["recipient"]));
    let heading = format!("{of}to {recipient} by {meter}, {period}: {state}{until}");
    let line = |line: &Value| {
        let late = line["came"].as_str().map(|came| format!(", came late on {came}")).unwrap_or_default();
        format!(
            "  {}  {}  {}: {} {} × {} per {} = {}{}{late}",
            word(&line["day"]),
            word(&line["session"]),
            word(&line["name"]),
            word(&line["units"]),
            word(&line["unit"]),
            sum(&line["unit_price"], currency),
            word(&line["per"]),
            sum(&line["amount"], currency),
            left(&line["unbilled"]),
        )
    };
    let sums = &bill["sums"];
    let all = format!(
        "  in all {} in {} events, {}{}",
        word(&sums["units"]),
        word(&sums["events"]),
        sum(&sums["amount"], currency),
        left(&sums["unbilled"])
    );
    let rows = bill["lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    std::iter::once(heading).chain(rows.iter().map(line)).chain(std::iter::once(all)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_bill_is_read_line_by_line_and_says_what_came_late() {
        let line = json!({
            "day": "2026-11-30", "session": "aab", "name": "llm", "unit": "tokens", "units": "13", "unit_price": "300000", "per": "1000000",
            "events": "3", "amount": "3", "unbilled": "7", "late": true, "came": "2026-12-02",
        });
        let bill = json!({
            "recipient": "harbour", "meter": "tokens", "payer": "p1", "state": "provisional", "final_at": "2026-12-04T00:00:00Z", "lines": [line],
            "sums": { "events": "3", "units": "13", "amount": "3", "unbilled": "7" },
        });
        let expected = [
            "p1 to harbour by tokens, 2026-11: provisional, final at 2026-12-04T00:00:00Z",
            "  2026-11-30  aab  llm: 13 tokens × 0.30 EUR per 1000000 = 0.000003 EUR, 7 unbilled, came late on 2026-12-02",
            "  in all 13 in 3 events, 0.000003 EUR, 7 unbilled",
        ];
        assert_eq!(told(&json!({ "period": "2026-11", "currency": "eur-micro", "bills": [bill] })), expected);
        assert_eq!(told(&json!({ "period": "2026-10", "bills": [] })), ["Nothing was counted in 2026-10."]);
    }
}
