//! A request for a page that is for sale: who may have it already, who pays now, and who is told the price.

use super::Gate;
use super::auth::{Via, not_charged_here};
use super::deliver::Grounds;
use super::dialect::{self, Dialect};
use super::fold::Target;
use super::hls::video_of;
use super::proxy::{Body, Forwarded};
use crate::door::{self, ENT_COOKIE, Reply, Visit};
use http::{HeaderMap, Method, Request, header};
use market::{Offer, OfferPrice};
use money::{OfferId, Party, Span};
use protocol::calls::{Call, Kind};
use protocol::prefer::prefers_html;
use protocol::problem::Problem;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::vault::HandleHash;

/// How long a browser may read without coming back.
pub(super) const ENT_LIFE: Span = Span(90 * 86_400);
/// A reader's end is moved at most this often.
const ENT_STEP: Span = Span(3_600);

/// What is asked for, apart from the body. Holds credentials, so it is never shown whole.
pub(super) struct Ask {
    pub method: Method,
    pub target: Target,
    pub headers: HeaderMap,
    pub visit: Visit,
    pub peer: Forwarded,
    pub via: Via,
    /// In which a refusal or a receipt is told: that of the credential, where one came for a page that is sold.
    pub dialect: &'static dyn Dialect,
}

impl Ask {
    /// A request for a page that is sold.
    pub(super) fn of_sold_page(mut self) -> Arc<Ask> {
        self.dialect = dialect::spoken(&self.headers);
        Arc::new(self)
    }

    pub(super) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// True for a browser that shows what it gets.
    pub(super) fn wants_page(&self) -> bool {
        prefers_html(self.header(header::ACCEPT))
    }

    /// True for `GET` and `HEAD`.
    pub(super) fn is_read(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }
}

/// What a request shows for itself.
pub(super) enum Presented {
    Nothing,
    /// A credential as it stands in its field.
    Payment(&'static dyn Dialect, String),
    /// An account's signature over the request.
    Account(String),
}

/// True for a line of the scheme by which an account shows that it asks.
pub(super) fn is_farthing(line: &str) -> bool {
    line.split(' ').next().is_some_and(|scheme| scheme.eq_ignore_ascii_case("Farthing"))
}

pub(super) fn presented(headers: &HeaderMap) -> Result<Presented, Problem> {
    let payments = dialect::credentials(headers);
    let mut accounts = headers.get_all(header::AUTHORIZATION).iter().map(dialect::line).filter(|line| is_farthing(line));
    match (&payments[..], accounts.next()) {
        ([], None) => Ok(Presented::Nothing),
        ([(dialect, credential)], None) => Ok(Presented::Payment(*dialect, (*credential).to_owned())),
        ([], Some(line)) if accounts.next().is_none() => Ok(Presented::Account(line.to_owned())),
        _ => Err(Problem::TwoCredentials),
    }
}

/// A browser that reads here, known by its cookie.
pub(super) struct Reader {
    pub party: Party,
    /// The cookie's value, if its end was moved and the browser should know.
    pub renewed: Option<String>,
}

impl Gate {
    /// The offer that sells the page now.
    pub(super) fn offer(&self, ask: &Ask) -> Option<(OfferId, Offer)> {
        self.instance.offer_for(&self.site.host, &ask.target.path)
    }

    /// What the offer that sells the page now says of something, without a copy of it.
    pub(super) fn of_offer<T>(&self, ask: &Ask, read: impl FnOnce(OfferId, &Offer) -> T) -> Option<T> {
        let offers = self.instance.offers();
        let mut of_realm = offers.iter().filter(|(_, offer)| offer.unlock.realm() == self.site.host);
        of_realm.find(|(_, offer)| offer.unlock.covers(&ask.target.path)).map(|(id, offer)| read(*id, offer))
    }

    /// True if the offer that stands for the page says that it costs nothing.
    pub(super) fn is_free(&self, ask: &Ask) -> bool {
        self.of_offer(ask, |_, offer| offer.price == OfferPrice::Free) == Some(true)
    }

