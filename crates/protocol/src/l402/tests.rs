//! What goes out comes back, and nothing that is not ours; the vectors that the clients read too.

use super::*;
use crate::challenge::{Challenge, parse_all, route};
use crate::json::Object;
use crate::text::{base64url, command, offer};
use data_encoding::BASE64;
use money::Timestamp;
use proptest::prelude::*;

fn secrets() -> Secrets {
    Secrets::of(&[7; 32])
}

fn lock(units: u64) -> Lock {
    let amount = Amount::parse(&units.to_string()).unwrap();
    Lock { nonce: CommandId([3; 16]), offer: OfferId([5; 32]), amount }
}

fn token(lock: &Lock, ends: u64) -> Token {
    Token { nonce: lock.nonce, hash: secrets().payment_hash(lock), ends, offer: lock.offer, route: route("GET", "/a/quiet-harbour") }
}

/// The vectors, made anew.
fn vectors() -> serde_json::Value {
    let secrets = secrets();
    let at = Timestamp::from_seconds(1_795_000_000);
    let cases = [("a page for five cents", 50_000, "news.example/a/quiet-harbour"), ("a third of a satoshi", 333, "news.example/b?part=2")];
    let cases = cases.into_iter().map(|(name, units, item)| {
        let lock = lock(units);
        let invoice = secrets.invoice(lock, item, (at, 240)).unwrap();
        let token = secrets.token(&token(&lock, 1_795_086_400));
        let preimage = secrets.preimage(&lock);
        let credential = Credential { token: token.to_vec(), preimage };
        let binds = Binds { realm: "news.example", route: &route("GET", "/a/quiet-harbour"), expires: at.after(money::Span(300)) };
        let lightning = lightning_challenge(&secrets, (&invoice, &lock), binds).map(|challenge| {
            let payload = Object::default().with("preimage", hex(&preimage));
            serde_json::json!({ "www_authenticate": challenge.to_string(), "authorization": crate::credential::sealed(&challenge, payload) })
        });
        serde_json::json!({
            "name": name, "secret_hex": hex(&[7; 32]), "nonce": command(lock.nonce), "offer": offer(lock.offer), "amount": lock.amount.to_string(),
            "item": item, "at": at.seconds(), "expiry_s": 240, "node_hex": data_encoding::HEXLOWER.encode(&secrets.node()),
            "payment_hash": hex(&secrets.payment_hash(&lock)), "preimage": hex(&preimage), "token": BASE64.encode(&token), "invoice": invoice,
            "www_authenticate": challenge_line(&token, &invoice), "authorization": credential.line(),
            "method": "GET", "page": "/a/quiet-harbour", "lightning": lightning,
        })
    });
    serde_json::json!({ "cases": cases.collect::<Vec<_>>(), "refused": refused() })
}

/// What no reader takes, by the field that it stands in.
fn refused() -> Vec<serde_json::Value> {
    let lock = lock(50_000);
    let (token, preimage) = (secrets().token(&token(&lock, 1_795_086_400)), hex(&secrets().preimage(&lock)));
    let invoice = secrets().invoice(lock, "news.example/a/quiet-harbour", (Timestamp::from_seconds(1_795_000_000), 240)).unwrap();
    let word = BASE64.encode(&token);
    let changed = |at: usize| {
        let mut token = token;
        token[at] ^= 1;
        format!("L402 {}:{preimage}", BASE64.encode(&token))
    };
    let last = if invoice.ends_with('q') { 'p' } else { 'q' };
    [
        ("authorization", "another scheme", format!("Bearer {word}:{preimage}")),
        ("authorization", "no preimage", format!("L402 {word}")),
        ("authorization", "a preimage too short", format!("L402 {word}:{}", &preimage[1..])),
        ("authorization", "a preimage that is no hexadecimal", format!("L402 {word}:{}g", &preimage[1..])),
        ("authorization", "another preimage", format!("L402 {word}:{}", "0".repeat(64))),
        ("authorization", "half a token", format!("L402 {}:{preimage}", &word[..92])),
        ("authorization", "two padding signs too many", format!("L402 {word}==:{preimage}")),
        ("authorization", "another version", changed(0)),
        ("authorization", "another nonce", changed(1)),
        ("authorization", "another payment hash", changed(17)),
        ("authorization", "a later end", changed(50)),
        ("authorization", "another offer", changed(57)),
        ("authorization", "another page", changed(89)),
        ("authorization", "another code", changed(136)),
        ("www_authenticate", "no invoice", format!("L402 token=\"{word}\"")),
        ("www_authenticate", "no token", format!("L402 invoice=\"{invoice}\"")),
        ("www_authenticate", "another scheme", format!("Payment token=\"{word}\", invoice=\"{invoice}\"")),
        ("invoice", "a letter changed", format!("{}{last}", &invoice[..invoice.len().saturating_sub(1)])),
        ("invoice", "real bitcoin", invoice.replacen("lnbcrt", "lnbc", 1)),
        ("invoice", "no amount", invoice.replacen("lnbcrt500n1", "lnbcrt1", 1)),
        ("invoice", "capitals among small letters", invoice.replacen("lnbcrt", "LNBCRT", 1)),
    ]
    .map(|(field, name, value)| serde_json::json!({ "name": name, "field": field, "value": value }))
    .to_vec()
}

