//! What an instance shows of a session is enough, or it is not.

use super::*;
use protocol::receipt::Counted;
use protocol::text::{base64url, command, offer};
use serde_json::{Value, json};

const ID: CommandId = CommandId([1; 16]);
const INSTANCE: Instance = Instance([7; 16]);

fn wallet() -> Wallet {
    Wallet::from_seed([5; 32])
}

fn units(units: u32) -> Amount {
    Amount::from_u32(units)
}

fn links(wallet: &Wallet, base: u32) -> Links {
    Links::of(&wallet.voucher_seed(ID), ID, units(base), (units(2), 100))
}

/// A session of the wallet's as an honest instance lists it, by links over `first` or without.
fn listed(wallet: &Wallet, chain: Option<NewChain>) -> Value {
    let said = json!({ "signature": "", "challenge": "mac", "offer": offer(OfferId([4; 32])), "scope": "/api/*", "hold": "1000", "first": "2",
        "kind": if chain.is_some() { "chain" } else { "signed" }, "step": chain.map(|chain| chain.step.to_string()),
        "length": chain.map(|chain| chain.length.to_string()), "anchor": chain.map(|chain| base64url(&chain.anchor)),
        "voucher_key": wallet.voucher_key(ID).public().to_string() });
    let mut row = json!({ "session": command(ID), "site": "https://news.example", "realm": "news.example", "recipient": "harbour",
        "currency": "eur-micro", "phase": "open", "hold": "1000", "accepted": "2", "drawn": "2", "captured": "0", "units": "1", "seq": "1",
        "until": "2026-11-30T12:00:00Z", "opening": said, "evidence": { "kind": "opening" } });
    let read: Listed = serde_json::from_value(row.clone()).unwrap();
    let said = read.opening.as_ref().unwrap();
    let (challenge, request) = said.asked(&read, INSTANCE).unwrap();
    let terms = Opening {
        hold: units(1_000),
        first: units(2),
        until: read.until,
        kind: chain.map_or(Kind::Signed, Kind::Chain),
        voucher_key: Some(wallet.voucher_key(ID).public()),
        account: None,
    };
    // The request of a challenge is not in the signed text, so one is written that reads.
    let request = SessionRequest { unit_type: "call".to_owned(), step: units(1), hold: units(1), ..request };
    let challenge = Challenge { request: base64url(request.canonical().as_bytes()), ..challenge };
    let open = Open::sign(terms, ID, &challenge, wallet.key()).unwrap();
    row["opening"]["signature"] = json!(base64url(&open.signature));
    row
}

fn proven(row: &Value, by: &Wallet) -> Proven<()> {
    let listed: Listed = serde_json::from_value(row.clone()).unwrap();
    listed.proven(ID, INSTANCE, by)
}

fn with(row: &Value, changes: &[(&str, Value)]) -> Value {
    let mut row = row.clone();
    for (path, value) in changes {
        *row.pointer_mut(path).unwrap() = value.clone();
    }
    row
}

const MORE: Proven<()> = Err("it claims more than this wallet is shown to have authorised");

#[test]
fn a_link_shows_base_step_length_and_number_and_a_higher_number_is_caught() {
    let wallet = wallet();
    let mut chain = links(&wallet, 2);
    let row = listed(&wallet, Some(chain.begins()));
    assert_eq!(proven(&row, &wallet), Ok(()), "the opening alone");
    let evidence = |index: u32, link: [u8; 32]| json!({ "kind": "link", "base": "2", "step": "2", "length": "100", "index": index.to_string(), "link": base64url(&link) });
    let fifth = chain.link(5).unwrap();
    let honest = with(&row, &[("/accepted", json!("12")), ("/drawn", json!("12")), ("/evidence", evidence(5, fifth))]);
    assert_eq!(proven(&honest, &wallet), Ok(()));
    for forged in [
        with(&honest, &[("/evidence/index", json!("6")), ("/accepted", json!("14"))]),
        with(&honest, &[("/accepted", json!("14"))]),
        with(&honest, &[("/evidence/base", json!("4")), ("/accepted", json!("14"))]),
        with(&honest, &[("/evidence/step", json!("3")), ("/accepted", json!("17"))]),
        with(&honest, &[("/evidence/length", json!("101"))]),
        with(&honest, &[("/evidence/length", json!("4000000000"))]),
        with(&honest, &[("/evidence/link", json!(base64url(&[9; 32])))]),
        with(&honest, &[("/evidence", json!({ "kind": "opening" }))]),
    ] {
        assert_eq!(proven(&forged, &wallet), MORE, "{forged}");
    }
    let anchor = with(&row, &[("/evidence", evidence(0, chain.begins().anchor))]);
    assert_eq!(proven(&anchor, &wallet), Ok(()));
}

