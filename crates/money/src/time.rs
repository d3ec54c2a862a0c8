//! Instants and exact spans. A clock is never read here: `now` is always handed in.

use core::fmt;

/// Microseconds since 1970-01-01T00:00:00Z. `Display` is RFC 3339 in UTC with whole seconds, as on challenges.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Timestamp(pub u64);

/// An exact length of time in seconds, written `10m`, `72h`, `3d`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub struct Span(pub u64);

/// Why a text is no exact span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SpanError;

/// A calendar date in UTC.
struct Date {
    year: u64,
    month: u64,
    day: u64,
}

impl Timestamp {
    /// So many whole seconds since 1970.
    #[must_use]
    pub const fn from_seconds(seconds: u64) -> Timestamp {
        Timestamp(seconds.saturating_mul(1_000_000))
    }

    /// So many milliseconds since 1970.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Timestamp {
        Timestamp(ms.saturating_mul(1_000))
    }

    /// Whole seconds since 1970, floored.
    #[must_use]
    pub const fn seconds(self) -> u64 {
        self.0 / 1_000_000
    }

    /// Whole milliseconds since 1970, floored.
    #[must_use]
    pub const fn ms(self) -> u64 {
        self.0 / 1_000
    }

    /// The instant `span` later; stays at the end of time rather than wrapping.
    #[must_use]
    pub const fn after(self, span: Span) -> Timestamp {
        Timestamp(self.0.saturating_add(span.0.saturating_mul(1_000_000)))
    }

    /// The instant `span` earlier, or 1970.
    #[must_use]
    pub const fn before(self, span: Span) -> Timestamp {
        Timestamp(self.0.saturating_sub(span.0.saturating_mul(1_000_000)))
    }

    /// Months since January 1970 in UTC: equal for two instants of the same calendar month.
    #[must_use]
    pub fn utc_month(self) -> u32 {
        let date = date(self.seconds() / 86_400);
        let months = date.year.saturating_sub(1970).saturating_mul(12).saturating_add(date.month).saturating_sub(1);
        u32::try_from(months).unwrap_or(u32::MAX)
    }

    /// The first instant of a month, as [`Timestamp::utc_month`] counts them.
    #[must_use]
    pub fn of_utc_month(month: u32) -> Timestamp {
        let (years, month) = (u64::from(month / 12), u64::from(month % 12));
        let first = Date { year: years.saturating_add(1970), month: month.saturating_add(1), day: 1 };
        Timestamp::from_seconds(days_since_1970(&first).unwrap_or(0).saturating_mul(86_400))
    }

    /// Days since 1970-01-01 in UTC.
    #[must_use]
    pub const fn utc_day(self) -> u64 {
        self.seconds() / 86_400
    }

    /// Reads RFC 3339 in UTC with whole seconds, `2026-11-22T17:11:05Z`, and nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Timestamp> {
        let bytes = text.as_bytes();
        let fixed = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
        let shape = fixed(4, b'-') && fixed(7, b'-') && fixed(10, b'T') && fixed(13, b':') && fixed(16, b':');
        if bytes.len() != 20 || !shape || !fixed(19, b'Z') {
            return None;
        }
        let number = |from: usize, to: usize| {
            let part = text.get(from..to).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?;
            part.parse::<u64>().ok()
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        if year < 1970 || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let days = days_since_1970(&Date { year, month, day })?;
        let back = date(days);
        if (back.year, back.month, back.day) != (year, month, day) {
            return None;
        }
        let of_day = hour.checked_mul(3_600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
        Some(Timestamp::from_seconds(days.checked_mul(86_400)?.checked_add(of_day)?))
    }
}

/// The date of a day number, by the era method (400 years = 146,097 days) with March as the first month.
fn date(day_number: u64) -> Date {
    let shifted = day_number.saturating_add(719_468);
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = of_era.saturating_sub(of_era / 1_460).saturating_add(of_era / 36_524).saturating_sub(of_era / 146_096) / 365;
    let leap_days = (year_of_era / 4).saturating_sub(year_of_era / 100);
    let of_year = of_era.saturating_sub(year_of_era.saturating_mul(365).saturating_add(leap_days));
    let march_month = of_year.saturating_mul(5).saturating_add(2) / 153;
    let day = of_year.saturating_sub(march_month.saturating_mul(153).saturating_add(2) / 5).saturating_add(1);
    let month = if march_month < 10 { march_month.saturating_add(3) } else { march_month.saturating_sub(9) };
    let year = era.saturating_mul(400).saturating_add(year_of_era).saturating_add(u64::from(month <= 2));
    Date { year, month, day }
}

/// The inverse of [`date`] for dates from 1970; garbage days are caught by converting back.
fn days_since_1970(of: &Date) -> Option<u64> {
    let year = of.year.checked_sub(u64::from(of.month <= 2))?;
    let march_month = of.month.checked_add(9)?.checked_rem(12)?;
    let of_year = march_month.checked_mul(153)?.checked_add(2)?.checked_div(5)?.checked_add(of.day)?.checked_sub(1)?;
    let (era, year_of_era) = (year / 400, year % 400);
    let of_era = year_of_era.checked_mul(365)?.checked_add(year_of_era / 4)?.checked_sub(year_of_era / 100)?.checked_add(of_year)?;
    era.checked_mul(146_097)?.checked_add(of_era)?.checked_sub(719_468)
}

impl Span {
    /// Reads `45s`, `10m`, `72h` or `3d`. `week`, `month` and `year` are calendar words, not exact spans.
    ///
    /// # Errors
    /// [`SpanError`] for any other form.
    pub fn parse(text: &str) -> Result<Span, SpanError> {
        let unit = match text.bytes().last() {
            Some(b's') => 1,
            Some(b'm') => 60,
            Some(b'h') => 3_600,
            Some(b'd') => 86_400,
            _ => return Err(SpanError),
        };
        let number = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(SpanError);
        }
        let count: u64 = number.parse().map_err(|_| SpanError)?;
        count.checked_mul(unit).filter(|seconds| *seconds <= 100 * 366 * 86_400).map(Span).ok_or(SpanError)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day } = date(self.seconds() / 86_400);
        let of_day = self.seconds() % 86_400;
        let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

impl fmt::Display for SpanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an exact span is a whole number and s, m, h or d, such as \"10m\"")
    }
}

impl core::error::Error for SpanError {}
