//! `/hop`: from the wallet to the desk. Payees' people sign in with the wallet's passkey; the desk gets a one-use code that is
//! bound to the nonce of the browser it sent here, as a site does after a payment.

use super::onward::{Onward, ToDesk};
use super::{Asked, Visitor};
use crate::door::{self, Reply};
use crate::web::desk::Proving;
use money::{Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::array_from_base64url;

/// Where the desk takes its people back.
pub const ENTER_PATH: &str = "/enter";

/// Who may enter the desk, and which browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The party of the wallet.
    pub party: Party,
    /// SHA-256 of the nonce that the desk gave the browser.
    pub st_hash: [u8; 32],
    /// When the wallet's browser last proved who it is; zero if it never did.
    pub proved_at: Timestamp,
    /// What the desk wanted the proof for, if it wanted one.
    pub proving: Option<Proving>,
}

impl Visitor<'_> {
    /// `GET /hop?st=`, with the SHA-256 of the desk's nonce as base64url. Only a wallet that is kept goes on: whoever works for
    /// a payee must be able to come back. With `&prove=` the desk wants a fresh proof, and whoever has none gives it first.
    pub(super) async fn hop(&self, asked: &Asked) -> Result<Reply, Problem> {
        if asked.is_prefetch() {
            return Err(Problem::Busy { retry_after_s: 1 });
        }
        let desk = self.instance.desk_url().ok_or(Problem::Unknown)?;
        let query = door::form(asked.query.as_bytes());
        let unread = || Problem::BadRequest { detail: "`st` is a SHA-256 as base64url".to_owned() };
        let to_desk = ToDesk::of(&query).ok_or_else(unread)?;
        let st_hash = array_from_base64url::<32>(&to_desk.st).map_err(|_| unread())?;
        let proving = to_desk.prove;
        let onward = Onward::Desk(to_desk);
        let Some(login) = &self.login else { return Ok(door::see_other(&onward.sign_in())) };
        if !login.is_kept {
            return Ok(door::see_other("/settings?desk=1"));
        }
        if let Some(first) = proving.and_then(|_| self.proof_first(login, &onward)) {
            return Ok(first);
        }
        let hop = Hop { party: login.party, st_hash, proved_at: login.proved_at, proving };
        let code = self.instance.hops.issue(hop, self.visit.now);
        Ok(door::see_other(&format!("{desk}{ENTER_PATH}?code={code}")))
    }
}
