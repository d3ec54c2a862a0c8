//! Every command that the README prints does what it says there.

use super::Person;
use crate::support::evidence;
use crate::support::http::get;
use crate::support::nginx::Nginx;
use crate::support::server::{FARTHING, Server};
use crate::support::tools::{root, run_ok, text, tool};
use std::path::{Path, PathBuf};
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
    if !bin.join("farthing").exists() {
        std::fs::create_dir_all(&bin).unwrap();
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
    let streaming = blocks.iter().find(|block| block.iter().any(|line| line.contains("--session"))).expect("a block that streams");
    let run = |line: &String| shell(&person, person.home.path(), &line.replace(":4020", &format!(":{port}")));
    let said: Vec<String> = streaming.iter().map(run).collect();
    assert!(said[0].contains("data: publish.\n") && !said[0].contains("payment-"), "{}", said[0]);
    assert!(said[0].contains("Paid 0.000264 EUR (TEST money) for 132 tokens to harbour"), "{}", said[0]);
    assert!(said[1].contains("closed, 0.000264 EUR"), "{}", said[1]);
    assert_eq!(person.available(), 4_999_736);
}

/// An nginx that the README started; it ends with the test.
struct Started(PathBuf);

impl Drop for Started {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.0.join("nginx.pid")).unwrap_or_default();
        if !pid.trim().is_empty() {
            let _ = Command::new("kill").arg(pid.trim()).status();
        }
    }
}

/// Debian's nginx under its name; as root its worker must read what the test's own folder holds.
fn with_nginx(person: &Person) {
    let program = tool("nginx/usr/sbin/nginx", "nginx");
    let bin = person.home.path().join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let root = if run_ok(Command::new("id").arg("-u"), "coreutils").trim() == "0" { "-g 'user root;'" } else { "" };
    let path = bin.join("nginx");
    std::fs::write(&path, format!("#!/bin/sh\nexec '{}' {root} \"$@\"\n", program.display())).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}

/// The text of the README's first block of a language.
fn block_of(language: &str) -> String {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let start = format!("```{language}\n");
    readme.split(&start).nth(1).and_then(|rest| rest.split("```").next()).unwrap_or_else(|| panic!("no {start}")).to_owned()
}

#[test]
fn the_readme_sells_a_page_of_a_folder_behind_nginx_as_printed() {
    evidence::begin("nginx");
    let blocks = blocks();
    let own = blocks.iter().find(|block| block.iter().any(|line| line.starts_with("farthing init"))).expect("a block that sets up a site");
    let (person, folder) = (Person::new(), tempfile::tempdir().unwrap());
    with_nginx(&person);
    let here = folder.path().to_owned();
    // Only the ports are this machine's: the printed ones may be taken.
    let port = free_port();
    let conf = block_of("nginx");
    assert!(conf.contains("127.0.0.1:8080"), "the pages stand where `init` looks for them");
    std::fs::write(here.join("nginx.conf"), conf.replace("8080", &port.to_string())).unwrap();
    let _nginx = Started(here.clone());
    let (before, after) = own.split_at(own.iter().position(|line| line == "farthing serve").expect("a line that serves"));
    for line in before {
        let said = shell(&person, &here, line);
        if line.starts_with("farthing offer check") {
            assert!(said.contains("0.05 EUR") && said.contains("1000 sold"), "{said}");
        }
    }
    let config = std::fs::read_to_string(here.join("farthing.toml")).unwrap();
    let config = config.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}")).replace(":4020\"", ":0\"").replace(":4021\"", ":0\"");
    std::fs::write(here.join("farthing.toml"), config).unwrap();
    let server = Server::serve(folder);
    let public = server.site().rsplit(':').next().unwrap().to_owned();
    assert_eq!(get(&format!("{}/paid/hello.html", server.site()), &[]).status, 402);
    shell(&person, &here, "farthing wallet new");
    let mut said = String::new();
    for line in after.iter().skip(1) {
        said = shell(&person, &here, &line.replace(":4020", &format!(":{public}")));
    }
    assert!(said.contains("This was paid for.") && said.contains("Paid 0.05 EUR"), "{said}");
    assert_eq!(person.available(), 4_950_000);
    evidence::ran("nginx", "nginx", &Nginx::version());
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
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
