//! What can be done to a command before the engine sees it: its form checked, its bytes laid out, its content hashed.

use crate::check::check;
use crate::codec::Writer;
use crate::command::Command;
use crate::outcome::Rejection;
use sha2::{Digest, Sha256};

/// The first half of SHA-256 over a command's journal layout: two commands of one id are the same if these are.
pub type Fingerprint = [u8; 16];

/// A command made ready on the asker's thread, so that the one thread that applies does not spend its time on it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prepared {
    pub(crate) command: Command,
    pub(crate) form: Result<Form, Rejection>,
}

/// A well-formed command as the journal will hold it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Form {
    pub bytes: Vec<u8>,
    pub content: Fingerprint,
}

impl Prepared {
    /// Checks the form, lays out, hashes. Never fails: what is wrong is said when it is applied.
    #[must_use]
    pub fn new(command: Command) -> Prepared {
        let form = check(&command).map(|()| {
            let mut bytes = Vec::with_capacity(192);
            command.encode(&mut Writer(&mut bytes));
            let content = fingerprint(&bytes);
            Form { bytes, content }
        });
        Prepared { command, form }
    }

    /// What is asked.
    #[must_use]
    pub fn command(&self) -> &Command {
        &self.command
    }
}

/// The fingerprint of a command whose journal layout is `bytes`.
pub(crate) fn fingerprint(bytes: &[u8]) -> Fingerprint {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    let (first, _) = digest.split_first_chunk::<16>().expect("SHA-256 has 32 bytes");
    *first
}
