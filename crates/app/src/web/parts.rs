//! What pages are made of: one function a component, each pure.

pub mod money;
mod rows;
mod shell;

pub use rows::rows;
pub use shell::{bare, framed, framed_bare, problem_body};

use super::lang::Lang;
use super::ops::Standing;
use super::time;
use super::view::{AddMoney, Form, Notice, Tone};
use super::wallet::Moment;
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

/// Amounts to add, each with its fee before the press.
pub fn add_money(add: &AddMoney) -> Markup {
    html! {
        form method="post" action=(add.form.action) {
            (hidden(&add.form))
            div.choices {
                @for choice in &add.choices {
                    button.btn.quiet type="submit" name="amount" value=(choice.amount.units) {
                        span { span.vh { "Add " } (choice.amount.exact(Lang::EN)) }
                        small { "fee " (choice.fee.exact(Lang::EN)) }
                    }
                }
            }
        }
    }
}

/// Steps of a life, first thing first.
pub fn timeline(moments: &[Moment]) -> Markup {
    html! {
        ol.time {
            @for moment in moments {
                li { b { (moment.what) } @if !moment.detail.is_empty() { " " span { (moment.detail) } } br; span.mut { (time::precise(moment.at, Lang::EN)) } }
            }
        }
    }
}

/// A mark and a word, so that colour is never the only sign.
pub fn status(standing: Standing) -> Markup {
    let (class, mark, word) = match standing {
        Standing::Good => ("st", "✓", "good"),
        Standing::Waiting => ("st warn", "…", "waiting"),
        Standing::Bad => ("st bad", "✕", "bad"),
    };
    html! { span class=(class) { span aria-hidden="true" { (mark) } " " (word) } }
}
