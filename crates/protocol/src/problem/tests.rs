//! Every problem is well formed, says what to do next, and is explained in docs/problems.md.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = include_str!("../../../../docs/problems.md");

fn one_of_each() -> Vec<Problem> {
    let currency = Asset::parse("eur-micro").unwrap();
    let top_up_url = "https://wallet.example/top-up".to_owned();
    let (reference, detail) = ("aabvqy3ehaqe77fmswkm5pwt6q".to_owned(), "no signature in it".to_owned());
    let at = Timestamp::parse("2026-11-23T00:00:00Z").unwrap();
    let units = Amount::from_u32;
    vec![
        Problem::PaymentRequired {
            amount: units(50_000),
            currency,
            pay_url: "https://wallet.example/pay?q=e30".into(),
            top_up_url: top_up_url.clone(),
            detail: "0.05 EUR to Harbour Review".into(),
        },
        Problem::MalformedCredential { detail: detail.clone() },
        Problem::TwoCredentials,
        Problem::MethodUnsupported,
        Problem::ChallengeUnknown,
        Problem::RouteMismatch,
        Problem::ChallengeUsed,
        Problem::QuoteExpired,
        Problem::DigestMismatch,
        Problem::SignatureInvalid,
        Problem::Unpaid,
        Problem::InsufficientFunds { currency, short_by: units(30_000), available: units(20_000), top_up_url },
        Problem::PriceAboveMax { currency, due: units(60_000) },
        Problem::OfferEnded,
        Problem::ResponseGone { reference: reference.clone() },
        Problem::OriginFailed { reference: reference.clone(), refunded: true },
        Problem::OriginFailed { reference, refunded: false },
        Problem::OriginUnreachable,
        Problem::OriginSlow,
        Problem::PlaylistInvalid { detail: "line 3: EXTINF says no length".to_owned() },
        Problem::DeviceLimit(vec![
            Device { id: "5qf0a1".to_owned(), name: "Firefox, Linux".to_owned(), since: at },
            Device { id: "81hd3c".to_owned(), name: String::new(), since: at },
        ]),
        Problem::GuardDenied { currency, cap: units(1_000_000), spent: units(960_000), resets_at: at },
        Problem::SelfPayment,
        Problem::WalletFull { currency, most: units(20_000_000) },
        Problem::AmountInvalid,
        Problem::CurrencyMismatch,
        Problem::RefundWindowClosed { since: at },
        Problem::AlreadyRefunded,
        Problem::UndoUsed,
        Problem::UndoLimit { per_day: 10 },
        Problem::RefundAboveLeft { currency, left: units(30_000) },
        Problem::RefundNotCovered,
        Problem::IdReused,
        Problem::IdTooOld,
        Problem::IdTooNew,
        Problem::BadRequest { detail },
        Problem::CrossSite,
        Problem::Unknown,
        Problem::MethodNotAllowed { allow: "GET, HEAD" },
        Problem::BodyTooLarge { most_bytes: 1_048_576 },
        Problem::Misdirected,
        Problem::TooFast { retry_after_s: 5 },
        Problem::Busy { retry_after_s: 1 },
        Problem::NoRoom { retry_after_s: 60 },
        Problem::RailStopped { since: Timestamp::from_seconds(1_795_799_465), retry_after_s: 600 },
        Problem::Internal,
    ]
    .into_iter()
    .chain(of_forms())
    .chain(of_keys())
    .chain(of_sessions().map(Problem::Session))
    .chain(of_meters().map(Problem::Meter))
    .chain(of_coins().map(Problem::Coin))
    .collect()
}

fn of_forms() -> [Problem; 3] {
    [
        Problem::OfferInvalid { detail: "its name is taken".into() },
        Problem::BrandInvalid { detail: "it is no picture".into() },
        Problem::WebhookAddress { detail: "it is no public one".into() },
    ]
}

