//! `farthing wallet`: make one, look into it, add play money, set limits.

use super::{Common, account, change, currency_of, mark, marked, run as run_verb, say, sum};
use crate::commands::Failure;
use crate::world;
use client::calls::{Balance, History, Limit, Row, Window};
use client::{Error, Policy, Wallet};
use money::{Amount, Asset, Price};
use protocol::text::account as account_text;
use serde_json::json;

/// `farthing wallet`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand, Debug)]
enum Verb {
    /// Make a wallet file. An existing one is never touched.
    New(NewArgs),
    /// Show account and balances.
    Show(ShowArgs),
    /// List what came and went, the newest first.
    History(HistoryArgs),
    /// Add play money; only where money is TEST money.
    Topup(TopupArgs),
    /// Limit what may be spent; `none` takes the limit away.
    Limit(LimitArgs),
}

#[derive(clap::Args, Debug)]
struct NewArgs {
    #[command(flatten)]
    common: Common,
}

#[derive(clap::Args, Debug)]
struct ShowArgs {
    #[command(flatten)]
    at: At,
}

#[derive(clap::Args, Debug)]
struct HistoryArgs {
    /// How many rows.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    /// Go on from here, as the last page said.
    #[arg(long, value_name = "CURSOR")]
    before: Option<String>,
    #[command(flatten)]
    at: At,
}

#[derive(clap::Args, Debug)]
struct TopupArgs {
    /// How much: 5, or "5 EUR".
    amount: String,
    /// In which currency; not needed where there is only one.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    #[command(flatten)]
    at: At,
}

#[derive(clap::Args, Debug)]
struct LimitArgs {
    /// The most: 5, or "5 EUR", or none.
    amount: String,
    /// The window it counts in.
    #[arg(long, value_enum)]
    per: Per,
    /// Only on this site, named by its host.
    #[arg(long, value_name = "HOST")]
    site: Option<String>,
    /// In which currency; not needed where there is only one.
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    #[command(flatten)]
    at: At,
}

/// Where the account is.
#[derive(clap::Args, Debug)]
struct At {
    /// The wallet's address; remembered, and learned from the first site that is paid.
    #[arg(long, value_name = "URL")]
    at: Option<String>,
    #[command(flatten)]
    common: Common,
}

#[derive(clap::ValueEnum, Debug, Clone, Copy)]
enum Per {
    /// A calendar month.
    Month,
    /// A calendar day.
    Day,
}

/// Runs a verb of the wallet.
///
/// # Errors
/// [`Failure`] with its exit code.
pub fn run(args: Args) -> Result<(), Failure> {
    match &args.verb {
        Verb::New(args) => new(&args.common),
        Verb::Show(args) => run_verb(&args.at.common, show(&args.at)),
        Verb::History(args) => run_verb(&args.at.common, history(args)),
        Verb::Topup(args) => run_verb(&args.at.common, topup(args)),
        Verb::Limit(args) => run_verb(&args.at.common, limit(args)),
    }
}

