//! The frame: one durable batch, byte by byte, and its reading.
//!
//! All numbers are little-endian. A frame is a header of 88 bytes and a body of records.
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 8 | magic `FA 46 52 41 4D 45 0D 0A` (`FA` never occurs in UTF-8, so no text can imitate it) |
//! | 8 | 2 | format version, 1 or 2: the same header; in frames of format 2 records name their accounts' earlier postings |
//! | 10 | 2 | zero |
//! | 12 | 4 | record count |
//! | 16 | 8 | epoch of the writer, never falling |
//! | 24 | 8 | sequence, 1 for the first frame, then one more each, below 2^48 |
//! | 32 | 8 | timestamp, µs since 1970, rising from frame to frame |
//! | 40 | 4 | rules version its records were applied under |
//! | 44 | 4 | length of the body in bytes, at most 16 MiB |
//! | 48 | 32 | hash of the previous frame, zeros for the first |
//! | 80 | 4 | CRC-32C of the body |
//! | 84 | 4 | CRC-32C of bytes 0 to 83 |
//! | 88 | length | body: each record is its length (4 bytes) and so many bytes |
//!
//! Frame hash = SHA-256(hash of the previous frame ‖ all bytes of this frame). Magic, format version and header checksum
//! keep their places in every format.

use super::Head;
use crate::Flaw;
use money::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use thiserror::Error as ThisError;

/// The first eight bytes of every frame.
pub const MAGIC: [u8; 8] = [0xFA, b'F', b'R', b'A', b'M', b'E', 0x0D, 0x0A];
/// The format this version writes and the newest it reads; it reads all from 1 on.
pub const FORMAT: u16 = 2;
/// Length of a frame's header.
pub const HEADER_BYTES: usize = 88;
/// The longest body of one frame.
pub const MAX_BODY_BYTES: u32 = 1 << 24;
/// Sequences stay below this: receipt groups carry them in six bytes.
pub const SEQUENCE_LIMIT: u64 = 1 << 48;

/// The facts of a frame's header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Format of the frame and its records, 1 or 2.
    pub format: u16,
    /// Number of records.
    pub count: u32,
    /// Epoch of the writer.
    pub epoch: u64,
    /// Position in the journal, from 1.
    pub sequence: u64,
    /// `now` of the whole batch.
    pub timestamp: Timestamp,
    /// Rules version the records were applied under.
    pub rules: u32,
    /// Length of the body in bytes.
    pub body_bytes: u32,
    /// Hash of the previous frame, zeros for the first.
    pub previous: [u8; 32],
    /// CRC-32C of the body.
    pub body_crc: u32,
}

/// Why bytes are no frame, in the order of checking.
#[derive(ThisError, Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameError {
    /// The bytes end before the frame does.
    #[error("the frame is incomplete")]
    Short,
    /// It does not begin with the magic.
    #[error("no frame begins here")]
    Magic,
    /// The header's checksum does not hold.
    #[error("the checksum of the frame's header does not hold")]
    HeaderChecksum,
    /// Written in a format not known here.
    #[error("frame format {0} is unknown")]
    Format(u16),
    /// A field that must be zero is not, or the sequence is out of range.
    #[error("a field of the frame's header is out of range")]
    Field,
    /// The body is longer than a frame may be.
    #[error("the frame names a body over the limit")]
    TooLong,
    /// The body's checksum does not hold.
    #[error("the checksum of the frame's body does not hold")]
    BodyChecksum,
    /// The records do not fill the body exactly.
    #[error("the records do not fill the frame")]
    Records,
}

impl FrameError {
    /// Whether a write cut short by a crash can leave this. The others need a checksum that holds over wrong facts.
    pub(super) fn may_be_torn(self) -> bool {
        match self {
            FrameError::Short | FrameError::Magic | FrameError::HeaderChecksum | FrameError::BodyChecksum => true,
            FrameError::Format(_) | FrameError::Field | FrameError::TooLong | FrameError::Records => false,
        }
    }
}

/// A whole frame with both checksums verified, borrowed from a buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame<'a> {
    header: Header,
    bytes: &'a [u8],
}

/// The records of a frame, in order.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    rest: &'a [u8],
}

