//! The demo's teller: words that come one by one, as a model's answer does. It says what each costs and knows nothing of money.

use crate::gateway::proxy::{Body, BoxError};
use crate::world;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body_util::BodyExt;
use hyper::body::Frame;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// Where it tells.
pub(super) const PATH: &str = "/told/tides";

/// Where it tells all at once, and says in the head what that used.
pub(super) const WHOLE: &str = "/ask/tides";

/// From one word to the next.
const PAUSE: Duration = Duration::from_millis(15);

const TEXT: &str = "The sea does not rise twice a day because it wants to. The moon draws the water nearest to it a little more than it \
draws the earth, and the earth a little more than the water behind, so there is a hill of sea on either side, and the world turns \
beneath both. A harbour meets each hill in turn: high water, then low, then high again, some fifty minutes later than the day before, \
since the moon has gone on meanwhile. When sun and moon stand in one line the hills are tall, and the fishermen call it a spring tide, \
whatever the season. When they pull across each other the sea hardly bothers. That is all the yellow booklet knows. The wind knows the \
rest, and does not publish.";

/// An answer under way.
struct Told {
    /// What tells this answer's events from those of another.
    name: String,
    next: usize,
    pause: Pin<Box<Sleep>>,
}

/// All of it, and how many words that are.
pub(super) fn whole() -> Response<Body> {
    let mut reply = Response::new(crate::door::full(TEXT));
    let words = TEXT.split_whitespace().count();
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if let Ok(usage) = HeaderValue::from_str(&format!("token={words}")) {
        reply.headers_mut().insert("farthing-usage", usage);
    }
    reply
}

/// Begins to tell, or goes on after the last event that came.
pub(super) fn tell(headers: &HeaderMap) -> Response<Body> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(resumed);
    let (name, next) = last.unwrap_or_else(|| (format!("{:x}", world::now().ms()), 0));
    let told = Told { name, next, pause: Box::pin(sleep(Duration::ZERO)) };
    let mut reply = Response::new(told.boxed_unsync());
    reply.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    reply.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// The answer that an id is of, and what comes next in it.
fn resumed(id: &str) -> Option<(String, usize)> {
    let (name, number) = id.split_once('-')?;
    let known = (1..=16).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    known.then_some((name.to_owned(), number.parse().ok()?))
}

impl hyper::body::Body for Told {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(word) = TEXT.split(' ').nth(self.next) else { return Poll::Ready(None) };
        ready!(self.pause.as_mut().poll(cx));
        self.pause = Box::pin(sleep(PAUSE));
        self.next = self.next.saturating_add(1);
        let event = format!(": farthing-usage tokens=1\nid: {}-{}\ndata: {word}\n\n", self.name, self.next);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(event)))))
    }
}
