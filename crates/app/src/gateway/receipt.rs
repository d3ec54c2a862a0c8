//! `Payment-Receipt` of an answer that comes later than the purchase: signed alone.

use super::Gate;
use crate::receipts::Sold;
use http::HeaderValue;
use money::Amount;
use protocol::receipt::Group;
use protocol::text::base64url;
use sha2::{Digest, Sha256};

impl Gate {
    /// The header of an answer that says `amount` was charged for a sale; none if it cannot be written, which is logged.
    pub(super) fn receipt(&self, sold: &Sold, amount: Amount) -> Option<HeaderValue> {
        let speaker = self.instance.speaker();
        let mut receipt = sold.receipt_of(speaker, amount);
        let group = Group::apart(sold.sale.place.frame);
        let value = receipt.header_value(&speaker.keys.receipt, group).or_else(|_| {
            // A long address does not fit; its hash says the same to whoever knows the page.
            receipt.entitlement = base64url(&Sha256::digest(sold.sale.item.as_bytes()));
            receipt.header_value(&speaker.keys.receipt, group)
        });
        header(sold, value)
    }
}

/// A receipt as a header; none if there is none, which is logged.
pub(crate) fn header(sold: &Sold, value: Result<String, protocol::Malformed>) -> Option<HeaderValue> {
    match value.map(HeaderValue::try_from) {
        Ok(Ok(value)) => Some(value),
        Ok(Err(_)) | Err(_) => {
            tracing::error!(sale = %sold.serial(), "a receipt could not be written");
            None
        }
    }
}
