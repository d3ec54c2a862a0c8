//! What can be done to a command before the engine sees it: its form checked, its bytes laid out, its content hashed.

use crate::check::check;
use crate::codec::Writer;
use crate::command::Command;
use crate::outcome::Rejection;
use sha2::block_api::compress256;
use sha2::{Digest, Sha256};

/// What SHA-256 begins with (FIPS 180-4, 5.3.3).
const INITIAL: [u32; 8] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The first half of SHA-256 over the journal layout of a command's body: two commands of one maker and id are the same if
/// these are.
pub type Fingerprint = [u8; 16];

/// A command made ready on the asker's thread, so that the one thread that applies does not spend its time on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prepared {
    command: Command,
    form: Result<Form, Rejection>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Form {
    bytes: Vec<u8>,
    content: Fingerprint,
}

/// Many commands made ready together, their bytes in one piece.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PreparedBatch {
    commands: Vec<Command>,
    /// For each command where its bytes end, and its fingerprint; its bytes begin where those before end.
    forms: Vec<Result<(usize, Fingerprint), Rejection>>,
    bytes: Vec<u8>,
}

/// A command that was made ready, wherever its bytes are.
#[derive(Clone, Copy, Debug)]
pub struct Ready<'a> {
    /// What is asked.
    pub command: &'a Command,
    /// Its journal layout and its fingerprint, if its form is right.
    pub(crate) form: Result<(&'a [u8], Fingerprint), &'a Rejection>,
}

impl Prepared {
    /// Checks the form, lays out, hashes. Never fails: what is wrong is said when it is applied.
    #[must_use]
    pub fn new(command: Command) -> Prepared {
        let form = check(&command).map(|()| {
            let mut bytes = Vec::with_capacity(192);
            command.encode(&mut Writer(&mut bytes));
            let content = fingerprint(&command, &bytes);
            Form { bytes, content }
        });
        Prepared { command, form }
    }

    /// As it is applied.
    #[must_use]
    pub fn ready(&self) -> Ready<'_> {
        Ready { command: &self.command, form: self.form.as_ref().map(|form| (form.bytes.as_slice(), form.content)) }
    }
}

impl PreparedBatch {
    /// As [`Prepared::new`] for each command.
    #[must_use]
    pub fn new(commands: Vec<Command>) -> PreparedBatch {
        let mut bytes = Vec::with_capacity(commands.len().saturating_mul(96));
        let mut forms = Vec::with_capacity(commands.len());
        for command in &commands {
            let from = bytes.len();
            forms.push(check(command).map(|()| {
                command.encode(&mut Writer(&mut bytes));
                (bytes.len(), fingerprint(command, bytes.get(from..).unwrap_or_default()))
            }));
        }
        PreparedBatch { commands, forms, bytes }
    }

    /// How many commands there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.commands.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    /// The commands as they are applied, in their order.
    pub fn iter(&self) -> impl Iterator<Item = Ready<'_>> + Clone {
        let mut from = 0;
        self.commands.iter().zip(&self.forms).map(move |(command, form)| {
            let form = form.as_ref().map(|(end, content)| {
                let bytes = self.bytes.get(from..*end).unwrap_or_default();
                from = *end;
                (bytes, *content)
            });
            Ready { command, form }
        })
    }
}

/// The fingerprint of a command whose journal layout is `bytes`.
pub(crate) fn fingerprint(command: &Command, bytes: &[u8]) -> Fingerprint {
    let body = bytes.get(command.body_at()..).expect("a layout holds id, maker and body");
    let digest = one_block(body).unwrap_or_else(|| Sha256::digest(body).into());
    let (first, _) = digest.split_first_chunk::<16>().expect("SHA-256 has 32 bytes");
    *first
}

/// SHA-256 of what fits into one block with its padding, as the body of a tip does: half the work of asking for any length.
pub(crate) fn one_block(bytes: &[u8]) -> Option<[u8; 32]> {
    let mut block = [0; 64];
    let (text, length) = block.split_at_mut(56);
    text.get_mut(..bytes.len())?.copy_from_slice(bytes);
    *text.get_mut(bytes.len())? = 0x80;
    let bits = u64::try_from(bytes.len()).ok()?.checked_mul(8)?;
    length.copy_from_slice(&bits.to_be_bytes());
    let mut state = INITIAL;
    compress256(&mut state, &[block]);
    let mut digest = [0; 32];
    for (to, word) in digest.chunks_exact_mut(4).zip(state) {
        to.copy_from_slice(&word.to_be_bytes());
    }
    Some(digest)
}
