//! Invoices in the form of BOLT 11, as much of it as ours have: payment hash and secret, page, expiry, what is bought.

use super::Lock;
use super::bech32::{bytes_of, decode, encode, signed_bytes, words_of};
use crate::text::Malformed;
use k256::ecdsa::{RecoveryId, Signature, SigningKey};
use money::{Amount, CommandId, OfferId, Timestamp};
use sha2::{Digest, Sha256};

/// Longest invoice we read.
const MOST_BYTES: usize = 2_048;
/// Bytes that a text field has room for, of which a page's address takes 512 at most.
const MOST_TEXT: usize = 639;
/// Test money of one's own: no wallet with real money pays it.
const PREFIX: &str = "lnbcrt";
/// Words of a signature.
const SIGNATURE: usize = 104;
/// Words of the time at the beginning.
const TIME: usize = 7;
/// An onion of variable length and a payment secret are needed, metadata are understood: bits 8, 14 and 49.
const FEATURES: u64 = 1 << 8 | 1 << 14 | 1 << 49;

/// Multipliers of a bitcoin, by how many thousandths of a satoshi they are.
const MULTIPLES: [(u128, &str); 4] = [(100_000_000_000, ""), (100_000_000, "m"), (100_000, "u"), (100, "n")];

mod tag {
    pub const PAYMENT_HASH: u8 = 1;
    pub const FEATURES: u8 = 5;
    pub const EXPIRY: u8 = 6;
    pub const DESCRIPTION: u8 = 13;
    pub const SECRET: u8 = 16;
    pub const METADATA: u8 = 27;
}

/// An invoice of ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invoice {
    /// What it pays for.
    pub lock: Lock,
    /// The hash whose preimage it buys.
    pub hash: [u8; 32],
    /// Realm and page: what people read.
    pub item: String,
    /// When it was made.
    pub at: Timestamp,
    /// For how many seconds it can be paid.
    pub lasts_s: u64,
}

/// An invoice that was read, before anybody looked whether it is ours.
pub struct Unsealed {
    /// It.
    pub invoice: Invoice,
    /// Its payment secret, which in ours is a MAC.
    pub(super) secret: [u8; 32],
}

impl Invoice {
    /// Until when it can be paid.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        Timestamp::from_seconds(self.at.seconds().saturating_add(self.lasts_s))
    }

    pub(super) fn written(&self, secret: [u8; 32], key: &SigningKey) -> Result<String, Malformed> {
        let Lock { nonce, offer, amount } = self.lock;
        if self.item.len() > MOST_TEXT {
            return Err(Malformed("invoice: a page with so long an address"));
        }
        let prefix = format!("{PREFIX}{}", amount_text(amount));
        let mut words = number(self.at.seconds(), TIME);
        let metadata = [&nonce.0[..], &offer.0].concat();
        let fields = [
            (tag::PAYMENT_HASH, words_of(&self.hash)),
            (tag::SECRET, words_of(&secret)),
            (tag::DESCRIPTION, words_of(self.item.as_bytes())),
            (tag::EXPIRY, shortest(self.lasts_s)),
            (tag::METADATA, words_of(&metadata)),
            (tag::FEATURES, shortest(FEATURES)),
        ];
        for (tag, field) in fields {
            words.push(tag);
            words.extend(number(u64::try_from(field.len()).unwrap_or(u64::MAX), 2));
            words.extend(field);
        }
        words.extend(words_of(&signature(key, &prefix, &words)));
        Ok(encode(&prefix, &words))
    }

    /// Reads an invoice of our form, without a look at its signature: whether it is ours, [`super::Secrets`] knows.
    ///
    /// # Errors
    /// [`Malformed`] naming what is wrong.
    pub fn parse(text: &str) -> Result<Unsealed, Malformed> {
        if text.len() > MOST_BYTES {
            return Err(Malformed("invoice: too long"));
        }
        let (prefix, words) = decode(text)?;
        let amount = read_amount(prefix.strip_prefix(PREFIX).ok_or(Malformed("invoice: of another network"))?)?;
        let short = Malformed("invoice: too short");
        let (words, _) = words.split_at_checked(words.len().checked_sub(SIGNATURE).ok_or(short)?).ok_or(short)?;
        let (time, words) = words.split_at_checked(TIME).ok_or(short)?;
        let fields = Fields::read(words)?;
        let metadata: [u8; 48] = fields.bytes(tag::METADATA)?;
        let (nonce, offer) = metadata.split_first_chunk::<16>().expect("48 are more than 16");
        let lock = Lock { nonce: CommandId(*nonce), offer: OfferId(offer.try_into().expect("32 are left")), amount };
        let item = String::from_utf8(bytes_of(fields.need(tag::DESCRIPTION)?)?).map_err(|_| Malformed("invoice: description"))?;
        let lasts_s = value(fields.need(tag::EXPIRY)?).ok_or(Malformed("invoice: expiry"))?;
        let at = Timestamp::from_seconds(value(time).ok_or(short)?);
        let invoice = Invoice { lock, hash: fields.bytes(tag::PAYMENT_HASH)?, item, at, lasts_s };
        Ok(Unsealed { invoice, secret: fields.bytes(tag::SECRET)? })
    }
}

