//! Money as people read it: exact, short and in columns, never rounded, never zero for something.
//!
//! What a language does differently stands in `Words`; only English is filled in. The texts equal those of
//! `Intl.NumberFormat` with `style: "currency"` and six fraction digits at most, except for the true minus.

use ::money::{Amount, Asset, minor_digits};

#[cfg(test)]
mod tests;

/// Millionths in one main unit.
const MAIN: u128 = 1_000_000;
/// The most digits behind the point: six are the base unit itself.
const FINEST: usize = 6;
/// Between a code and its number, so that they stay on one line.
const HARD_SPACE: char = '\u{a0}';
/// The true minus.
const MINUS: char = '\u{2212}';

/// A sum or a change of one asset. Sums over many accounts need the wide count; below zero is a debit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Money {
    /// Base units: millionths of the main unit for fiat, pieces for anything else.
    pub units: i128,
    /// Of what.
    pub asset: Asset,
}

/// A number of money in pieces, so that a page can mute what lies beyond the minor unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figure {
    /// Sign and symbol or code: `−€`.
    pub head: String,
    /// Grouped main units with the minor digits: `1,234.50`.
    pub number: String,
    /// Digits beyond the minor unit: `6` of 4.816.
    pub rest: String,
    /// What follows the number: empty in English, or the name of an asset that is not a currency.
    pub tail: String,
}

/// How one language writes money. A further language is a further value of this type.
struct Words {
    decimal: char,
    group: char,
    /// Digits in a group.
    every: usize,
    symbols: &'static [(&'static str, &'static str)],
    /// The word for one hundredth, set directly behind the number.
    hundredths: &'static [(&'static str, &'static str)],
}

static EN: Words = Words {
    decimal: '.',
    group: ',',
    every: 3,
    symbols: &[
        ("AUD", "A$"),
        ("BRL", "R$"),
        ("CAD", "CA$"),
        ("CNY", "CN¥"),
        ("EUR", "€"),
        ("GBP", "£"),
        ("HKD", "HK$"),
        ("ILS", "₪"),
        ("INR", "₹"),
        ("JPY", "¥"),
        ("KRW", "₩"),
        ("MXN", "MX$"),
        ("NZD", "NZ$"),
        ("PHP", "₱"),
        ("TWD", "NT$"),
        ("USD", "$"),
        ("VND", "₫"),
        ("XAF", "FCFA\u{a0}"),
    ],
    hundredths: &[("EUR", "¢"), ("USD", "¢"), ("GBP", "p")],
};

impl Money {
    /// A count of base units as money.
    #[must_use]
    pub fn of(amount: Amount, asset: Asset) -> Money {
        Money { units: i128::from(amount.units()), asset }
    }

    /// The same with the other sign.
    #[must_use]
    pub fn negated(self) -> Money {
        Money { units: self.units.saturating_neg(), asset: self.asset }
    }

