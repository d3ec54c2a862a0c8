//! Fields out of small JSON documents we wrote ourselves. Std only, so by hand: no nesting by path, first key wins.

/// The string under a key: `"version": "1.2"`.
pub fn text(document: &str, key: &str) -> Option<String> {
    let value = value_of(document, key)?;
    let rest = value.strip_prefix('"')?;
    Some(string(rest)?.0)
}

/// The whole part of the number under a key.
pub fn number(document: &str, key: &str) -> Option<u64> {
    let value = value_of(document, key)?;
    let digits = value.len().saturating_sub(value.trim_start_matches(|c: char| c.is_ascii_digit()).len());
    value.get(..digits)?.parse().ok()
}

/// The strings of the list under a key.
pub fn list(document: &str, key: &str) -> Option<Vec<String>> {
    let mut rest = value_of(document, key)?.strip_prefix('[')?.trim_start();
    let mut found = Vec::new();
    loop {
        if rest.starts_with(']') {
            return Some(found);
        }
        let (entry, after) = string(rest.strip_prefix('"')?)?;
        found.push(entry);
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
}

/// What stands behind `"key":`.
fn value_of<'a>(document: &'a str, key: &str) -> Option<&'a str> {
    let mut rest = document;
    loop {
        let (_, opened) = rest.split_once('"')?;
        let (found, after) = string(opened)?;
        rest = after;
        if let Some(value) = after.trim_start().strip_prefix(':')
            && found == key
        {
            return Some(value.trim_start());
        }
    }
}

/// A string's content and what follows its closing quote; the opening one is already gone.
fn string(opened: &str) -> Option<(String, &str)> {
    let mut content = String::new();
    let mut characters = opened.char_indices();
    while let Some((_, character)) = characters.next() {
        match character {
            '"' => return Some((content, characters.as_str())),
            '\\' => match characters.next()?.1 {
                'n' => content.push('\n'),
                't' => content.push('\t'),
                'u' => content.push('\u{fffd}'),
                other => content.push(other),
            },
            other => content.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests;
