//! Own fixed little-endian layout of what the journal keeps: no schema language, no reflection, nothing to drift.
//!
//! Integers are little-endian; a text or list is its length and then its bytes or members. The layout of each kind is
//! written down in docs/journal-format.md, from which an auditor can be written.

use money::{Amount, Asset, CommandId, OfferId, Party, Timestamp};

/// Bytes that are not what the journal writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Damaged(
    /// What was being read.
    pub &'static str,
);

impl std::fmt::Display for Damaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unreadable {} in a journal record", self.0)
    }
}

impl std::error::Error for Damaged {}

/// Appends values to a buffer that the caller reuses.
pub(crate) struct Writer<'a>(pub &'a mut Vec<u8>);

impl Writer<'_> {
    pub fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    pub fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn i64(&mut self, value: i64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn bytes(&mut self, value: &[u8]) {
        self.0.extend_from_slice(value);
    }

    /// A text of at most 65,535 bytes: every text a command carries is checked to be far shorter before it gets here.
    pub fn text(&mut self, value: &str) {
        self.u16(u16::try_from(value.len()).expect("texts in commands are at most 512 bytes"));
        self.bytes(value.as_bytes());
    }

    pub fn count(&mut self, members: usize) {
        self.u16(u16::try_from(members).expect("lists in commands are short"));
    }

    pub fn amount(&mut self, value: Amount) {
        self.u64(value.units());
    }

    pub fn asset(&mut self, value: Asset) {
        self.count(value.as_bytes().len());
        self.bytes(value.as_bytes());
    }

    pub fn time(&mut self, value: Timestamp) {
        self.u64(value.0);
    }

    pub fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            None => self.u8(0),
            Some(value) => {
                self.u8(1);
                write(self, value);
            }
        }
    }
}

/// Takes values off the front of a slice.
pub(crate) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn bytes(&mut self, count: usize, what: &'static str) -> Result<&'a [u8], Damaged> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(Damaged(what))?;
        self.0 = rest;
        Ok(head)
    }

    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Damaged> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or(Damaged(what))?;
        self.0 = rest;
        Ok(*head)
    }

    pub fn u8(&mut self, what: &'static str) -> Result<u8, Damaged> {
        self.array::<1>(what).map(|[byte]| byte)
    }

    pub fn u16(&mut self, what: &'static str) -> Result<u16, Damaged> {
        self.array(what).map(u16::from_le_bytes)
    }

    pub fn u32(&mut self, what: &'static str) -> Result<u32, Damaged> {
        self.array(what).map(u32::from_le_bytes)
    }

    pub fn u64(&mut self, what: &'static str) -> Result<u64, Damaged> {
        self.array(what).map(u64::from_le_bytes)
    }

    pub fn i64(&mut self, what: &'static str) -> Result<i64, Damaged> {
        self.array(what).map(i64::from_le_bytes)
    }

    pub fn text(&mut self, what: &'static str) -> Result<String, Damaged> {
        let length = self.u16(what)?;
        let bytes = self.bytes(usize::from(length), what)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Damaged(what))
    }

    pub fn amount(&mut self) -> Result<Amount, Damaged> {
        Amount::new(self.u64("amount")?).ok_or(Damaged("amount"))
    }

    pub fn asset(&mut self) -> Result<Asset, Damaged> {
        let length = self.u16("asset")?;
        Asset::from_bytes(self.bytes(usize::from(length), "asset")?).map_err(|_| Damaged("asset"))
    }

    pub fn time(&mut self) -> Result<Timestamp, Damaged> {
        self.u64("time").map(Timestamp)
    }

    pub fn party(&mut self) -> Result<Party, Damaged> {
        self.array("party").map(Party)
    }

    pub fn command_id(&mut self) -> Result<CommandId, Damaged> {
        self.array("command id").map(CommandId)
    }

    pub fn offer_id(&mut self) -> Result<OfferId, Damaged> {
        self.array("offer id").map(OfferId)
    }

    pub fn maybe<T>(&mut self, what: &'static str, read: impl FnOnce(&mut Self) -> Result<T, Damaged>) -> Result<Option<T>, Damaged> {
        match self.u8(what)? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => Err(Damaged(what)),
        }
    }

    /// Everything was read; bytes left over mean another layout.
    pub fn end(&self) -> Result<(), Damaged> {
        if self.0.is_empty() { Ok(()) } else { Err(Damaged("end")) }
    }
}
