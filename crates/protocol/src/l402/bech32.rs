//! bech32 (BIP-173) without its limit of length, as invoices have it: words of five bits under a prefix, with a checksum.

use crate::text::Malformed;

const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
const CHECKSUM: usize = 6;

/// The text of a prefix and its words, each below 32.
pub(super) fn encode(prefix: &str, words: &[u8]) -> String {
    let sum = checksum(prefix, words.iter().copied().chain([0; CHECKSUM])) ^ 1;
    let check = (0..CHECKSUM).rev().map(|place| low_five(sum.checked_shr(shift(place)).unwrap_or_default()));
    let mut text = String::with_capacity(prefix.len().saturating_add(words.len()).saturating_add(7));
    text.push_str(prefix);
    text.push('1');
    text.extend(words.iter().copied().chain(check).map(|word| char::from(letter(word))));
    text
}

/// Prefix and words of a text in lower case.
///
/// # Errors
/// [`Malformed`], also for a checksum that does not fit.
pub(super) fn decode(text: &str) -> Result<(&str, Vec<u8>), Malformed> {
    let no = Malformed("invoice: bech32");
    let (prefix, data) = text.rsplit_once('1').ok_or(no)?;
    if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()) {
        return Err(no);
    }
    let word = |byte: u8| LETTERS.iter().position(|letter| *letter == byte).and_then(|place| u8::try_from(place).ok()).ok_or(no);
    let mut words = data.bytes().map(word).collect::<Result<Vec<u8>, _>>()?;
    if words.len() < CHECKSUM || checksum(prefix, words.iter().copied()) != 1 {
        return Err(no);
    }
    words.truncate(words.len().saturating_sub(CHECKSUM));
    Ok((prefix, words))
}

/// Bytes as words, the last filled up with zeros.
pub(super) fn words_of(bytes: &[u8]) -> Vec<u8> {
    let mut words = Vec::with_capacity(bytes.len().saturating_mul(8).div_ceil(5));
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held & 0x1f) << 8 | u32::from(*byte);
        bits = bits.saturating_add(8);
        while bits >= 5 {
            bits = bits.saturating_sub(5);
            words.push(low_five(held >> bits));
        }
    }
    if bits > 0 {
        words.push(low_five(held << 5_u32.saturating_sub(bits)));
    }
    words
}

/// Words as bytes.
///
/// # Errors
/// [`Malformed`] if what is left over is no whole filling of zeros.
pub(super) fn bytes_of(words: &[u8]) -> Result<Vec<u8>, Malformed> {
    let (bytes, rest) = packed(words);
    if rest == Some(0) { Ok(bytes) } else { Err(Malformed("invoice: padding")) }
}

/// Words as the bytes that are signed: the last filled up with zeros.
pub(super) fn signed_bytes(words: &[u8]) -> Vec<u8> {
    let fill: &[u8] = if words.len().saturating_mul(5).is_multiple_of(8) { &[] } else { &[0, 0] };
    let (mut bytes, _) = packed(&[words, fill].concat());
    bytes.truncate(words.len().saturating_mul(5).div_ceil(8));
    bytes
}

/// Whole bytes, and what is left over; nothing if that is five bits or more.
fn packed(words: &[u8]) -> (Vec<u8>, Option<u32>) {
    let mut bytes = Vec::with_capacity(words.len().saturating_mul(5).div_euclid(8));
    let (mut held, mut bits) = (0_u32, 0_u32);
    for word in words {
        held = (held & 0xff) << 5 | u32::from(*word & 0x1f);
        bits = bits.saturating_add(5);
        if bits >= 8 {
            bits = bits.saturating_sub(8);
            let [.., low] = (held >> bits).to_be_bytes();
            bytes.push(low);
        }
    }
    let rest = held & 1_u32.checked_shl(bits).map_or(u32::MAX, |bit| bit.wrapping_sub(1));
    (bytes, (bits < 5).then_some(rest))
}

fn checksum(prefix: &str, words: impl Iterator<Item = u8>) -> u32 {
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 0x1f);
    high.chain([0]).chain(low).chain(words).fold(1, |sum: u32, word| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ u32::from(word);
        let taps = GENERATOR.iter().zip(0_u32..).filter(|(_, bit)| top >> bit & 1 == 1);
        taps.fold(next, |next, (tap, _)| next ^ tap)
    })
}

fn shift(place: usize) -> u32 {
    u32::try_from(place.saturating_mul(5)).unwrap_or(u32::MAX)
}

fn low_five(bits: u32) -> u8 {
    let [.., low] = bits.to_be_bytes();
    low & 0x1f
}

fn letter(word: u8) -> u8 {
    LETTERS.get(usize::from(word & 0x1f)).copied().unwrap_or(b'q')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_texts_are_read_and_written() {
        // BIP-173, whose longest valid text has no data at all.
        for text in
            ["a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"]
        {
            let (prefix, words) = decode(text).unwrap();
            assert_eq!(encode(prefix, &words), text);
        }
        for text in ["a12uel5m", "A12UEL5L", "10a06t8", "1qzzfhee", "pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "de1lg7wt\u{ff}", ""] {
            assert!(decode(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let words = words_of(&bytes);
            prop_assert_eq!(bytes_of(&words).unwrap(), bytes.clone());
            let text = encode("lnbcrt", &words);
            prop_assert_eq!(decode(&text).unwrap(), ("lnbcrt", words.clone()));
            let mut signed = signed_bytes(&words);
            signed.truncate(bytes.len());
            prop_assert_eq!(signed, bytes);
        }
    }
}
