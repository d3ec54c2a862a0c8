//! `/jobs`: what is done by itself, and webhooks' outboxes, where an operator may begin again what was given up.

use super::Visitor;
use crate::acts::{Doer, Done};
use crate::door::{self, Reply};
use crate::hooks;
use crate::instance::SWEEP_EVERY;
use crate::login::SignedIn;
use crate::ops::Figures;
use crate::ops::scrubbing;
use crate::web::admin::{HookRow, Job, JobRow, JobsView, Next, PinRow, jobs};
use crate::web::{AdminPlace, Form, Standing};
use http::{StatusCode, Uri};
use money::Timestamp;
use protocol::PublicKey;
use protocol::problem::Problem;
use protocol::text::{array_from_base64url, base64url};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::UNIX_EPOCH;
use store::vault::{Outbox, OutboxSums, Pin, What};

/// Outboxes that are shown.
const SHOWN: u32 = 30;

impl Visitor<'_> {
    /// `GET /jobs`.
    pub(super) async fn jobs(&self, query: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let figures = Figures::read(self.instance, self.visit.now).await?;
        let found = self.instance.vault(|vault| Ok((vault.outboxes(SHOWN)?, vault.outbox_sums()?, vault.next_due()?)));
        let (outboxes, sums, due) = found.await?;
        let (pins, giving) = self.instance.vault(|vault| Ok((vault.pins()?, vault.count_back()?))).await?;
        let mut rows = self.job_rows(&figures, (sums, due));
        rows.push(giving_row(giving));
        let view = JobsView {
            frame: self.at(AdminPlace::Jobs),
            jobs: rows,
            hooks: outboxes.into_iter().map(|outbox| self.hook_row(outbox)).collect(),
            waiting: sums.waiting,
            failed: sums.failed,
            begun: query.get("begun").and_then(|count| count.parse().ok()),
            pins: pins.into_iter().map(|pin| self.pin_row(pin)).collect(),
        };
        Ok(self.page(StatusCode::OK, jobs(&view)))
    }

    fn job_rows(&self, figures: &Figures, (sums, due): (OutboxSums, Option<Timestamp>)) -> Vec<JobRow> {
        let behind = figures.head.sequence.saturating_sub(figures.index_sequence);
        let index = match (&figures.index_stopped, behind) {
            (Some(_), _) => (Standing::Bad, Next::Stopped),
            (None, 0) => (Standing::Good, Next::Always),
            (None, _) => (Standing::Waiting, Next::Now),
        };
        let scrubbed = self.instance.scrubbed();
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let (files, damaged) = scrubbed.as_ref().map_or((0, 0), |found| (count(found.files), count(found.damage.len())));
        let scrub = match &scrubbed {
            None => Standing::Waiting,
            Some(found) if found.damage.is_empty() => Standing::Good,
            Some(_) => Standing::Bad,
        };
        let swept = self.instance.swept();
        let (kept, frame, written) = snapshots(&self.instance.config.data);
        let after = |at: Option<Timestamp>, span| at.map_or(Next::Now, |at| Next::At(at.after(span)));
        let scrubbed_at = scrubbed.map(|found| found.at);
        vec![
            JobRow { job: Job::Index { behind }, standing: index.0, last: (behind == 0).then_some(figures.head.timestamp), next: index.1 },
            JobRow { job: Job::Scrub { files, damaged }, standing: scrub, last: scrubbed_at, next: after(scrubbed_at, scrubbing::EVERY) },
            JobRow {
                job: Job::Sweep { removed: swept.map_or(0, |swept| swept.removed) },
                standing: if swept.is_some() { Standing::Good } else { Standing::Waiting },
                last: swept.map(|swept| swept.at),
                next: after(swept.map(|swept| swept.at), SWEEP_EVERY),
            },
            JobRow { job: Job::Snapshots { kept, frame }, standing: Standing::Good, last: written, next: Next::Always },
            JobRow {
                job: Job::Webhooks { active: sums.active },
                standing: if sums.failed > 0 { Standing::Waiting } else { Standing::Good },
                last: None,
                next: due.map_or(Next::Always, Next::At),
            },
        ]
    }

    fn pin_row(&self, pin: Pin) -> PinRow {
        let other = pin.other.map(|(root, at)| {
            let fields = [("origin", pin.origin.clone()), ("root", base64url(&root))].map(|(name, value)| (name.to_owned(), value));
            (id_of(&root), at, Form { fields: fields.to_vec(), ..self.form("/jobs/root") })
        });
        PinRow { origin: pin.origin, id: id_of(&pin.root), since: pin.since, other }
    }

    /// `POST /jobs/root`: the root key that another instance shows now is the one that counts.
    pub(super) async fn accept_root(&self, login: &SignedIn, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let origin = form.get("origin").cloned().ok_or(Problem::Unknown)?;
        let root = form.get("root").and_then(|root| array_from_base64url(root).ok()).ok_or(Problem::Unknown)?;
        let (of, now) = (origin.clone(), self.visit.now);
        if !self.instance.vault(move |vault| vault.accept_root(&of, &root, now)).await? {
            return Err(Problem::Unknown);
        }
        self.instance.neighbours.forget(&origin);
        self.did(login.party, Done::to(What::RootAccepted, origin)).await?;
        Ok(door::see_other("/jobs"))
    }

    fn hook_row(&self, outbox: Outbox) -> HookRow {
        let id = hooks::id_text(outbox.id);
        let fields = [("payee", &outbox.payee), ("webhook", &id)].map(|(name, value)| (name.to_owned(), value.clone()));
        let retry = (outbox.failed > 0).then(|| Form { fields: fields.to_vec(), ..self.form("/jobs/retry") });
        let host = outbox.url.parse::<Uri>().ok().and_then(|url| url.host().map(str::to_owned));
        HookRow {
            id,
            host: host.unwrap_or_default(),
            payee: outbox.payee,
            state: outbox.state,
            waiting: outbox.waiting,
            failed: outbox.failed,
            next: outbox.next_at,
            succeeded: outbox.succeeded_at,
            retry,
        }
    }

    /// `POST /jobs/retry`: all deliveries of a webhook that were given up.
    pub(super) async fn retry(&self, login: &SignedIn, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let text = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let (payee, id) = (text("payee"), hooks::parse_id(text("webhook")).ok_or(Problem::Unknown)?);
        let begun = hooks::retry_failed(self.instance, payee, id, self.visit.now).await?;
        let doer = Doer::operator(login.party, self.visit).of(payee);
        doer.did(self.instance, Done::to(What::DeliveriesRetried, hooks::id_text(id))).await?;
        Ok(door::see_other(&format!("/jobs?begun={begun}")))
    }
}

