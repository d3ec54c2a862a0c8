//! Paid streams: what an origin sends for as long as it is asked for is billed slice by slice. A slice is reserved, durable, and
//! only then sent; the next reservation draws what of it was really sent. Where the credit ends the stream waits for a voucher.

mod books;
mod credit;
mod endings;
mod pieces;
mod run;
mod wires;

pub(crate) use endings::Endings;
pub(in crate::gateway) use wires::Wires;

use super::known::Known;
use super::units::Settling;
use super::voucher::Work;
use super::{At, with_session_receipt};
use crate::door::Reply;
use crate::gateway::Gate;
use crate::gateway::proxy::{Body, BoxError};
use books::Books;
use bytes::Bytes;
use credit::Credit;
use http::{Request, header};
use http_body_util::BodyExt;
use hyper::body::Frame;
use market::{Metered, Unit};
use pieces::{Ids, Pieces};
use run::Run;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::sync::mpsc;

/// How a stream is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Layout {
    /// Events, among which we can say something.
    Events,
    /// Bytes that mean nothing to us.
    Bytes,
}

/// What a stream is billed by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Counts {
    Events,
    Bytes,
    /// Seconds that have begun while it was not waiting.
    Seconds,
    /// What the origin says of each event.
    Reported(Unit),
}

impl Counts {
    fn of(unit: Unit) -> Counts {
        match unit.as_str() {
            "event" => Counts::Events,
            "byte" => Counts::Bytes,
            "second" => Counts::Seconds,
            _ => Counts::Reported(unit),
        }
    }
}

/// Asks the origin in words that let us read the answer: in a compressed one no event is seen. Bytes are counted as they are.
pub(super) fn prepare(request: &mut Request<Body>, metered: &Metered) {
    if !matches!(Counts::of(metered.unit), Counts::Bytes) && !metered.unit.is_call() {
        request.headers_mut().remove(header::ACCEPT_ENCODING);
    }
}

/// How an answer is streamed, if it is billed by slices.
pub(super) fn layout_of(reply: &Reply, metered: &Metered) -> Option<Layout> {
    if metered.unit.is_call() || !reply.status().is_success() {
        return None;
    }
    let field = |name: header::HeaderName| reply.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = field(header::CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let plain = matches!(field(header::CONTENT_ENCODING), "" | "identity");
    if plain && media_type.eq_ignore_ascii_case(protocol::event_stream::MEDIA_TYPE) {
        return Some(Layout::Events);
    }
    let counted_here = matches!(Counts::of(metered.unit), Counts::Bytes | Counts::Seconds);
    (metered.most == 0 && counted_here).then_some(Layout::Bytes)
}

/// Marks an answer that is billed by slices.
#[derive(Clone, Copy)]
struct IsStream;

/// True for an answer that is billed by slices.
pub(super) fn is_stream(reply: &Reply) -> bool {
    reply.extensions().get::<IsStream>().is_some()
}

impl Gate {
    /// The answer as it flows, billed by slices from the reserve of its request on.
    pub(super) async fn stream(
        &self,
        mut reply: Reply,
        (at, known): (At, &Known),
        settling: Settling,
        (work, layout): (Work, Layout),
    ) -> Reply {
        let part = settling.hand_over().await;
        let counts = Counts::of(work.metered.unit);
        let ids = Ids { wires: Arc::clone(&self.wires), session: work.session, print: work.print };
        let books = Books::new(&self.instance, &work, part);
        let wire = self.wires.listen(work.session);
        if let Ok((_, counted)) = self.counted(at).await {
            with_session_receipt(&mut reply, &self.receipt_of(counted, known, work.done));
        }
        // With words of ours it is not as long as it was.
        if layout == Layout::Events {
            reply.headers_mut().remove(header::CONTENT_LENGTH);
        }
        reply.extensions_mut().insert(IsStream);
        let (out, rest) = mpsc::channel(1);
        reply.map(|body| {
            let pieces = Pieces::new(body, layout, counts, ids);
            let run = Run { around: books, pieces, out, wire, credit: Credit::new(&work, counts), session: work.session };
            tokio::spawn(run.run());
            Flow(rest).boxed_unsync()
        })
    }
}

/// A body of what is sent to it. Room for one piece: who does not read is not sent to.
struct Flow(mpsc::Receiver<Result<Bytes, BoxError>>);

impl hyper::body::Body for Flow {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.0.poll_recv(cx).map(|next| next.map(|next| next.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests;
