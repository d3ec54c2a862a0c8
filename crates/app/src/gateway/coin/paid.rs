//! From a checked payment to its page: claimed once, settled by others, served when the chain has it.

use super::{CoinOrder, is_fresh, is_used_up};
use crate::coins::{Standing, pursue};
use crate::door::{self, Reply};
use crate::gateway::Gate;
use crate::gateway::challenge::MOST_BODY;
use crate::gateway::deliver::Grounds;
use crate::gateway::locked::{LIFE_S, REMEMBERED};
use crate::gateway::named;
use crate::gateway::pay::settling;
use crate::gateway::priced::Ask;
use crate::gateway::proxy::Body;
use crate::gateway::read_whole;
use crate::gateway::replay::{self, Found, Key, Ticket};
use crate::receipts::Sold;
use crate::refusals::problem_of_credential;
use http::{Request, StatusCode};
use market::{ClaimCoin, CoinEnding, CoinPayment, CoinPhase, Command, Maker, Outcome};
use money::{CommandId, Span, Timestamp};
use protocol::problem::{CoinProblem, Problem};
use protocol::text::serial;
use protocol::x402::Payment;
use protocol::x402::evm;
use std::sync::Arc;

/// When a client is to come again that was told to wait.
const RETRY_S: u32 = 5;

/// Payments of one payer that may wait for their chain at once.
const MOST_OF_ONE: usize = 100;

/// Whether an arrival is this request's own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Arrival {
    /// It was claimed for it.
    Own,
    /// An earlier request claimed it.
    Earlier,
}

impl Gate {
    /// Takes a payment in a coin, and asks the origin. The same payment again has the same answer.
    pub(in crate::gateway) async fn pay_by_coin(self: &Arc<Self>, ask: Arc<Ask>, request: Request<Body>, payment: &Payment) -> Reply {
        let (parts, body) = request.into_parts();
        let body = match read_whole(body, MOST_BODY).await {
            Ok(body) => body,
            Err(problem) => return self.refuse(&ask, &problem),
        };
        let known = self.coin_known(&ask, payment, &body).await;
        let order = match known.and_then(|known| known.map_or_else(|| self.coin_order(&ask, payment, &body), Ok)) {
            Ok(order) => order,
            Err(problem) => return self.refuse_credential(&ask, &problem, super::body_digest(&body)),
        };
        let name = self.name_of(&ask, payment, &order);
        if name.is_some_and(|name| !self.names.take(name, &serial(order.id), ask.visit.now)) {
            return self.refuse_credential(&ask, &Problem::IdReused, order.digest);
        }
        let key = key_of(&order);
        let ticket = match self.replays.find(key, &ask.target.sent, ask.visit.now).await {
            Found::First(ticket) => Some(ticket),
            Found::Gone => None,
            Found::Kept(kept) => return kept.reply(),
            Found::Elsewhere => return self.refuse_credential(&ask, &Problem::ChallengeUsed, order.digest),
            Found::Running => return self.refuse(&ask, &pending(&order.claim)),
        };
        let (gate, request) = (Arc::clone(self), Request::from_parts(parts, door::full(body)));
        let reply = settling(async move { gate.serve_for_coin(&ask, request, &order, ticket).await }).await;
        if reply.status() == StatusCode::PAYMENT_REQUIRED {
            name.into_iter().for_each(|name| self.names.free(name));
        }
        reply
    }

    /// The client's own name for its request, where one request uses something up: it belongs to one payment, as with one from a balance.
    fn name_of(&self, ask: &Ask, payment: &Payment, order: &CoinOrder) -> Option<named::Key> {
        let name = payment.identifier.as_ref().filter(|_| self.of_offer(ask, |_, offer| is_used_up(offer)) == Some(true))?;
        Some(named::key(&order.claim.payer, &ask.target.page, name.as_str()))
    }

