//! The methods of a seller with no books: what the crate's traits ask for, kept in memory.

use ed25519_zebra::{Signature, VerificationKey};
use mpp::protocol::traits::SessionMethod;
use mpp::{ChargeMethod, ChargeRequest, ErrorCode, MemoryStore, PaymentCredential, Receipt, SessionRequest, Store, VerificationError};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The name of the method in challenges.
pub const NAME: &str = "play";
/// Steps of a chain that one credential may ask to be hashed.
const STEPS: u32 = 1_024;

/// What a charge has to show.
#[derive(Clone)]
pub enum Charging {
    /// Nothing: what is left is the middleware itself.
    Yes,
    /// A signature over the challenge's id, by a key that it names; each challenge once, by the crate's own store.
    Signed(Arc<MemoryStore>),
}

impl ChargeMethod for Charging {
    fn method(&self) -> &str {
        NAME
    }

    async fn verify(&self, credential: &PaymentCredential, _: &ChargeRequest) -> Result<Receipt, VerificationError> {
        let id = &credential.challenge.id;
        if let Charging::Signed(used) = self {
            let [key, signature] = [bytes(credential, "key")?, bytes(credential, "signature")?];
            signed(&key, &signature, id).ok_or_else(|| VerificationError::invalid_signature("not signed by that key"))?;
            let is_new = used.put_if_absent(id, serde_json::Value::Bool(true)).await;
            if !is_new.map_err(|error| VerificationError::internal(error.to_string()))? {
                return Err(VerificationError::credential_replayed("used before"));
            }
        }
        Ok(Receipt::success(NAME, id))
    }
}

fn signed(key: &[u8], signature: &[u8], id: &str) -> Option<()> {
    let key = VerificationKey::try_from(key).ok()?;
    key.verify(&Signature::from_bytes(&signature.try_into().ok()?), id.as_bytes()).ok()
}

/// The tip of each session's chain, by its id.
#[derive(Clone, Default)]
pub struct Chains(Arc<Mutex<HashMap<[u8; 16], (u32, [u8; 32])>>>);

impl Chains {
    /// Begins a session whose chain ends in an anchor.
    pub fn open(&self, session: [u8; 16], anchor: [u8; 32]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(session, (0, anchor));
    }
}

/// One step of a chain, as the product takes it.
pub fn step(session: &[u8; 16], link: &[u8; 32]) -> [u8; 32] {
    let mut block = [0; 55];
    let (name, rest) = block.split_at_mut(7);
    let (id, value) = rest.split_at_mut(16);
    name.copy_from_slice(b"fth/hc1");
    id.copy_from_slice(session);
    value.copy_from_slice(link);
    Sha256::digest(block).into()
}

impl SessionMethod for Chains {
    fn method(&self) -> &str {
        NAME
    }

    async fn verify_session(&self, credential: &PaymentCredential, _: &SessionRequest) -> Result<Receipt, VerificationError> {
        let wrong = || VerificationError::invalid_payload("a session, an index, a link");
        let session: [u8; 16] = bytes(credential, "session")?.try_into().map_err(|_| wrong())?;
        let link: [u8; 32] = bytes(credential, "link")?.try_into().map_err(|_| wrong())?;
        let index = credential.payload["index"].as_u64().and_then(|index| u32::try_from(index).ok()).ok_or_else(wrong)?;
        let (known, tip) = {
            let chains = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *chains.get(&session).ok_or_else(|| VerificationError::channel_not_found("no such session"))?
        };
        let steps = index.checked_sub(known).filter(|steps| (1..=STEPS).contains(steps));
        let steps = steps.ok_or_else(|| VerificationError::delta_too_small("not the next link"))?;
        if (0..steps).fold(link, |link, _| step(&session, &link)) != tip {
            return Err(VerificationError::invalid_signature("no link of that chain"));
        }
        // Of two at once with the same link one is late: the tip has to be where it was looked at.
        let mut chains = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match chains.get_mut(&session).filter(|(at, _)| *at == known) {
            Some(state) => *state = (index, link),
            None => return Err(VerificationError::with_code("the session moved on", ErrorCode::DeltaTooSmall)),
        }
        Ok(Receipt::success(NAME, &credential.challenge.id))
    }
}

fn bytes(credential: &PaymentCredential, name: &str) -> Result<Vec<u8>, VerificationError> {
    let text = credential.payload[name].as_str().ok_or_else(|| VerificationError::invalid_payload(format!("no {name}")))?;
    mpp::base64url_decode(text).map_err(|_| VerificationError::invalid_payload(format!("{name} is no base64url")))
}
