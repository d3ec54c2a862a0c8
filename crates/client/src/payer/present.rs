//! Presenting a command: the same bytes again until an answer comes, never a second signature.

use crate::io::{Http, NotAnswered, Reply, Sent};
use crate::kept::Unanswered;
use crate::payer::{Payer, secret, usual_headers};
use crate::{Address, Error};
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use std::time::Duration;

/// The longest that a site's `Retry-After` is obeyed within one call.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Whether an earlier presentation may have been carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Before {
    /// This command was never sent.
    Nothing,
    /// It was sent, and what came of it is not known.
    Unclear,
}

/// An answer to a command.
pub(crate) struct Presented {
    pub reply: Reply,
    pub before: Before,
}

impl Payer {
    /// Presents a command until it has an answer, patience ends, or the instance would not take it any more.
    ///
    /// # Errors
    /// [`Error::Unknown`] if it may have been carried out, [`Error::Unreachable`] if it was never sent.
    pub(crate) async fn present(&self, command: &Unanswered, before: Before) -> Result<Presented, Error> {
        let mut before = before;
        let mut pauses = self.policy.patience.pauses.iter();
        loop {
            let (last, pause) = match self.send_once(&self.http, command).await? {
                Ok(reply) if !is_worth_repeating(&reply) => return Ok(Presented { reply, before }),
                Ok(reply) => {
                    if !began_nothing(&reply) {
                        before = Before::Unclear;
                    }
                    let pause = reply.retry_after().unwrap_or_default();
                    (Ok(reply), pause)
                }
                Err(NotAnswered::Lost(source)) => {
                    before = Before::Unclear;
                    (Err(NotAnswered::Lost(source)), Duration::ZERO)
                }
                Err(no) => (Err(no), Duration::ZERO),
            };
            let next = pauses.next().filter(|_| self.world.now() < command.until);
            let Some(next) = next else { return self.give_up(command, before, last) };
            tokio::time::sleep(pause.min(LONGEST_PAUSE).max(*next)).await;
        }
    }

    fn give_up(&self, command: &Unanswered, before: Before, last: Result<Reply, NotAnswered>) -> Result<Presented, Error> {
        match (before, last) {
            (Before::Unclear, _) => Err(unknown(command)),
            (Before::Nothing, Ok(reply)) => Ok(Presented { reply, before }),
            (Before::Nothing, Err(no)) => Err(no.unpaid(&command.url)),
        }
    }

    async fn send_once(&self, http: &Http, command: &Unanswered) -> Result<Result<Reply, NotAnswered>, Error> {
        let damaged = |_| Error::Document { url: command.url.to_string(), why: "the command that was kept for it is damaged".to_owned() };
        let mut headers = usual_headers(command.content_type.as_deref());
        let field = HeaderName::from_bytes(command.field.as_bytes()).map_err(|_| damaged(()))?;
        headers.push((field, secret(&command.credential).ok_or(damaged(()))?));
        headers.push((HeaderName::from_static("idempotency-key"), secret(&command.key).ok_or(damaged(()))?));
        let after = command.after.as_deref().map(HeaderValue::from_str).transpose().map_err(|_| damaged(()))?;
        headers.extend(after.map(|after| (HeaderName::from_static("last-event-id"), after)));
        let body = command.body().map_err(|_| damaged(()))?.map(Bytes::from);
        let method = command.method.parse().map_err(|_| damaged(()))?;
        let url: &Address = &command.url;
        Ok(http.send(Sent { method, url, body, headers }).await)
    }
}

/// What is said of a command whose answer never came.
pub(crate) fn unknown(command: &Unanswered) -> Error {
    Error::Unknown { command: command.key.clone(), until: command.until }
}

/// Answers after which the same bytes may do better: too busy, and faults that do not say what became of the command.
fn is_worth_repeating(reply: &Reply) -> bool {
    match &reply.problem {
        // A close that waits is asked again by who can say what it waits for.
        Some(problem) => problem.is_transient() && problem.waits.is_none(),
        None => reply.status.is_server_error(),
    }
}

/// True if the instance said that the command was not even begun.
fn began_nothing(reply: &Reply) -> bool {
    reply.problem.as_ref().is_some_and(|problem| matches!(&*problem.code, "busy" | "no-room" | "too-fast"))
}
