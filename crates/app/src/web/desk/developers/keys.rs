//! Keys of the payee's programs: what each may do, when it was used, and the one time that its text is seen.

use super::{Tab, room, secret_once, standing};
use crate::web::desk::DeskFrame;
use crate::web::desk::proof::{self, Proof, Proving};
use crate::web::lang::{Lang, plain, say};
use crate::web::parts::pager;
use crate::web::parts::{desked, hidden};
use crate::web::time;
use crate::web::view::{Form, Mode};
use ::money::{Span, Timestamp};
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::vault::Scope;

/// One page of keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeysView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Those that open something first, the newest first.
    pub rows: Vec<KeyRow>,
    /// The page after this one; none on the last.
    pub older_url: Option<String>,
    /// The first page; none when this is it.
    pub newest_url: Option<String>,
    /// Makes one; none before whoever presses proved who they are.
    pub form: Option<Form>,
    /// Days that can be chosen; 0 for ever.
    pub days: Vec<u32>,
    /// What this member may let a key do.
    pub grants: Vec<Scope>,
    /// What stands in the form.
    pub draft: KeyDraft,
    /// What came of the last press.
    pub news: KeyNews,
}

/// One key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyRow {
    /// What its owner calls it.
    pub name: String,
    /// Address of its page.
    pub url: String,
    /// Its first characters.
    pub hint: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used.
    pub used: Option<Timestamp>,
    /// From when on it opens nothing.
    pub expires: Option<Timestamp>,
    /// Whether it opens something.
    pub standing: KeyStanding,
}

/// Whether a key opens something.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyStanding {
    /// It does.
    Stands,
    /// It does for a while, beside the one that took its place.
    Replaced,
    /// Its time is over.
    Expired,
    /// It was revoked.
    Revoked(Timestamp),
}

/// The fields of the form as they were filled in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyDraft {
    /// The name.
    pub name: String,
    /// The boxes that are ticked.
    pub scopes: Vec<Scope>,
    /// How long it lasts, in days; 0 for ever.
    pub days: String,
}

/// What came of a press.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyNews {
    /// Nothing was pressed; how it stands with the proof that a new key wants.
    None(Proof),
    /// A key, whose text is shown this once.
    Made {
        /// Its name.
        name: String,
        /// Its text.
        text: String,
        /// True if it takes the place of another.
        replaces: bool,
    },
    /// A field that cannot stand.
    Wrong {
        /// Its id.
        field: &'static str,
        /// Why.
        why: String,
    },
}

/// One key and what can be done with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// Its id.
    pub id: String,
    /// The key.
    pub row: KeyRow,
    /// Id and address of the one that takes its place.
    pub successor: Option<(String, String)>,
    /// Puts another in its place.
    pub rotate: Option<Form>,
    /// How it stands with the proof that this wants.
    pub proof: Proof,
    /// How long both open then.
    pub overlap: Span,
    /// Asks whether it shall be revoked.
    pub revoke_url: Option<String>,
}

/// "Revoke this key?"
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RevokeView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The key.
    pub row: KeyRow,
    /// Does it.
    pub form: Form,
    /// Back to the key.
    pub back_url: String,
}

impl KeyDraft {
    /// An empty form: what only looks is ticked, which does no harm.
    #[must_use]
    pub fn new() -> KeyDraft {
        KeyDraft { name: String::new(), scopes: vec![Scope::Read], days: "0".to_owned() }
    }

    /// The fields as they came.
    #[must_use]
    pub fn of(form: &BTreeMap<String, String>) -> KeyDraft {
        let field = |name: &str| form.get(name).cloned().unwrap_or_default();
        let scopes = Scope::ALL.into_iter().filter(|scope| form.contains_key(field_of(*scope))).collect();
        KeyDraft { name: field("name"), scopes, days: field("days") }
    }
}

impl Default for KeyDraft {
    fn default() -> KeyDraft {
        KeyDraft::new()
    }
}

/// Name and id of a scope's box.
const fn field_of(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "scope-read",
        Scope::Refund => "scope-refund",
        Scope::Webhooks => "scope-webhooks",
        Scope::Offers => "scope-offers",
        Scope::Sites => "scope-sites",
        Scope::Keys => "scope-keys",
        Scope::Team => "scope-team",
        Scope::Meters => "scope-meters",
    }
}

/// The list and the form.
#[must_use]
pub fn keys(view: &KeysView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "dev-keys")) } p.mut { (say!(lang, "dev-keys-text")) } }
        (told(&view.news, lang))
        @if view.rows.is_empty() {
            div.empty { p { (say!(lang, "dev-keys-none")) } @if view.form.is_some() { p { a.btn.quiet href="#name" { (say!(lang, "dev-key-new")) } } } }
        } @else { (table(view, lang)) }
        (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
        @match &view.form {
            Some(making) => (form(view, making, lang)),
            None => {}
        }
    };
    room(&view.frame, Tab::Keys, &plain!(lang, "dev-keys"), &content)
}

