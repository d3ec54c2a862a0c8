//! The wallet: one Ed25519 seed, and the account that its key opens.

use money::{CommandId, Party};
use protocol::SigningKey;
use protocol::text::{Secret, account, array_from_base64url, base64url};
use serde::{Deserialize, Serialize};

/// The version of the wallet file.
const VERSION: u32 = 1;

/// A payer's key. It has no `Debug`: whoever has the seed can spend what is in the account.
#[derive(Clone)]
pub struct Wallet {
    seed: Secret<[u8; 32]>,
    key: SigningKey,
}

/// The wallet file's JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    seed: String,
    account: String,
}

impl Wallet {
    /// The wallet of a seed of 32 unguessable bytes.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Wallet {
        Wallet { seed: Secret::new(seed), key: SigningKey::from_seed(seed) }
    }

    /// Reads the wallet file's JSON: `{"version":1,"seed":"…","account":"…"}`.
    ///
    /// # Errors
    /// What is wrong with it, as half a sentence that repeats nothing of the file.
    pub fn from_json(json: &[u8]) -> Result<Wallet, &'static str> {
        let file: File = serde_json::from_slice(json).map_err(|_| "it is not the JSON of a wallet")?;
        if file.version != VERSION {
            return Err("it was written by a newer version of farthing");
        }
        let wallet = Wallet::from_seed(array_from_base64url(&file.seed).map_err(|_| "the seed is not 32 bytes of base64url")?);
        if account(wallet.account()) == file.account { Ok(wallet) } else { Err("its account is not the one of its seed") }
    }

    /// The wallet file's JSON, with the seed in it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let file = File { version: VERSION, seed: base64url(self.seed.expose()), account: account(self.account()) };
        let mut json = serde_json::to_string(&file).expect("two texts and a number always have a JSON form");
        json.push('\n');
        json
    }

    /// Whose balance pays.
    #[must_use]
    pub fn account(&self) -> Party {
        self.key.public().account()
    }

    /// What the keys and links of a session come from.
    pub(crate) fn voucher_seed(&self, session: CommandId) -> Secret<[u8; 32]> {
        protocol::session::voucher_seed(self.seed.expose(), session)
    }

    /// The key that signs the vouchers of a session and its end.
    pub(crate) fn voucher_key(&self, session: CommandId) -> SigningKey {
        protocol::session::voucher_key(&self.voucher_seed(session), session)
    }

    /// The key that signs.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        &self.key
    }
}
