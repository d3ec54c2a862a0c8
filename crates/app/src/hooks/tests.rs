//! Receivers that are down, slow, doubtful or hostile, over days that pass at once: what is sent when, and what is noted.

#![allow(clippy::arithmetic_side_effects, reason = "a wrong sum in a test is a failing test")]

use super::courier::Courier;
use super::schedule::{Answer, PATIENCE, ending, retry_after};
use super::{delivery, sign};
use money::{Span, Timestamp};
use protocol::discovery::Mode;
use std::collections::BTreeMap;
use store::vault::{Added, DeliveryFilter, DeliveryId, DeliveryState, Due, Ending, Vault, Webhook, WebhookChange, WebhookId, WebhookState};

const HOOK: WebhookId = WebhookId([1; 10]);
const BEGIN: Timestamp = Timestamp::from_seconds(1_790_000_000);
const DAY: Span = Span(86_400);

/// A vault with one webhook, and a courier in a time of its own.
struct Post {
    folder: tempfile::TempDir,
    vault: Vault,
    courier: Courier,
    mode: Mode,
    now: Timestamp,
    /// When each event was sent, by its id.
    sent: BTreeMap<String, Vec<Timestamp>>,
}

impl Post {
    fn new(mode: Mode) -> Post {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = Vault::open(&folder.path().join("vault.db")).unwrap();
        assert_eq!(vault.add_webhook(&webhook(HOOK), 9).unwrap(), Added::Made);
        Post { vault, courier: Courier::new(mode), mode, now: BEGIN, sent: BTreeMap::new(), folder }
    }

    /// The process is killed and starts again: what was under way is forgotten.
    fn crash(mut self) -> Post {
        drop(self.vault);
        self.vault = Vault::open(&self.folder.path().join("vault.db")).unwrap();
        self.courier = Courier::new(self.mode);
        self
    }

    /// Events happen and are written down.
    fn happen(&mut self, events: std::ops::Range<u64>) {
        let one =
            |event: u64| delivery((HOOK, format!("evt_{event:04}"), "charge.made".to_owned()), format!("{{\"n\":{event}}}"), self.now);
        let deliveries: Vec<_> = events.clone().map(one).collect();
        assert!(self.vault.take_events(HOOK, &deliveries, events.end).unwrap());
    }

    /// Sends what is due, and lets `receiver` answer all of it, until nothing is due before `end`.
    fn run(&mut self, end: Timestamp, mut receiver: impl FnMut(&Due, Timestamp) -> Answer) {
        loop {
            let work = self.courier.next(&self.vault, self.now).unwrap();
            for due in &work.due {
                self.sent.entry(due.delivery.event.clone()).or_default().push(self.now);
                let answer = receiver(due, self.now);
                let over = Timestamp(self.now.0 + u64::from(answer.latency_ms) * 1_000);
                self.courier.done(&mut self.vault, (due, self.now), answer, over).unwrap();
            }
            if work.due.is_empty() {
                match self.vault.next_due().unwrap().filter(|next| *next < end) {
                    Some(next) => self.now = self.now.max(next),
                    None => break,
                }
            }
        }
        self.now = end;
    }

    fn state(&self) -> WebhookState {
        self.webhook().state
    }

    fn webhook(&self) -> Webhook {
        self.vault.webhook("harbour", HOOK).unwrap().unwrap()
    }

    fn count(&self, state: DeliveryState) -> usize {
        let filter = DeliveryFilter { state: Some(state), ..DeliveryFilter::default() };
        self.vault.deliveries("harbour", &filter, 10_000).unwrap().len()
    }
}

fn webhook(id: WebhookId) -> Webhook {
    Webhook {
        id,
        payee: "harbour".to_owned(),
        url: "https://hooks.example.com/".to_owned(),
        kinds: Vec::new(),
        secret: [7; 32],
        old_secret: None,
        rotated_by: None,
        cursor: 0,
        since: BEGIN,
        state: WebhookState::Active,
        created_at: BEGIN,
        failing_since: None,
        succeeded_at: None,
    }
}

fn said(status: u16) -> Answer {
    Answer { status: Some(status), latency_ms: 40, ..Answer::default() }
}

fn silent() -> Answer {
    Answer { fault: Some("no whole answer within 10 s".to_owned()), latency_ms: 10_000, ..Answer::default() }
}

