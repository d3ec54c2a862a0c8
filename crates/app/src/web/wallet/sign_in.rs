//! Signing in, and the fresh proof that sensitive acts ask for.

use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{framed_with, hidden};
use crate::web::style::PASSKEY_SCRIPT_PATH;
use crate::web::view::{Form, Frame};
use maud::{Markup, html};

/// The page that asks who somebody is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignInView {
    /// The surroundings.
    pub frame: Frame,
    /// True if the wallet is open here and only a fresh proof is wanted.
    pub is_again: bool,
    /// Why the last try opened nothing.
    pub refused: Option<String>,
    /// What this browser's own wallet holds, if it would be lost: then nothing else is offered.
    pub keep_first: Option<Money>,
    /// A passkey; `None` where the wallet's address can't have any.
    pub passkey: Option<PasskeyForm>,
    /// Takes `code`.
    pub recovery: Form,
    /// Opens a new wallet, for somebody without one.
    pub open: Option<Form>,
}

/// A form whose script runs a passkey ceremony.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyForm {
    /// Takes `response`: the browser's answer as JSON.
    pub form: Form,
    /// Where the script asks for the ceremony's options.
    pub options_url: String,
}

/// The page.
#[must_use]
pub fn sign_in(view: &SignInView) -> String {
    let lang = view.frame.lang();
    let title = if view.is_again { plain!(lang, "signin-again") } else { plain!(lang, "signin") };
    let content = html! {
        section.lead {
            h1 { (title) }
            @if let Some(amount) = view.keep_first {
                p.notice.warn role="status" { (say!(lang, "signin-keep-first", amount: amount.exact(lang))) }
                p.links { a.btn href="/settings" { (say!(lang, "keep")) } }
            } @else {
                p { @if view.is_again { (say!(lang, "signin-again-text")) } @else { (say!(lang, "signin-text")) } }
                @if let Some(refused) = &view.refused { p.notice.bad role="alert" { (refused) } }
            }
        }
        @if view.keep_first.is_none() {
            @if let Some(passkey) = &view.passkey {
                section { (passkey_form(passkey, &say!(lang, "signin-passkey"), lang)) }
            }
            section {
                form method="post" action=(view.recovery.action) {
                    (hidden(&view.recovery))
                    label for="code" { (say!(lang, "signin-code")) }
                    input #code name="code" required autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="40" aria-describedby="code-hint";
                    p #code-hint .small { (say!(lang, "signin-code-hint")) }
                    button.btn.quiet type="submit" { (say!(lang, "signin-code-press")) }
                }
            }
            @if let Some(open) = &view.open {
                section {
                    form method="post" action=(open.action) {
                        (hidden(open))
                        p.label { (say!(lang, "signin-none")) }
                        button.btn.quiet type="submit" { (say!(lang, "open-press")) }
                    }
                }
            }
        }
    };
    framed_with(&view.frame, (&title, "narrow"), PASSKEY_SCRIPT_PATH, &content)
}

/// The button of a ceremony, and the sentence that stands in its place where there is none.
pub(super) fn passkey_form(passkey: &PasskeyForm, press: &Markup, lang: Lang) -> Markup {
    html! {
        form method="post" action=(passkey.form.action) data-passkey=(passkey.options_url) hidden {
            (hidden(&passkey.form))
            input type="hidden" name="response";
            button.btn.wide type="submit" { (press) }
            p.wrong role="alert" hidden { (say!(lang, "passkey-failed")) }
        }
        p.small { (say!(lang, "passkey-script")) }
    }
}
