//! Sessions found again by a wallet whose files are lost: as the instance lists them, and only as far as it can prove them.
//!
//! What a session has authorised is shown by a link or a signature that nobody but this wallet can have made. An instance that
//! says more than it can show is told apart: from such a session nothing is paid any more.

use crate::calls::Account;
use crate::payer::{Payer, Request};
use crate::proofs::Opened;
use crate::session::{Found, KeptSession};
use crate::{Address, Error, Refusal, Wallet};
use http::StatusCode;
use money::{Amount, Asset, CommandId, OfferId, Timestamp};
use protocol::challenge::SessionRequest;
use protocol::receipt::{Certified, CertifiedSigned, Done};
use protocol::session::{Bound, Kind, Links, NewChain, Open, Opening, SignedVoucher};
use protocol::text::{array_from_base64url, parse_command, parse_offer};
use protocol::{Challenge, Instance, PublicKey};
use serde::Deserialize;

/// Most pages of a list that are read.
const MOST_PAGES: usize = 64;

/// A session of the list, and what became of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Restored {
    /// It pays again from here.
    Pays(Box<KeptSession>),
    /// It is kept here already, and another program pays from it right now.
    InUse(CommandId),
    /// What the instance says of it is not proved by what it shows.
    Refuted(CommandId, &'static str),
    /// It is ours, and its site did not say how it is paid; the wallet can close it.
    Silent(CommandId, String),
}

#[derive(Deserialize)]
pub(crate) struct List {
    rows: Vec<Listed>,
    next: Option<String>,
}

/// A session as the instance lists it.
#[derive(Deserialize)]
pub(crate) struct Listed {
    session: String,
    site: String,
    realm: String,
    recipient: String,
    #[serde(with = "crate::text")]
    currency: Asset,
    #[serde(with = "crate::text")]
    hold: Amount,
    #[serde(with = "crate::text")]
    accepted: Amount,
    #[serde(with = "crate::text")]
    drawn: Amount,
    units: String,
    seq: String,
    #[serde(with = "crate::text")]
    until: Timestamp,
    opening: Option<Said>,
    evidence: Evidence,
    /// The instance's signed word on all of this.
    #[serde(default)]
    receipt: Option<String>,
}

/// What was signed when it was opened.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    key: String,
    signature: String,
    challenge: String,
    offer: String,
    scope: String,
    #[serde(with = "crate::text")]
    hold: Amount,
    #[serde(with = "crate::text")]
    first: Amount,
    kind: String,
    #[serde(flatten)]
    chain: Chain,
    voucher_key: String,
}

#[derive(Deserialize)]
struct Chain {
    #[serde(default, with = "crate::text::maybe")]
    step: Option<Amount>,
    length: Option<String>,
    anchor: Option<String>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Evidence {
    Opening,
    Link {
        #[serde(with = "crate::text")]
        base: Amount,
        #[serde(with = "crate::text")]
        step: Amount,
        length: String,
        index: String,
        link: String,
    },
    Signed {
        #[serde(with = "crate::text")]
        cumulative: Amount,
        signature: String,
        #[serde(flatten)]
        chain: Chain,
    },
}

type Proven<T> = Result<T, &'static str>;

impl Account<'_> {
    /// Finds the sessions of this wallet that are not over, checks what the instance shows for them, and keeps those that hold:
    /// they pay again, by a checkpoint or a signature.
    ///
    /// # Errors
    /// As [`Account::balances`], and [`Error::File`].
    pub async fn restore(&self) -> Result<Vec<Restored>, Error> {
        let (mut after, mut all) = (String::new(), Vec::new());
        for _ in 0..MOST_PAGES {
            let List { rows, next } = self.sessions(&after).await?;
            for listed in rows {
                all.extend(self.taken_up(&listed).await?);
            }
            let Some(next) = next else { break };
            after = format!("?after={next}");
        }
        Ok(all)
    }

    async fn taken_up(&self, listed: &Listed) -> Result<Option<Restored>, Error> {
        let Ok(id) = parse_command(&listed.session) else { return Ok(None) };
        if let Err(why) = listed.proven(id, self.instance(), &self.payer().wallet) {
            return Ok(Some(Restored::Refuted(id, why)));
        }
        let payer = self.payer();
        if let Err(why) = self.agrees_with_what_was_signed(id, listed)? {
            return Ok(Some(Restored::Refuted(id, why)));
        }
        let known = payer.state.sessions()?.into_iter().any(|kept| kept.id == id);
        let Ok(found) = listed.found() else { return Ok(Some(Restored::Refuted(id, "it is not written as it should be"))) };
        if known {
            // A disk that was set back knows less than was sent from here since.
            let Some(mut held) = payer.state.hold(id)? else { return Ok(Some(Restored::InUse(id))) };
            held.session.set_forward(&found);
            payer.state.keep_session(&held.session)?;
            return Ok(Some(Restored::Pays(Box::new(held.session))));
        }
        match payer.session_again(id, listed, &found, self.instance()).await {
            Ok(session) => {
                if let Some(said) = &listed.opening {
                    payer.state.keep_opening(id, said.opened(listed.until))?;
                }
                payer.state.keep_session(&session)?;
                Ok(Some(Restored::Pays(Box::new(session))))
            }
            Err(error @ Error::File { .. }) => Err(error),
            Err(error) => Ok(Some(Restored::Silent(id, error.to_string()))),
        }
    }
}

