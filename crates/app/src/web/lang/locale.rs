//! One language's way of writing numbers, money and instants, read strictly from its file.

use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// Between a word or code and its number, so that they stay on one line.
const HARD_SPACE: char = '\u{a0}';

/// How a language writes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Locale {
    /// Its name: `ko`, `en-IN`.
    pub tag: String,
    /// What the language calls itself.
    pub name: String,
    /// Before the decimals.
    pub decimal: char,
    /// Words for one hundredth by currency.
    pub hundredths: BTreeMap<String, String>,
    /// Money that is no change.
    pub plain: Around,
    /// Less than nothing.
    pub debit: Around,
    /// A gain.
    pub credit: Around,
    /// A percentage.
    pub percent: Around,
    group: char,
    /// Digits of the last group, and of each before it.
    groups: (usize, usize),
    least_before: usize,
    digits: Vec<char>,
    symbols: BTreeMap<String, String>,
    layouts: Vec<(Layout, Vec<Piece>)>,
    months: Vec<String>,
    months_alone: Vec<String>,
}

/// What stands before and behind a number; `¤` is a symbol's place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Around {
    before: String,
    after: String,
}

/// The ways to write an instant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// On this day.
    Today,
    /// On another day of about now.
    Near,
    /// With its year.
    Full,
    /// With its second.
    Precise,
    /// In a list that names the zone once.
    Listed,
    /// A day without its clock.
    Dated,
    /// A month of a year.
    Month,
}

/// The parts of an instant, as ASCII digits without leading zeros where people write none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fields {
    /// `2026`
    pub year: String,
    /// 1 to 12.
    pub month: usize,
    /// `5`
    pub day: String,
    /// `07:03`
    pub clock: String,
    /// `09`
    pub second: String,
    /// `UTC`
    pub zone: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Text(String),
    Year,
    Month,
    Day,
    Clock,
    Second,
    Zone,
}

