//! The fuzzers' corpora of this crate's parsers: `ok-…` is read, `no-…` is refused.

use crate::discovery::known::Known;
use crate::event_stream::Splitter;
use crate::json::Object;
use crate::mcp::Message;
use crate::prefer::{Offered, farthing_charge};
use crate::quote::{Quote, unproved_issuer};
use crate::redeem::Entitled;
use crate::session::{NeedVoucher, StreamNotice};
use crate::site_call::SiteSigned;
use crate::text::{base64url, parse_serial};
use crate::x402::{EXACT, Json, Payment, Unreadable, evm};
use crate::{
    ChargeRequest, Credential, PublicKey, SessionCredential, SessionRequest, SigningKey, calls, challenge, cloud_event, digest, receipt,
};
use money::{Amount, Asset, Price, Span, Timestamp};

/// Each named file of a corpus; the names stand here because this crate reads no files.
macro_rules! corpus {
    ($target:literal: $($name:literal)*) => {
        [$(($name, include_bytes!(concat!("../../../testdata/corpus/", $target, "/", $name)).as_slice())),*]
    };
}

fn each(corpus: &[(&str, &[u8])], is_read: impl Fn(&[u8]) -> bool) {
    for (name, bytes) in corpus {
        assert_eq!(is_read(bytes), name.starts_with("ok-"), "{name}");
    }
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn events_of_meters() {
    let corpus = corpus!("cloud_event": "ok-one" "ok-batch" "ok-zero" "no-fraction" "no-negative" "no-too-many" "no-time" "no-offset" "no-version"
        "no-long-id" "no-deep" "no-empty-batch" "no-end");
    each(&corpus, |body| match (cloud_event::one(body, "n"), cloud_event::many(body, "n")) {
        (Ok(event), _) => event.is_ok(),
        (_, Ok(events)) => events.iter().all(Result::is_ok),
        _ => false,
    });
}

#[test]
fn challenges() {
    let corpus = corpus!("challenge": "ok-first" "ok-body" "ok-among-schemes" "ok-escapes" "ok-unquoted" "ok-none"
        "no-doubled" "no-empty-id" "no-open-quote" "no-other-header" "no-control" "no-nine");
    each(&corpus, |line| {
        let Ok(challenges) = challenge::parse_all([text(line)]) else { return false };
        challenges.into_iter().all(|challenge| challenge::parse_all([&*challenge.to_string()]) == Ok(vec![challenge]))
    });
}

#[test]
fn credentials() {
    let corpus = corpus!("credential": "ok-first" "ok-other-key" "ok-unknown-fields"
        "no-signature" "no-wrong-padding" "no-account-object" "no-doubled" "no-number");
    each(&corpus, |json| {
        let Ok(credential) = Credential::parse(&format!("Payment {}", base64url(json))) else { return false };
        credential.is_signed() && Credential::parse(&credential.header_value()).is_ok_and(|again| again == credential)
    });
}

#[test]
fn payments_in_coins() {
    let corpus = corpus!("coin_payment": "ok-first" "ok-resource"
        "no-signature" "no-authorization" "no-value" "no-number" "no-tag" "no-capitals" "no-version" "no-empty");
    each(&corpus, |bytes| {
        let Some(payment) = Json::parse(bytes).ok().and_then(|json| Payment::read(&json).ok()) else { return false };
        evm::accepted(&payment).is_ok() && evm::signed(&payment).is_ok()
    });
}

#[test]
fn answers_about_coins() {
    let corpus = corpus!("coin_answer": "ok-settled" "ok-refused" "ok-before" "ok-logs"
        "no-html" "no-error" "no-missing" "no-transaction" "no-empty");
    each(&corpus, |bytes| {
        let Some((asked, bytes)) = bytes.split_first() else { return false };
        evm::Settling::read(bytes).is_ok() || (*asked > 0 && evm::answers(bytes, usize::from(asked % 4)).is_ok())
    });
}

#[test]
fn payments_of_x402() {
    let corpus = corpus!("x402": "ok-account" "ok-first" "ok-named" "ok-undo"
        "no-deep" "no-doubled" "no-more" "no-name" "no-number" "no-settle" "no-version");
    each(&corpus, |json| {
        let payment = Json::parse(json).map_err(Unreadable::from).and_then(|json| Payment::read(&json));
        payment.and_then(|payment| payment.credential(EXACT)).is_ok_and(|credential| credential.is_signed())
    });
}

#[test]
fn calls() {
    let corpus = corpus!("call": "ok-read" "ok-write" "ok-tight" "no-doubled" "no-quotes" "no-scheme" "no-stranger" "no-time");
    each(&corpus, |value| calls::Signed::parse(text(value)).is_ok());
}

#[test]
fn messages_for_tools() {
    let corpus = corpus!("message": "ok-call" "ok-paid" "ok-paid-opened" "ok-other" "ok-answer"
        "no-batch" "no-json" "no-name" "no-twin" "no-credential" "no-id");
    each(&corpus, |body| match Message::read(body) {
        Ok(Message::Call(call)) => call.credential().is_ok(),
        Ok(Message::Other(_)) => true,
        Err(_) => false,
    });
}

#[test]
fn words_between_instances() {
    each(&corpus!("known": "ok-first" "no-root" "no-json" "no-mode"), |json| Known::parse(json).is_ok());
    let calls = corpus!("site_call": "ok-first" "no-scheme" "no-doubled" "no-time" "no-site");
    each(&calls, |value| SiteSigned::parse(text(value)).is_ok());
    let answers = corpus!("entitled": "ok-first" "ok-until" "no-standing" "no-amount" "no-sale");
    each(&answers, |json| Entitled::parse(json).is_ok_and(|read| Entitled::parse(read.to_json().as_bytes()) == Ok(read)));
    each(&corpus!("issuer": "ok-first" "no-dots" "no-iss" "no-json"), |quote| unproved_issuer(text(quote)).is_ok());
}

#[test]
fn streams() {
    let corpus =
        corpus!("event_stream": "ok-duplicate" "ok-first" "ok-mark" "ok-ours" "ok-returns" "no-bytes" "no-data" "no-end" "no-mark");
    each(&corpus, |bytes| {
        let mut splitter = Splitter::default();
        splitter.push(bytes.split_first().unwrap().1);
        std::iter::from_fn(|| splitter.block().unwrap()).any(|block| block.is_event())
    });
    let corpus = corpus!("stream_word": "ok-more" "ok-need" "ok-notice" "no-json" "no-number" "no-percent" "no-session" "no-sign");
    each(&corpus, |data| {
        let notice = StreamNotice::parse(data);
        NeedVoucher::parse(data).is_ok() || notice.is_ok_and(|notice| StreamNotice::parse(notice.data().as_bytes()) == Ok(notice))
    });
}

#[test]
fn receipts() {
    let corpus = corpus!("receipt": "ok-first" "ok-until" "ok-unknown-field"
        "no-success" "no-proof" "no-time" "no-amount" "no-whole-proof" "no-leaf-there");
    each(&corpus, |json| receipt::Signed::parse(&base64url(json)).is_ok());
}

#[test]
fn quotes() {
    let corpus = corpus!("quote": "ok-first" "ok-end-of-time" "no-amount" "no-title" "no-number" "no-time");
    let key = SigningKey::from_seed([9; 32]);
    each(&corpus, |claims| {
        let body = format!("{}.{}", base64url(br#"{"alg":"EdDSA","typ":"farthing-quote"}"#), base64url(claims));
        Quote::parse(&format!("{body}.{}", base64url(&key.sign(body.as_bytes()))), &key.public()).is_ok()
    });
}

#[test]
fn json() {
    let corpus = corpus!("json": "ok-empty" "ok-escapes" "ok-deep" "no-deeper" "no-surrogate" "no-doubled" "no-list" "no-utf8"
        "no-more" "no-key" "no-many");
    each(&corpus, |json| {
        let Ok(object) = Object::parse(json) else { return false };
        Object::parse(object.canonical().as_bytes()) == Ok(object)
    });
}

#[test]
fn ranges() {
    let corpus =
        corpus!("ranges": "ok-one" "ok-weights" "ok-spaces" "no-weight" "no-intent" "no-capitals" "no-wish" "no-browser" "no-quotes");
    each(&corpus, |field| farthing_charge(Some(text(field))) != Offered::ByDefault);
}

#[test]
fn words() {
    let corpus = corpus!("words": "ok-amount" "ok-most" "ok-time" "ok-leap" "ok-serial" "ok-asset" "ok-span" "ok-price" "ok-key" "ok-digest"
        "no-above" "no-capitals" "no-february" "no-empty" "no-minus" "no-trailing-bits");
    each(&corpus, |bytes| {
        let word = text(bytes);
        let ours = parse_serial(word).is_ok() || PublicKey::parse(word).is_ok() || digest::parse(word).is_ok();
        let amounts = Amount::parse(word).is_ok() || Asset::parse(word).is_ok() || Price::parse(word).is_ok();
        ours || amounts || Timestamp::parse(word).is_some() || Span::parse(word).is_ok()
    });
}

#[test]
fn charge_requests() {
    let corpus = corpus!("charge_request": "ok-first" "ok-all" "ok-ever" "no-details" "no-amount" "no-handle" "no-number" "no-undo");
    each(&corpus, |json| {
        let Ok(request) = ChargeRequest::parse(json) else { return false };
        ChargeRequest::parse(request.canonical().as_bytes()) == Ok(request)
    });
}

#[test]
fn l402_lines_and_invoices() {
    use crate::l402::{Credential, Invoice, LightningCredential, read_challenge};
    let corpus = corpus!("l402": "ok-challenge" "ok-credential" "ok-lsat" "ok-invoice" "ok-lightning" "no-preimage" "no-short-preimage"
        "no-two-tokens" "no-invoice" "no-checksum" "no-network" "no-capitals" "no-lightning-preimage");
    each(&corpus, |bytes| {
        let line = text(bytes);
        let one = Credential::parse(line).is_ok_and(|read| Credential::parse(&read.line()).is_ok_and(|again| again == read));
        one || read_challenge(line).is_ok() || Invoice::parse(line).is_ok() || LightningCredential::parse(line).is_ok()
    });
}

#[test]
fn session_requests() {
    let corpus = corpus!("session_request": "ok-first" "ok-ratio" "ok-unknown-fields" "no-details" "no-per" "no-scope" "no-step" "no-unit");
    each(&corpus, |json| {
        let Ok(request) = SessionRequest::parse(json) else { return false };
        SessionRequest::parse(request.canonical().as_bytes()) == Ok(request)
    });
}

#[test]
fn session_credentials() {
    let corpus = corpus!("session_credential": "ok-open-chain" "ok-open-signed" "ok-open-trusted" "ok-voucher-link" "ok-voucher-signed"
        "ok-voucher-checkpoint" "ok-topup" "ok-close-link" "ok-close-signed" "ok-pay" "ok-unknown-fields"
        "no-charge" "no-doubled" "no-half-chain" "no-kind" "no-link-and-amount" "no-long-chain" "no-number" "no-seq" "no-checkpoint-at-end");
    each(&corpus, |json| {
        let Ok(credential) = SessionCredential::parse(&format!("Payment {}", base64url(json))) else { return false };
        SessionCredential::parse(&credential.header_value()).is_ok_and(|again| again == credential)
    });
}

#[test]
fn session_receipts() {
    let corpus =
        corpus!("session_receipt": "ok-payment" "ok-open" "ok-close" "ok-unknown-field" "no-charge" "no-seq" "no-success" "no-time");
    each(&corpus, |json| receipt::Counted::parse(&base64url(json)).is_ok());
    let signed = corpus!("session_receipt": "ok-open" "ok-close" "ok-unknown-field" "no-charge" "no-seq" "no-success" "no-time");
    each(&signed, |json| receipt::CertifiedSigned::parse(&base64url(json)).is_ok());
}
