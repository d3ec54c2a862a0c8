//! `init`, `serve`, `offer`, `refund`, `audit`: mistakes are named, and the same verb works beside a running process and
//! without one.

use super::Person;
use crate::support::backend::Backend;
use crate::support::books::Books;
use crate::support::http::get;
use crate::support::payer::Payer;
use crate::support::server::{Server, farthing, farthing_ok};
use crate::support::tools::text;
use protocol::receipt::Signed;
use std::os::unix::fs::PermissionsExt;

fn config(server: &Server) -> String {
    server.folder().join("farthing.toml").display().to_string()
}

fn ends(code: i32, arguments: &[&str]) -> String {
    let output = farthing(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stderr)
}

/// Buys a page and gives the receipt's serial.
fn buy(server: &Server, payer: &Payer, path: &str) -> String {
    let answer = payer.pay(&format!("{}{path}", server.site()));
    assert_eq!(answer.status, 200, "{}", answer.text());
    protocol::text::serial(Signed::parse(answer.header("payment-receipt").unwrap()).unwrap().receipt.reference)
}

#[test]
fn init_without_a_terminal_names_the_flag_that_is_missing() {
    let person = Person::new();
    let all = ["--name", "N", "--domain", "news.localhost", "--currency", "EUR", "--data", "d"];
    for missing in ["--name", "--domain", "--currency", "--data"] {
        let at = all.iter().position(|flag| *flag == missing).unwrap();
        let rest: Vec<&str> = ["init"].into_iter().chain(all[..at].iter().copied()).chain(all[at + 2..].iter().copied()).collect();
        let said = person.ends(2, &rest);
        assert!(said.contains(missing), "{said}");
    }
    assert!(!person.home.path().join("farthing.toml").exists());
    person.ok(&[&["init", "--test"], &all[..]].concat());
    let written = std::fs::read(person.home.path().join("farthing.toml")).unwrap();
    person.ends(2, &[&["init", "--test"], &all[..]].concat());
    assert_eq!(std::fs::read(person.home.path().join("farthing.toml")).unwrap(), written, "what is there is never replaced");
}

#[test]
fn init_takes_any_name_as_text() {
    let person = Person::new();
    let name = "Ann's \"Quay\" \\ = [x] # 한글";
    person.ok(&["init", "--name", name, "--domain", "news.localhost", "--currency", "EUR", "--data", "d", "--test"]);
    person.ok(&["offer", "check", "offers.toml"]);
    let said =
        person.ends(2, &["init", "--name", "N", "--domain", "news.example/x", "--currency", "EUR", "--data", "d", "--into", "elsewhere"]);
    assert!(said.contains("host"), "{said}");
    assert!(person.ends(2, &["init", "--name", "N", "--domain", "a.localhost", "--currency", "EURO", "--data", "d"]).contains("currency"));
}

#[test]
fn init_for_a_public_name_believes_the_proxy_on_this_machine() {
    let person = Person::new();
    person.ok(&["init", "--name", "N", "--domain", "news.example", "--currency", "EUR", "--data", "d"]);
    let written = std::fs::read_to_string(person.home.path().join("farthing.toml")).unwrap();
    assert!(written.contains("tls = \"behind-proxy\"") && written.contains("\ntrusted_proxies = [\"127.0.0.1\"]"), "{written}");
}

#[test]
fn init_writes_caps_only_where_they_are_said() {
    let person = Person::new();
    let francs = ["init", "--name", "N", "--domain", "a.localhost", "--currency", "CHF", "--data", "d", "--test"];
    for (caps, says) in [("0.10 2", "three amounts"), ("3 2 20", "wallet.caps.page"), ("0.1 2 many", "wallet.caps.all")] {
        let said = person.ends(2, &[&francs[..], &["--caps", caps]].concat());
        assert!(said.contains(says), "{said}");
    }
    person.ok(&[&francs[..], &["--caps", "0.10 2 20"]].concat());
    let written = |person: &Person| std::fs::read_to_string(person.home.path().join("farthing.toml")).unwrap();
    assert!(written(&person).contains("caps = { page = \"0.10\", site = \"2\", all = \"20\" }"));
    let other = Person::new();
    other.ok(&francs);
    assert!(!written(&other).contains("caps"), "nothing is guessed from a rate");
}

