//! The laws of sessions: what is signed is what is read, and a chain gives its payer's money to nobody else.
#![allow(clippy::arithmetic_side_effects, reason = "test arithmetic is on small known numbers")]

mod chains;
mod fronts;
mod vectors;

use super::*;
use crate::challenge::{Issuer, NotOurs, SessionRequest, SessionTerms, parse_all};
use crate::credential::Presented;
use crate::keys::{Points, SigningKey, verify_all};
use crate::receipt::{Certified, CertifiedSigned, Counted, Done, Group};
use crate::text::{self, Secret};
use crate::{Challenge, Credential, PublicKey};
use money::OfferId;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn seed(name: &str) -> [u8; 32] {
    Sha256::digest(name).into()
}

fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(seed(name))
}

fn units(amount: u32) -> Amount {
    Amount::from_u32(amount)
}

const SESSION: CommandId = CommandId([1; 16]);

fn request() -> SessionRequest {
    SessionRequest {
        amount: units(2),
        per: 1,
        currency: Asset::parse("eur-micro").unwrap(),
        recipient: "harbour".into(),
        unit_type: "request".into(),
        instance: Instance::of(&key("instance").public()),
        offer: OfferId(seed("offer")),
        step: units(2),
        hold: units(1_000_000),
        scope: "/api/*".into(),
    }
}

fn terms() -> SessionTerms {
    SessionTerms {
        realm: "news.example".into(),
        request: request(),
        expires: Timestamp::parse("2026-11-23T17:06:05Z").unwrap(),
        nonce: text::parse_command("AaIEOOAT_yrJWgLJK__lhQ").unwrap(),
    }
}

fn issuer() -> Issuer {
    Issuer::new(*b"0123456789abcdef0123456789abcdef", None)
}

fn challenge() -> Challenge {
    issuer().issue_session(&terms()).unwrap()
}

fn bound() -> Bound<'static> {
    let SessionRequest { instance, currency, .. } = request();
    Bound { instance, session: SESSION, recipient: "harbour", currency, account: key("alice").public().account() }
}

fn voucher_seed_of_alice() -> Secret<[u8; 32]> {
    voucher_seed(&seed("wallet"), SESSION)
}

fn links() -> Links {
    Links::of(&voucher_seed_of_alice(), SESSION, units(2), (units(2), 4_096))
}

fn opening(kind: Kind) -> Opening {
    Opening {
        hold: units(1_000_000),
        first: units(2),
        until: Timestamp::parse("2026-11-23T17:06:05Z").unwrap(),
        kind,
        voucher_key: Some(voucher_key(&voucher_seed_of_alice(), SESSION).public()),
        account: None,
    }
}

fn asked() -> Asked<'static> {
    Asked { method: "GET", target: "/a/quiet-harbour?x=1", digest: None }
}

/// A target that is signed by its hash.
fn long_target() -> String {
    format!("/a/quiet-harbour?x={}", "1".repeat(512))
}

fn paying() -> Paying {
    Paying { max: units(60_000), command: text::parse_command("AaIEPWeENtqk3kF0zJ1v5g").unwrap(), account: None }
}

fn at(seq: u64) -> At {
    At { session: SESSION, seq }
}

