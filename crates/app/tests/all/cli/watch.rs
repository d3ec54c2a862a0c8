//! `farthing watch` on the demo's film: what an outside reader counts in what was written is what was paid, also after a kill, and never
//! more than `--max`.

use super::Person;
use crate::support::evidence;
use crate::support::server::Server;
use crate::support::tools::{run_ok, text};
use std::path::Path;
use std::process::{Command, Stdio};

/// What a millisecond of the demo's film costs, in base units.
const MS: u64 = 2;

/// Milliseconds of pictures in a file, as its packets say.
fn probed(file: &Path) -> u64 {
    let mut probe = Command::new("ffprobe");
    let asked = ["-v", "error", "-select_streams", "v", "-show_entries", "packet=duration_time", "-of", "csv=p=0"];
    let said = run_ok(probe.args(asked).arg(file), "ffmpeg");
    let us: u64 = said.split([',', '\n']).filter_map(|number| micros(number.trim())).sum();
    us.saturating_add(500) / 1_000
}

/// Microseconds of `0.040000`.
fn micros(seconds: &str) -> Option<u64> {
    let (whole, part) = seconds.split_once('.')?;
    Some(whole.parse::<u64>().ok()?.saturating_mul(1_000_000).saturating_add(format!("{part:0<6}").get(..6)?.parse().ok()?))
}

fn near(a: u64, b: u64) -> bool {
    a.abs_diff(b) <= 10
}

#[test]
fn a_film_is_paid_as_it_comes_and_what_was_written_is_what_is_on_the_bill() {
    let server = Server::demo();
    let person = Person::with(&server, "1.00");
    let url = format!("{}/film/main.m3u8", server.site());
    let file = |name: &str| person.home.path().join(name);

    // Whole, through a pipe: nothing but the film is on standard output.
    let whole = person.run(&["watch", &url, "--max", "1.00", "--rendition", "lowest"]);
    assert_eq!(whole.status.code(), Some(0), "{}", text(&whole.stderr));
    std::fs::write(file("piped.ts"), &whole.stdout).unwrap();
    let said = text(&whole.stderr);
    assert!(said.contains("0.12 EUR (TEST money) a minute") && said.contains("160x90"), "{said}");
    assert!(said.contains("Paid 0.048 EUR (TEST money) for 0:24 from session "), "{said}");
    assert!(near(probed(&file("piped.ts")), 24_000), "{}", probed(&file("piped.ts")));
    assert_eq!(person.available(), 952_000, "twenty-four seconds, and all else was given back");

    assert!(person.ends(3, &["get", &url, "--max", "1.00"]).contains("farthing watch"), "a film is no page");

    // Five segments within --max; the rest with more, into the same file.
    let args = |max: &'static str| ["watch", url.as_str(), "--max", max, "-o", "film.ts"];
    let short = person.ends(4, &args("0.021"));
    assert!(short.contains("--max 0.021 is spent"), "{short}");
    assert!(near(probed(&file("film.ts")), 10_000), "{}", probed(&file("film.ts")));
    assert_eq!(person.available(), 932_000);
    person.ok(&args("1.00"));
    assert!(near(probed(&file("film.ts")), 24_000), "{}", probed(&file("film.ts")));
    assert_eq!(person.available(), 904_000, "fourteen seconds more");
    assert!(person.ends(2, &args("1.00")).contains("is there already"), "a film that is whole is not paid again");
    assert!(!file("film.ts.watch").exists());

    // Nobody reads any more: what came is paid, the rest is given back.
    let mut left = person.command(&["watch", &url, "--max", "1.00"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(left.stdout.take());
    assert_eq!(left.wait().unwrap().code(), Some(0));
    assert_eq!(person.available(), 900_000, "one segment");
    let version = run_ok(Command::new("ffprobe").arg("-version"), "ffmpeg");
    evidence::ran("film", "ffprobe", text(version.as_bytes()).split_whitespace().nth(2).unwrap_or_default());
}

#[test]
fn a_film_that_was_killed_goes_on_and_is_paid_once() {
    let server = Server::demo();
    let person = Person::with(&server, "1.00");
    let url = format!("{}/film/main.m3u8", server.site());
    let file = person.home.path().join("film.ts");
    let mark = person.home.path().join("film.ts.watch");
    for _ in 0..3 {
        let mut run = person.command(&["watch", &url, "--max", "1.00", "-o", "film.ts"]).stderr(Stdio::null()).spawn().unwrap();
        let before = std::fs::read(&mark).ok();
        while run.try_wait().unwrap().is_none() && std::fs::read(&mark).ok() == before {
            std::thread::yield_now();
        }
        run.kill().unwrap();
        run.wait().unwrap();
    }
    let rest = person.run(&["watch", &url, "--max", "1.00", "-o", "film.ts", "--json"]);
    // It may have come to its end before the last kill.
    assert!(matches!(rest.status.code(), Some(0 | 2)), "{}", text(&rest.stderr));
    person.ok(&["sessions", "close", "--all"]);
    assert!(near(probed(&file), 24_000), "{}", probed(&file));
    assert_eq!(1_000_000 - person.available(), 24_000 * MS, "twenty-four seconds, once");
}
