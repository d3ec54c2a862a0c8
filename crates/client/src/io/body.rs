//! The body of an answer, piece by piece: nothing is gathered that the caller does not want gathered.

use crate::io::state::Reading;
use crate::{Error, State};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::io::Write;
use std::sync::Arc;

/// The body of an answer.
pub struct Body {
    kind: Kind,
    settles: Option<Settles>,
}

/// What is put in order once the last piece came.
struct Settles {
    state: Arc<State>,
    identity: String,
    paid: Paid,
}

/// How it was paid for.
enum Paid {
    Charge,
    /// From a session; none once it broke off: then whoever asks for it again may have it.
    Session(Option<Reading>),
}

enum Kind {
    Stream(Box<Incoming>),
    Whole(Option<Bytes>),
}

impl Body {
    pub(crate) fn stream(body: Incoming) -> Body {
        Body { kind: Kind::Stream(Box::new(body)), settles: None }
    }

    pub(crate) fn of(bytes: Bytes) -> Body {
        Body { kind: Kind::Whole(Some(bytes)), settles: None }
    }

    /// A body that is bought for one use: its command counts as answered only when the last piece came.
    pub(crate) fn settling(mut self, state: Arc<State>, identity: String) -> Body {
        self.settles = Some(Settles { state, identity, paid: Paid::Charge });
        self
    }

    /// A body that a session paid for: it is had again for nothing until the last piece came, or its reader let go of it.
    pub(crate) fn drawn(mut self, state: Arc<State>, identity: String, reading: Reading) -> Body {
        self.settles = Some(Settles { state, identity, paid: Paid::Session(Some(reading)) });
        self
    }

    fn tear(&mut self) {
        if let Some(Settles { paid: Paid::Session(reading), .. }) = &mut self.settles {
            drop(reading.take());
        }
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`Error::BrokeOff`] if the connection breaks, [`Error::File`] if the state cannot be written at the end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        let next = match &mut self.kind {
            Kind::Whole(bytes) => bytes.take().filter(|bytes| !bytes.is_empty()),
            Kind::Stream(body) => loop {
                match body.frame().await {
                    None => break None,
                    Some(Err(error)) => {
                        self.tear();
                        return Err(Error::BrokeOff { source: Box::new(error) });
                    }
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            break Some(data);
                        }
                    }
                }
            },
        };
        if next.is_none()
            && let Some(settles) = self.settles.take()
        {
            settles.whole()?;
        }
        Ok(next)
    }

    /// Writes everything as it comes; returns the number of bytes. The writer may block.
    ///
    /// # Errors
    /// As [`Body::chunk`]; [`Error::BrokeOff`] also if the writer fails.
    pub async fn write_to(&mut self, writer: &mut (dyn Write + Send)) -> Result<u64, Error> {
        let broke = |source: std::io::Error| Error::BrokeOff { source: Box::new(source) };
        let mut written = 0_u64;
        while let Some(piece) = self.chunk().await? {
            if let Err(error) = writer.write_all(&piece) {
                // A reader that went away had enough of it; a full disk had not.
                if error.kind() != std::io::ErrorKind::BrokenPipe {
                    self.tear();
                }
                return Err(broke(error));
            }
            written = written.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        }
        writer.flush().map_err(broke)?;
        Ok(written)
    }

    /// Everything at once, up to a length.
    ///
    /// # Errors
    /// As [`Body::chunk`]; [`Error::BrokeOff`] also if there is more.
    pub async fn whole(&mut self, most: usize) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while let Some(piece) = self.chunk().await? {
            if all.len().saturating_add(piece.len()) > most {
                return Err(Error::BrokeOff { source: format!("more than {most} bytes").into() });
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}

impl Settles {
    fn whole(&self) -> Result<(), Error> {
        match self.paid {
            Paid::Charge => self.state.answered(&self.identity),
            Paid::Session(_) => self.state.read(&self.identity),
        }
    }
}

impl Drop for Settles {
    /// What a session paid for and is not read to its end is not wanted: the next request for the same is one of its own.
    fn drop(&mut self) {
        if matches!(self.paid, Paid::Session(Some(_))) {
            drop(self.state.read(&self.identity));
        }
    }
}
