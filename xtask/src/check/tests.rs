//! The gate's own rules.
use super::{Failed, worst};
use crate::Outcome;
use crate::check::steps::STEPS;

#[test]
fn the_machine_counts_before_the_check_and_the_check_before_its_evidence() {
    let failed = |outcomes: &[Outcome]| -> Vec<Failed> { outcomes.iter().map(|outcome| Failed { name: "x", outcome: *outcome }).collect() };
    assert_eq!(worst(&failed(&[Outcome::Failed, Outcome::EvidenceMissing])), Outcome::Failed);
    assert_eq!(worst(&failed(&[Outcome::EvidenceMissing])), Outcome::EvidenceMissing);
    assert_eq!(worst(&failed(&[Outcome::Failed, Outcome::NotPrepared])), Outcome::NotPrepared);
    assert_eq!(Outcome::EvidenceMissing as u8, 3);
}

#[test]
fn setup_is_first_and_evidence_last() {
    let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
    assert_eq!(names, ["setup", "fmt", "clippy", "tidy", "tests", "no_std", "deny", "docs", "evidence"]);
}
