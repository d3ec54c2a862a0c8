//! The document around every page: language, style, test bar, landmarks, skip link.

use super::money;
use crate::web::desk::{DeskFrame, Place};
use crate::web::lang::{plain, say};
use crate::web::look::Look;
use crate::web::site::ProblemView;
use crate::web::style::{DESK_STYLE, ICON_PATH, STYLE};
use crate::web::view::{AdminFrame, AdminPlace, Frame, Instance, Mode};
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page on a site's own host: the site's name above, ours below.
pub fn bare(instance: &Instance, title: &str, site: &Markup, content: &Markup) -> String {
    bare_in(instance, (title, None, None), site, content)
}

/// The same in the payee's look.
pub fn bare_in(
    instance: &Instance,
    (title, look, monetization): (&str, Option<&Look>, Option<&str>),
    site: &Markup,
    content: &Markup,
) -> String {
    let header = html! { div.bar { (site) } };
    let footer = html! { p { (say!(instance.lang, "footer", instance: &instance.name)) } };
    document(
        instance,
        title,
        &Pieces { class: "narrow", header: &header, content, footer: &footer, icon: None, style: STYLE, script: None, look, monetization },
    )
}

/// A wallet page. `class` is `narrow` or `wide`.
pub fn framed(frame: &Frame, title: &str, class: &str, content: &Markup) -> String {
    framed_in(frame, (title, class), (None, None), content)
}

