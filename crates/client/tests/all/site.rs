//! A small site with a wallet: the server's side of the protocol, with faults on order.

mod flow;
mod standing;
mod stream;

use bytes::Bytes;
use client::{Address, Caps, Error, Fetched, Patience, Payer, Policy, Request, Sessions, State, Wallet, World};
use http::{Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming};
use hyper_util::rt::TokioIo;
use money::{Amount, Asset, CommandId, OfferId, Party, Span, Timestamp};
use protocol::challenge::{Terms, route};
use protocol::discovery::{CertifiedKey, FARTHING_PATH, Facts, Mode};
use protocol::receipt::{Group, Receipt};
use protocol::session::Action;
use protocol::text::parse_serial;
use protocol::{ChargeRequest, Credential, Instance, Issuer, Lasts, PublicKey, SigningKey, calls, digest};
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// What a paid request meets, in order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The request is lost on its way.
    LostRequest,
    /// It is carried out, and the answer is lost.
    LostAnswer,
    /// It is carried out, but the receipt is signed by somebody else.
    ForgedReceipt,
    /// It is carried out, and no receipt comes.
    NoReceipt,
    /// The page breaks off half way.
    TornBody,
    /// It is refused with a status and a code; nothing is carried out.
    Refused(u16, &'static str),
    /// Nothing: all goes well.
    None,
    /// A close waits for a request that is under way.
    UnderWay,
    /// It is carried out, and what should be signed is not.
    Unsigned,
}

/// A request as it came.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    pub line: String,
    pub authorization: Option<String>,
    pub idempotency_key: Option<String>,
    pub last_event: Option<String>,
}

pub struct Site {
    pub port: u16,
    pub clock: Arc<AtomicU64>,
    pub root: SigningKey,
    pub receipt_key: Mutex<SigningKey>,
    pub faults: Mutex<VecDeque<Fault>>,
    pub seen: Mutex<Vec<Seen>>,
    /// What was really charged: nonce, payer and the bytes that did it.
    pub sales: Mutex<BTreeMap<CommandId, (Party, String)>>,
    pub change: Mutex<Change>,
    /// Lines before ours in a 402.
    pub before: Mutex<Vec<String>>,
    pub topped_up: Mutex<BTreeMap<String, u64>>,
    pub metered: stream::Kept,
    nonces: AtomicU8,
}

/// What is changed about every challenge.
pub type Change = Box<dyn Fn(&mut Terms) + Send>;

pub const PAGE: &str = "The quiet harbour";

impl Site {
    pub async fn start() -> Arc<Site> {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let site = Arc::new(Site {
            port: listener.local_addr().unwrap().port(),
            clock: Arc::new(AtomicU64::new(Timestamp::parse("2026-11-22T14:22:05Z").unwrap().0)),
            root: SigningKey::from_seed([1; 32]),
            receipt_key: Mutex::new(SigningKey::from_seed([2; 32])),
            faults: Mutex::default(),
            seen: Mutex::default(),
            sales: Mutex::default(),
            change: Mutex::new(Box::new(|_| {})),
            before: Mutex::default(),
            topped_up: Mutex::default(),
            metered: Mutex::default(),
            nonces: AtomicU8::new(1),
        });
        let serving = Arc::clone(&site);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let site = Arc::clone(&serving);
                let service = hyper::service::service_fn(move |request| {
                    let site = Arc::clone(&site);
                    async move { site.answer(request).await.ok_or("lost") }
                });
                tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        site
    }

