//! A stablecoin at a site's door: offered beside the balance here, checked against what was offered, claimed in the books, settled, served.
//!
//! Each offer has a tag: the nonce of the challenge and a MAC over everything that the payment is for. It comes back with the payment
//! and goes no further, so whoever reads the signed payment on its chain cannot show it here.

mod paid;

use super::Gate;
use super::back::same;
use super::challenge::{LIFE_S, body_digest, sells_at_once};
use super::dialect::Quoted;
use super::pay::SKEW;
use super::priced::Ask;
use crate::coins::{self, Way};
use crate::config::{Config, Site};
use crate::instance::Instance;
use http::Method;
use market::{Address, ClaimCoin, Coin, Offer, OfferPrice};
use money::{Amount, Asset, CommandId, OfferId, Span, Timestamp};
use protocol::challenge::route;
use protocol::problem::{CoinProblem, Problem};
use protocol::text::base64url;
use protocol::x402::evm::{self, Terms, requirement};
use protocol::x402::{Json, Payment, TIMEOUT_S, Unreadable};

/// A payment must be good for so long yet: it has a way to go.
const LEAST_LEFT: Span = Span(10);

/// The coins that a site takes.
pub(super) struct Coins(Vec<Taken>);

/// One of them.
struct Taken {
    coin: Coin,
    pay_to: Address,
    priced_in: Asset,
    way: Way,
    patience: std::time::Duration,
}

/// A payment that is what was offered.
pub(super) struct CoinOrder {
    /// The nonce of the challenge.
    pub id: CommandId,
    /// What is claimed; its block is not known yet.
    pub claim: ClaimCoin,
    /// The digest of the body, for a fresh challenge.
    pub digest: Option<String>,
    /// Which coin of the site it is; none for one that was claimed before and is taken no more.
    at: Option<usize>,
}

impl Coins {
    /// True for a site that takes none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn of(config: &Config, site: &Site) -> Coins {
        let taken = site.stablecoin.values().filter_map(|known| {
            let ((coin, pay_to), priced_in) = (known.coin()?, known.priced_in()?);
            let patience = std::time::Duration::from_secs(known.patience_s);
            Some(Taken { coin, pay_to, priced_in, way: Way::new(config, known)?, patience })
        });
        Coins(taken.collect())
    }
}

/// What a tag is over.
struct Tagged<'a> {
    nonce: CommandId,
    offer: OfferId,
    amount: Amount,
    terms: &'a Terms<'a>,
    route: [u8; 16],
    realm: &'a str,
    digest: Option<&'a str>,
}

impl Tagged<'_> {
    /// The nonce, and half of a MAC.
    fn tag(&self, instance: &Instance) -> [u8; 32] {
        let Tagged { nonce, offer, amount, terms, route, realm, digest } = self;
        let Terms { network, contract, name, version, pay_to, value } = terms;
        let (offer, route) = (base64url(&offer.0), base64url(route));
        let (contract, pay_to) = (evm::bytes(contract), evm::bytes(pay_to));
        let text = format!(
            "{}\n{offer}\n{amount}\n{network}\n{contract}\n{name}\n{version}\n{pay_to}\n{value}\n{route}\n{realm}\n{}",
            base64url(&nonce.0),
            digest.unwrap_or_default()
        );
        let mac = instance.keys.drawn("farthing/coin-offer/1", text.as_bytes());
        let mut tag = [0; 32];
        let (first, second) = tag.split_at_mut(16);
        first.copy_from_slice(&nonce.0);
        second.copy_from_slice(mac.first_chunk::<16>().expect("a MAC has 32 bytes"));
        tag
    }
}

