//! The running instance: the engine, the keys, the vault and what the doors need to know of the configuration.

use crate::config::{Config, Elsewhere, Site};
use crate::ops::scrubbing::Scrubbed;
use crate::receipts::Speaker;
use crate::refusals::refused;
use crate::world;
use hmac_sha256::mac;
use market::{Body, Command, Founding, Maker, Offer, Outcome, State};
use money::{CommandId, OfferId, Party, Span, Timestamp};
use protocol::problem::Problem;
use protocol::{Instance as InstanceId, Issuer, SigningKey};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, RwLock};
use store::engine::{Answer, BatchLook, Engine, Refused};
use store::folder::{DataFolder, KeyName, Mode};
use store::index::Index;
use store::journal::{Frames, Reader};
use store::vault::Vault;
use tokio::sync::oneshot;

mod batch;
mod hmac_sha256;
mod l402;
mod open;
mod owned;
mod told;

pub use l402::Rotated;
pub use told::Told;

pub use open::{OpenError, Opened, apply_offers, offers_of};

/// Tells the engine and the maker of ids what time it is: the world's clock, but for sample data that lies in the past.
pub type SharedClock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Everything the doors share. One an instance, behind an `Arc`.
pub struct Instance {
    /// As the file describes it; the listen port is the real one.
    pub config: Config,
    /// The id, from the root key.
    pub id: InstanceId,
    /// Root, receipt and site keys, and the secrets of challenges and references.
    pub keys: Arc<Keys>,
    /// Codes that bring browsers back from the wallet.
    pub codes: crate::codes::Codes,
    /// The secrets of L402's tokens and invoices.
    l402: l402::Held,
    /// What was paid on a phone for another screen.
    pub screens: crate::screens::Screens,
    /// Codes that take payees' people from the wallet to the desk.
    pub hops: crate::tickets::Tickets<crate::wallet::hop::Hop>,
    /// Keys that opened nothing, by the address they came from.
    pub(crate) failed_keys: crate::pace::Pace,
    /// Calls of sites that nobody signed, by the address they came from.
    pub(crate) failed_sites: crate::pace::Pace,
    /// Documents of other instances.
    pub(crate) neighbours: crate::elsewhere::Neighbours,
    /// Wakes who tells webhooks.
    hooks: tokio::sync::Notify,
    /// The way out for mail, if there is one.
    pub mailer: Option<crate::mail::Mailer>,
    /// Whether the rail takes money in.
    pub rail: crate::rails::Standing,
    /// When this process began to serve.
    pub started: Timestamp,
    /// What the last looks at its sites from outside found.
    pub(crate) checks: crate::desk::Checks,
    /// How payees look to payers.
    pub brands: crate::payees::brand::Brands,
    /// Sums of what payees sold.
    pub(crate) tallies: crate::desk::Tallies,
    /// Requests that the instance makes of its own sites.
    pub(crate) probes: crate::gateway::Probes,
    /// When facilitators were asked to settle what is pending past the books.
    pub(crate) coins: crate::coins::Asked,
    /// What the doors have under way in sessions.
    pub(crate) under_way: crate::gateway::UnderWay,
    /// Purchases up to an amount that this process works on.
    pub(crate) promises: crate::gateway::Promises,
    /// Who watches films.
    pub(crate) seats: crate::gateway::Seats,
    /// Through which the end of a session reaches its streams.
    pub(crate) endings: crate::gateway::Endings,
    pub(crate) engine: Engine,
    clock: SharedClock,
    pub(crate) vault: Mutex<Vault>,
    pub(crate) index: Mutex<Index>,
    journal: Mutex<Box<dyn Reader>>,
    /// The journal read on, for the figures of the operator.
    pub(crate) tail: Arc<Mutex<crate::ops::Tail>>,
    scrubbed: Mutex<Option<Scrubbed>>,
    swept: Mutex<Option<Swept>>,
    owned: Arc<owned::Owned<crate::receipts::Sold>>,
    offers: RwLock<Offers>,
    speaker: Speaker,
    desk: Arc<told::Desk>,
}

/// From one sweep of the vault to the next.
pub const SWEEP_EVERY: Span = Span(3_600);

/// What a sweep of the vault did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Swept {
    /// When it ended.
    pub at: Timestamp,
    /// Rows it removed: what was over or old.
    pub removed: u64,
}

/// Offers that stand, with the ids of their versions.
type Offers = Arc<Vec<(OfferId, Offer)>>;

