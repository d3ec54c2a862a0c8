//! How the instance stands, in the reader's words, and what is left to do before money is real.

use super::at_place;
use crate::web::Standing;
use crate::web::lang::{Lang, plain, say};
use crate::web::money;
use crate::web::parts::standing;
use crate::web::time;
use crate::web::view::{AdminFrame, Mode};
use ::money::{Span, Timestamp};
use maud::{Markup, html};

/// The operator's first page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HealthView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// How long the process has run.
    pub uptime: Span,
    /// What is looked after, each with its word.
    pub health: Vec<(Care, Standing)>,
    /// What is to be done before the first payment, in order; empty once it was made.
    pub steps: Vec<SetupStep>,
    /// Figures.
    pub counts: Counted,
    /// The end of the chain, in hexadecimal.
    pub hash: String,
    /// When the last frame was written.
    pub written: Timestamp,
    /// Version of the program.
    pub program: String,
    /// Version of the rules.
    pub rules: u64,
    /// The instance's id.
    pub id: String,
}

/// The figures of one instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted {
    /// The last frame.
    pub frames: u64,
    /// Commands that wait.
    pub queue: u64,
    /// The most that may wait.
    pub queue_limit: u64,
    /// Wallets with money or a past.
    pub wallets: u64,
    /// Sales that stand.
    pub sales: u64,
    /// Sales that were taken back.
    pub refunds: u64,
    /// Offers that stand.
    pub offers: u64,
    /// Payees.
    pub payees: u64,
}

/// Something looked after, with the facts of its sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Care {
    /// It answers.
    Engine,
    /// Every asset sums to nothing, or does not.
    Books,
    /// Every frame up to this one was read.
    Journal {
        /// The last.
        frame: u64,
    },
    /// The files that no longer change; not read yet.
    SealedUnread,
    /// They were read.
    Sealed {
        /// How many files.
        files: u64,
        /// When.
        at: Timestamp,
    },
    /// Something in them is damaged.
    Damaged {
        /// The first damage, as the log has it.
        what: String,
    },
    /// How far the index is.
    Index {
        /// Frames it is behind.
        behind: u64,
    },
    /// It follows no more.
    IndexStopped,
    /// Whether money can be added.
    Rail {
        /// Since when it cannot.
        stopped: Option<Timestamp>,
    },
    /// What is left on the disk.
    Disk {
        /// In megabytes.
        free_mb: u64,
    },
    /// When the last backup was; none if none is known.
    Backup {
        /// Days ago.
        days: Option<u64>,
    },
    /// When a restore was last tried; none if none is known.
    Restore {
        /// Days ago.
        days: Option<u64>,
    },
}

/// One line of the list before the first payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetupStep {
    /// What is to be done, and what is wrong.
    pub kind: StepKind,
    /// True if it is done.
    pub done: bool,
    /// Where it is done.
    pub url: String,
}

/// What is to be done before the first payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StepKind {
    /// Names lead here, with good certificates; this machine's own names always do.
    Names {
        /// Hosts that do not, each with why.
        lost: Vec<(String, String)>,
    },
    /// An operator with a passkey, and codes on paper.
    Operator {
        /// True if a passkey is there and only the codes are not.
        only_codes: bool,
    },
    /// A second operator or passkey.
    Second,
    /// A payee's site, looked at from outside.
    Site {
        /// What is wrong.
        fault: SiteFault,
    },
    /// Something has a price.
    Price,
    /// A backup.
    Backup,
    /// A restore was tried.
    Restore,
    /// A purchase, taken back.
    Undo,
    /// The first payment.
    First,
}

/// What keeps a site from being ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiteFault {
    /// There is none.
    Missing,
    /// Nobody looked since the process began.
    Unchecked,
    /// The last look found something.
    Found,
    /// Nothing.
    None,
}