#[test]
fn a_receiver_that_is_down_for_a_day_gets_everything_when_it_is_back() {
    let mut post = Post::new(Mode::Live);
    post.happen(0..50);
    let back = BEGIN.after(DAY);
    post.run(BEGIN.after(Span(2 * DAY.0)), |_, now| if now < back { silent() } else { said(200) });
    assert_eq!((post.count(DeliveryState::Delivered), post.count(DeliveryState::Waiting), post.count(DeliveryState::Failed)), (50, 0, 0));
    assert_eq!((post.state(), post.webhook().failing_since), (WebhookState::Active, None));
    for (event, times) in &post.sent {
        // 0, 5 s, 30 s, 2 min, 10 min, 1 h, 3 h, 8 h fail; the one after a day more arrives.
        assert_eq!(times.len(), 9, "{event}");
        for (pair, expected) in times.windows(2).zip([5, 30, 120, 600, 3_600, 10_800, 28_800, 86_400]) {
            let gap = (pair[1].ms() - pair[0].ms() - 10_000) / 10;
            assert!((expected * 90..=expected * 110 + 200).contains(&gap), "{event}: {gap} for {expected}");
        }
    }
    let firsts: std::collections::BTreeSet<Timestamp> = post.sent.values().map(|times| times[1]).collect();
    assert!(firsts.len() > 25, "what failed together does not come back together");
}

#[test]
fn ten_tries_are_made_and_then_it_is_given_up_and_can_be_begun_again() {
    let mut post = Post::new(Mode::Live);
    post.happen(0..1);
    post.run(BEGIN.after(Span(4 * DAY.0)), |_, _| said(500));
    assert_eq!((post.sent["evt_0000"].len(), post.count(DeliveryState::Failed)), (10, 1));
    let (failed, tries) =
        post.vault.delivery("harbour", delivery((HOOK, "evt_0000".into(), String::new()), String::new(), BEGIN).id).unwrap().unwrap();
    assert_eq!((failed.tries, tries.len(), failed.status), (10, 10, Some(500)));
    assert_eq!(post.vault.retry_failed("ann", HOOK, post.now).unwrap(), 0, "another payee's");
    assert_eq!(post.vault.retry_failed("harbour", HOOK, post.now).unwrap(), 1);
    let end = post.now.after(DAY);
    post.run(end, |_, _| said(204));
    assert_eq!((post.sent["evt_0000"].len(), post.count(DeliveryState::Delivered)), (11, 1));
    assert!(!post.vault.retry("ann", failed.id, post.now).unwrap());
    assert!(post.vault.retry("harbour", failed.id, post.now).unwrap(), "what arrived can be sent again");
    let mut post = Post::new(Mode::Test);
    post.happen(0..1);
    post.run(BEGIN.after(DAY), |_, _| said(500));
    assert_eq!((post.sent["evt_0000"].len(), post.count(DeliveryState::Failed)), (3, 1), "three in test mode");
}

#[test]
fn five_days_without_a_success_pause_and_a_success_in_between_does_not() {
    let mut post = Post::new(Mode::Live);
    for day in 0..5 {
        assert_eq!(post.state(), WebhookState::Active, "day {day}");
        post.happen(day..day + 1);
        let end = BEGIN.after(Span((day + 1) * DAY.0));
        post.run(end, |_, _| said(503));
    }
    let work = post.courier.next(&post.vault, BEGIN.after(PATIENCE)).unwrap();
    assert_eq!((work.paused.len(), work.due.len(), post.state()), (1, 0, WebhookState::Failing));
    assert!(!post.vault.take_events(HOOK, &[], 99).unwrap(), "the cursor of a paused webhook stands still");
    assert_eq!(post.webhook().cursor, 5);
    let change = WebhookChange { state: Some(WebhookState::Active), ..WebhookChange::default() };
    assert!(post.vault.change_webhook("harbour", HOOK, &change).unwrap());
    let end = post.now.after(Span(3 * DAY.0));
    post.run(end, |_, _| said(200));
    assert_eq!((post.count(DeliveryState::Waiting), post.state()), (0, WebhookState::Active));

    let mut post = Post::new(Mode::Live);
    for day in 0..9_u64 {
        post.happen(day..day + 1);
        let end = BEGIN.after(Span((day + 1) * DAY.0));
        post.run(end, |due, _| if due.delivery.event == "evt_0003" { said(200) } else { said(500) });
        assert_eq!(post.state() == WebhookState::Active, day < 8, "day {day}");
    }
}

