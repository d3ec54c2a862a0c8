//! The whole receipt: what was true at the sale and nothing that came later, so that the journal always gives it again.

use crate::instance::Keys;
use http::HeaderValue;
use market::{Beneficiary, CoinPayment, CoinPhase, Consent, LegRule, Offer, Place, Purchase, Sale, SaleLeg, SaleState, SessionKind, State};
use money::{Amount, CommandId, Timestamp};
use protocol::Instance as InstanceId;
use protocol::json::Object;
use protocol::receipt::Receipt;
use protocol::text::{base32, offer, serial};
use protocol::x402::evm;
use sha2::{Digest, Sha256};
use std::sync::{Arc, OnceLock};
use store::folder::Mode;
use store::index::{Capture, SessionRow};
use store::vault::Bought;

/// Who speaks in receipts.
#[derive(Clone)]
pub struct Speaker {
    /// The instance.
    pub id: InstanceId,
    /// Whether it is play.
    pub mode: Mode,
    /// Its keys.
    pub keys: Arc<Keys>,
}

/// A sale with what its receipt needs from the state. Sale state (taken back or not) is not part of the receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sold {
    /// The command that made the sale: the receipt's serial.
    pub id: CommandId,
    /// The sale.
    pub sale: Sale,
    /// Handle of the payee that owned the offer.
    pub payee: String,
    /// What each leg of the split got.
    pub legs: Vec<SaleLeg>,
    /// `Payment-Receipt` of the answer to the purchase itself, where this is it.
    pub receipt: Option<HeaderValue>,
    /// The wallet in whose books it stands, if those are another instance's.
    pub wallet: Option<String>,
    /// The coin it was paid in, if it was paid past the books.
    pub outside: Option<Outside>,
    /// See [`Sold::payer_reference`], made when it is first asked for.
    reference: OnceLock<String>,
    /// See [`Sold::names`].
    names: OnceLock<[HeaderValue; 2]>,
}

/// How something was paid for past the books.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outside {
    /// The network of the coin.
    pub network: String,
    /// Its contract.
    pub contract: market::Address,
    /// Who paid.
    pub payer: market::Address,
    /// To which address of the payee's.
    pub pay_to: market::Address,
    /// How much, in the coin's smallest unit.
    pub value: u128,
    /// The transaction that moved it.
    pub transaction: [u8; 32],
}

impl Sold {
    /// What was paid for in a coin that has arrived: the payee has all of it.
    #[must_use]
    pub fn outside(id: CommandId, payment: &CoinPayment, payee: &str) -> Sold {
        let claim = &payment.claim;
        let (transaction, at) = payment.paid().unwrap_or(([0; 32], payment.at));
        let place = if let CoinPhase::Ended { place, .. } = payment.phase { place } else { payment.place };
        let sale = Sale {
            payer: crate::coins::party_of(&claim.payer),
            offer: claim.offer,
            item: claim.item.as_str().into(),
            charged: claim.amount,
            asset: claim.asset,
            at,
            place,
            until: payment.until,
            undo_until: at,
            returned: Amount::ZERO,
            state: SaleState::Live,
            signed: true,
        };
        let (network, contract, value) = (claim.coin.network.clone(), claim.coin.contract, claim.value);
        let outside = Some(Outside { network, contract, payer: claim.payer, pay_to: claim.pay_to, value, transaction });
        let legs = vec![SaleLeg { label: "outside".to_owned(), to: payee.to_owned(), amount: claim.amount }];
        let payee = payee.to_owned();
        Sold { id, sale, payee, legs, receipt: None, wallet: None, outside, reference: OnceLock::new(), names: OnceLock::new() }
    }

    /// The sale of an id, if there is one; meant for `Instance::look`.
    #[must_use]
    pub fn find(state: &State, id: CommandId) -> Option<Sold> {
        let sale = state.sale(id)?;
        let payee = state.offer(sale.offer)?.offer.payee.clone();
        Some(Sold {
            id,
            sale: sale.clone(),
            payee,
            legs: state.legs_of(sale),
            receipt: None,
            wallet: None,
            outside: None,
            reference: OnceLock::new(),
            names: OnceLock::new(),
        })
    }

    /// A sale that stands in another instance's books, as its wallet told it; `payee` is who is paid here.
    #[must_use]
    pub fn elsewhere(bought: &Bought, payee: &str) -> Sold {
        let sale = Sale {
            payer: bought.party,
            offer: bought.offer,
            item: bought.item.as_str().into(),
            charged: bought.charged,
            asset: bought.currency,
            at: bought.at,
            place: Place { frame: 0, record: 0 },
            until: bought.until,
            undo_until: bought.undo_until,
            returned: Amount::ZERO,
            state: SaleState::Live,
            signed: false,
        };
        // What the wallet calls its payer is its word; the origin is told a name of ours, which can be nobody else's.
        let reference = OnceLock::from(base32(&bought.party.0));
        let wallet = Some(bought.wallet.clone());
        Sold {
            id: bought.sale,
            sale,
            payee: payee.to_owned(),
            legs: Vec::new(),
            receipt: None,
            wallet,
            outside: None,
            reference,
            names: OnceLock::new(),
        }
    }

