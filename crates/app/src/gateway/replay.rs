//! First answers to paid requests, kept for a while so that the same request sent again gets the same answer.
//!
//! In memory only and bounded. The key covers the credential's bytes and the `Idempotency-Key`, which only who sent the
//! request knows: somebody who saw the credential go by gets nothing here.

use super::proxy::{Body, BoxError};
use crate::door::{Reply, full};
use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Frame, SizeHint};
use money::{Span, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::watch;

/// How long an answer is kept: as long as a challenge's nonce is remembered.
const LIFE: Span = Span(600);
/// Longest body that is kept.
const MOST_OF_ONE: usize = 256 * 1_024;
/// All kept bodies together.
const MOST_OF_ALL: usize = 64 * 1_024 * 1_024;
/// More answers than this are not remembered; the oldest go.
const MOST_SLOTS: usize = 50_000;
/// How long a second request waits for the first one's answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a page whose answer was not kept is asked of the origin again.
const TRIES: u8 = 3;

/// SHA-256 over credential and `Idempotency-Key`.
pub(super) type Key = [u8; 32];

/// The key of a request.
pub(super) fn key(credential: &str, idempotency_key: &str) -> Key {
    let length = u64::try_from(credential.len()).unwrap_or(u64::MAX).to_be_bytes();
    Sha256::new().chain_update(length).chain_update(credential).chain_update(idempotency_key).finalize().into()
}

/// The answers in memory.
#[derive(Default)]
pub(super) struct Replays(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    slots: BTreeMap<Key, Slot>,
    by_age: BTreeMap<(Timestamp, Key), ()>,
    bytes: usize,
}

struct Slot {
    since: Timestamp,
    /// Path and query as they were sent first.
    target: String,
    state: State,
    tries: u8,
}

enum State {
    /// The first request is under way; the channel closes when it no longer is.
    Running(watch::Sender<()>),
    Kept(Arc<Kept>),
    /// It ended, but its answer was too long or broke off.
    Gone,
}

/// An answer that can be given again.
pub(super) struct Kept {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// What is remembered of a request.
pub(super) enum Found {
    /// Nothing: it is the first, and the ticket is its own.
    First(Ticket),
    /// Its answer.
    Kept(Arc<Kept>),
    /// It was answered, but the answer is not there any more.
    Gone,
    /// It was sent to another target.
    Elsewhere,
    /// The first is still under way after all patience.
    Running,
}

/// The right to say what the first request came to. Dropped unsaid it came to an answer that is gone.
pub(super) struct Ticket {
    replays: Arc<Replays>,
    key: Option<Key>,
}

impl Kept {
    /// The answer once more.
    pub(super) fn reply(&self) -> Reply {
        let mut reply = Response::new(full(self.body.clone()));
        *reply.status_mut() = self.status;
        *reply.headers_mut() = self.headers.clone();
        reply
    }
}

impl Replays {
    /// Looks a request up, waiting for the first one of its key if that is under way.
    pub(super) async fn find(self: &Arc<Self>, key: Key, target: &str, now: Timestamp) -> Found {
        let wait = async {
            loop {
                let mut running = match self.look(key, target, now) {
                    Ok(found) => return found,
                    Err(running) => running,
                };
                // Nothing is ever sent: the channel closes when the slot changes, which ends the wait with an error.
                drop(running.changed().await);
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.unwrap_or(Found::Running)
    }

    /// Takes one of the tries at an answer that is gone.
    pub(super) fn try_again(&self, key: Key) -> bool {
        let mut memory = self.lock();
        let Some(slot) = memory.slots.get_mut(&key) else { return false };
        slot.tries = slot.tries.saturating_add(1);
        slot.tries <= TRIES
    }

    fn look(self: &Arc<Self>, key: Key, target: &str, now: Timestamp) -> Result<Found, watch::Receiver<()>> {
        let mut memory = self.lock();
        memory.forget_old(now);
        match memory.slots.get(&key) {
            Some(slot) if slot.target != target => Ok(Found::Elsewhere),
            Some(Slot { state: State::Kept(kept), .. }) => Ok(Found::Kept(Arc::clone(kept))),
            Some(Slot { state: State::Gone, .. }) => Ok(Found::Gone),
            Some(Slot { state: State::Running(first), .. }) => Err(first.subscribe()),
            None => {
                let state = State::Running(watch::Sender::new(()));
                memory.slots.insert(key, Slot { since: now, target: target.to_owned(), state, tries: 0 });
                memory.by_age.insert((now, key), ());
                Ok(Found::First(Ticket { replays: Arc::clone(self), key: Some(key) }))
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Memory> {
        self.0.lock().expect("no thread panics with the answers in hand")
    }
}

impl Memory {
    fn forget_old(&mut self, now: Timestamp) {
        while let Some(((since, key), ())) = self.by_age.first_key_value().map(|(oldest, ())| (*oldest, ()))
            && (since.after(LIFE) <= now || self.slots.len() >= MOST_SLOTS)
        {
            self.remove(since, key);
        }
    }

    fn remove(&mut self, since: Timestamp, key: Key) {
        self.by_age.remove(&(since, key));
        if let Some(slot) = self.slots.remove(&key) {
            self.bytes = self.bytes.saturating_sub(slot.state.bytes());
        }
    }

    /// Keeps an answer, and lets go of the oldest bodies if all together would be too many.
    fn keep(&mut self, key: Key, kept: Kept) {
        self.bytes = self.bytes.saturating_add(kept.body.len());
        let Some(slot) = self.slots.get_mut(&key) else {
            self.bytes = self.bytes.saturating_sub(kept.body.len());
            return;
        };
        slot.state = State::Kept(Arc::new(kept));
        let mut oldest = self.by_age.keys().map(|(_, key)| *key);
        while self.bytes > MOST_OF_ALL
            && let Some(key) = oldest.next()
        {
            let Some(slot) = self.slots.get_mut(&key) else { continue };
            let freed = slot.state.bytes();
            if freed > 0 {
                slot.state = State::Gone;
                self.bytes = self.bytes.saturating_sub(freed);
            }
        }
    }
}

impl State {
    fn bytes(&self) -> usize {
        match self {
            State::Kept(kept) => kept.body.len(),
            State::Running(_) | State::Gone => 0,
        }
    }
}

impl Ticket {
    /// Nothing was done: the same request may come again as if for the first time.
    pub(super) fn forget(mut self) {
        let Some(key) = self.key.take() else { return };
        let mut memory = self.replays.lock();
        if let Some(since) = memory.slots.get(&key).map(|slot| slot.since) {
            memory.remove(since, key);
        }
    }

    /// The answer goes out, and a copy of it stays if it is short and arrives whole.
    pub(super) fn keep(self, reply: Reply) -> Reply {
        let (parts, body) = reply.into_parts();
        let copying = Copying { inner: body, ticket: Some(self), copy: Vec::new(), status: parts.status, headers: parts.headers.clone() };
        Response::from_parts(parts, copying.begun().boxed_unsync())
    }

    fn kept(mut self, kept: Kept) {
        let Some(key) = self.key.take() else { return };
        self.replays.lock().keep(key, kept);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        if let Some(slot) = self.replays.lock().slots.get_mut(&key) {
            slot.state = State::Gone;
        }
    }
}

/// A body on its way out that is copied as it goes.
struct Copying {
    inner: Body,
    /// Gone once the copy is kept or given up.
    ticket: Option<Ticket>,
    copy: Vec<u8>,
    status: StatusCode,
    headers: HeaderMap,
}

impl Copying {
    /// A body that is empty from the start is never polled.
    fn begun(mut self) -> Copying {
        if self.inner.is_end_stream() {
            self.done();
        }
        self
    }

    fn done(&mut self) {
        let Some(ticket) = self.ticket.take() else { return };
        let body = Bytes::from(std::mem::take(&mut self.copy));
        ticket.kept(Kept { status: self.status, headers: std::mem::take(&mut self.headers), body });
    }

    fn note(&mut self, frame: &Frame<Bytes>) {
        if let Some(chunk) = frame.data_ref() {
            if self.copy.len().saturating_add(chunk.len()) > MOST_OF_ONE {
                self.give_up();
            } else if self.ticket.is_some() {
                self.copy.extend_from_slice(chunk);
            }
        }
        // Whoever writes the body out stops asking when its length is reached.
        if self.inner.is_end_stream() {
            self.done();
        }
    }

    fn give_up(&mut self) {
        self.ticket = None;
        self.copy = Vec::new();
    }
}

impl hyper::body::Body for Copying {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => self.note(frame),
            Some(Err(_)) => self.give_up(),
            None => self.done(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests;
