//! One host is named, once and whole.

use super::Host;
use http::{HeaderMap, HeaderValue, Uri, header};

fn of(hosts: &[&str], target: &str) -> Option<String> {
    let lines = hosts.iter().map(|host| (header::HOST, HeaderValue::from_bytes(host.as_bytes()).unwrap()));
    let headers: HeaderMap = lines.collect();
    Host::of(&headers, &target.parse::<Uri>().unwrap()).ok().map(|host| format!("{} {}", host.name(), host.as_str()))
}

#[test]
fn a_name_is_read_in_lower_case_and_without_its_port() {
    assert_eq!(of(&["News.Example"], "/a").unwrap(), "news.example news.example");
    assert_eq!(of(&["news.example:8080"], "/a").unwrap(), "news.example news.example:8080");
    assert_eq!(of(&["[::1]:80"], "/a").unwrap(), "[::1] [::1]:80");
    assert_eq!(of(&[], "http://news.example/a").unwrap(), "news.example news.example");
    assert_eq!(of(&["news.example:80"], "http://NEWS.example:80/a").unwrap(), "news.example news.example:80");
}

#[test]
fn no_host_or_two_or_half_a_host_is_refused() {
    for hosts in [
        &[][..],
        &[""],
        &["news.example", "news.example"],
        &["news.example", "other.example"],
        &["news.example,other.example:x"],
        &["user@news.example"],
        &["news.example:"],
        &["news.example:99999"],
        &["news.example:+80"],
        &[":80"],
        &["[::1"],
        &["[::1]news.example"],
        &["news.example/a"],
        &["news.ex\u{e4}mple"],
    ] {
        assert_eq!(of(hosts, "/a"), None, "{hosts:?}");
    }
    assert_eq!(of(&["news.example"], "http://other.example/a"), None, "the target names another");
    assert_eq!(of(&["news.example"], "http://news.example:80/a"), None, "the target names another port");
}

#[test]
fn a_server_in_front_names_one_host_or_none() {
    let of = |hosts: &[&str]| {
        let lines =
            hosts.iter().map(|host| (http::HeaderName::from_static("x-forwarded-host"), HeaderValue::from_bytes(host.as_bytes()).unwrap()));
        Host::forwarded(&lines.collect()).map(|host| host.as_str().to_owned())
    };
    assert_eq!(of(&["News.Example:8080"]).unwrap(), "news.example:8080");
    for hosts in [&[][..], &["news.example", "news.example"], &["news.example, other.example"], &["user@news.example"], &[""]] {
        assert_eq!(of(hosts), None, "{hosts:?}");
    }
}
