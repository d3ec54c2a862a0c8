//! A planted bug as a patch: which promise it breaks, which tests must be red, and the lines it changes.
//!
//! `Promise:` and one or more `Test:` lines (the words after `cargo test`), then a unified diff. Hunks are found by their
//! lines, the nearest to the stated place: the sources above them may grow.
use crate::repo::Source;

/// A planted bug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The file's name without `.patch`.
    pub name: String,
    /// What no longer holds, in words.
    pub promise: String,
    /// What follows `cargo test`, once a command that must be red.
    pub tests: Vec<String>,
    files: Vec<File>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct File {
    path: String,
    hunks: Vec<Hunk>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Hunk {
    /// Where it stood when it was written, from 0.
    line: usize,
    before: Vec<String>,
    after: Vec<String>,
}

/// Every mutant of the tree, or what is wrong with its file.
pub fn all(sources: &[Source]) -> Vec<Result<Mutant, String>> {
    let patches = sources.iter().filter_map(|source| Some((source, source.path.strip_prefix("mutants/")?.strip_suffix(".patch")?)));
    patches.map(|(source, name)| Mutant::parse(name, &source.text).map_err(|reason| format!("{}: {reason}", source.path))).collect()
}

impl Mutant {
    /// Reads a patch.
    pub fn parse(name: &str, text: &str) -> Result<Mutant, String> {
        let mut mutant = Mutant { name: name.to_owned(), promise: String::new(), tests: Vec::new(), files: Vec::new() };
        let mut in_hunk = false;
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("+++ b/") {
                mutant.files.push(File { path: path.to_owned(), hunks: Vec::new() });
                in_hunk = false;
            } else if let Some(place) = line.strip_prefix("@@ -") {
                let line = place.split([',', ' ']).next().and_then(|line| line.parse::<usize>().ok()).ok_or("a hunk names no line")?;
                let file = mutant.files.last_mut().ok_or("a hunk of no file")?;
                file.hunks.push(Hunk { line: line.saturating_sub(1), ..Hunk::default() });
                in_hunk = true;
            } else if line.starts_with("--- a/") {
                in_hunk = false;
            } else if in_hunk {
                let hunk = mutant.files.last_mut().and_then(|file| file.hunks.last_mut()).ok_or("a line of no hunk")?;
                hunk.push(line)?;
            } else if let Some(promise) = line.strip_prefix("Promise: ") {
                promise.clone_into(&mut mutant.promise);
            } else if let Some(test) = line.strip_prefix("Test: ") {
                mutant.tests.push(test.to_owned());
            } else if !line.is_empty() {
                return Err(format!("`{line}` is neither Promise, Test nor diff"));
            }
        }
        let changes = |hunk: &Hunk| hunk.before != hunk.after;
        if mutant.promise.is_empty() || mutant.tests.is_empty() {
            return Err("it needs a Promise and a Test".to_owned());
        }
        if mutant.files.is_empty() || !mutant.files.iter().all(|file| !file.hunks.is_empty() && file.hunks.iter().all(changes)) {
            return Err("it changes nothing".to_owned());
        }
        Ok(mutant)
    }

    /// The first file it changes.
    pub fn place(&self) -> &str {
        self.files.first().map_or("", |file| &file.path)
    }

    /// The files it changes as they are with it: path and text.
    pub fn apply_to(&self, read: &dyn Fn(&str) -> Option<String>) -> Result<Vec<(String, String)>, String> {
        self.files
            .iter()
            .map(|file| {
                let text = read(&file.path).ok_or_else(|| format!("{} is not there", file.path))?;
                let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
                for hunk in &file.hunks {
                    hunk.apply_to(&mut lines)
                        .ok_or_else(|| format!("{}: line {} and around it is another", file.path, hunk.line.saturating_add(1)))?;
                }
                Ok((file.path.clone(), lines.join("\n") + "\n"))
            })
            .collect()
    }
}

impl Hunk {
    fn push(&mut self, line: &str) -> Result<(), String> {
        match line.split_at_checked(1) {
            // Editors take the space away from an empty line.
            None => {
                self.before.push(String::new());
                self.after.push(String::new());
            }
            Some((" ", same)) => {
                self.before.push(same.to_owned());
                self.after.push(same.to_owned());
            }
            Some(("-", gone)) => self.before.push(gone.to_owned()),
            Some(("+", new)) => self.after.push(new.to_owned()),
            Some(_) => return Err(format!("`{line}` is no line of a diff")),
        }
        Ok(())
    }

    fn apply_to(&self, lines: &mut Vec<String>) -> Option<()> {
        let length = self.before.len();
        let places = lines.windows(length).enumerate().filter(|(_, window)| *window == self.before.as_slice());
        let (at, _) = places.min_by_key(|(at, _)| at.abs_diff(self.line))?;
        lines.splice(at..at.saturating_add(length), self.after.iter().cloned());
        Some(())
    }
}
