//! The manifest: what a backup is of, in lines that people can read too.

use crate::folder::Mode;
use crate::journal::Head;
use money::Timestamp;
use std::fmt::Write as _;

/// Whether a backup holds the instance's keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeysKept {
    /// Sealed under a passphrase.
    Sealed,
    /// Left out by choice.
    LeftOut,
}

/// What a backup is of. Its text is a line a field, always these and in this order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    /// The instance's id.
    pub instance: [u8; 16],
    /// Test or live.
    pub mode: Mode,
    /// When the backup was begun.
    pub made: Timestamp,
    /// The last frame in it.
    pub head: Head,
    /// Records in its frames.
    pub records: u64,
    /// Bytes of its frames.
    pub frame_bytes: u64,
    /// Whether the keys are in it.
    pub keys: KeysKept,
    /// The program that wrote it, such as `0.1.0`.
    pub program: String,
}

/// Longest manifest that is read.
pub(super) const MOST_BYTES: usize = 4_096;

impl KeysKept {
    const fn word(self) -> &'static str {
        match self {
            KeysKept::Sealed => "sealed",
            KeysKept::LeftOut => "left-out",
        }
    }
}

impl Manifest {
    /// The text.
    ///
    /// # Panics
    /// If the program's version holds a line's end, which ours does not.
    #[must_use]
    pub fn text(&self) -> String {
        assert!(!self.program.contains('\n'), "a version is one word");
        let Head { epoch, sequence, timestamp, hash } = self.head;
        format!(
            "farthing-backup 1\nprogram {}\ninstance {}\nmode {}\nmade {}\nframes {sequence}\nepoch {epoch}\nlast {}\nhash {}\nrecords {}\nbytes {}\nkeys {}\n",
            self.program,
            hex(&self.instance),
            self.mode.word(),
            self.made.0,
            timestamp.0,
            hex(&hash),
            self.records,
            self.frame_bytes,
            self.keys.word(),
        )
    }

    /// Reads the text; exactly what [`Manifest::text`] writes.
    ///
    /// # Errors
    /// The name of the line that is wrong. Never panics, whatever the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Manifest, &'static str> {
        let text = std::str::from_utf8(bytes).map_err(|_| "text")?;
        let mut lines = text.split('\n');
        let mut line = |name: &'static str| {
            let value = lines.next().and_then(|line| line.strip_prefix(name)).and_then(|rest| rest.strip_prefix(' '));
            value.ok_or(name)
        };
        (line("farthing-backup")? == "1").then_some(()).ok_or("farthing-backup")?;
        let program = line("program")?.to_owned();
        let instance = unhex(line("instance")?).ok_or("instance")?;
        let word = line("mode")?;
        let mode = [Mode::Test, Mode::Live].into_iter().find(|mode| mode.word() == word).ok_or("mode")?;
        let made = Timestamp(number(line("made")?).ok_or("made")?);
        let sequence = number(line("frames")?).ok_or("frames")?;
        let epoch = number(line("epoch")?).ok_or("epoch")?;
        let timestamp = Timestamp(number(line("last")?).ok_or("last")?);
        let hash = unhex(line("hash")?).ok_or("hash")?;
        let records = number(line("records")?).ok_or("records")?;
        let frame_bytes = number(line("bytes")?).ok_or("bytes")?;
        let word = line("keys")?;
        let keys = [KeysKept::Sealed, KeysKept::LeftOut].into_iter().find(|keys| keys.word() == word).ok_or("keys")?;
        (lines.next() == Some("") && lines.next().is_none()).then_some(()).ok_or("end")?;
        Ok(Manifest { instance, mode, made, head: Head { epoch, sequence, timestamp, hash }, records, frame_bytes, keys, program })
    }
}

/// A number in its one spelling.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes all text");
        text
    })
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != N.saturating_mul(2) || digits.iter().any(|digit| !matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}
