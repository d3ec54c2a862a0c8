//! Sessions as their payer sees them: what is held, drawn and left, what was used, and the press that ends one.

use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{framed, hidden, money as amounts, notice};
use crate::web::time;
use crate::web::view::{Form, Frame, Notice};
use ::money::Timestamp;
use maud::{Markup, html};

/// One session in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionLine {
    /// Its page.
    pub url: String,
    /// What the site is called.
    pub site: String,
    /// Realm and pattern it was opened for.
    pub item: String,
    /// What authorises its draws.
    pub kind: SessionKind,
    /// Where it stands.
    pub state: SessionState,
    /// What is or was held.
    pub held: Money,
    /// What was drawn so far.
    pub drawn: Money,
    /// What can still be drawn.
    pub left: Money,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// What authorises the draws of a session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SessionKind {
    /// Nothing but its opening.
    Trusted,
    /// Signed vouchers.
    Signed,
    /// Links of a chain.
    Chain,
}

/// Where a session stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SessionState {
    /// It is drawn from.
    Open,
    /// Nothing new begins.
    Closing,
    /// It is over.
    Ended {
        /// Since when.
        at: Timestamp,
        /// Who ended it.
        by: String,
        /// What went back.
        released: Money,
    },
}

/// What was used under one offer version.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitsLine {
    /// The offer's name.
    pub name: String,
    /// How many of what, and what they cost.
    pub what: String,
    /// What they come to.
    pub amount: Money,
}

/// One capture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaptureLine {
    /// When.
    pub at: Timestamp,
    /// How many of what.
    pub what: String,
    /// What they came to.
    pub amount: Money,
    /// Its receipt.
    pub receipt_url: String,
}

/// One session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionView {
    /// The surroundings.
    pub frame: Frame,
    /// What the last press did.
    pub notice: Option<Notice>,
    /// What lists say of it.
    pub line: SessionLine,
    /// Who is paid.
    pub payee: String,
    /// When it was opened.
    pub opened: Timestamp,
    /// What was captured so far.
    pub captured: Money,
    /// What was drawn and waits to be captured.
    pub waiting: Money,
    /// What was used, by offer version.
    pub units: Vec<UnitsLine>,
    /// The newest captures, newest first.
    pub captures: Vec<CaptureLine>,
    /// How many captures there are in all.
    pub all_captures: u64,
    /// Bills of meters, where one drew from the payer's sessions.
    pub bills_url: Option<String>,
    /// Ends it; none once that is done.
    pub close: Option<Form>,
}

/// The sessions that go on, on the first page.
pub fn open_sessions(sessions: &[SessionLine], lang: Lang) -> Markup {
    html! {
        section {
            h2 { (say!(lang, "sessions-open")) }
            ul.list { @for session in sessions { li {
                div {
                    a href=(session.url) { (session.site) } " " small { (session.item) } br;
                    (meter(session, lang))
                }
                span.st { (state_word(session, lang)) }
            } } }
        }
    }
}

/// The bar and its words.
fn meter(session: &SessionLine, lang: Lang) -> Markup {
    let (drawn, held) = (session.drawn.units.min(session.held.units), session.held.units.max(1));
    html! {
        progress max=(held) value=(drawn) aria-label=(plain!(lang, "session-drawn-of", site: &session.site)) {}
        p.small {
            (say!(lang, "session-figures", drawn: amounts::exact(session.drawn, lang), held: amounts::exact(session.held, lang),
                left: amounts::exact(session.left, lang), until: time::full(session.until, lang)))
        }
    }
}

fn state_word(session: &SessionLine, lang: Lang) -> String {
    match session.state {
        SessionState::Open => plain!(lang, "session-open"),
        SessionState::Closing => plain!(lang, "session-closing"),
        SessionState::Ended { .. } => plain!(lang, "session-ended"),
    }
}

/// The page of one.
#[must_use]
pub fn session(view: &SessionView) -> String {
    let lang = view.frame.lang();
    let line = &view.line;
    let content = html! {
        @if let Some(said) = &view.notice { (notice(said)) }
        article.card {
            div.head { h1 { (say!(lang, "row-session-at", site: &line.site)) } span.st { (state_word(line, lang)) } }
            p.fig { (amounts::exact(line.drawn, lang)) }
            p { (say!(lang, "session-paid-to", payee: html! { b { bdi { (view.payee) } } }, item: html! { bdi { (line.item) } })) }
            @if !matches!(line.state, SessionState::Ended { .. }) { div { (meter(line, lang)) } }
            (facts(view, lang))
            (close(view, lang))
        }
        (units(view, lang))
        @if let Some(url) = &view.bills_url { p.links { a href=(url) { (say!(lang, "bills-go-payer")) } } }
        (captures(view, lang))
    };
    framed(&view.frame, &plain!(lang, "row-session-at", site: &line.site), "narrow", &content)
}

