//! `/team`: who works for the payee and in which role. Only an owner changes it, and one owner always stays.

use super::Visitor;
use crate::acts::Done;
use crate::admin::audit::rows;
use crate::door::{self, Reply};
use crate::payees::team::{self, Changed, Hand, Invited};
use crate::web::admin::ActRow;
use crate::web::desk::{self, MemberRow, Place, Proof, TeamNews, TeamView};
use crate::world;
use http::StatusCode;
use money::{Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::{account, parse_account};
use std::collections::BTreeMap;
use store::vault::{ActFilter, Member, Role, What};

/// Acts that the page shows.
const ACTS: u32 = 20;

/// What came of the last press.
pub(super) enum Said {
    /// Nothing was pressed; how it stands with the proof that owners need.
    Nothing(Proof),
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
        let may_change = is_owner && !self.lacks_proof();
        let news = match said {
            Said::Nothing(proof) => is_owner.then_some(TeamNews::Proof(proof)),
            Said::Invited(link, role, until) => Some(TeamNews::Invited { link, role, until }),
            Said::LastOwner => Some(TeamNews::LastOwner),
        };
        let row = |member: Member| {
            let named = account(member.party);
            MemberRow {
                is_you: member.party == self.login.party,
                set_role: may_change.then(|| self.form("/team/role", &[("member", &named)])),
                remove: may_change.then(|| self.form("/team/remove", &[("member", &named)])),
                name: member.name,
                role: member.role,
                since: member.created_at,
            }
        };
        let view = TeamView {
            frame: self.frame(Place::Team),
            members: members.into_iter().map(row).collect(),
            invite: may_change.then(|| self.form("/team/invite", &[])),
            news,
            acts,
        };
        Ok(self.page(status, desk::team(&view)))
    }

    /// `POST /team/invite`: a link for one use, which is in this answer and nowhere else.
    pub(super) async fn invite(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let role = wanted_role(form)?;
        let Invited { link, until } =
            team::invite(self.instance, &self.payee.handle, (role, Hand::Owner), world::command_id(), self.visit.now).await?;
        self.did(Done::to(What::MemberInvited, role.word())).await?;
        self.team(StatusCode::OK, Said::Invited(link, role, until)).await
    }

    /// `POST /team/role`.
    pub(super) async fn set_role(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let (role, party) = (wanted_role(form)?, wanted_member(form)?);
        let changed = team::set_role(self.instance, &self.payee.handle, (party, role), Hand::Owner).await?;
        self.changed(changed, Done::to(What::RoleSet, role.word()).whom(party)).await
    }

    /// `POST /team/remove`.
    pub(super) async fn remove(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let party = wanted_member(form)?;
        let changed = team::remove(self.instance, &self.payee.handle, party, Hand::Owner).await?;
        self.changed(changed, Done::from(What::MemberRemoved).whom(party)).await
    }

    async fn changed(&self, changed: Changed, done: Done) -> Result<Reply, Problem> {
        match changed {
            Changed::Done => {
                self.did(done).await?;
                Ok(door::see_other("/team"))
            }
            Changed::NoSuch => Err(Problem::Unknown),
            Changed::OwnersOnly => Err(Problem::OwnerNeeded),
            Changed::LastOwner => self.team(StatusCode::CONFLICT, Said::LastOwner).await,
        }
    }
}

/// The party that a form names. Whether it is on this team, the team's own list says.
fn wanted_member(form: &BTreeMap<String, String>) -> Result<Party, Problem> {
    form.get("member").and_then(|text| parse_account(text).ok()).ok_or(Problem::Unknown)
}

fn wanted_role(form: &BTreeMap<String, String>) -> Result<Role, Problem> {
    let unread = || Problem::BadRequest { detail: "the form's field `role` is missing or damaged".to_owned() };
    form.get("role").and_then(|word| Role::of_word(word)).ok_or_else(unread)
}