/// A frame and its hash: what a journal takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sealed<'a> {
    frame: Frame<'a>,
    hash: [u8; 32],
    /// The frame's bytes and zeros to a whole number of blocks; only the bytes where nobody made room for more.
    padded: &'a [u8],
}

/// A frame as it was read back. It shares the memory it was read into with its neighbours.
#[derive(Clone, Debug)]
pub struct StoredFrame {
    header: Header,
    chunk: Arc<Vec<u8>>,
    at: usize,
    hash: [u8; 32],
}

impl PartialEq for StoredFrame {
    fn eq(&self, other: &StoredFrame) -> bool {
        self.hash == other.hash && self.frame() == other.frame()
    }
}

impl Eq for StoredFrame {}

impl Header {
    /// Reads a header from the first 88 bytes and verifies its checksum.
    ///
    /// # Errors
    /// [`FrameError`], never `BodyChecksum` or `Records`. Never panics, whatever the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Header, FrameError> {
        if bytes.iter().zip(MAGIC).any(|(byte, magic)| *byte != magic) {
            return Err(FrameError::Magic);
        }
        let bytes: &[u8; HEADER_BYTES] = bytes.first_chunk().ok_or(FrameError::Short)?;
        let (covered, _) = bytes.split_at(84);
        if crc32c::crc32c(covered) != u32::from_le_bytes(field(bytes, 84)) {
            return Err(FrameError::HeaderChecksum);
        }
        let format = u16::from_le_bytes(field(bytes, 8));
        if !(1..=FORMAT).contains(&format) {
            return Err(FrameError::Format(format));
        }
        let header = Header {
            format,
            count: u32::from_le_bytes(field(bytes, 12)),
            epoch: u64::from_le_bytes(field(bytes, 16)),
            sequence: u64::from_le_bytes(field(bytes, 24)),
            timestamp: Timestamp(u64::from_le_bytes(field(bytes, 32))),
            rules: u32::from_le_bytes(field(bytes, 40)),
            body_bytes: u32::from_le_bytes(field(bytes, 44)),
            previous: field(bytes, 48),
            body_crc: u32::from_le_bytes(field(bytes, 80)),
        };
        if field(bytes, 10) != [0, 0] || header.sequence == 0 || header.sequence >= SEQUENCE_LIMIT {
            return Err(FrameError::Field);
        }
        if header.body_bytes > MAX_BODY_BYTES {
            return Err(FrameError::TooLong);
        }
        Ok(header)
    }

    /// The 88 bytes of this header.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        put(&mut bytes, 0, MAGIC);
        put(&mut bytes, 8, self.format.to_le_bytes());
        put(&mut bytes, 12, self.count.to_le_bytes());
        put(&mut bytes, 16, self.epoch.to_le_bytes());
        put(&mut bytes, 24, self.sequence.to_le_bytes());
        put(&mut bytes, 32, self.timestamp.0.to_le_bytes());
        put(&mut bytes, 40, self.rules.to_le_bytes());
        put(&mut bytes, 44, self.body_bytes.to_le_bytes());
        put(&mut bytes, 48, self.previous);
        put(&mut bytes, 80, self.body_crc.to_le_bytes());
        let (covered, _) = bytes.split_at(84);
        let crc = crc32c::crc32c(covered);
        put(&mut bytes, 84, crc.to_le_bytes());
        bytes
    }

    /// Length of the whole frame in bytes.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        usize::try_from(self.body_bytes).unwrap_or(usize::MAX).saturating_add(HEADER_BYTES)
    }

    /// Whether a frame with this header continues a journal that stands at `head`.
    pub(super) fn follows(&self, head: &Head) -> Result<(), Flaw> {
        let expected = head.next_sequence();
        if self.sequence != expected {
            return Err(Flaw::Sequence { expected, found: self.sequence });
        }
        if self.previous != head.hash {
            return Err(Flaw::Previous);
        }
        if self.epoch < head.epoch {
            return Err(Flaw::Epoch);
        }
        if head.sequence > 0 && self.timestamp <= head.timestamp {
            return Err(Flaw::Time);
        }
        Ok(())
    }
}

