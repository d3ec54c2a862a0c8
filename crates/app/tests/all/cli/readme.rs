//! Every command that the README prints does what it says there.

use super::Person;
use crate::support::backend::Backend;
use crate::support::http::get;
use crate::support::server::{FARTHING, Server};
use crate::support::tools::{root, text};
use std::path::Path;
use std::process::Command;

/// The lines of the README's plain blocks, block by block, without their remarks.
fn blocks() -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let parts: Vec<&str> = readme.split("```").collect();
    let plain = parts.iter().skip(1).step_by(2).filter_map(|block| block.strip_prefix('\n'));
    let command = |line: &str| line.split("  #").next().unwrap_or_default().trim().to_owned();
    plain.map(|block| block.lines().map(command).filter(|line| !line.is_empty()).collect()).collect()
}

/// Runs a line in a shell that knows `farthing`, as after the README's alias.
fn shell(person: &Person, folder: &Path, line: &str) -> String {
    let bin = person.home.path().join("bin");
    if !bin.exists() {
        std::fs::create_dir(&bin).unwrap();
        std::os::unix::fs::symlink(FARTHING, bin.join("farthing")).unwrap();
    }
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder).env("PATH", path).env("HOME", person.home.path());
    let output = command.env_remove("FARTHING_WALLET").env_remove("XDG_CONFIG_HOME").output().unwrap();
    assert!(output.status.success(), "{line}: {}{}", text(&output.stdout), text(&output.stderr));
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_readme_pays_as_printed() {
    let blocks = blocks();
    assert!(blocks.contains(&vec!["cargo run --release".to_owned()]) && blocks.contains(&vec!["cargo xtask check".to_owned()]));
    let paying = blocks.iter().find(|block| block.iter().any(|line| line.starts_with("farthing get"))).expect("a block that pays");
    let (server, person) = (Server::demo(), Person::new());
    let port = server.site().rsplit(':').next().unwrap().to_owned();
    let mut said = Vec::new();
    for line in paying.iter().filter(|line| !line.starts_with("alias ")) {
        said.push((line.clone(), shell(&person, person.home.path(), &line.replace(":4020", &format!(":{port}")))));
    }
    let of = |start: &str| &said.iter().find(|(line, _)| line.starts_with(start)).unwrap_or_else(|| panic!("no {start} in the README")).1;
    assert!(of("curl -i").contains("402 Payment Required") && of("curl -i").to_ascii_lowercase().contains("www-authenticate: payment "));
    assert!(of("farthing wallet topup").contains("5.00 EUR"));
    assert!(of("farthing get").contains("<h1") && of("farthing get").contains("Paid 0.05 EUR"));
    assert!(of("farthing undo --last").contains("0.05 EUR"));
    assert_eq!(person.available(), 5_000_000);
}

#[test]
fn the_readme_sets_up_a_site_as_printed() {
    let blocks = blocks();
    let own = blocks.iter().find(|block| block.iter().any(|line| line.starts_with("farthing init"))).expect("a block that sets up a site");
    let (backend, person) = (Backend::start(), Person::new());
    let folder = tempfile::tempdir().unwrap();
    for line in own.iter().filter(|line| !line.starts_with("farthing serve")) {
        let said = shell(&person, folder.path(), line);
        if line.starts_with("farthing offer check") {
            assert!(said.contains("0.05 EUR") && said.contains("1000 sold"), "{said}");
        }
    }
    assert!(own.iter().any(|line| line == "farthing serve"));
    // Only ports and origin are this machine's: the printed ones may be taken.
    let path = folder.path().join("farthing.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    assert!(config.contains("http://127.0.0.1:8080"), "the README says where the pages come from");
    let config = config.replace("http://127.0.0.1:8080", &backend.url()).replace(":4020\"", ":0\"").replace(":4021\"", ":0\"");
    std::fs::write(&path, config).unwrap();
    let server = Server::serve(folder);
    assert_eq!(get(&format!("{}/paid/page", server.site()), &[]).status, 402);
    assert_eq!(get(&format!("{}/", server.site()), &[]).status, 200);
    let reader = Person::with(&server, "1.00");
    let page = reader.ok(&["get", &format!("{}/paid/page", server.site()), "--max", "0.05"]);
    assert!(page.contains("GET /paid/page"), "{page}");
}

#[test]
fn what_the_readme_points_at_is_there() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let links = readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.starts_with("http"));
    let missing: Vec<&str> = links.filter(|link| !root().join(link).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_readmes_offer_file_is_read_whole() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let offers = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an offer file in the README");
    let (person, folder) = (Person::new(), tempfile::tempdir().unwrap());
    let at = |name: &str| folder.path().join(name).display().to_string();
    person.ok(&["init", "--name", "N", "--domain", "news.example", "--currency", "EUR", "--data", "data", "--test", "--into", &at("")]);
    let config = std::fs::read_to_string(at("farthing.toml")).unwrap();
    std::fs::write(at("farthing.toml"), format!("{config}\n[payee.ann]\nname = \"Ann\"\n")).unwrap();
    std::fs::write(at("readme.toml"), offers).unwrap();
    let said = person.ok(&["offer", "check", &at("readme.toml"), "--config", &at("farthing.toml")]);
    assert!(said.contains("writer (ann) 0.035") && said.contains("house (self) 0.015"), "{said}");
}