/// A file that says nothing usable, with the key at fault.
#[derive(Error, Debug)]
pub enum BadLocale {
    /// Not TOML, or a key that is missing, unknown or of another kind.
    #[error("not a language's file")]
    Form(#[source] toml::de::Error),
    /// A value that cannot be one.
    #[error("`{0}` has a value that it cannot have")]
    Value(&'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    tag: String,
    name: String,
    number: NumberFile,
    money: MoneyFile,
    time: TimeFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NumberFile {
    decimal: char,
    group: char,
    grouping: String,
    least_before: usize,
    digits: String,
    percent: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MoneyFile {
    plain: String,
    debit: String,
    credit: String,
    symbols: BTreeMap<String, String>,
    hundredths: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeFile {
    today: String,
    near: String,
    full: String,
    precise: String,
    listed: String,
    dated: String,
    month: String,
    months: Vec<String>,
    months_alone: Vec<String>,
}

impl Locale {
    /// Reads a file whole or not at all.
    ///
    /// # Errors
    /// [`BadLocale`].
    pub fn parse(text: &str) -> Result<Locale, BadLocale> {
        let File { tag, name, number, money, time } = toml::from_str(text).map_err(BadLocale::Form)?;
        let digits: Vec<char> = number.digits.chars().collect();
        let months = [&time.months, &time.months_alone];
        if digits.len() != 10 {
            return Err(BadLocale::Value("digits"));
        }
        if months.iter().any(|months| months.len() != 12 || months.iter().any(String::is_empty)) {
            return Err(BadLocale::Value("months"));
        }
        let layouts = [
            (Layout::Today, time.today, "today"),
            (Layout::Near, time.near, "near"),
            (Layout::Full, time.full, "full"),
            (Layout::Precise, time.precise, "precise"),
            (Layout::Listed, time.listed, "listed"),
            (Layout::Dated, time.dated, "dated"),
            (Layout::Month, time.month, "month"),
        ];
        // A time without its zone, or with that of another reader, is another time.
        let zoned = |layout| matches!(layout, Layout::Today | Layout::Near | Layout::Full | Layout::Precise);
        let fits = |layout, pieces: &[Piece]| pieces.contains(&Piece::Zone) == zoned(layout);
        let layouts = layouts.into_iter().map(|(layout, text, key)| {
            pieces(&text).filter(|pieces| fits(layout, pieces)).map(|pieces| (layout, pieces)).ok_or(BadLocale::Value(key))
        });
        Ok(Locale {
            tag,
            name,
            decimal: number.decimal,
            hundredths: words(money.hundredths, "hundredths")?,
            plain: Around::parse(&money.plain, Symbol::Once).ok_or(BadLocale::Value("plain"))?,
            debit: Around::parse(&money.debit, Symbol::Once).ok_or(BadLocale::Value("debit"))?,
            credit: Around::parse(&money.credit, Symbol::Once).ok_or(BadLocale::Value("credit"))?,
            percent: Around::parse(&number.percent, Symbol::Never).ok_or(BadLocale::Value("percent"))?,
            group: number.group,
            groups: groups(&number.grouping).ok_or(BadLocale::Value("grouping"))?,
            least_before: number.least_before,
            digits,
            symbols: words(money.symbols, "symbols")?,
            layouts: layouts.collect::<Result<_, _>>()?,
            months: time.months,
            months_alone: time.months_alone,
        })
    }

    /// A number in groups.
    pub fn number(&self, number: u128) -> String {
        let ascii = number.to_string();
        let (last, each) = self.groups;
        let grouped = ascii.len() >= last.saturating_add(self.least_before);
        let mut text = String::new();
        for (at, digit) in ascii.chars().enumerate() {
            let ahead = ascii.len().saturating_sub(at).checked_sub(last);
            if at > 0 && grouped && ahead.is_some_and(|ahead| ahead.checked_rem(each) == Some(0)) {
                text.push(self.group);
            }
            text.push(self.digit(digit));
        }
        text
    }

    /// Text with its ASCII digits written as the language writes them.
    pub fn digits(&self, text: &str) -> String {
        text.chars().map(|character| self.digit(character)).collect()
    }

    fn digit(&self, character: char) -> char {
        let place = character.to_digit(10).and_then(|value| usize::try_from(value).ok());
        place.and_then(|place| self.digits.get(place)).copied().unwrap_or(character)
    }

    /// A currency's symbol, or its code.
    pub fn symbol<'a>(&'a self, iso: &'a str) -> &'a str {
        self.symbols.get(iso).map_or(iso, String::as_str)
    }

    /// An instant.
    pub fn instant(&self, layout: Layout, fields: &Fields) -> String {
        let months = if layout == Layout::Month { &self.months_alone } else { &self.months };
        let month = months.get(fields.month.saturating_sub(1)).map_or("", String::as_str);
        let pieces = self.layouts.iter().find(|(known, _)| *known == layout).map(|(_, pieces)| pieces.as_slice());
        let mut text = String::new();
        for piece in pieces.unwrap_or_default() {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Month => text.push_str(month),
                Piece::Year => text.push_str(&self.digits(&fields.year)),
                Piece::Day => text.push_str(&self.digits(&fields.day)),
                Piece::Clock => text.push_str(&self.digits(&fields.clock)),
                Piece::Second => text.push_str(&self.digits(&fields.second)),
                Piece::Zone => text.push_str(&fields.zone),
            }
        }
        text
    }
}

/// Whether a pattern has a place for a symbol.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Symbol {
    Once,
    Never,
}

impl Around {
    fn parse(pattern: &str, symbol: Symbol) -> Option<Around> {
        let (before, after) = pattern.split_once('#')?;
        let wanted = if symbol == Symbol::Once { 1 } else { 0 };
        let fits = !after.contains('#') && pattern.matches('¤').count() == wanted;
        fits.then(|| Around { before: before.to_owned(), after: after.to_owned() })
    }

    /// Both sides with a symbol in its place. One that touches the number with a letter keeps a space from it, as CLDR says.
    pub fn with(&self, symbol: &str) -> (String, String) {
        let (mut before, mut after) = (self.before.replace('¤', symbol), self.after.replace('¤', symbol));
        if self.before.ends_with('¤') && symbol.ends_with(char::is_alphanumeric) {
            before.push(HARD_SPACE);
        }
        if self.after.starts_with('¤') && symbol.starts_with(char::is_alphanumeric) {
            after.insert(0, HARD_SPACE);
        }
        (before, after)
    }

    /// The sign alone: for what is no currency.
    pub fn sign(&self) -> String {
        self.before.replace('¤', "")
    }
}

fn groups(text: &str) -> Option<(usize, usize)> {
    let (last, each) = text.split_once(';').unwrap_or((text, text));
    let size = |text: &str| text.parse::<usize>().ok().filter(|size| (1..=4).contains(size));
    Some((size(last)?, size(each)?))
}

fn words(table: BTreeMap<String, String>, key: &'static str) -> Result<BTreeMap<String, String>, BadLocale> {
    let fits = |(code, word): (&String, &String)| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) && !word.is_empty();
    if table.iter().all(fits) { Ok(table) } else { Err(BadLocale::Value(key)) }
}

/// The pieces of a layout; none if a brace names nothing we know or is left open.
fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('{') {
        let (name, after) = from.split_once('}')?;
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(match name {
            "year" => Piece::Year,
            "month" => Piece::Month,
            "day" => Piece::Day,
            "clock" => Piece::Clock,
            "second" => Piece::Second,
            "zone" => Piece::Zone,
            _ => return None,
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    let has_field = pieces.iter().any(|piece| !matches!(piece, Piece::Text(_) | Piece::Zone));
    (has_field && !rest.contains('}')).then_some(pieces)
}
