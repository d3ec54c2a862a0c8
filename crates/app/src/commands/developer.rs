//! `farthing key` and `farthing webhook`: what the programs of a payee need. Secrets are printed once, alone on their line.

use super::{Failure, Which, books};
use crate::control::{self, Ask, KeyOrder, WebhookOrder, WebhookVerb};
use crate::world;
use clap::Subcommand;
use serde_json::Value;

/// `farthing key`.
#[derive(clap::Args, Debug)]
pub struct KeyArgs {
    #[command(subcommand)]
    verb: KeyCommand,
}

#[derive(Subcommand, Debug)]
enum KeyCommand {
    /// Make a key and print it; it is shown at no other time.
    New {
        #[command(flatten)]
        of: Payee,
        /// What you call it.
        #[arg(long)]
        name: String,
        /// What it may do: read, refund, webhooks, offers, sites, keys, team, meters. Several times for several.
        #[arg(long = "scope", default_value = "read")]
        scopes: Vec<String>,
        /// For how many days it stands; for ever if not said.
        #[arg(long)]
        days: Option<u32>,
    },
    /// List the keys, those that are over too.
    List {
        #[command(flatten)]
        of: Payee,
    },
    /// Make a key in the place of another, which opens for seven days more.
    Rotate {
        #[command(flatten)]
        of: Payee,
        /// The key's id, as the list shows it.
        id: String,
    },
    /// Revoke a key at once.
    Revoke {
        #[command(flatten)]
        of: Payee,
        /// The key's id, as the list shows it.
        id: String,
    },
}

/// `farthing webhook`.
#[derive(clap::Args, Debug)]
pub struct WebhookArgs {
    #[command(subcommand)]
    verb: WebhookCommand,
}

#[derive(Subcommand, Debug)]
enum WebhookCommand {
    /// Have events sent to an address, and print the secret that signs them.
    New {
        #[command(flatten)]
        of: Payee,
        /// Where to: https, or in test mode also http to localhost and names below it.
        url: String,
        /// Which events, such as charge.made; all if not said. Several times for several.
        #[arg(long = "event")]
        events: Vec<String>,
        /// Begin after this event's `seq`; 0 sends everything there ever was.
        #[arg(long)]
        after: Option<String>,
    },
    /// List the webhooks.
    List {
        #[command(flatten)]
        of: Payee,
    },
    /// Send nothing for now; what happens meanwhile is sent afterwards.
    Pause(One),
    /// Send again, from where it stopped.
    Resume(One),
    /// Delete a webhook with all its deliveries.
    Delete(One),
    /// Give a webhook another secret; both sign for seven days.
    Rotate(One),
    /// Send a test.
    Test(One),
    /// Begin a delivery again, or all of a webhook that were given up.
    Retry(One),
    /// List deliveries, newest first, 100 at most.
    Deliveries {
        #[command(flatten)]
        of: Payee,
        /// Of one webhook.
        #[arg(long)]
        webhook: Option<String>,
        /// waiting, delivered or failed.
        #[arg(long)]
        state: Option<String>,
    },
    /// Show a delivery with what was sent and what came back.
    Show(One),
}

/// Whose.
#[derive(clap::Args, Debug)]
pub struct Payee {
    /// Handle of the payee.
    #[arg(long)]
    payee: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    which: Which,
}

/// One of the payee's things.
#[derive(clap::Args, Debug)]
struct One {
    #[command(flatten)]
    of: Payee,
    /// Its id, as the list shows it.
    id: String,
}

pub(super) fn key(args: KeyArgs) -> Result<(), Failure> {
    let (of, order) = match args.verb {
        KeyCommand::New { of, name, scopes, days } => {
            let payee = of.payee.clone();
            (of, KeyOrder::New { payee, name, scopes, days })
        }
        KeyCommand::List { of } => {
            let payee = of.payee.clone();
            (of, KeyOrder::List { payee })
        }
        KeyCommand::Rotate { of, id } => {
            let payee = of.payee.clone();
            (of, KeyOrder::Rotate { payee, id })
        }
        KeyCommand::Revoke { of, id } => {
            let payee = of.payee.clone();
            (of, KeyOrder::Revoke { payee, id })
        }
    };
    let answer = ask(&of, Ask::Key { order })?;
    print(&of, &answer, &["id", "stands", "begins", "scopes", "used", "expires", "name"])
}

