//! The session side of the small site: vouchers are checked as docs/sessions.md says, and drawn from.

use super::{Fault, PAGE, Seen, Sent, Site, problem};
use http::Response;
use money::{Amount, Asset, CommandId, OfferId, Span, Timestamp};
use protocol::challenge::{SessionRequest, SessionTerms};
use protocol::keys::PublicKey;
use protocol::receipt::{Certified, Counted, Done, Group};
use protocol::session::{Action, At, Bound, Kind, SessionCredential, Shown, Standing, Voucher, shown};
use protocol::{Instance, SigningKey};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// What a site sells by the unit.
#[derive(Default)]
pub struct Metered {
    pub price: u32,
    pub unit: &'static str,
    pub at_once: bool,
    pub signed: Vec<u64>,
    pub sessions: BTreeMap<CommandId, Session>,
    pub links: usize,
    pub checkpoints: usize,
    pub flows: super::flow::Flows,
}

pub struct Session {
    pub(super) payer: money::Party,
    key: PublicKey,
    pub(super) standing: Standing,
    pub(super) hold: Amount,
    until: Timestamp,
    pub(super) drawn: u64,
    pub(super) units: u64,
    highest: u64,
    seen: BTreeMap<u64, String>,
    raised: Vec<CommandId>,
    ended: bool,
}

impl Site {
    pub async fn metered(price: u32, unit: &'static str) -> Arc<Site> {
        let site = Site::start().await;
        *site.metered.lock().unwrap() = Some(Metered { price, unit, ..Metered::default() });
        site
    }

    pub fn of_metered<T>(&self, read: impl FnOnce(&mut Metered) -> T) -> T {
        read(self.metered.lock().unwrap().as_mut().unwrap())
    }

    pub fn sells_at_once(&self) {
        self.of_metered(|metered| metered.at_once = true);
    }

    pub fn links(&self) -> usize {
        self.of_metered(|metered| metered.links)
    }

    pub fn checkpoints(&self) -> usize {
        self.of_metered(|metered| metered.checkpoints)
    }

    pub fn opened(&self) -> usize {
        self.of_metered(|metered| metered.sessions.len())
    }

    pub fn drawn(&self) -> u64 {
        self.of_metered(|metered| metered.sessions.values().map(|session| session.drawn).sum())
    }

    pub fn most_held(&self) -> u64 {
        self.of_metered(|metered| metered.sessions.values().map(|session| session.hold.units()).max().unwrap())
    }

    pub fn end_all(&self) {
        self.of_metered(|metered| metered.sessions.values_mut().for_each(|session| session.ended = true));
    }

    pub fn session_terms(&self, metered: &Metered) -> SessionTerms {
        let request = SessionRequest {
            amount: Amount::from_u32(metered.price),
            per: 1,
            currency: eur(),
            recipient: "harbour".to_owned(),
            unit_type: metered.unit.to_owned(),
            instance: self.instance(),
            offer: OfferId([4; 32]),
            step: Amount::from_u32(metered.price),
            hold: Amount::from_u32(10_000),
            scope: "/api/*".to_owned(),
        };
        SessionTerms { realm: "news.localhost".to_owned(), request, expires: self.now().after(Span(86_400)), nonce: CommandId([3; 16]) }
    }

    pub fn streamed(&self, target: &str, credential: SessionCredential, seen: &Seen) -> Option<Response<Sent>> {
        let fault = self.faults.lock().unwrap().pop_front();
        match fault {
            Some(Fault::LostRequest) => return None,
            Some(Fault::Refused(status, code)) => return Some(problem(status, code)),
            Some(Fault::UnderWay) => return Some(under_way()),
            _ => {}
        }
        let checked = self.issuer().check_session(&credential.challenge).unwrap();
        let answer = self.of_metered(|metered| {
            if let Action::Open(at, open) = &credential.action {
                assert!(open.claim(at.session, &credential.challenge, &checked.terms.request).unwrap().holds());
                let chain = match &open.terms.kind {
                    Kind::Chain(chain) => Some(chain),
                    Kind::Signed | Kind::Trusted => None,
                };
                metered.sessions.entry(at.session).or_insert_with(|| Session {
                    payer: open.payer(),
                    key: open.voucher_key(),
                    standing: Standing::opened(open.terms.first, chain),
                    hold: open.terms.hold,
                    until: open.terms.until,
                    drawn: 0,
                    units: 0,
                    highest: 0,
                    seen: BTreeMap::new(),
                    raised: Vec::new(),
                    ended: false,
                });
            }
            self.acted(metered, target, &credential.action, (seen, fault))
        });
        let mut answer = answer;
        if fault == Some(Fault::TornBody) {
            answer.body_mut().0.extend([None, Some(Err("torn"))]);
        }
        if fault == Some(Fault::LostAnswer) { None } else { Some(answer) }
    }