#[test]
fn what_the_vectors_refuse_is_refused() {
    for case in refused() {
        let (value, name) = (case["value"].as_str().unwrap(), &case["name"]);
        let taken = match case["field"].as_str().unwrap() {
            "authorization" => Credential::parse(value).is_ok_and(|shown| {
                let token = secrets().check_token(&shown.token);
                token.is_ok_and(|token| token.is_some_and(|token| payment_hash(&shown.preimage) == token.hash))
            }),
            "www_authenticate" => read_challenge(value).is_ok(),
            _ => secrets().check_invoice(value).is_ok_and(|invoice| invoice.is_some()),
        };
        assert!(!taken, "{name} is taken: {value}");
    }
}

#[test]
fn the_vectors_are_as_they_were() {
    let written: serde_json::Value = serde_json::from_str(include_str!("../../../../testdata/l402/vectors.json")).unwrap();
    let made = serde_json::to_string_pretty(&vectors()).unwrap();
    assert_eq!(
        made,
        serde_json::to_string_pretty(&written).unwrap(),
        "testdata/l402/vectors.json is another; this is how it was made:\n{made}"
    );
}

#[test]
fn a_challenge_is_read_under_both_names_of_its_token() {
    let lock = lock(50_000);
    let token = secrets().token(&token(&lock, EVER));
    let invoice = secrets().invoice(lock, "news.example/a", (Timestamp::from_seconds(1), 1)).unwrap();
    let line = challenge_line(&token, &invoice);
    assert_eq!(read_challenge(&line).unwrap(), (token.to_vec(), invoice.clone()));
    assert!(line.len() < 900, "{}", line.len());
    let short = format!("LSAT macaroon=\"{}\", invoice=\"{invoice}\"", BASE64.encode(&token));
    assert_eq!(read_challenge(&short).unwrap(), (token.to_vec(), invoice));
    for wrong in [
        "L402",
        "L402 token=\"AA==\"",
        "Payment token=\"AA==\", invoice=\"x\"",
        "L402 token=AA, invoice=\"x\"",
        "L402 token=\"AA==\", macaroon=\"AQ==\", invoice=\"x\"",
    ] {
        assert!(read_challenge(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_credential_is_one_token_and_one_preimage() {
    let lock = lock(50_000);
    let (token, preimage) = (secrets().token(&token(&lock, EVER)), secrets().preimage(&lock));
    let shown = Credential { token: token.to_vec(), preimage };
    assert!(Credential::parse(&shown.line()).unwrap() == shown);
    let (word, hex) = (BASE64.encode(&token), hex(&preimage));
    for same in [
        format!("LSAT {word}:{hex}"),
        format!("l402   {word}:{hex} "),
        format!("L402 {}:{hex}", word.trim_end_matches('=')),
        format!("L402 {word}:{}", hex.to_uppercase()),
    ] {
        assert!(Credential::parse(&same).unwrap() == shown, "{same}");
    }
    let long = "A".repeat(8_192);
    let wrong = [
        "L402".to_owned(),
        format!("L402 {word}"),
        format!("L402 {word}:"),
        format!("L402 {word}:{}", &hex[1..]),
        format!("L402 {word}:{hex}0"),
        format!("L402 {word}:{hex}:{hex}"),
        format!("Bearer {word}:{hex}"),
        format!("L402 {word}==:{hex}"),
        format!("L402 {long}:{hex}"),
        format!("L402 {word},{word}:{hex}"),
        format!("L402 \"{word}:{hex}\""),
    ];
    for wrong in wrong {
        assert!(Credential::parse(&wrong).is_err(), "{wrong}");
    }
    assert!(is_l402("LSAT x") && is_l402("l402\tx") && is_l402("L402") && !is_l402("L4020 x") && !is_l402("Payment L402"));
}

#[test]
fn secrets_draw_different_keys_and_other_secrets_know_nothing() {
    let (ours, theirs, lock) = (secrets(), Secrets::of(&[8; 32]), lock(50_000));
    assert_eq!(theirs.check_token(&ours.token(&token(&lock, EVER))), Ok(None));
    let invoice = ours.invoice(lock, "news.example/a", (Timestamp::from_seconds(1), 1)).unwrap();
    assert_eq!(theirs.check_invoice(&invoice), Ok(None));
    assert_ne!(ours.preimage(&lock), theirs.preimage(&lock));
    let others = [Lock { nonce: CommandId([4; 16]), ..lock }, Lock { offer: OfferId([6; 32]), ..lock }, self::lock(50_001)];
    assert!(others.iter().all(|other| ours.preimage(other) != ours.preimage(&lock)));
}

#[test]
fn an_invoice_that_was_made_anew_around_a_seal_of_ours_is_not_ours() {
    let (ours, lock) = (secrets(), lock(50_000));
    let text = ours.invoice(lock, "news.example/a", (Timestamp::from_seconds(1_795_000_000), 240)).unwrap();
    let Unsealed { invoice, secret } = Invoice::parse(&text).unwrap();
    let stranger = k256::ecdsa::SigningKey::from_slice(&[3; 32]).unwrap();
    let again = |change: fn(&mut Invoice)| {
        let mut invoice = invoice.clone();
        change(&mut invoice);
        ours.check_invoice(&invoice.written(secret, &stranger).unwrap()).unwrap()
    };
    assert_eq!(again(|_| ()), Some(invoice.clone()), "the signature is there for decoders");
    assert_eq!(again(|invoice| invoice.item = "news.example/b".to_owned()), None);
    assert_eq!(again(|invoice| invoice.lock.amount = self::lock(1).amount), None);
    assert_eq!(again(|invoice| invoice.lock.nonce = CommandId([4; 16])), None);
    assert_eq!(again(|invoice| invoice.lock.offer = OfferId([6; 32])), None);
    assert_eq!(again(|invoice| invoice.lasts_s = 86_400), None);
    assert_eq!(again(|invoice| invoice.at = Timestamp::from_seconds(1_795_000_999)), None);
}

#[test]
fn the_lightning_shape_is_bound_to_realm_route_and_time() {
    let (secrets, ring, lock) = (secrets(), Ring::from(secrets()), lock(50_000));
    let (here, there) = (route("GET", "/a"), route("GET", "/b"));
    let expires = Timestamp::from_seconds(1_795_000_300);
    let invoice = secrets.invoice(lock, "news.example/a", (Timestamp::from_seconds(1_795_000_000), 240)).unwrap();
    let binds = Binds { realm: "news.example", route: &here, expires };
    let challenge = lightning_challenge(&secrets, (&invoice, &lock), binds).unwrap();
    assert_eq!(parse_all([&*challenge.to_string()]).unwrap(), std::slice::from_ref(&challenge));
    assert!(challenge.digest.is_none() && challenge.opaque.is_none(), "the clients of this method do not send them back");
    let half = self::lock(50_500);
    assert!(lightning_challenge(&secrets, (&invoice, &half), binds).is_none(), "no whole satoshi");

    let shown = |challenge: &Challenge| {
        let payload = Object::default().with("preimage", hex(&secrets.preimage(&lock)));
        let line = crate::credential::sealed(challenge, payload);
        assert!(is_lightning(&line) == (challenge.method == "lightning"));
        LightningCredential::parse(&line).unwrap()
    };
    let read = shown(&challenge);
    assert_eq!(read.invoice(&ring, &here).map(|invoice| invoice.lock), Some(lock));
    assert_eq!((read.realm(), read.expires(), read.preimage), ("news.example", Ok(expires), secrets.preimage(&lock)));
    assert!(read.invoice(&ring, &there).is_none());
    let other = |change: fn(&mut Challenge)| {
        let mut challenge = challenge.clone();
        change(&mut challenge);
        shown(&challenge).invoice(&ring, &here)
    };
    assert_eq!(other(|challenge| challenge.realm = "other.example".to_owned()), None);
    assert_eq!(other(|challenge| challenge.expires = None), None);
    assert_eq!(other(|challenge| challenge.opaque = Some("e30".to_owned())), None);
    assert_eq!(other(|challenge| challenge.id = base64url(&[0; 32])), None);
    assert_eq!(other(|challenge| challenge.intent = "session".to_owned()), None);
}

#[test]
fn a_credential_of_the_lightning_shape_is_told_by_its_method_wherever_that_stands() {
    for before in ["", "a", "ab", "abc"] {
        let challenge = Object::default()
            .with("id", before)
            .with("realm", "n")
            .with("method", "lightning")
            .with("intent", "charge")
            .with("request", "e30");
        let fields = Object::default().with_object("challenge", challenge).with_object("payload", Object::default());
        assert!(is_lightning(&format!("Payment {}", base64url(fields.canonical().as_bytes()))), "{before}");
    }
    let named = Object::default()
        .with("id", "lightning")
        .with("realm", "n")
        .with("method", "farthing")
        .with("intent", "charge")
        .with("request", "e30");
    let fields = Object::default().with_object("challenge", named).with_object("payload", Object::default());
    assert!(!is_lightning(&format!("Payment {}", base64url(fields.canonical().as_bytes()))));
}

proptest! {
    #[test]
    fn tokens_come_back_and_changed_ones_are_not_ours(nonce: [u8; 16], ends: u64, offer: [u8; 32], at in 0..TOKEN_BYTES, change in 1_u8..) {
        let lock = Lock { nonce: CommandId(nonce), offer: OfferId(offer), amount: lock(9).amount };
        let made = token(&lock, ends);
        let mut bytes = secrets().token(&made);
        prop_assert_eq!(secrets().check_token(&bytes), Ok(Some(made)));
        bytes[at] ^= change;
        prop_assert!(!matches!(secrets().check_token(&bytes), Ok(Some(_))));
        prop_assert!(secrets().check_token(&bytes[..at]).is_err());
    }

    #[test]
    fn invoices_come_back_and_changed_ones_are_not_ours(
        units in 1_u64..=i64::MAX.unsigned_abs(), item in "[!-~]{1,512}", at in 0_u64..1 << 35, lasts in 1_u64..1 << 20, place: proptest::sample::Index, letter in "[a-z0-9]",
    ) {
        let (lock, at) = (lock(units), Timestamp::from_seconds(at));
        let text = secrets().invoice(lock, &item, (at, lasts)).unwrap();
        let read = secrets().check_invoice(&text).unwrap().unwrap();
        prop_assert_eq!((read.lock, &*read.item, read.at, read.lasts_s), (lock, &*item, at, lasts));
        prop_assert_eq!(read.hash, payment_hash(&secrets().preimage(&lock)));
        let mut changed = text.clone();
        let place = place.index(text.len());
        changed.replace_range(place..=place, &letter);
        if changed != text {
            prop_assert!(!matches!(secrets().check_invoice(&changed), Ok(Some(_))));
        }
    }

    #[test]
    fn nothing_makes_the_readers_stop(text in ".{0,400}", words in "lnbcrt[0-9]{1,8}[munp]?1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{0,400}") {
        let _ = (Credential::parse(&text), read_challenge(&text), Invoice::parse(&text).is_ok(), Invoice::parse(&words).is_ok());
    }
}
