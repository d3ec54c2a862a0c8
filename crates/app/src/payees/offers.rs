//! Offers made, changed and withdrawn from the desk or under `/v1`, kept as the journal's own state.
//!
//! A site whose configuration names offer files is managed there and only read here; a site that names none (`offers = []`) is
//! managed here. Never both: a start withdraws what stands in no file, but only on sites that have files.

use crate::config::Site;
use crate::instance::Instance;
use market::{
    Beneficiary, Body, Command, LegRule, Maker, Offer, OfferPrice, OfferVersion, Outcome, RefundTerms, Rejection, Selector, State,
};
use money::{Amount, CommandId, OfferId, Share, Span, Timestamp};
use protocol::problem::Problem;

/// Undos a payer has in a day on an offer that does not say otherwise, as in offer files.
const UNDOS_A_DAY: u16 = 10;
/// Longest time that terms may name.
pub const LONGEST: Span = Span(100 * 366 * 86_400);
/// How long a purchase can be taken back on an offer that does not say.
pub const UNDO: Span = Span(600);

/// A version of an offer with its id.
pub type Known = (OfferId, OfferVersion);

/// An offer as somebody wants it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// Host of the site.
    pub site: String,
    /// What it is known by on its site.
    pub name: String,
    /// The pages: a path, `*` for one part of it, `**` for any.
    pub path: String,
    /// The price.
    pub price: OfferPrice,
    /// How long a purchase can be taken back.
    pub undo: Span,
    /// How long a purchase is good for; none for ever.
    pub lasts: Option<Span>,
}

/// Why an offer cannot stand: each is about one of its fields.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// No name.
    Name,
    /// An offer of the site has the name already.
    Taken,
    /// No site of the payee's whose offers are made here.
    Site,
    /// No path.
    Path,
    /// Another offer sells some of the pages.
    Overlap {
        /// Which.
        other: String,
    },
    /// Nothing, without saying that it is free.
    Zero,
    /// Not the currency of the instance.
    Currency,
    /// A price by the unit that does not say what a request can cost at most, or says it of calls.
    Metered,
    /// The shares do not fit into the price.
    Shares,
}

impl Wish {
    /// What stands, to be changed in part.
    #[must_use]
    pub fn of(offer: &Offer) -> Wish {
        Wish {
            site: offer.unlock.realm().to_owned(),
            name: offer.name.clone(),
            path: offer.unlock.path().to_owned(),
            price: offer.price,
            undo: offer.refund.window,
            lasts: offer.lasts,
        }
    }
}

impl Wrong {
    /// In English, for programs.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let detail = match self {
            Wrong::Name => "a name is 1 to 64 bytes of plain text".to_owned(),
            Wrong::Taken => "an offer of this name stands on the site already".to_owned(),
            Wrong::Site => "`site` is no site of yours whose offers are made here; those of a file are changed in the file".to_owned(),
            Wrong::Path => "a path begins with / and has `*` and `**` as whole parts only".to_owned(),
            Wrong::Overlap { other } => format!("the offer {other} sells some of these pages already"),
            Wrong::Zero => "nothing is free by accident: give the price kind `free`".to_owned(),
            Wrong::Metered => {
                "`most` says how many units one request costs at most; a request is one call, so with the unit `call` it is left out"
                    .to_owned()
            }
            Wrong::Currency => "the price is in another currency than this instance's".to_owned(),
            Wrong::Shares => "the shares of the offer do not fit into the price".to_owned(),
        };
        Problem::OfferInvalid { detail }
    }
}

/// The payee's sites, by name.
pub fn sites<'i>(instance: &'i Instance, payee: &str) -> impl Iterator<Item = (&'i String, &'i Site)> {
    instance.config.site.iter().filter(move |(_, site)| site.payee == payee)
}

/// The payee's sites whose offers are made here.
#[must_use]
pub fn own_sites<'i>(instance: &'i Instance, payee: &str) -> Vec<(&'i String, &'i Site)> {
    sites(instance, payee).filter(|(_, site)| site.offers.is_empty()).collect()
}

/// True if the offers of a realm are made here by the payee.
#[must_use]
pub fn is_here(instance: &Instance, payee: &str, realm: &str) -> bool {
    own_sites(instance, payee).iter().any(|(_, site)| site.host == realm)
}

/// All versions of the payee's offers, the newest first.
///
/// # Errors
/// As [`Instance::look`].
pub async fn versions(instance: &Instance, payee: &str) -> Result<Vec<Known>, Problem> {
    let handle = payee.to_owned();
    let ours = move |state: &State, _: Timestamp| {
        let all = state.versions().filter(|(_, version)| version.offer.payee == handle);
        all.map(|(id, version)| (id, version.clone())).collect::<Vec<Known>>()
    };
    let mut versions = instance.look(ours).await?;
    versions.sort_by_key(|(id, version)| (std::cmp::Reverse(version.since), *id));
    Ok(versions)
}

/// The versions of the one offer that a version belongs to, newest first, and the one that stands, if one does.
///
/// # Errors
/// [`Problem::Unknown`] for somebody else's as for none.
pub async fn versions_of(instance: &Instance, payee: &str, id: OfferId) -> Result<(Vec<Known>, Option<OfferId>), Problem> {
    let mut versions = versions(instance, payee).await?;
    let asked = versions.iter().find(|(known, _)| *known == id).map(|(_, version)| version.offer.clone()).ok_or(Problem::Unknown)?;
    versions.retain(|(_, version)| version.offer.name == asked.name && version.offer.unlock.realm() == asked.unlock.realm());
    let standing = instance.offers();
    let now = versions.iter().find(|(id, _)| standing.iter().any(|(known, _)| known == id)).map(|(id, _)| *id);
    Ok((versions, now))
}

