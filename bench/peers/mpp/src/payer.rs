//! The payer's side: credentials made beforehand, as lines of an `Authorization` field.

use crate::method::step;
use crate::verifier::{Shop, charge_challenge, session_challenge};
use ed25519_zebra::{SigningKey, VerificationKey};
use mpp::{PaymentCredential, base64url_encode};
use serde_json::json;
use std::error::Error;

/// What is paid by.
#[derive(Clone, Copy)]
pub enum Kind {
    /// A charge that nobody checks.
    Yes,
    /// A signature over a challenge of its own.
    Charge,
    /// The next link of a session, one session a connection.
    Session,
}

/// For each connection so many credentials.
pub fn credentials(shop: &Shop, kind: Kind, (connections, each): (usize, usize)) -> Result<String, Box<dyn Error>> {
    let mut lines = Vec::with_capacity(connections * each);
    for _ in 0..connections {
        match kind {
            Kind::Yes => {
                let challenge = charge_challenge()?.to_echo();
                let line = mpp::format_authorization(&PaymentCredential::new(challenge, json!({"signature": "any"})))?;
                lines.extend(std::iter::repeat_n(line, each));
            }
            Kind::Charge => charges(each, &mut lines)?,
            Kind::Session => session(shop, each, &mut lines)?,
        }
    }
    Ok(lines.join("\n"))
}

fn charges(each: usize, lines: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let key = SigningKey::from(random::<32>()?);
    let public: [u8; 32] = VerificationKey::from(&key).into();
    for _ in 0..each {
        let challenge = charge_challenge()?.to_echo();
        let signature = key.sign(challenge.id.as_bytes()).to_bytes();
        let payload = json!({"key": base64url_encode(&public), "signature": base64url_encode(&signature)});
        lines.push(mpp::format_authorization(&PaymentCredential::new(challenge, payload))?);
    }
    Ok(())
}

/// Opens a session and goes through its chain; one challenge serves for all of it.
fn session(shop: &Shop, each: usize, lines: &mut Vec<String>) -> Result<(), Box<dyn Error>> {
    let (id, end) = (random::<16>()?, random::<32>()?);
    let mut links = vec![end];
    for _ in 0..each {
        links.extend(links.last().map(|link| step(&id, link)));
    }
    shop.chains.open(id, links.pop().ok_or("an anchor")?);
    let challenge = session_challenge()?.to_echo();
    for (number, link) in links.iter().rev().enumerate() {
        let payload = json!({"session": base64url_encode(&id), "index": number + 1, "link": base64url_encode(link)});
        lines.push(mpp::format_authorization(&PaymentCredential::new(challenge.clone(), payload))?);
    }
    Ok(())
}

fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
