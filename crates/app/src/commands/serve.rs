//! `farthing serve`: the instance that a configuration describes.

use super::{Failure, Which, asked_to_end, chain, log, runtime};
use crate::acts::{Doer, Done};
use crate::config::{Config, Tls};
use crate::control;
use crate::instance::{Instance, Opened, SharedClock};
use crate::keepers;
use crate::serve::{Doors, Guests, Listeners};
use crate::world;
use market::{Body, Outcome};
use protocol::problem::Problem;
use std::path::PathBuf;
use std::sync::Arc;
use store::vault::{Door, What};
use tokio::net::{TcpListener, UnixListener};

/// `farthing serve`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The configuration file.
    #[arg(long, default_value = "farthing.toml")]
    config: PathBuf,
    /// Print one JSON line with the doors instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    log();
    let mut config = Config::load(&args.config).map_err(|error| Failure::usage(error.to_string()))?;
    runtime()?.block_on(async {
        let listeners = bind(&config).await?;
        // Port 0 is any free port; addresses that people are given name the one it became.
        let bound = |listener: &TcpListener| listener.local_addr().map_err(|error| Failure::failed(error.to_string()));
        (config.listen, config.ops) = (bound(&listeners.public)?, bound(&listeners.ops)?);
        let opened = open(config).await?;
        // Whoever reads the doors may stop the process or order something at once.
        let (control, ended) = (bind_control(&opened.instance)?, asked_to_end());
        let setup = first_setup(&opened.instance).await?;
        announce(&opened, args.json, setup.as_deref());
        serve(opened, listeners, Guests::default(), (control, ended)).await
    })
}

/// Binds both listeners of a configuration.
pub(super) async fn bind(config: &Config) -> Result<Listeners, Failure> {
    let bind = async |at: std::net::SocketAddr| {
        TcpListener::bind(at).await.map_err(|error| Failure::failed(format!("cannot listen on {at}: {error}")))
    };
    Ok(Listeners { public: bind(config.listen).await?, ops: bind(config.ops).await? })
}

/// Opens an instance under the world's clock.
pub(super) async fn open(config: Config) -> Result<Opened, Failure> {
    take_languages(&config)?;
    let clock: SharedClock = Arc::new(world::now);
    Opened::open(config, clock).await.map_err(|error| Failure::failed(chain(&error)))
}

/// Takes the languages that lie in the data folder, and tells what they leave to English.
pub(super) fn take_languages(config: &Config) -> Result<(), Failure> {
    for language in crate::web::take_languages(&config.data.join("i18n")).map_err(|error| Failure::usage(error.to_string()))? {
        if !language.missing.is_empty() {
            tracing::warn!(tag = language.tag, missing = language.missing.len(), "a language leaves messages to English");
        }
    }
    Ok(())
}

/// Binds the control socket of an instance: from here on commands wait for this process.
pub(super) fn bind_control(instance: &Instance) -> Result<UnixListener, Failure> {
    let socket = instance.config.data.join("sock");
    // A socket left behind by a killed process answers nobody; the lock says that we are alone.
    let _ = std::fs::remove_file(&socket);
    UnixListener::bind(&socket).map_err(|error| Failure::failed(format!("cannot listen on {}: {error}", socket.display())))
}

/// Serves doors and control socket until `ended` resolves, and closes in order.
pub(super) async fn serve(
    opened: Opened,
    listeners: Listeners,
    guests: Guests,
    (control, ended): (UnixListener, impl Future<Output = ()>),
) -> Result<(), Failure> {
    let instance = Arc::clone(&opened.instance);
    let socket = instance.config.data.join("sock");
    let control = tokio::spawn(control::serve(control, Arc::clone(&instance)));
    let keepers = keepers::start(&instance);
    let doors = Doors::new(instance, guests).map_err(|error| Failure::usage(error.to_string()))?;
    doors.serve(listeners, ended).await;
    control.abort();
    drop(keepers);
    let _ = std::fs::remove_file(&socket);
    tokio::task::spawn_blocking(move || opened.finish())
        .await
        .map_err(|error| Failure::failed(error.to_string()))?
        .map_err(|error| Failure::failed(chain(&error)))
}

/// Says what recovery cut off the journal, if it cut anything.
pub(super) fn tell_cut(opened: &Opened) {
    let Some(cut) = &opened.recovery.cut else { return };
    eprintln!(
        "farthing: a write was torn off when the process last ended: {} bytes at offset {} of {} ({}), kept in {}. Nothing that was answered is lost.",
        cut.bytes,
        cut.offset,
        cut.file.display(),
        cut.found,
        cut.kept.display()
    );
}

