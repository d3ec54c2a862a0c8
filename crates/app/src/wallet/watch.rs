//! Films: a press holds what the sheet shows, for a session from which a site draws what is watched; another press holds more.

use super::Visitor;
use super::quote::{Asking, Stands};
use super::sheet::{Facts, Tried};
use crate::door::Reply;
use crate::gateway::video_of;
use crate::web::{Money, SheetWatch, Watched};
use http::StatusCode;
use market::{Body, Command, Consent, Maker, OpenSession, Outcome, RaiseSession, SessionKind, SessionTerms};
use money::{Amount, CommandId, Party, Span};
use protocol::problem::Problem;

/// So long somebody can watch from one session.
const LONGEST: Span = Span(86_400);

impl Visitor<'_> {
    /// True if a quote is of an offer of films.
    pub(super) async fn is_film(&self, asking: &Asking) -> Result<bool, Problem> {
        let id = asking.offer;
        self.instance.look(move |state, _| state.offer(id).is_some_and(|version| video_of(&version.offer).is_some())).await
    }

    /// What a sheet says of watching, under the offer that was quoted.
    pub(super) fn sheet_watch(&self, facts: &Facts, hold: Amount) -> Option<SheetWatch> {
        let (metered, video) = facts.quoted.as_ref().and_then(video_of)?;
        let left = facts.watching.map(|(_, left)| Money::of(left, metered.asset));
        Some(SheetWatch { watched: Watched::of(&metered, hold), left, idle: video.idle })
    }

    /// Opens a session that holds what is quoted, or holds so much more in the one there is; then back to the film.
    ///
    /// The session's id is made of the quote and its payer, so the same press twice holds once.
    pub(super) async fn watch(&self, asking: &Asking, (party, consent): (Party, Consent)) -> Result<Reply, Problem> {
        if asking.stands == Stands::Elsewhere {
            return Err(Problem::OfferEnded);
        }
        let facts = self.facts(asking).await?;
        let id = asking.command_id(party);
        // What is held for what nobody has seen yet is pressed, never gone on with.
        if consent != Consent::Pressed || (facts.watching.is_none() && facts.is_used) {
            return self.sheet(StatusCode::CONFLICT, (asking, &facts), Tried::Nothing);
        }
        let (session, body) = match facts.watching {
            Some((session, _)) if session == id => return self.back(asking, party, session).await,
            Some((session, _)) => (session, more(session, asking.quote.amount)),
            None => (id, opening(asking)),
        };
        let outcome = self.instance.apply(Command { id, maker: Maker::Party(party), body }).await?.outcome;
        match &outcome {
            Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => self.back(asking, party, session).await,
            Outcome::Rejected(rejection) => self.not_sold((asking, party), rejection, asking.quote.amount).await,
        }
    }
}

fn opening(asking: &Asking) -> Body {
    let nothing = SessionTerms { kind: SessionKind::Trusted, voucher_key: [0; 32], step: Amount::ZERO, length: 0, anchor: [0; 32] };
    Body::OpenSession(Box::new(OpenSession {
        offer: asking.offer,
        asset: asking.quote.currency,
        cap: asking.quote.amount,
        first: Amount::ZERO,
        // Of the quote, so that the same press says the same.
        until: asking.quote.iat.after(LONGEST),
        terms: nothing,
        proof: None,
    }))
}

fn more(session: CommandId, additional: Amount) -> Body {
    Body::RaiseSession(RaiseSession { session, additional, proof: None })
}
