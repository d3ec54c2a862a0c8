//! Passkeys of one door: the ceremonies of WebAuthn Level 3. The only place that knows the library behind them.
//!
//! A passkey is bound to the door's host, so a look-alike host gets nothing from it. Attestation is not asked for: who made
//! somebody's authenticator is none of our business. Ceremonies are held in memory for five minutes.

use crate::tickets::Tickets;
use money::{Party, Span, Timestamp};
use protocol::problem::Problem;
use sha2::{Digest, Sha256};
use store::vault;
use thiserror::Error;
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder,
};

/// A ceremony takes at most this long.
const LIFE: Span = Span(300);

/// The passkeys of a door.
pub struct Passkeys {
    webauthn: Webauthn,
    making: Tickets<(Party, PasskeyRegistration)>,
    asking: Tickets<DiscoverableAuthentication>,
}

/// A ceremony that began: what the browser needs, and the ticket that it brings back in a cookie.
pub struct Begun {
    /// Names the ceremony.
    pub ticket: String,
    /// `PublicKeyCredentialCreationOptionsJSON` or `PublicKeyCredentialRequestOptionsJSON`.
    pub options: serde_json::Value,
}

/// A passkey that was just made.
pub struct Made {
    /// The credential's id.
    pub id: Vec<u8>,
    /// Its public key and counters, as the vault keeps them.
    pub key: String,
}

/// A browser's answer to a ceremony, read and not yet checked.
pub struct Shown {
    credential: PublicKeyCredential,
}

/// The door's host or address can't have passkeys.
#[derive(Error, Debug)]
#[error("passkeys can't be bound to {host}: {reason}")]
pub struct Unbindable {
    host: String,
    reason: String,
}

impl Passkeys {
    /// Passkeys of the door at `address`, such as `https://wallet.example`, whose host is `host`.
    ///
    /// # Errors
    /// [`Unbindable`].
    pub fn new((host, address): (&str, &str), name: &str) -> Result<Passkeys, Unbindable> {
        let failed = |reason: String| Unbindable { host: host.to_owned(), reason };
        let origin = Url::parse(address).map_err(|error| failed(error.to_string()))?;
        let builder = WebauthnBuilder::new(host, &origin).map_err(|error| failed(error.to_string()))?;
        let webauthn = builder.rp_name(name).build().map_err(|error| failed(error.to_string()))?;
        Ok(Passkeys { webauthn, making: Tickets::new(LIFE), asking: Tickets::new(LIFE) })
    }

    /// Begins to make a passkey for a party that has those `known`. It is asked to be one that needs no name to sign in with.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub fn make(&self, (party, name): (Party, &str), known: &[vault::Passkey], now: Timestamp) -> Result<Begun, Problem> {
        let known = known.iter().map(|passkey| passkey.id.clone()).collect();
        let begun = self.webauthn.start_passkey_registration(user(party), name, name, Some(known)).map_err(internal)?;
        let (challenge, state) = begun;
        let mut options = serde_json::to_value(&challenge.public_key).map_err(internal)?;
        if let Some(chosen) = options.get_mut("authenticatorSelection").and_then(serde_json::Value::as_object_mut) {
            chosen.insert("residentKey".to_owned(), "required".into());
            chosen.insert("requireResidentKey".to_owned(), true.into());
        }
        Ok(Begun { ticket: self.making.issue((party, state), now), options })
    }

    /// Ends the making of a passkey with what the browser says: whose it is, and the passkey; `None` if that proves nothing.
    #[must_use]
    pub fn made(&self, ticket: &str, response: &str, now: Timestamp) -> Option<(Party, Made)> {
        let (party, state) = self.making.take(ticket, now)?;
        let response: RegisterPublicKeyCredential = serde_json::from_str(response).ok()?;
        let passkey = self.webauthn.finish_passkey_registration(&response, &state).inspect_err(|error| tell("made", error)).ok()?;
        Some((party, Made { id: passkey.cred_id().to_vec(), key: serde_json::to_string(&passkey).ok()? }))
    }

    /// Begins to ask for a passkey, whoever's it is.
    ///
    /// # Errors
    /// [`Problem::Internal`].
    pub fn ask(&self, now: Timestamp) -> Result<Begun, Problem> {
        let (challenge, state) = self.webauthn.start_discoverable_authentication().map_err(internal)?;
        let options = serde_json::to_value(&challenge.public_key).map_err(internal)?;
        Ok(Begun { ticket: self.asking.issue(state, now), options })
    }

    /// Ends the asking: checks what was shown against the passkey in the vault. The passkey with its counters as they are
    /// now; `None` if nothing is proved.
    #[must_use]
    pub fn answered(&self, ticket: &str, shown: &Shown, (known, now): (&vault::Passkey, Timestamp)) -> Option<String> {
        let state = self.asking.take(ticket, now)?;
        let mut passkey: Passkey = serde_json::from_str(&known.key).ok()?;
        // A credential names its user; one that names another is not ours.
        if shown.credential.get_user_unique_id() != Some(user(known.party).as_bytes()) {
            return None;
        }
        let result = self.webauthn.finish_discoverable_authentication_v2(&shown.credential, state, &passkey);
        let result = result.inspect_err(|error| tell("shown", error)).ok()?;
        passkey.update_credential(&result)?;
        serde_json::to_string(&passkey).ok()
    }
}

impl Shown {
    /// Reads a browser's answer; `None` if it is none.
    #[must_use]
    pub fn read(response: &str) -> Option<Shown> {
        serde_json::from_str(response).ok().map(|credential| Shown { credential })
    }

    /// The id of the credential it claims to be.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.credential.raw_id
    }
}

/// What an authenticator calls a party: it may be shown to whoever holds it, so it is not the party's own id.
fn user(party: Party) -> Uuid {
    let hash: [u8; 32] = Sha256::new().chain_update("farthing/passkey-user/1\n").chain_update(party.0).finalize().into();
    let (user, _) = hash.split_first_chunk().expect("SHA-256 has 32 bytes");
    Uuid::from_bytes(*user)
}

fn internal(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "a passkey ceremony failed");
    Problem::Internal
}

fn tell(what: &str, error: &impl std::fmt::Display) {
    tracing::info!(%error, what, "a passkey was refused");
}
