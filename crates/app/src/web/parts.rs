//! What pages are made of: one function a component, each pure.

mod cap;
mod chart;
mod keeping;
mod lists;
pub mod money;
mod qr;
mod rows;
mod shell;

pub use cap::{Cap, CapMeter, cap_facts, cap_meter};
pub use chart::{Bar, chart};
pub use keeping::{CodesView, Keeping, LoginLine, PasskeyForm, PasskeyLine, code_form, codes_content, keeping, passkey_form};
pub use lists::{files, pager, pager_onward};
pub use qr::qr;
pub use rows::rows;
pub use shell::{
    admin_framed, bare, bare_in, desked, desked_in, desked_with, framed, framed_bare, framed_in, problem_body, problem_content,
};

use super::lang::{Lang, plain, say};
use super::ops::Standing;
use super::time;
use super::view::{AddMoney, Form, Notice, Tone};
use super::wallet::Moment;
use ::money::Timestamp;
use maud::{Markup, html};

/// The hidden fields of a form: its CSRF value, if any, and what it carries.
pub fn hidden(form: &Form) -> Markup {
    html! {
        @if !form.csrf.is_empty() { input type="hidden" name="csrf" value=(form.csrf); }
        @for (name, value) in &form.fields { input type="hidden" name=(name) value=(value); }
    }
}

/// A message on top of a page.
pub fn notice(said: &Notice) -> Markup {
    let tone = match said.tone {
        Tone::Calm => "notice",
        Tone::Warn => "notice warn",
        Tone::Bad => "notice bad",
    };
    html! { p class=(tone) role="status" { b { (said.lead) } " " (said.text) } }
}

/// A title in the language's own quotation marks.
pub fn quoted(title: &str, lang: Lang) -> Markup {
    say!(lang, "quoted", title: title)
}

/// That nothing can be added, and since when.
pub fn rail_stopped(since: Timestamp, lang: Lang) -> Markup {
    html! { p.notice.warn role="status" { b { (say!(lang, "rail-stopped")) } " " (say!(lang, "rail-stopped-text", since: time::full(since, lang))) } }
}

/// Amounts to add, each with its fee before the press; or that there are none for now.
pub fn add_money(add: &AddMoney, lang: Lang) -> Markup {
    if let Some(since) = add.stopped {
        return rail_stopped(since, lang);
    }
    html! {
        form method="post" action=(add.form.action) {
            (hidden(&add.form))
            div.choices {
                @for choice in &add.choices {
                    button.btn.quiet type="submit" name="amount" value=(choice.amount.units) {
                        span { span.vh { (say!(lang, "add-one")) " " } (choice.amount.exact(lang)) }
                        small { (say!(lang, "add-fee", fee: choice.fee.exact(lang))) }
                    }
                }
            }
        }
    }
}

/// A text to take along, whole and alone on its line.
pub fn copied(text: &str) -> Markup {
    html! { pre { (text) } }
}

/// Steps of a life, first thing first.
pub fn timeline(moments: &[Moment], lang: Lang) -> Markup {
    html! {
        ol.time {
            @for moment in moments {
                li { b { (moment.what) } @if !moment.detail.is_empty() { " " span { (moment.detail) } } br; span.mut { (time::precise(moment.at, lang)) } }
            }
        }
    }
}

/// A mark and a word, so that colour is never the only sign. The page of the operator's port is English.
pub fn status(standing: Standing) -> Markup {
    let word = match standing {
        Standing::Good => "good",
        Standing::Waiting => "waiting",
        Standing::Bad => "bad",
    };
    let (class, mark) = standing_mark(standing);
    html! { span class=(class) { span aria-hidden="true" { (mark) } " " (word) } }
}

/// The same in the reader's language.
pub fn standing(standing: Standing, lang: Lang) -> Markup {
    let word = match standing {
        Standing::Good => plain!(lang, "standing-good"),
        Standing::Waiting => plain!(lang, "standing-waiting"),
        Standing::Bad => plain!(lang, "standing-bad"),
    };
    let (class, mark) = standing_mark(standing);
    html! { span class=(class) { span aria-hidden="true" { (mark) } " " (word) } }
}

/// The look of a standing, and its mark.
pub fn standing_mark(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::Good => ("st", "✓"),
        Standing::Waiting => ("st warn", "…"),
        Standing::Bad => ("st bad", "✕"),
    }
}