fn told(news: &KeyNews, lang: Lang) -> Markup {
    let (name, text, replaces) = match news {
        KeyNews::None(proof) => return proof::asked(*proof, Proving::Keys, lang),
        KeyNews::Wrong { .. } => return html! {},
        KeyNews::Made { name, text, replaces } => (name, text, replaces),
    };
    let what = html! { (say!(lang, "dev-key-made-text")) @if *replaces { " " (say!(lang, "dev-key-made-beside")) } };
    secret_once("made", &say!(lang, "dev-key-made", name: name), text, &what)
}

fn table(view: &KeysView, lang: Lang) -> Markup {
    let (now, mode) = (view.frame.now, view.frame.instance.mode);
    html! {
        table.rows.books {
            caption.vh { (say!(lang, "dev-keys")) }
            thead { tr {
                th scope="col" { (say!(lang, "dev-key")) }
                th scope="col" { (say!(lang, "dev-may")) }
                th scope="col" { (say!(lang, "dev-created")) }
                th scope="col" { (say!(lang, "dev-used")) }
                th scope="col" { (say!(lang, "dev-expires")) }
                th scope="col" { (say!(lang, "desk-filter-state")) }
            } }
            tbody {
                @for row in &view.rows {
                    tr {
                        th scope="row" { a href=(row.url) { (row.name) } " " small { code { (row.hint) "…" } " " (mark(mode)) } }
                        td data-l=(plain!(lang, "dev-may")) { (scopes(&row.scopes, lang)) }
                        td data-l=(plain!(lang, "dev-created")) { (time::listed(row.created, now, lang)) }
                        td data-l=(plain!(lang, "dev-used")) { @match row.used { Some(at) => (time::listed(at, now, lang)), None => (say!(lang, "dev-never")) } }
                        td data-l=(plain!(lang, "dev-expires")) { @match row.expires { Some(at) => (time::listed(at, now, lang)), None => (say!(lang, "dev-never")) } }
                        td data-l=(plain!(lang, "desk-filter-state")) { (state(row.standing, lang)) }
                    }
                }
            }
        }
    }
}

/// The money that the key is for, as its own first word says it.
fn mark(mode: Mode) -> Markup {
    html! { span.mark { @match mode { Mode::Test => "TEST", Mode::Live => "LIVE" } } }
}

fn scopes(scopes: &[Scope], lang: Lang) -> String {
    scopes.iter().map(|scope| scope_word(*scope, lang)).collect::<Vec<_>>().join(", ")
}

fn scope_word(scope: Scope, lang: Lang) -> String {
    match scope {
        Scope::Read => plain!(lang, "dev-scope-read"),
        Scope::Refund => plain!(lang, "dev-scope-refund"),
        Scope::Webhooks => plain!(lang, "dev-scope-webhooks"),
        Scope::Offers => plain!(lang, "dev-scope-offers"),
        Scope::Sites => plain!(lang, "dev-scope-sites"),
        Scope::Keys => plain!(lang, "dev-scope-keys"),
        Scope::Team => plain!(lang, "dev-scope-team"),
        Scope::Meters => plain!(lang, "dev-scope-meters"),
    }
}

/// What a key with it does.
fn may(scope: Scope, lang: Lang) -> Markup {
    match scope {
        Scope::Read => say!(lang, "dev-may-read"),
        Scope::Refund => say!(lang, "dev-may-refund"),
        Scope::Webhooks => say!(lang, "dev-may-webhooks"),
        Scope::Offers => say!(lang, "dev-may-offers"),
        Scope::Sites => say!(lang, "dev-may-sites"),
        Scope::Keys => say!(lang, "dev-may-keys"),
        Scope::Team => say!(lang, "dev-may-team"),
        Scope::Meters => say!(lang, "dev-may-meters"),
    }
}

fn state(of: KeyStanding, lang: Lang) -> Markup {
    match of {
        KeyStanding::Stands => standing("st", "✓", &plain!(lang, "desk-stands")),
        KeyStanding::Replaced => standing("st warn", "…", &plain!(lang, "dev-key-replaced")),
        KeyStanding::Expired => standing("mut", "✕", &plain!(lang, "dev-key-expired")),
        KeyStanding::Revoked(_) => standing("mut", "✕", &plain!(lang, "dev-key-revoked")),
    }
}

