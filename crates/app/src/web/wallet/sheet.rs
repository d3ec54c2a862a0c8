//! The pay sheet: who is paid, how much, for what, until when it can be taken back; and one button.

use crate::web::lang::{Lang, plain, say};
use crate::web::look::Look;
use crate::web::money::Money;
use crate::web::parts::{Cap, add_money, cap_facts, framed_in, hidden, money as amounts, quoted};
use crate::web::site::Watched;
use crate::web::style::PAY_SCRIPT_PATH;
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
    /// How the payee looks.
    pub look: Option<Look>,
    /// Title of the item, as the quote has it.
    pub title: String,
    /// What is asked; the least, in state [`SheetState::AtLeast`]; what is held, for a film.
    pub price: Money,
    /// What watching costs, where it is a film.
    pub watch: Option<SheetWatch>,
    /// How long it can be taken back, counted from the press; zero when it cannot.
    pub undo: Span,
    /// Where the payer is in this.
    pub state: SheetState,
    /// What is said of one click beside [`SheetState::Ready`].
    pub one_click: OneClick,
    /// Where the item opens.
    pub opens: Opens,
    /// Back to the item without paying.
    pub back_url: String,
}

/// A film, paid by what is watched of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SheetWatch {
    /// What it costs, and what is held now.
    pub watched: Watched,
    /// What is left of what was held before.
    pub left: Option<Money>,
    /// After how long without watching the rest is given back.
    pub idle: Span,
}

/// Where what is paid opens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opens {
    /// In the browser that pays.
    Here,
    /// In the one that the quote was made for, which shows it as a code.
    OnScreen,
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
        /// Signs in to a wallet that was kept, with the quote kept too.
        sign_in_url: String,
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
    /// Bought before, and to be opened on the screen that shows the code: a press, and no charge.
    ForScreen {
        /// Opens it there.
        open: Form,
    },
    /// This very quote has been paid (the way Back leads here).
    Used {
        /// Opens the item.
        open_url: String,
        /// Its receipt.
        receipt_url: String,
    },
}

/// Where the payer is with one click at this site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OneClick {
    /// Nothing to say.
    Silent,
    /// A box that agrees to it: never ticked by us.
    Offered {
        /// At most so much a page.
        page: Money,
        /// At most so much a month on this site.
        site: Money,
        /// At most so much a month on all sites.
        all: Money,
    },
    /// The page may go on by itself: its script sends the form.
    Goes,
    /// Agreed to, but this visit wants a press.
    Agreed {
        /// The site's page in the wallet.
        url: String,
    },
    /// The payer wants to be asked for now.
    Paused {
        /// The site's page in the wallet.
        url: String,
    },
    /// A cap would be passed.
    Over(OverCap),
}

/// A cap that a purchase would pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OverCap {
    /// Which.
    pub cap: Cap,
    /// The cap.
    pub most: Money,
    /// What is spent under it.
    pub spent: Money,
    /// What is left.
    pub left: Money,
    /// When it starts again; `None` for a page's.
    pub resets_at: Option<Timestamp>,
    /// Where caps are changed.
    pub url: String,
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
    let title = plain!(view.frame.lang(), "sheet-title", payee: &view.payee.name);
    let script = (view.one_click == OneClick::Goes).then_some(PAY_SCRIPT_PATH);
    framed_in(&view.frame, (&title, "narrow"), (script, view.look.as_ref()), &content)
}

fn head(view: &SheetView) -> Markup {
    let lang = view.frame.lang();
    let done = match &view.state {
        SheetState::Owned { .. } | SheetState::ForScreen { .. } => Some(say!(lang, "sheet-owned")),
        SheetState::Used { .. } => Some(say!(lang, "sheet-used")),
        SheetState::Expired { .. } => Some(say!(lang, "sheet-expired")),
        SheetState::NoWallet { .. }
        | SheetState::Short { .. }
        | SheetState::Ready { .. }
        | SheetState::Dearer { .. }
        | SheetState::AtLeast { .. } => None,
    };
    html! {
        @if let Some(look) = view.look.as_ref().filter(|look| look.logo.is_some()) { p { (look.logo()) } }
        hgroup {
            h1 { @if let Some(words) = &done { (words) } @else { span.label { (say!(lang, "sheet-payee")) " " } (view.payee.name) } }
            p.mut { @if done.is_some() { (view.payee.name) br; } (view.payee.origin) }
        }
        @if done.is_none() {
            p.fig {
                (amounts::exact(view.price, lang))
                @if let SheetState::Dearer { was, .. } = &view.state { " " small { (say!(lang, "sheet-was", was: html! { s { (was.exact(lang)) } }, now: view.price.exact(lang))) } }
                @if view.watch.is_some() { " " small { (say!(lang, "watch-hold")) } }
                @if let SheetState::AtLeast { .. } = &view.state { " " small { (say!(lang, "sheet-or-more")) } }
            }
        }
    }
}

