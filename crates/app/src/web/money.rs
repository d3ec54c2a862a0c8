//! Money as people read it: exact, short and in columns, never rounded, never zero for something.
//!
//! What a language does differently stands in its `Locale`. The texts equal those of `Intl.NumberFormat` with
//! `style: "currency"` and six fraction digits at most, except for the true minus: `testdata/money.tsv`.

use super::lang::{Around, Lang, Locale};
use ::money::{Amount, Asset, minor_digits};

#[cfg(test)]
mod tests;

/// Millionths in one main unit.
const MAIN: u128 = 1_000_000;
/// And in one hundredth of it.
const HUNDREDTH: u128 = 10_000;
/// The most digits behind the point: six are the base unit itself.
const FINEST: usize = 6;
/// Between a code and its number, so that they stay on one line.
const HARD_SPACE: char = '\u{a0}';

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
    /// What follows the number: a symbol where the language puts it there, or the name of an asset that is no currency.
    pub tail: String,
}

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
    pub fn figure(self, lang: Lang) -> Figure {
        self.padded(0, lang)
    }

    /// In pieces with at least `decimals` digits behind the point, so that the points of a column align.
    #[must_use]
    pub fn padded(self, decimals: usize, lang: Lang) -> Figure {
        let locale = lang.locale();
        self.written(if self.units < 0 { &locale.debit } else { &locale.plain }, decimals, locale)
    }

    /// The same with a plus before a credit, for changes of a balance.
    #[must_use]
    pub fn changed(self, decimals: usize, lang: Lang) -> Figure {
        let locale = lang.locale();
        if self.units > 0 { self.written(&locale.credit, decimals, locale) } else { self.padded(decimals, lang) }
    }

    fn written(self, around: &Around, decimals: usize, locale: &Locale) -> Figure {
        let units = self.units.unsigned_abs();
        let Some(iso) = self.asset.iso() else {
            let tail = format!("{HARD_SPACE}{}", self.asset);
            return Figure { head: around.sign(), number: locale.number(units), rest: String::new(), tail };
        };
        let minor = usize::from(minor_digits(&iso));
        let digits = format!("{:06}", units.checked_rem(MAIN).unwrap_or_default());
        let kept = significant(&digits).max(minor).max(decimals.min(FINEST));
        let (fine, coarse) = (digits.get(minor..kept).unwrap_or_default(), digits.get(..minor).unwrap_or_default());
        let mut number = locale.number(units.checked_div(MAIN).unwrap_or_default());
        let mut rest = String::new();
        if !coarse.is_empty() {
            number.push(locale.decimal);
            number.push_str(&locale.digits(coarse));
        } else if !fine.is_empty() {
            rest.push(locale.decimal);
        }
        rest.push_str(&locale.digits(fine));
        let (head, tail) = around.with(locale.symbol(&iso));
        Figure { head, number, rest, tail }
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
    pub fn exact(self, lang: Lang) -> String {
        self.figure(lang).text()
    }

    /// The text of buttons and walls: under one hundredth the language's own word, `0.4¢`; else exact.
    #[must_use]
    pub fn short(self, lang: Lang) -> String {
        let locale = lang.locale();
        let units = self.units.unsigned_abs();
        let word = self.asset.iso().and_then(|iso| locale.hundredths.get(&iso));
        let Some(word) = word.filter(|_| units > 0 && units < HUNDREDTH) else { return self.exact(lang) };
        let digits = format!("{units:04}");
        let sign = if self.units < 0 { locale.debit.sign() } else { String::new() };
        let number = format!("0{}{}", locale.decimal, digits.trim_end_matches('0'));
        format!("{sign}{}{word}", locale.digits(&number))
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

impl Money {
    /// As a reader would type it into a field: [`Money::plain`] with the language's own decimal sign.
    #[must_use]
    pub fn typed(self, lang: Lang) -> String {
        self.plain().replace('.', &lang.locale().decimal.to_string())
    }
}

/// What a reader typed as a plain decimal. None if it has the sign that parts groups here and decimals elsewhere: `1.234`
/// is one thing in German and another in English, and nobody should pay a guess.
#[must_use]
pub fn plain_of_typed(text: &str, lang: Lang) -> Option<String> {
    let decimal = lang.locale().decimal;
    let other = if decimal == '.' { ',' } else { '.' };
    (!text.contains(other)).then(|| text.replace(decimal, "."))
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
pub fn percent(bp: u16, lang: Lang) -> String {
    let locale = lang.locale();
    let part = format!("{:02}", bp % 100);
    let part = part.trim_end_matches('0');
    let mut number = (bp / 100).to_string();
    if !part.is_empty() {
        number.push(locale.decimal);
        number.push_str(part);
    }
    let (before, after) = locale.percent.with("");
    format!("{before}{}{after}", locale.digits(&number))
}

/// A count with grouped digits: `12,480`.
#[must_use]
pub fn count(number: u64, lang: Lang) -> String {
    lang.locale().number(u128::from(number))
}

/// How many of six decimals are needed to write the number exactly.
fn significant(digits: &str) -> usize {
    digits.trim_end_matches('0').len()
}