    async fn serve_for_coin(self: &Arc<Self>, ask: &Ask, request: Request<Body>, order: &CoinOrder, ticket: Option<Ticket>) -> Reply {
        let found = match self.coin_arrived(ask, order).await {
            Ok((payment, arrival)) => self.may_serve(ask, (order, &payment), (arrival, ticket.is_some())).map(|grounds| (payment, grounds)),
            Err(problem) => Err(problem),
        };
        match found {
            Err(problem) => {
                ticket.into_iter().for_each(Ticket::forget);
                self.refuse_credential(ask, &problem, order.digest.clone())
            }
            Ok((payment, grounds)) => {
                let mut sold = Sold::outside(order.id, &payment, &self.site.payee);
                sold.receipt = self.receipt(&sold, sold.sale.charged);
                let reply = self.deliver(ask, request, &sold, grounds).await;
                // Nothing was delivered, and nobody here can send the coin back: the same payment asks again.
                if reply.status().is_server_error() {
                    self.used.give_back(order.id);
                    ticket.into_iter().for_each(Ticket::forget);
                    return reply;
                }
                match ticket {
                    Some(ticket) => ticket.keep(reply),
                    None => reply,
                }
            }
        }
    }

    /// What was bought is served for as long as it lasts; what one request uses up is served once, and again only where its answer
    /// was lost and asking again does no harm.
    fn may_serve(
        &self,
        ask: &Ask,
        (order, payment): (&CoinOrder, &CoinPayment),
        (arrival, is_first): (Arrival, bool),
    ) -> Result<Grounds, Problem> {
        let gone = || Problem::ResponseGone { reference: serial(order.id) };
        let (_, at) = payment.paid().ok_or(Problem::Internal)?;
        let grounds = if arrival == Arrival::Own { Grounds::Charged(payment.claim.amount) } else { Grounds::Again };
        let now = ask.visit.now;
        if payment.until.is_none_or(|until| until > at) {
            return if payment.until.is_none_or(|until| until > now) { Ok(grounds) } else { Err(gone()) };
        }
        // Its use is remembered for that long.
        if Timestamp::from_ms(order.id.ms()).after(Span(LIFE_S)).after(REMEMBERED) < now {
            return Err(gone());
        }
        match self.used.take(order.id, now) {
            // A run of the program before may have served it.
            Ok(()) if is_first && (ask.is_read() || at >= self.instance.started) => Ok(grounds),
            Err(Problem::Busy { retry_after_s }) => Err(Problem::Busy { retry_after_s }),
            Ok(()) | Err(_) if ask.is_read() && self.replays.try_again(key_of(order)) => Ok(Grounds::Again),
            Ok(()) | Err(_) => Err(gone()),
        }
    }

    /// The payment, once its coin has arrived: one that is known, or this one, claimed now.
    async fn coin_arrived(self: &Arc<Self>, ask: &Ask, order: &CoinOrder) -> Result<(CoinPayment, Arrival), Problem> {
        let (id, claim) = (order.id, order.claim.clone());
        let find = move |state: &market::State, _| {
            let taken = state.coin_taken(&claim);
            (taken, state.coin_payment(id).cloned(), state.sale(id).is_some())
        };
        let (taken, known, is_sold) = self.instance.look(find).await?;
        match (taken, known) {
            (Some(by), Some(known)) if by == id && is_same(&known.claim, &order.claim) => {
                self.awaited(order, known, Arrival::Earlier).await
            }
            (None, None) if !is_sold => {
                let known = self.claim_coin(ask, order).await?;
                self.awaited(order, known, Arrival::Own).await
            }
            // The challenge, or what was signed, went into another purchase.
            _ => Err(Problem::ChallengeUsed),
        }
    }