impl Account<'_> {
    /// That the list says nothing else than the instance signed, now and before. What it signs now is kept, also where the list is
    /// refuted: it is what the payer can show.
    fn agrees_with_what_was_signed(&self, id: CommandId, listed: &Listed) -> Result<Proven<()>, Error> {
        let state = &self.payer().state;
        let (before, mut now) = (state.proofs(id)?, None);
        if let Some(said) = &listed.receipt {
            match CertifiedSigned::parse(said) {
                Ok(signed) if self.receipt_keys().any(|key| signed.is_proved_by(key)) => now = Some(signed.receipt),
                _ => return Ok(Err("no key of the wallet proves its receipt")),
            }
            state.keep_receipt(id, said)?;
        }
        Ok(listed.agrees(id, now.as_ref(), before.said()))
    }
}

impl Payer {
    /// A session made anew from what was proved of it and a fresh challenge of its site.
    async fn session_again(&self, id: CommandId, listed: &Listed, found: &Found, instance: Instance) -> Result<KeptSession, Error> {
        let said = listed.opening.as_ref().ok_or(Error::Unpayable(Refusal::NoChallenge))?;
        let page = format!("{}{}", listed.site, said.scope.replace('*', "x"));
        let url = Address::parse(&page).map_err(|why| Error::Address { url: page, why })?;
        if !self.policy.trusts_the_way_to(&url) {
            return Err(Error::Unpayable(Refusal::PlainHttp));
        }
        let reply = self.ask(&Request::get(url.clone()), None).await?;
        if reply.status != StatusCode::PAYMENT_REQUIRED {
            return Err(Error::Unpayable(Refusal::NoChallenge));
        }
        let offered = self.fresh_challenge(&Request::get(url.clone()), &reply).map_err(Error::Unpayable)?;
        let theirs = (&offered.challenge.realm, &offered.request.recipient, offered.request.currency, offered.request.instance);
        if theirs != (&listed.realm, &listed.recipient, listed.currency, instance) {
            return Err(Error::Unpayable(Refusal::NoChallenge));
        }
        let site = self.site_at(&url, &listed.realm, instance).await?;
        let mut session = KeptSession::new(id, &url, (&offered, &site), (listed.hold, listed.until));
        session.again(found, said.kind == "chain");
        Ok(session)
    }
}

impl Listed {
    /// That it says what its own receipt does, and takes back nothing of those that are kept.
    fn agrees(&self, id: CommandId, now: Option<&Certified>, before: impl Iterator<Item = Certified>) -> Proven<()> {
        if let Some(now) = now {
            let says = (now.counted.session, now.hold, now.counted.accepted, now.counted.spent, now.until);
            if says != (id, self.hold, self.accepted, self.drawn, self.until) {
                return Err("its signed receipt says something else than the list");
            }
        }
        for before in before {
            if let Done::Close { .. } = before.done {
                return Err("its instance has signed before that it is over");
            }
            let less = self.hold < before.hold || self.accepted < before.counted.accepted || self.drawn < before.counted.spent;
            if less || self.until != before.until {
                return Err("its instance has signed something else before");
            }
        }
        Ok(())
    }

    fn found(&self) -> Proven<Found> {
        let number = |text: &str| text.parse::<u64>().map_err(|_| "a number of it is none");
        let Listed { hold, accepted, drawn, .. } = *self;
        Ok(Found { hold, accepted, drawn, units: number(&self.units)?, seq: number(&self.seq)? })
    }

    /// That the wallet opened it, and that it authorised all that is said to be accepted.
    fn proven(&self, id: CommandId, instance: Instance, wallet: &Wallet) -> Proven<()> {
        let said = self.opening.as_ref().ok_or("nothing shows that it was opened by this wallet")?;
        let key = wallet.voucher_key(id).public();
        if said.voucher_key != key.to_string() {
            return Err("its vouchers are of another key than this wallet's");
        }
        if !said.is_signed((self, id), instance, (wallet, key)) {
            return Err("its opening is not signed by this wallet");
        }
        if self.drawn > self.accepted || self.accepted > self.hold || said.hold > self.hold {
            return Err("its figures contradict each other");
        }
        let bound = Bound { instance, session: id, recipient: &self.recipient, currency: self.currency, account: wallet.account() };
        match self.evidence.shows(said.first, &bound, (wallet, key)) {
            Some(shown) if shown == self.accepted => Ok(()),
            Some(_) | None => Err("it claims more than this wallet is shown to have authorised"),
        }
    }
}

