//! What stands where, what is no key, and that the lists of keys are those that are read.

use super::*;
use crate::config::ConfigError;
use std::path::Path;

const TEXT: &str = "name = \"Quay\"\nmode = \"test\"\n\nwallet = { host = \"wallet.localhost\" }\n[payee.quay]\nname = \"The Quay\"\n\
[site.news]\nhost = \"news.localhost\"\norigin = \"http://127.0.0.1:9\"\npayee = \"quay\"\npriced = [\"/a/**\"]\noffers = [\"offers.toml\"]\n";

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("farthing.toml"), Path::new("."))
}

#[test]
fn every_value_says_where_it_comes_from() {
    let config = parse(TEXT).unwrap();
    let settings = config.settings(None);
    let of =
        |key: &str| settings.iter().find(|setting| setting.key == key).map(|setting| (setting.value.as_str(), setting.source)).unwrap();
    assert_eq!(of("name"), ("Quay", Source::File { line: 1 }));
    assert_eq!(of("wallet.host"), ("wallet.localhost", Source::File { line: 4 }));
    assert_eq!(of("payee.quay.name"), ("The Quay", Source::File { line: 6 }));
    assert_eq!(of("site.news.priced"), ("/a/**", Source::File { line: 11 }));
    assert_eq!(of("listen"), ("127.0.0.1:4020", Source::Default));
    assert_eq!(of("desk.host"), ("", Source::Default));
    assert_eq!(of("site.news.bar"), ("insert", Source::Default));
    assert_eq!(of(LOG), ("warn", Source::Default));
    let said = config.settings(Some("info".to_owned())).pop().unwrap();
    assert_eq!((said.value.as_str(), said.source), ("info", Source::Environment));
    let mut keys: Vec<&str> = settings.iter().map(|setting| setting.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), settings.len());
}

#[test]
fn a_strange_key_is_an_error_with_the_nearest_name() {
    let text = TEXT.replace("mode = ", "curency = \"EUR\"\nmode = ").replace("origin = ", "orgin = ") + "zzzzzzzz = 1\n";
    let said = parse(&text).unwrap_err().to_string();
    for line in [
        "farthing.toml:2: `curency` is no setting; did you mean `currency`?",
        "farthing.toml:10: `site.news.orgin` is no setting; did you mean `site.news.origin`?",
        "farthing.toml:14: `site.news.zzzzzzzz` is no setting",
    ] {
        assert!(said.lines().any(|found| found == line), "{line}\n{said}");
    }
    for (typed, meant) in [("public-port", "public_port"), ("lisen", "listen"), ("trusted_proxy", "trusted_proxies"), ("sites", "site")] {
        assert_eq!(nearest(typed, &TOP), Some(meant));
    }
    assert_eq!((nearest("colour", &TOP), distance("kitten", "sitting"), distance("", "abc")), (None, 3, 3));
}

#[test]
fn the_lists_of_keys_are_those_that_are_read() {
    #[derive(Debug)]
    struct Lists(&'static str, &'static [&'static str]);
    for Lists(text, known) in [
        Lists("strange = 1", &TOP),
        Lists("name = \"x\"\nmode = \"test\"\n[wallet]\nstrange = 1", &WALLET),
        Lists("name = \"x\"\nmode = \"test\"\n[desk]\nstrange = 1", &DOOR),
        Lists("name = \"x\"\nmode = \"test\"\n[mail]\nstrange = 1", &MAIL),
        Lists("name = \"x\"\nmode = \"test\"\n[payee.a]\nstrange = 1", &PAYEE),
        Lists("name = \"x\"\nmode = \"test\"\n[payee.a.monetization]\nstrange = 1", &MONETIZATION),
        Lists("name = \"x\"\nmode = \"test\"\n[site.a]\nstrange = 1", &SITE),
        Lists("name = \"x\"\nmode = \"test\"\n[site.a.stablecoin.b]\nstrange = 1", &STABLECOIN),
        Lists("name = \"x\"\nmode = \"test\"\n[elsewhere.a]\nstrange = 1", &ELSEWHERE),
    ] {
        let said = toml::from_str::<Config>(text).unwrap_err().to_string();
        let expected = said.split("expected ").nth(1).unwrap();
        let mut named: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
        let mut known = known.to_vec();
        named.sort_unstable();
        known.sort_unstable();
        assert_eq!(named, known, "{said}");
    }
}

#[test]
fn a_secret_is_never_shown() {
    assert_eq!(shown("smtp.password", "hunter2"), HIDDEN);
    assert_eq!((shown("smtp.password", ""), shown("smtp.host", "a")), (String::new(), "a".to_owned()));
}
