//! The pay sheet: who is paid, how much, for what, until when it can be taken back; and one button.

use crate::web::Lang;
use crate::web::money::Money;
use crate::web::parts::{add_money, framed, hidden, money as amounts};
use crate::web::time;
use crate::web::view::{AddMoney, Form, Frame};
use ::money::{Span, Timestamp};
use maud::{Markup, html};

/// A verified quote and what can be done with it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetView {
    /// The surroundings.
    pub frame: Frame,
    /// Who asks.
    pub payee: PayeeFacts,
    /// Title of the item, as the quote has it.
    pub title: String,
    /// What is asked; the least, in state [`SheetState::AtLeast`].
    pub price: Money,
    /// How long it can be taken back, counted from the press; zero when it cannot.
    pub undo: Span,
    /// Where the payer is in this.
    pub state: SheetState,
    /// Back to the item without paying.
    pub back_url: String,
}

/// The payee as the site's own signed document names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PayeeFacts {
    /// Its name.
    pub name: String,
    /// Its full origin, with punycode where scripts are mixed.
    pub origin: String,
}

/// What the sheet offers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SheetState {
    /// No login: one press opens a wallet and comes back here.
    NoWallet {
        /// Opens a wallet and keeps the quote.
        open: Form,
        /// The most such a wallet may hold.
        limit: Money,
    },
    /// There is not enough.
    Short {
        /// What can be spent.
        available: Money,
        /// What is missing.
        missing: Money,
        /// Ways to add money, with the quote kept.
        add: AddMoney,
    },
    /// One press pays.
    Ready {
        /// Pays.
        pay: Form,
        /// What can be spent afterwards.
        after: Money,
    },
    /// The price rose since the quote: seen, and pressed again.
    Dearer {
        /// The price of the first quote.
        was: Money,
        /// Pays the new price.
        pay: Form,
        /// What can be spent afterwards.
        after: Money,
    },
    /// The payer names the price, at least [`SheetView::price`].
    ///
    /// The form carries `amount` (base units) when a suggestion was pressed, else `amount_text` as typed in main units.
    AtLeast {
        /// Pays.
        pay: Form,
        /// What can be spent.
        available: Money,
        /// Amounts to press.
        suggestions: Vec<Money>,
        /// What was typed before and why it was not taken; `(text, sentence)`.
        refused: Option<(String, String)>,
    },
    /// The quote is too old and could not be renewed by itself.
    Expired {
        /// The item: a fresh quote comes from its wall.
        renew_url: String,
    },
    /// Bought before: no charge.
    Owned {
        /// Opens the item.
        open_url: String,
        /// When it was bought.
        since: Timestamp,
        /// The receipt of then.
        receipt_url: String,
    },
    /// This very quote has been paid (the way Back leads here).
    Used {
        /// Opens the item.
        open_url: String,
        /// Its receipt.
        receipt_url: String,
    },
}

/// The sheet in any state.
#[must_use]
pub fn sheet(view: &SheetView) -> String {
    let content = html! {
        section.card {
            (head(view))
            (body(view))
        }
    };
    framed(&view.frame, &format!("Pay {}", view.payee.name), "narrow", &content)
}

fn head(view: &SheetView) -> Markup {
    let words = match &view.state {
        SheetState::Owned { .. } => "Yours already",
        SheetState::Used { .. } => "Paid",
        SheetState::Expired { .. } => "This price has expired",
        SheetState::NoWallet { .. }
        | SheetState::Short { .. }
        | SheetState::Ready { .. }
        | SheetState::Dearer { .. }
        | SheetState::AtLeast { .. } => "Pay",
    };
    let named = words == "Pay";
    html! {
        hgroup {
            h1 { @if named { span.label { "Pay " } (view.payee.name) } @else { (words) } }
            p.mut { @if !named { (view.payee.name) br; } (view.payee.origin) }
        }
        @if named {
            p.fig {
                (amounts::exact(view.price, Lang::EN))
                @if let SheetState::Dearer { was, .. } = &view.state { " " small { "was " s { (was.exact(Lang::EN)) } ", now " (view.price.exact(Lang::EN)) } }
                @if let SheetState::AtLeast { .. } = &view.state { " " small { "or more" } }
            }
        }
    }
}

