//! What a playlist says to who writes the film down: its renditions, and the segments of one. Read as strictly as the gateway reads it.

use crate::commands::Failure;
use crate::gateway::hls::{Of, Part, Playlist, attribute};
use client::Address;
use std::str::FromStr;

/// Which rendition is asked for. All cost the same, since a second is paid and not a byte: so the best, if nobody says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Choice {
    /// The one of the most bits a second.
    Best,
    /// The one of the fewest.
    Lowest,
    /// The best of at most so many lines; if none is so small, the lowest.
    Lines(u32),
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Choice, String> {
        let lines = || text.strip_suffix('p')?.parse().ok();
        match text {
            "best" => Ok(Choice::Best),
            "lowest" => Ok(Choice::Lowest),
            _ => lines().map(Choice::Lines).ok_or_else(|| "best, lowest, or lines such as 720p".to_owned()),
        }
    }
}

/// A rendition as a playlist of them names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Variant {
    pub uri: String,
    pub bits: u64,
    /// Width and height, where it says them.
    pub size: Option<(u32, u32)>,
    /// True if its sound is a rendition of its own.
    pub sound_apart: bool,
}

/// A rendition that was chosen.
pub(super) struct Rendition {
    pub url: Address,
    pub name: String,
    pub sound_apart: bool,
    pub reel: Reel,
}

/// The segments of a rendition, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Reel {
    pub segments: Vec<Segment>,
    /// True if nothing is added to it any more.
    pub is_whole: bool,
    pub target_s: u64,
    /// What segments begin with, from which of them on.
    beginnings: Vec<(usize, String)>,
}

/// A segment, by its first millisecond on the film's timeline and the first after it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    pub uri: String,
    pub from: u64,
    pub to: u64,
    /// False of a break.
    pub is_paid: bool,
    place: usize,
}

impl Variant {
    pub fn name(&self) -> String {
        self.size.map_or_else(|| format!("{} bit/s", self.bits), |(width, height)| format!("{width}x{height}"))
    }
}

impl Choice {
    pub fn of(self, mut variants: Vec<Variant>) -> Option<Variant> {
        variants.sort_by_key(|variant| variant.bits);
        let best = |variants: &[Variant]| variants.last().cloned();
        match self {
            Choice::Best => best(&variants),
            Choice::Lowest => variants.first().cloned(),
            Choice::Lines(most) => {
                let fit: Vec<_> = variants.iter().filter(|it| it.size.is_some_and(|(_, lines)| lines <= most)).cloned().collect();
                best(&fit).or_else(|| variants.first().cloned())
            }
        }
    }
}

fn read(bytes: &[u8]) -> Result<Playlist, Failure> {
    Playlist::parse(bytes).map_err(|error| Failure::failed(format!("the playlist cannot be read: {error}")))
}

/// The renditions that a playlist names; none if it is itself one of them.
///
/// # Errors
/// For a playlist that cannot be read.
pub(super) fn variants(bytes: &[u8]) -> Result<Option<Vec<Variant>>, Failure> {
    let (playlist, mut found, mut said) = (read(bytes)?, Vec::new(), None);
    for part in &playlist.0 {
        match part {
            Part::Text(line) => {
                if let Some(about) = line.strip_prefix("#EXT-X-STREAM-INF:") {
                    said = Some(about.trim_end().to_owned());
                }
            }
            Part::Address { uri, of: Of::Rendition } => {
                let Some(about) = said.take() else { continue };
                let size = attribute(&about, "RESOLUTION").and_then(|size| {
                    let (width, height) = size.split_once('x')?;
                    Some((width.parse().ok()?, height.parse().ok()?))
                });
                let bits = attribute(&about, "BANDWIDTH").and_then(|bits| bits.parse().ok()).unwrap_or(0);
                found.push(Variant { uri: uri.clone(), bits, size, sound_apart: attribute(&about, "AUDIO").is_some() });
            }
            Part::Address { of: Of::Segment(..) | Of::Break(..), .. } => return Ok(None),
            Part::Address { .. } => {}
        }
    }
    Ok(Some(found).filter(|found| !found.is_empty()))
}

impl Reel {
    /// Reads the playlist of a rendition.
    ///
    /// # Errors
    /// For one that cannot be read, and one whose segments only a player can open.
    pub fn read(bytes: &[u8]) -> Result<Reel, Failure> {
        let (playlist, mut reel, mut tag) = (read(bytes)?, Reel::default(), String::new());
        for part in &playlist.0 {
            match part {
                Part::Text(line) => {
                    tag = line.trim_end().to_owned();
                    if tag == "#EXT-X-ENDLIST" {
                        reel.is_whole = true;
                    }
                    if let Some(seconds) = tag.strip_prefix("#EXT-X-TARGETDURATION:") {
                        reel.target_s = seconds.parse().unwrap_or(1);
                    }
                }
                Part::Address { uri, of: of @ (Of::Segment(from, to) | Of::Break(from, to)) } => {
                    let (place, is_paid) = (reel.segments.len(), matches!(of, Of::Segment(..)));
                    reel.segments.push(Segment { uri: uri.clone(), from: *from, to: *to, is_paid, place });
                }
                Part::Address { uri, .. } if tag.starts_with("#EXT-X-MAP:") => {
                    reel.beginnings.push((reel.segments.len(), uri.clone()));
                }
                Part::Address { .. } if tag.starts_with("#EXT-X-KEY:") => {
                    return Err(Failure::failed("the segments of this film are encrypted: a player has to fetch them"));
                }
                Part::Address { .. } => {}
            }
        }
        if reel.segments.is_empty() && reel.is_whole {
            return Err(Failure::failed("the playlist has no segments"));
        }
        Ok(reel)
    }

    /// What a segment begins with, where it needs something before it.
    pub fn begins(&self, segment: &Segment) -> Option<&str> {
        self.beginnings.iter().rev().find(|(from, _)| *from <= segment.place).map(|(_, uri)| uri.as_str())
    }

    /// How long all of it is, in milliseconds.
    pub fn length_ms(&self) -> u64 {
        self.segments.iter().map(|segment| segment.to.saturating_sub(segment.from)).fold(0, u64::saturating_add)
    }
}
