//! Nothing unfinished, skipped or slept over is left behind.
use super::{Findings, Violation, extension, numbered};
use crate::code::{self, has_word};
use crate::repo::Source;

/// Words that mark unfinished work, in any text. Spelled in two parts, or this file would break its own rule.
const WORDS: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

/// Also a word of this kind, but the code of "no currency" in ISO 4217: looked for in comments and prose only.
const WORD_IN_PROSE: &str = concat!("XX", "X");

/// What code must not hold, and what to do instead.
const CALLS: [(&str, &str); 5] = [
    (concat!("todo", "!("), "write it, or return an error that says what is missing"),
    (concat!("unimplemented", "!("), "write it, or return an error that says what is missing"),
    (concat!("dbg", "!("), "remove it"),
    (concat!("#[ig", "nore"), "run it always; a missing component fails with the command that installs it"),
    (concat!("thread::", "sleep"), "wait on a condition with a deadline"),
];

pub fn look(sources: &[Source], findings: &mut Findings) {
    for source in sources {
        match extension(&source.path) {
            "rs" => rust(source, findings),
            "md" | "toml" | "html" | "css" | "js" | "mjs" | "ts" | "py" | "sh" => prose(source, findings),
            _ => {}
        }
    }
}

fn rust(source: &Source, findings: &mut Findings) {
    let lines = code::lines(&source.text);
    for (line, parted) in numbered(&lines) {
        let in_comment = WORDS.iter().chain([&WORD_IN_PROSE]).find(|word| has_word(&parted.comment, word));
        let in_code = WORDS.iter().find(|word| has_word(&parted.code, word));
        if let Some(word) = in_comment.or(in_code) {
            findings.violations.push(unfinished(source, line, word));
        }
        for (call, fix) in CALLS {
            if parted.bare.contains(call) {
                findings.violations.push(Violation {
                    path: source.path.clone(),
                    line,
                    what: format!("`{call}` left behind"),
                    why: "what is built is whole, and tests neither sleep nor skip",
                    fix: fix.to_owned(),
                });
            }
        }
    }
}

fn prose(source: &Source, findings: &mut Findings) {
    for (line, text) in numbered(source.text.lines()) {
        if let Some(word) = WORDS.iter().chain([&WORD_IN_PROSE]).find(|word| has_word(text, word)) {
            findings.violations.push(unfinished(source, line, word));
        }
    }
}

fn unfinished(source: &Source, line: usize, word: &str) -> Violation {
    Violation {
        path: source.path.clone(),
        line,
        what: format!("`{word}` left behind"),
        why: "unfinished work is tracked outside the source",
        fix: "do it, or remove the mark".to_owned(),
    }
}
