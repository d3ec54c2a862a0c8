//! Probes: for a minute this instance may read one page of one site as a buyer would, to see what stands in front of itself.
//!
//! A probe is known to this process alone, is bound to one page and gives nobody anything that the instance does not have.

use super::Gate;
use super::auth::{Via, said_yes_to_probe};
use super::priced::{Ask, handle_hash};
use super::proxy::{Body, private_caching};
use crate::door::{self, ENT_COOKIE, Reply};
use crate::world;
use http::Request;
use money::{Span, Timestamp};
use protocol::text::base64url;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use store::vault::HandleHash;

/// How long a probe stands.
const LIFE: Span = Span(60);
/// Probes that stand at once; the oldest go.
const MOST: usize = 64;

/// The probes of this process.
#[derive(Default)]
pub(crate) struct Probes {
    all: Mutex<Vec<Probe>>,
    /// When the last of them ends, so that a request on an ordinary day looks no further.
    ends: AtomicU64,
}

struct Probe {
    hash: HandleHash,
    item: String,
    ends: Timestamp,
}

impl Probes {
    /// A cookie's value that reads this one page for a minute.
    pub(crate) fn make(&self, item: String, now: Timestamp) -> String {
        let handle = base64url(&world::random::<16>());
        let mut probes = self.all.lock().expect("no thread panics with the probes in hand");
        self.ends.fetch_max(now.after(LIFE).0, Ordering::Relaxed);
        probes.retain(|probe| now < probe.ends);
        if probes.len() >= MOST {
            probes.remove(0);
        }
        probes.push(Probe { hash: handle_hash(&handle), item, ends: now.after(LIFE) });
        handle
    }

    fn any(&self, now: Timestamp) -> bool {
        now.0 < self.ends.load(Ordering::Relaxed)
    }

    fn lets(&self, hash: &HandleHash, item: &str, now: Timestamp) -> bool {
        let probes = self.all.lock().expect("no thread panics with the probes in hand");
        probes.iter().any(|probe| probe.hash == *hash && probe.item == item && now < probe.ends)
    }
}

impl Gate {
    /// True if the request is a probe of ours for this page.
    pub(super) fn is_probe(&self, ask: &Ask) -> bool {
        if !self.instance.probes.any(ask.visit.now) || !ask.is_read() {
            return false;
        }
        let handle = door::cookie(&ask.headers, ENT_COOKIE).map(handle_hash);
        handle.is_some_and(|hash| self.instance.probes.lets(&hash, &self.item(&ask.target), ask.visit.now))
    }

    /// The page as a buyer gets it, without a buyer: nothing is sold, so the origin is told of nobody.
    pub(super) async fn probed(&self, ask: &Ask, request: Request<Body>) -> Reply {
        if ask.via == Via::Auth {
            return said_yes_to_probe();
        }
        let mut reply = self.pass(ask, request).await;
        private_caching(reply.headers_mut(), None);
        reply
    }
}

#[cfg(test)]
mod tests;
