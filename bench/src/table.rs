//! One table of figures: what a bench hands back, for people and for programs.

/// What a bench found.
pub struct Table {
    /// One line: what was measured.
    pub title: String,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// One text a column.
    pub rows: Vec<Vec<String>>,
    /// Lines below the table: how it was done, what is missing.
    pub notes: Vec<String>,
    /// The same figures for programs, unrounded.
    pub json: serde_json::Value,
}

impl Table {
    /// The table as text, the first column to the left and figures to the right.
    #[must_use]
    pub fn text(&self) -> String {
        let widths: Vec<usize> = (0..self.columns.len()).map(|column| self.width(column)).collect();
        let line = |cells: &[String]| {
            let padded = cells.iter().zip(&widths).enumerate().map(|(at, (cell, width))| match at {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let rule = "-".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1));
        let mut lines = vec![self.title.clone(), String::new(), line(&self.columns), rule];
        lines.extend(self.rows.iter().map(|row| line(row)));
        lines.push(String::new());
        lines.extend(self.notes.iter().map(|note| format!("- {note}")));
        lines.join("\n")
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        std::iter::once(&self.columns[column]).chain(cells).map(|cell| cell.chars().count()).max().unwrap_or(0)
    }
}

/// The middle figure; the mean of the two middle ones where their number is even.
#[must_use]
pub fn median(figures: &[f64]) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match (sorted.len(), sorted.len() % 2) {
        (0, _) => f64::NAN,
        (_, 1) => sorted[middle],
        _ => (sorted[middle - 1] + sorted[middle]) / 2.0,
    }
}

/// A count as people read it: `12,345`.
#[must_use]
pub fn count(figure: f64) -> String {
    let digits = format!("{:.0}", figure);
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 && digit.is_ascii_digit() {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A ratio: `8.3x`.
#[must_use]
pub fn times(ratio: f64) -> String {
    if ratio.is_finite() { format!("{ratio:.1}x") } else { "-".to_owned() }
}

#[cfg(test)]
mod tests;
