//! Proofs of who somebody is: passkeys, recovery codes, signed-in browsers. The same at every door.

use super::hidden;
use crate::web::lang::{Lang, say};
use crate::web::time;
use crate::web::view::Form;
use ::money::Timestamp;
use maud::{Markup, html};

/// How somebody keeps their way back in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keeping {
    /// Makes a passkey; `None` where the door's address can't have any.
    pub add: Option<PasskeyForm>,
    /// Those there are, oldest first.
    pub passkeys: Vec<PasskeyLine>,
    /// Takes `passkey`.
    pub remove: Form,
    /// Recovery codes that are written down and unused.
    pub codes: u64,
    /// Makes ten new ones.
    pub make_codes: Form,
    /// Browsers that are signed in, newest use first.
    pub logins: Vec<LoginLine>,
    /// Takes `login`: one of them, or `others`.
    pub end: Form,
    /// Signs this browser out.
    pub sign_out: Form,
}

/// A form whose script runs a passkey ceremony.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyForm {
    /// Takes `response`: the browser's answer as JSON.
    pub form: Form,
    /// Where the script asks for the ceremony's options.
    pub options_url: String,
}

/// One passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyLine {
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last used.
    pub used: Timestamp,
    /// Names it in the form that removes it; `None` for one that has to stay.
    pub remove: Option<String>,
}

/// One browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginLine {
    /// Its name and system; empty if it did not say.
    pub device: String,
    /// True for the browser that reads this.
    pub is_this: bool,
    /// True if it is signed in at the desk.
    pub is_desk: bool,
    /// Since when.
    pub created: Timestamp,
    /// When it was last used.
    pub seen: Timestamp,
    /// Names it in the form that ends it.
    pub end: String,
}

/// Ten new codes, or the question for one of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodesView {
    /// The codes; none when they were shown before.
    pub codes: Vec<String>,
    /// Takes `code`.
    pub confirm: Form,
    /// Makes others in their place.
    pub again: Form,
    /// Why what was typed is none of them.
    pub refused: Option<String>,
}

/// The sections of a page of settings.
pub fn keeping(view: &Keeping, now: Timestamp, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="passkeys" {
            h2 #passkeys { (say!(lang, "passkeys")) }
            p { (say!(lang, "passkeys-text")) }
            @if !view.passkeys.is_empty() { (passkeys(view, now, lang)) }
            @if let Some(add) = &view.add { (passkey_form(add, (&html! {}, &say!(lang, "passkey-add")), lang)) }
        }
        section aria-labelledby="codes" {
            h2 #codes { (say!(lang, "codes")) }
            p { (say!(lang, "codes-text")) " " (say!(lang, "codes-left", count: view.codes)) }
            form method="post" action=(view.make_codes.action) {
                (hidden(&view.make_codes))
                button.btn.quiet type="submit" { @if view.codes == 0 { (say!(lang, "codes-make")) } @else { (say!(lang, "codes-make-new")) } }
            }
        }
        section aria-labelledby="logins" {
            h2 #logins { (say!(lang, "logins")) }
            (logins(view, now, lang))
        }
        section {
            form method="post" action=(view.sign_out.action) {
                (hidden(&view.sign_out))
                button.btn.quiet type="submit" { (say!(lang, "sign-out")) }
            }
        }
    }
}

/// The button of a ceremony after its visible fields, and the sentence that stands in its place where there is none.
pub fn passkey_form(passkey: &PasskeyForm, (fields, press): (&Markup, &Markup), lang: Lang) -> Markup {
    html! {
        form method="post" action=(passkey.form.action) data-passkey=(passkey.options_url) hidden {
            (hidden(&passkey.form))
            input type="hidden" name="response";
            (fields)
            button.btn.wide type="submit" { (press) }
            p.wrong role="alert" hidden { (say!(lang, "passkey-failed")) }
        }
        p.small { (say!(lang, "passkey-script")) }
    }
}

/// The form that takes a recovery code.
pub fn code_form(form: &Form, lang: Lang) -> Markup {
    html! {
        form method="post" action=(form.action) {
            (hidden(form))
            label for="code" { (say!(lang, "signin-code")) }
            input #code name="code" required autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="40" aria-describedby="code-hint";
            p #code-hint .small { (say!(lang, "signin-code-hint")) }
            button.btn.quiet type="submit" { (say!(lang, "signin-code-press")) }
        }
    }
}

fn passkeys(view: &Keeping, now: Timestamp, lang: Lang) -> Markup {
    html! {
        form method="post" action=(view.remove.action) {
            (hidden(&view.remove))
            ul.list { @for passkey in &view.passkeys { li {
                span { (passkey.name) br; (since(passkey.created, passkey.used, (now, lang))) }
                @if let Some(id) = &passkey.remove {
                    button name="passkey" value=(id) { (say!(lang, "passkey-remove")) span.vh { " " (passkey.name) } }
                }
            } } }
        }
    }
}

fn logins(view: &Keeping, now: Timestamp, lang: Lang) -> Markup {
    let others = view.logins.iter().any(|login| !login.is_this);
    html! {
        form method="post" action=(view.end.action) {
            (hidden(&view.end))
            ul.list { @for login in &view.logins { li {
                span {
                    @if login.device.is_empty() { (say!(lang, "login-unnamed")) } @else { (login.device) }
                    @if login.is_desk { " " span.mark { (say!(lang, "login-desk")) } }
                    br; (since(login.created, login.seen, (now, lang)))
                }
                @if login.is_this { span.mut { (say!(lang, "login-this")) } } @else {
                    button name="login" value=(login.end) { (say!(lang, "login-end")) span.vh { " " (login.device) } }
                }
            } } }
            @if others { button.btn.quiet name="login" value="others" { (say!(lang, "login-end-others")) } }
        }
    }
}

fn since(created: Timestamp, used: Timestamp, (now, lang): (Timestamp, Lang)) -> Markup {
    html! { small { (say!(lang, "since-used", since: time::listed(created, now, lang), used: time::listed(used, now, lang), zone: lang.zone().name())) } }
}

/// The content of a page of new codes.
pub fn codes_content(view: &CodesView, lang: Lang) -> Markup {
    html! {
        section.lead {
            h1 { (say!(lang, "codes")) }
            @if view.codes.is_empty() { p { (say!(lang, "codes-shown")) } } @else {
                p { (say!(lang, "codes-once")) }
                ol.card { @for code in &view.codes { li { code { (code) } } } }
            }
        }
        section {
            form method="post" action=(view.confirm.action) {
                (hidden(&view.confirm))
                label for="code" { (say!(lang, "codes-back")) }
                input #code name="code" required autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40"
                    aria-invalid=[view.refused.as_ref().map(|_| "true")] aria-describedby=[view.refused.as_ref().map(|_| "code-wrong")];
                @if let Some(refused) = &view.refused { p #code-wrong .wrong { (refused) } } @else { p.small { (say!(lang, "codes-back-hint")) } }
                button.btn.wide type="submit" { (say!(lang, "codes-confirm")) }
            }
        }
        @if view.codes.is_empty() {
            form method="post" action=(view.again.action) {
                (hidden(&view.again))
                button.btn.quiet type="submit" { (say!(lang, "codes-make-new")) }
            }
        }
    }
}
