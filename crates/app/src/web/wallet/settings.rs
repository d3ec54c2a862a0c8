//! How the wallet is kept, and where it is open.

use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{CodesView, Keeping, codes_content, framed, framed_in, hidden, keeping, notice};
use crate::web::style::PASSKEY_SCRIPT_PATH;
use crate::web::view::{Form, Frame, Mode, Notice};
use maud::{Markup, html};

/// The settings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettingsView {
    /// The surroundings.
    pub frame: Frame,
    /// What the last action did.
    pub notice: Option<Notice>,
    /// The most the wallet may hold once it is kept.
    pub limit: Money,
    /// Whether anything but this browser's cookie opens it.
    pub is_kept: bool,
    /// Passkeys, codes, browsers.
    pub keeping: Keeping,
    /// The mail address; `None` where no mail is sent.
    pub mail: Option<MailSetting>,
    /// The language that was chosen; `None` follows the browser.
    pub chosen: Option<Lang>,
    /// Takes `language`, or an empty one.
    pub language: Form,
    /// The time zone.
    pub zone: ZoneSetting,
    /// Takes `give_up`.
    pub close: Form,
    /// What would be given up by closing.
    pub left: Option<Money>,
}

/// The mail address of a wallet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MailSetting {
    /// As it was verified.
    pub address: Option<String>,
    /// Takes `mail`; an empty one forgets it.
    pub form: Form,
    /// Takes `digest`, empty for no.
    pub digest: Form,
    /// Whether a mail a month was asked for.
    pub wants_digest: bool,
}

/// The time zone of a wallet's pages and months.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ZoneSetting {
    /// Takes `zone`; an empty one follows the instance.
    pub form: Form,
    /// What was chosen or typed.
    pub typed: String,
    /// Why what was typed is no zone.
    pub refused: Option<String>,
    /// The zone of those who choose none.
    pub usual: &'static str,
}

/// The settings page.
#[must_use]
pub fn settings(view: &SettingsView) -> String {
    let lang = view.frame.lang();
    let title = plain!(lang, "settings");
    let content = html! {
        @if let Some(said) = &view.notice { (notice(said)) }
        h1 { (title) }
        @if !view.is_kept {
            section.aside.warn { h2 { (say!(lang, "keep")) } p { (say!(lang, "keep-text", limit: view.limit.exact(lang))) } }
        }
        @if let Some(mail) = &view.mail { (mail_setting(mail, lang)) }
        (keeping(&view.keeping, view.frame.now, lang))
        section aria-labelledby="language" {
            h2 #language { (say!(lang, "language")) }
            form method="post" action=(view.language.action) {
                (hidden(&view.language))
                ul.list {
                    (language("", view.chosen.is_none(), &say!(lang, "language-browser"), lang))
                    @for offered in Lang::offered() { (language(offered.tag(), view.chosen == Some(offered), &html! { span lang=(offered.tag()) { (offered.name()) } }, lang)) }
                }
            }
        }
        (zone(&view.zone, lang))
        section aria-labelledby="known" {
            h2 #known { (say!(lang, "known")) }
            p { (say!(lang, "known-text")) }
            p.links { a href="/settings.json" { (say!(lang, "known-settings")) } a href="/history.json" { (say!(lang, "history-json")) } }
            details {
                summary { (say!(lang, "close")) }
                form method="post" action=(view.close.action) {
                    (hidden(&view.close))
                    p { (say!(lang, "close-text")) }
                    @match (view.left, view.frame.instance.mode) {
                        (None, _) => button.btn.quiet type="submit" { (say!(lang, "close-press")) },
                        (Some(left), Mode::Test) => button.btn.quiet name="give_up" value="yes" { (say!(lang, "close-give-up", amount: left.exact(lang))) },
                        (Some(_), Mode::Live) => p.small { (say!(lang, "close-empty-first")) },
                    }
                }
            }
        }
    };
    framed_in(&view.frame, (&title, "narrow"), (Some(PASSKEY_SCRIPT_PATH), None), &content)
}

/// The wallet's page of new codes.
#[must_use]
pub fn codes(frame: &Frame, view: &CodesView) -> String {
    framed(frame, &plain!(frame.lang(), "codes"), "narrow", &codes_content(view, frame.lang()))
}

fn mail_setting(mail: &MailSetting, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="mail-head" {
            h2 #mail-head { (say!(lang, "mail-address")) }
            form method="post" action=(mail.form.action) {
                (hidden(&mail.form))
                label for="mail" { span.vh { (say!(lang, "mail-address")) } }
                input #mail name="mail" type="email" autocomplete="email" maxlength="254" value=[mail.address.as_ref()] aria-describedby="mail-hint";
                p #mail-hint .small { (say!(lang, "mail-hint")) }
                button.btn.quiet type="submit" { (say!(lang, "mail-save")) }
            }
            @if mail.address.is_some() {
                form method="post" action=(mail.digest.action) {
                    (hidden(&mail.digest))
                    p.small { @if mail.wants_digest { (say!(lang, "digest-on")) } @else { (say!(lang, "digest-off")) } }
                    @if mail.wants_digest { button.btn.quiet name="digest" value="" { (say!(lang, "digest-stop")) } }
                    @else { button.btn.quiet name="digest" value="yes" { (say!(lang, "digest-start")) } }
                }
            }
        }
    }
}

fn zone(zone: &ZoneSetting, lang: Lang) -> Markup {
    html! {
        section aria-labelledby="zone-head" {
            h2 #zone-head { (say!(lang, "zone")) }
            form method="post" action=(zone.form.action) {
                (hidden(&zone.form))
                label for="zone" { span.vh { (say!(lang, "zone")) } }
                input #zone name="zone" value=(zone.typed) autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="60" aria-describedby="zone-hint" aria-invalid=[zone.refused.as_ref().map(|_| "true")];
                p #zone-hint .small { @if let Some(refused) = &zone.refused { b { (refused) } " " } (say!(lang, "zone-hint", usual: zone.usual)) }
                button.btn.quiet type="submit" { (say!(lang, "zone-save")) }
            }
        }
    }
}

fn language(tag: &str, is_chosen: bool, name: &Markup, lang: Lang) -> Markup {
    html! { li { span { (name) } @if is_chosen { span.mut { (say!(lang, "language-chosen")) } } @else { button name="language" value=(tag) { (say!(lang, "language-choose")) span.vh { " " (name) } } } } }
}
