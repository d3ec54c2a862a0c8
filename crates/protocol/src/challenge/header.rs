//! Challenges in `WWW-Authenticate` (RFC 9110, 11.6.1): written one a line, read from any number of lines and schemes.

use super::Challenge;
use crate::text::Malformed;
use std::fmt;

/// Longest field we read.
const MAX_BYTES: usize = 8_192;
/// More challenges than this in one reply are refused.
const MAX_CHALLENGES: usize = 8;
impl fmt::Display for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        write!(f, "Payment id=\"{}\", realm=\"{}\"", quoted(&self.id), quoted(&self.realm))?;
        write!(f, ", method=\"{}\", intent=\"{}\", request=\"{}\"", quoted(&self.method), quoted(&self.intent), quoted(&self.request))?;
        let rest = [("digest", &self.digest), ("expires", &self.expires), ("opaque", &self.opaque), ("header", &self.header)];
        for (name, value) in rest.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            write!(f, ", {name}=\"{}\"", quoted(value))?;
        }
        Ok(())
    }
}

/// Reads all Payment challenges of a reply's `WWW-Authenticate` lines; other schemes are passed over.
///
/// # Errors
/// [`Malformed`] for a field over 8 KiB, more than 8 challenges, control bytes, a parameter given twice, an empty id or a
/// `header` other than `Payment-Authorization`.
pub fn parse_all<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Vec<Challenge>, Malformed> {
    let mut challenges = Vec::new();
    for line in lines {
        if line.len() > MAX_BYTES || line.bytes().any(|byte| byte < 0x20 && byte != b'\t') {
            return Err(Malformed("WWW-Authenticate"));
        }
        for (scheme, parameters) in schemes(line)? {
            if scheme.eq_ignore_ascii_case("Payment") {
                challenges.push(challenge(parameters)?);
            }
            if challenges.len() > MAX_CHALLENGES {
                return Err(Malformed("WWW-Authenticate: too many challenges"));
            }
        }
    }
    Ok(challenges)
}

type Parameters = Vec<(String, String)>;

/// Splits a field into schemes with their parameters; commas inside quoted strings do not split.
fn schemes(line: &str) -> Result<Vec<(&str, Parameters)>, Malformed> {
    let mut found: Vec<(&str, Parameters)> = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Ok(found);
        }
        let (word, after) = word(rest)?;
        let after = after.trim_start_matches([' ', '\t']);
        if let Some(value) = after.strip_prefix('=').filter(|value| !value.starts_with('=')) {
            let (value, after) = parameter(value.trim_start_matches([' ', '\t']))?;
            let (_, parameters) = found.last_mut().ok_or(Malformed("WWW-Authenticate: a parameter before its scheme"))?;
            let name = word.to_ascii_lowercase();
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(Malformed("WWW-Authenticate: a parameter given twice"));
            }
            parameters.push((name, value));
            rest = after;
        } else {
            found.push((word, Vec::new()));
            // A scheme may carry one bare value (token68) instead of parameters: it is nothing of ours.
            rest = skip_token68(after);
        }
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn word(text: &str) -> Result<(&str, &str), Malformed> {
    let end = text.bytes().position(|byte| !is_token(byte)).unwrap_or(text.len());
    if end == 0 {
        return Err(Malformed("WWW-Authenticate"));
    }
    Ok(text.split_at(end))
}

fn skip_token68(text: &str) -> &str {
    let end = text.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte))).unwrap_or(text.len());
    let (value, after) = text.split_at(end);
    let bare = !value.is_empty() && !value.trim_end_matches('=').contains('=');
    let ends_item = after.trim_start_matches([' ', '\t']).is_empty() || after.trim_start_matches([' ', '\t']).starts_with(',');
    if bare && ends_item { after } else { text }
}

fn parameter(text: &str) -> Result<(String, &str), Malformed> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = word(text)?;
        return Ok((value.to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next().ok_or(Malformed("WWW-Authenticate: open quote"))? {
            '"' => return Ok((value, characters.as_str())),
            '\\' => value.push(characters.next().ok_or(Malformed("WWW-Authenticate: open quote"))?),
            other => value.push(other),
        }
    }
}

fn challenge(parameters: Parameters) -> Result<Challenge, Malformed> {
    let find = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let need = |name: &'static str| find(name).filter(|value| !value.is_empty()).ok_or(Malformed(name));
    let header = find("header");
    if header.as_deref().is_some_and(|header| !header.eq_ignore_ascii_case("Payment-Authorization")) {
        return Err(Malformed("header"));
    }
    Ok(Challenge {
        id: need("id")?,
        realm: need("realm")?,
        method: need("method")?,
        intent: need("intent")?,
        request: need("request")?,
        expires: find("expires"),
        digest: find("digest"),
        opaque: find("opaque"),
        header,
    })
}