/// One credential of each action and form, with a name.
fn one_of_each() -> Vec<(&'static str, SessionCredential)> {
    let (alice, vouchers, mut links) = (key("alice"), voucher_key(&voucher_seed_of_alice(), SESSION), links());
    let open = |terms| Box::new(Open::sign(terms, SESSION, &challenge(), &alice).unwrap());
    let signed = |cumulative, chain| SignedVoucher::sign(units(cumulative), chain, &bound(), &vouchers).unwrap();
    let chain = Kind::Chain(links.begins());
    let link = Voucher::Link(Linked { index: 999, link: links.link(999).unwrap() });
    let next = Links::of(&voucher_seed_of_alice(), SESSION, units(9_000), (units(64), 256));
    let plain = Opening { voucher_key: None, account: Some(key("bob").public().account()), ..opening(Kind::Signed) };
    let topped = TopUp::sign(units(500_000), CommandId([2; 16]), &bound(), &alice).unwrap();
    let closed = |voucher| Close::sign(units(2_000), voucher, &bound(), &vouchers).unwrap();
    let posted = Asked { method: "POST", target: "/api/ask", digest: Some(&crate::digest::of(b"{\"q\":\"why\"}")) };
    let for_bob = Paying { account: Some(key("bob").public().account()), ..paying() };
    let pay = |terms, asked: &Asked<'_>| Action::Pay(Pay::sign(terms, asked, &challenge(), &alice).unwrap());
    let all = [
        ("open-chain", Action::Open(at(1), open(opening(chain)))),
        ("open-signed", Action::Open(at(1), open(plain))),
        ("open-trusted", Action::Open(at(1), open(opening(Kind::Trusted)))),
        ("voucher-link", Action::Voucher(at(1_000), link)),
        ("voucher-signed", Action::Voucher(at(7), Voucher::Signed(signed(8_000, None)))),
        ("voucher-checkpoint", Action::Voucher(at(8), Voucher::Signed(signed(9_000, Some(next.begins()))))),
        ("topup", Action::TopUp(at(9), topped)),
        ("close-link", Action::Close(at(1_001), closed(Some(link)))),
        ("close-signed", Action::Close(at(1_001), closed(Some(Voucher::Signed(signed(8_000, None)))))),
        ("close-bare", Action::Close(at(u64::try_from(i64::MAX).unwrap()), closed(None))),
        ("pay", pay(paying(), &asked())),
        ("pay-posted", pay(for_bob, &posted)),
        ("pay-long", pay(paying(), &Asked { target: &long_target(), ..asked() })),
    ];
    all.into_iter().map(|(name, action)| (name, SessionCredential { challenge: challenge(), action })).collect()
}

#[test]
fn a_session_challenge_is_known_again_and_no_other() {
    let challenge = challenge();
    let checked = issuer().check_session(&challenge).unwrap();
    assert_eq!((checked.terms, text::base64url(&checked.id)), (terms(), challenge.id.clone()));
    assert_eq!(parse_all([&*challenge.to_string()]), Ok(vec![challenge.clone()]));
    assert_eq!(issuer().check(&challenge).unwrap_err(), NotOurs::Method, "it is no charge");
    let changes: [fn(&mut Challenge); 6] = [
        |it| it.realm.push('x'),
        |it| it.request = text::base64url(SessionRequest { amount: units(1), ..request() }.canonical().as_bytes()),
        |it| it.expires = Some("2027-11-22T17:11:05Z".into()),
        |it| it.digest = Some(crate::digest::of(b"")),
        |it| it.opaque = None,
        |it| it.id = text::base64url(&[0; 32]),
    ];
    for change in changes {
        let mut changed = challenge.clone();
        change(&mut changed);
        assert_eq!(issuer().check_session(&changed), Err(NotOurs::Mac), "{changed:?}");
    }
    let rotated = Issuer::new([7; 32], Some(*b"0123456789abcdef0123456789abcdef"));
    assert!(rotated.check_session(&challenge).is_ok(), "the former secret still stands");
}

#[test]
fn what_no_reader_takes_is_not_issued() {
    type Change = fn(&mut SessionRequest);
    let wrong: [(&str, Change); 9] = [
        ("recipient", |it| it.recipient = "Harbour".into()),
        ("per", |it| it.per = 0),
        ("per", |it| it.per = 1 << 63),
        ("step", |it| it.step = Amount::ZERO),
        ("hold", |it| it.hold = Amount::ZERO),
        ("scope", |it| it.scope = "https://news.example/\"".into()),
        ("scope", |it| it.scope = "x".repeat(257)),
        ("unitType", |it| it.unit_type = String::new()),
        ("unitType", |it| it.unit_type = "Token".into()),
    ];
    for (what, change) in wrong {
        let mut terms = terms();
        change(&mut terms.request);
        assert_eq!(issuer().issue_session(&terms), Err(Malformed(what)));
        assert_eq!(SessionRequest::parse(terms.request.canonical().as_bytes()), Err(Malformed(what)));
    }
}

