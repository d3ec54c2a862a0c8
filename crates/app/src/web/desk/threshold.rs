//! Before the desk: signing in, having no desk, not being allowed to, and what goes wrong.

use super::{DeskFrame, role_word};
use crate::web::lang::say;
use crate::web::parts::{desked, desked_with, hidden, problem_content};
use crate::web::site::ProblemView;
use crate::web::style::PASSKEY_SCRIPT_PATH;
use crate::web::view::Form;
use maud::html;
use store::vault::Role;

/// Nobody is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInView {
    /// The surroundings, without a payee.
    pub frame: DeskFrame,
    /// The wallet's address that sends people back here, signed in.
    pub hop_url: String,
}

/// Somebody is signed in who works for no payee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WithoutTeamView {
    /// The surroundings, without a payee.
    pub frame: DeskFrame,
    /// Where an invitation's code is given.
    pub join_url: String,
    /// Ends this login.
    pub sign_out: Form,
}

/// A code makes somebody a member of a team.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JoinView {
    /// The surroundings, without a payee.
    pub frame: DeskFrame,
    /// True if they are signed in already.
    pub is_in: bool,
    /// Takes `code` and `name`.
    pub form: Form,
    /// The code as typed before.
    pub code: String,
    /// The name as typed before.
    pub name: String,
    /// Why the last try made nobody a member.
    pub refused: Option<String>,
}

/// The page is for another role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotYoursView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// The role one has.
    pub role: Role,
    /// The least that the page is for.
    pub least: Role,
}

/// "Sign in with your wallet."
#[must_use]
pub fn sign_in(view: &SignInView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        section.lead {
            h1 { (say!(lang, "desk-sign-in")) }
            p { (say!(lang, "desk-sign-in-text")) }
            p { a.btn href=(view.hop_url) { (say!(lang, "desk-sign-in-press")) } }
        }
    };
    desked(&view.frame, &crate::web::lang::plain!(lang, "desk-sign-in"), "narrow", &content)
}

/// "You are on no team here."
#[must_use]
pub fn without_team(view: &WithoutTeamView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        section.lead {
            h1 { (say!(lang, "desk-no-team")) }
            p { (say!(lang, "desk-no-team-text")) }
            p { a.btn href=(view.join_url) { (say!(lang, "desk-join")) } }
            form method="post" action=(view.sign_out.action) {
                (hidden(&view.sign_out))
                button.btn.quiet type="submit" { (say!(lang, "desk-sign-out")) }
            }
        }
    };
    desked(&view.frame, &crate::web::lang::plain!(lang, "desk-no-team"), "narrow", &content)
}

/// "Join a team."
#[must_use]
pub fn join(view: &JoinView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        section.lead {
            h1 { (say!(lang, "desk-joining")) }
            p { (say!(lang, "desk-joining-text")) }
            @if let Some(refused) = &view.refused { p.notice.bad role="alert" { (refused) } }
        }
        form method="post" action=(view.form.action) {
            (hidden(&view.form))
            label for="code" { (say!(lang, "setup-code")) }
            input #code name="code" value=(view.code) required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" data-fragment;
            p.small { (say!(lang, "setup-code-hint")) }
            label for="name" { (say!(lang, "setup-name")) }
            input #name name="name" value=(view.name) required autocomplete="name" maxlength="60";
            p.small { (say!(lang, "desk-join-name-hint")) }
            button.btn.wide type="submit" { @if view.is_in { (say!(lang, "desk-join-press")) } @else { (say!(lang, "desk-join-sign-in")) } }
        }
    };
    desked_with(&view.frame, (&crate::web::lang::plain!(lang, "desk-joining"), "narrow"), Some(PASSKEY_SCRIPT_PATH), &content)
}

/// "Your role does not allow this."
#[must_use]
pub fn not_yours(view: &NotYoursView) -> String {
    let lang = view.frame.lang();
    let (role, least) = (role_word(view.role, lang), role_word(view.least, lang));
    let content = html! {
        section.card {
            h1 { (say!(lang, "desk-not-yours")) }
            p { (say!(lang, "desk-not-yours-text", role: role, least: least)) }
            p.links { a.btn href="/team" { (say!(lang, "desk-not-yours-on")) } }
        }
    };
    desked(&view.frame, &crate::web::lang::plain!(lang, "desk-not-yours"), "narrow", &content)
}

/// A problem with the desk around it.
#[must_use]
pub fn problem(frame: &DeskFrame, view: &ProblemView) -> String {
    desked(frame, &view.title, "narrow", &problem_content(view))
}
