//! Films, paid by what is watched of them: HTTP Live Streaming (RFC 8216) from a trusted session that was pressed in the wallet.
//!
//! Whoever has such a session gets playlists whose addresses are made for it. Each segment is drawn when the origin has begun to answer and
//! before its first byte goes out, once for its place on the film's timeline: another rendition, or the same once more, is
//! free. Nothing else of an offer's folder goes out but pages (the player): what is not in a playlist has no address that
//! is paid for.

mod address;
mod playlist;
mod seats;
mod segment;
mod standing;

pub(crate) use playlist::attribute;
pub use playlist::{Invalid, MOST_BYTES, Of, Part, Playlist};
pub(crate) use seats::Seats;

use super::Gate;
use super::auth::Via;
use super::bar::ask_plainly;
use super::fold::Target;
use super::priced::Ask;
use super::proxy::{Body, private_caching};
use crate::door::{self, Reply};
use address::{PREFIX, Stands, What};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use market::{Metered, Offer, OfferPrice, Video};
use money::{Amount, CommandId, OfferId, Party};
use protocol::problem::Problem;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The longest segment that is drawn at once, in milliseconds.
const MOST_SEGMENT_MS: u64 = 60_000;
/// The longest form.
const MOST_FORM: usize = 4_096;
/// Sessions whose segments wait for each other, before those of which none waits are forgotten.
const MOST_TURNS: usize = 10_000;

/// Segments of one session one after the other: two of one place at once would both be promised what only one of them draws.
#[derive(Default)]
pub(super) struct Turns(Mutex<BTreeMap<CommandId, Arc<tokio::sync::Mutex<()>>>>);

impl Turns {
    fn of(&self, session: CommandId) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= MOST_TURNS {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(turns.entry(session).or_default())
    }
}

/// An offer of films, with what it says of their price.
struct Film {
    id: OfferId,
    offer: Offer,
    metered: Metered,
}

/// How an offer sells films, if it does.
pub(crate) fn video_of(offer: &Offer) -> Option<(Metered, Video)> {
    let OfferPrice::Metered(metered) = offer.price else { return None };
    Some((metered, metered.video?))
}

impl Gate {
    /// A page or playlist of a film, for a reader who may have a session to watch it from.
    pub(super) async fn film(&self, ask: &Ask, request: Request<Body>, party: Party) -> Reply {
        let session = match self.offer(ask) {
            Some((_, offer)) => self.watched_by(party, &offer).await,
            None => Ok(None),
        };
        match session {
            Ok(Some(session)) if ask.via == Via::Proxy && ask.is_read() => {
                self.opened(ask, request, session).await.unwrap_or_else(|problem| self.refuse(ask, &problem))
            }
            Ok(_) => self.unpaid(ask, request).await,
            Err(problem) => self.refuse(ask, &problem),
        }
    }

    /// The session from which a reader watches what an offer sells.
    async fn watched_by(&self, party: Party, offer: &Offer) -> Result<Option<CommandId>, Problem> {
        let (realm, name) = (self.site.host.clone(), offer.name.clone());
        let find = move |state: &market::State, now| state.watched_by(party, (&realm, &name), now).map(|(id, _)| id);
        self.instance.look(find).await
    }

    /// The films that an address belongs to.
    fn film_at(&self, path: &str) -> Result<Film, Problem> {
        let (id, offer) = self.instance.offer_for(&self.site.host, path).ok_or(Problem::OfferEnded)?;
        let (metered, _) = video_of(&offer).ok_or(Problem::OfferEnded)?;
        Ok(Film { id, offer, metered })
    }

    /// A page or playlist under an offer of films, for a session.
    pub(super) async fn opened(&self, ask: &Ask, mut request: Request<Body>, session: CommandId) -> Result<Reply, Problem> {
        ask_plainly(request.headers_mut());
        let mut reply = self.forward(request, &[], &ask.peer).await.map_err(|error| self.origin_fault(ask, &error))?;
        let path = &ask.target.path;
        if reply.status() == StatusCode::OK && is_playlist(path, reply.headers()) {
            let film = address::film(&self.instance.keys, &self.site.host, path);
            return self.rewritten(ask, reply, (path, Stands { session, film, what: What::Playlist, target_s: 0 })).await;
        }
        if reply.status().is_success() && !is_page(reply.headers()) {
            return Err(Problem::Unknown);
        }
        private_caching(reply.headers_mut(), None);
        Ok(reply)
    }