#[test]
fn the_longest_request_has_its_room() {
    let longest = SessionRequest {
        amount: Amount::MAX,
        per: Amount::MAX.units(),
        recipient: "r".repeat(32),
        unit_type: "u".repeat(32),
        step: Amount::MAX,
        hold: Amount::MAX,
        scope: "x".repeat(256),
        ..request()
    };
    let long = issuer().issue_session(&SessionTerms { realm: "r".repeat(253), request: longest.clone(), ..terms() }).unwrap();
    assert!(long.request.len() <= 1_024 && long.to_string().len() <= 2_048, "{} of {}", long.request.len(), long.to_string().len());
    assert_eq!(long.session(), Ok(longest));
    assert_eq!(challenge().to_string().len(), 526);
}

#[test]
fn every_action_reads_back_as_it_was_written() {
    for (name, credential) in one_of_each() {
        let value = credential.header_value();
        assert!(SessionCredential::parse(&value).unwrap() == credential, "{name}");
        assert!(matches!(Presented::parse(&value), Ok(Presented::Session(again)) if again == credential), "{name}");
        assert!(value.len() <= 1_500, "{name}: {}", value.len());
        assert!(Credential::parse(&value).is_err() || !Credential::parse(&value).unwrap().is_signed(), "{name} is no charge");
    }
    let (_, link) = &one_of_each()[3];
    assert_eq!(link.header_value().len(), 928, "what a payment by link costs in a request");
    let charge = Credential::sign(vectors::charge(), &key("alice")).unwrap();
    assert!(matches!(Presented::parse(&charge.header_value()), Ok(Presented::Charge(again)) if again == charge));
    assert_eq!(SessionCredential::parse(&charge.header_value()).err(), Some(Malformed("intent")));
}

/// The claims of a credential, under what the door knows of it.
fn claims(credential: &SessionCredential, bound: &Bound<'_>, asked: &Asked<'_>) -> Vec<crate::keys::Claim> {
    let SessionCredential { challenge, action } = credential;
    let (vouchers, Ok(request)) = (voucher_key(&voucher_seed_of_alice(), SESSION).public(), challenge.session()) else { return Vec::new() };
    let of_voucher = |voucher: &Voucher| match voucher {
        Voucher::Link(_) => None,
        Voucher::Signed(signed) => signed.claim(bound, &vouchers),
    };
    match action {
        Action::Open(at, open) => open.claim(at.session, challenge, &request).into_iter().collect(),
        Action::Voucher(_, voucher) => of_voucher(voucher).into_iter().collect(),
        Action::TopUp(_, top_up) => top_up.claim(bound).into_iter().collect(),
        Action::Close(_, close) => close.claim(bound, &vouchers).into_iter().chain(close.voucher.as_ref().and_then(of_voucher)).collect(),
        Action::Pay(pay) => pay.claim(asked, challenge, &request).into_iter().collect(),
    }
}

