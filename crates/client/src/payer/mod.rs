//! The payer: asks for a page, and pays for it if it must and may.

mod ahead;
mod end;
mod film;
mod follow;
mod known;
mod pay;
mod present;
pub mod restore;
mod stream;
mod unread;

use ahead::Came;
pub use end::Waiting;
pub use film::{Film, Opened, Spent};
pub use follow::Flow;
pub(crate) use present::Before;
use stream::Answer;

use crate::io::{Http, NotAnswered, Reply, Sent};
use crate::kept::KeptReceipt;
use crate::session::Chains;
use crate::site::Mode;
use crate::{Address, Body, Error, Policy, Refusal, Sessions, State, Wallet, World};
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION, USER_AGENT};
use http::{Method, StatusCode};
use money::{Amount, Asset, CommandId};
use protocol::calls::{Call, Kind};
use protocol::challenge::PURCHASE;
use protocol::digest;
use std::sync::Arc;

/// Redirects that are followed within the origin.
const MOST_HOPS: usize = 5;

/// Pays with a wallet, under a policy, and remembers in its state.
pub struct Payer {
    pub(crate) wallet: Wallet,
    pub(crate) policy: Policy,
    pub(crate) state: Arc<State>,
    pub(crate) http: Http,
    pub(crate) world: World,
    /// Links of the sessions in use. Whoever pays from one holds this: within a program, payments of sessions queue.
    chains: tokio::sync::Mutex<Chains>,
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Where.
    pub url: Address,
    /// What is sent along. A challenge must be for exactly these bytes.
    pub body: Option<Vec<u8>>,
    /// The body's media type.
    pub content_type: Option<String>,
    /// Of an event stream: the id of the last event that came, after which it goes on.
    pub after: Option<String>,
}

/// An answer that is no refusal to be paid. Its status may still be an error of the page itself.
pub struct Fetched {
    /// Where it came from in the end.
    pub url: Address,
    /// HTTP status.
    pub status: u16,
    /// The answer's fields.
    pub headers: HeaderMap,
    /// The answer's body, to come.
    pub body: Body,
    /// What it cost.
    pub payment: Payment,
}

/// What an answer cost.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Payment {
    /// Nothing, for anybody or for an error.
    None,
    /// Nothing, because this receipt owns the page.
    Owned(KeptReceipt),
    /// It was paid for, and the receipt is proved and kept.
    Paid {
        /// The receipt.
        receipt: KeptReceipt,
        /// What this answer charged; zero if the books already had the page as owned.
        charged: Amount,
    },
    /// It was paid for from a session.
    Drawn(Drawn),
    /// An earlier request paid for it from a session, and its page broke off: this is that page, and nothing was charged.
    Before(Drawn),
}

/// What was drawn from a session for an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawn {
    /// The session.
    pub session: CommandId,
    /// The payee's handle.
    pub recipient: String,
    /// What it cost; at most that where the units are counted afterwards.
    pub charged: Amount,
    /// Of which asset.
    pub currency: Asset,
    /// Test or live.
    pub mode: Mode,
}

impl Payer {
    /// A payer. Nothing is sent yet.
    #[must_use]
    pub fn new(wallet: Wallet, policy: Policy, state: State, world: World) -> Payer {
        let http = Http::new(policy.patience.answer);
        Payer { wallet, policy, state: Arc::new(state), http, world, chains: tokio::sync::Mutex::default() }
    }

    /// What the payer remembers.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Asks for a page and, if it answers 402 within the policy, pays and asks again.
    ///
    /// An owned page costs one round trip. A command that an earlier call left without an answer is presented again
    /// first, with the same bytes; nothing is ever signed twice for one outcome.
    ///
    /// # Errors
    /// [`Error`]; only [`Error::Unknown`], [`Error::Receipt`] and [`Error::BrokeOff`] can have cost something.
    pub async fn fetch(&self, request: Request) -> Result<Fetched, Error> {
        let mut request = request;
        for _ in 0..=MOST_HOPS {
            if let Some(fetched) = self.resume(&request).await? {
                return Ok(fetched);
            }
            let owned = self.owned(&request)?;
            let drawn = if owned.is_none() { self.streamed(&request).await? } else { None };
            let answer = match drawn {
                Some(answer) => answer,
                None => {
                    let reply = match if owned.is_none() { self.pay_ahead(&request).await? } else { None } {
                        Some(Came::Page(fetched)) => return Ok(*fetched),
                        Some(Came::Unpaid(reply)) => *reply,
                        None => self.ask(&request, owned.as_ref()).await?,
                    };
                    if reply.status == StatusCode::PAYMENT_REQUIRED {
                        match self.buy(&request, reply).await? {
                            Bought::Page(fetched) => return Ok(*fetched),
                            Bought::Drawn(answer) => *answer,
                        }
                    } else {
                        Answer { reply, payment: owned.map_or(Payment::None, Payment::Owned) }
                    }
                }
            };
            if let Some(next) = redirected(&request, &answer.reply)? {
                request = next;
                continue;
            }
            return Ok(served(&request, answer.reply, answer.payment));
        }
        Err(Error::Moved { to: request.url.to_string() })
    }

