//! Other instances: sites whose readers pay from wallets here, and wallets whose money sites here take. Who they are is the
//! operator's to name; which keys speak for them, their own documents say, under the root key that was seen first (the pin).

pub mod ask;
pub mod asked;
pub mod giving;
pub mod terms;

#[cfg(test)]
mod tests;

use crate::instance::Instance;
use crate::keys;
use crate::outward::{self, Answered, Failed, Limits, Rules, Target};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use money::{Span, Timestamp};
use protocol::discovery::{FARTHING_PATH, known};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use store::vault::Pinned;

pub use known::Known;

/// A document is believed for so long.
const KEPT: Span = Span(300);
/// An instance that could not be read is asked again after so long.
const KEPT_FAULT: Span = Span(5);
/// What was paid across instances is forgotten after so long without a word; Restore brings it back.
pub const FORGOTTEN: Span = Span(400 * 86_400);
/// Documents kept at once; the operator's list is far shorter.
const MOST: usize = 1_000;
/// What is read of an answer, and how long it may take.
const LIMITS: Limits = Limits { most_body: known::MOST_BYTES, most_time: Duration::from_secs(3) };

/// Documents of other instances, read a moment ago.
#[derive(Default)]
pub struct Neighbours {
    documents: Mutex<BTreeMap<String, (Timestamp, Found)>>,
    /// Held while the books take over what a site sells: what two quotes say is compared and set one after the other.
    terms: tokio::sync::Mutex<()>,
}

/// What came of reading a document.
type Found = Result<Arc<Known>, Fault>;

/// Why another instance is not believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Its document could not be read.
    Unreachable,
    /// Its root key is not the one seen first.
    KeyChanged,
}

impl Neighbours {
    fn find(&self, origin: &str, now: Timestamp) -> Option<Found> {
        let kept = self.documents.lock().expect("no thread panics with the neighbours in hand");
        kept.get(origin).filter(|(until, _)| now < *until).map(|(_, found)| found.clone())
    }

    fn keep(&self, origin: &str, found: &Found, now: Timestamp) {
        let until = now.after(if found.is_ok() { KEPT } else { KEPT_FAULT });
        let mut kept = self.documents.lock().expect("no thread panics with the neighbours in hand");
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(origin.to_owned(), (until, found.clone()));
    }

    /// What was read of an origin counts no more.
    pub fn forget(&self, origin: &str) {
        self.documents.lock().expect("no thread panics with the neighbours in hand").remove(origin);
    }
}

/// The keys of the instance at an origin, by its own document under the pinned root.
///
/// # Errors
/// [`Fault`]; then nothing of it is believed.
pub async fn known(instance: &Arc<Instance>, origin: &str, now: Timestamp) -> Result<Arc<Known>, Fault> {
    if let Some(found) = instance.neighbours.find(origin, now) {
        return found;
    }
    let found = read(instance, origin, now).await;
    instance.neighbours.keep(origin, &found, now);
    found
}

async fn read(instance: &Arc<Instance>, origin: &str, now: Timestamp) -> Result<Arc<Known>, Fault> {
    let unread = |why: &dyn std::fmt::Display| {
        tracing::warn!(origin, %why, "another instance's document could not be read");
        Fault::Unreachable
    };
    let answered = get(instance, &format!("{origin}{FARTHING_PATH}")).await.map_err(|error| unread(&error))?;
    let document = whole(&answered).ok_or_else(|| unread(&format_args!("status {}", answered.status)))?;
    let known = Known::parse(document).map_err(|malformed| unread(&malformed))?;
    if known.mode != keys::mode(instance) {
        return Err(unread(&"one of us moves play money and the other does not"));
    }
    let (key, root) = (origin.to_owned(), known.root.0);
    match instance.vault(move |vault| vault.pin(&key, &root, now)).await {
        Ok(Pinned::Held) => Ok(Arc::new(known)),
        Ok(Pinned::Changed) => {
            tracing::warn!(origin, "another instance shows another root key than it did; nothing is paid there");
            Err(Fault::KeyChanged)
        }
        Err(_) => Err(Fault::Unreachable),
    }
}

/// Asks for what anybody may read.
///
/// # Errors
/// [`Failed`].
async fn get(instance: &Instance, url: &str) -> Result<Answered, Failed> {
    send(instance, (Method::GET, url), HeaderMap::new(), Bytes::new()).await
}

async fn send(instance: &Instance, (method, url): (Method, &str), mut headers: HeaderMap, body: Bytes) -> Result<Answered, Failed> {
    let target = Target::parse(url, Rules::of(keys::mode(instance)))?;
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    outward::ask(&target, (method, headers, body), LIMITS).await
}

/// The body of an answer that is what was asked for, whole. A redirect is none.
fn whole(answered: &Answered) -> Option<&[u8]> {
    (answered.status == 200 && !answered.is_cut).then_some(&answered.body[..])
}
