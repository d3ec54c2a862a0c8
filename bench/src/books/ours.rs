//! Ours: the real engine with the file journal.

use super::peer::{Books, Bytes};
use super::transfers::{Said, Seed, Transfer, mixed, now_ms};
use market::{
    AccountKey, Beneficiary, Body, Class, Command, Founding, HashKey, Instance, Layout, LegRule, Maker, Metered, Offer, OfferPrice,
    Outcome, Place, PostingPlace, Rate, Record, RefundTerms, Rejection, Selector, Tip, TopUp, Unit,
};
use money::{Amount, Asset, CommandId, Party, Share, Span, Timestamp};
use std::num::NonZeroU64;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use store::engine::{Answer, Engine, Running, Settings};
use store::journal::{FileJournal, Journal, Options, Reader};
use store::snapshot::Snapshots;

/// Batches in flight.
const IN_FLIGHT: usize = 2;
/// Pairs opened in one batch while accounts are made.
const PAIRS_A_STEP: u32 = 4_000;
/// Accounts are made in the past, in steps further apart than ids are remembered, so that what is in memory afterwards
/// is the accounts and not the ids that made them.
const STEP_MS: u64 = 11 * 60 * 1_000;
const BEGIN_BEFORE_MS: u64 = 30 * 24 * 3_600 * 1_000;

pub struct Ours {
    running: Option<Running>,
    engine: Engine,
    reader: Box<dyn Reader>,
    clock: Hand,
    ids: Seed,
    staged: Vec<Vec<Command>>,
    /// The frame from which on bytes are counted.
    counted_from: u64,
}

/// The engine's clock: where it is put, or the real one.
#[derive(Clone, Default)]
pub struct Hand(Arc<AtomicU64>);

impl Hand {
    /// Puts it at `ms`; 0 lets it follow the real one.
    pub fn put(&self, ms: u64) {
        self.0.store(ms, Ordering::SeqCst);
    }

    pub fn ms(&self) -> u64 {
        match self.0.load(Ordering::SeqCst) {
            0 => now_ms(),
            put => put,
        }
    }
}

/// Opens the journal below `folder` and starts an engine on it: replays all there is.
pub fn start(folder: &Path, clock: &Hand) -> Result<(Running, Box<dyn Reader>), String> {
    start_with(folder, clock, None)
}

/// As [`start`], with snapshots.
pub fn start_with(folder: &Path, clock: &Hand, snapshots: Option<Snapshots>) -> Result<(Running, Box<dyn Reader>), String> {
    let failed = |error: store::Error| format!("ours: {error}");
    let (journal, _) = FileJournal::open(&journal_of(folder), Options::default()).map_err(failed)?;
    let reader = journal.reader();
    let hand = clock.clone();
    let settings = Settings { queue: 16_384, batch: 8_000, hash_key: HashKey::new([3, 5]), snapshots, ..Settings::default() };
    let fatal = Box::new(|error: &store::Error| eprintln!("bench: our engine stopped: {error}"));
    let (running, _) = Engine::start(journal, settings, Box::new(move || Timestamp::from_ms(hand.ms())), fatal).map_err(failed)?;
    Ok((running, reader))
}

/// One more frame: a second payee.
pub fn open_payee(engine: &Engine, clock: &Hand) -> Result<(), String> {
    let body = Body::OpenPayee { handle: "second".to_owned(), party: Party([0xfe; 20]) };
    let command = Command { id: CommandId(Seed::new(9).id(clock.ms())), maker: Maker::Instance, body };
    let (done, answered) = channel();
    hand_in(engine, vec![command], &done)?;
    answered.recv().map(drop).map_err(|_| "ours: the engine stopped".to_owned())
}

/// Where the journal stands.
pub fn journal_of(folder: &Path) -> PathBuf {
    folder.join("journal")
}

/// Hands in a batch; its answers arrive together when all are durable.
fn hand_in(engine: &Engine, batch: Vec<Command>, done: &Sender<Vec<Answer>>) -> Result<(), String> {
    let done = done.clone();
    let reply = move |answers| {
        let _ = done.send(answers);
    };
    engine.submit_batch(batch, Box::new(reply)).map_err(|refused| format!("ours: {refused:?}"))
}

/// One transfer as a command: the wallet gives the payee something.
fn command(transfer: &Transfer) -> Command {
    let body = Body::Tip(Tip { payee: PAYEE, asset: asset(), amount: Amount::from_u32(transfer.amount) });
    Command { id: CommandId(transfer.id), maker: Maker::Party(wallet(transfer.pair)), body }
}

/// Who earns: one account for each wallet's lot.
const PAYEE: Party = Party([0xff; 20]);
const REALM: &str = "bench.example";

