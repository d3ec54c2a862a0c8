//! A film, paid a segment at a time from a session of its own: the voucher for a segment goes with the request for it, never before.
//!
//! What is drawn is a place on the film's timeline, once, whatever the number of the request. So nothing has to be presented again
//! after a crash: whoever goes on asks the site what it has counted, and a segment that was paid for comes for nothing.

use crate::io::state::Held;
use crate::payer::pay::said;
use crate::payer::stream::Answer;
use crate::payer::{Fetched, Payer, Payment, Request, served};
use crate::session::{Chains, KeptSession, Phase};
use crate::site::Mode;
use crate::{Address, Error};
use http::StatusCode;
use money::{Amount, CommandId, Price};

/// What stands at the address of a film.
pub enum Opened<'a> {
    /// A film that costs something: the session that pays for it, and the playlist.
    Film(Box<Film<'a>>, Fetched),
    /// Something that costs nothing, or is no film.
    Other(Fetched),
}

/// A film under way. While it is held nobody else pays from its session.
pub struct Film<'a> {
    payer: &'a Payer,
    held: Held,
    chains: Chains,
}

/// What a film came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spent {
    /// The session.
    pub session: CommandId,
    /// What the site says was drawn, which is within what was authorised.
    pub spent: Price,
    /// For how many milliseconds.
    pub ms: u64,
    /// What is held.
    pub hold: Price,
    /// Test or live.
    pub mode: Mode,
}

impl Payer {
    /// Opens the film at an address, or goes on with one that was left, and asks for its playlist.
    ///
    /// # Errors
    /// [`Error`]; nothing is drawn by it.
    pub async fn film(&self, url: Address) -> Result<Opened<'_>, Error> {
        let (request, now) = (Request::get(url), self.world.now());
        for found in self.state.sessions()?.iter().filter(|session| session.is_film() && session.url.origin() == request.url.origin()) {
            let opens = found.phase == Phase::Opening && found.waits_for(&request.identity()).is_some();
            if !opens && !found.covers(&request.url, now) {
                continue;
            }
            // One that another program holds is left to it.
            let Some(held) = self.state.hold(found.id)? else { continue };
            let mut film = Film { payer: self, held, chains: Chains::default() };
            if let Some(fetched) = film.begin(&request, opens).await? {
                return Ok(Opened::Film(Box::new(film), fetched));
            }
        }
        let reply = self.ask(&request, None).await?;
        if reply.status != StatusCode::PAYMENT_REQUIRED {
            return Ok(Opened::Other(served(&request, reply, Payment::None)));
        }
        let offered = self.offered(&request, &reply).map_err(super::pay::refused)?;
        let answer = self.open(&request, offered).await?.ok_or_else(|| Error::refused(said(&reply)))?;
        let Payment::Drawn(drawn) = &answer.payment else { return Ok(Opened::Other(served(&request, answer.reply, answer.payment))) };
        let lost = || Error::NoSession { id: protocol::text::serial(drawn.session) };
        let held = self.state.hold(drawn.session)?.ok_or_else(lost)?;
        let film = Film { payer: self, held, chains: Chains::default() };
        Ok(Opened::Film(Box::new(film), served(&request, answer.reply, answer.payment)))
    }
}

impl Film<'_> {
    /// Asks for the playlist under what is authorised already: its receipt says what was counted. `None`: the session is over.
    async fn begin(&mut self, request: &Request, opens: bool) -> Result<Option<Fetched>, Error> {
        let before = self.held.session.waits_for(&request.identity()).filter(|_| opens);
        let begun = before.map(|waiting| (waiting.command.clone(), super::Before::Unclear));
        if begun.is_none() {
            self.held.session.waiting.clear();
        }
        self.held.session.asks = 0;
        self.payer.freshen(&mut self.held, request).await?;
        let answer = self.payer.run(&mut self.held, request, &mut self.chains, begun).await?;
        Ok(answer.map(|answer| served(request, answer.reply, answer.payment)))
    }

    /// What costs nothing: another playlist, or what a rendition begins with.
    ///
    /// # Errors
    /// [`Error::Refused`] where it is asked to be paid.
    pub async fn aid(&self, url: Address) -> Result<Fetched, Error> {
        let request = Request::get(url);
        let reply = self.payer.ask(&request, None).await?;
        if reply.problem.is_some() { Err(Error::refused(said(&reply))) } else { Ok(served(&request, reply, Payment::None)) }
    }

    /// A segment of so many milliseconds, with the voucher that pays for it. `None`: no more may be held, and the session is over.
    ///
    /// # Errors
    /// [`Error::Refused`] where the site does not take it, [`Error::Receipt`] where it says that it cost more than it is worth.
    pub async fn segment(&mut self, url: Address, ms: u64) -> Result<Option<Fetched>, Error> {
        let request = Request::get(url);
        let most = self.held.session.spent;
        self.held.session.asks = ms;
        let worth = self.held.session.worth_of(ms).checked_add(Amount::from_u32(1)).unwrap_or(Amount::MAX);
        let Some(Answer { reply, payment }) = self.payer.run(&mut self.held, &request, &mut self.chains, None).await? else {
            return Ok(None);
        };
        self.held.session.asks = 0;
        if self.held.session.spent.saturating_sub(most) > worth {
            self.held.session.phase = Phase::Aside;
            self.payer.state.keep_session(&self.held.session)?;
            return Err(Error::Receipt { why: "it counts more than the segment" });
        }
        Ok(Some(served(&request, reply, payment)))
    }

    /// What it came to by now.
    #[must_use]
    pub fn spent(&self) -> Spent {
        let session = &self.held.session;
        let KeptSession { id, mode, .. } = *session;
        Spent { session: id, spent: session.price_of(session.spent), ms: session.units(), hold: session.price_of(session.hold), mode }
    }

    /// What so many milliseconds cost.
    #[must_use]
    pub fn worth(&self, ms: u64) -> Price {
        self.held.session.price_of(self.held.session.worth_of(ms))
    }

    /// True once it pays no more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.held.session.phase, Phase::Ended { .. } | Phase::Gone)
    }

    /// Ends it: what was watched is posted, the rest is given back.
    ///
    /// # Errors
    /// As [`Payer::close_session`].
    pub async fn close(&mut self) -> Result<(), Error> {
        if self.is_over() { Ok(()) } else { self.payer.end(&mut self.held).await }
    }
}