#[test]
fn a_mistake_in_the_configuration_is_named_and_never_guessed_around() {
    let backend = Backend::start();
    let folder = tempfile::tempdir().unwrap();
    backend.init(folder.path());
    let path = folder.path().join("farthing.toml");
    let good = std::fs::read_to_string(&path).unwrap();
    let rows = [
        ("mode = \"test\"", "mode = \"test\"\nmoed = 1", "moed"),
        ("priced = [\"/paid/**\"]", "priced = []", "priced"),
        ("payee = \"house\"", "payee = \"nobody\"", "nobody"),
        ("currency = \"EUR\"", "currency = \"euros\"", "currency"),
        ("tls = \"off\"", "tls = \"of\"", "tls"),
        ("[wallet]\nhost = \"wallet.news.localhost\"", "[wallet]\nhost = \"wallet.example\"", "wallet.host"),
        ("ops = \"127.0.0.1:0\"", "ops = \"0.0.0.0:0\"", "ops"),
        ("query = [\"id\"]", "qery = [\"id\"]", "qery"),
    ];
    for (was, is, named) in rows {
        assert!(good.contains(was), "{was}");
        std::fs::write(&path, good.replace(was, is)).unwrap();
        let said = ends(2, &["serve", "--config", path.to_str().unwrap()]);
        assert!(said.contains(named) && said.contains("farthing.toml"), "{named}: {said}");
    }
    assert!(ends(2, &["serve", "--config", "/nowhere/farthing.toml"]).contains("farthing init"));
    assert!(!folder.path().join("data/journal").exists(), "nothing was begun");
}

#[test]
fn a_priced_path_without_an_offer_stops_the_start() {
    let backend = Backend::start();
    let folder = tempfile::tempdir().unwrap();
    backend.init(folder.path());
    let path = folder.path().join("farthing.toml");
    let good = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, good.replace("priced = [\"/paid/**\"]", "priced = [\"/paid/**\", \"/members/**\"]")).unwrap();
    let said = ends(1, &["serve", "--config", path.to_str().unwrap()]);
    assert!(said.contains("/members/**") && said.contains("free = true"), "{said}");
}

#[test]
fn offer_check_names_every_mistake_at_once() {
    let backend = Backend::start();
    let folder = tempfile::tempdir().unwrap();
    backend.init(folder.path());
    let at = |name: &str| folder.path().join(name).display().to_string();
    let good = farthing_ok(&["offer", "check", &at("offers.toml"), "--config", &at("farthing.toml")]);
    assert!(good.contains("1000 sold: 50 EUR") || good.contains("1000 sold: 50.00 EUR"), "{good}");
    let bad = r#"
[offer.typo]
unlock = "https://news.localhost/paid/a"
price = { fixed = "0.05 EUR" }
refnud = "10m"
[offer.bare]
unlock = "https://news.localhost/paid/b"
price = { fixed = 0.05 }
[offer.none]
unlock = "https://news.localhost/paid/c"
[offer.zero]
unlock = "https://news.localhost/paid/d"
price = { fixed = "0.00 EUR" }
[offer.fine]
unlock = "https://news.localhost/paid/e"
price = { fixed = "0.0000001 EUR" }
[offer.greedy]
unlock = "https://news.localhost/paid/f"
price = { fixed = "0.05 EUR" }
split = [{ label = "a", to = "self", bp = 7000 }, { label = "b", to = "operator", bp = 7000 }, { label = "c", to = "house", rest = true }]
[offer.restless]
unlock = "https://news.localhost/paid/g"
price = { fixed = "0.05 EUR" }
split = [{ label = "a", to = "self", bp = 7000 }]
[offer.strange]
unlock = "https://news.localhost/paid/h"
price = { fixed = "0.05 EUR" }
split = [{ label = "a", to = "nobody", rest = true }]
[offer.foreign]
unlock = "https://other.localhost/paid/i"
price = { fixed = "0.05 EUR" }
[offer.verbless]
price = { fixed = "0.05 EUR" }
"#;
    std::fs::write(at("bad.toml"), bad).unwrap();
    let said = ends(3, &["offer", "check", &at("bad.toml"), "--config", &at("farthing.toml")]);
    let codes = [
        "offer-unknown-key",
        "amount-not-text",
        "offer-without-price",
        "price-zero",
        "amount-too-fine",
        "legs-over-whole",
        "legs-without-rest",
        "payee-unknown",
        "selector-foreign",
        "offer-verb",
    ];
    let unnamed: Vec<&&str> = codes.iter().filter(|code| !said.contains(**code)).collect();
    assert!(unnamed.is_empty(), "{unnamed:?} are not in: {said}");
    assert!(said.contains("bad.toml") && said.contains("refnud"), "{said}");
}

#[test]
fn applying_the_same_offers_again_makes_no_new_version() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let apply = || farthing_ok(&["offer", "apply", "--config", &config(&server)]);
    let versions = || farthing_ok(&["export", "--config", &config(&server), "--format", "json"]).matches("\"kind\":\"offer\"").count();
    assert_eq!((apply().trim(), versions()), ("0 offer versions changed", 1));
    let path = server.folder().join("offers.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("0.05 EUR", "0.06 EUR")).unwrap();
    assert_eq!((apply().trim(), versions()), ("1 offer versions changed", 2));
    assert_eq!((apply().trim(), versions()), ("0 offer versions changed", 2));
    assert!(farthing_ok(&["offer", "list", "--config", &config(&server)]).contains("0.06 EUR"));
    std::fs::write(&path, "[offer.page]\nunlock = 1\n").unwrap();
    ends(3, &["offer", "apply", "--config", &config(&server)]);
    assert_eq!(
        (get(&format!("{}/paid/x", server.site()), &[]).json()["amount"].as_str(), versions()),
        (Some("60000"), 2),
        "nothing of a faulty file is applied"
    );
    let folder = {
        std::fs::write(&path, text).unwrap();
        server.stop()
    };
    let config = folder.path().join("farthing.toml").display().to_string();
    assert_eq!(farthing_ok(&["offer", "apply", "--config", &config]).trim(), "1 offer versions changed", "without a process as well");
    assert_eq!(farthing_ok(&["offer", "apply", "--config", &config]).trim(), "0 offer versions changed");
}

