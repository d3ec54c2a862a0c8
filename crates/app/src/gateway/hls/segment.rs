//! A segment: what of it was not watched before is drawn, and then it goes out.
//!
//! The draw is made when the origin has begun to answer, so that there is nothing to take back of what did not come; and before the
//! first byte goes out, so that nothing goes out that was not drawn. It is one command, and a repeat of it draws nothing.

use super::{Film, Stands, What, private, video_of};
use crate::door::Reply;
use crate::gateway::Gate;
use crate::gateway::deliver::{PAID, PAYER, SERIAL};
use crate::gateway::priced::Ask;
use crate::gateway::proxy::Body;
use crate::refusals::{Claim, problem_of_session};
use http::{HeaderValue, Method, Request, StatusCode};
use market::{Command, Maker, Outcome, Piece, Watch};
use money::{Amount, CommandId, Party};
use protocol::problem::{Needed, Problem, SessionProblem};
use std::num::NonZeroU8;

/// Who watches, and what the next piece comes to.
pub(super) struct Seat {
    pub payer: Party,
    /// What the hold comes to.
    cap: Amount,
    /// Milliseconds that were not watched before.
    missing: u64,
    /// What has to be authorised for them, if more than is.
    short: Option<Needed>,
    /// On how many devices at once its offer lets it be watched.
    devices: Option<NonZeroU8>,
}

impl Gate {
    /// How the session of an address stands towards it. What was opened under one offer pays for its films alone, at the price
    /// that was pressed.
    pub(super) async fn seat(&self, stands: Stands, film: &Film) -> Result<Seat, Problem> {
        let piece = match stands.what {
            What::Segment(from, to) => stands.piece(from, to),
            What::Playlist | What::Subtitles | What::Aid => stands.piece(0, 0),
        };
        let (id, name, realm) = (stands.session, film.offer.name.clone(), self.site.host.clone());
        let read = move |state: &market::State, now| {
            let session = state.session(id).filter(|session| session.is_open(now))?;
            let offer = &state.offer(session.offer())?.offer;
            let (metered, video) = video_of(offer).filter(|_| offer.name == name && offer.unlock.realm() == realm)?;
            let missing = session.watched.missing(piece);
            let units = session.versions.first()?.units.checked_add(missing)?;
            let amount = metered.rate.of(units)?.saturating_sub(session.versions.first()?.drawn);
            let required = session.drawn.checked_add(amount)?;
            let needed = Needed { currency: session.asset, required, accepted: session.accepted, hold: session.cap };
            let short = (amount > session.headroom(now)).then_some(needed);
            Some(Seat { payer: session.payer, cap: session.cap, missing, short, devices: video.devices })
        };
        self.instance.look(read).await?.ok_or(Problem::Session(SessionProblem::Unknown))
    }

    pub(super) async fn segment(
        &self,
        ask: &Ask,
        request: Request<Body>,
        (stands, piece): (Stands, Piece),
        (film, seat): (&Film, Seat),
    ) -> Result<Reply, Problem> {
        let session = stands.session;
        if ask.method != Method::HEAD {
            self.must_have_a_seat(ask, stands, seat.devices)?;
        }
        // What is free waits for nobody.
        let turn = (seat.missing > 0).then(|| self.turns.of(session));
        let (seat, _turn) = match &turn {
            None => (seat, None),
            Some(turn) => {
                let mine = turn.lock().await;
                (self.seat(stands, film).await?, Some(mine))
            }
        };
        if let Some(needed) = seat.short {
            let is_used_up = needed.required > needed.hold;
            let no = if is_used_up { SessionProblem::HoldExhausted } else { SessionProblem::InsufficientBalance };
            return Err(Problem::Session(no(needed)));
        }
        let line = |text: &str| HeaderValue::from_str(text).map_err(|_| Problem::Internal);
        let payer = self.instance.keys.pairwise(seat.payer, &film.offer.payee);
        let facts =
            [(PAID, HeaderValue::from_static("session")), (PAYER, line(&payer)?), (SERIAL, line(&protocol::text::serial(session))?)];
        let reply = self.forward(request, &facts, &ask.peer).await.map_err(|error| self.origin_fault(ask, &error))?;
        if reply.status() != StatusCode::OK {
            return self.not_media(ask, reply);
        }
        if seat.missing > 0 && ask.method != Method::HEAD {
            self.draw_piece((session, piece), (&seat, film)).await?;
        }
        Ok(private(reply))
    }

    /// Draws a piece, durably.
    async fn draw_piece(&self, (session, piece): (CommandId, Piece), (seat, film): (&Seat, &Film)) -> Result<(), Problem> {
        let body = market::Body::Watch(Watch { piece, version: 0, offer: None });
        let told = self.instance.told(Command { id: session, maker: Maker::Instance, body }).await?;
        match &told.answer.outcome {
            Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => Ok(()),
            Outcome::Rejected(market::Rejection::SessionEnded | market::Rejection::SessionUnknown) => {
                Err(Problem::Session(SessionProblem::Unknown))
            }
            Outcome::Rejected(rejection) => {
                tracing::warn!(site = %self.name, offer = %film.offer.name, ?rejection, "a segment was not drawn");
                Err(problem_of_session(rejection, film.metered.asset, (seat.cap, Claim::Stale)))
            }
        }
    }
}
