//! What is said beside a film: the rate, what was spent, and how long it goes on. On a terminal one line that changes.

use super::super::{marked, say};
use super::End;
use super::reel::{Rendition, Segment};
use crate::commands::Failure;
use client::{Film, Spent};
use money::{Amount, Price};
use protocol::text::serial as serial_text;
use serde_json::json;
use std::io::{IsTerminal, Write};

/// Says it.
pub(super) struct Told {
    json: bool,
    on_screen: bool,
    /// What the session had come to before.
    began: Spent,
    max: Option<Amount>,
    length_ms: u64,
}

impl Told {
    pub fn begin(json: bool, (film, max): (&Film<'_>, &str)) -> Told {
        let max = Price::decimal(max.split(' ').next().unwrap_or_default()).ok();
        let on_screen = !json && std::io::stderr().is_terminal();
        Told { json, on_screen, began: film.spent(), max, length_ms: 0 }.rate(film)
    }

    fn rate(self, film: &Film<'_>) -> Told {
        self.line(&format!("{} a minute, {}.", marked(film.worth(60_000), self.began.mode), "a second as it comes"));
        if !self.began.spent.amount.is_zero() {
            self.line(&format!("Going on: {} was spent for {}.", self.began.spent, span(self.began.ms)));
        }
        self
    }

    pub fn rendition(&mut self, rendition: &Rendition) {
        self.length_ms = if rendition.reel.is_whole { rendition.reel.length_ms() } else { 0 };
        if !rendition.name.is_empty() {
            self.line(&format!("Rendition {}.", rendition.name));
        }
        if rendition.sound_apart {
            self.line("Its sound is a rendition of its own, and is not in what is written.");
        }
    }

    /// After each segment.
    pub fn tick(&self, film: &Film<'_>, segment: &Segment) {
        if self.on_screen {
            let spent = film.spent();
            let of = if self.length_ms > 0 { format!(" of {}", span(self.length_ms)) } else { String::new() };
            let left = self.left_ms(film).map(|ms| format!(", {} left", minutes(ms))).unwrap_or_default();
            let _ = write!(std::io::stderr(), "\r{}{of}, {} spent{left}\u{1b}[K", span(segment.to), spent.spent);
        }
    }

    /// How long what may still be spent goes on.
    fn left_ms(&self, film: &Film<'_>) -> Option<u64> {
        let left = self.max?.saturating_sub(film.spent().spent.amount);
        let minute = film.worth(60_000).amount.units();
        left.units().checked_mul(60_000)?.checked_div(minute)
    }

    /// The one line about money in the end, in JSON where that is asked for.
    ///
    /// # Errors
    /// If it cannot be printed.
    pub fn end(&self, film: &Film<'_>, end: Option<End>, is_in_file: bool) -> Result<(), Failure> {
        let Spent { session, spent, ms, mode, .. } = film.spent();
        let paid = Price { amount: spent.amount.saturating_sub(self.began.spent.amount), asset: spent.asset };
        let watched = ms.saturating_sub(self.began.ms);
        if !self.json {
            let first = if self.on_screen { "\r\u{1b}[K" } else { "" };
            let _ = writeln!(
                std::io::stderr(),
                "{first}Paid {} for {} from session {}.",
                marked(paid, mode),
                span(watched),
                serial_text(session)
            );
            return Ok(());
        }
        let line = json!({
            "paid": paid.amount.to_string(),
            "currency": paid.asset.to_string(),
            "ms": watched.to_string(),
            "session": serial_text(session),
            "whole": end == Some(End::Whole),
            "mode": mode,
        });
        if is_in_file {
            return say(&line.to_string());
        }
        eprintln!("{line}");
        Ok(())
    }

    fn line(&self, text: &str) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }
}

/// A span of a film: `0:24`, `1:02:03`.
pub(super) fn span(ms: u64) -> String {
    let seconds = ms / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// A rounded span: `12 min`, and seconds below two minutes.
fn minutes(ms: u64) -> String {
    if ms < 120_000 { format!("{} s", ms / 1_000) } else { format!("{} min", ms / 60_000) }
}