/// The instance's keys in memory.
pub struct Keys {
    /// Certifies the others.
    pub root: SigningKey,
    /// Signs receipts.
    pub receipt: SigningKey,
    /// Signs the quotes that people carry from a site to the wallet.
    pub site: SigningKey,
    challenge: [u8; 32],
    pairwise: [u8; 32],
    /// The issuer of a day, made when it is first asked for.
    issuer: Mutex<Option<(u64, Arc<Issuer>)>>,
}

impl Keys {
    fn load(folder: &DataFolder) -> Result<Keys, store::Error> {
        let key = |name| folder.key(name, world::random()).map(|key| *key.bytes());
        Ok(Keys::of(key(KeyName::Root)?, key(KeyName::Receipt)?, key(KeyName::Challenge)?, key(KeyName::Pairwise)?))
    }

    /// The keys in a data folder that another process may have open; `None` if one of them is not there.
    ///
    /// # Errors
    /// As [`DataFolder::key_at`].
    pub fn stored_at(folder: &std::path::Path) -> Result<Option<Keys>, store::Error> {
        let key = |name| DataFolder::key_at(folder, name).map(|key| key.map(|key| *key.bytes()));
        let (root, receipt) = (key(KeyName::Root)?, key(KeyName::Receipt)?);
        let (challenge, pairwise) = (key(KeyName::Challenge)?, key(KeyName::Pairwise)?);
        let (Some(root), Some(receipt), Some(challenge), Some(pairwise)) = (root, receipt, challenge, pairwise) else { return Ok(None) };
        Ok(Some(Keys::of(root, receipt, challenge, pairwise)))
    }

    fn of(root: [u8; 32], receipt: [u8; 32], challenge: [u8; 32], pairwise: [u8; 32]) -> Keys {
        Keys {
            root: SigningKey::from_seed(root),
            receipt: SigningKey::from_seed(receipt),
            site: SigningKey::from_seed(mac(&receipt, b"farthing/site-key/1")),
            challenge,
            pairwise,
            issuer: Mutex::default(),
        }
    }

    /// The issuer of challenges at `now`: the secret changes every UTC day and yesterday's still stands.
    #[must_use]
    pub fn issuer(&self, now: Timestamp) -> Arc<Issuer> {
        let today = now.utc_day();
        let mut known = self.issuer.lock().expect("no thread panics with the issuer in hand");
        if let Some((_, issuer)) = known.as_ref().filter(|(day, _)| *day == today) {
            return Arc::clone(issuer);
        }
        let secret = |day: u64| mac(&self.challenge, &day.to_be_bytes());
        let issuer = Arc::new(Issuer::new(secret(today), today.checked_sub(1).map(secret)));
        *known = Some((today, Arc::clone(&issuer)));
        issuer
    }

    /// What recovery codes are hashed under: outside the vault, so that a stolen vault alone tests no guess.
    #[must_use]
    pub fn recovery(&self) -> [u8; 32] {
        mac(&self.pairwise, b"farthing/recovery/1")
    }

    /// Secrets that a command draws, so that the same command draws the same: a key's text, an invitation's code.
    #[must_use]
    pub fn drawn(&self, what: &str, of: &[u8]) -> [u8; 32] {
        mac(&self.pairwise, &[what.as_bytes(), b"\n", of].concat())
    }

    /// A keyed hash of a request of a session, by which the number of the request is held to it.
    #[must_use]
    pub fn print(&self, request: &[u8]) -> [u8; 32] {
        mac(&self.challenge, request)
    }

    /// What a payee knows a payer by: differs from payee to payee, so that they cannot compare readers.
    #[must_use]
    pub fn pairwise(&self, payer: Party, payee: &str) -> String {
        let hash = mac(&self.pairwise, &[&payer.0, payee.as_bytes()].concat());
        protocol::text::base32(hash.get(..20).unwrap_or_default())
    }
}

impl Instance {
    /// Submits a command and waits until its outcome is durable.
    ///
    /// # Errors
    /// [`Problem::Busy`] if the queue is full, [`Problem::Internal`] if the engine has ended.
    pub async fn apply(&self, command: Command) -> Result<Answer, Problem> {
        self.told(command).await.map(|told| told.answer)
    }

    /// The same with the sale that the command made.
    ///
    /// # Errors
    /// As [`Instance::apply`].
    pub async fn told(&self, command: Command) -> Result<Told, Problem> {
        let order = self.order_of(&command).await?;
        let (reply, answer) = oneshot::channel();
        let (owned, desk) = (Arc::clone(&self.owned), Arc::clone(&self.desk));
        let tell = move |answer: Answer| {
            owned.note(&answer.outcome);
            desk.lay(answer, order, reply);
        };
        self.engine.submit(command, Box::new(tell)).map_err(refused)?;
        answer.await.map_err(|_| Problem::Internal)
    }

