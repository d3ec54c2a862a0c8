//! A streaming session as the payer keeps it: what it was opened under, what is authorised, what was counted, and the requests
//! that have no answer yet. docs/sessions.md has the words.

mod voucher;

pub use voucher::How;
pub(crate) use voucher::{Chains, begins};

use crate::Address;
use crate::checks::Offered;
use crate::kept::Unanswered;
use crate::site::{Mode, Site};
use money::{Amount, Asset, CommandId, Price, Timestamp};
use protocol::session::{Bound, NewChain};
use protocol::{Challenge, Instance};
use serde::{Deserialize, Serialize};

/// Names of a unit that is one request: what it costs is known before it is made.
const CALLS: [&str; 2] = ["call", "request"];
/// Name of the unit of films, whose requests say themselves how many they are worth.
pub(crate) const FILM: &str = "ms";

/// A session as it is kept, one file each. It holds no secret: keys and links come from the wallet's seed and the id.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptSession {
    /// Its id, which is the command id of its hold.
    #[serde(with = "crate::text")]
    pub id: CommandId,
    /// The page it was opened for; it is closed there, too.
    #[serde(with = "crate::text")]
    pub url: Address,
    /// The site's host.
    pub realm: String,
    /// The payee's handle.
    pub recipient: String,
    /// Of which asset.
    #[serde(with = "crate::text")]
    pub currency: Asset,
    /// Whose books it stands in.
    #[serde(with = "crate::text")]
    pub instance: Instance,
    /// Test or live.
    pub mode: Mode,
    /// Where it stands.
    pub phase: Phase,
    /// What is held: nothing is authorised above it.
    #[serde(with = "crate::text")]
    pub hold: Amount,
    /// When it ends by itself.
    #[serde(with = "crate::text")]
    pub until: Timestamp,
    /// The most that a voucher authorised, or is about to.
    #[serde(with = "crate::text")]
    pub authorised: Amount,
    /// What we count as drawn.
    #[serde(with = "crate::text")]
    pub counted: Amount,
    /// What the site says was drawn, by its last receipt.
    #[serde(with = "crate::text")]
    pub spent: Amount,
    /// The last receipt, as it came; in the end the final one.
    pub receipt: Option<String>,
    /// The number of the last request that was, or is about to be, sent.
    pub(crate) seq: u64,
    /// A challenge of its realm and recipient, as its header wrote it.
    pub(crate) challenge: String,
    /// Which addresses of the realm it may pay for.
    pub(crate) scope: String,
    pub(crate) rate: Rate,
    pub(crate) chain: Option<KeptChain>,
    /// An addition to the hold whose answer has not come: its command and how much.
    pub(crate) raising: Option<Raising>,
    pub(crate) waiting: Vec<Waiting>,
    /// Of one that is over: so many requests never had an answer.
    #[serde(default)]
    pub lost: u32,
    /// Of a film: how many units the next request is worth at most.
    #[serde(skip)]
    pub(crate) asks: u64,
}

/// Where a session stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// The answer to its opening has not come.
    Opening,
    /// It pays.
    Open,
    /// Site and payer do not agree on it, so it pays no more; it can be closed, and ends by itself.
    Aside,
    /// It is over, and its final receipt is proved.
    Ended {
        /// What the payee got.
        #[serde(with = "crate::text")]
        captured: Amount,
        /// What came back.
        #[serde(with = "crate::text")]
        released: Amount,
    },
    /// It is over, and no receipt of its end came.
    Gone,
}

/// What a unit costs, and how many were counted at that.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rate {
    unit: String,
    #[serde(with = "crate::text")]
    amount: Amount,
    per: u64,
    units: u64,
    /// The most that one request was found to need, where its units are not known ahead.
    #[serde(with = "crate::text")]
    most: Amount,
}

/// The chain that runs, as far as a link was, or is about to be, shown.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptChain {
    #[serde(with = "crate::text")]
    pub base: Amount,
    #[serde(with = "crate::text")]
    pub step: Amount,
    pub length: u32,
    pub index: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Raising {
    #[serde(with = "crate::text")]
    pub command: CommandId,
    #[serde(with = "crate::text")]
    pub additional: Amount,
}

/// A request that was, or is about to be, sent and has no answer: what is sent again is exactly this.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiting {
    /// What was asked for.
    pub identity: String,
    /// Its number in the session.
    pub seq: u64,
    /// What it may draw.
    #[serde(with = "crate::text")]
    pub price: Amount,
    pub command: Unanswered,
}

/// A request that was counted and whose page is not known to have come whole: sent again it is exactly this, and costs nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unread {
    /// What was asked for.
    pub identity: String,
    #[serde(with = "crate::text")]
    pub session: CommandId,
    /// Its number in the session.
    pub seq: u64,
    pub command: Unanswered,
}

