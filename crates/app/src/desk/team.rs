//! `/team`: who works for the payee and in which role. Only an owner changes it, and one owner always stays.

use super::Visitor;
use crate::door::{self, Reply};
use crate::web::desk::{self, MemberRow, Place, TeamNews, TeamView};
use crate::world;
use http::StatusCode;
use money::{Party, Span};
use protocol::problem::Problem;
use protocol::text::{account, base32, parse_account};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::vault::{Invitation, InvitationHash, Member, Role, Vault};

/// How long an invitation stands.
const INVITED: Span = Span(3 * 86_400);

/// What came of the last press.
pub(super) enum Said {
    Nothing,
    /// The code of an invitation, shown this once.
    Invited(String, Role),
    /// The last owner can neither leave nor become less.
    LastOwner,
}

/// What the vault keeps of an invitation's code: codes are read out and typed, so case, spaces and hyphens do not count.
pub(crate) fn invitation_hash(code: &str) -> InvitationHash {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    InvitationHash(Sha256::digest(plain).into())
}

impl Visitor<'_> {
    /// `GET /team`, and what it says after a press.
    pub(super) async fn team(&self, status: StatusCode, said: Said) -> Result<Reply, Problem> {
        let handle = self.payee.handle.clone();
        let members = self.instance.vault(move |vault| vault.members(&handle)).await?;
        let is_owner = self.me.role == Role::Owner;
        let news = match said {
            Said::Nothing => None,
            Said::Invited(code, role) => Some(TeamNews::Invited { code, role, until: self.visit.now.after(INVITED) }),
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
            join_url: format!("{}/join", self.instance.desk_url().unwrap_or_default()),
            news,
        };
        Ok(self.page(status, desk::team(&view)))
    }

    /// `POST /team/invite`: a code for one use, which is in this answer and nowhere else.
    pub(super) async fn invite(&self, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let role = wanted_role(form)?;
        let code = base32(&world::random::<10>());
        let code = code.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect::<Vec<_>>().join("-");
        let (hash, payee, now) = (invitation_hash(&code), self.payee.handle.clone(), self.visit.now);
        let invitation = Invitation::Member { payee, role };
        self.instance.vault(move |vault| vault.invite(&hash, &invitation, (now, now.after(INVITED)))).await?;
        self.team(StatusCode::OK, Said::Invited(code, role)).await
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
            Changed::Done => Ok(door::see_other("/team")),
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
            Changed::Done => Ok(door::see_other("/team")),
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