    /// Buys what answers 402: from a session where one is wanted or nothing else is sold, else at once.
    async fn buy(&self, request: &Request, reply: Reply) -> Result<Bought, Error> {
        self.note_standing(request, &reply)?;
        if self.fresh_challenge(request, &reply).is_ok_and(|offered| offered.request.unit_type == crate::session::FILM) {
            return Err(Error::Unpayable(Refusal::Film));
        }
        let sold_at_once = || !matches!(self.choose(request, &reply), Err(Error::Unpayable(Refusal::NoChallenge)));
        let wanted = self.policy.sessions == Sessions::Wanted || !sold_at_once();
        let offered = if wanted && request.method != Method::HEAD { self.offered(request, &reply) } else { Err(Refusal::NoChallenge) };
        // A page that is sold whole is paid from no session.
        let offered = offered.and_then(|it| if it.request.unit_type == PURCHASE { Err(Refusal::NoChallenge) } else { Ok(it) });
        match offered {
            Ok(offered) => match self.open(request, offered).await? {
                Some(answer) => Ok(Bought::Drawn(Box::new(answer))),
                None => Err(Error::refused(pay::said(&reply))),
            },
            Err(Refusal::NoChallenge) => self.pay(request, reply).await.map(|fetched| Bought::Page(Box::new(fetched))),
            Err(refusal) => Err(pay::refused(refusal)),
        }
    }

    /// The receipt that owns the page, if it can be shown: the call is signed, so it must not be readable on the way.
    fn owned(&self, request: &Request) -> Result<Option<KeptReceipt>, Error> {
        if request.method != Method::GET || !self.policy.trusts_the_way_to(&request.url) {
            return Ok(None);
        }
        Ok(self.state.receipt(&request.url)?.filter(|receipt| receipt.is_live(self.world.now())))
    }

    /// Asks without paying, as the owner if there is a receipt.
    async fn ask(&self, request: &Request, owned: Option<&KeptReceipt>) -> Result<Reply, Error> {
        let mut headers = usual_headers(request.content_type.as_deref());
        if let Some(receipt) = owned {
            let call = Call { instance: receipt.instance, method: request.method.as_str(), target: request.url.target(), kind: Kind::Read };
            let signed = protocol::calls::sign(&call, self.wallet.key(), self.world.now());
            headers.extend(signed.ok().and_then(|value| secret(&value)).map(|value| (AUTHORIZATION, value)));
        }
        let body = request.body.clone().map(Bytes::from);
        let sent = Sent { method: request.method.clone(), url: &request.url, body, headers };
        self.http.send(sent).await.map_err(|no: NotAnswered| no.unpaid(&request.url))
    }
}

impl Request {
    /// A page.
    #[must_use]
    pub fn get(url: Address) -> Request {
        Request { method: Method::GET, url, body: None, content_type: None, after: None }
    }

    /// A page that takes a body.
    #[must_use]
    pub fn post(url: Address, body: Vec<u8>, content_type: &str) -> Request {
        Request { method: Method::POST, url, body: Some(body), content_type: Some(content_type.to_owned()), after: None }
    }

    /// Names method, address and body: two requests of one identity want one and the same.
    pub(crate) fn identity(&self) -> String {
        let body = digest::of(self.body.as_deref().unwrap_or_default());
        crate::io::state::name("request", &format!("{} {}\n{body}", self.method, self.url))
    }
}

/// What came of buying a page.
enum Bought {
    Page(Box<Fetched>),
    Drawn(Box<Answer>),
}

/// What goes with every request.
pub(crate) fn usual_headers(content_type: Option<&str>) -> Vec<(HeaderName, HeaderValue)> {
    let fixed = |name, value| (name, HeaderValue::from_static(value));
    let mut headers = vec![
        fixed(ACCEPT, "*/*"),
        fixed(HeaderName::from_static("accept-payment"), "farthing/charge, farthing/session"),
        fixed(USER_AGENT, concat!("farthing/", env!("CARGO_PKG_VERSION"))),
    ];
    headers.extend(content_type.and_then(|value| HeaderValue::from_str(value).ok()).map(|value| (CONTENT_TYPE, value)));
    headers
}

/// A header value that must not be logged by anything on the way.
pub(crate) fn secret(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn served(request: &Request, reply: Reply, payment: Payment) -> Fetched {
    Fetched { url: request.url.clone(), status: reply.status.as_u16(), headers: reply.headers, body: reply.body, payment }
}

/// The request that a redirect within the origin asks for.
fn redirected(request: &Request, reply: &Reply) -> Result<Option<Request>, Error> {
    let keeps_method = match reply.status {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => request.method != Method::POST,
        StatusCode::SEE_OTHER => matches!(request.method, Method::GET | Method::HEAD),
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        _ => return Ok(None),
    };
    let Some(location) = reply.field(LOCATION.as_str()) else { return Ok(None) };
    let url = request.url.join(location).map_err(|why| Error::Address { url: crate::problem::shown(location), why })?;
    if url.origin() != request.url.origin() {
        return Err(Error::Moved { to: url.to_string() });
    }
    Ok(Some(if keeps_method { Request { url, ..request.clone() } } else { Request::get(url) }))
}
