//! The secrets of L402 one after another: the newest makes what is sold from now on, the former ones know what was sold under them.
//!
//! Which of them made a token or an invoice is said by the time in its nonce, so a token needs no name of its secret, and whoever
//! has a former one can make nothing new with it.

use super::token::{TOKEN_BYTES, Token};
use super::{Invoice, Lock, Secrets};
use crate::text::Malformed;
use money::{CommandId, Timestamp};

/// The newest secret and those before it.
pub struct Ring {
    newest: Secrets,
    /// Each with the first millisecond that it was not used in, earliest first.
    former: Vec<(u64, Secrets)>,
}

impl From<Secrets> for Ring {
    fn from(newest: Secrets) -> Ring {
        Ring { newest, former: Vec::new() }
    }
}

impl Ring {
    /// Of a secret and those before it, each with the time from which on it was used no more.
    #[must_use]
    pub fn new(newest: Secrets, former: Vec<(Timestamp, Secrets)>) -> Ring {
        let mut former: Vec<(u64, Secrets)> = former.into_iter().map(|(until, secrets)| (until.ms(), secrets)).collect();
        former.sort_by_key(|(until, _)| *until);
        Ring { newest, former }
    }

    /// The secrets of what was made, or is made, under a nonce.
    #[must_use]
    pub fn at(&self, nonce: CommandId) -> &Secrets {
        let made = nonce.ms();
        self.former.iter().find(|(until, _)| made < *until).map_or(&self.newest, |(_, secrets)| secrets)
    }

    /// As [`Secrets::preimage`].
    #[must_use]
    pub fn preimage(&self, lock: &Lock) -> [u8; 32] {
        self.at(lock.nonce).preimage(lock)
    }

    /// Knows a token again, whichever of them made it.
    ///
    /// # Errors
    /// As [`Secrets::check_token`].
    pub fn check_token(&self, bytes: &[u8]) -> Result<Option<Token>, Malformed> {
        let (token, ..) = Token::opened(bytes)?;
        self.at(token.nonce).check_token(bytes)
    }

    /// Knows an invoice again, whichever of them made it.
    ///
    /// # Errors
    /// As [`Secrets::check_invoice`].
    pub fn check_invoice(&self, text: &str) -> Result<Option<Invoice>, Malformed> {
        self.at(Invoice::parse(text)?.invoice.lock.nonce).check_invoice(text)
    }

    /// The token's bytes, with their MAC.
    #[must_use]
    pub fn token(&self, token: &Token) -> [u8; TOKEN_BYTES] {
        self.at(token.nonce).token(token)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{EVER, payment_hash};
    use super::*;
    use money::{Amount, OfferId, Span};

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000).after(Span(seconds))
    }

    fn lock(seconds: u64) -> Lock {
        Lock { nonce: CommandId::new(at(seconds).ms(), [7; 10]), offer: OfferId([5; 32]), amount: Amount::from_u32(50_000) }
    }

    fn token(secrets: &Secrets, lock: &Lock) -> [u8; TOKEN_BYTES] {
        let Lock { nonce, offer, .. } = *lock;
        secrets.token(&Token { nonce, hash: payment_hash(&secrets.preimage(lock)), ends: EVER, offer, route: [1; 16] })
    }

    #[test]
    fn each_knows_what_was_made_in_its_time_and_a_former_one_makes_nothing_new() {
        let [first, second, third] = [1, 2, 3].map(|byte| move || Secrets::of(&[byte; 32]));
        let ring = Ring::new(third(), vec![(at(200), second()), (at(100), first())]);
        let known = |secrets: Secrets, seconds: u64| {
            let lock = lock(seconds);
            let invoice = secrets.invoice(lock, "news.example/a", (at(seconds), 240)).unwrap();
            let (token, invoice) = (ring.check_token(&token(&secrets, &lock)), ring.check_invoice(&invoice));
            assert_eq!(token.unwrap().is_some(), invoice.unwrap().is_some(), "{seconds}: one secret for both");
            ring.preimage(&lock) == secrets.preimage(&lock)
        };
        for (seconds, knows) in
            [(0, [true, false, false]), (99, [true, false, false]), (100, [false, true, false]), (200, [false, false, true])]
        {
            assert_eq!([known(first(), seconds), known(second(), seconds), known(third(), seconds)], knows, "{seconds}");
        }
    }
}
