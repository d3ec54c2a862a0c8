//! How the wallet is kept, and where it is open.

use crate::web::lang::{plain, say};
use crate::web::money::Money;
use crate::web::parts::{CodesView, Keeping, codes_content, framed, framed_with, keeping, notice};
use crate::web::style::PASSKEY_SCRIPT_PATH;
use crate::web::view::{Frame, Notice};
use maud::html;

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
        (keeping(&view.keeping, view.frame.now, lang))
    };
    framed_with(&view.frame, (&title, "narrow"), PASSKEY_SCRIPT_PATH, &content)
}

/// The wallet's page of new codes.
#[must_use]
pub fn codes(frame: &Frame, view: &CodesView) -> String {
    framed(frame, &plain!(frame.lang(), "codes"), "narrow", &codes_content(view, frame.lang()))
}
