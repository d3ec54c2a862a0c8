//! `farthing undo`: takes a purchase back while its window is open.

use super::{Common, account, marked, run as run_verb, say};
use crate::commands::Failure;
use crate::world;
use client::calls::Account;
use client::{Payer, Policy};
use money::{CommandId, Price, Timestamp};
use protocol::text::{parse_serial, serial as serial_text};
use serde_json::json;

/// `farthing undo`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The receipt's serial, as `farthing get` printed it.
    #[arg(required_unless_present = "last", conflicts_with = "last")]
    serial: Option<String>,
    /// The newest purchase that can still be taken back.
    #[arg(long)]
    last: bool,
    /// The wallet's address, if the purchase was made elsewhere.
    #[arg(long, value_name = "URL")]
    at: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Takes a purchase back.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: Args) -> Result<(), Failure> {
    run_verb(&args.common, undo(&args))
}

async fn undo(args: &Args) -> Result<(), Failure> {
    let common = &args.common;
    let payer = common.payer(Policy::default())?;
    let serial = match &args.serial {
        Some(text) => parse_serial(&text.to_ascii_lowercase()).map_err(|_| {
            Failure::usage(format!("{text} is no serial: 26 characters, as farthing get printed them; or farthing undo --last"))
        })?,
        None => last(&payer, world::now(), common)?,
    };
    let account = books(&payer, serial, args).await?;
    let taken = account.undo(serial).await.map_err(|error| common.failure(&error))?;
    let returned = Price { amount: taken.returned, asset: taken.currency };
    say(&if common.json {
        json!({ "returned": taken.returned.to_string(), "currency": taken.currency.as_str(), "serial": serial_text(serial), "mode": account.mode() })
            .to_string()
    } else {
        format!("Taken back: {} is in your wallet again.", marked(returned, account.mode()))
    })
}

/// The newest purchase whose window is open.
fn last(payer: &Payer, now: Timestamp, common: &Common) -> Result<CommandId, Failure> {
    let receipts = payer.state().receipts().map_err(|error| common.failure(&error))?;
    let open = receipts.iter().find(|receipt| !receipt.taken_back && receipt.undo_until.is_some_and(|until| now < until));
    open.map(|receipt| receipt.serial).ok_or_else(|| Failure::refused("nothing to take back: no purchase is inside its window"))
}

/// The books in which the purchase stands.
async fn books<'a>(payer: &'a Payer, serial: CommandId, args: &Args) -> Result<Account<'a>, Failure> {
    let failure = |error| args.common.failure(&error);
    let receipts = payer.state().receipts().map_err(failure)?;
    match receipts.iter().find(|receipt| receipt.serial == serial) {
        Some(receipt) if args.at.is_none() => payer.account_of_receipt(receipt).await.map_err(failure),
        _ => account(payer, args.at.as_deref(), &args.common).await,
    }
}
