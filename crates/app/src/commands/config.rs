//! `farthing config`: what is set and where, and whether the files can be used.

use super::Failure;
use crate::config::{Config, Setting, Source};
use crate::instance::offers_of;
use crate::world;
use clap::Subcommand;
use serde_json::json;
use std::path::{Path, PathBuf};

/// `farthing config`.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Print every setting with its value and where that comes from.
    Show {
        /// The configuration file.
        #[arg(long, default_value = "farthing.toml")]
        config: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read the configuration and the offer files as `serve` would, and say every mistake.
    Check {
        /// The configuration file.
        #[arg(long, default_value = "farthing.toml")]
        config: PathBuf,
    },
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.verb {
        Verb::Show { config, json } => {
            let settings = load(config)?.settings(world::environment("FARTHING_LOG"));
            print!("{}", if *json { in_json(&settings, config) } else { in_words(&settings, config) });
            Ok(())
        }
        Verb::Check { config } => check(config),
    }
}

fn load(path: &Path) -> Result<Config, Failure> {
    Config::load(path).map_err(|error| Failure::usage(error.to_string()))
}

fn check(path: &Path) -> Result<(), Failure> {
    let config = load(path)?;
    let (mut offers, mut wrong) = (0_usize, Vec::new());
    for name in config.site.keys() {
        match offers_of(&config, name) {
            Ok(read) => offers = offers.saturating_add(read.len()),
            Err(error) => wrong.push(error.to_string()),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::usage(wrong.join("\n")));
    }
    println!("{} can be used: {} sites, {} payees, {offers} offers", path.display(), config.site.len(), config.payee.len());
    Ok(())
}

fn source(setting: &Setting, file: &Path) -> String {
    match setting.source {
        Source::File { line } => format!("{}:{line}", file.display()),
        Source::Environment => "env".to_owned(),
        Source::Default => "default".to_owned(),
    }
}

fn in_words(settings: &[Setting], file: &Path) -> String {
    let widest = |of: fn(&Setting) -> &str| settings.iter().map(|setting| of(setting).chars().count()).max().unwrap_or_default().min(48);
    let (key, value) = (widest(|setting| &setting.key), widest(|setting| &setting.value));
    let line = |setting: &Setting| format!("{:key$}  {:value$}  {}\n", setting.key, setting.value, source(setting, file));
    settings.iter().map(line).collect()
}

fn in_json(settings: &[Setting], file: &Path) -> String {
    let row = |setting: &Setting| json!({ "key": setting.key, "value": setting.value, "source": source(setting, file) });
    format!("{}\n", json!({ "settings": settings.iter().map(row).collect::<Vec<_>>() }))
}
