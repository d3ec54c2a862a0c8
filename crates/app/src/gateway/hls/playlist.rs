//! Playlists of HTTP Live Streaming (RFC 8216), read strictly: what is not understood is not sold.
//!
//! The origin is the payee's, but a playlist that is read too freely would hand out addresses that nobody pays for. So
//! every address in it is found, every segment has a length within the target duration, and a playlist with anything else (byte
//! ranges, variables, deltas) is refused whole. Low-latency parts and tags that we do not know are left out.

mod breaks;

use breaks::Breaks;
use std::fmt;

/// The longest playlist.
pub const MOST_BYTES: usize = 1_024 * 1_024;
/// The longest line.
const MOST_LINE: usize = 4_096;
/// Most lines.
const MOST_LINES: usize = 40_000;
/// The longest target duration, in seconds.
const MOST_TARGET_S: u64 = 86_400;

/// A playlist in the parts that it is written again from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Playlist(pub Vec<Part>);

/// A line, or what of it is an address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// Goes out as it is.
    Text(String),
    /// An address, as it stands in the playlist.
    Address {
        /// As written.
        uri: String,
        /// Of what.
        of: Of,
    },
}

/// What an address is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// Another rendition.
    Rendition,
    /// A rendition of subtitles.
    Subtitles,
    /// A key, or what a rendition begins with.
    Aid,
    /// A segment, by its first millisecond on the film's timeline and the first after it.
    Segment(u64, u64),
    /// The same of one that lies in a break for others' sake: it costs nothing.
    Break(u64, u64),
}

