//! The task that keeps webhooks told: it writes down what the index newly shows, sends what is due, and notes the answers.

use super::courier::{Courier, Work};
use super::schedule::{Answer, retry_after};
use super::{delivery, id_text, sign};
use crate::events::{self, Seq};
use crate::instance::Instance;
use crate::outward::{self, Rules, Target};
use crate::{keys, world};
use bytes::Bytes;
use http::{HeaderMap, header};
use money::{Span, Timestamp};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::vault::{Due, Ending, Webhook, WebhookId};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

/// How often it is looked whether something happened.
const LOOK: Duration = Duration::from_millis(250);
/// Deliveries that may wait for one webhook; its cursor stays where it is until some are gone.
const MOST_WAITING: u64 = 1_000;
/// Events read at a time.
const PAGE: u32 = 100;
/// Webhooks that fail are looked for so often, at least.
const SWEEP: Span = Span(60);
/// What is kept of an answer, header and body together.
const MOST_KEPT: usize = 16 * 1_024;

/// Keeps the webhooks of an instance told until it is dropped.
pub async fn keep(instance: Arc<Instance>) {
    let mut keeper = Keeper::new(instance);
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent: JoinSet<(Due, Timestamp, Answer)> = JoinSet::new();
    loop {
        tokio::select! {
            _ = looks.tick() => {}
            () = keeper.instance.hooks_poked() => keeper.poked(),
            Some(Ok((due, at, answer))) = sent.join_next() => keeper.note(due, at, answer).await,
        }
        match keeper.look().await {
            Ok(work) => work.due.into_iter().for_each(|due| {
                sent.spawn(send(due, Rules::of(keys::mode(&keeper.instance))));
            }),
            // The cause is in the log, and the next look tries again.
            Err(_) => keeper.poked(),
        }
    }
}

struct Keeper {
    instance: Arc<Instance>,
    courier: Arc<Mutex<Courier>>,
    /// The frame that the index had when it was last looked at; none if webhooks changed since.
    seen: Option<u64>,
    /// How far each webhook's events were looked at: the cursor in the vault moves only with deliveries.
    looked_at: BTreeMap<WebhookId, Seq>,
    next: Timestamp,
}

impl Keeper {
    fn new(instance: Arc<Instance>) -> Keeper {
        let courier = Arc::new(Mutex::new(Courier::new(keys::mode(&instance))));
        Keeper { instance, courier, seen: None, looked_at: BTreeMap::new(), next: Timestamp::default() }
    }

    fn poked(&mut self) {
        self.seen = None;
        self.looked_at.clear();
        self.next = Timestamp::default();
    }

    /// Writes down what happened and says what is due.
    async fn look(&mut self) -> Result<Work, Problem> {
        let now = world::now();
        let head = self.instance.index(|index| Ok(index.sequence())).await?;
        if self.seen != Some(head) {
            for webhook in self.instance.vault(|vault| vault.active_webhooks()).await? {
                if self.take(&webhook, head, now).await? {
                    self.next = now;
                }
            }
            self.seen = Some(head);
        }
        if now < self.next {
            return Ok(Work::default());
        }
        let courier = Arc::clone(&self.courier);
        let next = move |vault: &mut store::vault::Vault| {
            let work = courier.lock().expect("nobody panics with the courier in hand").next(vault, now)?;
            Ok((work, vault.next_due()?))
        };
        let (work, next) = self.instance.vault(next).await?;
        for (payee, webhook) in &work.paused {
            tracing::warn!(%payee, webhook = %id_text(*webhook), "a webhook is paused: nothing arrived for five days");
        }
        // What is due and under way is due still; its end looks again.
        let next = next.filter(|next| *next > now).unwrap_or(Timestamp(u64::MAX));
        self.next = next.min(now.after(SWEEP));
        Ok(work)
    }

