//! The time zone in which a payer reads instants and counts months. Its rules come from a database that is built in, so that two
//! machines say the same; nothing below the roof knows of it, and no replay hangs on it.

use jiff::civil::date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use money::Timestamp;
use std::sync::OnceLock;

/// A zone of the database.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Zone(usize);

/// The fact that says in which zone somebody reads.
pub const ZONE: &str = "zone";

struct Known {
    name: String,
    rules: OnceLock<TimeZone>,
}

/// All zones, UTC first; each is read when somebody first asks for it.
fn known() -> &'static [Known] {
    static ALL: OnceLock<Vec<Known>> = OnceLock::new();
    ALL.get_or_init(|| {
        let data = TimeZoneDatabase::bundled();
        // The names without a place, such as `CST`, are of other times and mean different things to different people.
        let mut names: Vec<String> = data.available().map(|name| name.to_string()).filter(|name| name.contains('/')).collect();
        names.sort();
        let all = std::iter::once("UTC".to_owned()).chain(names);
        all.map(|name| Known { name, rules: OnceLock::new() }).collect()
    })
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(0);

    /// The zone of that name, in any case of letters: `Asia/Seoul`.
    #[must_use]
    pub fn named(name: &str) -> Option<Zone> {
        known().iter().position(|zone| zone.name.eq_ignore_ascii_case(name)).map(Zone)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        known().get(self.0).map_or("UTC", |zone| zone.name.as_str())
    }

    /// The instant at which clocks in UTC show what clocks here show at `at`.
    #[must_use]
    pub fn local(self, at: Timestamp) -> Timestamp {
        shifted(at, self.offset_s(at))
    }

    /// What the zone is called at an instant, short enough to stand behind a time: `CET`, else `UTC+5:30`.
    #[must_use]
    pub fn word(self, at: Timestamp) -> String {
        let info = self.rules().to_offset_info(instant(at));
        let word = info.abbreviation();
        if word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return word.to_owned();
        }
        let offset = info.offset().seconds();
        let (sign, minutes) = (if offset < 0 { '−' } else { '+' }, offset.unsigned_abs() / 60);
        let (hours, rest) = (minutes / 60, minutes % 60);
        if rest == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{rest:02}") }
    }

    /// The first instant of a month here, in months since January 1970. Where clocks skip its midnight, the first that they show.
    #[must_use]
    pub fn month_start(self, month: u32) -> Timestamp {
        let plain = Timestamp::of_utc_month(month);
        let year = i16::try_from(u64::from(month / 12).saturating_add(1970)).unwrap_or(i16::MAX);
        let number = i8::try_from((month % 12).saturating_add(1)).unwrap_or(1);
        // The calendar of the database ends in the year 9999; nobody counts a month there.
        if self == Zone::UTC || year > 9_998 {
            return plain;
        }
        let midnight = self.rules().to_ambiguous_timestamp(date(year, number, 1).at(0, 0, 0, 0)).compatible();
        midnight.map_or(plain, |at| Timestamp::from_seconds(u64::try_from(at.as_second()).unwrap_or(0)))
    }

    /// Months since January 1970 here. Equal for two instants of the same month, also where clocks are set back over its end.
    #[must_use]
    pub fn month_of(self, at: Timestamp) -> u32 {
        let near = self.local(at).utc_month();
        if at < self.month_start(near) {
            near.saturating_sub(1)
        } else if at >= self.month_start(near.saturating_add(1)) {
            near.saturating_add(1)
        } else {
            near
        }
    }

    fn offset_s(self, at: Timestamp) -> i32 {
        if self == Zone::UTC { 0 } else { self.rules().to_offset(instant(at)).seconds() }
    }

    fn rules(self) -> &'static TimeZone {
        static UTC: TimeZone = TimeZone::UTC;
        let Some(zone) = known().get(self.0) else { return &UTC };
        zone.rules.get_or_init(|| TimeZoneDatabase::bundled().get(&zone.name).unwrap_or(TimeZone::UTC))
    }
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    let seconds = i64::try_from(at.seconds()).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX)
}

fn shifted(at: Timestamp, seconds: i32) -> Timestamp {
    let micros = u64::from(seconds.unsigned_abs()).saturating_mul(1_000_000);
    Timestamp(if seconds < 0 { at.0.saturating_sub(micros) } else { at.0.saturating_add(micros) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "small known numbers of a test; an overflow fails it")]
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    #[test]
    fn zones_are_found_by_name_and_say_what_clocks_show() {
        assert_eq!((zone("asia/SEOUL").name(), zone("utc"), Zone::named("CST")), ("Asia/Seoul", Zone::UTC, None));
        for wrong in ["", "Europe", "Europe/Atlantis", "../etc", " Europe/Berlin"] {
            assert_eq!(Zone::named(wrong), None, "{wrong}");
        }
        let summer = at("2026-07-01T22:30:00Z");
        for (name, local, word) in [
            ("UTC", "2026-07-01T22:30:00Z", "UTC"),
            ("Europe/Berlin", "2026-07-02T00:30:00Z", "CEST"),
            ("America/New_York", "2026-07-01T18:30:00Z", "EDT"),
            ("Asia/Kolkata", "2026-07-02T04:00:00Z", "IST"),
            ("America/Sao_Paulo", "2026-07-01T19:30:00Z", "UTC−3"),
            ("Asia/Kathmandu", "2026-07-02T04:15:00Z", "UTC+5:45"),
        ] {
            assert_eq!((zone(name).local(summer), zone(name).word(summer)), (at(local), word.to_owned()), "{name}");
        }
        assert_eq!(zone("Europe/Berlin").word(at("2026-12-01T12:00:00Z")), "CET");
    }

    #[test]
    fn months_begin_at_midnight_here_and_part_all_instants() {
        let november = at("2026-11-01T00:00:00Z").utc_month();
        for (name, start) in [
            ("UTC", "2026-11-01T00:00:00Z"),
            ("Asia/Seoul", "2026-10-31T15:00:00Z"),
            ("Europe/Berlin", "2026-10-31T23:00:00Z"),
            ("America/New_York", "2026-11-01T04:00:00Z"),
        ] {
            let (zone, start) = (zone(name), at(start));
            assert_eq!(zone.month_start(november), start, "{name}");
            assert_eq!([zone.month_of(start), zone.month_of(Timestamp(start.0 - 1))], [november, november - 1], "{name}");
        }
    }

    #[test]
    fn every_zone_has_months_that_follow_each_other() {
        for zone in (0..known().len()).map(Zone) {
            for month in (0..900).step_by(7) {
                let (start, next) = (zone.month_start(month), zone.month_start(month + 1));
                assert!(start < next, "{} {month}", zone.name());
                assert_eq!([zone.month_of(start), zone.month_of(Timestamp(next.0 - 1)), zone.month_of(next)], [month, month, month + 1]);
            }
        }
    }
}
