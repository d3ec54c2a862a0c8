//! A client's own word for a request (`Idempotency-Key`), where what is bought is used up by it: a second purchase under the same word,
//! with a challenge and a signature of its own, is the first one again. Without a word it is another purchase; what can be owned costs
//! nothing the second time anyhow.
//!
//! In memory only, as the answers are: after a restart a word is free again, and the same bytes still pay once.

use super::Gate;
use super::named::{self, Key};
use super::pay::{Answered, Order};
use super::priced::Ask;
use super::replay::{self, Ticket};
use crate::door::Reply;
use crate::gateway::dialect;
use crate::idempotency;
use crate::receipts::Sold;
use bytes::Bytes;
use http::Request;
use money::CommandId;
use protocol::problem::Problem;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The first purchase under a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct First {
    id: CommandId,
    /// Where its answer is.
    answer: replay::Key,
    /// What was sent with it.
    body: [u8; 32],
}

impl Gate {
    /// Takes a checked credential into the books, once for a word.
    pub(super) async fn purchase_worded(self: &Arc<Self>, ask: Arc<Ask>, request: Request<Bytes>, order: Order) -> Reply {
        let Some((word, this)) = self.worded(&ask, request.body(), &order) else { return self.purchase(ask, request, order).await };
        let first = self.words.of(word, this, ask.visit.now);
        if first.body != this.body {
            return self.refuse_credential(&ask, &Problem::IdReused, order.digest);
        }
        if first != this {
            let order = Order { id: first.id, key: Some(first.answer), ..order };
            return self.first_again(ask, request, order).await;
        }
        let reply = self.purchase(ask, request, order).await;
        // What was not sold, or was given back, keeps no word.
        if !reply.status().is_success() && !self.stands(this.id).await {
            self.words.free(word);
        }
        reply
    }

    /// The word of a request for what is used up as it is bought, and what it would belong to.
    fn worded(&self, ask: &Ask, body: &[u8], order: &Order) -> Option<(Key, First)> {
        self.offer(ask).filter(|(_, offer)| dialect::is_consumed(offer))?;
        let word = idempotency::word(&ask.headers).ok()??;
        let page = format!("{} {}", ask.method, ask.target.page);
        let first = First { id: order.id, answer: order.key?, body: Sha256::digest(body).into() };
        Some((named::key(&order.purchase.payer.0, &page, word), first))
    }

    /// What the first purchase came to; nothing is bought.
    async fn first_again(self: &Arc<Self>, ask: Arc<Ask>, request: Request<Bytes>, order: Order) -> Reply {
        let request = request.map(crate::door::full);
        match self.find(&ask, &order).await {
            // It came to nothing while this one waited; its own retry is still the first.
            Ok(ticket) if !self.stands(order.id).await => {
                ticket.into_iter().for_each(Ticket::forget);
                self.refuse_credential(&ask, &order.used(), order.digest)
            }
            Ok(ticket) => self.replayed(&ask, request, &order, ticket).await,
            Err(Answered::Already(reply)) => reply,
            Err(Answered::Gone) => self.again(&ask, request, &order).await,
            Err(Answered::Not(problem)) => self.refuse_credential(&ask, &problem, order.digest),
        }
    }

    /// True while a purchase stands, or nobody can say.
    async fn stands(&self, id: CommandId) -> bool {
        let live = self.instance.look(move |state, _| Sold::find(state, id).is_some_and(|sold| sold.sale.is_live())).await;
        live.unwrap_or(true)
    }
}
