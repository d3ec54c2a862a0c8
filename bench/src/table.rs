//! What a bench brings back: one table for people, the same figures as JSON.

/// One table.
#[derive(Debug)]
pub struct Table {
    /// What was measured.
    pub title: String,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// As many texts a row as there are columns.
    pub rows: Vec<Vec<String>>,
    /// What a reader has to know to judge the figures.
    pub notes: Vec<String>,
    /// The figures for programs.
    pub json: serde_json::Value,
}
