//! Names, sites, files to take along, other desks, and the way out.

use super::{DeskFrame, at_place, role_word};
use crate::web::lang::say;
use crate::web::parts::hidden;
use crate::web::view::{Form, Link};
use maud::html;
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
    /// Ends this login.
    pub sign_out: Form,
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
            }
        }
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
    at_place(&view.frame, &content)
}
