//! What was bought behind a payment hash is served to who shows its preimage: a bearer, not a payer.
//!
//! Nothing is charged here. The preimage was bought at `POST /v1/locks/{hash}`, so the sale stands in the books under the nonce of the
//! challenge; where its payer owned the page already, in the vault. What ends the sale ends what opens it.
//!
//! What may be shown once is remembered in memory for as long as it could be shown again. What a former run of the process sold for
//! one use and does not know any more is given back instead of served: it was used, or it is not, and never is it both paid and lost.

use super::Gate;
use super::deliver::Grounds;
use super::dialect::Quoted;
use super::pay::{SKEW, settling};
use super::priced::Ask;
use super::proxy::Body;
use super::replay::{self, Found, Ticket};
use crate::door::Reply;
use crate::idempotency;
use crate::receipts::Sold;
use http::{Method, Request};
use money::{CommandId, Span, Timestamp};
use protocol::challenge::route;
use protocol::l402::{Lock, payment_hash};
use protocol::problem::Problem;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// For so many seconds an invoice can be paid: the challenge outlives it, so that what was paid for late can still be shown.
pub(super) const PAYABLE_S: u64 = 240;
/// For so many seconds what is used up by one request can be shown.
pub(super) const LIFE_S: u64 = 300;
/// So long after its time nothing that may be shown once is taken.
pub(super) const REMEMBERED: Span = Span(600);
/// Uses remembered at once.
const MOST_USED: usize = 100_000;

/// What a credential showed that opens its lock.
pub(super) struct Shown {
    /// The command id of the purchase.
    pub nonce: CommandId,
    /// How often it may be shown.
    pub holds: Holds,
}

/// How often something may be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Holds {
    /// As often as its bearer likes, while what it bought lasts.
    AsLongAsSold,
    /// Once.
    Once,
}

/// What was shown and may be shown once, by time.
#[derive(Default)]
pub(super) struct Used(Mutex<BTreeSet<CommandId>>);

impl Used {
    /// The first of all that show it may have it. Ids begin with their time, so those that nobody can show any more come first.
    pub(super) fn take(&self, nonce: CommandId, now: Timestamp) -> Result<(), Problem> {
        let mut used = self.0.lock().expect("no thread panics with the uses in hand");
        let over = now.before(Span(LIFE_S.saturating_add(REMEMBERED.0).saturating_add(SKEW.0)));
        while used.first().is_some_and(|oldest| Timestamp::from_ms(oldest.ms()) < over) {
            used.pop_first();
        }
        if used.contains(&nonce) {
            return Err(Problem::ChallengeUsed);
        }
        // None is forgotten that could be shown again.
        if used.len() >= MOST_USED {
            return Err(Problem::Busy { retry_after_s: 60 });
        }
        used.insert(nonce);
        Ok(())
    }

    /// It was not had after all: it may be shown again.
    pub(super) fn give_back(&self, nonce: CommandId) {
        self.0.lock().expect("no thread panics with the uses in hand").remove(&nonce);
    }
}

/// What a preimage is bought for; none where nothing is sold at once.
pub(super) fn lock(quoted: &Quoted<'_>) -> Option<Lock> {
    let (amount, _) = quoted.offer.price.least()?;
    Some(Lock { nonce: quoted.nonce()?, offer: quoted.id, amount })
}

/// Method and page that a bearer's credential is good for. What opens a page opens its head.
pub(super) fn bearer_route(ask: &Ask) -> [u8; 16] {
    let method = if ask.method == Method::HEAD { "GET" } else { ask.method.as_str() };
    route(method, &ask.target.page)
}

/// True if it does: who knows the preimage has paid, or had it from somebody who did.
pub(super) fn opens(preimage: &[u8; 32], hash: &[u8; 32]) -> Result<(), Problem> {
    if payment_hash(preimage) == *hash { Ok(()) } else { Err(Problem::Unpaid) }
}

/// A sale that is to be served to a bearer.
struct Opened {
    sold: Sold,
    /// True if nothing is left of it after this request.
    used_up: bool,
    ticket: Option<Ticket>,
}

/// Why a bearer's request is not served now.
enum NotOpened {
    /// It was, and this is the answer.
    Already(Reply),
    /// It is refused.
    Refused(Problem),
}

impl From<Problem> for NotOpened {
    fn from(problem: Problem) -> NotOpened {
        NotOpened::Refused(problem)
    }
}

impl Gate {
    /// Serves what a credential opens, or says why not in every dialect of the page.
    pub(super) async fn unlock(
        self: &Arc<Self>,
        ask: Arc<Ask>,
        request: Request<Body>,
        (line, shown): (String, Result<Shown, Problem>),
    ) -> Reply {
        if let Err(retry_after_s) = self.failures.look(ask.visit.client_ip, ask.visit.now) {
            return self.refuse(&ask, &Problem::TooFast { retry_after_s });
        }
        let shown = match shown {
            Ok(shown) => shown,
            Err(problem) => return self.refuse_credential(&ask, &problem, None),
        };
        let gate = Arc::clone(self);
        settling(async move {
            match gate.unlocked(&ask, &line, shown).await {
                Ok(opened) => gate.serve_bearer(&ask, request, opened).await,
                Err(NotOpened::Already(reply)) => reply,
                Err(NotOpened::Refused(problem)) => gate.refuse_credential(&ask, &problem, None),
            }
        })
        .await
    }

