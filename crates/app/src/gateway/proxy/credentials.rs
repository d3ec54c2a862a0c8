//! What the origin must not see, and what it must not say in our name (http402, section 13).

use http::header::{AUTHORIZATION, COOKIE, SET_COOKIE, WWW_AUTHENTICATE};
use http::response::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::headers::{remove_where, same, starts};

/// The `Farthing-*` fields of the origin's answer, taken off before the payer sees it. Found in the response's
/// extensions, and only if there were any; `Farthing-Usage` is read from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld(
    /// The fields as the origin sent them.
    pub HeaderMap,
);

impl Withheld {
    /// How many of a unit the origin says it used: `Farthing-Usage: token=12`.
    #[must_use]
    pub fn usage(&self, unit: &str) -> Option<u64> {
        let text = self.0.get("farthing-usage")?.to_str().ok()?;
        let mut parts = text.split(';').filter_map(|part| part.trim().split_once('='));
        let (_, count) = parts.find(|(word, _)| *word == unit)?;
        count.parse().ok()
    }
}

/// Authentication schemes whose credentials are worth money.
const SCHEMES: [&[u8]; 3] = [b"Payment", b"L402", b"LSAT"];
const COOKIES: &[u8] = b"__Host-farthing_";
const REQUEST_FIELDS: [&str; 5] = ["payment-authorization", "payment-signature", "x-payment", "x-cashu", "accept-payment"];

/// True for a request that brings what is worth money, or an account's signature: neither is for an origin to see.
pub fn brings_credential(headers: &HeaderMap) -> bool {
    let field = |name: &str| same(name, "accept-payment") || !REQUEST_FIELDS.iter().any(|field| same(name, field));
    let line = |line: &HeaderValue| is_ours(scheme(line.as_bytes())) || scheme(line.as_bytes()).eq_ignore_ascii_case(b"Farthing");
    !headers.keys().all(|name| field(name.as_str())) || headers.get_all(AUTHORIZATION).iter().any(line)
}

/// Removes every payment credential and our cookies from a request; the payee's own fields stay as they are.
pub(super) fn strip_request(headers: &mut HeaderMap) {
    remove_where(headers, |name| starts(name, "farthing-") || REQUEST_FIELDS.iter().any(|field| same(name, field)));
    rewrite(headers, &AUTHORIZATION, |line| if is_ours(scheme(line)) { None } else { Some(line.to_vec()) });
    rewrite(headers, &COOKIE, without_our_cookies);
}

/// Removes what only we may say to a payer; keeps `Farthing-*` for the gateway as [`Withheld`].
pub(super) fn strip_response(parts: &mut Parts) {
    let headers = &mut parts.headers;
    let mut withheld = HeaderMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| starts(name.as_str(), "farthing-")) {
        withheld.append(name.clone(), value.clone());
    }
    remove_where(headers, |name| starts(name, "farthing-") || starts(name, "payment-"));
    rewrite(headers, &WWW_AUTHENTICATE, without_our_challenges);
    rewrite(headers, &SET_COOKIE, |line| if sets_our_cookie(line) { None } else { Some(line.to_vec()) });
    if !withheld.is_empty() {
        parts.extensions.insert(Withheld(withheld));
    }
}

/// Passes each line of a field through `keep`: `None` drops it, equal bytes leave it untouched.
fn rewrite(headers: &mut HeaderMap, name: &HeaderName, keep: impl Fn(&[u8]) -> Option<Vec<u8>>) {
    if !headers.contains_key(name) {
        return;
    }
    let before: Vec<&HeaderValue> = headers.get_all(name).iter().collect();
    let after: Vec<HeaderValue> = before
        .iter()
        .filter_map(|line| keep(line.as_bytes()))
        .map(|line| HeaderValue::from_bytes(&line).expect("a part of a valid field is valid"))
        .collect();
    if after.iter().eq(before) {
        return;
    }
    headers.remove(name);
    for line in after {
        headers.append(name, line);
    }
}

fn is_ours(scheme: &[u8]) -> bool {
    SCHEMES.iter().any(|ours| ours.eq_ignore_ascii_case(scheme))
}

fn scheme(line: &[u8]) -> &[u8] {
    line.trim_ascii_start().split(|byte| *byte == b' ' || *byte == b'\t' || *byte == b',').next().unwrap_or_default()
}

fn is_our_cookie(pair: &[u8]) -> bool {
    // Browsers compare the `__Host-` prefix without case, so it is no way around.
    pair.get(..COOKIES.len()).is_some_and(|start| start.eq_ignore_ascii_case(COOKIES))
}

fn without_our_cookies(line: &[u8]) -> Option<Vec<u8>> {
    let pairs = || line.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
    if !pairs().any(is_our_cookie) {
        return Some(line.to_vec());
    }
    let kept: Vec<&[u8]> = pairs().filter(|pair| !pair.is_empty() && !is_our_cookie(pair)).collect();
    if kept.is_empty() { None } else { Some(kept.join(&b"; "[..])) }
}

fn sets_our_cookie(line: &[u8]) -> bool {
    // A cookie without a name is sent back as its value alone, and would then read like ours.
    let start = line.iter().position(|byte| !matches!(byte, b'=' | b' ' | b'\t')).unwrap_or(line.len());
    line.get(start..).is_some_and(is_our_cookie)
}

/// One line may list several challenges; ours go, the others stay (`Basic` of the payee's own login).
fn without_our_challenges(line: &[u8]) -> Option<Vec<u8>> {
    let mut ours = false;
    let mut any_ours = false;
    let mut kept: Vec<&[u8]> = Vec::new();
    for element in elements(line) {
        if let Some(scheme) = opening_scheme(element) {
            ours = is_ours(scheme);
            any_ours |= ours;
        }
        if !ours {
            kept.push(element);
        }
    }
    match (any_ours, kept.is_empty()) {
        (false, _) => Some(line.to_vec()),
        (true, true) => None,
        (true, false) => Some(kept.join(&b", "[..])),
    }
}

/// The comma-separated elements of a list, commas inside quoted strings not counting.
fn elements(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    let mut escaped = false;
    line.split(move |byte| {
        let literal = std::mem::take(&mut escaped);
        match byte {
            _ if literal => false,
            b'\\' if quoted => {
                escaped = true;
                false
            }
            b'"' => {
                quoted = !quoted;
                false
            }
            b',' => !quoted,
            _ => false,
        }
    })
    .map(<[u8]>::trim_ascii)
    .filter(|element| !element.is_empty())
}

/// The scheme, if the element begins a new challenge and is not a parameter (`name=value`) of the one before.
fn opening_scheme(element: &[u8]) -> Option<&[u8]> {
    let end = element.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'=')).unwrap_or(element.len());
    let (name, rest) = element.split_at(end);
    let is_parameter = rest.trim_ascii_start().starts_with(b"=");
    if is_parameter { None } else { Some(name) }
}
