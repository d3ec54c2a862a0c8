//! A purchase up to an amount (`upto` of x402): the most is promised, the origin is asked, what it says the request came to is used, the
//! rest is free again. What was used is durable before anything of the answer goes out, and stands in its head.
//!
//! So a promise that a process left behind has delivered nothing: whoever starts next gives it back. Nothing is delivered for nothing,
//! and never is more taken than what the payer signed.

use super::Gate;
use super::deliver::{AMOUNT, Came, Grounds, PAID, PAYER, SERIAL};
use super::dialect::Paid;
use super::pay::{Answered, Order, settling};
use super::priced::Ask;
use super::proxy::{Body, Withheld, private_caching};
use super::read_whole;
use super::replay::Ticket;
use crate::door::{self, Reply};
use crate::instance::{Instance, Told};
use crate::receipts::Sold;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use market::{Command, Effect, Maker, Metered, OfferPrice, Outcome, Purchase, Use};
use money::CommandId;
use protocol::event_stream::{MEDIA_TYPE, Splitter};
use protocol::problem::Problem;
use protocol::session::is_reserved;
use protocol::text::serial;
use protocol::x402::TIMEOUT_S;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Longest stream of events that is read to its end, where what it used is known.
const MOST_STREAM: usize = 1_024 * 1_024;
/// And no longer than a payment may take, as its offer says: what is promised for it is not the payer's meanwhile.
const MOST_TIME: Duration = Duration::from_secs(TIMEOUT_S);
/// How often a use is handed in while the queue is full.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(250);

/// Promises that this process works on.
#[derive(Default)]
pub(crate) struct Promises(Mutex<BTreeSet<CommandId>>);

/// A promise of this process, until it was used or is nobody's any more.
struct Promise {
    instance: Arc<Instance>,
    id: CommandId,
    purchase: Purchase,
    metered: Metered,
    payee: String,
}

/// Why nothing was promised.
enum Unpromised {
    /// The same credential came before.
    Before,
    /// Its payer owns the page, by this sale.
    Owned(CommandId),
    /// It is refused.
    Refused(Problem),
}

impl Promises {
    /// False if it is worked on already.
    fn enter(&self, id: CommandId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id)
    }

    fn leave(&self, id: CommandId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    fn has(&self, id: CommandId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&id)
    }
}

/// Gives back what is promised and nobody works on: a process before has died over it, so nothing of it was delivered.
///
/// # Errors
/// If the books do not answer; the next run does it.
pub(crate) async fn give_back_promises(instance: &Arc<Instance>) -> Result<(), Problem> {
    let all = instance.look(|state, _| state.all_promised().map(|(id, _)| id).collect::<Vec<_>>()).await?;
    for id in all.into_iter().filter(|id| !instance.promises.has(*id)) {
        let body = market::Body::Use(Box::new(Use::Nothing));
        instance.apply(Command { id, maker: Maker::Instance, body }).await?;
    }
    Ok(())
}

impl Gate {
    /// As [`Gate::purchase`], of an order whose amount is the most.
    pub(super) async fn purchase_up_to(self: &Arc<Self>, ask: Arc<Ask>, request: Request<Bytes>, order: Order) -> Reply {
        let request = request.map(door::full);
        let ticket = match self.find(&ask, &order).await {
            Ok(ticket) => ticket,
            Err(Answered::Already(reply)) => return reply,
            Err(Answered::Gone) => return self.again(&ask, request, &order).await,
            Err(Answered::Not(problem)) => return self.refuse_credential(&ask, &problem, order.digest),
        };
        let gate = Arc::clone(self);
        settling(async move {
            match gate.promise(&order).await {
                Ok(promise) => {
                    let reply = gate.work(&ask, request, promise).await;
                    match ticket {
                        Some(ticket) => ticket.keep(reply),
                        None => reply,
                    }
                }
                Err(Unpromised::Owned(sale)) => {
                    let reply = match gate.sold(sale).await {
                        Ok(sold) => gate.deliver(&ask, request, &sold, Grounds::Owned).await,
                        Err(problem) => gate.refuse(&ask, &problem),
                    };
                    match ticket {
                        Some(ticket) => ticket.keep(reply),
                        None => reply,
                    }
                }
                Err(Unpromised::Before) => gate.replayed(&ask, request, &order, ticket).await,
                Err(Unpromised::Refused(problem)) => {
                    ticket.into_iter().for_each(Ticket::forget);
                    gate.refuse_credential(&ask, &problem, order.digest)
                }
            }
        })
        .await
    }