/// The same with a script of ours, and in a payee's look.
pub fn framed_in(
    frame: &Frame,
    (title, class): (&str, &str),
    (script, look): (Option<&'static str>, Option<&Look>),
    content: &Markup,
) -> String {
    let header = wallet_header(frame);
    let footer = html! { p { (frame.instance.name) } };
    let title = format!("{title} · {}", frame.instance.name);
    let pieces =
        Pieces { class, header: &header, content, footer: &footer, icon: Some(ICON_PATH), style: STYLE, script, look, monetization: None };
    document(&frame.instance, &title, &pieces)
}

/// An operator's page, with a script of ours where it needs one.
pub fn admin_framed(frame: &AdminFrame, (title, class): (&str, &str), script: Option<&'static str>, content: &Markup) -> String {
    let lang = frame.instance.lang;
    let header = html! {
        div.bar {
            a.site href="/" { (frame.instance.name) }
            @if frame.is_in {
                nav aria-label=(plain!(lang, "admin")) {
                    @for place in AdminPlace::LINKED { a href=(place.path()) aria-current=[(place == frame.here).then_some("page")] { (place.word(lang)) } }
                }
            } @else { span.mut { (say!(lang, "admin")) } }
        }
    };
    let footer = html! { p { (frame.instance.name) " · " (say!(lang, "admin")) } };
    let class = format!("{class} desk");
    let pieces = Pieces {
        class: &class,
        header: &header,
        content,
        footer: &footer,
        icon: Some(ICON_PATH),
        style: DESK_STYLE,
        script,
        look: None,
        monetization: None,
    };
    document(&frame.instance, &format!("{title} · {}", frame.instance.name), &pieces)
}

/// A desk page. `class` is `narrow` or `wide`.
pub fn desked(frame: &DeskFrame, title: &str, class: &str, content: &Markup) -> String {
    desked_in(frame, (title, class), (None, None), content)
}

/// The same with a script of ours.
pub fn desked_with(frame: &DeskFrame, (title, class): (&str, &str), script: Option<&'static str>, content: &Markup) -> String {
    desked_in(frame, (title, class), (script, None), content)
}

/// The same in the payee's look.
pub fn desked_in(
    frame: &DeskFrame,
    (title, class): (&str, &str),
    (script, look): (Option<&'static str>, Option<&Look>),
    content: &Markup,
) -> String {
    let lang = frame.lang();
    let name = frame.payee.as_deref().unwrap_or(&frame.instance.name);
    let link = |place: Place| html! { a href=(place.path()) aria-current=[(place == frame.here).then_some("page")] { (place.word(lang)) } };
    let header = html! {
        div.bar {
            a.site href="/" { (name) }
            @if frame.payee.is_some() { nav aria-label=(plain!(lang, "desk-name")) { @for place in Place::linked(frame.role) { (link(place)) } } }
        }
    };
    let footer = html! { p { (frame.instance.name) } };
    let class = format!("{class} desk");
    let pieces = Pieces {
        class: &class,
        header: &header,
        content,
        footer: &footer,
        icon: Some(ICON_PATH),
        style: DESK_STYLE,
        script,
        look,
        monetization: None,
    };
    document(&frame.instance, &format!("{title} · {name}"), &pieces)
}

/// A page without a wallet around it: operations.
pub fn framed_bare(instance: &Instance, title: &str, content: &Markup) -> String {
    let header = html! { div.bar { span.site { (instance.name) } span.mut { (title) } } };
    let title_text = format!("{title} · {}", instance.name);
    document(
        instance,
        &title_text,
        &Pieces {
            class: "wide",
            header: &header,
            content,
            footer: &html! {},
            icon: Some(ICON_PATH),
            style: STYLE,
            script: None,
            look: None,
            monetization: None,
        },
    )
}

/// What a [`ProblemView`] says, whatever stands around it.
pub fn problem_content(view: &ProblemView) -> Markup {
    let (status, code, request) = (html! { (view.status) }, html! { code { (view.code) } }, html! { code { (view.request_id) } });
    let facts = say!(view.instance.lang, "problem-facts", status: status, code: code, request: request);
    html! {
        section.card {
            h1 lang=[view.said_in] { (view.title) }
            p lang=[view.said_in] { (view.sentence) }
            p.links { a.btn href=(view.way_on.href) { (view.way_on.text) } }
            p.small { (facts) }
        }
    }
}

/// The page of a [`ProblemView`], with the wallet around it when it is the wallet's.
pub fn problem_body(view: &ProblemView) -> String {
    let content = problem_content(view);
    match &view.frame {
        Some(frame) => framed(frame, &view.title, "narrow", &content),
        None => {
            let header = html! { div.bar { span.site { (view.instance.name) } } };
            document(
                &view.instance,
                &view.title,
                &Pieces {
                    class: "narrow",
                    header: &header,
                    content: &content,
                    footer: &html! {},
                    icon: None,
                    style: STYLE,
                    script: None,
                    look: None,
                    monetization: None,
                },
            )
        }
    }
}

/// What differs between documents.
struct Pieces<'a> {
    class: &'a str,
    header: &'a Markup,
    content: &'a Markup,
    footer: &'a Markup,
    icon: Option<&'a str>,
    style: &'a str,
    script: Option<&'a str>,
    /// The payee's look, in a piece of style after ours.
    look: Option<&'a Look>,
    /// An address that takes money for whoever reads here.
    monetization: Option<&'a str>,
}

fn document(instance: &Instance, title: &str, pieces: &Pieces<'_>) -> String {
    let lang = instance.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                @if let Some(icon) = pieces.icon { meta name="robots" content="noindex"; link rel="icon" href=(icon) type="image/svg+xml"; }
                style { (PreEscaped(pieces.style)) }
                @if let Some(style) = pieces.look.and_then(Look::style) { style { (PreEscaped(style)) } }
                @if let Some(address) = pieces.monetization { link rel="monetization" href=(address); }
                @if let Some(script) = pieces.script { script type="module" src=(script) {} }
            }
            body class=(pieces.class) {
                a.skip href="#main" { (say!(lang, "skip")) }
                header {
                    @if instance.mode == Mode::Test { p.test { span { (say!(lang, "test-money", test: html! { b { "TEST" } })) } } }
                    (pieces.header)
                }
                main #main tabindex="-1" { (pieces.content) }
                footer { (pieces.footer) }
            }
        }
    }
    .into_string()
}

fn wallet_header(frame: &Frame) -> Markup {
    let lang = frame.lang();
    html! {
        div.bar {
            a.site href=(frame.home_url) { (frame.instance.name) }
            @if let Some(history) = &frame.history_url {
                nav aria-label=(plain!(lang, "nav")) {
                    a href=(frame.home_url) { (say!(lang, "nav-wallet")) }
                    a href=(history) { (say!(lang, "nav-history")) }
                    @if let Some(sites) = &frame.sites_url { a href=(sites) { (say!(lang, "nav-sites")) } }
                    @if let Some(statements) = &frame.statements_url { a href=(statements) { (say!(lang, "statements")) } }
                    a href="/settings" { (say!(lang, "nav-settings")) }
                }
            }
            @if let Some(available) = frame.available {
                p.purse {
                    span { span.vh { (say!(lang, "balance")) " " } (money::exact(available, lang)) }
                    @if let Some(spent) = frame.month_spent { " " small { (say!(lang, "month-spent", amount: money::exact(spent, lang))) } }
                }
            }
        }
    }
}
