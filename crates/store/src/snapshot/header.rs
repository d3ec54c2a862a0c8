//! The header of a snapshot: which state it holds, byte by byte.
//!
//! All numbers are little-endian. Magic, format version and checksum keep their places in every format.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `FA 53 4E 41 50 53 0D 0A` |
//! | 8 | 2 | format version: that of the state's layout |
//! | 10 | 2 | zero |
//! | 12 | 4 | rules version under which the state was made |
//! | 16 | 8 | epoch of the frame |
//! | 24 | 8 | sequence of the last frame that the state contains |
//! | 32 | 8 | timestamp of the frame |
//! | 40 | 32 | hash of the frame |
//! | 72 | 4 | zero |
//! | 76 | 4 | CRC-32C of bytes 0 to 75 |

use crate::SnapshotFault;
use crate::journal::Head;
use crate::journal::frame::{field, put};
use money::Timestamp;

/// The first eight bytes of every snapshot.
const MAGIC: [u8; 8] = [0xFA, b'S', b'N', b'A', b'P', b'S', 0x0D, 0x0A];
/// The one format that this version writes and reads: whoever meets another replays the journal.
pub const FORMAT: u16 = market::STATE_LAYOUT;
/// Length of a snapshot's header.
pub const HEADER_BYTES: usize = 80;

/// Which state a snapshot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Rules version under which the state was made.
    pub rules: u32,
    /// Where the journal stood: the state is that after this frame.
    pub head: Head,
}

impl Header {
    /// Reads a header from the first 80 bytes. Never panics, whatever the bytes.
    ///
    /// # Errors
    /// [`SnapshotFault`]: `Short`, `Magic`, `HeaderChecksum`, `Format` or `Field`.
    pub fn parse(bytes: &[u8]) -> Result<Header, SnapshotFault> {
        if bytes.iter().zip(MAGIC).any(|(byte, magic)| *byte != magic) {
            return Err(SnapshotFault::Magic);
        }
        let bytes: &[u8; HEADER_BYTES] = bytes.first_chunk().ok_or(SnapshotFault::Short)?;
        let (covered, _) = bytes.split_at(76);
        if crc32c::crc32c(covered) != u32::from_le_bytes(field(bytes, 76)) {
            return Err(SnapshotFault::HeaderChecksum);
        }
        let format = u16::from_le_bytes(field(bytes, 8));
        if format != FORMAT {
            return Err(SnapshotFault::Format(format));
        }
        let head = Head {
            epoch: u64::from_le_bytes(field(bytes, 16)),
            sequence: u64::from_le_bytes(field(bytes, 24)),
            timestamp: Timestamp(u64::from_le_bytes(field(bytes, 32))),
            hash: field(bytes, 40),
        };
        if field(bytes, 10) != [0; 2] || field(bytes, 72) != [0; 4] || head.sequence == 0 {
            return Err(SnapshotFault::Field);
        }
        Ok(Header { rules: u32::from_le_bytes(field(bytes, 12)), head })
    }

    /// The 80 bytes of this header.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        put(&mut bytes, 0, MAGIC);
        put(&mut bytes, 8, FORMAT.to_le_bytes());
        put(&mut bytes, 12, self.rules.to_le_bytes());
        put(&mut bytes, 16, self.head.epoch.to_le_bytes());
        put(&mut bytes, 24, self.head.sequence.to_le_bytes());
        put(&mut bytes, 32, self.head.timestamp.0.to_le_bytes());
        put(&mut bytes, 40, self.head.hash);
        let (covered, _) = bytes.split_at(76);
        let crc = crc32c::crc32c(covered);
        put(&mut bytes, 76, crc.to_le_bytes());
        bytes
    }
}