/// The page.
#[must_use]
pub fn health(view: &HealthView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        hgroup {
            h1 { (headline(view)) }
            p.mut { (say!(lang, "admin-as-of", at: time::precise(view.frame.now, lang), span: time::span(view.uptime, lang))) }
        }
        @if !view.steps.is_empty() { (steps(view, lang)) }
        section {
            h2 { (say!(lang, "admin-health")) }
            dl.facts { @for (care, how) in &view.health { div {
                dt { (care_word(care, lang)) }
                dd { (standing(*how, lang)) " " span.mut { (care_detail(care, *how, lang)) } }
            } } }
        }
        div.split.even {
            section { h2 { (say!(lang, "admin-counts")) } dl.facts.nums { @for (word, count) in counts(&view.counts, lang) { div { dt { (word) } dd.n { (money::count(count, lang)) } } } } }
            section {
                h2 { (say!(lang, "admin-instance")) }
                dl.facts {
                    div { dt { (say!(lang, "admin-last-frame")) } dd { a href={ "/books/" (view.counts.frames) } { (money::count(view.counts.frames, lang)) } " " span.mut { (time::full(view.written, lang)) } } }
                    div { dt { (say!(lang, "admin-hash")) } dd { code { (view.hash) } } }
                    div { dt { (say!(lang, "admin-versions")) } dd { (say!(lang, "admin-versions-text", program: &view.program, rules: money::count(view.rules, lang))) } }
                    div { dt { (say!(lang, "admin-id")) } dd { code { (view.id) } } }
                }
            }
        }
    };
    at_place(&view.frame, None, &content)
}

/// The worst news first, by name.
fn headline(view: &HealthView) -> String {
    let lang = view.frame.instance.lang;
    let named = |wanted| {
        let names = view.health.iter().filter(|(_, how)| *how == wanted).map(|(care, _)| care_word(care, lang));
        names.collect::<Vec<_>>().join(", ")
    };
    match view.health.iter().map(|(_, how)| *how).max() {
        Some(Standing::Bad) => plain!(lang, "admin-needs-you", names: named(Standing::Bad)),
        Some(Standing::Waiting) => plain!(lang, "admin-waits", names: named(Standing::Waiting)),
        Some(Standing::Good) | None => plain!(lang, "admin-all-well"),
    }
}

fn counts(counts: &Counted, lang: Lang) -> [(String, u64); 7] {
    [
        (plain!(lang, "admin-count-wallets"), counts.wallets),
        (plain!(lang, "admin-count-sales"), counts.sales),
        (plain!(lang, "admin-count-refunds"), counts.refunds),
        (plain!(lang, "admin-count-offers"), counts.offers),
        (plain!(lang, "admin-count-payees"), counts.payees),
        (plain!(lang, "admin-count-queue"), counts.queue),
        (plain!(lang, "admin-count-queue-limit"), counts.queue_limit),
    ]
}

fn care_word(care: &Care, lang: Lang) -> String {
    match care {
        Care::Engine => plain!(lang, "care-engine"),
        Care::Books => plain!(lang, "admin-books"),
        Care::Journal { .. } => plain!(lang, "care-journal"),
        Care::SealedUnread | Care::Sealed { .. } | Care::Damaged { .. } => plain!(lang, "care-sealed"),
        Care::Index { .. } | Care::IndexStopped => plain!(lang, "care-index"),
        Care::Rail { .. } => plain!(lang, "care-rail"),
        Care::Disk { .. } => plain!(lang, "care-disk"),
        Care::Backup { .. } => plain!(lang, "admin-backup"),
        Care::Restore { .. } => plain!(lang, "admin-restore"),
    }
}

fn care_detail(care: &Care, how: Standing, lang: Lang) -> Markup {
    match care {
        Care::Engine => say!(lang, "care-engine-good"),
        Care::Books if how == Standing::Good => say!(lang, "care-books-good"),
        Care::Books => say!(lang, "care-books-bad"),
        Care::Journal { frame } if how == Standing::Good => say!(lang, "care-journal-good", frame: money::count(*frame, lang)),
        Care::Journal { .. } => say!(lang, "care-journal-bad"),
        Care::SealedUnread => say!(lang, "care-sealed-unread"),
        Care::Sealed { files: 0, .. } => say!(lang, "care-sealed-none"),
        Care::Sealed { files, at } => say!(lang, "care-sealed-good", count: *files, at: time::full(*at, lang)),
        Care::Damaged { what } => say!(lang, "care-sealed-bad", what: what),
        Care::Index { behind: 0 } => say!(lang, "care-index-good"),
        Care::Index { behind } => say!(lang, "care-index-behind", count: *behind),
        Care::IndexStopped => say!(lang, "care-index-stopped"),
        Care::Rail { stopped: None } => html! { a href="/rails" { (say!(lang, "rails-open")) } },
        Care::Rail { stopped: Some(since) } => {
            html! { a href="/rails" { (say!(lang, "care-rail-stopped", since: time::full(*since, lang))) } }
        }
        Care::Disk { free_mb } => say!(lang, "care-disk-free", size: money::count(*free_mb, lang)),
        Care::Backup { days: None } => html! { a href="/backup" { (say!(lang, "admin-backup-none")) } },
        Care::Restore { days: None } => html! { a href="/backup" { (say!(lang, "admin-restore-none")) } },
        Care::Backup { days: Some(days) } | Care::Restore { days: Some(days) } => {
            html! { a href="/backup" { (say!(lang, "care-days", count: *days)) } }
        }
    }
}

