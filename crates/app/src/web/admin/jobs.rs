//! What the instance does by itself, when it last did and when it will again; and the outbox of webhooks.

use super::at_place;
use crate::web::Standing;
use crate::web::lang::{Lang, plain, say};
use crate::web::money;
use crate::web::parts::{hidden, standing};
use crate::web::time;
use crate::web::view::{AdminFrame, Form};
use ::money::Timestamp;
use maud::{Markup, html};
use store::vault::WebhookState;

/// The jobs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobsView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// One each.
    pub jobs: Vec<JobRow>,
    /// Webhooks with something on their mind.
    pub hooks: Vec<HookRow>,
    /// Deliveries that wait, of all webhooks.
    pub waiting: u64,
    /// Deliveries that were given up, of all webhooks.
    pub failed: u64,
    /// How many deliveries the last press began again.
    pub begun: Option<u64>,
    /// Other instances whose root key was seen.
    pub pins: Vec<PinRow>,
}

/// Another instance's root key, as it was seen first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PinRow {
    /// Its origin.
    pub origin: String,
    /// The id that the root key gives: 26 characters.
    pub id: String,
    /// Since when it counts.
    pub since: Timestamp,
    /// Another one that it shows now: its id, since when, and the form that lets it count.
    pub other: Option<(String, Timestamp, Form)>,
}

/// Something that is done by itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Job {
    /// The index follows the journal.
    Index {
        /// Frames it is behind.
        behind: u64,
    },
    /// Sealed files are read again.
    Scrub {
        /// Files read last time.
        files: u64,
        /// Files with damage.
        damaged: u64,
    },
    /// What is over or old is removed from the vault.
    Sweep {
        /// Rows removed last time.
        removed: u64,
    },
    /// The state is written down, for a fast start.
    Snapshots {
        /// How many there are.
        kept: u64,
        /// The frame of the newest.
        frame: u64,
    },
    /// Webhooks are told.
    Webhooks {
        /// How many are sent to.
        active: u64,
    },
    /// Wallets elsewhere are asked to give money back.
    Giving {
        /// Purchases whose wallet did not answer yet.
        waiting: u64,
        /// Purchases whose wallet said no.
        refused: u64,
    },
}

/// When a job runs again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// As soon as something happens.
    Always,
    /// Then.
    At(Timestamp),
    /// It is under way, or begins at once.
    Now,
    /// Not by itself: it needs somebody.
    Stopped,
}

/// One job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JobRow {
    /// Which, and what it last did.
    pub job: Job,
    /// How it stands.
    pub standing: Standing,
    /// When it last ran to its end; unknown before it did in this process.
    pub last: Option<Timestamp>,
    /// When it runs next.
    pub next: Next,
}

/// A webhook's outbox.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HookRow {
    /// Its id.
    pub id: String,
    /// Handle of its payee.
    pub payee: String,
    /// The host it is sent to.
    pub host: String,
    /// Whether it is sent to.
    pub state: WebhookState,
    /// Deliveries that wait.
    pub waiting: u64,
    /// Deliveries that were given up.
    pub failed: u64,
    /// When the next one is due.
    pub next: Option<Timestamp>,
    /// When something last arrived.
    pub succeeded: Option<Timestamp>,
    /// Begins again what was given up.
    pub retry: Option<Form>,
}

/// The page.
#[must_use]
pub fn jobs(view: &JobsView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        @if let Some(begun) = view.begun { p.notice role="status" { (say!(lang, "admin-jobs-begun", count: begun)) } }
        h1 { (say!(lang, "admin-jobs")) }
        table.rows.books {
            caption.vh { (say!(lang, "admin-jobs")) }
            thead { tr {
                th scope="col" { (say!(lang, "admin-job")) }
                th scope="col" { (say!(lang, "admin-state")) }
                th scope="col" { (say!(lang, "admin-job-last")) }
                th scope="col" { (say!(lang, "admin-job-next")) }
            } }
            tbody { @for row in &view.jobs { tr {
                th scope="row" { (job_word(row.job, lang)) " " small.block { (job_did(row, lang)) } }
                td data-l=(plain!(lang, "admin-state")) { (standing(row.standing, lang)) }
                td data-l=(plain!(lang, "admin-job-last")) { (last(row, view.frame.now, lang)) }
                td data-l=(plain!(lang, "admin-job-next")) { (next(row.next, view.frame.now, lang)) }
            } } }
        }
        (outbox(view, lang))
        @if !view.pins.is_empty() { (pins(view, lang)) }
    };
    at_place(&view.frame, None, &content)
}

fn last(row: &JobRow, now: Timestamp, lang: Lang) -> Markup {
    match (row.last, row.job) {
        (Some(at), _) => time::brief(at, now, lang),
        // They have no turns that end.
        (None, Job::Webhooks { .. } | Job::Snapshots { .. } | Job::Giving { .. }) => html! {},
        (None, Job::Index { .. } | Job::Scrub { .. } | Job::Sweep { .. }) => html! { span.mut { (say!(lang, "admin-job-not-yet")) } },
    }
}

fn next(next: Next, now: Timestamp, lang: Lang) -> Markup {
    match next {
        Next::Always => say!(lang, "admin-job-always"),
        Next::At(at) => time::brief(at, now, lang),
        Next::Now => say!(lang, "admin-job-now"),
        Next::Stopped => say!(lang, "admin-job-stopped"),
    }
}

fn job_word(job: Job, lang: Lang) -> String {
    match job {
        Job::Index { .. } => plain!(lang, "admin-job-index"),
        Job::Scrub { .. } => plain!(lang, "admin-job-scrub"),
        Job::Sweep { .. } => plain!(lang, "admin-job-sweep"),
        Job::Snapshots { .. } => plain!(lang, "admin-job-snapshots"),
        Job::Webhooks { .. } => plain!(lang, "admin-job-webhooks"),
        Job::Giving { .. } => plain!(lang, "admin-job-giving"),
    }
}