    fn acted(&self, metered: &mut Metered, target: &str, action: &Action, (seen, fault): (&Seen, Option<Fault>)) -> Response<Sent> {
        let at = action.at().unwrap();
        let Some(session) = metered.sessions.get_mut(&at.session) else { return problem(410, "channel-not-found") };
        if session.ended {
            let receipt = session.certified(self, at, session.end(None), fault);
            return told(410, "channel-finalized", [("receipt", receipt)]);
        }
        let bound = Bound { instance: self.instance(), session: at.session, recipient: "harbour", currency: eur(), account: session.payer };
        match action {
            Action::TopUp(_, top_up) => {
                assert!(top_up.claim(&bound).unwrap().holds() && top_up.key.account() == session.payer);
                if !session.raised.contains(&top_up.command) {
                    session.raised.push(top_up.command);
                    session.hold = session.hold.checked_add(top_up.additional).unwrap();
                }
                return receipt(204, session.certified(self, at, Done::TopUp, fault));
            }
            Action::Close(_, close) => {
                assert!(close.claim(&bound, &session.key).unwrap().holds());
                session.ended = fault != Some(Fault::ForgedReceipt);
                return receipt(204, session.certified(self, at, session.end(Some(close.agreed)), fault));
            }
            Action::Voucher(_, voucher) => match voucher {
                Voucher::Link(linked) => {
                    let chain = session.standing.chain.unwrap();
                    match shown(&chain, None, at.session, linked.index, &linked.link).unwrap() {
                        Shown::Raises(chain) => {
                            session.standing = session.standing.raised(chain);
                            metered.links += 1;
                        }
                        Shown::Tip | Shown::Lower | Shown::Stale => {}
                    }
                }
                Voucher::Signed(signed) => {
                    assert!(signed.claim(&bound, &session.key).unwrap().holds());
                    if let Some(standing) = session.standing.signed(signed.cumulative, signed.checkpoint.as_ref()) {
                        session.standing = standing;
                        metered.checkpoints += usize::from(signed.checkpoint.is_some());
                    }
                }
            },
            Action::Open(..) | Action::Pay(_) => {}
        }
        assert!(session.standing.accepted() <= session.hold, "never above the hold");
        if target == super::flow::PATH {
            return self.flows(metered, at, (seen, signs(action)));
        }
        let print = format!("{target} {:?}", seen.authorization);
        if session.seen.get(&at.seq).is_none_or(|first| *first != print) {
            assert!(!session.seen.contains_key(&at.seq), "one number, one request");
            let most = if metered.unit == "call" { 1 } else { 100 };
            let required = session.drawn + most * u64::from(metered.price);
            let accepted = session.standing.accepted();
            if required > accepted.units() {
                return told(402, "insufficient-balance", [("requiredCumulative", required.to_string())]);
            }
            let units = if metered.unit == "call" { 1 } else { 40 };
            session.drawn += units * u64::from(metered.price);
            session.units += units;
            session.seen.insert(at.seq, print);
            session.highest = at.seq;
        }
        let mut counted = session.counted(self, at);
        if fault == Some(Fault::ForgedReceipt) {
            counted.spent = Amount::from_u32(1_000);
        }
        let signs = signs(action).filter(|_| fault != Some(Fault::Unsigned));
        let value = signs.map_or_else(|| counted.header_value(), |done| session.certified_as(self, (counted, done), fault));
        receipt(200, value).map(|_| Sent::of(PAGE))
    }
}

impl Session {
    pub(super) fn counted(&self, site: &Site, at: At) -> Counted {
        let spent = Amount::new(self.drawn).unwrap();
        Counted { session: at.session, timestamp: site.now(), seq: at.seq, accepted: self.standing.accepted(), spent, units: self.units }
    }

    fn end(&self, agreed: Option<Amount>) -> Done {
        let captured = Amount::new(self.drawn).unwrap();
        let released = self.hold.checked_sub(captured).unwrap();
        Done::Close { captured, released, agreed: agreed.filter(|agreed| *agreed != captured) }
    }

    pub(super) fn certified(&self, site: &Site, at: At, done: Done, fault: Option<Fault>) -> String {
        self.certified_as(site, (self.counted(site, at), done), fault)
    }

    fn certified_as(&self, site: &Site, (counted, done): (Counted, Done), fault: Option<Fault>) -> String {
        let instance: Instance = site.instance();
        let (recipient, currency) = ("harbour".to_owned(), eur());
        let (hold, until) = (self.hold, self.until);
        let certified = Certified { counted, instance, recipient, currency, hold, until, done };
        let own = site.receipt_key.lock().unwrap();
        let forger = SigningKey::from_seed([66; 32]);
        let key = if fault == Some(Fault::ForgedReceipt) { &forger } else { &*own };
        certified.header_value(key, Group { frame: 7, chunk: 0 }).unwrap()
    }
}

pub fn eur() -> Asset {
    Asset::parse("eur-micro").unwrap()
}

pub(super) fn receipt(status: u16, value: String) -> Response<Sent> {
    Response::builder().status(status).header("payment-receipt", value).body(Sent::of("")).unwrap()
}

pub(super) fn told(status: u16, code: &str, more: impl IntoIterator<Item = (&'static str, String)>) -> Response<Sent> {
    let mut body = serde_json::json!({"title": code, "status": status, "code": code, "currency": "eur-micro"});
    for (key, value) in more {
        body[key] = value.into();
    }
    let answer = Response::builder().status(status).header("content-type", "application/problem+json");
    answer.body(Sent::of(body.to_string())).unwrap()
}

/// What is signed of a request that pays.
fn signs(action: &Action) -> Option<Done> {
    match action {
        Action::Open(..) => Some(Done::Open),
        Action::Voucher(_, Voucher::Signed(signed)) => signed.checkpoint.map(|_| Done::Checkpoint),
        Action::Voucher(_, Voucher::Link(_)) | Action::TopUp(..) | Action::Close(..) | Action::Pay(_) => None,
    }
}

fn under_way() -> Response<Sent> {
    let body = serde_json::json!({"title": "Work under way is finished first", "status": 503, "code": "session-under-way",
        "requests": 1, "retryAfter": 0, "until": "2026-11-22T17:12:05Z"});
    let answer = Response::builder().status(503).header("content-type", "application/problem+json").header("retry-after", "0");
    answer.body(Sent::of(body.to_string())).unwrap()
}

/// What a site keeps of what it sells by the unit.
pub type Kept = Mutex<Option<Metered>>;
