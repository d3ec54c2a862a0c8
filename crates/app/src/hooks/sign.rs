//! Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`, HMAC-SHA256 over the first two and the body.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use money::Timestamp;
use sha2::Sha256;

/// A secret as its receiver's library takes it: `whsec_` and base64.
#[must_use]
pub fn secret_text(secret: &[u8; 32]) -> String {
    format!("whsec_{}", BASE64.encode(secret))
}

/// The header of a delivery sent at `now`. Each secret makes a signature; a receiver takes the delivery if one holds.
///
/// # Panics
/// Never: the id is ours and clean.
#[must_use]
pub fn headers((event, body): (&str, &str), secrets: &[[u8; 32]], now: Timestamp) -> HeaderMap {
    let time = now.seconds().to_string();
    let signatures: Vec<String> = secrets.iter().map(|secret| signature(secret, (event, &time, body))).collect();
    let clean = |text: &str| HeaderValue::from_str(text).expect("ids, numbers and base64 are clean");
    [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::USER_AGENT, HeaderValue::from_static(concat!("Farthing/", env!("CARGO_PKG_VERSION")))),
        (HeaderName::from_static("webhook-id"), clean(event)),
        (HeaderName::from_static("webhook-timestamp"), clean(&time)),
        (HeaderName::from_static("webhook-signature"), clean(&signatures.join(" "))),
    ]
    .into_iter()
    .collect()
}

fn signature(secret: &[u8; 32], (event, time, body): (&str, &str, &str)) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    for part in [event, ".", time, ".", body] {
        mac.update(part.as_bytes());
    }
    format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
}
