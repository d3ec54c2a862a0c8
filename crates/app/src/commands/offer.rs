//! `farthing offer`: check a file before it is used, apply what changed, list what stands.

use super::{Failure, Which, books};
use crate::config::Config;
use crate::control::{self, Ask};
use clap::Subcommand;
use market::offer_file::{self, Site};
use market::{Beneficiary, Metered, Offer, OfferPrice};
use money::{Amount, Price, plain};
use std::path::PathBuf;

/// `farthing offer`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Read an offer file, name every mistake, and print what each leg gets of 1, 2 and 1,000 sales.
    Check {
        /// The offer file.
        file: PathBuf,
        /// The site it is for, by its name in the configuration.
        #[arg(long)]
        site: Option<String>,
        #[command(flatten)]
        which: Which,
    },
    /// Read the offer files of the configuration again and make new versions of what changed.
    Apply {
        #[command(flatten)]
        which: Which,
    },
    /// List the offers that stand.
    List {
        #[command(flatten)]
        which: Which,
    },
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.verb {
        Verb::Check { file, site, which } => check(file, site.as_deref(), which),
        Verb::Apply { which } => match ask(which, &Ask::ApplyOffers)? {
            Some((said, _)) => books::say(said),
            None => super::serve::apply_offline(which),
        },
        Verb::List { which } => match ask(which, &Ask::ListOffers)? {
            Some((_, lines)) => books::print(&lines),
            None => list_files(which),
        },
    }
}

fn ask(which: &Which, ask: &Ask) -> Result<Option<(control::Said, Vec<u8>)>, Failure> {
    control::ask(&super::source::folder(which)?.join("sock"), ask).map_err(|error| Failure::failed(error.to_string()))
}

fn check(file: &PathBuf, site: Option<&str>, which: &Which) -> Result<(), Failure> {
    let config = Config::load(&which.config).map_err(|error| Failure::usage(error.to_string()))?;
    let found = match site {
        Some(name) => config.site.get(name),
        None => config.site.values().next(),
    };
    let site = found.ok_or_else(|| Failure::usage("no such site in the configuration; name one with --site"))?;
    let text = std::fs::read_to_string(file).map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
    let handles: Vec<String> = config.payee.keys().cloned().collect();
    match offer_file::parse(&text, &Site { realm: &site.host, payee: &site.payee, handles: &handles }) {
        Ok(offers) => {
            offers.iter().for_each(describe);
            Ok(())
        }
        Err(mistakes) => {
            let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{}: {mistake}", file.display())).collect();
            Err(Failure::refused(format!("{} mistakes; nothing of this file would be applied\n{}", lines.len(), lines.join("\n"))))
        }
    }
}

/// What an offer costs and what each leg gets, for 1, 2 and 1,000 sales.
fn describe(offer: &Offer) {
    let Some((price, asset)) = offer.price.least() else {
        println!("{}  {}  free", offer.name, offer.unlock);
        return;
    };
    let iso = asset.iso().unwrap_or_default();
    let whole = Price { amount: price, asset };
    if let OfferPrice::Metered(Metered { rate, video: Some(_), .. }) = offer.price {
        let a_while = Price { amount: rate.amount, asset };
        println!("{}  {}  {a_while} for {} s that are watched, {whole} held", offer.name, offer.unlock, rate.per.get() / 1_000);
    } else {
        println!("{}  {}  {whole}", offer.name, offer.unlock);
    }
    for sales in [1u64, 2, 1_000] {
        let legs = offer.divide(price).unwrap_or_default();
        let parts = offer.split.iter().zip(legs).map(|(leg, part)| {
            let to = match &leg.to {
                Beneficiary::Owner => "self",
                Beneficiary::Payee(handle) => handle,
                Beneficiary::Operator => "operator",
            };
            let all = part.units().checked_mul(sales).and_then(Amount::new).unwrap_or(Amount::MAX);
            format!("{} ({to}) {}", leg.label, plain(all, &iso))
        });
        let sum = price.units().checked_mul(sales).and_then(Amount::new).unwrap_or(Amount::MAX);
        println!("  {sales:>5} sold: {} {iso} = {}", plain(sum, &iso), parts.collect::<Vec<_>>().join(" + "));
    }
}

fn list_files(which: &Which) -> Result<(), Failure> {
    let config = Config::load(&which.config).map_err(|error| Failure::usage(error.to_string()))?;
    for name in config.site.keys() {
        let offers = crate::instance::offers_of(&config, name).map_err(|error| Failure::refused(error.to_string()))?;
        offers.iter().for_each(describe);
    }
    println!("(not running: this is what the files say)");
    Ok(())
}
