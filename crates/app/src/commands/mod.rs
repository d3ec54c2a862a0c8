//! The command line: one file a verb, exit codes that mean the same everywhere.

mod backup;
mod books;
mod bundle;
mod config;
mod demo;
mod developer;
mod init;
mod invite;
mod offer;
pub mod payer;
mod progress;
mod restore;
mod serve;
mod source;
mod status;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Charge, and pay, a fraction of a cent in real currency.
///
/// Without a command: the demo, with test money only.
#[derive(Parser, Debug)]
#[command(
    name = "farthing",
    version,
    after_help = "Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 the domain said no, 4 dearer than --max, 5 books or backup are not as they must be, 130 interrupted."
)]
struct Line {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Run the demo: a news site to buy from, a wallet, play money.
    Demo(demo::Args),
    /// Write farthing.toml for an instance of your own.
    Init(init::Args),
    /// Run the instance that farthing.toml describes.
    Serve(serve::Args),
    /// Pay for an address and print what it gives.
    Get(payer::get::Args),
    /// Pay for a film as it comes, a segment at a time.
    Watch(payer::watch::Args),
    /// Take a purchase back inside its window.
    Undo(payer::undo::Args),
    /// List the sessions that pay request by request, or close them.
    Sessions(payer::sessions::Args),
    /// What services that meter themselves counted: as who pays, or with a payee's key.
    Usage(payer::usage::Args),
    /// What that came to in a month or a day, line by line: as who pays, or with a payee's key.
    Bill(payer::bill::Args),
    /// Your wallet: a key pair in a file.
    Wallet(payer::wallet::Args),
    /// Check, apply and list offers.
    Offer(offer::Args),
    /// Give a sale back to its payer.
    Refund(books::RefundArgs),
    /// Recompute every balance from the journal and check the chain.
    Audit(books::AuditArgs),
    /// Print the whole journal as CSV, JSON, for hledger or Beancount, or every receipt.
    Export(books::ExportArgs),
    /// Write everything into one file, also while the instance runs.
    Backup(backup::Args),
    /// Make a data folder of a backup, or test one.
    Restore(restore::Args),
    /// Keys of a payee's programs.
    Key(developer::KeyArgs),
    /// Webhooks of a payee's programs, and what was delivered.
    Webhook(developer::WebhookArgs),
    /// What is set and where, and whether the files can be used.
    Config(config::Args),
    /// How the instance stands.
    Status(status::Args),
    /// Let operators in.
    Admin(invite::AdminArgs),
    /// Let payees' people in.
    Desk(invite::DeskArgs),
}

/// Which instance an operator's verb is about.
#[derive(clap::Args, Debug, Clone)]
pub struct Which {
    /// The configuration file.
    #[arg(long, default_value = "farthing.toml")]
    config: PathBuf,
    /// The data folder, instead of the one that the configuration names.
    #[arg(long)]
    data: Option<PathBuf>,
}

/// Why a command ends without having done its work.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub code: u8,
    /// What to tell the person, with what to do next.
    pub message: String,
}

impl Failure {
    /// It could not be done.
    pub fn failed(message: impl Into<String>) -> Failure {
        Failure { code: 1, message: message.into() }
    }

    /// The command or the configuration is not right.
    pub fn usage(message: impl Into<String>) -> Failure {
        Failure { code: 2, message: message.into() }
    }

    /// Books or a backup are not as they must be.
    pub fn damaged(message: impl Into<String>) -> Failure {
        Failure { code: 5, message: message.into() }
    }

    /// The domain said no.
    pub fn refused(message: impl Into<String>) -> Failure {
        Failure { code: 3, message: message.into() }
    }
}

/// Runs the command that the process was started with.
#[must_use]
pub fn main() -> ExitCode {
    let line = Line::parse();
    match run(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                eprintln!("farthing: {}", failure.message);
            }
            ExitCode::from(failure.code)
        }
    }
}

fn run(line: Line) -> Result<(), Failure> {
    match line.verb {
        None => {
            if std::path::Path::new("farthing.toml").exists() {
                return Err(Failure::usage(
                    "farthing.toml is here, so this is no place for the demo: run `farthing serve`, or `farthing demo` if you mean it",
                ));
            }
            demo::run(&demo::Args::default())
        }
        Some(Verb::Demo(args)) => demo::run(&args),
        Some(Verb::Init(args)) => init::run(&args),
        Some(Verb::Serve(args)) => serve::run(&args),
        Some(Verb::Get(args)) => payer::get::run(args),
        Some(Verb::Watch(args)) => payer::watch::run(&args),
        Some(Verb::Undo(args)) => payer::undo::run(args),
        Some(Verb::Sessions(args)) => payer::sessions::run(args),
        Some(Verb::Usage(args)) => payer::usage::run(args),
        Some(Verb::Bill(args)) => payer::bill::run(args),
        Some(Verb::Wallet(args)) => payer::wallet::run(args),
        Some(Verb::Offer(args)) => offer::run(&args),
        Some(Verb::Refund(args)) => books::refund(&args),
        Some(Verb::Audit(args)) => books::audit(&args),
        Some(Verb::Export(args)) => books::export(&args),
        Some(Verb::Backup(args)) => backup::run(&args),
        Some(Verb::Restore(args)) => restore::run(&args),
        Some(Verb::Key(args)) => developer::key(args),
        Some(Verb::Webhook(args)) => developer::webhook(args),
        Some(Verb::Config(args)) => config::run(&args),
        Some(Verb::Status(args)) => status::run(&args),
        Some(Verb::Admin(args)) => invite::admin(&args),
        Some(Verb::Desk(args)) => invite::desk(&args),
    }
}

/// An error with what caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// The runtime of the commands that serve or call.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| Failure::failed(error.to_string()))
}

/// Resolves when the process is asked to end. From the call on, before the first poll, a signal no longer kills it.
/// Called within a runtime.
pub(crate) fn asked_to_end() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else { return std::future::pending().await };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Logs go to standard error: warnings, unless `FARTHING_LOG` says otherwise.
pub(crate) fn log() {
    let filter = crate::world::environment("FARTHING_LOG").unwrap_or_else(|| "warn".to_owned());
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A second command in one process (tests) keeps the first one's log.
    let _ = subscriber.try_init();
}
