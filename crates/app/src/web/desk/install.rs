//! How each site stands behind the instance, and what a look through its public name found.

use super::{DeskFrame, at_place};
use crate::web::lang::{Lang, say};
use crate::web::parts::hidden;
use crate::web::time;
use crate::web::view::Form;
use ::money::Timestamp;
use maud::{Markup, html};

/// The sites of the payee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstallView {
    /// The surroundings.
    pub frame: DeskFrame,
    /// By name.
    pub sites: Vec<SiteSetup>,
}

/// One site with its own values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SiteSetup {
    /// Its name in the configuration.
    pub name: String,
    /// The name that payers read.
    pub title: String,
    /// Where people reach it.
    pub url: String,
    /// Where its pages come from.
    pub origin: String,
    /// The paths that are for sale.
    pub priced: Vec<String>,
    /// True if the payee's server asks here about each request, instead of passing all of them.
    pub asks: bool,
    /// True if search engines find the teasers.
    pub in_search: bool,
    /// What the payee copies.
    pub snippets: Vec<Snippet>,
    /// A page that is for sale; empty if none is known.
    pub page: String,
    /// Looks at it; none where the role does not allow it.
    pub check: Option<Form>,
    /// What the last look found.
    pub checked: Option<Checked>,
}

/// Lines to copy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snippet {
    /// What they do.
    pub way: Way,
    /// They.
    pub text: String,
}

/// A way to attach a site.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// nginx passes everything to us.
    Nginx,
    /// Caddy does.
    Caddy,
    /// nginx asks about each request.
    NginxAsks,
    /// Caddy does.
    CaddyAsks,
    /// A page elsewhere on the same site shows what was paid for here.
    Beside,
    /// A script hides a part of a page anywhere.
    Overlay,
}

/// What a look found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// It.
    pub finding: Finding,
    /// The page that was asked for.
    pub path: String,
    /// When.
    pub at: Timestamp,
}

/// What stands between a site and its readers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// Nothing that should not.
    Good,
    /// No page that is for sale is known.
    NoPage,
    /// The public name cannot be reached from here.
    Unreached {
        /// In the system's words.
        why: String,
    },
    /// It leads to another server.
    Elsewhere,
    /// What was paid for is shown to everybody, out of a cache.
    PaidToAll,
    /// Buyers see the wall, out of a cache.
    WallToBuyers,
    /// The page is served without passing the instance.
    Open,
    /// A stranger gets neither wall nor page.
    NoWall {
        /// But this.
        status: u16,
    },
    /// A buyer does not get the page.
    NoPaidPage {
        /// But this.
        status: u16,
    },
}

impl Finding {
    /// The word for it, for programs.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Finding::Good => "good",
            Finding::NoPage => "no-page",
            Finding::Unreached { .. } => "unreached",
            Finding::Elsewhere => "elsewhere",
            Finding::PaidToAll => "paid-to-all",
            Finding::WallToBuyers => "wall-to-buyers",
            Finding::Open => "open",
            Finding::NoWall { .. } => "no-wall",
            Finding::NoPaidPage { .. } => "no-paid-page",
        }
    }

    /// True if there is nothing to do.
    #[must_use]
    pub fn is_good(&self) -> bool {
        *self == Finding::Good
    }
}

/// The page.
#[must_use]
pub fn install(view: &InstallView) -> String {
    let lang = view.frame.lang();
    let content = html! {
        hgroup { h1 { (say!(lang, "desk-install")) } p.mut { (say!(lang, "desk-install-text")) } }
        @if view.sites.is_empty() { div.empty { p { (say!(lang, "desk-install-none")) } p { a.btn.quiet href="/team" { (say!(lang, "desk-install-none-go")) } } } }
        @for site in &view.sites { (setup(site, lang)) }
    };
    at_place(&view.frame, &content)
}

