//! Each rule against a file that breaks it and one that does not.
use super::{Findings, RULES, documents, floors, hosts, manifest, markers, mutants, problems, report, shape, threats, words};
use crate::repo::{Repo, Source};

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned() }
}

/// What one rule says of these files, as `line what`.
fn said(rule: super::Rule, files: &[(&str, &str)]) -> Vec<String> {
    let sources: Vec<Source> = files.iter().map(|(path, text)| source(path, text)).collect();
    let mut findings = Findings::default();
    rule(&sources, &mut findings);
    findings.violations.iter().map(|violation| format!("{} {}", violation.line, violation.what)).collect()
}

#[test]
fn floors_are_read_from_manifests() {
    let ledger = "[dependencies]\nmoney.workspace = true\nmarket.workspace = true\nserde.workspace = true\n[dev-dependencies]\nstore = { workspace = true }\n";
    assert_eq!(said(floors::look, &[("crates/ledger/Cargo.toml", ledger)]), ["3 ledger imports market", "6 ledger imports store"]);
    let client = "[dependencies.ledger]\nworkspace = true\n[target.'cfg(unix)'.dependencies]\nsim.workspace = true\n";
    assert_eq!(said(floors::look, &[("crates/client/Cargo.toml", client)]), ["1 client imports ledger", "4 client imports sim"]);
    assert_eq!(said(floors::look, &[("crates/money/Cargo.toml", "[dependencies]\nserde.workspace = true\n")]), ["2 money imports serde"]);
    assert_eq!(said(floors::look, &[("crates/money/Cargo.toml", "[dev-dependencies]\nproptest.workspace = true\n")]), [""; 0]);
    assert_eq!(said(floors::look, &[("crates/bank/Cargo.toml", "")]), ["0 bank has no floor"]);
}

#[test]
fn the_world_is_for_the_roof() {
    let text = "//! c\nuse std::{fmt, fs};\nuse std::net::IpAddr;\n// std::fs\nlet a = \"tokio\";\nlet now = Instant::now();\nuse std::fmt;\nuse tokio::spawn;";
    let expected = ["2 std::fs below the roof", "3 std::net below the roof", "6 Instant below the roof", "8 tokio below the roof"];
    assert_eq!(said(floors::look, &[("crates/market/src/a.rs", text)]), expected);
    assert_eq!(said(floors::look, &[("crates/app/src/a.rs", text)]), [""; 0]);
}

#[test]
fn files_have_captions_and_an_end() {
    let long = format!("//! c\n{}", "x();\n".repeat(800));
    let tested = format!("//! c\n#[cfg(test)]\nmod tests {{\n{}", "x();\n".repeat(900));
    let apart = format!("//! c\n#[cfg(test)]\nmod tests;\n{}", "x();\n".repeat(900));
    assert_eq!(said(shape::look, &[("a.rs", "use x;"), ("b.rs", "//!\n"), ("c.rs", "//! c")]), ["1 no caption", "1 no caption"]);
    assert_eq!(said(shape::look, &[("a.rs", &long), ("b.rs", &tested), ("c.rs", &apart)]), ["800 801 lines", "800 903 lines"]);
    assert_eq!(said(shape::look, &[("crates/a/tests/all/b.rs", &long), ("a.md", &long)]), [""; 0]);
    assert_eq!(said(shape::look, &[("a.css", &long), ("crates/a/clippy.toml", "")]), ["800 801 lines", "0 a second clippy.toml"]);
}

#[test]
fn markers_are_found_in_code_comments_and_prose() {
    let mark = concat!("TO", "DO");
    let rust =
        format!("//! c\n// {mark}: x\n{}{}y)\nlet s = \"{}\";\n#[{}]\n", "to", "do!(", concat!("XX", "X"), concat!("ig", "nore = \"x\""));
    let lines = said(markers::look, &[("a.rs", &rust)]);
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].starts_with("2 ") && lines[1].starts_with("3 ") && lines[2].starts_with("5 "), "{lines:?}");
    assert_eq!(said(markers::look, &[("a.md", &format!("a\n{mark} b\n{mark}LIST"))]).len(), 1);
    assert_eq!(said(markers::look, &[("a.rs", "//! c\nlet s = \"dbg!(\";")]), [""; 0]);
}

#[test]
fn threats_name_tests_that_exist() {
    let rust = "//! c\n#[test]\nfn a_wall_holds() {}\n#[tokio::test]\nasync fn a_door_shuts() {}\nfn a_mere_function() {}\n";
    let told = |rows: &str| {
        let page = format!("# T\n\n| wants | stops | test |\n|---|---|---|\n{rows}\n\nNot defended: `a_thing`.\n");
        said(threats::look, &[("crates/a/src/a.rs", rust), ("docs/threat-model.md", &page)])
    };
    assert_eq!(told("| x | `y` | `a_wall_holds`, `a_door_shuts` |"), ["7 `a_thing` is no test"]);
    assert_eq!(told("| x | y | `a_mere_function` |"), ["5 `a_mere_function` is no test", "7 `a_thing` is no test"]);
    assert_eq!(told("| x | `a_wall_holds` | none |"), ["5 no test named", "7 `a_thing` is no test"]);
    assert_eq!(told(""), ["7 `a_thing` is no test", "0 no threats"]);
    assert_eq!(said(threats::look, &[]), ["0 absent"]);
    let scenarios = "| what | test |\n|---|---|\n| x | `a_wall_holds` |\n| y | nobody knows |\n";
    assert_eq!(said(threats::scenarios, &[("crates/a/src/a.rs", rust), ("docs/scenarios.md", scenarios)]), ["4 no test named"]);
    assert_eq!(said(threats::scenarios, &[("docs/scenarios.md", "# S\n")]), ["0 no scenarios"]);
}

