//! How fast pages may go on by themselves: what runs away is stopped after a minute's worth, long before a month's cap.

use money::{CommandId, Party, Span, Timestamp};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// So many a minute, of one payer on one site.
const A_MINUTE: usize = 10;
/// So many an hour.
const AN_HOUR: usize = 60;
const MINUTE: Span = Span(60);
const HOUR: Span = Span(3_600);
/// More pairs of payer and site than this are not counted at once; one that is not counted waits for a press.
const MOST: usize = 65_536;

/// The purchases of one payer on one site that went on by themselves, each with its time.
type Steps = BTreeMap<(Party, String), Vec<(Timestamp, CommandId)>>;

/// The one-click purchases of the last hour. In memory only: after a restart the engine's caps are what is left.
#[derive(Default)]
pub(super) struct Tempo(Mutex<Steps>);

impl Tempo {
    /// True if one more would be let through.
    pub fn has_room(&self, of: &(Party, String), now: Timestamp) -> bool {
        let counted = self.0.lock().expect("nothing panics with the counts in hand");
        counted.get(of).map_or_else(|| counted.len() < MOST, |steps| fits(steps, now))
    }

    /// Counts a purchase and says whether it may go on; the same purchase sent again counts once.
    pub fn step(&self, of: (Party, String), id: CommandId, now: Timestamp) -> bool {
        let mut counted = self.0.lock().expect("nothing panics with the counts in hand");
        if !counted.contains_key(&of) && counted.len() >= MOST {
            counted.retain(|_, steps| steps.last().is_some_and(|(at, _)| now < at.after(HOUR)));
            if counted.len() >= MOST {
                return false;
            }
        }
        let steps = counted.entry(of).or_default();
        steps.retain(|(at, _)| now < at.after(HOUR));
        if steps.iter().any(|(_, known)| *known == id) {
            return true;
        }
        let fits = fits(steps, now);
        if fits {
            steps.push((now, id));
        }
        fits
    }
}

fn fits(steps: &[(Timestamp, CommandId)], now: Timestamp) -> bool {
    let within = |span: Span| steps.iter().filter(|(at, _)| now < at.after(span)).count();
    within(MINUTE) < A_MINUTE && within(HOUR) < AN_HOUR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_a_minute_sixty_an_hour_and_each_purchase_once() {
        let (tempo, site) = (Tempo::default(), || (Party([1; 20]), "news.example".to_owned()));
        let at = |seconds: u64| Timestamp::from_seconds(1_800_000_000 + seconds);
        let id = |number: u8| CommandId([number; 16]);
        for number in 0..10 {
            assert!(tempo.has_room(&site(), at(0)) && tempo.step(site(), id(number), at(0)));
        }
        assert!(!tempo.has_room(&site(), at(59)) && !tempo.step(site(), id(10), at(59)));
        assert!(tempo.step(site(), id(3), at(59)), "sent again");
        assert!(tempo.step((Party([2; 20]), "news.example".to_owned()), id(10), at(59)), "another payer");
        assert!(tempo.step((Party([1; 20]), "tv.example".to_owned()), id(10), at(59)), "another site");
        for minute in 1..6 {
            for number in 0..10 {
                assert!(tempo.step(site(), id(u8::try_from(minute * 10 + number).unwrap()), at(minute * 60)));
            }
        }
        assert!(!tempo.has_room(&site(), at(3_599)) && !tempo.step(site(), id(99), at(3_599)));
        assert!(tempo.step(site(), id(99), at(3_600)));
    }
}
