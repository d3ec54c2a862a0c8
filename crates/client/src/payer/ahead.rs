//! Paying with the first byte: a page is bought under a standing challenge that was kept, so a purchase is one round trip.

use crate::checks::Asked;
use crate::io::Reply;
use crate::kept::{Command, Unanswered, taken_until};
use crate::payer::pay::Settled;
use crate::payer::present::Before;
use crate::payer::{Fetched, Payer, Request, Sessions};
use crate::standing::{Ahead, is_whole};
use crate::{Error, Refusal};
use http::header::WWW_AUTHENTICATE;
use http::{Method, StatusCode};
use money::Timestamp;
use protocol::challenge::PURCHASE;
use protocol::digest;
use protocol::session::{self, Action, Pay, SessionCredential};
use protocol::text::command as command_text;

/// What came of it.
pub(super) enum Came {
    /// The page.
    Page(Box<Fetched>),
    /// An answer that took no money: the page is free or has moved, or the site asks otherwise now.
    Unpaid(Box<Reply>),
}

impl Payer {
    /// Buys a page with the request that asks for it. `None`: nothing is kept that would buy it, or it is not taken any more.
    pub(super) async fn pay_ahead(&self, request: &Request) -> Result<Option<Came>, Error> {
        let Some(ahead) = self.ahead(request)? else { return Ok(None) };
        let (command, identity) = (self.sign_ahead(request, &ahead)?, request.identity());
        let damaged = || Error::Unpayable(Refusal::Unreadable("pay"));
        let agreed = command.agreed().ok_or_else(damaged)?;
        let site = self.site_of(&request.url, &agreed).await?;
        self.state.begin(&identity, &command)?;
        let presented = match self.present(&command, Before::Nothing).await {
            Err(error @ Error::Unreachable { .. }) => {
                self.state.answered(&identity)?;
                return Err(error);
            }
            other => other?,
        };
        let refused = presented.reply.status.is_client_error() || presented.reply.status.is_server_error();
        if !refused && presented.reply.field("payment-receipt").is_none() {
            self.state.answered(&identity)?;
            return Ok(Some(Came::Unpaid(Box::new(presented.reply))));
        }
        match self.settle(request, &command, (&agreed, &site), presented).await? {
            Settled::Served(fetched) => Ok(Some(Came::Page(Box::new(fetched)))),
            Settled::Owned => self.ask_as_owner(request).await.map(|fetched| Some(Came::Page(Box::new(fetched)))),
            Settled::Fresh(reply) => {
                let mut standing = self.state.standing(&request.url)?;
                standing.forget(&request.url);
                self.state.keep_standing(&request.url, &standing)?;
                Ok((reply.status == StatusCode::PAYMENT_REQUIRED).then(|| Came::Unpaid(Box::new(reply))))
            }
        }
    }

    /// Keeps the standing challenge of a 402, if it has one that may be signed.
    pub(super) fn note_standing(&self, request: &Request, reply: &Reply) -> Result<(), Error> {
        let Ok(offered) = self.fresh_challenge(request, reply) else { return Ok(()) };
        let lines: Vec<&str> = reply.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|line| line.to_str().ok()).collect();
        let mut standing = self.state.standing(&request.url)?;
        if standing.note(&offered, &lines) { self.state.keep_standing(&request.url, &standing) } else { Ok(()) }
    }

    /// What a page would be bought under. Calls are not, where a session is wanted for them.
    fn ahead(&self, request: &Request) -> Result<Option<Ahead>, Error> {
        if request.method == Method::HEAD || !self.policy.trusts_the_way_to(&request.url) {
            return Ok(None);
        }
        let asked = Asked { url: &request.url, body: None, policy: &self.policy, now: self.world.now() };
        let ahead = self.state.standing(&request.url)?.ahead(&asked);
        let by_session = |ahead: &Ahead| self.policy.sessions == Sessions::Wanted && ahead.offered.request.unit_type != PURCHASE;
        Ok(ahead.filter(|ahead| !by_session(ahead) && is_whole(&ahead.offered)))
    }

    fn sign_ahead(&self, request: &Request, ahead: &Ahead) -> Result<Unanswered, Error> {
        let id = self.world.command_id();
        let body = request.body.as_deref().filter(|body| !body.is_empty()).map(digest::of);
        let asked = session::Asked { method: request.method.as_str(), target: request.url.target(), digest: body.as_deref() };
        let challenge = ahead.offered.challenge.clone();
        let pay = Pay::sign(ahead.terms(id), &asked, &challenge, self.wallet.key());
        let pay = pay.map_err(|what| Error::Unpayable(Refusal::Unreadable(what.0)))?;
        let field = if challenge.header.is_some() { "payment-authorization" } else { "authorization" };
        let credential = SessionCredential { challenge, action: Action::Pay(pay) }.header_value();
        let until = taken_until(Timestamp::from_ms(id.ms()));
        let command = Unanswered::new(request, Command { field, credential, key: command_text(id), until });
        Ok(command.quoted_beside(ahead.beside.clone()))
    }
}
