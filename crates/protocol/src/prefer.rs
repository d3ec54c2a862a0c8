//! What a client says it would like: payment methods in `Accept-Payment`, a page for people in `Accept`, and its language in
//! `Accept-Language`.

/// The longest `Accept-Payment` that is read, in bytes; a longer one is as if absent.
const MOST_BYTES: usize = 2_048;

/// How method `farthing`, intent `charge`, comes to be offered. It always is: a 402 without a challenge helps nobody.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offered {
    /// The client said nothing that fits us, or nothing readable: every dialect of the route goes out.
    ByDefault,
    /// A range of the client covers `farthing/charge`: only Payment challenges go out.
    Asked {
        /// How much it likes it, in thousandths, 1 to 1000.
        weight: u16,
    },
}

/// Reads `Accept-Payment`: weighted ranges such as `farthing/charge, tempo/*;q=0.5`.
///
/// The most specific range wins, then the heavier one; weight 0 takes the offer out. A header without a range for us, or
/// with any malformed range, is as if absent.
#[must_use]
pub fn farthing_charge(header: Option<&str>) -> Offered {
    match weight_of(header, "charge") {
        None | Some(0) => Offered::ByDefault,
        Some(weight) => Offered::Asked { weight },
    }
}

/// True if `Accept-Payment` has a range that covers `farthing/session`, of a weight above nothing: its sender can answer a standing
/// challenge.
#[must_use]
pub fn asks_for_session(header: Option<&str>) -> bool {
    weight_of(header, "session").is_some_and(|weight| weight > 0)
}

/// How much a client likes an intent of ours; none if it does not say, or nothing readable.
fn weight_of(header: Option<&str>, intent: &str) -> Option<u16> {
    let header = header.filter(|header| header.len() <= MOST_BYTES)?;
    let ranges = header.split(',').map(trim).filter(|range| !range.is_empty()).map(Range::parse);
    let mut best: Option<(usize, u16)> = None;
    for range in ranges {
        let range = range?;
        if let Some(specific) = range.covers("farthing", intent) {
            best = best.max(Some((specific, range.weight)));
        }
    }
    best.map(|(_, weight)| weight)
}

/// True if `Accept` names `text/html` with a weight above nothing. A wildcard alone does not count: programs send `*/*`.
#[must_use]
pub fn prefers_html(accept: Option<&str>) -> bool {
    accept.is_some_and(|accept| split_unquoted(accept, ',').any(is_html))
}

/// The most ranges of `Accept-Language` that are looked at.
const MOST_LANGUAGES: usize = 32;

/// The languages that `Accept-Language` asks for, dearest first, those of one weight as they stand: `ko-KR`, `ko`, `en`.
///
/// A range that is malformed or has weight 0 is left out, and so is the wildcard, which names no language.
#[must_use]
pub fn languages(header: Option<&str>) -> Vec<&str> {
    let ranges = header.filter(|header| header.len() <= MOST_BYTES).unwrap_or_default().split(',').take(MOST_LANGUAGES);
    let weighed = ranges.filter_map(|range| {
        let mut parts = range.split(';').map(trim);
        let tag = parts.next().filter(|tag| is_language(tag))?;
        Some((tag, parts.try_fold(1_000, weight_after)?)).filter(|(_, weight)| *weight > 0)
    });
    let mut weighed: Vec<(&str, u16)> = weighed.collect();
    weighed.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    weighed.into_iter().map(|(tag, _)| tag).collect()
}

/// Letters and digits in parts of at most eight, joined by hyphens (RFC 4647, section 2.1).
fn is_language(tag: &str) -> bool {
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= 35 && tag.split('-').all(is_part)
}

fn is_html(range: &str) -> bool {
    let mut parts = split_unquoted(range, ';').map(trim);
    let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("text/html"));
    named && parts.try_fold(1_000, weight_after).is_some_and(|weight| weight > 0)
}

/// One range of `Accept-Payment`.
struct Range<'a> {
    method: &'a str,
    intent: &'a str,
    weight: u16,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Range<'a>> {
        let mut parts = text.split(';').map(trim);
        let (method, intent) = parts.next()?.split_once('/')?;
        let weight = parts.filter(|part| !part.is_empty()).try_fold(1_000, weight_after)?;
        (is_word(method) && is_word(intent)).then_some(Range { method, intent, weight })
    }

    /// How many of the two words are named rather than left open, if the range covers them.
    fn covers(&self, method: &str, intent: &str) -> Option<usize> {
        let one = |said: &str, word: &str| match said {
            "*" => Some(0),
            said => (said == word).then_some(1_usize),
        };
        one(self.method, method)?.checked_add(one(self.intent, intent)?)
    }
}

/// A star, or a name as methods and intents have them.
fn is_word(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b':');
    text == "*" || (!text.is_empty() && text.bytes().all(allowed))
}

/// The weight after one more parameter: that of a `q`, the former of any other; nothing if the parameter is malformed.
fn weight_after(before: u16, parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    let (name, value) = (trim(name), trim(value));
    match name {
        "" => None,
        "q" | "Q" => weight(value),
        _ => (!value.is_empty()).then_some(before),
    }
}

/// A weight in thousandths (RFC 9110, section 12.4.2): `0` or `1`, at most three decimals, at most 1.
fn weight(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let readable = matches!(whole, "0" | "1") && decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    let weight = readable.then(|| format!("{whole}{decimals:0<3}").parse().ok()).flatten()?;
    (weight <= 1_000).then_some(weight)
}

/// Without the white space that fields allow between their parts.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// The parts between separators that do not stand inside a quoted string.
fn split_unquoted(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |character| {
        let plain = !escaped;
        escaped = quoted && plain && character == '\\';
        quoted ^= plain && character == '"';
        character == separator && !quoted
    })
}

#[cfg(test)]
mod tests;