    async fn promise(&self, order: &Order) -> Result<Promise, Unpromised> {
        let purchase = order.purchase.clone();
        let terms = purchase.offer;
        let read = move |state: &market::State, _| state.offer(terms).map(|version| (version.offer.price, version.offer.payee.clone()));
        let known = self.instance.look(read).await.map_err(Unpromised::Refused)?;
        let Some((OfferPrice::Metered(metered), payee)) = known else { return Err(Unpromised::Refused(Problem::ChallengeUnknown)) };
        // Who looks after what was left behind passes over what is worked on.
        if !self.instance.promises.enter(order.id) {
            return Err(Unpromised::Before);
        }
        let promise = Promise { instance: Arc::clone(&self.instance), id: order.id, purchase, metered, payee };
        let body = market::Body::Promise(Box::new(promise.purchase.clone()));
        let answer = self.instance.apply(Command { id: order.id, maker: order.maker, body }).await.map_err(Unpromised::Refused)?;
        match answer.outcome {
            Outcome::Applied(_) => Ok(promise),
            Outcome::Standing(Effect::Sold { sale, .. }) => Err(Unpromised::Owned(sale)),
            Outcome::Replayed(_) | Outcome::Standing(_) => Err(Unpromised::Before),
            Outcome::Rejected(rejection) => {
                let problem = order.refusal(&rejection, promise.purchase.asset, &self.top_up_url());
                Err(Unpromised::Refused(problem))
            }
        }
    }

    /// Asks the origin and answers, when what it came to is durable.
    async fn work(&self, ask: &Ask, mut request: Request<Body>, promise: Promise) -> Reply {
        let terms = &promise.purchase;
        let payer = self.instance.keys.pairwise(terms.payer, &promise.payee);
        let line = |text: &str| HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""));
        let facts = [
            (PAID, HeaderValue::from_static("upto")),
            (PAYER, line(&payer)),
            (SERIAL, line(&serial(promise.id))),
            (AMOUNT, HeaderValue::from(terms.amount.units())),
        ];
        // In a compressed answer no event is seen, and what goes through a tunnel cannot be counted.
        for name in [header::UPGRADE, header::ACCEPT_ENCODING] {
            request.headers_mut().remove(name);
        }
        let mut reply = match Came::of(self.forward(request, &facts, &ask.peer).await) {
            Came::Page(reply) => match counted(reply, &promise.metered, MOST_TIME).await {
                Some((reply, units)) => return self.used(ask, reply, (promise, units), &payer).await,
                None => return self.unused(ask, promise).await,
            },
            Came::No(reply) => reply,
            Came::Nothing(error) => {
                error.iter().for_each(|error| drop(self.origin_fault(ask, error)));
                return self.unused(ask, promise).await;
            }
        };
        promise.ends(Use::Nothing).await;
        private_caching(reply.headers_mut(), None);
        reply
    }

    /// What was delivered goes out once it is in the books.
    async fn used(&self, ask: &Ask, mut reply: Reply, (promise, units): (Promise, u64), payer: &str) -> Reply {
        private_caching(reply.headers_mut(), None);
        if units == 0 {
            tracing::error!(site = %self.name, unit = promise.metered.unit.as_str(), "the origin said no Farthing-Usage: nothing is charged");
            promise.ends(Use::Nothing).await;
            self.tell_unused(payer, reply.headers_mut());
            return reply;
        }
        let purchase = promise.purchase.clone();
        match promise.ends(Use::Delivered { purchase, units }).await {
            Some(sold) => {
                if ask.method == Method::GET {
                    self.examples.note(sold.sale.offer, &ask.target);
                }
                let (amount, receipt) = (sold.sale.charged, sold.receipt.clone());
                ask.dialect.receipted(self, ask, Paid { sold: &sold, amount, receipt }, reply.headers_mut());
                reply
            }
            // Nothing goes out that the books do not know of.
            None => self.refuse(ask, &Problem::Internal),
        }
    }

    /// Nothing came that could be handed on.
    async fn unused(&self, ask: &Ask, promise: Promise) -> Reply {
        let reference = serial(promise.id);
        let refunded = promise.gives_back().await;
        self.refuse(ask, &Problem::OriginFailed { reference, refunded })
    }
}

