//! Sites as their payer sees them: caps, browsers with access, pages paid.

use crate::web::lang::{Lang, plain, say};
use crate::web::money::Money;
use crate::web::parts::{CapMeter, cap_meter, framed, hidden, money as amounts, notice};
use crate::web::time;
use crate::web::view::{Form, Frame, Notice};
use ::money::Timestamp;
use maud::{Markup, html};

/// The list of sites.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SitesView {
    /// The surroundings.
    pub frame: Frame,
    /// What the last action did, and caps that are nearly used or reached.
    pub notices: Vec<Notice>,
    /// The cap of all sites; `None` until one is set.
    pub all: Option<CapMeter>,
    /// Changes that cap.
    pub change: SiteCapsView,
    /// Sites on which something was paid, allowed or opened.
    pub sites: Vec<SiteLine>,
}

/// A site in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteLine {
    /// Its name.
    pub name: String,
    /// Its page in the wallet.
    pub url: String,
    /// Its host.
    pub host: String,
    /// Whether one click is on.
    pub state: SiteState,
    /// Spent there this month.
    pub spent: Money,
    /// The cap of a month, where there is one.
    pub most: Option<Money>,
}

/// Whether one click is on at a site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiteState {
    /// Each price is pressed.
    Off,
    /// A click on a price pays, under the caps.
    On,
    /// Each price is pressed for now; the caps stay.
    Paused,
}

/// The form of caps, with what was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteCapsView {
    /// Sets them.
    pub form: Form,
    /// Its fields.
    pub lines: Vec<CapLine>,
}

/// A field of a cap.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CapLine {
    /// The field's name: `page`, `site` or `all`.
    pub name: &'static str,
    /// What stands in it.
    pub typed: String,
    /// Why it was not taken.
    pub refused: Option<String>,
}

/// One site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteView {
    /// The surroundings.
    pub frame: Frame,
    /// What the last action did, and its cap if it is nearly used or reached.
    pub notices: Vec<Notice>,
    /// Its name.
    pub name: String,
    /// Its origin, in full.
    pub origin: String,
    /// Whether one click is on.
    pub state: SiteState,
    /// The cap of a month.
    pub month: Option<CapMeter>,
    /// The cap of a page.
    pub page: Option<Money>,
    /// Spent there this month, where no cap says it.
    pub spent: Money,
    /// Changes the caps; `None` in a currency where nothing is usual and nothing is set.
    pub change: Option<SiteCapsView>,
    /// Pauses, resumes, revokes.
    pub acts: Vec<(SiteAct, Form)>,
    /// Browsers that read there.
    pub readers: Vec<ReaderLine>,
    /// Ends access, of one or of all.
    pub end: Form,
    /// The last pages paid, newest first.
    pub pages: Vec<PageLine>,
}

/// What a button of a site does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SiteAct {
    /// Asks for now.
    Pause,
    /// Goes on as before.
    Resume,
    /// Takes the agreement and its caps away.
    Revoke,
}

/// A browser that reads on a site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReaderLine {
    /// Names it in the form.
    pub end: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, unless it reads again before.
    pub until: Timestamp,
}

/// A page that was paid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageLine {
    /// Its title.
    pub title: String,
    /// Its receipt.
    pub receipt_url: String,
    /// What it cost.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
    /// True once it was taken back.
    pub taken_back: bool,
}

/// The list.
#[must_use]
pub fn sites(view: &SitesView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        @for said in &view.notices { (notice(said)) }
        hgroup { h1 { (say!(lang, "sites")) } p.mut { (say!(lang, "sites-text")) } }
        section aria-labelledby="list" {
            h2 #list .vh { (say!(lang, "sites")) }
            @if view.sites.is_empty() {
                div.empty { p { (say!(lang, "sites-none")) } p { a.btn.quiet href=(view.frame.home_url) { (say!(lang, "back-to-wallet")) } } }
            } @else { ul.list { @for site in &view.sites { li {
                span { a href=(site.url) { (site.name) } br; small { (site.host) " · " (state(site.state, lang)) } }
                span.n {
                    (amounts::exact(site.spent, lang))
                    @if let Some(most) = site.most { br; small { (say!(lang, "cap-of", most: most.exact(lang))) } }
                }
            } } } }
        }
        section aria-labelledby="together" {
            h2 #together { (say!(lang, "sites-all")) }
            @if let Some(cap) = &view.all { (cap_meter(cap, lang)) } @else { p { (say!(lang, "sites-all-none")) } }
            p.small { (say!(lang, "sites-all-text")) }
            (caps(&view.change, (view.frame.available, lang)))
        }
    };
    framed(&view.frame, &plain!(lang, "sites"), "narrow", &content)
}

