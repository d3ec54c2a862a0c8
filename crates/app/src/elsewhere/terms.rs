//! The terms of a site that stands elsewhere: fetched from it by their hash, and registered in the books here under the payee
//! that the operator named for it. The site says what is sold for how much and how it is taken back; who is paid is ours.

use super::{Fault, get, whole};
use crate::config::Elsewhere;
use crate::instance::Instance;
use market::{Beneficiary, Body, LegRule, Offer, Outcome, Rejection};
use money::{OfferId, Share, Span, Timestamp};
use protocol::redeem::OFFERS_PATH;
use protocol::text;
use std::sync::Arc;

/// Offers that one site may bring in a day: each is a record in the journal for ever.
pub const MOST_A_DAY: u64 = 50;
const DAY: Span = Span(86_400);
/// Offers of other names that may be withdrawn for one that covers their pages.
const MOST_ENDED: usize = 20;

/// Our offer that stands for a site's offer of that hash; made when it is met first.
///
/// # Errors
/// [`Fault::Unreachable`] if the site does not give it, it is not of that hash or not for its own pages, or the site brought
/// too many today.
pub async fn registered(instance: &Arc<Instance>, site: &Elsewhere, hash: OfferId, now: Timestamp) -> Result<OfferId, Fault> {
    let unreachable = |_| Fault::Unreachable;
    let url = site.url.clone();
    if let Some(known) = instance.vault(move |vault| vault.terms(&url, hash)).await.map_err(unreachable)? {
        return Ok(known);
    }
    let url = site.url.clone();
    let has_room = instance.vault(move |vault| vault.has_room_for_terms(&url, now.before(DAY), MOST_A_DAY));
    if !has_room.await.map_err(unreachable)? {
        tracing::warn!(site = %site.url, "a site brought too many offers today");
        return Err(Fault::Unreachable);
    }
    let theirs = fetched(instance, site, hash).await?;
    let id = set(instance, ours(theirs, site)).await?;
    let url = site.url.clone();
    instance.vault(move |vault| vault.add_terms(&url, (hash, id), now)).await.map_err(unreachable)?;
    Ok(id)
}

async fn fetched(instance: &Arc<Instance>, site: &Elsewhere, hash: OfferId) -> Result<Offer, Fault> {
    let unread = |why: &dyn std::fmt::Display| {
        tracing::warn!(site = %site.url, %why, "an offer of another instance could not be read");
        Fault::Unreachable
    };
    let answered = get(instance, &format!("{}{OFFERS_PATH}{}", site.url, text::offer(hash))).await.map_err(|error| unread(&error))?;
    let document = whole(&answered).ok_or_else(|| unread(&format_args!("status {}", answered.status)))?;
    let offer = Offer::from_document(document).map_err(|damaged| unread(&damaged))?;
    if offer.id() != hash {
        return Err(unread(&"it is another one"));
    }
    if offer.unlock.realm() != site.realm() {
        return Err(unread(&"it is for another site's pages"));
    }
    Ok(offer)
}

/// The same terms under our payee, to whom all of it goes: how a site divides its earnings is known at home only.
fn ours(theirs: Offer, site: &Elsewhere) -> Offer {
    let all = LegRule { label: "payee".to_owned(), to: Beneficiary::Owner, share: Share::Rest };
    Offer { payee: site.payee.clone(), split: vec![all], ..theirs }
}

/// Sets an offer. One that covers the same pages under another name was the site's before and is withdrawn.
async fn set(instance: &Arc<Instance>, offer: Offer) -> Result<OfferId, Fault> {
    let id = offer.id();
    for _ in 0..MOST_ENDED {
        let outcome = instance.order(Body::SetOffer(Box::new(offer.clone()))).await.map_err(|_| Fault::Unreachable)?.outcome;
        match outcome {
            Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => {
                instance.refresh_offers().await.map_err(|_| Fault::Unreachable)?;
                return Ok(id);
            }
            Outcome::Rejected(Rejection::SelectorOverlap { other }) => {
                let end = Body::EndOffer { realm: offer.unlock.realm().to_owned(), name: other };
                instance.order(end).await.map_err(|_| Fault::Unreachable)?;
            }
            Outcome::Rejected(rejection) => {
                tracing::warn!(realm = offer.unlock.realm(), ?rejection, "an offer of another instance is refused by the books");
                return Err(Fault::Unreachable);
            }
        }
    }
    Err(Fault::Unreachable)
}
