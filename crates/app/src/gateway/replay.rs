//! First answers to paid requests, kept for a while so that the same request sent again gets the same answer.
//!
//! In memory only and bounded. The key covers the credential's bytes and the `Idempotency-Key`, which only who sent the
//! request knows: somebody who saw the credential go by gets nothing here.

use super::proxy::{Body, BoxError};
use crate::door::{Reply, full};
use bytes::Bytes;
use hashbrown::HashMap;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body as _, Frame, SizeHint};
use money::{Span, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::hash::RandomState;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::watch;

/// How long an answer is kept: as long as a challenge's nonce is remembered.
const LIFE: Span = Span(600);
/// Longest body that is kept.
const MOST_OF_ONE: usize = 256 * 1_024;
/// All that is kept together.
const MOST_OF_ALL: usize = 64 * 1_024 * 1_024;
/// More answers than this are not remembered; the oldest go.
const MOST_SLOTS: usize = 50_000;
/// And no more of them stand in the order of their age.
const MOST_ENTERED: usize = 2 * MOST_SLOTS;
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
    slots: HashMap<Key, Slot, RandomState>,
    /// In the order they came. What was forgotten since stands here still.
    by_age: VecDeque<(Timestamp, Key)>,
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
    /// The first request is under way. A channel is made for the first that waits for it, and closes when it no longer is.
    Running(Option<watch::Sender<()>>),
    Kept(Arc<Kept>),
    /// It ended, but its answer was too long or broke off.
    Gone,
}

/// An answer that can be given again.
pub(super) struct Kept {
    status: StatusCode,
    fields: Fields,
    body: Bytes,
}

/// The fields of a head in one piece of memory of their own: as they were read they hold on to the whole buffer they came in.
struct Fields(Bytes);

impl Fields {
    fn of(headers: &HeaderMap) -> Fields {
        let mut laid = Vec::with_capacity(512);
        for (name, value) in headers {
            for part in [name.as_str().as_bytes(), value.as_bytes()] {
                laid.extend_from_slice(&u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
                laid.extend_from_slice(part);
            }
        }
        Fields(laid.into())
    }

    fn read(&self) -> HeaderMap {
        let mut rest = self.0.clone();
        let mut next = || {
            let length = u32::from_le_bytes(*rest.first_chunk()?);
            drop(rest.split_to(4));
            Some(rest.split_to(usize::try_from(length).ok()?.min(rest.len())))
        };
        let mut headers = HeaderMap::new();
        while let (Some(name), Some(value)) = (next(), next()) {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(&name), HeaderValue::from_maybe_shared(value)) {
                headers.append(name, value);
            }
        }
        headers
    }
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
    fn bytes(&self) -> usize {
        self.fields.0.len().saturating_add(self.body.len())
    }

    /// The answer once more.
    pub(super) fn reply(&self) -> Reply {
        let mut reply = Response::new(full(self.body.clone()));
        *reply.status_mut() = self.status;
        *reply.headers_mut() = self.fields.read();
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
        match memory.slots.get_mut(&key) {
            Some(slot) if slot.target != target => Ok(Found::Elsewhere),
            Some(Slot { state: State::Kept(kept), .. }) => Ok(Found::Kept(Arc::clone(kept))),
            Some(Slot { state: State::Gone, .. }) => Ok(Found::Gone),
            Some(Slot { state: State::Running(waits), .. }) => Err(waits.get_or_insert_with(|| watch::Sender::new(())).subscribe()),
            None => {
                let state = State::Running(None);
                memory.slots.insert(key, Slot { since: now, target: target.to_owned(), state, tries: 0 });
                memory.by_age.push_back((now, key));
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
        while let Some((since, key)) = self.by_age.front().copied()
            && (since.after(LIFE) <= now || self.slots.len() >= MOST_SLOTS || self.by_age.len() >= MOST_ENTERED)
        {
            self.by_age.pop_front();
            self.remove_of(since, key);
        }
    }

    /// Removes a slot of that time: it may have been forgotten and have come anew.
    fn remove_of(&mut self, since: Timestamp, key: Key) {
        if self.slots.get(&key).is_some_and(|slot| slot.since == since) {
            self.remove(key);
        }
    }

    fn remove(&mut self, key: Key) {
        if let Some(slot) = self.slots.remove(&key) {
            self.bytes = self.bytes.saturating_sub(slot.state.bytes());
        }
    }

    /// Keeps an answer, and lets go of the oldest if all together would be too much: the books still know what was paid.
    fn keep(&mut self, key: Key, kept: Kept) {
        let bytes = kept.bytes();
        self.bytes = self.bytes.saturating_add(bytes);
        let Some(slot) = self.slots.get_mut(&key) else {
            self.bytes = self.bytes.saturating_sub(bytes);
            return;
        };
        slot.state = State::Kept(Arc::new(kept));
        while self.bytes > MOST_OF_ALL
            && let Some((since, key)) = self.by_age.pop_front()
        {
            self.remove_of(since, key);
        }
    }
}

impl State {
    fn bytes(&self) -> usize {
        match self {
            State::Kept(kept) => kept.bytes(),
            State::Running(_) | State::Gone => 0,
        }
    }
}

impl Ticket {
    /// Nothing was done: the same request may come again as if for the first time.
    pub(super) fn forget(mut self) {
        let Some(key) = self.key.take() else { return };
        let mut memory = self.replays.lock();
        memory.remove(key);
    }

    /// The answer goes out, and a copy of it stays if it is short and arrives whole.
    pub(super) fn keep(self, reply: Reply) -> Reply {
        let (parts, body) = reply.into_parts();
        // One that says its length takes its memory at once.
        let length = body.size_hint().exact().and_then(|length| usize::try_from(length).ok()).filter(|length| *length <= MOST_OF_ONE);
        let copy = Vec::with_capacity(length.unwrap_or_default());
        let copying = Copying { inner: body, ticket: Some(self), copy, status: parts.status, fields: Fields::of(&parts.headers) };
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
    fields: Fields,
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
        ticket.kept(Kept { status: self.status, fields: Fields(std::mem::take(&mut self.fields.0)), body });
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
