//! The payer's verbs. A page goes to standard output; what it cost, and whatever went wrong, to standard error.

pub mod bill;
pub mod get;
pub mod sessions;
mod stream;
pub mod undo;
pub mod usage;
pub mod wallet;
pub mod watch;

use super::{Failure, asked_to_end, runtime};
use crate::world;
use client::calls::Account;
use client::site::Mode;
use client::{Address, Error, Payer, Policy, State, World};
use money::{Asset, Price, Timestamp, plain};
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// Which wallet, where it pays, and for whom the answer is.
#[derive(clap::Args, Debug, Clone, Default)]
pub struct Common {
    /// The wallet file, instead of $FARTHING_WALLET or ~/.config/farthing/wallet.json.
    #[arg(long, value_name = "FILE")]
    wallet: Option<PathBuf>,
    /// Print one JSON object a line instead of text.
    #[arg(long)]
    json: bool,
}

/// How a run ends that was told to stop.
const INTERRUPTED: u8 = 130;

impl Common {
    /// The wallet file: flag, environment, home.
    fn path(&self) -> Result<PathBuf, Failure> {
        if let Some(path) = &self.wallet {
            return Ok(path.clone());
        }
        if let Some(path) = world::environment("FARTHING_WALLET") {
            return Ok(path.into());
        }
        let folder = world::environment("XDG_CONFIG_HOME").map(PathBuf::from);
        let folder = folder.or_else(|| Some(PathBuf::from(world::environment("HOME")?).join(".config")));
        let folder = folder.ok_or_else(|| Failure::usage("no home folder: name the wallet with --wallet FILE or FARTHING_WALLET"))?;
        Ok(folder.join("farthing").join("wallet.json"))
    }

    /// The payer of the wallet file.
    fn payer(&self, policy: Policy) -> Result<Payer, Failure> {
        let path = self.path()?;
        let open = || Ok((client::io::wallet_file::read(&path)?, State::beside(&path)?));
        let (wallet, state) = open().map_err(|error| self.failure(&error))?;
        Ok(Payer::new(wallet, policy, state, world()))
    }

    /// A failure with its exit code; in JSON it is said here, and nothing is left to say.
    fn failure(&self, error: &Error) -> Failure {
        self.told(Failure { code: code(error), message: error.to_string() })
    }

    fn told(&self, failure: Failure) -> Failure {
        if !self.json || failure.message.is_empty() {
            return failure;
        }
        eprintln!("{}", json!({ "error": failure.message, "exit": failure.code }));
        Failure { message: String::new(), ..failure }
    }
}

/// The clock and the randomness of this process.
fn world() -> World {
    World::new(world::now, world::random::<32>)
}

/// What the exit code of an error is: 1 failed, 2 usage or configuration, 3 the domain said no, 4 dearer than `--max`.
fn code(error: &Error) -> u8 {
    match error {
        Error::Dearer { .. } => 4,
        Error::ShortOfFunds(_) | Error::Unpayable(_) | Error::NoSession { .. } => 3,
        Error::Refused(problem) if problem.status < 500 => 3,
        Error::NoWallet { .. } | Error::WalletOpen { .. } | Error::WalletUnreadable { .. } | Error::Address { .. } => 2,
        Error::Refused(_)
        | Error::File { .. }
        | Error::Unreachable { .. }
        | Error::Moved { .. }
        | Error::Unknown { .. }
        | Error::Receipt { .. }
        | Error::Document { .. }
        | Error::BrokeOff { .. } => 1,
    }
}

/// Runs a verb until it is done or told to stop. A payment under way is on the disk, so stopping loses nothing.
fn run(common: &Common, work: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        tokio::select! {
            biased;
            done = work => done,
            () = asked_to_end() => Err(Failure {
                code: INTERRUPTED,
                message: "interrupted; if a payment was under way, run the same command again: nothing is paid twice".to_owned(),
            }),
        }
    });
    // A name that is still being looked up must not keep the process.
    runtime.shutdown_background();
    done.map_err(|failure| common.told(failure))
}

/// The account to call: at the wallet named, else at the one that is known.
async fn account<'a>(payer: &'a Payer, at: Option<&str>, common: &Common) -> Result<Account<'a>, Failure> {
    let failure = |error: Error| common.failure(&error);
    if let Some(url) = at {
        return payer.account_at(&address(url, common)?).await.map_err(failure);
    }
    let known = payer.account().map_err(failure)?;
    known.ok_or_else(|| Failure::usage("no wallet is known yet: name it with --at URL, or pay for something with farthing get"))
}

fn address(url: &str, common: &Common) -> Result<Address, Failure> {
    Address::parse(url).map_err(|why| common.failure(&Error::Address { url: url.to_owned(), why }))
}

/// Money as a person writes it: `5 EUR`, or `5` with a currency from elsewhere.
fn sum(text: &str, currency: Option<Asset>) -> Result<Price, Failure> {
    let wrong = |error: money::PriceError| Failure::usage(format!("{text}: {error}"));
    let text = text.trim();
    if text.contains(' ') {
        let price = Price::parse(text).map_err(wrong)?;
        let same = currency.is_none_or(|currency| currency == price.asset);
        return if same { Ok(price) } else { Err(Failure::usage(format!("{text} is not in the currency that --currency names"))) };
    }
    let amount = Price::decimal(text).map_err(wrong)?;
    let asset = currency.ok_or_else(|| Failure::usage(format!("in which currency? Such as: {text} --currency EUR")))?;
    Ok(Price { amount, asset })
}

/// A currency as a person writes it: `EUR`.
fn currency(code: &str) -> Result<Asset, Failure> {
    Asset::fiat(code).map_err(|_| Failure::usage(format!("--currency {code}: three letters of ISO 4217, such as EUR")))
}

/// The currency named, or the only one that the instance has.
fn currency_of(named: Option<&str>, account: &Account<'_>) -> Result<Option<Asset>, Failure> {
    if let Some(code) = named {
        return currency(code).map(Some);
    }
    let mut all = account.currencies();
    let first = all.next();
    Ok(first.filter(|_| all.next().is_none()))
}

/// A sum with its mark, if it is play money: `0.05 EUR (TEST money)`.
fn marked(price: Price, mode: Mode) -> String {
    format!("{price}{}", mark(mode))
}

/// The mark of play money, with a space before it.
fn mark(mode: Mode) -> &'static str {
    match mode {
        Mode::Test => " (TEST money)",
        Mode::Live => "",
    }
}

/// A change of a balance: `-0.05 EUR`.
fn change(units: i64, asset: Asset) -> String {
    let sign = if units < 0 { "-" } else { "+" };
    match (money::Amount::new(units.unsigned_abs()), asset.iso()) {
        (Some(amount), Some(iso)) => format!("{sign}{} {iso}", plain(amount, &iso)),
        _ => format!("{sign}{} {asset}", units.unsigned_abs()),
    }
}

/// A time of today as `14:32 UTC`, of another day with its date.
fn clock(at: Timestamp, now: Timestamp) -> String {
    let text = at.to_string();
    let (day, time) = (text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default());
    if at.utc_day() == now.utc_day() { format!("{time} UTC") } else { format!("{day} {time} UTC") }
}

/// A line to standard output. A reader that went away is no failure of ours.
fn say(line: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::failed(format!("cannot write: {error}"))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
