//! `pay`: a whole purchase under a standing challenge, in the first request a payer makes for a page.
//!
//! The challenge binds realm and payee and is good for a day and for any number of purchases, so nothing in it keeps one from
//! being made twice: the payer's own command does, claimed in the same apply as the posting. Method, target and body are in
//! what the payer signs, and today's price is charged up to the most that they name.

use super::Gate;
use super::challenge::{body_digest, sells_at_once};
use super::dialect;
use super::pay::{Order, retry};
use super::priced::Ask;
use super::replay;
use crate::{idempotency, world};
use bytes::Bytes;
use http::Method;
use market::{Asked, Consent, Maker, Offer, OfferPrice, Purchase};
use money::{OfferId, Timestamp};
use protocol::Challenge;
use protocol::challenge::{PURCHASE, SessionRequest, SessionTerms};
use protocol::prefer::asks_for_session;
use protocol::problem::Problem;
use protocol::session::{self, Pay};
use protocol::text::account;

impl Gate {
    /// Everything that can be wrong with the action `pay` before money is looked at, in the order of the refusals.
    pub(super) async fn check_pay(
        &self,
        ask: &Ask,
        (value, pay): (&str, &Pay),
        challenge: &Challenge,
        body: &Bytes,
    ) -> Result<Order, Problem> {
        let idempotency = idempotency::word(&ask.headers)?;
        let standing = self.check_standing(ask, challenge)?;
        let terms = &standing.checked.terms;
        let (offer_id, offer) = self.offer(ask).ok_or(Problem::Internal)?;
        // Who only asks for a head has nothing used up: it does not pay for what is consumed.
        if !sells_at_once(&offer) || (ask.method == Method::HEAD && dialect::is_consumed(&offer)) {
            return Err(Problem::MethodUnsupported);
        }
        let (_, asset) = offer.price.least().ok_or(Problem::Internal)?;
        if offer.payee != terms.request.recipient || asset != terms.request.currency {
            return Err(Problem::RouteMismatch);
        }
        // A key pays from its own account only: no other keys are known to any account yet.
        let payer = pay.key.account();
        let digest = body_digest(body);
        let asked = session::Asked { method: ask.method.as_str(), target: &ask.target.sent, digest: digest.as_deref() };
        let claim = pay.claim(&asked, challenge, &terms.request).filter(|_| pay.payer() == payer).ok_or(Problem::SignatureInvalid)?;
        if !self.checker.holds(claim).await {
            return Err(Problem::SignatureInvalid);
        }
        let signature = market::Signature {
            key: pay.key.0,
            signature: pay.signature,
            challenge: standing.checked.id,
            expires: terms.expires,
            asked: Some(Asked { method: ask.method.as_str().to_owned(), target: session::target_line(&ask.target.sent).into_owned() }),
            digest: digest.clone().unwrap_or_default(),
            account: account(payer),
            realm: terms.realm.clone(),
            retry: retry(idempotency),
        };
        Ok(Order {
            purchase: Purchase {
                payer,
                offer: offer_id,
                item: self.item(&ask.target),
                amount: pay.terms.max,
                asset,
                consent: Consent::Signed(Box::new(signature)),
            },
            id: pay.terms.command,
            maker: Maker::Party(payer),
            digest,
            key: idempotency.map(|key| replay::key(value, key)),
        })
    }

    /// The standing challenge of a page that is sold whole, for who asks for it: `pay` is good under it, and no session.
    pub(super) fn standing_challenge(&self, ask: &Ask, (id, offer): (OfferId, &Offer)) -> Option<Challenge> {
        if matches!(offer.price, OfferPrice::Metered(_)) || !asks_for_session(ask.header("accept-payment")) {
            return None;
        }
        let (amount, currency) = offer.price.least().filter(|(amount, _)| !amount.is_zero())?;
        let request = SessionRequest {
            amount,
            per: 1,
            currency,
            recipient: offer.payee.clone(),
            unit_type: PURCHASE.to_owned(),
            instance: self.instance.id,
            offer: id,
            step: amount,
            hold: amount,
            scope: offer.unlock.path().to_owned(),
        };
        self.issue_session(ask, request)
    }

    /// A session challenge of the site for a request; none if it cannot be made, which is logged.
    pub(super) fn issue_session(&self, ask: &Ask, request: SessionRequest) -> Option<Challenge> {
        let now = ask.visit.now;
        let offer = request.offer;
        let terms = SessionTerms {
            realm: self.site.host.clone(),
            request,
            expires: Timestamp::from_seconds(now.seconds().saturating_add(SessionTerms::LASTS.0)),
            nonce: world::command_id(),
        };
        match self.instance.keys.issuer(now).issue_session(&terms) {
            Ok(challenge) => Some(challenge),
            Err(error) => {
                tracing::error!(site = %self.name, offer = %protocol::text::offer(offer), %error, "no session can be offered");
                None
            }
        }
    }
}
