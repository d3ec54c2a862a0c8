//! Sessions over the door: opened, drawn, refused, replayed, given back, closed.

use super::*;
use money::CommandId;
use protocol::receipt::{CertifiedSigned, Counted, Done};
use protocol::session::{Action, At, Bound, Close, Kind, Linked, Links, Open, Opening, SessionCredential, SignedVoucher, TopUp, Voucher};

/// A payer's side of one session.
pub(super) struct Client {
    pub key: SigningKey,
    pub session: CommandId,
    pub challenge: Challenge,
    pub seq: u64,
}

impl Client {
    pub async fn new(bed: &Bed, number: u64, path: &str) -> Client {
        let key = bed.wallet(number, 1_000_000).await;
        Client::of(bed, key, path).await
    }

    pub async fn of(bed: &Bed, key: SigningKey, path: &str) -> Client {
        Client { key, session: world::command_id(), challenge: session_challenge(&bed.get(path).await), seq: 0 }
    }

    pub fn bound(&self, bed: &Bed) -> Bound<'static> {
        let instance = bed.opened.instance.id;
        Bound { instance, session: self.session, recipient: "harbour", currency: eur(), account: self.key.public().account() }
    }

    pub fn next(&mut self) -> At {
        self.seq += 1;
        At { session: self.session, seq: self.seq }
    }

    pub async fn open(&mut self, bed: &Bed, path: &str, terms: (u32, u32, Kind)) -> Answer {
        let open = self.opening(terms);
        self.send(bed, ("GET", path, ""), open).await
    }

    pub fn opening(&mut self, (hold, first, kind): (u32, u32, Kind)) -> Action {
        let until = Timestamp::from_seconds(world::now().seconds()).after(Span(3_600));
        let (hold, first) = (Amount::from_u32(hold), Amount::from_u32(first));
        let terms = Opening { hold, first, until, kind, voucher_key: None, account: None };
        let open = Open::sign(terms, self.session, &self.challenge, &self.key).unwrap();
        Action::Open(self.next(), Box::new(open))
    }

    pub fn signed(&self, bed: &Bed, cumulative: u32) -> Voucher {
        Voucher::Signed(SignedVoucher::sign(Amount::from_u32(cumulative), None, &self.bound(bed), &self.key).unwrap())
    }

    pub async fn pay(&mut self, bed: &Bed, path: &str, cumulative: u32) -> Answer {
        let (voucher, at) = (self.signed(bed, cumulative), self.next());
        self.send(bed, ("GET", path, ""), Action::Voucher(at, voucher)).await
    }

    pub async fn send(&self, bed: &Bed, (method, path, body): (&str, &str, &'static str), action: Action) -> Answer {
        bed.ask(self.request((method, path, body), action)).await
    }

    pub fn request(&self, (method, path, body): (&str, &str, &'static str), action: Action) -> Request<Full<Bytes>> {
        let credential = SessionCredential { challenge: self.challenge.clone(), action };
        with_body(method, path, &[("authorization", &credential.header_value())], body)
    }

    pub async fn close(&mut self, bed: &Bed, agreed: u32) -> Answer {
        let close = Close::sign(Amount::from_u32(agreed), None, &self.bound(bed), &self.key).unwrap();
        let at = self.next();
        self.send(bed, ("HEAD", "/a/x", ""), Action::Close(at, close)).await
    }
}

fn session_challenge(answer: &Answer) -> Challenge {
    assert_eq!(answer.status, StatusCode::PAYMENT_REQUIRED, "{}", answer.text());
    let lines: Vec<_> = answer.headers.get_all("www-authenticate").iter().map(|line| line.to_str().unwrap()).collect();
    parse_all(lines).unwrap().into_iter().find(|challenge| challenge.intent == "session").expect("what is metered has a session")
}

pub(super) fn counted(answer: &Answer) -> (u64, u64, u64, u64) {
    let counted = Counted::parse(answer.header("payment-receipt")).unwrap();
    (counted.seq, counted.accepted.units(), counted.spent.units(), counted.units)
}

pub(super) fn certified(bed: &Bed, answer: &Answer) -> Done {
    let signed = CertifiedSigned::parse(answer.header("payment-receipt")).unwrap();
    assert!(signed.is_proved_by(&bed.opened.instance.keys.receipt.public()));
    signed.receipt.done
}

#[tokio::test]
async fn a_session_is_opened_drawn_and_closed_in_one_request_each() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    let opened = alice.open(&bed, "/a/x", (1_000, 2, Kind::Signed)).await;
    assert_eq!((opened.status.as_u16(), counted(&opened)), (200, (1, 2, 2, 1)), "{}", opened.text());
    assert_eq!(certified(&bed, &opened), Done::Open, "who pays can prove what is held");
    assert_eq!(bed.available(&alice.key).await, 999_000);
    for paid in 2..=50_u32 {
        let answer = alice.pay(&bed, "/a/x", 2 * paid).await;
        assert_eq!(counted(&answer), (u64::from(paid), u64::from(2 * paid), u64::from(2 * paid), u64::from(paid)));
    }
    let seen = bed.origin.asked("/a/x").pop().unwrap().headers;
    assert_eq!(seen["farthing-paid"], "session");
    assert!(seen.get("authorization").is_none());
    let closed = alice.close(&bed, 100).await;
    let done = Done::Close { captured: Amount::from_u32(100), released: Amount::from_u32(900), agreed: None };
    assert_eq!((closed.status.as_u16(), certified(&bed, &closed)), (204, done));
    assert_eq!((bed.available(&alice.key).await, bed.earned().await), (999_900, 100));
    let over = alice.pay(&bed, "/a/x", 102).await;
    assert_eq!(over.refusal(), (410, "channel-finalized".to_owned()));
    assert_eq!(CertifiedSigned::parse(over.json()["receipt"].as_str().unwrap()).unwrap().receipt.done, done);
}

