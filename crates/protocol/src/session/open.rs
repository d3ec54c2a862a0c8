//! `open`: a hold, its first payment and its first unit in one request.

use super::{NewChain, amount, bytes, lines_of, time};
use crate::challenge::{Challenge, SessionRequest};
use crate::json::Object;
use crate::keys::{Claim, PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Malformed, account, base64url, command, offer, parse_account};
use money::{Amount, CommandId, Party, Timestamp};

/// What a payer opens a session with, before it is signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    /// What is held: nothing is ever drawn above it.
    pub hold: Amount,
    /// What is authorised at once, at most `hold`: the price of the unit that this very request is for.
    pub first: Amount,
    /// When the session ends if nobody closes it; what is not drawn then is released.
    pub until: Timestamp,
    /// How further payments are authorised.
    pub kind: Kind,
    /// The key of the session's vouchers, if it is not the key that opens.
    pub voucher_key: Option<PublicKey>,
    /// Whose balance is held, when the key is not its account's first.
    pub account: Option<Party>,
}

/// How the payments of a session are authorised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// By the links of this chain, over `first`; signed vouchers are taken too.
    Chain(NewChain),
    /// By signed vouchers; a checkpoint may begin a chain.
    Signed,
    /// By none: the seller's meter counts, up to the hold.
    Trusted,
}

/// The action `open`.
#[derive(Clone, PartialEq, Eq)]
pub struct Open {
    /// What is opened.
    pub terms: Opening,
    /// Who opens it.
    pub key: PublicKey,
    /// Over the text `farthing/open/1`.
    pub signature: [u8; 64],
}

impl Kind {
    const fn word(&self) -> &'static str {
        match self {
            Kind::Chain(_) => "chain",
            Kind::Signed => "signed",
            Kind::Trusted => "trusted",
        }
    }

    /// The chain that it begins with.
    #[must_use]
    pub const fn chain(&self) -> Option<&NewChain> {
        match self {
            Kind::Chain(chain) => Some(chain),
            Kind::Signed | Kind::Trusted => None,
        }
    }
}

impl Open {
    /// Signs an opening under a session challenge. The caller has checked instance, realm, currency and expiry before.
    ///
    /// # Errors
    /// [`Malformed`] if the challenge is none of a session, or what is opened would be refused unread.
    pub fn sign(terms: Opening, session: CommandId, challenge: &Challenge, key: &SigningKey) -> Result<Open, Malformed> {
        let mut open = Open { terms, key: key.public(), signature: [0; 64] };
        // What a reader would refuse is not signed.
        Opening::parse(&open.written(Object::default()))?;
        open.signature = key.sign(open.text(session, challenge, &challenge.session()?)?.bytes());
        Ok(open)
    }

    /// The key of the session's vouchers.
    #[must_use]
    pub fn voucher_key(&self) -> PublicKey {
        self.terms.voucher_key.unwrap_or(self.key)
    }

    /// Whose balance is held.
    #[must_use]
    pub fn payer(&self) -> Party {
        self.terms.account.unwrap_or_else(|| self.key.account())
    }

    /// The claim that the key signed this very opening; none if it can't be signed.
    #[must_use]
    pub fn claim(&self, session: CommandId, challenge: &Challenge, request: &SessionRequest) -> Option<Claim> {
        let text = self.text(session, challenge, request).ok()?;
        Some(self.key.claim(text.bytes(), &self.signature))
    }

    pub(super) fn parse(fields: &Object) -> Result<Open, Malformed> {
        let key = PublicKey::parse(fields.need("key")?).map_err(|_| Malformed("key"))?;
        Ok(Open { terms: Opening::parse(fields)?, key, signature: bytes(fields, "signature")? })
    }

    pub(super) fn written(&self, fields: Object) -> Object {
        let Opening { hold, first, until, kind, voucher_key, account: payer } = &self.terms;
        let fields = fields
            .with("key", self.key.to_string())
            .with("hold", hold.to_string())
            .with("first", first.to_string())
            .with("until", until.to_string())
            .with("kind", kind.word())
            .with_maybe("voucherKey", voucher_key.map(|key| key.to_string()))
            .with_maybe("account", payer.map(account))
            .with("signature", base64url(&self.signature));
        NewChain::written(kind.chain(), fields)
    }

    /// `farthing/open/1`: instance, challenge id, realm, recipient, currency, offer, scope, hold, first, until, kind, step,
    /// length, anchor, voucherKey, session id, account.
    pub(super) fn text(&self, session: CommandId, challenge: &Challenge, request: &SessionRequest) -> Result<SignedText, Malformed> {
        let text = SignedText::new("farthing/open/1")
            .line(&request.instance.to_string())?
            .line(&challenge.id)?
            .line(&challenge.realm)?
            .line(&request.recipient)?
            .line(request.currency.as_str())?
            .line(&offer(request.offer))?
            .line(&request.scope)?
            .line(&self.terms.hold.to_string())?
            .line(&self.terms.first.to_string())?
            .line(&self.terms.until.to_string())?
            .line(self.terms.kind.word())?;
        lines_of(self.terms.kind.chain(), text)?
            .line(&self.terms.voucher_key.map(|key| key.to_string()).unwrap_or_default())?
            .line(&command(session))?
            .line(&account(self.payer()))
    }
}

impl Opening {
    fn parse(fields: &Object) -> Result<Opening, Malformed> {
        let (hold, first) = (amount(fields, "hold")?, amount(fields, "first")?);
        if hold.is_zero() {
            return Err(Malformed("hold"));
        }
        if first > hold {
            return Err(Malformed("first"));
        }
        let kind = match (fields.need("kind")?, NewChain::parse(fields, first)?) {
            ("chain", Some(chain)) => Kind::Chain(chain),
            ("signed", None) => Kind::Signed,
            ("trusted", None) => Kind::Trusted,
            _ => return Err(Malformed("kind")),
        };
        let voucher_key = fields.maybe("voucherKey")?.map(PublicKey::parse).transpose().map_err(|_| Malformed("voucherKey"))?;
        let account = fields.maybe("account")?.map(parse_account).transpose().map_err(|_| Malformed("account"))?;
        Ok(Opening { hold, first, until: time(fields, "until")?, kind, voucher_key, account })
    }
}
