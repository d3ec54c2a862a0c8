//! Nothing that can be answered stays unproven, and nothing a stranger can send stops the market.

use super::script::{REALM, Run};
use super::words::party;
use crate::*;
use ledger::Entry;
use money::{Amount, Asset, CommandId, OfferId, Share, Span, Timestamp};

#[test]
fn every_outcome_effect_and_rejection_is_reached() {
    let mut run = Run::begun();
    let script = "
        _ found 1
        _ found 2
        _ open ann bob
        _ open Bad bob
        _ offer x /x fixed 0.05 EUR payee nobody
        V1 offer harbour /a/* fixed 0.05 EUR writer:ann:7000bp house:self:rest per-day 1
        _ offer clash /a/x fixed 0.05 EUR
        T1 topup alice 1.00 EUR most 1
        T1 topup alice 1.00 EUR most 1
        T1 topup alice 2.00 EUR most 1
        _ topup alice 1.00 EUR most 1
        _ topup alice 0.00 EUR most 1
        V7 offer tokens /tok/* metered 0.000002 EUR 1 token most 10
        P7 promise alice V7 /tok/x 0.00002 EUR
        P7 use nothing
        _ topup bob 9223372036854.775807 XTS
        _ topup bob 0.000001 XTS
        O made -11m
        O topup alice 1.00 EUR
        N made +3m
        N topup alice 1.00 EUR
        _ buy alice V9 /a/x 0.05 EUR
        _ buy alice V1 /a/x 0.05 USD
        _ buy alice V1 /a/x 0.04 EUR
        _ buy ann V1 /a/x 0.05 EUR
        _ buy carol V1 /a/x 0.05 EUR
        S1 buy alice V1 /a/1 0.05 EUR
        S2 buy alice V1 /a/2 0.05 EUR
        S3 buy alice V1 /a/3 0.05 EUR
        _ buy alice V1 /a/3 0.05 EUR
        _ guard alice day 0.15 EUR
        _ buy alice V1 /a/4 0.05 EUR
        _ buy bob V1 /a/4 0.05 EUR oneclick
        _ guard bob month 0.04 EUR site news.example asks
        _ buy bob V1 /a/4 0.05 EUR oneclick
        _ undo S9 alice
        _ refund S1 payee house 0.06
        _ undo S1 alice
        _ undo S1 alice
        _ undo S2 alice
        S4 buy alice V1 /a/1 0.05 EUR
        _ undo S4 alice
        +10m _ undo S2 alice
        _ end harbour
        _ guard alice day off EUR
        _/alice months 2026-11 -9h 3
        V3 offer calls /api/* metered 0.01 EUR 1 call
        C1/alice session V3 0.10 EUR first 0.02
        C1 draw 1 for 1
        C1 draw 2 for 2
        C1 draw 2 for 0 signed 0.20
        C1 draw 2 for 0 link 3:1
        C1 reserve 2 for 1
        C1 settle 3 0 for 1
        C1 settle 2 0 for 1
        C1 draw 3 for 0 signed 0.10
        R1/alice raise C1 0.10 EUR
        C1 finish idle
        C1 finish idle
        C1 draw 4 for 1
        C1 capture 1
        C1 capture 2
        C1 finish idle
        C2 finish idle
        V4 offer words /words/* metered 0.01 EUR 1 word
        C3/alice session V4 0.10 EUR trusted
        C3 event e1 -1m for 1
        _ meter house word 1h
        C3 event e1 -1m for 1
        C3 event e1 -1m for 1 says 1
        A1/house aside C3 for 1 until 60s
        C3 event e3 -1m for 1 of A1
        C3 event e2 -2h for 1
        C3 event e2 +6m for 1
        V5 offer coins /coins/* fixed 0.05 EUR
        K1 coin V5 /coins/x 0.05 EUR nonce 1
        K2 coin V5 /coins/x 0.05 EUR nonce 1
        K1 arrived 1
        C3 call 1 for 1
        C3 call 2 for 1 after 1
        _ topup dave 1.00 EUR
        _/alice tip ann 0.01 EUR
        _ buy alice V1 /a/5 0.05 EUR
    ";
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        run.line(line);
    }
    for number in 0..=crate::session::MOST_OPENED {
        run.line(&format!("D{number}/dave session V3 0.01 EUR trusted"));
    }
    run.assert_replays();
    // A meter is full after a million events, and coins after ten thousand: their own tests see to that.
    let missing = ["RefundNotCovered", "MeterFull", "CoinsFull"];
    assert_eq!(run.seen.missing(), missing, "earnings cannot leave before there are payouts");
    let earned = run.state.books().accounts().iter().find(|account| account.key.party == party("ann")).unwrap();
    let amount = Amount::new(earned.posted.unsigned_abs()).unwrap();
    let rail = AccountKey { party: PLAY_RAIL, asset: earned.key.asset, class: Class::Rail, lot: None };
    let entries = [Entry::new(earned.key, amount.debit()), Entry::new(rail, amount.credit())];
    run.state.books.settle(PostingPlace(1), &entries).unwrap();
    run.line("_ refund S2 operator");
    assert_eq!(run.seen.missing(), ["MeterFull", "CoinsFull"]);
}

/// Texts and lists longer than the journal layout can carry are refused before the codec sees them.
#[test]
fn nothing_oversized_reaches_the_codec() {
    let long = "x".repeat(70_000);
    let mut run = Run::begun();
    let offer = |change: &dyn Fn(&mut Offer)| {
        let leg = LegRule { label: "price".into(), to: Beneficiary::Owner, share: Share::Rest };
        let price = OfferPrice::Fixed { amount: Amount::from_u32(5), asset: Asset::fiat("EUR").unwrap() };
        let refund = RefundTerms { window: Span(u64::MAX), per_day: u16::MAX };
        let unlock = Selector::new(REALM, "/a/*").unwrap();
        let mut offer = Offer {
            name: "a".into(),
            payee: "house".into(),
            unlock,
            price,
            split: vec![leg],
            refund,
            lasts: Some(Span(u64::MAX)),
            l402: None,
            fall: None,
        };
        change(&mut offer);
        Body::SetOffer(Box::new(offer))
    };
    let buy = |item: &str, change: &dyn Fn(&mut Signature)| {
        let (digest, account) = (String::new(), String::new());
        let (key, signature, challenge, expires) = ([0; 32], [0; 64], [1; 32], Timestamp(0));
        let retry = [0; 16];
        let mut signed = Signature { key, signature, challenge, retry, expires, asked: None, digest, account, realm: String::new() };
        change(&mut signed);
        let (amount, asset) = (Amount::from_u32(5), Asset::fiat("EUR").unwrap());
        let consent = Consent::Signed(Box::new(signed));
        Body::Buy(Purchase { payer: party("alice"), offer: OfferId([0; 32]), item: item.into(), amount, asset, consent })
    };
    let guard = |realm: &str| {
        let on = GuardScope::Site(realm.to_owned());
        let (verdict, asset) = (Verdict::Deny, Asset::fiat("EUR").unwrap());
        Body::SetGuard(Guard { party: party("alice"), on, window: Window::Day, verdict, asset, most: None })
    };
    let edge = format!("{REALM}/{}", "x".repeat(512 - REALM.len() - 1));
    let cases: Vec<(Body, Rejection)> = vec![
        (Body::OpenPayee { handle: long.clone(), party: party("bob") }, Rejection::Invalid("handle")),
        (offer(&|offer| offer.name = long.clone()), Rejection::Invalid("offer")),
        (offer(&|offer| offer.name = "line\nfeed".into()), Rejection::Invalid("offer")),
        (offer(&|offer| offer.payee = long.clone()), Rejection::Invalid("payee")),
        (offer(&|offer| offer.split[0].label = long.clone()), Rejection::Invalid("label")),
        (offer(&|offer| offer.split[0].to = Beneficiary::Payee(long.clone())), Rejection::Invalid("payee")),
        (offer(&|offer| offer.split = vec![offer.split[0].clone(); 70_000]), Rejection::Invalid("split")),
        (Body::EndOffer { realm: long.clone(), name: "a".into() }, Rejection::Invalid("realm")),
        (Body::EndOffer { realm: REALM.into(), name: long.clone() }, Rejection::Invalid("offer")),
        (guard(&long), Rejection::Invalid("realm")),
        (guard(""), Rejection::Invalid("realm")),
        (Body::StateMonths(Vec::new()), Rejection::Invalid("maker")),
        (buy(&format!("{edge}x"), &|_| ()), Rejection::Invalid("item")),
        (buy(&long, &|_| ()), Rejection::Invalid("item")),
        (buy(&edge, &|_| ()), Rejection::OfferUnknown),
        (buy(&edge, &|signed| signed.digest = long.clone()), Rejection::Invalid("digest")),
        (buy(&edge, &|signed| signed.account = long.clone()), Rejection::Invalid("account")),
        (buy(&edge, &|signed| signed.realm = long.clone()), Rejection::Invalid("realm")),
        (buy(&edge, &|signed| signed.asked = Some(Asked { method: "GET".into(), target: long.clone() })), Rejection::Invalid("asked")),
        (buy(&edge, &|signed| signed.asked = Some(Asked { method: long.clone(), target: "/".into() })), Rejection::Invalid("asked")),
        // The instance cannot have signed for anybody.
        (buy(&edge, &|signed| signed.asked = Some(Asked { method: "GET".into(), target: "/".into() })), Rejection::Invalid("maker")),
    ];
    for (number, (body, rejection)) in cases.into_iter().enumerate() {
        let id = CommandId::new(run.now.ms(), [u8::try_from(number).unwrap(); 10]);
        assert_eq!(run.tell(&Command { id, maker: Maker::Instance, body }), Outcome::Rejected(rejection));
    }
    let body = offer(&|_| ());
    let id = CommandId::new(run.now.ms(), [99; 10]);
    assert!(matches!(run.tell(&Command { id, maker: Maker::Instance, body }), Outcome::Applied(_)), "the longest spans are fine");
}

#[test]
fn windows_have_their_bounds_at_the_ends_of_time() {
    let month = |text: &str| Timestamp::parse(text).unwrap();
    for (now, start, end) in [
        ("2026-11-22T10:00:00Z", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ("2028-02-29T23:59:59Z", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
        ("2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-02-01T00:00:00Z"),
    ] {
        assert_eq!((Window::Month.start(month(now)), Window::Month.end(month(now))), (month(start), month(end)), "{now}");
    }
    assert_eq!(Window::Day.end(month("2026-12-31T23:59:59Z")), month("2027-01-01T00:00:00Z"));
    let at = month("2026-12-31T23:59:59Z");
    assert_eq!((Window::Each.start(at), Window::Each.end(at)), (at, at), "each spending stands alone");
    let last = Timestamp(u64::MAX);
    assert_eq!((Window::Day.end(last), Window::Month.end(last)), (last, last), "no loop without an end");
}