    /// True for nothing.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.units == 0
    }

    /// In pieces: at least the minor digits, zeros beyond them dropped, nothing ever rounded.
    #[must_use]
    pub fn figure(self) -> Figure {
        self.padded(0)
    }

    /// In pieces with at least `decimals` digits behind the point, so that the points of a column align.
    #[must_use]
    pub fn padded(self, decimals: usize) -> Figure {
        let sign = if self.units < 0 { MINUS.to_string() } else { String::new() };
        let units = self.units.unsigned_abs();
        let Some(iso) = self.asset.iso() else {
            let tail = format!("{HARD_SPACE}{}", self.asset);
            return Figure { head: sign, number: grouped(units, &EN), rest: String::new(), tail };
        };
        let minor = usize::from(minor_digits(&iso));
        let digits = format!("{:06}", units.checked_rem(MAIN).unwrap_or_default());
        let kept = significant(&digits).max(minor).max(decimals.min(FINEST));
        let (fine, coarse) = (digits.get(minor..kept).unwrap_or_default(), digits.get(..minor).unwrap_or_default());
        let mut number = grouped(units.checked_div(MAIN).unwrap_or_default(), &EN);
        let mut rest = String::new();
        if !coarse.is_empty() {
            number.push(EN.decimal);
            number.push_str(coarse);
        } else if !fine.is_empty() {
            rest.push(EN.decimal);
        }
        rest.push_str(fine);
        Figure { head: format!("{sign}{}", symbol(&iso, &EN)), number, rest, tail: String::new() }
    }

    /// Digits behind the point that [`Money::figure`] shows.
    #[must_use]
    pub fn decimals(self) -> usize {
        let Some(iso) = self.asset.iso() else { return 0 };
        let digits = format!("{:06}", self.units.unsigned_abs().checked_rem(MAIN).unwrap_or_default());
        significant(&digits).max(usize::from(minor_digits(&iso)))
    }

    /// The exact text: `€0.004`, `−€4.816`, `₩1,234.5`.
    #[must_use]
    pub fn exact(self) -> String {
        self.figure().text()
    }

    /// The exact text with a plus before a credit, for changes of a balance.
    #[must_use]
    pub fn change(self) -> String {
        if self.units > 0 { format!("+{}", self.exact()) } else { self.exact() }
    }

    /// The text of buttons and walls: under one hundredth the language's own word, `0.4¢`; else exact.
    #[must_use]
    pub fn short(self) -> String {
        let units = self.units.unsigned_abs();
        let hundredth = MAIN / 100;
        let word = self.asset.iso().and_then(|iso| find(EN.hundredths, &iso));
        let Some(word) = word.filter(|_| units > 0 && units < hundredth) else { return self.exact() };
        let digits = format!("{units:04}");
        let sign = if self.units < 0 { MINUS.to_string() } else { String::new() };
        format!("{sign}0{}{}{word}", EN.decimal, digits.trim_end_matches('0'))
    }

    /// The plain decimal of an attribute or a field: `-4.816`, no grouping, no symbol.
    #[must_use]
    pub fn plain(self) -> String {
        let units = self.units.unsigned_abs();
        let sign = if self.units < 0 { "-" } else { "" };
        if self.asset.iso().is_none() {
            return format!("{sign}{units}");
        }
        let digits = format!("{:06}", units.checked_rem(MAIN).unwrap_or_default());
        let main = units.checked_div(MAIN).unwrap_or_default();
        let shown = digits.get(..self.decimals()).unwrap_or_default();
        if shown.is_empty() { format!("{sign}{main}") } else { format!("{sign}{main}.{shown}") }
    }
}

impl Figure {
    /// The pieces as one text.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{}{}{}", self.head, self.number, self.rest, self.tail)
    }
}

/// Basis points as a percentage: `70%`, `2.5%`, `0.01%`.
#[must_use]
pub fn percent(bp: u16) -> String {
    let whole = bp / 100;
    let part = format!("{:02}", bp % 100);
    let part = part.trim_end_matches('0');
    if part.is_empty() { format!("{whole}%") } else { format!("{whole}{}{part}%", EN.decimal) }
}

/// A count with grouped digits: `12,480`.
#[must_use]
pub fn count(number: u64) -> String {
    grouped(u128::from(number), &EN)
}

/// How many of six decimals are needed to write the number exactly.
fn significant(digits: &str) -> usize {
    digits.trim_end_matches('0').len()
}

fn grouped(number: u128, words: &Words) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        let left = digits.len().saturating_sub(at);
        if at > 0 && left.checked_rem(words.every) == Some(0) {
            text.push(words.group);
        }
        text.push(digit);
    }
    text
}

/// The currency's symbol, or its code and a space that does not break.
fn symbol(iso: &str, words: &Words) -> String {
    find(words.symbols, iso).map_or_else(|| format!("{iso}{HARD_SPACE}"), str::to_owned)
}

fn find(table: &[(&str, &'static str)], iso: &str) -> Option<&'static str> {
    table.iter().find(|(code, _)| *code == iso).map(|(_, word)| *word)
}
