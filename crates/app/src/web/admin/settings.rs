//! The configuration as it is in force, and copies: what was backed up and what was restored to see that it can be.

use super::at_place;
use crate::config::{Setting, Source};
use crate::web::lang::{Lang, plain, say};
use crate::web::money;
use crate::web::parts::copied;
use crate::web::time;
use crate::web::view::AdminFrame;
use ::money::Timestamp;
use maud::{Markup, html};

/// The configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// The file it was read from.
    pub file: String,
    /// Every value.
    pub settings: Vec<Setting>,
    /// True if the file says something else than what is in force.
    pub is_stale: bool,
}

/// Backups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackupView {
    /// The surroundings.
    pub frame: AdminFrame,
    /// The last one, if any is known.
    pub backup: Option<BackupFacts>,
    /// The last restore that was tried, if any is known.
    pub restored: Option<RestoreFacts>,
    /// The last frame there is now.
    pub head: u64,
}

/// A backup.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackupFacts {
    /// When it was begun; as it was written where it is no instant.
    pub at: Result<Timestamp, String>,
    /// The last frame in it.
    pub sequence: u64,
    /// True if the keys are in it, sealed.
    pub keys: bool,
}

/// A restore that was tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RestoreFacts {
    /// When.
    pub at: Result<Timestamp, String>,
    /// The last frame that was restored.
    pub sequence: u64,
    /// True if the keys were opened, too.
    pub keys: bool,
}

/// The page of the configuration.
#[must_use]
pub fn config(view: &ConfigView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        h1 { (say!(lang, "admin-config")) }
        p { (say!(lang, "admin-config-text", file: &view.file)) }
        @if view.is_stale { p.notice.warn role="status" { b { (say!(lang, "admin-config-stale")) } " " (say!(lang, "admin-config-stale-text")) } }
        table.rows.books {
            caption.vh { (say!(lang, "admin-config")) }
            thead { tr { th scope="col" { (say!(lang, "admin-setting")) } th scope="col" { (say!(lang, "admin-value")) } th scope="col" { (say!(lang, "admin-source")) } } }
            tbody { @for setting in &view.settings { tr {
                th scope="row" { code { (setting.key) } }
                td data-l=(plain!(lang, "admin-value")) { @if setting.value.is_empty() { span.mut { (say!(lang, "admin-unset")) } } @else { span { (setting.value) } } }
                td.mut data-l=(plain!(lang, "admin-source")) { (source(setting.source, lang)) }
            } } }
        }
        section { h2 { (say!(lang, "admin-config-check")) } p { (say!(lang, "admin-config-check-text")) } (copied("farthing config check\nfarthing config show")) }
    };
    at_place(&view.frame, None, &content)
}

fn source(source: Source, lang: Lang) -> Markup {
    match source {
        Source::File { line } => say!(lang, "admin-source-line", line: money::count(line, lang)),
        Source::Environment => say!(lang, "admin-source-environment"),
        Source::Default => say!(lang, "admin-source-default"),
    }
}

/// The page of backups.
#[must_use]
pub fn backup(view: &BackupView) -> String {
    let lang = view.frame.instance.lang;
    let content = html! {
        h1 { (say!(lang, "admin-backup")) }
        div.split.even {
            section {
                h2 { (say!(lang, "admin-backup-last")) }
                @match &view.backup {
                    None => p.notice.warn { b { (say!(lang, "admin-backup-none")) } " " (say!(lang, "admin-backup-none-text")) },
                    Some(backup) => dl.facts {
                        div { dt { (say!(lang, "rows-when")) } dd { (instant(&backup.at, lang)) } }
                        div { dt { (say!(lang, "admin-backup-to")) } dd { (say!(lang, "admin-backup-behind", frame: money::count(backup.sequence, lang), count: view.head.saturating_sub(backup.sequence))) } }
                        div { dt { (say!(lang, "admin-backup-keys")) } dd { @if backup.keys { (say!(lang, "admin-backup-keys-in")) } @else { (say!(lang, "admin-backup-keys-out")) } } }
                    },
                }
            }
            section {
                h2 { (say!(lang, "admin-restore-last")) }
                @match &view.restored {
                    None => p.notice.warn { b { (say!(lang, "admin-restore-none")) } " " (say!(lang, "admin-restore-none-text")) },
                    Some(restored) => dl.facts {
                        div { dt { (say!(lang, "rows-when")) } dd { (instant(&restored.at, lang)) } }
                        div { dt { (say!(lang, "admin-backup-to")) } dd { (say!(lang, "admin-restore-clean", frame: money::count(restored.sequence, lang))) } }
                        div { dt { (say!(lang, "admin-backup-keys")) } dd { @if restored.keys { (say!(lang, "admin-restore-keys-tried")) } @else { (say!(lang, "admin-restore-keys-not")) } } }
                    },
                }
            }
        }
        section {
            h2 { (say!(lang, "admin-backup-make")) }
            p { (say!(lang, "admin-backup-make-text")) }
            (copied("farthing backup /backups/NAME.backup --passphrase-file /etc/farthing/passphrase"))
            p { (say!(lang, "admin-restore-make-text")) }
            (copied("farthing restore --test /backups/NAME.backup --passphrase-file /etc/farthing/passphrase"))
        }
    };
    at_place(&view.frame, None, &content)
}

fn instant(at: &Result<Timestamp, String>, lang: Lang) -> Markup {
    match at {
        Ok(at) => time::full(*at, lang),
        Err(written) => html! { (written) },
    }
}
