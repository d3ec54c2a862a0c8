//! `/team`: who works for the payee and in which role. Only an owner changes it, and one owner always stays.

use super::Visitor;
use crate::acts::Done;
use crate::admin::audit::rows;
use crate::door::{self, Reply};
use crate::proof::invitation::invite;
use crate::web::admin::ActRow;
use crate::web::desk::{self, MemberRow, Place, TeamNews, TeamView};
use http::StatusCode;
use money::{Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::{account, parse_account};
use std::collections::BTreeMap;
use store::vault::{ActFilter, Invitation, Member, Role, Vault, What};

/// Acts that the page shows.
const ACTS: u32 = 20;

/// What came of the last press.
pub(super) enum Said {
    Nothing,
    /// An invitation's link, shown this once.
    Invited(String, Role, Timestamp),
    /// The last owner can neither leave nor become less.
    LastOwner,
}

impl Visitor<'_> {
    /// `GET /team`, and what it says after a press.
    pub(super) async fn team(&self, status: StatusCode, said: Said) -> Result<Reply, Problem> {
        let handle = self.payee.handle.clone();
        let filter = ActFilter { payee: Some(handle.clone()), ..ActFilter::default() };
        let found = self.instance.vault(move |vault| Ok((vault.members(&handle)?, rows(vault, &filter, ACTS)?))).await?;
        let (members, acts) = found;
        // Whose it is need not be said on each line: it is this payee's page.
        let acts = acts.into_iter().map(|(_, act)| ActRow { payee: None, ..act }).collect();
        let is_owner = self.me.role == Role::Owner;
        let news = match said {
            Said::Nothing => None,
            Said::Invited(link, role, until) => Some(TeamNews::Invited { link, role, until }),
            Said::LastOwner => Some(TeamNews::LastOwner),
        };
        let row = |member: Member| {
            let named = account(member.party);
            MemberRow {
                is_you: member.party == self.login.party,
                set_role: is_owner.then(|| self.form("/team/role", &[("member", &named)])),
                remove: is_owner.then(|| self.form("/team/remove", &[("member", &named)])),
                name: member.name,
                role: member.role,
                since: member.created_at,
            }
        };
        let view = TeamView {
            frame: self.frame(Place::Team),
            members: members.into_iter().map(row).collect(),
            invite: is_owner.then(|| self.form("/team/invite", &[])),
            news,
            acts,
        };
        Ok(self.page(status, desk::team(&view)))
    }

    /// `POST /team/invite`: a link for one use, which is in this answer and nowhere else.
    pub(super) async fn invite(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let role = wanted_role(form)?;
        let invitation = Invitation::Member { payee: self.payee.handle.clone(), role };
        let (code, until) = invite(self.instance, invitation, self.visit.now).await?;
        let link = format!("{}/join#{code}", self.instance.desk_url().unwrap_or_default());
        self.did(Done::to(What::MemberInvited, role.word())).await?;
        self.team(StatusCode::OK, Said::Invited(link, role, until)).await
    }

    /// `POST /team/role`.
    pub(super) async fn set_role(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let (role, party) = (wanted_role(form)?, wanted_member(form)?);
        let handle = self.payee.handle.clone();
        // One look and one change in one piece, so that two owners cannot make each other less at once.
        let change = move |vault: &mut Vault| {
            let members = vault.members(&handle)?;
            let owners = members.iter().filter(|member| member.role == Role::Owner).count();
            let Some(member) = members.into_iter().find(|member| member.party == party) else { return Ok(Changed::NoSuch) };
            if member.role == Role::Owner && role != Role::Owner && owners < 2 {
                return Ok(Changed::LastOwner);
            }
            vault.set_member(&Member { role, ..member }).map(|()| Changed::Done)
        };
        match self.instance.vault(change).await? {
            Changed::Done => {
                self.did(Done::to(What::RoleSet, role.word()).whom(party)).await?;
                Ok(door::see_other("/team"))
            }
            Changed::NoSuch => Err(Problem::Unknown),
            Changed::LastOwner => self.team(StatusCode::CONFLICT, Said::LastOwner).await,
        }
    }

    /// `POST /team/remove`: their next request at this desk finds no desk.
    pub(super) async fn remove(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let (party, handle) = (wanted_member(form)?, self.payee.handle.clone());
        let remove = move |vault: &mut Vault| {
            let known = vault.members(&handle)?.iter().any(|member| member.party == party);
            Ok(match (known, vault.remove_member(&handle, party)?) {
                (false, _) => Changed::NoSuch,
                (true, false) => Changed::LastOwner,
                (true, true) => Changed::Done,
            })
        };
        match self.instance.vault(remove).await? {
            Changed::Done => {
                self.did(Done::from(What::MemberRemoved).whom(party)).await?;
                Ok(door::see_other("/team"))
            }
            Changed::NoSuch => Err(Problem::Unknown),
            Changed::LastOwner => self.team(StatusCode::CONFLICT, Said::LastOwner).await,
        }
    }
}

/// What came of a change.
enum Changed {
    Done,
    /// Nobody of that name is on this team.
    NoSuch,
    LastOwner,
}

/// The party that a form names. Whether it is on this team, the team's own list says.
fn wanted_member(form: &BTreeMap<String, String>) -> Result<Party, Problem> {
    form.get("member").and_then(|text| parse_account(text).ok()).ok_or(Problem::Unknown)
}

fn wanted_role(form: &BTreeMap<String, String>) -> Result<Role, Problem> {
    let unread = || Problem::BadRequest { detail: "the form's field `role` is missing or damaged".to_owned() };
    form.get("role").and_then(|word| Role::of_word(word)).ok_or_else(unread)
}
