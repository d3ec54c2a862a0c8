//! What counts as evidence.
use std::fs;
use std::path::PathBuf;

use super::{Suite, clear, judge_one};
use crate::repo::Repo;

const SUITE: Suite = Suite { name: "browser", component: "chromium", least: 6 };

fn judged(case: &str, document: Option<&str>) -> Result<String, String> {
    let root: PathBuf = std::env::temp_dir().join(format!("xtask-evidence-{}-{case}", std::process::id()));
    let repo = Repo::at(&root);
    fs::create_dir_all(&root).unwrap();
    clear(&repo).unwrap();
    if let Some(document) = document {
        fs::write(repo.path("target/evidence/browser.json"), document).unwrap();
    }
    let line = judge_one(&repo, &SUITE);
    fs::remove_dir_all(&root).unwrap();
    line
}

#[test]
fn enough_is_a_line_with_version_and_number() {
    let document = r#"{"component":"chromium","version":"156.0","tests_run":61,"seconds":148.2,"files":["browser.json"]}"#;
    assert_eq!(judged("enough", Some(document)).unwrap(), "chromium 156.0               61 tests    148 s   ok");
}

#[test]
fn absence_never_opens_the_gate() {
    let wanting = [
        ("absent", None, "left no evidence"),
        ("empty", Some(""), "no version"),
        ("blank", Some(r#"{"component":"chromium","version":" ","tests_run":61,"files":[]}"#), "no version"),
        ("nameless", Some(r#"{"version":"156","tests_run":61,"files":[]}"#), "no component"),
        ("few", Some(r#"{"component":"chromium","version":"156","tests_run":5,"files":[]}"#), "only 5 tests"),
        ("many", Some(r#"{"component":"chromium","version":"156","tests_run":"61","files":[]}"#), "no number"),
        ("lost", Some(r#"{"component":"chromium","version":"156","tests_run":61,"files":["gone.png"]}"#), "gone.png"),
        ("listless", Some(r#"{"component":"chromium","version":"156","tests_run":61}"#), "no list of files"),
    ];
    for (case, document, why) in wanting {
        let line = judged(case, document).unwrap_err();
        assert!(line.contains(why), "{case}: {line}");
    }
}

#[test]
fn an_earlier_run_is_forgotten() {
    let root = std::env::temp_dir().join(format!("xtask-evidence-{}-clear", std::process::id()));
    let repo = Repo::at(&root);
    fs::create_dir_all(repo.path("target/evidence")).unwrap();
    fs::write(repo.path("target/evidence/browser.json"), "{}").unwrap();
    clear(&repo).unwrap();
    assert_eq!(repo.read("target/evidence/browser.json"), None);
    fs::remove_dir_all(&root).unwrap();
}
