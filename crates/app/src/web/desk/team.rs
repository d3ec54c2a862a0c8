//! Who works for the payee.

use super::proof::{self, Proof, Proving};
use super::{DeskFrame, at_place, role_word};
use crate::web::admin::{ActRow, acts};
use crate::web::lang::{Lang, plain, say};
use crate::web::parts::{copied, hidden};
use crate::web::time;
use crate::web::view::Form;
use ::money::Timestamp;
use maud::{Markup, html};
use store::vault::Role;

/// The team.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TeamView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The longest member first.
    pub members: Vec<MemberRow>,
    /// Invites somebody; none for all but owners who proved who they are.
    pub invite: Option<Form>,
    /// What came of the last press.
    pub news: Option<TeamNews>,
    /// What was done in this payee's matters, newest first.
    pub acts: Vec<ActRow>,
}

/// One member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MemberRow {
    /// What the team calls them.
    pub name: String,
    /// True for the reader of the page.
    pub is_you: bool,
    /// Their role.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
    /// Changes the role; none for all but owners who proved who they are.
    pub set_role: Option<Form>,
    /// Takes them off; none for all but owners who proved who they are.
    pub remove: Option<Form>,
}

/// What came of a press.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TeamNews {
    /// An invitation, whose code is shown this once.
    Invited {
        /// The link with the code.
        link: String,
        /// The role it gives.
        role: Role,
        /// Until when.
        until: Timestamp,
    },
    /// One owner must stay.
    LastOwner,
    /// How it stands with the proof that changes want.
    Proof(Proof),
}

/// The page.
#[must_use]
pub fn team(view: &TeamView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        h1 { (say!(lang, "desk-team")) }
        @if let Some(news) = &view.news { (told(news, lang)) }
        (members(view, lang))
        @if let Some(form) = &view.invite {
            section.card {
                h2 { (say!(lang, "desk-invite")) }
                p { (say!(lang, "desk-invite-text")) }
                form.filter method="post" action=(form.action) {
                    (hidden(form))
                    div { label for="role" { (say!(lang, "desk-role")) } (roles("role", Role::Reader, lang)) }
                    button.btn type="submit" { (say!(lang, "desk-invite-press")) }
                }
            }
        }
        section {
            h2 { (say!(lang, "desk-roles")) }
            dl.facts {
                @for (role, may) in [
                    (Role::Reader, say!(lang, "desk-may-reader")),
                    (Role::Developer, say!(lang, "desk-may-developer")),
                    (Role::Editor, say!(lang, "desk-may-editor")),
                    (Role::Owner, say!(lang, "desk-may-owner")),
                ] { div { dt { (role_word(role, lang)) } dd { (may) } } }
            }
        }
        @if !view.acts.is_empty() { section { h2 { (say!(lang, "desk-acts")) } (acts(&view.acts, (&plain!(lang, "desk-acts-order"), view.frame.now), lang)) } }
    };
    at_place(&view.frame, &content)
}

fn told(news: &TeamNews, lang: Lang) -> Markup {
    match news {
        TeamNews::Invited { link, role, until } => html! {
            section.card aria-labelledby="invited" {
                h2 #invited { (say!(lang, "desk-invited", role: role_word(*role, lang))) }
                (copied(link))
                p { (say!(lang, "desk-invited-text", until: time::full(*until, lang))) }
            }
        },
        TeamNews::Proof(proof) => proof::asked(*proof, Proving::Team, lang),
        TeamNews::LastOwner => {
            html! { p.notice.bad role="status" { b { (say!(lang, "desk-last-owner")) } " " (say!(lang, "desk-last-owner-text")) } }
        }
    }
}

fn roles(id: &str, chosen: Role, lang: Lang) -> Markup {
    html! { select id=(id) name="role" { @for role in Role::ALL { option value=(role.word()) selected[role == chosen] { (role_word(role, lang)) } } } }
}

fn members(view: &TeamView, lang: Lang) -> Markup {
    html! {
        table.rows.books.people {
            caption.vh { (say!(lang, "desk-team")) }
            thead { tr { th scope="col" { (say!(lang, "desk-member")) } th scope="col" { (say!(lang, "desk-role")) } th scope="col" { (say!(lang, "desk-since")) } th scope="col" { span.vh { (say!(lang, "desk-change")) } } } }
            tbody { @for (number, member) in view.members.iter().enumerate() { (row(number, member, lang)) } }
        }
    }
}

fn row(number: usize, member: &MemberRow, lang: Lang) -> Markup {
    let id = format!("role-{number}");
    html! {
        tr {
            th scope="row" { (member.name) @if member.is_you { " " span.mark { (say!(lang, "desk-you")) } } }
            td data-l=(plain!(lang, "desk-role")) {
                @match &member.set_role {
                    Some(form) => form.inline method="post" action=(form.action) {
                        (hidden(form))
                        label.vh for=(id) { (say!(lang, "desk-role-of", name: &member.name)) }
                        (roles(&id, member.role, lang))
                        button type="submit" { (say!(lang, "desk-role-set")) span.vh { " " (member.name) } }
                    },
                    None => { (role_word(member.role, lang)) }
                }
            }
            td data-l=(plain!(lang, "desk-since")) { (time::full(member.since, lang)) }
            td {
                @if let Some(form) = &member.remove {
                    form method="post" action=(form.action) { (hidden(form)) button type="submit" { (say!(lang, "desk-remove")) span.vh { " " (member.name) } } }
                }
            }
        }
    }
}