fn setup(site: &SiteSetup, lang: Lang) -> Markup {
    html! {
        section #(site.name) {
            h2 { (site.title) }
            dl.facts {
                div { dt { (say!(lang, "desk-site-url")) } dd { a href=(site.url) { (site.url) } } }
                div { dt { (say!(lang, "desk-site-origin")) } dd { code { (site.origin) } } }
                div { dt { (say!(lang, "desk-site-priced")) } dd { code { (site.priced.join(" ")) } } }
                div { dt { (say!(lang, "desk-site-attach")) } dd {
                    @if site.asks { (say!(lang, "desk-attach-asks")) } @else { (say!(lang, "desk-attach-proxy")) }
                } }
                div { dt { (say!(lang, "desk-site-search")) } dd {
                    @if site.in_search { (say!(lang, "desk-search-on")) } @else { (say!(lang, "desk-search-off")) }
                } }
            }
            section.card {
                h3 { (say!(lang, "desk-check")) }
                p { (say!(lang, "desk-check-text")) }
                @if let Some(checked) = &site.checked { (told(checked, lang)) }
                @match &site.check {
                    Some(form) => form method="post" action=(form.action) {
                        (hidden(form))
                        label for={ "path-" (site.name) } { (say!(lang, "desk-check-page")) }
                        input id={ "path-" (site.name) } name="path" value=(site.page) maxlength="512" autocomplete="off";
                        button.btn type="submit" { (say!(lang, "desk-check-press")) }
                    },
                    None => { p.mut { (say!(lang, "desk-check-role")) } }
                }
            }
            @for snippet in &site.snippets { (to_copy(snippet, lang)) }
        }
    }
}

fn to_copy(snippet: &Snippet, lang: Lang) -> Markup {
    let (title, text) = match snippet.way {
        Way::Nginx => (say!(lang, "desk-nginx"), None),
        Way::Caddy => (say!(lang, "desk-caddy"), None),
        Way::NginxAsks => (say!(lang, "desk-nginx-asks"), Some(say!(lang, "desk-asks-text"))),
        Way::CaddyAsks => (say!(lang, "desk-caddy-asks"), Some(say!(lang, "desk-asks-text"))),
        Way::Beside => (say!(lang, "desk-beside"), Some(say!(lang, "desk-beside-text"))),
        Way::Overlay => (say!(lang, "desk-overlay"), Some(say!(lang, "desk-overlay-text"))),
    };
    html! {
        details {
            summary { (title) }
            @if let Some(text) = text { p { (text) } }
            pre tabindex="0" { code { (snippet.text) } }
        }
    }
}

fn told(checked: &Checked, lang: Lang) -> Markup {
    let (class, found, what_to_do) = words(&checked.finding, lang);
    html! {
        div.finding.(class) role="status" {
            p { b { (found) } }
            @if let Some(text) = what_to_do { p { (text) } }
            p.small { (time::full(checked.at, lang)) @if !checked.path.is_empty() { " · " code { (checked.path) } } }
        }
    }
}

/// The mark, the finding and what to do about it.
fn words(finding: &Finding, lang: Lang) -> (&'static str, Markup, Option<Markup>) {
    match finding {
        Finding::Good => ("notice", say!(lang, "desk-found-good"), None),
        Finding::NoPage => ("notice warn", say!(lang, "desk-found-no-page"), Some(say!(lang, "desk-found-no-page-do"))),
        Finding::Unreached { why } => {
            ("notice bad", say!(lang, "desk-found-unreached", why: why), Some(say!(lang, "desk-found-unreached-do")))
        }
        Finding::Elsewhere => ("notice bad", say!(lang, "desk-found-elsewhere"), Some(say!(lang, "desk-found-elsewhere-do"))),
        Finding::PaidToAll => ("notice bad", say!(lang, "desk-found-leak"), Some(say!(lang, "desk-found-cache-do"))),
        Finding::WallToBuyers => ("notice bad", say!(lang, "desk-found-wall"), Some(say!(lang, "desk-found-cache-do"))),
        Finding::Open => ("notice bad", say!(lang, "desk-found-open"), Some(say!(lang, "desk-found-open-do"))),
        Finding::NoWall { status } => {
            ("notice warn", say!(lang, "desk-found-no-wall", status: status.to_string()), Some(say!(lang, "desk-found-no-wall-do")))
        }
        Finding::NoPaidPage { status } => {
            ("notice warn", say!(lang, "desk-found-no-paid", status: status.to_string()), Some(say!(lang, "desk-found-no-paid-do")))
        }
    }
}
