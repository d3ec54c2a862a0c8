//! Patches are read, found again after the sources have grown, and judged by the test that was red.
use super::patch::{Mutant, all};
use super::{chosen, red_of, refresh};
use crate::repo::{Repo, Source};
use std::fs;

const PATCH: &str =
    "Promise: two and two make four\nTest: -p sums two\n\n--- a/sums.rs\n+++ b/sums.rs\n@@ -1,3 +1,3 @@\n a\n-four\n+five\n b\n";

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

fn applied(text: &str) -> Result<String, String> {
    let altered = Mutant::parse("sum", PATCH)?.apply_to(&|path| (path == "sums.rs").then(|| text.to_owned()))?;
    Ok(altered.into_iter().map(|(_, text)| text).collect())
}

#[test]
fn a_hunk_is_found_by_its_lines() {
    assert_eq!(applied("a\nfour\nb\n").unwrap(), "a\nfive\nb\n");
    assert_eq!(applied("new\nnewer\na\nfour\nb\nc\na\nfour\nb\n").unwrap(), "new\nnewer\na\nfive\nb\nc\na\nfour\nb\n");
    assert_eq!(applied("a\nfive\nb\n").unwrap_err(), "sums.rs: line 1 and around it is another");
}

#[test]
fn a_patch_says_what_it_is_for() {
    let mutant = Mutant::parse("sum", PATCH).unwrap();
    assert_eq!((mutant.promise.as_str(), mutant.tests.as_slice()), ("two and two make four", &["-p sums two".to_owned()][..]));
    assert!(Mutant::parse("sum", &PATCH.replace("Promise: ", "")).is_err());
    assert!(Mutant::parse("sum", "Promise: a\nTest: b\n").is_err());
    assert!(Mutant::parse("sum", &PATCH.replace("-four", " four").replace("+five\n", "")).is_err());
}

#[test]
fn a_mutant_is_caught_by_a_test_and_nothing_else() {
    assert_eq!(red_of("test sums::two ... FAILED\ntest three ... ok\n", false).unwrap(), "sums::two");
    assert_eq!(red_of("test sums::two ... ok\n", true).unwrap_err(), "green");
    assert_eq!(red_of("error[E0308]: x\nerror: could not compile `sums`\n", false).unwrap_err(), "it does not compile");
    assert_eq!(red_of("running 0 tests\n", true).unwrap_err(), "no test ran");
    assert_eq!(red_of("test sums::two ... ok\nprocess abort\n", false).unwrap_err(), "it failed, but no test says so");
}

#[test]
fn unknown_names_are_refused() {
    let sources = [source("mutants/sum.patch", PATCH)];
    assert_eq!(chosen(&sources, &[]).unwrap().len(), 1);
    assert_eq!(chosen(&sources, &["sum"]).unwrap().len(), 1);
    assert_eq!(chosen(&sources, &["product"]).unwrap_err(), "there is no mutants/product.patch");
}

#[test]
fn the_copy_becomes_as_the_sources_are() {
    let folder = Repo::find().unwrap().path("target/check/mutants-copy");
    let (from, to) = (folder.join("from"), folder.join("to"));
    fs::create_dir_all(from.join("inner")).unwrap();
    fs::write(from.join("inner/a"), "a").unwrap();
    fs::create_dir_all(&to).unwrap();
    fs::write(to.join("old"), "old").unwrap();
    refresh(&from, &to).unwrap();
    assert_eq!(fs::read_to_string(to.join("inner/a")).unwrap(), "a");
    assert!(!to.join("old").exists());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_mutant_still_applies() {
    let sources = Repo::find().unwrap().sources().unwrap();
    let mutants = all(&sources);
    assert!(mutants.len() >= 30, "{} mutants", mutants.len());
    for mutant in mutants {
        let mutant = mutant.unwrap();
        let read = |path: &str| sources.iter().find(|source| source.path == path).map(|source| source.text.clone());
        mutant.apply_to(&read).unwrap_or_else(|reason| panic!("mutants/{}.patch: {reason}", mutant.name));
    }
}
