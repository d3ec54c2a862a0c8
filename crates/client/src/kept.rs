//! What the payer keeps: receipts, and commands whose answer has not come. Our own JSON on our own disk.

use crate::Address;
use crate::checks::Agreed;
use crate::site::{Mode, Site};
use money::{Amount, Asset, CommandId, Price, Span, Timestamp};
use protocol::text::{base64url, from_base64url};
use protocol::{Instance, Lasts, Presented};
use serde::{Deserialize, Serialize};

/// How long after a challenge's end (or a call's making) the instance still knows the command.
const WINDOW: Span = Span(600);

/// A receipt as it is kept, with what is needed to show the page again and to take it back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct KeptReceipt {
    /// The page.
    #[serde(with = "crate::text")]
    pub url: Address,
    /// Serial of the receipt: what `undo` takes.
    #[serde(with = "crate::text")]
    pub serial: CommandId,
    /// What was charged when it was bought.
    #[serde(with = "crate::text")]
    pub amount: Amount,
    /// Of which asset.
    #[serde(with = "crate::text")]
    pub currency: Asset,
    /// The payee's handle.
    pub recipient: String,
    /// When it was sold.
    #[serde(with = "crate::text")]
    pub at: Timestamp,
    /// For how long the page is owned.
    pub access: Access,
    /// Until when one command takes it back.
    #[serde(with = "crate::text::maybe")]
    pub undo_until: Option<Timestamp>,
    /// Whose books it stands in.
    #[serde(with = "crate::text")]
    pub instance: Instance,
    /// The wallet's origin.
    #[serde(with = "crate::text")]
    pub wallet: Address,
    /// Test or live.
    pub mode: Mode,
    /// The signed receipt as it came in `Payment-Receipt`; none if the answer was lost and the books said the rest.
    pub signed: Option<String>,
    /// True once it was taken back.
    pub taken_back: bool,
}

/// For how long a page is owned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// It was for one use.
    Once,
    /// Until then.
    Until(#[serde(with = "crate::text")] Timestamp),
    /// Without end.
    Ever,
}

/// A command that was, or is about to be, sent and has no answer yet. What is sent again is exactly this.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// HTTP method.
    pub method: String,
    /// Where it goes.
    #[serde(with = "crate::text")]
    pub url: Address,
    /// The body in base64url.
    body: Option<String>,
    /// Its media type.
    pub content_type: Option<String>,
    /// The event after which a stream goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The field of the credential.
    pub field: String,
    /// The credential: a charge, or the signature of a call under `/v1`.
    pub credential: String,
    /// The `Idempotency-Key`: the command's id.
    pub key: String,
    /// Until when the instance would still take it.
    #[serde(with = "crate::text")]
    pub until: Timestamp,
    /// The charge that stood beside the standing challenge it answers.
    #[serde(default)]
    beside: Option<String>,
}

/// Headers that make a request a command.
pub(crate) struct Command {
    pub field: &'static str,
    pub credential: String,
    pub key: String,
    pub until: Timestamp,
}

impl KeptReceipt {
    /// True if the page can be had again without paying.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        let stands = match self.access {
            Access::Once => false,
            Access::Until(until) => now < until,
            Access::Ever => true,
        };
        stands && !self.taken_back
    }

    /// What was paid.
    #[must_use]
    pub fn price(&self) -> Price {
        Price { amount: self.amount, asset: self.currency }
    }

    /// The receipt of a sale that the books confirm though its answer was lost. Times count from the challenge's making,
    /// so that nothing is promised for longer than it is.
    #[must_use]
    pub(crate) fn of_record(url: &Address, agreed: &Agreed, site: &Site) -> KeptReceipt {
        let (request, at) = (&agreed.request, Timestamp::from_ms(agreed.nonce.ms()));
        KeptReceipt {
            url: url.clone(),
            serial: agreed.nonce,
            amount: request.amount,
            currency: request.currency,
            recipient: request.recipient.clone(),
            at,
            access: match request.lasts {
                None => Access::Once,
                Some(Lasts::Ever) => Access::Ever,
                Some(Lasts::Seconds(seconds)) => Access::Until(at.after(Span(seconds))),
            },
            undo_until: request.undo.map(|seconds| at.after(Span(seconds))),
            instance: site.instance,
            wallet: site.wallet.clone(),
            mode: site.mode,
            signed: None,
            taken_back: false,
        }
    }
}

impl Unanswered {
    pub(crate) fn new(request: &crate::Request, command: Command) -> Unanswered {
        Unanswered {
            method: request.method.as_str().to_owned(),
            url: request.url.clone(),
            body: request.body.as_deref().map(base64url),
            content_type: request.content_type.clone(),
            after: request.after.clone(),
            field: command.field.to_owned(),
            credential: command.credential,
            key: command.key,
            until: command.until,
            beside: None,
        }
    }

    /// With the charge that stood beside the challenge it answers.
    pub(crate) fn quoted_beside(self, beside: Option<String>) -> Unanswered {
        Unanswered { beside, ..self }
    }

    /// The body that belongs to it.
    ///
    /// # Errors
    /// If the text is no base64url: somebody edited the file.
    pub fn body(&self) -> Result<Option<Vec<u8>>, protocol::Malformed> {
        self.body.as_deref().map(from_base64url).transpose()
    }

    /// What was signed, if it is a charge.
    #[must_use]
    pub fn agreed(&self) -> Option<Agreed> {
        match Presented::parse(&self.credential).ok()? {
            Presented::Charge(credential) => Agreed::read(credential.challenge).ok(),
            Presented::Session(credential) => Agreed::of_pay(credential, self.beside.as_deref()).ok(),
        }
    }
}

/// The last instant at which the instance would still take what is signed at `made` or ends then.
pub(crate) fn taken_until(made: Timestamp) -> Timestamp {
    made.after(WINDOW)
}