    pub fn url(&self, target: &str) -> Address {
        Address::parse(&format!("http://news.localhost:{}{target}", self.port)).unwrap()
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::SeqCst))
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.store(self.now().after(Span(seconds)).0, Ordering::SeqCst);
    }

    pub fn next_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap().extend(faults);
    }

    /// The requests to priced pages, and what they carried.
    pub fn asked(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().filter(|seen| !seen.line.contains("/.well-known/")).cloned().collect()
    }

    pub fn paid(&self) -> Vec<Seen> {
        let is_paid = |seen: &Seen| seen.authorization.as_deref().is_some_and(|value| value.starts_with("Payment "));
        self.asked().into_iter().filter(is_paid).collect()
    }

    pub fn sold(&self) -> usize {
        self.sales.lock().unwrap().len()
    }

    pub fn instance(&self) -> Instance {
        Instance::of(&self.root.public())
    }

    async fn answer(&self, request: http::Request<Incoming>) -> Option<Response<Sent>> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let target = head.uri.path_and_query().unwrap().as_str().to_owned();
        let field = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let seen = Seen {
            line: format!("{} {target}", head.method),
            authorization: field("authorization"),
            idempotency_key: field("idempotency-key"),
            last_event: field("last-event-id"),
        };
        self.seen.lock().unwrap().push(seen.clone());
        if let Some(place) = target.strip_prefix("/moved?") {
            return Some(Response::builder().status(302).header("location", place).body(Sent::of("")).unwrap());
        }
        if target == FARTHING_PATH {
            return Some(json(StatusCode::OK, self.facts()));
        }
        if target.starts_with("/v1/") {
            return self.account(&head.method, &target, &seen, &body);
        }
        if target.starts_with("/free") {
            return Some(Response::new(Sent::of(PAGE)));
        }
        self.page(&head.method, &target, &seen, &body)
    }

    fn facts(&self) -> Vec<u8> {
        let text = |key: PublicKey| key.to_string();
        let receipt_key = self.receipt_key.lock().unwrap().public();
        let (instance, root, key) = (self.instance().to_string(), text(self.root.public()), text(receipt_key));
        let signature = client::site::certify(&self.root, &receipt_key);
        let origin = self.url("/").origin();
        let wallet = format!("http://wallet.localhost:{}", self.port);
        protocol::discovery::farthing(&Facts {
            name: "Test",
            mode: Mode::Test,
            instance: &instance,
            root_key: &root,
            receipt_keys: &[CertifiedKey { key: &key, signature: &signature }],
            site_keys: &[],
            page_origins: &[&origin],
            wallets: &[&wallet],
            wallet_url: &wallet,
            x402: "https://wallet.example/x402",
            currencies: &["eur-micro"],
        })
    }

    fn page(&self, method: &http::Method, target: &str, seen: &Seen, body: &[u8]) -> Option<Response<Sent>> {
        let authorization = seen.authorization.as_deref().unwrap_or_default();
        let call = calls::Call { instance: self.instance(), method: method.as_str(), target, kind: calls::Kind::Read };
        if let Ok(signed) = calls::Signed::parse(authorization) {
            let owner = signed.covers(&call, self.now()).then(|| signed.key.account());
            let owns = self.sales.lock().unwrap().values().any(|(payer, _)| Some(*payer) == owner);
            return Some(if owns { Response::new(Sent::of(PAGE)) } else { self.demand(method, target, body, "payment-required") });
        }
        if let Ok(credential) = protocol::session::SessionCredential::parse(authorization) {
            if let Action::Pay(pay) = &credential.action {
                return self.bought((method, target, body), (&credential.challenge, pay), seen);
            }
            return self.streamed(target, credential, seen);
        }
        let Ok(credential) = Credential::parse(authorization) else {
            return Some(self.demand(method, target, body, "payment-required"));
        };
        let fault = self.faults.lock().unwrap().pop_front();
        match fault {
            Some(Fault::LostRequest) => return None,
            Some(Fault::Refused(402, code)) => return Some(self.demand(method, target, body, code)),
            Some(Fault::Refused(status, code)) => return Some(problem(status, code)),
            _ => {}
        }
        let Ok(checked) = self.issuer().check(&credential.challenge) else {
            return Some(self.demand(method, target, body, "challenge-unknown"));
        };
        assert!(credential.is_signed() && checked.terms.route == route(method.as_str(), target));
        if self.now() > checked.terms.expires.after(Span(30)) {
            return Some(self.demand(method, target, body, "quote-expired"));
        }
        let bytes = format!("{authorization} {:?}", seen.idempotency_key);
        let mut sales = self.sales.lock().unwrap();
        let owned = sales.iter().any(|(nonce, (payer, _))| *payer == credential.payer() && *nonce != checked.terms.nonce);
        let (_, first) = sales.entry(checked.terms.nonce).or_insert((credential.payer(), bytes.clone()));
        if *first != bytes {
            return Some(self.demand(method, target, body, "challenge-used"));
        }
        assert!(!owned || self.metered.lock().unwrap().is_some(), "nobody buys twice here");
        if fault == Some(Fault::LostAnswer) {
            return None;
        }
        Some(self.served(&checked.terms, fault))
    }

    fn served(&self, terms: &Terms, fault: Option<Fault>) -> Response<Sent> {
        let mut response = Response::new(Sent::of(PAGE));
        if fault == Some(Fault::TornBody) {
            response.body_mut().0.extend([None, Some(Err("torn"))]);
        }
        let forger = SigningKey::from_seed([66; 32]);
        let own = self.receipt_key.lock().unwrap();
        let key = if fault == Some(Fault::ForgedReceipt) { &forger } else { &*own };
        if fault != Some(Fault::NoReceipt) {
            let value = self.receipt(terms).header_value(key, Group { frame: 7, chunk: 0 }).unwrap();
            response.headers_mut().insert("payment-receipt", value.parse().unwrap());
        }
        response
    }

    fn receipt(&self, terms: &Terms) -> Receipt {
        Receipt {
            reference: terms.nonce,
            timestamp: self.now(),
            instance: self.instance(),
            recipient: terms.request.recipient.clone(),
            payer: "pairwise".to_owned(),
            amount: terms.request.amount,
            currency: terms.request.currency,
            offer: terms.request.offer,
            entitlement: "news.localhost/a".to_owned(),
            until: None,
            full: [9; 32],
            external_id: None,
        }
    }

    fn issuer(&self) -> Issuer {
        Issuer::new([5; 32], None)
    }

    fn demand(&self, method: &http::Method, target: &str, body: &[u8], code: &str) -> Response<Sent> {
        let number = self.nonces.fetch_add(1, Ordering::SeqCst);
        let mut terms = Terms {
            realm: "news.localhost".to_owned(),
            request: ChargeRequest {
                amount: Amount::from_u32(50_000),
                currency: Asset::parse("eur-micro").unwrap(),
                recipient: "harbour".to_owned(),
                instance: self.instance(),
                offer: OfferId([4; 32]),
                lasts: Some(Lasts::Ever),
                undo: Some(600),
                external_id: None,
            },
            expires: Timestamp::from_seconds(self.now().seconds()).after(Span(300)),
            digest: (!body.is_empty()).then(|| digest::of(body)),
            nonce: CommandId::new(self.now().ms(), [number; 10]),
            route: route(method.as_str(), target),
        };
        (self.change.lock().unwrap())(&mut terms);
        let mut response = problem(402, code);
        for line in self.before.lock().unwrap().iter() {
            response.headers_mut().append("www-authenticate", line.parse().unwrap());
        }
        let metered = self.metered.lock().unwrap();
        if metered.as_ref().is_none_or(|metered| metered.at_once) {
            response.headers_mut().append("www-authenticate", self.issuer().issue(&terms).to_string().parse().unwrap());
        }
        if let Some(metered) = &*metered {
            let challenge = self.issuer().issue_session(&self.session_terms(metered)).unwrap();
            response.headers_mut().append("www-authenticate", challenge.to_string().parse().unwrap());
        }
        response
    }

    /// The wallet's own calls.
    fn account(&self, method: &http::Method, target: &str, seen: &Seen, body: &[u8]) -> Option<Response<Sent>> {
        let signed = calls::Signed::parse(seen.authorization.as_deref().unwrap()).unwrap();
        let command = seen.idempotency_key.as_deref().map(|key| protocol::text::parse_command(key).unwrap());
        let kind = command.map_or(calls::Kind::Read, |command| calls::Kind::Write { body, command });
        let call = calls::Call { instance: self.instance(), method: method.as_str(), target, kind };
        assert!(signed.covers(&call, self.now()), "{target}");
        if let Some(serial) = target.strip_prefix("/v1/receipts/") {
            let known = self.sales.lock().unwrap().contains_key(&parse_serial(serial).unwrap());
            return Some(if known { json(StatusCode::OK, b"{}".to_vec()) } else { problem(404, "unknown") });
        }
        let said: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let answer = match target.split('?').next().unwrap() {
            "/v1/wallet" => {
                serde_json::json!({"account": "a", "balances": [{"currency": "eur-micro", "available": "4950000", "held": "0", "spent_this_month": "50000"}]})
            }
            "/v1/history" => {
                serde_json::json!({"rows": [{"at": "2026-11-22T14:22:05Z", "kind": "sale", "amount": "-50000", "currency": "eur-micro",
                "balance": "4950000", "serial": null, "item": "a", "undo_until": null}], "next": null})
            }
            "/v1/top-ups" => {
                let sum: u64 = said["amount"].as_str().unwrap().parse().unwrap();
                let mut topped_up = self.topped_up.lock().unwrap();
                topped_up.insert(seen.idempotency_key.clone().unwrap(), sum);
                if self.faults.lock().unwrap().pop_front() == Some(Fault::LostAnswer) {
                    return None;
                }
                let all: u64 = topped_up.values().sum();
                serde_json::json!({"available": all.to_string(), "currency": said["currency"]})
            }
            "/v1/undo" => serde_json::json!({"returned": "50000", "currency": "eur-micro", "serial": said["serial"]}),
            "/v1/guards" => serde_json::json!({}),
            _ => return Some(problem(404, "unknown")),
        };
        Some(json(StatusCode::OK, answer.to_string().into_bytes()))
    }
}

