//! Opening an instance: folder, keys, journal, engine, index; then payees and offers as the files say.

use super::told::Desk;
use super::{Instance, Keys, SharedClock, founding, payee_party};
use crate::config::{Config, Site};
use crate::receipts::Speaker;
use crate::world;
use market::offer_file::{self, Mistake, OfferFile};
use market::{Body, Offer, Outcome, Rejection, SetMeter};
use protocol::Instance as InstanceId;
use protocol::problem::Problem;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, RwLock};
use store::engine::{Engine, Released, Running, Settings};
use store::folder::DataFolder;
use store::index::Follower;
use store::journal::{FileJournal, Journal as _, Options, Recovery};
use store::snapshot::{Every, Notice, Shelf, Snapshots, Tell};
use store::vault::Vault;
use thiserror::Error;

/// An instance with its threads. [`Opened::finish`] ends it in order.
pub struct Opened {
    /// What the doors share.
    pub instance: Arc<Instance>,
    /// What recovery found.
    pub recovery: Recovery,
    /// How many offer versions changed because the files say something else than the journal did.
    pub changed_offers: usize,
    running: Running,
    follower: Follower,
    _folder: DataFolder,
}

/// Why an instance does not open; each says what to do.
#[derive(Error, Debug)]
pub enum OpenError {
    /// Folder, journal, vault or index.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The folder belongs to another instance than its keys.
    #[error("the journal was begun under other keys: restore the keys folder that belongs to it")]
    ForeignKeys,
    /// An offer file can't be read.
    #[error("cannot read {path}: {source}")]
    OfferFile {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An offer file has mistakes.
    #[error("{}", .mistakes.iter().map(|mistake| format!("{}: {mistake}", .path.display())).collect::<Vec<_>>().join("\n"))]
    Offers {
        /// Which file.
        path: PathBuf,
        /// All of them.
        mistakes: Vec<Mistake>,
    },
    /// The books refuse an offer or payee.
    #[error("{what}: {rejection:?}")]
    Refused {
        /// Which.
        what: String,
        /// Why.
        rejection: Rejection,
    },
    /// Two files say a meter of one payee in two ways.
    #[error("{what} is said twice, and not in the same way; say it once")]
    TwoMeters {
        /// Which.
        what: String,
    },
    /// A priced path without an offer.
    #[error("site.{site}: {pattern} is priced, but no offer covers it; write one, or one with free = true")]
    Uncovered {
        /// Which site.
        site: String,
        /// Which pattern.
        pattern: String,
    },
    /// The engine ended while the instance opened.
    #[error("the engine ended while the instance opened; see the lines above")]
    Engine,
}

impl Opened {
    /// Opens the folder, replays the journal and applies payees and offers. Sockets come after.
    ///
    /// # Errors
    /// [`OpenError`]. Nothing was overwritten.
    pub async fn open(config: Config, clock: SharedClock) -> Result<Opened, OpenError> {
        let folder = DataFolder::open(&config.data, config.mode.mode())?;
        let keys = Arc::new(Keys::load(&folder)?);
        let l402 = super::l402::Held::open(&folder, clock())?;
        let id = InstanceId::of(&keys.root.public());
        let speaker = Speaker { id, mode: config.mode.mode(), keys: Arc::clone(&keys) };
        let desk = Arc::new(Desk::new(speaker.clone(), tokio::runtime::Handle::current()));
        let of_engine = Arc::clone(&desk);
        let released = Some(Released::new(move || of_engine.hand_out()));
        let (journal, recovery) = FileJournal::open(&folder.journal(), Options::default())?;
        let reader = journal.reader();
        let fatal = |error: &store::Error| {
            eprintln!("farthing: {error}. The process ends now; start it again to recover. Nothing that was answered is lost.");
            std::process::abort();
        };
        let snapshots = Snapshots { shelf: Shelf::open(&folder.snapshots())?, every: Every::default(), tell: Tell::new(log) };
        let hash_key = market::HashKey::new(world::hash_key());
        let settings = Settings { hash_key, snapshots: Some(snapshots), released, ..Settings::default() };
        let (running, heads) = Engine::start(journal, settings, engine_clock(&clock), Box::new(fatal))?;
        let stopped = |why: &str| tracing::error!(why, "the index stopped following the journal; histories stand still until a restart");
        let follower = Follower::start(&folder.index(), reader.as_ref(), heads, Box::new(stopped))?;
        let vault = Vault::open(&folder.vault())?;
        let brands = crate::payees::brand::Brands::load(&vault, id, config.payee.keys())?;
        let instance = Arc::new(Instance {
            rail: crate::rails::Standing::read(&vault)?,
            id,
            keys,
            codes: crate::codes::Codes::default(),
            coins: crate::coins::Asked::default(),
            l402,
            screens: crate::screens::Screens::default(),
            mailer: config.mail.as_ref().and_then(|mail| crate::mail::Mailer::new(mail).ok()),
            hops: crate::tickets::Tickets::new(money::Span(60)),
            failed_keys: crate::pace::Pace::default(),
            failed_sites: crate::pace::Pace::default(),
            neighbours: crate::elsewhere::Neighbours::default(),
            hooks: tokio::sync::Notify::new(),
            started: world::now(),
            checks: crate::desk::Checks::default(),
            tallies: crate::desk::Tallies::default(),
            probes: crate::gateway::Probes::default(),
            under_way: crate::gateway::UnderWay::default(),
            promises: crate::gateway::Promises::default(),
            seats: crate::gateway::Seats::default(),
            endings: crate::gateway::Endings::default(),
            engine: running.engine(),
            clock,
            vault: Mutex::new(vault),
            brands,
            index: Mutex::new(follower.index()?),
            journal: Mutex::new(reader),
            tail: Arc::default(),
            scrubbed: Mutex::default(),
            swept: Mutex::default(),
            owned: Arc::default(),
            offers: RwLock::default(),
            speaker,
            desk,
            config,
        });
        let mut opened = Opened { instance, recovery, changed_offers: 0, running, follower, _folder: folder };
        opened.changed_offers = opened.settle().await?;
        Ok(opened)
    }

