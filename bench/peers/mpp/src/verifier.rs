//! The crate's handlers behind its layer: a challenge for whoever shows nothing, the credential's check, the receipt.
//!
//! `PaymentLayer::charge` comes only with the crate's own chain, which asks a node on the network for each payment; these do the same
//! steps for other methods, by the trait that the layer offers for them.

use crate::method::{Chains, Charging, NAME};
use mpp::server::Mpp;
use mpp::server::middleware::PaymentVerifier;
use mpp::{Base64UrlJson, ChargeRequest, MemoryStore, MppError, PaymentChallenge, SessionRequest};
use std::pin::Pin;
use std::sync::Arc;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const REALM: &str = "127.0.0.1";
const CURRENCY: &str = "eur-micro";
const RECIPIENT: &str = "quay";
const PRICE: &str = "100";

/// What the crate calls for a payment.
pub type Handler = Mpp<Charging, Chains>;

/// The handlers, and the chains that payers open.
#[derive(Clone)]
pub struct Shop {
    yes: Handler,
    checking: Handler,
    /// The sessions that are open.
    pub chains: Chains,
}

impl Shop {
    /// With nothing paid yet.
    pub fn open() -> Shop {
        let chains = Chains::default();
        let handler = |method| Mpp::new_with_config(method, REALM, SECRET, CURRENCY, RECIPIENT).with_session_method(chains.clone());
        let (yes, checking) = (handler(Charging::Yes), handler(Charging::Signed(Arc::new(MemoryStore::new()))));
        Shop { yes, checking, chains }
    }

    /// Takes any charge.
    pub fn saying_yes(&self) -> Handler {
        self.yes.clone()
    }

    /// Takes what is signed, once; and links of sessions.
    pub fn checking(&self) -> Handler {
        self.checking.clone()
    }
}

/// Charges by a handler.
pub struct Charges(pub Handler);

/// Sessions by a handler.
pub struct Sessions(pub Handler);

type Verified = Pin<Box<dyn Future<Output = Result<String, MppError>> + Send>>;

impl PaymentVerifier for Charges {
    fn challenge(&self) -> Result<String, String> {
        charge_challenge().and_then(|challenge| mpp::format_www_authenticate(&challenge)).map_err(|error| error.to_string())
    }

    fn verify(&self, credential: &str) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> {
        let verified = self.verify_credential(credential, None);
        Box::pin(async move { verified.await.map_err(|error| error.to_string()) })
    }

    fn verify_credential(&self, credential: &str, _: Option<&[u8]>) -> Verified {
        let (handler, credential) = (self.0.clone(), credential.to_owned());
        Box::pin(async move {
            let credential = mpp::parse_authorization(&credential)?;
            let receipt = handler.verify_credential_with_expected_request(&credential, &charge_request()).await?;
            mpp::format_receipt(&receipt)
        })
    }
}

impl PaymentVerifier for Sessions {
    fn challenge(&self) -> Result<String, String> {
        session_challenge().and_then(|challenge| mpp::format_www_authenticate(&challenge)).map_err(|error| error.to_string())
    }

    fn verify(&self, credential: &str) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> {
        let verified = self.verify_credential(credential, None);
        Box::pin(async move { verified.await.map_err(|error| error.to_string()) })
    }

    fn verify_credential(&self, credential: &str, _: Option<&[u8]>) -> Verified {
        let (handler, credential) = (self.0.clone(), credential.to_owned());
        Box::pin(async move {
            let credential = mpp::parse_authorization(&credential)?;
            let verified = handler.verify_session(&credential).await?;
            mpp::format_receipt(&verified.receipt)
        })
    }
}

fn charge_request() -> ChargeRequest {
    ChargeRequest {
        amount: PRICE.to_owned(),
        currency: CURRENCY.to_owned(),
        recipient: Some(RECIPIENT.to_owned()),
        ..ChargeRequest::default()
    }
}

/// A challenge for one page.
pub fn charge_challenge() -> mpp::Result<PaymentChallenge> {
    challenge("charge", Base64UrlJson::from_typed(&charge_request())?)
}

/// A challenge for the pages of a session.
pub fn session_challenge() -> mpp::Result<PaymentChallenge> {
    let request = SessionRequest {
        amount: PRICE.to_owned(),
        unit_type: Some("call".to_owned()),
        currency: CURRENCY.to_owned(),
        recipient: Some(RECIPIENT.to_owned()),
        ..SessionRequest::default()
    };
    challenge("session", Base64UrlJson::from_typed(&request)?)
}

/// As the crate makes them: good for five minutes, told apart by the fraction of the second.
fn challenge(intent: &str, request: Base64UrlJson) -> mpp::Result<PaymentChallenge> {
    let expires = (OffsetDateTime::now_utc() + Duration::minutes(5)).format(&Rfc3339);
    let expires = expires.map_err(|error| MppError::InvalidConfig(error.to_string()))?;
    Ok(PaymentChallenge::with_secret_key_full(SECRET, REALM, NAME, intent, request, Some(&expires), None, None, None, None))
}