/// An offer of the payee's that stands and is managed here. Any other cannot be changed here, whoever asks.
///
/// # Errors
/// [`Problem::Unknown`].
pub fn editable(instance: &Instance, payee: &str, id: OfferId) -> Result<Offer, Problem> {
    let standing = instance.offers();
    let found = standing.iter().find(|(known, offer)| *known == id && offer.payee == payee).map(|(_, offer)| offer.clone());
    found.filter(|offer| is_here(instance, payee, offer.unlock.realm())).ok_or(Problem::Unknown)
}

/// Makes an offer, or puts other terms in the place of one. What is charged changes at once; nobody pays more than was quoted.
/// The same again changes nothing.
///
/// # Errors
/// As [`Instance::apply`]; [`Problem::IdReused`] and its like for the command's id.
pub async fn set(
    instance: &Instance,
    payee: &str,
    (wish, before): (&Wish, Option<&Offer>),
    by: CommandId,
) -> Result<Result<OfferId, Wrong>, Problem> {
    let offer = match read(instance, payee, (wish, before)) {
        Ok(offer) => offer,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let (id, asset) = (offer.id(), instance.config.asset());
    let command = Command { id: by, maker: Maker::Instance, body: Body::SetOffer(Box::new(offer)) };
    let outcome = instance.apply(command).await?.outcome;
    Ok(match outcome {
        Outcome::Applied(_) | Outcome::Replayed(_) | Outcome::Standing(_) => {
            instance.refresh_offers().await?;
            Ok(id)
        }
        Outcome::Rejected(Rejection::SelectorOverlap { other }) => Err(Wrong::Overlap { other }),
        Outcome::Rejected(rejection @ (Rejection::IdReused | Rejection::IdTooOld | Rejection::IdTooNew)) => {
            return Err(crate::refusals::problem_of(&rejection, asset, &instance.wallet_url()));
        }
        Outcome::Rejected(rejection) => {
            tracing::warn!(?rejection, "the books refuse an offer");
            Err(Wrong::Name)
        }
    })
}

/// Withdraws an offer: nothing is sold under it any more; what was sold stays sold.
///
/// # Errors
/// As [`Instance::apply`].
pub async fn end(instance: &Instance, offer: Offer) -> Result<(), Problem> {
    let body = Body::EndOffer { realm: offer.unlock.realm().to_owned(), name: offer.name };
    instance.order(body).await?;
    instance.refresh_offers().await
}

/// The offer that a wish describes; its split is the one it had, or all of it is the payee's.
fn read(instance: &Instance, payee: &str, (wish, before): (&Wish, Option<&Offer>)) -> Result<Offer, Wrong> {
    let name = wish.name.trim();
    if name.is_empty() || name.len() > 64 || name.chars().any(char::is_control) {
        return Err(Wrong::Name);
    }
    let site = own_sites(instance, payee).into_iter().find(|(_, site)| site.host == wish.site);
    let Some((_, site)) = site else { return Err(Wrong::Site) };
    let unlock = Selector::new(&site.host, wish.path.trim()).map_err(|_| Wrong::Path)?;
    match wish.price {
        OfferPrice::Fixed { amount, .. } | OfferPrice::AtLeast { amount, .. } if amount == Amount::ZERO => return Err(Wrong::Zero),
        OfferPrice::Fixed { asset, .. } | OfferPrice::AtLeast { asset, .. } if asset != instance.config.asset() => {
            return Err(Wrong::Currency);
        }
        OfferPrice::Metered(metered) if metered.rate.amount == Amount::ZERO => return Err(Wrong::Zero),
        OfferPrice::Metered(metered) if metered.asset != instance.config.asset() => return Err(Wrong::Currency),
        // A request is one call; of any other unit it has to be known what one can cost.
        OfferPrice::Metered(metered) if metered.unit.is_call() != (metered.most == 0) => return Err(Wrong::Metered),
        OfferPrice::Metered(_) => {}
        OfferPrice::Fixed { .. } | OfferPrice::AtLeast { .. } | OfferPrice::Free => {}
    }
    let whole = || vec![LegRule { label: "price".to_owned(), to: Beneficiary::Owner, share: Share::Rest }];
    let offer = Offer {
        name: name.to_owned(),
        payee: payee.to_owned(),
        unlock,
        price: wish.price,
        split: before.map_or_else(whole, |before| before.split.clone()),
        refund: RefundTerms { window: wish.undo, per_day: before.map_or(UNDOS_A_DAY, |before| before.refund.per_day) },
        lasts: wish.lasts.filter(|span| span.0 > 0),
        l402: None,
        // A price that falls is a file's to say; whoever sets another price ends it.
        fall: before.filter(|before| before.price == wish.price).and_then(|before| before.fall.clone()),
    };
    // Who else can buy it is said in no form yet, and stays as it was.
    let l402 = before.and_then(|before| before.l402).filter(|_| offer.fits_l402());
    let offer = Offer { l402, ..offer };
    // The very same offer again is no second one.
    let taken = |known: &Offer| known.name == name && known.unlock.realm() == site.host && *known != offer;
    if before.is_none() && instance.offers().iter().any(|(_, known)| taken(known)) {
        return Err(Wrong::Taken);
    }
    let fits = offer.price.least().is_none_or(|(least, _)| offer.divide(least).is_ok());
    if fits { Ok(offer) } else { Err(Wrong::Shares) }
}
