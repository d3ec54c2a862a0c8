//! Replaying: the journal's records applied again must do what they say they did.

use crate::Error;
use crate::journal::{Frames, Head, StoredFrame};
use market::{AHEAD, AccountKey, Applied, HashKey, Layout, Outcome, Place, RULES_VERSION, Record, Replayable, Stamp, State, says};
use money::Asset;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::sync_channel;

/// Records of one frame at most: a record's number has 16 bits.
pub(crate) const RECORDS_A_FRAME: usize = 1 << 16;

/// Frames read ahead of the one that is applied.
const FRAMES_AHEAD: usize = 4;

/// The state that a journal gives, in tables that hash with `key`. Frames are read, verified and taken apart on a thread
/// of their own while the ones before are applied.
///
/// # Errors
/// [`Error::Replay`] at the first record that is unreadable, was made under other rules or whose outcome differs; what
/// reading says.
pub fn replay(frames: Frames, key: HashKey) -> Result<State, Error> {
    replay_onto(State::new(key), Head::default(), frames).map(|reached| reached.state)
}

/// What replaying came to.
pub(crate) struct Reached {
    pub state: State,
    /// The last frame replayed.
    pub head: Head,
    /// The bytes of all frames replayed.
    pub bytes: u64,
}

impl Reached {
    /// The state, if replaying came to the journal's head: what a footer states of frames nobody read would show here.
    pub(crate) fn come_to(self, head: &Head) -> Result<State, Error> {
        if self.head == *head {
            return Ok(self.state);
        }
        let what = format!("the journal ends at frame {} with another hash, time or number", head.sequence);
        Err(Error::Replay { sequence: self.head.sequence, record: 0, what })
    }
}

/// As [`replay`], on the state that the journal gave up to `head`.
pub(crate) fn replay_onto(state: State, head: Head, frames: Frames) -> Result<Reached, Error> {
    let mut reached = Reached { state, head, bytes: 0 };
    let (sender, receiver) = sync_channel(FRAMES_AHEAD);
    // What was applied goes back, so that its memory is filled again.
    let (give_back, spare) = sync_channel::<Apart>(FRAMES_AHEAD.saturating_add(2));
    let read = move || {
        for frame in frames {
            let apart = frame.and_then(|frame| {
                let mut apart = spare.try_recv().unwrap_or_default();
                apart.take(&frame).map(|()| apart)
            });
            let last = apart.is_err();
            // Nobody listens any more once a record was refused.
            if sender.send(apart).is_err() || last {
                return;
            }
        }
    };
    let reader = std::thread::Builder::new().name("replay".to_owned()).spawn(read);
    let reader = reader.map_err(|source| Error::Thread { source })?;
    let applied = receiver.iter().try_for_each(|apart| {
        let apart = apart?;
        apart.apply_to(&mut reached)?;
        // The reader may have come to its end.
        let _ = give_back.try_send(apart);
        Ok(())
    });
    drop(receiver);
    reader.join().expect("the reader of a replay does not panic");
    applied.map(|()| reached)
}

/// As [`replay`], all of it on the caller's thread.
#[cfg(feature = "simulated")]
pub(crate) fn replay_here(mut frames: Frames, key: HashKey) -> Result<State, Error> {
    let mut reached = Reached { state: State::new(key), head: Head::default(), bytes: 0 };
    let mut apart = Apart::default();
    frames.try_for_each(|frame| {
        apart.take(&frame?)?;
        apart.apply_to(&mut reached)
    })?;
    Ok(reached.state)
}

/// A frame taken apart: all that applying it needs.
#[derive(Default)]
struct Apart {
    head: Head,
    bytes: u64,
    layout: Option<Layout>,
    /// What the records ask; the first `count` of them count, the others are places to read into.
    asked: Vec<Replayable>,
    count: usize,
    /// Where in [`Apart::done`] the part of each record ends; it begins where that of the record before ends.
    ends: Vec<usize>,
    /// What the records say was done, one after the other.
    done: Vec<u8>,
}

impl Apart {
    /// Takes a frame apart, in place of what was there.
    fn take(&mut self, frame: &StoredFrame) -> Result<(), Error> {
        let header = *frame.frame().header();
        let wrong = |record: u16, what: String| Error::Replay { sequence: header.sequence, record, what };
        if header.rules != u32::from(RULES_VERSION) {
            return Err(wrong(0, format!("made under rules version {}, this program follows {RULES_VERSION}", header.rules)));
        }
        self.layout = Some(layout_of(frame)?);
        self.head = frame.head();
        self.bytes = u64::try_from(header.frame_bytes()).unwrap_or(u64::MAX);
        self.ends.clear();
        self.done.clear();
        self.count = 0;
        for (number, bytes) in numbered(frame)? {
            if self.asked.len() == self.count {
                self.asked.push(Replayable::default());
            }
            let asked = self.asked.get_mut(self.count).expect("there was room, or room was made");
            asked.decode_over(bytes).map_err(|damaged| wrong(number, damaged.to_string()))?;
            self.done.extend_from_slice(bytes.get(asked.done_at..).unwrap_or_default());
            self.ends.push(self.done.len());
            self.count = self.count.saturating_add(1);
        }
        Ok(())
    }

