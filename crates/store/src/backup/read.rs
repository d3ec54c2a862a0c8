//! Reading a backup front to back: every checksum, every hash, the chain of its frames and the head it promises.

use super::block::{self, Block, HEADER_BYTES, Kind, Section, read_block};
use super::{Fault, KeysKept, Manifest, manifest, seal};
use crate::journal::frame::{HEADER_BYTES as FRAME_HEADER, MAX_BODY_BYTES};
use crate::journal::{Frame, Head, Sealed};
use sha2::{Digest, Sha256};
use std::io::Read;

/// Takes the parts of a backup in their order. What it was given is whole only once [`read`] has returned `Ok`.
pub trait Sink {
    /// The manifest: the first part.
    ///
    /// # Errors
    /// What ends the reading.
    fn begin(&mut self, manifest: &Manifest) -> Result<(), Fault>;

    /// The next frame; it continues the one before.
    ///
    /// # Errors
    /// What ends the reading.
    fn frame(&mut self, frame: &Sealed<'_>) -> Result<(), Fault>;

    /// The next piece of the vault's database.
    ///
    /// # Errors
    /// What ends the reading.
    fn vault(&mut self, bytes: &[u8]) -> Result<(), Fault>;

    /// The sealed keys and the hash of the manifest that they are bound to; not called when they were left out.
    ///
    /// # Errors
    /// What ends the reading; `Err(Ok(what))` in words if the keys are of no form known.
    fn keys(&mut self, sealed: &[u8], binding: &[u8; 32]) -> Result<Result<(), &'static str>, Fault>;
}

/// Reads and verifies a whole backup and hands its parts on.
///
/// # Errors
/// [`Fault::Damaged`] with section and offset, [`Fault::Format`], [`Fault::Read`], and what the sink says. Never panics,
/// whatever the bytes, and never holds more than a frame in memory.
pub fn read(input: impl Read, sink: &mut dyn Sink) -> Result<Manifest, Fault> {
    let mut parts = Parts::begin(input)?;
    let text = parts.whole(Section::Manifest, manifest::MOST_BYTES)?;
    let unread = |line| parts.damaged(Section::Manifest, format!("the line `{line}` is not as it must be"));
    let manifest = Manifest::parse(&text).map_err(unread)?;
    let binding: [u8; 32] = Sha256::digest(&text).into();
    sink.begin(&manifest)?;
    frames(&mut parts, &manifest, sink)?;
    let mut section = parts.section(Section::Vault);
    while let Some(data) = parts.piece(&mut section)? {
        sink.vault(&data)?;
    }
    if manifest.keys == KeysKept::Sealed {
        let sealed = parts.whole(Section::Keys, seal::MOST_BYTES)?;
        sink.keys(&sealed, &binding)?.map_err(|what| parts.damaged(Section::Keys, what.to_owned()))?;
    }
    parts.end()?;
    Ok(manifest)
}

/// Verifies a whole backup and keeps nothing of it.
///
/// # Errors
/// As [`read`].
pub fn check(input: impl Read) -> Result<Manifest, Fault> {
    struct Nowhere;
    impl Sink for Nowhere {
        fn begin(&mut self, _: &Manifest) -> Result<(), Fault> {
            Ok(())
        }
        fn frame(&mut self, _: &Sealed<'_>) -> Result<(), Fault> {
            Ok(())
        }
        fn vault(&mut self, _: &[u8]) -> Result<(), Fault> {
            Ok(())
        }
        fn keys(&mut self, _: &[u8], _: &[u8; 32]) -> Result<Result<(), &'static str>, Fault> {
            Ok(Ok(()))
        }
    }
    read(input, &mut Nowhere)
}

