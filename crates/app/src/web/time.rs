//! Instants and spans as people read them, by the clocks of their zone and with its name, always with the exact instant in the markup.

use super::lang::{Fields, Lang, Layout, plain};
use ::money::{Span, Timestamp};
use maud::{Markup, html};

/// `14:32 UTC` on the day of `now`, else `25 Nov, 14:32 UTC`.
#[must_use]
pub fn brief(at: Timestamp, now: Timestamp, lang: Lang) -> Markup {
    tag(at, &written(at, if is_same_day(at, now, lang) { Layout::Today } else { Layout::Near }, lang))
}

/// `22 Nov 2026, 17:11 UTC`.
#[must_use]
pub fn full(at: Timestamp, lang: Lang) -> Markup {
    tag(at, &full_text(at, lang))
}

/// The same where no markup can stand.
#[must_use]
pub fn full_text(at: Timestamp, lang: Lang) -> String {
    written(at, Layout::Full, lang)
}

/// `22 Nov 2026, 17:11:05 UTC`; for timelines.
#[must_use]
pub fn precise(at: Timestamp, lang: Lang) -> Markup {
    tag(at, &precise_text(at, lang))
}

/// The same where no markup can stand.
#[must_use]
pub fn precise_text(at: Timestamp, lang: Lang) -> String {
    written(at, Layout::Precise, lang)
}

/// `22 Nov, 17:11`: a line of a list that names year and zone itself.
#[must_use]
pub fn listed_text(at: Timestamp, lang: Lang) -> String {
    written(at, Layout::Listed, lang)
}

/// The line of a list: `22 Nov, 17:11`, the year when it is not this one. The list says the zone once.
#[must_use]
pub fn listed(at: Timestamp, now: Timestamp, lang: Lang) -> Markup {
    let this_year = fields(at, lang).year == fields(now, lang).year;
    let text = written(at, if this_year { Layout::Listed } else { Layout::Dated }, lang);
    // The markup says the minute as well: fifty lines need no seconds, and the receipt a click away has them.
    let exact = at.to_string();
    html! { time datetime=(format!("{}Z", exact.get(..16).unwrap_or(&exact))) { (text) } }
}

/// The same for a line that has its instant already: `14:32` on the day of `now`. The exact instant stands a click away.
#[must_use]
pub fn listed_hint(at: Timestamp, now: Timestamp, lang: Lang) -> String {
    if is_same_day(at, now, lang) { lang.locale().digits(&fields(at, lang).clock) } else { written(at, Layout::Listed, lang) }
}

/// A day alone: `22 Nov 2026`.
#[must_use]
pub fn day(at: Timestamp, lang: Lang) -> String {
    written(at, Layout::Dated, lang)
}

/// `November 2026`.
#[must_use]
pub fn month(at: Timestamp, lang: Lang) -> String {
    written(at, Layout::Month, lang)
}

/// An exact span in words, with the largest unit that stays whole: `10 minutes`, `1 hour`, `90 seconds`.
#[must_use]
pub fn span(of: Span, lang: Lang) -> String {
    let whole = |size: u64| of.0.checked_div(size).filter(|count| *count > 0 && of.0.checked_rem(size) == Some(0));
    if let Some(days) = whole(86_400) {
        plain!(lang, "span-days", count: days)
    } else if let Some(hours) = whole(3_600) {
        plain!(lang, "span-hours", count: hours)
    } else if let Some(minutes) = whole(60) {
        plain!(lang, "span-minutes", count: minutes)
    } else {
        plain!(lang, "span-seconds", count: of.0)
    }
}