fn new(common: &Common) -> Result<(), Failure> {
    let path = common.path()?;
    let wallet = Wallet::from_seed(world::random());
    match client::io::wallet_file::create(&path, &wallet) {
        Err(Error::File { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            let message = format!("there is a wallet already, and it stays as it is: {}", path.display());
            return Err(common.told(Failure::failed(message)));
        }
        other => other.map_err(|error| common.failure(&error))?,
    }
    let account = account_text(wallet.account());
    if common.json {
        return say(&json!({ "wallet": path.display().to_string(), "account": account }).to_string());
    }
    say(&format!(
        "New wallet  {}\nAccount     {account}\n\n\
         Whoever has this file can spend what is in it. Keep a copy where only you can read it.\n\
         Next: farthing wallet topup 5 --at WALLET_URL, or farthing get URL --max 0.10",
        path.display()
    ))
}

async fn show(at: &At) -> Result<(), Failure> {
    let common = &at.common;
    let payer = common.payer(Policy::default())?;
    let wallet = client::io::wallet_file::read(&common.path()?).map_err(|error| common.failure(&error))?;
    let (path, id) = (common.path()?.display().to_string(), account_text(wallet.account()));
    let known = payer.account().map_err(|error| common.failure(&error))?;
    if known.is_none() && at.at.is_none() {
        return say(&if common.json {
            json!({ "wallet": path, "account": id, "at": null, "mode": null, "balances": [] }).to_string()
        } else {
            format!("Wallet   {path}\nAccount  {id}\nAt       nowhere yet: name a wallet with --at URL, or pay with farthing get")
        });
    }
    let account = account(&payer, at.at.as_deref(), common).await?;
    let balances = account.balances().await.map_err(|error| common.failure(&error))?;
    let origin = account.wallet().origin();
    if common.json {
        let rows: Vec<_> = balances.iter().map(balance_json).collect();
        return say(&json!({ "wallet": path, "account": id, "at": origin, "mode": account.mode(), "balances": rows }).to_string());
    }
    let rows: Vec<String> = balances.iter().map(balance_line).collect();
    let rows = if rows.is_empty() { "  Nothing in it yet.".to_owned() } else { rows.join("\n") };
    say(&format!("Wallet   {path}\nAccount  {id}\nAt       {origin}{}\n\n{rows}", mark(account.mode())))
}

fn balance_json(row: &Balance) -> serde_json::Value {
    json!({
        "currency": row.currency.as_str(), "available": row.available.to_string(), "held": row.held.to_string(),
        "spent_this_month": row.spent_this_month.to_string(),
    })
}

/// `  4.95 EUR to spend, 0.05 EUR spent this month`
pub(super) fn balance_line(row: &Balance) -> String {
    let price = |amount: Amount| Price { amount, asset: row.currency };
    let held = if row.held.is_zero() { String::new() } else { format!(", {} held", price(row.held)) };
    format!("  {} to spend{held}, {} spent this month", price(row.available), price(row.spent_this_month))
}

async fn history(args: &HistoryArgs) -> Result<(), Failure> {
    let common = &args.at.common;
    let payer = common.payer(Policy::default())?;
    let account = account(&payer, args.at.at.as_deref(), common).await?;
    let page = account.history(args.limit, args.before.as_deref()).await.map_err(|error| common.failure(&error))?;
    if common.json {
        page.rows.iter().try_for_each(|row| say(&row_json(row)))?;
        return page.next.map_or(Ok(()), |next| say(&json!({ "next": next }).to_string()));
    }
    if page.rows.is_empty() {
        return say("Nothing came or went yet.");
    }
    say(&table(&page, mark(account.mode())))
}

fn row_json(row: &Row) -> String {
    json!({
        "at": row.at.to_string(), "kind": row.kind, "amount": row.amount.to_string(), "currency": row.currency.as_str(),
        "balance": row.balance.map(|balance| balance.to_string()), "serial": row.serial, "item": row.item,
        "undo_until": row.undo_until.map(|until| until.to_string()),
    })
    .to_string()
}

/// The rows in columns, amounts to the right.
pub(super) fn table(page: &History, mark: &str) -> String {
    let shown = client::problem::shown;
    let cells: Vec<[String; 5]> = page
        .rows
        .iter()
        .map(|row| {
            let time = row.at.to_string();
            let after = row.balance.map(|balance| Price { amount: balance, asset: row.currency }.to_string()).unwrap_or_default();
            [
                format!("{} {}", time.get(..10).unwrap_or_default(), time.get(11..16).unwrap_or_default()),
                shown(&row.kind),
                change(row.amount, row.currency),
                after,
                [row.item.as_deref(), row.serial.as_deref()].into_iter().flatten().map(shown).collect::<Vec<_>>().join("  "),
            ]
        })
        .collect();
    let heads = ["When (UTC)", "What", "Amount", "Then in it", "For"].map(str::to_owned);
    let wide = |column: usize| {
        let all = cells.iter().chain([&heads]).filter_map(|row| row.get(column));
        all.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let (time, kind, amount, after) = (wide(0), wide(1), wide(2), wide(3));
    let line = |[a, b, c, d, e]: &[String; 5]| format!("{a:time$}  {b:kind$}  {c:>amount$}  {d:>after$}  {e}").trim_end().to_owned();
    let mut text: Vec<String> = std::iter::once(&heads).chain(&cells).map(line).collect();
    if !mark.is_empty() {
        text.push(mark.trim().trim_matches(['(', ')']).to_owned());
    }
    text.extend(page.next.as_deref().map(|next| format!("More: farthing wallet history --before {}", shown(next))));
    text.join("\n")
}

async fn topup(args: &TopupArgs) -> Result<(), Failure> {
    let common = &args.at.common;
    let payer = common.payer(Policy::default())?;
    let account = account(&payer, args.at.at.as_deref(), common).await?;
    let named = currency_of(args.currency.as_deref(), &account)?;
    let price = sum(&args.amount, named_of(&args.amount, named))?;
    let done = account.top_up(price).await.map_err(|error| common.failure(&error))?;
    let available = Price { amount: done.available, asset: done.currency };
    say(&if common.json {
        json!({ "added": price.amount.to_string(), "available": done.available.to_string(), "currency": done.currency.as_str(), "mode": account.mode() })
            .to_string()
    } else {
        format!("Added {}. {available} to spend.", marked(price, account.mode()))
    })
}

async fn limit(args: &LimitArgs) -> Result<(), Failure> {
    let common = &args.at.common;
    let payer = common.payer(Policy::default())?;
    let account = account(&payer, args.at.at.as_deref(), common).await?;
    let named = currency_of(args.currency.as_deref(), &account)?;
    let most = if args.amount == "none" { None } else { Some(sum(&args.amount, named_of(&args.amount, named))?) };
    let currency = most.map(|most| most.asset).or(named);
    let currency = currency.ok_or_else(|| Failure::usage("in which currency? Such as: none --currency EUR"))?;
    let (window, word) = match args.per {
        Per::Month => (Window::Month, "month"),
        Per::Day => (Window::Day, "day"),
    };
    let asked = Limit { on: args.site.clone(), window, currency, most: most.map(|most| most.amount) };
    account.limit(&asked).await.map_err(|error| common.failure(&error))?;
    let on = args.site.as_deref().map_or_else(|| "all sites together".to_owned(), |site| format!("on {site}"));
    say(&if common.json {
        json!({ "on": args.site.as_deref().unwrap_or("all"), "window": word, "currency": currency.as_str(), "most": most.map(|it| it.amount.to_string()) })
            .to_string()
    } else {
        match most {
            Some(most) => format!("Limit: {} a {word}, {on}.", marked(most, account.mode())),
            None => format!("No limit a {word} any more, {on}."),
        }
    })
}

/// A currency in the text itself wins over the one that the instance has.
fn named_of(text: &str, known: Option<Asset>) -> Option<Asset> {
    known.filter(|_| !text.trim().contains(' '))
}
