//! Every page in each of its states: light and dark, on a phone and on a desk, without a barrier, and small.
//!
//! The pictures in `target/shots` are for people to look at; `cargo xtask shots` makes them alone.

mod admin;
mod bills;
mod coins;
mod desk;
mod developers;
mod elsewhere;
mod errors;
mod keyboard;
mod languages;
mod offers;
mod sessions;
mod site;
mod wallet;

use crate::browser::Page;
use crate::browser::axe;
use crate::browser::look::{look, overflow};
use crate::support::evidence;

/// Most bytes of a page of ours.
const MOST_BYTES: u64 = 30_000;
/// Most bytes of a wall, its teaser left out.
const MOST_OF_A_WALL: u64 = 12_000;

/// Looks at a page of ours from all sides.
fn show(page: &Page, name: &str) {
    evidence::begin("axe");
    small(page, name);
    narrow(page, name);
    look(page, name);
}

/// Looks at a page that is not ours but stands for us: the demo's site, an article with our bar in it.
fn show_foreign(page: &Page, name: &str) {
    evidence::begin("axe");
    narrow(page, name);
    look(page, name);
}

/// Counts a test whose pages axe has judged.
fn judged(page: &Page) {
    evidence::ran("axe", "axe-core", &axe::version(page));
}

/// Little enough to be there at once, and the document alone paints it.
fn small(page: &Page, name: &str) {
    let bytes = |selector: &str| {
        page.eval(&format!("new Blob([...document.querySelectorAll('{selector}')].map(e => e.outerHTML)).size")).as_u64().unwrap()
    };
    let whole = bytes("html");
    assert!(whole < MOST_BYTES, "{name} has {whole} bytes");
    let teaser = bytes("article.tease");
    let wall = whole - teaser;
    assert!(teaser == 0 || wall < MOST_OF_A_WALL, "{name} has {wall} bytes beside its teaser");
    let loaded = page.eval("[...document.scripts].filter(one => !['module', 'application/ld+json'].includes(one.type)).length + document.querySelectorAll('link[rel=stylesheet], iframe, object').length");
    assert_eq!(loaded, 0, "{name} waits for more than its document");
    assert_eq!(page.eval("document.querySelectorAll('h1').length"), 1, "{name} has one heading above all");
}

/// 320 pixels: a phone of ten years ago, or a desk at 400 %.
fn narrow(page: &Page, name: &str) {
    page.viewport(320, 640);
    if let Some(what) = overflow(page) {
        panic!("{}", page.scene(&format!("{name} at 320: too wide: {what}")));
    }
}
