//! `/settings`: how the wallet is kept, and which browsers are signed in.

use super::onward::Onward;
use super::purse::{MOST_WITH_KEY, whole};
use super::{Asked, Visitor};
use crate::door::{self, CEREMONY_COOKIE, Reply};
use crate::login::SignedIn;
use crate::proof::{Changed, Keeper};
use crate::web::lang::plain;
use crate::web::{self, CodesView, MailSetting, Notice, PageKind, SettingsView, Tone, ZoneSetting};
use http::StatusCode;
use protocol::problem::Problem;
use std::collections::BTreeMap;
use store::vault::{DIGEST, Door};

impl Visitor<'_> {
    fn keeper<'a>(&'a self, login: &'a SignedIn) -> Keeper<'a> {
        let (instance, proving, now) = (self.instance, self.proving, self.visit.now);
        Keeper { instance, proving, login, door: Door::Wallet, base: "/settings", now }
    }

    /// `GET /settings`.
    pub(super) async fn settings(&self, asked: &Asked) -> Result<Reply, Problem> {
        let query = door::form(asked.query.as_bytes());
        let Some(login) = &self.login else { return Ok(door::see_other(&Onward::Settings.sign_in())) };
        let party = login.party;
        let proofs = self.instance.vault(move |vault| vault.proofs(party, Door::Wallet)).await?;
        let lang = self.visit.lang;
        let calm = |lead: String, text: String| Some(Notice { tone: Tone::Calm, lead, text });
        let notice = if query.contains_key("added") && proofs.passkeys > 0 {
            let text = if proofs.codes == 0 { plain!(lang, "passkey-added-codes") } else { String::new() };
            calm(plain!(lang, "passkey-added"), text)
        } else if query.contains_key("recovered") && login.is_fresh(self.visit.now) {
            calm(plain!(lang, "recovered"), plain!(lang, "recovered-text", count: proofs.codes))
        } else if query.contains_key("written") && proofs.codes > 0 {
            calm(plain!(lang, "codes-written"), plain!(lang, "codes-written-text"))
        } else if query.contains_key("mailed") && proofs.has_mail {
            calm(plain!(lang, "mail-set"), String::new())
        } else if query.contains_key("desk") && !login.is_kept {
            calm(plain!(lang, "keep"), plain!(lang, "keep-for-desk"))
        } else {
            None
        };
        self.settings_page(login, (StatusCode::OK, notice), None).await
    }

    /// The page; with what was typed as a zone and is none.
    pub(super) async fn settings_page(
        &self,
        login: &SignedIn,
        (status, notice): (StatusCode, Option<Notice>),
        mistyped: Option<String>,
    ) -> Result<Reply, Problem> {
        let (party, lang) = (login.party, self.visit.lang);
        let mail = match self.instance.mailer {
            Some(_) => {
                let (address, wish) = self.instance.vault(move |vault| Ok((vault.mail(party)?, vault.fact(party, DIGEST)?))).await?;
                let (form, digest) = (self.form("/settings/mail", &[]), self.form("/settings/digest", &[]));
                Some(MailSetting { address, form, digest, wants_digest: wish.is_some() })
            }
            None => None,
        };
        let purse = self.purse().await?;
        let view = SettingsView {
            frame: self.frame_of(purse),
            mail,
            chosen: login.lang,
            language: self.form("/settings/language", &[]),
            zone: ZoneSetting {
                form: self.form("/settings/zone", &[]),
                refused: mistyped.is_some().then(|| plain!(lang, "zone-wrong")),
                typed: mistyped.unwrap_or_else(|| login.zone.map(|zone| zone.name().to_owned()).unwrap_or_default()),
                usual: self.instance.config.zone().name(),
            },
            close: self.form("/settings/close", &[]),
            left: purse.map(|purse| purse.whole()).filter(|left| !left.is_zero()).map(|left| self.money(left)),
            notice,
            limit: self.money(whole(MOST_WITH_KEY, self.asset())),
            is_kept: login.is_kept,
            keeping: self.keeper(login).view().await?,
        };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::settings(&view)))
    }

    /// The login of a posted form, if it may change how the wallet is kept; else what to answer.
    pub(super) fn may_change(&self, form: &BTreeMap<String, String>) -> Result<Result<&SignedIn, Reply>, Problem> {
        let Some(login) = &self.login else { return Ok(Err(door::see_other(&Onward::Settings.sign_in()))) };
        login.check(form)?;
        Ok(self.proof_first(login, &Onward::Settings).map_or(Ok(login), Err))
    }

    /// `POST /settings/passkeys/options`: the ceremony's challenge, for the page's script.
    pub(super) async fn passkey_options(&self, asked: &Asked) -> Result<Reply, Problem> {
        match self.may_change(&self.own_form(asked)?)? {
            Ok(login) => self.keeper(login).options(&self.instance.config.name).await,
            Err(elsewhere) => Ok(elsewhere),
        }
    }

    /// `POST /settings/passkeys`: keeps what the ceremony made.
    pub(super) async fn add_passkey(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.may_change(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        if self.keeper(login).add(&asked.headers, &form).await? == Changed::No {
            return self.not_changed(login, plain!(self.visit.lang, "passkey-not-added")).await;
        }
        let mut reply = door::see_other("/settings?added=1");
        door::set_cookie(&mut reply, CEREMONY_COOKIE, "", 0);
        Ok(reply)
    }

    /// `POST /settings/passkeys/remove`.
    pub(super) async fn remove_passkey(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.may_change(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        match self.keeper(login).remove(&form).await? {
            Changed::Yes => Ok(door::see_other("/settings")),
            Changed::No => self.not_changed(login, plain!(self.visit.lang, "passkey-kept")).await,
        }
    }

    /// `POST /settings/codes`: ten new codes, shown this once.
    pub(super) async fn make_codes(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let login = match self.may_change(&form)? {
            Ok(login) => login,
            Err(elsewhere) => return Ok(elsewhere),
        };
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        let codes = self.keeper(login).make_codes().await?;
        self.codes_page(login, (StatusCode::OK, codes), None).await
    }

    async fn codes_page(
        &self,
        login: &SignedIn,
        (status, codes): (StatusCode, Vec<String>),
        refused: Option<String>,
    ) -> Result<Reply, Problem> {
        let keeper = self.keeper(login);
        let view = CodesView { codes, confirm: keeper.form("/codes/confirm"), again: keeper.form("/codes"), refused };
        Ok(door::page(self.visit, status, PageKind::Wallet, web::codes(&self.frame().await?, &view)))
    }

    /// `POST /settings/codes/confirm`: one of the codes, typed back from the paper.
    pub(super) async fn confirm_codes(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        self.proving.tries.step(self.visit.client_ip, self.visit.now)?;
        match self.keeper(login).confirm_codes(&form).await? {
            Changed::Yes => Ok(door::see_other("/settings?written=1")),
            Changed::No => {
                let refused = plain!(self.visit.lang, "codes-wrong");
                self.codes_page(login, (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()), Some(refused)).await
            }
        }
    }

    /// `POST /settings/logins/end`: one other browser, or all of them.
    pub(super) async fn end_login(&self, asked: &Asked) -> Result<Reply, Problem> {
        let form = self.own_form(asked)?;
        let Some(login) = &self.login else { return Ok(door::see_other("/")) };
        login.check(&form)?;
        self.keeper(login).end_login(&form).await?;
        Ok(door::see_other("/settings"))
    }

    pub(super) async fn not_changed(&self, login: &SignedIn, text: String) -> Result<Reply, Problem> {
        let lead = plain!(self.visit.lang, "not-changed");
        self.settings_page(login, (StatusCode::UNPROCESSABLE_ENTITY, Some(Notice { tone: Tone::Bad, lead, text })), None).await
    }
}