/// One site's page.
#[must_use]
pub fn site_page(view: &SiteView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        @for said in &view.notices { (notice(said)) }
        hgroup { h1 { (view.name) } p.mut { (view.origin) } }
        section aria-labelledby="one-click" {
            div.head { h2 #one-click { (say!(lang, "one-click")) } @if view.state != SiteState::On { span.mark { (state(view.state, lang)) } } }
            @if let Some(month) = &view.month { (cap_meter(month, lang)) } @else {
                p { (say!(lang, "site-spent", amount: amounts::exact(view.spent, lang))) }
            }
            @if let Some(page) = view.page { p.small { (say!(lang, "cap-page", most: page.exact(lang))) } }
            p.small { (say!(lang, "one-click-text")) }
            @if let Some(change) = &view.change { (caps(change, (view.frame.available, lang))) }
            @if !view.acts.is_empty() { div.undo { @for (act, form) in &view.acts {
                form method="post" action=(form.action) { (hidden(form)) button.btn.quiet type="submit" { (act_word(*act, lang)) } }
            } } }
        }
        section aria-labelledby="readers" {
            h2 #readers { (say!(lang, "readers")) }
            p.small { (say!(lang, "readers-text")) }
            @if view.readers.is_empty() { p.mut { (say!(lang, "readers-none")) } } @else { (readers(view, lang)) }
        }
        section aria-labelledby="pages" {
            div.head { h2 #pages { (say!(lang, "site-pages")) } @if let Some(url) = &view.frame.history_url { a href=(url) { (say!(lang, "home-all")) } } }
            @if view.pages.is_empty() { p.mut { (say!(lang, "site-pages-none")) } } @else { ul.list { @for page in &view.pages { li {
                span {
                    a href=(page.receipt_url) { (page.title) }
                    @if page.taken_back { " " span.mark { (say!(lang, "row-back")) } }
                    br; small { (time::listed(page.at, view.frame.now, lang)) }
                }
                span.n { (amounts::exact(page.amount, lang)) }
            } } } }
        }
        p.links { a href="/sites" { (say!(lang, "sites-back")) } }
    };
    framed(&view.frame, &view.name, "narrow", &content)
}

fn readers(view: &SiteView, lang: Lang) -> Markup {
    let now = view.frame.now;
    html! {
        form method="post" action=(view.end.action) {
            (hidden(&view.end))
            ul.list { @for reader in &view.readers { li {
                span {
                    (say!(lang, "reader")) br;
                    small { (say!(lang, "reader-since", since: time::listed(reader.since, now, lang), until: time::day(reader.until, lang))) }
                }
                button name="reader" value=(reader.end) { (say!(lang, "reader-end")) }
            } } }
            @if view.readers.len() > 1 { button.btn.quiet name="reader" value="all" { (say!(lang, "reader-end-all")) } }
        }
    }
}

fn caps(view: &SiteCapsView, (currency, lang): (Option<Money>, Lang)) -> Markup {
    let code = currency.and_then(|money| money.asset.iso()).unwrap_or_default();
    html! {
        form method="post" action=(view.form.action) {
            (hidden(&view.form))
            @for line in &view.lines {
                @let wrong = format!("{}-wrong", line.name);
                label for=(line.name) { (line_word(line.name, &code, lang)) }
                input id=(line.name) name=(line.name) type="text" inputmode="decimal" autocomplete="off" value=(line.typed) maxlength="40"
                    aria-invalid=[line.refused.as_ref().map(|_| "true")] aria-describedby=[line.refused.as_ref().map(|_| &wrong)];
                @if let Some(refused) = &line.refused { p.wrong id=(wrong) { (refused) } }
                @if line.name == "page" { p.small { (say!(lang, "caps-page-hint")) } }
            }
            p.small { (say!(lang, "caps-hint")) }
            button.btn.quiet type="submit" { (say!(lang, "caps-set")) }
        }
    }
}

fn line_word(name: &str, code: &str, lang: Lang) -> Markup {
    match name {
        "page" => say!(lang, "caps-page", currency: code),
        "site" => say!(lang, "caps-site", currency: code),
        _ => say!(lang, "caps-all", currency: code),
    }
}

fn state(of: SiteState, lang: Lang) -> Markup {
    match of {
        SiteState::Off => say!(lang, "one-click-off"),
        SiteState::On => say!(lang, "one-click-on"),
        SiteState::Paused => say!(lang, "one-click-paused"),
    }
}

fn act_word(of: SiteAct, lang: Lang) -> Markup {
    match of {
        SiteAct::Pause => say!(lang, "one-click-pause"),
        SiteAct::Resume => say!(lang, "one-click-resume"),
        SiteAct::Revoke => say!(lang, "one-click-revoke"),
    }
}
