//! Blocks: the smallest parts of a backup, each with its own checksum, so that damage is named where it is.
//!
//! A file is a preamble of 16 bytes and then blocks. A block is a header of 20 bytes and up to 1 MiB of data:
//!
//! | offset | bytes | field |
//! |---|---|---|
//! | 0 | 1 | section |
//! | 1 | 1 | kind: 0 data, 1 close |
//! | 2 | 2 | zero |
//! | 4 | 4 | length of the data |
//! | 8 | 8 | where the data begins in its section |
//! | 16 | 4 | CRC-32C of bytes 0 to 15 and the data |

use super::Fault;
use std::fmt;
use std::io::Read;

/// The first eight bytes of every backup; `FA` never occurs in UTF-8.
pub const MAGIC: [u8; 8] = [0xFA, b'B', b'A', b'C', b'K', b'U', 0x0D, 0x0A];
/// The format this version writes and the newest it reads.
pub const FORMAT: u16 = 1;
pub(super) const HEADER_BYTES: usize = 20;
pub(super) const MOST_DATA: usize = 1 << 20;

/// A part of a backup.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Section {
    /// Magic and format.
    Preamble,
    /// What the backup is of.
    Manifest,
    /// The journal's frames.
    Journal,
    /// The vault's database.
    Vault,
    /// The sealed keys.
    Keys,
    /// The hash of all that went before.
    End,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Data,
    Close,
}

/// A block as it was read, its checksum verified.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Block {
    pub section: Section,
    pub kind: Kind,
    /// Where the data begins in its section.
    pub at: u64,
    /// Where the block begins in the file.
    pub offset: u64,
    pub data: Vec<u8>,
    /// Header and checksum, for the hash of the file.
    pub header: [u8; HEADER_BYTES],
}

impl Section {
    const fn byte(self) -> u8 {
        match self {
            Section::Preamble => 0,
            Section::Manifest => 1,
            Section::Journal => 2,
            Section::Vault => 3,
            Section::Keys => 4,
            Section::End => 5,
        }
    }

    fn from_byte(byte: u8) -> Option<Section> {
        [Section::Manifest, Section::Journal, Section::Vault, Section::Keys, Section::End].into_iter().find(|it| it.byte() == byte)
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Section::Preamble => "preamble",
            Section::Manifest => "manifest",
            Section::Journal => "journal",
            Section::Vault => "vault",
            Section::Keys => "keys",
            Section::End => "end",
        })
    }
}

/// The first 16 bytes of a file: magic, format, zero, checksum.
pub(super) fn preamble() -> [u8; 16] {
    let mut bytes = [0; 16];
    put(&mut bytes, 0, &MAGIC);
    put(&mut bytes, 8, &FORMAT.to_le_bytes());
    let sum = crc32c::crc32c(bytes.split_at(12).0);
    put(&mut bytes, 12, &sum.to_le_bytes());
    bytes
}

pub(super) fn check_preamble(bytes: &[u8; 16]) -> Result<(), Fault> {
    let damaged = |what: &str| Fault::Damaged { section: Section::Preamble, offset: 0, what: what.to_owned() };
    if bytes.split_at(8).0 != MAGIC {
        return Err(damaged("this does not begin as a Farthing backup does"));
    }
    if crc32c::crc32c(bytes.split_at(12).0) != u32::from_le_bytes(take(bytes, 12)) {
        return Err(damaged("its checksum does not hold"));
    }
    match u16::from_le_bytes(take(bytes, 8)) {
        FORMAT if take(bytes, 10) == [0, 0] => Ok(()),
        FORMAT => Err(damaged("a field that must be zero is not")),
        found => Err(Fault::Format { found, known: FORMAT }),
    }
}

/// The header of a block.
pub(super) fn header(section: Section, kind: Kind, at: u64, data: &[u8]) -> [u8; HEADER_BYTES] {
    let mut bytes = [0; HEADER_BYTES];
    let length = u32::try_from(data.len()).expect("a block has at most 1 MiB");
    put(&mut bytes, 0, &[section.byte(), u8::from(kind == Kind::Close)]);
    put(&mut bytes, 4, &length.to_le_bytes());
    put(&mut bytes, 8, &at.to_le_bytes());
    let sum = sum(&bytes, data);
    put(&mut bytes, 16, &sum.to_le_bytes());
    bytes
}

fn sum(header: &[u8; HEADER_BYTES], data: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(header.split_at(16).0), data)
}

/// Reads the next block, which begins at `offset` and is expected in `within`; never more than a block's most in memory.
pub(super) fn read_block(input: &mut impl Read, offset: u64, within: Section) -> Result<Block, Fault> {
    let damaged = |section: Section, what: &str| Fault::Damaged { section, offset, what: what.to_owned() };
    let mut header = [0; HEADER_BYTES];
    fill(input, &mut header)?.then_some(()).ok_or_else(|| damaged(within, "the file ends here"))?;
    let length = usize::try_from(u32::from_le_bytes(take(&header, 4))).unwrap_or(usize::MAX);
    let named = Section::from_byte(take::<1>(&header, 0)[0]);
    let section = named.unwrap_or(within);
    if length > MOST_DATA {
        return Err(damaged(section, "a block names more data than one may have"));
    }
    let mut data = vec![0; length];
    fill(input, &mut data)?.then_some(()).ok_or_else(|| damaged(section, "the file ends in this block"))?;
    if sum(&header, &data) != u32::from_le_bytes(take(&header, 16)) {
        return Err(damaged(within, "the checksum of a block does not hold"));
    }
    let kind = match take::<1>(&header, 1)[0] {
        0 => Kind::Data,
        1 => Kind::Close,
        _ => return Err(damaged(section, "a block of an unknown kind")),
    };
    if named.is_none() || take(&header, 2) != [0, 0] {
        return Err(damaged(section, "a block of an unknown section"));
    }
    Ok(Block { section, kind, at: u64::from_le_bytes(take(&header, 8)), offset, data, header })
}

/// Fills the buffer; false if the input ended before.
pub(super) fn fill(input: &mut impl Read, buffer: &mut [u8]) -> Result<bool, Fault> {
    match input.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(Fault::Read(error)),
    }
}

pub(super) fn take<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    *bytes.get(at..).and_then(|rest| rest.first_chunk()).expect("every field lies inside its fixed layout")
}

pub(super) fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    let end = at.saturating_add(value.len());
    bytes.get_mut(at..end).expect("every field lies inside its fixed layout").copy_from_slice(value);
}
