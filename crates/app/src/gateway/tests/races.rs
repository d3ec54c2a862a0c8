//! Sessions under requests that meet: the same at once, many at once, an end in mid-request, a gateway that dies.

use super::sessions::{Client, certified, counted};
use super::*;
use crate::gateway::{sweep, tend};
use market::{Phase, Session};
use protocol::receipt::Done;
use protocol::session::{Action, At, Close, Kind, Linked, Links, TopUp, Voucher};
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinHandle;

/// Answers of requests on their way.
type Asked = JoinHandle<Answer>;

impl Bed {
    /// Asks, and goes on meanwhile.
    pub(super) fn begin(&self, request: Request<Full<Bytes>>) -> Asked {
        let work = self.door.handle(request, &visit(world::now()), peer());
        tokio::spawn(async move { Answer::of(work.await).await })
    }

    /// A site that sells by the unit, in a time of its own.
    pub(super) async fn metered_at(clock: &Arc<AtomicU64>) -> Bed {
        let (origin, folder) = (Origin::start().await, tempfile::tempdir().unwrap());
        std::fs::write(folder.path().join("metered.toml"), METERED).unwrap();
        Bed::metered_over((folder, origin), clock).await
    }

    async fn metered_over((folder, origin): (TempDir, Arc<Origin>), clock: &Arc<AtomicU64>) -> Bed {
        let (text, clock) = (Bed::configured(origin.address, ("metered.toml", "")), Arc::clone(clock));
        Bed::of(&text, (folder, origin), Arc::new(move || Timestamp(clock.load(Ordering::Relaxed)))).await
    }

    /// The program dies with requests under way, and starts again.
    pub(super) async fn died(self, clock: &Arc<AtomicU64>) -> Bed {
        let Bed { opened, door, origin, folder } = self;
        drop(door);
        opened.finish().unwrap();
        Bed::metered_over((folder, origin), clock).await
    }

    async fn session(&self, of: &Client) -> Session {
        let id = of.session;
        self.opened.instance.look(move |state, _| state.session(id).unwrap().clone()).await.unwrap()
    }

    /// What is promised to work under way, and what of that does not lapse.
    async fn promised(&self, of: &Client) -> (u64, usize) {
        let id = of.session;
        let read = move |state: &market::State, now| {
            let session = state.session(id).unwrap();
            (session.reserved(now).units(), session.reserves.iter().filter(|reserve| !reserve.lapses()).count())
        };
        self.opened.instance.look(read).await.unwrap()
    }

    /// Lets the others work until a session begins nothing new.
    async fn until_closing(&self, of: &Client) {
        for _ in 0..100_000 {
            if self.session(of).await.phase != Phase::Open {
                return;
            }
        }
        panic!("the session was never closed");
    }

    /// Lets the others work until the origin was asked so often for a page.
    pub(super) async fn until_asked(&self, path: &str, times: usize) {
        for _ in 0..100_000 {
            if self.origin.asked(path).len() >= times {
                return;
            }
            self.opened.instance.look(|_, _| ()).await.unwrap();
        }
        panic!("the origin was asked {} times for {path}", self.origin.asked(path).len());
    }
}

pub(super) fn clock() -> Arc<AtomicU64> {
    Arc::new(AtomicU64::new(world::now().0))
}

pub(super) fn pass(clock: &AtomicU64, seconds: u64) {
    clock.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
}

