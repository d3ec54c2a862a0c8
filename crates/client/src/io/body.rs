//! The body of an answer, piece by piece: nothing is gathered that the caller does not want gathered.

use crate::{Error, State};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::io::Write;
use std::sync::Arc;

/// The body of an answer.
pub struct Body {
    kind: Kind,
    settles: Option<(Arc<State>, String)>,
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
        self.settles = Some((state, identity));
        self
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
                    Some(Err(error)) => return Err(Error::BrokeOff { source: Box::new(error) }),
                    Some(Ok(frame)) => {
                        if let Ok(data) = frame.into_data() {
                            break Some(data);
                        }
                    }
                }
            },
        };
        if next.is_none()
            && let Some((state, identity)) = self.settles.take()
        {
            state.answered(&identity)?;
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
            writer.write_all(&piece).map_err(broke)?;
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
