//! Who has a key, and signs for somebody else's account: the text names that account and the signature holds. Only what is known of
//! the account's keys stands against it.

use super::super::*;
use protocol::Malformed;
use protocol::challenge::ChargeRequest;
use protocol::signed::SignedText;
use protocol::text::{account, command, offer};
use protocol::x402::{Settlement, UPTO};

/// The thief's own key.
pub fn key() -> SigningKey {
    SigningKey::from_seed([66; 32])
}

/// A charge of the owner's account, signed by the thief.
pub fn charge(challenge: &Challenge, owner: &SigningKey) -> Credential {
    let (key, owner) = (key(), owner.public().account());
    let request = challenge.purchase().unwrap();
    let text = charge_text(challenge, &request, &account(owner)).unwrap();
    let taken = Credential { challenge: challenge.clone(), key: key.public(), signature: key.sign(text.bytes()), account: Some(owner) };
    assert!(taken.is_signed(), "but for the account it is a good one");
    taken
}

/// A settlement from the owner's account, signed by the thief.
pub fn settlement(wanted: Settlement, owner: &SigningKey) -> Settlement {
    let (key, owner) = (key(), owner.public().account());
    let text = SignedText::new("farthing/settle/1")
        .line(&wanted.instance.to_string())
        .and_then(|text| text.line(&command(wanted.command)))
        .and_then(|text| text.line(&wanted.recipient))
        .and_then(|text| text.line(&wanted.amount.to_string()))
        .and_then(|text| text.line(wanted.currency.as_str()))
        .and_then(|text| text.line(&wanted.expires.to_string()))
        .and_then(|text| text.line(&account(owner)));
    let taken = Settlement { key: key.public(), signature: key.sign(text.unwrap().bytes()), account: Some(owner), ..wanted };
    assert!(taken.claim().is_some_and(|claim| claim.holds()), "but for the account it is a good one");
    taken
}

fn charge_text(challenge: &Challenge, request: &ChargeRequest, owner: &str) -> Result<SignedText, Malformed> {
    SignedText::new(if challenge.intent == UPTO { "farthing/upto/1" } else { "farthing/charge/1" })
        .line(&request.instance.to_string())?
        .line(&challenge.id)?
        .line(&challenge.realm)?
        .line(&request.recipient)?
        .line(&request.amount.to_string())?
        .line(request.currency.as_str())?
        .line(&offer(request.offer))?
        .line(challenge.digest.as_deref().unwrap_or_default())?
        .line(challenge.expires.as_deref().unwrap_or_default())?
        .line(owner)
}
