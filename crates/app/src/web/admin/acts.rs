//! What was done, by whom and from where: the operators' log, and the part of it that a payee's team reads.

use super::{at_place, short};
use crate::web::lang::{Lang, plain, say};
use crate::web::parts::{files, pager};
use crate::web::time;
use crate::web::view::AdminFrame;
use ::money::Timestamp;
use maud::{Markup, html};
use store::vault::{Via, What};

/// One page of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// Newest first.
    pub rows: Vec<ActRow>,
    /// What the list is narrowed down to.
    pub filter: ActFields,
    /// True if it is narrowed down by nothing.
    pub is_open: bool,
    /// The page after this one (older); none on the last.
    pub older_url: Option<String>,
    /// The first page; none when this is it.
    pub newest_url: Option<String>,
    /// All pages as CSV.
    pub csv_url: String,
    /// All pages as JSON.
    pub json_url: String,
}

/// The fields of the form, as they stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActFields {
    /// A payee's handle.
    pub payee: String,
    /// By which way; any if none.
    pub via: Option<Via>,
    /// Of which kind; any if none.
    pub what: Option<What>,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// One act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ActRow {
    /// When.
    pub at: Timestamp,
    /// By which way.
    pub via: Via,
    /// Who, as far as a person is known.
    pub who: Option<String>,
    /// Whose matter it was: a payee's handle.
    pub payee: Option<String>,
    /// What.
    pub what: What,
    /// Of what.
    pub subject: String,
    /// To whom.
    pub whom: Option<String>,
    /// From which network.
    pub network: String,
}

/// The page.
#[must_use]
pub fn audit(view: &AuditView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        div.head { h1 { (say!(lang, "admin-audit")) } (files(&view.csv_url, &view.json_url, lang)) }
        (filter(&view.filter, lang))
        @if !view.rows.is_empty() {
            (acts(&view.rows, (&plain!(lang, "admin-audit-order"), view.frame.now), lang))
        } @else if view.is_open {
            div.empty { p { (say!(lang, "admin-audit-none")) } }
        } @else {
            div.empty { p { (say!(lang, "admin-audit-no-such")) } p { a.btn.quiet href="/audit" { (say!(lang, "admin-audit-all")) } } }
        }
        (pager(view.newest_url.as_deref(), view.older_url.as_deref(), lang))
    };
    at_place(&view.frame, None, &content)
}

