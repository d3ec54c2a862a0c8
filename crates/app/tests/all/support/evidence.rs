//! What each suite on a real component leaves behind: the component, its version, the tests that ran, the files they made.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

/// The folder all evidence, pictures and installed tools are below.
pub fn target() -> PathBuf {
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target");
    fs::create_dir_all(&target).expect("the target folder can be made");
    target.canonicalize().expect("a folder that was just made has a path")
}

/// One suite's claim, as it stands in `target/evidence/<suite>.json`.
pub struct Claim<'a> {
    /// The real component: `chromium`.
    pub component: &'a str,
    /// Its version, as it tells itself; an empty one fails the gate.
    pub version: &'a str,
    /// Tests that ran to their end.
    pub tests_run: usize,
    /// From the first of them to the last.
    pub took: Duration,
    /// What they made, by path from the root of the project.
    pub files: Vec<String>,
    /// What the component itself counts, where it does.
    pub found: Option<String>,
}

/// Writes `target/evidence/<suite>.json`: whole or not at all, in place of what was there.
pub fn record(suite: &str, claim: &Claim<'_>) {
    let folder = target().join("evidence");
    fs::create_dir_all(&folder).expect("the evidence folder can be made");
    let text = json!({
        "component": claim.component,
        "version": claim.version,
        "tests_run": claim.tests_run,
        "seconds": claim.took.as_secs(),
        "files": claim.files,
        "found": claim.found,
    });
    let unfinished = folder.join(format!(".{suite}.{}", std::process::id()));
    fs::write(&unfinished, format!("{text:#}\n")).expect("evidence can be written");
    fs::rename(&unfinished, folder.join(format!("{suite}.json"))).expect("evidence can be put in place");
}

/// Notes that `suite` begins; only the first time counts.
pub fn begin(suite: &str) {
    note(suite, |_| ());
}

/// Counts one more test of `suite` that ran to its end, and rewrites the suite's file with the new total.
/// Tests of one process may call it at the same time; the total is that of this process.
pub fn ran(suite: &str, component: &str, version: &str) {
    note(suite, |tally| {
        tally.tests_run = tally.tests_run.checked_add(1).expect("fewer tests than usize");
        let files = tally.files.iter().cloned().collect();
        let claim =
            Claim { component, version, tests_run: tally.tests_run, took: tally.since.elapsed(), files, found: tally.found.clone() };
        // Under the lock, or an older total could be written last.
        record(suite, &claim);
    });
}

/// Adds a file a test of `suite` made to its evidence; it is written with the next [`ran`].
pub fn made(suite: &str, file: &Path) {
    let name = match file.strip_prefix(target()) {
        Ok(below) => format!("target/{}", below.display()),
        Err(_) => file.display().to_string(),
    };
    note(suite, |tally| {
        tally.files.insert(name);
    });
}

/// Notes what the component of `suite` counts itself; it is written with the next [`ran`].
pub fn found(suite: &str, what: &str) {
    note(suite, |tally| tally.found = Some(what.to_owned()));
}

struct Tally {
    since: Instant,
    tests_run: usize,
    files: BTreeSet<String>,
    found: Option<String>,
}

static TALLIES: Mutex<BTreeMap<String, Tally>> = Mutex::new(BTreeMap::new());

#[allow(clippy::disallowed_methods, reason = "how long a suite took is told in real time")]
fn note(suite: &str, change: impl FnOnce(&mut Tally)) {
    let mut tallies = TALLIES.lock().unwrap_or_else(PoisonError::into_inner);
    let fresh = || Tally { since: Instant::now(), tests_run: 0, files: BTreeSet::new(), found: None };
    change(tallies.entry(suite.to_owned()).or_insert_with(fresh));
}
