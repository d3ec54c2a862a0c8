//! The fuzzers' corpora of the parsers that only the roof sees, and of the payer's library: `ok-…` is read, `no-…` is refused.

use crate::support::tools::root;
use app::api::bodies;
use app::config::Config;
use app::control::Ask;
use app::door::{ENT_COOKIE, cookie, form};
use app::events::Seq;
use app::gateway::Target;
use app::gateway::hls::Playlist;
use app::gateway::proxy::{Origin, private_caching};
use app::hooks::{self, schedule::retry_after};
use app::host::Host;
use app::outward::{Rules, Target as Outward};
use app::payees::picture;
use app::{idempotency, keys, multipart};
use client::kept::{KeptReceipt, Unanswered};
use client::proofs::Bundle;
use client::site::Site;
use client::{Address, Problem, Wallet};
use protocol::payee_key::PayeeKey;
use std::fs;
use std::path::Path;

/// Each file of a corpus is read or refused as its name says; there are both kinds.
fn each(target: &str, is_read: impl Fn(&[u8]) -> bool) {
    let files = fs::read_dir(root().join("testdata/corpus").join(target)).unwrap().map(|entry| entry.unwrap().path());
    let mut read = Vec::new();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        read.push(is_read(&fs::read(&path).unwrap()));
        assert_eq!(read.last(), Some(&name.starts_with("ok-")), "{target}/{name}");
    }
    assert!(read.contains(&true) && read.contains(&false), "{target} has both kinds");
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn addresses() {
    each("address", |bytes| {
        let Ok(address) = Address::parse(text(bytes)) else { return false };
        Address::parse(&address.to_string()) == Ok(address)
    });
    each("origin", |bytes| text(bytes).parse::<Origin>().is_ok());
    let keys = ["id".to_owned(), "page".to_owned()];
    each("fold", |bytes| text(bytes).parse().is_ok_and(|uri: http::Uri| Target::fold(&uri, &keys).is_ok()));
}

#[test]
fn documents() {
    each("site", |bytes| Site::parse(bytes).is_ok_and(|site| site.receipt_keys().count() > 0));
    each("session_proofs", |bytes| Bundle::parse(bytes).is_ok_and(|bundle| bundle.check().is_ok()));
    each("problem", |bytes| Problem::parse(402, bytes).is_some());
    each("wallet_file", |bytes| Wallet::from_json(bytes).is_ok());
    let kept = |bytes: &[u8]| serde_json::from_slice::<KeptReceipt>(bytes).is_ok() || serde_json::from_slice::<Unanswered>(bytes).is_ok();
    each("kept", kept);
}

#[test]
fn playlists() {
    each("playlist", |bytes| {
        let Ok(playlist) = Playlist::parse(bytes) else { return false };
        let written = playlist.written(|uri, _| Ok::<_, ()>(uri.to_owned())).unwrap();
        Playlist::parse(written.as_bytes()) == Ok(playlist)
    });
}

#[test]
fn terms_of_other_instances() {
    each("offer_document", |bytes| market::Offer::from_document(bytes).is_ok_and(|offer| offer.document() == bytes));
}

#[test]
fn configuration_and_control() {
    each("config", |bytes| Config::parse(text(bytes), Path::new("farthing.toml"), Path::new(".")).is_ok());
    each("control", |bytes| serde_json::from_slice::<Ask>(bytes).is_ok());
}

#[test]
fn forms_and_cookies() {
    each("forms", |bytes| {
        let fields = form(bytes);
        let cookies = http::HeaderValue::from_bytes(bytes).ok().map(|line| (http::header::COOKIE, line)).into_iter().collect();
        cookie(&cookies, ENT_COOKIE).is_some_and(|value| value == "abc") || fields.keys().any(|name| !name.is_empty())
    });
}

#[test]
fn calls_and_their_keys() {
    each("api_body", |body| bodies::top_up(body).is_ok() || bodies::undo(body).is_ok() || bodies::guard(body).is_ok());
    each("payee_body", |body| {
        let of_hooks = bodies::webhook(body).is_ok() || bodies::webhook_change(body).is_ok() || bodies::offer(body).is_ok();
        of_hooks || bodies::offer_change(body).is_ok() || bodies::key(body).is_ok() || bodies::role(body).is_ok()
    });
    each("picture", |bytes| picture::read(bytes).is_ok());
    each("multipart", |bytes| text(bytes).split_once('\n').is_some_and(|(kind, body)| multipart::read(kind, body.as_bytes()).is_some()));
    each("idempotency_key", |lines| matches!(idempotency::word(&headers("idempotency-key", lines)), Ok(Some(_))));
}

#[test]
fn words_of_payees_programs_and_their_receivers() {
    each("payee_key", |bytes| PayeeKey::parse(text(bytes)).is_ok_and(|key| key.text().as_bytes() == bytes));
    each("outward", |bytes| Outward::parse(text(bytes), Rules::PublicAndLocalhost).is_ok());
    each("event_words", |bytes| {
        let word = text(bytes);
        let is_id = hooks::parse_id(word).is_some() || keys::parse_id(word).is_some();
        is_id || Seq::parse(word).is_ok() || retry_after(word, money::Timestamp::default()).is_some()
    });
}

#[test]
fn what_an_origin_says_to_caches() {
    each("caching", |lines| {
        let mut fields = headers("cache-control", lines);
        private_caching(&mut fields, Some(60));
        let said = fields["cache-control"].to_str().unwrap();
        assert!(said.starts_with("private, "), "{said}");
        said.contains("max-age")
    });
}

#[test]
fn hosts() {
    each("host", |bytes| {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        let (target, hosts) = (&bytes[..end], bytes.get(end + 1..).map(|lines| headers("host", lines)).unwrap_or_default());
        http::Uri::try_from(target).is_ok_and(|target| Host::of(&hosts, &target).is_ok())
    });
}

/// A header that is there once for each line.
fn headers(name: &'static str, lines: &[u8]) -> http::HeaderMap {
    let values = lines.split(|byte| *byte == b'\n').map(|line| http::HeaderValue::from_bytes(line).unwrap());
    values.map(|value| (http::HeaderName::from_static(name), value)).collect()
}