    /// A playlist whose addresses are those of a session.
    async fn rewritten(&self, ask: &Ask, reply: Reply, (path, stands): (&str, Stands)) -> Result<Reply, Problem> {
        let invalid = |detail: String| {
            tracing::warn!(site = %self.name, request = %ask.visit.request_id, path, %detail, "a playlist that is not sold");
            Problem::PlaylistInvalid { detail }
        };
        let (mut parts, body) = reply.into_parts();
        let text = if ask.method == Method::HEAD {
            String::new()
        } else {
            if parts.headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
                return Err(invalid("it is compressed".to_owned()));
            }
            let bytes =
                super::read_whole(body, playlist::MOST_BYTES).await.map_err(|_| invalid("longer than 1 MiB, or broken off".to_owned()))?;
            let film = self.film_at(path)?;
            let read = Playlist::parse(&bytes).map_err(|error| invalid(error.to_string()))?;
            let stands = Stands { target_s: read.target_s(), ..stands };
            read.written(|uri, of| self.address(&film.offer, (path, stands), (uri, of))).map_err(|what| invalid(what.to_owned()))?
        };
        let stale = [
            header::CONTENT_LENGTH,
            header::ETAG,
            header::LAST_MODIFIED,
            header::ACCEPT_RANGES,
            HeaderName::from_static("digest"),
            HeaderName::from_static("content-digest"),
            HeaderName::from_static("repr-digest"),
            HeaderName::from_static("content-md5"),
        ];
        stale.iter().for_each(|about| drop(parts.headers.remove(about)));
        private_caching(&mut parts.headers, None);
        Ok(Reply::from_parts(parts, door::full(text)))
    }

    /// An address of a playlist, as it stands for a session.
    fn address(&self, offer: &Offer, (path, stands): (&str, Stands), (uri, of): (&str, Of)) -> Result<String, &'static str> {
        let target = resolved(&self.origin_url(), path, uri).ok_or("an address elsewhere")?;
        let target: Uri = target.parse().map_err(|_| "an address that cannot be read")?;
        let target = Target::fold(&target, &self.site.query).map_err(|_| "an address that cannot be read")?;
        if !offer.unlock.covers(&target.path) || !self.priced.cover(&target.path) {
            return Err("an address that the offer does not cover");
        }
        let what = match of {
            Of::Rendition => What::Playlist,
            Of::Subtitles => What::Subtitles,
            Of::Aid => What::Aid,
            // What is read beside what is seen costs nothing.
            Of::Segment(..) | Of::Break(..) if stands.what == What::Subtitles => What::Aid,
            // A break between is a piece of no length: it comes for nothing, and who asks for it watches.
            Of::Break(_, to) => What::Segment(to, to),
            Of::Segment(from, to) if to.saturating_sub(from) > MOST_SEGMENT_MS => return Err("a segment longer than a minute"),
            Of::Segment(from, to) => What::Segment(from, to),
        };
        Ok(Stands { what, ..stands }.address(&self.instance.keys, &self.site.host, &target.forwarded().to_string()))
    }

    /// `GET` of an address that was made for a session.
    pub(super) async fn watch(&self, ask: &Ask, request: Request<Body>) -> Reply {
        let mut reply = match self.stands_at(ask) {
            Ok((stands, uri, film)) => {
                let done = self.watched(ask, request, (stands, uri, &film)).await;
                done.unwrap_or_else(|problem| self.unwatched(ask, &film, &problem))
            }
            Err(problem) => door::problem(&problem, &self.origin_url()),
        };
        self.let_read(&mut reply, ask);
        reply
    }

    /// A refusal at an address of a film. Where money helps, a fresh challenge says to whom a program owes it.
    fn unwatched(&self, ask: &Ask, film: &Film, problem: &Problem) -> Reply {
        let mut reply = door::problem(problem, &self.origin_url());
        let challenge = Some(film).filter(|_| problem.status() == 402).and_then(|film| self.session_challenge(ask, (film.id, &film.offer)));
        if let Some(line) = challenge.and_then(|challenge| HeaderValue::from_str(&challenge.to_string()).ok()) {
            reply.headers_mut().insert(header::WWW_AUTHENTICATE, line);
            super::proxy::vary_on_payment(reply.headers_mut());
        }
        reply
    }

    /// What stands at an address that was made for a session, and where it leads.
    fn stands_at(&self, ask: &Ask) -> Result<(Stands, Uri, Film), Problem> {
        let sent = ask.target.forwarded().to_string();
        let rest = sent.strip_prefix(PREFIX).ok_or(Problem::Unknown)?;
        let (stands, target) = Stands::parse(&self.instance.keys, &self.site.host, rest).ok_or(Problem::Unknown)?;
        let uri: Uri = target.parse().map_err(|_| Problem::Unknown)?;
        let film = self.film_at(uri.path())?;
        Ok((stands, uri, film))
    }

    async fn watched(&self, ask: &Ask, mut request: Request<Body>, (stands, uri, film): (Stands, Uri, &Film)) -> Result<Reply, Problem> {
        let path = uri.path().to_owned();
        let shown = self.voucher_of(ask, stands.session).await?;
        let seat = self.seat(stands, film).await?;
        // A browser that reads as somebody else has another's address.
        if self.settled_reader(ask).await?.is_some_and(|party| party != seat.payer) {
            return Err(Problem::Unknown);
        }
        *request.uri_mut() = uri;
        ask_plainly(request.headers_mut());
        match stands.what {
            What::Playlist | What::Subtitles => {
                let reply = self.forward(request, &[], &ask.peer).await.map_err(|error| self.origin_fault(ask, &error))?;
                if reply.status() == StatusCode::OK {
                    self.rewritten(ask, reply, (&path, stands)).await
                } else {
                    self.not_media(ask, reply)
                }
            }
            What::Aid => {
                let reply = self.forward(request, &[], &ask.peer).await.map_err(|error| self.origin_fault(ask, &error))?;
                if reply.status() == StatusCode::OK { Ok(private(reply)) } else { self.not_media(ask, reply) }
            }
            What::Segment(from, to) => {
                let mut reply = self.segment(ask, request, (stands, stands.piece(from, to)), (film, seat)).await?;
                if let Some(at) = shown.filter(|_| reply.status() == StatusCode::OK) {
                    self.with_figures(&mut reply, at).await?;
                }
                Ok(reply)
            }
        }
    }

    /// What an origin says instead of what was asked of it. Where it sends to another address, nobody would pay for that one.
    fn not_media(&self, ask: &Ask, reply: Reply) -> Result<Reply, Problem> {
        let status = reply.status();
        if status.is_client_error() && status != StatusCode::PAYMENT_REQUIRED {
            return Ok(private(reply));
        }
        tracing::warn!(site = %self.name, request = %ask.visit.request_id, %status, "no film from the origin");
        Err(Problem::OriginUnreachable)
    }
}