fn facts(view: &SessionView, lang: Lang) -> Markup {
    let line = &view.line;
    let kind = match line.kind {
        SessionKind::Trusted => say!(lang, "session-kind-trusted"),
        SessionKind::Signed => say!(lang, "session-kind-signed"),
        SessionKind::Chain => say!(lang, "session-kind-chain"),
    };
    html! {
        dl.facts {
            div { dt { (say!(lang, "session-held")) } dd { (amounts::exact(line.held, lang)) } }
            div { dt { (say!(lang, "session-captured")) } dd { (amounts::exact(view.captured, lang)) } }
            @if !view.waiting.is_zero() { div { dt { (say!(lang, "session-waiting")) } dd { (amounts::exact(view.waiting, lang)) } } }
            @match &line.state {
                SessionState::Ended { at, by, released } => {
                    div { dt { (say!(lang, "session-released")) } dd { (amounts::exact(*released, lang)) } }
                    div { dt { (say!(lang, "session-opened")) } dd { (time::precise(view.opened, lang)) } }
                    div { dt { (say!(lang, "session-ended-at")) } dd { (time::precise(*at, lang)) br; small { (by) } } }
                }
                SessionState::Open | SessionState::Closing => {
                    div { dt { (say!(lang, "cap-left")) } dd { (amounts::exact(line.left, lang)) } }
                    div { dt { (say!(lang, "session-opened")) } dd { (time::precise(view.opened, lang)) } }
                    div { dt { (say!(lang, "session-until")) } dd { (time::full(line.until, lang)) } }
                }
            }
            div { dt { (say!(lang, "session-kind")) } dd { (kind) } }
        }
    }
}

fn close(view: &SessionView, lang: Lang) -> Markup {
    html! {
        @if let Some(form) = &view.close {
            form.undo method="post" action=(form.action) {
                (hidden(form))
                button.btn.quiet type="submit" { (say!(lang, "session-close")) }
                span.mut { (say!(lang, "session-close-hint")) }
            }
        } @else if view.line.state == SessionState::Closing {
            p.aside { (say!(lang, "session-closing-text")) }
        }
    }
}

fn units(view: &SessionView, lang: Lang) -> Markup {
    let decimals = amounts::widest(view.units.iter().map(|part| part.amount).chain([view.line.drawn]));
    html! {
        @if view.units.is_empty() {
            p.mut { (say!(lang, "session-nothing")) }
        } @else {
            table.sums {
                caption { (say!(lang, "session-units")) }
                thead.vh { tr { th scope="col" { (say!(lang, "sheet-for")) } th scope="col" { (say!(lang, "receipt-amount")) } } }
                tbody { @for part in &view.units {
                    tr { th scope="row" { (part.name) br; small { (part.what) } } td.n { (amounts::column(part.amount, decimals, lang)) } }
                } }
                tfoot { tr { th scope="row" { (say!(lang, "receipt-together")) } td.n { (amounts::column(view.line.drawn, decimals, lang)) } } }
            }
        }
    }
}

fn captures(view: &SessionView, lang: Lang) -> Markup {
    let decimals = amounts::widest(view.captures.iter().map(|capture| capture.amount));
    let shown = u64::try_from(view.captures.len()).unwrap_or(u64::MAX);
    html! {
        @if !view.captures.is_empty() {
            section {
                hgroup {
                    h2 { (say!(lang, "session-captures")) }
                    @if shown < view.all_captures { p.mut { (say!(lang, "session-captures-newest", shown: shown, all: view.all_captures)) } }
                }
                table.sums {
                    caption.vh { (say!(lang, "session-captures")) }
                    thead.vh { tr { th scope="col" { (say!(lang, "rows-when")) } th scope="col" { (say!(lang, "receipt-amount")) } } }
                    tbody { @for capture in &view.captures {
                        tr {
                            th scope="row" { a href=(capture.receipt_url) { (time::full(capture.at, lang)) } br; small { (capture.what) } }
                            td.n { (amounts::column(capture.amount, decimals, lang)) }
                        }
                    } }
                }
            }
        }
    }
}
