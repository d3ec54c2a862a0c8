//! Invitations: a code of 60 bits that lets its bearer become a member of a team or an operator, once and soon.
//!
//! The code stands in the fragment of a link, which no server's log sees, and can be typed by hand.

use super::letters;
use crate::instance::Instance;
use money::{CommandId, Span, Timestamp};
use protocol::problem::Problem;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use store::vault::{Invitation, InvitationHash};

const LENGTH: usize = 12;
/// An operator's code is used at once.
const OPERATOR_LIFE: Span = Span(1_800);
/// A member's code travels to somebody first.
const MEMBER_LIFE: Span = Span(3 * 86_400);

/// A code as people read and type it, such as `7Q4K-M2XD-9TFB`.
pub struct InvitationCode([u8; LENGTH]);

impl InvitationCode {
    /// Reads what was typed; `None` if it is no code.
    #[must_use]
    pub fn read(typed: &str) -> Option<InvitationCode> {
        letters::read(typed).map(InvitationCode)
    }

    /// What the vault knows it by.
    #[must_use]
    pub fn hash(&self) -> InvitationHash {
        InvitationHash(Sha256::digest(self.0).into())
    }
}

impl std::fmt::Display for InvitationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&letters::grouped(&self.0, 4))
    }
}

/// Makes an invitation: its code, and until when it can be taken.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn invite(instance: &Arc<Instance>, invitation: Invitation, now: Timestamp) -> Result<(InvitationCode, Timestamp), Problem> {
    invite_with(instance, InvitationCode(letters::random()), invitation, now).await
}

/// The same with a code that a command draws: the same command makes the same invitation and no second one.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn invite_by(
    instance: &Arc<Instance>,
    invitation: Invitation,
    by: CommandId,
    now: Timestamp,
) -> Result<(InvitationCode, Timestamp), Problem> {
    let of = if let Invitation::Member { payee, role } = &invitation { format!("{payee} {}", role.word()) } else { String::new() };
    let bytes = instance.keys.drawn("farthing/invitation/1", &[&by.0, of.as_bytes()].concat());
    let code = letters::of(*bytes.first_chunk().expect("a MAC is longer than a code"));
    invite_with(instance, InvitationCode(code), invitation, now).await
}

async fn invite_with(
    instance: &Arc<Instance>,
    code: InvitationCode,
    invitation: Invitation,
    now: Timestamp,
) -> Result<(InvitationCode, Timestamp), Problem> {
    let (hash, life) = (code.hash(), if invitation == Invitation::Operator { OPERATOR_LIFE } else { MEMBER_LIFE });
    let expires_at = now.after(life);
    instance.vault(move |vault| vault.invite(&hash, &invitation, (now, expires_at))).await?;
    Ok((code, expires_at))
}