#[test]
fn every_signature_holds_for_what_it_says_and_for_nothing_else() {
    let posted = crate::digest::of(b"{\"q\":\"why\"}");
    let long = long_target();
    let asked_by = |name: &str| match name {
        "pay-long" => Asked { target: &long, ..asked() },
        "pay-posted" => Asked { method: "POST", target: "/api/ask", digest: Some(&posted) },
        _ => asked(),
    };
    let mut all = Vec::new();
    for (name, credential) in one_of_each() {
        let claims_of = claims(&credential, &bound(), &asked_by(name));
        assert_eq!(claims_of.is_empty(), name == "voucher-link", "{name}");
        assert!(claims_of.iter().all(crate::keys::Claim::holds), "{name}");
        all.extend(claims_of);
        // Every signed value, changed: none of its signatures holds as they did.
        let payload = credential.action.payload();
        for field in [
            "hold",
            "first",
            "until",
            "step",
            "length",
            "anchor",
            "voucherKey",
            "sessionId",
            "cumulative",
            "additional",
            "command",
            "max",
            "account",
            "agreed",
        ] {
            let other = match field {
                "until" => "2026-11-24T17:06:05Z".to_owned(),
                "account" => text::account(key("carol").public().account()),
                "anchor" | "voucherKey" => key("carol").public().to_string(),
                "sessionId" | "command" => text::command(CommandId([9; 16])),
                _ => "77".to_owned(),
            };
            // The session of what is bound is the caller's: a door looks it up by the id.
            let is_bound = field == "sessionId" && !name.starts_with("open");
            if payload.text(field).is_none() || is_bound {
                continue;
            }
            let changed = sealed_with(&credential, payload.clone().with(field, if field == "first" { "1".into() } else { other }));
            let broken = claims(&changed, &bound(), &asked_by(name));
            assert!(!broken[0].holds(), "{name}: {field}");
        }
        if let Action::Pay(_) = credential.action {
            let asked = asked_by(name);
            for other in [Asked { method: "PUT", ..asked }, Asked { target: "/", ..asked }, Asked { digest: Some("sha-256=:x:"), ..asked }]
            {
                assert!(!claims(&credential, &bound(), &other)[0].holds(), "{name}");
            }
        }
    }
    assert!(verify_all(&all, [5; 32], &mut Points::default()).into_iter().all(|holds| holds), "all at once");
    for (name, credential) in one_of_each().into_iter().filter(|(name, _)| name.starts_with(['v', 't', 'c'])) {
        let others = [
            Bound { session: CommandId([9; 16]), ..bound() },
            Bound { account: key("carol").public().account(), ..bound() },
            Bound { instance: Instance([0; 16]), ..bound() },
        ];
        let more = [Bound { recipient: "quay", ..bound() }, Bound { currency: Asset::parse("usd-micro").unwrap(), ..bound() }];
        // A close names neither: the session's id stands for both.
        for other in others.iter().chain(more.iter().filter(|_| !name.starts_with('c'))) {
            assert!(!claims(&credential, other, &asked()).iter().any(crate::keys::Claim::holds), "{name}: {other:?}");
        }
    }
}

/// The credential with another payload.
fn sealed_with(credential: &SessionCredential, payload: Object) -> SessionCredential {
    SessionCredential::parse(&crate::credential::sealed(&credential.challenge, payload)).unwrap()
}

#[test]
fn a_key_of_small_order_signs_no_voucher() {
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&identity);
    let voucher = SignedVoucher { cumulative: units(1), checkpoint: None, signature };
    assert!(!voucher.claim(&bound(), &PublicKey(identity)).unwrap().holds());
}

#[test]
fn a_long_target_is_signed_by_its_hash() {
    let long = format!("/{}", "x".repeat(512));
    let pay = Pay::sign(paying(), &Asked { target: &long, ..asked() }, &challenge(), &key("alice")).unwrap();
    let hash = text::base64url(&Sha256::digest(&long));
    let claim = |target| pay.claim(&Asked { target, ..asked() }, &challenge(), &request()).unwrap().holds();
    assert!(claim(&long) && claim(&hash) && !claim("/"));
}

fn counted() -> Counted {
    let timestamp = Timestamp::parse("2026-11-22T17:11:05Z").unwrap();
    Counted { session: SESSION, timestamp, seq: 1_000, accepted: units(2_000), spent: units(2_000), units: 1_000 }
}

