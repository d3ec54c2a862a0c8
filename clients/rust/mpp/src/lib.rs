//! Pays 402 challenges of method `farthing`, intent `charge`, through the stock `mpp` client. **Set `Accept-Payment` on the
//! request**: without it that client pays nothing. No network code of its own.
#![doc = include_str!("../README.md")]

pub use farthing_payer::{Payer, Refused};

use farthing_payer::{Charge, check_site};
use mpp::client::{PaymentContext, PaymentProvider};
use mpp::{MppError, PaymentChallenge, PaymentCredential};
use std::sync::Arc;

/// What to send as `Accept-Payment` with every request that may be paid.
pub const ACCEPT_PAYMENT: &str = "farthing/charge";

/// A payment provider for `send_with_payment(&farthing)`.
#[derive(Clone)]
pub struct Farthing {
    payer: Arc<Payer>,
}

impl Farthing {
    /// Pays as this payer.
    #[must_use]
    pub fn new(payer: Payer) -> Farthing {
        Farthing { payer: Arc::new(payer) }
    }

    fn credential(&self, challenge: &PaymentChallenge, context: &PaymentContext) -> Result<PaymentCredential, Refused> {
        let request = challenge.request.decode_value().map_err(|_| Refused("the request cannot be read".to_owned()))?;
        let details = &request["methodDetails"];
        let asked = Charge {
            instance: details["instance"].as_str().unwrap_or_default(),
            challenge: &challenge.id,
            realm: &challenge.realm,
            recipient: request["recipient"].as_str().unwrap_or_default(),
            amount: request["amount"].as_str().unwrap_or_default(),
            currency: request["currency"].as_str().unwrap_or_default(),
            offer: details["offer"].as_str().unwrap_or_default(),
            digest: challenge.digest.as_deref().unwrap_or_default(),
            expires: challenge.expires.as_deref().unwrap_or_default(),
        };
        check_site(Some(asked.realm), &context.url)?;
        self.payer.check(&asked)?;
        Ok(PaymentCredential::new(challenge.to_echo(), self.payer.charge(&asked)?))
    }
}

impl PaymentProvider for Farthing {
    fn supports(&self, method: &str, intent: &str) -> bool {
        method == "farthing" && intent == "charge"
    }

    async fn pay(&self, _: &PaymentChallenge) -> Result<PaymentCredential, MppError> {
        Err(MppError::InvalidConfig(Refused("nobody says which site is being paid".to_owned()).to_string()))
    }

    async fn pay_with_context(&self, challenge: &PaymentChallenge, context: PaymentContext) -> Result<PaymentCredential, MppError> {
        self.credential(challenge, &context).map_err(|refused| MppError::InvalidConfig(refused.to_string()))
    }

    fn accept_payment_header(&self) -> Option<String> {
        Some(ACCEPT_PAYMENT.to_owned())
    }
}
