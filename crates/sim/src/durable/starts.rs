//! Deaths and starts: what comes back is what was acknowledged, what was on its way, and nothing else.

use super::process::Process;
use super::words::{verdict, wrote};
use super::{Flight, World};
use crate::words::Answer;
use market::{Command, Outcome, Place, Record};
use money::Timestamp;
use store::engine::audit;
use store::journal::{FileJournal, Journal, Recovery};
use store::testing::{Down, replay};

/// A start is struck so often at most; then the disk lets it through.
const STRUCK: u32 = 4;

impl World {
    /// The first start, on an empty disk.
    pub(super) fn start(&mut self) -> Result<(), String> {
        let (journal, _) =
            self.disk.open_journal(&self.folder, self.options).map_err(|error| format!("an empty disk is refused: {error}"))?;
        self.live(journal)
    }

    /// The process ends at once, and the machine perhaps with it; then it comes back.
    pub(super) fn die(&mut self) -> Result<(), String> {
        if let Some(process) = self.process.take() {
            if let Some(last_word) = process.last_word() {
                self.happened(&last_word);
            }
            process.kill();
        }
        let asked: Vec<Command> = std::mem::take(&mut self.flights).into_iter().flat_map(commands_of).collect();
        self.restart_machine();
        let journal = self.open()?;
        self.live_on(journal, &asked)?;
        for command in asked {
            if !self.crowd.rng.once_in(4) {
                self.crowd.unanswered.push(command);
            }
        }
        Ok(())
    }

    /// Ends in order and starts again: the state is the same.
    pub(super) fn restart_in_order(&mut self) -> Result<(), String> {
        self.check_state()?;
        if !self.ended_in_order_or_died()? {
            return self.die();
        }
        self.damage(1)?;
        let journal = self.open()?;
        self.live_on(journal, &[])
    }

    /// The run's last end, in calm weather: replaying gives the state that ran, and an auditor agrees.
    pub(super) fn ended_in_order(&mut self) -> Result<(), String> {
        self.check_state()?;
        let ran = self.copied.take().ok_or("a calm engine shows its state")?;
        if !self.ended_in_order_or_died()? {
            return Err("in calm weather the process dies of ending".to_owned());
        }
        let journal = self.open()?;
        self.recognize(&journal, &[])?;
        let read = || journal.read(1).map_err(|error| error.to_string());
        let again = replay(read()?, self.manner.hash_key.clone()).map_err(|error| error.to_string())?;
        if again != *ran {
            return Err("replay(journal) gives another state than the one that ran".to_owned());
        }
        let audit = audit(read()?).map_err(|error| format!("an auditor finds: {error}"))?;
        let accounts = ran.books().accounts();
        let same = accounts.len() == audit.balances.len()
            && accounts.iter().zip(&audit.balances).all(|(account, balance)| i128::from(account.posted) == *balance);
        if !same || audit.sums.values().any(|sum| *sum != 0) {
            return Err(format!("an auditor finds other balances: {:?}", audit.sums));
        }
        Box::new(journal).close().map_err(|error| format!("in calm weather closing fails: {error}"))
    }

    /// True if the process ended in order, with everything answered; false if it died of it.
    pub(super) fn ended_in_order_or_died(&mut self) -> Result<bool, String> {
        let Some(process) = self.process.take() else { return Ok(false) };
        let (ended, words, head) = process.finish();
        self.heard(words, head)?;
        if ended.is_ok() && !self.flights.is_empty() {
            return Err("it ended in order and left something unanswered".to_owned());
        }
        self.happened("the process ends in order");
        Ok(ended.is_ok() && !self.disk.is_down())
    }

    /// The machine's way down and up again.
    fn restart_machine(&mut self) {
        self.count_strikes();
        let down = if self.crowd.rng.below(10) < self.weather.power { Down::Power(self.crowd.rng.next()) } else { Down::Killed };
        self.count(match down {
            Down::Killed => "Killed",
            Down::Power(_) => "PowerCut",
        });
        self.happened(&format!("{down:?}"));
        self.disk.restart(down);
        if self.crowd.rng.once_in(3) {
            self.disk.limit_space(None);
        }
    }

