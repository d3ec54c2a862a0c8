//! Event streams (`text/event-stream`, as the HTML standard writes them): split into blocks wherever their bytes were cut, and
//! read. A block is what stands up to an empty line; one that has data is an event.

use crate::text::Malformed;

/// The longest block that is put together.
pub const MOST_BLOCK_BYTES: usize = 1_048_576;
/// The media type.
pub const MEDIA_TYPE: &str = "text/event-stream";

/// The comment by which an origin says what a block used. It is ours to read and nobody else's.
const USAGE: &[u8] = b"farthing-usage";
const BYTE_ORDER_MARK: &[u8] = &[0xef, 0xbb, 0xbf];

/// Puts blocks together out of pieces that were cut anywhere.
#[derive(Debug)]
pub struct Splitter {
    held: Vec<u8>,
    /// How much of it was handed out.
    taken: usize,
    /// How much of it was looked through, and in what state that left us.
    looked: usize,
    line_is_empty: bool,
    after_return: bool,
    is_first: bool,
}

/// One block, up to and with the empty line that ends it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    raw: Vec<u8>,
    is_first: bool,
}

impl Default for Splitter {
    fn default() -> Splitter {
        Splitter { held: Vec::new(), taken: 0, looked: 0, line_is_empty: true, after_return: false, is_first: true }
    }
}

impl Splitter {
    /// Takes the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        self.held.drain(..self.taken);
        self.looked = self.looked.saturating_sub(std::mem::take(&mut self.taken));
        self.held.extend_from_slice(piece);
    }

    /// The next block that is whole.
    ///
    /// # Errors
    /// [`Malformed`] for one that is longer than [`MOST_BLOCK_BYTES`]; what comes after is not read any more.
    pub fn block(&mut self) -> Result<Option<Block>, Malformed> {
        let end = self.end();
        let begun = self.held.get(self.taken..end.unwrap_or(self.held.len())).unwrap_or_default();
        if begun.len() > MOST_BLOCK_BYTES {
            return Err(Malformed("event: over 1 MiB"));
        }
        let Some(end) = end else { return Ok(None) };
        let raw = begun.to_vec();
        self.taken = end;
        Ok(Some(Block { raw, is_first: std::mem::take(&mut self.is_first) }))
    }

    /// Where the first block ends, with the empty line.
    fn end(&mut self) -> Option<usize> {
        while let Some(byte) = self.held.get(self.looked).copied() {
            self.looked = self.looked.saturating_add(1);
            let ends_line = matches!(byte, b'\n' | b'\r');
            // The other half of a line end whose first half may have come with an earlier piece.
            if byte == b'\n' && std::mem::take(&mut self.after_return) {
                continue;
            }
            self.after_return = byte == b'\r';
            if ends_line && self.line_is_empty {
                if self.after_return && self.held.get(self.looked) == Some(&b'\n') {
                    self.looked = self.looked.saturating_add(1);
                    self.after_return = false;
                }
                return Some(self.looked);
            }
            self.line_is_empty = ends_line;
        }
        None
    }
}

impl Block {
    /// As it came, byte for byte.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What kind of event it is; empty for the usual kind.
    #[must_use]
    pub fn event(&self) -> &[u8] {
        self.values(b"event").last().unwrap_or_default()
    }

    /// The id that it sets, if it sets one: one with a NUL sets none.
    #[must_use]
    pub fn id(&self) -> Option<&[u8]> {
        self.values(b"id").filter(|id| !id.contains(&0)).last()
    }

    /// True for an event: a block without data is none.
    #[must_use]
    pub fn is_event(&self) -> bool {
        self.values(b"data").next().is_some()
    }

    /// Its data: the lines of it, joined.
    #[must_use]
    pub fn data(&self) -> Vec<u8> {
        self.values(b"data").collect::<Vec<_>>().join(&b'\n')
    }

    /// How many of a unit its comments say were used: `: farthing-usage tokens=12`, with the unit's word or its plural. Several
    /// add up; what cannot be read says nothing.
    #[must_use]
    pub fn usage(&self, unit: &str) -> Option<u64> {
        let counts = self.lines().filter_map(|line| usage_of(line, unit));
        counts.fold(None, |sum: Option<u64>, count| Some(sum.unwrap_or(0).saturating_add(count)))
    }

    /// Its bytes without what the origin says of its use.
    #[must_use]
    pub fn without_usage(self) -> Vec<u8> {
        if !self.lines().any(is_usage) {
            return self.raw;
        }
        let kept = Lines(&self.raw).filter(|(line, _)| !is_usage(line));
        kept.flat_map(|(line, end)| [line, end]).collect::<Vec<_>>().concat()
    }

    fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let marked = self.is_first.then(|| self.raw.strip_prefix(BYTE_ORDER_MARK)).flatten();
        Lines(marked.unwrap_or(&self.raw)).map(|(line, _)| line)
    }

    /// The values of a field, in order.
    fn values<'a>(&'a self, name: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
        self.lines().filter_map(move |line| {
            let rest = line.strip_prefix(name)?;
            let Some(value) = rest.strip_prefix(b":") else { return rest.is_empty().then_some(rest) };
            Some(value.strip_prefix(b" ").unwrap_or(value))
        })
    }
}

/// Lines with what ended each.
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let end = self.0.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(self.0.len());
        let (line, rest) = self.0.split_at(end);
        let ends = if rest.starts_with(b"\r\n") { 2 } else { rest.len().min(1) };
        let (ended, rest) = rest.split_at(ends);
        self.0 = rest;
        Some((line, ended))
    }
}

/// What follows the name of a usage comment.
fn said(line: &[u8]) -> Option<&[u8]> {
    let comment = line.strip_prefix(b":")?.trim_ascii_start();
    let (name, rest) = comment.split_at_checked(USAGE.len())?;
    let ends = rest.first().is_none_or(u8::is_ascii_whitespace);
    (name.eq_ignore_ascii_case(USAGE) && ends).then_some(rest)
}

fn is_usage(line: &[u8]) -> bool {
    said(line).is_some()
}

fn usage_of(line: &[u8], unit: &str) -> Option<u64> {
    let parts = std::str::from_utf8(said(line)?).ok()?.split([';', ' ', '\t']);
    let mut counts = parts.filter_map(|part| part.split_once('='));
    let (_, count) = counts.find(|(word, _)| *word == unit || word.strip_suffix('s') == Some(unit))?;
    if count.bytes().all(|byte| byte.is_ascii_digit()) { count.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
