//! Pays x402 (version 2, schemes `exact` and `upto`, networks `farthing:*`) through the stock `x402-reqwest` client. No network code of its own.
#![doc = include_str!("../README.md")]

mod guard;

pub use farthing_payer::{Payer, Refused};
pub use guard::Guard;

use async_trait::async_trait;
use farthing_payer::Charge;
use guard::{Vetted, take};
use money::{CommandId, Span};
use protocol::text::command;
use serde_json::Value;
use std::sync::Arc;
use x402_types::proto::v2::{ExtensionsJson, PaymentPayload, PaymentRequired, PaymentRequirements, ResourceInfo, X402Version2};
use x402_types::proto::{self, OriginalJson};
use x402_types::scheme::X402SchemeId;
use x402_types::scheme::client::{PaymentCandidate, PaymentCandidateSigner, X402Error, X402SchemeClient};
use x402_types::util::{Base64Bytes, DecimalU256};

/// Longest that a payment to a server which is not ours stays good for, in seconds.
const LONGEST: u64 = 300;
const EXACT: &str = "exact";
const UPTO: &str = "upto";

type Requirements = PaymentRequirements<String, String, String, Value>;

/// The scheme for `X402Client::new().register(farthing)`, and the guard for `.with(guard)` after `with_payments`: the scheme
/// signs only what came with a 402 that the guard let through, since nobody else tells which page is being paid.
#[must_use]
pub fn farthing(payer: Payer) -> (Farthing, Guard) {
    let vetted = Vetted::default();
    (Farthing { payer: Arc::new(payer), vetted: Arc::clone(&vetted), scheme: EXACT }, Guard { vetted })
}

/// The scheme.
pub struct Farthing {
    payer: Arc<Payer>,
    vetted: Vetted,
    scheme: &'static str,
}

impl X402SchemeId for Farthing {
    fn namespace(&self) -> &str {
        "farthing"
    }

    fn scheme(&self) -> &str {
        self.scheme
    }
}

impl X402SchemeClient for Farthing {
    fn accept(&self, required: &proto::PaymentRequired) -> Vec<PaymentCandidate> {
        let proto::PaymentRequired::V2(required) = required else { return Vec::new() };
        let asked =
            required.accepts.iter().filter_map(|original| Some((original, ours(original).filter(|asked| asked.scheme == self.scheme)?)));
        let mut candidates: Vec<_> = asked.filter_map(|(original, asked)| self.candidate(required, original, asked)).collect();
        // What cannot be paid is offered last, for its reason to be told if nothing else can.
        candidates.sort_by_key(|(is_refused, _)| *is_refused);
        candidates.into_iter().map(|(_, candidate)| candidate).collect()
    }
}

impl Farthing {
    /// A second scheme to register beside it: for what costs what its server reports, up to the amount that is asked. The signature
    /// authorises that amount at most; `PAYMENT-RESPONSE` says what it came to.
    #[must_use]
    pub fn up_to(&self) -> Farthing {
        Farthing { payer: Arc::clone(&self.payer), vetted: Arc::clone(&self.vetted), scheme: UPTO }
    }

    fn candidate(
        &self,
        required: &PaymentRequired<OriginalJson>,
        original: &OriginalJson,
        asked: Requirements,
    ) -> Option<(bool, PaymentCandidate)> {
        let payload = if take(&self.vetted, original.0.get()) { self.payload(&asked) } else { Err(refused("no guard saw its URL")) };
        let amount = serde_json::from_value::<DecimalU256>(Value::from(asked.amount)).ok()?.0;
        let signer = Signer {
            payload: payload.clone(),
            accepted: original.clone(),
            resource: required.resource.clone(),
            extensions: required.extensions.clone(),
        };
        let PaymentRequirements { network, asset, scheme, pay_to, .. } = asked;
        let candidate = PaymentCandidate { chain_id: network, asset, amount, scheme, x402_version: 2, pay_to, signer: Box::new(signer) };
        Some((payload.is_err(), candidate))
    }

    fn payload(&self, asked: &Requirements) -> Result<Value, Refused> {
        let extra = |name: &str| asked.extra[name].as_str().unwrap_or_default();
        let charge = Charge {
            instance: &asked.network.reference,
            challenge: extra("challenge"),
            realm: extra("realm"),
            recipient: &asked.pay_to,
            amount: &asked.amount,
            currency: &asked.asset,
            offer: extra("offer"),
            digest: extra("digest"),
            expires: extra("expires"),
        };
        if !asked.extra["challenge"].is_null() {
            self.payer.check(&charge)?;
            return if self.scheme == UPTO { self.payer.up_to(&charge) } else { self.payer.charge(&charge) };
        }
        if self.scheme == UPTO {
            return Err(refused("no challenge says what is paid up to"));
        }
        // A server that is not ours makes no challenge: the payer names the command, which is good once and not for long.
        let now = self.payer.now();
        let until = now.after(Span(asked.max_timeout_seconds.min(LONGEST))).to_string();
        let charge = Charge { expires: &until, ..charge };
        self.payer.check(&charge)?;
        let mut random = [0; 10];
        getrandom::fill(&mut random).map_err(|_| refused("this machine has no random numbers"))?;
        self.payer.settle(&charge, &command(CommandId::new(now.ms(), random)))
    }
}

struct Signer {
    payload: Result<Value, Refused>,
    accepted: OriginalJson,
    resource: Option<ResourceInfo>,
    extensions: ExtensionsJson,
}

#[async_trait]
impl PaymentCandidateSigner for Signer {
    async fn sign_payment(&self) -> Result<String, X402Error> {
        let payload = self.payload.clone().map_err(|refused| X402Error::SigningError(refused.to_string()))?;
        let (accepted, resource, extensions) = (self.accepted.clone(), self.resource.clone(), self.extensions.clone());
        let payload = PaymentPayload { accepted, payload, resource, x402_version: X402Version2, extensions };
        Ok(Base64Bytes::encode(serde_json::to_vec(&payload)?).to_string())
    }
}

/// A requirement of a Farthing network in a scheme that is paid here.
fn ours(original: &OriginalJson) -> Option<Requirements> {
    let asked = Requirements::try_from(original).ok()?;
    (asked.network.namespace == "farthing" && [EXACT, UPTO].contains(&&*asked.scheme)).then_some(asked)
}

fn refused(why: &str) -> Refused {
    Refused(why.to_owned())
}