impl Taken {
    fn terms(&self, value: u128) -> Terms<'_> {
        let Coin { network, contract, name, version, .. } = &self.coin;
        Terms { network, contract: *contract, name, version, pay_to: self.pay_to, value }
    }

    /// The price that is so much of the coin; none if no price is.
    fn amount_of(&self, value: u128) -> Option<Amount> {
        let one = self.coin.value_of(Amount::new(1_000_000)?)?;
        let units = value.checked_mul(1_000_000)?.checked_div(one)?;
        let amount = Amount::new(u64::try_from(units).ok()?)?;
        (self.coin.value_of(amount) == Some(value)).then_some(amount)
    }
}

impl Gate {
    /// The ways to pay in coins; none where a price is in another currency, or is not to be had exactly in a coin.
    pub(super) fn coin_offers(&self, ask: &Ask, quoted: &Quoted<'_>, digest: Option<&str>) -> Vec<Json> {
        let (Some(nonce), Some((amount, asset))) = (quoted.nonce(), quoted.offer.price.least()) else { return Vec::new() };
        let one = |taken: &Taken| {
            let value = taken.coin.value_of(amount).filter(|value| taken.priced_in == asset && *value > 0)?;
            let terms = taken.terms(value);
            let route = route(ask.method.as_str(), &ask.target.page);
            let tagged = Tagged { nonce, offer: quoted.id, amount, terms: &terms, route, realm: &self.site.host, digest };
            Some(requirement(&terms, tagged.tag(&self.instance)))
        };
        self.coins.0.iter().filter_map(one).collect()
    }

    /// A payment that was claimed, shown again: it is what it was when it was taken, whatever the price is by now, and however late it is.
    async fn coin_known(&self, ask: &Ask, payment: &Payment, body: &[u8]) -> Result<Option<CoinOrder>, Problem> {
        let (Ok(evm::Accepted { tag, .. }), Ok(signed)) = (evm::accepted(payment), evm::signed(payment)) else { return Ok(None) };
        let Some((head, _)) = tag.split_first_chunk::<16>() else { return Ok(None) };
        let nonce = CommandId(*head);
        let find = move |state: &market::State, _| {
            let claim = state.coin_payment(nonce)?.claim.clone();
            let is_call = state.offer(claim.offer).is_none_or(|version| is_used_up(&version.offer));
            Some((claim, is_call))
        };
        let Some((claim, is_call)) = self.instance.look(find).await? else { return Ok(None) };
        let (digest, terms) = (body_digest(body), coins::terms(&claim));
        let (offer, amount, route) = (claim.offer, claim.amount, route(ask.method.as_str(), &ask.target.page));
        let tagged = Tagged { nonce, offer, amount, terms: &terms, route, realm: &self.site.host, digest: digest.as_deref() };
        let ours = tagged.tag(&self.instance);
        let is_it = same(&ours, &tag) && requirement(&terms, ours).says(&payment.accepted) && coins::signed(&claim) == signed;
        let is_head_of_call = is_call && ask.method == Method::HEAD;
        if !is_it || is_head_of_call || !self.is_of_page(ask, payment) {
            return Ok(None);
        }
        let same_coin = |taken: &Taken| taken.coin.network == claim.coin.network && taken.coin.contract == claim.coin.contract;
        Ok(Some(CoinOrder { id: nonce, at: self.coins.0.iter().position(same_coin), digest, claim }))
    }

    /// False if the client says that it pays for another page.
    fn is_of_page(&self, ask: &Ask, payment: &Payment) -> bool {
        let url = format!("{}{}", self.origin_url(), ask.target.page);
        payment.resource.as_ref().is_none_or(|resource| *resource == url)
    }

