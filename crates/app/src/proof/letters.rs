//! Codes that people read from one place and type at another: letters and digits that no reader takes for one another.

use crate::world;

/// Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// `N` letters of five random bits each.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    of(world::random::<N>())
}

/// The letters that random bytes stand for.
#[must_use]
pub fn of<const N: usize>(random: [u8; N]) -> [u8; N] {
    // 256 is a multiple of 32: the low five bits of a random byte are as random as they are.
    random.map(|byte| LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'0'))
}

/// Reads what was typed: case, spaces and dashes do not count, and `I`, `L`, `O` and `U` are taken for what they were read
/// from. `None` if it is not `N` letters.
#[must_use]
pub fn read<const N: usize>(typed: &str) -> Option<[u8; N]> {
    let mut code = [0; N];
    let mut letters = typed.bytes().filter(|byte| !matches!(byte, b' ' | b'-' | b'\t' | b'\r' | b'\n'));
    for place in &mut code {
        *place = match letters.next()?.to_ascii_uppercase() {
            b'I' | b'L' => b'1',
            b'O' => b'0',
            b'U' => b'V',
            letter if LETTERS.contains(&letter) => letter,
            _ => return None,
        };
    }
    letters.next().is_none().then_some(code)
}

/// The letters in groups of so many.
#[must_use]
pub fn grouped(letters: &[u8], size: usize) -> String {
    letters.chunks(size.max(1)).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-")
}
