//! One-use codes that bring a browser back from the wallet to the site it came from. In memory only: after a restart
//! Pay is pressed again and costs nothing, since the page is owned.

use crate::world;
use money::{CommandId, Party, Span, Timestamp};
use protocol::text::base64url;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::Mutex;

/// A code lives this long.
const LIFE: Span = Span(60);
/// More than this many codes at once: the oldest go.
const MOST: usize = 100_000;

/// What a code stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// The site's realm.
    pub realm: String,
    /// Who may read.
    pub party: Party,
    /// The sale that says so.
    pub sale: CommandId,
    /// SHA-256 of the nonce of the browser that asked.
    pub st_hash: [u8; 32],
    /// Target on the site to go to.
    pub item: String,
}

/// The codes that are out.
#[derive(Default)]
pub struct Codes(Mutex<Out>);

#[derive(Default)]
struct Out {
    grants: BTreeMap<[u8; 32], (Timestamp, Grant)>,
    by_time: BTreeMap<(Timestamp, [u8; 32]), ()>,
}

impl Codes {
    /// Makes a code for a grant.
    #[must_use]
    pub fn issue(&self, grant: Grant, now: Timestamp) -> String {
        let code = base64url(&world::random::<16>());
        let mut out = self.0.lock().expect("no thread panics with the codes in hand");
        let ends = now.after(LIFE);
        while let Some(((oldest, hash), ())) = out.by_time.first_key_value().map(|(key, ())| (*key, ()))
            && (oldest <= now || out.grants.len() >= MOST)
        {
            out.by_time.remove(&(oldest, hash));
            out.grants.remove(&hash);
        }
        let hash = hash(&code);
        out.grants.insert(hash, (ends, grant));
        out.by_time.insert((ends, hash), ());
        code
    }

    /// Takes a code for good, if it is known, of this realm and not too old.
    pub fn redeem(&self, code: &str, realm: &str, now: Timestamp) -> Option<Grant> {
        let mut out = self.0.lock().expect("no thread panics with the codes in hand");
        let (ends, grant) = out.grants.remove(&hash(code))?;
        out.by_time.remove(&(ends, hash(code)));
        (now < ends && grant.realm == realm).then_some(grant)
    }
}

/// Codes are kept as hashes, so that looking one up tells nothing by its time.
fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code).into()
}
