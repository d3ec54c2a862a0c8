//! Folding: a table of spellings, and the ways round that are none.

use super::*;

fn fold(target: &str) -> Result<Target, Problem> {
    Target::fold(&target.parse().unwrap(), &["p".to_owned(), "lang".to_owned()])
}

#[test]
fn every_spelling_of_a_page_is_one() {
    let table = [
        ("/", "/"),
        ("//", "/"),
        ("/a/x", "/a/x"),
        ("/a/x/", "/a/x/"),
        ("//a///x", "/a/x"),
        ("/a/./x", "/a/x"),
        ("/b/../a/x", "/a/x"),
        ("/../../a/x", "/a/x"),
        ("/a/x/..", "/a/"),
        ("/a/..", "/"),
        ("/a/%2e%2E/a/x", "/a/x"),
        ("/%61/%78", "/a/x"),
        ("/a/%7e%2D%5f", "/a/~-_"),
        ("/a/caf%c3%a9", "/a/caf%C3%A9"),
        ("/a/x%2fy", "/a/x%2Fy"),
        ("/a/%2561", "/a/%2561"),
        ("/a/x;v=1", "/a/x;v=1"),
        ("/a/%3b", "/a/%3B"),
        ("/a\\x", "/a%5Cx"),
        ("/\\evil.example", "/%5Cevil.example"),
    ];
    for (sent, folded) in table {
        let target = fold(sent).unwrap();
        assert_eq!(target.path, folded, "{sent}");
        assert_eq!(fold(&target.path).unwrap().path, folded, "folding {sent} twice");
        assert_eq!(target.forwarded().path(), folded);
    }
}

#[test]
fn broken_escapes_are_refused() {
    for sent in ["/a/%", "/a/%4", "/a/%zz", "/a/%00", "/a/%0a", "/%7F", "/a/%+1"] {
        assert!(fold(sent).is_err(), "{sent}");
    }
}

#[test]
fn only_the_named_query_keys_make_another_page() {
    let table = [
        ("/a?utm=1", "/a", "/a?utm=1"),
        ("/a?p=2&utm=1", "/a?p=2", "/a?p=2&utm=1"),
        ("/a?lang=ko&x=y&p=2", "/a?p=2&lang=ko", "/a?lang=ko&x=y&p=2"),
        ("/%61?%70=a%20b", "/a?p=a+b", "/a?%70=a%20b"),
    ];
    for (sent, page, forwarded) in table {
        let target = fold(sent).unwrap();
        assert_eq!((target.page.as_str(), target.forwarded().to_string().as_str()), (page, forwarded), "{sent}");
    }
    assert!(fold("/a?p=1&p=2").is_err());
    assert!(fold("/a?p=1&%70=2").is_err());
}

#[test]
fn no_careless_reading_is_a_way_round() {
    let site = crate::config::Site {
        wallets: Vec::new(),
        stablecoin: std::collections::BTreeMap::new(),
        mcp: Vec::new(),
        host: "news.example".to_owned(),
        name: None,
        origin: "http://127.0.0.1:1".to_owned(),
        payee: "harbour".to_owned(),
        priced: vec!["/a/*".to_owned(), "/tour".to_owned()],
        offers: Vec::new(),
        query: Vec::new(),
        attach: crate::config::Attach::Proxy,
        search: false,
        x402_json: false,
        page_origins: Vec::new(),
        bar: crate::config::Bar::Off,
    };
    let priced = Patterns::of(&site);
    let table = [
        ("/", Alias::None),
        ("/b/x", Alias::None),
        ("/a/x/", Alias::Slash("/a/x".to_owned())),
        ("/tour/", Alias::Slash("/tour".to_owned())),
        ("/a%2Fx", Alias::Loose),
        ("/a%5cx", Alias::Loose),
        ("/b%2F..%2Fa%2Fx", Alias::Loose),
        ("/b%2f%2e%2e/a/x", Alias::Loose),
        ("/tour;v=1", Alias::Loose),
        ("/a;v=1/x", Alias::Loose),
        ("/to%75r%2F", Alias::Loose),
    ];
    for (sent, alias) in table {
        let target = fold(sent).unwrap();
        assert!(!priced.cover(&target.path), "{sent}");
        assert_eq!(target.alias(&priced), alias, "{sent}");
    }
}
