//! Pages of the operator's door.

mod acts;
mod books;
mod health;
mod jobs;
mod limits;
mod parties;
mod rails;
mod settings;

pub use acts::{ActFields, ActRow, AuditView, acts, audit};
pub use books::{AccountRow, AssetSides, BooksView, ClassSides, FrameView, PostingRow, RecordRow, RecordView, books, frame, record};
pub use health::{Care, Counted, HealthView, SetupStep, SiteFault, StepKind, health};
pub use jobs::{HookRow, Job, JobRow, JobsView, Next, PinRow, jobs};
pub use limits::{GuardRow, LimitsView, OfferLimit, limits};
pub use parties::{BalanceRow, FoundSale, HoldRow, KnownParty, MoveRow, PartiesView, PartyView, parties, party};
pub use rails::{InwardRow, RailView, RailsView, rails};
pub use settings::{BackupFacts, BackupView, ConfigView, RestoreFacts, backup, config};

use crate::web::lang::{Lang, plain, say};
use crate::web::parts::{
    CodesView, Keeping, PasskeyForm, admin_framed, code_form, codes_content, copied, hidden, keeping, notice, passkey_form, problem_content,
};
use crate::web::site::ProblemView;
use crate::web::style::PASSKEY_SCRIPT_PATH;
use crate::web::time;
use crate::web::view::{AdminFrame, Form, Notice};
use ::money::Timestamp;
use maud::{Markup, html};

/// The page on which a code makes somebody an operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SetupView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// True while nobody runs the instance.
    pub is_first: bool,
    /// Takes `code`, `name` and `response`; `None` where the door's address can't have passkeys.
    pub form: Option<PasskeyForm>,
    /// The code as typed before.
    pub code: String,
    /// The name as typed before.
    pub name: String,
    /// Why the last try made nobody an operator.
    pub refused: Option<String>,
}

/// The page that asks an operator for a proof.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AdminSignInView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// A passkey; `None` where the door's address can't have any.
    pub passkey: Option<PasskeyForm>,
    /// Takes `code`.
    pub recovery: Form,
    /// Why the last try opened nothing.
    pub refused: Option<String>,
}

/// Who runs the instance, and how this operator comes back in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperatorsView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// What the last action did.
    pub notice: Option<Notice>,
    /// Everybody, longest first.
    pub operators: Vec<OperatorLine>,
    /// Takes `operator`.
    pub remove: Form,
    /// Makes a link for one more.
    pub invite: Form,
    /// The link that was just made, and until when it works.
    pub invited: Option<(String, Timestamp)>,
    /// Passkeys, codes, browsers of this one.
    pub keeping: Keeping,
}

/// One operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OperatorLine {
    /// As they called themselves.
    pub name: String,
    /// True for the one who reads this.
    pub is_this: bool,
    /// Since when.
    pub since: Timestamp,
    /// Names them in the form that removes them.
    pub remove: String,
}

/// The set-up page.
#[must_use]
pub fn setup(view: &SetupView) -> String {
    let lang = view.frame.instance.lang;
    let title = if view.is_first { plain!(lang, "setup") } else { plain!(lang, "setup-another") };
    let fields = html! {
        label for="code" { (say!(lang, "setup-code")) }
        input #code name="code" value=(view.code) required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" data-fragment;
        p.small { (say!(lang, "setup-code-hint")) }
        label for="name" { (say!(lang, "setup-name")) }
        input #name name="name" value=(view.name) required autocomplete="name" maxlength="60";
        p.small { (say!(lang, "setup-name-hint")) }
    };
    let content = html! {
        section.lead {
            h1 { (title) }
            p { (say!(lang, "setup-text")) }
            @if let Some(refused) = &view.refused { p.notice.bad role="alert" { (refused) } }
        }
        section {
            @match &view.form {
                Some(form) => (passkey_form(form, (&fields, &say!(lang, "setup-press")), lang)),
                None => p.notice.warn { (say!(lang, "setup-no-passkeys")) },
            }
        }
    };
    admin_framed(&view.frame, (&title, "narrow"), Some(PASSKEY_SCRIPT_PATH), &content)
}

/// The sign-in page.
#[must_use]
pub fn admin_sign_in(view: &AdminSignInView) -> String {
    let lang = view.frame.instance.lang;
    let title = if view.frame.is_in { plain!(lang, "signin-again") } else { plain!(lang, "signin") };
    let content = html! {
        section.lead {
            h1 { (title) }
            p { @if view.frame.is_in { (say!(lang, "signin-again-text")) } @else { (say!(lang, "admin-signin-text")) } }
            @if let Some(refused) = &view.refused { p.notice.bad role="alert" { (refused) } }
        }
        @if let Some(passkey) = &view.passkey { section { (passkey_form(passkey, (&html! {}, &say!(lang, "signin-passkey")), lang)) } }
        section { (code_form(&view.recovery, lang)) }
    };
    admin_framed(&view.frame, (&title, "narrow"), Some(PASSKEY_SCRIPT_PATH), &content)
}

/// A page of one of the links, under that link's word or a title of its own.
fn at_place(frame: &AdminFrame, title: Option<&str>, content: &Markup) -> String {
    let word = frame.here.word(frame.instance.lang);
    admin_framed(frame, (title.unwrap_or(&word), "wide"), None, content)
}

/// The beginning of an id that nobody reads to its end.
fn short(id: &str) -> String {
    let is_id = id.len() > 16 && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    if is_id { format!("{}…", id.get(..8).unwrap_or_default()) } else { id.to_owned() }
}

/// A problem, in the door's own surroundings.
#[must_use]
pub fn admin_problem(frame: &AdminFrame, view: &ProblemView) -> String {
    admin_framed(frame, (&view.title, "narrow"), None, &problem_content(view))
}

/// The operators.
#[must_use]
pub fn operators(view: &OperatorsView) -> String {
    let lang = view.frame.instance.lang;
    let title = plain!(lang, "admin-operators");
    let content = html! {
        @if let Some(said) = &view.notice { (notice(said)) }
        section {
            h1 { (title) }
            p { (say!(lang, "operators-text")) }
            (everybody(view, lang))
            @if let Some((link, until)) = &view.invited {
                div.notice role="status" {
                    p { (say!(lang, "operator-invited", until: time::brief(*until, view.frame.now, lang))) }
                    (copied(link))
                }
            } @else {
                form method="post" action=(view.invite.action) {
                    (hidden(&view.invite))
                    button.btn.quiet type="submit" { (say!(lang, "operator-invite")) }
                }
            }
        }
        (keeping(&view.keeping, view.frame.now, lang))
    };
    admin_framed(&view.frame, (&title, "narrow"), Some(PASSKEY_SCRIPT_PATH), &content)
}

fn everybody(view: &OperatorsView, lang: Lang) -> Markup {
    html! {
        form method="post" action=(view.remove.action) {
            (hidden(&view.remove))
            ul.list { @for operator in &view.operators { li {
                span { (operator.name) br; small { (say!(lang, "operator-since", since: time::full(operator.since, lang))) } }
                @if operator.is_this { span.mut { (say!(lang, "operator-you")) } } @else {
                    button name="operator" value=(operator.remove) { (say!(lang, "passkey-remove")) span.vh { " " (operator.name) } }
                }
            } } }
        }
    }
}

/// The operator's page of new codes.
#[must_use]
pub fn admin_codes(frame: &AdminFrame, view: &CodesView) -> String {
    let lang = frame.instance.lang;
    admin_framed(frame, (&plain!(lang, "codes"), "narrow"), None, &codes_content(view, lang))
}