async fn all(asked: Vec<Asked>) -> Vec<Answer> {
    let mut answers = Vec::new();
    for asked in asked {
        answers.push(asked.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn the_same_request_five_times_at_once_is_one_draw_with_equal_receipts() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
    let (at, voucher) = (alice.next(), alice.signed(&bed, 4));
    let ask = |body| bed.begin(alice.request(("POST", "/a/slow", body), Action::Voucher(at, voucher)));
    let five: Vec<_> = (0..5).map(|_| ask("same")).collect();
    bed.until_asked("/a/slow", 1).await;
    bed.origin.gate.add_permits(5);
    let answers = all(five).await;
    let receipts: Vec<_> = answers.iter().map(|answer| (answer.status.as_u16(), answer.header("payment-receipt"))).collect();
    assert!(receipts.iter().all(|receipt| *receipt == receipts[0]), "{receipts:?}");
    assert_eq!((receipts[0].0, counted(&answers[0])), (200, (2, 4, 4, 2)));
    let other = ask("other").await.unwrap();
    assert_eq!(other.refusal(), (402, "id-reused".to_owned()));
    let late = ask("same").await.unwrap();
    assert_eq!((late.text(), counted(&late)), (answers[0].text(), (2, 4, 4, 2)), "a lost answer is given again");
    assert_eq!(bed.origin.asked("/a/slow").len(), 1);
    tend(&bed.opened.instance).await;
    assert_eq!(bed.session(&alice).await.drawn, Amount::from_u32(4));
}

#[tokio::test]
async fn the_same_request_at_once_serves_nobody_if_it_fails() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
    let (at, voucher) = (alice.next(), alice.signed(&bed, 4));
    let ask = || bed.begin(alice.request(("GET", "/a/slow-broken", ""), Action::Voucher(at, voucher)));
    let three = vec![ask(), ask(), ask()];
    bed.until_asked("/a/slow-broken", 1).await;
    // Under another voucher it is another credential, and nobody knows yet whether its number pays.
    let dearer = alice.signed(&bed, 6);
    let other = bed.ask(alice.request(("GET", "/a/slow-broken", ""), Action::Voucher(at, dearer))).await;
    assert_eq!(other.status, StatusCode::SERVICE_UNAVAILABLE);
    bed.origin.gate.add_permits(3);
    let mut codes: Vec<_> = all(three).await.iter().map(Answer::refusal).collect();
    codes.sort();
    let reused = (402, "id-reused".to_owned());
    assert_eq!(codes, [reused.clone(), reused, (502, "origin-failed".to_owned())]);
    assert_eq!(bed.origin.asked("/a/slow-broken").len(), 1);
    let session = bed.session(&alice).await;
    assert_eq!((session.drawn, session.reserves.len()), (Amount::from_u32(2), 0));
}

#[tokio::test]
async fn of_64_at_once_in_any_order_those_that_are_covered_are_served() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (1_000, 2, Kind::Signed)).await;
    let voucher = alice.signed(&bed, 82);
    // Each number from 2 to 65 once, in an order of no kind.
    let order = (0..64_u64).map(|place| 2 + (place * 37 + 11) % 64);
    let ask = |seq| bed.begin(alice.request(("GET", "/a/slow", ""), Action::Voucher(At { session: alice.session, seq }, voucher)));
    let asked: Vec<_> = order.map(ask).collect();
    bed.until_asked("/a/slow", 40).await;
    bed.origin.gate.add_permits(64);
    let answers = all(asked).await;
    let served = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != StatusCode::OK).map(Answer::refusal).collect();
    assert_eq!((served, refused.len(), bed.origin.asked("/a/slow").len()), (40, 24, 40));
    assert!(
        refused.iter().all(|(status, code)| *status == 402 && ["voucher-stale", "insufficient-balance"].contains(&&**code)),
        "{refused:?}"
    );
    alice.seq = 65;
    let closed = alice.close(&bed, 82).await;
    let done = Done::Close { captured: Amount::from_u32(82), released: Amount::from_u32(918), agreed: None };
    assert_eq!(certified(&bed, &closed), done);
}

