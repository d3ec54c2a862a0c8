//! What can be done to a command before the engine sees it: its form checked, its bytes laid out, its content hashed.

use crate::check::check;
use crate::codec::Writer;
use crate::command::Command;
use crate::outcome::Rejection;
use sha2::{Digest, Sha256};

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
    let digest: [u8; 32] = Sha256::digest(body).into();
    let (first, _) = digest.split_first_chunk::<16>().expect("SHA-256 has 32 bytes");
    *first
}
