//! What a session may pay for, and how it shows an amount.

use super::*;
use crate::Wallet;
use protocol::session::Voucher;

fn session(amount: u32, per: u64, unit: &str) -> KeptSession {
    let units = Amount::from_u32;
    KeptSession {
        id: CommandId([1; 16]),
        url: Address::parse("https://news.example/api/a").unwrap(),
        realm: "news.example".to_owned(),
        recipient: "harbour".to_owned(),
        currency: Asset::parse("eur-micro").unwrap(),
        instance: Instance([7; 16]),
        mode: Mode::Test,
        phase: Phase::Open,
        hold: units(10_000),
        until: Timestamp::from_seconds(1_000),
        authorised: units(2),
        counted: Amount::ZERO,
        spent: Amount::ZERO,
        receipt: None,
        seq: 1,
        challenge: String::new(),
        scope: "/api/*".to_owned(),
        rate: Rate { unit: unit.to_owned(), amount: units(amount), per, units: 0, most: units(2) },
        chain: None,
        raising: None,
        waiting: Vec::new(),
        lost: 0,
        asks: 0,
    }
}

#[test]
fn a_session_pays_for_its_scope_on_its_site_while_it_lasts() {
    let session = session(2, 1, "call");
    let covers = |url: &str, now| session.covers(&Address::parse(url).unwrap(), Timestamp::from_seconds(now));
    assert!(covers("https://news.example/api/b?x=/y", 999));
    let no = ["https://news.example/a", "https://news.example:444/api/b", "http://news.example/api/b", "https://evil.example/api/b"];
    assert!(no.iter().all(|url| !covers(url, 999)));
    assert!(!covers("https://news.example/api/b", 1_000));
    assert!(is_like("/a/*/c", "/a/b/c") && !is_like("/a/*/c", "/a/b/d") && is_like("/a", "/a") && !is_like("/a", "/ab"));
    assert!(!is_like("/ab*bc", "/abc"), "a part is not read twice");
}

#[test]
fn a_rate_below_a_base_unit_costs_what_the_ratio_says_and_has_no_chain() {
    let mut session = session(3, 10, "call");
    assert!(session.chain_over(Amount::from_u32(1), Amount::from_u32(1)).is_none(), "no link is worth three tenths");
    for number in 0..1_000_u64 {
        let price = session.price();
        let command = Unanswered::new(
            &crate::Request::get(session.url.clone()),
            crate::kept::Command { field: "authorization", credential: String::new(), key: String::new(), until: session.until },
        );
        session.waiting.push(Waiting { identity: number.to_string(), seq: number, price, command });
        session.count(&number.to_string(), Amount::ZERO);
    }
    assert_eq!(session.counted, Amount::from_u32(300));
}

#[test]
fn an_amount_is_shown_by_a_link_if_one_fits_and_a_chain_that_is_over_is_followed_by_another() {
    let (wallet, mut chains, units) = (Wallet::from_seed([8; 32]), Chains::default(), Amount::from_u32);
    let mut session = session(2, 1, "call");
    session.chain = Some(KeptChain { base: units(2), step: units(2), length: 2_000, index: 0 });
    let mut show = |session: &mut KeptSession, cumulative| match session.voucher(units(cumulative), How::Usual, &mut chains, &wallet) {
        Ok(Voucher::Link(linked)) => format!("link {}", linked.index),
        Ok(Voucher::Signed(signed)) => signed.checkpoint.map_or("signed".to_owned(), |chain| format!("checkpoint {}", chain.length)),
        Err(what) => panic!("{what:?}"),
    };
    assert_eq!(show(&mut session, 4), "link 1");
    assert_eq!(show(&mut session, 4), "link 1", "shown again, the same");
    assert_eq!(show(&mut session, 7), "signed", "no whole number of links");
    assert_eq!(show(&mut session, 2_054), "signed", "too far to hash");
    assert_eq!(show(&mut session, 2_050), "link 1024");
    assert_eq!(show(&mut session, 4_002), "link 2000");
    assert_eq!(show(&mut session, 4_004), "checkpoint 2998", "as many as the hold allows");
    assert_eq!(show(&mut session, 4_006), "link 1");
    assert_eq!(session.authorised, units(4_006));
}
