//! Output that is longer than memory: written by a thread that may block, taken piece by piece by a task that may not.

use bytes::Bytes;
use hyper::body::{Body, Frame};
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};

const PIECE_BYTES: usize = 64 << 10;
/// Pieces that may wait to be taken; the writer waits when there are more.
const PIECES: usize = 8;

/// The writing end. What it holds back is sent by `flush`; dropped without [`Out::end`] the reader sees an error.
pub struct Out {
    pieces: Sender<Result<Bytes, String>>,
    held: Vec<u8>,
    ended: bool,
}

/// The reading end: pieces until `None`, or what went wrong.
pub struct Pieces(Receiver<Result<Bytes, String>>);

/// Both ends of a stream.
#[must_use]
pub fn stream() -> (Out, Pieces) {
    let (send, receive) = channel(PIECES);
    (Out { pieces: send, held: Vec::with_capacity(PIECE_BYTES), ended: false }, Pieces(receive))
}

impl Out {
    /// Ends the stream: whole, or with what went wrong.
    pub fn end(mut self, done: Result<(), String>) {
        self.ended = true;
        let flushed = self.flush();
        if let Err(why) = done.and(flushed.map_err(|error| error.to_string())) {
            // Nobody listens any more: then nobody need be told.
            let _ = self.pieces.blocking_send(Err(why));
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.held));
        self.pieces.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Drop for Out {
    fn drop(&mut self) {
        if !self.ended {
            let _ = self.pieces.try_send(Err("the output broke off".to_owned()));
        }
    }
}

impl Pieces {
    /// The next piece.
    pub async fn next(&mut self) -> Option<Result<Bytes, String>> {
        self.0.recv().await
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data).map_err(Into::into)))
    }
}