fn job_did(row: &JobRow, lang: Lang) -> Markup {
    match row.job {
        Job::Index { behind: 0 } => say!(lang, "admin-job-index-there"),
        Job::Index { behind } => say!(lang, "admin-job-index-behind", count: behind),
        Job::Scrub { .. } | Job::Sweep { .. } if row.last.is_none() => html! {},
        Job::Scrub { files, damaged: 0 } => say!(lang, "admin-job-scrub-did", count: files),
        Job::Scrub { damaged, .. } => say!(lang, "admin-job-scrub-bad", count: damaged),
        Job::Sweep { removed } => say!(lang, "admin-job-sweep-did", count: removed),
        Job::Snapshots { kept: 0, .. } => say!(lang, "admin-job-snapshots-none"),
        Job::Snapshots { kept, frame } => say!(lang, "admin-job-snapshots-did", count: kept, frame: frame),
        Job::Webhooks { active } => say!(lang, "admin-job-webhooks-did", count: active),
        Job::Giving { waiting, refused } => {
            say!(lang, "admin-job-giving-did", waiting: money::count(waiting, lang), refused: money::count(refused, lang))
        }
    }
}

fn outbox(view: &JobsView, lang: Lang) -> Markup {
    html! {
        section {
            h2 { (say!(lang, "admin-outbox")) }
            p { (say!(lang, "admin-outbox-text", waiting: money::count(view.waiting, lang), failed: money::count(view.failed, lang))) }
            @if !view.hooks.is_empty() {
                table.rows.books {
                    caption.vh { (say!(lang, "admin-outbox")) }
                    thead { tr {
                        th scope="col" { (say!(lang, "admin-webhook")) }
                        th scope="col" { (say!(lang, "admin-state")) }
                        th.n scope="col" { (say!(lang, "admin-waiting")) }
                        th.n scope="col" { (say!(lang, "admin-failed")) }
                        th scope="col" { (say!(lang, "admin-arrived")) }
                        th scope="col" { span.vh { (say!(lang, "admin-retry")) } }
                    } }
                    tbody { @for hook in &view.hooks { (hook_row(hook, view.frame.now, lang)) } }
                }
            }
        }
    }
}

fn pins(view: &JobsView, lang: Lang) -> Markup {
    let now = view.frame.now;
    html! {
        section {
            h2 { (say!(lang, "admin-pins")) }
            p { (say!(lang, "admin-pins-text")) }
            table.rows.books {
                caption.vh { (say!(lang, "admin-pins")) }
                thead { tr {
                    th scope="col" { (say!(lang, "admin-pin-origin")) }
                    th scope="col" { (say!(lang, "admin-state")) }
                    th scope="col" { (say!(lang, "admin-pin-since")) }
                    th scope="col" { span.vh { (say!(lang, "admin-pin-accept")) } }
                } }
                tbody { @for pin in &view.pins { tr {
                    th scope="row" { (pin.origin) " " small.block { (pin.id) } }
                    td data-l=(plain!(lang, "admin-state")) {
                        @match &pin.other {
                            None => (standing(Standing::Good, lang)),
                            Some((id, at, _)) => {
                                span { (standing(Standing::Bad, lang)) " " small.block { (say!(lang, "admin-pin-other", id: html! { code { (id) } }, when: time::brief(*at, now, lang))) } }
                            }
                        }
                    }
                    td data-l=(plain!(lang, "admin-pin-since")) { (time::brief(pin.since, now, lang)) }
                    td {
                        @if let Some((_, _, form)) = &pin.other {
                            form method="post" action=(form.action) { (hidden(form)) button type="submit" { (say!(lang, "admin-pin-accept")) span.vh { " " (pin.origin) } } }
                        }
                    }
                } } }
            }
        }
    }
}

fn hook_row(hook: &HookRow, now: Timestamp, lang: Lang) -> Markup {
    let (state, word) = match hook.state {
        WebhookState::Active => (Standing::Good, plain!(lang, "admin-hook-active")),
        WebhookState::Paused => (Standing::Waiting, plain!(lang, "admin-hook-paused")),
        WebhookState::Failing => (Standing::Bad, plain!(lang, "admin-hook-failing")),
        WebhookState::Gone => (Standing::Bad, plain!(lang, "admin-hook-gone")),
    };
    let (class, mark) = crate::web::parts::standing_mark(state);
    html! {
        tr {
            th scope="row" { (hook.host) " " small.block { (hook.payee) " · " (hook.id) } }
            td data-l=(plain!(lang, "admin-state")) { span class=(class) { span aria-hidden="true" { (mark) } " " (word) } }
            td.n data-l=(plain!(lang, "admin-waiting")) {
                span {
                    (money::count(hook.waiting, lang))
                    @if let Some(next) = hook.next { " " small.block { (say!(lang, "admin-next-try", when: time::brief(next, now, lang))) } }
                }
            }
            td.n data-l=(plain!(lang, "admin-failed")) { (money::count(hook.failed, lang)) }
            td data-l=(plain!(lang, "admin-arrived")) { @match hook.succeeded { Some(at) => (time::brief(at, now, lang)), None => span.mut { (say!(lang, "admin-never")) } } }
            td {
                @if let Some(form) = &hook.retry {
                    form method="post" action=(form.action) { (hidden(form)) button type="submit" { (say!(lang, "admin-retry")) span.vh { " " (hook.id) } } }
                }
            }
        }
    }
}