#[tokio::test]
async fn sixty_four_at_once_in_any_order_each_with_its_own_voucher_are_served() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (1_000, 2, Kind::Signed)).await;
    // The highest voucher came first: those that are lower pay nothing, and are served from what it left.
    let ask = |seq: u64| {
        let voucher = alice.signed(&bed, u32::try_from(2 * seq).unwrap());
        bed.begin(alice.request(("GET", "/a/x", ""), Action::Voucher(At { session: alice.session, seq }, voucher)))
    };
    assert_eq!(ask(65).await.unwrap().status, StatusCode::OK);
    let frames = || bed.opened.instance.frames().unwrap().count();
    let before = frames();
    let answers = all((0..63_u64).map(|place| ask(2 + (place * 20 + 11) % 63)).collect()).await;
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    // What the door has ready goes together.
    let more = frames() - before;
    assert!(more <= 63 / 3, "{more}");
    alice.seq = 65;
    let closed = alice.close(&bed, 130).await;
    let done = Done::Close { captured: Amount::from_u32(130), released: Amount::from_u32(870), agreed: None };
    assert_eq!(certified(&bed, &closed), done);
    assert_eq!(bed.origin.asked("/a/x").len(), 65);
}

#[tokio::test]
async fn a_price_that_rises_in_mid_session_is_quoted_and_never_taken_unseen() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
    let dearer = METERED.replacen("0.000002 EUR", "0.000006 EUR", 1);
    std::fs::write(bed.folder.path().join("metered.toml"), dearer).unwrap();
    let bed = bed.restarted_metered().await;
    sweep(&bed.opened.instance).await.unwrap();
    let short = alice.pay(&bed, "/a/x", 4).await;
    assert_eq!(short.refusal(), (402, "insufficient-balance".to_owned()), "{}", short.text());
    assert_eq!((short.json()["requiredCumulative"].as_str(), short.json()["acceptedCumulative"].as_str()), (Some("8"), Some("4")));
    let lines: Vec<_> = short.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect();
    let fresh = parse_all(lines).unwrap().into_iter().find(|challenge| challenge.intent == "session").unwrap();
    assert_eq!(fresh.session().unwrap().amount, Amount::from_u32(6), "the new price");
    assert_eq!(bed.origin.asked("/a/x").len(), 1, "nothing was served for what was not authorised");
    assert_eq!(counted(&alice.pay(&bed, "/a/x", 8).await), (3, 8, 8, 2));
    let closed = alice.close(&bed, 8).await;
    let done = Done::Close { captured: Amount::from_u32(8), released: Amount::from_u32(92), agreed: None };
    assert_eq!(certified(&bed, &closed), done);
}

#[tokio::test]
async fn a_close_in_mid_request_waits_and_captures_what_was_delivered() {
    let bed = Bed::metered().await;
    for (number, page, status, captured) in [(1, "/a/slow", 200, 4), (2, "/a/slow-broken", 502, 2)] {
        let mut alice = Client::new(&bed, number, "/a/x").await;
        alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
        let (at, voucher) = (alice.next(), alice.signed(&bed, 4));
        let slow = bed.begin(alice.request(("GET", page, ""), Action::Voucher(at, voucher)));
        bed.until_asked(page, 1).await;
        let close = Close::sign(Amount::from_u32(captured), None, &alice.bound(&bed), &alice.key).unwrap();
        let at = alice.next();
        let closing = bed.begin(alice.request(("HEAD", "/a/x", ""), Action::Close(at, close)));
        bed.until_closing(&alice).await;
        let more = alice.pay(&bed, "/a/x", 6).await;
        assert_eq!(more.status, StatusCode::GONE, "nothing new begins");
        bed.origin.gate.add_permits(1);
        assert_eq!(slow.await.unwrap().status.as_u16(), status);
        let closed = closing.await.unwrap();
        let done = Done::Close { captured: Amount::from_u32(captured), released: Amount::from_u32(100 - captured), agreed: None };
        assert_eq!((closed.status.as_u16(), certified(&bed, &closed)), (204, done));
    }
}