    /// Everything that can be wrong with a payment before its chain is asked, in the order of the refusals: what comes back must be
    /// what was offered, in each member.
    fn coin_order(&self, ask: &Ask, payment: &Payment, body: &[u8]) -> Result<CoinOrder, Problem> {
        if self.coins.is_empty() {
            return Err(Problem::MethodUnsupported);
        }
        let digest = body_digest(body);
        let evm::Accepted { network, contract, value, tag } = evm::accepted(payment).map_err(problem_of)?;
        let is_it = |taken: &Taken| taken.coin.network == network && taken.coin.contract == contract;
        let at = self.coins.0.iter().position(is_it).ok_or(Problem::MethodUnsupported)?;
        let taken = self.coins.0.get(at).ok_or(Problem::MethodUnsupported)?;
        let (offer, price) = self.offer(ask).ok_or(Problem::OfferEnded)?;
        if !sells_at_once(&price) || (ask.method == Method::HEAD && is_used_up(&price)) {
            return Err(Problem::RouteMismatch);
        }
        let amount = taken.amount_of(value).ok_or(Problem::ChallengeUnknown)?;
        let terms = taken.terms(value);
        let (head, _) = tag.split_first_chunk::<16>().ok_or(Problem::ChallengeUnknown)?;
        let nonce = CommandId(*head);
        let route = route(ask.method.as_str(), &ask.target.page);
        let tagged = Tagged { nonce, offer, amount, terms: &terms, route, realm: &self.site.host, digest: digest.as_deref() };
        let ours = tagged.tag(&self.instance);
        if !same(&ours, &tag) || !requirement(&terms, ours).says(&payment.accepted) {
            return Err(Problem::ChallengeUnknown);
        }
        if !self.is_of_page(ask, payment) {
            return Err(Problem::RouteMismatch);
        }
        let claim = checked((taken, &terms), payment, ask.visit.now)?;
        let claim = ClaimCoin { offer, item: self.item(&ask.target), amount, asset: taken.priced_in, ..claim };
        Ok(CoinOrder { id: nonce, claim, digest, at: Some(at) })
    }
}

/// True for what one request uses up.
fn is_used_up(offer: &Offer) -> bool {
    matches!(offer.price, OfferPrice::Metered(_))
}

/// True if a challenge of that nonce can be answered still.
fn is_fresh(nonce: CommandId, now: Timestamp) -> bool {
    let made = Timestamp::from_ms(nonce.ms());
    made.after(Span(LIFE_S)).after(SKEW) >= now
}

/// The signed part of a payment, held against what was offered.
fn checked((taken, terms): (&Taken, &Terms<'_>), payment: &Payment, now: Timestamp) -> Result<ClaimCoin, Problem> {
    let signed = evm::signed(payment).map_err(|malformed| Problem::MalformedCredential { detail: malformed.to_string() })?;
    let it = signed.authorization;
    let wrong = |detail: &'static str| Err(Problem::Coin(CoinProblem::Authorization { detail }));
    if it.to != terms.pay_to {
        return wrong("it pays another address than the one that was asked for");
    }
    if it.value != terms.value {
        return wrong("it is for another amount than the one that was asked for");
    }
    if it.valid_after > now.seconds() {
        return wrong("it is not good yet");
    }
    if it.valid_before <= now.after(LEAST_LEFT).seconds() {
        return wrong("it is good no more, or for too short a time");
    }
    if it.valid_before > now.after(Span(TIMEOUT_S)).after(SKEW).after(SKEW).seconds() {
        return wrong("it is good for longer than was asked for");
    }
    if !signed.holds(terms) {
        return Err(Problem::SignatureInvalid);
    }
    Ok(ClaimCoin {
        offer: OfferId([0; 32]),
        item: String::new(),
        amount: Amount::ZERO,
        asset: taken.priced_in,
        coin: taken.coin.clone(),
        pay_to: it.to,
        value: it.value,
        payer: it.from,
        nonce: it.nonce,
        valid_after: it.valid_after,
        valid_before: it.valid_before,
        signature: signed.signature,
        block: 0,
    })
}

pub(super) fn problem_of(unreadable: Unreadable) -> Problem {
    match unreadable {
        Unreadable::Malformed(what) => Problem::MalformedCredential { detail: what.to_string() },
        Unreadable::Network | Unreadable::Scheme => Problem::MethodUnsupported,
        Unreadable::Requirement => Problem::ChallengeUnknown,
    }
}
