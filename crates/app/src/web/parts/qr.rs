//! A text as a QR code: one path of our own, black on white in light and dark alike, since phones read it no other way.

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write;

/// Squares of a side at most: with more, a page passes its 30 KB, and a phone cannot tell them apart.
const MOST_WIDE: usize = 101;
/// White around the code, in squares, as its standard wants it.
const QUIET: usize = 4;

/// The code, called `name` for whoever does not see it; none of a text that is too long, some 900 letters. The text itself
/// always stands beside it.
pub fn qr(text: &str, name: &str) -> Option<Markup> {
    // The lowest level: a screen has no dirt on it, and larger squares are read from further away.
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok().filter(|code| code.width() <= MOST_WIDE)?;
    let wide = code.width().saturating_add(QUIET.saturating_mul(2));
    Some(html! {
        svg role="img" aria-label=(name) width="100%" viewBox={ "0 0 " (wide) " " (wide) } shape-rendering="crispEdges" {
            rect width=(wide) height=(wide) fill="#fff" {}
            path stroke="#000" d=(path(&code)) {}
        }
    })
}

/// The dark squares as strokes, a run at a time: a long quote fits into a page so.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(code.width().max(1)).enumerate() {
        let mut written = write!(path, "M{QUIET} {}.5", y.saturating_add(QUIET));
        for run in row.chunk_by(|a, b| a == b) {
            let long = run.len();
            let stroke = match run.first() {
                Some(Color::Dark) => write!(path, "h{long}"),
                Some(Color::Light) | None => write!(path, "m{long} 0"),
            };
            written = written.and(stroke);
        }
        written.expect("a String takes all text");
    }
    path
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]

    use super::*;

    /// The squares that a path draws.
    fn drawn(path: &str, wide: usize) -> Vec<bool> {
        let mut squares = vec![false; wide * wide];
        for (y, row) in path.split('M').skip(1).enumerate() {
            let (start, mut strokes) = row.split_once(".5").unwrap();
            assert_eq!(start, format!("4 {}", y + 4));
            let mut x = 0;
            while !strokes.is_empty() {
                let end = strokes[1..].find(['h', 'm']).map_or(strokes.len(), |at| at + 1);
                let (stroke, rest) = strokes.split_at(end);
                let long: usize = stroke[1..].split(' ').next().unwrap().parse().unwrap();
                for square in &mut squares[y * wide + x..y * wide + x + long] {
                    *square = stroke.starts_with('h');
                }
                (x, strokes) = (x + long, rest);
            }
            assert_eq!(x, wide);
        }
        squares
    }

    #[test]
    fn the_path_draws_the_squares_of_the_code_and_stays_small() {
        for long in [10, 700, 929] {
            let text = "x".repeat(long);
            let code = QrCode::with_error_correction_level(&text, EcLevel::L).unwrap();
            let path = path(&code);
            let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == Color::Dark).collect();
            assert_eq!(drawn(&path, code.width()), dark);
            assert!(path.len() < 17_000, "{} bytes for {long}", path.len());
        }
        assert!(qr(&"x".repeat(929), "a code").is_some() && qr(&"x".repeat(930), "a code").is_none());
        assert!(qr(&"x".repeat(3_000), "a code").is_none());
    }
}