/// Why a playlist is none that is sold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Invalid {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// What a tag is for.
enum Tag<'l> {
    /// Kept as it stands.
    Kept,
    /// Left out.
    Dropped,
    /// A playlist with it is refused.
    Refused(&'static str),
    /// The next address is a rendition.
    Stream,
    /// Its attribute `URI` is an address.
    Addressed(Of),
    Duration(&'l str),
    Target(&'l str),
    Sequence(&'l str),
    Time(&'l str),
    Range(&'l str),
    End,
}

/// Tags that go out as they stand.
const KEPT: [&str; 9] = [
    "EXT-X-VERSION",
    "EXT-X-INDEPENDENT-SEGMENTS",
    "EXT-X-START",
    "EXT-X-PLAYLIST-TYPE",
    "EXT-X-DISCONTINUITY",
    "EXT-X-DISCONTINUITY-SEQUENCE",
    "EXT-X-GAP",
    "EXT-X-BITRATE",
    "EXT-X-ALLOW-CACHE",
];

fn tag(line: &str) -> Tag<'_> {
    let (name, value) = line.trim_start_matches('#').split_once(':').unwrap_or((line.trim_start_matches('#'), ""));
    match name {
        "EXTINF" => Tag::Duration(value),
        "EXT-X-TARGETDURATION" => Tag::Target(value),
        "EXT-X-MEDIA-SEQUENCE" => Tag::Sequence(value),
        "EXT-X-PROGRAM-DATE-TIME" => Tag::Time(value),
        "EXT-X-DATERANGE" => Tag::Range(value),
        "EXT-X-ENDLIST" => Tag::End,
        "EXT-X-STREAM-INF" => Tag::Stream,
        "EXT-X-MEDIA" if value.split(',').any(|attribute| attribute == "TYPE=SUBTITLES") => Tag::Addressed(Of::Subtitles),
        "EXT-X-MEDIA" => Tag::Addressed(Of::Rendition),
        "EXT-X-KEY" | "EXT-X-SESSION-KEY" | "EXT-X-MAP" => Tag::Addressed(Of::Aid),
        "EXT-X-BYTERANGE" => Tag::Refused("segments that are ranges of one file"),
        "EXT-X-DEFINE" => Tag::Refused("variables"),
        "EXT-X-SKIP" => Tag::Refused("a playlist that leaves segments out"),
        "EXT-X-I-FRAMES-ONLY" => Tag::Refused("a playlist of single pictures"),
        name if KEPT.contains(&name) => Tag::Kept,
        // Low-latency parts, lists of single pictures, steering elsewhere, comments, and what nobody knows.
        _ => Tag::Dropped,
    }
}

#[derive(Default)]
struct Reader {
    parts: Vec<Part>,
    line: usize,
    /// What the next address is.
    next: Option<Next>,
    target_ms: Option<u64>,
    sequence: u64,
    has_time: bool,
    is_whole: bool,
    /// Microseconds of the timeline before the next segment.
    at_us: u64,
    kind: Option<Kind>,
    breaks: Breaks,
}

enum Next {
    Rendition,
    Segment(u64),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Renditions,
    Segments,
}

impl Playlist {
    /// Reads a playlist.
    ///
    /// # Errors
    /// [`Invalid`], by the first line that is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Playlist, Invalid> {
        let mut reader = Reader { line: 1, ..Reader::default() };
        if bytes.len() > MOST_BYTES {
            return Err(reader.wrong("longer than 1 MiB"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| reader.wrong("not UTF-8"))?;
        let mut lines = text.lines();
        if lines.next().map(str::trim_end) != Some("#EXTM3U") {
            return Err(reader.wrong("the first line is not #EXTM3U"));
        }
        reader.text("#EXTM3U");
        for line in lines {
            reader.line = reader.line.saturating_add(1);
            if reader.line > MOST_LINES || line.len() > MOST_LINE {
                return Err(reader.wrong("too long"));
            }
            let line = line.trim_end();
            if line.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
                return Err(reader.wrong("a control character"));
            }
            match line {
                "" => {}
                line if line.starts_with("#EXT") => reader.tag(line)?,
                line if line.starts_with('#') => {}
                line => reader.address(line)?,
            }
        }
        reader.end()
    }

    /// How many seconds a segment of it has at most; 0 where it has none.
    #[must_use]
    pub fn target_s(&self) -> u16 {
        let said = self.0.iter().find_map(|part| match part {
            Part::Text(line) => line.strip_prefix("#EXT-X-TARGETDURATION:"),
            Part::Address { .. } => None,
        });
        said.and_then(|seconds| seconds.trim().parse().ok()).unwrap_or(0)
    }

    /// The playlist with its addresses written anew.
    ///
    /// # Errors
    /// What `write` says of the first address that it has no writing for.
    pub fn written<E>(&self, mut write: impl FnMut(&str, Of) -> Result<String, E>) -> Result<String, E> {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(line) => text.push_str(line),
                Part::Address { uri, of } => text.push_str(&write(uri, *of)?),
            }
        }
        Ok(text)
    }
}

impl Reader {
    fn wrong(&self, what: &'static str) -> Invalid {
        Invalid { line: self.line, what }
    }

    fn text(&mut self, line: &str) {
        self.parts.push(Part::Text(format!("{line}\n")));
    }

    fn is_of(&mut self, kind: Kind) -> Result<(), Invalid> {
        match self.kind.replace(kind) {
            Some(other) if other != kind => Err(self.wrong("renditions and segments in one playlist")),
            _ => Ok(()),
        }
    }

    fn tag(&mut self, line: &str) -> Result<(), Invalid> {
        match tag(line) {
            Tag::Kept => self.text(line),
            Tag::Dropped => {}
            Tag::Refused(what) => return Err(self.wrong(what)),
            Tag::End => {
                self.is_whole = true;
                self.text(line);
            }
            Tag::Range(value) => {
                self.breaks.note(value).map_err(|what| self.wrong(what))?;
                self.text(line);
            }
            Tag::Stream => {
                self.is_of(Kind::Renditions)?;
                self.expects(Next::Rendition)?;
                self.text(line);
            }
            Tag::Addressed(of) => self.attributes(line, of)?,
            Tag::Target(value) => {
                let target = value.parse().ok().filter(|seconds| (1..=MOST_TARGET_S).contains(seconds));
                let target: u64 = target.ok_or_else(|| self.wrong("no target duration"))?;
                if self.target_ms.replace(target.saturating_mul(1_000)).is_some() {
                    return Err(self.wrong("a second target duration"));
                }
                self.text(line);
            }
            Tag::Sequence(value) => {
                self.sequence = value.parse().map_err(|_| self.wrong("no media sequence"))?;
                self.text(line);
            }
            Tag::Time(value) => {
                let time: jiff::Timestamp = value.parse().map_err(|_| self.wrong("no time"))?;
                self.at_us = u64::try_from(time.as_microsecond()).map_err(|_| self.wrong("a time before 1970"))?;
                self.has_time = true;
                self.text(line);
            }
            Tag::Duration(value) => {
                self.is_of(Kind::Segments)?;
                let seconds = value.split(',').next().unwrap_or_default();
                let us = microseconds(seconds).filter(|us| *us >= 1_000).ok_or_else(|| self.wrong("EXTINF says no length"))?;
                let target_ms = self.target_ms.ok_or_else(|| self.wrong("a segment before the target duration"))?;
                // The standard compares whole seconds: half a second more is within it.
                if us >= target_ms.saturating_add(500).saturating_mul(1_000) {
                    return Err(self.wrong("EXTINF above the target duration"));
                }
                self.expects(Next::Segment(us))?;
                self.text(line);
            }
        }
        Ok(())
    }

    fn expects(&mut self, next: Next) -> Result<(), Invalid> {
        if self.next.replace(next).is_some() { Err(self.wrong("a tag whose address is missing")) } else { Ok(()) }
    }

    fn address(&mut self, uri: &str) -> Result<(), Invalid> {
        let of = match self.next.take() {
            None => return Err(self.wrong("EXTINF is missing before an address")),
            Some(Next::Rendition) => Of::Rendition,
            Some(Next::Segment(us)) => {
                // A window that moves has no beginning to count from: only a clock says where its segments lie.
                if self.sequence > 0 && !self.has_time {
                    return Err(self.wrong("a later part of a stream without EXT-X-PROGRAM-DATE-TIME"));
                }
                let end_us = self.at_us.checked_add(us).ok_or_else(|| self.wrong("the timeline is too long"))?;
                let from = self.at_us / 1_000;
                self.at_us = end_us;
                Of::Segment(from, end_us / 1_000)
            }
        };
        self.parts.push(Part::Address { uri: uri.to_owned(), of });
        self.text("");
        Ok(())
    }

    /// A tag with an attribute `URI`; one without it is kept as it stands.
    fn attributes(&mut self, line: &str, of: Of) -> Result<(), Invalid> {
        let mut found = None;
        let mut rest = line.split_once(':').map_or("", |(_, rest)| rest);
        while !rest.is_empty() {
            let (name, after) = rest.split_once('=').ok_or_else(|| self.wrong("an attribute without a value"))?;
            let value = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').map(|(value, _)| value).ok_or_else(|| self.wrong("a quote that is not closed"))?,
                None => after.split(',').next().unwrap_or_default(),
            };
            let length = if after.starts_with('"') { value.len().saturating_add(2) } else { value.len() };
            let next = after.get(length..).unwrap_or_default();
            if name == "BYTERANGE" {
                return Err(self.wrong("a range of a file"));
            }
            if name == "URI" {
                let at = line.len().saturating_sub(after.len()).saturating_add(1);
                if !after.starts_with('"') || found.replace((at, value.len())).is_some() {
                    return Err(self.wrong("no address in URI"));
                }
            }
            rest = match next.strip_prefix(',') {
                Some(more) if !more.is_empty() => more,
                None if next.is_empty() => "",
                _ => return Err(self.wrong("attributes that are not apart")),
            };
        }
        let Some((at, length)) = found else {
            self.text(line);
            return Ok(());
        };
        let (before, uri) = line.split_at_checked(at).ok_or_else(|| self.wrong("no address in URI"))?;
        let (uri, after) = uri.split_at_checked(length).ok_or_else(|| self.wrong("no address in URI"))?;
        self.parts.push(Part::Text(before.to_owned()));
        self.parts.push(Part::Address { uri: uri.to_owned(), of });
        self.text(after);
        Ok(())
    }

    fn end(self) -> Result<Playlist, Invalid> {
        if self.next.is_some() {
            return Err(self.wrong("a tag whose address is missing"));
        }
        if self.kind.is_none() && self.target_ms.is_none() {
            return Err(self.wrong("neither renditions nor segments"));
        }
        let Reader { mut parts, breaks, .. } = self;
        for part in &mut parts {
            if let Part::Address { of: of @ Of::Segment(..), .. } = part
                && let Of::Segment(from, to) = *of
                && breaks.cover(from, to)
            {
                *of = Of::Break(from, to);
            }
        }
        Ok(Playlist(parts))
    }
}

/// The value of an attribute, without its quotes.
pub(crate) fn attribute<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut rest = text;
    while !rest.is_empty() {
        let (found, after) = rest.split_once('=')?;
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        if found == name {
            return Some(value);
        }
        rest = next.strip_prefix(',').unwrap_or_default();
    }
    None
}

/// A decimal of seconds as microseconds; what is finer is left off.
fn microseconds(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 6 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let millionths: String = fraction.chars().chain(std::iter::repeat('0')).take(6).collect();
    whole.parse::<u64>().ok()?.checked_mul(1_000_000)?.checked_add(millionths.parse().ok()?)
}

#[cfg(test)]
mod tests;
