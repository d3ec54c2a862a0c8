//! The terms of a site that stands elsewhere: fetched from it by their hash, and registered in the books here under the payee
//! that the operator named for it. The site says what is sold for how much and how it is taken back; who is paid is ours.

use super::{Fault, get, whole};
use crate::config::Elsewhere;
use crate::instance::Instance;
use market::{Beneficiary, Body, LegRule, Offer, Outcome, Rejection};
use money::{OfferId, Share, Span, Timestamp};
use protocol::quote::Quote;
use protocol::redeem::OFFERS_PATH;
use protocol::text;
use std::sync::Arc;

/// How often a site's offers may be set in a day: each time is a record in the journal for ever.
pub const MOST_A_DAY: u64 = 50;
const DAY: Span = Span(86_400);
/// Offers of other names that may be withdrawn for one that covers their pages.
const MOST_ENDED: usize = 20;
/// A site's clock may be ahead by so much; further ahead it says nothing of what is sold later.
const LEEWAY: Span = Span(120);

/// Our offer that stands for the one in a quote. The newest quote says what is sold today: who shows an older one changes
/// nothing for others, and one that is expired is only looked up. What is not known then has the site's own hash, under which
/// the books know nothing, so that the site is asked for another quote.
///
/// # Errors
/// [`Fault::Unreachable`] if the site does not give it, it is not of that hash or not for its own pages, or the site changed
/// too much today.
pub async fn registered(instance: &Arc<Instance>, site: &Elsewhere, quote: &Quote, now: Timestamp) -> Result<OfferId, Fault> {
    let known = known(instance, site, quote.offer).await?;
    let otherwise = known.as_ref().map_or(quote.offer, Offer::id);
    if now >= quote.exp {
        return Ok(otherwise);
    }
    let is_known = known.is_some();
    let offer = match known {
        Some(offer) => offer,
        None => ours(fetched(instance, site, quote.offer).await?, site),
    };
    let _turn = instance.neighbours.terms.lock().await;
    let made = quote.iat.min(now.after(LEEWAY));
    let newest = said(instance, site, &offer.name).await?;
    // A second holds several quotes: of two that are as old the one not seen before is the newer.
    if newest.is_some_and(|newest| if is_known { made <= newest } else { made < newest }) {
        return Ok(otherwise);
    }
    let id = offer.id();
    if !instance.offers().iter().any(|(current, _)| *current == id) {
        if is_superseded(instance, site, (&offer, made)).await? {
            return Ok(otherwise);
        }
        make_current(instance, site, (quote.offer, &offer), now).await?;
    }
    let (url, name) = (site.url.clone(), offer.name);
    instance.vault(move |vault| vault.say_terms(&url, &name, made)).await.map_err(unreachable)?;
    Ok(id)
}

fn unreachable<T>(_: T) -> Fault {
    Fault::Unreachable
}

/// Our offer that was set for a site's, under the payee that the operator names today.
async fn known(instance: &Arc<Instance>, site: &Elsewhere, hash: OfferId) -> Result<Option<Offer>, Fault> {
    let url = site.url.clone();
    let Some(id) = instance.vault(move |vault| vault.terms(&url, hash)).await.map_err(unreachable)? else { return Ok(None) };
    let version = instance.look(move |state, _| state.offer(id).map(|version| version.offer.clone())).await.map_err(unreachable)?;
    Ok(version.filter(|offer| offer.payee == site.payee))
}

async fn said(instance: &Arc<Instance>, site: &Elsewhere, name: &str) -> Result<Option<Timestamp>, Fault> {
    let (url, name) = (site.url.clone(), name.to_owned());
    instance.vault(move |vault| vault.terms_said(&url, &name)).await.map_err(unreachable)
}

/// True if pages of the offer are sold under another name by the word of a quote that was made no earlier.
async fn is_superseded(instance: &Arc<Instance>, site: &Elsewhere, (offer, made): (&Offer, Timestamp)) -> Result<bool, Fault> {
    for (_, other) in instance.offers().iter().filter(|(_, other)| other.name != offer.name && other.meets(offer)) {
        if said(instance, site, &other.name).await?.is_some_and(|newest| newest >= made) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn make_current(instance: &Arc<Instance>, site: &Elsewhere, (hash, offer): (OfferId, &Offer), now: Timestamp) -> Result<(), Fault> {
    let url = site.url.clone();
    let has_room = instance.vault(move |vault| vault.has_room_for_terms(&url, now.before(DAY), MOST_A_DAY));
    if !has_room.await.map_err(unreachable)? {
        tracing::warn!(site = %site.url, "a site changed its offers too often today");
        return Err(Fault::Unreachable);
    }
    let id = set(instance, offer).await?;
    let url = site.url.clone();
    instance.vault(move |vault| vault.add_terms(&url, (hash, id), now)).await.map_err(unreachable)
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
async fn set(instance: &Arc<Instance>, offer: &Offer) -> Result<OfferId, Fault> {
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