pub(super) fn webhook(args: WebhookArgs) -> Result<(), Failure> {
    let one = |one: One, verb: fn(String) -> WebhookVerb| (one.of, verb(one.id));
    let (of, verb) = match args.verb {
        WebhookCommand::New { of, url, events, after } => (of, WebhookVerb::New { url, events, after }),
        WebhookCommand::List { of } => (of, WebhookVerb::List),
        WebhookCommand::Pause(id) => one(id, WebhookVerb::Pause),
        WebhookCommand::Resume(id) => one(id, WebhookVerb::Resume),
        WebhookCommand::Delete(id) => one(id, WebhookVerb::Delete),
        WebhookCommand::Rotate(id) => one(id, WebhookVerb::Rotate),
        WebhookCommand::Test(id) => one(id, WebhookVerb::Test),
        WebhookCommand::Retry(id) => one(id, WebhookVerb::Retry),
        WebhookCommand::Deliveries { of, webhook, state } => (of, WebhookVerb::Deliveries { webhook, state }),
        WebhookCommand::Show(id) => one(id, WebhookVerb::Show),
    };
    let order = WebhookOrder { payee: of.payee.clone(), verb };
    let answer = ask(&of, Ask::Webhook { order })?;
    print(&of, &answer, &["id", "state", "type", "status", "tries", "created", "sent", "next", "url", "events", "webhook"])
}

/// Asks the process that serves the instance, or opens it for this one order.
fn ask(of: &Payee, ask: Ask) -> Result<Value, Failure> {
    let failed = |error: &dyn std::error::Error| Failure::failed(error.to_string());
    if let Some((said, output)) = control::ask(&super::source::folder(&of.which)?.join("sock"), &ask).map_err(|error| failed(&error))? {
        said.done()?;
        return serde_json::from_slice(&output).map_err(|error| failed(&error));
    }
    super::serve::offline(&of.which, async |opened| {
        let (instance, now) = (&opened.instance, world::now());
        let answer = if let Ask::Key { order } = ask {
            control::key(order, instance, now).await
        } else if let Ask::Webhook { order } = ask {
            control::webhook(order, instance, now).await
        } else {
            return Err(Failure::failed("no order for payees' programs"));
        };
        answer.map_err(|problem| Failure::refused(problem.detail()))
    })
}

/// A line a row; of what was just made the secret stands alone on the first line.
fn print(of: &Payee, answer: &Value, columns: &[&str]) -> Result<(), Failure> {
    if of.json {
        return books::print(format!("{answer:#}\n").as_bytes());
    }
    let mut text = String::new();
    for secret in ["key", "secret"].iter().filter_map(|name| answer[name].as_str()) {
        text.push_str(&format!("{secret}\n"));
        eprintln!("farthing: keep this; it is shown once.");
    }
    let one = std::slice::from_ref(answer);
    let rows = answer["rows"].as_array().map_or(one, Vec::as_slice);
    for row in rows.iter().filter(|row| row.as_object().is_some_and(|row| !row.is_empty())) {
        text.push_str(&line(row, columns));
    }
    for attempt in answer["attempts"].as_array().into_iter().flatten() {
        let word = |name: &str| attempt[name].as_str().unwrap_or_default().to_owned();
        text.push_str(&format!(
            "\n{} {} ms {}\n{}\n{}\n",
            word("at"),
            attempt["latency_ms"],
            word("fault"),
            word("request"),
            word("response")
        ));
    }
    books::print(text.as_bytes())
}

fn line(row: &Value, columns: &[&str]) -> String {
    let known: Vec<&str> = columns.iter().copied().filter(|name| !row[*name].is_null()).collect();
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(words) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    };
    let words: Vec<String> = match known.is_empty() {
        true => row.as_object().into_iter().flatten().map(|(name, value)| format!("{name} {}", shown(value))).collect(),
        false => known.iter().map(|name| if *name == "stands" { stands(&row[*name]) } else { shown(&row[*name]) }).collect(),
    };
    format!("{}\n", words.join("  "))
}

fn stands(value: &Value) -> String {
    if value == &Value::Bool(true) { "stands".to_owned() } else { "over".to_owned() }
}
