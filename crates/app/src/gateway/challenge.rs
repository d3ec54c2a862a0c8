//! The 402: what it costs, in the header that programs answer and in a body that says it. It costs no stored state.

use super::Gate;
use super::hls::video_of;
use super::priced::Ask;
use super::proxy::Body;
use super::proxy::vary_on_payment;
use crate::door::{self, Reply};
use crate::world;
use http::Request;
use market::{Metered, Offer, OfferPrice};
use money::{Amount, Asset, OfferId, Price, Timestamp};
use protocol::challenge::{SessionRequest, Terms, route};
use protocol::problem::Problem;
use protocol::{Challenge, ChargeRequest, Lasts, digest};

/// How long a challenge stands, in seconds.
pub(super) const LIFE_S: u64 = 300;
/// Longest body that is bound by a digest.
pub(super) const MOST_BODY: usize = 1_024 * 1_024;
/// Longest realm and target together: what a purchase can name.
const MOST_ITEM: usize = 512;
/// How many units a hold is suggested for.
const USUAL_UNITS: u64 = 1_000;

impl Gate {
    /// The answer to a request for a page that its sender has not shown to own.
    pub(super) async fn unpaid(&self, ask: &Ask, request: Request<Body>) -> Reply {
        // A browser that only looks ahead gets neither a wall nor a nonce; it asks again when somebody goes there.
        if ask.header("sec-purpose").is_some_and(|purpose| purpose.contains("prefetch")) {
            return self.refuse(ask, &Problem::Busy { retry_after_s: 1 });
        }
        let Some((id, offer)) = self.offer(ask) else {
            tracing::error!(site = %self.name, path = %ask.target.path, "a priced path has no offer: write one, or one with free = true");
            return self.refuse(ask, &Problem::Internal);
        };
        if offer.is_over(self.instance.now()) {
            return self.refuse(ask, &Problem::OfferEnded);
        }
        if let Err(retry_after_s) = self.challenges.take(ask.visit.client_ip, ask.visit.now) {
            return self.refuse(ask, &Problem::TooFast { retry_after_s });
        }
        if self.item(&ask.target).len() > MOST_ITEM {
            return self.refuse(ask, &Problem::BadRequest { detail: "the address is too long for a page that is sold".to_owned() });
        }
        if ask.is_read() && ask.wants_page() {
            return self.wall(ask, request, (id, &offer)).await;
        }
        match super::read_whole(request.into_body(), MOST_BODY).await {
            Ok(body) => self.price_document(ask, (id, &offer), body_digest(&body)),
            Err(problem) => self.refuse(ask, &problem),
        }
    }

    fn price_document(&self, ask: &Ask, (id, offer): (OfferId, &Offer), digest: Option<String>) -> Reply {
        let Some((amount, currency)) = offer.price.least() else { return self.refuse(ask, &Problem::Internal) };
        let title = self.fallback_title(&ask.target);
        let (price, payee) = (Price { amount, asset: currency }, self.instance.payee_name(&offer.payee));
        let detail = match video_of(offer) {
            None => format!("{price} to {payee}"),
            Some((metered, _)) => {
                let (rate, seconds) = (Price { amount: metered.rate.amount, asset: currency }, metered.rate.per.get() / 1_000);
                format!("{rate} for {seconds} s of a film to {payee}; {price} is held, by a session or by a person's press at payUrl")
            }
        };
        let problem = Problem::PaymentRequired {
            amount,
            currency,
            pay_url: self.pay_url(ask, (id, offer), &title),
            top_up_url: self.top_up_url(),
            detail,
        };
        let mut reply = door::problem(&problem, &self.origin_url());
        self.add_challenge(&mut reply, ask, digest);
        reply
    }

