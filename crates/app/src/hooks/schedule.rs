//! When a delivery is tried again: a pure function of what happened.

use money::{Span, Timestamp};
use protocol::discovery::Mode;
use store::vault::{DeliveryId, Ending};

/// Seconds from one try's end to the next try; the first is at once.
const DELAYS_S: [u64; 10] = [0, 5, 30, 2 * 60, 10 * 60, 3_600, 3 * 3_600, 8 * 3_600, 24 * 3_600, 24 * 3_600];
/// Tries in test mode, where nobody waits for days.
const TEST_TRIES: usize = 3;
/// A receiver may ask for at most this much patience.
const MOST_PATIENCE: Span = Span(24 * 3_600);
/// Without one success for so long a webhook is paused.
pub const PATIENCE: Span = Span(5 * 86_400);

/// What a receiver did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answer {
    /// The status of its answer, if it gave one.
    pub status: Option<u16>,
    /// `Retry-After`, if it asked for patience.
    pub retry_after: Option<Span>,
    /// How long it took.
    pub latency_ms: u32,
    /// The header that was sent.
    pub request: String,
    /// The header and the body that came back.
    pub response: String,
    /// Why there was no answer.
    pub fault: Option<String>,
}

/// What comes after a try. Only 2xx has arrived: a redirect is not followed and is a failure; 410 says that nobody wants it.
#[must_use]
pub fn ending(mode: Mode, (id, tries_before): (DeliveryId, u32), answer: &Answer, now: Timestamp) -> Ending {
    match answer.status {
        Some(200..=299) => return Ending::Delivered,
        Some(410) => return Ending::Gone,
        Some(_) | None => {}
    }
    let tries = usize::try_from(tries_before).unwrap_or(usize::MAX).saturating_add(1);
    let most = match mode {
        Mode::Test => TEST_TRIES,
        Mode::Live => DELAYS_S.len(),
    };
    let Some(delay) = DELAYS_S.get(tries).filter(|_| tries < most) else { return Ending::GivenUp };
    let asked = answer.retry_after.unwrap_or_default().min(MOST_PATIENCE);
    let at = now.after(asked).max(Timestamp(now.0.saturating_add(jittered_us(*delay, id, tries_before))));
    Ending::Again(at)
}

/// Nine to eleven tenths of a delay, in microseconds, by the delivery and the try: what failed together does not come back
/// together.
fn jittered_us(delay_s: u64, id: DeliveryId, tries: u32) -> u64 {
    let (seed, _) = id.0.split_first_chunk::<2>().expect("an id has ten bytes");
    let mixed = u16::from_le_bytes(*seed).wrapping_add(u16::try_from(tries % 64).unwrap_or(0).wrapping_mul(40_503));
    let thousandths = 900_u64.saturating_add(u64::from(mixed) % 201);
    delay_s.saturating_mul(1_000).saturating_mul(thousandths)
}

/// Reads `Retry-After`: seconds, or a date as HTTP writes it.
#[must_use]
pub fn retry_after(text: &str, now: Timestamp) -> Option<Span> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Span(text.parse().unwrap_or(u64::MAX)));
    }
    // `Sun, 06 Nov 1994 08:49:37 GMT`
    let (_, date) = text.split_once(", ")?;
    let mut words = date.split(' ');
    let (day, month, year, time, zone) = (words.next()?, words.next()?, words.next()?, words.next()?, words.next()?);
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let number = months.iter().position(|known| *known == month)?.saturating_add(1);
    let at = Timestamp::parse(&format!("{year}-{number:02}-{day}T{time}Z")).filter(|_| zone == "GMT" && words.next().is_none())?;
    Some(Span(at.seconds().saturating_sub(now.seconds())))
}
