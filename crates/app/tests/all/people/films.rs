//! A film, played by hls.js: as far as the hold goes, on every rendition, and on when more is held; what an outside reader
//! counts in the delivered segments is what the bill says.

use crate::browser::{Browser, Page};
use crate::support::evidence;
use crate::support::http::get;
use crate::support::server::Server;
use crate::support::steps::{PAY, TO_WALLET, balance};
use crate::support::tools::{run_ok, text};
use std::collections::BTreeMap;
use std::process::Command;

/// What a second of the demo's film costs, in base units.
const SECOND: u64 = 2_000;

/// The segments that this tab asked for with that status: address by name, such as `mid-03`.
fn segments(page: &Page, status: u16) -> BTreeMap<String, String> {
    let last = page.requests().into_iter().filter_map(|request| request.exchanges.last().cloned());
    let named = |url: &str| Some(url.strip_suffix(".ts")?.rsplit('/').next()?.to_owned());
    last.filter(|exchange| exchange.status == status).filter_map(|exchange| Some((named(&exchange.url)?, exchange.url))).collect()
}

/// The places on the timeline of those, whatever their rendition.
fn places(segments: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    segments.iter().filter_map(|(name, url)| Some((name.split_once('-')?.1.to_owned(), url.clone()))).collect()
}

/// Seconds in a segment, as its packets say.
fn seconds(file: &std::path::Path) -> f64 {
    let mut probe = Command::new("ffprobe");
    let asked = ["-v", "error", "-select_streams", "v", "-show_entries", "packet=duration_time", "-of", "csv=p=0"];
    let said = run_ok(probe.args(asked).arg(file), "ffmpeg");
    said.split([',', '\n']).filter_map(|number| number.trim().parse::<f64>().ok()).sum()
}

/// Four times as fast as the film was meant, until it has come so far.
fn play(page: &Page, until_s: f64) {
    page.eval("document.querySelector('video').playbackRate = 4");
    let at = || page.try_eval("document.querySelector('video').currentTime").ok()?.as_f64();
    page.until(|| format!("the film at {until_s}, it is at {:?}", at()), || at().filter(|at| *at >= until_s));
}

#[test]
fn a_film_plays_as_far_as_the_hold_goes_and_on_when_more_is_held() {
    let server = Server::demo();
    let (person, film) = (Browser::shared().context(), format!("{}/film", server.site()));
    let page = person.page();
    page.excuse("402");
    page.goto(&film);
    assert_eq!(page.status(), 402);
    let wall = page.body_text();
    assert!(wall.contains("€0.002 a second") && wall.contains("€0.02 is held") && wall.contains("10 seconds"), "{wall}");
    page.follow(TO_WALLET);
    assert!(page.text(PAY).contains("Hold €0.02 and watch"), "{}", page.scene("the sheet"));
    page.follow(PAY);
    assert_eq!((page.url(), page.status()), (film.clone(), 200));

    play(&page, 9.5);
    page.wait_for("#stopped:not([hidden])");
    let refused = segments(&page, 402);
    let renditions: Vec<&str> = refused.keys().filter_map(|name| name.strip_suffix("-05")).collect();
    assert_eq!(renditions, ["high", "low", "mid"], "the sixth segment, on every rendition: {refused:?}");
    let delivered = places(&segments(&page, 200));
    assert_eq!(delivered.keys().collect::<Vec<_>>(), ["00", "01", "02", "03", "04"], "ten seconds");
    assert!(page.eval("document.querySelector('video').currentTime").as_f64().unwrap() < 10.5, "the picture stands");

    page.follow("#more");
    assert!(page.text(PAY).contains("Hold €0.02 more") && page.body_text().contains("Left of what is held"), "{}", page.scene("the sheet"));
    page.follow(PAY);
    assert_eq!(page.url(), film);
    play(&page, 12.5);
    page.eval("document.querySelector('video').pause()");
    let ahead = "(v => v.buffered.length && v.buffered.end(v.buffered.length - 1) - v.currentTime)(document.querySelector('video'))";
    page.until(|| "two segments ahead".to_owned(), || page.try_eval(ahead).ok()?.as_f64().filter(|ahead| *ahead >= 4.0));
    let delivered = places(&segments(&page, 200));
    let folder = tempfile::tempdir().unwrap();
    let watched: f64 = delivered
        .iter()
        .map(|(place, url)| {
            let (file, again) = (folder.path().join(format!("{place}.ts")), get(url, &[]));
            assert_eq!(again.status, 200, "what was watched is free");
            std::fs::write(&file, again.body).unwrap();
            seconds(&file)
        })
        .sum();
    page.follow("#standing button");
    assert_eq!((page.url(), page.status()), (film, 402), "the wall again");

    let paid = 5_000_000 - balance(&page, &server.url("wallet"));
    assert!(delivered.values().all(|url| get(url, &[]).status == 410), "its addresses are dead");
    let billed = paid as f64 / SECOND as f64;
    assert!((watched - billed).abs() < 0.01, "{watched} s were delivered, {billed} s are on the bill: {delivered:?}");
    assert!(paid > 20_000 && paid <= 40_000, "{paid}");
    let version = run_ok(Command::new("ffprobe").arg("-version"), "ffmpeg");
    evidence::ran("film", "ffprobe", text(version.as_bytes()).split_whitespace().nth(2).unwrap_or_default());
}
