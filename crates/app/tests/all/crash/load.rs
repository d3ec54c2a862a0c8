//! Readers who top up, buy, take back and buy again without pause, and keep their own log of what was answered.
//!
//! A reader without an answer presents the very same bytes again once the program is back, under the same id, until there
//! is one. So at any time each balance is the one of the log, or that and the one request that is still open.

use crate::support::books::Books;
use crate::support::http::{self, Answer};
use crate::support::payer::{Payer, command_id};
use crate::support::server::Server;
use money::CommandId;
use protocol::receipt::Signed;
use protocol::text::{account, serial};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// Readers at once.
const READERS: u64 = 6;
/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);
const ARTICLE: (&str, i128) = ("/a/quiet-harbour", 50_000);
const TIDES: (&str, i128) = ("/a/tide-tables", 4_000);

/// splitmix64: small and seeded.
pub struct Rng(pub u64);

impl Rng {
    /// The next number below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// The readers and what they know.
pub struct Load {
    world: Arc<World>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct World {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// Where site and wallet are now; none while the program is down.
    doors: Option<(String, String)>,
    ending: bool,
    answered: u64,
    presented_again: u64,
    /// Readers that wait for the program to come back, or have ended.
    resting: u64,
    wallets: Vec<Wallet>,
}

/// One account in the log.
#[derive(Clone)]
struct Wallet {
    account: String,
    /// Base units by all answers.
    balance: i128,
    earned: Shares,
    /// What the request that is open would change.
    open: Option<(i128, Shares)>,
}

/// What harbour, ines, matthis and the operator have of it.
type Shares = [i128; 4];

enum Step {
    TopUp(i128),
    Buy((&'static str, i128)),
    Undo(CommandId, i128),
}

impl Load {
    /// Starts all readers.
    pub fn begin(server: &Server, seed: u64) -> Load {
        let world = Arc::new(World::default());
        world.state.lock().unwrap().doors = Some((server.site(), server.url("wallet")));
        let instance = server.doors()["instance"].as_str().unwrap().to_owned();
        let threads = (0..READERS)
            .map(|number| {
                let (world, instance) = (Arc::clone(&world), instance.clone());
                std::thread::spawn(move || read_on(&world, &instance, Rng(seed ^ number << 32)))
            })
            .collect();
        Load { world, threads: Mutex::new(threads) }
    }

    /// Waits until so many more answers came.
    pub fn wait_for(&self, more: u64) {
        let state = self.world.state.lock().unwrap();
        let until = state.answered + more;
        drop(self.world.wait(state, |state| state.answered >= until));
    }

    /// Lets a moment pass, or an answer come, whichever is first.
    pub fn wait_us(&self, us: u64) {
        let state = self.world.state.lock().unwrap();
        drop(self.world.changed.wait_timeout(state, Duration::from_micros(us)).unwrap());
    }

    /// Tells that the program is gone, and waits until every reader has noticed.
    pub fn pause(&self) {
        let mut state = self.world.state.lock().unwrap();
        state.doors = None;
        self.world.changed.notify_all();
        drop(self.world.wait(state, |state| state.resting == READERS));
    }

    /// Tells where the program is again.
    pub fn resume(&self, server: &Server) {
        self.world.state.lock().unwrap().doors = Some((server.site(), server.url("wallet")));
        self.world.changed.notify_all();
    }

    /// Lets every reader come to an answer and end.
    pub fn end(&self) {
        self.world.state.lock().unwrap().ending = true;
        self.world.changed.notify_all();
        for thread in self.threads.lock().unwrap().drain(..) {
            thread.join().unwrap();
        }
    }

    /// The books are those of the log: each wallet as answered, or with its one open request as well, and the shares of
    /// all sales that stand.
    pub fn compare(&self, books: &Books, when: &str) {
        let state = self.world.state.lock().unwrap();
        let (mut shares, mut funded) = (Shares::default(), 0);
        for wallet in &state.wallets {
            let found = books.funded(&wallet.account);
            funded += found;
            let with_open = wallet.open.map(|(change, _)| wallet.balance + change);
            assert!(
                found == wallet.balance || Some(found) == with_open,
                "{when}: {} has {found}, answered {}, open {:?}",
                wallet.account,
                wallet.balance,
                wallet.open
            );
            let done = if found == wallet.balance { Shares::default() } else { wallet.open.unwrap().1 };
            for ((sum, answered), done) in shares.iter_mut().zip(wallet.earned).zip(done) {
                *sum += answered + done;
            }
        }
        let found = [books.earned("harbour"), books.earned("ines"), books.earned("matthis"), books.sum("fee:operator")];
        assert_eq!(found, shares, "{when}: what the payees have is what the readers paid");
        let greeted = 5_000_000;
        assert_eq!(books.sum("rail:play"), -(funded + shares.iter().sum::<i128>() + greeted), "{when}: what came in is what is there");
    }

    /// Requests without an outcome.
    pub fn unanswered(&self) -> usize {
        self.world.state.lock().unwrap().wallets.iter().filter(|wallet| wallet.open.is_some()).count()
    }

    /// Answers so far.
    pub fn answered(&self) -> u64 {
        self.world.state.lock().unwrap().answered
    }

    /// Answers that took more than one presentation.
    pub fn presented_again(&self) -> u64 {
        self.world.state.lock().unwrap().presented_again
    }
}

impl World {
    fn wait<'s>(&self, state: std::sync::MutexGuard<'s, State>, until: impl Fn(&State) -> bool) -> std::sync::MutexGuard<'s, State> {
        let (state, waited) = self.changed.wait_timeout_while(state, PATIENCE, |state| !until(state)).unwrap();
        assert!(!waited.timed_out(), "nothing happened for {PATIENCE:?}: {} answers", state.answered);
        state
    }