#[tokio::test]
async fn links_pay_and_a_checkpoint_begins_a_new_chain() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    let seed = protocol::session::voucher_seed(&[1; 32], alice.session);
    let mut links = Links::of(&seed, alice.session, Amount::from_u32(2), (Amount::from_u32(2), 100));
    alice.open(&bed, "/a/x", (10_000, 2, Kind::Chain(links.begins()))).await;
    for index in 1..=5_u32 {
        let (link, at) = (links.link(index).unwrap(), alice.next());
        let answer = alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(at, Voucher::Link(Linked { index, link }))).await;
        assert_eq!(counted(&answer).2, u64::from(2 + 2 * index), "{}", answer.text());
        assert!(CertifiedSigned::parse(answer.header("payment-receipt")).is_err(), "a payment's receipt is unsigned");
    }
    let at = alice.next();
    let forged = alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(at, Voucher::Link(Linked { index: 9, link: [9; 32] }))).await;
    assert_eq!(forged.refusal(), (402, "invalid-signature".to_owned()));
    let next = Links::of(&seed, alice.session, Amount::from_u32(14), (Amount::from_u32(2), 100));
    let voucher = SignedVoucher::sign(Amount::from_u32(14), Some(next.begins()), &alice.bound(&bed), &alice.key).unwrap();
    let at = alice.next();
    let answer = alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(at, Voucher::Signed(voucher))).await;
    assert_eq!((counted(&answer).1, certified(&bed, &answer)), (14, Done::Checkpoint));
    let (index, mut next, at) = (1, next, alice.next());
    let link = next.link(index).unwrap();
    let answer = alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(at, Voucher::Link(Linked { index, link }))).await;
    assert_eq!((counted(&answer).1, counted(&answer).2), (16, 16));
}