impl Said {
    fn is_signed(&self, (listed, session): (&Listed, CommandId), instance: Instance, (wallet, key): (&Wallet, PublicKey)) -> bool {
        self.open(listed, (wallet, key))
            .zip(self.asked(listed, instance))
            .is_some_and(|(open, (challenge, request))| open.claim(session, &challenge, &request).is_some_and(|claim| claim.holds()))
    }

    /// As it is kept, for who is to be shown it.
    fn opened(&self, until: Timestamp) -> Opened {
        Opened {
            key: self.key.clone(),
            signature: self.signature.clone(),
            challenge: self.challenge.clone(),
            offer: self.offer.clone(),
            scope: self.scope.clone(),
            hold: self.hold,
            first: self.first,
            until,
            kind: self.kind.clone(),
            step: self.chain.step.map(|step| step.to_string()),
            length: self.chain.length.clone(),
            anchor: self.chain.anchor.clone(),
            voucher_key: Some(self.voucher_key.clone()),
        }
    }

    fn open(&self, listed: &Listed, (wallet, key): (&Wallet, PublicKey)) -> Option<Open> {
        let kind = match (&*self.kind, self.chain.read()?) {
            ("chain", Some(chain)) => Kind::Chain(chain),
            ("signed", None) => Kind::Signed,
            _ => return None,
        };
        let terms = Opening { hold: self.hold, first: self.first, until: listed.until, kind, voucher_key: Some(key), account: None };
        Some(Open { terms, key: wallet.key().public(), signature: array_from_base64url(&self.signature).ok()? })
    }

    /// What of a challenge and its request is in the signed text; the rest of them does not count.
    fn asked(&self, listed: &Listed, instance: Instance) -> Option<(Challenge, SessionRequest)> {
        let challenge = Challenge {
            id: self.challenge.clone(),
            realm: listed.realm.clone(),
            method: protocol::challenge::METHOD.to_owned(),
            intent: protocol::challenge::SESSION.to_owned(),
            request: String::new(),
            expires: None,
            digest: None,
            opaque: None,
            header: None,
        };
        let offer: OfferId = parse_offer(&self.offer).ok()?;
        let request = SessionRequest {
            amount: Amount::ZERO,
            per: 1,
            currency: listed.currency,
            recipient: listed.recipient.clone(),
            unit_type: String::new(),
            instance,
            offer,
            step: Amount::ZERO,
            hold: Amount::ZERO,
            scope: self.scope.clone(),
        };
        Some((challenge, request))
    }
}

impl Chain {
    /// The chain, or that there is none; nothing, if it is half there.
    fn read(&self) -> Option<Option<NewChain>> {
        match (self.step, &self.length, &self.anchor) {
            (None, None, None) => Some(None),
            (Some(step), Some(length), Some(anchor)) => {
                Some(Some(NewChain { step, length: length.parse().ok()?, anchor: array_from_base64url(anchor).ok()? }))
            }
            _ => None,
        }
    }
}

impl Evidence {
    /// What it shows to be authorised; nothing, if it shows nothing.
    fn shows(&self, first: Amount, bound: &Bound<'_>, (wallet, key): (&Wallet, PublicKey)) -> Option<Amount> {
        match self {
            Evidence::Opening => Some(first),
            Evidence::Link { base, step, length, index, link } => {
                let (length, index): (u32, u32) = (length.parse().ok()?, index.parse().ok()?);
                if length > protocol::session::MOST_LENGTH || index > length {
                    return None;
                }
                // Only who knows the seed can make the links over this base: one of them shows base, step and length as well.
                let mut links = Links::of(&wallet.voucher_seed(bound.session), bound.session, *base, (*step, length));
                let ours = if index == 0 { links.begins().anchor } else { links.link(index)? };
                let steps = Amount::new(step.units().checked_mul(index.into())?)?;
                (array_from_base64url::<32>(link).ok()? == ours).then(|| base.checked_add(steps)).flatten()
            }
            Evidence::Signed { cumulative, signature, chain } => {
                let signature = array_from_base64url(signature).ok()?;
                let voucher = SignedVoucher { cumulative: *cumulative, checkpoint: chain.read()?, signature };
                voucher.claim(bound, &key).is_some_and(|claim| claim.holds()).then_some(*cumulative)
            }
        }
    }
}

#[cfg(test)]
mod tests;