    /// What time it is in the books.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Submits steps of sessions as one job, in their order: all of it is durable with one wait. The answer is the last step's;
    /// one before it that is refused is in the log.
    ///
    /// # Errors
    /// As [`Instance::apply`]; then none of them was done.
    ///
    /// # Panics
    /// Without steps.
    pub(crate) async fn steps(&self, steps: Vec<Command>) -> Result<Answer, Problem> {
        let (reply, answer) = oneshot::channel();
        let desk = Arc::clone(&self.desk);
        let tell = move |mut answers: Vec<Answer>| {
            let last = answers.pop().expect("a job has steps");
            for Answer { outcome, place, .. } in answers {
                if let Outcome::Rejected(rejection) = outcome {
                    tracing::error!(?rejection, ?place, "what a call came to was refused by the books");
                }
            }
            desk.lay(last, None, reply);
        };
        self.engine.submit_batch(steps, Box::new(tell)).map_err(refused)?;
        answer.await.map(|told| told.answer).map_err(|_| Problem::Internal)
    }

    /// Hands in many commands as one job, with a look at the state right after them.
    ///
    /// # Errors
    /// [`Refused`]; then none of them was done.
    pub(crate) fn hand_in(&self, commands: Vec<Command>, look: BatchLook) -> Result<(), Refused> {
        self.engine.submit_and_look(commands, look)
    }

    /// Who speaks in receipts.
    #[must_use]
    pub fn speaker(&self) -> &Speaker {
        &self.speaker
    }

    /// Submits a command of the instance's own, with a fresh id.
    ///
    /// # Errors
    /// As [`Instance::apply`].
    pub async fn order(&self, body: Body) -> Result<Answer, Problem> {
        let id = CommandId::new((self.clock)().ms(), world::random());
        self.apply(Command { id, maker: Maker::Instance, body }).await
    }

