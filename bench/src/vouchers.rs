//! `vouchers`: durable draws of sessions by the links of hash chains, beside tips through the same engine and journal, and
//! beside the bare step that verifies a link.

use crate::ROUNDS;
use crate::books::Books;
use crate::books::ours::{Ours, asset, metered, wallet};
use crate::books::transfers::{Load, Said, Seed, now_ms};
use crate::machine::folder;
use crate::table::{Table, count, median};
use market::{Body, Command, Draw, Maker, OpenSession, SessionKind, SessionTerms, Voucher};
use money::{Amount, CommandId, OfferId, Span, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::hint::black_box;
use std::time::Instant;

const SESSIONS: u32 = 1_000;
const BATCHES: [usize; 3] = [1_000, 8_000, 16_000];
const EACH: u64 = 1_000_000_000;
/// What a call costs, and a link adds.
const STEP: u32 = 2;

/// Draws of each session in a round.
fn draws_each(rounds: usize) -> u16 {
    if rounds < ROUNDS { 200 } else { 800 }
}

/// What was measured of one kind of payment in batches of one size.
#[derive(Default)]
struct Row {
    seconds: Vec<f64>,
    bytes: f64,
}

/// Measures all.
///
/// # Errors
/// If the books cannot be written, or a draw is refused.
pub fn run(rounds: usize) -> Result<Table, String> {
    let each = draws_each(rounds);
    let payments = f64::from(SESSIONS) * f64::from(each);
    let (mut rows, mut all) = (Vec::new(), Vec::new());
    let mut steps = Vec::new();
    for batch in BATCHES {
        let (mut tips, mut draws) = (Row::default(), Row::default());
        for round in 0..rounds {
            steps.push(bare_steps());
            let seed = 7 + round as u64;
            tip(batch, usize::from(each) * SESSIONS as usize / batch, seed, &mut tips)?;
            draw(batch, each, seed, &mut draws)?;
        }
        for (what, row) in [("tips", &tips), ("draws", &draws)] {
            let seconds = median(&row.seconds);
            rows.push(vec![
                count(batch as f64),
                what.to_owned(),
                count(payments / seconds),
                format!("{:.2}", median(&tips.seconds) / seconds),
                format!("{:.0}", row.bytes / payments),
            ]);
            all.push(json!({"batch": batch, "what": what, "seconds": row.seconds, "payments": payments, "bytes": row.bytes}));
        }
    }
    let step = median(&steps);
    rows.push(vec!["".to_owned(), "bare SHA-256 step".to_owned(), count(1.0 / step), "".to_owned(), "".to_owned()]);
    all.push(json!({"what": "step", "seconds": steps}));
    Ok(Table {
        title: format!("vouchers: {} payments in {} sessions, one link each, durable", count(payments), count(f64::from(SESSIONS))),
        columns: ["batch", "what", "payments/s", "of tips", "bytes each"].map(str::to_owned).to_vec(),
        rows,
        notes: vec![
            "a draw's link is verified by the door, not by the engine: one bare step a payment more, on another core".to_owned(),
            "tips over as many wallets as there are sessions, same engine settings, two batches in flight".to_owned(),
        ],
        json: Value::Array(all),
    })
}

/// Seconds of one step of a chain.
fn bare_steps() -> f64 {
    const STEPS: u32 = 200_000;
    let begin = Instant::now();
    let mut link = [7; 32];
    for _ in 0..STEPS {
        link = step(CommandId([1; 16]), link);
    }
    black_box(link);
    begin.elapsed().as_secs_f64() / f64::from(STEPS)
}

fn step(session: CommandId, link: [u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(b"fth/hc1").chain_update(session.0).chain_update(link).finalize().into()
}

/// A chain from its anchor to its secret end.
fn chain(session: CommandId, length: u16) -> Vec<[u8; 32]> {
    let mut links = vec![session_secret(session)];
    for _ in 0..length {
        let next = step(session, *links.last().unwrap_or(&[0; 32]));
        links.push(next);
    }
    links.reverse();
    links
}

fn session_secret(session: CommandId) -> [u8; 32] {
    Sha256::digest(session.0).into()
}

fn timed(ours: &mut Ours) -> Result<f64, String> {
    let begin = Instant::now();
    let said = ours.run()?;
    let seconds = begin.elapsed().as_secs_f64();
    if said.iter().flatten().all(|said| *said == Said::Done) { Ok(seconds) } else { Err("vouchers: a payment was not applied".to_owned()) }
}

fn tip(batch: usize, batches: usize, seed: u64, row: &mut Row) -> Result<(), String> {
    let folder = folder()?;
    let mut ours = Ours::new(folder.path())?;
    ours.prepare(SESSIONS, EACH)?;
    let load = Load { batch, batches, pairs: SESSIONS };
    ours.stage(&load.batches(&mut Seed::new(seed)))?;
    row.seconds.push(timed(&mut ours)?);
    row.bytes = ours.bytes()?.kept as f64;
    ours.finish()
}

fn draw(batch: usize, each: u16, seed: u64, row: &mut Row) -> Result<(), String> {
    let folder = folder()?;
    let mut ours = Ours::new(folder.path())?;
    ours.prepare(SESSIONS, EACH)?;
    let offer = metered(STEP);
    let (id, mut seed) = (offer.id(), Seed::new(seed));
    ours.instance([Body::SetOffer(Box::new(offer))])?;
    let sessions: Vec<CommandId> = (0..SESSIONS).map(|_| CommandId(seed.id(now_ms()))).collect();
    let chains: Vec<Vec<[u8; 32]>> = sessions.iter().map(|session| chain(*session, each)).collect();
    let opened = (0..).zip(sessions.iter().zip(&chains)).map(|(pair, (session, chain))| open(pair, *session, (id, chain)));
    ours.stage_commands(vec![opened.collect()]);
    timed(&mut ours)?;
    let before = ours.bytes()?.kept;
    let mut draws = (1..=each).flat_map(|at| sessions.iter().zip(&chains).map(move |(session, chain)| paid(*session, at, chain)));
    let mut staged = Vec::new();
    loop {
        let next: Vec<Command> = draws.by_ref().take(batch).collect();
        if next.is_empty() {
            break;
        }
        staged.push(next);
    }
    ours.stage_commands(staged);
    row.seconds.push(timed(&mut ours)?);
    row.bytes = (ours.bytes()?.kept - before) as f64;
    // What was drawn is there: the first session's capture earns it.
    let capture = Command { id: sessions[0], maker: Maker::Instance, body: Body::CaptureSession { number: 1 } };
    ours.stage_commands(vec![vec![capture]]);
    timed(&mut ours)?;
    let (due, has) = (u64::from(each) * u64::from(STEP) + 1, ours.balances(0)?.1);
    if has != due {
        return Err(format!("vouchers: the payee has {has} of the first session, where {due} is right"));
    }
    ours.finish()
}

fn open(pair: u32, session: CommandId, (offer, chain): (OfferId, &[[u8; 32]])) -> Command {
    let length = u16::try_from(chain.len() - 1).unwrap_or(u16::MAX);
    let terms = SessionTerms { kind: SessionKind::Chain, voucher_key: [5; 32], step: Amount::from_u32(STEP), length, anchor: chain[0] };
    let until = Timestamp::from_ms(now_ms()).after(Span(86_400));
    let cap = Amount::from_u32(u32::from(length) * STEP);
    let open = OpenSession { offer, asset: asset(), cap, first: Amount::ZERO, until, terms, proof: None };
    Command { id: session, maker: Maker::Party(wallet(pair)), body: Body::OpenSession(Box::new(open)) }
}

fn paid(session: CommandId, at: u16, chain: &[[u8; 32]]) -> Command {
    let voucher = Some(Voucher::Link { checkpoint: 0, index: at, link: chain[usize::from(at)] });
    let seq = u32::from(at);
    let draw = Draw { seq, print: seq.wrapping_mul(0x9E37_79B9), voucher, version: 0, offer: None, units: 1 };
    Command { id: session, maker: Maker::Instance, body: Body::Draw(draw) }
}
