//! What the operator looks at, read from the books, the journal and the index at one instant.

use super::scrubbing::Scrubbed;
use crate::instance::Instance;
use crate::web::{AssetBooks, ChainHead, Check, Instance as Named, Lang, Link, Mode, Money, OpsView, Standing};
use data_encoding::HEXLOWER;
use market::{Class, RULES_VERSION, State};
use money::{Asset, Party, Span, Timestamp};
use protocol::problem::Problem;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::engine::Settings;
use store::journal::{Frames, Head};

/// An index this far behind needs somebody.
const BEHIND_MS: u64 = 10_000;

/// Reads the journal on from where it stopped, so that only the first look reads it whole.
#[derive(Default)]
pub struct Tail {
    frames: Option<Frames>,
    /// The last frame read.
    pub head: Head,
    /// Records up to it.
    pub records: u64,
    /// Bytes of the frames up to it.
    pub frame_bytes: u64,
}

/// The figures of one instant.
pub struct Figures {
    /// The last durable frame.
    pub head: Head,
    /// True if every frame up to it was read and its hash fits the one before.
    pub is_chained: bool,
    /// The last frame that the index has seen.
    pub index_sequence: u64,
    /// How far the index is behind.
    pub index_lag_ms: u64,
    /// What stopped the index for good, if something did.
    pub index_stopped: Option<String>,
    /// What the last scrub found; none while the first one reads.
    pub scrubbed: Option<Scrubbed>,
    /// Records in the journal.
    pub records: u64,
    /// Bytes of its frames.
    pub frame_bytes: u64,
    /// Counts over the state.
    pub counts: Counts,
}

/// What is counted on the engine's thread.
#[derive(Default)]
pub struct Counts {
    /// Asset by asset.
    pub books: BTreeMap<Asset, Sums>,
    /// Parties that ever topped up.
    pub wallets: u64,
    /// Sales that stand.
    pub sales: u64,
    /// Sales that were taken back.
    pub refunds: u64,
    /// Offers that stand.
    pub offers: u64,
    /// Payees.
    pub payees: u64,
    /// Used ids that are remembered.
    pub claims: u64,
}

/// One asset's two sides.
#[derive(Default)]
pub struct Sums {
    /// Base units of all accounts above zero.
    pub credits: i128,
    /// Base units of all accounts below zero, as a negative sum.
    pub debits: i128,
    /// Base units held.
    pub held: i128,
    /// Accounts.
    pub accounts: u64,
}

impl Tail {
    /// Goes on to the end; an error ends the reading for good.
    ///
    /// # Errors
    /// What reading the journal says.
    pub fn advance(&mut self, instance: &Instance) -> Result<Head, store::Error> {
        let mut frames = match self.frames.take() {
            Some(frames) => frames,
            None => instance.frames()?,
        };
        for frame in frames.by_ref() {
            let frame = frame?;
            self.head = frame.head();
            self.records = self.records.saturating_add(u64::from(frame.frame().header().count));
            self.frame_bytes = self.frame_bytes.saturating_add(number(frame.frame().bytes().len()));
        }
        self.frames = Some(frames);
        Ok(self.head)
    }
}

impl Counts {
    fn of(state: &State) -> Counts {
        let mut counts = Counts { claims: number(state.claims()), ..Counts::default() };
        let mut wallets: BTreeSet<Party> = BTreeSet::new();
        for account in state.books().accounts() {
            let sums = counts.books.entry(account.key.asset).or_default();
            let posted = i128::from(account.posted);
            let side = if posted < 0 { &mut sums.debits } else { &mut sums.credits };
            *side = side.saturating_add(posted);
            sums.held = sums.held.saturating_add(account.held.units().into());
            sums.accounts = sums.accounts.saturating_add(1);
            if account.key.class == Class::Funded {
                wallets.insert(account.key.party);
            }
        }
        counts.wallets = number(wallets.len());
        let live = state.sales().filter(|(_, sale)| sale.is_live()).count();
        counts.sales = number(live);
        counts.refunds = number(state.sales().count().saturating_sub(live));
        counts.offers = number(state.offers().count());
        counts.payees = number(state.payees().count());
        counts
    }
}

impl Figures {
    /// Reads them.
    ///
    /// # Errors
    /// [`Problem::Busy`] and [`Problem::Internal`] when the engine does not answer.
    pub async fn read(instance: &Arc<Instance>, now: Timestamp) -> Result<Figures, Problem> {
        let counts = instance.look(|state, _| Counts::of(state)).await?;
        let index = instance.index(|index| Ok((index.sequence(), index.stopped().map(str::to_owned)))).await?;
        let (index_sequence, index_stopped) = index;
        let read = Arc::clone(instance);
        let advance = move || {
            let mut tail = read.tail.lock().expect("no thread panics with the tail in hand");
            (tail.advance(&read).map(drop), (tail.head, tail.records, tail.frame_bytes))
        };
        let (read, (head, records, frame_bytes)) = tokio::task::spawn_blocking(advance).await.map_err(|_| Problem::Internal)?;
        if let Err(error) = &read {
            tracing::error!(%error, "the journal cannot be read on");
        }
        let is_behind = index_sequence < head.sequence;
        let index_lag_ms = if is_behind { now.ms().saturating_sub(head.timestamp.ms()) } else { 0 };
        let scrubbed = instance.scrubbed();
        Ok(Figures { head, is_chained: read.is_ok(), scrubbed, index_sequence, index_lag_ms, index_stopped, records, frame_bytes, counts })
    }

