//! Logs, tails and times.
use std::process::Command;

use super::{Log, all, answer, silent, spoken, tail};

#[test]
fn both_outputs_reach_the_log_in_order() {
    let path = std::env::temp_dir().join(format!("xtask-log-{}", std::process::id()));
    let mut log = Log::create(&path).unwrap();
    let succeeded = log.run(Command::new("sh").args(["-c", "echo one; echo two >&2; echo three; exit 3"]), silent);
    assert_eq!(succeeded, Ok(false));
    assert_eq!(tail(&path, 2), "two\nthree");
    assert_eq!(tail(&path, 99).lines().count(), 4, "the command itself is the first line");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_process_left_behind_does_not_hold_the_check() {
    let path = std::env::temp_dir().join(format!("xtask-orphan-{}", std::process::id()));
    let mut log = Log::create(&path).unwrap();
    let succeeded = log.run(Command::new("sh").args(["-c", "sleep 30 & echo started"]), all);
    assert_eq!(succeeded, Ok(true));
    assert!(tail(&path, 1).contains("started"));
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_missing_program_is_an_error_not_a_failure() {
    let path = std::env::temp_dir().join(format!("xtask-missing-{}", std::process::id()));
    let mut log = Log::create(&path).unwrap();
    assert!(log.run(&mut Command::new("no-such-program-at-all"), silent).is_err());
    assert_eq!(answer(&mut Command::new("no-such-program-at-all")), None);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn times_are_spoken() {
    assert_eq!(spoken(41), "41 s");
    assert_eq!(spoken(1142), "19 min 02 s");
}