    /// Reads the state; answers when all that was seen is durable.
    ///
    /// # Errors
    /// As [`Instance::apply`].
    pub async fn look<T: Send + 'static>(&self, read: impl FnOnce(&State, Timestamp) -> T + Send + 'static) -> Result<T, Problem> {
        let (reply, answer) = oneshot::channel();
        let look = move |state: &State, now: Timestamp| -> Box<dyn FnOnce() + Send> {
            let seen = read(state, now);
            Box::new(move || drop(reply.send(seen)))
        };
        self.engine.look(Box::new(look)).map_err(refused)?;
        answer.await.map_err(|_| Problem::Internal)
    }

    /// Works with the vault on a thread that may block.
    ///
    /// # Errors
    /// [`Problem::Internal`] if the database fails; the cause is in the log.
    pub async fn vault<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut Vault) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let instance = Arc::clone(self);
        let run = move || work(&mut instance.vault.lock().expect("no thread panics with the vault in hand"));
        internal(tokio::task::spawn_blocking(run).await)
    }

    /// Asks the index on a thread that may block.
    ///
    /// # Errors
    /// [`Problem::Internal`] if the database fails; the cause is in the log.
    pub async fn index<T: Send + 'static>(
        self: &Arc<Self>,
        ask: impl FnOnce(&Index) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let instance = Arc::clone(self);
        let run = move || ask(&instance.index.lock().expect("no thread panics with the index in hand"));
        internal(tokio::task::spawn_blocking(run).await)
    }

    /// Every durable frame from the first.
    ///
    /// # Errors
    /// What reading the journal says.
    pub fn frames(&self) -> Result<Frames, store::Error> {
        self.frames_from(1)
    }

    /// Every durable frame from one on.
    ///
    /// # Errors
    /// What reading the journal says.
    pub fn frames_from(&self, sequence: u64) -> Result<Frames, store::Error> {
        self.journal.lock().expect("no thread panics with the journal in hand").read(sequence)
    }

    /// What the last scrub of this process found, once one has ended.
    #[must_use]
    pub fn scrubbed(&self) -> Option<Scrubbed> {
        self.scrubbed.lock().expect("no thread panics with the scrub in hand").clone()
    }

    /// Notes what a scrub found.
    pub fn note_scrubbed(&self, scrubbed: Scrubbed) {
        *self.scrubbed.lock().expect("no thread panics with the scrub in hand") = Some(scrubbed);
    }

    /// What the last sweep of this process did, once one has ended.
    #[must_use]
    pub fn swept(&self) -> Option<Swept> {
        *self.swept.lock().expect("no thread panics with the sweep in hand")
    }

    /// Notes what a sweep did.
    pub fn note_swept(&self, swept: Swept) {
        *self.swept.lock().expect("no thread panics with the sweep in hand") = Some(swept);
    }

    /// The offers that stand now.
    #[must_use]
    pub fn offers(&self) -> Offers {
        Arc::clone(&self.offers.read().expect("no thread panics with the offers in hand"))
    }

    /// The offer that sells a page of a realm now.
    #[must_use]
    pub fn offer_for(&self, realm: &str, path: &str) -> Option<(OfferId, Offer)> {
        let offers = self.offers();
        let found = offers.iter().find(|(_, offer)| offer.unlock.realm() == realm && offer.unlock.covers(path));
        let (id, offer) = found.cloned()?;
        Some((id, offer.standing_at(self.now())))
    }

    /// Takes over the offers that stand, after they changed.
    ///
    /// # Errors
    /// As [`Instance::apply`].
    pub async fn refresh_offers(&self) -> Result<(), Problem> {
        let offers = self.look(|state, _| state.offers().map(|(id, offer)| (id, offer.clone())).collect::<Vec<_>>()).await?;
        *self.offers.write().expect("no thread panics with the offers in hand") = Arc::new(offers);
        Ok(())
    }

    /// The site of a realm.
    #[must_use]
    pub fn site(&self, realm: &str) -> Option<&Site> {
        self.config.site.values().find(|site| site.host == realm)
    }

    /// The site of another instance at an origin.
    #[must_use]
    pub fn elsewhere(&self, origin: &str) -> Option<&Elsewhere> {
        self.config.elsewhere.values().find(|site| site.url == origin)
    }

    /// True if pages of a realm are sold here, wherever they stand.
    #[must_use]
    pub fn sells(&self, realm: &str) -> bool {
        self.site(realm).is_some() || self.config.elsewhere.values().any(|site| site.realm() == realm)
    }

    /// What payers call a realm of which pages are sold here.
    #[must_use]
    pub fn realm_name(&self, realm: &str) -> Option<String> {
        let here = self.site(realm).map(|site| (&site.name, &site.payee));
        let elsewhere = || self.config.elsewhere.values().find(|site| site.realm() == realm).map(|site| (&site.name, &site.payee));
        here.or_else(elsewhere).map(|(name, payee)| name.clone().unwrap_or_else(|| self.payee_name(payee)))
    }

    /// The address that pages of a realm stand at, without a path.
    #[must_use]
    pub fn realm_url(&self, realm: &str) -> String {
        let elsewhere = self.config.elsewhere.values().find(|site| site.realm() == realm);
        elsewhere.map_or_else(|| self.config.url(realm), |site| site.url.clone())
    }

    /// The name payers read for a handle.
    #[must_use]
    pub fn payee_name(&self, handle: &str) -> String {
        self.config.payee.get(handle).map_or_else(|| handle.to_owned(), |payee| payee.name.clone())
    }

    /// The wallet's origin.
    #[must_use]
    pub fn wallet_url(&self) -> String {
        self.config.url(&self.config.wallet.host)
    }

    /// The wallets whose money a site takes from people, the one that is offered first being first.
    #[must_use]
    pub fn wallets(&self, site: &Site) -> Vec<String> {
        if site.wallets.is_empty() { vec![self.wallet_url()] } else { site.wallets.clone() }
    }

    /// The desk's origin, if the instance has one.
    #[must_use]
    pub fn desk_url(&self) -> Option<String> {
        self.config.desk.as_ref().map(|desk| self.config.url(&desk.host))
    }

    /// Webhooks changed, or a delivery is to be sent now.
    pub fn poke_hooks(&self) {
        self.hooks.notify_one();
    }

    /// Resolves when webhooks were poked.
    pub async fn hooks_poked(&self) {
        self.hooks.notified().await;
    }

    /// True in a test folder: play money, and every page says so.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.config.mode.mode() == Mode::Test
    }
}

/// The party of a payee that the configuration names: the same in every run.
#[must_use]
pub fn payee_party(instance: InstanceId, handle: &str) -> Party {
    let hash: [u8; 32] = Sha256::new().chain_update("farthing/payee/1\n").chain_update(instance.0).chain_update(handle).finalize().into();
    let (party, _) = hash.split_first_chunk().expect("SHA-256 has 32 bytes");
    Party(*party)
}

fn founding(id: InstanceId, keys: &Keys) -> Body {
    let instance = market::Instance(id.0);
    Body::Found(Founding { instance, root_key: keys.root.public().0, receipt_key: keys.receipt.public().0 })
}

fn internal<T>(result: Result<Result<T, store::Error>, tokio::task::JoinError>) -> Result<T, Problem> {
    match result {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::error!(%error, "a database failed");
            Err(Problem::Internal)
        }
        Err(error) => {
            tracing::error!(%error, "a database thread ended");
            Err(Problem::Internal)
        }
    }
}
