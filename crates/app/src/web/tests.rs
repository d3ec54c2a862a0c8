//! What every page keeps to: sizes, escaping, landmarks, labels, the hash of its style.

pub(crate) mod fixtures;

use super::*;
use data_encoding::BASE64;
use fixtures::{POISON, all, bar_view, poisoned, read_in};
use sha2::{Digest, Sha256};

/// The parts of `text` between `open` and the next `close`.
fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> Vec<&'a str> {
    text.split(open).skip(1).map(|rest| rest.split(close).next().unwrap()).collect()
}

/// Tags named `name` with their attributes: `input type="hidden" …`.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    between(html, "<", ">").into_iter().filter(|tag| tag.split([' ', '/']).next() == Some(name)).collect()
}

/// Without the style, a tag a line, for people to read.
fn readable(html: &str) -> String {
    html.replace(STYLE, "…").replace("><", ">\n<")
}

/// Every page for readers of each language that has sentences.
fn everywhere() -> Vec<(String, String)> {
    let of = |tag: &'static str| read_in(tag, all).into_iter().map(move |(name, html)| (format!("{name} in {tag}"), html));
    ["en", "ko", "de"].into_iter().flat_map(of).collect()
}

#[test]
fn sizes_stay_within_the_budget() {
    assert!(STYLE.len() <= 8_192, "stylesheet has {} bytes", STYLE.len());
    assert!(DESK_STYLE.len() <= 10_752, "the desk's stylesheet has {} bytes", DESK_STYLE.len());
    for (name, html) in everywhere() {
        assert!(html.len() < 30_000, "{name} has {} bytes", html.len());
        let teaser: usize = fixtures::wall_view().teaser.iter().map(String::len).sum();
        assert!(!name.starts_with("wall") || html.len() < teaser.saturating_add(12_000), "{name} has {} bytes", html.len());
    }
}

#[test]
fn the_policy_allows_the_style_in_the_page_and_no_other() {
    let policy = |kind| {
        let mut headers = headers::for_kind(kind, Reach::Public).into_iter();
        headers.find(|(name, _)| name.ends_with("policy") && name.starts_with("content")).unwrap().1
    };
    for (name, html) in all() {
        let policy = policy(match name.split('-').next() {
            Some("desk") => PageKind::Desk,
            Some("admin") => PageKind::Admin,
            _ => PageKind::Wallet,
        });
        let styles = between(&html, "<style>", "</style>");
        let is_branded = html.contains("class=\"logo\"");
        assert_eq!(styles.len(), if is_branded { 2 } else { 1 }, "{name}");
        let policy = styles.get(1).map_or(policy.clone(), |style| headers::and_style(&policy, style));
        let hashes = styles.iter().rev().map(|style| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(style.as_bytes()))));
        let allowed = hashes.collect::<Vec<_>>().join(" ");
        assert!(policy.contains(&format!("style-src {allowed};")), "{name}");
        assert!(!html.contains(" style=\""), "{name} has a style attribute, which no hash allows");
    }
}

/// The scripts there are: on pages with a passkey or a code out of the address, and on sheets that go on by themselves.
const OUR_SCRIPTS: [&str; 2] =
    ["<script type=\"module\" src=\"/passkey.js\"></script>", "<script type=\"module\" src=\"/pay.js\"></script>"];

fn without_ours(html: &str) -> String {
    OUR_SCRIPTS.iter().fold(html.to_owned(), |html, script| html.replace(script, ""))
}

/// How data for search engines begins: it is no script and cannot run.
const DATA: &str = "<script type=\"application/ld+json\">";

#[test]
fn scripts_for_pages_elsewhere_are_small_and_say_what_they_do() {
    use crate::web::{BESIDE_SCRIPT, OVERLAY_SCRIPT, integrity};
    for script in [BESIDE_SCRIPT, OVERLAY_SCRIPT] {
        assert!(script.len() < 6_000, "{} bytes", script.len());
        for hot in ["eval", "innerHTML", "http://", "https://", "import(", "document.cookie", "localStorage", "sessionStorage"] {
            assert!(!script.contains(hot), "{hot}");
        }
        assert!(integrity(script).starts_with("sha384-") && integrity(script).len() == 71);
    }
    assert!(OVERLAY_SCRIPT.lines().next().unwrap().contains("hides, does not protect"));
}

