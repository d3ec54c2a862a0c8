//! Days as people write them, and a row of the page.
use super::{Known, day, row};
use crate::repo::Repo;

#[test]
fn days_are_those_of_the_calendar() {
    let days =
        [(0, "1970-01-01"), (58, "1970-02-28"), (59, "1970-03-01"), (789, "1972-02-29"), (19_782, "2024-02-29"), (20_787, "2026-11-30")];
    for (since, said) in days {
        assert_eq!(day(since), said);
    }
}

#[test]
fn a_row_says_what_ran_and_one_without_evidence_is_refused() {
    let folder = std::env::temp_dir().join(format!("farthing-conformance-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("target/evidence")).unwrap();
    let evidence = r#"{"component": "x402-conformance", "version": "1.6.0", "tests_run": 1, "found": "7/7"}"#;
    std::fs::write(folder.join("target/evidence/x402conf.json"), evidence).unwrap();
    let repo = Repo::at(&folder);
    let known = |suite| Known { dialect: "x402", does: "checks of a 402", suite };
    let line = row(&repo, &known("x402conf")).unwrap();
    assert!(line.starts_with("| x402 | `x402-conformance` | 1.6.0 | checks of a 402 | 1 test passed: 7/7 | 20"), "{line}");
    assert!(row(&repo, &known("nobody")).unwrap_err().contains("no evidence"));
    std::fs::remove_dir_all(folder).unwrap();
}
