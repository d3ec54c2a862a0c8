//! Names, sites, the look, files to take along, other desks, and the way out.

use super::{DeskFrame, role_word};
use crate::web::lang::{Lang, say};
use crate::web::look::Look;
use crate::web::parts::{desked_in, hidden};
use crate::web::view::{Form, Link};
use maud::{Markup, html};
use store::vault::Role;

/// What the desk knows of its payee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The payee's handle.
    pub handle: String,
    /// The reader's role.
    pub role: Role,
    /// The payee's sites.
    pub sites: Vec<Link>,
    /// Other payees the reader works for.
    pub others: Vec<OtherDesk>,
    /// How the payee looks to payers.
    pub look: LookView,
    /// Ends this login.
    pub sign_out: Form,
}

/// How the payee looks to payers, and how that is changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LookView {
    /// What stands in the field of the colour.
    pub accent: String,
    /// As pages show it: this one, too.
    pub shown: Option<Look>,
    /// Sets the colour; none for those who may not.
    pub set_accent: Option<Form>,
    /// Sets the logo.
    pub set_logo: Option<Form>,
    /// Takes the logo away, if there is one.
    pub remove_logo: Option<Form>,
    /// The field that cannot stand, and why.
    pub wrong: Option<(&'static str, String)>,
}

/// The desk of another payee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OtherDesk {
    /// The payee's name.
    pub name: String,
    /// The reader's role there.
    pub role: Role,
    /// Goes there.
    pub form: Form,
}

/// The page.
#[must_use]
pub fn settings(view: &SettingsView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        h1 { (say!(lang, "desk-settings")) }
        div.split.even {
            section {
                h2 { (say!(lang, "desk-names")) }
                dl.facts {
                    div { dt { (say!(lang, "desk-payee")) } dd { (view.frame.payee.as_deref().unwrap_or_default()) } }
                    div { dt { (say!(lang, "desk-handle")) } dd { code { (view.handle) } } }
                    div { dt { (say!(lang, "desk-sites")) } dd {
                        @if view.sites.is_empty() { (say!(lang, "desk-install-none")) }
                        @for site in &view.sites { p { a href=(site.href) { (site.text) } } }
                    } }
                    div { dt { (say!(lang, "desk-role")) } dd { (role_word(view.role, lang)) } }
                }
                p.small { (say!(lang, "desk-names-text")) }
            }
            section {
                h2 { (say!(lang, "desk-exports")) }
                p { (say!(lang, "desk-exports-text")) }
                dl.facts {
                    div { dt { (say!(lang, "desk-sales")) } dd.links { a href="/sales.csv" { "CSV" } a href="/sales.json" { "JSON" } } }
                    div { dt { (say!(lang, "desk-buyers")) } dd.links { a href="/buyers.csv" { "CSV" } a href="/buyers.json" { "JSON" } } }
                }
                @if view.role == Role::Owner { p { a href="/move" { (say!(lang, "move")) } } }
            }
        }
        (look(&view.look, lang))
        @if !view.others.is_empty() {
            section {
                h2 { (say!(lang, "desk-others")) }
                @for other in &view.others {
                    form method="post" action=(other.form.action) {
                        (hidden(&other.form))
                        button.btn.quiet type="submit" { (other.name) }
                        " " span.mut { (role_word(other.role, lang)) }
                    }
                }
            }
        }
        form method="post" action=(view.sign_out.action) {
            (hidden(&view.sign_out))
            button.btn.quiet type="submit" { (say!(lang, "desk-sign-out")) }
        }
    };
    desked_in(&view.frame, (&view.frame.here.word(lang), "wide"), (None, view.look.shown.as_ref()), &content)
}

fn look(view: &LookView, lang: Lang) -> Markup {
    let invalid = |name: &str| view.wrong.as_ref().is_some_and(|(field, _)| *field == name).then_some("true");
    let accent = view.shown.as_ref().and_then(|look| look.accent);
    html! {
        section #look {
            h2 { (say!(lang, "desk-look")) }
            p { (say!(lang, "desk-look-text")) }
            @if let Some((field, why)) = &view.wrong { p.notice.bad role="alert" { a href={ "#" (field) } { (why) } } }
            @if let Some(look) = view.shown.as_ref().filter(|look| look.logo.is_some()) { p { (look.logo()) } }
            @if let Some(accent) = accent.filter(|accent| accent.is_corrected()) {
                p.small { (say!(lang, "desk-accent-corrected", wished: accent.wished.to_string(), light: accent.light.to_string(), dark: accent.dark.to_string())) }
            }
            div.split.even {
                @if let Some(form) = &view.set_accent {
                    form.fields method="post" action=(form.action) {
                        (hidden(form))
                        div {
                            label for="accent" { (say!(lang, "desk-accent")) }
                            input #accent name="accent" value=(view.accent) maxlength="7" autocomplete="off" spellcheck="false" aria-invalid=[invalid("accent")];
                        }
                        button.btn.quiet type="submit" { (say!(lang, "desk-accent-press")) }
                    }
                }
                @if let Some(form) = &view.set_logo {
                    form.fields method="post" enctype="multipart/form-data" action=(form.action) {
                        (hidden(form))
                        div {
                            label for="logo" { (say!(lang, "desk-logo")) }
                            input #logo name="logo" type="file" accept="image/png,image/jpeg,image/webp" required aria-invalid=[invalid("logo")];
                        }
                        button.btn.quiet type="submit" { (say!(lang, "desk-logo-press")) }
                    }
                }
            }
            @if let Some(form) = &view.remove_logo {
                form method="post" action=(form.action) { (hidden(form)) button.btn.quiet type="submit" { (say!(lang, "desk-logo-remove")) } }
            }
        }
    }
}
