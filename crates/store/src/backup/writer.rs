//! Writing a backup, front to back, into anything that takes bytes.

use super::block::{self, Kind, MOST_DATA, Section};
use super::{Fault, Manifest};
use crate::journal::StoredFrame;
use sha2::{Digest, Sha256};
use std::io::{Read, Write};

/// A backup under way: the manifest first, then journal, vault, keys if the manifest names them, and the end.
pub struct Writer<W> {
    out: W,
    sum: Sha256,
    written: u64,
    manifest: Manifest,
    binding: [u8; 32],
    buffer: Vec<u8>,
    open: Part,
}

/// The section being written.
struct Part {
    section: Section,
    at: u64,
    sum: Sha256,
}

impl Part {
    fn new(section: Section) -> Part {
        Part { section, at: 0, sum: Sha256::new() }
    }
}

impl<W: Write> Writer<W> {
    /// Begins a backup of what the manifest says; the journal's frames come next.
    ///
    /// # Errors
    /// [`Fault::Write`].
    pub fn begin(out: W, manifest: Manifest) -> Result<Writer<W>, Fault> {
        let text = manifest.text();
        let binding = Sha256::digest(&text).into();
        let open = Part::new(Section::Manifest);
        let mut writer = Writer { out, sum: Sha256::new(), written: 0, manifest, binding, buffer: Vec::new(), open };
        writer.raw(&block::preamble())?;
        writer.push(text.as_bytes())?;
        writer.close(Section::Journal)?;
        Ok(writer)
    }

    /// The next frame of the journal: 4 bytes of length and the frame.
    ///
    /// # Errors
    /// [`Fault::Write`].
    pub fn frame(&mut self, frame: &StoredFrame) -> Result<(), Fault> {
        let bytes = frame.frame().bytes();
        let length = u32::try_from(bytes.len()).expect("a frame has at most 16 MiB");
        self.push(&length.to_le_bytes())?;
        self.push(bytes)
    }

    /// Ends the journal and writes the vault's database, empty for none.
    ///
    /// # Errors
    /// [`Fault::Read`] of the vault's copy, [`Fault::Write`].
    pub fn vault(&mut self, mut vault: impl Read) -> Result<(), Fault> {
        self.close(Section::Vault)?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match vault.read(&mut buffer).map_err(Fault::Read)? {
                0 => return Ok(()),
                count => self.push(buffer.get(..count).unwrap_or_default())?,
            }
        }
    }

    /// Ends the vault and writes the keys, sealed for [`Writer::binding`].
    ///
    /// # Errors
    /// [`Fault::Write`].
    pub fn keys(&mut self, sealed: &[u8]) -> Result<(), Fault> {
        self.close(Section::Keys)?;
        self.push(sealed)
    }

    /// What sealed keys are bound to: the hash of the manifest.
    #[must_use]
    pub fn binding(&self) -> &[u8; 32] {
        &self.binding
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Bytes written so far.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Ends the backup with the hash of all before; gives back what took the bytes, not yet synced.
    ///
    /// # Errors
    /// [`Fault::Write`].
    pub fn finish(mut self) -> Result<W, Fault> {
        self.close(Section::End)?;
        let hash: [u8; 32] = self.sum.clone().finalize().into();
        self.block(Kind::Close, &hash)?;
        self.out.flush().map_err(Fault::Write)?;
        Ok(self.out)
    }

    fn push(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        while !bytes.is_empty() {
            let room = MOST_DATA.saturating_sub(self.buffer.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == MOST_DATA {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Fault> {
        let data = std::mem::take(&mut self.buffer);
        if !data.is_empty() {
            self.open.sum.update(&data);
            self.block(Kind::Data, &data)?;
            self.open.at = self.open.at.saturating_add(length(&data));
        }
        self.buffer = data;
        self.buffer.clear();
        Ok(())
    }

    /// Ends the open section with its hash and opens the next.
    fn close(&mut self, next: Section) -> Result<(), Fault> {
        self.flush()?;
        let hash: [u8; 32] = self.open.sum.clone().finalize().into();
        self.block(Kind::Close, &hash)?;
        self.open = Part::new(next);
        Ok(())
    }

    fn block(&mut self, kind: Kind, data: &[u8]) -> Result<(), Fault> {
        self.raw(&block::header(self.open.section, kind, self.open.at, data))?;
        self.raw(data)
    }

    fn raw(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        self.out.write_all(bytes).map_err(Fault::Write)?;
        self.sum.update(bytes);
        self.written = self.written.saturating_add(length(bytes));
        Ok(())
    }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