#[test]
fn a_redirect_is_a_failure_and_is_not_followed() {
    let mut post = Post::new(Mode::Live);
    post.happen(0..1);
    post.run(BEGIN.after(Span(5)), |due, _| {
        assert_eq!(due.url, "https://hooks.example.com/");
        said(302)
    });
    assert_eq!((post.count(DeliveryState::Waiting), post.webhook().failing_since.is_some()), (1, true));
    for status in [101, 199, 300, 301, 302, 307, 308, 400, 404, 429, 500] {
        let ending = ending(Mode::Live, (DeliveryId([0; 10]), 0), &said(status), BEGIN);
        assert!(matches!(ending, Ending::Again(_)), "{status}");
    }
    for status in [200, 201, 202, 204, 299] {
        assert_eq!(ending(Mode::Live, (DeliveryId([0; 10]), 0), &said(status), BEGIN), Ending::Delivered);
    }
}

#[test]
fn gone_pauses_at_once_and_nothing_is_lost() {
    let mut post = Post::new(Mode::Live);
    post.happen(0..20);
    post.run(BEGIN.after(DAY), |_, _| said(410));
    assert_eq!(post.state(), WebhookState::Gone);
    assert!(post.sent.len() <= 4, "what was under way, and no more");
    assert_eq!(post.count(DeliveryState::Waiting) + post.count(DeliveryState::Failed), 20);
}

#[test]
fn a_receiver_that_asks_for_patience_gets_it() {
    let patient = |asked: u64, tries| {
        let answer = Answer { status: Some(503), retry_after: Some(Span(asked)), ..Answer::default() };
        let Ending::Again(at) = ending(Mode::Live, (DeliveryId([0; 10]), tries), &answer, BEGIN) else { panic!() };
        at.seconds() - BEGIN.seconds()
    };
    assert_eq!(patient(600, 0), 600);
    assert!((3_240..=3_960).contains(&patient(1, 4)), "never sooner than without");
    assert_eq!(patient(u64::MAX, 0), 86_400, "and never longer than a day");
    assert_eq!(retry_after("120", BEGIN), Some(Span(120)));
    let at = Timestamp::parse("2026-11-29T12:00:00Z").unwrap();
    assert_eq!(retry_after("Sun, 29 Nov 2026 12:01:30 GMT", at), Some(Span(90)));
    assert_eq!(retry_after("Sun, 29 Nov 2026 11:00:00 GMT", at), Some(Span(0)));
    for wrong in ["", "soon", "-1", "1.5", "Sun, 29 Nov 2026 12:01:30", "Sun, 29 Nop 2026 12:01:30 GMT", "Sun, 99 Nov 2026 12:01:30 GMT"] {
        assert_eq!(retry_after(wrong, at), None, "{wrong}");
    }
}

#[test]
fn a_slow_receiver_holds_up_nobody_else() {
    let mut post = Post::new(Mode::Live);
    let other = WebhookId([2; 10]);
    post.vault.add_webhook(&webhook(other), 9).unwrap();
    post.happen(0..30);
    let first = post.courier.next(&post.vault, post.now).unwrap().due;
    assert_eq!(first.len(), 4, "four at once");
    let quick = delivery((other, "evt_quick".to_owned(), "charge.made".to_owned()), "{}".to_owned(), post.now);
    post.vault.take_events(other, &[quick], 1).unwrap();
    let next = post.courier.next(&post.vault, post.now).unwrap().due;
    assert_eq!(next.iter().map(|due| due.delivery.webhook).collect::<Vec<_>>(), [other]);
    assert!(post.courier.next(&post.vault, post.now).unwrap().due.is_empty(), "nothing twice while it is under way");
    post.courier.done(&mut post.vault, (&first[0], BEGIN), silent(), BEGIN.after(Span(10))).unwrap();
    assert_eq!(post.courier.next(&post.vault, BEGIN.after(Span(10))).unwrap().due.len(), 1, "room for one more");
}

