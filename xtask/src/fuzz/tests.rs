//! What is asked for is understood, and every target is whole: a program, a module of the stable driver, a corpus.
use super::{Driver, Wish, read, targets};
use crate::repo::Repo;

#[test]
fn what_is_asked_for_is_understood() {
    let all = ["call".to_owned(), "json".to_owned()];
    let wish = |targets: &[&'static str], driver, seconds, seed| Ok(Wish { targets: targets.to_vec(), driver, seconds, seed });
    assert_eq!(read(&[], &all), wish(&[], Driver::LibFuzzer, 30, 1));
    assert_eq!(read(&["json", "--stable", "--seconds", "5", "--seed", "9", "call"], &all), wish(&["json", "call"], Driver::Stable, 5, 9));
    assert_eq!(read(&["xml"], &all).unwrap_err(), "`xml` is no target; there are call, json");
    assert_eq!(read(&["--seconds"], &all).unwrap_err(), "--seconds wants a number");
}

#[test]
fn every_target_is_a_program_a_module_of_the_driver_and_has_a_corpus() {
    let repo = Repo::find().unwrap();
    let (manifest, driver) = (repo.read("fuzz/Cargo.toml").unwrap(), repo.read("fuzz/examples/stable.rs").unwrap());
    let targets = targets(&repo);
    assert!(targets.len() >= 30, "{targets:?}");
    for target in &targets {
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target} is a program");
        assert!(driver.contains(&format!("(\"{target}\", {target}::fuzz)")), "{target} is in the stable driver");
        let corpus = std::fs::read_dir(repo.path(&format!("testdata/corpus/{target}"))).unwrap();
        assert!(corpus.count() >= 2, "{target} has a corpus");
        let text = repo.read(&format!("fuzz/fuzz_targets/{target}.rs")).unwrap();
        assert!(text.lines().count() <= 10, "{target} is small");
    }
}