/// What is paid in.
pub fn asset() -> Asset {
    Asset::fiat("EUR").expect("EUR is a currency")
}

/// Parties are hashes of keys: in no order.
pub fn wallet(pair: u32) -> Party {
    let mut party = [0; 20];
    let number = u64::from(pair);
    party[..8].copy_from_slice(&mixed(number).to_be_bytes());
    party[8..16].copy_from_slice(&number.to_be_bytes());
    Party(party)
}

fn offer(realm: &str, name: &str) -> Offer {
    Offer {
        name: name.to_owned(),
        payee: "bench".to_owned(),
        unlock: Selector::new(realm, "/a/*").expect("a path of one folder"),
        price: OfferPrice::AtLeast { amount: Amount::from_u32(1), asset: asset() },
        split: vec![LegRule { label: "all".to_owned(), to: Beneficiary::Owner, share: Share::Rest }],
        refund: RefundTerms { window: Span(0), per_day: 0 },
        lasts: None,
        fall: None,
        l402: None,
    }
}

/// So much a call, for sessions.
pub fn metered(units: u32) -> Offer {
    let rate = Rate { amount: Amount::from_u32(units), per: NonZeroU64::MIN };
    let unit = Unit::parse("call").expect("a word of small letters");
    let unlock = Selector::new(REALM, "/v/*").expect("a path of one folder");
    let price = OfferPrice::Metered(Metered { rate, asset: asset(), unit, most: 0, video: None });
    Offer { unlock, price, ..offer(REALM, "calls") }
}

fn said(answer: &Answer) -> Result<Said, String> {
    match &answer.outcome {
        Outcome::Applied(_) => Ok(Said::Done),
        Outcome::Replayed(_) => Ok(Said::Again),
        Outcome::Rejected(Rejection::IdReused) => Ok(Said::Reused),
        Outcome::Rejected(Rejection::Insufficient { .. }) => Ok(Said::TooLittle),
        other => Err(format!("ours: {other:?}")),
    }
}

impl Ours {
    pub fn new(folder: &Path) -> Result<Ours, String> {
        let clock = Hand::default();
        clock.put(now_ms() - BEGIN_BEFORE_MS);
        let (running, reader) = start(folder, &clock)?;
        let engine = running.engine();
        let mut ours = Ours { running: Some(running), engine, reader, clock, ids: Seed::new(1), staged: Vec::new(), counted_from: 1 };
        let founding = Founding { instance: Instance([1; 16]), root_key: [2; 32], receipt_key: [3; 32] };
        let payee = Body::OpenPayee { handle: "bench".to_owned(), party: PAYEE };
        ours.instance([Body::Found(founding), payee, Body::SetOffer(Box::new(offer(REALM, "bench")))])?;
        Ok(ours)
    }

    /// The clock of the engine.
    pub fn clock(&self) -> Hand {
        self.clock.clone()
    }

    /// Opens the pairs of a range: each wallet is topped up once and pays its payee 1.
    pub fn more_pairs(&mut self, pairs: Range<u32>, each: u64) -> Result<(), String> {
        let amount = Amount::new(each + 1).ok_or("a wallet would have too much")?;
        for first in pairs.clone().step_by(PAIRS_A_STEP as usize) {
            let step = first..pairs.end.min(first + PAIRS_A_STEP);
            let top_up = |pair| Body::TopUp(TopUp { party: wallet(pair), asset: asset(), amount, most: Amount::MAX });
            self.step();
            self.instance(step.clone().map(top_up))?;
            self.step();
            let ms = self.clock.ms();
            let first: Vec<Transfer> = step.map(|pair| Transfer { id: self.ids.id(ms), pair, amount: 1 }).collect();
            self.stage(&[first])?;
            self.run()?;
        }
        Ok(())
    }

    /// Opens offers, each on a site of its own.
    pub fn offers(&mut self, count: u32) -> Result<(), String> {
        for first in (0..count).step_by(2_000) {
            self.step();
            self.instance(
                (first..count.min(first + 2_000)).map(|number| Body::SetOffer(Box::new(offer(&format!("site-{number}.example"), "page")))),
            )?;
        }
        Ok(())
    }

    /// Commands to be run next, as [`Books::stage`].
    pub fn stage_commands(&mut self, batches: Vec<Vec<Command>>) {
        self.staged = batches;
    }

    /// Ends the engine in order.
    pub fn finish(mut self) -> Result<(), String> {
        self.running.take().map_or(Ok(()), |running| running.finish().map_err(|error| format!("ours: {error}")))
    }

    fn step(&self) {
        self.clock.put(self.clock.ms() + STEP_MS);
    }