/// The fields by their tags; those of unknown tags are passed over.
struct Fields<'w>(Vec<(u8, &'w [u8])>);

impl<'w> Fields<'w> {
    fn read(mut words: &'w [u8]) -> Result<Fields<'w>, Malformed> {
        let no = Malformed("invoice: fields");
        let mut fields: Vec<(u8, &[u8])> = Vec::new();
        while let Some((tag, rest)) = words.split_first() {
            let (length, rest) = rest.split_at_checked(2).ok_or(no)?;
            let length = value(length).and_then(|length| usize::try_from(length).ok()).ok_or(no)?;
            let (field, rest) = rest.split_at_checked(length).ok_or(no)?;
            if fields.iter().any(|(known, _)| known == tag) {
                return Err(Malformed("invoice: a field given twice"));
            }
            fields.push((*tag, field));
            words = rest;
        }
        Ok(Fields(fields))
    }

    fn need(&self, tag: u8) -> Result<&'w [u8], Malformed> {
        self.0.iter().find(|(known, _)| *known == tag).map(|(_, field)| *field).ok_or(Malformed("invoice: a field is missing"))
    }

    fn bytes<const N: usize>(&self, tag: u8) -> Result<[u8; N], Malformed> {
        bytes_of(self.need(tag)?)?.try_into().map_err(|_| Malformed("invoice: a field of another length"))
    }
}

/// A base unit is a thousandth of a satoshi; in the largest multiple that says it exactly.
fn amount_text(amount: Amount) -> String {
    let units = u128::from(amount.units());
    let whole = MULTIPLES.into_iter().find(|(multiple, _)| units.is_multiple_of(*multiple));
    let (count, unit) =
        whole.and_then(|(multiple, unit)| Some((units.checked_div(multiple)?, unit))).unwrap_or((units.saturating_mul(10), "p"));
    format!("{count}{unit}")
}

fn read_amount(text: &str) -> Result<Amount, Malformed> {
    let no = Malformed("invoice: amount");
    let digits = text.trim_end_matches(|last: char| !last.is_ascii_digit());
    let unit = text.strip_prefix(digits).ok_or(no)?;
    let count: u128 = digits.parse().map_err(|_| no)?;
    let units = match MULTIPLES.into_iter().find(|(_, known)| *known == unit) {
        Some((multiple, _)) => count.checked_mul(multiple),
        None if unit == "p" && count.is_multiple_of(10) => count.checked_div(10),
        None => None,
    };
    let amount = Amount::parse(&units.ok_or(no)?.to_string()).map_err(|_| no)?;
    // One amount has one text.
    if amount_text(amount) == text { Ok(amount) } else { Err(no) }
}

/// The lowest bits of a number in so many words, the highest first.
fn number(value: u64, words: usize) -> Vec<u8> {
    let shift = |place: usize| u32::try_from(place.saturating_mul(5)).unwrap_or(u32::MAX);
    let word = |place| value.checked_shr(shift(place)).unwrap_or_default().to_be_bytes();
    (0..words).rev().map(word).map(|[.., low]| low & 0x1f).collect()
}

/// A number in as few words as hold it.
fn shortest(value: u64) -> Vec<u8> {
    let bits = u64::BITS.saturating_sub(value.leading_zeros());
    number(value, usize::try_from(bits.div_ceil(5)).unwrap_or(13))
}

fn value(words: &[u8]) -> Option<u64> {
    words.iter().try_fold(0_u64, |value, word| value.checked_mul(32)?.checked_add(u64::from(*word)))
}

/// Over SHA-256 of the prefix and the words before it, in 65 bytes: the last says which of two keys it recovers to.
fn signature(key: &SigningKey, prefix: &str, words: &[u8]) -> [u8; 65] {
    let hash = Sha256::new().chain_update(prefix).chain_update(signed_bytes(words)).finalize();
    let (signature, recovery): (Signature, RecoveryId) = key.sign_prehash_recoverable(&hash);
    let mut bytes = [0; 65];
    let (point, last) = bytes.split_at_mut(64);
    point.copy_from_slice(&signature.to_bytes());
    last.fill(recovery.to_byte());
    bytes
}