    /// Claims a payment that its payer can make, as far as its chain knows. Nobody was asked to settle it before that is durable.
    async fn claim_coin(self: &Arc<Self>, ask: &Ask, order: &CoinOrder) -> Result<CoinPayment, Problem> {
        if !is_fresh(order.id, ask.visit.now) {
            return Err(Problem::QuoteExpired);
        }
        let taken = order.at.and_then(|at| self.coins.0.get(at)).ok_or(Problem::Internal)?;
        let Standing { block, used, balance } = taken.way.before(&order.claim).await.map_err(|why| {
            tracing::warn!(site = %self.name, %why, "a chain was not asked: nothing is taken in its coin");
            Problem::Coin(CoinProblem::ChainSilent { retry_after_s: RETRY_S })
        })?;
        if used {
            tracing::warn!(site = %self.name, "a signature was used before it came here: this address takes payments elsewhere, or its client sends too late");
            return Err(Problem::ChallengeUsed);
        }
        if balance < order.claim.value {
            return Err(Problem::Coin(CoinProblem::Insufficient));
        }
        let (payer, contract) = (order.claim.payer, order.claim.coin.contract);
        let waits = move |state: &market::State, _| {
            let all = state.pending_coins().map(|(_, payment)| &payment.claim);
            let theirs = all.filter(|claim| claim.payer == payer && claim.coin.contract == contract);
            theirs.fold((0, 0_u128), |(count, sum): (usize, u128), claim| (count.saturating_add(1), sum.saturating_add(claim.value)))
        };
        let (count, sum) = self.instance.look(waits).await?;
        // What is on its way already takes what is there: nobody fills the queue with one coin.
        if count >= MOST_OF_ONE || balance < order.claim.value.saturating_add(sum) {
            return Err(Problem::Busy { retry_after_s: RETRY_S });
        }
        let claim = ClaimCoin { block, ..order.claim.clone() };
        let body = market::Body::ClaimCoin(Box::new(claim));
        let answer = self.instance.apply(Command { id: order.id, maker: Maker::Instance, body }).await?;
        if let Outcome::Rejected(rejection) = &answer.outcome {
            // Of two that come at once one is first; the block that each has seen may differ, so the other's content does.
            let id = order.id;
            let known = self.instance.look(move |state, _| state.coin_payment(id).cloned()).await?;
            let same = known.filter(|known| is_same(&known.claim, &order.claim));
            return same.ok_or_else(|| problem_of_credential(rejection, order.claim.asset, &self.top_up_url()));
        }
        self.coin_now(order.id).await
    }

    /// Waits for a payment as long as the site does.
    async fn awaited(&self, order: &CoinOrder, known: CoinPayment, arrival: Arrival) -> Result<(CoinPayment, Arrival), Problem> {
        let known = match known.phase {
            CoinPhase::Ended { .. } => known,
            CoinPhase::Pending => {
                let patience = order.at.and_then(|at| self.coins.0.get(at)).map_or(std::time::Duration::ZERO, |taken| taken.patience);
                match pursue(&self.instance, (order.id, &known.claim), patience).await? {
                    Some(_) => self.coin_now(order.id).await?,
                    None => return Err(pending(&known.claim)),
                }
            }
        };
        match known.phase {
            CoinPhase::Ended { ending: CoinEnding::Paid { .. }, .. } => Ok((known, arrival)),
            CoinPhase::Ended { ending: CoinEnding::Lapsed | CoinEnding::Spent, .. } => Err(Problem::Coin(CoinProblem::Lapsed)),
            CoinPhase::Pending => Err(pending(&known.claim)),
        }
    }

    async fn coin_now(&self, id: CommandId) -> Result<CoinPayment, Problem> {
        self.instance.look(move |state, _| state.coin_payment(id).cloned()).await?.ok_or(Problem::Internal)
    }
}

/// What a payment is remembered by, however it was written.
fn key_of(order: &CoinOrder) -> Key {
    let ClaimCoin { coin, payer, nonce, .. } = &order.claim;
    let name = format!("{}\n{}\n{}\n{}", coin.network, evm::bytes(&coin.contract), evm::bytes(payer), evm::bytes(nonce));
    // No `Idempotency-Key` has a tab in it.
    replay::key(&name, &format!("\tcoin {}", serial(order.id)))
}

/// True if both are one payment; the block is only what was seen beside it.
fn is_same(one: &ClaimCoin, other: &ClaimCoin) -> bool {
    ClaimCoin { block: other.block, ..one.clone() } == *other
}

fn pending(claim: &ClaimCoin) -> Problem {
    let until = Timestamp::from_seconds(claim.valid_before);
    Problem::Coin(CoinProblem::Pending { retry_after_s: RETRY_S, until })
}