#[tokio::test]
async fn what_is_presented_is_answered_and_moves_nothing_twice() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (10, 2, Kind::Signed)).await;
    let voucher = alice.signed(&bed, 4);
    let at = alice.next();
    let five = (0..5).map(|_| alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(at, voucher)));
    let mut receipts = std::collections::BTreeSet::new();
    for answer in futures_of(five).await {
        assert_eq!((answer.status.as_u16(), counted(&answer)), (200, (2, 4, 4, 2)));
        receipts.insert(answer.header("payment-receipt").to_owned());
    }
    assert_eq!(receipts.len(), 1, "five equal receipts");
    assert_eq!(bed.origin.asked("/a/x").len(), 2, "an answer that is kept is not fetched again");
    let other = alice.send(&bed, ("GET", "/a/y", ""), Action::Voucher(at, voucher)).await;
    assert_eq!(other.refusal(), (402, "id-reused".to_owned()));
    let stale = alice.pay(&bed, "/a/x", 2).await;
    assert_eq!(stale.refusal(), (402, "voucher-stale".to_owned()), "{}", stale.text());
    let short = alice.pay(&bed, "/a/x", 5).await;
    assert_eq!(short.refusal(), (402, "insufficient-balance".to_owned()));
    assert_eq!((short.json()["requiredCumulative"].as_str(), short.json()["hold"].as_str()), (Some("6"), Some("10")));
    let above = alice.pay(&bed, "/a/x", 12).await;
    assert_eq!(above.refusal().0, 402);
    let mallory = SigningKey::from_seed([66; 32]);
    let forged = Voucher::Signed(SignedVoucher::sign(Amount::from_u32(8), None, &alice.bound(&bed), &mallory).unwrap());
    let at = alice.next();
    let forged = alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(at, forged)).await;
    assert_eq!(forged.refusal(), (402, "invalid-signature".to_owned()));
    let (voucher, nobody) = (alice.signed(&bed, 6), At { session: world::command_id(), seq: 1 });
    let unknown = alice.send(&bed, ("GET", "/a/x", ""), Action::Voucher(nobody, voucher)).await;
    assert_eq!(unknown.refusal(), (410, "channel-not-found".to_owned()));
    let paid = alice.pay(&bed, "/a/x", 6).await;
    assert_eq!(counted(&paid).2, 6);
    assert_eq!(bed.earned().await, 0, "nothing is posted before a capture");
}

#[tokio::test]
async fn what_the_origin_does_not_deliver_is_not_drawn() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (100, 2, Kind::Signed)).await;
    let broken = alice.pay(&bed, "/a/broken", 4).await;
    assert_eq!(broken.status, StatusCode::BAD_GATEWAY);
    let gone = alice.pay(&bed, "/a/gone", 4).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let at = At { session: alice.session, seq: 2 };
    let again = alice.send(&bed, ("GET", "/a/broken", ""), Action::Voucher(at, alice.signed(&bed, 4))).await;
    assert_eq!(again.refusal().1, "id-reused", "what paid for nothing pays for nothing any more");
    let paid = alice.pay(&bed, "/a/x", 4).await;
    assert_eq!(counted(&paid), (4, 4, 4, 2));
    let upgrade = [("upgrade", "websocket"), ("connection", "upgrade")];
    let credential = SessionCredential { challenge: alice.challenge.clone(), action: Action::Voucher(alice.next(), alice.signed(&bed, 6)) };
    let mut headers = vec![("authorization", credential.header_value())];
    headers.extend(upgrade.map(|(name, value)| (name, value.to_owned())));
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    bed.ask(request("GET", "/a/x", &headers)).await;
    assert!(bed.origin.asked("/a/x").pop().unwrap().headers.get("upgrade").is_none(), "a tunnel cannot be counted");
}