/// What works and is still a mistake.
fn warning(config: &Config) -> Option<&'static str> {
    (config.tls == Tls::BehindProxy && config.trusted_proxies.is_empty()).then_some(
        "tls is \"behind-proxy\" and trusted_proxies names none: all visitors look like the proxy, so nobody's tries can be counted. \
         List its address, such as trusted_proxies = [\"127.0.0.1\"]",
    )
}

/// The link that makes the first operator, while there is a door for one and nobody came through it.
async fn first_setup(instance: &Arc<Instance>) -> Result<Option<String>, Failure> {
    let failed = |problem: Problem| Failure::failed(problem.detail());
    if instance.config.admin.is_none() || instance.vault(|vault| vault.has_passkey(Door::Admin)).await.map_err(failed)? {
        return Ok(None);
    }
    control::setup_link(instance).await.map_err(failed).map(|(link, _)| Some(link))
}

fn announce(opened: &Opened, json: bool, setup: Option<&str>) {
    let instance = &opened.instance;
    let config = &instance.config;
    let sites: Vec<String> = config.site.values().map(|site| config.url(&site.host)).collect();
    tell_cut(opened);
    warning(config).iter().for_each(|said| eprintln!("farthing: {said}"));
    if json {
        let doors = serde_json::json!({"sites": sites, "wallet": instance.wallet_url(), "desk": instance.desk_url(), "ops": format!("http://{}", config.ops),
            "admin": config.admin.as_ref().map(|door| config.url(&door.host)), "setup": setup,
            "instance": instance.id.to_string(), "mode": config.mode.mode().word()});
        println!("{doors}");
        return;
    }
    let test = if instance.is_test() { "   TEST: play money only" } else { "" };
    println!("farthing {}   {}{test}\n", env!("CARGO_PKG_VERSION"), config.name);
    sites.iter().for_each(|site| println!("  Site    {site}"));
    println!("  Wallet  {}", instance.wallet_url());
    instance.desk_url().iter().for_each(|desk| println!("  Desk    {desk}"));
    if let Some(admin) = &config.admin {
        println!("  Admin   {}", config.url(&admin.host));
    }
    println!("  Ops     http://{}\n", config.ops);
    if let Some(setup) = setup {
        println!("Nobody runs this instance yet. Within 30 minutes, once:\n  {setup}\n");
    }
    println!("Ready. Ctrl-C stops.");
}

/// Opens the instance of a configuration for one order, without doors.
pub(super) fn offline<T>(which: &Which, work: impl AsyncFnOnce(&Opened) -> Result<T, Failure>) -> Result<T, Failure> {
    let config = Config::load(&which.config).map_err(|error| Failure::usage(error.to_string()))?;
    runtime()?.block_on(async {
        let opened = open(config).await?;
        let done = work(&opened).await;
        opened.finish().map_err(|error| Failure::failed(chain(&error)))?;
        done
    })
}

/// Writes down what somebody at the machine did.
async fn note(instance: &Arc<Instance>, payee: Option<&str>, done: Done) -> Result<(), Failure> {
    let written = Doer::machine(payee, world::now()).did(instance, done).await;
    written.map_err(|problem| Failure::failed(format!("it is done, but not written down by whom: {}", problem.detail())))
}

pub(super) fn order_offline(which: &Which, back: &control::GiveBack) -> Result<(), Failure> {
    let request = back.request().map_err(Failure::usage)?;
    offline(which, async |opened| {
        let sale = request.sale;
        let answer = opened.instance.order(Body::Refund(request.clone())).await.map_err(|problem| Failure::failed(problem.detail()))?;
        match answer.outcome {
            Outcome::Rejected(rejection) => Err(Failure::refused(format!("{rejection:?}"))),
            outcome @ (Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_)) => {
                println!("{}", back.done(&outcome));
                let owner = control::owner_of(&opened.instance, sale).await;
                note(&opened.instance, owner.as_deref(), Done::to(What::Refunded, &*back.serial)).await
            }
        }
    })
}

pub(super) fn apply_offline(which: &Which) -> Result<(), Failure> {
    offline(which, async |opened| {
        // Opening applies the files.
        println!("{} offer versions changed", opened.changed_offers);
        note(&opened.instance, None, What::OffersApplied.into()).await
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_that_nobody_believes_is_told() {
        let text = "name = \"N\"\nmode = \"test\"\ntls = \"behind-proxy\"\nwallet = { host = \"wallet.example\" }\n";
        let read =
            |more: &str| Config::parse(&format!("{more}{text}"), std::path::Path::new("farthing.toml"), std::path::Path::new(".")).unwrap();
        assert!(warning(&read("")).is_some_and(|said| said.contains("trusted_proxies")));
        assert_eq!(warning(&read("trusted_proxies = [\"127.0.0.1\"]\n")), None);
    }
}