    /// A refused credential: counted, and where paying can still help a fresh challenge goes with it.
    pub(super) fn refuse_credential(&self, ask: &Ask, problem: &Problem, digest: Option<String>) -> Reply {
        let mut reply = self.refuse(ask, problem);
        let helps = problem.status() == 402 || *problem == Problem::MethodUnsupported;
        if helps {
            self.failures.spend(ask.visit.client_ip, ask.visit.now);
            self.tell(&mut reply, ask, digest, problem.title());
        } else {
            vary_on_payment(reply.headers_mut());
        }
        reply
    }

    /// Puts a fresh challenge into a reply, if the page is sold now.
    pub(super) fn add_challenge(&self, reply: &mut Reply, ask: &Ask, digest: Option<String>) {
        self.tell(reply, ask, digest, "Payment required");
    }

    /// The standing challenge: of a metered offer it opens a session and pays from it, of any other it pays at once.
    pub(super) fn session_challenge(&self, ask: &Ask, (id, offer): (OfferId, &Offer)) -> Option<Challenge> {
        let OfferPrice::Metered(Metered { rate, asset, unit, most, video }) = offer.price else {
            return self.standing_challenge(ask, (id, offer));
        };
        // A link is worth a unit where a unit costs a whole base unit or more; else as many as make one.
        let step = rate.at_most(1).filter(|step| !step.is_zero())?;
        let usual = video.map_or_else(|| rate.at_most(most.max(USUAL_UNITS)), |video| Some(video.hold))?;
        let request = SessionRequest {
            amount: rate.amount,
            per: rate.per.get(),
            currency: asset,
            recipient: offer.payee.clone(),
            unit_type: unit.as_str().to_owned(),
            instance: self.instance.id,
            offer: id,
            step,
            hold: usual,
            scope: offer.unlock.path().to_owned(),
        };
        self.issue_session(ask, request)
    }

    /// The challenge of a purchase up to the most that a request costs; none where that is not known, or the price is another.
    pub(super) fn challenge_up_to(&self, ask: &Ask, (id, offer): (OfferId, &Offer), digest: Option<String>) -> Option<Challenge> {
        let price = offer.up_to()?;
        let terms = self.terms(ask, (id, offer), price, digest);
        // It is used up as it is bought.
        let request = ChargeRequest { lasts: None, undo: None, ..terms.request };
        Some(self.instance.keys.issuer(ask.visit.now).issue_up_to(&Terms { request, ..terms }))
    }

    pub(super) fn challenge(&self, ask: &Ask, offer: (OfferId, &Offer), price: (Amount, Asset), digest: Option<String>) -> Challenge {
        self.instance.keys.issuer(ask.visit.now).issue(&self.terms(ask, offer, price, digest))
    }

    fn terms(&self, ask: &Ask, (id, offer): (OfferId, &Offer), (amount, currency): (Amount, Asset), digest: Option<String>) -> Terms {
        let now = ask.visit.now;
        let request = ChargeRequest {
            amount,
            currency,
            recipient: offer.payee.clone(),
            instance: self.instance.id,
            offer: id,
            lasts: Some(offer.lasts.map_or(Lasts::Ever, |span| Lasts::Seconds(span.0))),
            undo: Some(offer.refund.window.0).filter(|seconds| *seconds > 0),
            external_id: None,
        };
        Terms {
            realm: self.site.host.clone(),
            request,
            expires: Timestamp::from_seconds(now.seconds().saturating_add(LIFE_S)),
            digest,
            nonce: world::command_id(),
            route: route(ask.method.as_str(), &ask.target.page),
        }
    }
}

/// True if a purchase of one is sold without a session: everything but what is counted in units that no request knows ahead.
pub(super) fn sells_at_once(offer: &Offer) -> bool {
    match offer.price {
        OfferPrice::Metered(metered) => metered.unit.is_call(),
        OfferPrice::Free | OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } => true,
    }
}

/// The digest that a body is bound by; no body, no digest.
pub(super) fn body_digest(body: &[u8]) -> Option<String> {
    if body.is_empty() { None } else { Some(digest::of(body)) }
}
