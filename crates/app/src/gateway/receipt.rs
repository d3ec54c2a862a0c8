//! `Payment-Receipt`: what this very answer charged, signed after it is durable.

use super::Gate;
use crate::receipts::Sold;
use http::HeaderValue;
use money::Amount;
use protocol::receipt::{Group, Receipt};
use protocol::text::base64url;
use sha2::{Digest, Sha256};

impl Gate {
    /// The header of an answer that charged `amount` for a sale; none if it cannot be written, which is logged.
    pub(super) fn receipt(&self, sold: &Sold, amount: Amount) -> Option<HeaderValue> {
        let sale = &sold.sale;
        let mut receipt = Receipt {
            reference: sold.id,
            timestamp: sale.at,
            instance: self.instance.id,
            recipient: sold.payee.clone(),
            payer: sold.payer_reference(&self.instance).to_owned(),
            amount,
            currency: sale.asset,
            offer: sale.offer,
            entitlement: sale.item.as_ref().to_owned(),
            until: sale.until,
            full: sold.full(&self.instance),
            external_id: None,
        };
        let group = Group { frame: sale.place.frame, chunk: sale.place.record };
        let key = &self.instance.keys.receipt;
        let value = receipt.header_value(key, group).or_else(|_| {
            // A long address does not fit; its hash says the same to whoever knows the page.
            receipt.entitlement = base64url(&Sha256::digest(sale.item.as_bytes()));
            receipt.header_value(key, group)
        });
        match value.map(|value| HeaderValue::from_str(&value)) {
            Ok(Ok(value)) => Some(value),
            Ok(Err(_)) | Err(_) => {
                tracing::error!(sale = %sold.serial(), "a receipt could not be written");
                None
            }
        }
    }
}