fn certified(done: Done) -> Certified {
    let SessionRequest { instance, currency, recipient, hold, .. } = request();
    let until = Timestamp::parse("2026-11-23T17:06:05Z").unwrap();
    Certified { counted: counted(), instance, recipient, currency, hold, until, done }
}

fn all_done() -> [(&'static str, Done); 5] {
    let close = |agreed| Done::Close { captured: units(2_000), released: units(998_000), agreed };
    [
        ("open", Done::Open),
        ("checkpoint", Done::Checkpoint),
        ("topup", Done::TopUp),
        ("close", close(None)),
        ("close-differs", close(Some(units(1_998)))),
    ]
}

#[test]
fn a_payment_is_acknowledged_in_few_bytes() {
    let value = counted().header_value();
    assert_eq!((value.len(), Counted::parse(&value)), (270, Ok(counted())));
    let first = Counted { seq: 1, accepted: units(2), spent: units(2), units: 1, ..counted() };
    assert_eq!(first.header_value().len(), 254);
    assert_eq!(CertifiedSigned::parse(&value), Err(Malformed("recipient")), "it proves nothing");
}

#[test]
fn what_opens_and_ends_a_session_proves_itself() {
    let receipts = key("receipts");
    for (name, done) in all_done() {
        let value = certified(done).header_value(&receipts, Group { frame: 7, chunk: 1 }).unwrap();
        assert!(value.len() <= 1_400, "{name}: {}", value.len());
        let signed = CertifiedSigned::parse(&value).unwrap();
        assert_eq!((&signed.receipt, Counted::parse(&value)), (&certified(done), Ok(counted())));
        assert!(signed.is_proved_by(&receipts.public()) && !signed.is_proved_by(&key("other").public()));
        assert!(crate::receipt::Signed::parse(&value).is_err(), "it is no receipt of a charge");
        let json = String::from_utf8(text::from_base64url(&value).unwrap()).unwrap();
        let edited = text::base64url(json.replace("\"spent\":\"2000\"", "\"spent\":\"1\"").as_bytes());
        assert!(!CertifiedSigned::parse(&edited).unwrap().is_proved_by(&receipts.public()));
    }
}

proptest! {
    #[test]
    fn no_stranger_makes_a_reader_panic(json in ".{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = (SessionRequest::parse(&bytes), SessionRequest::parse(json.as_bytes()));
        let _ = (SessionCredential::parse(&json), Presented::parse(&format!("Payment {}", text::base64url(&bytes))).is_ok());
        let _ = (Counted::parse(&text::base64url(&bytes)), CertifiedSigned::parse(&json));
    }
}

#[test]
fn what_a_stream_says_is_read_back() {
    let session = CommandId([1; 16]);
    let [required, accepted, hold, spent] = [130, 128, 1_000_000, 127].map(Amount::from_u32);
    let need = NeedVoucher { session, required, accepted, hold, spent };
    let data = need.data();
    assert_eq!(
        data,
        r#"{"acceptedCumulative":"128","hold":"1000000","requiredCumulative":"130","sessionId":"AQEBAQEBAQEBAQEBAQEBAQ","spent":"127"}"#
    );
    assert_eq!(NeedVoucher::parse(data.as_bytes()), Ok(need));
    assert!(NeedVoucher::parse(data.replace("130", "-1").as_bytes()).is_err());
    let notice = StreamNotice { session, percent: 80 };
    assert_eq!(StreamNotice::parse(notice.data().as_bytes()), Ok(notice));
    assert!(StreamNotice::parse(notice.data().replace("80", "101").as_bytes()).is_err());
    assert_eq!(StreamWord::Notice.event("{}"), "event: payment-notice\ndata: {}\n\n");
    assert_eq!(StreamWord::of(b"payment-receipt"), Some(StreamWord::Receipt));
    assert!(is_reserved(b"Payment-anything") && !is_reserved(b"pay") && !is_reserved(b""));
}