#[test]
fn a_signature_shows_its_amount_and_no_other() {
    let wallet = wallet();
    let row = listed(&wallet, None);
    let bound = Bound {
        instance: INSTANCE,
        session: ID,
        recipient: "harbour",
        currency: Asset::parse("eur-micro").unwrap(),
        account: wallet.account(),
    };
    let key = wallet.voucher_key(ID);
    let checkpoint = links(&wallet, 40).begins();
    let (plain, begins) = (
        SignedVoucher::sign(units(40), None, &bound, &key).unwrap(),
        SignedVoucher::sign(units(40), Some(checkpoint), &bound, &key).unwrap(),
    );
    let evidence = |voucher: &SignedVoucher| {
        let mut said = json!({ "kind": "signed", "cumulative": "40", "signature": base64url(&voucher.signature) });
        if let Some(chain) = voucher.checkpoint {
            said["step"] = json!(chain.step.to_string());
            said["length"] = json!(chain.length.to_string());
            said["anchor"] = json!(base64url(&chain.anchor));
        }
        said
    };
    for voucher in [plain, begins] {
        let honest = with(&row, &[("/accepted", json!("40")), ("/evidence", evidence(&voucher))]);
        assert_eq!(proven(&honest, &wallet), Ok(()));
        let forged = with(&honest, &[("/accepted", json!("42")), ("/evidence/cumulative", json!("42"))]);
        assert_eq!(proven(&forged, &wallet), MORE);
        let other = SignedVoucher::sign(units(40), voucher.checkpoint, &bound, wallet.key()).unwrap();
        assert_eq!(proven(&with(&honest, &[("/evidence", evidence(&other))]), &wallet), MORE, "of another key");
    }
}

#[test]
fn a_session_that_this_wallet_did_not_open_is_none_of_its_own() {
    let wallet = wallet();
    let row = listed(&wallet, None);
    let changed = [
        ("/opening/first", json!("3")),
        ("/opening/hold", json!("999")),
        ("/opening/scope", json!("/*")),
        ("/realm", json!("evil.example")),
        ("/recipient", json!("mallory")),
        ("/until", json!("2026-12-30T12:00:00Z")),
    ];
    for (path, value) in changed {
        assert_eq!(proven(&with(&row, &[(path, value)]), &wallet), Err("its opening is not signed by this wallet"), "{path}");
    }
    assert_eq!(proven(&row, &Wallet::from_seed([6; 32])), Err("its vouchers are of another key than this wallet's"));
    assert_eq!(proven(&with(&row, &[("/opening", Value::Null)]), &wallet), Err("nothing shows that it was opened by this wallet"));
    assert_eq!(proven(&with(&row, &[("/drawn", json!("3"))]), &wallet), Err("its figures contradict each other"));
}

#[test]
fn a_list_that_takes_back_what_was_signed_is_refuted() {
    let wallet = wallet();
    let row = with(&listed(&wallet, None), &[("/accepted", json!("40")), ("/drawn", json!("30"))]);
    let signed = |(hold, accepted, spent): (u32, u32, u32), done: Done| {
        let timestamp = Timestamp::parse("2026-11-22T12:00:00Z").unwrap();
        let counted = Counted { session: ID, timestamp, seq: 4, accepted: units(accepted), spent: units(spent), units: 15 };
        let (recipient, currency) = ("harbour".to_owned(), Asset::parse("eur-micro").unwrap());
        let until = Timestamp::parse("2026-11-30T12:00:00Z").unwrap();
        Certified { counted, instance: INSTANCE, recipient, currency, hold: units(hold), until, done }
    };
    let says = |now: Option<&Certified>, before: &[Certified]| {
        let listed: Listed = serde_json::from_value(row.clone()).unwrap();
        listed.agrees(ID, now, before.iter().cloned())
    };
    let honest = signed((1_000, 40, 30), Done::Open);
    let earlier = [signed((1_000, 2, 2), Done::Open), signed((1_000, 20, 18), Done::Checkpoint), honest.clone()];
    assert_eq!(says(Some(&honest), &earlier), Ok(()));
    assert_eq!(says(None, &[]), Ok(()), "an older instance signs nothing here");
    let other = Err("its signed receipt says something else than the list");
    for now in [signed((1_000, 42, 30), Done::Open), signed((1_001, 40, 30), Done::Open), signed((1_000, 40, 28), Done::Open)] {
        assert_eq!(says(Some(&now), &[]), other);
    }
    let less = Err("its instance has signed something else before");
    for before in [signed((1_001, 40, 30), Done::TopUp), signed((1_000, 41, 30), Done::Checkpoint), signed((1_000, 40, 31), Done::Open)] {
        assert_eq!(says(Some(&honest), &[before]), less);
    }
    let over = Done::Close { captured: units(30), released: units(970), agreed: None };
    assert_eq!(says(Some(&honest), &[signed((1_000, 40, 30), over)]), Err("its instance has signed before that it is over"));
}
