//! What a charge challenge asks for.

use crate::json::Object;
use crate::text::{Instance, Malformed, check_handle, offer, parse_offer};
use money::{Amount, Asset, OfferId};

/// The request of method `farthing`, intent `charge`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChargeRequest {
    /// In base units.
    pub amount: Amount,
    /// Of which asset, such as `eur-micro`.
    pub currency: Asset,
    /// The payee's handle.
    pub recipient: String,
    /// Where the payer's balance and the books are.
    pub instance: Instance,
    /// The offer version.
    pub offer: OfferId,
    /// For how long paying gives access; `None` = one use.
    pub lasts: Option<Lasts>,
    /// Seconds in which one click takes it back.
    pub undo: Option<u64>,
    /// The payee's own reference, echoed in the receipt.
    pub external_id: Option<String>,
}

/// For how long paying gives access.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lasts {
    /// Without end.
    Ever,
    /// So many seconds.
    Seconds(u64),
}

impl ChargeRequest {
    /// Canonical JSON; every value a string, so that every SDK writes the same bytes again.
    #[must_use]
    pub fn canonical(&self) -> String {
        let lasts = self.lasts.map(|lasts| match lasts {
            Lasts::Ever => "ever".to_owned(),
            Lasts::Seconds(seconds) => seconds.to_string(),
        });
        let details = Object::default()
            .with("instance", self.instance.to_string())
            .with("offer", offer(self.offer))
            .with_maybe("duration", lasts)
            .with_maybe("undo", self.undo.map(|seconds| seconds.to_string()));
        Object::default()
            .with("amount", self.amount.to_string())
            .with("currency", self.currency.as_str())
            .with("recipient", self.recipient.as_str())
            .with_maybe("externalId", self.external_id.as_deref())
            .with_object("methodDetails", details)
            .canonical()
    }

    /// Reads the JSON; unknown fields are ignored.
    ///
    /// # Errors
    /// [`Malformed`] naming the field.
    pub fn parse(json: &[u8]) -> Result<ChargeRequest, Malformed> {
        let fields = Object::parse(json)?;
        let details = fields.object("methodDetails").ok_or(Malformed("methodDetails"))?;
        let recipient = fields.need("recipient")?;
        check_handle(recipient)?;
        let seconds = |text: &str, what| text.parse::<u64>().map_err(|_| Malformed(what));
        Ok(ChargeRequest {
            amount: Amount::parse(fields.need("amount")?).map_err(|_| Malformed("amount"))?,
            currency: Asset::parse(fields.need("currency")?).map_err(|_| Malformed("currency"))?,
            recipient: recipient.to_owned(),
            instance: Instance::parse(details.need("instance")?)?,
            offer: parse_offer(details.need("offer")?)?,
            lasts: match details.maybe("duration")? {
                None => None,
                Some("ever") => Some(Lasts::Ever),
                Some(text) => Some(Lasts::Seconds(seconds(text, "duration")?)),
            },
            undo: details.maybe("undo")?.map(|text| seconds(text, "undo")).transpose()?,
            external_id: fields.maybe("externalId")?.map(str::to_owned),
        })
    }
}