/// The id that a root key gives.
fn id_of(root: &[u8; 32]) -> String {
    protocol::Instance::of(&PublicKey(*root)).to_string()
}

/// Money that wallets elsewhere are to give back.
fn giving_row((waiting, refused): (u64, u64)) -> JobRow {
    let standing = match (waiting, refused) {
        (0, 0) => Standing::Good,
        (_, 0) => Standing::Waiting,
        (_, _) => Standing::Bad,
    };
    JobRow { job: Job::Giving { waiting, refused }, standing, last: None, next: Next::Always }
}

/// How many snapshots a data folder has, the frame of the newest, and when that was written. The shelf itself is the running
/// engine's: looked at from outside it is only a folder.
fn snapshots(data: &Path) -> (u64, u64, Option<Timestamp>) {
    let entries = std::fs::read_dir(data.join("snapshots")).into_iter().flatten().filter_map(Result::ok);
    let found = entries.filter_map(|entry| {
        let frame: u64 = entry.file_name().to_str()?.strip_suffix(".snapshot")?.parse().ok()?;
        let written = entry.metadata().ok()?.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some((frame, Timestamp::from_seconds(written.as_secs())))
    });
    let found: Vec<(u64, Timestamp)> = found.collect();
    let newest = found.iter().max().copied();
    let kept = u64::try_from(found.len()).unwrap_or(u64::MAX);
    (kept, newest.map_or(0, |(frame, _)| frame), newest.map(|(_, at)| at))
}
