//! The footer of a sealed file: what it holds, and the checksums by which a stranger can tell that it is whole.
//!
//! In a dense segment the hash covers the whole file. In a file that was sealed where it lay it covers the footer: its
//! frames are held by the hash chain, whose end the footer states, and what stands between them is zeros.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `FA 53 45 41 4C 53 0D 0A` |
//! | 8 | 2 | format version of the footer, 1 |
//! | 10 | 6 | zero |
//! | 16 | 8 | sequence of the first frame |
//! | 24 | 8 | sequence of the last frame |
//! | 32 | 8 | number of frames |
//! | 40 | 8 | length of all frames in bytes, zeros after them included; the footer begins there |
//! | 48 | 8 | timestamp of the first frame |
//! | 56 | 8 | timestamp of the last frame |
//! | 64 | 8 | epoch of the last frame |
//! | 72 | 32 | hash of the last frame |
//! | 104 | 32 | SHA-256 of all bytes of the file, or of the footer, before this field |
//! | 136 | 4 | CRC-32C of bytes 0 to 135 |

use super::Head;
use super::disk::DiskFile;
use super::frame::{field, put};
use super::window::fill;
use crate::error::FooterFault;
use money::Timestamp;
use sha2::{Digest, Sha256};
use std::io;

/// Length of the footer.
pub(super) const FOOTER_BYTES: usize = 140;
/// The first bytes of a footer.
const MAGIC: [u8; 8] = [0xFA, b'S', b'E', b'A', b'L', b'S', 0x0D, 0x0A];
const FORMAT: u16 = 1;
/// Where the hash over the file stands: it covers the footer up to itself.
const HASH_AT: usize = 104;

/// What a segment holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Footer {
    pub(super) first: u64,
    pub(super) frames: u64,
    pub(super) bytes: u64,
    pub(super) began: Timestamp,
    /// The last frame.
    pub(super) last: Head,
}

impl Footer {
    /// The footer's bytes; `content` has taken in all frames.
    pub(super) fn seal(&self, content: Sha256) -> [u8; FOOTER_BYTES] {
        let mut bytes = self.facts();
        put(&mut bytes, HASH_AT, self.hash(content));
        let (covered, _) = bytes.split_at(136);
        let crc = crc32c::crc32c(covered);
        put(&mut bytes, 136, crc.to_le_bytes());
        bytes
    }

    /// Reads a footer.
    pub(super) fn parse(bytes: &[u8; FOOTER_BYTES]) -> Result<(Footer, [u8; 32]), FooterFault> {
        if field(bytes, 0) != MAGIC {
            return Err(FooterFault::Missing);
        }
        let (covered, _) = bytes.split_at(136);
        if crc32c::crc32c(covered) != u32::from_le_bytes(field(bytes, 136)) {
            return Err(FooterFault::Checksum);
        }
        let number = |at| u64::from_le_bytes(field(bytes, at));
        let format = u16::from_le_bytes(field(bytes, 8));
        if format != FORMAT {
            return Err(FooterFault::Format(format));
        }
        let last = Head { epoch: number(64), sequence: number(24), timestamp: Timestamp(number(56)), hash: field(bytes, 72) };
        let footer = Footer { first: number(16), frames: number(32), bytes: number(40), began: Timestamp(number(48)), last };
        // Whatever else stands in the facts would be written otherwise.
        let (facts, _) = bytes.split_at(HASH_AT);
        if footer.facts().split_at(HASH_AT).0 == facts { Ok((footer, field(bytes, HASH_AT))) } else { Err(FooterFault::Content) }
    }

    /// The footer at the end of `file`, where the frames end by the file's length, and the hash it states.
    pub(super) fn read(file: &dyn DiskFile) -> io::Result<Result<(Footer, [u8; 32]), FooterFault>> {
        let footer_bytes = u64::try_from(FOOTER_BYTES).unwrap_or(u64::MAX);
        let Some(end) = file.length()?.checked_sub(footer_bytes) else { return Ok(Err(FooterFault::Missing)) };
        let mut bytes = [0; FOOTER_BYTES];
        if fill(file, end, &mut bytes)? < FOOTER_BYTES {
            return Ok(Err(FooterFault::Missing));
        }
        let footer = Footer::parse(&bytes);
        Ok(footer.and_then(|footer| if footer.0.bytes == end { Ok(footer) } else { Err(FooterFault::Content) }))
    }

    /// Whether a head that is known stands in this file and is not the one the footer states, so that only its frames can tell.
    pub(super) fn speaks_against(&self, known: &Head) -> bool {
        (self.first..=self.last.sequence).contains(&known.sequence) && *known != self.last
    }

    /// The hash that belongs to these facts when `content` has taken in all frames.
    pub(super) fn hash(&self, content: Sha256) -> [u8; 32] {
        content.chain_update(self.facts().split_at(HASH_AT).0).finalize().into()
    }

    fn facts(&self) -> [u8; FOOTER_BYTES] {
        let mut bytes = [0; FOOTER_BYTES];
        put(&mut bytes, 0, MAGIC);
        put(&mut bytes, 8, FORMAT.to_le_bytes());
        put(&mut bytes, 16, self.first.to_le_bytes());
        put(&mut bytes, 24, self.last.sequence.to_le_bytes());
        put(&mut bytes, 32, self.frames.to_le_bytes());
        put(&mut bytes, 40, self.bytes.to_le_bytes());
        put(&mut bytes, 48, self.began.0.to_le_bytes());
        put(&mut bytes, 56, self.last.timestamp.0.to_le_bytes());
        put(&mut bytes, 64, self.last.epoch.to_le_bytes());
        put(&mut bytes, 72, self.last.hash);
        bytes
    }
}