fn filter(fields: &ActFields, lang: Lang) -> Markup {
    html! {
        form.filter method="get" action="/audit" {
            div {
                label for="what" { (say!(lang, "rows-what")) }
                select #what name="what" {
                    option value="" { (say!(lang, "admin-any")) }
                    @for what in What::ALL { option value=(what.word()) selected[Some(*what) == fields.what] { (what_word(*what, lang)) } }
                }
            }
            div {
                label for="via" { (say!(lang, "admin-via")) }
                select #via name="via" {
                    option value="" { (say!(lang, "admin-any")) }
                    @for via in Via::ALL { option value=(via.word()) selected[Some(via) == fields.via] { (via_word(via, lang)) } }
                }
            }
            div { label for="payee" { (say!(lang, "desk-payee")) } input #payee name="payee" value=(fields.payee) maxlength="32" autocomplete="off" autocapitalize="none"; }
            div { label for="from" { (say!(lang, "desk-filter-from")) } input #from name="from" type="date" value=(fields.from); }
            div { label for="to" { (say!(lang, "desk-filter-to")) } input #to name="to" type="date" value=(fields.to); }
            button.btn.quiet type="submit" { (say!(lang, "desk-filter-go")) }
        }
    }
}

/// The acts as a table that stacks.
pub fn acts(rows: &[ActRow], (caption, now): (&str, Timestamp), lang: Lang) -> Markup {
    html! {
        table.rows.moves.acts {
            caption { (caption) }
            thead { tr {
                th scope="col" { (say!(lang, "rows-when")) }
                th scope="col" { (say!(lang, "rows-what")) }
                th scope="col" { (say!(lang, "admin-who")) }
                th scope="col" { (say!(lang, "admin-from")) }
            } }
            tbody {
                @for row in rows {
                    tr {
                        td { (time::listed(row.at, now, lang)) }
                        th scope="row" {
                            (what_word(row.what, lang))
                            @if row.whom.is_some() || !row.subject.is_empty() || row.payee.is_some() { " " small { (about(row)) } }
                        }
                        td { @match &row.who { Some(who) => (short(who)), None => span.mut { (nobody(row.via, lang)) } } }
                        td { (via_word(row.via, lang)) @if !row.network.is_empty() { small { (row.network) } } }
                    }
                }
            }
        }
    }
}

/// Whose, to whom, of what.
fn about(row: &ActRow) -> Markup {
    let parts = [row.payee.as_deref(), row.whom.as_deref(), Some(row.subject.as_str())];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    html! { @for (number, part) in parts.iter().enumerate() { @if number > 0 { " · " } bdi { (part) } } }
}

fn nobody(via: Via, lang: Lang) -> String {
    match via {
        Via::Machine => plain!(lang, "admin-who-machine"),
        Via::Key => plain!(lang, "admin-who-key"),
        Via::Admin | Via::Desk => plain!(lang, "admin-who-erased"),
    }
}

fn via_word(via: Via, lang: Lang) -> String {
    match via {
        Via::Admin => plain!(lang, "admin"),
        Via::Desk => plain!(lang, "desk-name"),
        Via::Key => plain!(lang, "admin-via-key"),
        Via::Machine => plain!(lang, "admin-via-machine"),
    }
}

/// What was done, in words.
pub fn what_word(what: What, lang: Lang) -> String {
    match what {
        What::SignedIn => plain!(lang, "act-signed-in"),
        What::Recovered => plain!(lang, "act-recovered"),
        What::SignedOut => plain!(lang, "act-signed-out"),
        What::OperatorInvited => plain!(lang, "act-operator-invited"),
        What::OperatorAdded => plain!(lang, "act-operator-added"),
        What::OperatorRemoved => plain!(lang, "act-operator-removed"),
        What::PasskeyAdded => plain!(lang, "act-passkey-added"),
        What::PasskeyRemoved => plain!(lang, "act-passkey-removed"),
        What::CodesMade => plain!(lang, "act-codes-made"),
        What::LoginEnded => plain!(lang, "act-login-ended"),
        What::MemberInvited => plain!(lang, "act-member-invited"),
        What::MemberJoined => plain!(lang, "act-member-joined"),
        What::RoleSet => plain!(lang, "act-role-set"),
        What::MemberRemoved => plain!(lang, "act-member-removed"),
        What::Refunded => plain!(lang, "act-refunded"),
        What::SiteChecked => plain!(lang, "act-site-checked"),
        What::OffersApplied => plain!(lang, "act-offers-applied"),
        What::OfferMade => plain!(lang, "act-offer-made"),
        What::OfferChanged => plain!(lang, "act-offer-changed"),
        What::OfferEnded => plain!(lang, "act-offer-ended"),
        What::BrandSet => plain!(lang, "act-brand-set"),
        What::KeyMade => plain!(lang, "act-key-made"),
        What::KeyRotated => plain!(lang, "act-key-rotated"),
        What::KeyRevoked => plain!(lang, "act-key-revoked"),
        What::WebhookMade => plain!(lang, "act-webhook-made"),
        What::WebhookChanged => plain!(lang, "act-webhook-changed"),
        What::WebhookDeleted => plain!(lang, "act-webhook-deleted"),
        What::WebhookRotated => plain!(lang, "act-webhook-rotated"),
        What::RailStopped => plain!(lang, "act-rail-stopped"),
        What::RailStarted => plain!(lang, "act-rail-started"),
        What::L402Rotated => plain!(lang, "act-l402-rotated"),
        What::WebhookTested => plain!(lang, "act-webhook-tested"),
        What::DeliveriesRetried => plain!(lang, "act-deliveries-retried"),
        What::RootAccepted => plain!(lang, "act-root-accepted"),
    }
}