/// A long span by its two largest units: `3 d 4 h`, `12 min 5 s`.
#[must_use]
pub fn uptime(of: Span) -> String {
    let (days, hours, minutes, seconds) = (of.0 / 86_400, of.0 / 3_600 % 24, of.0 / 60 % 60, of.0 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min {seconds} s"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

fn tag(at: Timestamp, text: &str) -> Markup {
    html! { time datetime=(at) { (text) } }
}

fn is_same_day(at: Timestamp, now: Timestamp, lang: Lang) -> bool {
    let day = |at| lang.zone().local(at).utc_day();
    day(at) == day(now)
}

fn written(at: Timestamp, layout: Layout, lang: Lang) -> String {
    lang.locale().instant(layout, &fields(at, lang))
}

/// Taken from the RFC 3339 text, which has one shape: `2026-11-22T17:11:05Z`.
fn fields(at: Timestamp, lang: Lang) -> Fields {
    let text = lang.zone().local(at).to_string();
    let (date, clock) = text.split_once('T').unwrap_or_default();
    let mut parts = date.split('-');
    let year = parts.next().unwrap_or_default().to_owned();
    let month = parts.next().and_then(|month| month.parse().ok()).unwrap_or(1);
    let day = parts.next().unwrap_or_default().trim_start_matches('0').to_owned();
    let (clock, second) = (clock.get(..5).unwrap_or_default().to_owned(), clock.get(6..8).unwrap_or_default().to_owned());
    Fields { year, month, day, clock, second, zone: lang.zone().word(at) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_carry_their_zone_and_their_exact_value() {
        let at = Timestamp::parse("2026-11-05T07:03:09Z").unwrap();
        let same_day = Timestamp::parse("2026-11-05T23:59:59Z").unwrap();
        let other_year = Timestamp::parse("2027-01-01T00:00:00Z").unwrap();
        let open = "<time datetime=\"2026-11-05T07:03:09Z\">";
        assert_eq!(brief(at, same_day, Lang::EN).into_string(), format!("{open}07:03 UTC</time>"));
        assert_eq!(brief(at, other_year, Lang::EN).into_string(), format!("{open}5 Nov, 07:03 UTC</time>"));
        assert_eq!(full(at, Lang::EN).into_string(), format!("{open}5 Nov 2026, 07:03 UTC</time>"));
        assert_eq!(precise(at, Lang::EN).into_string(), format!("{open}5 Nov 2026, 07:03:09 UTC</time>"));
        assert_eq!(listed(at, same_day, Lang::EN).into_string(), "<time datetime=\"2026-11-05T07:03Z\">5 Nov, 07:03</time>");
        assert_eq!(listed(at, other_year, Lang::EN).into_string(), "<time datetime=\"2026-11-05T07:03Z\">5 Nov 2026</time>");
    }

    #[test]
    fn instants_are_written_by_the_clocks_of_the_readers_zone() {
        let seoul = Lang::EN.in_zone(crate::zone::Zone::named("Asia/Seoul").unwrap());
        let (at, now) = (Timestamp::parse("2026-12-31T15:03:09Z").unwrap(), Timestamp::parse("2026-12-31T20:00:00Z").unwrap());
        assert_eq!(brief(at, now, seoul).into_string(), "<time datetime=\"2026-12-31T15:03:09Z\">00:03 KST</time>");
        assert_eq!((precise_text(at, seoul), month(at, seoul)), ("1 Jan 2027, 00:03:09 KST".to_owned(), "January 2027".to_owned()));
        let before = Timestamp::parse("2026-12-31T14:59:59Z").unwrap();
        assert_eq!(listed(before, now, seoul).into_string(), "<time datetime=\"2026-12-31T14:59Z\">31 Dec 2026</time>");
    }

    #[test]
    fn spans_in_whole_units() {
        let words: Vec<String> = [0, 1, 90, 600, 3_600, 86_400, 259_200].into_iter().map(|s| span(Span(s), Lang::EN)).collect();
        assert_eq!(words, ["0 seconds", "1 second", "90 seconds", "10 minutes", "1 hour", "1 day", "3 days"]);
        let long: Vec<String> = [5, 725, 7_380, 273_600].into_iter().map(|s| uptime(Span(s))).collect();
        assert_eq!(long, ["5 s", "12 min 5 s", "2 h 3 min", "3 d 4 h"]);
    }
}
