//! A credential that is read by its front says what it says when it is read whole.

use super::{SessionTerms, at, challenge, issuer, one_of_each, terms};
use crate::Presented;
use crate::credential::Front;
use crate::session::{Action, SessionCredential};
use crate::text::{base64url, from_base64url};
use proptest::prelude::*;

fn front(value: &str) -> Front {
    Front::of(value).expect("it is a credential of a session").0
}

/// What the whole value says.
fn whole(value: &str) -> Result<Action, crate::text::Malformed> {
    match Presented::parse(value)? {
        Presented::Session(SessionCredential { action, .. }) => Ok(action),
        Presented::Charge(_) => panic!("a charge has the front of a session"),
    }
}

/// `read` where it says something.
fn agrees(front: &Front, value: &str) -> bool {
    match front.read(value) {
        None => true,
        Some(Ok(action)) => whole(value).is_ok_and(|known| known == action),
        Some(Err(malformed)) => whole(value).err() == Some(malformed),
    }
}

/// A realm of each length moves the end of the challenge within its group of base64url.
#[test]
fn every_action_is_read_behind_the_front_of_every_other() {
    for realm in ["a.example", "ab.example", "abc.example", "\u{e9}.example"] {
        let challenge = issuer().issue_session(&SessionTerms { realm: realm.to_owned(), ..terms() }).unwrap();
        let of_realm = |mut credential: SessionCredential| {
            credential.challenge = challenge.clone();
            credential
        };
        let all: Vec<SessionCredential> = one_of_each().into_iter().map(|(_, credential)| of_realm(credential)).collect();
        let front = front(&all[3].header_value());
        for credential in &all {
            let value = credential.header_value();
            assert!(front.read(&value) == Some(Ok(credential.action.clone())), "{realm}");
            assert_eq!(Front::mark(&value), Front::mark(&all[3].header_value()));
        }
    }
}

#[test]
fn another_challenge_is_another_front() {
    let (_, voucher) = &one_of_each()[3];
    let front = front(&voucher.header_value());
    let mut other = voucher.clone();
    other.challenge.opaque = other.challenge.opaque.map(|opaque| format!("{opaque}A"));
    assert!(other.challenge != voucher.challenge && front.read(&other.header_value()).is_none());
    other.challenge = challenge();
    other.challenge.id = other.challenge.id.to_lowercase();
    assert!(front.read(&other.header_value()).is_none());
    let charge = crate::Credential::sign(super::vectors::charge(), &super::key("alice")).unwrap();
    assert!(Front::of(&charge.header_value()).is_none() && front.read(&charge.header_value()).is_none());
}

/// What the front does not decide is left to whoever reads the whole.
#[test]
fn a_second_challenge_behind_the_first_is_not_overlooked() {
    let (_, voucher) = &one_of_each()[3];
    let value = voucher.header_value();
    let json = String::from_utf8(from_base64url(&value["Payment ".len()..]).unwrap()).unwrap();
    let again = |member: &str| format!("Payment {}", base64url(format!("{},{member}}}", &json[..json.len() - 1]).as_bytes()));
    for member in ["\"challenge\":\"x\"", "\"challenge\":{}", "\"payload\":{}", "\"n\":1"] {
        let value = again(member);
        assert!(front(&voucher.header_value()).read(&value).is_none() && Presented::parse(&value).is_err(), "{member}");
    }
    // What is unknown is passed over either way.
    assert!(front(&value).read(&again("\"source\":\"did:key:z\"")) == Some(Ok(voucher.action.clone())));
    assert!(Front::of(&format!("Payment {}", base64url(json.replace("{\"challenge\"", "{ \"challenge\"").as_bytes()))).is_some());
}

proptest! {
    /// However the value is bent, reading behind the front says nothing that reading the whole does not.
    #[test]
    fn a_bent_value_is_read_alike(which in 0_usize..13, place in any::<prop::sample::Index>(), byte in "[ -~]{0,3}", cut in 0_usize..4) {
        let (_, credential) = &one_of_each()[which];
        let value = credential.header_value();
        let front = front(&value);
        let at = place.index(value.len());
        let bent = format!("{}{byte}{}", &value[..at], &value[(at + cut).min(value.len())..]);
        prop_assert!(agrees(&front, &bent), "{bent}");
        let json = from_base64url(&value["Payment ".len()..]).unwrap();
        let at = place.index(json.len());
        let bent = [&json[..at], byte.as_bytes(), &json[(at + cut).min(json.len())..]].concat();
        let bent = format!("Payment {}", base64url(&bent));
        prop_assert!(agrees(&front, &bent), "{bent}");
    }
}

#[test]
fn a_value_has_a_mark_if_it_is_long_enough() {
    assert!(Front::mark("Payment e30").is_none());
    assert!(at(1).seq == 1 && Front::mark(&"a".repeat(400)).is_some_and(|mark| mark.len() == 160));
}