#[test]
fn the_script_is_small_and_asks_this_origin_alone() {
    for script in [crate::web::PASSKEY_SCRIPT, crate::web::PAY_SCRIPT] {
        assert!(script.len() < 5_000);
        for hot in ["eval", "innerHTML", "http:", "https:", "import(", "document.cookie"] {
            assert!(!script.contains(hot), "{hot}");
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    let tame = all();
    for ((name, html), (_, plain)) in poisoned(all).into_iter().zip(tame) {
        assert_ne!(html, plain, "{name} shows no text of its view");
        let html = without_ours(&html).replace(DATA, "");
        let plain = without_ours(&plain).replace(DATA, "");
        assert!(!html.contains("<script") && !html.replace("<img class=\"logo\"", "").contains("<img") && !html.contains(POISON), "{name}");
        assert_eq!(html.matches('<').count(), plain.matches('<').count(), "{name}: text became markup");
        assert_eq!(html.matches('"').count(), plain.matches('"').count(), "{name}: text ended an attribute");
    }
    let fragment = poisoned(|| bar(&bar_view()));
    assert!(!fragment.contains("<script") && fragment.matches('<').count() == bar(&bar_view()).matches('<').count());
}

#[test]
fn no_page_runs_or_loads_anything_but_our_scripts() {
    for (name, html) in everywhere() {
        let html = without_ours(&html).replace(DATA, "");
        for tag in between(&html, "<", ">") {
            let logo = tag.strip_prefix("img class=\"logo\" src=\"");
            let is_logo = logo.is_some_and(|src| src.starts_with("/logo/") || src.starts_with("/.well-known/farthing/logo/"));
            let hot = tag.starts_with("script") || tag.starts_with("iframe") || (tag.contains(" src=") && !is_logo) || tag.contains(" on");
            assert!(!hot, "{name}: <{tag}>");
        }
        let links: Vec<&str> = tags(&html, "link");
        let known = |tag: &&str| tag.contains("rel=\"icon\"") || tag.contains("rel=\"monetization\"");
        assert!(links.iter().all(known), "{name}: {links:?}");
    }
}

#[test]
fn every_page_has_its_landmarks() {
    for (name, html) in everywhere() {
        for (tag, want) in [("h1", 1), ("main", 1), ("header", 1), ("footer", 1)] {
            assert_eq!(tags(&html, tag).len(), want, "{name}: <{tag}>");
        }
        // The bars of a drawing have titles of their own.
        assert_eq!(tags(&between(&html, "<head>", "</head>").concat(), "title").len(), 1, "{name}: <title>");
        let tag = if name.starts_with("ops") { "en" } else { name.rsplit(' ').next().unwrap() };
        assert!(html.starts_with(&format!("<!DOCTYPE html><html lang=\"{tag}\">")), "{name}");
        assert!(html.contains("<a class=\"skip\" href=\"#main\">") && html.contains("id=\"main\""), "{name}");
        let header = between(&html, "<header>", "</header>").concat();
        assert!(header.contains("<p class=\"test\">") && header.contains("TEST"), "{name} does not say TEST");
    }
}

#[test]
fn tables_and_fields_are_labelled() {
    for (name, html) in everywhere() {
        assert_eq!(tags(&html, "table").len(), tags(&html, "caption").len(), "{name}");
        assert!(tags(&html, "th").iter().all(|tag| tag.contains("scope=")), "{name}");
        assert!(tags(&html, "time").iter().all(|tag| tag.contains("datetime=")), "{name}");
        let ids: Vec<&str> = between(&html, " id=\"", "\"");
        for tag in tags(&html, "input").into_iter().filter(|tag| !tag.contains("type=\"hidden\"")) {
            let id = between(tag, " id=\"", "\"").concat();
            assert!(html.contains(&format!("<label for=\"{id}\">")), "{name}: {tag}");
        }
        for named in ["aria-describedby=\"", "aria-labelledby=\""] {
            for target in between(&html, named, "\"").iter().flat_map(|list| list.split(' ')) {
                assert_eq!(ids.iter().filter(|id| **id == target).count(), 1, "{name} names #{target}");
            }
        }
    }
}

#[test]
fn every_form_is_a_post_with_its_guard() {
    for (name, html) in everywhere() {
        for form in between(&html, "<form", "</form>") {
            // What only looks needs no guard.
            let looks = form.contains(" method=\"get\"") && !form.contains("csrf");
            assert!(
                looks || form.contains(" method=\"post\"") && form.contains("<input type=\"hidden\" name=\"csrf\" value=\"f3c1a9\">"),
                "{name}: {form}"
            );
            assert!(form.contains("<button"), "{name}");
        }
    }
}

#[test]
fn a_price_below_a_cent_is_said_in_full() {
    let html = all().into_iter().find(|(name, _)| *name == "wall-fine").unwrap().1;
    assert!(html.contains("Pay 0.4¢ and read") && html.contains("title=\"€0.004\">0.4¢</data>"));
    let sheet = all().into_iter().find(|(name, _)| *name == "sheet-fine").unwrap().1;
    assert!(sheet.contains("<data value=\"0.004\">€0.00<i>4</i></data>") && sheet.contains("Pay €0.004</button>"));
}

#[test]
fn live_pages_do_not_say_test() {
    let live = Instance { mode: Mode::Live, ..fixtures::instance() };
    let view = ReceiptView { frame: Frame { instance: live, ..fixtures::frame() }, ..fixtures::receipt_view(ReceiptUndo::Never) };
    assert!(!receipt(&view).contains("TEST"));
    assert!(!bar(&BarView { mode: Mode::Live, ..bar_view() }).contains("TEST"));
}

#[test]
fn the_headline_of_operations_is_the_worst_news() {
    let headline = |view: &OpsView| between(&ops(view), "<h1>", "</h1>").concat();
    let view = fixtures::ops_view();
    assert_eq!(headline(&view), "Needs you: Backup");
    assert_eq!(headline(&OpsView { health: view.health.iter().take(2).cloned().collect(), ..view.clone() }), "All is well");
    let off = AssetBooks { credits: fixtures::eur(1), debits: fixtures::eur(0), held: fixtures::eur(0), accounts: 2 };
    assert_eq!(headline(&OpsView { books: vec![off], ..view }), "The books do not balance");
}

/// Without the texts that are marked as English where the page is not: what the reference of the calls says in its own words.
fn unmarked(html: &str) -> String {
    let mut parts = html.split(" lang=\"en\">");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |page, rest| page + "><" + rest.split_once('<').unwrap_or_default().1)
}

#[test]
fn no_english_sentence_is_left_in_another_language() {
    let english = include_str!("../../../../i18n/en.ftl").lines().filter_map(|line| line.split_once(" = ")).map(|(_, words)| words);
    let whole: Vec<&str> = english.filter(|words| words.len() > 12 && !words.contains(['{', '<'])).collect();
    for tag in ["ko", "de"] {
        let bar = read_in(tag, || ("bar", bar(&bar_view())));
        for (name, html) in
            read_in(tag, all).into_iter().chain([bar]).filter(|(name, _)| !matches!(*name, "ops" | "admin-health" | "for-programs"))
        {
            let html = if name.starts_with("desk-api") { unmarked(&html) } else { html };
            let left: Vec<&&str> = whole.iter().filter(|words| html.contains(**words)).collect();
            assert!(left.is_empty(), "{name} in {tag} says {left:?}");
        }
    }
    let programs = read_in("ko", all).into_iter().find(|(name, _)| *name == "for-programs").unwrap().1;
    assert!(programs.contains("<h1 lang=\"en\">The signature does not hold</h1>"), "what has no Korean is marked as English");
}

#[test]
fn wall_sheet_and_bar_read_as_meant() {
    insta::assert_snapshot!("wall", readable(&wall(&fixtures::wall_view())));
    insta::assert_snapshot!("sheet", readable(&sheet(&fixtures::sheet_view(fixtures::ready()))));
    insta::assert_snapshot!("bar", readable(&bar(&bar_view())));
}
