//! Documents for paper: from a plain view to the bytes of a PDF/A-3u with its facts embedded as a file.
//!
//! A pure function: no clock, no random number, no environment, no file but the fonts in the program. The same view gives
//! the same bytes. What is said is in the reader's language when it comes in; what is computed was computed by others.
//!
//! `view` is what comes in, `fonts` and `text` know how wide words are, `flow` lays blocks onto pages, `table` lays rows,
//! `ink` is the border to the writer of PDF.
#![allow(clippy::arithmetic_side_effects, reason = "lengths on a page are far from the ends of i64; no money is counted here")]

mod flow;
mod fonts;
mod ink;
mod table;
mod text;
mod view;

pub use view::{Attachment, Block, Cell, Column, Document, Fact, Figure, Heading, Kind, Table};

use thiserror::Error;

/// A document that cannot be written; a bug here or in the writer, never a word of the view.
#[derive(Error, Debug)]
pub enum Error {
    /// A font that is built in cannot be read.
    #[error("the font {0} cannot be read")]
    Font(&'static str),
    /// The writer refuses: a rule of PDF/A is broken, or a limit reached.
    #[error("the PDF cannot be written: {0}")]
    Write(String),
}

/// The document as PDF/A-3u.
///
/// # Errors
/// [`enum@Error`].
pub fn pdf(document: &Document) -> Result<Vec<u8>, Error> {
    let fonts = fonts::Fonts::built_in()?;
    let pages = flow::pages(document, &fonts);
    ink::write(document, &pages, &fonts)
}

#[cfg(test)]
mod tests;
