//! The small site sells whole pages by `pay`, as docs/sessions.md says.

use super::stream::{Metered, eur};
use super::{Fault, Seen, Sent, Site, problem};
use http::Response;
use money::{Amount, OfferId};
use protocol::challenge::{Terms, route};
use protocol::session::{Asked, Pay};
use protocol::{Challenge, ChargeRequest, Lasts, digest};
use std::sync::Arc;

impl Site {
    /// A site with pages at 0.05 under `/api/`, sold by a charge or under a standing challenge.
    pub async fn standing() -> Arc<Site> {
        let site = Site::start().await;
        *site.metered.lock().unwrap() = Some(Metered { price: 50_000, unit: "purchase", at_once: true, ..Metered::default() });
        site
    }

    /// What was bought under standing challenges, in order: the most that was signed.
    pub fn most_signed(&self) -> Vec<u64> {
        self.of_metered(|metered| metered.signed.clone())
    }

    pub fn bought(
        &self,
        (method, target, body): (&http::Method, &str, &[u8]),
        (challenge, pay): (&Challenge, &Pay),
        seen: &Seen,
    ) -> Option<Response<Sent>> {
        let fault = self.faults.lock().unwrap().pop_front();
        match fault {
            Some(Fault::LostRequest) => return None,
            Some(Fault::Refused(402, code)) => return Some(self.demand(method, target, body, code)),
            Some(Fault::Refused(status, code)) => return Some(problem(status, code)),
            _ => {}
        }
        let Ok(checked) = self.issuer().check_session(challenge) else {
            return Some(self.demand(method, target, body, "challenge-unknown"));
        };
        if self.now() > checked.terms.expires {
            return Some(self.demand(method, target, body, "quote-expired"));
        }
        let digest = (!body.is_empty()).then(|| digest::of(body));
        let asked = Asked { method: method.as_str(), target, digest: digest.as_deref() };
        assert!(pay.claim(&asked, challenge, &checked.terms.request).unwrap().holds());
        let price = Amount::from_u32(self.of_metered(|metered| metered.price));
        if price > pay.terms.max {
            return Some(self.demand(method, target, body, "price-above-max"));
        }
        let bytes = format!("{:?} {:?}", seen.authorization, seen.idempotency_key);
        let mut sales = self.sales.lock().unwrap();
        let fresh = !sales.contains_key(&pay.terms.command);
        let (_, first) = sales.entry(pay.terms.command).or_insert((pay.payer(), bytes.clone()));
        assert_eq!(*first, bytes, "what is presented again is what was presented first");
        drop(sales);
        if fresh {
            self.of_metered(|metered| metered.signed.push(pay.terms.max.units()));
        }
        if fault == Some(Fault::LostAnswer) {
            return None;
        }
        let request = ChargeRequest {
            amount: price,
            currency: eur(),
            recipient: "harbour".to_owned(),
            instance: self.instance(),
            offer: OfferId([4; 32]),
            lasts: Some(Lasts::Ever),
            undo: None,
            external_id: None,
        };
        let (realm, nonce, expires) = ("news.localhost".to_owned(), pay.terms.command, checked.terms.expires);
        Some(self.served(&Terms { realm, request, expires, digest, nonce, route: route(method.as_str(), target) }, fault))
    }
}