#[test]
fn nothing_of_one_machine() {
    let path =
        format!("cd {}main\nhttps://a.test{}x\nlet p = \"{}x\";", concat!("/wo", "rk/"), concat!("/wo", "rk/"), concat!("/ro", "ot/"));
    assert_eq!(said(hosts::look, &[("a.md", &path)]).len(), 2);
    let lock = "{\n  \"resolved\": \"x\",\n  \"integrity\": \"y\"\n}";
    assert_eq!(
        said(hosts::look, &[("clients/package-lock.json", lock), ("clients/.npmrc", "")]),
        ["2 `resolved` names a registry", "0 `.npmrc` names a registry"]
    );
    assert_eq!(said(hosts::look, &[("requirements.txt", &format!("{} x", concat!("--index", "-url")))]).len(), 1);
    assert_eq!(said(hosts::look, &[("Cargo.lock", concat!("index.", "crates.io"))]), [""; 0]);
}

#[test]
fn problems_and_their_page_are_equal() {
    let rust = "//! c\nfn title(self) { match self { A => \"Not a slug\", B => \"other\" } }\nfn code(self) -> &'static str {\n match self {\n A => \"payment-required\",\n B => \"gone\",\n }\n}\nfn f() { match x { A => \"mpp\" } }";
    let page = "# Problems\n### `payment-required`\ntext\n### `stale`\n### About\n";
    let files = [("crates/protocol/src/problem.rs", rust), ("docs/problems.md", page)];
    assert_eq!(said(problems::look, &files), ["6 `gone` is not in docs/problems.md", "4 `stale` is no code of ours"]);
    assert_eq!(said(problems::look, &files[..1]), ["0 absent"]);
    let table = "//! c\nconst ROWS: [Row; 1] = [Row { code: \"gone\", status: 410 }];";
    let files = [("crates/protocol/src/problem.rs", table), ("docs/problems.md", "### `gone`\n")];
    assert_eq!(said(problems::look, &files), [""; 0]);
}

#[test]
fn names_are_the_fields() {
    let text = "//! c\nstruct Transaction;\nfn get_price() {}\nlet a = \"transaction\"; // transaction\nmod utils;\nstruct OfferManager;";
    let elsewhere = ["3 the name `get_price`", "5 the module `utils`", "6 the type `OfferManager`"];
    assert_eq!(said(words::look, &[("crates/store/src/a.rs", text)]), elsewhere);
    assert_eq!(said(words::look, &[("crates/ledger/src/a.rs", text)])[0], "2 the name `Transaction`");
}

#[test]
fn dependencies_have_a_reason_and_one_version() {
    let root = "[workspace.dependencies]\nmoney = { path = \"crates/money\" }\nhttp = \"1\" # types\nserde = \"1\"\n";
    assert_eq!(said(manifest::look, &[("Cargo.toml", root)]), ["4 serde has no reason"]);
    let member = "[dependencies]\nserde = \"1\"\nhttp.workspace = true\nbytes = { workspace = true }\n";
    assert_eq!(said(manifest::look, &[("crates/app/Cargo.toml", member)]), ["2 serde has a version of its own"]);
}

#[test]
fn documents_stand_and_are_short() {
    let long = "x\n".repeat(121);
    let lines = said(documents::look, &[("README.md", &long), ("LICENSE-MIT", "MIT"), ("GLOSSARY.md", " ")]);
    assert!(lines.contains(&"0 121 lines".to_owned()), "{lines:?}");
    assert_eq!(lines.len(), 10, "{lines:?}");
}

#[test]
fn planted_bugs_have_their_place() {
    let patch = "Promise: a\nTest: b\n--- a/x.rs\n+++ b/x.rs\n@@ -1 +1 @@\n-old\n+new\n";
    assert_eq!(said(mutants::look, &[("mutants/a.patch", patch), ("x.rs", "old\n")]), [""; 0]);
    assert_eq!(said(mutants::look, &[("mutants/a.patch", patch), ("x.rs", "new\n")]), ["0 x.rs: line 1 and around it is another"]);
    assert_eq!(said(mutants::look, &[("mutants/a.patch", "nothing")]), ["0 `nothing` is neither Promise, Test nor diff"]);
}

#[test]
fn these_scripts_keep_their_own_rules() {
    let repo = Repo::find().unwrap();
    let sources: Vec<Source> = repo.sources().unwrap().into_iter().filter(|source| source.path.starts_with("xtask/")).collect();
    let mut findings = Findings::default();
    for rule in RULES {
        rule(&sources, &mut findings);
    }
    let own: Vec<String> = findings.violations.iter().filter(|found| found.path.starts_with("xtask/")).map(ToString::to_string).collect();
    assert_eq!(own, [""; 0]);
    assert!(report(&repo).unwrap().1.last().unwrap().starts_with("tidy: "));
}