#[tokio::test]
async fn what_is_reserved_is_renewed_while_its_request_runs_and_lapses_when_the_gateway_dies() {
    let clock = clock();
    let bed = Bed::metered_at(&clock).await;
    let mut alice = Client::new(&bed, 1, "/tour").await;
    alice.open(&bed, "/tour?tokens", (40_000, 8_000, Kind::Signed)).await;
    let slow = |bed: &Bed, alice: &mut Client, cumulative| {
        let (at, voucher) = (alice.next(), alice.signed(bed, cumulative));
        bed.begin(alice.request(("GET", "/tour?slow-tokens", ""), Action::Voucher(at, voucher)))
    };
    let first = slow(&bed, &mut alice, 11_000);
    bed.until_asked("/tour", 2).await;
    for _ in 0..6 {
        pass(&clock, 25);
        tend(&bed.opened.instance).await;
    }
    let second = slow(&bed, &mut alice, 19_000);
    bed.until_asked("/tour", 3).await;
    bed.origin.gate.add_permits(1);
    assert_eq!(first.await.unwrap().text(), "tokens");
    assert_eq!((bed.session(&alice).await.drawn.units(), bed.promised(&alice).await), (6_000, (8_000, 0)));
    let bed = bed.died(&clock).await;
    sweep(&bed.opened.instance).await.unwrap();
    assert_eq!(bed.promised(&alice).await, (8_000, 0));
    pass(&clock, 61);
    assert_eq!(bed.promised(&alice).await, (0, 0), "nobody works on it any more");
    bed.origin.gate.add_permits(1);
    drop(second.await);
    assert_eq!(bed.session(&alice).await.drawn.units(), 6_000);
    assert_eq!(alice.pay(&bed, "/tour?tokens", 14_000).await.text(), "tokens", "what lapsed is free again");
}

#[tokio::test]
async fn a_call_under_way_when_the_gateway_dies_is_drawn() {
    let clock = clock();
    let bed = Bed::metered_at(&clock).await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
    let (at, voucher) = (alice.next(), alice.signed(&bed, 6));
    let slow = bed.begin(alice.request(("GET", "/a/slow", ""), Action::Voucher(at, voucher)));
    bed.until_asked("/a/slow", 1).await;
    pass(&clock, 3_000);
    assert_eq!(bed.promised(&alice).await.1, 1, "a call does not lapse, however long it takes");
    sweep(&bed.opened.instance).await.unwrap();
    assert_eq!(bed.session(&alice).await.drawn.units(), 2, "nor is one drawn that somebody works on");
    let bed = bed.died(&clock).await;
    sweep(&bed.opened.instance).await.unwrap();
    assert_eq!((bed.session(&alice).await.drawn.units(), bed.promised(&alice).await), (4, (0, 0)));
    bed.origin.gate.add_permits(1);
    drop(slow.await);
    assert_eq!(counted(&alice.pay(&bed, "/a/x", 6).await), (3, 6, 6, 3));
}

#[tokio::test]
async fn a_call_costs_one_frame_and_one_record() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
    let frames = || bed.opened.instance.frames().unwrap().count();
    let records = || bed.opened.instance.frames().unwrap().map(|frame| frame.unwrap().frame().records().count()).sum::<usize>();
    let (before, before_records) = (frames(), records());
    for paid in 2..=41 {
        assert_eq!(counted(&alice.pay(&bed, "/a/x", 2 * paid).await).2, u64::from(2 * paid));
    }
    // The end of a call goes with the next call; a second that passes meanwhile may be one frame more.
    let more = frames() - before;
    assert!((40..=44).contains(&more), "{more}");
    let more = records() - before_records;
    assert!((40..=44).contains(&more), "{more} records");
}

#[tokio::test]
async fn what_a_refused_call_would_have_told_is_told_later() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
    assert_eq!(counted(&alice.pay(&bed, "/a/x", 4).await), (2, 4, 4, 2));
    let short = alice.pay(&bed, "/a/x", 5).await;
    assert_eq!(short.refusal(), (402, "insufficient-balance".to_owned()), "it takes what was delivered with it, and is no record");
    let broken = alice.pay(&bed, "/a/broken", 6).await;
    assert_eq!((broken.status, bed.promised(&alice).await.1), (StatusCode::BAD_GATEWAY, 0), "only what failed is waited for");
    assert_eq!(counted(&alice.pay(&bed, "/a/x", 6).await), (5, 6, 6, 3));
    let closed = alice.close(&bed, 6).await;
    let done = Done::Close { captured: Amount::from_u32(6), released: Amount::from_u32(94), agreed: None };
    assert_eq!(certified(&bed, &closed), done);
}

