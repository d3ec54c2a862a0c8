//! What befalls the machine in one run: how often, of what, each seed another mixture.

use crate::rng::Rng;
use store::testing::Odds;

/// The mixture of one seed. Figures are "once in so many turns", 0 for never.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    /// Of operations of the disk.
    pub odds: Odds,
    /// The same while a start is under way.
    pub at_start: Odds,
    /// The process is killed, or the power fails, between two operations.
    pub kill: u64,
    /// The process is ended in order and started again.
    pub orderly: u64,
    /// The disk has no more space for a while.
    pub scarce: u64,
    /// The clock shows too early a time for a while.
    pub clock_back: u64,
    /// The disk takes its time: frames wait.
    pub slow: u64,
    /// Of ten deaths so many are of the whole machine.
    pub power: u64,
    /// One answer in so many never arrives.
    pub lost: u64,
}

impl Weather {
    pub fn of(rng: &mut Rng) -> Weather {
        let odds = Odds { crash: rng.pick(&[0, 150, 900]), io: rng.pick(&[0, 0, 60]), full: rng.pick(&[0, 0, 80]), misdirected: 0 };
        let at_start = Odds { crash: 3_000, io: 400, full: 400, misdirected: 0 };
        Weather {
            odds,
            at_start,
            kill: rng.pick(&[0, 150, 60]),
            orderly: rng.pick(&[0, 100, 40]),
            scarce: rng.pick(&[0, 0, 120]),
            clock_back: rng.pick(&[0, 120]),
            slow: rng.pick(&[0, 4, 2]),
            power: rng.pick(&[0, 5, 9, 10]),
            lost: rng.pick(&[0, 40, 8]),
        }
    }

    /// Nothing goes wrong any more.
    pub fn calm() -> Weather {
        let none = Odds::default();
        Weather { odds: none, at_start: none, kill: 0, orderly: 0, scarce: 0, clock_back: 0, slow: 0, power: 0, lost: 0 }
    }
}
