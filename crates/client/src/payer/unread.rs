//! A page that a session has paid for and that broke off: it is had again for nothing, until it came whole.

use crate::Error;
use crate::io::state::Reading;
use crate::io::{Reply, is_of_type};
use crate::payer::present::Before;
use crate::payer::stream::Answer;
use crate::payer::{Drawn, Payer, Payment, Request};
use crate::session::{KeptSession, Unread, Waiting};
use money::{Amount, CommandId};
use protocol::event_stream::MEDIA_TYPE;
use protocol::receipt::Counted;
use protocol::text::serial;
use std::sync::Arc;

impl Payer {
    /// Notes that a page was paid for, until its last piece was read.
    pub(super) fn until_read(&self, session: CommandId, waiting: &Waiting, reply: Reply) -> Result<Reply, Error> {
        let identity = waiting.identity.clone();
        // Another asks for the very same at this time and is told of its own.
        let Some(reading) = self.state.reading(&identity)? else { return Ok(reply) };
        self.state.note_unread(&Unread { identity, session, seq: waiting.seq, command: waiting.command.clone() })?;
        Ok(self.noted(&waiting.identity, reading, reply))
    }

    /// Presents a request again that was paid for and whose page broke off. `None`: there is none, or it is too late for it.
    pub(super) async fn read_again(&self, request: &Request) -> Result<Option<Answer>, Error> {
        let identity = request.identity();
        if self.state.unread(&identity)?.is_none() {
            return Ok(None);
        }
        let Some(reading) = self.state.reading(&identity)? else { return Ok(None) };
        let Some(unread) = self.state.unread(&identity)? else { return Ok(None) };
        if self.world.now() > unread.command.until {
            self.state.read(&identity)?;
            return Ok(None);
        }
        let reply = self.present(&unread.command, Before::Unclear).await?.reply;
        if let Some(problem) = reply.problem {
            // The next run asks as if there had been nothing, and whoever runs it knows.
            self.state.read(&identity)?;
            return Err(Error::refused(problem));
        }
        let Some(value) = reply.field("payment-receipt") else {
            self.state.read(&identity)?;
            return Ok(Some(Answer { reply, payment: Payment::None }));
        };
        let counted = Counted::parse(value).map_err(|what| Error::Receipt { why: what.0 })?;
        if (counted.session, counted.seq) != (unread.session, unread.seq) {
            return Err(Error::Receipt { why: "it is of another request" });
        }
        let session = self.state.sessions()?.into_iter().find(|session| session.id == unread.session);
        let KeptSession { id, recipient, currency, mode, .. } = session.ok_or_else(|| Error::NoSession { id: serial(unread.session) })?;
        let drawn = Drawn { session: id, recipient, charged: Amount::ZERO, currency, mode };
        Ok(Some(Answer { reply: self.noted(&identity, reading, reply), payment: Payment::Before(drawn) }))
    }

    fn noted(&self, identity: &str, reading: Reading, reply: Reply) -> Reply {
        let body = reply.body.drawn(Arc::clone(&self.state), identity.to_owned(), reading);
        Reply { body, ..reply }
    }
}

/// A stream goes on after its last event, and what is watched of a film is counted by its place: neither is had again as it was.
pub(super) fn is_read_whole(session: &KeptSession, reply: &Reply) -> bool {
    !(is_of_type(&reply.headers, MEDIA_TYPE) || session.is_film())
}
