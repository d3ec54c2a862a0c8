//! The secrets of tokens, preimages and invoices, all of one secret that is kept as long as a token under it stands: the daily
//! secret of challenges would strand them.

use super::bolt11::{Invoice, Unsealed};
use super::token::{TOKEN_BYTES, Token};
use super::{Lock, payment_hash};
use crate::text::{Malformed, Secret};
use hmac::{Hmac, KeyInit, Mac};
use k256::ecdsa::SigningKey;
use money::{CommandId, OfferId, Timestamp};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Keys by HKDF (RFC 5869), a label each.
pub struct Secrets {
    token: Secret<[u8; 32]>,
    preimage: Secret<[u8; 32]>,
    invoice: Secret<[u8; 32]>,
    lightning: Secret<[u8; 32]>,
    node: SigningKey,
}

impl Secrets {
    /// Those of a secret.
    ///
    /// # Panics
    /// Never: of 2^128 secrets one has a first key that is no key of the curve, and not another one after it.
    #[must_use]
    pub fn of(secret: &[u8; 32]) -> Secrets {
        let drawn = hmac(&[0; 32], &[secret]);
        let key = |label: &str| Secret::new(hmac(&drawn, &[label.as_bytes(), &[1]]));
        let mut node = ["farthing/l402/node/1", "farthing/l402/node/1/again"].into_iter();
        let node = node.find_map(|label| SigningKey::from_slice(key(label).expose()).ok());
        Secrets {
            token: key("farthing/l402/token/1"),
            preimage: key("farthing/l402/preimage/1"),
            invoice: key("farthing/l402/invoice/1"),
            lightning: key("farthing/l402/lightning/1"),
            node: node.expect("nobody draws two numbers above the order of the curve"),
        }
    }

    /// The preimage of a purchase: HMAC over `farthing/preimage/1`, a line feed, nonce, offer and amount (8 bytes, highest first).
    #[must_use]
    pub fn preimage(&self, lock: &Lock) -> [u8; 32] {
        let Lock { nonce, offer, amount } = lock;
        hmac(self.preimage.expose(), &[b"farthing/preimage/1\n", &nonce.0, &offer.0, &amount.units().to_be_bytes()])
    }

    /// The hash that its invoice is paid for.
    #[must_use]
    pub fn payment_hash(&self, lock: &Lock) -> [u8; 32] {
        payment_hash(&self.preimage(lock))
    }

    /// The token's bytes, with their MAC.
    #[must_use]
    pub fn token(&self, token: &Token) -> [u8; TOKEN_BYTES] {
        token.sealed(|bytes| hmac(self.token.expose(), &[b"farthing/token/1\n", bytes]))
    }

    /// Knows a token again.
    ///
    /// # Errors
    /// [`Malformed`] for bytes that are no token; `Ok(None)` for one that is not ours.
    pub fn check_token(&self, bytes: &[u8]) -> Result<Option<Token>, Malformed> {
        let (token, mac, over) = Token::opened(bytes)?;
        let ours = hmac(self.token.expose(), &[b"farthing/token/1\n", over]);
        Ok(bool::from(ours.ct_eq(&mac)).then_some(token))
    }

    /// The invoice of a purchase, signed.
    ///
    /// # Errors
    /// [`Malformed`] for an item too long for an invoice.
    pub fn invoice(&self, lock: Lock, item: &str, (at, lasts_s): (Timestamp, u64)) -> Result<String, Malformed> {
        let hash = self.payment_hash(&lock);
        let invoice = Invoice { lock, hash, item: item.to_owned(), at, lasts_s };
        invoice.written(self.seal(&invoice), &self.node)
    }

    /// Reads an invoice and knows it again: the payment secret in it is a MAC over all that we read from it.
    ///
    /// # Errors
    /// [`Malformed`] for a text that is no invoice of our form; `Ok(None)` for one that is not ours.
    pub fn check_invoice(&self, text: &str) -> Result<Option<Invoice>, Malformed> {
        let Unsealed { invoice, secret } = Invoice::parse(text)?;
        let ours = bool::from(self.seal(&invoice).ct_eq(&secret)) && invoice.hash == self.payment_hash(&invoice.lock);
        Ok(ours.then_some(invoice))
    }

    /// The public key that signs invoices, compressed.
    #[must_use]
    pub fn node(&self) -> Vec<u8> {
        self.node.verifying_key().to_sec1_point(true).as_bytes().to_vec()
    }

    /// The id of a `lightning/charge` challenge.
    pub(super) fn challenge_id(&self, slots: &[&str]) -> [u8; 32] {
        let text = slots.join("|");
        hmac(self.lightning.expose(), &[text.as_bytes()])
    }

    fn seal(&self, invoice: &Invoice) -> [u8; 32] {
        let Invoice { lock: Lock { nonce: CommandId(nonce), offer: OfferId(offer), amount }, hash, item, at, lasts_s } = invoice;
        let (amount, at, lasts) = (amount.units().to_be_bytes(), at.seconds().to_be_bytes(), lasts_s.to_be_bytes());
        hmac(self.invoice.expose(), &[b"farthing/invoice/1\n", nonce, offer, &amount, &at, &lasts, hash, item.as_bytes()])
    }
}

fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::hmac;

    /// RFC 5869, A.3: neither salt nor info.
    #[test]
    fn keys_are_drawn_as_the_standard_says() {
        let drawn = hmac(&[0; 32], &[&[0x0b; 22]]);
        assert_eq!(super::super::hex(&drawn), "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
        assert_eq!(super::super::hex(&hmac(&drawn, &[b"", &[1]])), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
    }
}