/// The frames, each continuing the one before, up to the head of the manifest.
fn frames(parts: &mut Parts<impl Read>, manifest: &Manifest, sink: &mut dyn Sink) -> Result<(), Fault> {
    let mut section = parts.section(Section::Journal);
    let mut buffer: Vec<u8> = Vec::new();
    let mut head = Head::default();
    let (mut records, mut frame_bytes) = (0_u64, 0_u64);
    let most = usize::try_from(MAX_BODY_BYTES).unwrap_or(usize::MAX).saturating_add(FRAME_HEADER);
    while let Some(data) = parts.piece(&mut section)? {
        buffer.extend_from_slice(&data);
        let mut used = 0;
        while let Some((length, rest)) = buffer.get(used..).and_then(|rest| rest.split_first_chunk::<4>()) {
            let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
            if length > most {
                return Err(parts.damaged(Section::Journal, format!("after frame {}: a frame over the limit", head.sequence)));
            }
            let Some(bytes) = rest.get(..length) else { break };
            let wrong = |what: String| parts.damaged(Section::Journal, format!("frame {}: {what}", head.next_sequence()));
            let frame = Frame::parse(bytes).map_err(|error| wrong(error.to_string()))?;
            let header = frame.header();
            if frame.bytes().len() != length || header.sequence != head.next_sequence() || header.previous != head.hash {
                return Err(wrong("it does not continue the frame before".to_owned()));
            }
            let sealed = frame.sealed();
            sink.frame(&sealed)?;
            head = sealed.head();
            records = records.saturating_add(u64::from(header.count));
            frame_bytes = frame_bytes.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
            used = used.saturating_add(length).saturating_add(4);
        }
        buffer.drain(..used);
    }
    if !buffer.is_empty() {
        return Err(parts.damaged(Section::Journal, format!("after frame {}: a frame is cut short", head.sequence)));
    }
    if head != manifest.head || records != manifest.records || frame_bytes != manifest.frame_bytes {
        let what = format!("it ends at frame {}, the manifest promises {} and its hash", head.sequence, manifest.head.sequence);
        return Err(parts.damaged(Section::Journal, what));
    }
    Ok(())
}

/// The blocks of a file in order, with the hash of all that was read.
struct Parts<R> {
    input: R,
    sum: Sha256,
    /// Where the next block begins.
    offset: u64,
    /// Where the last one began.
    last: u64,
}

/// A section being read.
struct Open {
    section: Section,
    at: u64,
    sum: Sha256,
}

impl<R: Read> Parts<R> {
    fn begin(mut input: R) -> Result<Parts<R>, Fault> {
        let mut bytes = [0; 16];
        if !block::fill(&mut input, &mut bytes)? {
            return Err(Fault::Damaged { section: Section::Preamble, offset: 0, what: "the file is too short to be a backup".to_owned() });
        }
        block::check_preamble(&bytes)?;
        Ok(Parts { input, sum: Sha256::new().chain_update(bytes), offset: 16, last: 0 })
    }

    fn damaged(&self, section: Section, what: String) -> Fault {
        Fault::Damaged { section, offset: self.last, what }
    }

    #[expect(clippy::unused_self, reason = "a section is of these parts")]
    fn section(&self, section: Section) -> Open {
        Open { section, at: 0, sum: Sha256::new() }
    }

    fn block(&mut self, within: Section) -> Result<Block, Fault> {
        let block = read_block(&mut self.input, self.offset, within)?;
        self.last = self.offset;
        let length = block.data.len().saturating_add(HEADER_BYTES);
        self.offset = self.offset.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        Ok(block)
    }

    /// The next data of a section; `None` once it is closed and its hash holds.
    fn piece(&mut self, open: &mut Open) -> Result<Option<Vec<u8>>, Fault> {
        let block = self.block(open.section)?;
        if block.section != open.section || block.at != open.at {
            return Err(self.damaged(open.section, format!("a block of the {} stands out of its place", block.section)));
        }
        self.sum.update(block.header);
        self.sum.update(&block.data);
        match block.kind {
            Kind::Data if block.data.is_empty() => Err(self.damaged(open.section, "a block without data".to_owned())),
            Kind::Data => {
                open.sum.update(&block.data);
                open.at = open.at.saturating_add(u64::try_from(block.data.len()).unwrap_or(u64::MAX));
                Ok(Some(block.data))
            }
            Kind::Close => {
                let hash: [u8; 32] = open.sum.clone().finalize().into();
                let holds = *block.data == hash;
                if holds { Ok(None) } else { Err(self.damaged(open.section, "the hash of the section does not hold".to_owned())) }
            }
        }
    }

    /// A short section whole.
    fn whole(&mut self, section: Section, most: usize) -> Result<Vec<u8>, Fault> {
        let mut open = self.section(section);
        let mut whole = Vec::new();
        while let Some(data) = self.piece(&mut open)? {
            whole.extend(data);
            if whole.len() > most {
                return Err(self.damaged(section, format!("more than {most} bytes")));
            }
        }
        Ok(whole)
    }

    /// The last block and nothing after it.
    fn end(mut self) -> Result<(), Fault> {
        let block = self.block(Section::End)?;
        if block.section != Section::End || block.kind != Kind::Close || block.at != 0 {
            return Err(self.damaged(Section::End, format!("a block of the {} where the end belongs", block.section)));
        }
        let hash: [u8; 32] = self.sum.clone().finalize().into();
        if *block.data != hash {
            return Err(self.damaged(Section::End, "the hash of the file does not hold".to_owned()));
        }
        let mut more = [0; 1];
        if block::fill(&mut self.input, &mut more)? {
            self.last = self.offset;
            return Err(self.damaged(Section::End, "the file goes on after its end".to_owned()));
        }
        Ok(())
    }
}
