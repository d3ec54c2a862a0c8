//! `/operators`: who runs the instance, and how this operator comes back in.

use super::Visitor;
use crate::acts::Done;
use crate::door::{self, CEREMONY_COOKIE, Reply};
use crate::login::SignedIn;
use crate::proof::Changed;
use crate::proof::invitation::invite;
use crate::wallet::Asked;
use crate::web::lang::plain;
use crate::web::{self, AdminPlace, CodesView, Notice, OperatorLine, OperatorsView, Tone};
use http::StatusCode;
use money::{Party, Timestamp};
use protocol::problem::Problem;
use protocol::text::{array_from_base64url, base64url};
use std::collections::BTreeMap;
use store::vault::{Invitation, What};

impl Visitor<'_> {
    /// `GET /operators`.
    pub(super) async fn operators(&self, asked: &Asked, login: &SignedIn) -> Result<Reply, Problem> {
        let query = door::form(asked.query.as_bytes());
        let keeping = self.keeper(login).view().await?;
        let lang = self.visit.lang;
        let calm = |lead: String, text: String| Some(Notice { tone: Tone::Calm, lead, text });
        let notice = if query.contains_key("added") && !keeping.passkeys.is_empty() {
            let text = if keeping.codes == 0 { plain!(lang, "passkey-added-codes") } else { String::new() };
            calm(plain!(lang, "passkey-added"), text)
        } else if query.contains_key("recovered") && login.is_fresh(self.visit.now) {
            calm(plain!(lang, "recovered"), plain!(lang, "recovered-text", count: keeping.codes))
        } else if query.contains_key("written") && keeping.codes > 0 {
            calm(plain!(lang, "codes-written"), String::new())
        } else {
            None
        };
        self.operators_page(login, (StatusCode::OK, notice), None).await
    }

    async fn operators_page(
        &self,
        login: &SignedIn,
        (status, notice): (StatusCode, Option<Notice>),
        invited: Option<(String, Timestamp)>,
    ) -> Result<Reply, Problem> {
        let operators = self.instance.vault(|vault| {
            let found = vault.operators()?;
            found
                .into_iter()
                .map(|(party, since)| Ok((party, vault.fact(party, "name")?.unwrap_or_default(), since)))
                .collect::<Result<Vec<_>, _>>()
        });
        let operators = operators.await?;
        let line = |(party, name, since): (Party, String, Timestamp)| OperatorLine {
            is_this: party == login.party,
            remove: base64url(&party.0),
            name,
            since,
        };
        let view = OperatorsView {
            frame: self.at(AdminPlace::Operators),
            notice,
            operators: operators.into_iter().map(line).collect(),
            remove: self.form("/operators/remove"),
            invite: self.form("/operators/invite"),
            invited,
            keeping: self.keeper(login).view().await?,
        };
        Ok(self.page(status, web::operators(&view)))
    }

    pub(super) async fn add_passkey(&self, asked: &Asked, (login, form): (&SignedIn, &BTreeMap<String, String>)) -> Result<Reply, Problem> {
        if self.keeper(login).add(&asked.headers, form).await? == Changed::No {
            return self.not_changed(login, plain!(self.visit.lang, "passkey-not-added")).await;
        }
        self.did(login.party, What::PasskeyAdded).await?;
        let mut reply = door::see_other("/operators?added=1");
        door::set_cookie(&mut reply, CEREMONY_COOKIE, "", 0);
        Ok(reply)
    }

    pub(super) async fn remove_passkey(&self, login: &SignedIn, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        match self.keeper(login).remove(form).await? {
            Changed::Yes => {
                self.did(login.party, What::PasskeyRemoved).await?;
                Ok(door::see_other("/operators"))
            }
            Changed::No => self.not_changed(login, plain!(self.visit.lang, "passkey-kept")).await,
        }
    }

    /// `POST /operators/codes`: ten new codes, shown this once.
    pub(super) async fn make_codes(&self, login: &SignedIn) -> Result<Reply, Problem> {
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let codes = self.keeper(login).make_codes().await?;
        Ok(self.codes_page(login, (StatusCode::OK, codes), None))
    }

    /// `POST /operators/codes/confirm`.
    pub(super) async fn confirm_codes(&self, login: &SignedIn, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        if self.keeper(login).confirm_codes(form).await? == Changed::Yes {
            self.did(login.party, What::CodesMade).await?;
            return Ok(door::see_other("/operators?written=1"));
        }
        let refused = plain!(self.visit.lang, "codes-wrong");
        Ok(self.codes_page(login, (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()), Some(refused)))
    }

    fn codes_page(&self, login: &SignedIn, (status, codes): (StatusCode, Vec<String>), refused: Option<String>) -> Reply {
        let keeper = self.keeper(login);
        let view = CodesView { codes, confirm: keeper.form("/codes/confirm"), again: keeper.form("/codes"), refused };
        self.page(status, web::admin_codes(&self.frame(), &view))
    }

    /// `POST /operators/invite`: a link for one more operator, shown this once.
    pub(super) async fn invite(&self, login: &SignedIn) -> Result<Reply, Problem> {
        let (code, until) = invite(self.instance, Invitation::Operator, self.visit.now).await?;
        let link = format!("{}/setup#{code}", self.url);
        self.did(login.party, What::OperatorInvited).await?;
        self.operators_page(login, (StatusCode::OK, None), Some((link, until))).await
    }

    /// `POST /operators/remove`: another operator; nobody removes themselves, so somebody is always left.
    pub(super) async fn remove(&self, login: &SignedIn, form: &BTreeMap<String, String>) -> Result<Reply, Problem> {
        let named = form.get("operator").and_then(|operator| array_from_base64url::<20>(operator).ok()).map(Party);
        let Some(other) = named.filter(|other| *other != login.party) else { return Err(Problem::Unknown) };
        // Not erased: what somebody did while an operator stays theirs in the log.
        if !self.instance.vault(move |vault| vault.remove_operator(other)).await? {
            return Err(Problem::Unknown);
        }
        self.did(login.party, Done::from(What::OperatorRemoved).whom(other)).await?;
        Ok(door::see_other("/operators"))
    }

    async fn not_changed(&self, login: &SignedIn, text: String) -> Result<Reply, Problem> {
        let notice = Notice { tone: Tone::Bad, lead: plain!(self.visit.lang, "not-changed"), text };
        self.operators_page(login, (StatusCode::UNPROCESSABLE_ENTITY, Some(notice)), None).await
    }
}