/// What was proved of a session whose file is lost or behind.
pub(crate) struct Found {
    pub hold: Amount,
    pub accepted: Amount,
    pub drawn: Amount,
    pub units: u64,
    /// The highest number of a request.
    pub seq: u64,
}

impl KeptSession {
    /// Goes on where a session stands, of which nothing else is known. Links are begun anew by a checkpoint.
    pub(crate) fn again(&mut self, found: &Found, by_links: bool) {
        (self.phase, self.authorised, self.counted) = (Phase::Open, Amount::ZERO, Amount::ZERO);
        self.rate.units = found.units;
        // A chain without a link is used up: the next voucher begins another.
        let step = if self.rate.per == 1 { self.rate.amount } else { Amount::ZERO };
        let chain = KeptChain { base: found.accepted, step, length: 0, index: 0 };
        self.chain = (by_links && !step.is_zero()).then_some(chain);
        self.set_forward(found);
    }

    /// Takes over what was proved, where it is further than what is kept.
    pub(crate) fn set_forward(&mut self, found: &Found) {
        self.hold = self.hold.max(found.hold);
        self.authorised = self.authorised.max(found.accepted);
        (self.counted, self.spent) = (self.counted.max(found.drawn), self.spent.max(found.drawn));
        self.seq = self.seq.max(found.seq);
    }

    /// A session about to be opened.
    pub(crate) fn new(id: CommandId, url: &Address, (offered, site): (&Offered, &Site), held: (Amount, Timestamp)) -> KeptSession {
        let request = &offered.request;
        let first = offered.first().unwrap_or(held.0);
        KeptSession {
            id,
            url: url.clone(),
            realm: offered.challenge.realm.clone(),
            recipient: request.recipient.clone(),
            currency: request.currency,
            instance: site.instance,
            mode: site.mode,
            phase: Phase::Opening,
            hold: held.0,
            until: held.1,
            authorised: first,
            counted: Amount::ZERO,
            spent: Amount::ZERO,
            receipt: None,
            seq: 0,
            challenge: offered.challenge.to_string(),
            scope: request.scope.clone(),
            rate: Rate { unit: request.unit_type.clone(), amount: request.amount, per: request.per, units: 0, most: first },
            chain: None,
            raising: None,
            waiting: Vec::new(),
            lost: 0,
            asks: 0,
        }
    }

