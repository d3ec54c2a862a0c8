//! Replaying: the journal's records applied again must do what they say they did.

use crate::Error;
use crate::journal::{Frames, StoredFrame};
use market::{Outcome, Place, RULES_VERSION, Record, Stamp, State};
use std::collections::BTreeMap;

/// The state that a journal gives.
///
/// # Errors
/// [`Error::Replay`] at the first record that is unreadable, was made under other rules or whose outcome differs; what
/// reading says.
pub fn replay(frames: Frames) -> Result<State, Error> {
    let mut state = State::default();
    for frame in frames {
        replay_frame(&mut state, &frame?)?;
    }
    Ok(state)
}

fn replay_frame(state: &mut State, frame: &StoredFrame) -> Result<(), Error> {
    let frame = frame.frame();
    let header = *frame.header();
    let wrong = |record: u16, what: String| Error::Replay { sequence: header.sequence, record, what };
    if header.rules != u32::from(RULES_VERSION) {
        return Err(wrong(0, format!("made under rules version {}, this program follows {RULES_VERSION}", header.rules)));
    }
    for (number, bytes) in (0..=u16::MAX).zip(frame.records()) {
        let record = Record::decode(bytes).map_err(|damaged| wrong(number, damaged.to_string()))?;
        let stamp = Stamp { now: header.timestamp, place: Place { frame: header.sequence, record: number } };
        let outcome = state.apply(&record.command, stamp);
        if outcome != Outcome::Applied(record.applied.clone()) {
            return Err(wrong(number, format!("the journal says {:?}, replaying gives {outcome:?}", record.applied.effect)));
        }
    }
    Ok(())
}

/// What an audit found in a journal that is whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Audit {
    /// Frames read, each with its checksum, place in the chain and time verified.
    pub frames: u64,
    /// Records in them.
    pub records: u64,
    /// Every account by its number: the sum of its legs as the records state them.
    pub balances: Vec<i128>,
    /// Per asset, the sum over all accounts; anything but zero is a finding.
    pub sums: BTreeMap<String, i128>,
}

/// Recomputes every balance from the legs alone, without the rules that made them.
///
/// # Errors
/// [`Error::Replay`] for a record that is unreadable, opens accounts out of turn, names an unknown account or whose legs
/// do not sum to zero; what reading says.
pub fn audit(frames: Frames) -> Result<Audit, Error> {
    let mut audit = Audit { frames: 0, records: 0, balances: Vec::new(), sums: BTreeMap::new() };
    let mut assets: Vec<String> = Vec::new();
    for frame in frames {
        let frame = frame?;
        let sequence = frame.frame().header().sequence;
        for (number, bytes) in (0..=u16::MAX).zip(frame.frame().records()) {
            let wrong = |what: String| Error::Replay { sequence, record: number, what };
            let record = Record::decode(bytes).map_err(|damaged| wrong(damaged.to_string()))?;
            audit.records = audit.records.saturating_add(1);
            for key in &record.applied.posted.opened {
                audit.balances.push(0);
                assets.push(key.asset.as_str().to_owned());
            }
            let mut sums: BTreeMap<&str, i128> = BTreeMap::new();
            for leg in &record.applied.posted.legs {
                let at = usize::try_from(leg.account.0).unwrap_or(usize::MAX);
                let (Some(balance), Some(asset)) = (audit.balances.get_mut(at), assets.get(at)) else {
                    return Err(wrong(format!("a leg names account {}, which was never opened", leg.account.0)));
                };
                *balance = balance.saturating_add(i128::from(leg.amount));
                let sum = sums.entry(asset).or_default();
                *sum = sum.saturating_add(i128::from(leg.amount));
            }
            if let Some((asset, sum)) = sums.into_iter().find(|(_, sum)| *sum != 0) {
                return Err(wrong(format!("its legs in {asset} sum to {sum}")));
            }
        }
        audit.frames = audit.frames.saturating_add(1);
    }
    for (balance, asset) in audit.balances.iter().zip(assets) {
        let sum = audit.sums.entry(asset).or_default();
        *sum = sum.saturating_add(*balance);
    }
    Ok(audit)
}
