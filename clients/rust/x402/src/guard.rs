//! Which page is being paid: a scheme is told nothing of it, so a guard looks at each 402 where its URL is known.

use crate::{ours, refused};
use async_trait::async_trait;
use farthing_payer::check_site;
use reqwest_middleware::{Middleware, Next};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use x402_types::proto::OriginalJson;
use x402_types::proto::v2::PaymentRequired;
use x402_types::util::Base64Bytes;

/// So many requirements are remembered between a 402 and its payment.
const REMEMBERED: usize = 64;

/// What a guard has let through, as it was asked.
pub(crate) type Vetted = Arc<Mutex<VecDeque<String>>>;

/// Looks at each 402 where its URL is known.
#[derive(Clone)]
pub struct Guard {
    pub(crate) vetted: Vetted,
}

#[async_trait]
impl Middleware for Guard {
    async fn handle(
        &self,
        request: reqwest::Request,
        extensions: &mut http::Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<reqwest::Response> {
        let asked = request.url().clone();
        let response = next.run(request, extensions).await?;
        let header = response.headers().get("payment-required").filter(|_| response.status() == 402);
        let required = header.and_then(|header| Base64Bytes::from(header.as_bytes()).decode().ok());
        let required = required.and_then(|json| serde_json::from_slice::<PaymentRequired<OriginalJson>>(&json).ok());
        for original in required.iter().flat_map(|required| &required.accepts) {
            let Some(ours) = ours(original) else { continue };
            let realm = ours.extra["challenge"].as_str().map(|_| ours.extra["realm"].as_str().unwrap_or_default());
            let is_same = asked.origin() == response.url().origin();
            let checked = if is_same { check_site(realm, response.url()) } else { Err(refused("the request was sent on to another site")) };
            checked.map_err(reqwest_middleware::Error::middleware)?;
            let mut vetted = self.vetted.lock().unwrap_or_else(PoisonError::into_inner);
            vetted.push_back(original.0.get().to_owned());
            let over = vetted.len().saturating_sub(REMEMBERED);
            vetted.drain(..over);
        }
        Ok(response)
    }
}

/// Takes a requirement off, if a guard let it through.
pub(crate) fn take(vetted: &Vetted, original: &str) -> bool {
    let mut vetted = vetted.lock().unwrap_or_else(PoisonError::into_inner);
    let place = vetted.iter().position(|one| one == original);
    place.and_then(|place| vetted.remove(place)).is_some()
}
