//! What a document says: headings, facts, tables and notes, in the reader's language.

use money::Timestamp;

/// A document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Tag of its language: `ko`.
    pub lang: String,
    /// Who issues it.
    pub issuer: String,
    /// What it is called on its later pages and in a list of files: `Statement, November 2026`.
    pub title: String,
    /// What stands on top of every page if its money is play.
    pub test: Option<String>,
    /// The first page's head.
    pub heading: Heading,
    /// Everything below it.
    pub blocks: Vec<Block>,
    /// The same facts for programs.
    pub attachment: Attachment,
    /// What makes it the same document when it is made again.
    pub id: String,
    /// The instant up to which its facts go.
    pub at: Timestamp,
}

/// The head of the first page: numerals first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heading {
    /// What kind of document it is: `Statement`.
    pub kind: String,
    /// Of what: `November 2026`.
    pub title: String,
    /// The one figure that people look for.
    pub figure: Figure,
    /// What the figure is, in a sentence.
    pub caption: String,
}

/// An amount in pieces, so that the digits beyond the minor unit can be muted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Figure {
    /// Sign and symbol: `−€`.
    pub head: String,
    /// The number with its minor digits: `4.81`.
    pub number: String,
    /// Digits beyond the minor unit: `6`.
    pub rest: String,
    /// A symbol that stands behind.
    pub tail: String,
}

/// A part of a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Block {
    /// Names and what they stand for, two beside each other.
    Facts(Vec<Fact>),
    /// A table; its head is repeated on every page it reaches.
    Table(Table),
    /// A sentence in small letters.
    Note(String),
}

/// A name and what it stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// The name.
    pub label: String,
    /// What it stands for, a line each.
    pub lines: Vec<String>,
}

/// Rows under a head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// What the rows are.
    pub caption: String,
    /// The columns, of which at least one is [`Kind::Words`]. Without titles there is no head.
    pub columns: Vec<Column>,
    /// Each with a cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// The last row, under a stronger line.
    pub total: Option<Vec<Cell>>,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its title; may be empty.
    pub title: String,
    /// What stands in it.
    pub kind: Kind,
}

/// What stands in a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Words of any length: they are wrapped, and get the room that the others leave.
    Words,
    /// A few words that stay on a line.
    Short,
    /// Amounts, aligned at their right.
    Money,
}

/// What stands in a row's column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words, and under them others in small letters, which may be none.
    Words {
        /// The words.
        text: String,
        /// What stands under them.
        small: String,
    },
    /// An amount.
    Money(Figure),
}

/// A file in the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// What it is: `application/json`.
    pub media_type: String,
    /// What it holds, for people.
    pub description: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl Cell {
    /// Words with nothing under them.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Cell {
        Cell::Words { text: text.into(), small: String::new() }
    }
}
