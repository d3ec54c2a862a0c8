//! What a wallet's owner decides about the account itself: its language, a copy of everything known, its end.

use super::onward::Onward;
use super::{Asked, Visitor};
use crate::door::{self, Reply, WALLET_COOKIE};
use crate::months;
use crate::web::lang::plain;
use crate::web::{Lang, PageKind};
use crate::zone::{ZONE, Zone};
use http::StatusCode;
use protocol::problem::Problem;
use protocol::text::account;
use serde_json::json;
use store::vault::{DIGEST, Door};

/// The fact that says in which language somebody reads.
pub const LANGUAGE: &str = "language";

impl Visitor<'_> {
    /// `POST /settings/language`: a tag of ours, or nothing for what the browser asks for.
    pub(super) async fn set_language(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        let (party, now) = (login.party, self.visit.now);
        let chosen = form.get("language").and_then(|tag| Lang::offered().find(|lang| lang.tag() == tag));
        let set = self.instance.vault(move |vault| match chosen {
            Some(lang) => vault.set_fact(party, LANGUAGE, lang.tag(), now),
            None => vault.delete_fact(party, LANGUAGE).map(|_| ()),
        });
        set.await?;
        Ok(door::see_other("/settings"))
    }

    /// `POST /settings/zone`: the name of a zone, or nothing for the instance's.
    pub(super) async fn set_zone(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        let (party, now) = (login.party, self.visit.now);
        let typed = form.get("zone").map_or("", |typed| typed.trim());
        let chosen = Zone::named(typed);
        if chosen.is_none() && !typed.is_empty() {
            let typed = typed.chars().take(60).collect();
            return self.settings_page(login, (StatusCode::UNPROCESSABLE_ENTITY, None), Some(typed)).await;
        }
        let set = self.instance.vault(move |vault| match chosen {
            Some(zone) => vault.set_fact(party, ZONE, zone.name(), now),
            None => vault.delete_fact(party, ZONE).map(|_| ()),
        });
        set.await?;
        // The zone stands; what the books are not told now, they are within the hour.
        if let Err(problem) = months::say(self.instance, party).await {
            tracing::warn!(?problem, "the months of a zone that was chosen are said later");
        }
        Ok(door::see_other("/settings"))
    }

    /// `POST /settings/digest`: one mail a month, or none. The first is of the month in which it was asked for.
    pub(super) async fn set_digest(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        if self.instance.mailer.is_none() {
            return Err(Problem::Unknown);
        }
        let (party, now) = (login.party, self.visit.now);
        let before = self.visit.lang.zone().month_of(now).saturating_sub(1);
        let wanted = form.get("digest").is_some_and(|wish| wish == "yes");
        let set = self.instance.vault(move |vault| {
            if !wanted {
                return vault.delete_fact(party, DIGEST).map(|_| ());
            }
            vault.claim_digest(party, before, now)?;
            vault.set_fact(party, DIGEST, "yes", now)
        });
        set.await?;
        Ok(door::see_other("/settings"))
    }

    /// `GET /settings.json`: everything the vault knows of this person, but for secrets.
    pub(super) async fn settings_json(&self) -> Result<Reply, Problem> {
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Settings.sign_in())) };
        let (party, now) = (login.party, self.visit.now);
        let known = self.instance.vault(move |vault| {
            Ok(json!({
                "account": account(party),
                "facts": vault.facts(party)?.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
                "mail": vault.mail(party)?,
                "passkeys": vault.passkeys(party, Door::Wallet)?.into_iter().map(|passkey| json!({
                    "name": passkey.name, "created": passkey.created_at.to_string(), "used": passkey.used_at.to_string() })).collect::<Vec<_>>(),
                "recovery_codes": vault.proofs(party, Door::Wallet)?.codes,
                "logins": vault.logins_of(party, now)?.into_iter().map(|(_, login)| json!({
                    "device": login.device, "desk": login.door == Door::Desk,
                    "created": login.created_at.to_string(), "seen": login.seen_at.to_string() })).collect::<Vec<_>>(),
                "memberships": vault.memberships(party)?.into_iter().map(|member| json!({
                    "payee": member.payee, "role": member.role.word(), "name": member.name })).collect::<Vec<_>>(),
            }))
        });
        let known = known.await?;
        let kind = PageKind::Export { content_type: "application/json", file_name: "farthing-settings.json" };
        let content = json!({ "instance": self.instance.id.to_string(), "mode": self.mode_word(), "known": known });
        Ok(door::page(self.visit, StatusCode::OK, kind, content.to_string()))
    }

    /// `POST /settings/close`: everything known of this person is erased, and nothing opens the wallet again. Real money must
    /// be out of it; play money may be given up, if that is said.
    pub(super) async fn close(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.may_change(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        let left = self.purse().await?.map(|purse| purse.whole()).unwrap_or_default();
        let gives_up = self.instance.is_test() && form.get("give_up").is_some_and(|said| said == "yes");
        if !left.is_zero() && !gives_up {
            let lang = self.visit.lang;
            let text = if self.instance.is_test() { plain!(lang, "close-tick") } else { plain!(lang, "close-empty-first") };
            return self.not_changed(login, text).await;
        }
        let party = login.party;
        self.instance.vault(move |vault| vault.erase(party)).await?;
        let mut reply = door::see_other("/");
        door::set_cookie(&mut reply, WALLET_COOKIE, "", 0);
        Ok(reply)
    }
}
