//! Fields that belong to one connection, and what the origin is told about the client.

use std::net::IpAddr;

use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, HOST, TRANSFER_ENCODING};
use http::response::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

/// Who asks, as the gateway knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forwarded {
    /// The peer's address, for `X-Forwarded-For`.
    pub client_ip: IpAddr,
    /// How the client reached us, for `X-Forwarded-Proto`.
    pub proto: Proto,
    /// The site's public host with its port if not the default; goes out as `Host` and `X-Forwarded-Host`.
    pub host: HeaderValue,
    /// What to do with forwarding fields that came in.
    pub earlier: Earlier,
}

/// The public side's scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proto {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

/// What happens to `X-Forwarded-*`, `Forwarded` and `X-Real-IP` of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// Removed: anybody can write them.
    Replaced,
    /// Kept, since a listed proxy stands before us: our peer is appended to `X-Forwarded-For`, the rest stays.
    Trusted,
}

const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "http2-settings",
    "proxy-authorization",
    "proxy-authenticate",
];

/// Fields by which some frameworks serve another page than the one in the request line, so than the one that was priced.
const OTHER_PAGE: [&str; 2] = ["x-original-url", "x-rewrite-url"];

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
static X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Makes a request's head fit for the origin's connection. `Expect` stays here: hyper's server answers 100 as soon as
/// the origin's connection takes the body, so an origin that is down never costs the client its upload.
pub(super) fn towards_origin(headers: &mut HeaderMap, peer: &Forwarded) {
    drop_hop_by_hop(headers);
    headers.remove(EXPECT);
    remove_where(headers, |name| OTHER_PAGE.iter().any(|other| same(name, other)));
    forwarding(headers, peer);
    headers.insert(HOST, peer.host.clone());
}

fn forwarding(headers: &mut HeaderMap, peer: &Forwarded) {
    let client = peer.client_ip.to_canonical().to_string();
    let chain = match peer.earlier {
        Earlier::Replaced => {
            remove_where(headers, |name| starts(name, "x-forwarded-") || same(name, "forwarded") || same(name, "x-real-ip"));
            client
        }
        Earlier::Trusted => {
            // The trusted proxy writes hyphens; a spelling with `_` came from further away.
            remove_where(headers, |name| name.contains('_') && (starts(name, "x-forwarded-") || same(name, "x-real-ip")));
            let mut chain = join(headers, &X_FORWARDED_FOR);
            if !chain.is_empty() {
                chain.push_str(", ");
            }
            chain.push_str(&client);
            chain
        }
    };
    let chain = HeaderValue::try_from(chain).expect("addresses and former values are visible ASCII");
    headers.insert(X_FORWARDED_FOR.clone(), chain);
    let proto = HeaderValue::from_static(match peer.proto {
        Proto::Http => "http",
        Proto::Https => "https",
    });
    headers.entry(X_FORWARDED_PROTO.clone()).or_insert(proto);
    headers.entry(X_FORWARDED_HOST.clone()).or_insert_with(|| peer.host.clone());
}

/// All readable lines of a field as one list.
fn join(headers: &HeaderMap, name: &HeaderName) -> String {
    let lines: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    lines.join(", ")
}

/// Removes what belongs to one connection: the known fields, and those that `Connection` names.
pub(super) fn drop_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
        // Lengths and hosts are ours to settle; a peer cannot have them dropped.
        .filter(|name| *name != CONTENT_LENGTH && *name != HOST)
        .collect();
    for name in named {
        headers.remove(name);
    }
    remove_where(headers, |name| starts(name, "proxy-") || HOP_BY_HOP.iter().any(|hop| same(name, hop)));
}

/// Leaves at most one `Content-Length`, and only one that tells the truth about the body that goes out.
/// `exact`: the body's length if known. A response to `HEAD` speaks of a body that is not there; so might a 304, but
/// hyper's server sends none there.
pub(super) fn settle_length(parts: &mut Parts, exact: Option<u64>, method: &Method) {
    let headers = &mut parts.headers;
    if headers.contains_key(TRANSFER_ENCODING) || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        headers.remove(CONTENT_LENGTH);
        return;
    }
    let kept = if *method == Method::HEAD {
        headers.get(CONTENT_LENGTH).filter(|value| value.to_str().is_ok_and(|text| text.parse::<u64>().is_ok())).cloned()
    } else {
        exact.map(HeaderValue::from)
    };
    headers.remove(CONTENT_LENGTH);
    if let Some(length) = kept {
        headers.insert(CONTENT_LENGTH, length);
    }
}

/// What the fields of a head take on the wire, in bytes.
pub(super) fn head_bytes(headers: &HeaderMap) -> usize {
    let line = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len().saturating_add(value.len()).saturating_add(": \r\n".len());
    headers.iter().map(line).fold(0, usize::saturating_add)
}

/// Removes every field whose name fits.
pub(super) fn remove_where(headers: &mut HeaderMap, fits: impl Fn(&str) -> bool) {
    let doomed: Vec<HeaderName> = headers.keys().filter(|name| fits(name.as_str())).cloned().collect();
    for name in doomed {
        headers.remove(name);
    }
}

/// Whether `name` is `wanted` (lower case, hyphens), `_` counting as `-`: CGI, WSGI and their kin make one of both.
pub(super) fn same(name: &str, wanted: &str) -> bool {
    name.len() == wanted.len() && starts(name, wanted)
}

/// Whether `name` begins with `prefix`, in the sense of [`same`].
pub(super) fn starts(name: &str, prefix: &str) -> bool {
    name.len() >= prefix.len() && name.bytes().zip(prefix.bytes()).all(|(byte, want)| byte == want || (byte == b'_' && want == b'-'))
}