    /// A capture of a session as what it is to who pays and who is paid: a sale of what was used, which cannot be taken back.
    #[must_use]
    pub fn used(
        row: &SessionRow,
        (capture, payee): (&Capture, &str),
        (item, legs): (&str, Vec<SaleLeg>),
        (place, at): (Place, Timestamp),
    ) -> Sold {
        let sale = Sale {
            payer: row.payer,
            offer: capture.offer,
            item: item.into(),
            charged: capture.amount,
            asset: row.asset,
            at,
            place,
            until: None,
            undo_until: at,
            returned: Amount::ZERO,
            state: SaleState::Live,
            signed: row.kind != SessionKind::Trusted,
        };
        Sold {
            id: capture.id,
            sale,
            payee: payee.to_owned(),
            legs,
            receipt: None,
            wallet: None,
            outside: None,
            reference: OnceLock::new(),
            names: OnceLock::new(),
        }
    }

    /// The sale that a purchase under an offer version made: as [`Sold::find`] gives it, of a purchase whose answer is at hand.
    #[must_use]
    pub fn made(purchase: &Purchase, offer: &Offer, (id, charged): (CommandId, Amount), (at, place): (Timestamp, Place)) -> Sold {
        let (until, undo_until) = offer.ends(at);
        let sale = Sale {
            payer: purchase.payer,
            offer: purchase.offer,
            item: purchase.item.as_str().into(),
            charged,
            asset: purchase.asset,
            at,
            place,
            until,
            undo_until,
            returned: money::Amount::ZERO,
            state: SaleState::Live,
            signed: matches!(purchase.consent, Consent::Signed(_)),
        };
        let leg = |(rule, amount): (&LegRule, Amount)| {
            let to = match &rule.to {
                Beneficiary::Owner => offer.payee.clone(),
                Beneficiary::Payee(handle) => handle.clone(),
                Beneficiary::Operator => "operator".to_owned(),
            };
            SaleLeg { label: rule.label.clone(), to, amount }
        };
        let legs = offer.split.iter().zip(offer.divide(charged).unwrap_or_default()).map(leg).collect();
        Sold {
            id,
            sale,
            payee: offer.payee.clone(),
            legs,
            receipt: None,
            wallet: None,
            outside: None,
            reference: OnceLock::new(),
            names: OnceLock::new(),
        }
    }

    /// The serial as receipts and addresses write it.
    #[must_use]
    pub fn serial(&self) -> String {
        serial(self.id)
    }

    /// What the payee knows the payer by.
    #[must_use]
    pub fn payer_reference(&self, speaker: &Speaker) -> &str {
        self.reference.get_or_init(|| speaker.keys.pairwise(self.sale.payer, &self.payee))
    }

    /// The payer's reference and the serial as the payee's origin is told them, again with every reading.
    ///
    /// # Panics
    /// Never: both are digits, letters and hyphens.
    pub fn names(&self, speaker: &Speaker) -> &[HeaderValue; 2] {
        let line = |text: &str| HeaderValue::from_str(text).expect("digits and base32 are clean");
        self.names.get_or_init(|| [line(self.payer_reference(speaker)), line(&self.serial())])
    }

    /// SHA-256 of the canonical form of [`receipt_document`]: the `full` field of `Payment-Receipt`.
    #[must_use]
    pub fn full(&self, speaker: &Speaker) -> [u8; 32] {
        Sha256::digest(receipt_document(speaker, self).canonical()).into()
    }

    /// What `Payment-Receipt` says of an answer that charged `amount` for the sale.
    #[must_use]
    pub fn receipt_of(&self, speaker: &Speaker, amount: Amount) -> Receipt {
        let sale = &self.sale;
        Receipt {
            reference: self.id,
            timestamp: sale.at,
            instance: speaker.id,
            recipient: self.payee.clone(),
            payer: self.payer_reference(speaker).to_owned(),
            amount,
            currency: sale.asset,
            offer: sale.offer,
            entitlement: sale.item.as_ref().to_owned(),
            until: sale.until,
            full: self.full(speaker),
            external_id: None,
        }
    }
}

/// The receipt as a JSON document: serial, instance, mode, time, payer (pairwise), payee, offer, item, currency, charged,
/// and the legs in the order of the split under `0`, `1`, … with label, beneficiary and amount. Amounts are decimal
/// strings of base units.
#[must_use]
pub fn receipt_document(speaker: &Speaker, sold: &Sold) -> Object {
    let Sold { sale, payee, legs, .. } = sold;
    let numbered = legs.iter().enumerate().fold(Object::default(), |all, (number, leg)| {
        let leg = Object::default().with("label", &*leg.label).with("to", &*leg.to).with("amount", leg.amount.to_string());
        all.with_object(number.to_string(), leg)
    });
    let document = Object::default()
        .with("serial", sold.serial())
        .with("instance", speaker.id.to_string())
        .with("mode", speaker.mode.word())
        .with("at", sale.at.to_string())
        .with("payer", sold.payer_reference(speaker))
        .with("payee", &**payee)
        .with("offer", offer(sale.offer))
        .with("item", &*sale.item)
        .with("currency", sale.asset.as_str())
        .with("charged", sale.charged.to_string())
        .with_object("legs", numbered);
    let Some(outside) = &sold.outside else { return document };
    let coin = Object::default()
        .with("network", &*outside.network)
        .with("asset", evm::address(&outside.contract))
        .with("payer", evm::address(&outside.payer))
        .with("payTo", evm::address(&outside.pay_to))
        .with("value", outside.value.to_string())
        .with("transaction", evm::bytes(&outside.transaction));
    document.with_object("coin", coin)
}