fn of_keys() -> [Problem; 7] {
    [
        Problem::KeyNeeded,
        Problem::KeyMistyped,
        Problem::KeyUnknown,
        Problem::KeyWrongMode { key: "live", instance: "test" },
        Problem::ScopeMissing { scope: "refund" },
        Problem::LimitReached { most: 20 },
        Problem::OwnerNeeded,
    ]
}

fn of_sessions() -> impl Iterator<Item = SessionProblem> {
    let [required, accepted, hold] = [1_000_002, 1_000_000, 1_000_000].map(Amount::from_u32);
    let needed = Needed { currency: Asset::parse("eur-micro").unwrap(), required, accepted, hold };
    let all = [
        SessionProblem::InsufficientBalance(needed),
        SessionProblem::VoucherStale(needed),
        SessionProblem::HoldExhausted(needed),
        SessionProblem::ChainExhausted { length: 4_096 },
        SessionProblem::StepLimit { most: 1_024 },
        SessionProblem::InvalidSignature,
        SessionProblem::SignerMismatch,
        SessionProblem::SeqReused,
        SessionProblem::SeqTooOld,
        SessionProblem::Unknown,
        SessionProblem::Closed { receipt: "eyJh".into() },
        SessionProblem::UnderWay { requests: 2, until: Some(Timestamp::from_seconds(1_795_799_465)), retry_after_s: 5 },
    ];
    all.into_iter()
}

fn of_coins() -> impl Iterator<Item = CoinProblem> {
    let until = Timestamp::from_seconds(1_795_799_465);
    [
        CoinProblem::Authorization { detail: "it is not good yet" },
        CoinProblem::Insufficient,
        CoinProblem::Pending { retry_after_s: 5, until },
        CoinProblem::Lapsed,
        CoinProblem::ChainSilent { retry_after_s: 5 },
    ]
    .into_iter()
}

fn of_meters() -> impl Iterator<Item = MeterProblem> {
    let since = Timestamp::parse("2026-11-23T00:00:00Z").unwrap();
    let all = [
        MeterProblem::EventInvalid { detail: "`time` is a time of RFC 3339".into() },
        MeterProblem::QuantityInvalid,
        MeterProblem::EventConflict,
        MeterProblem::TooLate { since },
        MeterProblem::EventInFuture,
        MeterProblem::MeterFull { retry_after_s: 60 },
    ];
    all.into_iter()
}

fn kinds() -> impl Iterator<Item = &'static Kind> + Clone {
    KINDS.iter().chain(MeterProblem::KINDS).chain(CoinProblem::KINDS).copied()
}

fn json(problem: &Problem) -> serde_json::Map<String, serde_json::Value> {
    serde_json::from_slice(&problem.to_json("https://wallet.example/")).unwrap()
}

#[test]
fn the_answer_without_a_credential_is_as_the_wire_says() {
    let said = String::from_utf8(one_of_each()[0].to_json("https://wallet.example")).unwrap();
    let expected = concat!(
        r#"{"type":"https://paymentauth.org/problems/payment-required","title":"Payment required","status":402,"#,
        r#""code":"payment-required","detail":"0.05 EUR to Harbour Review","amount":"50000","#,
        r#""payUrl":"https://wallet.example/pay?q=e30","topUpUrl":"https://wallet.example/top-up","currency":"eur-micro"}"#
    );
    assert_eq!(said, expected);
}

