//! Bodies on their way: handed on chunk by chunk, without trailers, never waited for longer than the idle limit.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::sync::Notify;
use tokio::time::{Sleep, sleep};

use super::error::UploadFault;
use super::{Body as BoxedBody, BoxError};

/// Why the body of an answer ended early. The status is out by then: the transfer is broken, never ended well.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The origin's connection ended, or its chunks are malformed.
    #[error("the origin broke off in the middle of its body")]
    Broken(#[source] BoxError),
    /// The origin sent nothing for the idle limit.
    #[error("the origin sent nothing for {waited_ms} ms in the middle of its body")]
    Idle {
        /// The limit that passed.
        waited_ms: u64,
    },
}

/// The client's body failed; travels through hyper's client to `OriginError::from_client`.
#[derive(Debug, thiserror::Error)]
#[error("the client's body failed ({fault:?})")]
pub(super) struct UploadError {
    pub(super) fault: UploadFault,
    #[source]
    source: Option<BoxError>,
}

/// What the waiting side knows about an upload.
#[derive(Debug, Default)]
pub(super) struct Upload {
    chunks: AtomicU64,
    client_is_slow: AtomicBool,
    /// Told once, when nothing more of the body will be read.
    pub(super) done: Notify,
}

impl Upload {
    /// Chunks handed to the origin's connection so far.
    pub(super) fn moved(&self) -> u64 {
        self.chunks.load(Ordering::Relaxed)
    }

    /// Whether the origin took nothing since `moved`, though there was something to take.
    pub(super) fn stuck_since(&self, moved: u64) -> bool {
        self.moved() == moved && !self.client_is_slow.load(Ordering::Relaxed)
    }
}

/// The client's body on its way to the origin.
pub(super) struct UploadBody {
    inner: Option<BoxedBody>,
    upload: Arc<Upload>,
    idle: Idle,
}

impl UploadBody {
    /// `None` is no body.
    pub(super) fn new(inner: Option<BoxedBody>, upload: Arc<Upload>, idle: Duration) -> UploadBody {
        UploadBody { inner, upload, idle: Idle::new(idle) }
    }
}

impl Body for UploadBody {
    type Data = Bytes;
    type Error = UploadError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, UploadError>>> {
        let this = &mut *self;
        let Some(inner) = &mut this.inner else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(inner).poll_frame(cx);
        this.upload.client_is_slow.store(frame.is_pending(), Ordering::Relaxed);
        match frame {
            Poll::Ready(frame) => {
                this.idle.rest();
                this.upload.chunks.fetch_add(1, Ordering::Relaxed);
                Poll::Ready(
                    data_only(frame).map(|frame| frame.map_err(|source| UploadError { fault: UploadFault::Broken, source: Some(source) })),
                )
            }
            Poll::Pending => {
                ready!(this.idle.poll_over(cx));
                Poll::Ready(Some(Err(UploadError { fault: UploadFault::Stalled, source: None })))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for UploadBody {
    fn drop(&mut self) {
        self.upload.done.notify_one();
    }
}

/// The origin's body on its way to the client.
pub(super) struct OriginBody {
    inner: Source,
    idle: Idle,
}

/// Where an answer's chunks come from.
pub(super) enum Source {
    /// A connection to the origin.
    Net(Incoming),
    /// A service in this process.
    Inside(BoxedBody),
}

impl OriginBody {
    pub(super) fn new(inner: Source, idle: Duration) -> OriginBody {
        OriginBody { inner, idle: Idle::new(idle) }
    }
}

impl Body for OriginBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = match &mut self.inner {
            Source::Net(body) => Pin::new(body).poll_frame(cx).map(|frame| frame.map(|frame| frame.map_err(BoxError::from))),
            Source::Inside(body) => Pin::new(body).poll_frame(cx),
        };
        match frame {
            Poll::Ready(frame) => {
                self.idle.rest();
                Poll::Ready(data_only(frame).map(|frame| frame.map_err(|error| BodyError::Broken(error).into())))
            }
            Poll::Pending => {
                ready!(self.idle.poll_over(cx));
                let waited_ms = u64::try_from(self.idle.limit.as_millis()).unwrap_or(u64::MAX);
                Poll::Ready(Some(Err(BodyError::Idle { waited_ms }.into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.inner {
            Source::Net(body) => body.is_end_stream(),
            Source::Inside(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Source {
    pub(super) fn size_hint(&self) -> SizeHint {
        match self {
            Source::Net(body) => body.size_hint(),
            Source::Inside(body) => body.size_hint(),
        }
    }
}

/// Trailers end a body here: nobody on the other side was promised any, and they could carry what the head may not.
fn data_only<E>(frame: Option<Result<Frame<Bytes>, E>>) -> Option<Result<Frame<Bytes>, E>> {
    match frame {
        Some(Ok(frame)) if frame.is_trailers() => None,
        other => other,
    }
}

/// A limit on waiting. Costs nothing as long as nobody waits.
struct Idle {
    limit: Duration,
    running: bool,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Idle {
    fn new(limit: Duration) -> Idle {
        Idle { limit, running: false, sleep: None }
    }

    /// Something came: the next wait starts anew.
    fn rest(&mut self) {
        self.running = false;
    }

    fn poll_over(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let limit = self.limit;
        let timer = self.sleep.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !self.running {
            timer.set(sleep(limit));
            self.running = true;
        }
        timer.as_mut().poll(cx)
    }
}
