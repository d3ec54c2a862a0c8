//! `/hop`: from the wallet to the desk. Payees' people sign in with the wallet's passkey; the desk gets a one-use code that is
//! bound to the nonce of the browser it sent here, as a site does after a payment.

use super::onward::Onward;
use super::{Asked, Visitor};
use crate::door::{self, Reply};
use protocol::problem::Problem;
use protocol::text::array_from_base64url;

/// Where the desk takes its people back.
pub const ENTER_PATH: &str = "/enter";

/// Who may enter the desk, and which browser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hop {
    /// The party of the wallet.
    pub party: money::Party,
    /// SHA-256 of the nonce that the desk gave the browser.
    pub st_hash: [u8; 32],
}

impl Visitor<'_> {
    /// `GET /hop?st=`, with the SHA-256 of the desk's nonce as base64url. Only a wallet that is kept goes on: whoever works for
    /// a payee must be able to come back.
    pub(super) async fn hop(&self, asked: &Asked) -> Result<Reply, Problem> {
        if asked.is_prefetch() {
            return Err(Problem::Busy { retry_after_s: 1 });
        }
        let desk = self.instance.desk_url().ok_or(Problem::Unknown)?;
        let query = door::form(asked.query.as_bytes());
        let st = query.get("st").map_or("", String::as_str);
        let Ok(st_hash) = array_from_base64url::<32>(st) else {
            return Err(Problem::BadRequest { detail: "`st` is a SHA-256 as base64url".to_owned() });
        };
        let onward = Onward::Desk(st.to_owned());
        let Some(login) = &self.login else { return Ok(door::see_other(&onward.sign_in())) };
        if !login.is_kept {
            return Ok(door::see_other("/settings?desk=1"));
        }
        let code = self.instance.hops.issue(Hop { party: login.party, st_hash }, self.visit.now);
        Ok(door::see_other(&format!("{desk}{ENTER_PATH}?code={code}")))
    }
}