    /// What every signed text of it names.
    pub(crate) fn bound<'a>(&'a self, wallet: &crate::Wallet) -> Bound<'a> {
        let Self { instance, id, currency, .. } = *self;
        Bound { instance, session: id, recipient: &self.recipient, currency, account: wallet.account() }
    }

    /// The challenge that goes with its credentials.
    pub(crate) fn challenge(&self) -> Option<Challenge> {
        protocol::challenge::parse_all([&*self.challenge]).ok()?.pop()
    }

    /// True if it may pay for an address without being asked first.
    pub(crate) fn covers(&self, url: &Address, now: Timestamp) -> bool {
        let page = url.target().split('?').next().unwrap_or_default();
        self.phase == Phase::Open && now < self.until && url.origin() == self.url.origin() && is_like(&self.scope, page)
    }

    /// What the next request may draw.
    pub(crate) fn price(&self) -> Amount {
        if self.is_film() {
            return self.worth_of(self.rate.units.saturating_add(self.asks)).saturating_sub(self.worth_of(self.rate.units));
        }
        if !self.counts_calls() {
            return self.rate.most;
        }
        let under_way = u64::try_from(self.waiting.len()).unwrap_or(u64::MAX);
        let before = self.rate.units.saturating_add(under_way);
        let worth = |units| self.rate.worth(units).unwrap_or(Amount::MAX);
        worth(before.saturating_add(1)).saturating_sub(worth(before))
    }

    /// What may be drawn when everything under way is: where units are not known ahead, the request before this one may still
    /// be settled for all that it reserved.
    pub(crate) fn presumed(&self) -> Amount {
        let open = if self.counts_calls() || self.is_film() || self.rate.units == 0 { Amount::ZERO } else { self.rate.most };
        let waiting = self.waiting.iter().map(|waiting| waiting.price);
        waiting.fold(self.counted.checked_add(open).unwrap_or(Amount::MAX), |sum, price| sum.checked_add(price).unwrap_or(Amount::MAX))
    }

    /// Takes note that the site asks for more than was thought for one request.
    pub(crate) fn found(&mut self, price: Amount) {
        if !self.is_film() {
            self.rate.most = self.rate.most.max(price);
        }
    }

    /// True if films are watched from it: pages and playlists cost nothing, a segment what of it was not watched before.
    #[must_use]
    pub fn is_film(&self) -> bool {
        self.rate.unit == FILM
    }

    /// How many units its site has counted.
    #[must_use]
    pub fn units(&self) -> u64 {
        self.rate.units
    }

    /// What may be required of it for a film's next request: all that was authorised may have been drawn by requests whose answers
    /// were lost, and more than the next is worth is never owed above it.
    pub(crate) fn most_required(&self) -> Amount {
        let next = self.worth_of(self.asks).checked_add(Amount::from_u32(1)).unwrap_or(Amount::MAX);
        self.authorised.max(self.counted).checked_add(next).unwrap_or(Amount::MAX)
    }

    /// Takes over how many units a film's site has counted; false where that does not come to what it says was drawn.
    pub(crate) fn watched(&mut self, units: u64) -> bool {
        let agrees = self.worth_of(units) == self.spent;
        if agrees {
            self.rate.units = units;
        }
        agrees
    }

    /// Takes a fresh challenge of the same realm and recipient, and its rate; false if it is of another.
    pub(crate) fn renew(&mut self, offered: &Offered) -> bool {
        let request = &offered.request;
        let same = offered.challenge.realm == self.realm
            && (&request.recipient, request.currency, request.instance) == (&self.recipient, self.currency, self.instance);
        if same {
            self.challenge = offered.challenge.to_string();
            // A film is paid at the price of its opening.
            if !self.is_film() && (&self.rate.unit, self.rate.amount, self.rate.per) != (&request.unit_type, request.amount, request.per) {
                let most = offered.first().unwrap_or(self.rate.most);
                self.rate = Rate { unit: request.unit_type.clone(), amount: request.amount, per: request.per, units: 0, most };
            }
        }
        same
    }

    /// Counts a request that was served.
    pub(crate) fn count(&mut self, identity: &str, spent: Amount) {
        if let Some(waiting) = self.done(identity) {
            let counted = self.counted.checked_add(waiting.price).unwrap_or(Amount::MAX);
            self.counted = if self.counts_calls() { counted } else { spent };
            if !self.is_film() {
                self.rate.units = self.rate.units.saturating_add(1);
            }
        }
        self.spent = self.spent.max(spent);
    }

    /// Takes a request off those that wait.
    pub(crate) fn done(&mut self, identity: &str) -> Option<Waiting> {
        let place = self.waiting.iter().position(|waiting| waiting.identity == identity)?;
        Some(self.waiting.remove(place))
    }

    /// It is over: what has no answer gets none.
    pub(crate) fn lose(&mut self) {
        self.lost = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
        self.waiting.clear();
    }

    pub(crate) fn waits_for(&self, identity: &str) -> Option<&Waiting> {
        self.waiting.iter().find(|waiting| waiting.identity == identity)
    }

    /// Sums of it with their currency.
    #[must_use]
    pub fn price_of(&self, amount: Amount) -> Price {
        Price { amount, asset: self.currency }
    }

    /// What it counts.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.rate.unit
    }

    /// What so many units are worth.
    pub(crate) fn worth_of(&self, units: u64) -> Amount {
        self.rate.worth(units).unwrap_or(Amount::MAX)
    }

    /// Takes over what a stream came to.
    pub(crate) fn settle_stream(&mut self, spent: Amount, receipt: &str) {
        (self.counted, self.spent) = (self.counted.max(spent), self.spent.max(spent));
        self.receipt = Some(receipt.to_owned());
    }

    fn counts_calls(&self) -> bool {
        CALLS.contains(&&*self.rate.unit)
    }

    /// A new chain over a base, within what is held; none if a request's price is no multiple of a link.
    pub(crate) fn chain_over(&self, base: Amount, step: Amount) -> Option<KeptChain> {
        let fits = self.counts_calls() && self.rate.per == 1 && self.rate.amount.units().is_multiple_of(step.units());
        let room = self.hold.saturating_sub(base).units().checked_div(step.units()).filter(|room| fits && *room > 0)?;
        let length = u32::try_from(room).unwrap_or(u32::MAX).min(protocol::session::USUAL_LENGTH);
        Some(KeptChain { base, step, length, index: 0 })
    }

    pub(crate) fn begin(&mut self, chain: Option<KeptChain>, chains: &mut Chains, wallet: &crate::Wallet) -> Option<NewChain> {
        self.chain = chain;
        chain.map(|chain| begins(&chain, self.id, chains, wallet))
    }
}

impl Rate {
    /// What so many units are worth.
    fn worth(&self, units: u64) -> Option<Amount> {
        let whole = u128::from(units).checked_mul(self.amount.units().into())?.checked_div(self.per.into())?;
        Amount::new(u64::try_from(whole).ok()?)
    }
}

/// True if a path is like a pattern, in which a star stands for anything.
pub(crate) fn is_like(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests;