impl<'a> Frame<'a> {
    /// Reads the frame that `bytes` begin with; bytes after it are ignored. Never panics, whatever the bytes.
    ///
    /// # Errors
    /// [`FrameError`], the first check that fails.
    pub fn parse(bytes: &'a [u8]) -> Result<Frame<'a>, FrameError> {
        let header = Header::parse(bytes)?;
        let bytes = bytes.get(..header.frame_bytes()).ok_or(FrameError::Short)?;
        let frame = Frame { header, bytes };
        if crc32c::crc32c(frame.body()) != header.body_crc {
            return Err(FrameError::BodyChecksum);
        }
        let mut records = frame.records();
        let count = records.by_ref().count();
        if !records.rest.is_empty() || u32::try_from(count) != Ok(header.count) {
            return Err(FrameError::Records);
        }
        Ok(frame)
    }

    /// Its header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// All its bytes, header and body.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Its records in order, without their lengths.
    #[must_use]
    pub fn records(&self) -> Records<'a> {
        Records { rest: self.body() }
    }

    /// SHA-256(hash of the previous frame ‖ all bytes of this frame).
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        hash(&self.header.previous, self.bytes)
    }

    /// The frame with its hash, computed here.
    #[must_use]
    pub fn sealed(self) -> Sealed<'a> {
        Sealed { hash: self.hash(), padded: self.bytes, frame: self }
    }

    fn body(&self) -> &'a [u8] {
        self.bytes.get(HEADER_BYTES..).unwrap_or_default()
    }
}

impl<'a> Sealed<'a> {
    /// Only for bytes just encoded: `header` and what `padded` begins with belong together.
    pub(super) fn of(header: Header, padded: &'a [u8]) -> Sealed<'a> {
        let bytes = padded.get(..header.frame_bytes()).expect("the frame was just encoded here");
        Sealed { hash: hash(&header.previous, bytes), frame: Frame { header, bytes }, padded }
    }

    /// The frame with zeros after it, if it was made with them.
    pub(super) fn padded(&self) -> &'a [u8] {
        self.padded
    }

    /// The frame.
    #[must_use]
    pub fn frame(&self) -> Frame<'a> {
        self.frame
    }

    /// Where a journal stands once this frame is durable.
    #[must_use]
    pub fn head(&self) -> Head {
        Head::at(self.frame.header, self.hash)
    }
}

impl StoredFrame {
    /// The frame that stands at `at` of `chunk`, verified.
    pub(super) fn parse(chunk: &Arc<Vec<u8>>, at: usize) -> Result<StoredFrame, FrameError> {
        let frame = Frame::parse(chunk.get(at..).unwrap_or_default())?;
        let (header, hash) = (*frame.header(), frame.hash());
        Ok(StoredFrame { header, chunk: Arc::clone(chunk), at, hash })
    }

    /// A frame that came from elsewhere, with its bytes.
    ///
    /// # Errors
    /// [`FrameError`] as for [`Frame::parse`].
    pub fn received(bytes: Vec<u8>) -> Result<StoredFrame, FrameError> {
        StoredFrame::parse(&Arc::new(bytes), 0)
    }

    /// The frame, borrowed.
    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        let end = self.at.saturating_add(self.header.frame_bytes());
        Frame { header: self.header, bytes: self.chunk.get(self.at..end).expect("the chunk holds the frame, which was parsed in it") }
    }

    /// The frame with its hash, as another journal takes it.
    #[must_use]
    pub fn sealed(&self) -> Sealed<'_> {
        let frame = self.frame();
        Sealed { frame, hash: self.hash, padded: frame.bytes }
    }

    /// Where the journal stood with this frame.
    #[must_use]
    pub fn head(&self) -> Head {
        Head::at(self.header, self.hash)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, after) = self.rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (record, rest) = after.split_at_checked(length)?;
        self.rest = rest;
        Some(record)
    }
}

fn hash(previous: &[u8; 32], bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(previous).chain_update(bytes).finalize().into()
}

pub(crate) fn field<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    *bytes.get(at..).and_then(|rest| rest.first_chunk()).expect("every field lies inside its fixed layout")
}

pub(crate) fn put<const N: usize>(bytes: &mut [u8], at: usize, value: [u8; N]) {
    *bytes.get_mut(at..).and_then(|rest| rest.first_chunk_mut()).expect("every field lies inside its fixed layout") = value;
}