#[tokio::test]
async fn a_jump_of_too_many_links_is_refused_and_a_signature_makes_it() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    let seed = protocol::session::voucher_seed(&[1; 32], alice.session);
    let mut links = Links::of(&seed, alice.session, Amount::from_u32(2), (Amount::from_u32(2), 2_000));
    alice.open(&bed, "/a/x", (10_000, 2, Kind::Chain(links.begins()))).await;
    let (index, at) = (1_025, alice.next());
    let far = Voucher::Link(Linked { index, link: links.link(index).unwrap() });
    let answer = alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(at, far)).await;
    assert_eq!(answer.refusal(), (402, "step-limit".to_owned()));
    let (index, at) = (1_024, alice.next());
    let far = Voucher::Link(Linked { index, link: links.link(index).unwrap() });
    let answer = alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(at, far)).await;
    assert_eq!(counted(&answer), (3, 2_050, 4, 2), "{}", answer.text());
    assert_eq!(counted(&alice.pay(&bed, "/a/x", 6_000).await), (4, 6_000, 6, 3));
}

#[tokio::test]
async fn ten_thousand_forged_links_move_nothing_and_lock_nobody_else_out() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    let seed = protocol::session::voucher_seed(&[1; 32], alice.session);
    let mut links = Links::of(&seed, alice.session, Amount::from_u32(2), (Amount::from_u32(2), 2_000));
    alice.open(&bed, "/a/x", (10_000, 2, Kind::Chain(links.begins()))).await;
    let from = |ip: [u8; 4]| Visit { client_ip: IpAddr::from(ip), ..visit(world::now()) };
    let mallory = from([203, 0, 113, 9]);
    let mut refusals = std::collections::BTreeMap::<u16, usize>::new();
    let forged = alice.request(
        ("GET", "/a/x", ""),
        Action::Voucher(At { session: alice.session, seq: 2 }, Voucher::Link(Linked { index: 1_000, link: [9; 32] })),
    );
    for _ in 0..10_000 {
        let reply = bed.door.handle(forged.clone(), &mallory, peer()).await;
        *refusals.entry(reply.status().as_u16()).or_default() += 1;
    }
    assert_eq!(refusals.into_iter().collect::<Vec<_>>(), [(402, 10), (429, 9_990)]);
    let (index, at) = (1, alice.next());
    let link = Voucher::Link(Linked { index, link: links.link(index).unwrap() });
    let honest = bed.ask_at(alice.request(("GET", "/a/x", ""), Action::Voucher(at, link)), &from([198, 51, 100, 7])).await;
    assert_eq!(counted(&honest), (2, 4, 4, 2));
    assert_eq!(bed.origin.asked("/a/x").len(), 2);
}

#[tokio::test]
async fn an_opening_and_an_addition_that_come_twice_count_once() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    let opening = alice.opening((10, 2, Kind::Signed));
    let ask = || bed.begin(alice.request(("GET", "/a/x", ""), opening.clone()));
    for answer in all(vec![ask(), ask(), ask()]).await {
        assert_eq!((answer.status.as_u16(), counted(&answer)), (200, (1, 2, 2, 1)));
    }
    assert_eq!(bed.origin.asked("/a/x").len(), 1);
    assert_eq!(bed.available(&alice.key).await, 999_990);
    let top_up = TopUp::sign(Amount::from_u32(5), world::command_id(), &alice.bound(&bed), &alice.key).unwrap();
    let at = alice.next();
    let ask = || bed.begin(alice.request(("HEAD", "/a/x", ""), Action::TopUp(at, top_up)));
    for answer in all(vec![ask(), ask(), ask()]).await {
        assert_eq!((answer.status.as_u16(), certified(&bed, &answer)), (204, Done::TopUp));
    }
    assert_eq!((bed.available(&alice.key).await, bed.session(&alice).await.cap.units()), (999_985, 15));
}
