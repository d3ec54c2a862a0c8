//! Documents that people keep: a JSON object that carries its own proof, so that it can be checked years later by itself.
//!
//! The proof is made by the instance's receipt key, which `/.well-known/farthing.json` names. Checking needs SHA-256,
//! Ed25519 and a JSON reader: take `proof` out, write the rest in canonical form (RFC 8785), hash it, verify the text below.

use crate::json::Object;
use crate::keys::SigningKey;
use crate::signed::SignedText;
use crate::text::{Malformed, base64url};
use sha2::{Digest, Sha256};

/// The member that holds the proof.
pub const PROOF: &str = "proof";

/// What a document is. A proof of one kind proves nothing of another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// What was charged, and who got it.
    Receipt,
    /// What a month did to a balance.
    Statement,
}

impl Kind {
    /// Its name in what is signed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Receipt => "receipt",
            Kind::Statement => "statement",
        }
    }
}

/// The document with its proof: version 1 ‖ key id 4 ‖ signature 64, as base64url. What is signed is `farthing/document/1`:
/// instance, kind, SHA-256 of the canonical form without the proof.
///
/// # Errors
/// [`Malformed`] if the document names no instance.
pub fn signed(document: Object, kind: Kind, key: &SigningKey) -> Result<Object, Malformed> {
    let document = document.without(PROOF);
    let hash = Sha256::digest(document.canonical());
    let text = SignedText::new("farthing/document/1").line(document.need("instance")?)?.line(kind.word())?.line(&base64url(&hash))?;
    let mut proof = vec![1];
    proof.extend(key.id());
    proof.extend(key.sign(text.bytes()));
    Ok(document.with(PROOF, base64url(&proof)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::from_base64url;

    fn document() -> Object {
        let row = |amount: &str| Object::default().with("amount", amount).with("item", "한글 \"x\"");
        Object::default().with("kind", "statement").with("instance", "abc").with_list("rows", vec![row("1"), row("2")])
    }

    #[test]
    fn a_document_is_proved_by_the_key_and_only_as_it_is() {
        let key = SigningKey::from_seed([7; 32]);
        let made = signed(document(), Kind::Statement, &key).unwrap();
        assert_eq!(made, signed(made.clone(), Kind::Statement, &key).unwrap(), "signed again it is the same");
        let proof = from_base64url(made.text(PROOF).unwrap()).unwrap();
        let (head, signature) = proof.split_last_chunk::<64>().unwrap();
        assert_eq!(head, [&[1][..], &key.id()].concat());
        let plain = made.without(PROOF).canonical();
        assert_eq!(
            plain,
            "{\"instance\":\"abc\",\"kind\":\"statement\",\"rows\":[{\"amount\":\"1\",\"item\":\"한글 \\\"x\\\"\"},{\"amount\":\"2\",\"item\":\"한글 \\\"x\\\"\"}]}"
        );
        let text = |kind: &str, plain: &str| format!("farthing/document/1\nabc\n{kind}\n{}", base64url(&Sha256::digest(plain)));
        let holds = |kind: &str, plain: &str| key.public().verifies(text(kind, plain).as_bytes(), signature);
        assert!(holds("statement", &plain));
        assert!(!holds("receipt", &plain) && !holds("statement", &plain.replace("\"2\"", "\"3\"")));
    }

    #[test]
    fn what_names_no_instance_is_not_signed() {
        assert_eq!(signed(Object::default(), Kind::Receipt, &SigningKey::from_seed([7; 32])), Err(Malformed("instance")));
    }
}
