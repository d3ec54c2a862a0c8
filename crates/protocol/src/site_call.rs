//! What a site asks of a wallet of another instance: `Authorization: Farthing-Site site="…", key="…", time="…",
//! signature="…"`, no cookie, no session, no key handed out beforehand.
//!
//! Signed is `farthing/site/1`: instance that is asked, site, HTTP method, target, digest, time. The key is one of those
//! that the site's own document names and its root signed. A call that is played back within two minutes does what it did.

use crate::digest;
use crate::keys::{PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Instance, Malformed, array_from_base64url, base64url};
use money::{Span, Timestamp};

/// How far a call's time may stand from the reader's clock.
const LEEWAY: Span = Span(120);
/// Longest value that is read.
const MOST_BYTES: usize = 1_024;
/// The scheme.
pub const SCHEME: &str = "Farthing-Site";

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SiteCall<'a> {
    /// The instance that is asked.
    pub instance: Instance,
    /// HTTP method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// The request's body; empty for none.
    pub body: &'a [u8],
}

/// The header's value, read.
#[derive(Clone, PartialEq, Eq)]
pub struct SiteSigned {
    /// The site's origin.
    pub site: String,
    /// The key that signed.
    pub key: PublicKey,
    time: Timestamp,
    signature: [u8; 64],
}

/// Signs a call of a site, as `Authorization` carries it.
///
/// # Errors
/// [`Malformed`] if site or target can't be signed.
pub fn sign(call: &SiteCall<'_>, (site, key): (&str, &SigningKey), now: Timestamp) -> Result<String, Malformed> {
    let time = now.to_string();
    let signature = key.sign(text(call, site, &time)?.bytes());
    let (key, signature) = (key.public(), base64url(&signature));
    Ok(format!("{SCHEME} site=\"{site}\", key=\"{key}\", time=\"{time}\", signature=\"{signature}\""))
}

impl SiteSigned {
    /// Reads the header's value.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub fn parse(value: &str) -> Result<SiteSigned, Malformed> {
        let wrong = Malformed("Authorization");
        let (scheme, rest) = value.split_once(' ').filter(|_| value.len() <= MOST_BYTES).ok_or(wrong)?;
        if !scheme.eq_ignore_ascii_case(SCHEME) {
            return Err(wrong);
        }
        let (mut site, mut key, mut time, mut signature) = (None, None, None, None);
        for part in rest.split(',') {
            let (name, value) = part.trim().split_once('=').ok_or(wrong)?;
            let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).ok_or(wrong)?;
            let slot = match name {
                "site" => &mut site,
                "key" => &mut key,
                "time" => &mut time,
                "signature" => &mut signature,
                _ => return Err(wrong),
            };
            if slot.replace(value).is_some() {
                return Err(wrong);
            }
        }
        Ok(SiteSigned {
            site: site.ok_or(Malformed("site"))?.to_owned(),
            key: PublicKey::parse(key.ok_or(Malformed("key"))?)?,
            time: Timestamp::parse(time.ok_or(Malformed("time"))?).ok_or(Malformed("time"))?,
            signature: array_from_base64url(signature.ok_or(Malformed("signature"))?)?,
        })
    }

    /// True if the key signed this very call for this site, within two minutes of `now`. Whose key it is, the site's
    /// document says.
    #[must_use]
    pub fn covers(&self, call: &SiteCall<'_>, now: Timestamp) -> bool {
        let timely = self.time.after(LEEWAY) >= now && self.time <= now.after(LEEWAY);
        let text = text(call, &self.site, &self.time.to_string());
        timely && text.is_ok_and(|text| self.key.verifies(text.bytes(), &self.signature))
    }
}

fn text(call: &SiteCall<'_>, site: &str, time: &str) -> Result<SignedText, Malformed> {
    let digest = if call.body.is_empty() { String::new() } else { digest::of(call.body) };
    let text = SignedText::new("farthing/site/1").line(&call.instance.to_string())?.line(site)?;
    text.line(call.method)?.line(call.target)?.line(&digest)?.line(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "https://news.example";

    fn call(body: &[u8]) -> SiteCall<'_> {
        SiteCall { instance: Instance([7; 16]), method: "POST", target: "/v1/quotes/abc/redeem", body }
    }

    #[test]
    fn a_call_counts_as_it_was_signed_and_for_two_minutes() {
        let (key, now) = (SigningKey::from_seed([3; 32]), Timestamp::from_seconds(1_800_000_000));
        let value = sign(&call(b"{}"), (SITE, &key), now).unwrap();
        let signed = SiteSigned::parse(&value).unwrap();
        assert_eq!((signed.site.as_str(), signed.key), (SITE, key.public()));
        assert!(signed.covers(&call(b"{}"), now) && signed.covers(&call(b"{}"), now.after(Span(120))));
        assert!(!signed.covers(&call(b"{}"), now.after(Span(121))));
        assert!(!signed.covers(&call(b"{ }"), now), "another body");
        assert!(!signed.covers(&SiteCall { method: "GET", ..call(b"{}") }, now), "another method");
        assert!(!signed.covers(&SiteCall { target: "/v1/quotes/abd/redeem", ..call(b"{}") }, now), "another quote");
        assert!(!signed.covers(&SiteCall { instance: Instance([8; 16]), ..call(b"{}") }, now), "another wallet");
        let other = SiteSigned::parse(&value.replace("news.example", "evil.example")).unwrap();
        assert!(!other.covers(&call(b"{}"), now), "another site's name");
    }

    #[test]
    fn the_text_is_as_the_documents_say() {
        let text = text(&call(b""), SITE, "2026-11-22T17:11:05Z").unwrap();
        let instance = Instance([7; 16]);
        let expected = format!("farthing/site/1\n{instance}\n{SITE}\nPOST\n/v1/quotes/abc/redeem\n\n2026-11-22T17:11:05Z");
        assert_eq!(std::str::from_utf8(text.bytes()), Ok(expected.as_str()));
    }
}