impl Promise {
    /// Tells the books what it came to; the sale, if it is one.
    async fn ends(&self, used: Use) -> Option<Sold> {
        for _ in 0..TRIES {
            let body = market::Body::Use(Box::new(used.clone()));
            match self.instance.told(Command { id: self.id, maker: Maker::Instance, body }).await {
                Ok(Told { answer, made }) => {
                    if let Outcome::Rejected(rejection) = &answer.outcome {
                        tracing::error!(promise = %serial(self.id), ?rejection, "what was delivered could not be charged");
                    }
                    return made;
                }
                Err(Problem::Busy { .. }) => tokio::time::sleep(PAUSE).await,
                Err(_) => break,
            }
        }
        tracing::error!(promise = %serial(self.id), "the engine does not answer: the promise is given back later");
        None
    }

    /// Gives all of it back; false if the books do not say so yet.
    async fn gives_back(&self) -> bool {
        self.ends(Use::Nothing).await;
        let id = self.id;
        matches!(self.instance.look(move |state, _| state.promised_under(id).is_none()).await, Ok(true))
    }
}

impl Drop for Promise {
    /// Whatever is still promised then is given back by who looks after it.
    fn drop(&mut self) {
        self.instance.promises.leave(self.id);
    }
}

/// An answer and how many units the origin says it used. A stream of events is read to its end: it says so as it goes, and what it says,
/// and what is not its to say, does not go out. None for one that is too long, lasts too long or breaks off.
async fn counted(reply: Reply, metered: &Metered, most_time: Duration) -> Option<(Reply, u64)> {
    let unit = metered.unit.as_str();
    let told = reply.extensions().get::<Withheld>().and_then(|withheld| withheld.usage(unit));
    let kind = reply.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(MEDIA_TYPE) {
        return Some((reply, told.unwrap_or(0)));
    }
    let (mut parts, body) = reply.into_parts();
    let read = tokio::time::timeout(most_time, read_whole(body, MOST_STREAM)).await.ok()?;
    let (bytes, units) = counted_events(&read.ok()?, unit)?;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::TRANSFER_ENCODING);
    Some((Response::from_parts(parts, door::full(bytes)), told.unwrap_or(units)))
}

/// Events without what the origin says of their use, and what that sums to: one that comes a second time under its id counts once.
fn counted_events(stream: &[u8], unit: &str) -> Option<(Vec<u8>, u64)> {
    let (mut splitter, mut known) = (Splitter::default(), BTreeSet::new());
    let (mut out, mut units) = (Vec::with_capacity(stream.len()), 0_u64);
    splitter.push(stream);
    while let Some(block) = splitter.block().ok()? {
        // An origin does not speak in our name.
        if is_reserved(block.event()) {
            continue;
        }
        let used = block.usage(unit).unwrap_or(0);
        let is_new = block.id().filter(|id| used > 0 && !id.is_empty()).is_none_or(|id| known.insert(id.to_vec()));
        if is_new {
            units = units.saturating_add(used);
        }
        out.extend(block.without_usage());
    }
    Some((out, units))
}

#[cfg(test)]
mod tests;
