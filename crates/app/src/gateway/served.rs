//! What wallets of other instances ask of a site: the terms of an offer by their hash, and a new quote for an old one.

use super::Gate;
use super::fold::Target;
use super::human::For;
use super::priced::Ask;
use super::proxy::Body;
use crate::door::{self, Reply};
use bytes::Bytes;
use http::{HeaderValue, Request, header};
use money::Span;
use protocol::json::Object;
use protocol::problem::Problem;
use protocol::quote::Quote;
use protocol::text::parse_offer;

/// Longest body.
const MOST_BODY: usize = 8 * 1_024;
/// How old a quote may be that another is asked for.
const OLDEST_QUOTE: Span = Span(86_400);

impl Gate {
    /// `POST /.well-known/farthing/quote`: a new quote in place of one of ours that is too old or too dear. A quote is no
    /// secret, so whoever shows one may have another: for the same page, browser and wallet.
    pub(super) async fn requote(&self, ask: &Ask, request: Request<Body>) -> Reply {
        match self.requoted(ask, request).await {
            Ok(quote) => document("application/json", Object::default().with("quote", quote).canonical()),
            Err(problem) => door::problem(&problem, &self.origin_url()),
        }
    }

    async fn requoted(&self, ask: &Ask, request: Request<Body>) -> Result<String, Problem> {
        let now = ask.visit.now;
        self.challenges.take(ask.visit.client_ip, now).map_err(|retry_after_s| Problem::TooFast { retry_after_s })?;
        let body = super::read_whole(request.into_body(), MOST_BODY).await?;
        let wrong = || Problem::BadRequest { detail: "`quote` is no quote of this site's of the last day".to_owned() };
        let text = Object::parse(&body).ok().and_then(|body| body.need("quote").map(str::to_owned).ok()).ok_or_else(wrong)?;
        let old = Quote::parse(&text, &self.instance.keys.site.public()).map_err(|_| wrong())?;
        let is_fresh = old.iat.after(OLDEST_QUOTE) > now;
        if !is_fresh || old.iss != self.origin_url() || !self.instance.wallets(&self.site).contains(&old.aud) {
            return Err(wrong());
        }
        let target = old.item.parse().ok().and_then(|uri| Target::fold(&uri, &self.site.query).ok()).ok_or_else(wrong)?;
        let offer = self.instance.offer_for(&self.site.host, &target.path).filter(|_| self.priced.cover(&target.path));
        let (id, offer) = offer.ok_or(Problem::OfferEnded)?;
        let whom = For { st_hash: old.st_hash, wallet: &old.aud, now };
        Ok(self.quote(&target, (id, &offer), &old.title, &whom))
    }

    /// `GET /.well-known/farthing/offers/{hash}`: the document of an offer version of this site. It never changes.
    pub(super) async fn offer_document(&self, ask: &Ask, hash: &str) -> Reply {
        let Ok(id) = parse_offer(hash) else { return self.refuse(ask, &Problem::Unknown) };
        let host = self.site.host.clone();
        let find = move |state: &market::State, _| {
            let offer = state.offer(id).map(|version| &version.offer).filter(|offer| offer.unlock.realm() == host);
            offer.map(market::Offer::document)
        };
        match self.instance.look(find).await {
            Ok(Some(bytes)) => {
                let mut reply = document("application/octet-stream", bytes);
                let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
                reply.headers_mut().insert(header::CACHE_CONTROL, forever);
                reply
            }
            Ok(None) => self.refuse(ask, &Problem::Unknown),
            Err(problem) => self.refuse(ask, &problem),
        }
    }
}

fn document(content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Reply::new(door::full(body));
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    reply
}
