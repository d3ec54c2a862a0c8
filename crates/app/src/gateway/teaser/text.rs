//! Taking title, byline and opening paragraphs out of a page, as text.

use super::{Kind, Teaser};
use lol_html::html_content::{TextChunk, TextType};
use lol_html::{HtmlRewriter, MemorySettings, Settings, doc_comments, element, text};
use std::cell::RefCell;

/// The comment that ends what is shown for nothing.
const CUT: &str = "farthing:more";
/// Longest title or byline, in bytes.
const MOST_OF_A_LINE: usize = 400;

#[derive(Default)]
struct Seen {
    title: String,
    title_ended: bool,
    byline: Option<String>,
    lang: Option<String>,
    paragraphs: Vec<String>,
    cut: bool,
}

impl Seen {
    fn title(&mut self, chunk: &TextChunk<'_>) {
        if !self.title_ended && self.title.len() < MOST_OF_A_LINE {
            self.title.push_str(chunk.as_str());
        }
        self.title_ended |= chunk.last_in_text_node();
    }

    fn paragraph(&mut self, chunk: &TextChunk<'_>) {
        let readable = matches!(chunk.text_type(), TextType::Data);
        if let Some(last) = self.paragraphs.last_mut().filter(|_| readable && !self.cut) {
            last.push_str(chunk.as_str());
        }
    }
}

/// Reads the start of a page. Without the cut no paragraph is shown: what comes before it cannot be known then.
pub(super) fn extract(start: &[u8]) -> Teaser {
    let seen = RefCell::new(Seen::default());
    let settings = Settings::new()
        .with_strict(false)
        .with_adjust_charset_on_meta_tag(true)
        .with_memory_settings(MemorySettings::new().with_max_allowed_memory_usage(start.len().saturating_mul(2).saturating_add(65_536)))
        .append_element_content_handler(element!("html[lang]", |html| {
            seen.borrow_mut().lang = html.get_attribute("lang").filter(|lang| is_language(lang));
            Ok(())
        }))
        .append_element_content_handler(text!("title", |chunk| {
            seen.borrow_mut().title(chunk);
            Ok(())
        }))
        .append_element_content_handler(element!("meta[name=author][content]", |meta| {
            let mut seen = seen.borrow_mut();
            let said = meta.get_attribute("content").filter(|said| said.len() <= MOST_OF_A_LINE);
            seen.byline = seen.byline.take().or(said);
            Ok(())
        }))
        .append_element_content_handler(element!("p", |_| {
            let mut seen = seen.borrow_mut();
            if !seen.cut {
                seen.paragraphs.push(String::new());
            }
            Ok(())
        }))
        .append_element_content_handler(text!("p", |chunk| {
            seen.borrow_mut().paragraph(chunk);
            Ok(())
        }))
        .append_document_content_handler(doc_comments!(|comment| {
            seen.borrow_mut().cut |= comment.text().trim() == CUT;
            Ok(())
        }));
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    // A page that cannot be read to its end is shown as far as it was read: the cut must have been seen in any case.
    if rewriter.write(start).is_ok() {
        drop(rewriter.end());
    } else {
        drop(rewriter);
    }
    let seen = seen.into_inner();
    let paragraphs = if seen.cut { seen.paragraphs } else { Vec::new() };
    Teaser {
        title: line(&seen.title),
        byline: seen.byline.as_deref().and_then(line),
        lang: seen.lang,
        paragraphs: paragraphs.iter().filter_map(|paragraph| line(paragraph)).collect(),
        kind: Kind::Page,
    }
}

fn is_language(text: &str) -> bool {
    (2..=35).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A text on one line, its references resolved; nothing if it is empty.
fn line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    Some(resolved(&words.join(" "))).filter(|text| !text.is_empty())
}

/// Character references resolved: numbers, and the names that prose has. Others stay as they are written.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after.split_once(';').filter(|(name, _)| name.len() <= 10).and_then(|(name, rest)| Some((reference(name)?, rest)));
        rest = match known {
            Some((character, rest)) => {
                out.push(character);
                rest
            }
            None => {
                out.push('&');
                after
            }
        };
    }
    out.push_str(rest);
    out
}

fn reference(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|c| !c.is_control());
    if let Some(number_of) = name.strip_prefix('#') {
        return match number_of.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16),
            None => number(number_of, 10),
        };
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "shy" => '\u{ad}',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "laquo" => '«',
        "raquo" => '»',
        "euro" => '€',
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
