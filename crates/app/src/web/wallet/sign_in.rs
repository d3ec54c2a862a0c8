//! Signing in, and the fresh proof that sensitive acts ask for.

use crate::web::lang::{plain, say};
use crate::web::money::Money;
use crate::web::parts::{PasskeyForm, code_form, framed_in, hidden, passkey_form};
use crate::web::style::PASSKEY_SCRIPT_PATH;
use crate::web::view::{Form, Frame};
use maud::html;

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
    /// Takes `mail`; `None` where no mail is sent.
    pub mail: Option<Form>,
    /// Opens a new wallet, for somebody without one.
    pub open: Option<Form>,
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
                section { (passkey_form(passkey, (&html! {}, &say!(lang, "signin-passkey")), lang)) }
            }
            section {
                (code_form(&view.recovery, lang))
            }
            @if let Some(mail) = &view.mail {
                section {
                    form method="post" action=(mail.action) {
                        (hidden(mail))
                        label for="mail" { (say!(lang, "mail-address")) }
                        input #mail name="mail" type="email" required autocomplete="email" maxlength="254" aria-describedby="mail-hint";
                        p #mail-hint .small { (say!(lang, "mail-sign-in-hint")) }
                        button.btn.quiet type="submit" { (say!(lang, "mail-send")) }
                    }
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
    framed_in(&view.frame, (&title, "narrow"), (Some(PASSKEY_SCRIPT_PATH), None), &content)
}

/// The question for a code that was mailed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailCodeView {
    /// The surroundings.
    pub frame: Frame,
    /// Takes `code`.
    pub form: Form,
    /// Where another can be asked for.
    pub again_url: String,
    /// Why what was typed is not it.
    pub refused: Option<String>,
}

/// The page that waits for a mailed code.
#[must_use]
pub fn mail_code(view: &MailCodeView) -> String {
    let lang = view.frame.lang();
    let title = plain!(lang, "mail-code");
    let content = html! {
        section.lead {
            h1 { (title) }
            p { (say!(lang, "mail-sent")) }
        }
        form method="post" action=(view.form.action) {
            (hidden(&view.form))
            label for="code" { (say!(lang, "mail-code-label")) }
            input #code name="code" required autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" maxlength="20"
                aria-invalid=[view.refused.as_ref().map(|_| "true")] aria-describedby="code-hint";
            @match &view.refused {
                Some(refused) => p #code-hint .wrong { (refused) },
                None => p #code-hint .small { (say!(lang, "mail-code-hint")) },
            }
            button.btn.wide type="submit" { (say!(lang, "mail-code-press")) }
        }
        p.links { a href=(view.again_url) { (say!(lang, "mail-again")) } }
    };
    framed_in(&view.frame, (&title, "narrow"), (Some(PASSKEY_SCRIPT_PATH), None), &content)
}