    fn apply_to(&self, reached: &mut Reached) -> Result<(), Error> {
        let Reached { state, .. } = reached;
        let layout = self.layout.unwrap_or(Layout::NEWEST);
        let mut numbers = 0..=u16::MAX;
        let mut done_from = 0;
        let mut outcome = Outcome::default();
        let mut ends = self.ends.iter();
        for run in self.asked.get(..self.count).unwrap_or_default().chunks(AHEAD) {
            let guesses = state.look_ahead(run.iter().map(|asked| &asked.command));
            // The numbers last: a run that ends must not use one up.
            for (((asked, guess), end), number) in run.iter().zip(guesses).zip(ends.by_ref()).zip(numbers.by_ref()) {
                let stamp = Stamp { now: self.head.timestamp, place: Place { frame: self.head.sequence, record: number } };
                state.apply_again(&mut outcome, (&asked.command, asked.content), guess, stamp);
                let done = self.done.get(done_from..*end).unwrap_or_default();
                if !says(layout, done, &outcome) {
                    let what = match Applied::decode(layout, done) {
                        Ok(applied) => format!("the journal says {:?}, replaying gives {outcome:?}", applied.effect),
                        Err(damaged) => damaged.to_string(),
                    };
                    return Err(Error::Replay { sequence: self.head.sequence, record: number, what });
                }
                done_from = *end;
            }
        }
        (reached.head, reached.bytes) = (self.head, reached.bytes.saturating_add(self.bytes));
        Ok(())
    }
}

/// How the records of a frame are laid out.
pub(crate) fn layout_of(frame: &StoredFrame) -> Result<Layout, Error> {
    let header = *frame.frame().header();
    let unknown = || Error::Replay { sequence: header.sequence, record: 0, what: format!("frame format {} is unknown", header.format) };
    Layout::of_format(header.format).ok_or_else(unknown)
}

/// The records of a frame with their numbers. A frame with more than can be numbered is refused whole, so that nobody
/// silently reads less of it than stands there.
pub(crate) fn numbered(frame: &StoredFrame) -> Result<impl Iterator<Item = (u16, &[u8])>, Error> {
    let frame = frame.frame();
    let header = *frame.header();
    if usize::try_from(header.count).is_ok_and(|count| count <= RECORDS_A_FRAME) {
        return Ok((0..=u16::MAX).zip(frame.records()));
    }
    let what = format!("the frame has {} records, at most {RECORDS_A_FRAME} can be numbered", header.count);
    Err(Error::Replay { sequence: header.sequence, record: u16::MAX, what })
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
/// [`Error::Replay`] for a record that is unreadable, opens an account twice, names one that was never opened, leaves one
/// below its floor or whose legs do not sum to zero; what reading says.
pub fn audit(frames: Frames) -> Result<Audit, Error> {
    let mut audit = Audit { frames: 0, records: 0, balances: Vec::new(), sums: BTreeMap::new() };
    let mut accounts = Accounts::default();
    for frame in frames {
        let frame = frame?;
        let sequence = frame.frame().header().sequence;
        let layout = layout_of(&frame)?;
        for (number, bytes) in numbered(&frame)? {
            let wrong = |what: String| Error::Replay { sequence, record: number, what };
            let record = Record::decode(layout, bytes).map_err(|damaged| wrong(damaged.to_string()))?;
            accounts.enter(&record).map_err(wrong)?;
            audit.records = audit.records.saturating_add(1);
        }
        audit.frames = audit.frames.saturating_add(1);
    }
    for (key, balance) in accounts.keys.iter().zip(&accounts.balances) {
        let sum = audit.sums.entry(key.asset.as_str().to_owned()).or_default();
        *sum = sum.saturating_add(*balance);
    }
    audit.balances = accounts.balances;
    Ok(audit)
}

/// The accounts as an audit finds them, by number.
#[derive(Default)]
struct Accounts {
    keys: Vec<AccountKey>,
    known: BTreeSet<AccountKey>,
    balances: Vec<i128>,
}

impl Accounts {
    /// Enters one record, or says what is wrong with it.
    fn enter(&mut self, record: &Record) -> Result<(), String> {
        for key in &record.applied.posted.opened {
            if !self.known.insert(*key) {
                return Err(format!("it opens account {}, which is open already", self.keys.len()));
            }
            self.keys.push(*key);
            self.balances.push(0);
        }
        let mut sums: BTreeMap<Asset, i128> = BTreeMap::new();
        let legs = &record.applied.posted.legs;
        for leg in legs {
            let at = usize::try_from(leg.account.0).unwrap_or(usize::MAX);
            let (Some(balance), Some(key)) = (self.balances.get_mut(at), self.keys.get(at)) else {
                return Err(format!("a leg names account {at}, which was never opened"));
            };
            let amount = i128::from(leg.amount);
            *balance = balance.saturating_add(amount);
            let sum = sums.entry(key.asset).or_default();
            *sum = sum.saturating_add(amount);
        }
        if let Some((asset, sum)) = sums.into_iter().find(|(_, sum)| *sum != 0) {
            return Err(format!("its legs in {asset} sum to {sum}"));
        }
        let numbers = legs.iter().filter_map(|leg| usize::try_from(leg.account.0).ok());
        let below = |at: &usize| {
            self.balances.get(*at).is_some_and(|balance| *balance < 0) && self.keys.get(*at).is_some_and(|key| key.class.has_floor())
        };
        match numbers.into_iter().find(below) {
            Some(at) => Err(format!("it leaves account {at} below zero")),
            None => Ok(()),
        }
    }
}
