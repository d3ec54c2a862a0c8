//! `farthing init`: four questions, a configuration that works, and what to do next.

use super::Failure;
use crate::caps::Caps;
use crate::config::{Config, is_loopback_name};
use money::Asset;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// `farthing init`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What people read as the name of the instance.
    #[arg(long)]
    name: Option<String>,
    /// The site's host name, such as news.example; wallet and desk get wallet.HOST and desk.HOST.
    #[arg(long)]
    domain: Option<String>,
    /// ISO code of the currency, such as EUR.
    #[arg(long)]
    currency: Option<String>,
    /// One click: at most a page, a month on a site and a month in all, in main units, such as "0.05 1 10". Some currencies have
    /// usual ones; in others nobody is offered one click without.
    #[arg(long)]
    caps: Option<String>,
    /// The data folder.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Where the pages come from now.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    origin: String,
    /// A test instance: play money only, for ever.
    #[arg(long)]
    test: bool,
    /// Where to write farthing.toml and offers.toml.
    #[arg(long, default_value = ".")]
    into: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let name = answer(args.name.as_deref(), "--name", "Name that people read", "My site")?;
    let domain = answer(args.domain.as_deref(), "--domain", "Host name of the site", "news.localhost")?;
    let currency = answer(args.currency.as_deref(), "--currency", "Currency", "EUR")?;
    let caps = caps(args.caps.as_deref(), &currency)?;
    let data = args.data.as_ref().map(|data| data.display().to_string());
    let data = answer(data.as_deref(), "--data", "Data folder", "farthing-data")?;
    let tls = if is_loopback_name(&domain) { "off" } else { "behind-proxy" };
    let proxies = match tls {
        "off" => "",
        // Visitors are told apart by what the proxy says; without its word they are all this machine, which no limit counts.
        _ => "trusted_proxies = [\"127.0.0.1\"] # the TLS proxy, if it is on this machine\n",
    };
    let mode = if args.test { "test" } else { "live" };
    let quote = |text: &str| toml_text(text);
    let config = format!(
        "# Farthing. `farthing serve` runs what this file describes; a mistake in it is named, never guessed around.
name = {name}
mode = \"{mode}\"          # a data folder is test or live for ever
currency = {currency}
data = {data}
tls = \"{tls}\"            # \"behind-proxy\": a TLS proxy in front forwards to `listen`
{proxies}listen = \"127.0.0.1:4020\"
ops = \"127.0.0.1:4021\"   # the operator's page, this machine only

[wallet]
host = {wallet}
{caps}
[desk]
host = {desk}           # where payees see what they sold
[admin]                    # the operator's door; `farthing serve` prints the link that makes the first operator
host = {admin}

[payee.house]
name = {name}

[site.main]
host = {domain}
origin = {origin}
payee = \"house\"
priced = [\"/paid/**\"]    # everything else passes untouched
offers = [\"offers.toml\"]
",
        name = quote(&name),
        currency = quote(&currency),
        data = quote(&data),
        wallet = quote(&format!("wallet.{domain}")),
        desk = quote(&format!("desk.{domain}")),
        admin = quote(&format!("admin.{domain}")),
        domain = quote(&domain),
        origin = quote(&args.origin),
    );
    let offers = format!(
        "# What is sold. `farthing offer check offers.toml` reads it; `farthing offer apply` makes new versions of what changed.
[offer.page]
unlock = {pages}
price = {{ fixed = {price} }}
refund = {{ window = \"10m\", per_payer = \"10/day\" }}
",
        pages = quote(&format!("https://{domain}/paid/**")),
        price = quote(&format!("0.05 {currency}")),
    );
    Config::parse(&config, Path::new("farthing.toml"), &args.into).map_err(|error| Failure::usage(error.to_string()))?;
    write_new(&args.into.join("offers.toml"), &offers)?;
    write_new(&args.into.join("farthing.toml"), &config)?;
    println!("Wrote {} and offers.toml.", args.into.join("farthing.toml").display());
    if tls == "behind-proxy" {
        println!(
            "Point these names at your TLS proxy, and the proxy at 127.0.0.1:4020:\n  {domain}\n  wallet.{domain}\n  desk.{domain}\n  admin.{domain}"
        );
    }
    println!("Next: farthing serve");
    Ok(())
}

/// The line of caps, empty where the usual ones of the currency do, or nobody is to be offered one click.
fn caps(flag: Option<&str>, currency: &str) -> Result<String, Failure> {
    let usual = Asset::fiat(currency).ok().and_then(Caps::usual).is_some();
    let said = match flag {
        Some(flag) => flag.to_owned(),
        None if usual || !std::io::stdin().is_terminal() => String::new(),
        None => answer(None, "--caps", "One click: at most a page, a month on a site, a month in all; nothing for no one click", "")?,
    };
    match said.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => Ok(String::new()),
        [page, site, all] => {
            let [page, site, all] = [page, site, all].map(|amount| toml_text(amount));
            Ok(format!("caps = {{ page = {page}, site = {site}, all = {all} }}   # what the box of one click agrees to\n"))
        }
        _ => Err(Failure::usage("--caps takes three amounts: a page, a month on a site, a month in all, such as \"0.05 1 10\"".to_owned())),
    }
}

/// What a flag says, else what the person says; without a terminal a missing flag is named.
fn answer(flag: Option<&str>, name: &str, question: &str, default: &str) -> Result<String, Failure> {
    if let Some(value) = flag {
        return Ok(value.trim().to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(format!("{name} is missing, and there is no terminal to ask on")));
    }
    print!("{question} [{default}]: ");
    let mut line = String::new();
    let read = std::io::stdout().flush().and_then(|()| std::io::stdin().lock().read_line(&mut line));
    read.map_err(|error| Failure::failed(error.to_string()))?;
    let said = line.trim();
    Ok(if said.is_empty() { default.to_owned() } else { said.to_owned() })
}

/// A TOML basic string: JSON's escapes are among its own.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| Failure::usage(format!("cannot write {}: {error}", path.display())))
}