    /// True if requests can be served.
    pub fn is_ready(&self) -> bool {
        self.index_lag_ms < BEHIND_MS && self.index_stopped.is_none() && self.is_chained && self.is_balanced() && self.is_undamaged()
    }

    /// True if no scrub found damage.
    pub fn is_undamaged(&self) -> bool {
        self.scrubbed.as_ref().is_none_or(|scrubbed| scrubbed.damage.is_empty())
    }

    /// What is known of the files that no longer change, in words.
    fn sealed(&self) -> String {
        match &self.scrubbed {
            None => "not read to the end yet by this process".to_owned(),
            Some(Scrubbed { damage, .. }) if !damage.is_empty() => damage.join("; "),
            Some(Scrubbed { at, files, frames, .. }) => format!("{files} files with {frames} frames read until {at}"),
        }
    }

    /// True if every asset sums to zero.
    pub fn is_balanced(&self) -> bool {
        self.counts.books.values().all(|sums| sums.sum() == 0)
    }

    /// The page.
    pub fn view(&self, instance: &Instance, now: Timestamp) -> OpsView {
        let check = |name: &str, standing, detail: String| Check { name: name.to_owned(), standing, detail };
        let good = |holds: bool| if holds { Standing::Good } else { Standing::Bad };
        let index = match self.index_lag_ms {
            _ if self.index_stopped.is_some() => Standing::Bad,
            0 => Standing::Good,
            lag if lag < BEHIND_MS => Standing::Waiting,
            _ => Standing::Bad,
        };
        let stopped = self.index_stopped.as_ref().map(|why| format!(", stopped ({why}); a restart goes on"));
        let stopped = stopped.unwrap_or_default();
        let counts = &self.counts;
        let counted = |name: &str, count: u64| (name.to_owned(), count);
        let link = |text: &str, href: &str| Link { text: text.to_owned(), href: href.to_owned() };
        OpsView {
            instance: named(instance),
            as_of: now,
            uptime: uptime(instance, now),
            health: vec![
                check("Engine", Standing::Good, "answered this page".to_owned()),
                check("Books", good(self.is_balanced()), "every asset sums to nothing".to_owned()),
                check("Journal", good(self.is_chained), format!("every frame to {} read, each names the one before", self.head.sequence)),
                check("Sealed files", good(self.is_undamaged()), self.sealed()),
                check("Index", index, format!("at frame {} of {}{stopped}", self.index_sequence, self.head.sequence)),
            ],
            books: counts.books.iter().map(|(asset, sums)| sums.view(*asset)).collect(),
            head: ChainHead { sequence: self.head.sequence, hash: HEXLOWER.encode(&self.head.hash), at: self.head.timestamp },
            queue_depth: number(instance.engine.waiting()),
            queue_limit: number(Settings::default().queue),
            index_lag_ms: self.index_lag_ms,
            counts: vec![
                counted("Wallets with money or a past", counts.wallets),
                counted("Sales that stand", counts.sales),
                counted("Sales taken back", counts.refunds),
                counted("Offers", counts.offers),
                counted("Payees", counts.payees),
                counted("Ids remembered", counts.claims),
            ],
            versions: vec![
                ("Program".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
                ("Rules".to_owned(), RULES_VERSION.to_string()),
                ("Data folder".to_owned(), instance.config.mode.mode().word().to_owned()),
                ("Instance".to_owned(), instance.id.to_string()),
            ],
            links: vec![
                link("Health", "/healthz"),
                link("Readiness", "/readyz"),
                link("Metrics", "/metrics"),
                link("Journal as CSV", "/export?format=csv"),
                link("as JSON lines", "/export?format=json"),
                link("for hledger", "/export?format=hledger"),
                link("for Beancount", "/export?format=beancount"),
            ],
        }
    }
}

impl Sums {
    /// Both sides together: zero, always.
    pub fn sum(&self) -> i128 {
        self.credits.saturating_add(self.debits)
    }

    fn view(&self, asset: Asset) -> AssetBooks {
        let money = |units| Money { units, asset };
        AssetBooks { credits: money(self.credits), debits: money(self.debits), held: money(self.held), accounts: self.accounts }
    }
}

/// The instance as pages name it.
pub fn named(instance: &Instance) -> Named {
    let mode = if instance.is_test() { Mode::Test } else { Mode::Live };
    Named { name: instance.config.name.clone(), mode, lang: Lang::EN }
}

/// How long the process has run.
pub fn uptime(instance: &Instance, now: Timestamp) -> Span {
    Span(now.seconds().saturating_sub(instance.started.seconds()))
}

pub(super) fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
