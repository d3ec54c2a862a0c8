//! Rust text parted into what the compiler reads, what stands in quotes, and what people read.

/// One line of a Rust file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Code, with the content of every string and character literal left out.
    pub bare: String,
    /// Code with its literals.
    pub code: String,
    /// The text of comments, without their marks.
    pub comment: String,
}

/// What the reader is inside of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    LineComment,
    /// Block comments nest.
    BlockComment(u32),
    Text,
    /// A raw string, and the number of `#` that closes it.
    Raw(usize),
}

/// Parts a file. The result has one entry for each of its lines.
pub fn lines(text: &str) -> Vec<Line> {
    let mut inside = Inside::Code;
    text.lines()
        .map(|line| {
            if inside == Inside::LineComment {
                inside = Inside::Code;
            }
            let mut parted = Line::default();
            let mut rest = line;
            while !rest.is_empty() {
                let length;
                (inside, length) = step(inside, rest, &mut parted);
                rest = rest.get(length..).unwrap_or_default();
            }
            parted
        })
        .collect()
}

/// Reads at least one character; returns what comes next and how many bytes are done.
fn step(inside: Inside, rest: &str, line: &mut Line) -> (Inside, usize) {
    let first = rest.chars().next().unwrap_or_default();
    let one = first.len_utf8();
    match inside {
        Inside::Code => code(rest, line),
        Inside::LineComment => {
            line.comment.push_str(rest);
            (inside, rest.len())
        }
        Inside::BlockComment(depth) if rest.starts_with("*/") => match depth.saturating_sub(1) {
            0 => (Inside::Code, 2),
            depth => (Inside::BlockComment(depth), 2),
        },
        Inside::BlockComment(depth) if rest.starts_with("/*") => (Inside::BlockComment(depth.saturating_add(1)), 2),
        Inside::BlockComment(_) => {
            line.comment.push(first);
            (inside, one)
        }
        Inside::Text if first == '\\' => {
            let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
            let length = one.saturating_add(escaped);
            line.code.push_str(rest.get(..length).unwrap_or(rest));
            (inside, length)
        }
        Inside::Text if first == '"' => both(line, "\"", Inside::Code),
        Inside::Raw(marks) if rest.starts_with(&closing(marks)) => both(line, &closing(marks), Inside::Code),
        Inside::Text | Inside::Raw(_) => {
            line.code.push(first);
            (inside, one)
        }
    }
}

fn code(rest: &str, line: &mut Line) -> (Inside, usize) {
    if rest.starts_with("//") {
        return (Inside::LineComment, 2);
    }
    if rest.starts_with("/*") {
        return (Inside::BlockComment(1), 2);
    }
    if rest.starts_with('"') {
        return both(line, "\"", Inside::Text);
    }
    let follows_a_word = line.bare.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if let Some(opening) = raw_opening(rest)
        && !follows_a_word
    {
        let marks = opening.matches('#').count();
        return both(line, opening, Inside::Raw(marks));
    }
    if let Some(length) = character_literal(rest) {
        line.bare.push_str("''");
        line.code.push_str(rest.get(..length).unwrap_or(rest));
        return (Inside::Code, length);
    }
    let first = rest.chars().next().unwrap_or_default();
    line.bare.push(first);
    line.code.push(first);
    (Inside::Code, first.len_utf8())
}

fn both(line: &mut Line, mark: &str, next: Inside) -> (Inside, usize) {
    line.bare.push_str(mark);
    line.code.push_str(mark);
    (next, mark.len())
}

fn closing(marks: usize) -> String {
    format!("\"{}", "#".repeat(marks))
}

/// `r"`, `r#"`, `br##"` and so on, if the text begins with one.
fn raw_opening(rest: &str) -> Option<&str> {
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix("cr")).or_else(|| rest.strip_prefix('r'))?;
    let quoted = after.trim_start_matches('#').strip_prefix('"')?;
    rest.get(..rest.len().saturating_sub(quoted.len()))
}

/// The length of a character literal; a lifetime is none.
fn character_literal(rest: &str) -> Option<usize> {
    let content = rest.strip_prefix('\'')?;
    let mut characters = content.char_indices();
    let (_, first) = characters.next()?;
    let end = if first == '\\' {
        let (after_escaped, _) = characters.nth(1)?;
        content.get(after_escaped..)?.find('\'')?.saturating_add(after_escaped)
    } else {
        characters.next().filter(|(_, second)| *second == '\'')?.0
    };
    Some(end.saturating_add(2))
}

/// Whether `word` stands in `line` as a whole identifier.
pub fn has_word(line: &str, word: &str) -> bool {
    words(line).any(|found| found == word)
}

/// The identifiers and numbers of a line.
pub fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests;