/// A body in pieces, of which the last may be a fault.
///
/// Between two pieces it waits once, so that the first is on its way before the next is asked for.
pub struct Sent(VecDeque<Option<Piece>>, Option<UnboundedReceiver<Piece>>);

pub type Piece = Result<Bytes, &'static str>;

impl Sent {
    fn of(bytes: impl Into<Bytes>) -> Sent {
        Sent(VecDeque::from([Some(Ok(bytes.into()))]), None)
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = &'static str;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, &'static str>>> {
        match self.0.pop_front() {
            None => match &mut self.1 {
                Some(rest) => match std::task::ready!(rest.poll_recv(context)) {
                    // What came before it goes out first.
                    Some(Err(torn)) => {
                        self.0.push_back(Some(Err(torn)));
                        context.waker().wake_by_ref();
                        Poll::Pending
                    }
                    piece => Poll::Ready(piece.map(|piece| piece.map(Frame::data))),
                },
                None => Poll::Ready(None),
            },
            Some(Some(piece)) => Poll::Ready(Some(piece.map(Frame::data))),
            Some(None) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

fn json(status: StatusCode, body: Vec<u8>) -> Response<Sent> {
    Response::builder().status(status).header("content-type", "application/json").body(Sent::of(body)).unwrap()
}

fn problem(status: u16, code: &str) -> Response<Sent> {
    let body = serde_json::json!({"type": "about:blank", "title": code, "status": status, "code": code, "detail": format!("It is {code}."),
        "shortBy": "50000", "available": "0", "currency": "eur-micro", "topUpUrl": "http://wallet.localhost/top-up", "refunded": true});
    let answer = Response::builder().status(status).header("content-type", "application/problem+json");
    answer.body(Sent::of(body.to_string())).unwrap()
}

/// A payer in a folder of its own, asking again without a pause.
pub fn payer(site: &Site, folder: &Path, max: u32) -> Payer {
    payer_who(site, folder, (max, Sessions::IfNeeded))
}

/// The same who opens a session wherever one is offered.
pub fn payer_of_sessions(site: &Site, folder: &Path, max: u32) -> Payer {
    payer_who(site, folder, (max, Sessions::Wanted))
}

fn payer_who(site: &Site, folder: &Path, (max, sessions): (u32, Sessions)) -> Payer {
    let clock = Arc::clone(&site.clock);
    // A payer that starts again must not repeat ids.
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let world = World::new(
        move || Timestamp(clock.load(Ordering::SeqCst)),
        move || {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&COUNT.fetch_add(1, Ordering::SeqCst).to_be_bytes());
            bytes
        },
    );
    let policy = Policy {
        max: Caps::of(Asset::parse("eur-micro").unwrap(), Amount::from_u32(max)),
        allow_http_loopback: true,
        patience: Patience { answer: Duration::from_secs(20), pauses: vec![Duration::ZERO; 3] },
        sessions,
    };
    Payer::new(Wallet::from_seed([8; 32]), policy, State::beside(&folder.join("wallet.json")).unwrap(), world)
}

pub async fn get(payer: &Payer, url: Address) -> Result<(String, Fetched), Error> {
    read(payer.fetch(Request::get(url)).await?).await
}

pub async fn read(mut fetched: Fetched) -> Result<(String, Fetched), Error> {
    let body = fetched.body.whole(100_000).await?;
    Ok((String::from_utf8(body.to_vec()).unwrap(), fetched))
}

/// Nothing waits for an answer any more.
pub fn is_settled(folder: &Path) -> bool {
    std::fs::read_dir(folder.join("wallet.state/unanswered")).unwrap().count() == 0
}
