//! What another server asks a facilitator: its requirement, and the payment of its client. Such a requirement has no challenge of
//! ours, so the payer names a command and an end, and signs `farthing/settle/1`.

use super::{EXACT, Json, Payment, Unreadable, VERSION, instance_of};
use crate::keys::{Claim, PublicKey, SigningKey};
use crate::signed::SignedText;
use crate::text::{Instance, Malformed, account, array_from_base64url, base64url, check_handle, command, parse_account, parse_command};
use money::{Amount, Asset, CommandId, Party, Timestamp};

/// A settlement that a payer signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Settlement {
    /// In whose books.
    pub instance: Instance,
    /// The payee's handle.
    pub recipient: String,
    /// What is paid.
    pub amount: Amount,
    /// Of which asset.
    pub currency: Asset,
    /// The payer's own command: what makes the signature single-use.
    pub command: CommandId,
    /// When the signature ends; whole seconds.
    pub expires: Timestamp,
    /// Who signs.
    pub key: PublicKey,
    /// Over the text `farthing/settle/1`.
    pub signature: [u8; 64],
    /// Whose balance pays, when the key is not its account's first.
    pub account: Option<Party>,
}

/// The body of `POST /verify` and `POST /settle`.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// What is to be settled.
    pub settlement: Settlement,
    /// The client's own name for this request, if it has one.
    pub identifier: Option<super::Identifier>,
}

impl Asked {
    /// Reads a body.
    ///
    /// # Errors
    /// [`Unreadable`]; [`Unreadable::Requirement`] also where the server asks for something else than its client has accepted.
    pub fn parse(body: &[u8], instance: Instance) -> Result<Asked, Unreadable> {
        let document = Json::parse(body)?;
        if document.get("x402Version") != Some(&Json::from(VERSION)) {
            return Err(Malformed("x402Version").into());
        }
        let payment = Payment::read(document.get("paymentPayload").ok_or(Malformed("paymentPayload"))?)?;
        let required = document.get("paymentRequirements").ok_or(Malformed("paymentRequirements"))?;
        if payment.scheme(instance)? != EXACT {
            return Err(Unreadable::Scheme);
        }
        for key in ["scheme", "network", "amount", "asset", "payTo"] {
            if required.get(key).and_then(Json::text) != payment.accepted.get(key).and_then(Json::text) {
                return Err(Unreadable::Requirement);
            }
        }
        Ok(Asked { settlement: Settlement::read(&payment)?, identifier: payment.identifier })
    }
}

impl Settlement {
    fn read(payment: &Payment) -> Result<Settlement, Unreadable> {
        let (accepted, payload) = (&payment.accepted, &payment.payload);
        let recipient = accepted.need("payTo")?;
        check_handle(recipient).map_err(|_| Unreadable::Requirement)?;
        let end = payload.need("expires")?;
        Ok(Settlement {
            instance: instance_of(accepted.need("network")?).map_err(|_| Unreadable::Network)?,
            recipient: recipient.to_owned(),
            amount: Amount::parse(accepted.need("amount")?).map_err(|_| Unreadable::Requirement)?,
            currency: Asset::parse(accepted.need("asset")?).map_err(|_| Unreadable::Requirement)?,
            command: parse_command(payload.need("command")?)?,
            expires: Timestamp::parse(end).filter(|time| time.to_string() == end).ok_or(Malformed("expires"))?,
            key: PublicKey::parse(payload.need("key")?)?,
            signature: array_from_base64url(payload.need("signature")?)?,
            account: payload.maybe("account")?.map(parse_account).transpose()?,
        })
    }

    /// Signs it anew for the account of a key.
    ///
    /// # Errors
    /// [`Malformed`] if it holds a value that must not be signed.
    pub fn signed(mut self, key: &SigningKey) -> Result<Settlement, Malformed> {
        (self.key, self.account) = (key.public(), None);
        self.signature = key.sign(self.text()?.bytes());
        Ok(self)
    }

    /// Whose balance pays.
    #[must_use]
    pub fn payer(&self) -> Party {
        self.account.unwrap_or_else(|| self.key.account())
    }

    /// The claim that the key signed it; none if it can't be signed.
    #[must_use]
    pub fn claim(&self) -> Option<Claim> {
        Some(self.key.claim(self.text().ok()?.bytes(), &self.signature))
    }

    /// What a payment carries of it.
    #[must_use]
    pub fn payload(&self) -> Json {
        Json::object()
            .with("key", self.key.to_string())
            .with("signature", base64url(&self.signature))
            .with("command", command(self.command))
            .with("expires", self.expires.to_string())
            .with_maybe("account", self.account.map(account))
    }

    /// `farthing/settle/1`: instance, command, recipient, amount, currency, expires, account. As in a charge, the account line
    /// always names the payer.
    fn text(&self) -> Result<SignedText, Malformed> {
        SignedText::new("farthing/settle/1")
            .line(&self.instance.to_string())?
            .line(&command(self.command))?
            .line(&self.recipient)?
            .line(&self.amount.to_string())?
            .line(self.currency.as_str())?
            .line(&self.expires.to_string())?
            .line(&account(self.payer()))
    }
}