#[test]
fn a_refund_works_beside_the_running_process_and_without_it() {
    let backend = Backend::start();
    let server = backend.behind_farthing();
    let payer = Payer::with("alice", &server, 1_000_000);
    let (first, second) = (buy(&server, &payer, "/paid/one"), buy(&server, &payer, "/paid/two"));
    assert_eq!(payer.available(), 900_000);
    assert!(farthing_ok(&["refund", &first, "--config", &config(&server)]).contains(&first));
    assert_eq!(payer.available(), 950_000);
    let twice = ends(3, &["refund", &first, "--config", &config(&server)]);
    assert!(twice.to_ascii_lowercase().contains("already"), "{twice}");
    assert_eq!(get(&format!("{}/paid/one", server.site()), &[]).status, 402);
    let folder = server.stop();
    let config = folder.path().join("farthing.toml").display().to_string();
    assert!(farthing_ok(&["refund", &second, "--config", &config]).contains(&second));
    ends(3, &["refund", &second, "--config", &config]);
    ends(3, &["refund", &protocol::text::serial(crate::support::payer::command_id()), "--config", &config]);
    ends(2, &["refund", "no-serial", "--config", &config]);
    let books = Books::of(&folder.path().join("data"));
    assert_eq!((books.earned("house"), books.funded(&protocol::text::account(payer.key.public().account()))), (0, 1_000_000));
    let server = Server::serve(folder);
    assert_eq!(Payer::new("alice", &server).available(), 1_000_000);
}

#[test]
fn the_audit_says_in_words_that_the_books_are_clean() {
    let server = Server::demo();
    let payer = Payer::with("alice", &server, 1_000_000);
    payer.pay(&server.url("article"));
    let data = server.data().display().to_string();
    assert!(farthing_ok(&["audit", "--data", &data]).starts_with("The books are clean"));
    let folder = server.stop();
    let data = folder.path().join("data").display().to_string();
    let said = farthing_ok(&["audit", "--data", &data]);
    assert!(said.starts_with("The books are clean") && said.contains("frames up to"), "{said}");
    assert!(ends(2, &["audit", "--data", folder.path().to_str().unwrap()]).contains("--data"));
}

#[test]
fn a_data_folder_is_test_or_live_for_ever_and_its_owners_alone() {
    let backend = Backend::start();
    let folder = backend.behind_farthing().stop();
    let path = folder.path().join("farthing.toml");
    let test = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, test.replace("mode = \"test\"", "mode = \"live\"")).unwrap();
    let said = ends(1, &["serve", "--config", path.to_str().unwrap()]);
    assert!(said.contains("test data folder") && said.contains("live"), "{said}");
    std::fs::write(&path, test).unwrap();
    let mode = |below: &str| std::fs::metadata(folder.path().join(below)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("data"), mode("data/keys")), (0o700, 0o700));
    for key in std::fs::read_dir(folder.path().join("data/keys")).unwrap() {
        assert_eq!(key.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::set_permissions(folder.path().join("data"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let said = ends(1, &["serve", "--config", path.to_str().unwrap()]);
    assert!(said.contains("chmod 700"), "{said}");
}

#[test]
fn the_configuration_is_shown_with_its_lines_and_checked_with_the_nearest_name() {
    let person = Person::new();
    person.ok(&["init", "--name", "Quay", "--domain", "news.localhost", "--currency", "EUR", "--data", "d", "--test"]);
    let shown = person.ok(&["config", "show"]);
    let line =
        |key: &str| shown.lines().find(|line| line.split_whitespace().next() == Some(key)).unwrap_or_else(|| panic!("{key}: {shown}"));
    assert!(line("name").contains("Quay") && line("name").ends_with("farthing.toml:2"), "{shown}");
    assert!(line("public_port").ends_with("default"), "{shown}");
    assert!(person.ok(&["config", "show", "--json"]).contains("\"source\":\"farthing.toml:2\""));
    assert!(person.ok(&["config", "check"]).contains("can be used: 1 sites, 1 payees"));
    let file = person.home.path().join("farthing.toml");
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, written.replace("currency =", "curency =")).unwrap();
    for verb in [["config", "check"], ["config", "show"]] {
        let said = person.ends(2, &verb);
        assert!(said.contains("farthing.toml:4: `curency` is no setting; did you mean `currency`?"), "{said}");
    }
    std::fs::write(&file, &written).unwrap();
    std::fs::write(person.home.path().join("offers.toml"), "[offer.x]\nunlok = 1\n").unwrap();
    assert!(person.ends(2, &["config", "check"]).contains("offers.toml"));
}
