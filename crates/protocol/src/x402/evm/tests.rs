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
    let at = Some(255);
    let asked = questions(&[
        Question::Latest,
        Question::IsUsed { contract, payer, nonce, at },
        Question::Balance { contract, payer, at: None },
        Question::Decimals { contract },
        Question::Block(16),
        Question::Chain,
        Question::Receipt([7; 32]),
    ]);
    let asked: serde_json::Value = serde_json::from_str(&asked).unwrap();
    assert_eq!((&asked[0]["method"], &asked[1]["params"][0]["to"]), (&"eth_getBlockByNumber".into(), &bytes(&contract).into()));
    let data = asked[1]["params"][0]["data"].as_str().unwrap();
    assert!(data.starts_with("0xe94a0102") && data.len() == 2 + 8 + 128, "authorizationState: {data}");
    assert!(asked[2]["params"][0]["data"].as_str().unwrap().starts_with("0x70a08231"), "balanceOf");
    assert_eq!(
        (&asked[1]["params"][1], &asked[2]["params"][1], &asked[4]["params"][0]),
        (&"0xff".into(), &"latest".into(), &"0x10".into())
    );
    assert!(asked[3]["params"][0]["data"] == "0x313ce567", "decimals");
    assert_eq!((&asked[5]["method"], &asked[6]["params"][0]), (&"eth_chainId".into(), &bytes(&[7; 32]).into()));
    let logs = questions(&[Question::Ended { contract, payer, nonce, within: (255, 256) }]);
    assert!(logs.contains(r#""fromBlock":"0xff""#) && logs.contains(r#""toBlock":"0x100""#));

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
    let log = |event: &str, more: &str| {
        let topics = bytes(&keccak(&[event.as_bytes()]));
        let log = format!(r#"{{"transactionHash":"0x{}","blockNumber":"0x10","topics":["{topics}"]{more}}}"#, "cd".repeat(32));
        answers(format!(r#"[{{"id":0,"result":[{log}]}}]"#).as_bytes(), 1).unwrap().logs(0)
    };
    let (used, canceled) = ("AuthorizationUsed(address,bytes32)", "AuthorizationCanceled(address,bytes32)");
    let is = |end| Ok(vec![Log { transaction: [0xcd; 32], block: 16, end }]);
    assert_eq!((log(used, ""), log(canceled, "")), (is(NonceEnd::Used), is(NonceEnd::Canceled)));
    assert_eq!(log(used, r#","removed":true"#), Ok(Vec::new()));
    assert!(log("Transfer(address,address,uint256)", "").is_err(), "none of what was asked for");
}

#[test]
fn a_receipt_says_which_nonce_brought_which_coin() {
    let wanted = Wanted { contract: [1; 20], payer: [2; 20], nonce: [3; 32], pay_to: [4; 20], value: 50 };
    let padded = |address: [u8; 20]| format!("0x{}{}", "00".repeat(12), &bytes(&address)[2..]);
    let topic = |event: &str| bytes(&keccak(&[event.as_bytes()]));
    let of = |address: [u8; 20], topics: &[String], data: &str| serde_json::json!({ "address": bytes(&address), "topics": topics, "data": data });
    let used_by =
        |payer: [u8; 20], nonce: u8| of([1; 20], &[topic("AuthorizationUsed(address,bytes32)"), padded(payer), bytes(&[nonce; 32])], "0x");
    let used = |nonce: u8| used_by([2; 20], nonce);
    let moved_in = |address: [u8; 20], to: u8, value: u64| {
        let topics = [topic("Transfer(address,address,uint256)"), padded([2; 20]), padded([to; 20])];
        of(address, &topics, &format!("0x{value:064x}"))
    };
    let moved = |to: u8, value: u64| moved_in([1; 20], to, value);
    let brought = |status: &str, logs: &[serde_json::Value]| {
        let receipt = serde_json::json!({ "blockNumber": "0x10", "status": status, "logs": logs });
        let all = serde_json::json!([{ "id": 0, "result": receipt }]).to_string();
        answers(all.as_bytes(), 1).unwrap().receipt(0).unwrap().unwrap().brought(&wanted)
    };
    let good = |logs: &[serde_json::Value]| brought("0x1", logs);
    assert_eq!(good(&[used(3), moved(4, 50)]), Came::Arrived);
    assert_eq!(good(&[moved(4, 50), used(3)]), Came::Arrived, "one use alone: whichever comes first");
    assert_eq!(good(&[used(3), moved(4, 50), used(5), moved(4, 50)]), Came::Arrived);
    assert_eq!(good(&[used(5), moved(4, 50), used(3), moved(4, 50)]), Came::Arrived);
    for other in [vec![moved(4, 49)], vec![moved(5, 50)], vec![], vec![moved_in([9; 20], 4, 50)]] {
        assert_eq!(good(&[vec![used(3)], other].concat()), Came::Elsewhere);
    }
    // One coin, two nonces, in either order, and with a nonce of somebody else between.
    assert_eq!(good(&[used(3), moved(2, 0), used(5), moved(4, 50)]), Came::Elsewhere);
    assert_eq!(good(&[used(5), moved(4, 50), used(3), moved(2, 0)]), Came::Elsewhere);
    assert_eq!(good(&[used(3), used_by([6; 20], 3), moved(4, 50)]), Came::Elsewhere);
    assert_eq!(good(&[used(3), moved(2, 0), moved(4, 50), used(5)]), Came::Elsewhere, "the first that moved is that of the use");
    assert_eq!(good(&[used(5), moved(4, 50)]), Came::Unused);
    assert_eq!(good(&[used_by([6; 20], 3), moved(4, 50)]), Came::Unused);
    assert_eq!(brought("0x0", &[used(3), moved(4, 50)]), Came::Unused, "it failed");
    let none = answers(br#"[{"id":0,"result":null}]"#, 1).unwrap();
    assert_eq!(none.receipt(0), Ok(None));
    for wrong in [r#"{}"#, r#"{"blockNumber":"0x1","logs":[]}"#, r#"{"blockNumber":"0x1","status":"0x1"}"#, "7"] {
        assert!(answers(format!(r#"[{{"id":0,"result":{wrong}}}]"#).as_bytes(), 1).unwrap().receipt(0).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_fall(bytes in any::<Vec<u8>>(), asked in 0usize..4) {
        let _ = Settling::read(&bytes);
        if let Ok(found) = answers(&bytes, asked) {
            let _ = (found.block(0), found.flag(0), found.number(0), found.logs(0));
            let _ = (found.chain(0), found.receipt(0));
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