    /// Opens the journal, struck now and then; what is refused for anything but a failing disk is wrong: nothing is damaged.
    pub(super) fn open(&mut self) -> Result<FileJournal, String> {
        for attempt in 0.. {
            self.disk.no_fault();
            if attempt < STRUCK && self.crowd.rng.once_in(4) {
                self.disk.plague(self.crowd.rng.next(), self.weather.at_start);
            }
            match self.disk.open_journal(&self.folder, self.options) {
                Ok((journal, recovery)) => {
                    self.count(if recovery.cut.is_some() { "TornTail" } else { "Whole" });
                    self.recovered(&recovery)?;
                    return Ok(journal);
                }
                Err(error) => match verdict(&error) {
                    Some(word) => return Err(format!("nothing is damaged, but the start is refused ({word}): {error}")),
                    None if attempt > STRUCK + 1 => return Err(format!("the disk is sound, but the start fails: {error}")),
                    None => {
                        self.count("StruckAtStart");
                        self.happened(&format!("a start fails: {error}"));
                        if attempt == STRUCK {
                            self.disk.limit_space(None);
                        }
                        self.restart_machine();
                    }
                },
            }
        }
        unreachable!("the attempts end with a verdict")
    }

    fn recovered(&mut self, recovery: &Recovery) -> Result<(), String> {
        if recovery.head.sequence < self.head.sequence {
            return Err(format!("frame {} was acknowledged, the start finds {}", self.head.sequence, recovery.head.sequence));
        }
        Ok(())
    }

    pub(super) fn live_on(&mut self, journal: FileJournal, asked: &[Command]) -> Result<(), String> {
        self.recognize(&journal, asked)?;
        self.live(journal)?;
        self.disk.plague(self.crowd.rng.next(), self.weather.odds);
        if self.process.as_ref().is_some_and(|process| !process.has_room()) {
            self.count("NoRoom");
        }
        self.check_state()
    }

    /// A new process over an opened journal.
    fn live(&mut self, journal: FileJournal) -> Result<(), String> {
        let mut journal = Some(journal);
        let last = self.head.timestamp;
        if last.0 > 0 && self.weather.clock_back > 0 && self.crowd.rng.once_in(6) {
            // A clock that was set wrong: the start stops and asks.
            let early = Timestamp(last.0.saturating_sub(3_600_000_001));
            match Process::start(journal.take().expect("just taken in"), self.manner.clone(), early) {
                Err(error) if verdict(&error) == Some("Clock") => self.count("Clock"),
                Err(error) => return Err(format!("a start with an early clock fails otherwise: {error}")),
                Ok(_) => return Err("a clock of an hour ago is believed".to_owned()),
            }
            self.restart_machine();
            journal = Some(self.open()?);
        }
        let journal = journal.expect("opened above");
        let process = Process::start(journal, self.manner.clone(), self.crowd.now.max(last));
        self.process = Some(process.map_err(|error| format!("the engine does not start: {error}"))?);
        Ok(())
    }

    /// The acknowledged frames are there; what came after them was asked, in this order, and the oracle learns of it.
    pub(super) fn recognize(&mut self, journal: &FileJournal, asked: &[Command]) -> Result<(), String> {
        let known = self.head;
        let mut asked = asked.iter();
        for frame in journal.read(known.sequence.min(self.told.frame).max(1)).map_err(|error| error.to_string())? {
            let frame = frame.map_err(|error| format!("a frame cannot be read after the start: {error}"))?;
            let (head, header) = (frame.head(), *frame.frame().header());
            if head.sequence == known.sequence && head != known {
                return Err(format!("another frame stands where {known:?} was acknowledged"));
            }
            if head.sequence > known.sequence {
                self.count("Arrived");
                self.head = head;
            }
            for (record, bytes) in (0..).zip(frame.frame().records()) {
                let place = Place { frame: head.sequence, record };
                if place <= self.told {
                    continue;
                }
                let record = Record::decode(market::Layout::NEWEST, bytes).map_err(|damaged| damaged.to_string())?;
                if !asked.any(|command| *command == record.command) {
                    return Err(format!("frame {} holds what nobody asked, or not in this order: {:?}", head.sequence, record.command));
                }
                self.told = place;
                self.arrived(record, header.timestamp)?;
            }
        }
        if journal.head() == self.head {
            Ok(())
        } else {
            Err(format!("the journal stands at {:?}, its frames end at {:?}", journal.head(), self.head))
        }
    }

    fn arrived(&mut self, record: Record, at: Timestamp) -> Result<(), String> {
        let expected = self.model.tell(&record.command, at);
        self.note(at, &record.command, expected);
        let outcome = Outcome::Applied(record.applied);
        if Answer::of(&outcome) == expected && wrote(&outcome).is_some() {
            return Ok(());
        }
        Err(format!("the oracle says {expected:?}, the journal {outcome:?}"))
    }
}

pub(super) fn commands_of(flight: Flight) -> Vec<Command> {
    match flight {
        Flight::Commands(commands) => commands,
        Flight::Look | Flight::Copy => Vec::new(),
    }
}
