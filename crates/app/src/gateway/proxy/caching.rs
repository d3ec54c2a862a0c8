//! Paid answers belong to one payer: no shared cache may keep them (http402, section 8).

use http::header::{CACHE_CONTROL, EXPIRES, PRAGMA, VARY};
use http::{HeaderMap, HeaderValue};

use super::headers::remove_where;

/// On what an answer of a priced route depends (http402, section 3).
const DEPENDS_ON: [&str; 7] =
    ["Accept", "Cookie", "Authorization", "Accept-Payment", "Payment-Authorization", "Payment-Signature", "X-Cashu"];

/// [`DEPENDS_ON`] in one line, as most answers say it.
const ALL: &str = "Accept, Cookie, Authorization, Accept-Payment, Payment-Authorization, Payment-Signature, X-Cashu";

/// Orders to caches of one make, which stand above `Cache-Control` there.
const CACHE_ORDERS: [&str; 4] = ["surrogate-control", "x-accel-expires", "edge-control", "x-litespeed-cache-control"];

/// Makes a paid body private: `private, no-store`, or `private, max-age` when the offer allows keeping it for
/// `max_age_s` seconds. The origin may be stricter (its `no-store`, `no-cache`, `must-revalidate`, `no-transform` and a
/// shorter `max-age` stay), never laxer. Adds the `Vary` of [`vary_on_payment`].
pub fn private_caching(headers: &mut HeaderMap, max_age_s: Option<u64>) {
    if !headers.contains_key(CACHE_CONTROL) && max_age_s.is_none() {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    } else {
        headers.insert(CACHE_CONTROL, limited(headers, max_age_s));
    }
    headers.remove(EXPIRES);
    headers.remove(PRAGMA);
    remove_where(headers, |name| name.ends_with("cdn-cache-control") || CACHE_ORDERS.contains(&name));
    vary_on_payment(headers);
}

/// What the offer allows within what the origin said.
fn limited(headers: &HeaderMap, max_age_s: Option<u64>) -> HeaderValue {
    let said = Said::read(headers);
    let mut value = match max_age_s {
        Some(offer_s) if !said.no_store => format!("private, max-age={}", said.max_age_s.map_or(offer_s, |s| s.min(offer_s))),
        Some(_) | None => "private, no-store".to_owned(),
    };
    for directive in said.kept {
        value.push_str(", ");
        value.push_str(directive);
    }
    HeaderValue::try_from(value).expect("digits and fixed words")
}

/// Sets `Vary` to what decides about a priced page, then what the origin named besides; the origin's `*` stays alone.
pub fn vary_on_payment(headers: &mut HeaderMap) {
    if !headers.contains_key(VARY) {
        headers.insert(VARY, HeaderValue::from_static(ALL));
        return;
    }
    let mut names: Vec<&str> = DEPENDS_ON.to_vec();
    for line in headers.get_all(VARY).iter().filter_map(|value| value.to_str().ok()) {
        for name in line.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
    }
    let value = if names.contains(&"*") { "*".to_owned() } else { names.join(", ") };
    headers.insert(VARY, HeaderValue::try_from(value).expect("made of readable fields"));
}

/// What the origin's `Cache-Control` says that still counts.
struct Said {
    no_store: bool,
    max_age_s: Option<u64>,
    kept: Vec<&'static str>,
}

impl Said {
    fn read(headers: &HeaderMap) -> Said {
        let mut said = Said { no_store: false, max_age_s: None, kept: Vec::new() };
        for line in headers.get_all(CACHE_CONTROL) {
            let line = String::from_utf8_lossy(line.as_bytes()).to_ascii_lowercase();
            for directive in line.split(',') {
                let (name, argument) = directive.split_once('=').unwrap_or((directive, ""));
                said.note(name.trim(), argument.trim().trim_matches('"'));
            }
        }
        said
    }

    fn note(&mut self, name: &str, argument: &str) {
        match name {
            "no-store" => self.no_store = true,
            // An age that cannot be read is none; of two the shorter counts.
            "max-age" => {
                let age_s = argument.parse().unwrap_or(0);
                self.max_age_s = Some(self.max_age_s.map_or(age_s, |known: u64| known.min(age_s)));
            }
            other => {
                let known = ["no-cache", "must-revalidate", "no-transform"].into_iter().find(|known| *known == other);
                if let Some(directive) = known.filter(|directive| !self.kept.contains(directive)) {
                    self.kept.push(directive);
                }
            }
        }
    }
}
