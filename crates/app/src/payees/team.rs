//! The team of a payee: who invites, changes and removes whom. One owner always stays.

use crate::instance::Instance;
use crate::proof::invitation;
use money::{CommandId, Party, Timestamp};
use protocol::problem::Problem;
use std::sync::Arc;
use store::vault::{Invitation, Member, Role, Vault};

/// Whose hand it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Hand {
    /// An owner's, in person.
    Owner,
    /// That of a key with the scope `team`: owners are left to owners, so that a key that got lost gives nobody a payee for good.
    Key,
}

/// What came of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed {
    /// It is as it was asked for.
    Done,
    /// Nobody of that name is on this team.
    NoSuch,
    /// The last owner can neither leave nor become less.
    LastOwner,
    /// Only an owner does that.
    OwnersOnly,
}

/// An invitation that was just made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invited {
    /// A link for one use, shown this once.
    pub link: String,
    /// Until when it can be taken.
    pub until: Timestamp,
}

/// The payee's team, longest member first.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn members(instance: &Arc<Instance>, payee: &str) -> Result<Vec<Member>, Problem> {
    let payee = payee.to_owned();
    instance.vault(move |vault| vault.members(&payee)).await
}

/// Makes a link that makes a member.
///
/// # Errors
/// [`Problem::OwnerNeeded`] for a key that would make an owner, [`Problem::Internal`].
pub async fn invite(
    instance: &Arc<Instance>,
    payee: &str,
    (role, hand): (Role, Hand),
    by: CommandId,
    now: Timestamp,
) -> Result<Invited, Problem> {
    if role == Role::Owner && hand == Hand::Key {
        return Err(Problem::OwnerNeeded);
    }
    let invitation = Invitation::Member { payee: payee.to_owned(), role };
    let (code, until) = invitation::invite_by(instance, invitation, by, now).await?;
    Ok(Invited { link: format!("{}/join#{code}", instance.desk_url().unwrap_or_default()), until })
}

/// Gives a member another role. One look and one change in one piece, so that two owners cannot make each other less at once.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn set_role(instance: &Arc<Instance>, payee: &str, (party, role): (Party, Role), hand: Hand) -> Result<Changed, Problem> {
    let payee = payee.to_owned();
    let change = move |vault: &mut Vault| {
        let members = vault.members(&payee)?;
        let owners = members.iter().filter(|member| member.role == Role::Owner).count();
        let Some(member) = members.into_iter().find(|member| member.party == party) else { return Ok(Changed::NoSuch) };
        if hand == Hand::Key && (member.role == Role::Owner || role == Role::Owner) {
            return Ok(Changed::OwnersOnly);
        }
        if member.role == Role::Owner && role != Role::Owner && owners < 2 {
            return Ok(Changed::LastOwner);
        }
        vault.set_member(&Member { role, ..member }).map(|()| Changed::Done)
    };
    instance.vault(change).await
}

/// Takes somebody off the team: their next request at this desk finds no desk.
///
/// # Errors
/// [`Problem::Internal`].
pub async fn remove(instance: &Arc<Instance>, payee: &str, party: Party, hand: Hand) -> Result<Changed, Problem> {
    let payee = payee.to_owned();
    let remove = move |vault: &mut Vault| {
        let known = vault.members(&payee)?.into_iter().find(|member| member.party == party);
        let Some(member) = known else { return Ok(Changed::NoSuch) };
        if hand == Hand::Key && member.role == Role::Owner {
            return Ok(Changed::OwnersOnly);
        }
        Ok(if vault.remove_member(&payee, party)? { Changed::Done } else { Changed::LastOwner })
    };
    instance.vault(remove).await
}