fn body(view: &SheetView) -> Markup {
    let lang = view.frame.lang();
    match &view.state {
        SheetState::NoWallet { open, sign_in_url, limit } => html! {
            (facts(view, None))
            form method="post" action=(open.action) { (hidden(open)) button.btn.wide type="submit" { (say!(lang, "sheet-open")) } }
            p.small { (say!(lang, "sheet-open-text", limit: limit.exact(lang))) }
            p.links { a href=(sign_in_url) { (say!(lang, "sheet-sign-in")) } }
            (back(view))
        },
        SheetState::Short { available, missing, add } => html! {
            (facts(view, Some((say!(lang, "sheet-have"), *available))))
            h2 { (say!(lang, "sheet-missing", amount: amounts::exact(*missing, lang))) }
            p.mut { (say!(lang, "sheet-missing-text")) }
            (add_money(add, lang))
            (back(view))
        },
        SheetState::Ready { pay, after } => html! {
            (facts(view, Some((say!(lang, "sheet-after"), *after))))
            (ready(view, pay))
            (back(view))
        },
        SheetState::Dearer { was: _, pay, after } => html! {
            p.aside.warn { (say!(lang, "sheet-dearer")) }
            (facts(view, Some((say!(lang, "sheet-after"), *after))))
            (press(view, pay))
            (back(view))
        },
        SheetState::AtLeast { pay, available, suggestions, refused } => html! {
            (facts(view, Some((say!(lang, "sheet-have"), *available))))
            (choose(view, pay, suggestions, refused.as_ref()))
            (back(view))
        },
        SheetState::Expired { renew_url } => html! {
            p { (say!(lang, "sheet-expired-text")) }
            @if view.opens == Opens::OnScreen { p { (say!(lang, "sheet-screen-expired")) } }
            p { a.btn.wide href=(renew_url) { (say!(lang, "sheet-expired-see")) } }
        },
        SheetState::Owned { open_url, since, receipt_url } => html! {
            p { (say!(lang, "sheet-owned-text", title: quoted(&view.title, lang), since: time::full(*since, lang))) }
            p { a.btn.wide href=(open_url) { (say!(lang, "sheet-owned-open")) } }
            p.links { a href=(receipt_url) { (say!(lang, "receipt")) } }
        },
        SheetState::ForScreen { open } => html! {
            p { (say!(lang, "sheet-screen-owned", title: quoted(&view.title, lang))) }
            p.small { (say!(lang, "sheet-screen-readers")) }
            form method="post" action=(open.action) { (hidden(open)) button.btn.wide type="submit" { (say!(lang, "sheet-screen-open")) } }
            (back(view))
        },
        SheetState::Used { open_url, receipt_url } => html! {
            p { (say!(lang, "sheet-used-text", title: quoted(&view.title, lang))) }
            p { a.btn.wide href=(open_url) { (say!(lang, "sheet-used-open")) } }
            p.links { a href=(receipt_url) { (say!(lang, "receipt")) } }
        },
    }
}

fn facts(view: &SheetView, balance: Option<(Markup, Money)>) -> Markup {
    let lang = view.frame.lang();
    let until = time::brief(view.frame.now.after(view.undo), view.frame.now, lang);
    let undo = if view.undo.0 == 0 { say!(lang, "sheet-no-undo") } else { say!(lang, "until", time: until) };
    html! {
        dl.facts {
            div { dt { (say!(lang, "sheet-for")) } dd { (view.title) } }
            @match &view.watch {
                None => { div { dt { (say!(lang, "sheet-undo")) } dd { (undo) } } }
                Some(watch) => { (rate(watch, lang)) }
            }
            @if let Some((label, amount)) = balance { div { dt { (label) } dd { (amounts::exact(amount, lang)) } } }
        }
        @if view.opens == Opens::OnScreen {
            p.aside.warn { (say!(lang, "sheet-screen")) }
            p.small { (say!(lang, "sheet-screen-readers")) }
        }
    }
}

/// What watching costs, and what that comes to.
fn rate(SheetWatch { watched, left, .. }: &SheetWatch, lang: Lang) -> Markup {
    html! {
        div { dt { (say!(lang, "watch-rate")) } dd { (amounts::exact(watched.rate, lang)) " " (watched.per(lang)) } }
        div { dt { (say!(lang, "watch-good-for")) } dd { (time::span(watched.good_for, lang)) } }
        @if let Some(left) = left { div { dt { (say!(lang, "watch-left")) } dd { (amounts::exact(*left, lang)) } } }
    }
}