    /// Writes down what a webhook is to be told; true if that was something.
    async fn take(&mut self, webhook: &Webhook, head: u64, now: Timestamp) -> Result<bool, Problem> {
        let id = webhook.id;
        let mut after = Seq(webhook.cursor).max(self.looked_at.get(&id).copied().unwrap_or_default());
        let mut took = false;
        while after < Seq::end_of_frame(head) {
            if self.instance.vault(move |vault| vault.waiting(id)).await? >= MOST_WAITING {
                break;
            }
            let found = events::after(&self.instance, &webhook.payee, after, PAGE).await?;
            let is_end = u32::try_from(found.len()).unwrap_or(u32::MAX) < PAGE;
            let last = found.last().map(|event| event.seq);
            let is_wanted = |event: &events::Event| {
                let of_kind = webhook.kinds.is_empty() || webhook.kinds.iter().any(|kind| kind == event.kind.word());
                of_kind && event.at >= webhook.since
            };
            let wanted = found.into_iter().filter(is_wanted);
            let of_event = |event: events::Event| {
                let body = event.document(&self.instance).to_string();
                delivery((id, event.id, event.kind.word().to_owned()), body, now)
            };
            let deliveries: Vec<_> = wanted.map(of_event).collect();
            after = last.unwrap_or(after);
            // A page that the filter left empty moves the cursor, too, or a restart would read it all again.
            if !deliveries.is_empty() || !is_end {
                took |= !deliveries.is_empty();
                if !self.instance.vault(move |vault| vault.take_events(id, &deliveries, after.0)).await? {
                    return Ok(took);
                }
            }
            if is_end {
                after = after.max(Seq::end_of_frame(head));
            }
        }
        self.looked_at.insert(id, after);
        Ok(took)
    }

    async fn note(&mut self, due: Due, sent: Timestamp, answer: Answer) {
        let (courier, now) = (Arc::clone(&self.courier), world::now());
        let webhook = due.delivery.webhook;
        let noted = self.instance.vault(move |vault| {
            let mut courier = courier.lock().expect("nobody panics with the courier in hand");
            courier.done(vault, (&due, sent), answer, now)
        });
        // A failure is in the log, and what was not noted is due still.
        if let Ok(Ending::Gone) = noted.await {
            tracing::warn!(webhook = %id_text(webhook), "a webhook is paused: its address answers that it is gone");
        }
        self.next = Timestamp::default();
        // Room for more may have come.
        self.seen = None;
    }
}

async fn send(due: Due, rules: Rules) -> (Due, Timestamp, Answer) {
    let at = world::now();
    let headers = sign::headers((&due.delivery.event, &due.delivery.body), &due.secrets, at);
    let request = format!("POST {}\n{}", due.url, lines(&headers));
    let answered = match Target::parse(&due.url, rules) {
        Ok(target) => outward::post(&target, headers, Bytes::from(due.delivery.body.clone())).await,
        Err(refused) => Err(refused.into()),
    };
    let now = world::now();
    let latency_ms = u32::try_from(now.ms().saturating_sub(at.ms())).unwrap_or(u32::MAX);
    let blank = Answer { latency_ms, request, ..Answer::default() };
    let answer = match answered {
        Ok(answered) => {
            let said = format!("{}\n{}\n{}", answered.status, lines(&answered.headers), String::from_utf8_lossy(&answered.body));
            let patience = answered.headers.get(header::RETRY_AFTER).and_then(|line| line.to_str().ok());
            let retry_after = patience.and_then(|line| retry_after(line, now));
            let response = said.chars().scan(0_usize, |bytes, character| {
                *bytes = bytes.saturating_add(character.len_utf8());
                // SQLite keeps a text up to its first zero only for some readers.
                (*bytes <= MOST_KEPT).then_some(if character == '\0' { '\u{fffd}' } else { character })
            });
            Answer { status: Some(answered.status), retry_after, response: response.collect(), ..blank }
        }
        Err(failed) => Answer { fault: Some(failed.to_string()), ..blank },
    };
    (due, at, answer)
}

fn lines(headers: &HeaderMap) -> String {
    headers.iter().map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes()))).collect()
}
