//! `farthing sessions`: what is held to pay request by request, and its end.

use super::{Common, account, clock, marked, run as run_verb, say};
use crate::commands::Failure;
use crate::world;
use client::calls::Closed;
use client::session::Phase;
use client::site::Mode;
use client::{KeptSession, Policy, Restored, Waiting};
use money::{CommandId, Price};
use protocol::text::{parse_serial, serial as serial_text};
use serde_json::json;

/// `farthing sessions`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// Close sessions: what was drawn is paid, the rest of what is held is free again.
    Close(CloseArgs),
    /// What you can prove of a session, in one file: what you signed when it was opened, and what the instance signed since.
    /// `farthing audit --proofs FILE` checks it anywhere.
    Export(ExportArgs),
    /// Find sessions again whose files are lost: the wallet lists them, and each is checked before it pays again.
    Restore(RestoreArgs),
}

#[derive(clap::Args, Debug)]
struct RestoreArgs {
    /// The wallet's address; remembered, and learned from the first site that is paid.
    #[arg(long, value_name = "URL")]
    at: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args, Debug)]
struct ExportArgs {
    /// The session, as `farthing sessions` lists it.
    id: String,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args, Debug)]
struct CloseArgs {
    /// The session, as `farthing sessions` lists it.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    id: Option<String>,
    /// Every session that is not over.
    #[arg(long)]
    all: bool,
    /// Not at its site but at the wallet of this address; so is one that no file here knows.
    #[arg(long, value_name = "URL")]
    at: Option<String>,
    #[command(flatten)]
    common: Common,
}

/// Lists the sessions, or closes some.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: Args) -> Result<(), Failure> {
    match &args.verb {
        None => list(&args.common),
        Some(Verb::Close(close)) => run_verb(&close.common, end(close)),
        Some(Verb::Export(export)) => run_verb(&export.common, bundle(export)),
        Some(Verb::Restore(restore)) => run_verb(&restore.common, again(restore)),
    }
}

fn list(common: &Common) -> Result<(), Failure> {
    let all = common.payer(closing())?.sessions().map_err(|error| common.failure(&error))?;
    if all.is_empty() && !common.json {
        return say("No sessions yet: farthing get URL --session --max 0.10 opens one where a site offers it");
    }
    all.iter().try_for_each(|session| say(&told(session, common)))
}

async fn end(args: &CloseArgs) -> Result<(), Failure> {
    let common = &args.common;
    let payer = common.payer(closing())?;
    let failure = |error| common.failure(&error);
    let ids = match &args.id {
        Some(text) => vec![named(text)?],
        None => payer.state().sessions().map_err(failure)?.iter().map(|session| session.id).collect(),
    };
    let known = payer.state().sessions().map_err(failure)?;
    for id in ids {
        let mut waits = |waiting: Waiting| {
            // In JSON, standard error has one object, which says how it ended.
            if !common.json {
                eprintln!("{}: {}", serial_text(id), waits_for(waiting));
            }
        };
        if args.at.is_some() || known.iter().all(|session| session.id != id) {
            let account = account(&payer, args.at.as_deref(), common).await?;
            let closed = account.close_session(id, &mut waits).await.map_err(failure)?;
            say(&told_closed(id, &closed, (account.mode(), common)))?;
        } else {
            let session = payer.close_session_telling(id, &mut waits).await.map_err(failure)?;
            say(&told(&session, common))?;
        }
    }
    Ok(())
}

fn named(text: &str) -> Result<CommandId, Failure> {
    let id = parse_serial(&text.to_ascii_lowercase());
    id.map_err(|_| Failure::usage(format!("{text} is no session: 26 characters, as farthing sessions lists them")))
}

/// What a close waits for, and until when.
fn waits_for(Waiting { requests, until }: Waiting) -> String {
    let requests = if requests == 1 { "one request".to_owned() } else { format!("{requests} requests") };
    let until = until.map(|until| format!(", or until {} if nobody works on it any more", clock(until, world::now())));
    format!("waiting until {requests} under way is finished{}", until.unwrap_or_default())
}

async fn bundle(args: &ExportArgs) -> Result<(), Failure> {
    let common = &args.common;
    let payer = common.payer(closing())?;
    let bundle = payer.export_session(named(&args.id)?).await.map_err(|error| common.failure(&error))?;
    say(&bundle.to_json())
}