fn body(view: &SheetView) -> Markup {
    match &view.state {
        SheetState::NoWallet { open, limit } => html! {
            (facts(view, None))
            form method="post" action=(open.action) { (hidden(open)) button.btn.wide type="submit" { "Open a wallet and go on" } }
            p.small { "No name, no mail address. The wallet belongs to this browser and holds at most " (limit.exact(Lang::EN)) ". This press charges nothing." }
            (back(view))
        },
        SheetState::Short { available, missing, add } => html! {
            (facts(view, Some(("You have", *available))))
            h2 { (amounts::exact(*missing, Lang::EN)) " is missing" }
            p.mut { "Add an amount and this page comes back. Nothing is paid before you press Pay." }
            (add_money(add))
            (back(view))
        },
        SheetState::Ready { pay, after } => html! {
            (facts(view, Some(("Balance after", *after))))
            (press(pay, view.price))
            (back(view))
        },
        SheetState::Dearer { was: _, pay, after } => html! {
            p.aside.warn { b { "The price has risen" } " since you pressed. Nothing has been charged." }
            (facts(view, Some(("Balance after", *after))))
            (press(pay, view.price))
            (back(view))
        },
        SheetState::AtLeast { pay, available, suggestions, refused } => html! {
            (facts(view, Some(("You have", *available))))
            (choose(view, pay, suggestions, refused.as_ref()))
            (back(view))
        },
        SheetState::Expired { renew_url } => html! {
            p { "A price is held for ten minutes. Nothing has been charged; the page has a fresh one." }
            p { a.btn.wide href=(renew_url) { "See today's price" } }
        },
        SheetState::Owned { open_url, since, receipt_url } => html! {
            p { "You bought “" (view.title) "” on " (time::full(*since, Lang::EN)) ". It costs nothing to open it again." }
            p { a.btn.wide href=(open_url) { "Open it" } }
            p.links { a href=(receipt_url) { "Receipt" } }
        },
        SheetState::Used { open_url, receipt_url } => html! {
            p { "“" (view.title) "” is paid and yours. Pressing again would charge nothing." }
            p { a.btn.wide href=(open_url) { "Open the article" } }
            p.links { a href=(receipt_url) { "Receipt" } }
        },
    }
}

fn facts(view: &SheetView, balance: Option<(&str, Money)>) -> Markup {
    let until = view.frame.now.after(view.undo);
    html! {
        dl.facts {
            div { dt { "For" } dd { (view.title) } }
            div { dt { "Undo" } dd { @if view.undo.0 == 0 { "not for this purchase" } @else { "until " (time::brief(until, view.frame.now, Lang::EN)) } } }
            @if let Some((label, amount)) = balance { div { dt { (label) } dd { (amounts::exact(amount, Lang::EN)) } } }
        }
    }
}

fn press(pay: &Form, price: Money) -> Markup {
    html! {
        form method="post" action=(pay.action) { (hidden(pay)) button.btn.wide type="submit" { "Pay " (price.exact(Lang::EN)) } }
    }
}

fn choose(view: &SheetView, pay: &Form, suggestions: &[Money], refused: Option<&(String, String)>) -> Markup {
    let described = if refused.is_some() { "least wrong" } else { "least" };
    let code = view.price.asset.iso().unwrap_or_else(|| view.price.asset.to_string());
    html! {
        form method="post" action=(pay.action) {
            (hidden(pay))
            label for="amount" { "Your price in " (code) }
            input #amount type="text" name="amount_text" inputmode="decimal" autocomplete="off" aria-describedby=(described)
                aria-invalid=[refused.map(|_| "true")] value=(refused.map_or_else(|| view.price.plain(), |(typed, _)| typed.clone()));
            @if let Some((_, sentence)) = refused { p #wrong .wrong { (sentence) } }
            p #least .small { "At least " (view.price.exact(Lang::EN)) ". Up to six digits behind the point; nothing is rounded." }
            button.btn.wide type="submit" { "Pay this price" }
            @if !suggestions.is_empty() {
                p.label { "Or one of these, paid at once" }
                div.choices { @for amount in suggestions { button.btn.quiet type="submit" name="amount" value=(amount.units) { span { span.vh { "Pay " } (amount.exact(Lang::EN)) } } } }
            }
        }
    }
}

fn back(view: &SheetView) -> Markup {
    html! { p.links { a href=(view.back_url) { "Back without paying" } } }
}
