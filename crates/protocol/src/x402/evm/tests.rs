//! What the stock library of such chains signs, and the laws of the codec.

use super::*;
use proptest::prelude::*;

struct Case {
    network: String,
    name: String,
    version: String,
    contract: [u8; 20],
    hash: [u8; 32],
    signed: Signed,
}

impl Case {
    fn terms(&self) -> Terms<'_> {
        let Authorization { to, value, .. } = self.signed.authorization;
        Terms { network: &self.network, contract: self.contract, name: &self.name, version: &self.version, pay_to: to, value }
    }
}

fn cases() -> Vec<Case> {
    let all: serde_json::Value = serde_json::from_str(include_str!("../../../../../testdata/x402/evm.json")).unwrap();
    let one = |case: &serde_json::Value| {
        let text = |name: &str| case[name].as_str().unwrap().to_owned();
        let authorization = Authorization {
            from: parse_address(&text("from")).unwrap(),
            to: parse_address(&text("to")).unwrap(),
            value: text("value").parse().unwrap(),
            valid_after: text("validAfter").parse().unwrap(),
            valid_before: text("validBefore").parse().unwrap(),
            nonce: parse_bytes(&text("nonce")).unwrap(),
        };
        let signed = Signed { authorization, signature: parse_bytes(&text("signature")).unwrap() };
        Case {
            network: text("network"),
            name: text("name"),
            version: text("version"),
            contract: parse_address(&text("contract")).unwrap(),
            hash: parse_bytes(&text("hash")).unwrap(),
            signed,
        }
    };
    all["signed"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn what_the_stock_library_signs_holds_and_nothing_else_does() {
    for case in cases() {
        let (terms, signed) = (case.terms(), case.signed);
        assert_eq!(signed_hash(&terms, &signed.authorization), Some(case.hash), "{}", case.network);
        assert!(signed.holds(&terms), "{}", case.network);
        let other = |edit: fn(&mut Signed)| {
            let mut edited = signed;
            edit(&mut edited);
            assert!(!edited.holds(&terms), "{}", case.network);
        };
        other(|signed| signed.authorization.value += 1);
        other(|signed| signed.authorization.to[0] ^= 1);
        other(|signed| signed.authorization.from[0] ^= 1);
        other(|signed| signed.authorization.nonce[0] ^= 1);
        other(|signed| signed.authorization.valid_before -= 1);
        other(|signed| signed.signature[0] ^= 1);
        other(|signed| signed.signature[64] ^= 1);
        // The other form of the same signature, which contracts refuse.
        other(|signed| {
            let order = k256::ecdsa::Signature::from_slice(&signed.signature[..64]).unwrap();
            let (r, s) = order.split_scalars();
            let high = k256::ecdsa::Signature::from_scalars(r.to_bytes(), (-s.as_ref()).to_bytes()).unwrap();
            signed.signature[..64].copy_from_slice(&high.to_bytes());
            signed.signature[64] ^= 7;
        });
        for terms in [
            Terms { network: "eip155:2", ..terms },
            Terms { name: "Other", ..terms },
            Terms { version: "3", ..terms },
            Terms { contract: [1; 20], ..terms },
        ] {
            assert!(!signed.holds(&terms), "{}", case.network);
        }
    }
}

#[test]
fn a_payment_is_read_as_it_was_written() {
    for case in cases() {
        let (terms, tag) = (case.terms(), [7; 32]);
        let accepted_json = requirement(&terms, tag);
        let payment = Payment::parse(&case.signed.header_value(&accepted_json)).unwrap();
        assert!(is_for_chain(&payment) && signed(&payment) == Ok(case.signed));
        assert_eq!(accepted(&payment), Ok(Accepted { network: terms.network, contract: terms.contract, value: terms.value, tag }));
        assert!(requirement(&terms, tag).says(&payment.accepted));
        let asked = settle_request(&terms, &case.signed);
        assert!(!asked.contains("farthing"), "the tag stays here");
        let asked = Json::parse(asked.as_bytes()).unwrap();
        let member = |key: &str| asked.get(key).unwrap();
        assert_eq!(member("paymentRequirements"), member("paymentPayload").get("accepted").unwrap());
    }
}

#[test]
fn networks_addresses_and_numbers_have_one_spelling() {
    assert_eq!(["eip155:1", "eip155:8453"].map(chain_id), [Some(1), Some(8_453)]);
    for wrong in ["eip155:", "eip155:0", "eip155:01", "eip155:+1", "eip155:x", "EIP155:1", "eip155:18446744073709551616", "solana:1"] {
        assert!(!is_network(wrong), "{wrong}");
    }
    let checked = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let plain = parse_address(&checked.to_ascii_lowercase()).unwrap();
    assert_eq!((address(&plain).as_str(), parse_address(checked)), (checked, Ok(plain)));
    for wrong in ["0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5a", "0xzz", ""] {
        assert!(parse_address(wrong).is_err(), "{wrong}");
    }
    assert_eq!(["0", "17", "01", "", "-1", "1e3", " 1", "340282366920938463463374607431768211456"].map(number)[..2], [Some(0), Some(17)]);
    assert!(["01", "", "-1", "1e3", " 1", "340282366920938463463374607431768211456"].into_iter().all(|text| number(text).is_none()));
}

#[test]
fn a_facilitators_answer_is_a_transaction_a_no_or_nothing() {
    let read = |text: &str| Settling::read(text.as_bytes());
    let done = format!(r#"{{"success":true,"transaction":"0x{}","network":"eip155:1","payer":"0x1"}}"#, "ab".repeat(32));
    assert_eq!(read(&done), Ok(Settling::Done([0xab; 32])));
    assert_eq!(read(r#"{"success":false,"errorReason":"in\nsufficient_funds"}"#), Ok(Settling::Not("insufficient_funds".into())));
    assert_eq!(read(r#"{"success":false}"#), Ok(Settling::Not("nothing".into())));
    for unknown in ["", "{}", "true", "<html>", r#"{"success":"true"}"#, r#"{"success":true}"#, r#"{"success":true,"transaction":""}"#] {
        assert!(read(unknown).is_err(), "{unknown}");
    }
}

#[test]
fn a_node_answers_each_question_once_or_not_at_all() {
    let (contract, payer, nonce) = ([1; 20], [2; 20], [3; 32]);
    let asked = questions(&[Question::Latest, Question::IsUsed { contract, payer, nonce }, Question::Balance { contract, payer }]);
    let asked: serde_json::Value = serde_json::from_str(&asked).unwrap();
    assert_eq!((&asked[0]["method"], &asked[1]["params"][0]["to"]), (&"eth_getBlockByNumber".into(), &bytes(&contract).into()));
    let data = asked[1]["params"][0]["data"].as_str().unwrap();
    assert!(data.starts_with("0xe94a0102") && data.len() == 2 + 8 + 128, "authorizationState: {data}");
    assert!(asked[2]["params"][0]["data"].as_str().unwrap().starts_with("0x70a08231"), "balanceOf");
    let logs = questions(&[Question::Moved { contract, payer, pay_to: [4; 20], since: 255 }]);
    let transfer = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    assert!(logs.contains(transfer) && logs.contains(r#""fromBlock":"0xff""#));

    let word = |number: u64| format!("0x{number:064x}");
    let all = |used: &str| {
        format!(
            r#"[{{"jsonrpc":"2.0","id":1,"result":"{used}"}},{{"jsonrpc":"2.0","id":0,"result":{{"number":"0x10","timestamp":"0x6a","more":[1]}}}},
            {{"jsonrpc":"2.0","id":2,"result":"{}"}}]"#,
            word(9)
        )
    };
    let found = answers(all(&word(1)).as_bytes(), 3).unwrap();
    assert_eq!((found.block(0), found.flag(1), found.number(2)), (Ok(Block { number: 16, seconds: 106 }), Ok(true), Ok(9)));
    let found = answers(all(&word(2)).as_bytes(), 3).unwrap();
    assert!(found.flag(1).is_err() && found.flag(0).is_err() && found.block(1).is_err() && found.logs(2).is_err());
    let error = r#"[{"jsonrpc":"2.0","id":0,"error":{"code":-32000,"message":"busy"}}]"#;
    let twice = r#"[{"id":0,"result":"0x"},{"id":0,"result":"0x"}]"#;
    for wrong in ["", "{}", "[]", error, twice, r#"[{"id":7,"result":"0x"}]"#, r#"[{"id":0}]"#] {
        assert!(answers(wrong.as_bytes(), 1).is_err(), "{wrong}");
    }
    let log =
        |more: &str| format!(r#"[{{"id":0,"result":[{{"transactionHash":"0x{}","data":"{}"{more}}}]}}]"#, "cd".repeat(32), word(50_000));
    let read = |more: &str| answers(log(more).as_bytes(), 1).unwrap().logs(0).unwrap();
    assert_eq!(read(""), [Log { transaction: [0xcd; 32], value: Some(50_000) }]);
    assert_eq!(read(r#","removed":true"#), []);
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_fall(bytes in any::<Vec<u8>>(), asked in 0usize..4) {
        let _ = Settling::read(&bytes);
        if let Ok(found) = answers(&bytes, asked) {
            let _ = (found.block(0), found.flag(0), found.number(0), found.logs(0));
        }
    }

    #[test]
    fn addresses_come_back(plain in any::<[u8; 20]>()) {
        prop_assert_eq!(parse_address(&address(&plain)), Ok(plain));
    }

    #[test]
    fn no_signature_makes_the_check_fall(hash in any::<[u8; 32]>(), both in any::<[u8; 64]>(), parity in any::<u8>()) {
        let mut signature = [0; 65];
        signature[..64].copy_from_slice(&both);
        signature[64] = parity;
        let _ = recovered(&hash, &signature);
    }
}
