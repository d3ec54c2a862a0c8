//! Words as lines: which font draws what, how wide it gets, where a line ends.
//!
//! No shaping: a character is a glyph. That is right for the scripts the fonts have.

use crate::fonts::{Drawn, Face, Fonts, Weight};

/// Letters of one kind: weight and size in thousandths of a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    pub weight: Weight,
    pub size: i64,
}

/// A piece of a line in one font.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub face: Face,
    /// Each character with its glyph.
    pub glyphs: Vec<(char, Drawn)>,
}

/// Words that can be drawn: composed, without invisible characters, and with `[U+…]` where no font has a character.
pub fn drawable(words: &str, style: Style, fonts: &Fonts) -> String {
    let mut text = String::new();
    for character in composed(words.chars().filter(|character| !is_invisible(*character))) {
        if fonts.find(character, style.weight).is_some() {
            text.push(character);
        } else {
            text.push_str(&format!("[U+{:04X}]", u32::from(character)));
        }
    }
    text
}

/// Drawable words in pieces of one font each.
pub fn runs(text: &str, style: Style, fonts: &Fonts) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for character in text.chars() {
        let Some(drawn) = fonts.find(character, style.weight) else { continue };
        match runs.last_mut().filter(|run| run.face == drawn.face) {
            Some(run) => run.glyphs.push((character, drawn)),
            None => runs.push(Run { face: drawn.face, glyphs: vec![(character, drawn)] }),
        }
    }
    runs
}

/// How wide a run gets, in thousandths of a point.
pub fn width_of(run: &Run, style: Style, fonts: &Fonts) -> i64 {
    let advance: i64 = run.glyphs.iter().map(|(_, drawn)| drawn.advance).sum();
    advance * style.size / fonts.units(run.face)
}

/// How wide drawable words get on one line.
pub fn width(text: &str, style: Style, fonts: &Fonts) -> i64 {
    runs(text, style, fonts).iter().map(|run| width_of(run, style, fonts)).sum()
}

/// Drawable words in lines of at most `room`: broken at spaces, and inside a word only if it has more than a line. Nothing is
/// lost, and there is at least one line.
pub fn wrapped(text: &str, style: Style, room: i64, fonts: &Fonts) -> Vec<String> {
    let fits = |line: &str| width(line, style, fonts) <= room;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for character in word.chars() {
            line.push(character);
            if line.chars().count() > 1 && !fits(&line) {
                line.pop();
                lines.push(std::mem::replace(&mut line, character.to_string()));
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Characters that say how others are set and have no form of their own.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffd}')
}

/// Hangul written in single letters, as some systems name files, becomes syllables: the fonts have no others.
fn composed(characters: impl Iterator<Item = char>) -> Vec<char> {
    let mut whole: Vec<char> = Vec::new();
    for character in characters {
        let joined = whole.last().and_then(|last| joined(*last, character));
        match (joined, whole.last_mut()) {
            (Some(joined), Some(last)) => *last = joined,
            (Some(_) | None, _) => whole.push(character),
        }
    }
    whole
}

/// The syllable of two parts, by the arithmetic of Unicode (3.12).
fn joined(first: char, second: char) -> Option<char> {
    const SYLLABLES: u32 = 0xac00;
    let place = |character: char, base: u32, count: u32| u32::from(character).checked_sub(base).filter(|place| *place < count);
    if let (Some(lead), Some(vowel)) = (place(first, 0x1100, 19), place(second, 0x1161, 21)) {
        return char::from_u32(SYLLABLES + (lead * 21 + vowel) * 28);
    }
    let open = place(first, SYLLABLES, 11_172).filter(|place| place % 28 == 0)?;
    let tail = place(second, 0x11a7, 28).filter(|tail| *tail > 0)?;
    char::from_u32(SYLLABLES + open + tail)
}
