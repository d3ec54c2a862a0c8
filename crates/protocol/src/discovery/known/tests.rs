//! Whose keys are believed.

use super::*;
use crate::discovery::{CertifiedKey, Facts, farthing};

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed([seed; 32])
}

/// A document of a root with a receipt key and two site keys, as an instance writes it.
fn document(change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    let (root, receipt, site, next) = (key(1), key(2), key(3), key(4));
    let texts: Vec<(String, String)> = [(Role::Receipt, &receipt), (Role::Site, &site), (Role::Site, &next)]
        .map(|(role, key)| (key.public().to_string(), certify(&root, role, &key.public())))
        .into();
    let certified: Vec<CertifiedKey<'_>> = texts.iter().map(|(key, signature)| CertifiedKey { key, signature }).collect();
    let bytes = farthing(&Facts {
        name: "Harbour",
        mode: Mode::Test,
        instance: &Instance::of(&root.public()).to_string(),
        root_key: &root.public().to_string(),
        receipt_keys: &certified[..1],
        site_keys: &certified[1..],
        page_origins: &["https://news.example"],
        wallets: &["https://wallet.example"],
        wallet_url: "https://wallet.example",
        x402: "https://wallet.example/x402",
        currencies: &["eur-micro"],
    });
    let mut value = serde_json::from_slice(&bytes).unwrap();
    change(&mut value);
    serde_json::to_vec(&value).unwrap()
}

#[test]
fn what_an_instance_writes_is_read_again() {
    let known = Known::parse(&document(|_| {})).unwrap();
    assert_eq!((known.name.as_str(), known.mode, known.root), ("Harbour", Mode::Test, key(1).public()));
    assert_eq!(known.receipt_keys, [key(2).public()]);
    assert_eq!(known.site_keys, [key(3).public(), key(4).public()], "the current one, then the next");
    assert_eq!((known.page_origins, known.wallets), (vec!["https://news.example".to_owned()], vec!["https://wallet.example".to_owned()]));
}

#[test]
fn a_key_that_the_root_did_not_sign_for_this_is_left_out() {
    let swapped = document(|value| {
        let receipt = value["receipt_keys"][0].clone();
        value["site_keys"].as_array_mut().unwrap()[0] = receipt;
    });
    assert_eq!(Known::parse(&swapped).unwrap().site_keys, [key(4).public()], "a receipt key signs no quotes");
    let forged = document(|value| value["site_keys"][0]["key"] = key(9).public().to_string().into());
    assert_eq!(Known::parse(&forged).unwrap().site_keys, [key(4).public()]);
}

#[test]
fn a_root_is_that_of_its_instance() {
    let other = document(|value| value["root_key"] = key(9).public().to_string().into());
    assert_eq!(Known::parse(&other), Err(Malformed("farthing.json: root_key")));
    let long = document(|value| value["name"] = "x".repeat(MOST_BYTES).into());
    assert_eq!(Known::parse(&long), Err(Malformed("farthing.json: over 64 KB")));
}