fn steps(view: &HealthView, lang: Lang) -> Markup {
    let left = view.steps.iter().filter(|step| !step.done).count();
    let left = u64::try_from(left).unwrap_or(u64::MAX);
    html! {
        section {
            h2 { (say!(lang, "admin-steps")) }
            p { @if view.frame.instance.mode == Mode::Test { (say!(lang, "admin-steps-test", count: left)) } @else { (say!(lang, "admin-steps-text", count: left)) } }
            ol.checks { @for step in &view.steps { li {
                @if step.done { span.st { span aria-hidden="true" { "✓ " } (say!(lang, "desk-step-done")) } }
                @else { span.st.warn { span aria-hidden="true" { "… " } (say!(lang, "desk-step-open")) } }
                div {
                    b { (step_word(&step.kind, lang)) }
                    @if !step.done { p { (step_wrong(&step.kind, view.frame.instance.mode, lang)) } a href=(step.url) { (step_go(&step.kind, lang)) } }
                }
            } } }
        }
    }
}

fn step_word(kind: &StepKind, lang: Lang) -> Markup {
    match kind {
        StepKind::Names { .. } => say!(lang, "step-names"),
        StepKind::Operator { .. } => say!(lang, "step-operator"),
        StepKind::Second => say!(lang, "step-second"),
        StepKind::Site { .. } => say!(lang, "step-site"),
        StepKind::Price => say!(lang, "desk-step-offer"),
        StepKind::Backup => say!(lang, "step-backup"),
        StepKind::Restore => say!(lang, "step-restore"),
        StepKind::Undo => say!(lang, "desk-step-try"),
        StepKind::First => say!(lang, "desk-step-first"),
    }
}

fn step_wrong(kind: &StepKind, mode: Mode, lang: Lang) -> Markup {
    match kind {
        StepKind::Names { lost } => html! {
            (say!(lang, "step-names-wrong"))
            @for (host, why) in lost { br; code { (host) } " " span.mut { bdi { (why) } } }
        },
        StepKind::Operator { only_codes: true } => say!(lang, "step-operator-codes"),
        StepKind::Operator { only_codes: false } => say!(lang, "step-operator-none"),
        StepKind::Second => say!(lang, "step-second-wrong"),
        StepKind::Site { fault: SiteFault::Missing } => say!(lang, "step-site-missing"),
        StepKind::Site { fault: SiteFault::Found } => say!(lang, "step-site-found"),
        StepKind::Site { fault: SiteFault::Unchecked | SiteFault::None } => say!(lang, "step-site-unchecked"),
        StepKind::Price => say!(lang, "step-price-wrong"),
        StepKind::Backup => say!(lang, "admin-backup-none-text"),
        StepKind::Restore => say!(lang, "admin-restore-none-text"),
        StepKind::Undo => say!(lang, "desk-step-try-open"),
        StepKind::First if mode == Mode::Live => say!(lang, "desk-step-first-open"),
        StepKind::First => say!(lang, "step-first-test"),
    }
}

fn step_go(kind: &StepKind, lang: Lang) -> Markup {
    match kind {
        StepKind::Names { .. } => say!(lang, "step-go-config"),
        StepKind::Operator { .. } | StepKind::Second => say!(lang, "step-go-operators"),
        StepKind::Site { fault: SiteFault::Missing } | StepKind::Price => say!(lang, "step-go-config"),
        StepKind::Site { .. } => say!(lang, "step-go-desk"),
        StepKind::Backup | StepKind::Restore => say!(lang, "step-go-backup"),
        StepKind::Undo | StepKind::First => say!(lang, "desk-step-try-go"),
    }
}