/// The end of a session that the wallet closed.
fn told_closed(id: CommandId, closed: &Closed, (mode, common): (Mode, &Common)) -> String {
    let sum = |amount| marked(Price { amount, asset: closed.currency }, mode);
    if common.json {
        let (captured, released) = (closed.captured.to_string(), closed.released.to_string());
        let currency = closed.currency.to_string();
        let receipt = &closed.receipt;
        return json!({ "session": serial_text(id), "phase": "ended", "currency": currency, "captured": captured, "released": released, "receipt": receipt })
            .to_string();
    }
    format!("{}: closed, {} paid, {} free again", serial_text(id), sum(closed.captured), sum(closed.released))
}

async fn again(args: &RestoreArgs) -> Result<(), Failure> {
    let common = &args.common;
    let payer = common.payer(closing())?;
    let account = account(&payer, args.at.as_deref(), common).await?;
    let all = account.restore().await.map_err(|error| common.failure(&error))?;
    if all.is_empty() && !common.json {
        return say("The wallet has no session of this key that is not over");
    }
    let mut refuted = 0_usize;
    for restored in &all {
        let (id, what) = match restored {
            Restored::Pays(session) => {
                say(&told(session, common))?;
                continue;
            }
            Restored::InUse(id) => (id, "another program pays from it".to_owned()),
            Restored::Silent(id, why) => {
                (id, format!("it is yours, but its site does not answer ({why}); farthing sessions close ends it"))
            }
            Restored::Refuted(id, why) => {
                refuted = refuted.saturating_add(1);
                (id, format!("not taken up: {why}"))
            }
        };
        let line = if common.json {
            json!({ "session": serial_text(*id), "why": what }).to_string()
        } else {
            format!("{}: {what}", serial_text(*id))
        };
        say(&line)?;
    }
    if refuted == 0 {
        return Ok(());
    }
    let message = format!("{refuted} of what the wallet said is not proved by what it shows: keep its answer, and do not pay there");
    Err(common.told(Failure { code: 1, message }))
}

/// Closing costs nothing, so nothing need be allowed.
fn closing() -> Policy {
    Policy { allow_http_loopback: true, ..Policy::default() }
}

fn told(session: &KeptSession, common: &Common) -> String {
    if common.json { in_json(session) } else { in_words(session) }
}

/// One line a session.
pub(super) fn in_words(session: &KeptSession) -> String {
    let sum = |amount| marked(session.price_of(amount), session.mode);
    let head = format!("{}  {} to {}", serial_text(session.id), session.realm, session.recipient);
    match session.phase {
        Phase::Opening => format!("{head}: {} asked to be held, no answer yet", sum(session.hold)),
        Phase::Open => format!("{head}: {} of {} drawn", sum(session.counted), sum(session.hold)),
        Phase::Aside => format!("{head}: pays no more; {} of {} drawn", sum(session.counted), sum(session.hold)),
        Phase::Gone => format!("{head}: not known to the site any more"),
        Phase::Ended { captured, released } => {
            let lost = match session.lost {
                0 => String::new(),
                1 => "; one request had no answer".to_owned(),
                lost => format!("; {lost} requests had no answer"),
            };
            let counted = if captured == session.counted { String::new() } else { format!(" (we counted {}{lost})", sum(session.counted)) };
            format!("{head}: closed, {} paid{counted}, {} free again", sum(captured), sum(released))
        }
    }
}

fn in_json(session: &KeptSession) -> String {
    let (phase, captured, released) = match session.phase {
        Phase::Opening => ("opening", None, None),
        Phase::Open => ("open", None, None),
        Phase::Aside => ("aside", None, None),
        Phase::Gone => ("gone", None, None),
        Phase::Ended { captured, released } => ("ended", Some(captured), Some(released)),
    };
    json!({
        "session": serial_text(session.id),
        "realm": session.realm,
        "to": session.recipient,
        "phase": phase,
        "currency": session.currency.to_string(),
        "hold": session.hold.to_string(),
        "counted": session.counted.to_string(),
        "unanswered": session.lost,
        "spent": session.spent.to_string(),
        "captured": captured.map(|it| it.to_string()),
        "released": released.map(|it| it.to_string()),
        "until": session.until.to_string(),
        "mode": session.mode,
        "receipt": session.receipt,
    })
    .to_string()
}