    pub(super) async fn sold_page(self: &Arc<Self>, ask: &Arc<Ask>, request: Request<Body>) -> Reply {
        let is_film = self.of_offer(ask, |_, offer| video_of(offer).is_some()) == Some(true);
        let shown = match presented(&ask.headers) {
            Ok(Presented::Payment(..)) if ask.via == Via::Auth => Err(not_charged_here()),
            Ok(Presented::Payment(dialect, credential)) => {
                return dialect.taken(Arc::clone(self), Arc::clone(ask), request, credential).await;
            }
            Ok(Presented::Account(line)) => self.shown_by_account(ask, &line).await,
            Ok(Presented::Nothing) if self.is_probe(ask) => return self.probed(ask, request).await,
            Ok(Presented::Nothing) => self.shown_by_cookie(ask).await,
            Err(problem) => Err(problem),
        };
        let (grounds, reader) = match shown {
            Ok(shown) => shown,
            Err(problem) => return self.refuse_credential(ask, &problem, None),
        };
        let Some(Reader { party, renewed }) = reader else { return self.unpaid(ask, request).await };
        let mut reply = if is_film {
            self.film(ask, request, party).await
        } else {
            match self.owned(party, ask).await {
                Ok(Some(sold)) => self.deliver(ask, request, &sold, grounds).await,
                Ok(None) => self.unpaid(ask, request).await,
                Err(problem) => self.refuse(ask, &problem),
            }
        };
        if let Some(handle) = renewed {
            door::set_cookie(&mut reply, ENT_COOKIE, &handle, ENT_LIFE.0);
        }
        reply
    }

    async fn shown_by_account(&self, ask: &Ask, line: &str) -> Result<(Grounds, Option<Reader>), Problem> {
        self.failures.look(ask.visit.client_ip, ask.visit.now).map_err(|retry_after_s| Problem::TooFast { retry_after_s })?;
        let call = Call { instance: self.instance.id, method: ask.method.as_str(), target: &ask.target.sent, kind: Kind::Read };
        let read = self.checker.reads(line, &call, ask.visit.now).await;
        let party = read.map_err(|error| Problem::MalformedCredential { detail: error.to_string() })?.ok_or(Problem::SignatureInvalid)?;
        Ok((Grounds::Account, Some(Reader { party, renewed: None })))
    }

    async fn shown_by_cookie(&self, ask: &Ask) -> Result<(Grounds, Option<Reader>), Problem> {
        Ok((Grounds::Cookie, self.reader(ask).await?))
    }

    /// Whom the browser's cookie stands for, if it has one that stands and whose end need not be moved yet. Moves nothing,
    /// since the answer could not tell the browser.
    pub(super) async fn settled_reader(&self, ask: &Ask) -> Result<Option<Party>, Problem> {
        let Some(handle) = door::cookie(&ask.headers, ENT_COOKIE).filter(|handle| is_nonce(handle)) else { return Ok(None) };
        let (now, hash) = (ask.visit.now, handle_hash(handle));
        if let Some(party) = self.readers.known(&hash, now) {
            return Ok(Some(party));
        }
        let site = self.name.clone();
        let found = self.instance.vault(move |vault| vault.reader(&hash, &site, now)).await?;
        let settled = found.filter(|reader| reader.expires_at.after(ENT_STEP) > now.after(ENT_LIFE));
        Ok(settled.map(|reader| {
            self.readers.found(hash, (reader.party, reader.expires_at), now);
            reader.party
        }))
    }

    /// Whom the browser's cookie stands for, if it has one that stands. Moves its end.
    pub(super) async fn reader(&self, ask: &Ask) -> Result<Option<Reader>, Problem> {
        let Some(handle) = door::cookie(&ask.headers, ENT_COOKIE).filter(|handle| is_nonce(handle)) else { return Ok(None) };
        let (now, hash) = (ask.visit.now, handle_hash(handle));
        if let Some(party) = self.readers.known(&hash, now) {
            return Ok(Some(Reader { party, renewed: None }));
        }
        let (site, handle) = (self.name.clone(), handle.to_owned());
        let found = self.instance.vault(move |vault| {
            let Some(reader) = vault.reader(&hash, &site, now)? else { return Ok(None) };
            let ends = now.after(ENT_LIFE);
            let moved = reader.expires_at.after(ENT_STEP) <= ends && vault.extend_reader(&hash, now, ends)?;
            Ok(Some((reader, moved)))
        });
        Ok(found.await?.map(|(reader, moved)| {
            self.readers.found(hash, (reader.party, reader.expires_at), now);
            Reader { party: reader.party, renewed: moved.then_some(handle) }
        }))
    }
}

/// What the vault keeps of a handle.
pub(super) fn handle_hash(handle: &str) -> HandleHash {
    HandleHash(Sha256::digest(handle).into())
}

/// True for 16 bytes as we write them into cookies.
pub(super) fn is_nonce(text: &str) -> bool {
    text.len() == 22 && protocol::text::array_from_base64url::<16>(text).is_ok()
}
