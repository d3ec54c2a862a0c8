//! One-use codes that bring a browser back from the wallet to the site it came from. In memory only: after a restart
//! Pay is pressed again and costs nothing, since the page is owned.

use crate::tickets::Tickets;
use money::{CommandId, Party, Span, Timestamp};

/// A code lives this long.
const LIFE: Span = Span(60);

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
    /// The quote's id and text, where the site stands elsewhere and redeems the code by a call.
    pub quote: Option<(CommandId, String)>,
}

/// The codes that are out.
pub struct Codes(Tickets<Grant>);

impl Default for Codes {
    fn default() -> Codes {
        Codes(Tickets::new(LIFE))
    }
}

impl Codes {
    /// Makes a code for a grant.
    #[must_use]
    pub fn issue(&self, grant: Grant, now: Timestamp) -> String {
        self.0.issue(grant, now)
    }

    /// Takes a code for good, if it is known, of this realm and not too old.
    pub fn redeem(&self, code: &str, realm: &str, now: Timestamp) -> Option<Grant> {
        self.0.take(code, now).filter(|grant| grant.realm == realm)
    }
}