    /// Commands of the instance, all of which must be applied.
    pub fn instance(&mut self, bodies: impl IntoIterator<Item = Body>) -> Result<(), String> {
        let ms = self.clock.ms();
        let command = |body| Command { id: CommandId(self.ids.id(ms)), maker: Maker::Instance, body };
        self.staged = vec![bodies.into_iter().map(command).collect()];
        let said = self.run()?;
        if said.iter().flatten().all(|said| *said == Said::Done) { Ok(()) } else { Err("ours: a setup command was not applied".to_owned()) }
    }

    fn look<T: Send + 'static>(&self, read: impl FnOnce(&market::State) -> T + Send + 'static) -> Result<T, String> {
        let (reply, answer) = channel();
        let look = move |state: &market::State, _: Timestamp| -> Box<dyn FnOnce() + Send> {
            let seen = read(state);
            Box::new(move || {
                let _ = reply.send(seen);
            })
        };
        self.engine.look(Box::new(look)).map_err(|refused| format!("ours: {refused:?}"))?;
        answer.recv().map_err(|_| "ours: the engine stopped".to_owned())
    }

    /// The durable frames from a sequence on, each with its bytes.
    fn frames(&self, from: u64) -> Result<impl Iterator<Item = Result<store::journal::StoredFrame, String>> + use<>, String> {
        let frames = self.reader.read(from).map_err(|error| format!("ours: {error}"))?;
        Ok(frames.map(|frame| frame.map_err(|error| format!("ours: {error}"))))
    }
}

impl Books for Ours {
    fn name(&self) -> &'static str {
        "ours"
    }

    fn prepare(&mut self, pairs: u32, each: u64) -> Result<(), String> {
        self.more_pairs(0..pairs, each)?;
        for frame in self.frames(1)? {
            self.counted_from = frame?.frame().header().sequence + 1;
        }
        self.clock.put(0);
        Ok(())
    }

    fn stage(&mut self, batches: &[Vec<Transfer>]) -> Result<(), String> {
        let staged = batches.iter().map(|batch| batch.iter().map(|transfer| command(transfer)).collect());
        self.staged = staged.collect();
        Ok(())
    }

    fn run(&mut self) -> Result<Vec<Vec<Said>>, String> {
        let (done, answered) = channel();
        let batches = std::mem::take(&mut self.staged);
        let mut answers = Vec::with_capacity(batches.len());
        let mut waiting = batches.len();
        let next = || answered.recv().map_err(|_| "ours: the engine stopped".to_owned());
        for (number, batch) in batches.into_iter().enumerate() {
            if number >= IN_FLIGHT {
                answers.push(next()?);
                waiting -= 1;
            }
            hand_in(&self.engine, batch, &done)?;
        }
        for _ in 0..waiting {
            answers.push(next()?);
        }
        answers.iter().map(|batch| batch.iter().map(said).collect()).collect()
    }

    fn balances(&mut self, pair: u32) -> Result<(u64, u64), String> {
        self.look(move |state| {
            let payer = wallet(pair);
            let lot = state.books().accounts_of(payer, asset(), Class::Funded).next().and_then(|account| account.key.lot);
            let payee = AccountKey { party: PAYEE, asset: asset(), class: Class::EarnedPending, lot };
            let earned = state.books().account(&payee).map_or(0, |account| account.available().units());
            (state.available(payer, asset()).units(), earned)
        })
    }

    fn history(&mut self, pair: u32) -> Result<Vec<[u8; 16]>, String> {
        // From the account's head backwards: each leg names the posting before it.
        let (number, mut place) = self.look(move |state| {
            let account = state.books().accounts_of(wallet(pair), asset(), Class::Funded).next().map(|account| account.key);
            let number = account.and_then(|key| state.books().id_of(&key));
            (number, number.and_then(|id| state.books().by_id(id)).map_or(PostingPlace(0), |account| account.last))
        })?;
        let mut found = Vec::new();
        while place != PostingPlace(0) {
            let at = Place::unpacked(place);
            let frame = self.frames(at.frame)?.next().ok_or("ours: a leg names no frame")??;
            let bytes = frame.frame().records().nth(usize::from(at.record)).ok_or("ours: a leg names no record")?.to_vec();
            let record = Record::decode(Layout::NEWEST, &bytes).map_err(|damaged| format!("ours: {damaged}"))?;
            let leg =
                record.applied.posted.legs.iter().find(|leg| Some(leg.account) == number).ok_or("ours: a leg names another's record")?;
            found.push(record.command.id.0);
            place = leg.previous;
        }
        found.reverse();
        Ok(found)
    }

    fn bytes(&mut self) -> Result<Bytes, String> {
        let mut kept = 0;
        for frame in self.frames(self.counted_from)? {
            kept += frame?.frame().bytes().len() as u64;
        }
        Ok(Bytes { kept, log: 0 })
    }
}
