//! Every receipt again, from the records and the keys alone: what a payer was given must be what the books say.

use super::proofs::finding;
use crate::instance::Keys;
use market::{Effect, Founding, Place};
use protocol::json::Object;
use protocol::receipt::{Receipt, Signed, sign_together};
use protocol::text::{Instance, offer, serial};
use protocol::{Malformed, PublicKey};
use sha2::{Digest, Sha256};
use store::audit::{Accounts, AuditError, Seen, Watcher};
use store::folder::Mode;
use store::journal::Head;

/// A receipt as payers have it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issued {
    /// Its serial.
    pub serial: String,
    /// The whole receipt in its canonical form.
    pub document: String,
    /// The signed `Payment-Receipt`, which holds the document's SHA-256.
    pub header: String,
}

/// The keys that speak for an instance, as its receipts are checked with them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyDocument {
    /// The instance's id.
    pub instance: String,
    /// Its root key, whose hash is the id.
    pub root_key: String,
    /// The key that signs receipts.
    pub receipt_key: String,
    /// The root key's signature over it (`farthing/key/1`).
    pub signature: String,
}

/// Derives every receipt, signs those of each frame together, and verifies them with the key in the journal.
pub struct Receipts<'k> {
    keys: &'k Keys,
    mode: Mode,
    count: u64,
    /// Those of the frame that is being read.
    open: Vec<Open>,
}

/// A receipt before it is signed.
struct Open {
    place: Place,
    document: String,
    receipt: Receipt,
    key: PublicKey,
}

impl<'k> Receipts<'k> {
    /// With an instance's keys.
    #[must_use]
    pub fn new(keys: &'k Keys, mode: Mode) -> Receipts<'k> {
        Receipts { keys, mode, count: 0, open: Vec::new() }
    }

    /// Receipts verified.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Takes in a record; it has a receipt if it made a sale.
    ///
    /// # Errors
    /// A finding if the record cannot have one, or the keys are another instance's.
    pub fn enter(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        let (Some(purchase), Effect::Sold { sale, charged }) = (seen.record.command.body.purchase(), seen.record.applied.effect) else {
            return Ok(());
        };
        let wrong = |what: &str| finding(seen.place, format!("the receipt {}: {what}", serial(sale)));
        let founding = seen.founding.ok_or_else(|| wrong("the journal has not said whose it is"))?;
        let terms = seen.sales.offer(purchase.offer).ok_or_else(|| wrong("its offer is unknown"))?;
        let facts = seen.sales.sale(sale).ok_or_else(|| wrong("there is no such sale"))?;
        let legs = seen.sales.legs_of(facts).ok_or_else(|| wrong("its split cannot be made"))?;
        let payer = self.keys.pairwise(purchase.payer, &terms.payee);
        let lines = legs.iter().enumerate().fold(Object::default(), |lines, (number, leg)| {
            let line = Object::default().with("label", &*leg.label).with("to", &*leg.to).with("amount", leg.units.to_string());
            lines.with_object(number.to_string(), line)
        });
        let document = Object::default()
            .with("serial", serial(sale))
            .with("instance", Instance(founding.instance.0).to_string())
            .with("mode", self.mode.word())
            .with("at", seen.at.to_string())
            .with("payer", &*payer)
            .with("payee", &*terms.payee)
            .with("offer", offer(purchase.offer))
            .with("item", &*purchase.item)
            .with("currency", purchase.asset.as_str())
            .with("charged", charged.to_string())
            .with_object("legs", lines)
            .canonical();
        let receipt = Receipt {
            reference: sale,
            timestamp: seen.at,
            instance: Instance(founding.instance.0),
            recipient: terms.payee.clone(),
            payer,
            amount: charged,
            currency: purchase.asset,
            offer: purchase.offer,
            entitlement: purchase.item.clone(),
            until: terms.lasts.map(|span| seen.at.after(span)),
            full: Sha256::digest(&document).into(),
            external_id: None,
        };
        self.open.push(Open { place: seen.place, document, receipt, key: PublicKey(founding.receipt_key) });
        Ok(())
    }

    /// The receipts of the frame that was read, in the order of their records.
    ///
    /// # Errors
    /// A finding if one cannot be written, or its signature does not hold.
    pub fn issued(&mut self) -> Result<Vec<Issued>, AuditError> {
        let open = std::mem::take(&mut self.open);
        let Some(frame) = open.first().map(|open| open.place.frame) else { return Ok(Vec::new()) };
        let mut receipts: Vec<Receipt> = open.iter().map(|open| open.receipt.clone()).collect();
        let headers = sign_together(&mut receipts, &self.keys.receipt, frame);
        let issued = open.into_iter().zip(headers).map(|(open, header)| open.issued(header)).collect::<Result<Vec<_>, _>>()?;
        self.count = self.count.saturating_add(u64::try_from(issued.len()).unwrap_or(u64::MAX));
        Ok(issued)
    }
}

impl Open {
    fn issued(self, header: Result<String, Malformed>) -> Result<Issued, AuditError> {
        let Open { place, document, receipt, key } = self;
        let serial = serial(receipt.reference);
        let wrong = |what: &str| finding(place, format!("the receipt {serial}: {what}"));
        let header = header.map_err(|_| wrong("it does not fit a header"))?;
        let signed = Signed::parse(&header).map_err(|_| wrong("it cannot be read back"))?;
        // Times stand in it by the second; the document's hash covers the rest.
        let says = (signed.receipt.reference, signed.receipt.amount, signed.receipt.full);
        if says != (receipt.reference, receipt.amount, receipt.full) || !signed.is_proved_by(&key) {
            return Err(wrong("its signature does not hold under the receipt key that the journal names"));
        }
        Ok(Issued { serial, document, header })
    }
}

impl Watcher for Receipts<'_> {
    fn record(&mut self, seen: &Seen<'_>) -> Result<(), AuditError> {
        self.enter(seen)
    }

    fn frame(&mut self, _head: &Head, _accounts: &Accounts) -> Result<(), AuditError> {
        self.issued().map(drop)
    }
}

/// The keys of an instance, certified; `None` if they are not those that its journal was begun with.
#[must_use]
pub fn key_document(keys: &Keys, founding: &Founding) -> Option<KeyDocument> {
    let (root, receipt) = (keys.root.public(), keys.receipt.public());
    let document = KeyDocument {
        instance: Instance::of(&root).to_string(),
        root_key: root.to_string(),
        receipt_key: receipt.to_string(),
        signature: client::site::certify(&keys.root, &receipt),
    };
    (root.0 == founding.root_key && receipt.0 == founding.receipt_key && Instance::of(&root).0 == founding.instance.0).then_some(document)
}