    /// Where the program is; waits while it is down.
    fn doors(&self, gone: Option<&(String, String)>) -> (String, String) {
        let mut state = self.state.lock().unwrap();
        state.resting += 1;
        self.changed.notify_all();
        let mut state = self.wait(state, |state| state.doors.as_ref().is_some_and(|doors| Some(doors) != gone));
        state.resting -= 1;
        state.doors.clone().unwrap()
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
        result
    }
}

/// One reader after the other, each with a wallet of its own, until the load ends.
fn read_on(world: &World, instance: &str, mut rng: Rng) {
    while !world.with(|state| state.ending) {
        let payer = Payer::of(rng.below(u64::MAX), instance);
        let place = world.with(|state| {
            let account = account(payer.key.public().account());
            state.wallets.push(Wallet { account, balance: 0, earned: Shares::default(), open: None });
            state.wallets.len() - 1
        });
        let bought = |world: &World, page| take(world, &payer, (place, &Step::Buy(page)));
        take(world, &payer, (place, &Step::TopUp(100_000 + i128::from(rng.below(900_000)))));
        for _ in 0..rng.below(3) {
            take(world, &payer, (place, &Step::TopUp(i128::from(1 + rng.below(50_000)))));
        }
        let sale = bought(world, ARTICLE);
        if rng.below(2) == 0 {
            take(world, &payer, (place, &Step::Undo(sale, ARTICLE.1)));
            bought(world, ARTICLE);
        }
        bought(world, TIDES);
    }
    world.with(|state| state.resting += 1);
}

/// Takes a step to its one outcome, however often it must be presented.
fn take(world: &World, payer: &Payer, (place, step): (usize, &Step)) -> CommandId {
    let mut gone = None;
    let (id, credential) = loop {
        let doors = world.doors(gone.as_ref());
        match prepare(payer, &doors, step) {
            Ok(prepared) => break prepared,
            Err(_) => gone = Some(doors),
        }
    };
    let change = step.change();
    world.with(|state| state.wallets[place].open = Some(change));
    let (mut gone, mut presented) = (None, 0);
    loop {
        let doors = world.doors(gone.as_ref());
        presented += 1;
        let Ok(answer) = step.present(payer, &doors, (id, &credential)) else {
            gone = Some(doors);
            continue;
        };
        step.check(id, &answer);
        world.with(|state| {
            let wallet = &mut state.wallets[place];
            wallet.open = None;
            wallet.balance += change.0;
            wallet.earned.iter_mut().zip(change.1).for_each(|(sum, share)| *sum += share);
            state.answered += 1;
            state.presented_again += u64::from(presented > 1);
        });
        return id;
    }
}

/// The id and the bytes of a step; asking for a challenge changes nothing, so that may break off.
fn prepare(payer: &Payer, (site, _): &(String, String), step: &Step) -> std::io::Result<(CommandId, String)> {
    let Step::Buy((path, _)) = step else { return Ok((command_id(), String::new())) };
    let answer = http::send("GET", &format!("{site}{path}"), &[], b"")?;
    assert_eq!(answer.status, 402, "{}", answer.text());
    let nonce = Payer::nonce(&Payer::challenge(&answer));
    Ok((nonce, payer.credential(&answer)))
}

impl Step {
    /// What it does to the payer's balance and to those who earn.
    fn change(&self) -> (i128, Shares) {
        match self {
            Step::TopUp(units) => (*units, Shares::default()),
            Step::Buy(page) if *page == ARTICLE => (-50_000, [15_000, 35_000, 0, 0]),
            Step::Buy(_) => (-4_000, [1_000, 0, 2_800, 200]),
            Step::Undo(_, _) => (50_000, [-15_000, -35_000, 0, 0]),
        }
    }

    fn present(&self, payer: &Payer, (site, wallet): &(String, String), (id, credential): (CommandId, &str)) -> std::io::Result<Answer> {
        match self {
            Step::TopUp(units) => {
                let body = serde_json::json!({"amount": units.to_string(), "currency": "eur-micro"}).to_string();
                payer.try_write(wallet, id, ("/v1/top-ups", &body))
            }
            Step::Undo(sale, _) => {
                let body = serde_json::json!({"serial": serial(*sale)}).to_string();
                payer.try_write(wallet, id, ("/v1/undo", &body))
            }
            Step::Buy((path, _)) => {
                let headers = [("Authorization", credential), ("Idempotency-Key", &serial(id))];
                http::send("GET", &format!("{site}{path}"), &headers, b"")
            }
        }
    }

    fn check(&self, id: CommandId, answer: &Answer) {
        assert_eq!(answer.status, 200, "{}", answer.text());
        match self {
            Step::TopUp(_) => {}
            Step::Undo(_, units) => assert_eq!(answer.json()["returned"], units.to_string()),
            Step::Buy((_, units)) => {
                let receipt = Signed::parse(answer.header("payment-receipt").unwrap()).unwrap().receipt;
                assert_eq!((receipt.reference, i128::from(receipt.amount.units())), (id, *units), "one sale under the challenge's own id");
            }
        }
    }
}