#[test]
fn a_crash_loses_no_event_and_repeats_one_under_its_own_id() {
    let mut post = Post::new(Mode::Live);
    post.happen(0..3);
    // Sent and answered, but the process is killed before that is noted.
    let before: Vec<String> = post.courier.next(&post.vault, post.now).unwrap().due.into_iter().map(|due| due.delivery.event).collect();
    let mut post = post.crash();
    // The events after the cursor are read again and written down again: each is there once.
    post.happen(0..5);
    let mut received: BTreeMap<String, Vec<String>> = BTreeMap::new();
    post.run(BEGIN.after(DAY), |due, _| {
        received.entry(due.delivery.event.clone()).or_default().push(due.delivery.body.clone());
        said(200)
    });
    assert_eq!(before.len(), 3);
    assert_eq!(received.len(), 5);
    for (event, bodies) in &received {
        assert_eq!((bodies.len(), bodies[0].starts_with("{\"n\":")), (1, true), "{event}");
    }
    assert!(before.iter().all(|event| received.contains_key(event)), "what was sent and not noted is sent again, as what it is");
    assert_eq!((post.count(DeliveryState::Delivered), post.webhook().cursor), (5, 5));
}

#[test]
fn a_receiver_that_answers_after_it_was_given_up_on_gets_it_twice_and_knows_by_the_id() {
    let mut post = Post::new(Mode::Live);
    post.happen(0..10);
    let mut received: BTreeMap<String, u32> = BTreeMap::new();
    // It takes everything in, but its first answers are lost.
    post.run(BEGIN.after(DAY), |due, _| {
        let times = received.entry(due.delivery.event.clone()).or_default();
        *times += 1;
        if *times < 3 { silent() } else { said(200) }
    });
    assert_eq!(received.values().copied().collect::<Vec<_>>(), [3; 10]);
    assert_eq!(post.count(DeliveryState::Delivered), 10);
}

#[test]
fn both_secrets_sign_while_one_takes_over() {
    let mut post = Post::new(Mode::Live);
    let by = money::CommandId([3; 16]);
    for _ in 0..2 {
        let rotated = post.vault.rotate_secret(("harbour", HOOK), (&[8; 32], BEGIN.after(DAY)), by).unwrap().unwrap();
        assert_eq!(
            (rotated.secret, rotated.old_secret),
            ([8; 32], Some(([7; 32], BEGIN.after(DAY)))),
            "the same call again changes nothing"
        );
    }
    post.happen(0..1);
    let due = post.courier.next(&post.vault, BEGIN).unwrap().due.remove(0);
    assert_eq!(due.secrets, [[8; 32], [7; 32]]);
    let headers = sign::headers((&due.delivery.event, &due.delivery.body), &due.secrets, BEGIN);
    let signature = headers["webhook-signature"].to_str().unwrap();
    assert_eq!(signature.split(' ').count(), 2);
    assert_eq!((headers["webhook-id"].to_str().unwrap(), headers["webhook-timestamp"].to_str().unwrap()), ("evt_0000", "1790000000"));
    assert_eq!(post.vault.due(BEGIN.after(DAY), 9).unwrap()[0].secrets, [[8; 32]]);
}

#[test]
fn a_signature_is_the_code_over_id_time_and_body() {
    // Id, time and body of the specification's example under a secret of 32 bytes; the code is that of Python's hmac. The public
    // library checks real deliveries in the clients' suite.
    let headers =
        sign::headers(("msg_p5jXN8AQM9LWM0D4loKWxJek", "{\"test\": 2432232314}"), &[[7; 32]], Timestamp::from_seconds(1_614_265_330));
    assert_eq!(headers["webhook-signature"], REFERENCE);
    assert_eq!(sign::secret_text(&[7; 32]), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
}

const REFERENCE: &str = "v1,YO/ulmd+VFtlnbodv7yLOOsS6RlBZ48h++gXZrGOpZo=";

#[test]
fn old_deliveries_go_and_those_that_wait_stay() {
    let mut post = Post::new(Mode::Live);
    post.happen(0..2);
    post.run(BEGIN.after(Span(1)), |due, _| if due.delivery.event == "evt_0000" { said(200) } else { said(500) });
    assert_eq!(post.vault.expire_deliveries(BEGIN.after(super::KEPT).before(super::KEPT)).unwrap(), 0);
    assert_eq!(post.vault.expire_deliveries(BEGIN.after(Span(1))).unwrap(), 1);
    assert_eq!((post.count(DeliveryState::Delivered), post.count(DeliveryState::Waiting)), (0, 1));
    assert!(post.vault.delete_webhook("harbour", HOOK).unwrap());
    assert_eq!(post.vault.deliveries("harbour", &DeliveryFilter::default(), 10).unwrap(), []);
}