    async fn unlocked(self: &Arc<Self>, ask: &Ask, line: &str, shown: Shown) -> Result<Opened, NotOpened> {
        let word = idempotency::word(&ask.headers)?;
        let sold = self.behind(ask, shown.nonce).await?;
        let used_up = sold.sale.until.is_some_and(|until| until <= sold.sale.at);
        if !used_up && sold.sale.until.is_some_and(|until| until <= ask.visit.now) {
            return Err(Problem::QuoteExpired.into());
        }
        // Who only asks for a head has nothing used up.
        if used_up && ask.method == Method::HEAD {
            return Err(Problem::RouteMismatch.into());
        }
        let once = used_up || shown.holds == Holds::Once;
        let ticket = match word.filter(|_| once) {
            Some(word) => self.first_of(ask, replay::key(line, word), &sold).await?,
            None => None,
        };
        let taken = if once { self.used.take(shown.nonce, ask.visit.now) } else { Ok(()) };
        let refused = match taken {
            Ok(()) if used_up && sold.sale.at < self.instance.started => {
                self.take_back(&sold, ask.visit.now).await;
                Problem::ChallengeUsed
            }
            Ok(()) => return Ok(Opened { sold, used_up, ticket }),
            Err(problem) => problem,
        };
        ticket.into_iter().for_each(Ticket::forget);
        Err(refused.into())
    }

    /// The sale behind a nonce, of this page and standing.
    async fn behind(self: &Arc<Self>, ask: &Ask, nonce: CommandId) -> Result<Sold, Problem> {
        let find = |id| self.instance.look(move |state, _| Sold::find(state, id));
        let sold = match find(nonce).await? {
            Some(sold) => Some(sold),
            None => match self.instance.vault(move |vault| vault.lock_opened_by(nonce)).await? {
                Some(sale) => find(sale).await?,
                None => None,
            },
        };
        let sold = sold.ok_or(Problem::Unpaid)?;
        if *sold.sale.item != *self.item(&ask.target) {
            return Err(Problem::RouteMismatch);
        }
        if sold.sale.is_live() { Ok(sold) } else { Err(Problem::ChallengeUsed) }
    }

    /// The right to answer first under the client's own word for this request.
    async fn first_of(&self, ask: &Ask, key: replay::Key, sold: &Sold) -> Result<Option<Ticket>, NotOpened> {
        match self.replays.find(key, &ask.target.sent, ask.visit.now).await {
            Found::First(ticket) => Ok(Some(ticket)),
            Found::Kept(kept) => Err(NotOpened::Already(kept.reply())),
            Found::Gone => Err(Problem::ResponseGone { reference: sold.serial() }.into()),
            Found::Elsewhere => Err(Problem::ChallengeUsed.into()),
            Found::Running => Err(Problem::Busy { retry_after_s: 1 }.into()),
        }
    }

    /// What was sold a moment ago and is not brought is taken back, as if it had been charged by this request.
    async fn serve_bearer(&self, ask: &Ask, request: Request<Body>, Opened { mut sold, used_up, ticket }: Opened) -> Reply {
        let (sale, at, now) = (sold.id, sold.sale.at, ask.visit.now);
        let first = used_up || self.firsts.awaits(sale, at, now);
        let grounds = if first {
            sold.receipt = self.receipt(&sold, sold.sale.charged);
            Grounds::Charged(sold.sale.charged)
        } else {
            Grounds::Owned
        };
        let reply = self.deliver(ask, request, &sold, grounds).await;
        if first && reply.status().is_success() {
            self.firsts.delivered(sale, at, now);
        }
        match ticket {
            Some(ticket) => ticket.keep(reply),
            None => reply,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_shown_once_is_remembered_as_long_as_it_could_be_shown() {
        let used = Used::default();
        let at = |seconds: u64| Timestamp::from_seconds(1_800_000_000 + seconds);
        let nonce = |seconds: u64, byte| CommandId::new(at(seconds).ms(), [byte; 10]);
        assert_eq!((used.take(nonce(0, 1), at(1)), used.take(nonce(0, 2), at(1))), (Ok(()), Ok(())));
        assert_eq!(used.take(nonce(0, 1), at(900)), Err(Problem::ChallengeUsed), "the last second in which it could be taken");
        assert_eq!(used.take(nonce(920, 3), at(931)), Ok(()));
        assert_eq!(used.0.lock().unwrap().len(), 1, "what nobody can show any more is forgotten");
    }
}