/// The one button, with what one click adds to it.
fn ready(view: &SheetView, pay: &Form) -> Markup {
    let lang = view.frame.lang();
    let asked = say!(lang, "sheet-pay", price: view.price.exact(lang));
    let caps = |url: &String| html! { p.links { a href=(url) { (say!(lang, "sheet-caps")) } } };
    match &view.one_click {
        OneClick::Silent => press(view, pay),
        OneClick::Offered { page, site, all } => html! {
            form method="post" action=(pay.action) {
                (hidden(pay))
                button.btn.wide type="submit" { (asked) }
                p.tick {
                    input #one-click type="checkbox" name="one_click" value="1" aria-describedby="one-click-text";
                    label for="one-click" { (say!(lang, "sheet-one-click")) }
                }
                p #one-click-text .small {
                    (say!(lang, "sheet-one-click-text", page: page.exact(lang), site: site.exact(lang), all: all.exact(lang)))
                }
            }
        },
        OneClick::Goes => html! {
            p.mut role="status" { (say!(lang, "sheet-goes")) }
            form method="post" action=(pay.action) data-goes {
                (hidden(pay))
                input type="hidden" name="consent" value="";
                button.btn.wide type="submit" { (asked) }
            }
        },
        OneClick::Agreed { url } => html! {
            p.small { (say!(lang, "sheet-agreed")) }
            (press(view, pay))
            (caps(url))
        },
        OneClick::Paused { url } => html! {
            p.small { (say!(lang, "sheet-paused")) }
            (press(view, pay))
            (caps(url))
        },
        OneClick::Over(over) => html! {
            p.aside.warn { (over_text(over, lang)) }
            (cap_facts((over.most, over.spent, over.left), over.resets_at, lang))
            form method="post" action=(pay.action) {
                (hidden(pay))
                button.btn.wide type="submit" { (say!(lang, "sheet-once", price: view.price.exact(lang))) }
            }
            (caps(&over.url))
        },
    }
}

fn over_text(over: &OverCap, lang: Lang) -> Markup {
    match over.cap {
        Cap::Page => say!(lang, "sheet-over-page"),
        Cap::Site => say!(lang, "sheet-over-site"),
        Cap::All => say!(lang, "sheet-over-all"),
        Cap::Day => say!(lang, "sheet-over-day"),
    }
}

fn press(view: &SheetView, pay: &Form) -> Markup {
    let lang = view.frame.lang();
    let price = view.price.exact(lang);
    let words = match &view.watch {
        None => say!(lang, "sheet-pay", price: price),
        Some(SheetWatch { left: None, .. }) => say!(lang, "watch-press", amount: price),
        Some(SheetWatch { left: Some(_), .. }) => say!(lang, "watch-more", amount: price),
    };
    html! {
        form method="post" action=(pay.action) { (hidden(pay)) button.btn.wide type="submit" { (words) } }
        @if let Some(watch) = &view.watch { p.small { (say!(lang, "watch-text", idle: time::span(watch.idle, lang))) } }
    }
}

fn choose(view: &SheetView, pay: &Form, suggestions: &[Money], refused: Option<&(String, String)>) -> Markup {
    let lang = view.frame.lang();
    let described = if refused.is_some() { "least wrong" } else { "least" };
    let code = view.price.asset.iso().unwrap_or_else(|| view.price.asset.to_string());
    html! {
        form method="post" action=(pay.action) {
            (hidden(pay))
            label for="amount" { (say!(lang, "sheet-choose", currency: code)) }
            input #amount type="text" name="amount_text" inputmode="decimal" autocomplete="off" aria-describedby=(described)
                aria-invalid=[refused.map(|_| "true")] value=(refused.map_or_else(|| view.price.typed(lang), |(typed, _)| typed.clone()));
            @if let Some((_, sentence)) = refused { p #wrong .wrong { (sentence) } }
            p #least .small { (say!(lang, "sheet-choose-hint", least: view.price.exact(lang))) }
            button.btn.wide type="submit" { (say!(lang, "sheet-choose-pay")) }
            @if !suggestions.is_empty() {
                p.label { (say!(lang, "sheet-choose-or")) }
                div.choices { @for amount in suggestions { button.btn.quiet type="submit" name="amount" value=(amount.units) { span { span.vh { (say!(lang, "sheet-choose-one")) " " } (amount.exact(lang)) } } } }
            }
        }
    }
}

fn back(view: &SheetView) -> Markup {
    html! { p.links { a href=(view.back_url) { (say!(view.frame.lang(), "sheet-back")) } } }
}