fn form(view: &KeysView, making: &Form, lang: Lang) -> Markup {
    let wrong = match &view.news {
        KeyNews::Wrong { field, why } => Some((*field, why)),
        KeyNews::None(_) | KeyNews::Made { .. } => None,
    };
    let invalid = |name: &str| wrong.is_some_and(|(field, _)| field == name).then_some("true");
    html! {
        section.card {
            h2 { (say!(lang, "dev-key-new")) }
            @if let Some((field, why)) = wrong { p.notice.bad role="alert" { a href={ "#" (field) } { (why) } } }
            form.fields method="post" action=(making.action) {
                (hidden(making))
                div {
                    label for="name" { (say!(lang, "dev-key-name")) }
                    input #name name="name" value=(view.draft.name) maxlength="64" autocomplete="off" aria-invalid=[invalid("name")];
                }
                fieldset.ticks {
                    legend { (say!(lang, "dev-may")) }
                    @for scope in &view.grants {
                        div {
                            input id=(field_of(*scope)) name=(field_of(*scope)) type="checkbox" checked[view.draft.scopes.contains(scope)] aria-invalid=[invalid(field_of(*scope))];
                            label for=(field_of(*scope)) { b { (scope_word(*scope, lang)) } " " (may(*scope, lang)) }
                        }
                    }
                }
                div {
                    label for="days" { (say!(lang, "dev-key-lasts")) }
                    select #days name="days" aria-invalid=[invalid("days")] {
                        @for days in &view.days { option value=(days) selected[days.to_string() == view.draft.days] { (lasting(*days, lang)) } }
                    }
                }
                button.btn type="submit" { (say!(lang, "dev-key-press")) }
            }
        }
    }
}

fn lasting(days: u32, lang: Lang) -> String {
    if days == 0 { plain!(lang, "dev-key-ever") } else { time::span(Span(u64::from(days).saturating_mul(86_400)), lang) }
}

/// One key.
#[must_use]
pub fn key(view: &KeyView) -> String {
    let (lang, row) = (view.frame.lang(), &view.row);
    let content = html! {
        h1 { (row.name) }
        (facts(view, lang))
        @if let Some(form) = &view.rotate {
            section.card {
                h2 { (say!(lang, "dev-rotate")) }
                p { (say!(lang, "dev-key-rotate-text", span: time::span(view.overlap, lang))) }
                form method="post" action=(form.action) { (hidden(form)) button.btn.quiet type="submit" { (say!(lang, "dev-key-rotate-press")) } }
            }
        }
        (proof::asked(view.proof, Proving::Keys, lang))
        p.links {
            @if let Some(url) = &view.revoke_url { a href=(url) { (say!(lang, "dev-key-revoke")) } }
            a href="/developers/keys" { (say!(lang, "dev-keys-all")) }
        }
    };
    room(&view.frame, Tab::Keys, &row.name, &content)
}

fn facts(view: &KeyView, lang: Lang) -> Markup {
    let row = &view.row;
    html! {
        dl.facts {
            div { dt { (say!(lang, "dev-key-begins")) } dd { code { (row.hint) "…" } " " (mark(view.frame.instance.mode)) } }
            div { dt { (say!(lang, "dev-id")) } dd { code { (view.id) } } }
            div { dt { (say!(lang, "dev-may")) } dd { (scopes(&row.scopes, lang)) } }
            div { dt { (say!(lang, "dev-created")) } dd { (time::full(row.created, lang)) } }
            div { dt { (say!(lang, "dev-used")) } dd { @match row.used { Some(at) => (time::full(at, lang)), None => (say!(lang, "dev-never")) } } }
            div { dt { (say!(lang, "dev-expires")) } dd { @match row.expires { Some(at) => (time::full(at, lang)), None => (say!(lang, "dev-never")) } } }
            div { dt { (say!(lang, "desk-filter-state")) } dd { (state(row.standing, lang)) @if let KeyStanding::Revoked(at) = row.standing { " " (time::full(at, lang)) } } }
            @if let Some((id, url)) = &view.successor { div { dt { (say!(lang, "dev-key-successor")) } dd { a href=(url) { code { (id) } } } } }
        }
    }
}

/// Asks whether a key shall be revoked.
#[must_use]
pub fn revoke(view: &RevokeView) -> String {
    let lang = view.frame.lang();
    let title = plain!(lang, "dev-key-revoke-ask", name: &view.row.name);
    let content = html! {
        section.card {
            h1 { (say!(lang, "dev-key-revoke-ask", name: &view.row.name)) }
            p { (say!(lang, "dev-key-revoke-text")) }
            p { code { (view.row.hint) "…" } }
            form method="post" action=(view.form.action) { (hidden(&view.form)) button.btn type="submit" { (say!(lang, "dev-key-revoke-press")) } }
            p.links { a href=(view.back_url) { (say!(lang, "dev-key-revoke-not")) } }
        }
    };
    desked(&view.frame, &title, "narrow", &content)
}