#[test]
fn facts_are_words_of_the_detail_and_members_of_the_document() {
    let short = one_of_each().into_iter().find(|problem| problem.code() == "insufficient-funds").unwrap();
    assert_eq!(
        short.detail(),
        "0.03 EUR short: 0.02 EUR can be spent. Nothing was charged. Add money at https://wallet.example/top-up, then pay again."
    );
    assert_eq!((&json(&short)["shortBy"], &json(&short)["currency"]), (&"30000".into(), &"eur-micro".into()));
    let guard = one_of_each().into_iter().find(|problem| problem.code() == "guard-denied").unwrap();
    assert_eq!((&json(&guard)["left"], &json(&guard)["resetsAt"]), (&"40000".into(), &"2026-11-23T00:00:00Z".into()));
    let own = Problem::Unknown;
    assert_eq!(own.type_uri("https://wallet.example/"), "https://wallet.example/problems/unknown");
    assert_eq!((Problem::Busy { retry_after_s: 3 }.retry_after_s(), own.retry_after_s()), (Some(3), None));
    let braces = Problem::BadRequest { detail: "{topUpUrl} }{".into() };
    assert_eq!(braces.detail(), "The request cannot be read: {topUpUrl} }{. Nothing was done. Send it corrected.");
}

#[test]
fn every_kind_is_reached_and_whole() {
    let reached: BTreeSet<(u16, &str, String)> = one_of_each().iter().map(|at| (at.status(), at.code(), at.detail())).collect();
    assert_eq!(reached.len(), kinds().count());
    for problem in one_of_each() {
        let (code, detail) = (problem.code(), problem.detail());
        assert!(!detail.contains(['{', '}']) && !detail.contains(": ."), "{code}: {detail}");
        assert!(code == "payment-required" || detail.ends_with('.'), "{code}: {detail}");
        let same = kinds().filter(|kind| kind.code == code);
        assert!(same.clone().all(|kind| kind.title == problem.title()), "{code} has two titles");
        // A fact that the detail wants is there: none is filled by nothing.
        for kind in same.filter(|kind| kind.status == problem.status()) {
            for wanted in kind.detail.split('{').skip(1).filter_map(|from| from.split('}').next()) {
                assert!(wanted == "said" || json(&problem).contains_key(wanted), "{code} has no {wanted}");
            }
        }
    }
}

/// What the page says under each heading: the code, then the line of facts after it.
fn headings() -> BTreeMap<&'static str, &'static str> {
    let mut lines = PAGE.lines().filter(|line| !line.is_empty());
    let mut found = BTreeMap::new();
    while let Some(line) = lines.next() {
        if let Some(code) = line.strip_prefix("### `").and_then(|code| code.strip_suffix('`')) {
            assert!(found.insert(code, lines.next().unwrap()).is_none(), "{code} stands twice on the page");
        }
    }
    found
}

#[test]
fn the_page_and_the_codes_are_equal() {
    let codes = kinds().map(|kind| kind.code).chain(OFFER_FILE_CODES.iter().map(|kind| kind.code));
    assert_eq!(headings().keys().copied().collect::<BTreeSet<_>>(), codes.collect::<BTreeSet<_>>());
}

#[test]
fn the_page_says_status_type_and_members_as_sent() {
    let headings = headings();
    for problem in one_of_each() {
        let code = problem.code();
        let same: Vec<Problem> = one_of_each().into_iter().filter(|other| other.code() == code).collect();
        let statuses: BTreeSet<String> = same.iter().map(|problem| problem.status().to_string()).collect();
        let statuses = statuses.into_iter().collect::<Vec<_>>().join(" or ");
        let uri = problem.type_uri("");
        let title = problem.title();
        let usual = ["type", "title", "status", "code", "detail"];
        let members: Vec<String> =
            json(&problem).keys().filter(|name| !usual.contains(&name.as_str())).map(|name| format!("`{name}`")).collect();
        let members: BTreeSet<String> = members.into_iter().collect();
        let members =
            if members.is_empty() { String::new() } else { format!(" · {}", members.into_iter().collect::<Vec<_>>().join(", ")) };
        assert_eq!(headings[code], format!("{statuses} · {title} · `{uri}`{members}"), "{code}");
    }
    let only = OFFER_FILE_CODES.iter().filter(|kind| kinds().all(|other| other.code != kind.code));
    for OfferFileCode { code, title } in only {
        assert_eq!(headings[code], format!("422 · {title}"), "{code}");
    }
}