    /// Ends in order: everything taken is durable and answered, the journal closed, the index caught up.
    ///
    /// # Errors
    /// What closing says.
    pub fn finish(self) -> Result<(), store::Error> {
        let Opened { instance, running, follower, .. } = self;
        drop(instance);
        running.finish()?;
        follower.finish()
    }

    /// Founds a new journal, opens the payees and applies the offers of the configuration.
    async fn settle(&self) -> Result<usize, OpenError> {
        let instance = &self.instance;
        match order(instance, "founding", founding(instance.id, &instance.keys)).await {
            Err(OpenError::Refused { rejection: Rejection::AlreadyFounded, .. }) => return Err(OpenError::ForeignKeys),
            other => other.map(|_| ())?,
        }
        for handle in instance.config.payee.keys() {
            let party = payee_party(instance.id, handle);
            order(instance, &format!("payee.{handle}"), Body::OpenPayee { handle: handle.clone(), party }).await?;
        }
        crate::gateway::note_left_behind(instance).await.map_err(|_| OpenError::Engine)?;
        apply_offers(instance).await
    }
}

/// A snapshot is never needed, so nothing here stops the process; books in doubt are an operator's to look at.
fn log(notice: &Notice) {
    match notice {
        Notice::Opened { .. } | Notice::Written { .. } => tracing::info!("{notice}"),
        Notice::PassedOver { .. } | Notice::NotWritten { .. } | Notice::NoRoom => tracing::warn!("{notice}"),
        Notice::Disagrees { .. } => {
            tracing::error!("{notice}");
            eprintln!("farthing: {notice}. Stop it, keep the data folder as it is, and run farthing audit on a copy.");
        }
    }
}

fn engine_clock(clock: &SharedClock) -> store::engine::Clock {
    let clock = Arc::clone(clock);
    Box::new(move || clock())
}

/// Reads the offer files of all sites, every mistake first, and applies what changed; offers that stand no longer in a
/// file are withdrawn, but for those of sites that have none. Returns how many versions changed.
///
/// # Errors
/// [`OpenError`]; with a mistake in any file nothing is applied.
pub async fn apply_offers(instance: &Instance) -> Result<usize, OpenError> {
    let (mut offers, mut meters) = (Vec::new(), Vec::new());
    for name in instance.config.site.keys() {
        let file = read_of(&instance.config, name)?;
        offers.extend(file.offers);
        meters.extend(file.meters);
    }
    apply_meters(instance, meters).await?;
    instance.refresh_offers().await.map_err(|_| OpenError::Engine)?;
    let mut changed = 0usize;
    for (_, standing) in instance.offers().iter() {
        // What is made at the desk, or comes from a site elsewhere, stands in no file and stays.
        let realm = standing.unlock.realm();
        let is_of_desk = |site: &&Site| site.host == realm && site.offers.is_empty();
        let is_elsewhere = instance.config.elsewhere.values().any(|site| site.realm() == realm);
        if is_elsewhere || instance.config.site.values().any(|site| is_of_desk(&site)) {
            continue;
        }
        let kept = offers.iter().any(|offer: &Offer| offer.name == standing.name && offer.unlock.realm() == standing.unlock.realm());
        if !kept {
            let body = Body::EndOffer { realm: standing.unlock.realm().to_owned(), name: standing.name.clone() };
            changed = changed.saturating_add(order(instance, &format!("offer.{}", standing.name), body).await?);
        }
    }
    for offer in offers {
        let what = format!("offer.{}", offer.name);
        changed = changed.saturating_add(order(instance, &what, Body::SetOffer(Box::new(offer))).await?);
    }
    instance.refresh_offers().await.map_err(|_| OpenError::Engine)?;
    Ok(changed)
}

/// The offers in a site's files.
///
/// # Errors
/// [`OpenError`] with every mistake of the first file that has one, or the priced pattern that no offer covers.
pub fn offers_of(config: &Config, name: &str) -> Result<Vec<Offer>, OpenError> {
    read_of(config, name).map(|file| file.offers)
}

/// Makes the meters of the files, or gives them other windows. One that stands in no file any more stays: its events may still come.
async fn apply_meters(instance: &Instance, meters: Vec<SetMeter>) -> Result<(), OpenError> {
    for (number, meter) in meters.iter().enumerate() {
        let what = || format!("meter.{} of {}", meter.unit.as_str(), meter.payee);
        let same = |other: &&SetMeter| other.payee == meter.payee && other.unit == meter.unit;
        if meters.iter().take(number).find(same).is_some_and(|other| other != meter) {
            return Err(OpenError::TwoMeters { what: what() });
        }
        order(instance, &what(), Body::SetMeter(Box::new(meter.clone()))).await?;
    }
    Ok(())
}

fn read_of(config: &Config, name: &str) -> Result<OfferFile, OpenError> {
    let Some(site) = config.site.get(name).filter(|site| !site.offers.is_empty()) else { return Ok(OfferFile::default()) };
    let handles: Vec<String> = config.payee.keys().cloned().collect();
    let read_against = offer_file::Site { realm: &site.host, payee: &site.payee, handles: &handles };
    let mut all = OfferFile::default();
    for path in &site.offers {
        let text = std::fs::read_to_string(path).map_err(|source| OpenError::OfferFile { path: path.clone(), source })?;
        let read = offer_file::read(&text, &read_against).map_err(|mistakes| OpenError::Offers { path: path.clone(), mistakes })?;
        all.offers.extend(read.offers);
        all.meters.extend(read.meters);
    }
    for pattern in &site.priced {
        let selector = market::Selector::new(&site.host, pattern).expect("checked when the file was read");
        if !all.offers.iter().any(|offer| offer.settles().is_none() && offer.unlock.overlaps(&selector)) {
            return Err(OpenError::Uncovered { site: name.to_owned(), pattern: pattern.clone() });
        }
    }
    Ok(all)
}

/// Orders a body; 1 if it changed something.
async fn order(instance: &Instance, what: &str, body: Body) -> Result<usize, OpenError> {
    let answer = instance.order(body).await.map_err(|_: Problem| OpenError::Engine)?;
    match answer.outcome {
        Outcome::Rejected(rejection) => Err(OpenError::Refused { what: what.to_owned(), rejection }),
        Outcome::Applied(_) => Ok(1),
        Outcome::Replayed(_) | Outcome::Standing(_) => Ok(0),
    }
}
