//! Standing challenges as they are kept: with one of a site the next page is paid for in the request that asks for it.
//!
//! One file an origin. A challenge is kept by its scope, since what was last asked there is what the next price is held against.

use crate::Address;
use crate::checks::{Asked, Offered, choose_session};
use crate::session::is_like;
use money::{Amount, CommandId};
use protocol::challenge::{INTENT, METHOD, PURCHASE, parse_all};
use protocol::session::{Action, Paying, SessionCredential};
use protocol::{Challenge, ChargeRequest, Lasts, Malformed};
use serde::{Deserialize, Serialize};

/// Scopes that are kept of one origin.
const MOST_SCOPES: usize = 16;
/// The unit of which a request is one: what it costs is known before it is made, so it is bought whole.
const CALL: &str = "call";

/// What is kept of one origin.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Standing(Vec<Quoted>);

/// What was last asked for the pages of a scope.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Quoted {
    scope: String,
    /// The standing challenge as its header wrote it.
    standing: String,
    /// The charge that came beside it, which says more of the offer.
    beside: Option<String>,
}

/// A purchase under a standing challenge, about to be signed.
pub(crate) struct Ahead {
    pub offered: Offered,
    pub max: Amount,
    pub beside: Option<String>,
}

impl Standing {
    /// Keeps what a 402 asks; false if that is kept already or is nothing to be kept.
    pub(crate) fn note(&mut self, offered: &Offered, lines: &[&str]) -> bool {
        if !is_whole(offered) {
            return false;
        }
        let charges = parse_all(lines.iter().copied()).unwrap_or_default();
        let mut charges = charges.into_iter().filter(|it| it.method == METHOD && it.intent == INTENT);
        let of_offer = |it: &Challenge| it.charge().is_ok_and(|request| request.offer == offered.request.offer);
        let beside = charges.find(of_offer).map(|charge| charge.to_string());
        // A call for which no charge is asked is sold from a session alone.
        if offered.request.unit_type == CALL && beside.is_none() {
            return false;
        }
        let scope = offered.request.scope.clone();
        self.0.retain(|known| known.scope != scope);
        if self.0.len() >= MOST_SCOPES {
            self.0.remove(0);
        }
        self.0.push(Quoted { scope, standing: offered.challenge.to_string(), beside });
        true
    }

    /// Forgets what is kept for a page: the site would not take it.
    pub(crate) fn forget(&mut self, url: &Address) {
        self.0.retain(|known| !known.covers(url));
    }

    /// What a page would be bought under: the narrowest scope counts. `most` says what the caps allow of an asset.
    pub(crate) fn ahead(&self, asked: &Asked<'_>) -> Option<Ahead> {
        let fits = self.0.iter().filter(|known| known.covers(asked.url));
        let quoted = fits.max_by_key(|known| known.scope.len())?;
        let offered = choose_session([&*quoted.standing], asked).ok().filter(is_whole)?;
        let price = offered.first()?;
        let cap = asked.policy.max.most(&offered.request.currency).filter(|cap| price <= *cap)?;
        // What was quoted may have risen by half. What is charged moves nothing, or a site could creep up by half a request.
        let dearer = price.checked_add(Amount::new(price.units() / 2)?).unwrap_or(Amount::MAX);
        Some(Ahead { offered, max: dearer.min(cap), beside: quoted.beside.clone() })
    }
}

impl Quoted {
    fn covers(&self, url: &Address) -> bool {
        is_like(&self.scope, url.target().split('?').next().unwrap_or_default())
    }
}

/// True if a request is bought whole under it.
pub(crate) fn is_whole(offered: &Offered) -> bool {
    let unit = &*offered.request.unit_type;
    unit == PURCHASE || (unit == CALL && offered.first().is_some())
}

impl Ahead {
    /// What is signed under a command.
    pub(crate) fn terms(&self, command: CommandId) -> Paying {
        Paying { max: self.max, command, account: None }
    }
}

/// What a credential of the action `pay` agreed to: the most it may cost, and of the offer what a charge said beside it.
///
/// # Errors
/// [`Malformed`] if it is no such credential.
pub(crate) fn agreed_of(credential: &SessionCredential, beside: Option<&str>) -> Result<(ChargeRequest, CommandId), Malformed> {
    let Action::Pay(pay) = &credential.action else { return Err(Malformed("action")) };
    let request = credential.challenge.session()?;
    let charges = parse_all(beside).unwrap_or_default();
    let charge = charges.first().and_then(|charge| charge.charge().ok()).filter(|charge| charge.offer == request.offer);
    let request = ChargeRequest {
        amount: pay.terms.max,
        currency: request.currency,
        recipient: request.recipient,
        instance: request.instance,
        offer: request.offer,
        lasts: Some(charge.as_ref().and_then(|charge| charge.lasts).unwrap_or(Lasts::Ever)),
        undo: charge.and_then(|charge| charge.undo),
        external_id: None,
    };
    Ok((request, pay.terms.command))
}

#[cfg(test)]
mod tests;