/// How many whole seconds of a film an amount is good for.
pub(crate) fn seconds_for(metered: &Metered, amount: Amount) -> u64 {
    let ms = u128::from(amount.units()).saturating_mul(u128::from(metered.rate.per.get()));
    let ms = ms.checked_div(u128::from(metered.rate.amount.units())).unwrap_or(0);
    u64::try_from(ms / 1_000).unwrap_or(u64::MAX)
}

fn private(mut reply: Reply) -> Reply {
    private_caching(reply.headers_mut(), None);
    reply
}

fn content_type(headers: &HeaderMap) -> String {
    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    said.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_playlist(path: &str, headers: &HeaderMap) -> bool {
    let kind = content_type(headers);
    path.ends_with(".m3u8") || matches!(kind.as_str(), "application/vnd.apple.mpegurl" | "application/x-mpegurl" | "audio/mpegurl")
}

fn is_page(headers: &HeaderMap) -> bool {
    matches!(content_type(headers).as_str(), "text/html" | "application/xhtml+xml")
}

/// The path and query on this site that an address in a playlist means; none for one on another host.
fn resolved(origin: &str, playlist: &str, uri: &str) -> Option<String> {
    if uri.contains('#') {
        return None;
    }
    if let Some(rest) = uri.strip_prefix(origin) {
        return rest.starts_with('/').then(|| rest.to_owned());
    }
    if uri.starts_with('/') {
        return (!uri.starts_with("//")).then(|| uri.to_owned());
    }
    let first = uri.split(['/', '?']).next().unwrap_or_default();
    let folder = playlist.rsplit_once('/').map_or("", |(folder, _)| folder);
    (!first.contains(':') && !uri.is_empty()).then(|| format!("{folder}/{uri}"))
}
