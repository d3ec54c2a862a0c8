//! Mailed codes: eight letters, for fifteen minutes and five tries, good only in the browser that asked.
//!
//! A code and not a link: mail scanners open links. Whether an address keeps a wallet is told to nobody: the answer is the same
//! and comes as fast, and only the mail differs by coming or not.

use super::letters;
use crate::tickets::{After, Tickets};
use money::{Party, Span, Timestamp};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::Mutex;

const LENGTH: usize = 8;
const LIFE: Span = Span(900);
const TRIES: u8 = 5;
/// Mails to one address in the life of a code.
const MOST_MAILS: u8 = 3;
/// Addresses that are counted at once; one above this waits.
const MOST_ADDRESSES: usize = 100_000;

/// What a mailed code proves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mailed {
    /// That somebody reads the mail of the wallet's address; nobody where the address keeps none.
    SignIn(Option<Party>),
    /// That a wallet's owner reads the mail of a new address.
    Address(Party, String),
}

/// The codes that are out.
pub struct MailedCodes {
    out: Tickets<Waiting>,
    sent: Mutex<BTreeMap<String, (Timestamp, u8)>>,
}

struct Waiting {
    code: [u8; LENGTH],
    left: u8,
    proves: Mailed,
}

/// A code that was made: the ticket for the browser's cookie, and the letters for the mail.
pub struct MadeCode {
    /// Names it in the browser.
    pub ticket: String,
    /// As the mail shows it, such as `7Q4K-M2XD`.
    pub code: String,
}

/// What came of typing a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Typed {
    /// It was the one.
    Right(Mailed),
    /// It was not; so many tries are left.
    Wrong(u8),
    /// There is no code to type in this browser: it is over, used, or tried too often.
    Over,
}

impl Default for MailedCodes {
    fn default() -> MailedCodes {
        MailedCodes { out: Tickets::new(LIFE), sent: Mutex::default() }
    }
}

impl MailedCodes {
    /// Makes a code to send to an address.
    ///
    /// # Errors
    /// [`Problem::TooFast`] if the address was sent too many already.
    ///
    /// # Panics
    /// Never: nothing panics with the counts in hand.
    pub fn make(&self, address: &str, proves: Mailed, now: Timestamp) -> Result<MadeCode, Problem> {
        let too_fast = Problem::TooFast { retry_after_s: u32::try_from(LIFE.0).unwrap_or(u32::MAX) };
        let mut sent = self.sent.lock().expect("nothing panics with the counts in hand");
        sent.retain(|_, (ends, _)| *ends > now);
        if sent.len() >= MOST_ADDRESSES {
            return Err(too_fast);
        }
        let (_, count) = sent.entry(address.to_owned()).or_insert((now.after(LIFE), 0));
        if *count >= MOST_MAILS {
            return Err(too_fast);
        }
        *count = count.saturating_add(1);
        let code = letters::random();
        let ticket = self.out.issue(Waiting { code, left: TRIES, proves }, now);
        Ok(MadeCode { ticket, code: letters::grouped(&code, LENGTH / 2) })
    }

    /// Holds what was typed against the code of this browser.
    #[must_use]
    pub fn typed(&self, ticket: &str, typed: &str, now: Timestamp) -> Typed {
        let typed: Option<[u8; LENGTH]> = letters::read(typed);
        let look = |waiting: &mut Waiting| {
            if typed == Some(waiting.code) {
                return (After::Drop, Typed::Right(waiting.proves.clone()));
            }
            waiting.left = waiting.left.saturating_sub(1);
            let after = if waiting.left == 0 { After::Drop } else { After::Keep };
            (after, if waiting.left == 0 { Typed::Over } else { Typed::Wrong(waiting.left) })
        };
        self.out.look(ticket, now, look).unwrap_or(Typed::Over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: Party = Party([1; 20]);

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn five_tries_in_fifteen_minutes_and_once() {
        let codes = MailedCodes::default();
        let make = |now| codes.make("a@b.c", Mailed::SignIn(Some(ALICE)), at(now)).unwrap();
        let made = make(0);
        assert_eq!(made.code.len(), 9);
        for left in (1..5).rev() {
            assert_eq!(codes.typed(&made.ticket, "0000-0000", at(1)), Typed::Wrong(left));
        }
        assert_eq!(codes.typed(&made.ticket, "", at(1)), Typed::Over);
        assert_eq!(codes.typed(&made.ticket, &made.code, at(1)), Typed::Over, "too often");
        let made = make(2);
        assert_eq!(codes.typed("another browser", &made.code, at(3)), Typed::Over);
        assert_eq!(codes.typed(&made.ticket, &made.code.to_lowercase(), at(901)), Typed::Right(Mailed::SignIn(Some(ALICE))));
        assert_eq!(codes.typed(&made.ticket, &made.code, at(901)), Typed::Over, "once");
        let made = make(3);
        assert_eq!(codes.typed(&made.ticket, &made.code, at(903)), Typed::Over, "too late");
    }

    #[test]
    fn nobodys_letter_box_is_filled() {
        let codes = MailedCodes::default();
        let make = |address: &str, now| codes.make(address, Mailed::SignIn(None), at(now)).map(|_| ());
        assert!((0..3).all(|now| make("a@b.c", now).is_ok()));
        assert_eq!(make("a@b.c", 3), Err(Problem::TooFast { retry_after_s: 900 }));
        assert_eq!(make("d@b.c", 3), Ok(()));
        assert_eq!(make("a@b.c", 901), Ok(()));
    }
}
