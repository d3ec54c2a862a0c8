//! Paid answers in shared caches.

use http::HeaderMap;

use super::super::{private_caching, vary_on_payment};
use super::*;

const OURS: &str = "Accept, Cookie, Authorization, Accept-Payment, Payment-Authorization, Payment-Signature, X-Cashu";

fn fields(lines: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers
}

#[test]
fn paid_bodies_are_private() {
    for (said, offer_s, becomes) in [
        (&[][..], None, "private, no-store"),
        (&["public, max-age=600, s-maxage=9000"], None, "private, no-store"),
        (&["public, max-age=600"], Some(86_400), "private, max-age=600"),
        (&["public, s-maxage=9, max-age=100000, immutable"], Some(86_400), "private, max-age=86400"),
        (&[], Some(60), "private, max-age=60"),
        (&["no-store"], Some(60), "private, no-store"),
        (
            &["No-Cache", "must-revalidate, no-transform, no-cache"],
            Some(60),
            "private, max-age=60, no-cache, must-revalidate, no-transform",
        ),
        (&["max-age=\"30\""], Some(60), "private, max-age=30"),
        (&["max-age=soon"], Some(60), "private, max-age=0"),
        (&["max-age=50, max-age=20"], Some(60), "private, max-age=20"),
        (&["no-transform"], None, "private, no-store, no-transform"),
    ] {
        let mut headers = HeaderMap::new();
        for line in said {
            headers.append("cache-control", HeaderValue::from_static(line));
        }
        private_caching(&mut headers, offer_s);
        let lines: Vec<&str> = headers.get_all("cache-control").iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(lines, [becomes], "{said:?} {offer_s:?}");
    }
}

#[test]
fn orders_to_shared_caches_are_removed() {
    let mut headers = fields(&[
        ("expires", "Thu, 01 Dec 2033 16:00:00 GMT"),
        ("pragma", "public"),
        ("cdn-cache-control", "max-age=600"),
        ("some-cdn-cache-control", "max-age=600"),
        ("surrogate-control", "max-age=600"),
        ("x-accel-expires", "600"),
        ("etag", "\"kept\""),
    ]);
    private_caching(&mut headers, None);
    let mut names: Vec<&str> = headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["cache-control", "etag", "vary"]);
}

#[test]
fn vary_names_ours_and_theirs_once() {
    for (said, becomes) in [
        (&[][..], OURS.to_owned()),
        (&[("vary", "Accept-Encoding, cookie"), ("vary", "Accept-Language")], format!("{OURS}, Accept-Encoding, Accept-Language")),
        (&[("vary", "Accept-Encoding"), ("vary", "*")], "*".to_owned()),
    ] {
        let mut headers = fields(said);
        vary_on_payment(&mut headers);
        let lines: Vec<&HeaderValue> = headers.get_all("vary").iter().collect();
        assert_eq!(lines, [becomes.as_str()]);
    }
}