#[tokio::test]
async fn what_the_origin_reports_is_drawn_and_the_rest_is_free_again() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/tour").await;
    let opened = alice.open(&bed, "/tour?tokens", (20_000, 8_000, Kind::Signed)).await;
    assert_eq!((opened.status.as_u16(), opened.text().as_str()), (200, "tokens"));
    assert!(opened.headers.get("farthing-usage").is_none());
    let drawn = settled(&bed, &alice, 3_000).await;
    assert_eq!(drawn, 3_000, "1,500 tokens at 2 base units");
    let short = alice.pay(&bed, "/tour?tokens", 9_000).await;
    assert_eq!(short.refusal(), (402, "insufficient-balance".to_owned()), "4,000 tokens are reserved before the origin is asked");
    let paid = alice.pay(&bed, "/tour?tokens", 11_000).await;
    assert_eq!(paid.status, StatusCode::OK);
    assert_eq!(settled(&bed, &alice, 6_000).await, 6_000);
}

#[tokio::test]
async fn bytes_are_counted_as_they_go_out() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/gift").await;
    let opened = alice.open(&bed, "/gift", (500_000, 100_000, Kind::Signed)).await;
    assert_eq!(opened.text(), "free: /gift");
    assert_eq!(settled(&bed, &alice, 11_000).await, 11_000, "11 bytes at 1.00 a thousand");
}

#[tokio::test]
async fn more_is_held_and_nothing_is_held_in_vain() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (2, 2, Kind::Signed)).await;
    let full = alice.pay(&bed, "/a/x", 4).await;
    assert_eq!(full.refusal(), (402, "hold-exhausted".to_owned()), "{}", full.text());
    let top_up = TopUp::sign(Amount::from_u32(2), world::command_id(), &alice.bound(&bed), &alice.key).unwrap();
    let at = alice.next();
    let raised = alice.send(&bed, ("HEAD", "/a/x", ""), Action::TopUp(at, top_up)).await;
    assert_eq!((raised.status.as_u16(), certified(&bed, &raised)), (204, Done::TopUp));
    assert_eq!(counted(&alice.pay(&bed, "/a/x", 4).await).2, 4);
    let mut bob = Client::new(&bed, 2, "/a/x").await;
    assert_eq!(bob.open(&bed, "/a/x", (6, 2, Kind::Trusted)).await.refusal(), (402, "malformed-credential".to_owned()));
    assert_eq!(bob.open(&bed, "/a/x", (6, 1, Kind::Signed)).await.refusal(), (402, "insufficient-balance".to_owned()));
    assert_eq!(bed.available(&bob.key).await, 1_000_000, "nothing is held for what cannot be paid");
}

#[tokio::test]
async fn timers_capture_and_end_what_is_due() {
    let bed = Bed::metered().await;
    let mut alice = Client::new(&bed, 1, "/a/x").await;
    alice.open(&bed, "/a/x", (8, 2, Kind::Signed)).await;
    crate::gateway::sweep(&bed.opened.instance).await.unwrap();
    assert_eq!(bed.earned().await, 2, "a quarter of the hold waits no longer");
    let bed = bed.restarted_metered().await;
    assert_eq!(counted(&alice.pay(&bed, "/a/x", 4).await), (2, 4, 4, 2), "a session outlives a restart");
    assert_eq!((bed.available(&alice.key).await, bed.earned().await), (999_992, 2));
}

/// What a session has drawn once its reserve is settled, which nobody waits for.
async fn settled(bed: &Bed, of: &Client, drawn: u64) -> u64 {
    let id = of.session;
    for _ in 0..2_000 {
        let now = bed.opened.instance.look(move |state, _| state.session(id).unwrap().drawn.units()).await.unwrap();
        if now == drawn {
            return now;
        }
        tokio::task::yield_now().await;
    }
    bed.opened.instance.look(move |state, _| state.session(id).unwrap().drawn.units()).await.unwrap()
}

async fn futures_of(asks: impl Iterator<Item = impl Future<Output = Answer>>) -> Vec<Answer> {
    let mut answers = Vec::new();
    for ask in asks {
        answers.push(ask.await);
    }
    answers
}
