//! A frame under construction: records are encoded straight into the buffer that is written.

use super::frame::{FORMAT, HEADER_BYTES, Header, MAX_BODY_BYTES, SEQUENCE_LIMIT, Sealed};
use super::names::BLOCK_BYTES;
use crate::Error;
use money::Timestamp;

/// What the engine says of a frame besides its records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    /// Epoch of the writer, never falling.
    pub epoch: u64,
    /// Position in the journal: the head's plus one.
    pub sequence: u64,
    /// `now` of the batch, later than the previous frame's.
    pub timestamp: Timestamp,
    /// Rules version the records were applied under.
    pub rules: u32,
}

/// A reusable buffer for one frame.
#[derive(Debug)]
pub struct Draft {
    bytes: Vec<u8>,
    /// Zeros at the end of `bytes`, put there by sealing.
    padding: usize,
    count: u32,
}

impl Draft {
    /// An empty draft.
    #[must_use]
    pub fn new() -> Draft {
        Draft { bytes: vec![0; HEADER_BYTES], padding: 0, count: 0 }
    }

    /// Forgets the records and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.truncate(HEADER_BYTES);
        self.padding = 0;
        self.count = 0;
    }

    /// Appends one record: `encode` pushes its bytes onto the end of the buffer and must not touch what stands there.
    ///
    /// # Panics
    /// If `encode` shortened the buffer.
    pub fn record(&mut self, encode: impl FnOnce(&mut Vec<u8>)) {
        self.drop_padding();
        let at = self.bytes.len();
        self.bytes.extend_from_slice(&[0; 4]);
        let start = self.bytes.len();
        encode(&mut self.bytes);
        let length = self.bytes.len().checked_sub(start).expect("a record is only appended");
        // A record over 4 GiB is over the limit of its frame, which `seal` refuses.
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        super::frame::put(&mut self.bytes, at, length.to_le_bytes());
        self.count = self.count.saturating_add(1);
    }

    /// Number of records so far.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Bytes of body so far; a frame takes at most [`MAX_BODY_BYTES`].
    #[must_use]
    pub fn body_bytes(&self) -> usize {
        self.bytes.len().saturating_sub(self.padding).saturating_sub(HEADER_BYTES)
    }

    /// Writes the header, both checksums and computes the hash: the frame that follows the one hashed `previous`.
    ///
    /// # Errors
    /// [`Error::TooLong`] when the records are over the limit of a frame.
    ///
    /// # Panics
    /// If the sequence is 0 or not below 2^48.
    pub fn seal(&mut self, stamp: Stamp, previous: &[u8; 32]) -> Result<Sealed<'_>, Error> {
        assert!(stamp.sequence > 0 && stamp.sequence < SEQUENCE_LIMIT, "sequences run from 1 to 2^48 - 1");
        self.drop_padding();
        let body_bytes = u32::try_from(self.body_bytes()).ok().filter(|bytes| *bytes <= MAX_BODY_BYTES);
        let too_long = || Error::TooLong { bytes: u64::try_from(self.body_bytes()).unwrap_or(u64::MAX), limit: u64::from(MAX_BODY_BYTES) };
        let body_bytes = body_bytes.ok_or_else(too_long)?;
        let header = Header {
            format: FORMAT,
            count: self.count,
            epoch: stamp.epoch,
            sequence: stamp.sequence,
            timestamp: stamp.timestamp,
            rules: stamp.rules,
            body_bytes,
            previous: *previous,
            body_crc: crc32c::crc32c(self.bytes.get(HEADER_BYTES..).unwrap_or_default()),
        };
        super::frame::put(&mut self.bytes, 0, header.encode());
        // Whole blocks are written without the system having to read what stood in them.
        let length = self.bytes.len();
        self.bytes.resize(length.next_multiple_of(BLOCK_BYTES), 0);
        self.padding = self.bytes.len().saturating_sub(length);
        Ok(Sealed::of(header, &self.bytes))
    }

    fn drop_padding(&mut self) {
        self.bytes.truncate(self.bytes.len().saturating_sub(self.padding));
        self.padding = 0;
    }
}

impl Default for Draft {
    fn default() -> Draft {
        Draft::new()
    }
}
