//! Addresses: spelling, joining, realms.

use super::{Address, AddressError};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

#[test]
fn one_address_has_one_spelling() {
    for (written, read) in [
        ("https://News.Example", "https://news.example/"),
        ("https://news.example:443/a?b#c", "https://news.example/a?b"),
        ("http://news.localhost:4020/a", "http://news.localhost:4020/a"),
        ("http://news.example.:80?q", "http://news.example/?q"),
        ("https://news.example/é", "https://news.example/%C3%A9"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://[::1]/x", "http://[::1]/x"),
    ] {
        assert_eq!(address(written).to_string(), read);
    }
}

#[test]
fn what_is_no_address_is_refused_by_name() {
    for (written, error) in [
        ("news.example/a", AddressError::Scheme),
        ("news.example", AddressError::Scheme),
        ("ftp://news.example/", AddressError::Scheme),
        ("https://user@news.example/", AddressError::User),
        ("https://user:word@news.example/", AddressError::User),
        ("https://nëws.example/", AddressError::Characters),
        ("https://news.example:99999/", AddressError::Host),
        ("https://news../", AddressError::Host),
        ("https://news..example/", AddressError::Host),
        ("https://./", AddressError::Host),
        ("https://news[::1]:80/", AddressError::Host),
        ("https://a,b/", AddressError::Host),
        ("https://news.example/a b", AddressError::Characters),
        ("https://", AddressError::Characters),
    ] {
        assert_eq!(Address::parse(written).unwrap_err(), error, "{written}");
    }
}

#[test]
fn a_location_is_read_from_where_it_was_said() {
    let here = address("https://news.example/a/b?q");
    for (location, there) in [
        ("/c", "https://news.example/c"),
        ("c?d", "https://news.example/a/c?d"),
        ("../c/./d/", "https://news.example/c/d/"),
        ("../../../c", "https://news.example/c"),
        ("?x", "https://news.example/a/b?x"),
        ("", "https://news.example/a/b?q"),
        ("//other.example/c", "https://other.example/c"),
        ("http://news.example/a:b", "http://news.example/a:b"),
        ("c/a:b#f", "https://news.example/a/c/a:b"),
    ] {
        assert_eq!(here.join(location).unwrap().to_string(), there, "{location}");
    }
    assert!(here.join("javascript:alert(1)").is_err());
}

#[test]
fn a_realm_is_the_host_or_a_parent_with_a_dot() {
    let page = address("https://pay.news.example/a");
    for realm in ["pay.news.example", "news.example", "News.Example"] {
        assert!(page.is_within(realm), "{realm}");
    }
    for realm in ["example", "ws.example", ".news.example", "other.example", "a.pay.news.example", "", "."] {
        assert!(!page.is_within(realm), "{realm}");
    }
    assert!(address("http://localhost/").is_within("localhost"));
    assert!(!address("http://news.localhost/").is_within("localhost"), "a parent must contain a dot");
    assert!(!address("http://127.0.0.1/").is_within("0.0.1"), "addresses have no parents");
}

#[test]
fn only_this_machine_is_loopback() {
    for here in ["http://localhost:1/", "http://wallet.localhost/", "http://127.9.9.9/", "http://[::1]/"] {
        assert!(address(here).is_loopback(), "{here}");
    }
    for elsewhere in ["http://notlocalhost/", "http://localhost.example/", "http://10.0.0.1/", "http://[::2]/"] {
        assert!(!address(elsewhere).is_loopback(), "{elsewhere}");
    }
}
